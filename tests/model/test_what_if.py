"""A what-if keeps what its changes cannot reach, and says the same as a model built anew."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siliconomics.core import BadRequest
from siliconomics.model import Model, load
from siliconomics.model.overlay import Change

QUESTIONS = (
    ("price_target", {"company": "Cambricon"}),
    ("revenue", {"company": "Cambricon"}),
    ("net_income", {"company": "Cambricon"}),
    ("package_cost_usd", {"chip": "MLU 690"}),
)
CHANGES = (
    ("price_cut", 0.0, 0.5, {"chip": "MLU 590", "year": 2027}),  # unknown before: opens a branch
    ("planned_units", 0.0, 3e5, {"company": "Cambricon", "chip": "MLU 690", "year": 2028}),  # an input: moves
    ("die_yield", 0.1, 0.9, {"chip": "MLU 690"}),  # a result: its formula goes
    ("risk_free_rate", 0.01, 0.05, {}),  # an input of everything
    ("planned_tax_rate", 0.0, 0.3, {"company": "Cambricon"}),  # a result, for every year
)


@pytest.fixture(scope="module")
def model() -> Model:
    found = load(scenario="margin-from-chip-costs", checked=False)
    figures(found)
    return found


def figures(model: Model) -> list[object]:
    return [
        (name, record.labels, record.value, record.known)
        for name, where in QUESTIONS
        for record in model.solve(name, **where)
    ]


def anew(model: Model) -> Model:
    return Model(model.facts, model.formulas, model.scenarios, model._changes)


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.floats(0, 1)), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_a_what_if_equals_a_model_built_anew(model: Model, picked) -> None:
    changes = [model.change(name, low + at * (high - low), **where) for (name, low, high, where), at in picked]
    first = model.with_changes(*changes)
    assert figures(first) == figures(anew(first))
    chained = model
    for change in changes:
        chained = chained.with_changes(change)
    assert figures(chained) == figures(first)


def test_the_second_what_if_of_an_input_says_its_own_value_and_reason(model: Model) -> None:
    for value in (0.25, 0.3):
        what_if = model.with_changes(model.change("die_yield", value, why=f"try {value}", chip="MLU 690"))
        answer = what_if.solve("price_target", company="Cambricon")
        cell = what_if.graph.cell("die_yield", {"chip": "MLU 690"})
        assert what_if.graph.value(cell) == value
        assert cell.given.origin.why == f"try {value}"
        assert cell in what_if.graph.below(answer.records[0].cell)
        fresh = anew(what_if).solve("price_target", company="Cambricon").sensitivities()
        slopes = {(one.quantity, *one.labels.values()): (one.value, one.slope, one.known) for one in fresh}
        for one in answer.sensitivities():
            value, slope, known = slopes.pop((one.quantity, *one.labels.values()))
            assert (one.value, one.known) == (value, known)
            assert one.slope == pytest.approx(slope, rel=1e-9, abs=1e-12)
        assert not slopes


def test_a_what_if_leaves_the_model_it_departs_from_as_it_was(model: Model) -> None:
    before = figures(model)
    what_if = model.with_changes(model.change("die_yield", 0.9, chip="MLU 690"))
    figures(what_if)
    what_if.solve("price_target", company="MetaX")  # grows the tape of the copy
    model.solve("price_target", company="Iluvatar")  # and that of the original
    assert figures(model) == before


def test_a_change_that_leaves_arithmetic_without_a_result_is_told_as_a_fresh_model_tells_it(model: Model) -> None:
    for value in (1e5, 0.0, 2e5):
        what_if = model.with_changes(model.change("planned_units", value, company="Cambricon"))
        assert figures(what_if) == figures(anew(what_if))
        assert what_if.solve("price_target", company="Cambricon").records[0].missing == (
            anew(what_if).solve("price_target", company="Cambricon").records[0].missing
        )


def test_an_impossible_result_is_refused_by_a_what_if_too(model: Model) -> None:
    def ask(model: Model) -> None:
        model.solve("price_target", company="Cambricon")

    ask(model.with_changes(model.change("beta", 1.0, company="Cambricon")))
    too_much = model.with_changes(Change("beta", 40.0, {"company": "Cambricon"}))
    with pytest.raises(BadRequest) as fresh:
        ask(anew(too_much))
    with pytest.raises(BadRequest) as quick:
        ask(too_much)
    assert "cost_of_equity" in str(quick.value)
    assert str(quick.value).split(".")[0] == str(fresh.value).split(".")[0]
