"""Export rules at a date: worked classifications, every boundary, unknowns, the inverse, claimed routes."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics import facts as known
from siliconomics.model import load
from siliconomics.studies.export import (
    Given,
    decide,
    largest,
    largest_die_mm2,
    of_chip,
    of_figures,
    of_stack,
    read_rules,
    routes,
    smallest_area,
)

FACTS = known.load()
RULES = read_rules(FACTS)
NOW = dt.date(2026, 2, 1)
RANK = {"not_controlled": 0, "unknown": 1, "controlled": 2}
WORKED = dt.date(2024, 1, 1)


def figures(date=NOW, tpp=None, area=None, **more):
    """A finding for a total (through FP16) on an area."""
    return decide(RULES, of_figures(FACTS, {"fp16": tpp / 16}, Given(area_mm2=area, **more)), date)


def chip(name, date, **more):
    return decide(RULES, of_chip(FACTS, name, Given(**more)), date)


def status(finding, rule):
    return finding.of(rule).status


# -- worked classifications -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "area", "total", "density", "a", "b"),
    [
        ({"fp16": 312}, 826, 4992, 6.04, "controlled", "not_controlled"),
        ({"fp16": 989.5}, 814, 15832, 19.4, "controlled", "not_controlled"),
        ({"fp8": 296}, 814, 2368, 2.91, "not_controlled", "not_controlled"),
        ({"fp8": 733}, 609, 5864, 9.63, "controlled", "not_controlled"),
        ({"fp16": 2250}, 1600, 36000, 22.5, "controlled", "not_controlled"),
        ({"fp16": 320}, 665.6, 5120, 7.7, "controlled", "not_controlled"),
        ({"fp16": 752}, 1331.2, 12032, 9.0, "controlled", "not_controlled"),
        ({"fp16": 800}, 1331.2, 12800, 9.6, "controlled", "not_controlled"),
        ({"fp8": 1000, "fp4": 2000}, None, 8000, None, "controlled", "unknown"),
    ],
)
def test_worked_chips_under_the_rule_of_2023(rates, area, total, density, a, b):
    found = decide(RULES, of_figures(FACTS, rates, Given(area_mm2=area)), WORKED)
    told = found.as_dict()
    assert told["tpp"] == total
    assert told["performance_density"] == (None if density is None else pytest.approx(density, abs=0.05))
    assert (status(found, "3A090.a"), status(found, "3A090.b")) == (a, b)


@pytest.mark.parametrize(
    ("name", "total", "rule_2022", "rule_2023"),
    [
        ("A100", 4992, "controlled", "controlled"),
        ("A800-40G", 4992, "not_controlled", "controlled"),
        ("H100", 15832, "controlled", "controlled"),
        ("H800", 15832, "not_controlled", "controlled"),
        ("H20", 2368, "not_controlled", "not_controlled"),
        ("H200", 15832, "controlled", "controlled"),
        ("B200", 36000, "controlled", "controlled"),
        ("950PR", 8000, "controlled", "controlled"),
    ],
)
def test_chips_by_their_cards_under_both_rules(name, total, rule_2022, rule_2023):
    before, after = chip(name, dt.date(2023, 11, 16)), chip(name, dt.date(2023, 11, 17))
    assert before.as_dict()["tpp"] == total
    assert status(before, "3A090.a") == rule_2022
    assert status(after, "3A090.a") == rule_2023


def test_h20_was_free_until_the_letters_and_is_a_hair_below_the_lower_class():
    assert chip("H20", dt.date(2025, 4, 8)).status == "not_controlled"
    found = chip("H20", dt.date(2025, 5, 1))
    assert found.status == "controlled"
    assert found.controlled_by == ["letters-2025"]
    bound = found.of("3A090.b").as_dict()
    assert (bound["value"], bound["threshold"], bound["margin"]) == (2368, 2400, 32)
    letters = found.of("letters-2025").as_dict()
    assert (letters["value"], letters["threshold"], letters["margin"]) == (4000, 1400, -2600)


def test_h200_may_be_reviewed_and_pays_the_tariff_and_b200_is_denied():
    h200, b200 = chip("H200", NOW), chip("B200", NOW)
    assert (status(h200, "review-2026"), status(h200, "tariff-2026")) == ("not_controlled", "controlled")
    assert (status(b200, "review-2026"), status(b200, "tariff-2026")) == ("controlled", "not_controlled")
    assert status(chip("MI325X", NOW), "review-2026") == "not_controlled"


def test_guidance_on_chinese_chips_meets_ascend_and_no_other():
    date = dt.date(2025, 6, 1)
    for name in ("910B", "910C", "950PR"):
        assert status(chip(name, date), "general-prohibition-10") == "controlled"
    assert status(chip("H100", date), "general-prohibition-10") == "not_controlled"
    assert chip("910B", dt.date(2025, 5, 12)).of("general-prohibition-10") is None


# -- boundaries -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "area", "rule", "expected"),
    [
        (4800, None, "3A090.a", "controlled"),
        (4799.99, 4000, "3A090.a", "not_controlled"),
        (1600, 1600 / 5.92, "3A090.a", "controlled"),
        (5.92 * 400, 400, "3A090.a", "controlled"),
        (5.9199 * 400, 400, "3A090.a", "not_controlled"),
        (5.9199 * 400, 400, "3A090.b", "controlled"),
        (5.92 * 400, 400, "3A090.b", "not_controlled"),
        (1599, 100, "3A090.a", "not_controlled"),
        (1599, 400, "3A090.b", "not_controlled"),
        (1600, 400, "3A090.b", "controlled"),
        (2400, 1500, "3A090.b", "controlled"),
        (2399, 2399 / 1.6, "3A090.b", "not_controlled"),
        (2400, 2400 / 1.5999, "3A090.b", "not_controlled"),
        (2000, 625, "3A090.b", "controlled"),
        (2000, 2000 / 3.1999, "3A090.b", "not_controlled"),
        (4799.99, 3000, "3A090.b", "not_controlled"),
        (4799.99, 2999, "3A090.b", "controlled"),
        (4800, 3000, "3A090.b", "not_controlled"),
        (4800, 1000, "3A090.b", "controlled"),
    ],
)
def test_boundaries_of_3a090(total, area, rule, expected):
    assert status(figures(WORKED, total, area), rule) == expected


@pytest.mark.parametrize(
    ("memory", "links", "expected"),
    [
        (1400, 0, "controlled"),
        (1399, 0, "not_controlled"),
        (0, 1100, "controlled"),
        (0, 1099, "not_controlled"),
        (1000, 700, "controlled"),
        (1000, 699, "not_controlled"),
        (1400, None, "controlled"),
        (None, 1100, "controlled"),
        (1399, None, "unknown"),
        (None, 1099, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_boundaries_of_the_letters(memory, links, expected):
    found = figures(dt.date(2025, 5, 1), 100, 800, memory_gb_s=memory, links_gb_s=links)
    assert status(found, "letters-2025") == expected
    lacking = {name for name, one in (("dram_gb_s", memory), ("io_gb_s", links)) if one is None}
    assert set(found.of("letters-2025").missing) == (lacking if expected == "unknown" else set())


@pytest.mark.parametrize(
    ("total", "memory", "expected"),
    [
        (20999.99, 6499, "not_controlled"),
        (21000, 6499, "controlled"),
        (20999.99, 6500, "controlled"),
        (21000, None, "controlled"),
        (20999.99, None, "unknown"),
        (1000, 9000, "not_controlled"),  # no licence is needed, so none is refused
    ],
)
def test_boundaries_of_the_review(total, memory, expected):
    assert status(figures(NOW, total, 800, memory_gb_s=memory), "review-2026") == expected


@pytest.mark.parametrize(
    ("total", "memory", "expected"),
    [
        (15832, 4800, "controlled"),
        (14000, 4800, "not_controlled"),
        (14000.01, 4500.01, "controlled"),
        (17499.99, 4999.99, "controlled"),
        (17500, 4800, "not_controlled"),
        (15832, 4500, "not_controlled"),
        (15832, 5000, "not_controlled"),
        (20900, 6000, "controlled"),
        (20800, 6000, "not_controlled"),
        (21100, 6000, "not_controlled"),
        (20900, 5800, "not_controlled"),
        (20900, 6200, "not_controlled"),
        (15832, None, "unknown"),
        (12000, None, "not_controlled"),
    ],
)
def test_boundaries_of_the_tariff_bands(total, memory, expected):
    assert status(figures(NOW, total, 800, memory_gb_s=memory), "tariff-2026") == expected


@pytest.mark.parametrize(("rate", "expected"), [(200, "not_controlled"), (200.1, "controlled")])
def test_memory_at_two_gb_s_per_mm2_is_free_and_above_is_not(rate, expected):
    found = decide(RULES, of_stack(FACTS, Given(stack_gb_s=rate, stack_mm2=100)), NOW)
    assert [record.rule.id for record in found.records] == ["3A090.c"]
    assert found.status == status(found, "3A090.c") == expected


def test_memory_packaged_with_logic_is_judged_by_the_logic():
    assert status(chip("H20", NOW), "3A090.c") == "not_controlled"


def test_memory_without_its_area_is_unknown():
    found = decide(RULES, of_stack(FACTS, Given(stack_gb_s=800)), NOW)
    assert found.status == "unknown"
    assert found.of("3A090.c").missing == ("stack_mm2",)


@pytest.mark.parametrize(
    ("total", "links", "expected"),
    [
        (4800, 600, "controlled"),
        (4799.99, 600, "not_controlled"),
        (4800, 599, "not_controlled"),
        (4800, None, "unknown"),
        (4799, None, "not_controlled"),
    ],
)
def test_boundaries_of_the_first_rule(total, links, expected):
    assert status(figures(dt.date(2023, 1, 1), total, 800, links_gb_s=links), "3A090.a") == expected


@pytest.mark.parametrize(
    ("year", "count", "hbm", "expected"),
    [
        (2025, 29.99, True, "not_controlled"),
        (2025, 30, False, "controlled"),
        (2026, 30, None, "controlled"),
        (2027, 30, False, "not_controlled"),
        (2027, 30, True, "controlled"),
        (2027, 30, None, "unknown"),
        (2027, 34.99, False, "not_controlled"),
        (2027, 35, False, "controlled"),
        (2027, 35, None, "controlled"),
        (2028, 35, False, "controlled"),
        (2029, 39.99, False, "not_controlled"),
        (2029, 40, False, "controlled"),
        (2029, 39.99, True, "controlled"),
        (2029, 29.99, None, "not_controlled"),
    ],
)
def test_boundaries_of_the_foundry_rule(year, count, hbm, expected):
    found = figures(dt.date(year, 6, 1), 1000, 400, transistors_bn=count, hbm=hbm, node_nm=7)
    assert status(found, "foundry-2025") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"node_nm": 16}, "controlled"),
        ({"node_nm": 16.1, "planar": True}, "not_controlled"),
        ({"node_nm": 28}, "not_controlled"),
        ({"node_nm": 22, "planar": False}, "controlled"),
        ({"node_nm": 22}, "unknown"),
        ({}, "unknown"),
        ({"node_nm": 7, "designer_approved": True}, "not_controlled"),
    ],
)
def test_foundry_rule_is_about_advanced_logic_of_designers_not_approved(said, expected):
    assert status(figures(NOW, 1000, 400, transistors_bn=50, **said), "foundry-2025") == expected


def test_an_approved_designer_may_not_attest_an_advanced_chip():
    assert (
        status(figures(NOW, 4800, 800, transistors_bn=50, node_nm=7, designer_approved=True), "foundry-2025")
        == "controlled"
    )


def test_nobody_in_china_may_attest():
    assert status(figures(NOW, 1000, 300, transistors_bn=10, node_nm=7, foundry="SMIC"), "foundry-2025") == "controlled"
    assert (
        status(figures(NOW, 1000, 300, transistors_bn=10, node_nm=7, foundry="TSMC"), "foundry-2025")
        == "not_controlled"
    )


# -- days -------------------------------------------------------------------------------------------


def test_before_any_rule_there_is_a_clear_answer():
    found = chip("H100", dt.date(2022, 10, 6))
    assert (found.status, found.records) == ("no_rule", ())
    assert any("no rule on advanced chips was in effect" in note for note in found.notes)
    assert chip("H100", dt.date(2022, 10, 7)).records


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("3A090.b", dt.date(2023, 11, 17)),
        ("3A090.c", dt.date(2024, 12, 2)),
        ("diffusion-2025", dt.date(2025, 1, 15)),
        ("foundry-2025", dt.date(2025, 1, 16)),
        ("letters-2025", dt.date(2025, 4, 9)),
        ("general-prohibition-10", dt.date(2025, 5, 13)),
        ("review-2026", dt.date(2026, 1, 15)),
        ("tariff-2026", dt.date(2026, 1, 15)),
    ],
)
def test_a_rule_is_there_from_its_day_on(rule, first):
    assert chip("H100", first - dt.timedelta(1)).of(rule) is None
    assert chip("H100", first).of(rule) is not None


def test_text_and_enforcement_are_two_things():
    assert not chip("H100", dt.date(2025, 6, 1)).of("diffusion-2025").enforced
    assert not chip("H100", dt.date(2025, 1, 30)).of("foundry-2025").enforced
    assert chip("H100", dt.date(2025, 1, 31)).of("foundry-2025").enforced


def test_a_day_after_the_newest_text_is_said_to_be_unchecked():
    assert any("unchecked" in note for note in chip("H100", dt.date(2027, 1, 1)).notes)
    assert not any("unchecked" in note for note in chip("H100", dt.date(2026, 5, 1)).notes)


# -- unknowns -----------------------------------------------------------------------------------------


def test_the_total_alone_decides_where_it_can():
    assert status(figures(NOW, 4800), "3A090.a") == "controlled"
    low = figures(NOW, 1599.99)
    assert (status(low, "3A090.a"), status(low, "3A090.b")) == ("not_controlled", "not_controlled")


def test_without_an_area_the_middle_is_unknown_and_says_so():
    found = figures(NOW, 2000)
    assert (status(found, "3A090.a"), status(found, "3A090.b")) == ("unknown", "unknown")
    assert found.of("3A090.a").missing == ("die_mm2",)
    assert found.as_dict()["performance_density"] is None


def test_planar_dies_do_not_count_as_area():
    found = figures(NOW, 4000, 400, planar=True)
    assert (found.as_dict()["performance_density"], found.status) == (0, "unknown")  # the letters lack bandwidths
    assert (status(found, "3A090.a"), status(found, "3A090.b")) == ("not_controlled", "not_controlled")
    assert status(figures(NOW, 4800, 400, planar=True), "3A090.a") == "controlled"


def test_a_chip_not_for_data_centres_is_controlled_by_its_total_only():
    assert status(figures(NOW, 4000, 300, data_centre=False), "3A090.a") == "not_controlled"
    assert status(figures(NOW, 3000, 800, data_centre=False), "3A090.b") == "not_controlled"
    assert status(figures(NOW, 4800, 3000, data_centre=False), "3A090.a") == "controlled"


def test_unstated_density_decides_only_where_both_readings_agree():
    """MLU 580: 280 TFLOPS dense or sparse on 650 mm2, so a total of 2,240 to 4,480 and a density of 3.4 to 6.9."""
    found = chip("MLU 580", WORKED)
    told = found.as_dict()
    assert (told["tpp_low"], told["tpp"], told["tpp_high"]) == (2240, 4480, 4480)
    assert (status(found, "3A090.a"), status(found, "3A090.b")) == ("unknown", "unknown")
    assert found.status == "controlled"  # one of the two at every reading between
    assert any("density of fp16" in one for one in found.of("3A090.a").missing)
    assert status(chip("MLU 690", WORKED), "3A090.a") == "controlled"  # half of 700 on 1,300 mm2 is 5,600


def test_a_chip_without_figures_is_unknown_not_free():
    found = chip("L600", NOW)
    assert found.status == "unknown"
    assert "tflops" in found.of("3A090.a").missing


def test_dies_of_unknown_number_leave_the_area_unknown():
    assert chip("H800", NOW).as_dict()["performance_density"] is None


def test_a_row_of_the_open_table_is_a_chip_too():
    found = chip("L40", WORKED)
    assert found.specs.name == "NVIDIA L40"
    assert found.status == "controlled"


def test_what_is_given_beside_a_chip_replaces_its_card():
    assert chip("H20", dt.date(2025, 5, 1), memory_gb_s=1000.0, links_gb_s=600.0).status == "not_controlled"


# -- properties -----------------------------------------------------------------------------------------

totals, areas = st.floats(1, 30_000), st.floats(20, 4000)
days = st.dates(dt.date(2022, 10, 21), dt.date(2029, 12, 31))


@given(totals, st.floats(1, 3), st.none() | areas, days)
def test_more_throughput_never_makes_a_chip_less_controlled(total, factor, area, date):
    def asking(tpp):
        found = figures(date, tpp, area, links_gb_s=700.0, memory_gb_s=100.0)
        return RANK[found.status]

    assert asking(total * factor) >= asking(total)


@given(totals, areas, st.floats(1, 5), days)
def test_more_area_never_makes_a_chip_more_controlled(total, area, factor, date):
    def asking(mm2):
        return RANK[figures(date, total, mm2, links_gb_s=700.0, memory_gb_s=100.0).status]

    assert asking(area * factor) <= asking(area)


@given(totals, areas, days)
def test_knowing_more_never_changes_what_was_decided(total, area, date):
    without, with_ = figures(date, total), figures(date, total, area, memory_gb_s=2000.0, links_gb_s=500.0)
    for record in without.records:
        if record.status != "unknown":
            assert status(with_, record.rule.id) == record.status


@given(totals, st.none() | areas, st.none() | st.floats(0, 9000), days)
def test_unknown_and_missing_go_together(total, area, memory, date):
    for record in figures(date, total, area, memory_gb_s=memory).records:
        assert (record.status == "unknown") == bool(record.missing)


@given(totals, areas, st.floats(0, 9000))
def test_margin_is_threshold_less_value_and_its_sign_fits(total, area, memory):
    for record in figures(NOW, total, area, memory_gb_s=memory, links_gb_s=0.0, node_nm=7).records:
        told = record.as_dict()
        if told["threshold"] is None or told["known"] == "estimated":
            continue
        assert told["margin"] == pytest.approx(told["threshold"] - told["value"], abs=1e-6)
        if record.status == "controlled":
            assert told["margin"] <= 0


# -- the inverse ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "below"), [(100, 1600), (600, 1920), (750, 2400), (814, 2400), (2000, 3200), (3000, 4800), (9000, 4800)]
)
def test_largest_chip_outside(area, below):
    specs = of_figures(FACTS, {"fp16": 1}, Given(area_mm2=area))
    found = largest(RULES, specs, NOW)
    assert found.below_tpp == pytest.approx(below)
    assert found.below_tflops("fp8") == pytest.approx(below / 8)


@pytest.mark.parametrize(
    ("total", "above"), [(1599, 0), (2399, 749.6875), (2400, 1500), (4799, 2999.375), (4800, math.inf)]
)
def test_smallest_area_outside(total, above):
    assert smallest_area(RULES, of_figures(FACTS, {"fp16": total / 16}), NOW) == pytest.approx(above)


@given(areas)
def test_just_below_the_bound_is_outside_and_just_above_it_is_not(area):
    below = largest(RULES, of_figures(FACTS, {"fp16": 1}, Given(area_mm2=area)), NOW).below_tpp
    for tpp, outside in ((below * (1 - 1e-9), True), (below * (1 + 1e-9), False)):
        found = figures(NOW, tpp, area)
        assert (found.of("3A090.a").status == found.of("3A090.b").status == "not_controlled") is outside


def test_inverse_of_other_days_and_markets():
    specs = of_figures(FACTS, {"fp16": 1}, Given(area_mm2=814, links_gb_s=400))
    assert math.isinf(largest(RULES, specs, dt.date(2022, 1, 1)).below_tpp)
    assert math.isinf(largest(RULES, specs, dt.date(2023, 1, 1)).below_tpp)
    fast = of_figures(FACTS, {"fp16": 1}, Given(area_mm2=814, links_gb_s=600))
    assert largest(RULES, fast, dt.date(2023, 1, 1)).below_tpp == 4800
    game = of_figures(FACTS, {"fp16": 1}, Given(area_mm2=300, data_centre=False))
    assert largest(RULES, game, NOW).below_tpp == 4800


def test_inverse_without_an_area_is_the_sure_floor():
    assert largest(RULES, of_figures(FACTS, {"fp16": 1}), NOW).below_tpp == 1600


@pytest.mark.parametrize(("node", "area"), [(7, 457), (5, 305)])
def test_largest_die_within_the_foundry_limit(node, area):
    specs = of_figures(FACTS, {"fp16": 1}, Given(node_nm=node))
    low, value, high = largest_die_mm2(FACTS, RULES, specs, NOW)
    assert value == pytest.approx(area, rel=0.01)
    assert low < value < high
    assert largest_die_mm2(FACTS, RULES, specs, dt.date(2024, 1, 1)) is None


# -- claimed routes -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def claimed():
    return {one.chip: one for one in routes(FACTS, RULES, dt.date(2026, 4, 24))}


def test_every_product_of_exhibit_21_has_a_verdict(claimed):
    wanted = {
        "A100", "H20", "H100", "H200", "910B", "910C", "950PR", "MLU 370", "MLU 580", "MLU 590", "MLU 690",
        "C500", "C600", "BI-V100", "BI-V200", "S5000", "PPU", "P800",
    }  # fmt: skip
    assert wanted <= claimed.keys()
    assert all(claimed[chip].verdict for chip in wanted)


def test_claim_of_compliance_at_tsmc_is_open_for_the_small_chip_and_against_the_rule_for_the_large(claimed):
    small, large = claimed["BI-V100"], claimed["BI-V200"]
    assert (small.verdict, large.verdict) == ("open", "against the rule")
    counted = large.finding.specs.transistors_bn
    assert counted.known == "estimated"
    assert counted.low > 30
    assert small.finding.specs.transistors_bn.low < 30 < small.finding.specs.transistors_bn.high
    assert "transistors_bn" in small.missing


def test_a_stated_count_goes_before_the_estimate(claimed):
    counted = claimed["MLU 370"].finding.specs.transistors_bn
    assert (counted.value, counted.low, counted.high) == (39, 39, 39)


def test_a_listed_designer_has_no_route_abroad_and_one_at_home_is_not_reached(claimed):
    assert claimed["MLU 590"].verdict == "against the rule"
    assert claimed["MLU 690"].verdict == "made in China"
    assert claimed["H20"].verdict == "designer abroad"
    assert claimed["H20"].risk is None


def test_the_same_route_was_open_before_the_foundry_rule():
    (before,) = [one for one in routes(FACTS, RULES, dt.date(2024, 6, 1)) if one.chip == "C500"]
    assert before.verdict == "within the rule"


def test_risk_of_the_study_is_the_quantity_of_the_model(claimed):
    model = load(checked=False)
    compared = 0
    for record in model.solve("foundry_supply_risk"):
        one = claimed.get(record.labels["chip"])
        if record.value is not None and one is not None:
            assert one.risk == pytest.approx(record.value), one.chip
            assert one.risk_low <= one.risk <= one.risk_high
            compared += 1
    assert compared >= 14


def test_measures_of_the_study_are_the_quantities_of_the_model():
    model = load(checked=False)
    for name in ("H20", "MLU 580", "910C", "P800", "C500"):
        performance = chip(name, NOW).specs.performance
        assert performance.value == model.solve("total_processing_performance_high", chip=name).value
    low = model.solve("total_processing_performance_low", chip="MLU 580").value
    assert chip("MLU 580", NOW).specs.performance.low == low


def test_every_rule_has_a_source_that_exists_and_days_in_order():
    for rule in RULES.rules:
        assert rule.source.partition("#")[0] in FACTS.sources
        assert rule.effective_from <= rule.effective_to
        assert rule.effective_from <= rule.enforced_from
        assert rule.covered
        assert rule.outside


def test_every_test_of_a_rule_asks_for_something_that_is_there():
    specs = of_figures(FACTS, {"fp16": 1})
    ids = {rule.id for rule in RULES.rules}
    for rule in RULES.rules:
        for clause in rule.clauses:
            for test in clause.tests:
                assert test.measure in specs.measures or test.flag or test.rule in ids
                assert not test.flag or test.flag in specs.flags or test.flag == "designed_in_china"


def test_the_lower_class_is_named_where_the_upper_does_not_hold(claimed):
    assert "3A090.b" in claimed["BI-V100"].why
    assert claimed["BI-V100"].as_dict()["3A090.b"] == "controlled"


def test_listing_counts_from_its_day(claimed):
    assert claimed["MLU 370"].at_launch == "within the rule"  # shipped in 2021, listed in 2022
    assert claimed["910C"].at_launch == "against the rule"


def test_an_approved_designer_attests_what_is_not_advanced_by_itself():
    date = dt.date(2025, 6, 1)
    assert status(chip("H20", date), "foundry-2025") == "not_controlled"
    assert status(chip("H20", date, designer_approved=False, node_nm=5), "foundry-2025") == "controlled"
    assert status(chip("H100", date), "foundry-2025") == "controlled"


near = st.sampled_from([1600, 2400, 4800]).flatmap(lambda edge: st.floats(edge * 0.98, edge * 1.02)) | totals
dense = st.sampled_from([1.6, 3.2, 5.92]).flatmap(lambda edge: st.floats(edge * 0.98, edge * 1.02)) | st.floats(0.1, 20)


@given(near, dense, st.booleans())
def test_the_paragraphs_written_out_by_hand_agree(total, density, data_centre):
    """The rules as data against the two paragraphs as plain comparisons."""
    found = figures(NOW, total, total / density, data_centre=data_centre)
    t, d = found.specs.performance.value, found.specs.density.value
    a = t >= 4800 or (data_centre and t >= 1600 and d >= 5.92)
    b = data_centre and ((2400 <= t < 4800 and 1.6 <= d < 5.92) or (t >= 1600 and 3.2 <= d < 5.92))
    assert found.of("3A090.a").holds is a
    assert found.of("3A090.b").holds is b
    assert found.of("4A090").holds is (a or b)
