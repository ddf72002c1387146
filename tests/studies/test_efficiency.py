"""The study of efficiency and balance: bounds, bands, systems, groups and the gap, on synthetic worlds with a known answer."""

import datetime as dt
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies.efficiency import MEASURES, balance, efficiency, gap, systems
from siliconomics.studies.efficiency import groups as tests_of
from siliconomics.studies.efficiency.balance import balanced_batch, band, position
from siliconomics.studies.efficiency.chips import standing
from siliconomics.studies.efficiency.figures import Bounds, country, scaled
from siliconomics.studies.efficiency.frontier import (
    Dated,
    best_at,
    cadence,
    in_volume,
    lag,
    lag_at_arrival,
    points,
)
from siliconomics.studies.efficiency.gap import Row, judge, judge_system, row_at, trend
from siliconomics.studies.efficiency.systems import disagreements

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


@pytest.fixture(scope="module")
def model():
    return load([])


@pytest.fixture(scope="module")
def table(model):
    return {row.chip: row for row in efficiency(model, "fp16", "A100").rows}


# -- per watt and per dollar -------------------------------------------------------------------


def test_the_printed_column_is_reproduced_for_all_18_chips(table):
    found = [row for row in table.values() if row.printed_per_watt is not None]
    assert len(found) == 18
    for row in found:
        assert row.recomputed_per_watt == pytest.approx(row.printed_per_watt, abs=0.0051)
        assert row.recomputed_per_usd == pytest.approx(row.printed_per_usd, abs=0.0051)


def test_a_peak_of_unknown_density_has_two_ends_and_a_known_one_has_one(table):
    assert table["MLU 690"].per_watt.low == pytest.approx(350 / 750)
    assert table["MLU 690"].per_watt.high == pytest.approx(700 / 750)
    assert table["H200"].per_watt.low == table["H200"].per_watt.high == pytest.approx(989.5 / 700)


def test_the_reference_is_one_and_ratios_pair_the_worst_with_the_best(table):
    assert table["A100"].watt_ratio.low == table["A100"].watt_ratio.high == 1.0
    assert Bounds(1, 2, "reported").over(Bounds(4, 8, "estimated")) == Bounds(1 / 8, 2 / 4, "estimated")


def test_what_is_unknown_stays_unknown_and_says_what_it_takes(table):
    row = table["L600"].as_dict()
    assert row["per_watt_low"] is None
    assert row["per_watt_known"] == "unknown"
    assert "power_w" in row["missing"]


def test_a_chip_with_a_figure_but_no_price_has_no_ratio_of_dollars(table):
    assert table["GB300"].per_watt.low is not None
    assert table["GB300"].usd_ratio.low is None


def test_a_chip_stands_surely_above_or_below_or_is_undecided():
    ratios = {
        "up": Bounds(1.1, 1.2, "derived"),
        "down": Bounds(0.5, 0.9, "derived"),
        "open": Bounds(0.9, 1.8, "derived"),
        "none": Bounds(None, None, "unknown"),
    }
    assert standing(ratios) == (["up"], ["down"], ["open"])


def test_every_claim_names_its_lines_and_has_a_verdict(model):
    for basis in ("fp16", "fp8"):
        for claim in efficiency(model, basis).claims:
            assert claim.lines
            assert claim.verdict in {"consistent", "contradicted", "undecided", "not by peaks"}


@pytest.mark.parametrize(
    ("asked", "nearest"), [(("fp4", "H200"), "fp8"), (("fp16", "H2000"), "H200"), (("fp16", "L600"), "reference")]
)
def test_a_wrong_basis_or_reference_is_refused(model, asked, nearest):
    with pytest.raises(BadRequest, match=nearest):
        efficiency(model, *asked)


# -- balance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (1, 2, "below"),
        (20, 30, "inside"),
        (200, 300, "above"),
        (5, 50, "below or inside"),
        (50, 500, "inside or above"),
        (None, None, "unknown"),
    ],
)
def test_a_chip_lies_below_inside_or_above_the_band(low, high, where):
    assert position(Bounds(low, high, "derived"), (10, 100)) == where


def test_the_balanced_batch_lies_between_the_sizes_tried():
    curve = ((1, 2), (2, 4), (4, 6))
    assert balanced_batch(curve, 3) == pytest.approx(1.5)
    assert balanced_batch(curve, 6) == pytest.approx(4)
    assert balanced_batch(curve, 7) is None
    assert balanced_batch(curve, None) is None


def test_a_wider_range_of_batches_widens_the_band(model):
    narrow, wide = band(model, "deepseek-r1", least=32, most=64), band(model, "deepseek-r1", least=8, most=256)
    assert wide.memory[0] < narrow.memory[0] < narrow.memory[1] < wide.memory[1]
    assert wide.network == narrow.network


def test_finer_weights_raise_the_need_for_arithmetic(model):
    assert band(model, "deepseek-r1", "fp8").memory[0] > band(model, "deepseek-r1", "fp16").memory[0]


def test_a_dense_model_has_one_layout(model):
    assert band(model, "llama-3.1-70b").layouts == ("TP8",)


def test_every_chip_of_the_lost_picture_is_there_known_or_not(model):
    rows = {row.chip: row for row in balance(model).rows}
    assert sum(row.in_exhibit_89 for row in rows.values()) == 18
    for chip in ("BW1000", "I20", "L600"):
        assert rows[chip].memory.low is None
        assert rows[chip].as_dict()["missing"]
    assert rows["910B"].peak == "16 bit"
    assert all(row.as_dict()["rebuilt"] for row in rows.values())


@pytest.mark.parametrize(("least", "most"), [(0, 8), (-1, 8), (16, 8), (math.nan, 8), (1, math.inf)])
def test_a_range_of_batches_that_is_none_is_refused(model, least, most):
    with pytest.raises(BadRequest, match="is no range"):
        band(model, "deepseek-r1", least=least, most=most)


# -- systems -----------------------------------------------------------------------------------


def test_every_system_is_made_of_chips_we_know_and_says_its_power_or_that_it_is_unknown(model):
    found = systems(model).systems
    assert {one.name for one in found} == set(model.facts.labels["system"])
    for one in found:
        assert one.chips > 0
        assert (one.power_kw.low is None) == (one.power_kw.known == "unknown")
    assert {one.name for one in found if one.power_kw.low is None} == {"Atlas 950 SuperPoD"}


def test_the_chips_of_a_system_take_less_power_than_the_whole(model):
    for one in systems(model).systems:
        fact = model.facts.of("power_w", (one.chip,))
        if fact is not None and one.power_kw.high is not None:
            assert one.chips * float(fact.value) / 1000 < one.power_kw.high, one.name


def test_a_whole_that_its_chips_do_not_add_up_to_is_named(model):
    """Exhibit 21 gives the 910C 96 GB; the system's 49.2 TB are 128 GB a chip."""
    found = [(one.system, one.quantity) for one in systems(model).disagreements]
    assert found == [("CloudMatrix 384", "memory_gb")]
    rack = next(one for one in systems(model).systems if one.name == "GB200 NVL72")
    assert disagreements(rack) == []


def test_the_system_of_the_guide_gives_an_answer(tmp_path):
    guide = (GUIDES / "efficiency-and-balance.md").read_text(encoding="utf-8")
    (card,) = re.findall(r"^```toml\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "pod.toml").write_text(card, encoding="utf-8")
    own = load([tmp_path])
    found = next(one for one in systems(own).systems if one.name == "Example pod")
    assert found.fp16_tflops.high == pytest.approx(64 * 800)
    assert found.fp16_tflops_per_kw.low == pytest.approx(64 * 800 / 110)
    assert found.fp16_tflops_per_kw.high == pytest.approx(64 * 800 / 85)
    assert own.facts.label("system", "example POD") == "Example pod"


def test_a_system_of_chips_that_nobody_knows_is_refused(tmp_path):
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "x.toml").write_text(
        'name = "X"\nvendor = "X"\ncountry = "CN"\n[[observed]]\nquantity = "system_chips"\n'
        'labels = { chip = "910X" }\nvalue = 8\nknown = "assumed"\nsource = "siliconomics#assumption"\n'
        "as_of = 2026-11-23\n",
        encoding="utf-8",
    )
    with pytest.raises(BadRequest, match="910X"):
        load([tmp_path])


def test_the_range_of_the_power_is_in_what_a_kilowatt_gives():
    assert scaled(Bounds(10, 20, "derived"), Bounds(4, 8, "estimated", middle=5)) == Bounds(
        10 * 5 / 8, 20 * 5 / 4, "derived", middle=20
    )
    assert scaled(Bounds(10, 20, "derived"), Bounds(None, None, "unknown")) == Bounds(10, 20, "derived")


# -- groups ------------------------------------------------------------------------------------


def test_the_exact_chance_of_a_case_done_by_hand():
    """1, 2 against 3, 4: of the six ways to deal them out one is as low and one as high, so one in three."""
    assert tests_of.chance([1, 2], [3, 4]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_medians_are_coarse_and_the_chance_counts_their_ties():
    """1, 2, 3 against 10, 11, 12: 1, 2, 10 have the same median, and so has the rest; two of 20 on either side."""
    assert tests_of.chance([1, 2, 3], [10, 11, 12]) == (pytest.approx(4 / 20), pytest.approx(4 / 20))


def test_the_chance_does_not_care_which_group_comes_first_nor_in_which_unit():
    one, other = [3, 5, 9, 2], [8, 1, 7]
    assert tests_of.chance(one, other) == pytest.approx(tests_of.chance(other, one))
    assert tests_of.chance(one, other) == pytest.approx(tests_of.chance([7 * x for x in one], [7 * x for x in other]))


def test_groups_too_small_to_tell_say_so():
    found = tests_of.difference("m", "x", "all", {"a": (1, 1), "b": (2, 2)}, {"c": (30, 30), "d": (40, 40)})
    assert "too few to tell" in found.sentence


def test_a_clear_difference_between_large_groups_is_found_and_an_open_one_left_open():
    low = {str(i): (float(i), float(i)) for i in range(1, 8)}
    high = {str(i): (float(i), float(i)) for i in range(100, 107)}
    found = tests_of.difference("m", "x", "all", low, high)
    assert found.chance.high < 0.05
    assert "gives more" in found.sentence
    unsure = {name: (value / 100, value) for name, (value, _) in high.items()}
    assert "open densities decide" in tests_of.difference("m", "x", "all", low, unsure).sentence


def test_an_empty_group_gives_no_difference():
    assert tests_of.difference("m", "x", "all", {}, {"a": (1, 1)}) is None


def test_the_contradicted_chip_goes_where_it_is_asked_to(model):
    for kind in (tests_of.GPGPU, tests_of.ASIC):
        assert tests_of.kinds(model, kind)["950PR"] == kind
    found = tests_of.kinds(model)
    assert found["910C"] == found["MLU 590"] == tests_of.ASIC
    assert found["C500"] == tests_of.GPGPU


# -- the gap -----------------------------------------------------------------------------------


def series(country_, shift=0.0, factor=2.0, count=6, every=2.0):
    """A new best every two years, each twice the last."""
    return [
        Dated(f"{country_}{k}", country_, 2010 + shift + every * k, 10 * factor**k, "reported", "x#y")
        for k in range(count)
    ]


@given(st.floats(0.05, 6), st.integers(3, 5))
def test_a_known_lag_is_found_on_the_day_the_follower_arrives(shift, place):
    leader, follower = series("US", count=12), series("CN", shift)
    date = follower[place].date
    assert lag(follower, leader, date) == pytest.approx(shift)
    assert lag_at_arrival(follower, leader, date) == pytest.approx(shift)


@given(st.floats(0.05, 6), st.floats(2021, 2030))
def test_the_gap_the_other_way_round_is_its_negative(shift, date):
    leader, follower = series("US", count=12), series("CN", shift, count=12)
    assert lag(leader, follower, date) == pytest.approx(-lag(follower, leader, date))


def test_the_lag_grows_with_every_year_without_a_new_chip():
    leader, follower = series("US"), series("CN", 1.0, count=3)
    assert lag(follower, leader, 2017.0) - lag(follower, leader, 2016.0) == pytest.approx(1.0)
    assert lag_at_arrival(follower, leader, 2017.0) == lag_at_arrival(follower, leader, 2016.0)


def test_no_chips_no_gap():
    assert lag([], series("US"), 2020) is None
    assert lag(series("CN"), [], 2020) is None
    assert best_at(series("CN"), 2009.0) is None


def test_a_generation_is_the_time_in_which_the_best_doubles():
    assert cadence(series("US"), 2, 2030) == pytest.approx(2.0)
    assert cadence(series("US"), 4, 2030) == pytest.approx(4.0)
    assert cadence(series("US"), 1000, 2030) is None


def test_small_steps_between_generations_do_not_count():
    between = [Dated("half step", "US", 2011.0, 15.0, "reported", "x#y")]
    assert cadence([*series("US"), *between], 2, 2030) == pytest.approx(2.0)


def test_generations_are_lag_over_cadence_and_the_range_spans_the_definitions():
    found = [*series("US", count=8), *series("CN", 3.0)]
    row = row_at(found, dt.date(2017, 1, 1), 2.0, (1.5, 4.0))
    assert row.lag_years == pytest.approx(3.0)
    assert row.generations == pytest.approx(1.5)
    assert (row.generations_low, row.generations_high) == (pytest.approx(0.75), pytest.approx(1.5))


def test_a_chip_that_never_sold_counts_as_announced_only():
    leader = series("US", count=8)
    paper = Dated("paper", "CN", 2014.5, leader[1].value, "reported", "x#y", volume=False)
    follower = [*series("CN", 1.0, count=1), paper]
    row = row_at([*leader, *follower], dt.date(2015, 1, 1), 2.0, (1.5, 3.0))
    assert row.home_best.name == "CN0"
    assert row.lag_years == pytest.approx(5.0)
    assert row.lag_years_announced == pytest.approx(3.0)


def test_a_chip_counts_as_sold_from_the_later_of_its_two_dates():
    one = Dated("x", "CN", 2022.2, 1.0, "reported", "x#y", shipped=2023.6)
    other = Dated("y", "CN", 2024.8, 1.0, "reported", "x#y", shipped=2023.6)
    assert [point.date for point in in_volume([one, other])] == [2023.6, 2024.8]


def row(low, middle, high):
    return Row("2026-04-26", None, None, 1.0, 1.0, 1.0, 1.0, middle, low, high)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (row(0.8, 1.5, 2.8), "consistent"),
        (row(0.2, 0.5, 1.0), "contradicted"),
        (row(3.0, 4.0, 5.0), "contradicted"),
        (row(1.0, 1.4, 1.8), "undecided"),
        (row(None, None, None), "unknown"),
    ],
)
def test_the_verdict_on_two_generations(found, verdict):
    assert judge(found, 2.0)[0] == verdict


@pytest.mark.parametrize(
    ("system", "verdict"),
    [
        (row(-0.5, -0.4, 0.5), "consistent"),
        (row(2.0, 2.5, 3.0), "contradicted"),
        (row(-0.5, 0.5, 1.2), "undecided"),
        (row(None, None, None), "unknown"),
    ],
)
def test_systems_are_held_against_chips(system, verdict):
    assert judge_system(system, row(0.8, 1.2, 1.6))[0] == verdict
    assert judge_system(system, row(None, None, None))[0] == "unknown"


def test_a_trend_is_told_from_two_rows_ago():
    rows = [replace(row(0, 0, 0), date=day, lag_years=years) for day, years in (("a", 1.0), ("b", 5.0), ("c", 2.0))]
    assert trend(rows).startswith("wider: 1.0 years on a, 2.0 on c")
    assert trend(rows[::-1]).startswith("narrower")
    assert trend(rows[:2]) == "unknown"


def test_known_faults_of_the_open_table_do_not_lead(model):
    names = {one.name for one in points(model, "bandwidth")}
    assert not any("MXC500" in name or "Groq" in name for name in names)
    best = best_at([one for one in points(model, "bandwidth") if one.country == "CN"], 2026.0)
    assert best.value < 5000


def test_makers_have_a_country_and_others_none():
    assert (country("NVIDIA"), country("Huawei"), country("PEZY")) == ("US", "CN", "")


@pytest.mark.parametrize("measure", list(MEASURES))
def test_every_measure_answers_with_names_and_dates(model, measure):
    found = gap(model, measure)
    last = found.rows[-1]
    assert last.date == "2026-04-26"
    assert last.home_best is not None
    assert last.abroad_best is not None
    assert last.generations_low <= last.generations <= last.generations_high
    assert found.verdict in {"consistent", "contradicted", "undecided"}


def test_a_user_who_counts_a_generation_otherwise_gets_other_generations(model, tmp_path):
    (tmp_path / "own.toml").write_text(
        '[[observed]]\nquantity = "generation_step"\nvalue = 3\nrange = [3, 3]\nknown = "assumed"\n'
        'source = "siliconomics#assumption"\nas_of = 2026-11-23\n',
        encoding="utf-8",
    )
    own = gap(load([tmp_path]), "fp16")
    assert own.step == 3
    assert own.rows[-1].generations != pytest.approx(gap(model, "fp16").rows[-1].generations)


@pytest.mark.parametrize(
    ("measure", "day", "says"),
    [
        ("fp17", "", "'fp16'"),
        ("fp16", "tomorrow", "not a day"),
        ("fp16", "2001-01-01", "outside"),
        ("fp16", "2027-01-01", "open table"),
    ],
)
def test_a_wrong_measure_or_day_is_refused(model, measure, day, says):
    with pytest.raises(BadRequest, match=says):
        gap(model, measure, day)
