"""Actuals where statements follow from drivers: the base rolled, and a bridge that adds up to the model so rolled."""

import math

import pytest

import siliconomics
from siliconomics.facts import LIBRARY
from siliconomics.facts.reader import read
from siliconomics.model import Model
from siliconomics.studies.actuals import actuals

HALF = (
    ("half_year_revenue", "2026H1", 1050.0),
    ("half_year_net_income", "2026H1", -380.0),
)
YEAR = (
    ("forecast_revenue", 2026, 3200.0),
    ("forecast_net_income", 2026, -200.0),
    ("forecast_total_equity", 2026, 5500.0),
)


@pytest.fixture(scope="module")
def formulas():
    return siliconomics.load(checked=False).formulas


@pytest.fixture
def reported(tmp_path, formulas):
    def build(*observed, scenario="from-drivers"):
        (tmp_path / "sources.toml").write_text('[results]\ntitle = "Results"\nkind = "filing"\n')
        text = ""
        for quantity, period, number in observed:
            axis = f", year = {period}" if isinstance(period, int) else f', half = "{period}"' if period else ""
            text += (
                f'[[observed]]\nquantity = "{quantity}"\nlabels = {{ company = "Iluvatar"{axis} }}\nvalue = {number}\n'
                f'unit = "{"mn CNY" if period else "mn share"}"\nknown = "reported"\nsource = "results#page-3"\n'
                "as_of = 2027-03-28\n\n"
            )
        (tmp_path / "results.toml").write_text(text)
        return Model(read([LIBRARY, tmp_path]), formulas, scenario)

    return build


@pytest.fixture(scope="module")
def plain(formulas):
    return Model(read([LIBRARY]), formulas, "from-drivers")


def test_a_reported_year_becomes_the_one_from_which_drivers_start(plain, reported):
    model = reported(*YEAR)
    bridge = actuals(model, "Iluvatar").bridge
    assert bridge.old == plain.solve("price_target", company="Iluvatar").value
    rolled = model.with_changes(
        model.change("last_reported_year", 2026, company="Iluvatar"),
        model.change("stated_net_distribution", 0.0, company="Iluvatar", year=2027),
    )
    assert bridge.new == pytest.approx(rolled.solve("price_target", company="Iluvatar").value, rel=1e-12)
    assert math.fsum(step.change for step in bridge.steps) == pytest.approx(bridge.new - bridge.old, abs=1e-9)
    assert {one.quantity: one.new for one in bridge.rolled} == {
        "last_reported_year": 2026,
        "stated_net_distribution": 0,
    }
    assert any(step.name == "total equity 2026" for step in bridge.steps)


def test_the_drivers_as_they_stand_and_the_printed_year_are_one(reported):
    """What the drivers make of 2026 is what is printed of it, so the roll alone brings nothing."""
    steps = {step.name: step.change for step in actuals(reported(*YEAR), "Iluvatar").bridge.steps}
    assert steps.get("the year as printed in the drivers' place", 0.0) == pytest.approx(0, abs=1e-3)
    bear = {step.name: step.change for step in actuals(reported(*YEAR, scenario="case-bear"), "Iluvatar").bridge.steps}
    assert bear["the year as printed in the drivers' place"] > 100  # the year was not the case's


def test_a_reported_half_moves_the_income_of_its_year(plain, reported):
    bridge = actuals(reported(*HALF), "Iluvatar").bridge
    (rolled,) = bridge.rolled
    assert (rolled.quantity, rolled.year) == ("net_income_of_drivers", 2026)
    assert rolled.new - rolled.old == pytest.approx(-380.0 + 410.6)
    held = plain.change("net_income_of_drivers", rolled.new, company="Iluvatar", year=2026)
    expected = plain.solve("price_target", changes=(held,), company="Iluvatar").value
    assert bridge.new == pytest.approx(expected, rel=1e-12)
    assert [step.name for step in bridge.steps] == ["net income 2026"]


def test_more_shares_are_a_step_under_drivers_too(plain, reported):
    bridge = actuals(reported(("valuation_shares", "", 300.0)), "Iluvatar").bridge
    (step,) = bridge.steps
    assert step.name == "valuation shares"
    old = plain.solve("price_target", company="Iluvatar").value
    before = plain.solve("valuation_shares", company="Iluvatar").value
    assert bridge.new == pytest.approx(old * before / 300.0)


def test_the_counts_of_shares_are_valued_at_the_restated_target(reported):
    found = actuals(reported(*YEAR), "Iluvatar")
    assert found.counts[0].value == pytest.approx(found.bridge.new)
