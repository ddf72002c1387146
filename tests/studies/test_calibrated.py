"""Answers name the figures below them that were set so that something published comes out."""

from siliconomics.model import load
from siliconomics.studies.calibrated import calibrated, told


def cells(model, quantity, **labels):
    return [model.graph.cell(quantity, labels)]


def test_a_target_under_the_wire_names_its_calibration_lines():
    model = load(checked=False, scenario="wired")
    found = calibrated(model, cells(model, "price_target", company="Cambricon"))
    assert {"plan_over_market", "domestic_preference", "choice_constant", "revenue_calibration"} <= set(found)
    assert "plan_over_market" in told(found)


def test_a_cost_that_rests_on_none_says_nothing():
    model = load(checked=False)
    assert told(calibrated(model, cells(model, "good_die_cost_usd", chip="910C"))) == ""


def test_every_fact_whose_note_says_that_it_was_set_or_sized_to_fit_has_a_calibrations_source():
    model = load(checked=False)
    for found in model.facts.facts.values():
        fact = found[0]
        if fact.note.lower().startswith(("set so that its planned", "sized so that")):
            assert fact.source.startswith("siliconomics#calibration"), (fact.quantity, fact.labels)
