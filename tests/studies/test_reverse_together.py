"""Several inputs at once, and what must be true: put back, they give what was wanted; the smallest move is found."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model.overlay import Change
from siliconomics.studies.must_be_true import must_be_true
from siliconomics.studies.reverse import answer_of, cause_of, reverse
from siliconomics.studies.reverse_together import together


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        return siliconomics.load()


def asked(model, target, names, company="Cambricon", **options):
    answer = answer_of(model, "price_target", target, {"company": company})
    return together(model, [(answer, target)], [cause_of(model, answer, name) for name in names], **options)


def put_back(model, found):
    changes = [Change(one.input, one.value, one.labels) for one in found.inputs]
    held = model.with_changes(*changes)
    return [held.solve(one.quantity, **one.labels).value for one in found.targets]


@pytest.mark.parametrize("target", [900.0, 1352.5, 2000.0, 3000.0])
def test_several_inputs_put_back_give_the_target(model, target):
    found = asked(model, target, ["terminal_growth", "beta", "payout_ratio"])
    assert found.feasible
    assert put_back(model, found) == pytest.approx([target], rel=1e-8)


def test_one_input_among_several_is_the_one_alone(model):
    alone = reverse(model, "price_target", 2000, "terminal_growth", {"company": "Cambricon"})
    found = asked(model, 2000, ["terminal_growth"])
    assert found.inputs[0].value == pytest.approx(alone.value, rel=1e-9)


def test_the_move_is_the_smallest_of_all_that_reach_the_target(model):
    found = asked(model, 2000, ["terminal_growth", "beta"])
    size = sum(one.step**2 for one in found.inputs)
    answer = answer_of(model, "price_target", 2000, {"company": "Cambricon"})
    unit = {one.input: (one.value - one.before) / one.step for one in found.inputs}
    for share in (-0.5, 0.0, 0.5, 0.9, 1.1, 1.5):  # go along the curve on which the target is reached
        beta = found.inputs[1].before + share * (found.inputs[1].value - found.inputs[1].before)
        held = model.with_changes(Change("beta", beta, found.inputs[1].labels))
        other = reverse(held, "price_target", 2000, "terminal_growth", {"company": "Cambricon"})
        moved = (other.value - found.inputs[0].before) / unit["terminal_growth"]
        assert moved**2 + ((beta - found.inputs[1].before) / unit["beta"]) ** 2 >= size * (1 - 1e-6)
    assert answer.name == "price_target"


def test_two_targets_and_two_inputs_meet_both(model):
    aims = [("Cambricon", 1300.0), ("MetaX", 700.0)]
    targets = [(answer_of(model, "price_target", value, {"company": name}), value) for name, value in aims]
    inputs = [cause_of(model, answer, "terminal_growth") for answer, _ in targets]
    found = together(model, targets, inputs)
    assert found.feasible
    assert put_back(model, found) == pytest.approx([1300.0, 700.0], rel=1e-8)


def test_what_cannot_be_reached_is_said_with_the_nearest(model):
    found = asked(model, -5.0, ["payout_ratio", "valuation_shares"])
    assert not found.feasible
    assert "nearest" in found.note
    assert found.targets[0].achieved > -5
    assert 0 <= found.inputs[0].value <= 1
    assert found.targets[0].achieved < found.targets[0].before


def test_more_targets_than_inputs_are_met_by_least_squares(model):
    where = {"company": "Cambricon"}
    targets = [
        (answer_of(model, "price_target", 2000, where), 2000.0),
        (answer_of(model, "cost_of_equity", 0.12, where), 0.12),
    ]
    found = together(model, targets, [cause_of(model, targets[0][0], "beta")])
    assert not found.feasible  # a dearer equity gives a lower target, not a higher one

    def missed(beta):
        held = model.with_changes(Change("beta", beta, found.inputs[0].labels))
        sizes = [max(abs(aim.target), abs(aim.before)) for aim in found.targets]
        return sum(
            ((held.solve(aim.quantity, **aim.labels).value - aim.target) / size) ** 2
            for aim, size in zip(found.targets, sizes, strict=True)
        )

    best = missed(found.inputs[0].value)
    for beta in (0.9, 1.0, 1.05, 1.1, 1.2, 1.5):
        assert missed(beta) >= best * (1 - 1e-9)


def test_no_fact_leaves_its_range_when_told(model):
    model = model.under("physical")
    answer = answer_of(model, "manufacturing_cost_usd", 9000, {"chip": "910C"})
    ranged = [cause_of(model, answer, name) for name in ("part_bond_yield", "interposer_defect_density_per_cm2")]
    found = together(model, [(answer, 9000.0)], ranged, within_range=True)
    assert found.feasible
    assert all(one.inside for one in found.inputs)
    found = together(model, [(answer, 100_000.0)], ranged, within_range=True)
    assert not found.feasible
    assert found.targets[0].before < found.targets[0].achieved < 100_000
    for one in found.inputs:
        assert one.low * (1 - 1e-9) <= one.value <= one.high * (1 + 1e-9)
    assert not all(one.inside for one in together(model, [(answer, 100_000.0)], ranged).inputs)


def test_an_input_named_twice_is_refused(model):
    with pytest.raises(BadRequest, match="named twice"):
        asked(model, 2000, ["beta", "beta"])


def test_an_input_of_many_years_is_named_with_its_labels(model):
    where = {"company": "Cambricon"}
    with pytest.raises(BadRequest, match="forecast_net_income@Cambricon,20"):
        reverse(model, "price_target", 2000, "forecast_net_income", where)
    found = reverse(model, "price_target", 2000, "forecast_net_income", where, at={"year": 2028})
    held = Change(found.input, found.value, found.labels)
    assert model.solve("price_target", changes=[held], **where).value == pytest.approx(2000, rel=1e-9)


def test_what_must_be_true_is_each_fact_alone(model):
    answer = answer_of(model, "price_target", 2000, {"company": "Cambricon"})
    found = must_be_true(model, answer, 2000, top=8)
    assert len(found) == 8
    reached = [one for one in found if one.feasible]
    assert reached
    for one in reached:
        held = Change(one.input, one.value, one.labels)
        told = model.solve("price_target", company="Cambricon", changes=[held]).value
        assert told == pytest.approx(2000, rel=1e-7), one.input


def test_where_a_needed_value_lies_is_told_in_its_own_range(model):
    model = model.under("physical")
    now = model.solve("manufacturing_cost_usd", chip="910C").value
    answer = answer_of(model, "manufacturing_cost_usd", now * 1.02, {"chip": "910C"})
    ranged = [one for one in must_be_true(model, answer, now * 1.02) if one.feasible and one.place is not None]
    assert ranged
    for one in ranged:
        assert one.inside == (abs(one.place) <= 1)
