"""A company in an Excel workbook: an empty one written, filled in, and read whole or refused with its sheet and line."""

import csv
import json
import sys
from pathlib import Path

import openpyxl
import pytest

from siliconomics.facts import fold, number
from siliconomics.facts.statement_lines import BY_NAME
from siliconomics.facts.statement_tables import VALUATION

pytestmark = pytest.mark.slow  # models built anew, several a test

QUARRY = Path(__file__).parents[1] / "worlds" / "quarry" / "statements.csv"
FORECAST = {
    "revenue": (300.0, 400.0, 500.0),
    "gross_profit": (140.0, 190.0, 240.0),
    "net_income": (66.0, 90.0, 115.0),
    "total_equity": (218.0, 293.0, 388.0),
}
VALUES = {
    "beta": 1.2, "risk_free_rate": 2, "equity_risk_premium": 6.5, "payout_ratio": 30, "medium_term_growth": 10,
    "terminal_growth": 3, "valuation_shares": 11, "exchange_rate": 0.9, "share_price": 60, "valuation_year": 2026,
    "first_charged_year": 2027, "last_summed_year": 2037, "terminal_year": 2037,
}  # fmt: skip


@pytest.fixture
def facts(tmp_path):
    return tmp_path / "my_facts"


@pytest.fixture
def book(cli, facts):
    """The empty workbook of a made-up company."""
    options = ("--reported", "2026", "--as-of", "2027-04-01", "--ticker", "9999.XX", "--listing", "HKD", "--xlsx")
    made = cli("company", "new", "Quarry", "--into", facts, *options)
    assert made.code == 0, made.err
    return facts / "quarry.xlsx"


def put(path, sheet, cells):
    """Write values into a sheet: by row and column name, or by cell."""
    opened = openpyxl.load_workbook(path)
    page = opened[sheet]
    columns = {cell.value: cell.column for cell in page[1]}
    for (row, column), value in cells.items():
        number = row if isinstance(row, int) else [cell.value for cell in page["A"]].index(row) + 1
        page.cell(number, columns[column]).value = value
    opened.save(path)


def filled(path):
    """The whole made-up company: reported years, forecast, halves, consensus, valuation."""
    with QUARRY.open(encoding="utf-8") as file:
        heading, *rows = csv.reader(file)
    cells = {}
    for name, *row in rows:
        line = BY_NAME[fold(name)]
        for year, text in zip(heading[1:], row, strict=True):
            if text:
                cells[line.names[0], year] = number(text).value
    for quantity, values in FORECAST.items():
        name = BY_NAME[fold(quantity)].names[0]
        cells |= {(name, f"{year}E"): value for year, value in zip((2027, 2028, 2029), values, strict=True)}
    put(path, "Years", cells)
    put(path, "Halves", {("Revenue", "2026H1"): 95.0, ("Revenue", "2026H2"): 115.0})
    put(path, "Consensus", {(6, "provider"): "My screen", (6, "2027E"): 60})
    names = {quantity: words for quantity, words, _ in VALUATION}
    put(path, "Valuation", {(names[quantity], "value"): value for quantity, value in VALUES.items()})


def bring(cli, path, facts, *options):
    return cli("company", "import", path, "--company", "Quarry", "--into", facts, "--as-of", "2027-04-01", *options)


def refused(result, facts, *words):
    assert (result.code, result.out) == (2, ""), result.out
    for word in words:
        assert word in result.err, result.err
    assert "Traceback" not in result.err
    assert not list(facts.glob("quarry-*"))


def test_an_empty_workbook_is_made_beside_a_card(cli, facts, book):
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == ["Read me", "Years", "Halves", "Quarters", "Consensus", "Valuation"]
    assert [cell.value for cell in opened["Years"][1]] == [
        "line", "unit", "2024", "2025", "2026", "2027E", "2028E", "2029E",
    ]  # fmt: skip
    assert cli("facts", "check", facts).code == 0
    again = cli("company", "new", "Quarry", "--into", facts, "--xlsx")
    assert (again.code, "exists already" in again.err) == (2, True)


def test_an_empty_workbook_says_what_it_lacks(cli, facts, book):
    refused(bring(cli, book, facts), facts, "quarry.xlsx", "no sheet has periods in its first row and figures")


def test_a_workbook_goes_to_the_same_target_as_csv_tables(cli, facts, book):
    from .test_company_import_cli import by_hand

    filled(book)
    result = bring(cli, book, facts)
    assert result.code == 0, result.err
    (target,) = json.loads(cli("show", "price_target", "--where", "company=Quarry", "--facts", facts, "--json").out)
    assert target["unit"] == "HKD/share"
    assert target["value"] == pytest.approx(by_hand(), rel=1e-9)
    why = cli("why", "price_target", "--where", "company=Quarry", "--facts", facts, "--depth", "12")
    assert "quarry-filing-2027-04-01#line" in why.out
    gap = json.loads(cli("consensus", "--company", "Quarry", "--facts", facts, "--json").out)
    assert "my-screen" in json.dumps(gap)
    (half,) = json.loads(
        cli("show", "half_year_revenue", "-w", "company=Quarry", "-w", "half=2026H2", "--facts", facts, "--json").out
    )
    assert half["value"] == 115


def test_a_mended_workbook_is_read_again_only_when_asked(cli, facts, book):
    filled(book)
    assert bring(cli, book, facts).code == 0
    put(book, "Years", {("Revenue", "2029E"): 510.0})
    once = bring(cli, book, facts)
    assert (once.code, "--again" in once.err) == (2, True)
    assert bring(cli, book, facts, "--again").code == 0
    (found,) = json.loads(
        cli("show", "revenue", "-w", "company=Quarry", "-w", "year=2029", "--facts", facts, "--json").out
    )
    assert found["value"] == 510


@pytest.mark.parametrize(
    ("sheet", "cells", "words"),
    [
        (
            "Years",
            {("Total assets", "2026"): 230.0},
            ["quarry.xlsx, sheet Years, line", "the two sides of the balance sheet differ for Quarry 2026: gap -6"],
        ),
        ("Years", {("Revenue", "2026"): "many"}, ["sheet Years, line 3, column '2026'", "holds no number"]),
        ("Years", {("Revenue", "unit"): "mn USD"}, ["currencies or units are mixed", "sheet Years, line 3"]),
        ("Years", {(1, "2025"): "2024"}, ["are the same period", "no column for 2025"]),
        ("Years", {("Revenue", "2026"): "=1/0"}, ["sheet Years, cell E3", "a formula without a result"]),
        ("Halves", {("Revenue", "2026H2"): 105.0}, ["is not the sum of its halves: gap -10", "sheet Halves, line 3"]),
        ("Consensus", {(6, "provider"): None}, ["sheet Consensus, line 6", "no provider is named"]),
        ("Consensus", {(6, "as of"): "spring"}, ["sheet Consensus, line 6", "'spring' is not a day"]),
        ("Valuation", {("Beta", "row"): "Bita"}, ["sheet Valuation, line 2", "'Bita'", "'Beta'"]),
        ("Valuation", {("Risk-free rate", "row"): "Beta"}, ["sheet Valuation, line 3", "stands there twice"]),
    ],
)
def test_a_bad_workbook_is_refused_with_its_sheet_and_nothing_is_written(cli, facts, book, sheet, cells, words):
    filled(book)
    put(book, sheet, cells)
    refused(bring(cli, book, facts), facts, *words)


def test_a_percent_cell_is_read_as_it_is_shown(cli, facts, book):
    filled(book)
    opened = openpyxl.load_workbook(book)
    cell = opened["Valuation"]["C3"]
    cell.value, cell.number_format = 0.025, "0.0%"
    opened.save(book)
    assert bring(cli, book, facts).code == 0
    (rate,) = json.loads(cli("show", "risk_free_rate", "-w", "company=Quarry", "--facts", facts, "--json").out)
    assert rate["value"] == pytest.approx(0.025)


def test_a_number_keeps_the_decimals_it_shows(cli, facts, book):
    """A gross profit of 66.4 beside whole numbers shown with one decimal is a gap; with none it would be rounding."""
    filled(book)
    put(book, "Years", {("Gross profit", "2025"): 66.4})
    refused(bring(cli, book, facts), facts, "gross_profit is not what its lines give for Quarry 2025: gap -0.4")


def test_any_workbook_is_read_by_the_sheets_named(cli, facts, tmp_path):
    opened = openpyxl.Workbook()
    page = opened.active
    page.title = "P&L"
    for row in (["row", 2025, 2026], ["营业收入", 150, 210], ["Bees", 1, 2]):
        page.append(row)
    opened.create_sheet("Notes").append(["nothing", "2026"])
    path = tmp_path / "any.xlsx"
    opened.save(path)
    result = bring(cli, path, facts, "--unit", "mn CNY", "--sheet", "P&L", "--skip-unknown")
    assert result.code == 0, result.err
    assert "rows left out: Bees (line 3)" in result.out
    unknown = bring(cli, path, tmp_path / "other", "--unit", "mn CNY", "--sheet", "PL")
    assert (unknown.code, "no sheet 'PL'" in unknown.err) == (2, True)


@pytest.mark.parametrize(("content", "words"), [(b"not a zip", "is no workbook"), (None, "cannot be read")])
def test_a_file_that_is_no_workbook_is_refused(cli, facts, tmp_path, content, words):
    path = tmp_path / "broken.xlsx"
    if content is not None:
        path.write_bytes(content)
    refused(bring(cli, path, facts), facts, words)


def test_without_its_package_a_workbook_is_refused_with_what_to_do(cli, facts, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    made = cli("company", "new", "Quarry", "--into", facts, "--xlsx")
    assert (made.code, "pip install 'siliconomics[excel]'" in made.err) == (2, True)
    assert not facts.exists()


def test_sheets_are_of_workbooks(cli, facts):
    result = bring(cli, QUARRY, facts, "--sheet", "Years", "--unit", "mn CNY")
    refused(result, facts, "--sheet is of a workbook")
