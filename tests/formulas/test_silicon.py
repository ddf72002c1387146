"""The silicon chapter against worked cases of its field, and in the properties that must hold for any die."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core.tape import slopes_of
from siliconomics.formulas import silicon
from siliconomics.formulas.silicon import (
    apparent_die_yield,
    back_end_yield,
    block_yield__negative_binomial,
    block_yield__poisson,
    defects_per_die,
    die_aspect_ratio,
    die_cost_usd__known_good,
    die_cost_usd__wafer_only,
    die_height_mm,
    die_width_mm,
    die_yield__bose_einstein,
    die_yield__harvest,
    die_yield__layered,
    die_yield__multi_rule,
    die_yield__murphy,
    die_yield__negative_binomial,
    die_yield__poisson,
    die_yield__rectangular,
    die_yield__seeds,
    die_yield__seeds_exponential,
    front_end_yield,
    good_chips_per_wafer,
    good_die_cost_usd,
    good_dies_per_wafer,
    gross_chips_per_wafer,
    gross_dies_per_wafer__classic,
    gross_dies_per_wafer__classic_floor,
    gross_dies_per_wafer__flynn,
    gross_dies_per_wafer__grid,
    gross_dies_per_wafer__rounded,
    gross_dies_per_wafer__trimmed,
    implied_defect_density_per_cm2__murphy,
    implied_defect_density_per_cm2__negative_binomial,
    implied_defect_density_per_cm2__poisson,
    implied_defect_density_per_cm2__rectangular,
    implied_defect_density_per_cm2__seeds,
    known_good_die_cost_usd,
    nre_per_chip_usd,
    raw_die_cost_usd,
    reticle_fields_per_die,
    sellable_die_yield,
    shipped_die_quality,
    stitch_count,
    total_nre_usd,
    unrepairable_yield__negative_binomial,
    unrepairable_yield__poisson,
    usable_wafer_area_mm2,
    wafer_sort_cost_usd,
    yield_from_wafer_start,
)

areas = st.floats(10, 858)
defects = st.floats(0, 20)
densities = st.floats(0, 2)
clusterings = st.floats(1, 1000)
yields = st.floats(1e-3, 1)

MODELS = {
    "poisson": die_yield__poisson,
    "murphy": die_yield__murphy,
    "rectangular": die_yield__rectangular,
    "negative_binomial": lambda x: die_yield__negative_binomial(x, 2.0),
    "seeds": die_yield__seeds,
    "seeds_exponential": die_yield__seeds_exponential,
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)

INVERSES = {
    "poisson": (implied_defect_density_per_cm2__poisson, die_yield__poisson),
    "seeds": (implied_defect_density_per_cm2__seeds, die_yield__seeds),
    "murphy": (implied_defect_density_per_cm2__murphy, die_yield__murphy),
    "rectangular": (implied_defect_density_per_cm2__rectangular, die_yield__rectangular),
    "negative_binomial": (
        lambda y, area: implied_defect_density_per_cm2__negative_binomial(y, area, 2.0),
        lambda x: die_yield__negative_binomial(x, 2.0),
    ),
}
every_inverse = pytest.mark.parametrize(("inverse", "model"), INVERSES.values(), ids=INVERSES)


def printed(value, half_of_last_digit):
    return pytest.approx(value, abs=half_of_last_digit)


# -- gross dies: worked cases -----------------------------------------------------------------


@pytest.mark.parametrize(("area", "dies"), [(230, 130), (100, 314)])
def test_flynn_finds_the_dies_of_his_own_wafer(area, dies):
    assert gross_dies_per_wafer__flynn(210, area) == printed(dies, 0.5)


@pytest.mark.parametrize(("area", "dies"), [(225, 270), (100, 640)])
def test_classic_count_gives_the_textbook_answers_for_300_mm(area, dies):
    assert gross_dies_per_wafer__classic(300, area) == printed(dies, 0.5)


@pytest.mark.parametrize(
    ("width", "height", "classic", "trimmed", "rounded", "grid_3", "grid_5"),
    [
        (26, 31.3, 63.5, 57.6, 62, 67, 64),
        (26, 33, 59.6, 54.1, 58, 64, 60),
        (15, 15, 270, 244, 264, 266, 256),
        (21.32, 31.22, 80.4, 72.9, 79, 85, 80),
    ],
)
def test_five_ways_to_count_dies_differ_as_published(width, height, classic, trimmed, rounded, grid_3, grid_5):
    area = width * height
    half = 0.05 if classic % 1 else 0.5
    assert gross_dies_per_wafer__classic(300, area) == printed(classic, half)
    assert gross_dies_per_wafer__trimmed(300, 5, 0.2, area) == printed(trimmed, half)
    # The published figures take the outline as including its scribe line.
    assert gross_dies_per_wafer__rounded(300, 3, 0, width, height) == rounded
    assert gross_dies_per_wafer__grid(300, 3, 0.1, width, height) == grid_3
    assert gross_dies_per_wafer__grid(300, 5, 0.2, width, height) == grid_5


def test_exact_count_of_small_dies_beats_a_coarse_search_of_offsets():
    assert gross_dies_per_wafer__classic(300, 100) == printed(640, 0.5)
    assert gross_dies_per_wafer__trimmed(300, 5, 0.2, 100) == printed(572, 0.5)
    assert gross_dies_per_wafer__rounded(300, 3, 0, 10, 10) == 627
    # 613 is the best of 40 x 40 offsets; 616 lies between two of them.
    assert gross_dies_per_wafer__grid(300, 3, 0.1, 10, 10) == 616
    assert gross_dies_per_wafer__grid(300, 5, 0.2, 10, 10) == 585


def test_910b_counts_come_within_five_of_the_published_78_and_the_exact_one_lies_above():
    width, height = 21.32, 31.22
    assert gross_dies_per_wafer__classic(300, width * height) == printed(78, 5)
    assert gross_dies_per_wafer__rounded(300, 3, 0.1, width, height) == printed(78, 5)
    assert gross_dies_per_wafer__grid(300, 5, 0.2, width, height) == printed(78, 5)
    assert gross_dies_per_wafer__grid(300, 3, 0.1, width, height) == 85


@pytest.mark.parametrize(
    ("area", "dies"),
    [(826, 62), (814, 63), (666, 80), (480, 116), (450, 125), (650, 82), (800, 64), (750, 69)],
)
def test_the_source_floors_the_classic_count(area, dies):
    assert gross_dies_per_wafer__classic_floor(300, area) == dies


def test_a_two_die_chip_halves_the_chips_of_a_wafer():
    assert gross_chips_per_wafer(78, 2) == 39
    assert good_chips_per_wafer(good_dies_per_wafer(78, 0.5), 2) == 19.5


def test_five_thousand_wafers_a_month_at_a_fifth_yield_give_900_thousand_dies_a_year():
    assert good_dies_per_wafer(75, 0.2) * 5000 * 12 == pytest.approx(900_000)


# -- yield: worked cases ----------------------------------------------------------------------


@pytest.mark.parametrize(("area", "expected", "half"), [(230, 0.1, 0.05), (100, 0.37, 0.005)])
def test_poisson_gives_flynns_yields_at_one_defect_per_cm2(area, expected, half):
    assert die_yield__poisson(defects_per_die(area, 1)) == printed(expected, half)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (die_yield__poisson(0.081), 0.922),
        (die_yield__murphy(0.081), 0.923),
        (die_yield__negative_binomial(0.081, 3), 0.923),
        (die_yield__seeds(0.081), 0.925),
        # The misuse: a whole chip's density in each of twelve layers.
        (die_yield__bose_einstein(100, 0.081, 12), 0.393),
    ],
    ids=["poisson", "murphy", "negative_binomial", "seeds", "bose_einstein_misused"],
)
def test_yield_models_agree_with_the_published_console_at_x_of_0_081(found, expected):
    assert found == printed(expected, 0.0005)


def test_760_gross_dies_give_702_good_ones():
    assert good_dies_per_wafer(760, die_yield__negative_binomial(0.081, 3)) == printed(702, 0.5)


@pytest.mark.parametrize(
    ("diameter", "price", "dies", "density", "die_yield", "cost"),
    [(150, 12, 84, 0.020, 0.959, 0.149), (200, 15, 100, 0.031, 0.909, 0.165)],
)
def test_cost_of_a_die_follows_from_wafer_area_and_defects(diameter, price, dies, density, die_yield, cost):
    area = usable_wafer_area_mm2(diameter, 0) / dies
    found = die_yield__negative_binomial(defects_per_die(area, density), 2)
    assert found == printed(die_yield, 0.0005)
    assert good_die_cost_usd(price, dies, found) == printed(cost, 0.0005)


def test_smaller_layout_with_tight_rules_yields_twice_the_dies():
    first = die_yield__multi_rule(100, 0.1, 2.0, 0.5)
    second = die_yield__multi_rule(50, 0.5, 2.0, 0.5)
    assert first == printed(0.522, 0.0005)
    assert second == printed(0.535, 0.0005)
    assert 2 * second / first == printed(2.05, 0.005)


@pytest.mark.parametrize(("area", "expected", "good"), [(225, 0.40, 109), (100, 0.66, 424)])
def test_bose_einstein_with_density_per_layer_gives_the_textbook_yields(area, expected, good):
    found = die_yield__bose_einstein(area, 0.031, 13.5)
    assert found == printed(expected, 0.005)
    assert good_dies_per_wafer(gross_dies_per_wafer__classic(300, area), found) == printed(good, 0.7)


@pytest.mark.parametrize(
    ("found", "expected", "half"),
    [
        (implied_defect_density_per_cm2__poisson(0.3, 665.61), 0.181, 0.0005),
        (implied_defect_density_per_cm2__negative_binomial(0.3, 665.61, 10), 0.192, 0.0005),
        # 0.2035: the worked case cuts digits off where the others are rounded.
        (implied_defect_density_per_cm2__murphy(0.3, 665.61), 0.203, 0.001),
        (implied_defect_density_per_cm2__negative_binomial(0.3, 665.61, 2), 0.248, 0.0005),
        (implied_defect_density_per_cm2__seeds(0.3, 665.61), 0.351, 0.0005),
    ],
    ids=["poisson", "negative_binomial_10", "murphy", "negative_binomial_2", "seeds"],
)
def test_a_yield_of_30_percent_implies_the_worked_defect_densities(found, expected, half):
    assert found == printed(expected, half)


# -- gross dies: properties -------------------------------------------------------------------

sides = st.floats(4, 60)


@given(sides, sides, st.floats(0, 5), st.floats(0, 0.3))
def test_turning_a_die_leaves_the_exact_count(width, height, exclusion, scribe):
    upright = gross_dies_per_wafer__grid(300, exclusion, scribe, width, height)
    assert gross_dies_per_wafer__grid(300, exclusion, scribe, height, width) == upright


@given(sides, sides, st.floats(0, 5), st.floats(0, 0.3))
def test_dies_never_cover_more_than_the_usable_wafer(width, height, exclusion, scribe):
    dies = gross_dies_per_wafer__grid(300, exclusion, scribe, width, height)
    assert dies * width * height <= usable_wafer_area_mm2(300, exclusion)


@given(sides, sides, st.floats(0, 1), st.floats(0, 1))
def test_exact_count_is_at_least_that_of_any_one_offset_less_one(width, height, right, up):
    x = (np.arange(-80, 81) + right) * (width + 0.1)
    y = (np.arange(-80, 81) + up) * (height + 0.1)
    far_x = np.maximum(np.abs(x), np.abs(x + width))
    far_y = np.maximum(np.abs(y), np.abs(y + height))
    inside = np.count_nonzero(far_x[:, None] ** 2 + far_y**2 <= 147**2)
    assert gross_dies_per_wafer__grid(300, 3, 0.1, width, height) >= inside - 1


@given(areas)
def test_bigger_die_gives_fewer_dies_by_every_estimate(area):
    for estimate in (
        gross_dies_per_wafer__classic,
        gross_dies_per_wafer__classic_floor,
        gross_dies_per_wafer__flynn,
        lambda diameter, a: gross_dies_per_wafer__trimmed(diameter, 5, 0.2, a),
    ):
        assert estimate(300, 1.1 * area) <= estimate(300, area)


@given(areas)
def test_floor_takes_off_less_than_one_die(area):
    classic = gross_dies_per_wafer__classic(300, area)
    assert 0 <= classic - gross_dies_per_wafer__classic_floor(300, area) < 1


def test_a_die_larger_than_the_wafer_is_not_on_it():
    assert gross_dies_per_wafer__classic(100, 10_000) == 0
    assert gross_dies_per_wafer__classic_floor(100, 10_000) == 0
    assert gross_dies_per_wafer__flynn(100, 12_000) == 0
    assert gross_dies_per_wafer__trimmed(100, 5, 0.2, 10_000) == 0
    assert gross_dies_per_wafer__rounded(100, 3, 0.1, 100, 100) == 0
    assert gross_dies_per_wafer__grid(100, 3, 0.1, 100, 100) == 0


def test_one_die_that_just_fits_the_wafer_is_counted_once():
    assert gross_dies_per_wafer__grid(100, 5, 0.1, 54, 72) == 1
    assert gross_dies_per_wafer__grid(100, 5, 0.1, 54, 72.001) == 0


def test_exact_count_takes_arrays_and_keeps_what_is_unknown_unknown():
    width = np.array([[10.0, math.nan], [26.0, 21.32]])
    height = np.array([10.0, 31.22])
    found = gross_dies_per_wafer__grid(300, 3, 0.1, width, height)
    assert found.shape == (2, 2)
    assert found[0, 0] == 616
    assert math.isnan(found[0, 1])
    assert found[1, 1] == 85


# -- the outline and the reticle --------------------------------------------------------------


def test_a_stated_outline_is_taken_and_an_unknown_one_has_the_reticles_proportions():
    unknown = math.nan
    ratio = die_aspect_ratio(unknown, 26, 33)
    assert die_aspect_ratio(0.5, 26, 33) == 0.5
    assert die_width_mm(21.32, unknown, 665.61, ratio) == 21.32
    assert die_height_mm(unknown, 665.61, 21.32) == pytest.approx(31.22, abs=0.001)
    assert die_width_mm(unknown, 31.22, 665.61, ratio) == pytest.approx(21.32, abs=0.001)
    width = die_width_mm(unknown, unknown, 826, ratio)
    assert reticle_fields_per_die(width, die_height_mm(unknown, 826, width), 26, 33) == 1


@pytest.mark.parametrize(
    ("width", "height", "fields"),
    [(26, 33, 1), (33, 26, 1), (10, 10, 1), (26.1, 33, 2), (33, 50, 2), (52, 66, 4), (60, 10, 2)],
)
def test_a_die_above_the_reticle_is_stitched_from_the_fewest_fields(width, height, fields):
    assert reticle_fields_per_die(width, height, 26, 33) == fields
    assert stitch_count(fields) == fields - 1


# -- yield: properties ------------------------------------------------------------------------


@every_model
@given(x=defects)
def test_yield_is_a_share_and_falls_with_defects(model, x):
    assert 0 < model(x) <= 1
    assert model(x + 0.5) < model(x)


@every_model
def test_a_die_without_defects_always_works(model):
    assert model(0.0) == 1
    assert model(np.array([0.0, 1e-300, 1e-17])) == pytest.approx([1, 1, 1], abs=1e-8)


@pytest.mark.parametrize("x", [1e-14, 1e-10, 1e-8, 3e-8, 1e-6, 1e-3])
def test_murphy_and_rectangular_follow_their_series_near_zero(x):
    assert 1 - die_yield__murphy(x) == pytest.approx(x - 7 / 12 * x**2, rel=1e-6, abs=3e-16)
    assert 1 - die_yield__rectangular(x) == pytest.approx(x - 2 / 3 * x**2, rel=1e-6, abs=3e-16)


def test_slope_of_murphy_at_no_defects_is_minus_one():
    for model in (die_yield__murphy, die_yield__rectangular):
        _, (slope,) = slopes_of(model.__formula__.record, ["defects_per_die"], (np.zeros(1),))
        assert slope == pytest.approx([-1])


@given(defects, clusterings)
def test_clustered_defects_yield_more_and_the_models_keep_their_order(x, clustering):
    poisson, murphy, seeds = die_yield__poisson(x), die_yield__murphy(x), die_yield__seeds(x)
    slack = 1 + 1e-12
    assert poisson <= murphy * slack
    assert murphy <= die_yield__rectangular(x) * slack
    assert murphy <= seeds * slack
    assert poisson <= die_yield__negative_binomial(x, clustering) * slack
    assert die_yield__negative_binomial(x, clustering) <= seeds * slack


@given(defects)
def test_negative_binomial_becomes_poisson_without_clustering_and_seeds_at_one(x):
    assert die_yield__negative_binomial(x, 1e12) == pytest.approx(die_yield__poisson(x), rel=1e-8)
    assert die_yield__negative_binomial(x, 1) == pytest.approx(die_yield__seeds(x))


@every_model
@given(area=areas, density=st.floats(0.01, 2))
def test_bigger_die_yields_less(model, area, density):
    small, big = defects_per_die(area, density), defects_per_die(1.1 * area, density)
    assert model(big) < model(small)


@every_inverse
@given(die_yield=yields, area=areas)
def test_the_implied_density_gives_back_the_yield(inverse, model, die_yield, area):
    density = inverse(die_yield, area)
    assert density >= 0
    assert model(defects_per_die(area, density)) == pytest.approx(die_yield, rel=1e-9)


@every_inverse
def test_a_perfect_yield_implies_no_defects(inverse, model):
    assert inverse(1.0, 500.0) == pytest.approx(0, abs=1e-12)


def test_inverses_take_arrays():
    found = implied_defect_density_per_cm2__murphy(np.array([[0.3], [0.6]]), np.array([400, 800]))
    assert found.shape == (2, 2)
    assert found[:, 0] == pytest.approx(2 * found[:, 1])


def test_slope_of_an_implied_density_is_exact():
    formula = implied_defect_density_per_cm2__murphy
    names = ["die_yield", "die_area_mm2"]
    _, (slope, _) = slopes_of(formula.__formula__.record, names, (0.3, 600.0))
    near = (formula(0.3 + 1e-6, 600.0) - formula(0.3 - 1e-6, 600.0)) / 2e-6
    assert slope == pytest.approx(near, rel=1e-6)


# -- layers, harvest, test --------------------------------------------------------------------


@given(areas, densities)
def test_two_layer_groups_with_all_area_critical_and_no_clustering_are_one_poisson(area, density):
    front = front_end_yield(area, 1, 0.4 * density, 1e12)
    back = back_end_yield(area, 1, 0.6 * density, 1e12)
    whole = die_yield__poisson(defects_per_die(area, density))
    assert die_yield__layered(front, back, 0.98, 0) == pytest.approx(whole, rel=1e-6)


def test_each_stitch_costs_its_share_of_dies():
    assert die_yield__layered(0.9, 0.8, 0.95, 0) == pytest.approx(0.72)
    assert die_yield__layered(0.9, 0.8, 0.95, 3) == pytest.approx(0.72 * 0.95**3)


@given(defects, st.floats(0, 1), st.integers(1, 200))
def test_harvest_without_spares_is_poisson(x, share, blocks):
    found = die_yield__harvest(block_yield__poisson(x, share, blocks), blocks, 0, unrepairable_yield__poisson(x, share))
    assert found == pytest.approx(die_yield__poisson(x), rel=1e-9)


@given(st.floats(0.01, 1), st.integers(1, 100), st.integers(0, 99))
def test_a_further_spare_block_never_lowers_the_yield(block_yield, blocks, spares):
    fewer = die_yield__harvest(block_yield, blocks, spares, 0.9)
    assert die_yield__harvest(block_yield, blocks, spares + 1, 0.9) >= fewer - 1e-12


def test_harvest_counts_the_ways_in_which_one_of_eight_blocks_may_fail():
    block = 0.9
    expected = (block**8 + 8 * 0.1 * block**7) * 0.95
    assert die_yield__harvest(block, 8, 1, 0.95) == pytest.approx(expected)
    assert die_yield__harvest(block, 8, 8, 0.95) == 0.95
    assert die_yield__harvest(np.array([block, 1.0]), 8, 1, 0.95) == pytest.approx([expected, 0.95])


def test_slope_of_harvest_in_the_block_yield_is_exact():
    names = ["block_yield", "blocks_per_die", "spare_blocks_per_die", "unrepairable_yield"]
    _, slopes = slopes_of(die_yield__harvest.__formula__.record, names, (0.9, 144.0, 12.0, 0.95))
    up, down = (die_yield__harvest(0.9 + d, 144, 12, 0.95) for d in (1e-6, -1e-6))
    assert slopes[0] == pytest.approx((up - down) / 2e-6, rel=1e-6)
    assert slopes[1:3] == (0, 0)


def test_clustered_blocks_approach_poisson_blocks():
    assert block_yield__negative_binomial(1.0, 0.6, 8, 1e12) == pytest.approx(block_yield__poisson(1.0, 0.6, 8))
    assert unrepairable_yield__negative_binomial(1.0, 0.6, 1e12) == pytest.approx(unrepairable_yield__poisson(1.0, 0.6))


@given(yields, st.floats(0, 1))
def test_a_test_passes_at_least_the_good_dies_and_quality_makes_up_the_rest(die_yield, coverage):
    passed = apparent_die_yield(die_yield, coverage)
    assert die_yield <= passed * (1 + 1e-12)
    assert passed * shipped_die_quality(die_yield, passed) == pytest.approx(die_yield)


def test_a_complete_test_ships_only_good_dies_and_no_test_ships_all():
    assert apparent_die_yield(0.6, 1) == pytest.approx(0.6)
    assert shipped_die_quality(0.6, apparent_die_yield(0.6, 1)) == pytest.approx(1)
    assert apparent_die_yield(0.6, 0) == 1
    assert shipped_die_quality(0.6, 1) == 0.6


def test_recovered_dies_and_lost_wafers_move_the_yield_as_they_should():
    assert sellable_die_yield(0.6, 0) == 0.6
    assert sellable_die_yield(0.6, 0.5) == pytest.approx(0.8)
    assert yield_from_wafer_start(0.9, 0.6) == pytest.approx(0.54)


# -- cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "dies", "die_yield", "per_chip", "expected"),
    [
        (18_000, 63, 0.50, 1, 571),
        (11_000, 80, 0.70, 2, 393),
        (12_000, 82, 0.25, 2, 1_171),
        (12_000, 116, 0.30, 2, 690),
    ],
    ids=["H100", "910C", "MLU 690", "950PR"],
)
def test_die_cost_is_the_sources(price, dies, die_yield, per_chip, expected):
    good_die = good_die_cost_usd(price, dies, die_yield)
    assert die_cost_usd__wafer_only(good_die, per_chip) == printed(expected, 0.5)


@given(areas, st.floats(0.01, 2), st.floats(1000, 30_000))
def test_cost_of_a_good_die_rises_with_area_defects_and_wafer_price(area, density, price):
    def cost(area, density, price):
        die_yield = die_yield__poisson(defects_per_die(area, density))
        return good_die_cost_usd(price, gross_dies_per_wafer__classic(300, area), die_yield)

    base = cost(area, density, price)
    assert cost(1.05 * area, density, price) > base
    assert cost(area, 1.05 * density, price) > base
    assert cost(area, density, 1.05 * price) == pytest.approx(1.05 * base)


@given(st.floats(1000, 30_000), st.floats(10, 700), yields)
def test_a_free_and_complete_wafer_test_leaves_the_cost_of_a_good_die(price, dies, die_yield):
    passed = apparent_die_yield(die_yield, 1.0)
    found = known_good_die_cost_usd(raw_die_cost_usd(price, dies), 0.0, passed)
    assert found == pytest.approx(good_die_cost_usd(price, dies, die_yield))
    assert die_cost_usd__known_good(found, 2) == pytest.approx(2 * found)


def test_a_passed_die_bears_the_test_of_those_that_failed():
    sort = wafer_sort_cost_usd(0.01, 200)
    assert sort == pytest.approx(2)
    assert known_good_die_cost_usd(98, sort, 0.5) == pytest.approx(200)


def test_one_time_cost_is_spread_over_the_chips_ever_made():
    total = total_nre_usd(900e6, 90e6, 10e6)
    assert total == 1e9
    assert nre_per_chip_usd(total, 1, 200_000) == 5_000
    assert nre_per_chip_usd(total, 0.5, 200_000) == 2_500


# -- the chapter's face -----------------------------------------------------------------------


def test_everything_the_chapter_offers_is_a_formula_with_a_meaning():
    for name in silicon.__all__:
        declared = getattr(silicon, name).__formula__
        assert declared.name == name
        assert declared.meaning
        assert declared.kind == declared.recorded_kind
