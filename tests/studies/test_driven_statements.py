"""Statements from drivers as a study: every line with its plan and its print, what moved, and the ties."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies.statements import driven_statement, follows_drivers


@pytest.fixture(scope="module")
def model():
    return siliconomics.load(scenario="from-drivers")


@pytest.fixture(scope="module")
def iluvatar(model):
    return driven_statement(model, "Iluvatar")


def line(found, quantity, period):
    (one,) = [one for one in found.lines if one.quantity == quantity and str(one.period) == period]
    return one


def test_with_the_drivers_as_they_stand_nothing_has_moved_and_all_that_is_printed_comes_out(iluvatar):
    assert all(one.moved == 0 for one in iluvatar.lines)
    assert iluvatar.met.met == iluvatar.met.printed > 200
    assert abs(iluvatar.met.largest) < 0.16
    assert all(tie.holds for tie in iluvatar.ties)
    (note,) = iluvatar.notes
    assert note.startswith("balance sheet and cash flow by half: no source prints them")


def test_a_line_knows_its_plan_its_print_and_whether_drivers_give_it(model, iluvatar):
    cash = line(iluvatar, "cash_and_equivalents", "2027")
    assert (cash.printed, cash.forecast, cash.statement) == (1051.5, True, "balance sheet")
    opening = line(iluvatar, "cash_and_equivalents", "2025")
    assert (opening.value, opening.forecast) == (1504.7, False)
    later = model.with_changes(model.change("planned_inventory_days", 400, company="Iluvatar", year=2027))
    moved = line(driven_statement(later, "Iluvatar"), "cash_and_equivalents", "2027")
    assert moved.moved == pytest.approx(-80 * 3650.6 / 365, abs=0.1)
    assert moved.plan == cash.value


def test_halves_and_quarters_follow_where_the_source_has_them(model, iluvatar):
    assert line(iluvatar, "half_year_revenue", "2028H2").value == pytest.approx(6281.8, abs=0.1)
    assert {one.dimension for one in driven_statement(model, "MetaX").lines} == {"year", "quarter"}
    assert {one.dimension for one in driven_statement(model, "Cambricon").lines} == {"year"}
    assert {one.dimension for one in driven_statement(model, "MetaX", "quarter").lines} == {"quarter"}


def test_all_three_statements_run_by_half_and_by_quarter(model, iluvatar):
    """From the end of the last reported year on; the last part of a year is the year."""
    for found, prefix, dimension, last in (
        (iluvatar, "half_year_", "half", "H2"),
        (driven_statement(model, "MetaX"), "quarter_", "quarter", "Q4"),
    ):
        by_part = {one.statement for one in found.lines if one.dimension == dimension}
        assert by_part == {"income statement", "balance sheet", "cash flow statement", "ratios"}
        for year in ("2025", "2026", "2028"):
            whole = line(found, "cash_and_equivalents", year).value
            assert line(found, f"{prefix}cash_and_equivalents", year + last).value == pytest.approx(whole)
        flows = [one for one in found.lines if one.quantity == f"{prefix}cash_from_operations"]
        assert len(flows) == 3 * len({one.period[4:] for one in flows})
        assert all(one.forecast for one in flows)
        names = {tie.name.partition(":")[0] for tie in found.ties}
        assert {f"both sides of the balance sheet by {dimension}", f"balances roll by {dimension}"} <= names


def test_cash_that_runs_out_within_a_year_is_told_though_the_year_ends_above_nothing(model):
    """The issue of 2026 late in that year, and stock built early: the year ends with the same cash."""
    late = model.with_changes(
        model.change("assumed_half_year_share_of_owners_flows", 0.0, company="Iluvatar", half="2026H1"),
        model.change("assumed_half_year_way_of_days", 1.0, company="Iluvatar", half="2026H1"),
        model.change("assumed_half_year_share_of_spending", 3.0, company="Iluvatar", half="2026H1"),
    )
    found = driven_statement(late, "Iluvatar")
    cash = line(found, "half_year_cash_and_equivalents", "2026H1")
    assert cash.value < 0 < line(found, "cash_and_equivalents", "2026").value
    assert line(found, "cash_and_equivalents", "2026").moved == 0
    assert f"cash falls to {cash.value:,.0f} mn CNY in 2026H1" in found.notes[-1]


def test_where_the_balance_sheet_is_ours_the_notes_say_so_and_none_of_it_counts_as_printed(model):
    found = driven_statement(model, "Cambricon")
    assert any("assumed, not printed, at the end of 2025" in note and "inventories" in note for note in found.notes)
    assert any("other non current assets and by additional paid in capital" in note for note in found.notes)
    balances = [one for one in found.lines if one.statement == "balance sheet" and one.quantity != "total_equity"]
    assert all(one.printed is None and one.known == "assumed" for one in balances)


def test_a_plan_that_runs_out_of_cash_says_when_and_by_how_much(model):
    later = model.with_changes(model.change("price_cut", 0.2, chip="BI-V200", year=2027))
    (note,) = driven_statement(later, "Iluvatar", "year").notes
    cash = later.solve("cash_and_equivalents", company="Iluvatar", year=2028).value
    assert f"cash falls to {cash:,.0f} mn CNY in 2028" in note


def test_a_held_balance_shows_as_a_tie_that_does_not_hold(model):
    """A line held by hand is the user's: the gap is shown, not swallowed."""
    held = model.with_changes(model.change("cash_and_equivalents", 3000.0, company="Iluvatar", year=2026))
    missed = [tie for tie in driven_statement(held, "Iluvatar").ties if not tie.holds and tie.period == 2026]
    assert {tie.name for tie in missed} == {"both sides of the balance sheet", "cash follows from its change"}
    assert {round(abs(tie.gap), 1) for tie in missed} == {344.7}


def test_statements_reach_as_far_as_asked(model):
    years = {one.period for one in driven_statement(model, "MetaX", "year", 2037).lines}
    assert years == set(range(2025, 2038))


def test_printed_statements_do_not_follow_drivers(model):
    assert follows_drivers(model)
    assert follows_drivers(siliconomics.load(scenario="case-bear"))
    assert not follows_drivers(siliconomics.load())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Hygon",), "Cambricon, MetaX, Iluvatar"),
        (("MetaX", "year", 2050), "2026 to 2038"),
        (("MetaX", "half"), "runs by half"),
        (("MetaX", "month"), "no period 'month'"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_there_is(model, arguments, words):
    with pytest.raises(BadRequest) as refused:
        driven_statement(model, *arguments)
    assert words in str(refused.value)
