"""Reading a record at labels: lags, labels, sums, choices; as numbers, text and spreadsheet."""

import pytest

from siliconomics.core import Declaration, Formula, Given, Graph, Missing
from siliconomics.core.operators import at, exp, first_known, log, minimum, previous, root, sqrt, total, where
from siliconomics.core.record import Constant, trace
from siliconomics.core.typeset import NoSpreadsheetForm, equation, excel, substituted

YEARS = [2024, 2025, 2026, 2027]
SALES = {2024: 10.0, 2025: 20.0, 2026: 40.0, 2027: 80.0}


def world(function, facts=None, **more):
    """One formula ``answer`` over yearly sales, a share and a structural year."""
    facts = {**{("sales", year): value for year, value in SALES.items()}, ("share",): 0.25, ("first_year",): 2026.0,
             **(facts or {})}  # fmt: skip
    declared = {
        "sales": Declaration("sales", "Sales.", "1", ("year",)),
        "stated": Declaration("stated", "Sales as stated.", "1", ("year",)),
        "share": Declaration("share", "A share.", "1"),
        "first_year": Declaration("first_year", "A year.", "1", structural=True),
    }
    function.__name__ = "answer"
    formula = Formula(function, "1", "book#page-1")
    return Graph(
        {"year": YEARS, "company": ["one"]}, declared, [formula],
        lambda name, labels: Given(facts[name, *labels], "reported") if (name, *labels) in facts else None,
        lambda role, labels: "", **more,
    )  # fmt: skip


def value(function, year=2027, facts=None):
    """The answer, or why it is missing."""
    graph = world(function, facts)
    cell = graph.cell("answer", {"year": year, "company": "one"})
    return cell.missing.reason if cell.missing else graph.value(cell)


# -- lags -------------------------------------------------------------------------------------


def test_previous_reads_one_period_back_or_several():
    assert value(lambda sales: previous(sales)) == 40
    assert value(lambda sales: previous(sales, 3)) == 10
    assert value(lambda sales, share: previous(sales * share + sales)) == 50


def test_previous_before_the_first_year_is_missing_and_says_so():
    assert value(lambda sales: previous(sales), 2024) == "nothing is known before year 2024"
    assert value(lambda sales: previous(sales, 3), 2026) == "nothing is known before year 2024"


def test_previous_of_something_without_time_is_missing():
    assert value(lambda share: previous(share)) == "previous() needs a dimension of time"


# -- labels -----------------------------------------------------------------------------------


def test_a_dimension_is_a_number_where_it_is_an_argument():
    assert value(lambda sales, year: sales * (year - 2020)) == 560


def test_at_reads_one_label():
    assert value(lambda sales, first_year: at(sales, year=first_year)) == 40
    assert value(lambda sales, first_year: at(sales, year=first_year - 1)) == 20
    assert value(lambda sales: at(sales, year=2025)) == 20


def test_at_a_label_that_does_not_exist_is_missing_and_names_it():
    assert value(lambda sales, first_year: at(sales, year=first_year + 9)) == "there is no year 2035"


@pytest.mark.parametrize(
    "label",
    [lambda sales, share: at(sales, year=2025 + share), lambda sales: at(sales, year=2025.5)],
    ids=["an input moves it", "no whole number"],
)
def test_at_takes_no_label_that_could_slip(label):
    assert value(label).startswith("at() needs a year that is whole and structural")


# -- sums -------------------------------------------------------------------------------------


def test_total_adds_up_over_a_dimension():
    assert value(lambda sales: total(sales, over="year")) == 150
    assert value(lambda sales, year: total(where(year >= 2026, sales, 0), over="year")) == 120


def test_a_total_with_an_unknown_part_is_unknown():
    facts = {("stated", 2024): 1.0, ("stated", 2025): 1.0}
    reason = value(lambda stated: total(stated, over="year"), facts=facts)
    assert reason == "needs stated[year=2026], stated[year=2027]"


def test_an_unknown_part_that_is_not_counted_does_not_spoil_a_total():
    facts = {("stated", 2024): 1.0, ("stated", 2025): 2.0}
    assert value(lambda stated, year: total(where(year <= 2025, stated, 0), over="year"), facts=facts) == 3


def test_a_share_of_a_label_is_not_taken_for_nothing_in_a_total():
    assert value(lambda year: total(where(year >= 2026, 0.5, 0), over="year")) == 1.0
    assert value(lambda year: total(0.25 * (year - 2023), over="year")) == 2.5


def test_a_total_of_nothing_is_nothing():
    assert value(lambda sales, year: total(where(year > 2050, sales, 0), over="year")) == 0


# -- choices ----------------------------------------------------------------------------------


def test_first_known_takes_what_is_stated_before_what_follows():
    facts = {("stated", 2026): 7.0}
    both = lambda stated, sales: first_known(stated, sales * 2)  # noqa: E731
    assert value(both, 2026, facts) == 7
    assert value(both, 2027, facts) == 160


def test_first_known_of_nothing_known_names_all_it_would_take():
    assert value(lambda stated, sales: first_known(stated, previous(sales)), 2024) == "needs stated[year=2024]"
    missing = world(lambda stated, sales: first_known(stated, previous(sales)))
    assert missing.cell("answer", {"year": 2024}).missing.reasons == (
        "stated[year=2024] is not known", "nothing is known before year 2024",
    )  # fmt: skip


def test_a_condition_decided_by_labels_reads_only_its_branch():
    graph = world(lambda stated, sales, year, first_year: where(year >= first_year, sales, stated))
    assert graph.value(graph.cell("answer", {"year": 2026})) == 40
    assert ("stated", 2026) not in graph.cells
    assert graph.cell("answer", {"year": 2025}).missing.needs == ("stated[year=2025]",)


def test_a_condition_on_an_input_needs_both_branches():
    assert value(lambda stated, sales, share: where(share > 0, sales, stated)) == "needs stated[year=2027]"
    assert value(lambda sales, share: where(share > 0, sales, -sales)) == 80


def test_many_needs_are_counted_not_listed():
    assert Missing("why", ["a", "b", "c", "d", "e"]).reason == "needs a, b, c and 2 more"


# -- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda a, b, c: a - (b - c), "a − (b − c)"),
        (lambda a, b, c: a - b - c, "a − b − c"),
        (lambda a, b, c: a / (b * c), "a / (b × c)"),
        (lambda a, b, c: a / b / c, "a / b / c"),
        (lambda a, b, c: (a + b) * c, "(a + b) × c"),
        (lambda a, b, c: a + b * c, "a + b × c"),
        (lambda a, b: (-a) ** b, "(−a)^b"),
        (lambda a, b: -(a**b), "−a^b"),
        (lambda a, b, c: (a**b) ** c, "(a^b)^c"),
        (lambda a, b: a ** (-b), "a^(−b)"),
        (lambda a, b: exp(-a) + sqrt(b), "exp(−a) + sqrt(b)"),
        (lambda a: previous(a, 2), "a[t−2]"),
        (lambda a, b: at(a, year=b), "a[b]"),
        (lambda a, b: first_known(a, b), "first known of (a, b)"),
        (lambda a: total(a, over="chip"), "Σ over chip (a)"),
        (lambda a, b: where((a > b) & (b >= 0), a, b), "(a if a > b and b ≥ 0, else b)"),
    ],
)
def test_an_equation_has_the_brackets_it_needs_and_no_more(function, text):
    assert equation(trace(function)) == text


def test_a_root_and_a_constant_can_be_typeset():
    hundred = Constant(100.0, "mm² per cm²", "mm2/cm2")
    record = trace(lambda a: root(lambda x, a: x - a, a, low=0, high=9) / hundred)
    assert "root of an equation in (a)" in equation(record)
    assert equation(record, latex=True).startswith(r"\frac{\mathrm{root}\left(\text{a}\right)}{100")


def test_numbers_are_put_into_an_equation_at_the_labels_asked_for():
    graph = world(lambda sales, share: sales - previous(sales) * (1 + share))
    cell = graph.cell("answer", {"year": 2026})
    assert substituted(graph, cell, lambda one: f"{graph.value(one):g}") == "40 − 20 × (1 + 0.25)"
    assert substituted(graph, graph.cell("share", {}), str) == ""


# -- spreadsheet ------------------------------------------------------------------------------


def sheet(function, year=2027):
    graph = world(function)
    return excel(
        graph, graph.cell("answer", {"year": year}), lambda name, labels: "_".join(map(str, (name, *labels.values())))
    )


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda sales, share: -sales * share**2, "((-sales_2027)*POWER(share,2))"),
        (lambda sales: previous(sales), "sales_2026"),
        (lambda sales, first_year: at(sales, year=first_year), "sales_2026"),
        (lambda sales, year: sales * year, "(sales_2027*2027)"),
        (lambda sales, year, first_year: total(where(year > first_year - 2, sales, 0), over="year"),
         "SUM(sales_2025,sales_2026,sales_2027)"),
        (lambda stated, sales: first_known(stated, log(sales)), "LN(sales_2027)"),
        (lambda sales, share: where((share > 0) & (share <= 1), sales, -1),
         "IF(AND((share>0),(share<=1)),sales_2027,(-1))"),
        (lambda sales, share: minimum(sales, 0.5), "MIN(sales_2027,0.5)"),
    ],
)  # fmt: skip
def test_a_cell_of_a_spreadsheet_says_the_same_at_its_labels(function, text):
    assert sheet(function) == text


def test_an_input_and_a_search_have_no_spreadsheet_formula():
    graph = world(lambda share: root(lambda x, share: x - share, share, low=0, high=1))
    with pytest.raises(NoSpreadsheetForm, match="root"):
        excel(graph, graph.cell("answer", {}), lambda name, labels: "A1")
    with pytest.raises(NoSpreadsheetForm, match="is an input"):
        excel(graph, graph.cell("share", {}), lambda name, labels: "A1")


# -- a dimension that nobody has filled -------------------------------------------------------


def test_a_sum_over_a_dimension_without_labels_is_nothing_and_decides_a_branch():
    def answer(count, stated):
        return where(total(count, over="plan") > 0, total(count, over="plan"), stated)

    declared = {
        "count": Declaration("count", "Of a plan.", "1", ("plan",), structural=True),
        "stated": Declaration("stated", "As stated.", "1"),
    }
    graph = Graph(
        {"plan": []}, declared, [Formula(answer, "1", "book#page-1", "stepped")],
        lambda name, labels: Given(7.0, "reported") if name == "stated" else None, lambda role, labels: "",
    )  # fmt: skip
    assert graph.value(graph.cell("answer", {})) == 7.0
