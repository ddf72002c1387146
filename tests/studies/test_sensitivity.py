"""What an answer hangs on: swings are recomputed, slopes are exact, indices are SALib's."""

import numpy as np
import pytest

from siliconomics.core import BadRequest
from siliconomics.model import Model, load
from siliconomics.studies import sensitivity as study


@pytest.fixture(scope="module")
def model() -> Model:
    return load(scenario="margin-from-chip-costs", checked=False)


@pytest.fixture(scope="module")
def target(model):
    return model.graph.cell("price_target", {"company": "Cambricon"})


@pytest.fixture(scope="module")
def tornado(model, target):
    return study.tornado(model, target)


def test_a_swing_is_the_model_solved_at_the_ends_of_the_range(model, target, tornado):
    for swing in tornado.swings[:5]:
        for value, answer in ((swing.low, swing.at_low), (swing.high, swing.at_high)):
            change = model.change(swing.quantity, value, **swing.labels)
            assert model.solve("price_target", changes=[change], **target.labels).value == pytest.approx(
                answer, rel=1e-9
            )


def test_swings_are_in_order_and_their_shares_add_up(tornado):
    widths = [swing.width for swing in tornado.swings]
    assert widths == sorted(widths, reverse=True)
    assert sum(swing.share_of_variance for swing in tornado.swings) == pytest.approx(1)
    assert 0 <= tornado.assumed_share <= 1 + 1e-12


def test_a_slope_is_what_a_small_step_does(model, target, tornado):
    for swing in tornado.swings[:8]:
        step = 1e-5 * max(abs(swing.value), 1e-3)

        def at(value, one=swing):
            change = model.change(one.quantity, value, **one.labels)
            return model.solve("price_target", changes=[change], **target.labels).value

        slope = (at(swing.value + step) - at(swing.value - step)) / (2 * step)
        assert slope == pytest.approx(swing.slope, rel=1e-6, abs=1e-9 * abs(tornado.base) / max(abs(swing.value), 1e-3))


def test_a_pair_is_recomputed_and_set_against_the_sum_of_each(model, target, tornado):
    found = study.pairs(model, target, tornado, 4)
    assert len(found) == 6
    by_name = {swing.name: swing for swing in tornado.swings}
    pair = found[0]
    changes = []
    for name in (pair.one, pair.other):
        swing = by_name[name]
        value = swing.high if swing.at_high >= swing.at_low else swing.low
        changes.append(model.change(swing.quantity, value, **swing.labels))
    both = model.solve("price_target", changes=changes, **target.labels).value
    assert both - tornado.base == pytest.approx(pair.together, rel=1e-9)


def test_a_grid_holds_the_model_at_each_point(model, target):
    yields = model.graph.cell("die_yield", {"chip": "MLU 690"})
    rate = model.graph.cell("risk_free_rate", target.labels)
    found = study.grid(model, target, [(yields, [0.2, 0.4]), (rate, None)])
    assert found.answers.shape == (2, len(found.axes[1]))
    assert rate.given.value in found.axes[1]
    changes = [
        model.change("die_yield", 0.4, chip="MLU 690"),
        model.change("risk_free_rate", found.axes[1][-1], **target.labels),
    ]
    asked = model.solve("price_target", changes=changes, **target.labels).value
    assert found.answers[1, -1] == pytest.approx(asked, rel=1e-9)


def test_a_grid_over_what_the_answer_does_not_rest_on_is_refused(model, target):
    other = model.graph.cell("beta", {"company": "MetaX"})
    with pytest.raises(BadRequest, match="does not rest on"):
        study.grid(model, target, [(other, None)])


def test_indices_are_those_of_salib_on_the_same_samples():
    from SALib.analyze import sobol as salib

    random = np.random.default_rng(5)
    facts, points = 4, 512
    a, b = random.random((points, facts)), random.random((points, facts))

    def answer(x):
        return np.sin(3 * x[:, 0]) + 2 * x[:, 1] * x[:, 2] + 0.1 * x[:, 3]

    mixed = []
    for place in range(facts):
        rows = a.copy()
        rows[:, place] = b[:, place]
        mixed.append(answer(rows))
    first, whole = study.sobol(answer(a), answer(b), np.array(mixed))
    together = np.column_stack([answer(a), *mixed, answer(b)]).ravel()
    problem = {"num_vars": facts, "names": list("wxyz"), "bounds": [[0, 1]] * facts}
    theirs = salib.analyze(problem, together, calc_second_order=False)
    assert first == pytest.approx(theirs["S1"], abs=1e-9)
    assert whole == pytest.approx(theirs["ST"], abs=1e-9)


def test_samples_drawn_again_have_the_indices_of_these_samples():
    random = np.random.default_rng(6)
    a, b, mixed = 3 + random.random(64), 3 + random.random(64), 3 + random.random((3, 64))
    picks = random.integers(64, size=(5, 64))
    again = [study.sobol(a[pick], b[pick], mixed[:, pick]) for pick in picks]
    assert study.resampled(a, b, mixed, picks) == pytest.approx(np.array(again), abs=1e-12)


def test_total_indices_are_not_below_first_ones_and_the_seed_repeats(model, target):
    found = study.indices(model, target, 1024, top=5)
    again = study.indices(model, target, 1024, top=5)
    assert found == again
    for one in found:
        assert one.whole >= one.first - one.first_margin - one.whole_margin


@pytest.mark.parametrize("points", [0, 1000, -4])
def test_a_number_of_points_that_is_no_power_of_two_is_refused(model, target, points):
    with pytest.raises(BadRequest, match="power of two"):
        study.indices(model, target, points)
