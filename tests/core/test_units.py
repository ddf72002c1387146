"""Units, and the proof that a formula's arithmetic gives the unit it declares."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import Declaration, Formula, Interval, units
from siliconomics.core.operators import count, exp, first_known, maximum, root, sqrt, where
from siliconomics.core.proof import sample_for, unit_problem, ways
from siliconomics.core.record import trace
from siliconomics.core.units import MM2_PER_CM2


@pytest.mark.parametrize(
    ("given_unit", "wanted", "factor"),
    [
        ("mn CNY", "CNY", 1e6),
        ("bn CNY", "mn CNY", 1e3),
        ("%", "1", 0.01),
        ("cm2", "mm2", 100),
        ("kWh", "J", 3.6e6),
        ("year", "h", 8760),
        ("GiB", "GB", 1.073741824),
        ("GB/s", "GB/h", 3600),
        ("TFLOPS", "TFLOP/s", 1),
        ("USD/wafer", "USD/wafer", 1),
        ("1/cm2", "1/mm2", 0.01),
    ],
)
def test_a_figure_is_turned_into_another_unit(given_unit, wanted, factor):
    assert units.factor(given_unit, wanted) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(
    ("given_unit", "wanted"),
    [("USD", "CNY"), ("USD/die", "USD/wafer"), ("die", "1"), ("chip", "die"), ("mm", "mm2"), ("%", "USD")],
)
def test_what_only_looks_alike_is_not_converted(given_unit, wanted):
    with pytest.raises(ValueError, match="cannot be turned into"):
        units.factor(given_unit, wanted)


@pytest.mark.parametrize("text", ["bananas", "USD per die", "USD/", "mm^^2", "%%"])
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(ValueError, match="is not a unit"):
        units.parse(text)


def test_a_constant_carries_its_unit_into_the_arithmetic():
    area = units.registry().Quantity(400, "mm2")
    assert (area / MM2_PER_CM2).to("cm2").magnitude == pytest.approx(4)
    assert (MM2_PER_CM2 * units.registry().Quantity(4, "cm2")).to("mm2").magnitude == pytest.approx(400)


# -- the proof --------------------------------------------------------------------------------

UNITS = {
    "price": "USD/wafer", "dies": "die/wafer", "share": "1", "area": "mm2", "density": "1/cm2", "side": "mm",
    "quoted": "USD/die", "yuan": "CNY/die", "rate": "CNY/USD", "money": "mn USD",
}  # fmt: skip
NUMBERS = {name: 3.0 + 0.37 * place for place, name in enumerate(UNITS)}


def problem(function, unit):
    return unit_problem(Formula(function, unit, "book#page-1"), UNITS.__getitem__, NUMBERS.__getitem__)


@pytest.mark.parametrize(
    ("function", "unit"),
    [
        (lambda price, dies, share: price / (dies * share), "USD/die"),
        (lambda area, density: exp(-area / MM2_PER_CM2 * density), "1"),
        (lambda area: sqrt(area), "mm"),
        (lambda area, side: count(area / side**2, "die/wafer"), "die/wafer"),
        (lambda area, side: maximum(area - side**2, 0), "mm2"),
        (lambda area, side: where(area > side**2, area, side**2), "mm2"),
        (lambda quoted, yuan, rate: first_known(quoted, yuan / rate), "USD/die"),
        (lambda money: money / 2, "mn USD"),
        (lambda share: root(lambda x, wanted: x - wanted / 2, share, low=0, high=9), "1"),
    ],
)  # fmt: skip
def test_right_units_are_proven(function, unit):
    assert problem(function, unit) is None


@pytest.mark.parametrize(
    ("function", "unit", "message"),
    [
        (lambda price, dies: price / dies, "USD", "does not give 'USD'"),
        (lambda price, dies: price * dies, "USD/die", "does not give"),
        (lambda area, density: exp(-area * density), "1", "without"),
        (lambda area, density: area * density, "1", "a factor of 0.01 is missing"),
        (lambda area, side: area + side, "mm2", "Cannot convert"),
        (lambda area: exp(area), "1", "Cannot convert"),
        (lambda area: area + 1, "mm2", "Cannot convert"),
        (lambda area, side: maximum(area, side), "mm2", "Cannot convert"),
        (lambda quoted, yuan: first_known(quoted, yuan), "USD/die", "Cannot convert"),
        (lambda area, share: share**area, "1", "Cannot convert"),
        (lambda money: money, "USD", "a factor of 1e+06 is missing"),
        (lambda price: price, "bananas", "is not a unit"),
        (lambda share: 1 / (share - share), "1", "it has no value at share"),
    ],
)
def test_wrong_units_are_named(function, unit, message):
    assert message in problem(function, unit)


def test_a_unit_lost_in_the_second_choice_is_found_too():
    """first_known(density, 1/area): right in its first choice, a hundredfold off in its second."""

    def density_per_cm2(density, area):
        return first_known(density, 1 / area)

    assert "a factor of 100 is missing" in problem(density_per_cm2, "1/cm2")


def test_every_choice_of_a_first_known_has_its_way():
    record = trace(lambda a, b, c: first_known(a, c / b, c))
    assert ways(record) == [frozenset(), frozenset("a"), frozenset("ab")]
    assert ways(trace(lambda a: a)) == [frozenset()]


def test_a_choice_that_cannot_be_met_alone_is_left_out():
    assert ways(trace(lambda a, b: first_known(a, a * b))) == [frozenset()]


# -- samples ----------------------------------------------------------------------------------

ends = st.floats(-1e9, 1e9)
names = st.text("abcdefgh_", min_size=1)


@given(names, ends, ends)
def test_a_sample_lies_well_inside_its_range(name, one, other):
    low, high = sorted((one, other))
    interval = Interval(low, high, low == high, low == high)
    sample = sample_for(name, None, interval)
    assert sample in interval or high - low <= 1e-9 * max(abs(low), abs(high))


@given(names, ends)
def test_a_sample_of_a_range_without_end_is_finite_and_inside(name, end):
    assert sample_for(name, None, Interval(end, math.inf, low_included=False)) > end
    assert sample_for(name, None, Interval(-math.inf, end, high_included=False)) < end
    assert 1 <= sample_for(name) <= 10


def test_a_sample_is_plausible_where_that_is_narrower_than_possible():
    declared = Declaration(
        "area", "Area.", "mm2", possible=Interval.parse("(0, 5000]"), plausible=Interval.parse("[10, 858]")
    )
    assert sample_for("area", declared) in Interval.parse("[20, 700]")


def test_samples_of_two_names_differ_and_do_not_change():
    assert sample_for("beta") == sample_for("beta")
    assert len({sample_for(name) for name in UNITS}) == len(UNITS)
