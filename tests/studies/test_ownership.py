"""Ownership across the model: tables, claims, and the reach of every figure."""

from __future__ import annotations

import math

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies.belief import EIGHTY
from siliconomics.studies.ownership import claims, owned
from siliconomics.studies.reach import Reach, Term, joint, reach

PLACE = {"site": "China", "owner": "hyperscaler"}


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


def hour(model, chip="H20", **place):
    return model.solve("owned_cost_per_chip_hour_usd", chip=chip, **{**PLACE, **place}).value


def test_parts_of_an_hour_add_up(model):
    for row in owned(model, ["H20", "910C", "P800"], "DeepSeek-R1", "China", "cloud"):
        assert sum(row.parts.values()) == pytest.approx(row.hour.value)


def test_the_cheapest_token_stands_first_and_unknown_last(model):
    rows = owned(model, ["P800", "H20", "A100", "910C"], "DeepSeek-R1", "China", "hyperscaler")
    known = [row.token.value for row in rows if row.token]
    assert known == sorted(known)
    assert rows[-1].chip == "P800"
    assert "memory_bandwidth_gb_s" in rows[-1].missing


def test_cheap_electricity_and_cheap_capital_make_a_cheap_hour(model):
    assert hour(model, site="Inner Mongolia") < hour(model, site="Shanghai")
    assert hour(model, owner="hyperscaler") < hour(model, owner="cloud")


def test_a_tenant_pays_the_provider_too(model):
    price = model.solve("chip_hour_price_usd", chip="H20", site="China", owner="tenant").value
    assert price > hour(model, owner="tenant")


def test_a_tighter_limit_makes_a_dearer_token(model):
    def token(limit):
        held = model.change("time_per_token_limit_s", limit)
        return model.solve(
            "cost_per_million_output_tokens_usd", changes=[held], chip="H200", model="DeepSeek-R1", **PLACE
        ).value

    assert token(0.02) > token(0.05) > token(0.2)


def test_an_hour_of_an_h100_lies_near_what_others_publish(model):
    """A public comparison gives 1.30 (large platform) and 1.69 (provider) dollars: other assumptions, the same ground."""
    for owner, published in (("hyperscaler", 1.30), ("cloud", 1.69)):
        there = {"chip": "H100", "site": "United States", "owner": owner}
        ratio = model.solve("published_over_owned", **there).value
        assert ratio * hour(model, **there) == pytest.approx(published)
        assert 1 / 1.25 < ratio < 1.25


def test_why_of_a_token_ends_in_sources(model):
    answer = model.solve("cost_per_million_output_tokens_usd", chip="H20", model="DeepSeek-R1", **PLACE)
    stack = [answer.why()]
    leaves = []
    while stack:
        one = stack.pop()
        stack.extend(one.because)
        if not one.because:
            leaves.append(one)
    assert leaves
    assert all(one.repeated or one.formula or one.source for one in leaves)


# -- reach --------------------------------------------------------------------------------------------
def test_a_reach_is_what_moving_each_fact_gives(model):
    """First order: the squares of what one standard deviation of each fact moves add up."""
    found = reach(model, "owned_cost_per_chip_hour_usd", chip="H20", **PLACE)
    moved = 0.0
    for term in found.terms:
        fact = model.facts.of(term.quantity, tuple(term.labels.values()))
        spread = (
            math.log(fact.high / fact.low) / (2 * EIGHTY) if fact.low > 0 else (fact.high - fact.low) / (2 * EIGHTY)
        )
        step = 0.01
        value = fact.value * math.exp(step * spread) if fact.low > 0 else fact.value + step * spread
        if not fact.value and fact.low > 0:
            continue
        change = model.change(term.quantity, value, **term.labels)
        there = model.solve("owned_cost_per_chip_hour_usd", changes=[change], chip="H20", **PLACE).value
        moved += (math.log(there / found.value) / step) ** 2
    assert found.spread == pytest.approx(math.sqrt(moved), rel=0.02)
    assert 0 < found.assumed_share <= 1


def test_what_two_chips_share_cancels_in_their_ratio(model):
    one = reach(model, "owned_cost_per_chip_hour_usd", chip="H20", **PLACE)
    assert one.over(one).spread == 0
    other = reach(model, "owned_cost_per_chip_hour_usd", chip="910B", **PLACE)
    ratio = other.over(one)
    assert ratio.value == pytest.approx(other.value / one.value)
    assert ratio.spread < math.hypot(one.spread, other.spread)


def test_a_chance_is_a_half_at_the_middle(model):
    found = reach(model, "owned_cost_per_chip_hour_usd", chip="H20", **PLACE)
    assert found.chance_below(found.value) == pytest.approx(0.5)
    assert found.chance_below(found.high) == pytest.approx(0.9)


def test_chances_of_the_least_add_up_and_what_is_shared_decides_nothing():
    shared, own = Term("shared", {}, "assumed", 5.0), Term("own", {"chip": "b"}, "assumed", 1.0)
    apart = joint([Reach(1.0, (shared,)), Reach(1.1, (shared,))]).least
    assert apart == (1.0, 0.0)
    even = joint([Reach(1.0, (shared,)), Reach(1.0, (shared, own))]).least
    assert sum(even) == pytest.approx(1)
    assert even[0] == pytest.approx(0.5, abs=0.02)


def test_a_floor_drawn_with_the_same_facts_holds_in_every_draw():
    wide, shared = Term("level", {}, "assumed", 3.0), Term("price", {}, "assumed", 0.2)
    found = joint([Reach(1.0, (wide, shared))], [Reach(0.8, (shared,))])
    assert found.lows[0] == pytest.approx(Reach(0.8, (shared,)).low, rel=0.1)
    assert found.highs[0] > 10
    assert joint([]).least == ()


def test_a_limit_never_makes_a_token_cheaper_than_none(model):
    for row in owned(model, ["BI-V100", "MLU 580", "H20"], "DeepSeek-R1", "China", "hyperscaler"):
        held = model.change("time_per_token_limit_s", 1000.0)
        free = reach(
            model.with_changes(held), "cost_per_million_output_tokens_usd", chip=row.chip, model="DeepSeek-R1", **PLACE
        )
        assert row.token_low >= free.low * 0.99


def test_a_tenant_is_shown_what_a_tenant_pays(model):
    (row,) = owned(model, ["H20"], "DeepSeek-R1", "China", "tenant")
    assert row.hour.value == pytest.approx(hour(model, owner="tenant") / 0.7)
    assert row.parts["provider's margin"] > 0


def test_the_reach_of_the_unknown_is_refused(model):
    with pytest.raises(BadRequest, match="unknown"):
        reach(model, "mixed_output_rate", chip="P800", model="DeepSeek-R1")


# -- the source's claims ------------------------------------------------------------------------------
def test_the_price_that_would_make_ownership_30_per_cent_lower_does(model):
    (found,) = (one for one in claims(model, ["910C"], "DeepSeek-R1", "China", "hyperscaler") if one.against == "H20")
    assert found.ownership.value > 0.7
    change = model.change("chip_price_at_site_usd", found.price_for_claim_usd, chip="910C", site="China")
    there = model.solve("owned_cost_per_chip_hour_usd", changes=[change], chip="910C", **PLACE).value
    assert there == pytest.approx(0.7 * hour(model), rel=1e-9)


def test_a_verdict_says_what_its_ratios_say(model):
    for one in claims(model, ["910B", "MLU 370", "P800"], "DeepSeek-R1", "China", "hyperscaler"):
        assert ("30-60 % lower" in one.verdict) == (0.4 <= one.ownership.value <= 0.7)
        assert ("on a par" in one.verdict) == (one.token is not None and 0.8 <= one.token.value <= 1.25)
        assert 0 <= one.chance_lower <= 1
