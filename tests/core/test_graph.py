"""The graph: quantities at labels, wired by the names of arguments."""

import pytest

from siliconomics.core import BadRequest, Declaration, Formula, Given, Graph, Interval, weakest
from siliconomics.core.operators import at, first_known, previous, total

YEARS = [2024, 2025, 2026]
CHIPS = ["small", "large"]


def graph(formulas, facts=(), declared=None, players=None, override=None, **dimensions):
    """A graph of plain functions over chips and years; ``facts``: (name, *labels) -> value."""
    facts = dict(facts)
    declarations = {
        name: Declaration(name, "an input", "1", axes, structural=name.endswith("_year"))
        for name, axes in (declared or {}).items()
    }
    return Graph(
        dimensions or {"chip": CHIPS, "year": YEARS},
        declarations,
        [Formula(one, "1", "book#page-1") for one in formulas],
        lambda name, labels: Given(facts[name, *labels], "reported") if (name, *labels) in facts else None,
        lambda role, labels: (players or {}).get(role, ""),
        override or (lambda name, labels: None),
    )


def cost(price, margin):
    return price * (1 - margin)


PRICES = {("price", "small"): 10.0, ("price", "large"): 40.0, ("margin",): 0.5}
PRICED = {"price": ("chip",), "margin": ()}


def test_arguments_are_wires_and_dimensions_spread():
    one = graph([cost], PRICES, PRICED)
    assert one.dimensions_of("cost") == ("chip",)
    assert [one.value(one.cell("cost", labels)) for labels in one.every("cost")] == [5, 20]


def test_only_what_is_asked_for_is_worked_out():
    def other(price):
        return 1 / (price - price)

    one = graph([cost, other], PRICES, PRICED)
    one.cell("cost", {"chip": "small"})
    assert set(one.cells) == {("cost", "small"), ("price", "small"), ("margin",)}


def test_labels_beyond_those_a_quantity_has_are_left_aside():
    one = graph([cost], PRICES, PRICED)
    assert one.cell("margin", {"chip": "small", "year": 2024}) is one.cell("margin", {})


def test_an_input_keeps_its_labels_in_the_order_it_declares():
    """Facts are kept in that order; the graph's own order of dimensions is another."""
    facts = {("sold", 2025, "large"): 3.0}
    one = graph([lambda sold: 2 * sold], facts, {"sold": ("year", "chip")})
    cell = one.cell("sold", {"chip": "large", "year": 2025})
    assert one.value(cell) == 3
    assert cell.key == ("sold", 2025, "large")


def test_a_missing_input_is_missing_never_zero_and_says_what_it_needs():
    one = graph([cost], {("price", "small"): 10.0}, PRICED)
    cell = one.cell("cost", {"chip": "large"})
    assert one.value(cell) is None
    assert cell.missing.needs == ("price[chip=large]", "margin")
    assert cell.missing.reason == "needs price[chip=large], margin"


def test_division_by_zero_is_missing_and_names_the_divisor():
    def ratio(price, margin):
        return price / margin

    one = graph([ratio], {**PRICES, ("margin",): 0.0}, PRICED)
    cell = one.cell("ratio", {"chip": "small"})
    assert one.value(cell) is None
    assert cell.missing.reason == "ratio[chip=small] has no value: division by zero (margin is 0)"


def test_what_rests_on_a_division_by_zero_is_missing_too():
    def ratio(price, margin):
        return price / margin

    def double(ratio):
        return 2 * ratio

    one = graph([ratio, double], {**PRICES, ("margin",): 0.0}, PRICED)
    assert "division by zero" in one.cell("double", {"chip": "small"}).missing.reason


def test_a_loop_without_a_lag_is_refused_by_name():
    def revenue(units):
        return units * 2

    def units(revenue):
        return revenue / 2

    one = graph([revenue, units])
    for start, circle in (("revenue", "revenue -> units -> revenue"), ("units", "units -> revenue -> units")):
        with pytest.raises(BadRequest, match=f"{circle}.*previous"):
            one.cell(start, {})


def test_a_refused_question_leaves_the_graph_fit_for_the_next():
    def loop(loop):
        return loop

    one = graph([loop, cost], PRICES, PRICED)
    with pytest.raises(BadRequest):
        one.cell("loop", {})
    cell = one.cell("cost", {"chip": "small"})
    assert one.value(cell) == 5
    assert [str(used) for used in cell.uses] == ["price[chip=small]", "margin"]
    assert ("loop",) not in one.cells


def book(opening, book, income):
    return first_known(opening, previous(book) + income)


def test_a_recursion_over_years_needs_only_one_step():
    facts = {("opening", 2024): 100.0, ("income", 2025): 5.0, ("income", 2026): 7.0}
    one = graph([book], facts, {"opening": ("year",), "income": ("year",)})
    assert [one.value(one.cell("book", {"year": year})) for year in YEARS] == [100, 105, 112]


def test_before_the_first_year_nothing_is_known():
    one = graph([book], {}, {"opening": ("year",), "income": ("year",)})
    missing = one.cell("book", {"year": 2024}).missing
    assert "nothing is known before year 2024" in missing.reasons
    assert missing.needs == ("opening[year=2024]", "income[year=2024]")


def test_a_recursion_may_run_over_a_thousand_periods():
    years = list(range(1000))
    facts = {("opening", 0): 1.0, **{("income", year): 1.0 for year in years}}
    one = graph([book], facts, {"opening": ("year",), "income": ("year",)}, year=years)
    assert one.value(one.cell("book", {"year": 999})) == 1000


def test_rivals_play_one_role_and_the_choice_is_asked_for_at_each_label():
    def price__list(cost_basis):
        return 3 * cost_basis

    def price__quote(quoted):
        return quoted

    facts = {("cost_basis", "small"): 1.0, ("quoted", "large"): 7.0}
    one = graph([price__list, price__quote], facts, {"cost_basis": ("chip",), "quoted": ("chip",)})
    one.player = lambda role, labels: "list" if labels["chip"] == "small" else "quote"
    assert [one.value(one.cell("price", {"chip": chip})) for chip in CHIPS] == [3, 7]


def test_a_value_held_from_outside_stands_in_for_a_formula_and_for_a_fact():
    held = {"cost": 99.0}
    one = graph(
        [cost], PRICES, PRICED, override=lambda name, labels: Given(held[name], "assumed") if name in held else None
    )
    cell = one.cell("cost", {"chip": "small"})
    assert one.value(cell) == 99
    assert one.known(cell) == "assumed"
    assert cell.uses == []


def test_an_answer_is_as_well_known_as_its_weakest_input_and_never_better_than_derived():
    grades = {"price": "reported", "margin": "assumed"}
    one = graph([cost], PRICES, PRICED)
    given = one.given
    one.given = lambda name, labels: Given(given(name, labels).value, grades[name])
    assert one.known(one.cell("cost", {"chip": "small"})) == "assumed"
    assert one.known(one.cell("price", {"chip": "small"})) == "reported"
    assert weakest(["reported"]) == "reported"
    assert weakest([]) == "derived"


def test_facts_under_an_answer_are_told_once_each():
    def sum_of_both(cost, price):
        return cost + price

    one = graph([cost, sum_of_both], PRICES, PRICED)
    under = one.facts_under(one.cell("sum_of_both", {"chip": "large"}))
    assert [str(cell) for cell in under] == ["price[chip=large]", "margin"]


def test_a_sum_takes_its_dimension_away_and_a_label_too():
    def all_chips(price):
        return total(price, over="chip")

    def start(yearly, first_year):
        return at(yearly, year=first_year)

    one = graph(
        [all_chips, start],
        {**PRICES, ("yearly", 2025): 8.0, ("first_year",): 2025.0},
        {**PRICED, "yearly": ("year",), "first_year": ()},
    )
    assert one.dimensions_of("all_chips") == ()
    assert one.dimensions_of("start") == ()
    assert one.value(one.cell("all_chips", {})) == 50
    assert one.value(one.cell("start", {})) == 8


def test_a_result_that_is_impossible_is_refused_with_its_inputs():
    formula = Formula(cost, "1", "book#page-1", possible=Interval(0, 8))
    formula.__dict__["meaning"] = "What it costs."
    one = graph([], PRICES, PRICED)
    one.roles["cost"] = {"": formula}
    assert one.value(one.cell("cost", {"chip": "small"})) == 5
    with pytest.raises(BadRequest, match=r"cost\[chip=large\].*20.*impossible.*\[0, 8\].*margin = 0.5"):
        one.cell("cost", {"chip": "large"})


def test_an_unknown_name_is_refused_with_the_nearest():
    one = graph([cost], PRICES, PRICED)
    with pytest.raises(BadRequest, match="Did you mean 'price'"):
        one.require("prize")
    with pytest.raises(BadRequest, match="Did you mean 'chip'"):
        one.labels_of("chips")


def test_a_fact_that_is_a_word_names_the_label_that_at_reads():
    def reference(price, reference_chip):
        return at(price, chip=reference_chip)

    def told(word):
        one = graph([reference], PRICES, PRICED)
        one.declarations["reference_chip"] = Declaration("reference_chip", "a name", "text", text=True)
        one.words = lambda name, labels: word
        assert one.dimensions_of("reference") == ()
        return one, one.cell("reference", {})

    one, cell = told("large")
    assert one.value(cell) == 40
    assert [str(used) for used in cell.uses] == ["price[chip=large]"]
    assert told("huge")[1].missing.reason == "reference_chip names huge, and there is no such chip"
    assert told(None)[1].missing.needs == ("reference_chip",)
