"""The wire from wafers to targets: closed where nothing is changed, and moving the right way where something is."""

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies.market import calibration
from siliconomics.studies.market.bottom_up import bottom_up
from siliconomics.studies.market.endpoints import endpoints

pytestmark = pytest.mark.slow  # models built anew, several a test

COVERED = ("Cambricon", "MetaX", "Iluvatar")
YEARS = range(2024, 2031)


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def wired(model):
    return model.under("wired")


def value(model, quantity, **labels):
    return model.graph.value(model.graph.cell(quantity, labels))


@pytest.fixture(scope="module")
def lines(model):
    return calibration.calibrate(model)


# -- the calibration line ---------------------------------------------------------------------


@pytest.mark.parametrize("company", COVERED)
def test_with_the_facts_as_they_stand_the_published_forecast_comes_out(model, wired, company):
    unwired = model.under("margin-from-chip-costs")
    for year in (2026, 2027, 2028):
        printed = value(model, "printed_revenue", company=company, year=year)
        assert value(wired, "revenue", company=company, year=year) == pytest.approx(printed, rel=1e-6)
        for line in ("revenue", "gross_profit", "net_income"):
            before = value(unwired, line, company=company, year=year)
            after = value(wired, line, company=company, year=year)
            assert after == pytest.approx(before, rel=1e-8, abs=1e-9 * printed)  # income may be a sliver of revenue
    assert value(wired, "price_target", company=company) == pytest.approx(
        value(unwired, "price_target", company=company), rel=1e-8
    )


def test_the_lines_written_down_are_those_worked_out_anew(lines):
    assert {line.quantity for line in lines} == {name for name, _, _ in calibration.STEPS}
    for line in lines:
        assert line.written is not None, line
        assert line.value == pytest.approx(line.written, rel=1e-7, abs=1e-9), line


def test_every_planned_product_has_its_line(model, lines):
    planned = {
        tuple(labels.values())
        for labels in model.graph.every("planned_units")
        if value(model, "planned_units", **labels) is not None
    }
    found = {
        tuple(line.labels[axis] for axis in model.graph.dimensions_of("planned_units"))
        for line in lines
        if line.quantity == "plan_over_market"
    }
    assert found == planned


def test_prices_answer_nothing_while_nothing_is_changed(wired):
    for year in (2026, 2027, 2028):
        assert value(wired, "price_response", chip="MLU 690", year=year) == pytest.approx(1, abs=1e-8)


def test_in_the_base_year_all_buyers_together_choose_as_the_base_weights_say(wired):
    for labels in wired.graph.every("base_choice_weight"):
        if value(wired, "base_choice_weight", **labels) is not None:
            found = value(wired, "base_share_by_buyers", **labels)
            assert found == pytest.approx(value(wired, "base_money_share", **labels), rel=1e-8), labels


def test_the_pull_towards_local_chips_is_the_one_that_the_wanted_path_asks_for(wired):
    """Read back from the model itself: in 2030 next to all is delivered, and habit is not in the choice."""
    wanted = value(wired, "wanted_local_share_of_choice", year=2030)
    assert value(wired, "local_share_of_choice", quarter="2030Q4") == pytest.approx(wanted, abs=0.01)


def test_slow_substitution_has_a_third_of_the_pull_and_fast_that_of_two_years_later(model, wired):
    slow, fast = model.under("market-substitution-slow"), model.under("market-substitution-fast")
    for year in (2027, 2028, 2029, 2030):
        pull = value(wired, "domestic_preference", year=year)
        assert value(slow, "domestic_preference", year=year) == pytest.approx(pull / 3, abs=0.01)
        if year + 2 <= 2030:
            assert value(fast, "domestic_preference", year=year) == pytest.approx(
                value(wired, "domestic_preference", year=year + 2), abs=0.01
            )


def test_the_base_weights_add_up_to_one(wired):
    total = sum(value(wired, "base_money_weight", **labels) for labels in wired.graph.every("base_money_weight"))
    assert total == pytest.approx(1, abs=2e-4)


def test_another_scenario_is_not_calibrated(model):
    with pytest.raises(BadRequest, match="calibrated under"):
        calibration.calibrate(model.under("market-bull"))


# -- conservation -----------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["wired", "market-bull", "market-bear"])
def test_value_shares_add_up_to_one_and_money_is_neither_made_nor_lost(model, scenario):
    found = model.under(scenario)
    companies = found.graph.labels_of("company")
    for year in YEARS:
        shares = sum(value(found, "vendor_value_share", company=one, year=year) for one in companies)
        assert shares == pytest.approx(1)
        vendors = sum(value(found, "vendor_revenue_usd_bn", company=one, year=year) for one in companies)
        chips = sum(
            value(found, "chip_value_usd_bn", chip=chip, year=year) or 0.0 for chip in found.graph.labels_of("chip")
        )
        assert vendors == pytest.approx(chips)
        local = value(found, "local_chip_value_usd_bn", year=year)
        assert local + value(found, "us_chip_value_usd_bn", year=year) == pytest.approx(vendors)


def test_orders_are_all_the_money_and_deliveries_no_more_than_orders(wired):
    chips = wired.graph.labels_of("chip")
    for quarter in ("2024Q1", "2026Q3", "2030Q4"):
        shares = sum(value(wired, "order_share", chip=chip, quarter=quarter) or 0.0 for chip in chips)
        assert shares == pytest.approx(1)
        for chip in chips:
            asked = value(wired, "units_ordered", chip=chip, quarter=quarter)
            if asked is not None:
                assert value(wired, "units_delivered", chip=chip, quarter=quarter) <= asked * (1 + 1e-9)


def test_orders_of_all_buyers_are_one_whole_and_each_spends_all_its_money(wired):
    chips, buyers = wired.graph.labels_of("chip"), wired.graph.labels_of("buyer")
    for quarter, year in (("2024Q1", 2024), ("2026Q3", 2026), ("2030Q4", 2030)):
        assert sum(value(wired, "buyer_share_of_demand", buyer=who, year=year) for who in buyers) == pytest.approx(1)
        for who in buyers:
            spent = sum(value(wired, "choice_share_of_buyer", buyer=who, chip=chip, quarter=quarter) for chip in chips)
            assert spent == pytest.approx(1), who
        assert sum(value(wired, "fresh_choice_share", chip=chip, quarter=quarter) for chip in chips) == pytest.approx(1)


# -- what of a year lasts ---------------------------------------------------------------------


def test_with_the_facts_as_they_stand_all_of_the_last_forecast_year_lasts(wired):
    for company in COVERED:
        assert value(wired, "lasting_sales_index", company=company) == pytest.approx(1, abs=1e-8)
        income = value(wired, "net_income", company=company, year=2028)
        assert value(wired, "one_off_net_income", company=company, year=2028) == pytest.approx(0, abs=1e-7 * income)


def test_chips_that_waited_for_memory_and_are_sold_in_the_last_forecast_year_do_not_grow_on(model, wired):
    """Income of the year rises by the stock that is sold; what grows on from it does not."""
    late = model.under("market-cxmt-year-late")
    asked = {"company": "MetaX"}
    assert value(late, "market_units", chip="C600", year=2028) > value(wired, "market_units", chip="C600", year=2028)
    assert value(late, "net_income", **asked, year=2028) > value(wired, "net_income", **asked, year=2028)
    assert value(late, "net_income", **asked, year=2029) == pytest.approx(
        value(wired, "net_income", **asked, year=2029), rel=0.02
    )
    kept = value(late, "net_income", **asked, year=2028) - value(late, "one_off_net_income", **asked, year=2028)
    growth = value(late, "growth_after_forecast", **asked, year=2029)
    assert value(late, "net_income", **asked, year=2029) == pytest.approx(kept * (1 + growth), rel=1e-9)


def test_a_line_of_what_lasts_is_there_for_every_company_with_a_plan(model):
    planned = {labels["company"] for labels in model.graph.every("planned_units")
               if value(model, "planned_units", **labels)}  # fmt: skip
    for company in planned:
        assert value(model, "plan_lasting_sales_usd_bn", company=company) > 0, company


# -- which way it moves -----------------------------------------------------------------------


def test_the_base_knows_nothing_of_the_wire(model):
    changed = model.with_changes(model.change("stated_node_yield", 0.5, node="N+2"))
    for company in COVERED:
        assert value(changed, "price_target", company=company) == value(model, "price_target", company=company)


def test_a_better_yield_lowers_cost_and_lifts_units_and_target_of_who_needs_the_node(model, wired):
    found = model.under("market-yields-30")
    assert value(found, "manufacturing_cost_usd", chip="MLU 690") < value(
        wired, "manufacturing_cost_usd", chip="MLU 690"
    )
    assert value(found, "good_dies_made", chip="MLU 690", quarter="2027Q4") > value(
        wired, "good_dies_made", chip="MLU 690", quarter="2027Q4"
    )
    assert value(found, "price_target", company="Cambricon") > value(wired, "price_target", company="Cambricon")


def test_an_american_chip_that_comes_in_takes_orders_of_local_makers(model, wired):
    found = model.under("market-h20-allowed")
    for year in (2026, 2027):
        assert value(found, "local_chip_value_usd_bn", year=year) < value(wired, "local_chip_value_usd_bn", year=year)
    assert value(found, "price_target", company="Cambricon") < value(wired, "price_target", company="Cambricon")


def test_a_cut_wins_orders_and_rivals_answer(wired):
    changed = wired.with_changes(wired.change("price_cut", 0.2, chip="MLU 690", year=2027))
    asked = {"chip": "MLU 690", "quarter": "2027Q4"}
    assert value(changed, "order_share", **asked) > value(wired, "order_share", **asked)
    assert value(changed, "price_answer_to_rivals", chip="C600", year=2027) < 1


def test_bull_and_bear_move_shares_and_every_target(model, wired):
    bull, bear = model.under("market-bull"), model.under("market-bear")
    assert (
        value(bear, "self_sufficiency_by_value", year=2028)
        < value(wired, "self_sufficiency_by_value", year=2028)
        < value(bull, "self_sufficiency_by_value", year=2028)
    )
    for company in COVERED:
        assert value(bull, "price_target", company=company) != value(bear, "price_target", company=company)


def test_a_chip_that_lies_in_stock_does_not_become_dear_because_another_is_short(model, wired):
    slow = model.under("market-substitution-slow")
    asked = {"year": 2028}
    assert value(slow, "unmet_demand_share_at_year_end", year=2027) > value(
        wired, "unmet_demand_share_at_year_end", year=2027
    )
    assert value(slow, "price_response", chip="MLU 690", **asked) <= 1


def test_a_foreign_chip_let_in_takes_more_from_those_who_take_foreign_chips(model, wired):
    found = model.under("market-h20-allowed")
    lost = {
        who: value(wired, "local_share_of_buyer_choice", buyer=who, quarter="2027Q4")
        - value(found, "local_share_of_buyer_choice", buyer=who, quarter="2027Q4")
        for who in ("Alibaba", "government and state-owned")
    }
    assert lost["Alibaba"] > lost["government and state-owned"] > 0


# -- published figures against each other -----------------------------------------------------


def test_published_sales_leave_less_than_half_of_the_stated_path_in_2027(model):
    found = bottom_up(model)
    year = next(one for one in found.years if one.year == 2027)
    assert {sale.name for sale in year.sales} == {"Cambricon", "MetaX", "Iluvatar", "Kunlunxin", "T-Head"}
    assert year.fits(paid=False) is False
    assert year.fits(paid=True) is False
    assert year.left(paid=True) < year.left(paid=False) < 0.5


def test_a_fiscal_year_that_ends_later_is_taken_back(model):
    year = next(one for one in bottom_up(model).years if one.year == 2027)
    head = next(sale for sale in year.sales if sale.name == "T-Head")
    assert head.booked_usd_bn < 20_000 / 7 / 1000
    assert head.low_usd_bn < head.booked_usd_bn < head.high_usd_bn


def test_sales_of_one_year_come_as_booked_by_the_companies(model):
    year = next(one for one in bottom_up(model).years if one.year == 2026)
    cambricon = next(sale for sale in year.sales if sale.name == "Cambricon")
    assert cambricon.booked_usd_bn == pytest.approx(20_944.1 / 7 / 1000, rel=1e-4)
    assert cambricon.paid_usd_bn == pytest.approx(cambricon.booked_usd_bn * 1.13 / 0.95)


@pytest.fixture(scope="module")
def ends(model):
    return {(one.quantity, *one.labels.values(), one.printed): one for one in endpoints(model)}


def test_every_printed_figure_of_the_market_ends_in_one_of_three_ways(ends):
    for one in ends.values():
        assert one.status in ("reproduced", "contradicted", "unknown")
        if one.status == "reproduced":
            assert one.held_by, one
            assert one.how, one
            assert not one.against, one
        if one.status == "contradicted":
            assert one.held_by, one  # the definition under which it could hold
            assert all(other.printed for other in one.against), one
        if one.status == "unknown":
            assert not one.held_by, one
            assert one.note, one  # what would be needed
            assert one.would_give, one


def test_self_sufficiency_of_2030_is_contradicted_by_revenue_and_market_until_tax_is_put_back(ends):
    share = ends["self_sufficiency", 2030, 0.86]
    assert share.status == "contradicted"
    assert {other.line for other in share.against} == {3346, 3295}
    assert {other.together for other in share.against} == {"self_sufficiency_of_revenue_before_tax"}
    read = {(one.scenario, one.quantity): one for one in share.readings}
    assert read["base", "self_sufficiency"].value == pytest.approx(51 / 67)
    assert not read["base", "self_sufficiency"].holds
    assert read["base", "self_sufficiency_of_revenue_before_tax"].value == pytest.approx(51 * 1.13 / 67)
    assert ("wired", "self_sufficiency_by_value") in read


def test_both_sides_of_a_contradiction_name_each_other(ends):
    revenue = ends["domestic_ai_chip_revenue_usd_bn", 2030, 51.0]
    assert revenue.status == "contradicted"
    assert revenue.against[0].line == 11
    assert revenue.against[0].implied == pytest.approx(0.86 * 67)
    market = ends["china_ai_chip_tam_usd_bn", 2030, 67.0]
    assert market.against[0].implied == pytest.approx(51 / 0.86)


def test_capacities_hold_as_wafers_of_ai_chips_and_as_wafers_of_all_chips(ends):
    whole = ends["advanced_node_capacity_wafers_per_month", 2025, 8000.0]
    part = ends["advanced_node_capacity_wafers_per_month", 2025, "N+2", 22000.0]
    assert [other.line for other in whole.against] == [3042]
    assert [other.line for other in part.against] == [3323]
    assert "advanced_node_capacity_wafers_per_month_for_ai_chips" in {one.quantity for one in whole.held_by}
    assert {one.quantity for one in part.held_by} == {"advanced_node_capacity_wafers_per_month_of_one_node"}


def test_a_figure_that_only_repeats_an_input_is_called_as_printed(ends):
    assert ends["server_share_of_capex", 0.9].how == "as printed"
    assert ends["china_ai_chip_tam_cagr", 2030, 0.23].how == "computed"
    assert ends["ai_chip_yield", 2030, 0.5].how == "calibrated"


def test_what_would_give_the_breakeven_of_the_source_is_solved_within_the_range_of_the_assumption(model, ends):
    year = ends["ai_deployment_breakeven_year", 2028.0]
    assert year.status == "unknown"
    assert [one.value for one in year.readings] == [2027]
    for one in year.would_give:
        assert one.low <= one.needed <= one.high
    uplift = next(one for one in year.would_give if one.quantity == "advertising_uplift")
    changed = model.with_changes(model.change(uplift.quantity, uplift.needed, **uplift.labels))
    assert value(changed, "ai_operating_margin", year=2027) == pytest.approx(0, abs=1e-6)


def test_huawei_is_above_half_in_every_year_of_the_printed_period(ends):
    share = ends["huawei_share", 0.5]
    wired = [one for one in share.readings if one.scenario == "wired"]
    assert [one.labels["year"] for one in wired] == [2026, 2027, 2028, 2029, 2030]
    assert all(one.holds for one in wired)


def test_a_year_of_crossing_is_the_one_from_which_it_stays(ends):
    crossing = ends["local_chips_surpass_us_year", 2027.0]
    assert [one.value for one in crossing.readings if one.scenario == "wired"][-1] == 2027
    assert crossing.status == "reproduced"
