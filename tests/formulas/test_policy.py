"""The policy chapter against worked classifications, and in the properties that must hold for any chip."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas import policy
from siliconomics.formulas.policy import (
    advanced_chip_high,
    advanced_chip_low,
    applicable_die_area_mm2,
    estimated_transistors_bn_high,
    estimated_transistors_bn_low,
    foundry_presumption_high,
    foundry_presumption_low,
    foundry_supply_risk,
    foundry_supply_risk_high,
    foundry_supply_risk_low,
    hbm_bandwidth_density_gb_s_per_mm2,
    int8_dense_high_tops,
    int8_dense_low_tops,
    largest_total_processing_performance_outside,
    margin_to_performance_density_threshold,
    margin_to_tpp_threshold,
    node_transistor_density_bn_per_mm2,
    performance_density_high,
    performance_density_low,
    smallest_die_area_outside_mm2,
    total_processing_performance_high,
    total_processing_performance_low,
)

unknown = math.nan
BITS = (16, 8, 4)
A = (4800, 1600, 5.92)
OUTSIDE = (4800, 1600, 2400, 3.2, 1.6)
NODES = (5, 7, 10, 0.0983, 0.0656, 0.0451, 0.0259)
areas = st.floats(10, 4000)
totals = st.floats(1, 40_000)


@pytest.mark.parametrize(
    ("fp16", "fp8", "int8", "fp4", "total"),
    [
        (312, unknown, 624, unknown, 4992),  # A100
        (989.5, 1979, 1979, unknown, 15832),  # H100
        (148, 296, 296, unknown, 2368),  # H20
        (unknown, 733, unknown, unknown, 5864),  # L40S
        (2250, 4500, 4500, 9000, 36000),  # B200
        (unknown, 1000, unknown, 2000, 8000),  # Ascend 950PR
        (unknown, unknown, unknown, 15000, 60000),  # B300
    ],
)
def test_total_is_the_highest_product_of_bits_and_dense_throughput(fp16, fp8, int8, fp4, total):
    assert total_processing_performance_high(fp16, fp8, int8, fp4, *BITS) == total
    assert total_processing_performance_low(fp16, fp8, int8, fp4, *BITS) == total


def test_total_of_nothing_known_is_unknown():
    assert math.isnan(total_processing_performance_high(unknown, unknown, unknown, unknown, *BITS))


def test_half_of_a_figure_of_unstated_density_is_possible():
    assert int8_dense_low_tops(unknown, 512) == 256
    assert int8_dense_high_tops(unknown, 512) == 512
    assert int8_dense_low_tops(300, 512) == int8_dense_high_tops(300, 512) == 300


@pytest.mark.parametrize(
    ("total", "area", "density"),
    [
        (4992, 826, 6.04),
        (15832, 814, 19.4),
        (2368, 814, 2.91),
        (5864, 609, 9.63),
        (36000, 1600, 22.5),
        (5120, 665.6, 7.7),
    ],
)
def test_density_of_the_worked_chips(total, area, density):
    half = 0.05 if density * 10 == round(density * 10) else 0.005
    assert performance_density_high(total, area) == pytest.approx(density, abs=half)
    assert performance_density_low(total, area) == performance_density_high(total, area)


def test_all_dies_of_a_package_count():
    assert applicable_die_area_mm2(665.6, 2) == 1331.2
    assert performance_density_high(12032, applicable_die_area_mm2(665.6, 2)) == pytest.approx(9.0, abs=0.05)


def test_memory_stack_over_its_area():
    assert hbm_bandwidth_density_gb_s_per_mm2(220, 110) == 2


def test_thirty_billion_transistors_need_the_area_that_public_calculators_give():
    assert 30 / node_transistor_density_bn_per_mm2(7, *NODES) == pytest.approx(457, rel=0.01)
    assert 30 / node_transistor_density_bn_per_mm2(5, *NODES) == pytest.approx(305, rel=0.01)


def test_a_finer_node_holds_more():
    found = [node_transistor_density_bn_per_mm2(node, *NODES) for node in (16, 12, 10, 8, 7, 6, 5, 4, 3)]
    assert found == sorted(found)
    assert found[0] < found[2] < found[4] < found[6]


@given(areas, st.floats(1, 2))
def test_estimate_of_transistors_lies_around_density_times_area(area, spread):
    low = estimated_transistors_bn_low(unknown, area, 0.0656, spread)
    high = estimated_transistors_bn_high(unknown, area, 0.0656, spread)
    assert low <= area * 0.0656 * (1 + 1e-9)
    assert high >= area * 0.0656 * (1 - 1e-9)
    assert estimated_transistors_bn_low(39, area, 0.0656, spread) == 39


@pytest.mark.parametrize(
    ("total", "density", "advanced"),
    [(4800, 0.1, 1), (4799.99, 5.9199, 0), (1600, 5.92, 1), (1599, 9, 0), (1600, 5.9199, 0)],
)
def test_advanced_at_and_below_each_threshold(total, density, advanced):
    assert advanced_chip_high(total, density, *A) == advanced
    assert advanced_chip_low(total, density, *A) == advanced


def test_margins_are_the_room_left():
    assert margin_to_tpp_threshold(4800, 2368) == 2432
    assert margin_to_performance_density_threshold(5.92, 6.92) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("area", "total"), [(100, 1600), (500, 1600), (600, 1920), (750, 2400), (1600, 2560), (3000, 4800), (4000, 4800)]
)
def test_largest_total_outside(area, total):
    assert largest_total_processing_performance_outside(area, *OUTSIDE) == pytest.approx(total)


@pytest.mark.parametrize(("total", "area"), [(1599, 0), (1600, 500), (2399, 749.6875), (2400, 1500), (4799, 2999.375)])
def test_smallest_area_outside(total, area):
    assert smallest_die_area_outside_mm2(total, 1600, 2400, 3.2, 1.6) == pytest.approx(area)


@given(totals.filter(lambda total: total < 4799), areas)
def test_the_two_inverses_agree(total, area):
    below = largest_total_processing_performance_outside(area, *OUTSIDE)
    above = smallest_die_area_outside_mm2(total, 1600, 2400, 3.2, 1.6)
    assert (total < below * (1 - 1e-9)) <= (area >= above * (1 - 1e-9))
    assert (area > above * (1 + 1e-9)) <= (total <= below * (1 + 1e-9))


@given(totals, st.floats(1, 2), areas)
def test_more_throughput_never_makes_less_advanced(total, factor, area):
    assert advanced_chip_high(total * factor, total * factor / area, *A) >= advanced_chip_high(total, total / area, *A)


@given(totals, areas, st.floats(1, 3))
def test_more_area_never_makes_more_advanced(total, area, factor):
    assert advanced_chip_high(total, total / (area * factor), *A) <= advanced_chip_high(total, total / area, *A)


def test_a_foundry_may_attest_less_than_thirty_billion_only():
    assert foundry_presumption_low(29.99, 30, 0) == foundry_presumption_high(29.99, 30, 0) == 0
    assert foundry_presumption_low(30, 30, 0) == foundry_presumption_high(30, 30, 0) == 1
    assert foundry_presumption_low(10, 30, 1) == 1


@pytest.mark.parametrize(
    ("abroad", "listed", "presumed", "risk"),
    [(0, 1, 1, 0.2), (1, 0, 0, 0.25), (1, 0, 1, 0.85), (1, 1, 0, 0.85), (0.5, 0, 1, 0.525)],
)
def test_risk_follows_the_route(abroad, listed, presumed, risk):
    assumed = (0.85, 0.25, 0.2)
    assert foundry_supply_risk_low(abroad, listed, presumed, *assumed) == pytest.approx(risk)
    assert foundry_supply_risk_high(abroad, listed, presumed, *assumed) == pytest.approx(risk)
    assert foundry_supply_risk(0.25, 0.85) == pytest.approx(0.55)


def test_every_formula_of_the_chapter_is_tested_here():
    assert set(policy.__all__) <= globals().keys()
