"""Bridges: the parts add up, what is alike gets alike, what does nothing gets nothing, and no set is worked out wrong."""

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model import Model, Overlay
from siliconomics.model.overlay import Change
from siliconomics.studies.bridge import between, bridge, differences, drawn, grouped, interactions, ordered, shapley
from siliconomics.studies.bridge.mixture import Mixture

QUICK = settings(max_examples=50, deadline=None)
games = st.integers(1, 6).flatmap(
    lambda count: st.lists(st.floats(-1e3, 1e3), min_size=2**count, max_size=2**count).map(lambda v: (count, v))
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        return siliconomics.load()


def worth_of(values):
    return lambda wanted: [values[chosen] for chosen in wanted]


# -- sharing out --------------------------------------------------------------------------------


@QUICK
@given(games)
def test_shares_add_up_to_the_whole_difference(game):
    count, values = game
    whole = values[-1] - values[0]
    size = max(map(abs, values), default=0) + 1
    assert sum(ordered(worth_of(values), count)) == pytest.approx(whole, abs=1e-12 * size * count)
    assert sum(shapley(worth_of(values), range(count))) == pytest.approx(whole, abs=1e-12 * size * 2**count)
    fair = drawn(worth_of(values), range(count), 6, 1)
    assert sum(fair.values) == pytest.approx(whole, abs=1e-12 * size * count)


@QUICK
@given(games)
def test_shapley_is_the_mean_over_all_orders(game):
    count, values = game
    mean = np.zeros(count)
    for order in itertools.permutations(range(count)):
        made = 0
        for change in order:
            mean[change] += values[made | 1 << change] - values[made]
            made |= 1 << change
    mean /= math.factorial(count)
    assert shapley(worth_of(values), range(count)) == pytest.approx(list(mean), abs=1e-9)


@QUICK
@given(games, st.randoms())
def test_changes_that_do_the_same_get_the_same(game, chance):
    count, values = game
    one, other = chance.randrange(count), chance.randrange(count)

    def swapped(chosen):
        both = chosen >> one & 1, chosen >> other & 1
        return chosen & ~(1 << one) & ~(1 << other) | both[1] << one | both[0] << other if one != other else chosen

    alike = [(values[chosen] + values[swapped(chosen)]) / 2 for chosen in range(len(values))]
    found = shapley(worth_of(alike), range(count))
    assert found[one] == pytest.approx(found[other], abs=1e-9)


@QUICK
@given(games, st.floats(-1e3, 1e3))
def test_a_change_that_adds_the_same_to_every_set_gets_just_that(game, added):
    count, values = game
    more = [*values, *(value + added for value in values)]
    found = shapley(worth_of(more), range(count + 1))
    assert found[count] == pytest.approx(added, abs=1e-9)
    assert found[:count] == pytest.approx(shapley(worth_of(values), range(count)), abs=1e-9)
    assert drawn(worth_of(more), range(count + 1), 4, 1).values[count] == pytest.approx(added, abs=1e-9)


def test_drawn_orders_come_near_the_mean_of_all_within_their_errors():
    chance = random.Random(7)
    effect = [chance.uniform(1, 2) for _ in range(8)]
    values = [
        math.prod(effect[i] for i in range(8) if chosen >> i & 1) + 3 * (chosen & 3 == 3) for chosen in range(256)
    ]
    exact = shapley(worth_of(values), range(8))
    fair = drawn(worth_of(values), range(8), 400, 3)
    assert fair.orders == 400
    assert all(error > 0 for error in fair.errors)
    far = [abs(a - b) / error for a, b, error in zip(fair.values, exact, fair.errors, strict=True)]
    assert max(far) < 4.5
    assert drawn(worth_of(values), range(8), 400, 3) == fair
    assert drawn(worth_of(values), range(8), 400, 4) != fair


def test_an_interaction_is_what_two_bring_beyond_each_alone():
    values = [0, 2, 3, 10]
    assert interactions(worth_of(values), [0, 1]) == {(0, 1): 5}


# -- between two models ---------------------------------------------------------------------------


def overlay(name, *changes, **rest):
    return Overlay(name, changes=tuple(changes), **rest)


def under(model, *scenarios):
    return Model(model.facts, model.formulas, list(scenarios))


PAIRS = [
    ("base", "textbook", "price_target", {"company": "Cambricon"}),
    ("textbook", "fade", "price_target", {"company": "MetaX"}),
    ("base", "case-bear", "price_target", {"company": "Cambricon"}),
    ("case-bear", "case-bull", "price_target", {"company": "MetaX"}),
    ("base", "physical", "manufacturing_cost_usd", {"chip": "910C"}),
]


@pytest.mark.parametrize(("one", "other", "quantity", "where"), PAIRS)
def test_a_bridge_adds_up_to_the_difference_in_every_column(model, one, other, quantity, where):
    before, after = (model.under(name) for name in (one, other))
    found = bridge(before, after, quantity, where)
    size = max(abs(found.value_before), abs(found.value_after))
    assert found.value_before == before.solve(quantity, **where).value
    assert found.value_after == after.solve(quantity, **where).value
    assert sum(step.ordered for step in found.steps) == pytest.approx(found.difference, abs=1e-11 * size)
    assert sum(step.shapley for step in found.steps) == pytest.approx(found.difference, abs=1e-11 * size)
    assert sum(step.alone for step in found.steps) + found.interaction == pytest.approx(
        found.difference, abs=1e-11 * size
    )


@pytest.mark.parametrize(("one", "other", "quantity", "where"), PAIRS)
def test_the_way_back_takes_what_the_way_there_gave(model, one, other, quantity, where):
    before, after = (model.under(name) for name in (one, other))
    there = {step.differences[0].name: step.shapley for step in bridge(before, after, quantity, where).steps}
    back = {step.differences[0].name: -step.shapley for step in bridge(after, before, quantity, where).steps}
    size = max(map(abs, there.values()))
    for name in there.keys() & back.keys():
        assert back[name] == pytest.approx(there[name], abs=1e-9 * size)


@pytest.mark.parametrize(("one", "other", "quantity", "where"), PAIRS)
def test_any_set_of_changes_is_worth_what_a_model_of_its_own_answers(model, one, other, quantity, where):
    before, after = (model.under(name) for name in (one, other))
    groups = grouped(differences(before, after), "each")
    worth = Mixture(before, after, groups, quantity, where)
    chance = random.Random(5)
    wanted = [chance.getrandbits(len(groups)) for _ in range(6)]
    direct = Mixture(before, after, groups, quantity, where)
    assert worth(wanted) == pytest.approx([direct._alone(chosen) for chosen in wanted], rel=1e-9, nan_ok=True)


def test_a_what_if_of_inputs_is_arithmetic_alone(model):
    held = [Change(name, value, {"company": "MetaX"}, "x") for name, value in (("beta", 1), ("terminal_growth", 0.03))]
    after = under(model, overlay("mine", *held))
    groups = grouped(differences(model, after))
    worth = Mixture(model, after, groups, "price_target", {"company": "MetaX"})
    worth(range(4))
    assert worth.rigid == 0
    assert len(worth._known) == 1
    for chosen in range(4):
        changes = [held[place] for place in range(2) if chosen >> place & 1]
        value = model.solve("price_target", company="MetaX", changes=changes).value
        assert worth([chosen]) == pytest.approx([value], rel=1e-12)


def test_what_the_answer_never_reads_is_said_and_gets_no_part(model):
    after = under(
        model,
        overlay(
            "mine",
            Change("terminal_growth", 0.05, {"company": "MetaX"}, "x"),
            Change("wafer_price_usd", 12000.0, {"chip": "910C"}, "x"),
        ),
    )
    found = bridge(model, after, "price_target", {"company": "MetaX"})
    assert [step.name for step in found.steps] == ["terminal_growth@MetaX"]
    assert [one.name for one in found.without_effect] == ["wafer_price_usd@910C"]


def test_more_changes_than_can_be_worked_out_are_drawn_and_still_add_up(model, monkeypatch):
    names = ("terminal_growth", "payout_ratio", "medium_term_growth", "valuation_shares")
    now = {name: model.solve(name, company="MetaX").value for name in names}
    held = [Change(name, value * 0.9, {"company": "MetaX"}, "x") for name, value in now.items()]
    after, where = under(model, overlay("mine", *held)), {"company": "MetaX"}
    exact = bridge(model, after, "price_target", where)
    monkeypatch.setattr(between, "MOST", 2)
    found = bridge(model, after, "price_target", where, orders=60)
    assert exact.orders is None
    assert found.orders == 60
    assert sum(step.shapley for step in found.steps) == pytest.approx(found.difference, rel=1e-9)
    assert [step.ordered for step in found.steps] == [step.ordered for step in exact.steps]
    for one, other in zip(found.steps, exact.steps, strict=True):
        assert abs(one.shapley - other.shapley) <= 5 * one.error + 1e-9
    assert bridge(model, after, "price_target", where, orders=60) == found


def test_a_narrow_change_below_a_broad_one_stays_with_it(model):
    below = overlay("below", Change("wafer_price_usd", 12000.0, {"chip": "910C"}, "x"))
    above = overlay("above", Change("wafer_price_usd", 9000.0, {}, "y"))
    (one,) = differences(model, under(model, below, above))
    assert one.quantity == "wafer_price_usd"
    assert one.labels == {}
    found = bridge(model, under(model, below, above), "manufacturing_cost_usd", {"chip": "910C"})
    assert found.steps[0].ordered == pytest.approx(found.difference)


def test_differences_have_both_values_the_unit_and_who_says_so(model):
    found = differences(model, model.under("fade"))
    rule = next(one for one in found if one.quantity == "continuing_value")
    assert (rule.kind, rule.before, rule.after, rule.said_after) == ("rule", "growth", "fade", "fade")
    value = next(one for one in found if one.quantity == "first_charged_year")
    assert value.after == 2027
    assert value.date_after == "2026-11-23"
    assert differences(model, model) == []


def test_a_horizon_is_a_difference_of_its_own(model):
    longer = under(model, Overlay("longer", horizon=(2022, 2040)))
    (one,) = differences(model, longer)
    assert (one.kind, one.before, one.after) == ("horizon", "2022 to 2038", "2022 to 2040")


def test_answers_that_are_unknown_cannot_be_bridged(model):
    with pytest.raises(BadRequest, match="a bridge joins two"):
        bridge(model, model.under("textbook"), "price_target", {"company": "Huawei"})
    with pytest.raises(BadRequest, match="Name company"):
        bridge(model, model.under("textbook"), "price_target")


def test_a_way_through_what_makes_no_sense_has_no_mean_over_all_orders(model):
    where = {"company": "Cambricon"}
    dear, fast = Change("beta", 2.0, where, "x"), Change("terminal_growth", 0.09, where, "x")
    found = bridge(model, under(model, overlay("mine", dear, fast)), "price_target", where)
    assert [step.shapley for step in found.steps] == [None, None]
    assert [step.alone is None for step in found.steps] == [False, True]
    assert "capitalisation_rate" in found.note
    assert sum(step.ordered for step in found.steps) == pytest.approx(found.difference, rel=1e-9)
    with pytest.raises(BadRequest, match="--group"):
        bridge(model, under(model, overlay("mine", fast, dear)), "price_target", where)
    (one,) = bridge(model, under(model, overlay("mine", fast, dear)), "price_target", where, by="scenario").steps
    assert one.shapley == pytest.approx(found.difference, rel=1e-9)
