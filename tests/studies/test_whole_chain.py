"""The whole chain drawn: searches inside draws, shares of one whole, declared correlations."""

import numpy as np
import pytest

from siliconomics.core import Tape
from siliconomics.core.operations import OPERATIONS
from siliconomics.model import Model, load
from siliconomics.studies import simulation as study
from siliconomics.studies.simulation.wholes import Whole, kept_whole, wholes


@pytest.fixture(scope="module")
def model() -> Model:
    return load(scenario="wired", checked=False)


@pytest.fixture(scope="module")
def job(model):
    return study.job_of(model, [model.graph.cell("price_target", {"company": "Cambricon"})], 2048)


@pytest.fixture(scope="module")
def settled(job):
    return study.narrowed(job)


@pytest.mark.slow
def test_searches_look_where_it_is_worth_it_and_what_that_misses_is_measured(settled, job):
    narrow, searched = settled
    assert searched.searches == len(job.guarded.program.searches) > 0
    assert not searched.everywhere
    columns = job.columns(0, 64)
    full = job.guarded.program.narrowed(columns, everywhere=True).draws(columns)
    found = narrow.guarded.program.draws(columns)
    assert np.isfinite(found).all()
    assert found == pytest.approx(full, rel=0.01)
    same = np.isclose(found, full, rtol=1e-9)
    assert same.mean() > 0.9
    assert searched.furthest < 0.02


@pytest.mark.slow
def test_looking_everywhere_misses_nothing(job):
    assert study.narrowed(job, everywhere=True)[1].differing == 0


@pytest.mark.slow
def test_a_draw_within_its_searches_is_the_model_with_those_facts(model, job):
    """Where every search finds a solution, a draw is the model solved anew with its facts."""
    columns = job.columns(0, 12)
    strict = job.guarded.program.draws(columns)[0]
    meant = np.flatnonzero(np.isfinite(strict))
    assert meant.size
    draw = int(meant[0])
    changes = [
        model.change(one.quantity, float(column[draw]), **dict(one.labels))
        for one, column in zip(job.believed, columns, strict=True)
    ]
    asked = model.solve("price_target", changes=changes, company="Cambricon").value
    assert asked == pytest.approx(strict[draw], rel=1e-8)


@pytest.mark.slow
def test_the_whole_chain_has_the_same_bits_however_it_is_cut(settled):
    narrow, _ = settled
    once = narrow.block(0, 1200)
    cut = [narrow.block(*ends) for ends in ((0, 1), (1, 8), (8, 700), (700, 1200))]
    assert np.array_equal(once, np.concatenate(cut, axis=1))


def test_shares_of_one_whole_give_way_to_each_other(job):
    assert job.parts
    columns = job.columns(0, 256)
    for part in job.parts:
        total = part.rest + sum(columns[place] for place in part.members)
        assert (total <= part.limit).all()


def test_a_sum_that_stays_below_its_limit_is_left_alone_and_one_that_fills_it_goes_on_filling_it():
    low, high = np.array([0.2, 0.5]), np.array([0.3, 0.9])
    kept = kept_whole([low.copy(), high.copy()], [Whole((0, 1), 0.0, 1.0, filled=False)])
    assert [one[0] for one in kept] == [0.2, 0.3]
    assert kept[0][1] + kept[1][1] == pytest.approx(1)
    assert kept[0][1] / kept[1][1] == pytest.approx(0.5 / 0.9)
    full = kept_whole([low.copy(), high.copy()], [Whole((0, 1), 0.0, 1.0, filled=True)])
    assert full[0] + full[1] == pytest.approx(1)


def test_a_whole_is_a_plain_sum_of_facts_under_a_limit():
    from siliconomics.core import Interval, Program

    class Fact:
        def __init__(self, node):
            self.node = node

    tape = Tape()
    a, b, c = (tape.input(value, name) for value, name in ((0.4, "a"), (0.6, "b"), (2.0, "c")))
    total = tape.apply(OPERATIONS["add"], (a, b))
    answer = tape.apply(OPERATIONS["multiply"], (total, c))
    program = Program(tape, [answer], [a, b, c], {total: Interval(0, 1), answer: Interval(0, 5)})
    assert wholes(tape, program, [Fact(a), Fact(b), Fact(c)]) == (Whole((0, 1), 0.0, 1.0, filled=True),)


def test_declared_correlations_bind_and_are_told(model):
    cell = model.graph.cell("price_target", {"company": "Cambricon"})
    told = {one.quantity: one for one in study.job_of(model, [cell], 8).shared}
    assert told["chip_on_offer"].within == "chip"
    assert told["capacity_forecast_wafers_per_month"].known == "assumed"
    assert study.job_of(model, [cell], 8, declared=False).shared == ()
