"""Every formula of the product, read in every way its kind allows: the readings must agree.

The number comes from the plain function, run over an array of years; the record is laid on a tape, at one
chip, company and year, with every argument an input of its own. Written once; a new formula is met here
without a line being added.
"""

import math
import re
import types
from functools import cache
from typing import NamedTuple

import formualizer
import numpy as np
import pytest

from siliconomics import core, facts, formulas
from siliconomics.core import operators, units
from siliconomics.core.graph import TIME, Cell, Declaration, Formula, Given, Graph
from siliconomics.core.operations import Operation
from siliconomics.core.program import Program
from siliconomics.core.proof import sample_for, unit_problem, ways
from siliconomics.core.record import literals, trace
from siliconomics.core.tape import slopes_of
from siliconomics.core.typeset import NoSpreadsheetForm, equation, excel

FORMULAS = {formula.name: formula for formula in core.formulas_of(formulas)}
ROLES = {formula.role: formula for formula in reversed(FORMULAS.values())}
KNOWN = facts.load()

NAMED = (
    "chip",
    "company",
    "part",
    "site",
    "owner",
    "system",
    "criterion",
    "item",
    "award",
    "placement",
    "node",
    "forecast",
    "buyer",
    "fleet",
    "model",
)
LABELS = {dimension: [f"one {dimension}"] for dimension in NAMED} | {"grade": [1, 2, 3]}
STEPS = list(range(2018, 2041))
"""Labels of every dimension of time: long enough for every lag on the one side, every sum on the other."""
HERE = 2030
CHOSEN = {
    # a quarter lies in the year of its own step
    "calendar_year": HERE,
    "foundry_rule_year": 2025,
    # far enough apart that a small share of them is a small step between them
    "year_known_before": 1000,
    "year_known_after": 9000,
    # years, in an order that makes sense
    "valuation_year": 2026,
    "first_charged_year": 2027,
    "last_summed_year": 2033,
    "terminal_year": 2034,
    "market_base_year": 2027,
    "driver_base_year": 2028,
    "year_of_half": 2029,
    "halves_left": 0,
    "quarters_left": 0,
    # several fields a die, so that the count says something
    "die_width_mm": 30.1,
    "die_height_mm": 40.3,
    # a share of good dies well inside 0..1
    "blocks_per_die": 40,
    "spare_blocks_per_die": 4,
    "block_yield": 0.9,
    # a language model that fits a few chips and is quick enough for its limit
    "cluster_chips": 8,
    "time_per_token_limit_s": 0.08,
    "transformer_layers": 32,
    "dense_mlp_layers": 4,
    "moe_layers": 28,
    "hidden_width": 4096,
    "attention_heads": 32,
    "expert_width": 1024,
    "dense_mlp_width": 11000,
    "routed_experts": 16,
    "vocabulary": 32000,
    "sliding_window_layers": 3,
    "sliding_window_tokens": 700,
    "input_tokens": 900,
    "output_tokens": 400,
    "draft_tokens": 1,
    "memory_size_gb": 79,
    "reserved_memory_gb": 3,
    "memory_bandwidth_gb_s": 2300,
    "gemm_peak_tflops": 700,
    "base_peak_tflops": 350,
    "attention_peak_tflops": 340,
    "software_gap": 0.7,
    "software_age_years": 1.3,
    "software_catch_up_years": 0.8,
    # a rack that takes several servers
    "chips_per_server": 8,
    "rack_power_kw": 200,
    # a run that fails a few times a week and saves its state many times in between
    "run_time_between_failures_s": 90_000,
    "checkpoint_interval_s": 3_300,
    "checkpoint_time_s": 60,
    "restart_time_s": 900,
}
"""Arguments with a number of their own; every other is taken from its range (see core.proof.sample_for)."""
MOVES = {"previous", "at", "total"}
"""Words that read another cell: on plain numbers they hand their argument back."""


class Case(NamedTuple):
    """A formula, and which of its arguments are unknown (so that each ``first_known`` choice has its turn)."""

    formula: Formula
    withheld: frozenset[str]

    def __str__(self):
        return self.formula.name + "".join(f", no {name}" for name in sorted(self.withheld))


CASES = [
    Case(formula, withheld)
    for formula in FORMULAS.values()
    for withheld in ways(formula.record)
    if not withheld or set(formula.arguments) - withheld  # with nothing left to read it is a plain number
]
every_formula = pytest.mark.parametrize("formula", FORMULAS.values(), ids=list(FORMULAS))
every_case = pytest.mark.parametrize("case", CASES, ids=str)


# -- a small world around one formula ---------------------------------------------------------


def unit_of(name):
    if name in ROLES:
        return ROLES[name].unit
    return KNOWN.declarations[name].unit if name in KNOWN.declarations and not is_word(name) else "1"


def is_word(name):
    return name in KNOWN.declarations and KNOWN.declarations[name].text


def word_for(record, name):
    """The label that a word stands for: the one of the dimension that ``at`` reads it along."""
    for node in record.walk():
        for dimension, label in zip(node.detail, node.arguments[1:], strict=True) if node.operation == "at" else ():
            if label.operation == "symbol" and label.detail == name:
                return HERE if dimension in TIME else LABELS[dimension][0]
    raise AssertionError(f"nothing reads {name} as a label")


def sample(name):
    if name in KNOWN.labels or name in TIME:
        return float(HERE)
    if name in CHOSEN:
        return float(CHOSEN[name])
    role = ROLES.get(name)
    number = sample_for(name, KNOWN.declarations.get(name), role.possible if role else None)
    return float(round(number)) if is_structural(name) else number


YEARS_THAT_FOLLOW = {"driver_base_year"}
"""Formulas whose answer is a year that shapes the model, as a declared one does."""


def is_structural(name):
    return name in YEARS_THAT_FOLLOW or (name in KNOWN.declarations and KNOWN.declarations[name].structural)


@cache
def shape():
    """The graph of everything, asked for dimensions only."""
    labels = {**dict.fromkeys(KNOWN.labels, ()), **LABELS, **dict.fromkeys(TIME, STEPS)}
    return Graph(labels, KNOWN.declarations, list(FORMULAS.values()), lambda *_: None, lambda *_: "")


def axes_of(name):
    return shape().dimensions_of(name)


def value_at(name, labels):
    """An argument's value at labels: its sample, and along time a little more every step."""
    step = next((labels[axis] - HERE for axis in TIME if axis in labels), 0)
    return sample(name) + step if is_structural(name) else sample(name) * (1 + 0.013 * step)


def under_its_own_name(formula):
    """The formula as ``answer``: an argument named like its role is then an input like any other.

    Its arguments are chosen one by one, not to fit each other, so the answer need not be a possible one.
    """
    code, scope = formula.function.__code__, formula.function.__globals__
    function = types.FunctionType(code, scope, "answer", formula.function.__defaults__)
    return Formula(function, formula.unit, formula.source, formula.kind)


class World(NamedTuple):
    """A formula laid on a tape, with the inputs it reads."""

    graph: Graph
    cell: Cell
    inputs: list[Cell]

    @property
    def value(self):
        return self.graph.tape.values[self.cell.node]

    @property
    def given(self):
        return [one.given.value for one in self.inputs]

    @property
    def program(self):
        return Program(self.graph.tape, [self.cell.node], [one.node for one in self.inputs])


@cache
def world(case):
    arguments = [name for name in case.formula.arguments if name not in shape().labels]
    declared = {
        name: Declaration(
            name, "an argument", unit_of(name), axes_of(name), text=is_word(name), structural=is_structural(name)
        )
        for name in arguments
    }

    def given(name, labels):
        if name in case.withheld:
            return None
        return Given(value_at(name, dict(zip(axes_of(name), labels, strict=True))), "assumed")

    def word(name, labels):
        return word_for(case.formula.record, name)

    graph = Graph(shape().labels, declared, [under_its_own_name(case.formula)], given, lambda *_: "", words=word)
    here = {axis: LABELS[axis][0] if axis in LABELS else HERE for axis in graph.dimensions_of("answer")}
    cell = graph.cell("answer", here)
    assert cell.missing is None, cell.missing
    inputs = [one for one in graph.facts_under(cell) if one.node not in graph.tape.fixed]
    return World(graph, cell, inputs)


def moves(formula):
    return bool(MOVES & {node.operation for node in formula.record.walk()})


# -- number -----------------------------------------------------------------------------------


def over_time(x, periods=1):
    """``previous`` on an array over time."""
    if np.ndim(x) == 0:
        return x
    return np.concatenate([np.full(periods, np.nan), x[:-periods]])


def picked(x, **labels):
    """``at`` on an array over time; along any other dimension there is one label."""
    label = next((label for dimension, label in labels.items() if dimension in TIME), None)
    if label is None or not np.ndim(x):
        return x
    if np.ndim(label) == 0:
        return x[STEPS.index(int(label))]
    return np.array([x[STEPS.index(int(one))] if int(one) in STEPS else math.nan for one in label])


def summed(x, over):
    """``total`` on an array over time: over another dimension, which has one label here, it is the array itself."""
    return np.sum(x) if over in TIME else x


def growth(x, periods=1):
    return (x / over_time(x, periods)) ** (1 / periods) - 1


SECOND_ROUTE = {
    operators.previous: over_time,
    operators.at: picked,
    operators.total: summed,
    operators.growth_rate: growth,
}


@np.errstate(all="ignore")
def number(case):
    """The plain function on arrays over time: a second route that knows no record and no graph."""
    plain = case.formula.function
    scope = {
        name: SECOND_ROUTE.get(value, value) for name, value in plain.__globals__.items() if value.__hash__ is not None
    }
    summed_times = {node.detail for node in case.formula.record.walk() if node.operation == "total"} & set(TIME)
    known = {}
    for name in plain.__code__.co_varnames[: plain.__code__.co_argcount]:
        axis = next((axis for axis in TIME if axis == name or axis in axes_of_argument(name)), None)
        if name in case.withheld:
            known[name] = math.nan
        elif is_word(name):
            known[name] = word_for(case.formula.record, name)
        elif axis is None:
            known[name] = sample(name)
        elif summed_times - {axis}:  # summed over quarters, in one year
            known[name] = float(HERE) if name == axis else value_at(name, {axis: HERE})
        elif name == axis:
            known[name] = np.array(STEPS, dtype=float)
        else:
            known[name] = np.array([value_at(name, {axis: step}) for step in STEPS])
    result = types.FunctionType(plain.__code__, scope)(**known)
    return float(result[STEPS.index(HERE)] if np.ndim(result) else result)


def axes_of_argument(name):
    return () if name in shape().labels else axes_of(name)


@every_case
def test_the_record_gives_the_number_of_the_plain_function(case):
    assert world(case).value == pytest.approx(number(case), rel=1e-12, abs=0)


@every_case
def test_a_compiled_program_gives_the_number_of_the_record(case):
    one = world(case)
    assert one.program(one.given) == (pytest.approx(one.value, rel=1e-13, abs=0),)


# -- draws ------------------------------------------------------------------------------------


@every_case
def test_draws_give_what_a_program_gives_draw_by_draw(case):
    one = world(case)
    moved = np.linspace(0.985, 1.01, 6)
    columns = [value * np.roll(moved, place) for place, value in enumerate(one.given)]
    program = one.program
    together = program.draws(columns)
    drawn = moved.size if columns else 1  # what rests on structure alone is the same in every draw
    assert together.shape == (1, drawn)
    for draw in range(drawn):
        alone = program([column[draw] for column in columns])[0]
        assert together[0, draw] == pytest.approx(alone, rel=1e-12, abs=0)


# -- gradient ---------------------------------------------------------------------------------


def differences(function, values, place, share):
    """A central difference of fourth order."""
    step = abs(values[place]) * share or share

    def moved(steps):
        return function([value + steps * step * (i == place) for i, value in enumerate(values)])

    return (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * step)


REACH = {"smooth": (1e-3,), "solved": (1e-3,), "stepped": (1e-5, 1e-7)}
"""How far a difference reaches, as a share of the input; with jumps, twice: one may lie within the first."""


def assert_slope(formula, function, values, place, slope):
    expected = [differences(function, values, place, share) for share in REACH[formula.kind]]
    size = max(abs(slope), 1e-3 * abs(function(values) / values[place]))
    assert any(abs(slope - one) <= 1e-6 * size for one in expected), (slope, expected)


@every_case
def test_the_gradient_is_what_a_small_step_gives(case):
    one = world(case)
    program = one.program
    gradient = program.gradient(one.given)
    for place, slope in enumerate(gradient):
        assert_slope(case.formula, lambda values: program(values)[0], one.given, place, slope)
    on_tape = one.graph.tape.slopes(one.cell.node)
    assert gradient == pytest.approx([on_tape.get(cell.node, 0.0) for cell in one.inputs], rel=1e-12, abs=0)


@every_case
def test_the_slopes_of_a_bare_record_are_those_of_the_plain_function(case):
    formula = case.formula
    names = [name for name in formula.arguments if name not in case.withheld]
    values = [sample(name) for name in names]
    unknown = dict.fromkeys(case.withheld, math.nan)

    def plain(moved):
        return float(formula.function(**dict(zip(names, moved, strict=True)), **unknown))

    every = {**dict(zip(names, values, strict=True)), **unknown}
    found, slopes = slopes_of(formula.record, formula.arguments, [every[name] for name in formula.arguments])
    assert float(found) == pytest.approx(plain(values), rel=1e-12, abs=0)
    free = [name for name in names if not is_structural(name) and name not in shape().labels]
    for name in free:
        slope = float(slopes[formula.arguments.index(name)])
        assert_slope(formula, plain, values, names.index(name), slope)


# -- spreadsheet ------------------------------------------------------------------------------


def without_spreadsheet_form(formula):
    """By rule: an operation of its own (a count, a root) that has no Excel text."""
    return any(isinstance(node.operation, Operation) and not node.operation.excel for node in formula.record.walk())


WITH_SPREADSHEET_FORM = [case for case in CASES if not without_spreadsheet_form(case.formula)]


@pytest.fixture(scope="module")
def recalculated():
    """All formulas in one sheet, a row each: the formula in column A, its inputs to the right of it."""
    workbook = formualizer.Workbook()
    workbook.add_sheet("formulas")
    rows = {case: row for row, case in enumerate(WITH_SPREADSHEET_FORM, start=1)}
    for case, row in rows.items():
        one, places = world(case), {}

        def reference(name, labels, row=row, one=one, places=places):
            place = places.setdefault((name, *labels.values()), len(places) + 2)
            workbook.set_value("formulas", row, place, one.graph.value(one.graph.cell(name, labels)))
            return f"{column(place)}{row}"

        workbook.set_formula("formulas", row, 1, "=" + excel(one.graph, one.cell, reference))
    workbook.evaluate_all()
    return {case: workbook.get_value("formulas", row, 1) for case, row in rows.items()}


def column(place):
    """The letters of a spreadsheet's column."""
    letters = ""
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@pytest.mark.parametrize("case", WITH_SPREADSHEET_FORM, ids=str)
def test_the_spreadsheet_formula_recalculates_to_the_number(case, recalculated):
    assert recalculated[case] == pytest.approx(world(case).value, rel=1e-12, abs=0)


@pytest.mark.parametrize("case", [case for case in CASES if case not in WITH_SPREADSHEET_FORM], ids=str)
def test_a_formula_without_spreadsheet_form_is_stepped_or_solved_and_says_so(case):
    assert case.formula.kind in ("stepped", "solved")
    with pytest.raises(NoSpreadsheetForm):
        excel(world(case).graph, world(case).cell, lambda name, labels: "A1")


# -- equation ---------------------------------------------------------------------------------

AS_PYTHON = {"×": "*", "−": "-", "^": "**", "π": "pi"}


def can_be_read_back(formula):
    """No word that reads other cells, chooses, or is an operation of its own."""
    words = {"where", "first_known", "both", "either", *MOVES}
    return all(isinstance(node.operation, str) and node.operation not in words for node in formula.record.walk())


@pytest.mark.parametrize(
    "formula", [one for one in FORMULAS.values() if can_be_read_back(one)], ids=lambda one: one.name
)
def test_the_equation_read_back_gives_the_number(formula):
    text = equation(formula.record)
    for sign, python in AS_PYTHON.items():
        text = text.replace(sign, python)
    scope = {name: getattr(np, name) for name in ("exp", "expm1", "log", "log1p", "sqrt", "floor", "ceil", "pi")}
    values = {name: sample(name) for name in formula.arguments}
    found = eval(text, {**scope, "min": min, "max": max, "absolute": abs, **values})
    assert float(found) == pytest.approx(float(formula.function(**values)), rel=1e-12, abs=0)


@every_formula
def test_the_equation_names_every_argument_and_its_brackets_close(formula):
    plain, latex = equation(formula.record), equation(formula.record, latex=True)
    words = set(re.findall(r"\w+", plain))
    for name in formula.arguments:
        assert name in words or "best of all layouts" in plain  # a search reads too much for one line; `why` lists it
        assert name.replace("_", " ") in latex
    assert plain.count("(") == plain.count(")")
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")


# -- units ------------------------------------------------------------------------------------


@every_formula
def test_the_arithmetic_gives_the_unit_that_is_declared(formula):
    assert unit_problem(formula, unit_of, sample) is None


@every_formula
def test_a_wrong_unit_of_the_answer_is_noticed(formula):
    heavier = "g" if formula.unit == "1" else f"{formula.unit} g"
    wrong = Formula(formula.function, heavier, formula.source, formula.kind)
    assert "does not give" in unit_problem(wrong, unit_of, sample)


# -- what is declared -------------------------------------------------------------------------


@every_formula
def test_a_formula_is_of_the_kind_its_arithmetic_shows(formula):
    assert formula.kind == formula.recorded_kind


@every_formula
def test_a_formula_holds_no_number_but_those_of_mathematics(formula):
    assert literals(formula.record) == []


@every_formula
def test_a_formula_says_in_a_sentence_what_it_means(formula):
    assert formula.meaning, f"{formula.place}: no docstring"
    assert formula.meaning.splitlines()[0].endswith((".", ":"))
    assert formula.meaning.endswith(".")


@every_formula
def test_a_formula_names_a_place_in_a_source_we_list(formula):
    source, _, place = formula.source.partition("#")
    assert source in KNOWN.sources
    assert place


@every_formula
def test_the_unit_of_a_formula_is_one(formula):
    units.parse(formula.unit)


@every_formula
def test_every_argument_is_a_formula_an_input_or_a_dimension(formula):
    for name in formula.arguments:
        assert name in ROLES or name in KNOWN.declarations or name in shape().labels


@every_formula
def test_a_formula_reads_each_of_its_arguments(formula):
    assert set(trace(formula.function).symbols) == set(formula.arguments)


def test_the_product_has_formulas_of_every_kind():
    assert {formula.kind for formula in FORMULAS.values()} == {"smooth", "stepped", "solved"}
