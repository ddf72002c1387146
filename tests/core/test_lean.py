"""Steps on arrays: the same is worked out once, what cannot fail is not watched, and no bit changes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import Interval, Program, Tape
from siliconomics.core.lean import distinct, to_watch
from siliconomics.core.operations import OPERATIONS

SHARE, POSITIVE = Interval(0, 1), Interval(0, math.inf, high_included=False)
BINARY = ("add", "subtract", "multiply", "divide", "minimum", "maximum", "power")
UNARY = ("exp", "log", "sqrt", "absolute", "negative", "floor")


def made(*steps):
    """A tape of two moving inputs a, b and the number 1, with steps (operation, operands by place)."""
    tape = Tape()
    nodes = [tape.input(value, name) for value, name in ((0.4, "a"), (0.6, "b"), (1.0, "one"))]
    for name, *operands in steps:
        with np.errstate(all="ignore"):
            nodes.append(tape.apply(OPERATIONS[name], tuple(nodes[at] for at in operands)))
    return tape, nodes


def test_what_is_the_same_is_worked_out_once_and_what_changes_nothing_not_at_all():
    tape, nodes = made(("multiply", 0, 1), ("multiply", 3, 2), ("add", 4, 0), ("add", 3, 0), ("multiply", 5, 6))
    program = Program(tape, [nodes[-1]], nodes[:2])
    kept, stands = distinct(program._steps, program._moving, tape.values)
    assert [node for node, _, _ in kept] == [nodes[3], nodes[5], nodes[7]]
    assert stands == {nodes[4]: nodes[3], nodes[6]: nodes[5]}
    a, b = np.array([0.1, 0.7]), np.array([0.3, 0.9])
    assert np.array_equal(program.draws([a, b])[0], (a * b + a) * (a * b + a))


def test_a_product_of_shares_is_not_watched_and_a_sum_of_shares_is():
    tape, nodes = made(("multiply", 0, 1), ("add", 0, 1), ("multiply", 4, 0))
    guards = {nodes[3]: SHARE, nodes[4]: SHARE, nodes[5]: SHARE}
    program = Program(tape, [nodes[3], nodes[5]], nodes[:2], guards)
    asked = {node: [one] for node, one in guards.items()}
    within = {nodes[0]: (0.0, 1.0), nodes[1]: (0.0, 1.0)}
    assert to_watch(program._steps, asked, within, program._moving, tape.values) == {nodes[4]: [SHARE]}
    assert to_watch(program._steps, asked, {}, program._moving, tape.values).keys() == guards.keys()


def test_what_follows_a_watched_guard_takes_it_as_kept():
    tape, nodes = made(("subtract", 0, 1), ("multiply", 3, 0))
    guards = {nodes[3]: [POSITIVE], nodes[4]: [Interval(0, 1)]}
    program = Program(tape, [nodes[4]], nodes[:2])
    within = {nodes[0]: (0.0, 1.0), nodes[1]: (0.0, 1.0)}
    assert to_watch(program._steps, guards, within, program._moving, tape.values) == {nodes[3]: [POSITIVE]}


def test_a_guard_that_no_draw_keeps_is_watched_and_nothing_is_made_of_it():
    tape, nodes = made(("add", 0, 0), ("exp", 3), ("sqrt", 3))
    guards = {nodes[3]: [SHARE], nodes[5]: [SHARE]}
    program = Program(tape, [nodes[5]], nodes[:2])
    within = {nodes[0]: (-1.0, -1.0), nodes[1]: (0.0, 0.0)}
    assert to_watch(program._steps, guards, within, program._moving, tape.values) == guards


step = st.one_of(
    st.tuples(st.sampled_from(BINARY), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.sampled_from(UNARY), st.integers(0, 9)),
)
ends = st.tuples(st.floats(-3, 3), st.floats(-3, 3)).map(sorted)


@given(st.lists(step, min_size=1, max_size=10), ends, ends, st.sampled_from([SHARE, POSITIVE, Interval(-2, 5)]))
def test_leaving_out_what_cannot_fail_changes_no_bit(steps, a, b, interval):
    tape = Tape()
    nodes = [tape.input(value, name) for value, name in ((1.1, "a"), (1.3, "b"), (1.0, "one"))]
    for name, *operands in steps:
        try:
            nodes.append(tape.apply(OPERATIONS[name], tuple(nodes[at % len(nodes)] for at in operands)))
        except (ArithmeticError, ValueError, RuntimeError):
            continue
    moving = [node for node in nodes[3:] if node in Program(tape, nodes[3:], nodes[:2])._moving]
    if not moving:
        return
    program = Program(tape, moving, nodes[:2], dict.fromkeys(moving, interval))
    random = np.random.default_rng(1)
    columns = [random.uniform(*one, 64) for one in (a, b)]
    columns[0][:2], columns[1][:2] = a, b
    bounded = program.bounded({node: tuple(one) for node, one in zip(nodes[:2], (a, b), strict=True)})
    assert np.array_equal(program.draws(columns), bounded.draws(columns), equal_nan=True)


@pytest.mark.parametrize("value", [-1.0, math.inf, math.nan])
def test_a_draw_outside_its_guard_is_none(value):
    tape, nodes = made(("multiply", 0, 1), ("add", 3, 2))
    program = Program(tape, [nodes[4]], nodes[:2], {nodes[3]: POSITIVE})
    found = program.draws([np.array([1.0, value]), np.array([1.0, 1.0])])
    assert np.isnan(found[0]).tolist() == [False, True]
