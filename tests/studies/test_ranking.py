"""Ranking: acceptability in closed form, swaps that really swap, and no thumb on the scale."""

import datetime as dt
import itertools
import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies.ranking import (
    GROUPS,
    SEGMENTS,
    economics,
    otherwise,
    purchase,
    rank,
    rankings,
    route,
    smaa,
    swap,
)
from siliconomics.studies.ranking import weights as weighing
from siliconomics.studies.ranking.alternatives import vendors_ranked
from siliconomics.studies.ranking.draws import STRETCH
from siliconomics.studies.ranking.execution import Score, drawn
from siliconomics.studies.ranking.values import Values
from siliconomics.studies.workers import in_process

DRAWS = 40_000
NEAR = 4 * 0.5 / math.sqrt(DRAWS)
"""Four standard deviations of a share that is counted in so many draws."""


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def cloud(model):
    return rank(model, "cloud", draws=2000)


def generator(seed=7):
    return np.random.default_rng(seed)


def held(values):
    """Values without doubt, for many draws."""
    return np.broadcast_to(np.array(values, dtype=float), (DRAWS, *np.shape(values)))


def counted(values, weights, chance):
    return smaa.counted(values, weights, chance.random(values.shape[:2]))


# -- SMAA in closed form ----------------------------------------------------------------------


@pytest.mark.parametrize("k", [1.0, 3.0, 0.25])
def test_two_vendors_and_two_criteria_have_an_acceptability_in_closed_form(k):
    # A = (1, 0) is first where w > k (1 - w): over uniform weights a share 1 / (1 + k), w at its middle (1 + k/(1+k)) / 2
    chance = generator()
    found = counted(held([[1, 0], [0, k]]), smaa.simplex(chance.random((DRAWS, 2))), chance)
    share = 1 / (1 + k)
    assert found.acceptability[0] == pytest.approx([share, 1 - share], abs=NEAR)
    assert found.central_weights[0, 0] == pytest.approx(1 - share / 2, abs=NEAR)
    assert found.central_weights[1, 1] == pytest.approx(1 - (1 - share) / 2, abs=NEAR)
    sure = smaa.firsts(held([[1, 0], [0, k]]), found.central_weights, chance.random((DRAWS, 2))) / DRAWS
    assert sure == pytest.approx([1, 1])


def test_a_range_against_a_fixed_score_has_its_share_above_it():
    scores = {("A", "x"): Score(0.5, 0.0, 1.0, ()), ("B", "x"): Score(0.3, 0.3, 0.3, ())}
    chance = generator()
    values = drawn(scores, ["A", "B"], ["x"], chance.random((DRAWS, 2, 1)))
    found = counted(values, np.ones((DRAWS, 1)), chance)
    assert found.acceptability[0, 0] == pytest.approx(0.7, abs=NEAR)
    sure = smaa.firsts(values, found.central_weights, chance.random((DRAWS, 2))) / DRAWS
    assert sure[0] == pytest.approx(0.7, abs=NEAR)


def test_a_log_normal_figure_is_ahead_as_often_as_its_law_says():
    entries = {
        (chip, criterion): economics.Entry(chip, criterion, value, {"rate": spread}, known="estimated")
        for criterion in economics.CRITERIA
        for chip, value, spread in (("A", 1.5, 0.6), ("B", 1.0, 0.0))
    }
    chance = generator()
    noise = {cause: chance.standard_normal((DRAWS, 2)) for cause in ("rate", "price", "power", "hour")}
    noise["unknown"] = chance.random((DRAWS, 2, len(economics.CRITERIA)))
    values = economics.steps(entries, ["A", "B"], "B", economics.Scale(-1e9, 3, 1e9, 2.0), noise)
    at = list(economics.CRITERIA).index(economics.PER_CHIP)
    found = counted(values[:, :, [at]], np.ones((DRAWS, 1)), chance)
    assert found.acceptability[0, 0] == pytest.approx(NormalDist().cdf(math.log(1.5) / 0.6), abs=NEAR)
    cost = list(economics.CRITERIA).index(economics.COST)
    assert np.median(values[:, 0, cost]) == pytest.approx(3 - math.log2(1.5), abs=0.05)  # less is better


def test_a_rate_under_a_limit_is_never_drawn_above_the_rate_without_it():
    entries = {
        (chip, criterion): economics.Entry(chip, criterion, 1.0, {"rate": sign * 2.0}, room)
        for criterion, sign in economics.CRITERIA.items()
        for chip, room in (("A", economics.Room(math.log(2), 0.0)), ("B", None))
    }
    chance = generator()
    noise = {cause: chance.standard_normal((DRAWS, 2)) for cause in ("rate", "ceiling", "price", "power", "hour")}
    noise["unknown"] = chance.random((DRAWS, 2, len(economics.CRITERIA)))
    values = economics.steps(entries, ["A", "B"], "B", economics.Scale(-1e9, 3, 1e9, 2.0), noise)
    assert values[:, 0].max() == pytest.approx(4)  # twice as good is one step, for a cost as for a rate
    assert values[:, 1].max() > 5
    reached = (values[:, 0, 0] > 4 - 1e-9).mean()
    assert reached == pytest.approx(1 - NormalDist().cdf(math.log(2) / 2), abs=NEAR)


def test_acceptabilities_sum_to_one_over_ranks_and_over_alternatives():
    chance = generator()
    values = chance.random((500, 6, 3))
    found = counted(values, smaa.simplex(chance.random((500, 3))), chance)
    assert found.acceptability.sum(axis=0) == pytest.approx(np.ones(6))
    assert found.acceptability.sum(axis=1) == pytest.approx(np.ones(6))
    assert found.chance_ahead + found.chance_ahead.T + np.eye(6) == pytest.approx(np.ones((6, 6)))


def test_what_dominates_is_ahead_whatever_the_weights():
    low, high = np.array([[2.0, 3.0], [1.0, 1.0]]), np.array([[4.0, 5.0], [2.0, 2.5]])
    assert smaa.dominates(low, high).tolist() == [[False, True], [False, False]]
    chance = generator()
    values = low + (high - low) * chance.random((DRAWS, 2, 2))
    found = counted(values, smaa.simplex(chance.random((DRAWS, 2))), chance)
    assert found.chance_ahead[0, 1] == 1
    assert found.acceptability[0, 0] == 1


def test_equals_share_their_ranks():
    chance = generator()
    found = counted(held([[2, 2], [2, 2], [2, 2]]), smaa.simplex(chance.random((DRAWS, 2))), chance)
    assert found.acceptability == pytest.approx(np.full((3, 3), 1 / 3), abs=NEAR)


def test_weights_of_another_scale_give_the_same_ranks():
    weights = smaa.simplex(generator(1).random((400, 3)))
    values = generator(2).random((400, 5, 3))
    ties = generator(3).random((400, 5))
    one, other = (smaa.ranked(smaa.utilities(values, scale * weights), ties) for scale in (1, 250))
    assert (one == other).all()


def test_weights_drawn_around_a_mean_add_up_to_one_and_stay_there_on_average():
    mean, deviation = np.array([0.5, 0.3, 0.2]), np.array([0.05, 0.03, 0.0])
    found = smaa.around(generator().random((DRAWS, 3)), mean, deviation)
    assert found.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    assert found.mean(axis=0) == pytest.approx(mean, abs=0.005)
    assert (found > 0).all()
    assert smaa.around(generator().random((3, 3)), mean, 0 * mean) == pytest.approx(np.tile(mean, (3, 1)))


# -- swaps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_change_of_a_score_levels_two_and_none_smaller_does(seed):
    chance = generator(seed)
    values, weights = chance.uniform(1, 5, (2, 4)), chance.dirichlet(np.ones(4))
    values = values[np.argsort(-(values @ weights))]
    criteria = list("abcd")
    found = swap.score_change(["first", "second"], values, weights, criteria, np.ones(4, dtype=bool), (1, 5))
    options = []
    for who, at in itertools.product((0, 1), range(4)):
        others = values.copy()
        for then in np.linspace(1, 5, 4001):
            others[who, at] = then
            if (others[0] - others[1]) @ weights <= 1e-12:
                options.append(abs(then - values[who, at]))
    if found is None:
        assert not options
        return
    changed = values.copy()
    changed[["first", "second"].index(found.who), criteria.index(found.criterion)] = found.then
    assert changed[0] @ weights == pytest.approx(changed[1] @ weights)
    assert min(options) >= abs(found.then - found.now) - 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_move_of_weight_levels_two_and_none_smaller_does(seed):
    chance = generator(seed)
    values, weights = chance.uniform(1, 5, (2, 4)), chance.dirichlet(np.ones(4))
    values = values[np.argsort(-(values @ weights))]
    found = swap.weight_change(values, weights, list("abcd"))
    shares = []
    for a, b in itertools.permutations(range(4), 2):
        for share in np.linspace(0, weights[a], 501):
            moved = weights.copy()
            moved[a] -= share
            moved[b] += share
            if (values[0] - values[1]) @ moved <= 0:
                shares.append(share)
                break
    if found is None:
        assert not shares
        return
    moved = weights.copy()
    moved["abcd".index(found.take_from)] -= found.share
    moved["abcd".index(found.give_to)] += found.share
    assert values[0] @ moved == pytest.approx(values[1] @ moved)
    assert min(shares) >= found.share - 1e-9


def test_nothing_swaps_two_where_one_is_better_by_more_than_the_scale_holds():
    values, weights = np.array([[5.0, 5.0], [1.0, 1.0]]), np.array([0.5, 0.5])
    assert swap.score_change(["a", "b"], values, weights, ["x", "y"], np.ones(2, dtype=bool), (1, 5)) is None
    assert swap.weight_change(values, weights, ["x", "y"]) is None


# -- weights ----------------------------------------------------------------------------------


def test_the_weights_of_every_segment_sum_to_one(model):
    for segment in SEGMENTS:
        found = weighing.of_segment(model.facts, segment)
        assert math.fsum(found.mean.values()) == pytest.approx(1, abs=1e-12)
        assert all(found.deviation[criterion] > 0 for criterion in found.mean)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cost_per_token=0.5,roadmap=0.4", "sum to 0.9"),
        ("cost_per_token=1.5,roadmap=-0.5", "no share"),
        ("cost_per_tokn=1", "'cost_per_token'"),
        ("roadmap", "not of the form"),
        ("", "not of the form"),
        ("roadmap=much", "not a number"),
        ("roadmap=nan", "not a number"),
        ("roadmap=0.5,roadmap=0.5", "twice"),
        ("roadmap=0", "sum to 0"),
    ],
)
def test_weights_that_are_no_shares_of_one_are_refused(text, said):
    with pytest.raises(BadRequest, match=said):
        weighing.by_hand(text, ["cost_per_token", "roadmap"])


# -- the ranking ------------------------------------------------------------------------------


def test_ranks_run_from_one_within_each_group_and_follow_the_score(cloud):
    for group in GROUPS:
        places = [place for place in cloud.places if place.group == group]
        assert [place.rank for place in places] == list(range(1, len(places) + 1))
        assert [place.score for place in places] == sorted((place.score for place in places), reverse=True)
        for place in places:
            assert len(place.acceptability) == len(places)
            assert sum(place.acceptability) == pytest.approx(1)
        for rank_ in range(len(places)):
            assert sum(place.acceptability[rank_] for place in places) == pytest.approx(1)


def test_the_score_is_the_sum_of_weight_times_step(cloud):
    for place in cloud.places:
        assert place.score == pytest.approx(sum(part.weight * part.value for part in place.parts))
        assert sum(part.weight for part in place.parts) == pytest.approx(1)
        assert place.unknown_share == pytest.approx(sum(part.weight for part in place.parts if not part.known))
        assert all(1 <= part.low <= part.value <= part.high <= 5 for part in place.parts)


def test_shares_of_what_a_gap_hangs_on_sum_to_one(cloud):
    for place in cloud.places:
        assert not place.hangs_on or sum(share for _, share in place.hangs_on) == pytest.approx(1)


def test_the_same_seed_gives_the_same_answer_and_another_a_near_one(model, cloud):
    assert rank(model, "cloud", draws=2000) == cloud
    other = rank(model, "cloud", draws=2000, seed=2)
    assert other != cloud
    for one, two in zip(cloud.places, other.places, strict=True):
        assert one.alternative == two.alternative
        assert one.acceptability == pytest.approx(two.acceptability, abs=0.08)


def test_ranks_have_the_same_bits_however_the_draws_are_cut_and_whoever_makes_them(model):
    def cut(size, threads):
        return lambda work: in_process(replace(work, size=size), threads)

    once = rank(model, "cloud", draws=3 * STRETCH + 77, crew=cut(9 * STRETCH, 1))
    for size, threads in ((STRETCH, 3), (2 * STRETCH, 1)):
        assert rank(model, "cloud", draws=3 * STRETCH + 77, crew=cut(size, threads)) == once


def test_a_stretch_of_draws_is_what_it_is_among_all(model):
    values = Values(model, vendors_ranked(model, "now"), 64, 3, economics.AS_STATED)
    every, part = values.drawn(0, 64), values.drawn(17, 40)
    assert np.array_equal(every.steps[17:40], part.steps)
    assert np.array_equal(every.weights[17:40], part.weights)


def test_one_segment_alone_is_as_it_is_among_others(model, cloud):
    assert rankings(model, SEGMENTS, draws=2000)[0] == cloud


def test_every_chip_of_the_study_is_ranked_and_what_may_not_be_bought_stands_apart(model):
    found = rank(model, "cloud", chips=True, draws=200)
    assert len(found.places) == 18
    apart = {place.alternative.name for place in found.places if place.group == purchase.APART}
    assert apart == {"A100", "H100", "H20", "H200"}


def test_what_is_unknown_may_stand_anywhere_and_has_no_place_on_the_map(model):
    found = {place.alternative.name: place for place in rank(model, "cloud", chips=True, draws=200).places}
    unknown = found["P800"]
    assert unknown.economics is None
    assert unknown.group not in (purchase.OPEN, purchase.APART)
    part = next(part for part in unknown.parts if part.criterion == economics.COST)
    assert (part.known, part.low, part.high, part.figure) == (False, 1, 5, None)
    assert "memory_bandwidth_gb_s" in part.basis


def test_a_criterion_that_is_not_asked_keeps_nobody_from_the_map(model):
    found = rank(model, "cloud", draws=200, by_hand="software_maturity=0.5,roadmap=0.5")
    assert {place.alternative.name for place in found.places if place.group == purchase.OPEN} > {"T-Head", "Huawei"}
    assert all(place.strong_in_both is None for place in found.places)


def test_the_reference_stands_in_the_middle_of_every_economic_criterion(model):
    place = next(one for one in rank(model, "cloud", chips=True, draws=50).places if one.alternative.name == "H20")
    assert [part.value for part in place.parts if part.axis == "economics"] == [3, 3, 3, 3]


def test_the_calls_of_the_source_move_no_rank(model, cloud):
    mute = load(checked=False)
    kept = {key: found for key, found in mute.facts.facts.items() if key[0] != "source_call"}
    mute.facts = replace(mute.facts, facts=kept)
    found = rank(mute, "cloud", draws=2000)
    assert found.calls == ()
    assert found.places == cloud.places
    assert {(call.preferred, call.behind) for call in cloud.calls} == {("Cambricon", "MetaX"), ("Iluvatar", "MetaX")}


def test_other_choices_are_named_with_the_ranks_they_would_give(model, cloud):
    found = otherwise(model, "cloud")
    names = {place.alternative.name for place in cloud.places}
    assert all(set(ranks) == names for ranks in found.values())


def test_cheaper_domestic_chips_gain_on_the_reference(model):
    chips = ["910C", "H20"]
    dear, cheap = (
        economics.table(model, chips, economics.Setting(domestic_price_factor=factor)) for factor in (1.0, 0.5)
    )
    assert cheap["910C", "rate_per_usd"].value == pytest.approx(2 * dear["910C", "rate_per_usd"].value)
    assert cheap["910C", "cost_per_token"].value < dear["910C", "cost_per_token"].value
    assert cheap["H20", "cost_per_token"] == dear["H20", "cost_per_token"]


def test_the_cost_of_a_token_is_an_hour_in_use_over_its_tokens(model):
    found = economics.table(model, ["910C"])
    hour = model.solve("chip_hour_in_use_usd", chip="910C", site="China", owner="hyperscaler").value
    tokens = found["910C", "rate_per_chip"].value * 3600
    assert found["910C", "cost_per_token"].value == pytest.approx(hour / tokens * 1e6)


def test_a_cheaper_chip_makes_the_hour_of_ownership_cheaper_by_as_much(model):
    cheap = economics.table(model, ["910C"], economics.Setting(domestic_price_factor=0.5))
    price = model.solve("market_price_cny", chip="910C").value
    halved = model.with_changes(model.change("market_price_cny", price / 2, chip="910C"))
    hour = halved.solve("chip_hour_in_use_usd", chip="910C", site="China", owner="hyperscaler").value
    tokens = cheap["910C", "rate_per_chip"].value * 3600
    assert cheap["910C", "cost_per_token"].value == pytest.approx(hour / tokens * 1e6)


# -- what may be bought -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chip", "company", "day", "group"),
    [
        ("H20", "NVIDIA", "2025-05-01", purchase.APART),
        ("H20", "NVIDIA", "2025-07-30", purchase.OPEN),
        ("H20", "NVIDIA", "2025-08-12", purchase.APART),
        ("H20", "NVIDIA", "2026-11-25", purchase.APART),
        ("H200", "NVIDIA", "2026-11-25", purchase.APART),
        ("H100", "NVIDIA", "2022-10-07", purchase.APART),
        ("MI300X", "AMD", "2026-11-25", purchase.APART),
        ("910C", "Huawei", "2026-11-25", purchase.OPEN),
        (None, "Biren", "2026-11-25", purchase.OPEN),
    ],
)
def test_what_may_be_bought_follows_the_latest_row_in_force(model, chip, company, day, group):
    assert purchase.status(model.facts, chip, company, dt.date.fromisoformat(day)).group == group


def test_the_foundry_rules_make_a_score_of_their_risk_and_none_of_what_they_do_not_know(model):
    found = route.verdicts(model.facts, ["910C", "H20"], dt.date(2026, 11, 25))
    scale = economics.scale(model.facts)
    stopped = replace(found["910C"], risk=0.75, risk_low=0.5, risk_high=1.0)
    assert route.score(stopped, scale) == Score(2.0, 1.0, 3.0, route.score(stopped, scale).items)
    assert route.score(replace(stopped, risk=0.0, risk_low=0.0, risk_high=0.0), scale).value == 5
    assert found["H20"].risk is None
    assert route.score(found["H20"], scale) is None


def test_the_rule_on_supply_stands_in_the_place_of_evidence_only_when_asked(model, cloud):
    asked = rank(model, "cloud", draws=50, setting=economics.Setting(supply_by_rule=True))
    for found, changed in ((cloud, False), (asked, True)):
        place = next(one for one in found.places if one.alternative.name == "Cambricon")
        part = next(one for one in place.parts if one.criterion == "supply_security")
        assert ("foundry-routes" in part.basis) == changed
        assert place.route is not None
