"""A user's own statements must tie: each check finds its seeded defect, with the line and the gap, and nothing else."""

import csv
from pathlib import Path

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.facts import LIBRARY, fold
from siliconomics.facts.reader import read
from siliconomics.facts.statement_lines import BY_NAME, BY_QUANTITY, LINES, STATEMENTS
from siliconomics.model import Model, checks
from siliconomics.model import statement_checks as own

QUARRY = Path(__file__).parents[1] / "worlds" / "quarry" / "statements.csv"
PRINTED_AS_OUTFLOWS = {"capital_expenditure", "dividends_paid"}
"""Rows of the made-up company that list what flows out without a sign, as many filings do."""


@pytest.fixture(scope="module")
def formulas():
    return siliconomics.load(checked=False).formulas


@pytest.fixture
def figures():
    """The made-up company's figures by line and year, as printed; a test spoils one of them."""
    with QUARRY.open(encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    return {BY_NAME[fold(name)].quantity: dict(zip(heading[1:], cells, strict=True)) for name, *cells in rows}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sources.toml").write_text('[quarry-report]\ntitle = "Made up"\nkind = "notes"\n')
    (tmp_path / "companies").mkdir()
    card(tmp_path, "quarry", "Quarry", "999999.XX")
    return tmp_path


def card(folder, file, name, ticker):
    text = f'name = "{name}"\nticker = "{ticker}"\nreporting_currency = "CNY"\nlisting_currency = "CNY"\n'
    (folder / "companies" / f"{file}.toml").write_text(text)


def table(folder, name, figures, columns="year", as_of="2027-03-30", labels="Quarry", known="reported"):
    """A table of one's own: the card, and the rows with their place."""
    head = f'title = "Quarry"\nsource = "quarry-report"\nas_of = {as_of}\nknown = "{known}"\ncolumns = "{columns}"\n'
    text = head + f'labels = {{ company = "{labels}" }}\nstatement = "income statement"\n'
    prefix = {"half": "half_year_", "quarter": "quarter_"}.get(columns, "")
    periods = list(dict.fromkeys(period for row in figures.values() for period in row))
    body = f"line,row,{','.join(periods)}\n"
    for place, (quantity, row) in enumerate(figures.items(), 1):
        unit = {"shares": "mn share", "money a share": "CNY/share"}.get(BY_QUANTITY[quantity].unit, "mn CNY")
        sign = "factor = -1\n" if quantity in PRINTED_AS_OUTFLOWS else ""
        text += (
            f'\n[[row]]\nrow = "{quantity}"\nquantity = "{prefix}{quantity}"\nunit = "{unit}"\ninputs = "all"\n{sign}'
        )
        body += f"{place},{quantity},{','.join(row.get(period, '') for period in periods)}\n"
    (folder / f"{name}.toml").write_text(text)
    (folder / f"{name}.csv").write_text(body)


def built(formulas, folder):
    return Model(read([LIBRARY, folder]), formulas)


def found_in(model, *, but=()):
    """What each check says, by its name."""
    every = {check.__name__: list(check(model)) for check in own.STATEMENT_CHECKS if check.__name__ not in but}
    return {name: problems for name, problems in every.items() if problems}


# -- a statement that ties ------------------------------------------------------------------------


def test_a_company_that_ties_passes_every_check(formulas, figures, folder):
    table(folder, "quarry", figures)
    assert found_in(built(formulas, folder)) == {}


def test_its_ties_were_really_computed(formulas, figures, folder):
    """A check that reads nothing passes too, so each side is asked for here."""
    table(folder, "quarry", figures)
    model = built(formulas, folder)

    def of(name, year=2026):
        return model.solve(name, company="Quarry", year=year).value

    assert of("liabilities_and_equity") == of("total_assets") == 224
    assert of("total_equity_of_movements") == 162
    assert of("clean_surplus_residual") == pytest.approx(2.0)
    assert of("clean_surplus_residual", 2025) == 0
    assert of("property_plant_equipment_of_movements") == 82
    assert of("retained_earnings_of_movements") == 90
    assert of("cash_of_roll") == 68
    assert of("net_change_in_cash_of_lines") == 32
    assert of("shares_outstanding_of_roll") == 11
    assert of("earnings_per_share_of_lines") == pytest.approx(46 / 11)
    for name in ("cash_residual", "fixed_asset_residual", "retained_earnings_residual"):
        assert of(name) == 0
    assert of("prepayment_days") == pytest.approx(3 / 112 * 365)
    assert of("contract_liability_days") == pytest.approx(4 / 210 * 365)


def test_the_contradictions_of_our_source_do_not_stop_the_build(formulas):
    """The library's own gaps are many (`siliconomics statements` lists them); none is the user's."""
    assert found_in(Model(read([LIBRARY]), formulas)) == {}


# -- seeded defects -------------------------------------------------------------------------------

DEFECTS = {
    "an unbalanced asset": (
        {("total_assets", "2026"): "229.0", ("other_non_current_assets", "2026"): "5.0"},
        "balance_sheets_balance",
        "the two sides of the balance sheet differ for Quarry 2026: gap -5 mn CNY",
    ),
    "a stale total": (
        {("total_liabilities", "2025"): "45.0", ("total_assets", "2025"): "147.0", ("current_assets", "2025"): "85.0"},
        "subtotals_add_up",
        "total_liabilities is not what its lines give for Quarry 2025: gap +5",
    ),
    "a gross profit misprinted": (
        {("gross_profit", "2025"): "66.5"},
        "subtotals_add_up",
        "gross_profit is not what its lines give for Quarry 2025: gap -0.5 mn CNY",
    ),
    "income after a tax left out": (
        {("income_tax", "2024"): "4.0"},
        "subtotals_add_up",
        "net_income is not what its lines give for Quarry 2024: gap -1",
    ),
    "cash that does not follow": (
        {("net_change_in_cash", "2026"): "30.0"},
        "cash_ties",
        "cash does not follow from the year before and its change for Quarry 2026: gap -2",
    ),
    "a movement of equity not named": (
        {("other_equity_movement", "2026"): "0.0"},
        "book_value_rolls",
        "book value does not roll (clean surplus) for Quarry 2026: gap -2",
    ),
    "retained earnings that do not roll": (
        {("retained_earnings", "2025"): "51.0", ("other_equity", "2025"): "1.0"},
        "retained_earnings_roll",
        "retained earnings do not roll for Quarry 2025: gap +1",
    ),
    "fixed assets that do not roll": (
        {("property_plant_equipment", "2025"): "63.0", ("intangible_assets", "2025"): "-1.0"},
        "fixed_assets_roll",
        "fixed assets do not roll for Quarry 2025: gap -1",
    ),
    "shares from nowhere": (
        {("shares_outstanding", "2026"): "12.0"},
        "share_counts_agree",
        "shares out do not follow from the year before and those issued for Quarry 2026: gap -1 mn share",
    ),
    "earnings on another count of shares": (
        {("reported_earnings_per_share", "2026"): "4.60"},
        "share_counts_agree",
        "net income over average shares is not the reported earnings per share for Quarry 2026: gap -0.418182",
    ),
    "a sign flip": (
        {("research_expense", "2025"): "-20.0"},
        "signs_are_the_models",
        "research_expense of Quarry 2025 has the wrong sign: -20",
    ),
    "a cash outflow with the other sign": (
        {("capital_expenditure", "2026"): "-30.0"},
        "signs_are_the_models",
        "capital_expenditure of Quarry 2026 has the wrong sign: 30",
    ),
    "a year left out": (
        {("inventories", "2025"): ""},
        "periods_have_no_gap",
        "inventories of Quarry has no figure for 2025",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_found_with_its_own_message(formulas, figures, folder, defect):
    changes, check, words = DEFECTS[defect]
    for (quantity, year), printed in changes.items():
        figures[quantity][year] = printed
    table(folder, "quarry", figures)
    problems = found_in(built(formulas, folder))[check]
    (problem,) = [one for one in problems if words in one.what]
    assert problem.where.startswith("quarry.csv, line ")
    assert problem.remedy


def test_the_place_is_the_line_of_the_table(formulas, figures, folder):
    figures["gross_profit"]["2025"] = "66.5"
    table(folder, "quarry", figures)
    (problem,) = [one for one in own.subtotals_add_up(built(formulas, folder)) if "gross_profit" in one.what]
    assert problem.where == f"quarry.csv, line {list(figures).index('gross_profit') + 1}"
    assert "printed 66.5, the lines give 66" in problem.why


def test_what_rounding_allows_is_no_gap(formulas, figures, folder):
    figures["gross_profit"]["2025"] = "66.1"  # three figures in tenths: 0.15
    table(folder, "quarry", figures)
    assert "gross_profit" not in str(list(own.subtotals_add_up(built(formulas, folder))))


def test_a_line_that_is_not_given_ties_nothing_and_is_not_zero(formulas, figures, folder):
    del figures["marketable_securities"]
    figures["current_assets"]["2026"] = "140.0"
    table(folder, "quarry", figures)
    assert "current_assets is" not in str(list(own.subtotals_add_up(built(formulas, folder))))


@pytest.mark.parametrize(
    ("columns", "periods", "words"),
    [
        ("half", {"2026H1": "95.0", "2026H2": "115.0"}, ""),
        ("half", {"2026H1": "95.0", "2026H2": "105.0"}, "forecast_revenue of Quarry 2026 is not the sum of its halves: gap -10"),
        ("quarter", {"2026Q1": "40.0", "2026Q2": "50.0", "2026Q3": "55.0", "2026Q4": "65.0"}, ""),
        (
            "quarter",
            {"2026Q1": "40.0", "2026Q2": "50.0", "2026Q3": "55.0", "2026Q4": "68.0"},
            "forecast_revenue of Quarry 2026 is not the sum of its quarters: gap +3",
        ),
        ("quarter", {"2026Q1": "40.0", "2026Q2": "50.0"}, ""),
    ],
)  # fmt: skip
def test_parts_make_the_year(formulas, figures, folder, columns, periods, words):
    table(folder, "quarry", figures)
    table(folder, "parts", {"revenue": periods}, columns)
    found = list(own.parts_make_the_year(built(formulas, folder)))
    assert words in found[0].what if words else not found, found


def test_two_quarters_make_a_half(formulas, folder):
    table(folder, "halves", {"revenue": {"2026H1": "95.0", "2026H2": "115.0"}}, "half")
    table(folder, "quarters", {"revenue": {"2026Q3": "55.0", "2026Q4": "65.0"}}, "quarter")
    (found,) = own.parts_make_the_year(built(formulas, folder))
    assert "half_year_revenue of Quarry 2026H2 is not the sum of its quarters: gap +5" in found.what


def counts(folder, **bases):
    rows = "".join(
        f'[[observed]]\nquantity = "share_count"\nlabels = {{ company = "Quarry", share_basis = "{basis}" }}\n'
        f'value = {value}\nunit = "mn share"\nknown = "reported"\nsource = "quarry-report#page-2"\nas_of = 2027-03-30\n\n'
        for basis, value in bases.items()
    )
    (folder / "counts.toml").write_text(rows.replace("A_shares", "A shares").replace("H_shares", "H shares"))


@pytest.mark.parametrize(
    ("bases", "words"),
    [
        ({"A_shares": 8.0, "H_shares": 3.0, "outstanding": 11.0}, ""),
        ({"A_shares": 8.0, "H_shares": 3.0, "outstanding": 13.0}, "are not the shares outstanding: gap -2 mn share"),
        ({"basic": 11.0, "diluted": 11.5}, ""),
        ({"basic": 11.0, "diluted": 10.5}, "is below the basic one: gap -0.5 mn share"),
    ],
)
def test_classes_of_shares_add_up(formulas, folder, bases, words):
    counts(folder, **bases)
    found = list(own.share_classes_add_up(built(formulas, folder)))
    assert words in found[0].what if words else not found, found


# -- restated, twice, mixed -----------------------------------------------------------------------


def test_a_restatement_without_a_date_of_its_own_is_refused_with_the_gap(formulas, figures, folder):
    table(folder, "quarry", {"revenue": figures["revenue"]})
    table(folder, "restated", {"revenue": {"2025": "147.0"}})
    (problem,) = own.figures_stand_once(built(formulas, folder))
    assert "forecast_revenue of Quarry 2025 stands twice" in problem.what
    assert "gap" in problem.what
    assert "restatement without a date" in problem.why
    assert {"quarry.csv, line 1", "restated.csv, line 1"} == set(problem.where.split(" and "))


@pytest.mark.parametrize(("dates", "value"), [(("2026-03-30", "2027-03-30"), 147), (("2027-03-30", "2026-03-30"), 150)])
def test_of_two_dated_figures_the_later_is_used(formulas, figures, folder, dates, value):
    table(folder, "first", {"revenue": figures["revenue"]}, as_of=dates[0])
    table(folder, "second", {"revenue": {"2025": "147.0"}}, as_of=dates[1])
    model = built(formulas, folder)
    assert list(own.figures_stand_once(model)) == []
    assert model.solve("revenue", company="Quarry", year=2025).value == value


def test_a_reported_figure_stands_before_a_later_estimate(formulas, folder):
    table(folder, "forecast", {"revenue": {"2026": "300.0"}}, as_of="2027-06-30", known="estimated")
    table(folder, "results", {"revenue": {"2026": "210.0"}}, as_of="2027-03-30")
    assert built(formulas, folder).solve("revenue", company="Quarry", year=2026).value == 210


def test_an_actual_among_estimates_breaks_no_tie_and_two_estimates_still_do(formulas, figures, folder):
    lines = ("revenue", "cost_of_goods_sold", "gross_profit", "total_equity", "net_income", "dividends_paid")
    forecast = {name: dict(figures[name]) for name in (*lines, "share_issuance", "other_equity_movement")}
    table(folder, "forecast", forecast, as_of="2024-03-30", known="estimated")
    assert found_in(built(formulas, folder)) == {}
    table(folder, "results", {"revenue": {"2025": "160.0"}, "total_equity": {"2025": "110.0"}}, as_of="2026-03-30")
    assert found_in(built(formulas, folder)) == {}
    forecast["gross_profit"]["2026"] = "97.0"
    table(folder, "forecast", forecast, as_of="2024-03-30", known="estimated")
    assert "gap +1" in str(found_in(built(formulas, folder))["subtotals_add_up"][0])


def test_a_forecast_must_roll_from_what_was_reported(formulas, figures, folder):
    """Before an actual comes in, the first forecast year stands on a reported one."""
    reported = {name: {"2025": row["2025"]} for name, row in figures.items()}
    forecast = {name: {"2026": row["2026"]} for name, row in figures.items()}
    forecast["cash_and_equivalents"]["2026"], forecast["other_current_assets"]["2026"] = "67.0", "5.0"
    table(folder, "reported", reported)
    table(folder, "forecast", forecast, known="estimated")
    assert set(found_in(built(formulas, folder))) == {"cash_ties"}


def test_two_companies_with_one_ticker_are_refused(formulas, figures, folder):
    card(folder, "pit", "Pit", "999999.xx")
    table(folder, "quarry", {"revenue": figures["revenue"]})
    (problem,) = own.tickers_are_of_one_company(built(formulas, folder))
    assert "Quarry has the ticker 999999.XX of Pit" in problem.what


def test_a_table_in_another_currency_is_refused(figures, folder):
    table(folder, "quarry", {"revenue": figures["revenue"]})
    path = folder / "quarry.toml"
    path.write_text(path.read_text().replace("mn CNY", "mn USD"))
    with pytest.raises(BadRequest, match="mn reporting_currency"):
        read([LIBRARY, folder])


# -- the default build ----------------------------------------------------------------------------


@pytest.fixture
def cache(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize(
    "defect",
    ["an unbalanced asset", "a stale total", "a sign flip", "a movement of equity not named", "a year left out"],
)
def test_a_seeded_defect_stops_the_default_build_with_its_message(cache, figures, folder, defect):
    changes, _, words = DEFECTS[defect]
    for (quantity, year), printed in changes.items():
        figures[quantity][year] = printed
    table(folder, "quarry", figures)
    with pytest.raises(BadRequest) as refused:
        siliconomics.load([folder])
    assert words in str(refused.value)


def test_a_quarter_that_does_not_sum_stops_the_default_build(cache, figures, folder):
    table(folder, "quarry", figures)
    quarters = {"2026Q1": "40.0", "2026Q2": "50.0", "2026Q3": "55.0", "2026Q4": "68.0"}
    table(folder, "parts", {"revenue": quarters}, "quarter")
    with pytest.raises(BadRequest, match=r"2026 is not the sum of its quarters: gap \+3"):
        siliconomics.load([folder])


def test_an_orphan_input_and_a_misnamed_driver_stop_the_default_build(cache, folder):
    observed = 'value = 1\nknown = "assumed"\nsource = "quarry-report#1"\nas_of = 2027-03-30\n'
    path = folder / "companies" / "quarry.toml"
    whole = path.read_text()
    path.write_text(f'{whole}[[observed]]\nquantity = "betta"\n{observed}')
    with pytest.raises(BadRequest, match=r"no input quantity 'betta'.*'beta'"):
        siliconomics.load([folder])
    (folder / "quantities").mkdir()
    (folder / "quantities" / "mine.toml").write_text(
        '[betta]\nmeaning = "Misnamed."\nunit = "1"\ndimensions = ["company"]\n'
    )
    with pytest.raises(BadRequest, match=r"no formula reads betta.*'beta'"):
        siliconomics.load([folder])


def test_a_magic_literal_stops_the_default_build(cache, monkeypatch):
    from siliconomics.core import formula
    from siliconomics.model import engine

    @formula(unit="mn reporting_currency", source="test#1")
    def plugged_revenue(revenue):
        """Holds a plug in hiding."""
        return revenue * 1.03

    every = (*engine._formulas(), plugged_revenue.__formula__)
    monkeypatch.setattr(engine, "_formulas", lambda: every)
    monkeypatch.setattr(checks, "_version", lambda model: "a version of its own")
    with pytest.raises(BadRequest, match=r"plugged_revenue holds the bare number 1.03"):
        siliconomics.load()


def test_the_default_build_refuses_a_folder_that_does_not_tie(cache, figures, folder):
    table(folder, "quarry", figures)
    assert siliconomics.load([folder]).solve("revenue", company="Quarry", year=2026).value == 210
    figures["total_assets"]["2026"] = "229.0"
    figures["research_expense"]["2025"] = "-20.0"
    table(folder, "quarry", figures)
    with pytest.raises(BadRequest) as refused:
        siliconomics.load([folder])
    told = str(refused.value)
    assert "the two sides of the balance sheet differ for Quarry 2026" in told
    assert "research_expense of Quarry 2025 has the wrong sign" in told


def test_a_what_if_does_not_make_printed_statements_miss(figures, folder, formulas):
    table(folder, "quarry", figures)
    model = Model(read([LIBRARY, folder]), formulas)
    held = model.with_changes(model.change("cost_of_goods_sold", 100.0, company="Quarry", year=2026))
    assert held.solve("gross_profit_of_lines", company="Quarry", year=2026).value == 110
    assert found_in(held) == {}


def test_one_forecast_of_ones_own_beside_our_source_is_no_broken_statement(formulas, folder):
    table(folder, "mine", {"net_income": {"2027": "9999.0"}}, labels="Cambricon", known="assumed")
    assert found_in(built(formulas, folder)) == {}


def test_a_gap_in_our_own_history_does_not_refuse_a_figure_of_ones_own(formulas, folder):
    """Of Iluvatar's sales 2022 is known and 2023 is not: that is our source's, and no reason to refuse a report of 2026."""
    table(folder, "mine", {"revenue": {"2026": "3300.0"}}, labels="Iluvatar")
    assert "periods_have_no_gap" not in found_in(built(formulas, folder))
    table(folder, "mine", {"revenue": {"2031": "3300.0"}}, labels="Iluvatar")
    assert "has no figure for 2029, 2030" in found_in(built(formulas, folder))["periods_have_no_gap"][0].what


def test_a_figure_of_ones_own_against_reported_ones_must_tie(formulas, folder):
    table(folder, "mine", {"inventories": {"2025": "1.0"}}, labels="Iluvatar")
    told = found_in(built(formulas, folder))
    assert "current_assets is not what its lines give for Iluvatar 2025" in told["subtotals_add_up"][0].what


# -- the vocabulary -------------------------------------------------------------------------------


def test_every_line_is_an_input_that_the_library_declares(formulas):
    facts = read([LIBRARY])
    from siliconomics.facts.statement_lines import input_of, line_of

    for line in LINES:
        name = input_of(facts, line.quantity)
        assert name, line.quantity
        assert line_of(name) == (line, "year")
        assert line.statement in STATEMENTS


def test_no_name_means_two_lines():
    names = [fold(name) for line in LINES for name in {*line.names, line.quantity}]
    clashes = {
        name
        for name in names
        if BY_NAME[name] is None or sum(name in map(fold, {*one.names, one.quantity}) for one in LINES) > 1
    }
    assert clashes == set()


def test_the_checks_belong_to_the_default_build():
    assert set(own.STATEMENT_CHECKS) <= set(checks.CHECKS)
