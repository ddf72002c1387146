"""Facts: every one well-formed, sourced with a place, dated, inside its range; tables as they are printed."""

import csv
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from siliconomics.facts import LIBRARY, number
from siliconomics.facts.reader import read
from siliconomics.facts.table import NOTHING

BROKER = LIBRARY / "broker-2026-04-26"
LAST_LINE = 3513
GRADES = {"reported", "derived", "estimated", "assumed"}


@pytest.fixture(scope="module")
def facts():
    return read([LIBRARY])


@pytest.fixture(scope="module")
def every_fact(facts):
    return [fact for found in facts.facts.values() for fact in found]


def printed(exhibit, row, column):
    """A printed figure and half its last digit."""
    with (BROKER / f"exhibit-{exhibit}.csv").open(encoding="utf-8") as file:
        cells = next(cells for cells in csv.DictReader(file) if cells["row"] == row)
    return number(cells[column])


# -- every fact -------------------------------------------------------------------------------


def test_every_fact_names_a_known_source_and_a_place_inside_it(facts, every_fact):
    homeless = [fact for fact in every_fact if fact.source.partition("#")[0] not in facts.sources]
    assert homeless == []
    assert [fact for fact in every_fact if not fact.source.partition("#")[2].strip()] == []


def test_every_fact_has_a_day_on_which_it_was_known(every_fact):
    days = {dt.date.fromisoformat(fact.as_of) for fact in every_fact}
    assert min(days) > dt.date(1990, 1, 1)


def test_every_fact_says_how_well_it_is_known(every_fact):
    assert {fact.known for fact in every_fact} <= GRADES


def test_every_fact_lies_in_what_is_possible(facts, every_fact):
    wrong = []
    for fact in every_fact:
        limit = facts.declarations[fact.quantity].possible
        ends = [end for end in (fact.value, fact.low, fact.high) if isinstance(end, float)]
        wrong += [fact for end in ends if limit is not None and end not in limit]
    assert wrong == []


def test_every_fact_lies_in_its_own_range(every_fact):
    ranged = [fact for fact in every_fact if fact.low is not None]
    assert ranged
    assert [fact for fact in ranged if not fact.low <= fact.value <= fact.high] == []


def test_a_word_stands_only_for_a_quantity_of_words(facts, every_fact):
    wrong = [fact for fact in every_fact if facts.declarations[fact.quantity].text != isinstance(fact.value, str)]
    assert wrong == []


def test_no_fact_stands_twice(every_fact):
    seen = [
        (f.quantity, tuple(f.labels.items()), f.source, f.value, f.printed, f.file) for f in every_fact if not f.printed
    ]
    assert [one for one in set(seen) if seen.count(one) > 1] == []


def test_every_label_of_a_fact_is_a_label_of_its_dimension(facts, every_fact):
    for fact in every_fact:
        assert (tuple(fact.labels) and set(fact.labels)) or facts.declarations[fact.quantity].dimensions == ()
        for dimension, label in fact.labels.items():
            assert label in facts.labels[dimension], fact


def test_every_quantity_says_what_it_means(facts):
    assert [name for name, one in facts.declarations.items() if not one.meaning.strip().endswith(".")] == []


def test_every_spelling_names_one_label(facts):
    for dimension, cards in facts.cards.items():
        for name, card in cards.items():
            for spelling in (name, *card["aliases"]):
                assert facts.label(dimension, spelling) == name


def test_a_name_of_unknown_grade_is_no_spelling(facts):
    with pytest.raises(Exception, match=r"(?i)there is no chip"):
        facts.label("chip", "TianGai-200")


# -- tables -----------------------------------------------------------------------------------


def test_coverage_lists_66_stocks_each_once(facts):
    assert len(facts.coverage) == 66
    assert len({stock["ticker"] for stock in facts.coverage}) == 66


def test_each_covered_stock_has_rating_day_price_and_line(facts):
    for stock in facts.coverage:
        assert stock["rating"] in {"O", "E", "U", "NR", "NAV", "++"}, stock
        assert not stock["rating_date"] or dt.date.fromisoformat(stock["rating_date"]) <= dt.date(2026, 4, 26)
        assert number(stock["price"]).value > 0
        assert len(stock["currency"]) == 3
        assert 3366 <= int(stock["line"]) <= LAST_LINE


@pytest.mark.parametrize("exhibit", [21, 27, 34, 40, 54])
def test_every_printed_cell_of_an_exhibit_is_read(facts, exhibit):
    with (BROKER / f"exhibit-{exhibit}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    cells = [
        (int(row["line"]), row["row"], text)
        for row in rows
        for column, text in row.items()
        if column not in ("line", "row") and text.strip()
    ]
    figures = [f for f in facts.figures if f.exhibit == exhibit and f.row != "heading"]
    assert sorted((f.line, f.row, f.printed) for f in figures) == sorted(cells)
    for figure in figures:
        assert figure.text is not None or figure.number is not None or figure.printed.strip() in NOTHING, figure


@pytest.mark.parametrize(
    ("exhibit", "rows", "columns"), [(21, 28, 18), (27, 11, 13), (34, 12, 13), (40, 11, 13), (54, 11, 5)]
)
def test_exhibits_have_all_their_rows_and_columns(exhibit, rows, columns):
    with (BROKER / f"exhibit-{exhibit}.csv").open(encoding="utf-8") as file:
        heading, *body = csv.reader(file)
    assert (len(body), len(heading) - 2) == (rows, columns)


def test_every_figure_of_the_source_names_a_line_of_it(facts):
    lines = {f.line for f in facts.figures if f.source == "broker-2026-04-26"}
    assert min(lines) >= 1
    assert max(lines) <= LAST_LINE


def test_every_price_row_of_the_tables_says_its_vat_and_tariff(facts):
    prices = [f for f in facts.figures if f.exhibit is not None and "price" in f.quantity and f.role == "input"]
    prices = [f for f in prices if "share" not in f.unit]
    assert {f.quantity for f in prices} >= {"wafer_price_usd", "market_price_cny", "packaging_wafer_price_usd"}
    assert {f.quantity for f in prices if "VAT" not in f.basis or "tariff" not in f.basis} == set()


def test_every_throughput_row_of_the_tables_says_its_density(facts):
    rows = {f.row: f.basis for f in facts.figures if f.exhibit in (21, 54) and "tflops" in f.quantity}
    assert rows
    assert all("sparse" in basis for basis in rows.values())


def test_exchange_rates_are_one_dated_series(facts):
    assert {rate["pair"] for rate in facts.exchange_rates} == {"CNY/USD", "CNY/HKD", "HKD/USD"}
    for rate in facts.exchange_rates:
        dt.date.fromisoformat(rate["date"])
        assert rate["source"].partition("#")[0] in facts.sources
        assert rate["source"].partition("#")[2]


# -- printed numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("$11,000", 11000, 0.5),
        ("70%", 70, 0.5),
        ("40.5%", 40.5, 0.05),
        ("(262)", -262, 0.5),
        ("-6.3%", -6.3, 0.05),
        ("−6.3%", -6.3, 0.05),
        ("CNY 85,000", 85000, 0.5),
        ("US$67bn", 67, 0.5),
        (">120%", 120, 0.5),
        ("(+17.41%)", 17.41, 0.005),
        ("~22k wpm", 22000, 500),
        ("0.04", 0.04, 0.005),
        ("two", 2, 0),
    ],
)
def test_a_printed_number_is_read_with_half_its_last_digit(text, value, half):
    found = number(text)
    assert found.value == pytest.approx(value)
    assert found.half == pytest.approx(half)


@pytest.mark.parametrize("text", ["", "NA", "NM", "X", "-", "n/a", "  NA  "])
def test_a_cell_without_a_figure_is_no_number(text):
    assert number(text) is None


@pytest.mark.parametrize("text", ["parity", "lots", "()", "%", "CNY"])
def test_words_are_no_number(text):
    with pytest.raises(ValueError, match="holds no number"):
        number(text)


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from(["{}", "${}", "CNY {}", "{}%", "Rmb{}", "~{}"]))
def test_a_number_survives_its_printing(digits, decimals, form):
    value = digits / 10**decimals
    text = f"{value:,.{decimals}f}"
    assert number(form.format(text)).value == pytest.approx(float(text.replace(",", "")))
    assert number(f"({text})").value == pytest.approx(-float(text.replace(",", "")))


# -- figures that the source uses without printing them ----------------------------------------


def residual_income(net_income, opening, closing, rate):
    """The source's form: return on the mean of both books, less the rate, on the opening book."""
    return (net_income / ((opening + closing) / 2) - rate) * opening


@pytest.mark.parametrize(
    ("exhibit", "income_from", "company", "rate"),
    [(27, 26, "Cambricon", 0.0836), (40, 39, "MetaX", 0.065)],
)
def test_opening_book_of_2025_follows_from_the_printed_first_year(facts, exhibit, income_from, company, rate):
    fact = facts.of("forecast_total_equity", (company, 2025))
    assert fact.known == "derived"
    income = facts.of("forecast_net_income", (company, 2026))
    assert income.source.partition("#")[2].startswith(f"exhibit-{income_from},")
    closing, residual = (printed(exhibit, row, "2026E") for row in ("Total Equity", "Residual Income"))

    def opening(*sides):
        aim = residual.value + sides[0] * residual.half
        figures = income.value + sides[1] * income.half, closing.value + sides[2] * closing.half
        return brentq(lambda book: residual_income(figures[0], book, figures[1], rate) - aim, 5000, 20000)

    assert fact.value == pytest.approx(opening(0, 0, 0), abs=0.1)
    corners = [opening(*sides) for sides in itertools.product((-1, 1), repeat=3)]
    assert min(corners) - 0.1 <= fact.low <= fact.value <= fact.high <= max(corners) + 0.1


def test_shares_of_cambricon_follow_from_earnings_and_from_the_target(facts):
    fact = facts.of("valuation_shares", ("Cambricon",))
    low, high = 0.0, float("inf")
    for income, per_share in [
        (printed("26-own", "Net income", year), printed("26-own", "EPS for consensus", year))
        for year in ("2026E", "2027E", "2028E")
    ] + [(printed(27, "Equity Value", "value"), printed(27, "Price Target", "value"))]:
        low = max(low, (income.value - income.half) / (per_share.value + per_share.half))
        high = min(high, (income.value + income.half) / (per_share.value - per_share.half))
    assert low <= fact.value <= high
    assert (fact.low, fact.high) == (pytest.approx(low, abs=0.01), pytest.approx(high, abs=0.01))
    assert round(fact.value) == printed(27, "No. of Shares", "value").value


def test_payout_of_iluvatar_follows_from_every_year_of_its_table(facts):
    fact = facts.of("payout_ratio", ("Iluvatar",))
    low, high = 0.0, 1.0
    for year in range(2029, 2038):
        book, before = (printed(34, "Total Equity", f"{one}E") for one in (year, year - 1))
        income = printed(34, "Net Profit", f"{year}E")
        kept, half = book.value - before.value, book.half + before.half
        low = max(low, 1 - (kept + half) / (income.value - income.half))
        high = min(high, 1 - (kept - half) / (income.value + income.half))
    assert low <= fact.value <= high
    assert round(fact.value, 2) in (0.32, 0.33)


def test_packaging_overhead_is_the_same_in_all_columns(facts):
    fact = facts.of("packaging_overhead_factor", ())
    with (BROKER / "exhibit-21.csv").open(encoding="utf-8") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    for column in list(rows["Die size (mm^2)"])[2:]:
        cost = number(rows["Packaging and testing cost (US$)"][column])
        wafer = number(rows["CoWoS wafer price (US$)"][column]).value
        packages = number(rows["Chips per CoWoS/2.5D packaging"][column]).value
        assert fact.value * wafer / packages == pytest.approx(cost.value, abs=cost.half + 1e-9), column


def test_yuan_per_dollar_is_the_same_in_all_columns(facts):
    fact = facts.of("cny_per_usd", ())
    with (BROKER / "exhibit-21.csv").open(encoding="utf-8") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    both = 0
    for column in list(rows["Die size (mm^2)"])[2:]:
        yuan, dollars = number(rows["Market price (Rmb)"][column]), number(rows["Market price (US$)"][column])
        if yuan is not None and dollars is not None:
            both += 1
            assert yuan.value / fact.value == pytest.approx(dollars.value, abs=dollars.half + 1e-9)
    assert both == 17


@pytest.mark.parametrize(("exhibit", "company"), [(27, "Cambricon"), (34, "Iluvatar"), (40, "MetaX")])
def test_the_years_summed_are_those_that_give_the_printed_sum(facts, exhibit, company):
    rate = {"Cambricon": 0.0836, "Iluvatar": 0.083, "MetaX": 0.065}[company]
    sums = {}
    for first, last in itertools.product((2026, 2027), (2036, 2037)):
        years = range(first, last + 1)
        incomes = [printed(exhibit, "Residual Income", f"{year}E") for year in years]
        values = [figure.value if figure else 0.0 for figure in incomes]
        sums[first, last] = sum(v * (1 + rate) ** (2026 - year) for v, year in zip(values, years, strict=True))
    wanted = printed(exhibit, "PV of Forecast Period", "value").value
    best = min(sums.values(), key=lambda one: abs(one - wanted))
    stated = tuple(int(facts.of(name, (company,)).value) for name in ("first_charged_year", "last_summed_year"))
    assert sums[stated] == pytest.approx(best, rel=1e-6)
    assert sums[stated] == pytest.approx(wanted, rel=1e-3)
