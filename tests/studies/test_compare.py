"""What a change moves on its way to an answer: everything that differs, nothing that does not, in order."""

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import Model, load
from siliconomics.studies.compare import against, compare


@pytest.fixture(scope="module")
def model():
    return load(scenario="margin-from-chip-costs", checked=False)


@pytest.fixture(scope="module")
def found(model):
    changed = model.with_changes(model.change("die_yield", 0.4, chip="MLU 690"))
    return compare(against(changed), changed, "price_target", company="Cambricon")


def test_the_chain_starts_at_the_change_and_ends_at_the_answer(found):
    assert found.steps[0].quantity == "die_yield"
    assert found.steps[0].changed
    assert (found.steps[0].before, found.steps[0].after) == (0.25, 0.4)
    assert found.steps[-1].quantity == "price_target"
    assert found.steps[-1].carried == pytest.approx(1)
    assert [step.depth for step in found.steps] == sorted(step.depth for step in found.steps)


def test_every_step_really_differs_and_stands_for_both_models(found):
    for step in found.steps:
        assert step.before != step.after
        if step.alike > 1:
            continue  # stands for several sets of labels
        for one, value in ((found.before, step.before), (found.after, step.after)):
            assert one.solve(step.quantity, **step.labels).value == value


def test_a_step_comes_after_what_it_follows_from(found):
    order = [step.quantity for step in found.steps]
    for earlier, later in zip(
        ["die_yield", "die_cost_usd", "manufacturing_cost_usd", "driver_cost_of_goods_sold", "equity_value"],
        ["die_cost_usd", "manufacturing_cost_usd", "driver_cost_of_goods_sold", "equity_value", "price_target"],
        strict=True,
    ):
        assert order.index(earlier) < order.index(later)


def test_the_one_step_that_all_passes_through_carries_the_whole_move(found):
    steps = {step.quantity: step for step in found.steps}
    assert steps["good_die_cost_usd"].carried == pytest.approx(1, abs=0.02)
    assert steps["equity_value"].carried == pytest.approx(1, abs=1e-9)


def test_what_the_change_does_not_reach_moves_nothing(model):
    changed = model.with_changes(model.change("die_yield", 0.4, chip="MLU 690"))
    found = compare(against(changed), changed, "price_target", company="MetaX")
    assert found.answers[0].same
    assert not found.steps


def test_a_change_to_the_value_it_had_moves_nothing(model):
    changed = model.with_changes(model.change("die_yield", 0.25, chip="MLU 690"))
    found = compare(against(changed), changed, "price_target", company="Cambricon")
    assert found.answers[0].same
    assert not found.steps


def test_several_answers_stand_side_by_side_without_a_chain(model):
    changed = model.with_changes(model.change("risk_free_rate", 0.03))
    found = compare(against(changed), changed, "price_target")
    assert len(found.answers) > 3
    assert not found.steps
    assert any(not one.same for one in found.answers)
    assert any(one.same for one in found.answers)


def test_a_scenario_is_held_against_what_it_rests_on(model):
    own = against(Model(model.facts, model.formulas, ["margin-from-chip-costs"]))
    assert own.scenario == "from-drivers"
    alone = against(Model(model.facts, model.formulas, ["charge-on-opening-book"]))
    assert alone.scenario == "base"


def test_two_scenarios_differ_by_player_too(model):
    before, after = model.under(), model.under("fade")
    found = compare(before, after, "price_target", company="Cambricon")
    assert found.steps
    assert found.steps[-1].quantity == "price_target"


def test_fewer_lines_keep_both_ends(found):
    few = found.main(3)
    assert len(few) <= 3
    assert few[0].quantity == "die_yield"
    assert few[-1].quantity == "price_target"


def test_nothing_to_compare_is_refused(model):
    with pytest.raises(BadRequest, match="nothing to compare"):
        against(model.under())
