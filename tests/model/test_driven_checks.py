"""Statements from drivers must tie: each check finds its seeded defect, with the gap, and says which."""

import dataclasses

import pytest

import siliconomics
from siliconomics.core import formula
from siliconomics.core.operators import previous, where
from siliconomics.core.units import DAYS_PER_YEAR
from siliconomics.model import Model, checks, driven_checks


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
    every = {check.__name__: list(check(model)) for check in driven_checks.DRIVEN_CHECKS}
    return {name: problems for name, problems in every.items() if problems}


# -- formulas written wrongly -----------------------------------------------------------------


@formula(unit="mn reporting_currency", source="test#1")
def operating_working_capital(trade_receivables, other_current_assets, trade_payables, other_current_liabilities):
    """Forgets inventories."""
    return trade_receivables + other_current_assets - trade_payables - other_current_liabilities


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def capital_expenditure__from_drivers(
    planned_capital_expenditure_share, revenue, printed_capital_expenditure, year, driver_base_year
):
    """Turns the sign: spending flows in."""
    return where(year > driver_base_year, planned_capital_expenditure_share * revenue, printed_capital_expenditure)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def property_plant_equipment__from_drivers(
    property_plant_equipment, capital_expenditure, printed_property_plant_equipment, year, driver_base_year
):
    """Nothing wears off."""
    rolled = previous(property_plant_equipment) - capital_expenditure
    return where(year > driver_base_year, rolled, printed_property_plant_equipment)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def cash_and_equivalents__from_drivers(cash_and_equivalents, printed_cash_and_equivalents, year, driver_base_year):
    """Cash stays, whatever flows."""
    return where(year > driver_base_year, previous(cash_and_equivalents), printed_cash_and_equivalents)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def share_issuance__from_drivers(printed_share_issuance, year, driver_base_year):
    """No issue, whatever book says."""
    return where(year > driver_base_year, 0, printed_share_issuance)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def retained_earnings__from_drivers(retained_earnings, net_income, printed_retained_earnings, year, driver_base_year):
    """Dividends are not taken off."""
    return where(year > driver_base_year, previous(retained_earnings) + net_income, printed_retained_earnings)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def trade_receivables__from_drivers(revenue, printed_trade_receivables, year, driver_base_year):
    """A plug: whatever number of days."""
    return where(year > driver_base_year, revenue / DAYS_PER_YEAR, printed_trade_receivables)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def quarter_revenue__from_drivers(
    quarter_revenue,
    planned_quarter_share_of_revenue,
    revenue,
    printed_quarter_revenue,
    calendar_year,
    driver_base_year,
):
    """Every quarter as printed, so that they no longer make the year once it moves."""
    return where(calendar_year > driver_base_year, printed_quarter_revenue * 2, printed_quarter_revenue)


@formula(unit="mn reporting_currency", source="test#1", kind="stepped")
def half_year_cost_of_goods_sold__from_drivers(
    half_year_revenue, printed_half_year_cost_of_goods_sold, year_of_half, driver_base_year
):
    """A cost for each half that has nothing to do with the year's."""
    return where(year_of_half > driver_base_year, half_year_revenue, printed_half_year_cost_of_goods_sold)


# -- each is found ----------------------------------------------------------------------------


def test_the_library_ties_and_the_default_build_asks(model):
    assert found_in(model) == {}
    assert set(driven_checks.DRIVEN_CHECKS) <= set(checks.CHECKS)
    assert checks.problems_of(model) == []


def test_a_balance_that_the_cash_flow_forgets_opens_a_gap_and_is_named(with_defect):
    """Iluvatar's inventories of 2026 grow from 709.8 to 1,631.1 (Exhibit 32)."""
    found = found_in(with_defect(operating_working_capital))
    assert set(found) == {"driven_balance_sheets_balance", "driven_parts_make_the_year"}  # halves do not forget it
    (problem,) = [one for one in found["driven_balance_sheets_balance"] if "Iluvatar" in one.what]
    assert "does not balance: gap -921.3 mn CNY" in problem.what
    assert "2026" in problem.what
    assert "movement of inventories" in problem.why
    assert "driven_balance_sheet.py" in problem.where
    assert len(found["driven_balance_sheets_balance"]) == 3  # each company once, in its first year


def test_a_turned_sign_of_spending_is_found_where_fixed_assets_cannot_hide_it(with_defect):
    """Turned in the flow, fixed assets roll with it: both sides agree, and the balance falls below nothing."""
    spoilt = with_defect(capital_expenditure__from_drivers)
    found = found_in(spoilt)
    assert set(found) == {"driven_flows_have_their_signs"}
    words = [one.what for one in found["driven_flows_have_their_signs"]]
    assert "driven capital_expenditure of Iluvatar 2026 has the wrong sign: +200 mn CNY" in words


def test_assets_that_never_wear_off_are_found_twice(with_defect):
    found = found_in(with_defect(property_plant_equipment__from_drivers))
    assert set(found) == {"driven_balance_sheets_balance", "driven_assets_and_debt_roll"}
    words = next(one.what for one in found["driven_assets_and_debt_roll"] if "Iluvatar" in one.what)
    assert "fixed assets roll does not hold: gap -100 mn CNY" in words


def test_cash_that_ignores_the_flows_is_found(with_defect):
    found = found_in(with_defect(cash_and_equivalents__from_drivers))
    assert set(found) == {"driven_balance_sheets_balance", "driven_cash_ties"}
    assert any(
        "cash follows from its change" in one.what and "gap +1,150.6" in one.what for one in found["driven_cash_ties"]
    )


def test_an_issue_that_book_shows_and_cash_does_not_is_found(with_defect):
    found = found_in(with_defect(share_issuance__from_drivers))
    assert {"driven_balance_sheets_balance", "driven_equity_rolls"} <= set(found)
    assert any("clean surplus" in one.what and "gap -3,340.4" in one.what for one in found["driven_equity_rolls"])


def test_dividends_that_leave_no_line_of_equity_are_found(with_defect):
    """Cambricon's income and book of 2026 imply that 498.3 was paid out."""
    found = found_in(with_defect(retained_earnings__from_drivers))
    assert set(found) == {"driven_equity_rolls"}
    words = [one.what for one in found["driven_equity_rolls"] if "Cambricon 2026" in one.what]
    assert any("retained earnings roll" in one and "gap -498.3" in one for one in words)
    assert any("equity is its lines" in one and "gap +498.3" in one for one in words)


def test_receivables_of_any_size_keep_the_balance_because_cash_pays_for_them(with_defect):
    """Not a defect of the ties: an odd plan moves cash, never the balance."""
    assert found_in(with_defect(trade_receivables__from_drivers)) == {}


def test_quarters_that_do_not_make_the_year_are_found(with_defect):
    found = found_in(with_defect(quarter_revenue__from_drivers))
    assert set(found) == {"driven_parts_make_the_year"}
    problem = found["driven_parts_make_the_year"][0]
    assert "revenue of MetaX 2026 is not the sum of its driven quarters: gap +4,029.9 mn CNY" in problem.what


def test_halves_that_do_not_make_the_year_are_found(with_defect):
    found = found_in(with_defect(half_year_cost_of_goods_sold__from_drivers))
    assert set(found) == {"driven_parts_make_the_year"}
    assert "cost_of_goods_sold of Iluvatar 2026 is not the sum of its driven halves" in (
        found["driven_parts_make_the_year"][0].what
    )


@pytest.mark.parametrize(
    ("quantity", "by", "gap"),
    [("inventories", 50.0, "-50"), ("short_term_debt", 30.0, "+30"), ("retained_earnings", 9.0, "+9")],
)
def test_a_balance_sheet_that_opens_untied_is_found(model, quantity, by, gap):
    key = (quantity, "Iluvatar", 2025)
    spoilt = dataclasses.replace(model.facts.facts[key][0], value=model.facts.facts[key][0].value + by)
    totals = {  # the totals are printed too; a spoilt one shows as well
        (total, "Iluvatar", 2025): [] for total in ("total_assets", "total_liabilities", "current_assets")
    }
    facts = dataclasses.replace(model.facts, facts={**model.facts.facts, **totals, key: [spoilt]})
    facts.facts = {key: found for key, found in facts.facts.items() if found}
    found = found_in(Model(facts, model.formulas))
    assert set(found) == {"driven_balance_sheets_open_tied"}
    (problem,) = found["driven_balance_sheets_open_tied"]
    assert f"gap {gap} mn CNY" in problem.what
    assert "opens" in problem.what
    assert "rounding allows 0.7" in problem.why
