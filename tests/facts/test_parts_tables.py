"""The six grids and two bridges of the sum of the parts: as printed, and what is solved from them."""

import csv
import itertools

import pytest

from siliconomics.facts import LIBRARY, number
from siliconomics.facts.reader import read

BROKER = LIBRARY / "broker-2026-04-26"
GRIDS = {  # exhibit: the lines between its title and its source note
    44: (2134, 2157),
    45: (2159, 2182),
    46: (2184, 2207),
    49: (2286, 2308),
    50: (2310, 2332),
    51: (2334, 2356),
}
BRIDGES = {47: (2209, 2249), 52: (2358, 2402)}


@pytest.fixture(scope="module")
def facts():
    return read([LIBRARY])


def table(exhibit):
    with (BROKER / f"exhibit-{exhibit}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def grid(exhibit):
    """Printed numbers by sales and multiple, straight from the table."""
    found = {}
    for row in table(exhibit):
        if row["row"].endswith("x"):
            for heading, text in row.items():
                if heading not in ("line", "row", "value"):
                    found[float(heading.replace(",", "")), float(row["row"][:-1])] = number(text)
    return found


def corner(exhibit):
    return next(number(row["value"]) for row in table(exhibit) if row["row"] == "corner")


def in_range(pairs):
    """The range of x in which every ``top / x`` rounds to its printed figure."""
    low = max(top / (figure.value + figure.half) for top, figure in pairs)
    high = min(top / (figure.value - figure.half) for top, figure in pairs)
    return low, high


# -- as printed -------------------------------------------------------------------------------


def test_the_grids_have_156_cells():
    assert sum(len(grid(exhibit)) + (corner(exhibit) is not None) for exhibit in GRIDS) == 156


@pytest.mark.parametrize("exhibit", [*GRIDS, *BRIDGES])
def test_every_printed_cell_is_read_with_its_line(facts, exhibit):
    cells = [
        (int(row["line"]), row["row"], text)
        for row in table(exhibit)
        for column, text in row.items()
        if column not in ("line", "row") and text.strip()
    ]
    figures = [one for one in facts.figures if one.exhibit == exhibit and one.row != "heading"]
    assert sorted((one.line, one.row, one.printed) for one in figures) == sorted(cells)
    first, last = {**GRIDS, **BRIDGES}[exhibit]
    assert {first < line < last for line, _, _ in cells} == {True}
    assert all(one.number is not None for one in figures)


@pytest.mark.parametrize("exhibit", GRIDS)
def test_the_corner_is_the_middle_of_its_grid(exhibit):
    sales, multiples = (sorted({point[axis] for point in grid(exhibit)}) for axis in (0, 1))
    middle = grid(exhibit)[sales[2], multiples[2]]
    assert abs(corner(exhibit).value - middle.value) <= corner(exhibit).half


@pytest.mark.parametrize("exhibit", GRIDS)
def test_a_cell_stands_at_the_points_of_its_row_and_column(facts, exhibit):
    part = "T-Head" if exhibit < 48 else "Kunlunxin"
    for figure in facts.figures:
        if figure.exhibit == exhibit and "multiple_point" in figure.labels and "revenue_point" in figure.labels:
            multiple = facts.of("part_sales_multiple_at_point", (part, figure.labels["multiple_point"]))
            sales = facts.of("part_revenue_at_point", (part, figure.labels["revenue_point"]))
            assert grid(exhibit)[sales.value, multiple.value] == figure.number
            assert figure.row == f"{multiple.value:g}x"


@pytest.mark.parametrize(("exhibit", "parts"), [(47, 6), (52, 6)])
def test_a_bridge_has_its_six_parts_and_their_sum(facts, exhibit, parts):
    figures = [one for one in facts.figures if one.exhibit == exhibit]
    per_share = [one for one in figures if one.quantity == "part_value_per_share"]
    (whole,) = [one for one in figures if one.quantity == "sum_of_parts_value_per_share"]
    assert len({one.labels["part"] for one in per_share}) == len(per_share) == parts
    assert sum(one.number.value for one in per_share) == whole.number.value


# -- what the grids use without printing it ------------------------------------------------------


@pytest.mark.parametrize(("exhibit", "company"), [(44, "Alibaba"), (49, "Baidu")])
def test_yuan_per_dollar_follows_from_every_cell(facts, exhibit, company):
    low, high = in_range([(sales * multiple, figure) for (sales, multiple), figure in grid(exhibit).items()])
    fact = facts.of("exchange_rate", (company,))
    assert fact.known == "derived"
    assert low <= fact.value <= high
    assert high - low < 0.0001


def test_what_reaches_alibaba_is_the_discount_alone(facts):
    stake = facts.of("part_stake", ("T-Head",)).value
    kept = stake * (1 - facts.of("part_holding_discount", ("T-Head",)).value)
    tops = [(sales * multiple / 6.95, figure) for (sales, multiple), figure in grid(45).items()]
    low, high = in_range(tops)
    assert low <= 1 / kept <= high


def test_the_stake_in_kunlunxin_follows_from_every_cell_and_is_not_the_printed_one(facts):
    low, high = in_range([(s * m / 6.95 * (1 - 0.3), figure) for (s, m), figure in grid(50).items()])
    fact = facts.of("part_stake", ("Kunlunxin",))
    assert fact.known == "derived"
    assert fact.low == pytest.approx(1 / high, abs=1e-6)
    assert fact.high == pytest.approx(1 / low, abs=1e-6)
    assert 1 / high <= fact.value <= 1 / low
    printed = next(number(row["value"]) for row in table(52) if row["row"] == "Kunlunxin, stake")
    assert (printed.value - printed.half) / 100 > fact.high


@pytest.mark.parametrize(
    ("exhibit", "company", "part", "plain"), [(46, "Alibaba", "T-Head", 45), (51, "Baidu", "Kunlunxin", 50)]
)
def test_shares_follow_from_every_cell(facts, exhibit, company, part, plain):
    kept = facts.of("part_stake", (part,)).value * (1 - 0.3)
    low, high = in_range([(s * m / 6.95 * kept, figure) for (s, m), figure in grid(exhibit).items()])
    fact = facts.of("valuation_shares", (company,))
    assert (fact.low, fact.high) == (pytest.approx(low, rel=1e-5), pytest.approx(high, rel=1e-5))
    assert fact.low <= fact.value <= fact.high
    assert grid(plain).keys() == grid(exhibit).keys()


def test_each_part_is_counted_once(facts):
    for part, company in itertools.product(facts.labels["part"], facts.labels["company"]):
        fact = facts.of("part_of_company", (company, part))
        assert fact is None or fact.value == 1.0
    parents = [
        sum(facts.of("part_of_company", (company, part)) is not None for company in facts.labels["company"])
        for part in facts.labels["part"]
    ]
    assert set(parents) == {1}
