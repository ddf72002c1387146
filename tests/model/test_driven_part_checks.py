"""Balance sheets by half and quarter must tie: each check finds its seeded defect, with the gap, and says which."""

import pytest

import siliconomics
from siliconomics.core import formula
from siliconomics.core.operators import at, previous, where
from siliconomics.model import Model, checks, driven_part_checks


@pytest.fixture(scope="module")
def model():
    return siliconomics.load(checked=False)


@pytest.fixture
def with_defect(model):
    """The model with one formula written wrongly."""

    def build(function):
        spoilt = function.__formula__
        return Model(model.facts, [spoilt if one.name == spoilt.name else one for one in model.formulas])

    return build


def found_in(model):
    """What each check says, by its name."""
    every = {check.__name__: list(check(model)) for check in driven_part_checks.DRIVEN_PART_CHECKS}
    return {name: problems for name, problems in every.items() if problems}


@formula(unit="mn reporting_currency", source="test#1")
def half_year_working_capital_change(half_year_operating_working_capital):
    """Turns the sign: what is tied up flows in."""
    return half_year_operating_working_capital - previous(half_year_operating_working_capital)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def quarter_property_plant_equipment(
    quarter_property_plant_equipment,
    quarter_capital_expenditure,
    property_plant_equipment,
    calendar_year,
    quarters_left,
):
    """Nothing wears off within a year."""
    rolled = previous(quarter_property_plant_equipment) - quarter_capital_expenditure
    return where(quarters_left > 0, rolled, at(property_plant_equipment, year=calendar_year))


@formula(unit="mn reporting_currency", source="test#1")
def half_year_trade_receivables(half_year_revenue):
    """A plug: half of what was sold in the half year, whatever the year closes with."""
    return half_year_revenue / 2


@formula(unit="mn reporting_currency", source="test#1")
def half_year_net_change_in_cash(half_year_cash_from_operations, half_year_cash_from_investing):
    """Forgets what owners put in."""
    return half_year_cash_from_operations + half_year_cash_from_investing


def test_the_library_ties_and_the_default_build_asks(model):
    assert found_in(model) == {}
    assert set(driven_part_checks.DRIVEN_PART_CHECKS) <= set(checks.CHECKS)


def test_every_kind_of_tie_is_looked_at_for_both_companies(model):
    driven = Model(model.facts, model.formulas, "from-drivers")
    for company, dimension, parts in (("Iluvatar", "half", 6), ("MetaX", "quarter", 12)):
        every = driven_part_checks.part_ties(driven, company)
        gaps = [one for one in every if int(one.period[:4]) <= 2028]
        assert sum(one.name == f"both sides of the balance sheet by {dimension}" for one in gaps) == parts
        rolled = [one for one in gaps if one.name.startswith(f"balances roll by {dimension}")]
        assert len(rolled) == parts * len(driven_part_checks.ROLLS)
    assert list(driven_part_checks.part_ties(driven, "Cambricon")) == []


def test_a_turned_sign_of_working_capital_opens_the_balance_and_is_named(with_defect):
    found = found_in(with_defect(half_year_working_capital_change))
    words = [one.what for one in found["driven_parts_balance"]]
    assert words[0].startswith("balance sheet of Iluvatar 2026H1 does not balance: gap -1,249.6 mn CNY")
    assert any(
        one.what.startswith("operating_working_capital of Iluvatar 2026H1") for one in found["driven_parts_roll"]
    )


def test_assets_that_never_wear_off_within_a_year_are_named(with_defect):
    found = found_in(with_defect(quarter_property_plant_equipment))
    assert set(found) == {"driven_parts_balance", "driven_parts_roll"}
    (rolled,) = found["driven_parts_roll"]
    assert rolled.what.startswith("property_plant_equipment of MetaX 2026Q1 does not roll: gap -45 mn CNY")
    assert "does not balance" in found["driven_parts_balance"][0].what


def test_a_last_half_that_does_not_close_as_the_year_is_named(with_defect):
    found = found_in(with_defect(half_year_trade_receivables))
    words = [one.what for one in found["driven_parts_close_at_the_year"]]
    assert any(one.startswith("trade_receivables of Iluvatar 2026H2 does not close as the year") for one in words)
    assert all("MetaX" not in one for one in words)


def test_a_flow_that_the_change_of_cash_forgets_opens_the_balance(with_defect):
    """The issue of January 2026 is 3,340.4 (Exhibit 32)."""
    found = found_in(with_defect(half_year_net_change_in_cash))
    words = [one.what for one in found["driven_parts_balance"]]
    assert words[0].startswith("balance sheet of Iluvatar 2026H1 does not balance: gap +3,340")
    assert "half_year" in found["driven_parts_balance"][0].where
