"""The tape and what is compiled from it: values, exact slopes, many draws at once."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from siliconomics.core import Program, Tape, Undefined
from siliconomics.core.operations import OPERATIONS
from siliconomics.core.operators import absolute, exp, log1p, maximum, minimum, opaque, root, sqrt, where
from siliconomics.core.record import Expression, symbol, trace
from siliconomics.core.tape import slopes_of


def laid(record, values):
    """A record on a tape of its own: the tape, the place of the answer, the places of the inputs."""
    tape = Tape()
    places = {name: tape.input(value, name) for name, value in values.items()}
    nodes = {}
    for node in record.walk():
        if node.operation == "symbol":
            nodes[id(node)] = places[node.detail]
        elif node.operation in ("literal", "constant"):
            nodes[id(node)] = tape.constant(float(node.detail))
        else:
            row = OPERATIONS.get(node.operation, node.operation)
            nodes[id(node)] = tape.apply(row, tuple(nodes[id(one)] for one in node.arguments))
    return tape, nodes[id(record)], list(places.values())


# -- slopes -----------------------------------------------------------------------------------


def test_slopes_of_a_quotient():
    tape, answer, (a, b) = laid(trace(lambda a, b: a / b), {"a": 6.0, "b": 2.0})
    assert tape.values[answer] == 3
    slopes = tape.slopes(answer)
    assert (slopes[a], slopes[b]) == (0.5, -1.5)


def test_slopes_add_up_over_all_paths():
    tape, answer, (a,) = laid(trace(lambda a: a * a + 3 * a), {"a": 5.0})
    assert tape.slopes(answer)[a] == 13


SMOOTH_PAIRS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (1 + b * b),
    lambda a, b: (1 + a * a) ** (b / 4),
]
SMOOTH_ONES = [
    lambda a: -a,
    lambda a: exp(-a * a),
    lambda a: log1p(a * a),
    lambda a: sqrt(1 + a * a),
    lambda a: a**3 / (2 + a * a),
]


@st.composite
def expressions(draw, depth=4):
    if depth == 0 or draw(st.booleans()):
        return (
            symbol(draw(st.sampled_from("xyz"))) if draw(st.integers(0, 3)) else draw(st.floats(0.5, 2)) * symbol("x")
        )
    if draw(st.booleans()):
        return draw(st.sampled_from(SMOOTH_ONES))(draw(expressions(depth - 1)))
    return draw(st.sampled_from(SMOOTH_PAIRS))(draw(expressions(depth - 1)), draw(expressions(depth - 1)))


@given(expressions(), st.tuples(*[st.floats(-2, 2).filter(lambda x: abs(x) > 1e-3)] * 3))
def test_the_reverse_sweep_gives_what_a_small_step_gives(record, values):
    at = dict(zip("xyz", values, strict=True))
    try:
        tape, answer, inputs = laid(record, at)
    except Undefined:
        assume(False)
    program = Program(tape, [answer], inputs)
    gradient = program.gradient(values)
    swept = tape.slopes(answer)
    bare, slopes = slopes_of(record, "xyz", values)
    assert bare == pytest.approx(tape.values[answer], rel=1e-12)
    for place, node in enumerate(inputs):

        def moved(step, place=place):
            return program([value + step * (i == place) for i, value in enumerate(values)])[0]

        try:
            expected, coarser = (
                (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h) for h in (1e-4, 4e-4)
            )
        except Undefined:
            assume(False)
        noise = 10 * abs(expected - coarser) + 1e-9 * (1 + abs(tape.values[answer]))
        assert gradient[place] == pytest.approx(expected, rel=1e-6, abs=noise)
        assert swept.get(node, 0.0) == pytest.approx(gradient[place], rel=1e-10, abs=1e-12)
        assert slopes[place] == pytest.approx(gradient[place], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(
    ("function", "at", "slopes"),
    [
        (lambda x, y: maximum(x, y), (2, 1), (1, 0)),
        (lambda x, y: minimum(x, y), (2, 1), (0, 1)),
        (lambda x, y: where(x > y, 3 * x, 4 * y), (2, 1), (3, 0)),
        (lambda x, y: where((x > y) & (y > 2), 3 * x, 4 * y), (2, 1), (0, 4)),
        (lambda x, y: where((x > y) | (y > 2), 3 * x, 4 * y), (2, 1), (3, 0)),
        (lambda x, y: absolute(x) + absolute(y), (2, -1), (1, -1)),
    ],
)
def test_a_choice_passes_its_slope_to_the_side_taken(function, at, slopes):
    tape, answer, inputs = laid(trace(function), dict(zip("xy", at, strict=True)))
    assert Program(tape, [answer], inputs).gradient(at) == slopes
    assert tuple(tape.slopes(answer).get(node, 0) for node in inputs) == slopes
    assert slopes_of(trace(function), "xy", at)[1] == slopes


def test_the_side_not_taken_may_have_no_slope_at_all():
    record = trace(lambda x: where(x > 0, sqrt(x), x))
    tape, answer, inputs = laid(record, {"x": 0.0})
    assert tape.slopes(answer)[inputs[0]] == 1
    assert Program(tape, [answer], inputs).gradient([0.0]) == (1,)


def test_a_slope_without_bound_is_undefined_not_a_crash():
    tape, answer, inputs = laid(trace(lambda x: sqrt(x)), {"x": 0.0})
    with pytest.raises(Undefined, match="sqrt"):
        tape.slopes(answer)
    with pytest.raises(Undefined):
        Program(tape, [answer], inputs).gradient([0.0])


def test_kinks_name_the_operations_where_a_slope_is_one_sided():
    tape, answer, _ = laid(trace(lambda x, y: maximum(x, y) + exp(x)), {"x": 1.0, "y": 2.0})
    assert tape.kinks(answer) == ["maximum"]


def test_a_step_that_no_input_can_move_is_no_kink():
    tape = Tape()
    year, x = tape.input(2030, "year", fixed=True), tape.input(1.0, "x")
    halves = tape.apply(OPERATIONS["floor"], (tape.apply(OPERATIONS["divide"], (year, tape.constant(2.0))),))
    assert tape.kinks(tape.apply(OPERATIONS["multiply"], (halves, x))) == []


# -- the tape itself --------------------------------------------------------------------------


def test_the_same_step_twice_is_one_place():
    tape = Tape()
    a, b = tape.input(1.0, "a"), tape.input(2.0, "b")
    assert tape.apply(OPERATIONS["add"], (a, b)) == tape.apply(OPERATIONS["add"], (a, b))
    assert tape.constant(3.0) == tape.constant(3.0)
    assert tape.input(1.0, "c") != a


@pytest.mark.parametrize(
    ("operation", "operands"),
    [("divide", (1.0, 0.0)), ("log", (0.0,)), ("sqrt", (-1.0,)), ("power", (-8.0, 1 / 3)), ("exp", (1e6,))],
)
def test_arithmetic_without_an_answer_is_undefined_and_named(operation, operands):
    tape = Tape()
    with pytest.raises(Undefined, match=operation):
        tape.apply(OPERATIONS[operation], tuple(tape.input(value, "x") for value in operands))


def test_what_follows_from_fixed_places_alone_is_fixed():
    tape = Tape()
    year, x = tape.input(2030, "year", fixed=True), tape.input(1.0, "x")
    ahead = tape.apply(OPERATIONS["subtract"], (year, tape.constant(2026.0)))
    assert ahead in tape.fixed
    assert tape.apply(OPERATIONS["multiply"], (ahead, x)) not in tape.fixed
    assert tape.whole(ahead) == 4


@pytest.mark.parametrize("value", [0.5, 2026.7, math.inf])
def test_a_fixed_place_that_holds_no_whole_number_is_no_label(value):
    tape = Tape()
    assert tape.whole(tape.constant(value)) is None


# -- programs ---------------------------------------------------------------------------------


def growing(x, y, z):
    return (x * exp(-y) + z) * (1 + z) ** 5


def test_a_program_folds_what_its_inputs_cannot_move():
    tape, answer, (x, _, z) = laid(trace(growing), {"x": 3.0, "y": 0.5, "z": 0.1})
    program = Program(tape, [answer], [x])
    names = [operation.name for _, operation, _ in program._steps]
    assert names == ["multiply", "add", "multiply"]
    assert program([7.0])[0] == pytest.approx(growing(7.0, 0.5, 0.1), rel=1e-14)
    assert Program(tape, [answer], [z])([0.2])[0] == pytest.approx(growing(3.0, 0.5, 0.2), rel=1e-14)


def test_a_result_may_be_an_input_what_lies_below_it_then_says_nothing():
    tape, answer, (x,) = laid(trace(lambda x: exp(x) * 2), {"x": 1.0})
    middle = tape.operands[answer][0]
    assert Program(tape, [answer], [x, middle])([99.0, 5.0]) == (10.0,)


def test_an_answer_that_no_input_moves_keeps_its_value_and_has_no_slope():
    tape, answer, (x, y) = laid(trace(lambda x, y: x * 2 + 0 * y), {"x": 1.0, "y": 0.0})
    fixed = Program(tape, [tape.operands[answer][0]], [y])
    assert fixed([5.0]) == (2.0,)
    assert fixed.gradient([5.0]) == (0.0,)
    assert Program(tape, [x], [x, y]).gradient([1.0, 1.0]) == (1.0, 0.0)


def test_a_program_answers_several_questions_each_with_its_gradient():
    tape, _, (x, y) = laid(trace(lambda x, y: x + y), {"x": 3.0, "y": 4.0})
    product = tape.apply(OPERATIONS["multiply"], (x, y))
    total = tape.apply(OPERATIONS["add"], (x, y))
    program = Program(tape, [total, product], [x, y])
    assert program([2.0, 5.0]) == (7.0, 10.0)
    assert program.gradient([2.0, 5.0], 0) == (1.0, 1.0)
    assert program.gradient([2.0, 5.0], 1) == (5.0, 2.0)


def test_negative_and_endless_constants_are_folded_as_they_are():
    tape, answer, (_, y) = laid(trace(lambda x, y: y - x**2 * y - x), {"x": -1.5, "y": 2.0})
    assert Program(tape, [answer], [y])([3.0]) == (3 - 2.25 * 3 + 1.5,)
    tape, answer, (x, y) = laid(trace(lambda x, y: minimum(x, y)), {"x": math.inf, "y": 2.0})
    assert Program(tape, [answer], [y])([3.0]) == (3.0,)
    assert x in tape.ancestors([answer])


def test_a_program_without_an_answer_says_so():
    tape, answer, inputs = laid(trace(lambda x: 1 / x), {"x": 1.0})
    with pytest.raises(Undefined):
        Program(tape, [answer], inputs)([0.0])


def test_draws_in_chunks_equal_one_pass():
    tape, answer, inputs = laid(trace(growing), {"x": 3.0, "y": 0.5, "z": 0.1})
    generator = np.random.default_rng(7)
    size = 2 * Program.CHUNK + 17
    columns = [generator.uniform(0.1, 1, size), 0.5, generator.uniform(0, 0.2, size)]
    together = Program(tape, [answer, inputs[0]], inputs).draws(columns)
    assert together.shape == (2, size)
    whole = Program(tape, [answer, inputs[0]], inputs)
    whole.CHUNK = size
    assert np.array_equal(together, whole.draws(columns))
    assert together[0] == pytest.approx(growing(columns[0], 0.5, columns[2]), rel=1e-14)
    assert np.array_equal(together[1], columns[0])


def test_a_draw_without_an_answer_is_not_a_number_and_spoils_no_other():
    tape, answer, inputs = laid(trace(lambda x: sqrt(x)), {"x": 1.0})
    found = Program(tape, [answer], inputs).draws([np.array([4.0, -1.0, 9.0])])[0]
    assert (found[0], found[2]) == (2, 3)
    assert math.isnan(found[1])


def test_draws_of_plain_numbers_are_one_draw():
    tape, answer, inputs = laid(trace(lambda x: x * 2), {"x": 1.0})
    assert Program(tape, [answer], inputs).draws([4.0]).tolist() == [[8.0]]


# -- solved and opaque operations -------------------------------------------------------------


def cube_root(wanted, scale):
    return root(lambda x, wanted, scale: scale * x**3 - wanted, wanted, scale, low=0, high=100)


def test_a_root_has_its_value_and_its_implicit_slope_in_every_reading():
    record = trace(cube_root)
    at = (16.0, 2.0)
    slopes = (2 / 16 / 3, -2 / 2 / 3)
    tape, answer, inputs = laid(record, dict(zip(("wanted", "scale"), at, strict=True)))
    program = Program(tape, [answer], inputs)
    assert tape.values[answer] == pytest.approx(2, rel=1e-14)
    assert program(at)[0] == pytest.approx(2, rel=1e-14)
    assert program.gradient(at) == pytest.approx(slopes, rel=1e-12)
    assert [tape.slopes(answer)[node] for node in inputs] == pytest.approx(slopes, rel=1e-12)
    assert slopes_of(record, ("wanted", "scale"), at)[1] == pytest.approx(slopes, rel=1e-12)


@given(st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=20))
def test_many_roots_at_once_are_those_found_one_by_one(wanted):
    tape, answer, inputs = laid(trace(cube_root), {"wanted": 1.0, "scale": 1.0})
    together = Program(tape, [answer], inputs).draws([np.array(wanted), 1.0])[0]
    assert together == pytest.approx(np.cbrt(wanted), rel=1e-12)


def test_a_root_outside_its_bracket_is_undefined():
    with pytest.raises(Undefined, match="root"):
        laid(trace(cube_root), {"wanted": 1e9, "scale": 1.0})


@opaque(kind="stepped", unit="die")
def whole_pairs(x, y):
    """Pairs that can be made."""
    return np.floor(np.minimum(x, y))


def test_an_opaque_operation_has_a_value_draws_and_no_slope():
    record = trace(lambda x, y: whole_pairs(x, y) * 2 + x)
    tape, answer, inputs = laid(record, {"x": 3.7, "y": 9.0})
    program = Program(tape, [answer], inputs)
    assert tape.values[answer] == 9.7
    assert program.draws([np.array([1.5, 2.5]), 2.0]).tolist() == [[3.5, 6.5]]
    assert program.gradient([3.7, 9.0]) == (1.0, 0.0)
    assert tape.kinks(answer) == ["whole_pairs"]


def test_two_opaque_operations_of_one_program_do_not_take_each_others_place():
    @opaque()
    def halved(x):
        """Half."""
        return x / 2

    record = trace(lambda x: halved(x) + whole_pairs(x, halved(x)))
    assert isinstance(record, Expression)
    tape, answer, inputs = laid(record, {"x": 7.0})
    assert Program(tape, [answer], inputs)([9.0]) == (8.5,)
