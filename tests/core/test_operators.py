"""The words of a formula on every sort of operand: numbers, arrays, quantities, symbols."""

import math

import numpy as np
import pytest

from siliconomics.core import operators as op
from siliconomics.core import units
from siliconomics.core.record import Expression, symbol

Q = units.registry().Quantity
X, Y = symbol("x"), symbol("y")


@pytest.mark.parametrize(
    ("word", "operands", "expected"),
    [
        (op.exp, (1.0,), math.e),
        (op.expm1, (1e-12,), math.expm1(1e-12)),
        (op.log, (math.e,), 1),
        (op.log1p, (1e-12,), math.log1p(1e-12)),
        (op.sqrt, (9.0,), 3),
        (op.floor, (-2.5,), -3),
        (op.ceil, (-2.5,), -2),
        (op.absolute, (-2.5,), 2.5),
        (op.minimum, (2.0, 3.0), 2),
        (op.maximum, (2.0, 3.0), 3),
    ],
    ids=lambda part: getattr(part, "__name__", None),
)
def test_a_word_works_on_numbers_arrays_pure_quantities_and_symbols(word, operands, expected):
    assert word(*operands) == pytest.approx(expected, rel=1e-14)
    arrays = [np.array([operand, operand]) for operand in operands]
    assert word(*arrays) == pytest.approx([expected, expected], rel=1e-14)
    assert word(*(Q(operand, "") for operand in operands)).magnitude == pytest.approx(expected, rel=1e-14)
    recorded = word(*(X, Y)[: len(operands)])
    assert isinstance(recorded, Expression)
    assert recorded.operation == word.__name__


def test_the_root_of_an_area_is_a_length():
    assert op.sqrt(Q(4, "cm2")).to("mm").magnitude == pytest.approx(20)


def test_an_exponent_with_a_unit_is_refused():
    with pytest.raises(Exception, match="Cannot convert"):
        op.exp(Q(1, "mm2"))


def test_the_smaller_of_two_lengths_is_found_across_units():
    assert op.minimum(Q(1, "cm"), Q(7, "mm")).to("mm").magnitude == pytest.approx(7)
    assert op.maximum(Q(-1, "mm"), 0).to("mm").magnitude == 0


def test_a_bare_number_other_than_nothing_goes_with_no_unit():
    with pytest.raises(Exception, match="Cannot convert"):
        op.maximum(Q(1, "mm"), 3)


def test_where_on_arrays_reads_element_by_element():
    x = np.array([1.0, -1.0])
    assert op.where(x > 0, x, 0).tolist() == [1, 0]


def test_first_known_takes_the_first_that_is_a_number():
    nothing = math.nan
    assert op.first_known(nothing, 2.0, 3.0) == 2
    assert op.first_known(None, nothing, 3.0) == 3
    assert math.isnan(op.first_known(nothing, nothing))
    assert op.first_known(np.array([1.0, nothing]), np.array([5.0, 6.0])).tolist() == [1, 6]


def test_first_known_of_quantities_holds_them_all_to_one_unit():
    assert op.first_known(Q(math.nan, "mm"), Q(1, "cm")).to("mm").magnitude == pytest.approx(10)
    with pytest.raises(Exception, match="Cannot convert"):
        op.first_known(Q(1, "mm"), Q(1, "mm2"))


def test_words_that_move_between_cells_hand_a_plain_number_back():
    assert op.previous(3.0) == 3
    assert op.at(3.0, year=2027) == 3
    assert op.total(3.0, over="year") == 3
    assert op.total(np.array([[1.0, 2.0], [3.0, 4.0]]), over="year").tolist() == [3, 7]


def test_counting_dies_gives_a_pure_number_their_unit_and_changes_no_figure():
    assert op.count(7.0, "die/wafer") == 7
    assert op.count(Q(7, "mm2/mm2"), "die/wafer").units == units.parse("die/wafer")
    with pytest.raises(Exception, match="Cannot convert"):
        op.count(Q(7, "mm2"), "die/wafer")


def test_growth_over_several_periods_is_compounded():
    record = op.growth_rate(X, periods=3)
    lags = [node.detail for node in record.walk() if node.operation == "previous"]
    assert lags == [3]
    assert op.growth_rate(5.0) == 0


def test_a_root_is_found_on_numbers_and_arrays():
    def halved(wanted):
        return op.root(lambda x, wanted: 2 * x - wanted, wanted, low=0, high=10)

    assert halved(6.0) == pytest.approx(3, rel=1e-14)
    assert halved(np.array([2.0, 4.0])) == pytest.approx([1, 2], rel=1e-14)
    assert math.isnan(halved(60.0))


def test_a_root_is_held_against_the_units_of_its_equation():
    def side(area):
        return op.root(lambda x, area: (x * x - area) / area, area, low=0, high=100, unit="mm")

    assert side(Q(9, "mm2")).to("mm").magnitude == pytest.approx(3)
    with pytest.raises(ValueError, match="does not solve"):
        side(Q(9, "cm2"))


@op.opaque(unit="die", kind="stepped", text="whole dies in {0}")
def whole(x):
    """Whole dies."""
    return np.floor(x)


def test_an_opaque_word_keeps_its_name_and_works_on_every_operand():
    assert (whole.__name__, whole.__doc__) == ("whole", "Whole dies.")
    assert whole(2.7) == 2
    assert whole(Q(2.7, "")).units == units.parse("die")
    assert whole(X).operation.text == "whole dies in {0}"
