"""Forecasts from drivers: the base is the printed forecast, and one driver moves every line below it by what it must."""

import itertools

import pytest

import siliconomics

COMPANIES = ("Cambricon", "Iluvatar", "MetaX")
YEARS = (2026, 2027, 2028)
LINES = ("revenue", "gross_profit", "operating_income", "pretax_income", "net_income", "total_equity")
PRINTED = {
    "Cambricon": {
        "revenue": (20944, 33186, 44256),
        "gross_profit": (10588, 16009, 20801),
        "operating_income": (6240, 11097, 15772),
        "pretax_income": (6356, 11244, 15934),
        "net_income": (6156, 9558, 13544),
        "total_equity": (17499, 25558, 36602),
        "price_target": 1588,
    },
    "Iluvatar": {
        "revenue": (3060, 7501, 11379),
        "gross_profit": (1572, 3850, 5771),
        "operating_income": (-308, 1400, 2681),
        "pretax_income": (-262, 1449, 2729),
        "net_income": (-262, 1449, 2570),
        "total_equity": (5432, 6881, 9451),
        "price_target": 600,
    },
    "MetaX": {
        "revenue": (4030,),
        "gross_profit": (2169,),
        "operating_income": (-78, 413, 861),
        "pretax_income": (22, 533, 1001),
        "net_income": (22, 533, 1001),
        "total_equity": (13173, 13706, 14706),
        "price_target": 758,
    },
}
"""Exhibits 26 and 27, 32 to 34, 39 and 40, lines 1753 to 1764, in whole millions."""
BRIDGE = (
    "margin_of_chips_alone",
    "margin_after_tax_on_sales",
    "margin_after_channel",
    "margin_after_content",
    "margin_after_write_downs",
)


@pytest.fixture(scope="module")
def base():
    return siliconomics.load()


@pytest.fixture(scope="module")
def model(base):
    return base.under("from-drivers")


@pytest.fixture(scope="module")
def chips(base):
    return base.under("margin-from-chip-costs")


def value(model, quantity, company, year=None, **where):
    labels = {"company": company, **({} if year is None else {"year": year}), **where}
    (record,) = model.solve(quantity, **labels).records
    assert record.value is not None, record.cell.missing
    return record.value


def changed(model, quantity, to, **where):
    return model.with_changes(model.change(quantity, to, **where))


# -- the base is the printed forecast ---------------------------------------------------------


@pytest.mark.parametrize("scenario", ["from-drivers", "margin-from-chip-costs"])
@pytest.mark.parametrize("company", COMPANIES)
def test_the_base_drivers_give_the_printed_forecast(base, company, scenario):
    drivers = base.under(scenario)
    for line in LINES:
        for year, printed in zip(YEARS, PRINTED[company][line], strict=False):
            assert value(drivers, line, company, year) == pytest.approx(printed, abs=0.6), (line, year)
    assert value(drivers, "price_target", company) == pytest.approx(PRINTED[company]["price_target"], abs=0.5)


@pytest.mark.parametrize("company", COMPANIES)
def test_the_printed_forecast_does_not_depend_on_drivers(base, company):
    target = value(base, "price_target", company)
    other = changed(base, "case_revenue_cagr", 0.1, company=company)
    assert value(other, "price_target", company) == target
    assert value(other.under("from-drivers"), "price_target", company) < target


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("year", YEARS)
def test_calibration_lines_close_exactly_what_the_drivers_leave(chips, company, year):
    gap = value(chips, "revenue_gap_to_print", company, year)
    assert value(chips, "revenue_calibration", company, year) == pytest.approx(gap, abs=1e-3)
    gap = value(chips, "gross_margin_gap_to_print", company, year)
    assert value(chips, "gross_margin_calibration", company, year) == pytest.approx(gap, abs=1e-6)


@pytest.mark.parametrize("company", COMPANIES)
def test_revenue_is_calibrated_by_little(model, company):
    for year in YEARS:
        share = value(model, "revenue_calibration", company, year) / value(model, "revenue", company, year)
        assert abs(share) < 0.03


def test_lost_columns_are_closed_by_an_assumption_that_says_so(model):
    (found,) = model.solve("gross_profit", company="MetaX", year=2027).records
    assert found.known == "assumed"
    assert found.value == pytest.approx(4029.9 * 1.54 * 0.53)
    assert value(model, "driver_operating_expense", "MetaX", 2027) == pytest.approx(found.value - 413.0)


def test_orders_stated_in_the_text_fit_the_split(model):
    tiangai = [value(model, "revenue_of_product_cny", "Iluvatar", year, chip="BI-V200") for year in (2026, 2027)]
    assert tiangai[0] / 3060 == pytest.approx(0.65, abs=0.01)  # line 1323
    assert sum(tiangai) > 4000  # line 1141


# -- one driver moves every line --------------------------------------------------------------


def test_a_price_cut_takes_its_whole_loss_from_gross_profit(model):
    cut = changed(model, "price_cut", 0.2, chip="MLU 590", year=2027)
    lost = 230_000 * 65_000 * 0.92 / 1.13 * 0.95 * 0.2 / 1e6
    for line in ("revenue", "gross_profit"):
        difference = value(model, line, "Cambricon", 2027) - value(cut, line, "Cambricon", 2027)
        assert difference == pytest.approx(lost, rel=1e-12)
    wear = value(model, "planned_depreciation_and_amortisation", "Cambricon", 2027)  # does not fall with sales
    saved = (value(model, "driver_operating_expense", "Cambricon", 2027) - wear) * 0.5 * lost / 33186
    pretax = value(model, "pretax_income", "Cambricon", 2027) - value(cut, "pretax_income", "Cambricon", 2027)
    assert pretax == pytest.approx(lost - saved, rel=1e-4)
    net = value(model, "net_income", "Cambricon", 2027) - value(cut, "net_income", "Cambricon", 2027)
    assert net == pytest.approx(pretax * (1 - 1686 / 11244), rel=1e-9)
    book = value(model, "total_equity", "Cambricon", 2027) - value(cut, "total_equity", "Cambricon", 2027)
    assert book == pytest.approx(net, rel=1e-6)


def test_a_price_cut_stays_and_lowers_every_line_and_the_target(model):
    cut = changed(model, "price_cut", 0.2, chip="MLU 590", year=2027)
    for year in (2027, 2028):
        assert value(cut, "net_price_cny", "Cambricon", year, chip="MLU 590") == pytest.approx(
            0.8 * value(model, "net_price_cny", "Cambricon", year, chip="MLU 590")
        )
        for line in (*LINES, "gross_margin", "operating_margin", "net_margin"):
            assert value(cut, line, "Cambricon", year) < value(model, line, "Cambricon", year), (line, year)
    lasting = value(cut, "net_income", "Cambricon", 2028) - value(cut, "one_off_net_income", "Cambricon", 2028)
    ratio = lasting / value(model, "net_income", "Cambricon", 2028)  # wear off its plan does not grow on
    for year in (2029, 2037):
        later = value(cut, "net_income", "Cambricon", year) / value(model, "net_income", "Cambricon", year)
        assert later == pytest.approx(ratio)
    assert value(cut, "price_target", "Cambricon") < value(model, "price_target", "Cambricon")
    assert value(cut, "net_income", "Cambricon", 2026) == value(model, "net_income", "Cambricon", 2026)


def test_a_cut_of_one_companys_price_leaves_the_others(model):
    cut = changed(model, "price_cut", 0.3, chip="BI-V200", year=2028)
    assert value(cut, "price_target", "Iluvatar") < value(model, "price_target", "Iluvatar")
    for company in ("Cambricon", "MetaX"):
        assert value(cut, "price_target", company) == value(model, "price_target", company)


def test_more_units_bring_revenue_at_the_planned_margin(model):
    more = changed(model, "planned_units", 300_000, company="Cambricon", chip="MLU 690", year=2028)
    added = 30_000 * 120_000 * 0.95**2 / 1.13 * 0.95 / 1e6
    revenue = value(more, "revenue", "Cambricon", 2028) - value(model, "revenue", "Cambricon", 2028)
    assert revenue == pytest.approx(added, rel=1e-9)
    assert value(more, "gross_margin", "Cambricon", 2028) == pytest.approx(20801 / 44256, rel=1e-9)
    assert value(more, "price_target", "Cambricon") > value(model, "price_target", "Cambricon")


def test_die_yield_moves_the_target_only_where_the_margin_comes_from_chips(model, chips):
    for drivers, moves in ((model, False), (chips, True)):
        better = changed(drivers, "die_yield", 0.5, chip="MLU 690")
        worse = changed(drivers, "die_yield", 0.15, chip="MLU 690")
        targets = [value(one, "price_target", "Cambricon") for one in (worse, drivers, better)]
        margins = [value(one, "gross_margin", "Cambricon", 2028) for one in (worse, drivers, better)]
        assert (targets[0] < targets[1] < targets[2]) is moves
        assert (margins[0] < margins[1] < margins[2]) is moves


def test_a_dearer_wafer_costs_what_the_chips_take_of_it(chips):
    dear = changed(chips, "wafer_price_usd", 24_000, chip="MLU 690")  # twice the price: the die cost twice
    die = 12_000 / (82 * 0.25) * 2  # Exhibit 21: wafer, dies, yield; two dies a package
    extra = 270_000 * die * 7 / 1e6 * 1.04
    difference = value(chips, "gross_profit", "Cambricon", 2028) - value(dear, "gross_profit", "Cambricon", 2028)
    assert difference == pytest.approx(extra, rel=1e-3)


def test_expense_lies_between_an_amount_and_a_share_of_revenue(base):
    cut = {"quantity": "case_revenue_cagr", "to": 0.5, "company": "Cambricon"}
    found = []
    for variable in (0, 0.5, 1):
        drivers = changed(
            base.under("from-drivers"), "variable_share_of_operating_expense", variable, company="Cambricon"
        )
        found.append(value(changed(drivers, **cut), "driver_operating_expense", "Cambricon", 2028))
    assert found[0] == pytest.approx(20801 - 15772)
    assert found[1] == pytest.approx((found[0] + found[2]) / 2)
    assert found[2] == pytest.approx(found[0] * (6497 * 1.5**3) / 44256, rel=1e-6)


def test_growth_of_a_case_is_met_and_its_start_is_the_reported_year(model):
    case = changed(model, "case_revenue_cagr", 1.2, company="Cambricon")
    assert value(case, "revenue", "Cambricon", 2028) == pytest.approx(6497 * 2.2**3, rel=1e-6)
    assert value(case, "revenue_cagr", "Cambricon", 2028) == pytest.approx(1.2, rel=1e-6)
    assert value(case, "revenue", "Cambricon", 2025) == 6497
    assert value(case, "revenue", "Cambricon", 2026) > value(model, "revenue", "Cambricon", 2026)


# -- identities -------------------------------------------------------------------------------

WHAT_IFS = [
    ("price_cut", 0.5, {"chip": "BI-V200", "year": 2027}),
    ("planned_gross_margin", 0.3, {"company": "Iluvatar", "year": 2028}),
    ("case_revenue_cagr", 0.4, {"company": "Iluvatar"}),
    ("planned_tax_rate", 0.25, {"company": "Iluvatar", "year": 2027}),
    ("planned_units", 0, {"company": "Iluvatar", "chip": "BI-V100", "year": 2026}),
]


@pytest.mark.parametrize("scenario", ["from-drivers", "margin-from-chip-costs"])
@pytest.mark.parametrize(("quantity", "to", "where"), WHAT_IFS)
def test_the_income_statement_balances_and_book_rolls_under_any_change(base, scenario, quantity, to, where):
    drivers = changed(base.under(scenario), quantity, to, **where)
    for year in YEARS:
        read = {name: value(drivers, name, "Iluvatar", year) for name in (*LINES, *LEFT_OUT)}
        assert read["gross_profit"] == pytest.approx(read["revenue"] - read["driver_cost_of_goods_sold"])
        worn = read["driver_operating_expense"] + read["depreciation_off_plan"]  # none of it a cost of goods
        assert read["operating_income"] == pytest.approx(read["gross_profit"] - worn)
        beside = read["planned_non_operating_income"] + read["interest_off_plan"]
        assert read["pretax_income"] == pytest.approx(read["operating_income"] + beside)
        assert read["net_income"] == pytest.approx(read["pretax_income"] - read["income_tax_of_drivers"])
        before = value(drivers, "total_equity", "Iluvatar", year - 1)
        rolled = before + read["net_income"] - read["planned_net_distribution"]
        assert read["total_equity"] == pytest.approx(rolled)
    assert value(drivers, "net_distribution", "Iluvatar", 2027) == pytest.approx(0, abs=0.1)  # as in the printed plan


LEFT_OUT = (
    "driver_cost_of_goods_sold",
    "driver_operating_expense",
    "depreciation_off_plan",
    "planned_non_operating_income",
    "interest_off_plan",
    "income_tax_of_drivers",
    "planned_net_distribution",
)


def test_a_loss_pays_no_tax(model):
    poor = changed(model, "planned_gross_margin", 0.1, company="Cambricon", year=2027)
    assert value(poor, "pretax_income", "Cambricon", 2027) < 0
    assert value(poor, "income_tax_of_drivers", "Cambricon", 2027) == 0
    assert value(poor, "net_income", "Cambricon", 2027) == value(poor, "pretax_income", "Cambricon", 2027)


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("year", YEARS)
def test_the_bridge_runs_from_the_chips_margin_to_the_reported_one(chips, company, year):
    steps = [value(chips, one, company, year) for one in BRIDGE]
    assert all(later < earlier for earlier, later in itertools.pairwise(steps[1:]))  # each takes something off
    left = steps[-1] - value(chips, "gross_margin_calibration", company, year)
    assert left == pytest.approx(value(chips, "planned_gross_margin", company, year), abs=1e-6)
    assert value(chips, "gross_margin", company, year) == pytest.approx(left, abs=1e-6)


def test_the_first_step_of_the_bridge_is_the_margin_of_the_chips_sold(chips):
    sold = {"C500": 70_000, "C600": 15_000}
    prices = {"C500": 5714.286, "C600": 9285.714}  # Exhibit 21, before import
    cost = {"C500": 2035, "C600": 3307}
    made = sum(sold[chip] * cost[chip] for chip in sold) / sum(sold[chip] * prices[chip] for chip in sold)
    assert value(chips, "margin_of_chips_alone", "MetaX", 2026) == pytest.approx(1 - made, abs=2e-4)


def test_the_price_booked_is_worked_out_from_the_market_price(model):
    booked = value(model, "net_price_cny", "Cambricon", 2028, chip="MLU 590")
    assert booked == pytest.approx(65_000 * (1 - 0.08) ** 2 / 1.13 * (1 - 0.05))
    assert value(model, "net_price_cny", "Cambricon", 2026, chip="MLU 590") == pytest.approx(65_000 / 1.13 * 0.95)


def test_drivers_of_the_users_own_give_another_company_a_forecast(base, tmp_path):
    (tmp_path / "drivers.toml").write_text(OWN, encoding="utf-8")
    model = siliconomics.load(facts=[tmp_path], scenario="from-drivers")
    booked = 65_000 / 1.13 * 0.9  # Exhibit 21: market price of the S5000
    assert value(model, "revenue", "Moore Threads", 2026) == pytest.approx(20_000 * booked / 1e6 + 100)


OWN = "".join(
    f"""
[[observed]]
quantity = "{quantity}"
labels = {{ {labels} }}
value = {number}
known = "assumed"
source = "siliconomics#test"
as_of = 2026-11-25
"""
    for quantity, labels, number in (
        ("planned_units", 'company = "Moore Threads", chip = "S5000", year = 2026', 20_000),
        ("other_revenue", 'company = "Moore Threads", year = 2026', 100),
        ("revenue_calibration", 'company = "Moore Threads", year = 2026', 0),
        ("channel_margin", 'company = "Moore Threads"', 0.1),
        ("reporting_currency_per_cny", 'company = "Moore Threads"', 1),
        ("forecast_revenue", 'company = "Moore Threads", year = 2025', 1000),
        ("forecast_revenue", 'company = "Moore Threads", year = 2026', 2000),
        ("forecast_revenue", 'company = "Moore Threads", year = 2027', 3000),
        ("forecast_revenue", 'company = "Moore Threads", year = 2028', 4000),
    )
)
