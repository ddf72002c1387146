"""What stands above the foundry: its spending on tools, and the fewest dies a wafer can hold."""

from siliconomics.core import formula
from siliconomics.core.operators import count, maximum, pi, sqrt


@formula(unit="1", source="broker-2026-04-26#exhibit-83", possible="[0, inf)")
def foundry_capex_to_revenue(foundry_capex_usd_bn, foundry_revenue_usd_bn):
    """What a foundry spends on plant and tools over what it sells: above a half it is building far ahead of sales."""
    return foundry_capex_usd_bn / foundry_revenue_usd_bn


@formula(unit="die/wafer", source="chiplet-actuary-dac2022#dies-per-wafer", kind="stepped", possible="[0, inf)")
def least_dies_per_wafer(
    wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, reticle_short_side_mm, reticle_long_side_mm
):
    """Dies of the largest field a scanner prints, by the lowest of the usual counts: fewer are no dies of one field."""
    side = sqrt(reticle_short_side_mm * reticle_long_side_mm) + scribe_width_mm
    inner = wafer_diameter_mm - 2 * wafer_edge_exclusion_mm
    return count(maximum(pi * (inner / 2) ** 2 / side**2 - pi * inner / sqrt(2 * side**2), 0), "die/wafer")
