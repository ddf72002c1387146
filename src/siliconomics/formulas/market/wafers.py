"""Wafers for AI chips: dated forecasts of capacity, their mix, and who gets which share on which node.

A share is stated for the year in which it changes and holds until the next statement. Capacity between two stated year
ends is interpolated; before the first and after the last stated year a forecast is held.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, minimum, previous, total, where
from siliconomics.core.units import MONTHS_PER_QUARTER, ONE_WAFER_PER_MONTH

from ._within_year import at_middle_of_quarter

# -- one forecast -----------------------------------------------------------------------------


@formula(unit="wafer/month", source="siliconomics#interpolation", possible="[0, inf)")
def capacity_known_before(capacity_known_before, capacity_forecast_wafers_per_month):
    """Latest figure that a forecast gives up to a year."""
    return first_known(capacity_forecast_wafers_per_month, previous(capacity_known_before))


@formula(unit="wafer/month", source="siliconomics#interpolation", possible="[0, inf)")
def capacity_known_after(capacity_known_after, capacity_forecast_wafers_per_month, year):
    """Next figure that a forecast gives from a year on."""
    return first_known(capacity_forecast_wafers_per_month, at(capacity_known_after, year=year + 1))


@formula(unit="1", source="siliconomics#interpolation")
def year_known_before(year_known_before, capacity_forecast_wafers_per_month, year):
    """Year of the latest figure that a forecast gives up to a year."""
    here = year + 0 * capacity_forecast_wafers_per_month / ONE_WAFER_PER_MONTH
    return first_known(here, previous(year_known_before))


@formula(unit="1", source="siliconomics#interpolation")
def year_known_after(year_known_after, capacity_forecast_wafers_per_month, year):
    """Year of the next figure that a forecast gives from a year on."""
    here = year + 0 * capacity_forecast_wafers_per_month / ONE_WAFER_PER_MONTH
    return first_known(here, at(year_known_after, year=year + 1))


@formula(unit="wafer/month", source="siliconomics#interpolation", possible="[0, inf)")
def forecast_capacity_wafers_per_month__linear(
    capacity_forecast_wafers_per_month,
    capacity_known_before,
    capacity_known_after,
    year_known_before,
    year_known_after,
    year,
):
    """Capacity of a forecast at the end of a year: as given, else on the straight line between two years."""
    part = (year - year_known_before) / (year_known_after - year_known_before)
    between = capacity_known_before + (capacity_known_after - capacity_known_before) * part
    return first_known(capacity_forecast_wafers_per_month, between, capacity_known_before, capacity_known_after)


@formula(unit="wafer/month", source="siliconomics#interpolation", possible="[0, inf)")
def forecast_capacity_wafers_per_month__geometric(
    capacity_forecast_wafers_per_month,
    capacity_known_before,
    capacity_known_after,
    year_known_before,
    year_known_after,
    year,
):
    """Capacity of a forecast at the end of a year: as given, else growing at one rate between two years."""
    part = (year - year_known_before) / (year_known_after - year_known_before)
    between = capacity_known_before * (capacity_known_after / capacity_known_before) ** part
    return first_known(capacity_forecast_wafers_per_month, between, capacity_known_before, capacity_known_after)


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def capacity_group_share(capacity_group_share, stated_capacity_group_share):
    """Share of its group's wafers that a node has: as last stated."""
    return first_known(stated_capacity_group_share, previous(capacity_group_share))


@formula(unit="wafer/month", source="siliconomics#definition", possible="[0, inf)")
def node_forecast_wafers_per_month(forecast_capacity_wafers_per_month, capacity_group, capacity_group_share):
    """Capacity of a node at the end of a year by one forecast: its own, else its part of its group's."""
    of_group = at(forecast_capacity_wafers_per_month, node=capacity_group) * capacity_group_share
    return first_known(forecast_capacity_wafers_per_month, of_group)


# -- capacity of a node -----------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def forecast_weight_given(forecast_weight):
    """Sum of the weights of all forecasts at one node."""
    return total(first_known(forecast_weight, 0), over="forecast")


@formula(unit="1", source="siliconomics#definition", possible="(0, 1]")
def ai_wafer_share(ai_wafer_share, stated_ai_wafer_share):
    """Share of a node's wafers that goes to AI chips: as last stated."""
    return first_known(stated_ai_wafer_share, previous(ai_wafer_share))


@formula(unit="wafer/month", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def node_capacity_forecast_at_year_end(
    forecast_weight, forecast_weight_given, node_forecast_wafers_per_month, forecast_counts_ai_only, ai_wafer_share
):
    """All wafers per month of a node at the end of a year, over the forecasts that are given weight.

    A forecast that counts wafers for AI chips alone is raised to all wafers by the share of AI.
    """
    scale = forecast_counts_ai_only / ai_wafer_share + (1 - forecast_counts_ai_only)
    weighted = forecast_weight * node_forecast_wafers_per_month * scale
    summed = total(where(first_known(forecast_weight, 0) > 0, weighted, 0), over="forecast")
    return summed / forecast_weight_given


@formula(unit="wafer/month", source="siliconomics#definition", possible="[0, inf)")
def advanced_capacity_forecast_at_year_end(node_capacity_forecast_at_year_end, capacity_group_share):
    """All wafers per month of the nodes that share a group's capacity, as forecast."""
    return total(first_known(node_capacity_forecast_at_year_end * (1 + 0 * capacity_group_share), 0), over="node")


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def upstream_fill_rate(upstream_cap_wafers_per_month, advanced_capacity_forecast_at_year_end):
    """Share of the forecast capacity of advanced nodes that the steps above the foundry let start."""
    return minimum(upstream_cap_wafers_per_month / advanced_capacity_forecast_at_year_end, 1)


@formula(unit="wafer/month", source="siliconomics#definition", possible="[0, inf)")
def node_capacity_at_year_end__as_forecast(node_capacity_forecast_at_year_end):
    """All wafers per month of a node at the end of a year, taking forecasts to know what their tools allow."""
    return node_capacity_forecast_at_year_end


@formula(unit="wafer/month", source="siliconomics#definition", possible="[0, inf)")
def node_capacity_at_year_end__within_upstream_caps(
    node_capacity_forecast_at_year_end, capacity_group_share, upstream_fill_rate
):
    """The same, as far as the lowest cap above the foundry goes; a node outside the group, or a year without a cap, is free."""
    return node_capacity_forecast_at_year_end * first_known(upstream_fill_rate + 0 * capacity_group_share, 1)


@formula(unit="wafer/month", source="siliconomics#definition", possible="[0, inf)")
def wafer_capacity_per_month(node_capacity_at_year_end, calendar_year, quarter_of_year):
    """Wafers per month of a node in the middle of a quarter, on the straight line from one year end to the next."""
    start = at(node_capacity_at_year_end, year=calendar_year - 1)
    end = at(node_capacity_at_year_end, year=calendar_year)
    return at_middle_of_quarter(start, end, quarter_of_year)


@formula(unit="wafer/month", source="broker-2026-04-26#line-3042", possible="[0, inf)")
def advanced_node_capacity_wafers_per_month_of_one_node(node_capacity_at_year_end):
    """Wafers per month of one node at the end of a year, whatever chips they become."""
    return node_capacity_at_year_end


@formula(unit="wafer/month", source="broker-2026-04-26#line-3042", possible="[0, inf)")
def advanced_node_capacity_wafers_per_month_for_all_chips(node_capacity_at_year_end, capacity_group_share):
    """Wafers per month of the nodes of a group together at the end of a year, whatever chips they become."""
    return total(first_known(node_capacity_at_year_end * (1 + 0 * capacity_group_share), 0), over="node")


@formula(unit="wafer/month", source="broker-2026-04-26#line-3323", possible="[0, inf)")
def advanced_node_capacity_wafers_per_month_for_ai_chips(
    node_capacity_at_year_end, capacity_group_share, ai_wafer_share
):
    """Wafers per month of the nodes of a group together at the end of a year that become AI chips."""
    of_node = node_capacity_at_year_end * ai_wafer_share * (1 + 0 * capacity_group_share)
    return total(first_known(of_node, 0), over="node")


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def ai_wafers_of_node(wafer_capacity_per_month, ai_wafer_share, calendar_year):
    """Wafers of a node that go to AI chips in a quarter."""
    return wafer_capacity_per_month * at(ai_wafer_share, year=calendar_year) * MONTHS_PER_QUARTER


# -- allocation -------------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def vendor_wafer_share(vendor_wafer_share, stated_vendor_wafer_share):
    """Share of a node's wafers for AI chips that a vendor gets: as last stated."""
    return first_known(stated_vendor_wafer_share, previous(vendor_wafer_share))


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def allocated_wafer_share(vendor_wafer_share):
    """Share of a node's wafers for AI chips that all named vendors get; the rest goes to others."""
    return total(first_known(vendor_wafer_share, 0), over="company")


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def vendor_part_of_allocated(vendor_wafer_share, allocated_wafer_share):
    """Share of a vendor in the wafers that all named vendors get; 0 where they get none."""
    return vendor_wafer_share / where(allocated_wafer_share > 0, allocated_wafer_share, 1)


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def product_wafer_share(product_wafer_share, stated_product_wafer_share):
    """Share of its vendor's wafers on a node that goes to a product: as last stated."""
    return first_known(stated_product_wafer_share, previous(product_wafer_share))


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def allocated_product_share(product_wafer_share, sold_by):
    """Share of a vendor's wafers on a node that all its named products get; the rest goes to others of its products."""
    return total(where(first_known(sold_by, 0) > 0, first_known(product_wafer_share, 0), 0), over="chip")


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def product_part_of_allocated(product_wafer_share, allocated_product_share, chip_maker):
    """Share of a product in the wafers that its vendor's named products get; 0 where they get none."""
    given = at(allocated_product_share, company=chip_maker)
    return product_wafer_share / where(given > 0, given, 1)


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def vendor_wafers(
    ai_wafers_of_node, allocated_wafer_share, vendor_part_of_allocated, allocated_product_share, calendar_year
):
    """Wafers of a node that a vendor's named products get in a quarter, out of those that named vendors share."""
    shared = ai_wafers_of_node * at(allocated_wafer_share, year=calendar_year)
    return shared * at(vendor_part_of_allocated * allocated_product_share, year=calendar_year)


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def overseas_route_open__claimed(designer_is_listed):
    """1 where a foundry abroad makes a designer's chips, taking its word that they keep within the limits."""
    return 1 - designer_is_listed


@formula(unit="1", source="us-export-rules#Note 1 to 3A090.a, 90 FR 5298", kind="stepped", possible="[0, 1]")
def overseas_route_open__tested_low(designer_is_listed, foundry_presumption_low, calendar_year, foundry_rule_year):
    """1 where a foundry abroad may make a chip, by the policy chapter's test at the lower bounds; before the rule, listing."""
    presumed = where(calendar_year >= foundry_rule_year, foundry_presumption_low, 0)
    return 1 - maximum(designer_is_listed, presumed)


@formula(unit="1", source="us-export-rules#Note 1 to 3A090.a, 90 FR 5298", kind="stepped", possible="[0, 1]")
def overseas_route_open__tested_high(designer_is_listed, foundry_presumption_high, calendar_year, foundry_rule_year):
    """1 where a foundry abroad may make a chip, by the policy chapter's test at the upper bounds; before the rule, listing."""
    presumed = where(calendar_year >= foundry_rule_year, foundry_presumption_high, 0)
    return 1 - maximum(designer_is_listed, presumed)


@formula(unit="wafer", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def wafers_started(
    vendor_wafers, product_part_of_allocated, chip_maker, calendar_year, is_foreign_node, overseas_route_open
):
    """Wafers started for a product on a node in a quarter; on a foreign node only as far as the route is open."""
    allowed = where(is_foreign_node > 0, overseas_route_open, 1)
    return at(vendor_wafers, company=chip_maker) * at(product_part_of_allocated, year=calendar_year) * allowed


# -- dies -------------------------------------------------------------------------------------


@formula(unit="die/wafer", source="siliconomics#definition", possible="[0, inf)")
def supply_gross_dies_per_wafer(gross_dies_per_wafer, assumed_gross_dies_per_wafer):
    """Dies of a wafer, good and bad: by the silicon chapter, else as assumed for supply."""
    return first_known(gross_dies_per_wafer, assumed_gross_dies_per_wafer)


@formula(unit="die", source="siliconomics#definition", possible="[0, inf)")
def good_dies_of_node(wafers_started, supply_gross_dies_per_wafer, node_die_yield):
    """Good dies of a product that a node gives in a quarter: of the wafers started in the quarter before.

    Those of the first quarter stand for the quarter before it.
    """
    return first_known(previous(wafers_started), wafers_started) * supply_gross_dies_per_wafer * node_die_yield


@formula(unit="die", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def good_dies_made(good_dies_of_node, made_on):
    """Good dies of a product that come out in a quarter, on all nodes that make it; 0 where none does."""
    return total(where(first_known(made_on, 0) > 0, good_dies_of_node, 0), over="node")
