"""Three statements from drivers: the plan is the printed statement, and what moves one line moves the others with it."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import siliconomics
from siliconomics.model import driven_checks
from siliconomics.studies.audit import audit

COMPANIES = ("Cambricon", "Iluvatar", "MetaX")
PRODUCTS = {"Cambricon": ("MLU 580", "MLU 590"), "Iluvatar": ("BI-V100", "BI-V200"), "MetaX": ("C500", "C600")}
YEARS = (2026, 2027, 2028)
ROUNDED = 0.16
"""Three printed figures, each rounded to a tenth, may add up to this."""


@pytest.fixture(scope="module")
def base():
    return siliconomics.load()


@pytest.fixture(scope="module")
def model(base):
    return base.under("from-drivers")


def value(model, quantity, company, year=None, **where):
    labels = {"company": company, **({} if year is None else {"year": year}), **where}
    (record,) = model.solve(quantity, **labels).records
    assert record.value is not None, record.missing
    return record.value


def changed(model, quantity, to, **where):
    return model.with_changes(model.change(quantity, to, **where))


def moved(before, after, quantity, company, year):
    return value(after, quantity, company, year) - value(before, quantity, company, year)


def tied(model, company):
    ties = [*driven_checks.ties(model, company), *driven_checks.sums(model, company)]
    assert len(ties) > 100
    return all(one.holds for one in ties)


# -- the plan is the printed statement --------------------------------------------------------


def printed_of_later_years(model, company, exhibits):
    wanted = (2026, 2027, 2028)
    for figure in model.facts.figures:
        own = figure.labels.get("company") == company and figure.exhibit in exhibits and figure.scenario == "base"
        period = next((figure.labels[axis] for axis in ("year", "half", "quarter") if axis in figure.labels), None)
        flows = figure.statement in ("income statement", "balance sheet", "cash flow statement")
        if own and flows and figure.number and figure.unit == "mn CNY" and int(str(period)[:4]) in wanted:
            yield figure


@pytest.mark.parametrize(
    ("company", "exhibits", "count"), [("Iluvatar", (32, 33), 3 * (10 + 23 + 18) + 9 * 12), ("MetaX", (39,), 5 * 12)]
)
def test_with_the_drivers_as_they_stand_every_printed_line_comes_out(model, company, exhibits, count):
    figures = list(printed_of_later_years(model, company, exhibits))
    assert len(figures) == count
    for figure in figures:
        (record,) = model.solve(figure.quantity, **figure.labels).records
        assert record.value == pytest.approx(figure.number.value * figure.factor, abs=ROUNDED), figure


def test_no_line_of_a_printed_balance_sheet_is_found_as_what_closes_it(model):
    """The opening lines are printed; from then on nothing is found from the two sides of the balance."""
    for quantity in ("other_non_current_assets", "additional_paid_in_capital"):
        printed = model.facts.of(quantity, ("Iluvatar", 2025))
        assert value(model, quantity, "Iluvatar", 2025) == printed.value


def test_inventories_are_planned_in_the_days_that_the_source_states(model):
    """Exhibit 32, line 1120, counts on closing inventories from 2026 on; the printed balances give the same days."""
    for year, stated in zip(YEARS, (400, 320, 250), strict=True):
        assert value(model, "planned_inventory_days", "Iluvatar", year) == pytest.approx(stated, abs=0.1)


@pytest.mark.parametrize("company", COMPANIES)
def test_all_ties_hold_in_every_year_of_the_model(model, company):
    years = driven_checks.driven_years(model, company)
    assert (years[0], years[-1]) == (2026, 2038)
    assert tied(model, company)
    assert all(one.holds for one in driven_checks.opening(model, company))


# -- where the balance sheet is ours ----------------------------------------------------------


@pytest.mark.parametrize("company", ["Cambricon", "MetaX"])
def test_an_assumed_balance_sheet_ties_exactly_to_the_printed_equity(model, company):
    for year in (2025, *YEARS):
        equity = model.facts.of("forecast_total_equity", (company, year)).value
        closed = 1e-9 if year == 2025 else 1e-3  # revenue is calibrated to a thousandth of a million
        assert value(model, "total_equity_of_lines", company, year) == pytest.approx(equity, abs=closed)
        net_assets = value(model, "total_assets", company, year) - value(model, "total_liabilities", company, year)
        assert net_assets == pytest.approx(equity, abs=closed)


@pytest.mark.parametrize("company", ["Cambricon", "MetaX"])
def test_an_assumed_balance_sheet_says_so_and_has_ranges(model, company):
    for quantity in driven_checks.BALANCES:
        (record,) = model.solve(quantity, company=company, year=2025).records
        assert record.known == "assumed", quantity
    facts = [one[0] for key, one in model.facts.facts.items() if key[0] in driven_checks.BALANCES and key[1] == company]
    assert len(facts) == len(driven_checks.BALANCES) - 1  # one line closes
    assert all(fact.low <= fact.value <= fact.high and fact.known == "assumed" for fact in facts)
    assert value(model, "other_non_current_assets", company, 2025) > 0


def test_no_figure_of_an_assumed_balance_sheet_counts_as_reproduced(base):
    lines = {*driven_checks.BALANCES, "total_assets", "cash_and_equivalents", "cash_from_operations"}
    for verdict in audit(base).verdicts:
        if verdict.figure.labels.get("company") in ("Cambricon", "MetaX"):
            assert verdict.figure.quantity not in lines


# -- one driver moves all three statements ----------------------------------------------------


@given(
    company=st.sampled_from(COMPANIES),
    product=st.integers(0, 1),
    year=st.sampled_from(YEARS),
    cut=st.floats(0.01, 0.5),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_price_cut_moves_every_statement_together(model, company, product, year, cut):
    after = changed(model, "price_cut", cut, chip=PRODUCTS[company][product], year=year)
    for later in range(year, 2029):
        lost = -moved(model, after, "revenue", company, later)
        assert lost > 0
        days = value(model, "planned_receivable_days", company, later)
        assert moved(model, after, "trade_receivables", company, later) == pytest.approx(-lost * days / 365)
        assert moved(model, after, "inventories", company, later) == pytest.approx(0, abs=1e-6)  # a cut saves no cost
        for lower in ("gross_profit", "net_income", "cash_and_equivalents", "total_assets", "total_equity"):
            assert moved(model, after, lower, company, later) < 0, lower
        sides = [moved(model, after, side, company, later) for side in ("total_assets", "liabilities_and_equity")]
        assert sides[0] == pytest.approx(sides[1])
    assert tied(after, company)


def test_a_price_cut_reaches_halves_and_quarters(model):
    for company, chip, prefix, part in (
        ("Iluvatar", "BI-V200", "half_year", {"half": "2026H2"}),
        ("MetaX", "C500", "quarter", {"quarter": "2026Q3"}),
    ):
        after = changed(model, "price_cut", 0.2, chip=chip, year=2026)
        of_year = value(after, "revenue", company, 2026) / value(model, "revenue", company, 2026)
        of_part = value(after, f"{prefix}_revenue", company, **part) / value(
            model, f"{prefix}_revenue", company, **part
        )
        assert of_part == pytest.approx(of_year, rel=1e-3)
        assert value(after, f"{prefix}_net_income", company, **part) < value(
            model, f"{prefix}_net_income", company, **part
        )
        assert tied(after, company)


def test_later_payment_by_customers_takes_just_its_receivables_from_cash(model):
    days = value(model, "planned_receivable_days", "Iluvatar", 2027)
    after = changed(model, "planned_receivable_days", days + 30, company="Iluvatar", year=2027)
    tied_up = 30 * value(model, "revenue", "Iluvatar", 2027) / 365
    assert moved(model, after, "trade_receivables", "Iluvatar", 2027) == pytest.approx(tied_up)
    assert moved(model, after, "cash_and_equivalents", "Iluvatar", 2027) == pytest.approx(-tied_up)
    assert moved(model, after, "total_equity", "Iluvatar", 2027) == 0
    kept = 1 - value(model, "planned_tax_rate", "Iluvatar", 2028)
    missed = 0.015 * tied_up * kept  # the money comes back, a year's interest on it does not
    assert moved(model, after, "cash_and_equivalents", "Iluvatar", 2028) == pytest.approx(-missed)
    assert tied(after, "Iluvatar")


def test_spending_goes_from_cash_to_fixed_assets_and_wears_off(model):
    after = changed(model, "planned_capital_expenditure_share", 0.1, company="MetaX", year=2026)
    spent = (0.1 - 0.06) * 4029.9
    assert moved(model, after, "property_plant_equipment", "MetaX", 2026) == pytest.approx(spent)
    assert moved(model, after, "cash_and_equivalents", "MetaX", 2026) == pytest.approx(-spent)
    assert moved(model, after, "property_plant_equipment", "MetaX", 2027) == pytest.approx(spent * (1 - 0.3))
    assert moved(model, after, "depreciation", "MetaX", 2027) == pytest.approx(spent * 0.3)
    assert moved(model, after, "operating_expense", "MetaX", 2027) == pytest.approx(spent * 0.3)
    lost = spent * 0.3 + spent * 0.015  # wear, and the interest that the money no longer earns; no tax
    assert moved(model, after, "net_income", "MetaX", 2027) == pytest.approx(-lost)
    assert value(after, "price_target", "MetaX") < value(model, "price_target", "MetaX")
    assert tied(after, "MetaX")


def test_wear_reaches_the_gross_margin_in_the_share_that_is_a_cost_of_goods(model):
    share = model.change("depreciation_share_in_cost_of_goods", 0.25)
    one = model.with_changes(share)
    spending = one.change("planned_capital_expenditure_share", 0.1, company="MetaX", year=2026)
    both = one.with_changes(spending)
    wear = moved(one, both, "depreciation", "MetaX", 2027)
    assert moved(one, both, "cost_of_goods_sold", "MetaX", 2027) == pytest.approx(0.25 * wear)
    assert moved(one, both, "operating_expense", "MetaX", 2027) == pytest.approx(0.75 * wear)
    assert moved(model, one, "net_income", "MetaX", 2027) == pytest.approx(0, abs=1e-3)  # the plan stays printed
    assert tied(both, "MetaX")


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("year", YEARS)
def test_what_the_plan_holds_of_interest_and_wear_is_what_the_base_drivers_give(model, company, year):
    """The two named lines are worked out once and written down, so that a change of cash or spending is no part of them."""
    for line in ("interest_off_plan", "depreciation_off_plan"):
        assert value(model, line, company, year) == pytest.approx(0, abs=1e-3)
    rest = value(model, "planned_other_non_operating_income", company, year)
    assert rest + value(model, "net_interest_in_plan", company, year) == pytest.approx(
        value(model, "planned_non_operating_income", company, year)
    )


def test_a_higher_deposit_rate_earns_its_difference_on_the_opening_funds(model):
    after = changed(model, "deposit_rate", 0.025, company="Cambricon")
    funds = value(model, "liquid_funds", "Cambricon", 2025)
    assert moved(model, after, "non_operating_income", "Cambricon", 2026) == pytest.approx(0.01 * funds)
    assert value(after, "price_target", "Cambricon") > value(model, "price_target", "Cambricon")


def test_cash_below_nothing_pays_the_rate_of_a_loan(model):
    after = changed(model, "planned_capital_expenditure_share", 1.5, company="Iluvatar", year=2026)
    funds = value(after, "liquid_funds", "Iluvatar", 2026)
    assert funds < 0
    owed = value(after, "short_term_debt", "Iluvatar", 2026) + value(after, "long_term_debt", "Iluvatar", 2026)
    assert value(after, "net_interest_on_opening_balances", "Iluvatar", 2027) == pytest.approx(-0.035 * (owed - funds))


def test_a_plan_goes_on_until_the_next_one_is_stated(model):
    """Cambricon's spending is assumed once, for 2026; MetaX's year by year."""
    for company, later in (("Cambricon", 0.1), ("MetaX", 0.05)):
        after = changed(model, "planned_capital_expenditure_share", 0.1, company=company, year=2026)
        assert value(after, "planned_capital_expenditure_share", company, 2027) == later


def test_borrowing_raises_cash_and_debt_and_costs_its_interest_a_year_later(model):
    after = changed(model, "long_term_debt_change", 800.0, company="MetaX", year=2027)
    assert moved(model, after, "cash_and_equivalents", "MetaX", 2027) == pytest.approx(800)
    assert moved(model, after, "total_equity", "MetaX", 2027) == 0
    cost = 800 * (0.035 - 0.015)  # MetaX pays no tax in these years
    assert moved(model, after, "long_term_debt", "MetaX", 2028) == pytest.approx(800)
    assert moved(model, after, "non_operating_income", "MetaX", 2028) == pytest.approx(-cost)
    assert moved(model, after, "cash_and_equivalents", "MetaX", 2028) == pytest.approx(800 - cost)
    assert moved(model, after, "total_equity", "MetaX", 2028) == pytest.approx(-cost)
    assert tied(after, "MetaX")


@pytest.mark.parametrize(
    ("amount", "flow", "other"),
    [(500, "dividends_paid", "share_issuance"), (-500, "share_issuance", "dividends_paid")],
)
def test_what_owners_take_out_or_put_in_goes_through_cash_and_its_own_line_of_equity(model, amount, flow, other):
    after = changed(model, "planned_net_distribution", amount, company="Iluvatar", year=2027)
    assert value(after, flow, "Iluvatar", 2027) == pytest.approx(-amount)
    assert value(after, other, "Iluvatar", 2027) == pytest.approx(0, abs=1e-9)
    assert moved(model, after, "cash_and_equivalents", "Iluvatar", 2027) == pytest.approx(-amount)
    assert moved(model, after, "total_equity", "Iluvatar", 2027) == pytest.approx(-amount)
    line = "retained_earnings" if amount > 0 else "additional_paid_in_capital"
    assert moved(model, after, line, "Iluvatar", 2027) == pytest.approx(-amount)
    assert tied(after, "Iluvatar")


@pytest.mark.parametrize("company", COMPANIES)
def test_free_cash_flow_that_is_not_paid_out_is_the_cash_put_by(model, company):
    """Free cash flow of the statements less what owners get is what cash, securities and investments grow by."""
    for before, year in itertools.pairwise((2025, *YEARS, 2029)):
        kept = value(model, "cash_and_equivalents", company, year) - value(
            model, "cash_and_equivalents", company, before
        )
        bought = sum(
            value(model, f"{term}_term_investment_change", company, year) for term in ("short", "long")
        )  # money out is negative
        assert value(model, "cash_put_by", company, year) == pytest.approx(kept - bought, abs=1e-6)


GUIDE = {
    "the plan": ([], 1051, 1892, 9451),
    "a price cut": ([("price_cut", 0.2, {"chip": "BI-V200", "year": 2027})], 200, -473, 6786),
    "slow inventories": ([("planned_inventory_days", 400, {"company": "Iluvatar", "year": 2027})], 251, 1880, 9439),
    "the stated turnover of receivables": (
        [
            ("planned_receivable_days", days, {"company": "Iluvatar", "year": year})
            for year, days in ((2026, 160), (2027, 140), (2028, 120))
        ],
        -803,
        -668,
        9402,
    ),
}


@pytest.mark.parametrize("name", GUIDE)
def test_the_figures_of_the_guide_come_out(model, name):
    changes, cash_2027, cash_2028, equity = GUIDE[name]
    after = model.with_changes(*(model.change(quantity, to, **where) for quantity, to, where in changes))
    assert value(after, "cash_and_equivalents", "Iluvatar", 2027) == pytest.approx(cash_2027, abs=0.6)
    assert value(after, "cash_and_equivalents", "Iluvatar", 2028) == pytest.approx(cash_2028, abs=0.6)
    assert value(after, "total_equity", "Iluvatar", 2028) == pytest.approx(equity, abs=0.6)


def test_on_the_assumed_balance_sheet_metax_cannot_pay_what_the_valuation_pays_out(model):
    for year in range(2029, 2038):
        paid = -value(model, "dividends_paid", "MetaX", year)
        assert paid == pytest.approx(0.5 * value(model, "net_income", "MetaX", year))
        assert value(model, "free_cash_flow_to_equity_of_lines", "MetaX", year) < 0.1 * 2 * paid
    assert value(model, "cash_and_equivalents", "MetaX", 2035) > 0 > value(model, "cash_and_equivalents", "MetaX", 2036)


def test_the_enterprise_multiple_moves_with_sales_and_not_with_what_comes_after_its_balance_sheet(model):
    after = changed(model, "price_cut", 0.2, chip="MLU 590", year=2027)
    for name in ("ev_to_sales_at_market", "price_to_sales_at_market"):
        ratio = value(after, name, "Cambricon", 2027) / value(model, name, "Cambricon", 2027)
        assert ratio == pytest.approx(
            value(model, "revenue", "Cambricon", 2027) / value(after, "revenue", "Cambricon", 2027)
        )
    assert value(after, "price_target", "Cambricon") < value(model, "price_target", "Cambricon")


# -- after the years with drivers -------------------------------------------------------------


@pytest.mark.parametrize("company", COMPANIES)
def test_after_the_forecast_sales_grow_as_income_does_and_days_stay(model, company):
    for year in (2029, 2033, 2037):
        growth = value(model, "growth_after_forecast", company, year)
        for line in ("revenue", "gross_profit", "operating_income", "pretax_income", "net_income"):
            assert value(model, line, company, year) == pytest.approx(
                value(model, line, company, year - 1) * (1 + growth)
            )
        for days in ("receivable_days", "inventory_days", "payable_days"):
            assert value(model, days, company, year) == pytest.approx(value(model, f"planned_{days}", company, 2028))


def test_printed_lines_do_not_depend_on_drivers(base):
    other = changed(base, "planned_receivable_days", 300.0, company="Iluvatar")
    assert value(other, "trade_receivables", "Iluvatar", 2027) == 1030.1
    assert value(other.under("from-drivers"), "trade_receivables", "Iluvatar", 2027) > 6000
    assert base.solve("total_assets", company="Cambricon", year=2027).records[0].value is None


def test_a_figure_of_ones_own_takes_the_place_of_an_assumed_one(tmp_path):
    (tmp_path / "sources.toml").write_text('[annual]\ntitle = "Annual report"\nkind = "report"\n')
    (tmp_path / "stock.toml").write_text(
        '[[observed]]\nquantity = "inventories"\nlabels = { company = "Cambricon", year = 2025 }\nvalue = 4000\n'
        'known = "reported"\nsource = "annual#page-80"\nas_of = 2026-11-25\n'
    )
    model = siliconomics.load(facts=[tmp_path], scenario="from-drivers")
    assert value(model, "inventories", "Cambricon", 2025) == 4000
    assert value(model, "other_non_current_assets", "Cambricon", 2025) == pytest.approx(541.3 + 500)
    assert tied(model, "Cambricon")


def test_quarters_that_nobody_prints_lie_in_the_year_as_those_before(model):
    """The source's quarters of MetaX end in 2026."""
    for year in (2027, 2028):
        whole = value(model, "revenue", "MetaX", year)
        parts = [value(model, "quarter_revenue", "MetaX", quarter=f"{year}Q{part}") for part in range(1, 5)]
        assert sum(parts) == pytest.approx(whole)
        for part, found in enumerate(parts, 1):
            before = value(model, "quarter_revenue", "MetaX", quarter=f"2026Q{part}")
            assert found / whole == pytest.approx(before / value(model, "revenue", "MetaX", 2026), rel=1e-3)
    after = changed(model, "price_cut", 0.2, chip="C600", year=2028)
    assert value(after, "quarter_net_income", "MetaX", quarter="2028Q1") < value(
        model, "quarter_net_income", "MetaX", quarter="2028Q1"
    )


# -- a rolled base ----------------------------------------------------------------------------


@pytest.fixture
def rolled(tmp_path):
    """MetaX has reported 2026: sales, income and book of its own, and the balance sheet that we assumed otherwise."""
    figures = {
        "forecast_revenue": 4500.0,
        "forecast_gross_profit": 2400.0,
        "forecast_operating_income": 100.0,
        "forecast_pretax_income": 180.0,
        "forecast_net_income": 180.0,
        "forecast_total_equity": 13400.0,
    }
    balances = {
        "cash_and_equivalents": 8000.0, "marketable_securities": 1000.0, "trade_receivables": 1500.0,
        "inventories": 2000.0, "other_current_assets": 900.0, "long_term_investments": 50.0,
        "property_plant_equipment": 700.0, "intangible_assets": 450.0, "short_term_debt": 500.0,
        "trade_payables": 350.0, "other_current_liabilities": 400.0, "long_term_debt": 200.0,
        "other_non_current_liabilities": 150.0, "share_capital": 400.1, "retained_earnings": -2320.0,
        "other_equity": 0.0,
    }  # fmt: skip
    (tmp_path / "sources.toml").write_text('[annual]\ntitle = "Annual report 2026, made up"\nkind = "report"\n')
    fact = (
        '[[observed]]\nquantity = "{}"\nlabels = {{ company = "MetaX"{} }}\nvalue = {}\n'
        'known = "reported"\nsource = "annual#page-1"\nas_of = 2027-03-30\n\n'
    )
    text = "".join(fact.format(name, ", year = 2026", figure) for name, figure in (figures | balances).items())
    text += fact.format("last_reported_year", "", 2026) + fact.format("stated_net_distribution", ", year = 2027", 0)
    (tmp_path / "year.toml").write_text(text)
    return siliconomics.load(facts=[tmp_path], scenario="from-drivers")


def test_a_rolled_base_starts_from_what_was_reported(model, rolled):
    for line, reported in (("revenue", 4500), ("net_income", 180), ("total_equity", 13400), ("inventories", 2000)):
        assert value(rolled, line, "MetaX", 2026) == reported
    cut = changed(rolled, "price_cut", 0.3, chip="C600", year=2026)
    assert value(cut, "revenue", "MetaX", 2026) == 4500  # what is reported no driver moves
    assert value(cut, "revenue", "MetaX", 2027) < value(rolled, "revenue", "MetaX", 2027)
    assert tied(rolled, "MetaX")
    assert tied(cut, "MetaX")


def test_income_above_forecast_stays_in_book_and_cash_of_a_rolled_base(rolled):
    grown = value(rolled, "total_equity", "MetaX", 2027) - value(rolled, "total_equity", "MetaX", 2026)
    assert grown == pytest.approx(value(rolled, "net_income", "MetaX", 2027))
    assert value(rolled, "net_interest_on_opening_balances", "MetaX", 2027) == pytest.approx(0.015 * 9000 - 0.035 * 700)


def test_rolling_one_company_leaves_the_others_where_they_are(model, rolled):
    for company in ("Cambricon", "Iluvatar"):
        assert value(rolled, "driver_base_year", company) == 2025
        assert value(rolled, "price_target", company) == value(model, "price_target", company)
    assert value(rolled, "driver_base_year", "MetaX") == 2026
