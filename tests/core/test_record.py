"""The record: what a plain function's arithmetic is, written down; and what a formula may not do."""

import math

import numpy as np
import pytest

from siliconomics.core.operators import exp, floor, root, where
from siliconomics.core.record import Constant, Expression, kind_of, literals, symbol, trace, wrap


def test_a_function_run_on_symbols_leaves_its_arithmetic():
    record = trace(lambda a, b: a * b - a)
    assert [node.operation for node in record.walk()] == ["symbol", "symbol", "multiply", "subtract"]
    assert record.symbols == ["a", "b"]


def test_a_part_used_twice_is_walked_once():
    def twice(a):
        square = a * a
        return square + square

    assert [node.operation for node in trace(twice).walk()] == ["symbol", "multiply", "add"]


@pytest.mark.parametrize(
    "branching",
    [
        lambda a, b: a if a > b else b,
        lambda a, b: a > 0 and b,
        lambda a, b: a > 0 or b,
        lambda a, b: not a > b,
        lambda a, b: max(a, b),
        lambda a, b: 0 < a < b,
    ],
    ids=["if", "and", "or", "not", "max", "chain"],
)
def test_branching_on_a_value_is_refused(branching):
    with pytest.raises(TypeError, match=r"use where\(\), & or \|"):
        trace(branching)


@pytest.mark.parametrize("equal", [lambda a: a == 3, lambda a: a != 3, lambda a: a in (1, 2)])
def test_a_test_for_equality_is_refused_instead_of_being_quietly_false(equal):
    with pytest.raises(TypeError, match="=="):
        trace(equal)


@pytest.mark.parametrize("plain", [float, math.exp, math.floor], ids=["float", "math.exp", "math.floor"])
def test_turning_a_quantity_into_a_plain_float_is_refused(plain):
    with pytest.raises(TypeError, match="plain float"):
        trace(lambda a: plain(a))


@pytest.mark.parametrize("foreign", [lambda a: a + "1", lambda a: a * [1, 2], lambda a: a + np.ones(2)])
def test_anything_but_numbers_and_quantities_is_refused(foreign):
    with pytest.raises(TypeError, match="neither a quantity nor a number"):
        trace(foreign)


def test_numbers_of_numpy_are_numbers():
    assert wrap(np.float64(2.5)).detail == 2.5
    assert (np.float64(2.5) * symbol("a")).operation == "multiply"


def test_a_function_that_ignores_its_arguments_is_still_a_record():
    assert trace(lambda a: 1).detail == 1.0


def test_numbers_of_mathematics_are_no_literals_and_any_other_is():
    assert literals(trace(lambda a: (a**2 - 1) / 2 + math.pi * a * 0.5)) == []
    assert literals(trace(lambda a: 0.8 * a + 7)) == [0.8, 7.0]


def test_a_constant_with_a_name_is_no_literal_but_a_number_made_of_it_is():
    hundred = Constant(100.0, "mm² per cm²", "mm2/cm2")
    assert literals(trace(lambda a: a / hundred)) == []
    assert literals(trace(lambda a: a / (2 * hundred))) == [200.0]


def test_a_number_hidden_in_the_equation_of_a_root_is_found():
    record = trace(lambda wanted: root(lambda x, wanted: 7 * x - wanted, wanted, low=0, high=1))
    assert literals(record) == [7.0]


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda a, b: exp(a) / b, "smooth"),
        (lambda a, b: exp(a) + floor(b), "stepped"),
        (lambda a, b: where(a > b, a, b), "stepped"),
        (lambda a, b: floor(root(lambda x, a: x - a, a, low=0, high=b.detail is None)), "solved"),
    ],
)
def test_the_kind_of_a_record_is_that_of_its_least_smooth_operation(function, kind):
    assert kind_of(trace(function)) == kind


def test_a_constant_survives_being_stored():
    import pickle

    kept = pickle.loads(pickle.dumps(Constant(365.0, "days per year", "day")))
    assert (kept, kept.name, kept.unit) == (365.0, "days per year", "day")


def test_a_long_chain_is_walked_without_recursion():
    chain = symbol("a")
    for _ in range(50_000):
        chain = chain + 1
    assert isinstance(chain, Expression)
    assert sum(1 for _ in chain.walk()) == 100_001
