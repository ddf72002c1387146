"""A company of one's own: empty tables to fill in, a statement file read whole or refused, and a target at the end."""

import csv
import datetime as dt
import json
import re
import shlex
from pathlib import Path

import pytest

import siliconomics
from siliconomics.facts import fold
from siliconomics.facts.statement_file import parse_unit
from siliconomics.facts.statement_lines import BY_NAME

pytestmark = pytest.mark.slow  # models built anew, several a test

QUARRY = Path(__file__).parents[1] / "worlds" / "quarry" / "statements.csv"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-company.md"


def told(result):
    assert (result.code, result.err) == (0, ""), result.err
    return json.loads(result.out)


@pytest.fixture
def facts(tmp_path):
    return tmp_path / "my_facts"


@pytest.fixture
def import_(cli, facts):
    """Reads a file, the made-up company's own or a text, into the folder."""

    def run(text=None, *options, company="Quarry", unit="mn CNY", as_of="2027-03-30"):
        file = QUARRY
        if text is not None:
            file = facts.parent / "mine.csv"
            file.write_text(text, encoding="utf-8")
        units = ("--unit", unit) if unit else ()
        return cli("company", "import", file, "--company", company, "--into", facts, "--as-of", as_of, *units, *options)

    return run


def refused(result, facts, *words):
    assert (result.code, result.out) == (2, ""), result.out
    for word in words:
        assert word in result.err, result.err
    assert "Traceback" not in result.err
    assert not facts.exists()


# -- a file that ties -----------------------------------------------------------------------------


def test_every_cell_of_a_file_becomes_a_fact_with_its_line(cli, import_, facts):
    result = import_()
    assert result.code == 0
    assert "turned by factor = -1 on the card: Capex, Dividends paid" in result.out
    found = told(cli("statements", "--company", "Quarry", "--facts", facts, "--json"))
    with QUARRY.open(encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    printed = {
        (str(place), year): cell
        for place, (_, *cells) in enumerate(rows, 2)
        for year, cell in zip(heading[1:], cells, strict=True)
        if cell
    }
    assert {(str(one["line"]), one["period"]): one["printed"] for one in found["lines"]} == printed
    assert {one["source"] for one in found["lines"] if one["line"] == 2} == {"quarry-filing-2027-03-30#line 2"}
    assert found["counts"]["does_not_tie"] == 0
    assert found["counts"]["ties"] > 30
    assert all(tie["holds"] for tie in found["ties"])


def test_a_file_of_the_same_day_is_not_written_over(import_, facts):
    assert import_().code == 0
    before = {path: path.read_bytes() for path in facts.rglob("*") if path.is_file()}
    again = import_()
    assert again.code == 2
    assert "the file exists already" in again.err
    assert {path: path.read_bytes() for path in facts.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("unit", "currency", "scale"),
    [
        ("mn CNY", "CNY", 1),
        ("人民币百万元", "CNY", 1),
        ("百万元", "CNY", 1),
        ("万元", "CNY", 0.01),
        ("元", "CNY", 1e-6),
        ("亿元", "CNY", 100),
        ("RMB'000", "CNY", 0.001),
        ("thousand USD", "USD", 0.001),
        ("HK$ million", "HKD", 1),
        ("bn CNY", "CNY", 1000),
    ],
)
def test_units_as_filings_write_them(unit, currency, scale):
    assert parse_unit(unit) == (currency, pytest.approx(scale))


def test_figures_in_ten_thousands_are_the_same_company(cli, import_, facts):
    assert import_("项目,2025,2026\n营业收入,15000.0,21000.0\n营业成本,8400.0,11200.0\n", unit="万元").code == 0
    found = told(
        cli("show", "revenue", "--where", "company=Quarry", "--where", "year=2026", "--facts", facts, "--json")
    )
    assert found[0]["value"] == pytest.approx(210.0)
    assert found[0]["unit"] == "mn CNY"


def test_periods_as_filings_write_them(import_, facts):
    heading = "line,2025A,FY2026,2027E,2026H1,2H26,1Q26,2026Q2,2026年第三季度"
    assert import_(f"{heading}\nRevenue,1.0,4.0,5.0,2.0,2.0,1.0,1.0,1.5\n").code == 0
    model = siliconomics.load([facts])
    assert model.solve("revenue", company="Quarry", year=2027).value == 5
    assert model.facts.of("forecast_revenue", ("Quarry", 2027)).known == "estimated"
    assert model.facts.of("forecast_revenue", ("Quarry", 2026)).known == "reported"
    assert model.facts.of("half_year_revenue", ("Quarry", "2026H2")).value == 2
    assert model.facts.of("quarter_revenue", ("Quarry", "2026Q3")).value == 1.5


def test_a_quarter_is_the_difference_of_two_cumulative_filings(import_, facts):
    text = (
        "line,2026-03-31,2026-06-30,2026-09-30,2026-12-31\nRevenue,40.0,90.0,145.0,210.0\nInventory,1.0,2.0,3.0,4.0\n"
    )
    assert import_(text, "--cumulative").code == 0
    facts_ = siliconomics.load([facts]).facts
    quarters = [facts_.of("quarter_revenue", ("Quarry", f"2026Q{part}")) for part in (1, 2, 3, 4)]
    assert [one.value for one in quarters] == [40, 50, 55, 65]
    assert {one.known for one in quarters} == {"derived"}
    assert [facts_.of("half_year_revenue", ("Quarry", f"2026H{part}")).value for part in (1, 2)] == [90, 120]
    assert facts_.of("forecast_revenue", ("Quarry", 2026)).value == 210
    assert facts_.of("inventories", ("Quarry", 2026)).value == 4


def test_a_restatement_with_its_date_is_used_and_the_first_figure_kept(import_, facts):
    text = "line,2025,2025 restated 2027-06-30,2026\nRevenue,150.0,147.0,210.0\n"
    assert import_(text).code == 0
    model = siliconomics.load([facts])
    assert model.solve("revenue", company="Quarry", year=2025).value == 147
    assert [(one.value, one.as_of) for one in model.facts.facts["forecast_revenue", "Quarry", 2025]] == [
        (147, "2027-06-30"),
        (150, "2027-03-30"),
    ]


def test_a_file_in_the_usual_chinese_encoding_is_read(cli, facts, tmp_path):
    file = tmp_path / "利润表.csv"
    file.write_bytes("项目,2025年,2026年度\n单位,人民币百万元,人民币百万元\n营业收入,150.0,210.0\n".encode("gb18030"))
    result = cli("company", "import", file, "--company", "石场", "--into", facts, "--as-of", "2027-03-30")
    assert result.code == 0, result.err
    assert siliconomics.load([facts]).solve("revenue", company="石场", year=2026).value == 210


def test_rows_by_a_name_of_their_own_are_mapped_and_others_left_out_by_name(import_, facts):
    text = "line,2026\nRevenue,210.0\nWafers bought,112.0\nBees,7.0\n"
    result = import_(text, "--map", "Wafers bought=cost_of_goods_sold", "--skip-unknown")
    assert result.code == 0
    assert "rows left out: Bees (line 4)" in result.out
    assert siliconomics.load([facts]).facts.of("cost_of_goods_sold", ("Quarry", 2026)).value == 112


def test_what_is_handed_on_reads_back_as_the_same_figures(cli, import_, facts, tmp_path):
    assert import_().code == 0
    sheet = cli("company", "export", "--company", "Quarry", "--facts", facts)
    assert (sheet.code, sheet.err) == (0, "")
    again = tmp_path / "again"
    (tmp_path / "sheet.csv").write_text(sheet.out, encoding="utf-8")
    options = ("--company", "Quarry", "--into", again, "--as-of", "2027-03-30")
    assert cli("company", "import", tmp_path / "sheet.csv", *options).code == 0

    def figures(folder):
        found = siliconomics.load([folder]).facts.facts
        return {key: facts_[0].value for key, facts_ in found.items() if "Quarry" in key}

    assert figures(again) == figures(facts)
    assert len(figures(facts)) == 155  # counted in the file


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--company", "Quarry"), "no company 'Quarry'"),
        (("--company", "Cambricon", "--period", "week"), "no period 'week'"),
        (("--company", "Huawei", "--period", "half"), "No line of Huawei is known by half"),
    ],
)
def test_what_cannot_be_handed_on_is_refused(cli, arguments, words):
    result = cli("company", "export", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def test_our_own_statements_are_handed_on_in_the_models_signs(cli):
    sheet = cli("company", "export", "--company", "Iluvatar", "--period", "half").out
    heading, *rows = csv.reader(sheet.splitlines())
    cost = next(row for row in rows if row[0] == "Cost of goods sold")
    assert cost[heading.index("2026H1E")] == "490.1"  # Exhibit 33 prints (490.1)


# -- bad input ------------------------------------------------------------------------------------

BAD = {
    "does not tie": (
        "line,2026\nRevenue,100.0\nCOGS,60.0\nGross profit,45.0\n",
        "mn CNY",
        ["mine.csv, line 4", "gap -5 mn CNY"],
    ),
    "mixed currencies": (
        "line,unit,2026\nRevenue,mn CNY,100.0\nCOGS,mn USD,60.0\n",
        "",
        ["currencies or units are mixed", "mine.csv, line 2", "mine.csv, line 3", "USD"],
    ),
    "mixed units": (
        "line,unit,2026\nRevenue,百万元,100.0\nCOGS,万元,6000\n",
        "",
        ["currencies or units are mixed", "CNY in 1 mn", "CNY in 0.01 mn"],
    ),
    "currencies by column": ("line,2025,2026\n币种,CNY,USD\nRevenue,90,100\n", "", ["mixed", "column '2026'"]),
    "no unit": ("line,2026\nRevenue,100.0\n", "", ["in which currency and unit", "--unit"]),
    "no such unit": ("line,2026\nRevenue,100.0\n", "mn bees", ["'mn bees' is no unit of money"]),
    "a missing period": ("line,2024,2026\nRevenue,90,100\n", "mn CNY", ["no column for 2025 between 2024 and 2026"]),
    "a missing cell": ("line,2024,2025,2026\nRevenue,90,,100\n", "mn CNY", ["mine.csv, line 2", "no figure for 2025"]),
    "overlapping periods": ("line,2026,FY2026\nRevenue,90,100\n", "mn CNY", ["are the same period", "line 1"]),
    "a day without its kind": ("line,2026-06-30\nRevenue,90\n", "mn CNY", ["--cumulative"]),
    "restated without a date": (
        "line,2026,2026 restated\nRevenue,90,100\n",
        "mn CNY",
        ["line 1, column '2026 restated'", "a restatement without a date"],
    ),
    "restated on no day": ("line,2026,2026 restated 2027\nRevenue,90,1\n", "mn CNY", ["a restatement without a date"]),
    "restated on the same day": (
        "line,2026,2026 restated 2027-03-30\nRevenue,90,100\n",
        "mn CNY",
        ["stands twice: 90 and 100, gap +10", "mine.csv, line 2"],
    ),
    "an unknown row": ("line,2026\nRevenu,90\n", "mn CNY", ["row 'Revenu'", "mine.csv, line 2", "'Revenue'"]),
    "one line twice": ("line,2026\nRevenue,90\nNet sales,91\n", "mn CNY", ["is revenue", "Line 2, 'Revenue', is too"]),
    "no number": ("line,2026\nRevenue,many\n", "mn CNY", ["mine.csv, line 2, column '2026'", "holds no number"]),
    "no period": ("line,sometime\nRevenue,1\n", "mn CNY", ["'sometime' is no period"]),
    "no column": ("line\nRevenue\n", "mn CNY", ["no column with a period"]),
    "a ragged row": ("line,2026\nRevenue,1,200\n", "mn CNY", ["mine.csv, line 2", "quotation marks"]),
    "nothing": ("", "mn CNY", ["has no rows"]),
    "a sign flip": ("line,2025,2026\nR&D,20,-26\n", "mn CNY", ["mine.csv, line 2", "wrong sign: -26"]),
    "halves that miss": (
        "line,2026,2026H1,2026H2\nRevenue,210.0,95.0,105.0\n",
        "mn CNY",
        ["is not the sum of its halves: gap -10", "mine.csv, line 2"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_its_line_and_nothing_is_written(import_, facts, case):
    text, unit, words = BAD[case]
    refused(import_(text, unit=unit), facts, *words)


def test_figures_in_a_currency_that_the_company_does_not_report_in_are_refused(import_, facts):
    refused(import_("line,2026\nRevenue,1\n", company="Cambricon", unit="mn USD"), facts, "Cambricon reports in CNY")


def test_statements_of_a_company_of_ours_stand_before_ours(import_, facts):
    result = import_("line,2026\nRevenue,12345.0\n", company="寒武纪")
    assert result.code == 0
    assert not (facts / "companies").exists()
    model = siliconomics.load([facts])
    assert model.solve("revenue", company="Cambricon", year=2026).value == 12345


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as-of", "spring"), "'spring' is not a day"),
        (("--as-of", "2027-03-30", "--source", "no-such"), "there is no source 'no-such'"),
        (("--as-of", "2027-03-30", "--map", "Bees=honey"), "'honey' is no line of a statement"),
        (("--as-of", "2027-03-30", "--company", 'a"b'), "cannot be a name"),
    ],
)
def test_bad_options_are_refused(cli, facts, arguments, words):
    company = () if "--company" in arguments else ("--company", "Quarry")
    result = cli("company", "import", QUARRY, "--into", facts, "--unit", "mn CNY", *company, *arguments)
    refused(result, facts, words)


def test_a_file_that_is_not_there_is_refused(cli, facts):
    result = cli("company", "import", facts / "no.csv", "--company", "X", "--into", facts, "--as-of", "2027-03-30")
    refused(result, facts, "cannot be read")


# -- empty tables ---------------------------------------------------------------------------------


def new(cli, facts, *options, name="Quarry"):
    return cli("company", "new", name, "--into", facts, "--reported", "2026", "--as-of", "2027-04-01", *options)


def test_empty_tables_are_read_and_hold_no_figure(cli, facts):
    assert new(cli, facts).code == 0
    checked = cli("facts", "check", facts)
    assert checked.code == 0
    assert "0 facts" in checked.out


@pytest.mark.parametrize("name", ["Quarry", "Pit & Sons", "寒武纪二号"])
def test_any_name_makes_tables_that_are_read(cli, facts, name):
    assert new(cli, facts, name=name).code == 0
    assert cli("facts", "check", facts).code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--currency", "yuan"), "'yuan' is no currency"),
        (("--ticker", "688256.ss"), "has the ticker 688256.ss of Cambricon"),
        (("--as-of", "soon"), "is not a day"),
    ],
)
def test_a_card_that_cannot_be_is_refused(cli, facts, options, words):
    refused(new(cli, facts, *options), facts, words)


def test_tables_are_not_written_over(cli, facts):
    assert new(cli, facts).code == 0
    again = new(cli, facts)
    assert again.code == 2
    assert "exists already" in again.err


# -- public data ----------------------------------------------------------------------------------


def recorded(monkeypatch, revenue=("150", "210"), assets="224"):
    """A made-up snapshot in the shape of a provider."""
    from siliconomics.facts import public_data
    from siliconomics.facts.public_data import yahoo

    cells = {
        "Total Revenue": {"2025-12-31": float(revenue[0]) * 1e6, "2026-12-31": float(revenue[1]) * 1e6},
        "Total Assets": {"2026-12-31": float(assets) * 1e6},
        "Total Liabilities Net Minority Interest": {"2026-12-31": 62e6},
        "Total Equity Gross Minority Interest": {"2026-12-31": 162e6},
    }
    found = public_data.Snapshot("yfinance", "999999.XX", "CNY", yahoo.LINES, cells, version="1.7")
    monkeypatch.setattr(public_data, "snapshot", lambda provider, ticker: found)


def test_a_snapshot_of_public_data_becomes_dated_facts(cli, facts, monkeypatch):
    recorded(monkeypatch)
    result = cli("company", "fetch", "yfinance", "999999.XX", "--company", "Quarry", "--into", facts)
    assert result.code == 0, result.err
    model = siliconomics.load([facts])
    assert model.solve("revenue", company="Quarry", year=2026).value == pytest.approx(210)
    fact = model.facts.of("total_assets", ("Quarry", 2026))
    assert fact.value == pytest.approx(224)
    assert fact.as_of == dt.date.today().isoformat()
    assert fact.source.startswith("quarry-filing-")


def test_a_snapshot_that_does_not_tie_is_refused(cli, facts, monkeypatch):
    recorded(monkeypatch, assets="230")
    result = cli("company", "fetch", "yfinance", "999999.XX", "--company", "Quarry", "--into", facts)
    refused(
        result,
        facts,
        "yfinance-999999-xx-",
        "line 3: the two sides of the balance sheet differ for Quarry 2026: gap -6",
    )


# -- end to end -----------------------------------------------------------------------------------

FORECAST = {
    "revenue": (300.0, 400.0, 500.0),
    "gross_profit": (140.0, 190.0, 240.0),
    "operating_income": (80.0, 110.0, 140.0),
    "pretax_income": (84.0, 115.0, 146.0),
    "net_income": (66.0, 90.0, 115.0),
    "total_equity": (218.0, 293.0, 388.0),
}
VALUES = {
    "beta": "1.2",
    "risk_free_rate": "2",
    "equity_risk_premium": "6.5",
    "payout_ratio": "30",
    "medium_term_growth": "10",
    "terminal_growth": "3",
    "valuation_shares": "11",
    "exchange_rate": "0.9",
    "share_price": "60",
    "valuation_year": "2026",
    "first_charged_year": "2027",
    "last_summed_year": "2037",
    "terminal_year": "2037",
}


def fill(path, cells):
    """Write figures into the cells of a table, by row or quantity and column."""
    rows = dict(re.findall(r'row = "([^"]*)"\nquantity = "([^"]*)"', path.with_suffix(".toml").read_text("utf-8")))
    with path.open(encoding="utf-8") as file:
        heading, *body = csv.reader(file)
    for row in body:
        for column, text in cells.get(rows[row[1]], {}).items():
            row[heading.index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([heading, *body])


@pytest.fixture
def fourth(cli, facts):
    """A fourth company: card, statements, forecast, consensus and valuation filled into the empty tables."""
    assert new(cli, facts, "--ticker", "9999.XX", "--listing", "HKD").code == 0
    with QUARRY.open(encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    cells = {BY_NAME[fold(name)].quantity: dict(zip(heading[1:], row, strict=True)) for name, *row in rows}
    for quantity in ("capital_expenditure", "dividends_paid"):
        cells[quantity] = {year: f"({text})" if text else "" for year, text in cells[quantity].items()}
    for quantity, forecast in FORECAST.items():
        cells[quantity] |= {
            f"{year}E": f"{value:.1f}" for year, value in zip((2027, 2028, 2029), forecast, strict=True)
        }
    for statement in ("income-statement", "balance-sheet", "cash-flow-statement"):
        fill(facts / f"quarry-{statement}-by-year.csv", cells)
    fill(facts / "quarry-consensus.csv", {"net_income": {"2027E": "60.0"}})
    fill(facts / "quarry-valuation.csv", {quantity: {"value": text} for quantity, text in VALUES.items()})
    return facts


def by_hand(net_income=FORECAST["net_income"], equity=FORECAST["total_equity"]):
    """The target from the same figures, year by year, in the source's form of residual income."""
    rate, growth = 0.02 + 1.2 * 0.065, 0.03
    income, book = dict(zip((2027, 2028, 2029), net_income, strict=True)), {2026: 162.0}
    book |= dict(zip((2027, 2028, 2029), equity, strict=True))
    value, worth = 0.0, book[2026]
    for year in range(2027, 2038):
        income.setdefault(year, income.get(year - 1, 0.0) * 1.1)
        book.setdefault(year, book[year - 1] + income[year] * 0.7)
        value = (income[year] / ((book[year - 1] + book[year]) / 2) - rate) * book[year - 1]
        worth += value / (1 + rate) ** (year - 2026)
    worth += value * (1 + growth) / (rate - growth) / (1 + rate) ** (2037 - 2026)
    return worth / 11 / 0.9


def test_a_fourth_company_goes_from_empty_tables_to_a_target_that_leads_to_its_rows(cli, fourth):
    assert "no problem" in cli("facts", "check", fourth).out
    where = ("--where", "company=Quarry", "--facts", fourth)
    (target,) = told(cli("show", "price_target", *where, "--json"))
    assert target["unit"] == "HKD/share"
    assert target["value"] == pytest.approx(by_hand(), rel=1e-9)
    (upside,) = told(cli("show", "upside", *where, "--json"))
    assert upside["value"] == pytest.approx(by_hand() / 60 - 1, rel=1e-9)
    gap = told(cli("show", "net_income_difference_from_consensus", *where, "--where", "year=2027", "--json"))
    assert [one["value"] for one in gap if one["value"] is not None] == [pytest.approx(0.1)]
    why = cli("why", "price_target", *where, "--depth", "12")
    assert why.code == 0
    assert "quarry-filings#line" in why.out


def test_one_wrong_cell_of_the_fourth_company_stops_its_target(cli, fourth):
    fill(fourth / "quarry-balance-sheet-by-year.csv", {"inventories": {"2026": "29.0"}})
    result = cli("show", "price_target", "--where", "company=Quarry", "--facts", fourth)
    assert result.code == 2
    assert "current_assets is not what its lines give for Quarry 2026: gap +1 mn CNY" in result.err
    assert "quarry-balance-sheet-by-year.csv, line" in result.err


def test_a_year_later_its_actuals_stand_beside_its_own_forecast(cli, fourth, tmp_path):
    results = tmp_path / "results.csv"
    results.write_text("line,2027\nRevenue,330.0\nNet income,76.0\n", encoding="utf-8")
    imported = cli(
        "company",
        "import",
        results,
        "--company",
        "Quarry",
        "--into",
        fourth,
        "--as-of",
        "2028-03-30",
        "--unit",
        "mn CNY",
    )
    assert imported.code == 0, imported.err
    found = told(cli("actuals", "--company", "Quarry", "--facts", fourth, "--json"))
    lines = {one["quantity"]: one for one in found["lines"] if one["period"] == "2027"}
    assert lines["revenue"]["surprise"] == pytest.approx(0.1)
    assert lines["net_income"]["surprise"] == pytest.approx(76 / 66 - 1)
    assert lines["net_income"]["consensus"]["provider"]["surprise"] == pytest.approx(76 / 60 - 1)
    assert lines["net_income"]["source"] == "quarry-filing-2028-03-30#line 3"
    bridge = found["bridge"]
    assert bridge["old"] == pytest.approx(by_hand(), rel=1e-9)
    rolled = by_hand((76.0, 90.0, 115.0), (228.0, 303.0, 398.0))
    assert bridge["new"] == pytest.approx(rolled, rel=1e-9)
    assert bridge["steps"][0]["target"] == pytest.approx(by_hand((76.0, 90.0, 115.0)), rel=1e-9)
    days = {one["quantity"]: one["values"] for one in found["leading_indicators"]}
    assert days["prepayment_days"]["2026"] == pytest.approx(3 / 112 * 365)
    assert days["contract_liability_days"]["2025"] == pytest.approx(3 / 150 * 365)
    shown = cli("actuals", "--company", "Quarry", "--facts", fourth)
    assert shown.code == 0
    for words in ("+10.0%", "the target restated", "net_income 2027: 66 -> 76, as reported", "2027-04-01"):
        assert words in shown.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--company", "Zoo"), "no company 'Zoo'"),
        (("--company", "Iluvatar", "--period", "spring"), "'spring' is no period"),
        ((), "--company"),
    ],
)
def test_actuals_that_cannot_be_are_refused(cli, arguments, words):
    result = cli("actuals", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


# -- the guide ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_commands_of_the_guide_run_in_their_order(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = GUIDE.read_text(encoding="utf-8")
    for name, text in re.findall(r"^```(?:csv|toml)\n# (\S+)\n(.*?)^```$", page, re.M | re.S):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = re.findall(r"^    siliconomics (.*)$", page, re.M)
    assert len(commands) > 5
    for command in commands:
        result = cli(*shlex.split(command))
        assert (result.code, result.err) == (0, ""), (command, result.err)


def test_a_folder_whose_sources_cannot_be_read_is_refused(cli, facts):
    facts.mkdir()
    (facts / "sources.toml").write_text("bad [", encoding="utf-8")
    result = new(cli, facts)
    assert result.code == 2
    assert "sources.toml: not valid TOML" in result.err
    assert [path.name for path in facts.iterdir()] == ["sources.toml"]
