"""Forecasts of others: the arithmetic of each, what does not close, and bridges that add up."""

import math

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.facts.vintages import FED
from siliconomics.studies import vintages as study
from siliconomics.studies.vintages import replays as workings
from siliconomics.studies.vintages import scores as scoring

MAY, SEPTEMBER = "MS 2025-05-06", "MS 2025-09-07"


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


def value(model, quantity, vintage, year):
    return model.solve(f"vintage_{quantity}", vintage=vintage, year=year).value


def result(model, vintage, quantity, year):
    found = study.replay(model, vintage).results
    return next(one for one in found if (one.quantity, one.year) == (f"vintage_{quantity}", year))


# -- the arithmetic that the reference numbers give -------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "vintage", "year", "expected"),
    [
        ("china_tam_usd_bn", MAY, 2027, 47.8),  # 239 x 20 %
        ("all_chips_self_sufficiency", MAY, 2024, 43 / 183),
        ("world_tam_at_start_usd_bn", MAY, 2027, 239 / 1.28**3),
        ("good_dies", "Expert call 2025-09", 2025, 900_000),
        ("chips_from_memory", "SemiAnalysis 2025-09-08", 2025, 1_625_000),  # 13 m stacks, eight a chip
        ("chips_from_memory", "SemiAnalysis 2025-09-08", 2026, 250_000),
        ("platform_capex_year_before_cny_bn", "MS 2025-09-06", 2025, 373 / 1.62),
        ("platform_capex_year_before_cny_bn", "MS 2026-04-26", 2026, 597 / 1.38),
        ("local_revenue_at_start_usd_bn", "MS 2026-04-26", 2030, 51 / 1.42**6),
        ("supply_coverage", "Demand table 2025", 2025, 37 / 39.5),
        ("local_revenue_usd_bn", "Demand table 2025", 2025, 37 * 0.55),
        ("accelerator_share_of_capex", "MS 2026-04-26", 2030, 67 / 130),
    ],
)
def test_a_forecast_gives_what_its_inputs_make(model, quantity, vintage, year, expected):
    assert value(model, quantity, vintage, year) == pytest.approx(expected, rel=1e-9)


def test_the_expert_call_counts_75_dies_a_wafer(model):
    assert value(model, "dies_per_wafer", "Expert call 2025-09", 2025) == pytest.approx(75)


def test_the_revenue_of_2025_needs_about_4_2_thousand_wafers_a_month_of_the_7_thousand(model):
    wafers, sold = (value(model, name, SEPTEMBER, 2025) for name in ("ai_wafers_per_month", "share_of_wafers_sold"))
    assert wafers == 7_000
    assert wafers * sold == pytest.approx(4_167, abs=1)


def test_a_910c_is_two_dies_so_39_a_wafer_is_half_of_78(model):
    (packages,) = [
        one for one in workings.rows(model, SEPTEMBER) if one.values["quantity"] == "vintage_packages_per_wafer"
    ]
    dies, each = (value(model, name, SEPTEMBER, 2026) for name in ("dies_per_wafer", "dies_per_chip"))
    assert packages.values["value"] == dies / each


def test_growth_of_october_leads_back_to_the_6_bn_that_april_states_for_2024(model):
    october = value(model, "local_revenue_usd_bn", "MS 2025-10-21", 2024)
    assert october == pytest.approx(value(model, "local_revenue_at_start_usd_bn", "MS 2025-10-21", 2027), rel=1e-9)
    assert round(october) == value(model, "local_revenue_usd_bn", "MS 2026-04-26", 2024) == 6


# -- solved and carried numbers are what they say ---------------------------------------------


def test_every_solved_number_follows_from_a_result_of_its_forecast(model):
    for entry in workings.rows(model, roles=("solved",)):
        quantity, year = str(entry.values["quantity"]), int(entry.date)
        fed = workings.fed_quantity(model.facts, quantity)
        leaf = model.graph.cell(fed, {"vintage": entry.about, "year": year})
        implied = []
        for one in workings.rows(model, entry.about, ("result",)):
            if int(one.date) == year:
                cell = model.graph.cell(str(one.values["quantity"]), leaf.labels)
                if leaf in workings.leaves(model, cell):
                    implied.append(workings.implied(model, cell, leaf, float(one.values["value"])))
        assert any(math.isclose(entry.values["value"], one, rel_tol=1e-9) for one in implied), entry.id
        assert entry.known == "derived"


def test_every_carried_number_is_the_one_that_its_growth_or_its_twin_gives(model):
    expected = {
        ("MS 2025-09-06", "vintage_platform_capex_cny_bn", "2024"): 373 / 1.62,
        ("MS 2026-04-26", "vintage_platform_capex_cny_bn", "2025"): 597 / 1.38,
        ("MS 2025-10-21", "vintage_local_revenue_cny_bn", "2024"): 180 / 1.62**3,
        (SEPTEMBER, "vintage_china_tam_usd_bn", "2027"): value(model, "china_tam_usd_bn", "MS 2025-09-06", 2027),
    }
    found = {
        (one.about, one.values["quantity"], one.date): one.values["value"]
        for one in workings.rows(model, roles=("carried",))
    }
    assert found == pytest.approx(expected, rel=1e-12)


def test_what_is_assumed_in_a_forecast_has_a_range_or_is_borrowed_from_another(model):
    for entry in workings.rows(model, roles=("input",)):
        if entry.known == "assumed":
            borrowed = "same broker" in str(entry.values["statement"]) or "every wafer" in str(
                entry.values["statement"]
            )
            assert entry.values["low"] is not None or borrowed, entry.id


# -- what closes and what does not ------------------------------------------------------------


def test_the_market_of_may_and_the_revenue_printed_in_september_give_the_share_of_may(model):
    """The forecast before is not named in September; that it is May's shows in 83 beside a printed 82 per cent."""
    found = result(model, MAY, "self_sufficiency", 2027)
    assert found.replayed == pytest.approx(286.5 / 7.22 / 47.8)
    assert found.verdict == "closes by a solved number"
    assert abs(found.difference) < 0.015


def test_a_share_that_its_revenue_and_market_do_not_give_is_found_with_what_would_mend_it(model):
    found = result(model, "MS 2026-04-26", "self_sufficiency", 2030)
    assert found.verdict == "does not close"
    assert found.replayed == pytest.approx(51 / 67)
    needs = {one.quantity: one.value for one in found.solved}
    assert needs["vintage_china_tam_usd_bn"] == pytest.approx(51 / 0.86)
    assert needs["vintage_local_revenue_usd_bn"] == pytest.approx(67 * 0.86)


def test_a_result_without_inputs_is_open_and_says_what_is_missing(model):
    found = result(model, MAY, "self_sufficiency", 2024)
    assert (found.verdict, found.replayed) == ("open", None)
    assert found.missing == ("vintage_local_revenue_usd_bn", "vintage_china_tam_usd_bn")


def test_wafers_yield_and_price_of_may_make_more_than_the_revenue_of_may(model):
    found = [one for one in study.findings(model, MAY) if one.rule == "wafers_that_do_not_give_the_revenue"]
    (one,) = found
    assert one.figures == pytest.approx((26_000 * 12 * 78 * 0.4 * 50_000 / 1e9, 286.5))


def test_the_rules_find_one_node_above_all_nodes_and_a_foundry_paid_like_a_chip_maker(model):
    found = {(one.rule, one.vintages[0], one.year) for one in study.findings(model)}
    assert ("one_node_above_all", "MS 2026-04-26", 2025) in found
    assert ("one_node_above_all", "MS 2026-04-26", 2027) in found
    assert ("revenue_above_the_wafers", SEPTEMBER, 2025) in found
    assert ("views_apart", MAY, 2027) in found


def test_packages_on_an_interposer_wafer_taken_for_dies_are_found(model, tmp_path):
    """An open model counts 28 chips of H100's size on a logic wafer: it is the number of packages on CoWoS."""
    assert not [one for one in study.findings(model) if one.rule == "packages_for_dies"]
    assert 50 < model.solve("least_dies_per_wafer").value < 62  # the lowest of four counts of a field of 26 x 33 mm
    row = "a,PRC compute,2026,2026-11-01,mine#1,estimated,stated,vintage_dies_per_wafer,input,28,,,,,As printed.\n"
    (found,) = [one for one in study.findings(own(tmp_path, row)) if one.rule == "packages_for_dies"]
    assert found.vintages == ("PRC compute",)
    assert "packages" in found.reading


def test_memory_not_wafers_binds_the_forecast_of_semianalysis(model):
    """Its 45 thousand wafers a month hold many times the dies that its stacks of memory are enough for."""
    chips = value(model, "chips_from_memory", "SemiAnalysis 2025-09-08", 2025)
    dies_at_a_fifth = 45_000 * 12 * 78 * 0.2
    assert chips * 2 < dies_at_a_fifth / 2


# -- what-ifs and bridges ---------------------------------------------------------------------


def test_a_what_if_moves_what_rests_on_the_input_and_nothing_else(model):
    changed = model.with_changes(*study.changes(model, MAY, ["die_yield=0.5"]))
    moved = {one.quantity: one.change for one in study.what_if(model, changed, MAY)}
    assert moved["vintage_local_revenue_cny_bn"] == pytest.approx(0.25)
    assert moved["vintage_self_sufficiency"] == pytest.approx(0.25)
    assert "vintage_china_tam_usd_bn" not in moved


def test_no_change_moves_nothing(model):
    changed = model.with_changes(*study.changes(model, MAY, ["die_yield=0.4"]))
    assert study.what_if(model, changed, MAY) == []


@pytest.mark.parametrize("quantity", ["self_sufficiency", "local_revenue_usd_bn", "good_dies"])
def test_both_bridges_add_up_to_the_gap(model, quantity):
    found = study.compare(model, MAY, SEPTEMBER, quantity)
    gap = found.value_after - found.value_before
    assert sum(one.ordered for one in found.steps) == pytest.approx(gap)
    assert sum(one.shapley for one in found.steps) == pytest.approx(gap)


def test_shapley_does_not_mind_the_direction(model):
    there, back = study.compare(model, MAY, SEPTEMBER), study.compare(model, SEPTEMBER, MAY)
    forth = {one.quantities: one.shapley for one in there.steps}
    assert {one.quantities: -one.shapley for one in back.steps} == pytest.approx(forth)


def test_an_input_that_did_not_change_is_no_step(model):
    steps = {name for one in study.compare(model, MAY, SEPTEMBER).steps for name in one.quantities}
    assert "vintage_dies_per_wafer" not in steps
    assert "vintage_ai_wafers_per_month" in steps


def test_two_years_of_one_forecast_can_be_compared(model):
    found = study.compare(model, SEPTEMBER, SEPTEMBER, "local_revenue_cny_bn", 2025, 2027)
    assert (found.value_before, found.value_after) == pytest.approx((58.5, 136))


def test_between_may_and_september_the_market_hardly_moved_and_the_revenue_did(model):
    steps = {one.quantities[0]: one.shapley for one in study.compare(model, MAY, SEPTEMBER).steps}
    gap = sum(steps.values())
    assert gap == pytest.approx(-0.44, abs=0.005)
    assert abs(steps["vintage_china_tam_usd_bn"]) < 0.05 * abs(gap)


# -- scores -----------------------------------------------------------------------------------


def test_a_pair_is_earlier_over_later_less_one(model):
    pairs = {(one.quantity, one.year, one.earlier, one.later): one for one in scoring.pairs(model)}
    one = pairs["platform_capex_cny_bn", 2025, "MS 2025-09-06", "MS 2026-04-26"]
    assert one.error == pytest.approx(373 / (597 / 1.38) - 1)
    assert one.outturn
    assert not pairs["self_sufficiency", 2027, MAY, SEPTEMBER].outturn


def test_bounds_contested_figures_and_repeats_are_not_scored(model):
    scores, pairs = study.score(model)
    assert any(one.bound for one in pairs)
    assert any(one.contested for one in pairs)
    assert sum(one.pairs for one in scores) == sum(not one.bound and not one.contested for one in pairs)
    assert not [one for one in pairs if (one.earlier, one.later) == ("MS 2025-09-06", SEPTEMBER)]


# -- rows -------------------------------------------------------------------------------------


def test_every_row_that_feeds_the_replay_is_a_fact_of_the_model(model):
    for entry in workings.rows(model, roles=FED):
        fed = workings.fed_quantity(model.facts, str(entry.values["quantity"]))
        fact = model.facts.of(fed, (entry.about, int(entry.date)))
        assert fact is not None, entry.id
        assert fact.value == entry.values["value"], entry.id


HEAD = "id,about,date,as_of,source,known,status,quantity,role,value,low,high,qualifier,printed,statement\n"


def own(tmp_path, rows):
    folder = tmp_path / "mine"
    (folder / "registers").mkdir(parents=True)
    (folder / "registers" / "vintages.csv").write_text(HEAD + rows, encoding="utf-8")
    (folder / "sources.toml").write_text('[mine]\ntitle = "Mine"\nkind = "own notes"\n', encoding="utf-8")
    return load([folder], checked=False)


def test_a_forecast_of_ones_own_is_replayed_like_any_other(tmp_path):
    row = "a{},House view,2027,2026-11-01,mine#1,estimated,expected,vintage_{},{},{},,,,,As I think.\n"
    rows = row.format(1, "china_tam_usd_bn", "input", 60) + row.format(2, "local_revenue_usd_bn", "input", 30)
    model = own(tmp_path, rows + row.format(3, "self_sufficiency", "result", 0.5))
    (found,) = study.replay(model, "house view").results
    assert (found.replayed, found.verdict) == (0.5, "closes")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yield,input,30,,,,,x", ["30", "impossible"]),
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yeld,input,0.3,,,,,x", ["vintage_die_yield"]),
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,die_yield,input,0.3,,,,,x", ["vintage_die_yield"]),
        ("a,V,2099,2026-11-01,mine#1,estimated,expected,vintage_die_yield,input,0.3,,,,,x", ["2099", "year"]),
        ("a,V,,2026-11-01,mine#1,estimated,stated,vintage_die_yield,input,0.3,,,,,x", ["year"]),
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yield,input,0.3,0.4,0.5,,,x", ["range"]),
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yield,guess,0.3,,,,,x", ["guess", "role"]),
        ("a,V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yield,input,,,,,,x", ["value"]),
    ],
)
def test_a_bad_row_is_refused_with_its_place(tmp_path, row, words):
    with pytest.raises(BadRequest) as refused:
        own(tmp_path, row + "\n")
    assert "row" in str(refused.value)
    for word in words:
        assert word in str(refused.value)


def test_a_figure_that_stands_twice_is_refused(tmp_path):
    row = "{},V,2027,2026-11-01,mine#1,estimated,expected,vintage_die_yield,input,0.3,,,,,x\n"
    with pytest.raises(BadRequest, match="twice"):
        own(tmp_path, row.format("a") + row.format("b"))


@pytest.mark.parametrize(
    ("item", "word"),
    [
        ("die_yeld=0.5", "die_yield"),
        ("die_yield=much", "finite"),
        ("die_yield@2026=0.5", "2027"),
        ("die_yield", "form"),
        ("die_yield=nan", "finite"),
        ("die_yield=1.5", "impossible"),
        ("local_revenue_cny_bn=3", "2025, 2026"),
    ],
)
def test_a_wrong_what_if_is_refused_by_name(model, item, word):
    with pytest.raises(BadRequest, match=word):
        study.changes(model, MAY, [item])


def test_what_a_forecast_does_not_give_cannot_be_compared(model):
    with pytest.raises(BadRequest, match="states no"):
        study.compare(model, "Bloomberg 2025-09", MAY)
    with pytest.raises(BadRequest, match="self_sufficiency"):
        study.compare(model, MAY, SEPTEMBER, "self_suficiency")
