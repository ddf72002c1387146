"""Statements as transcribed: cells that stand in the cited line, signs mapped in the card, periods in order."""

import csv
import re
from pathlib import Path

import pytest

from siliconomics.core import BadRequest
from siliconomics.facts import LIBRARY, number
from siliconomics.facts.periods import is_part, parts_between
from siliconomics.facts.reader import read

BROKER = LIBRARY / "broker-2026-04-26"
STUDY = Path(__file__).parents[3] / "shared" / "source" / "000_21ef161d764f9b39.txt"
TABLES = {
    "exhibit-26-own": (11, 3),
    "exhibit-32-income": (13, 4),
    "exhibit-32-balance-sheet": (23, 4),
    "exhibit-32-cash-flow": (18, 4),
    "exhibit-32-ratios": (19, 4),
    "exhibit-33-halves": (26, 8),
    "exhibit-33-years": (25, 4),
    "exhibit-39-quarters": (26, 8),
    "exhibit-39-years": (25, 2),
}
"""Rows and columns that a reader counts in the source; a change from half to half or quarter to quarter has no years."""


@pytest.fixture(scope="module")
def facts():
    return read([LIBRARY])


@pytest.fixture(scope="module")
def study():
    if not STUDY.exists():
        pytest.skip("THE STUDY IS NOT AT HAND: that statements stand in the cited lines is NOT tested")
    return STUDY.read_text(encoding="utf-8").split("\n")


def rows(table):
    with (BROKER / f"{table}.csv").open(encoding="utf-8") as file:
        heading, *body = csv.reader(file)
    return heading, body


# -- as printed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_the_cells_of_a_row_stand_in_its_line_in_their_order(study, table):
    for line, row, *cells in rows(table)[1]:
        told = [re.escape(cell) for cell in (row, *filter(None, cells))]
        pattern = r"(?:\s+\S+)*?\s+".join(told) if table == "exhibit-26-own" else r".*?\s".join(told)
        assert re.search(rf"(?:^|\s){pattern}(?:\s|$)", study[int(line) - 1]), (line, row)


@pytest.mark.parametrize("table", [one for one in TABLES if one != "exhibit-26-own"])
def test_no_cell_of_a_line_is_left_out(study, table):
    """Halves, quarters and years of one line are cut from one run of figures, statements from the half of their line."""
    exhibit = table.split("-")[1]
    every = {}
    for one in TABLES:
        if one.split("-")[1] == exhibit:
            for line, _, *cells in rows(one)[1]:
                every[line] = every.get(line, 0) + len([cell for cell in cells if cell])
    for line, row, *_ in rows(table)[1]:
        text = study[int(line) - 1].replace("2025 2026E 2027E 2028E", "")  # two lines hold a heading too
        printed = re.findall(r"(?<!\S)(?:\(?-?[\d,]*\.?\d+\)?%?|NM|NA)(?!\S)", text)
        assert len(printed) == every[line], (line, row)


@pytest.mark.parametrize(("table", "shape"), TABLES.items())
def test_a_table_has_all_its_rows_and_columns(table, shape):
    heading, body = rows(table)
    assert (len(body), len(heading) - 2) == shape


def test_every_printed_cell_is_a_figure_and_every_figure_a_printed_cell(facts):
    for table in TABLES:
        cells = sorted((int(line), row, one) for line, row, *cells in rows(table)[1] for one in cells if one)
        exhibit = int(table.split("-")[1])
        lines = {(line, row) for line, row, _ in cells}
        columns = set(rows(table)[0][2:])
        figures = [f for f in facts.figures if f.exhibit == exhibit and f.scenario == "base" and f.column in columns]
        found = sorted((f.line, f.row, f.printed) for f in figures if (f.line, f.row) in lines and f.statement)
        if exhibit == 32:
            part = {"exhibit-32-income": "income statement", "exhibit-32-balance-sheet": "balance sheet"}
            name = part.get(table, "cash flow statement" if "cash" in table else "ratios")
            found = sorted((f.line, f.row, f.printed) for f in figures if f.statement == name)
        assert found == cells, table


def test_columns_that_were_cut_off_stay_missing(facts):
    for quantity in ("cost_of_goods_sold", "research_expense", "forecast_gross_profit", "forecast_revenue"):
        assert facts.of(quantity, ("MetaX", 2027)) is None
        assert facts.of(quantity, ("MetaX", 2026)) is not None
    for company in ("Cambricon", "MetaX"):
        assert facts.of("total_assets", (company, 2026)) is None


def test_only_columns_without_an_e_are_reported(facts):
    for figure in facts.figures:
        if figure.statement and figure.exhibit in (32, 33, 39):
            round_figures = "quarter" in figure.labels and "round" in figure.note
            assert figure.known == ("estimated" if figure.column.endswith("E") or round_figures else "reported")


# -- signs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "labels", "printed", "value"),
    [
        ("cost_of_goods_sold", ("Iluvatar", 2025), "(475.6)", 475.6),
        ("half_year_research_expense", ("Iluvatar", "2027H2"), "(640.0)", 640.0),
        ("quarter_cost_of_goods_sold", ("MetaX", "2026Q3"), "552.3", 552.3),
        ("income_tax", ("Iluvatar", 2028), "159.3", 159.3),
        ("capital_expenditure", ("Iluvatar", 2026), "(200.0)", -200.0),
        ("long_term_investment_change", ("Iluvatar", 2026), "0.7", 0.7),
        ("quarter_non_operating_income", ("MetaX", "2025Q1"), "7.9", -7.9),
        ("quarter_non_operating_income", ("MetaX", "2026Q1"), "25.0", 25.0),
        ("non_operating_income", ("MetaX", 2025), "(54.2)", 54.2),
    ],
)
def test_costs_are_positive_and_cash_that_flows_out_negative(facts, quantity, labels, printed, value):
    fact = facts.of(quantity, labels)
    assert (fact.printed, fact.value) == (printed, value)


def test_a_row_keeps_its_printed_sign_beside_the_one_of_the_model(facts):
    for figure in facts.figures:
        if figure.statement and figure.number is not None:
            assert figure.number == number(figure.printed)
            assert abs(figure.factor) == 1


# -- periods -------------------------------------------------------------------------------------


def test_halves_and_quarters_follow_each_other_without_a_gap(facts):
    halves, quarters = facts.labels["half"], facts.labels["quarter"]
    assert halves == [f"{year}H{part}" for year in range(2024, 2029) for part in (1, 2)]
    assert quarters == [f"{year}Q{part}" for year in range(2024, 2031) for part in (1, 2, 3, 4)]


def test_a_span_of_parts_crosses_the_year():
    assert parts_between("half", "2025H2", "2027H1") == ["2025H2", "2026H1", "2026H2", "2027H1"]
    assert parts_between("quarter", "2025Q4", "2026Q1") == ["2025Q4", "2026Q1"]


@pytest.mark.parametrize("label", ["2026", "2026H3", "2026H0", "H1", "26H1", "2026Q5", "2026Q", "9999H1", "2026h1", ""])
def test_what_is_no_half_or_quarter_is_refused(label):
    assert not is_part("half", label)
    assert not is_part("quarter", label)


CARD = """
title = "A table"
source = "siliconomics"
as_of = 2026-04-24
known = "estimated"
columns = "half"
statement = "income statement"
labels = { company = "Iluvatar" }
"""
ROW = '\n[[row]]\nrow = "Sales"\nquantity = "half_year_revenue"\nunit = "mn CNY"\ninputs = "all"\n'


def refused(tmp_path, table, card):
    (tmp_path / "own.csv").write_text(table, encoding="utf-8")
    (tmp_path / "own.toml").write_text(card, encoding="utf-8")
    with pytest.raises(BadRequest) as error:
        read([LIBRARY, tmp_path])
    return "\n".join(str(problem) for problem in error.value.problems)


def test_a_column_that_is_no_half_is_refused_with_its_line(tmp_path):
    told = refused(tmp_path, "line,row,2026H1,2026Q3\n7,Sales,5,6\n", CARD + ROW)
    assert "'2026Q3' is not a half of a year" in told
    assert "line 7" in told
    assert "2026H1" in told


def test_a_row_described_twice_is_refused(tmp_path):
    told = refused(tmp_path, "line,row,2026H1\n7,Sales,5\n", CARD + ROW + ROW)
    assert "row 'Sales' is described twice" in told
    assert "line = " in told


def test_a_column_of_opposite_sign_that_is_not_there_is_refused(tmp_path):
    card = CARD + ROW + 'opposite = ["2026H2"]\n'
    assert "speaks of a column '2026H2'" in refused(tmp_path, "line,row,2026H1\n7,Sales,5\n", card)


def test_a_company_without_a_currency_is_told_to_name_it(tmp_path):
    told = refused(tmp_path, "line,row,2026H1\n7,Sales,5\n", CARD.replace("Iluvatar", "Hygon") + ROW)
    assert "Write reporting_currency on the card of Hygon" in told


def test_rows_of_one_label_are_told_apart_by_their_line(tmp_path):
    second = ROW.replace("half_year_revenue", "half_year_cost_of_goods_sold").replace('"Sales"', '"Sales"\nline = 9')
    (tmp_path / "own.csv").write_text("line,row,2030H1\n7,Sales,5\n9,Sales,(3)\n", encoding="utf-8")
    card = CARD + ROW + second + "factor = -1\n"
    (tmp_path / "own.toml").write_text(card, encoding="utf-8")
    facts = read([LIBRARY, tmp_path])
    assert facts.of("half_year_revenue", ("Iluvatar", "2030H1")).value == 5
    assert facts.of("half_year_cost_of_goods_sold", ("Iluvatar", "2030H1")).value == 3


# -- what is not printed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "labels", "now", "growth"),
    [
        ("half_year_revenue", ("Iluvatar", "2024H1"), 324.3, 0.642),
        ("half_year_revenue", ("Iluvatar", "2024H2"), 709.3, 1.074),
        ("quarter_revenue", ("MetaX", "2024Q3"), 321.2, 6.654),
        ("quarter_revenue", ("MetaX", "2024Q4"), 408.0, -0.215),
        ("forecast_revenue", ("MetaX", 2024), 1644.1, 1.213),
    ],
)
def test_revenue_of_2024_follows_from_the_growth_over_it(facts, quantity, labels, now, growth):
    fact = facts.of(quantity, labels)
    ends = sorted((now + side * 0.05) / (1 + growth - side * 0.0005) for side in (-1, 1))
    assert fact.known == "derived"
    assert fact.value == pytest.approx(now / (1 + growth), abs=0.05)
    assert (fact.low, fact.high) == (pytest.approx(ends[0], abs=0.06), pytest.approx(ends[1], abs=0.06))


def test_revenue_of_2024_agrees_with_growth_that_it_was_not_taken_from(facts):
    """Iluvatar: from half to half, and the year; MetaX: from quarter to quarter."""
    second = facts.of("half_year_revenue", ("Iluvatar", "2024H2")).value
    year = facts.of("forecast_revenue", ("Iluvatar", 2024)).value
    last = facts.of("quarter_revenue", ("MetaX", "2024Q4")).value
    assert 324.3 / second - 1 == pytest.approx(-0.052, abs=0.0008)
    assert 1033.6 / year - 1 == pytest.approx(0.916, abs=0.001)
    assert 320.4 / last - 1 == pytest.approx(-0.384, abs=0.001)


@pytest.mark.parametrize(
    ("quantity", "above", "below"),
    [
        ("cost_of_goods_sold", "Net sales", "Gross profit"),
        ("operating_expense", "Gross profit", "Operating profit"),
        ("non_operating_income", "Pretax Income", "Operating profit"),
        ("income_tax", "Pretax Income", "Net income"),
    ],
)
def test_a_line_of_cambricon_lies_between_the_two_printed_ones(facts, quantity, above, below):
    heading, body = rows("exhibit-26-own")
    cells = {row: dict(zip(heading[2:], map(number, figures), strict=True)) for _, row, *figures in body}
    for year in (2026, 2027, 2028):
        fact = facts.of(quantity, ("Cambricon", year))
        over, under = cells[above][f"{year}E"], cells[below][f"{year}E"]
        assert fact.known == "derived"
        assert fact.value == over.value - under.value
        assert fact.high - fact.value == fact.value - fact.low == over.half + under.half


def test_lines_of_metax_beyond_the_cut_follow_from_the_loose_figures(facts):
    for year in (2027, 2028):
        income = facts.of("forecast_net_income", ("MetaX", year)).value
        tax = facts.of("income_tax", ("MetaX", year)).value
        operating = facts.of("forecast_operating_income", ("MetaX", year)).value
        assert facts.of("forecast_pretax_income", ("MetaX", year)).value == pytest.approx(income + tax)
        assert facts.of("non_operating_income", ("MetaX", year)).value == pytest.approx(income + tax - operating)
