"""Causes: what a case states is split without being moved; a single cause moves what it should and nothing else."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model.overlay import Change, find
from siliconomics.studies import cases, causes

COMPANIES = ("Cambricon", "Iluvatar", "MetaX")
INSIDE = ("case_price_cut", "case_import_displacement")


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


@pytest.fixture(scope="module")
def found(model):
    return {(one.company, one.case): one for name in COMPANIES for one in cases.cases(model, name)}


@pytest.fixture(scope="module")
def effects(model):
    return {(one.company, one.cause): one for name in COMPANIES for one in causes.effects(model, name)}


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("case", ["bull", "bear"])
def test_the_causes_inside_a_case_leave_its_value_where_it_is(model, company, case):
    under = model.under(f"case-{case}")
    inside = [change for change in find(f"case-{case}").changes if change.quantity in INSIDE]
    assert inside
    undone = under.with_changes(*(Change(one.quantity, 0.0, one.where) for one in inside))
    for quantity, labels in (
        ("price_target", {}),
        *((name, {"year": year}) for name in ("revenue", "gross_margin", "net_income") for year in (2026, 2027, 2028)),
    ):
        one, other = (each.solve(quantity, company=company, **labels).value for each in (under, undone))
        assert one == pytest.approx(other, rel=1e-12)


def test_lower_prices_inside_a_case_take_more_units_for_the_same_growth(model):
    labels = {"company": "Cambricon", "chip": "MLU 690", "year": 2027}
    bear = model.under("case-bear")
    without = bear.with_changes(Change("case_price_cut", 0.0, {"chip": "MLU 690", "year": 2026}))
    assert bear.solve("units_sold", **labels).value == pytest.approx(without.solve("units_sold", **labels).value / 0.92)


def test_with_costs_from_the_chips_up_the_price_cut_inside_a_case_costs_margin(model):
    bear = model.under("margin-from-chip-costs", "case-bear")
    without = bear.with_changes(
        *(Change("case_price_cut", 0.0, {"chip": chip, "year": 2026}) for chip in ("BI-V100", "BI-V200"))
    )
    one, other = (each.solve("gross_margin", company="Iluvatar", year=2028).value for each in (bear, without))
    assert one < other


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("case", ["bull", "bear"])
def test_the_steps_of_a_split_add_up(found, company, case):
    splits = found[company, case].splits
    assert [one.year for one in splits] == [2026, 2027, 2028]
    for one in splits:
        steps = one.demand_and_share + one.foreign_chips + one.price_cut
        assert one.base_revenue + steps == pytest.approx(one.revenue)
        assert one.base_margin + one.margin_from_price + one.margin_from_the_rest == pytest.approx(one.margin)


def test_price_competition_of_a_bear_case_explains_no_more_than_the_margin_it_states(found):
    for company in COMPANIES:
        for one in found[company, "bear"].splits:
            assert one.margin - one.base_margin < one.margin_from_price < 0
            assert 0 < 1 - one.lowest_price_index < one.price_cut_that_margin_asks


def test_the_price_cut_that_a_margin_asks_gives_that_margin(model):
    bear = model.under("case-bear")
    asked = bear.solve("price_cut_that_margin_asks", company="Cambricon", year=2026).value
    base = model.under("case-base").solve("gross_margin", company="Cambricon", year=2026).value
    assert 1 - (1 - base) / (1 - asked) == pytest.approx(0.4)


def test_export_rules_are_in_the_cases_whose_words_name_them(found):
    assert found["Iluvatar", "bear"].splits[-1].foreign_chips < 0
    assert found["MetaX", "bear"].splits[-1].foreign_chips < 0
    assert found["Cambricon", "bear"].splits[-1].foreign_chips == 0
    assert found["Cambricon", "bull"].splits[-1].foreign_chips > 0
    assert found["MetaX", "bull"].splits[-1].foreign_chips == 0


def test_the_year_of_first_profit_is_an_answer(model):
    found = {one: model.solve("first_profit_year", company=one).value for one in COMPANIES}
    assert found == {"Cambricon": 2026, "Iluvatar": 2027, "MetaX": 2026}
    bear = model.under("case-bear").solve("first_profit_year", company="MetaX").value
    assert bear == 2029  # the year after the last with drivers: none
    late = model.with_changes(model.change("forecast_net_income", -1.0, company="MetaX", year=2026))
    assert late.solve("first_profit_year", company="MetaX").value == 2027


@pytest.mark.parametrize("cause", causes.CAUSES)
def test_every_figure_of_a_single_cause_is_assumed_with_a_reason(cause):
    overlay = find(cause)
    assert overlay.based_on == ("from-drivers",)
    assert len({change.quantity for change in overlay.changes}) == 1
    assert all(change.why.startswith("Assumed") for change in overlay.changes)


def test_each_cause_moves_the_value_the_way_it_should_and_only_where_it_reaches(effects):
    for company in COMPANIES:
        assert effects[company, "export-eases"].change < 0 < effects[company, "export-tightens"].change
        assert effects[company, "price-war"].change < 0
    assert effects["Iluvatar", "foundry-closed"].change < 0
    assert not effects["Cambricon", "foundry-closed"].touches
    assert not effects["Iluvatar", "foundry-short"].touches
    assert effects["Cambricon", "foundry-short"].touches


def test_rules_move_units_and_leave_margins(effects):
    for company in COMPANIES:
        one, other = effects[company, "export-eases"], effects[company, "export-tightens"]
        assert one.gross_margin == pytest.approx(other.gross_margin, abs=1e-9)
        assert effects[company, "price-war"].gross_margin < one.gross_margin


def test_causes_stack(model):
    both = model.under("export-eases", "price-war").solve("price_target", company="Cambricon").value
    for one in ("export-eases", "price-war"):
        assert both < model.under(one).solve("price_target", company="Cambricon").value
    stacked = causes.effects(model.under("price-war"), "Cambricon", ("export-eases",))[0]
    assert stacked.value == pytest.approx(both)


def test_one_price_cut_of_all_products_is_that_cut_of_each(model):
    drivers = model.under("from-drivers")
    at_once = drivers.with_changes(Change("price_cut_of_all_products", 0.1, {"company": "Iluvatar"}))
    each = drivers.with_changes(
        *(Change("price_cut", 0.1, {"chip": chip, "year": 2026}) for chip in ("BI-V100", "BI-V200"))
    )
    one, other = (model.solve("price_target", company="Iluvatar").value for model in (at_once, each))
    assert one == pytest.approx(other)


def test_a_company_without_drivers_is_refused(model):
    with pytest.raises(BadRequest, match="Alibaba"):
        causes.effects(model, "Alibaba")
