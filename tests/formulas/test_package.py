"""The package chapter against worked cases of its field, and in the properties that must hold for any chip."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas import package
from siliconomics.formulas.package import (
    apparent_package_yield,
    assembled_package_yield,
    bonded_area_mm2,
    bonded_parts_cost_usd,
    bonded_parts_per_package,
    chip_gross_margin,
    chips_from_hbm_stock,
    estimated_chip_cost_usd,
    final_test_cost_usd,
    good_interposer_cost_usd,
    hbm_stack_cost_usd,
    interposer_area_mm2,
    interposer_use_yield__chip_first,
    interposer_use_yield__chip_last,
    interposer_yield,
    interposers_per_wafer,
    manufacturing_cost_usd__physical,
    manufacturing_cost_usd__sum_of_parts,
    market_price_usd,
    memory_bandwidth_gb_s_per_tflops,
    memory_cost_usd__blocks,
    memory_cost_usd__stacks,
    memory_cost_usd_per_block,
    original_price_usd__markup_added,
    original_price_usd__markup_deducted,
    overhead_usd,
    package_cost_usd__interposer,
    package_cost_usd__wafer_share,
    package_escape_share,
    package_loss_usd,
    part_bonding_yield,
    part_use_yield__chip_first,
    part_use_yield__chip_last,
    performance_per_usd,
    performance_per_watt,
    performance_tflops__printed,
    price_from_cost_usd,
    raw_interposer_cost_usd,
    raw_substrate_cost_usd,
    wasted_known_good_cost_usd,
)

money = st.floats(1, 50_000)
shares = st.floats(0.05, 1)
margins = st.floats(0, 0.95)
unknown = math.nan


def printed(value, half_of_last_digit):
    return pytest.approx(value, abs=half_of_last_digit)


# -- memory -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "price", "expected"), [(80, 160, 800), (144, 220, 1_980), (48, 150, 450)])
def test_memory_by_capacity_is_the_sources(size, price, expected):
    assert memory_cost_usd__blocks(size, 16, price) == expected


def test_a_stack_of_hbm3e_adds_up_to_its_published_cost_and_eight_of_them_too():
    stack = hbm_stack_cost_usd(8, 19, 30, 24, 15.6, 0.93)
    assert stack == printed(238, 0.5)
    assert memory_cost_usd__stacks(8, stack) == printed(1_906, 0.5)


@pytest.mark.parametrize(("cost", "size", "per_block"), [(2_900, 192, 242), (1_350, 80, 270)], ids=["B200", "H100"])
def test_published_memory_costs_come_to_their_price_per_16_gb(cost, size, per_block):
    assert memory_cost_usd_per_block(cost, size, 16) == printed(per_block, 0.5)


@given(st.floats(4, 1000), money)
def test_price_per_block_and_memory_cost_are_inverse(size, price):
    cost = memory_cost_usd__blocks(size, 16, price)
    assert memory_cost_usd_per_block(cost, size, 16) == pytest.approx(price)


@given(st.integers(1, 16), money, shares)
def test_a_taller_stack_and_a_worse_yield_cost_more(dies, die_cost, stack_yield):
    base = hbm_stack_cost_usd(dies, die_cost, 30, 24, 16, stack_yield)
    assert hbm_stack_cost_usd(dies + 1, die_cost, 30, 24, 16, stack_yield) > base
    assert hbm_stack_cost_usd(dies, die_cost, 30, 24, 16, 0.9 * stack_yield) > base


def test_thirteen_million_stacks_are_enough_for_1_6_million_chips_of_eight():
    assert chips_from_hbm_stock(13e6, 8) == printed(1.6e6, 0.05e6)


# -- package: the source's form ---------------------------------------------------------------


@pytest.mark.parametrize(("price", "packages", "expected"), [(10_000, 30, 567), (10_000, 15, 1_133), (7_000, 15, 793)])
def test_packaging_is_the_sources(price, packages, expected):
    assert package_cost_usd__wafer_share(1.7, price, packages) == printed(expected, 0.5)


# -- package: interposer ----------------------------------------------------------------------


def assembly(
    use_interposer,
    use_part,
    interposer=100.0,
    y_interposer=0.9,
    y_bond=0.95,
    parts=10,
    y_substrate=0.99,
    substrate=50.0,
    cost_of_parts=3_000.0,
):
    """Package cost and waste of one assembled package; the two use yields take (y1, y2, y3)."""
    y = (y_interposer, part_bonding_yield(y_bond, parts), y_substrate)
    loss = package_loss_usd(interposer, use_interposer(*y), substrate, y_substrate)
    return (
        package_cost_usd__interposer(interposer, substrate, loss),
        wasted_known_good_cost_usd(cost_of_parts, use_part(*y)),
    )


def chip_last(**changes):
    return assembly(
        interposer_use_yield__chip_last,
        lambda y1, y2, y3: part_use_yield__chip_last(y2, y3),
        **changes,
    )


def chip_first(**changes):
    return assembly(
        lambda y1, y2, y3: interposer_use_yield__chip_first(y1, y3),
        lambda y1, y2, y3: part_use_yield__chip_first(y1, y3),
        **changes,
    )


def test_a_good_interposer_at_206_dollars_implies_a_wafer_of_about_5_000():
    price = 206 * 33 * 0.74
    raw = raw_interposer_cost_usd(price, 33, 2_000, 0)
    assert good_interposer_cost_usd(raw, 0.74) == pytest.approx(206)
    assert price == printed(5_000, 50)


def test_chip_last_loses_interposers_at_every_step_and_dies_only_after_bonding():
    package_cost, waste = chip_last()
    bonds = 0.95**10
    assert package_cost == pytest.approx(100 / (0.9 * bonds * 0.99) + 50 / 0.99)
    assert waste == pytest.approx(3_000 * (1 / (bonds * 0.99) - 1))


def test_chip_first_loses_dies_with_bad_interposers():
    package_cost, waste = chip_first()
    assert package_cost == pytest.approx(100 / (0.9 * 0.99) + 50 / 0.99)
    assert waste == pytest.approx(3_000 * (1 / (0.9 * 0.99) - 1))


def test_nothing_is_lost_where_every_step_succeeds():
    for flow in (chip_last, chip_first):
        package_cost, waste = flow(y_interposer=1.0, y_bond=1.0, y_substrate=1.0)
        assert package_cost == pytest.approx(150)
        assert waste == 0


@given(shares, st.floats(0.9, 1), shares)
def test_a_worse_step_never_makes_a_package_cheaper(y_interposer, y_bond, y_substrate):
    base = {"y_interposer": y_interposer, "y_bond": y_bond, "y_substrate": y_substrate}
    for flow in (chip_last, chip_first):
        cost = sum(flow(**base))
        for step in base:
            assert sum(flow(**{**base, step: 0.99 * base[step]})) >= cost * (1 - 1e-12)


def test_dies_and_stacks_make_up_what_is_bonded():
    assert bonded_parts_per_package(2, 8) == 10
    assert bonded_area_mm2(800, 2, 110, 8) == 2_480
    assert bonded_parts_cost_usd(1_000, 2_000, 2_480, 0.01) == pytest.approx(3_024.8)
    assert interposer_area_mm2(1.1, 2_480) == pytest.approx(2_728)
    assert raw_substrate_cost_usd(4, 2_728, 0.005) == pytest.approx(54.56)


def test_a_package_of_bare_dies_has_no_stacks():
    assert bonded_parts_per_package(1, 0) == 1
    assert bonded_area_mm2(800, 1, 110, 0) == 800


@given(st.floats(100, 3_000))
def test_bigger_interposers_are_fewer_and_yield_less(area):
    def count(area):
        return interposers_per_wafer(300, 3, 0.1, area)

    assert count(1.1 * area) < count(area)
    assert interposer_yield(1.1 * area, 0.06, 6) < interposer_yield(area, 0.06, 6) <= 1


def test_interposer_yield_follows_the_published_parameters():
    assert interposer_yield(1_000, 0.06, 6) == pytest.approx((1 + 0.6 / 6) ** -6)
    assert interposer_yield(1_000, 0.0, 6) == 1


def test_an_interposer_too_large_for_the_wafer_is_not_on_it():
    assert interposers_per_wafer(300, 3, 0.1, 20_000) == 0


# -- final test -------------------------------------------------------------------------------


def test_untested_dies_make_package_yield_the_product_of_their_yields():
    assert assembled_package_yield(0.7, 2) == pytest.approx(0.49)
    assert assembled_package_yield(1.0, 2) == 1


@given(shares, st.floats(0, 1))
def test_what_final_test_misses_escapes(package_yield, coverage):
    passed = apparent_package_yield(package_yield, coverage)
    escaped = package_escape_share(package_yield, passed)
    assert -1e-12 <= escaped < 1  # rounding aside
    assert passed * (1 - escaped) == pytest.approx(package_yield)


def test_a_complete_final_test_lets_nothing_escape():
    assert package_escape_share(0.9, apparent_package_yield(0.9, 1.0)) == pytest.approx(0)


def test_final_test_costs_its_time():
    assert final_test_cost_usd(0.5, 200) == 100


# -- the whole chip ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dies", "memory", "packaging", "expected"),
    [
        (18_000 / 63 / 0.5, 1_000, 1.7 * 10_000 / 30, 2_138),
        (2 * 11_000 / 80 / 0.7, 1_200, 1.7 * 10_000 / 15, 2_726),
        (2 * 12_000 / 82 / 0.25, 1_980, 1.7 * 7_000 / 15, 3_944),
    ],
    ids=["H100", "910C", "MLU 690"],
)
def test_manufacturing_cost_adds_unrounded_parts_as_the_source_does(dies, memory, packaging, expected):
    assert manufacturing_cost_usd__sum_of_parts(dies, memory, packaging) == printed(expected, 0.5)


def test_the_published_b200_parts_add_up_with_their_shares():
    total = manufacturing_cost_usd__physical(900 + 2_900, 1_100, 1_000, 500, 1)
    assert total == 6_400
    assert 2_900 / total == printed(0.45, 0.005)
    assert 900 / total == printed(0.14, 0.005)


def test_the_published_h100_parts_give_its_cost_and_margin():
    total = manufacturing_cost_usd__physical(300 + 1_350, 750, 0, 920, 1)
    assert total == 3_320
    assert chip_gross_margin(total, 28_000) == printed(0.881, 0.0005)


def test_physical_cost_without_losses_is_the_sum_of_parts():
    parts = bonded_parts_cost_usd(600, 1_200, 1_500, 0)
    physical = manufacturing_cost_usd__physical(parts, 567, 0, 0, 1)
    assert physical == manufacturing_cost_usd__sum_of_parts(600, 1_200, 567)


@given(money, money, money, money, shares)
def test_losses_and_test_only_add(parts, packaging, waste, test, passed):
    bare = manufacturing_cost_usd__physical(parts, packaging, 0, 0, 1)
    assert manufacturing_cost_usd__physical(parts, packaging, waste, test, passed) > bare


# -- price and margin -------------------------------------------------------------------------


def test_a_quoted_dollar_price_comes_before_a_converted_one():
    assert market_price_usd(15_000, unknown, 7.0) == 15_000
    assert market_price_usd(unknown, 210_000, 7.0) == 30_000
    both = market_price_usd(np.array([15_000, unknown]), np.array([unknown, 85_000]), 7.0)
    assert both == pytest.approx([15_000, 85_000 / 7])


def test_the_source_adds_the_markup_for_one_chip_and_deducts_it_for_another():
    assert original_price_usd__markup_added(15_000, 0.3) == printed(11_538, 0.5)
    assert original_price_usd__markup_added(30_000, 0.5) == printed(20_000, 0.5)
    assert original_price_usd__markup_deducted(10_000, 0.2) == printed(8_000, 0.5)
    assert original_price_usd__markup_deducted(65_000 / 7, 0.2) == printed(7_429, 0.5)


@given(money, st.floats(0.001, 0.9))
def test_an_added_markup_leaves_more_than_a_deducted_one_and_comes_off_again(price, markup):
    added = original_price_usd__markup_added(price, markup)
    assert added * (1 + markup) == pytest.approx(price)
    assert added > original_price_usd__markup_deducted(price, markup)


@pytest.mark.parametrize(
    ("price", "margin", "parts", "cost", "overhead"),
    [(20_000, 0.86, 2_138, 2_800, 662), (8_000, 0.60, 2_726, 3_200, 474)],
    ids=["H100", "910C"],
)
def test_overhead_is_what_the_assumed_margin_leaves_above_the_parts(price, margin, parts, cost, overhead):
    found = estimated_chip_cost_usd(price, margin)
    assert found == printed(cost, 0.5)
    assert overhead_usd(found, parts) == printed(overhead, 1)


def test_overhead_is_negative_where_the_parts_cost_more_than_the_margin_leaves():
    assert overhead_usd(estimated_chip_cost_usd(4_000, 0.6), 1_700) == pytest.approx(-100)


@pytest.mark.parametrize(("price", "margin"), [(35_000, 0.817), (40_000, 0.84)])
def test_margin_on_a_b200_is_the_published_one(price, margin):
    assert chip_gross_margin(6_400, price) == printed(margin, 0.0005)


@given(money, margins)
def test_price_from_cost_and_margin_are_inverse(cost, margin):
    price = price_from_cost_usd(cost, margin)
    assert chip_gross_margin(cost, price) == pytest.approx(margin, abs=1e-12)
    assert estimated_chip_cost_usd(price, margin) == pytest.approx(cost)


# -- what the buyer gets ----------------------------------------------------------------------


def test_performance_is_fp8_where_printed_else_fp16():
    assert performance_tflops__printed(3_958, 1_979) == 3_958
    assert performance_tflops__printed(unknown, 624) == 624


def test_performance_per_dollar_and_watt_are_the_sources():
    assert performance_per_usd(3_958, 30_000) == printed(0.13, 0.005)
    assert performance_per_usd(624, 15_000) == printed(0.04, 0.005)
    assert performance_per_watt(3_958, 700) == printed(5.65, 0.005)
    assert performance_per_watt(800, 750) == printed(1.07, 0.005)


def test_bandwidth_per_throughput_is_bytes_per_thousand_operations():
    assert memory_bandwidth_gb_s_per_tflops(4_800, 2_000) == 2.4


# -- the chapter's face -----------------------------------------------------------------------


def test_everything_the_chapter_offers_is_a_formula_with_a_meaning():
    for name in package.__all__:
        declared = getattr(package, name).__formula__
        assert declared.name == name
        assert declared.meaning
        assert declared.kind == declared.recorded_kind
