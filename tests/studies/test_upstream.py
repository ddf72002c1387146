"""Above the foundry: caps add up by step, the lowest binds, and what is unknown is said."""

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import upstream as study


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


def step(model, name, year):
    return next(one for one in study.steps(model, year) if one.step == name)


def logic_wafers(chips, die_yield):
    """Wafers a month whose dies chips of two dies take, at 78 dies a wafer."""
    return chips * 2 / (78 * die_yield) / 12


def test_every_step_of_the_lost_map_has_a_row_at_home_and_most_abroad(model):
    regions = {}
    for one in study.entries(model):
        regions.setdefault(one.values["step"], set()).add(one.values["region"])
    assert {"lithography", "inspection", "etch", "deposition", "design_tools", "memory"} <= {
        name for name, found in regions.items() if found == {"abroad", "domestic"}
    }


def test_the_cap_of_memory_is_the_wafers_that_stacks_are_enough_for(model):
    stock, cxmt = step(model, "memory", 2025), step(model, "memory", 2026)
    assert stock.cap == pytest.approx(logic_wafers(13e6 / 8, 0.3), abs=1)
    assert (stock.low, stock.high) == pytest.approx((logic_wafers(13e6 / 8, 0.5), logic_wafers(13e6 / 8, 0.2)), abs=1)
    assert cxmt.cap == pytest.approx(logic_wafers(2e6 / 8, 0.3), abs=1)


def test_the_cap_of_lithography_is_that_of_its_assumptions(model):
    assert step(model, "lithography", 2026).cap == pytest.approx(60 * 275 * 0.6 * 720 / 45, abs=1)
    assert step(model, "lithography", 2026).known == "assumed"


def test_caps_rest_on_figures_or_say_that_they_are_assumed_with_a_range(model):
    for one in study.entries(model):
        if one.values["cap_wafers_per_month"] is not None:
            low, cap, high = (one.values[name] for name in ("cap_low", "cap_wafers_per_month", "cap_high"))
            assert low <= cap <= high
            assert one.known in ("derived", "assumed")
            assert one.values["needed"], one.id


def test_the_lowest_cap_binds_and_the_shortfall_is_what_lies_above_it(model):
    (found,) = study.bind(model, "own", {2026: 13_000}, "ai")
    assert (found.binding, found.sure) == ("memory", True)
    assert found.short == pytest.approx(13_000 - found.cap)
    assert found.lifted == "2027"


def test_a_forecast_below_every_cap_is_bound_by_none_and_unknown_steps_are_named(model):
    (found,) = study.bind(model, "own", {2026: 1_000}, "ai")
    assert (found.binding, found.short) == ("", None)
    assert {"inspection", "design_tools"} <= set(found.unknown)


def test_memory_caps_chips_for_ai_and_not_a_node(model):
    (node,) = study.bind(model, "own", {2026: 22_000}, "node")
    assert node.binding == ""
    assert study.bind(model, "own", {2026: 22_000}, "ai")[0].binding == "memory"


def test_more_wafers_are_never_less_short(model):
    shorts = [study.bind(model, "own", {2026: wafers}, "ai")[0].short or 0 for wafers in (0, 2_000, 9_000, 90_000)]
    assert shorts == sorted(shorts)


def test_published_forecasts_are_held_against_the_caps(model):
    assert study.forecasts(model, "ai")["MS 2025-09-07"] == {2025: 7_000, 2026: 13_000, 2027: 18_000}
    assert study.forecasts(model, "node")["MS 2025-10-21"] == {2025: 22_000, 2026: 42_000}


def test_an_impossible_capacity_is_refused(model):
    for wafers in (-1.0, float("nan"), float("inf")):
        with pytest.raises(BadRequest, match="impossible"):
            study.bind(model, "own", {2026: wafers}, "ai")
    with pytest.raises(BadRequest, match="scope"):
        study.bind(model, "own", {2026: 1}, "gpu")


def test_smic_spends_nearly_all_that_it_sells(model):
    ratios = {one.labels["year"]: one.value for one in model.solve("foundry_capex_to_revenue", foundry="SMIC")}
    assert ratios[2022] == pytest.approx(6.35 / 7.2733)
    assert ratios[2025] == pytest.approx(8.1 / 9.3268)
    assert min(ratios[year] for year in (2022, 2023, 2024, 2025)) > 0.8  # the source's title: it remains high
    assert model.solve("foundry_capex_to_revenue", foundry="SMIC", year=2023).known == "estimated"


# -- the caps and the ramp of supply ----------------------------------------------------------


def value(model, quantity, **labels):
    return model.graph.value(model.graph.cell(quantity, labels))


def test_supply_reads_the_lowest_cap_of_the_register(model):
    assert value(model, "upstream_cap_wafers_per_month", year=2027) == step(model, "lithography", 2027).cap


def test_caps_bind_advanced_nodes_only_where_they_are_asked_to(model):
    low = model.with_changes(model.change("upstream_cap_wafers_per_month", 20_000))
    asked = low.under("upstream-caps")
    for node in ("N+2", "N+3"):
        forecast = value(model, "node_capacity_at_year_end", node=node, year=2028)
        assert value(low, "node_capacity_at_year_end", node=node, year=2028) == forecast
        assert value(asked, "node_capacity_at_year_end", node=node, year=2028) < forecast
    together = sum(value(asked, "node_capacity_at_year_end", node=node, year=2028) for node in ("N+2", "N+3"))
    assert together == pytest.approx(20_000)
    assert value(asked, "node_capacity_at_year_end", node="N+1", year=2028) == value(
        model, "node_capacity_at_year_end", node="N+1", year=2028
    )


def test_a_cap_that_is_far_off_changes_nothing(model):
    asked = model.under("upstream-caps")
    for year in (2024, 2027, 2030):
        assert value(asked, "node_capacity_at_year_end", node="N+2", year=year) == pytest.approx(
            value(model, "node_capacity_at_year_end", node="N+2", year=year)
        )


def test_a_forecast_of_capacity_is_the_row_of_the_register(model):
    row = next(
        one for one in model.facts.registers["vintages"].entries
        if one.about == "MS 2026-04-26" and one.date == "2028"
        and one.values["quantity"] == "vintage_node_capacity_wafers_per_month"
    )  # fmt: skip
    labels = {"forecast": "broker 2026-04 advanced", "node": "advanced", "year": 2028}
    assert value(model, "capacity_forecast_wafers_per_month", **labels) == row.values["value"] == 42_000


def test_a_card_that_names_no_vintage_of_the_register_is_refused(tmp_path):
    folder = tmp_path / "capacity_forecasts"
    folder.mkdir()
    (folder / "mine.toml").write_text(
        'name = "mine"\npublisher = "me"\npublished = 2026-11-25\ncounts = "All wafers."\n'
        'vintage = "MS 2026-04-62"\nfigures = "vintage_node_capacity_wafers_per_month"\nnode = "advanced"\n',
        encoding="utf-8",
    )
    with pytest.raises(BadRequest, match="MS 2026-04-62"):
        load(facts=[tmp_path], checked=False)
