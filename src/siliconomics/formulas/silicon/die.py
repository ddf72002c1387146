"""From the price of a wafer to the cost of the dies in one package."""

from siliconomics.core import formula

# -- what a wafer gives -----------------------------------------------------------------------


@formula(unit="die/wafer", source="hennessy-patterson#cost-of-a-die", possible="[0, inf)")
def good_dies_per_wafer(gross_dies_per_wafer, die_yield):
    """Dies of a wafer that work."""
    return gross_dies_per_wafer * die_yield


@formula(unit="chip/wafer", source="siliconomics#definition", possible="[0, inf)")
def gross_chips_per_wafer(gross_dies_per_wafer, dies_per_package):
    """Chips whose logic dies one wafer would fill if every die worked.

    Not the packages on a packaging wafer (packages_per_wafer).
    """
    return gross_dies_per_wafer / dies_per_package


@formula(unit="chip/wafer", source="siliconomics#definition", possible="[0, inf)")
def good_chips_per_wafer(good_dies_per_wafer, dies_per_package):
    """Chips whose logic dies one wafer fills, dies being tested before they are paired."""
    return good_dies_per_wafer / dies_per_package


# -- cost of a die ----------------------------------------------------------------------------


@formula(unit="USD/die", source="hennessy-patterson#cost-of-a-die", possible="[0, inf)")
def raw_die_cost_usd(wafer_price_usd, gross_dies_per_wafer):
    """Wafer price spread over all dies, good and bad."""
    return wafer_price_usd / gross_dies_per_wafer


@formula(unit="USD/die", source="hennessy-patterson#cost-of-a-die", possible="[0, inf)")
def good_die_cost_usd(wafer_price_usd, gross_dies_per_wafer, die_yield):
    """Wafer price spread over the dies that work."""
    return wafer_price_usd / (gross_dies_per_wafer * die_yield)


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def die_cost_usd__wafer_only(good_die_cost_usd, dies_per_package):
    """Cost of all logic dies of one package, the source's way: wafer price only."""
    return good_die_cost_usd * dies_per_package


# -- wafer sort -------------------------------------------------------------------------------


@formula(unit="USD/die", source="google-chiplets-cost-model#test-cost", possible="[0, inf)")
def wafer_sort_cost_usd(wafer_sort_time_h, wafer_sort_rate_usd_per_h):
    """Cost of testing one die on the wafer, good or bad."""
    return wafer_sort_time_h * wafer_sort_rate_usd_per_h


@formula(unit="USD/die", source="catch#known-good-die", possible="[0, inf)")
def known_good_die_cost_usd(raw_die_cost_usd, wafer_sort_cost_usd, apparent_die_yield):
    """Cost of a die that passed wafer sort, bearing the silicon and the test of those that failed.

    Bad dies that the test missed share the cost too and are lost later (shipped_die_quality).
    """
    return (raw_die_cost_usd + wafer_sort_cost_usd) / apparent_die_yield


@formula(unit="USD/chip", source="catch#known-good-die", possible="[0, inf)")
def die_cost_usd__known_good(known_good_die_cost_usd, dies_per_package):
    """Cost of all logic dies of one package with their wafer test."""
    return known_good_die_cost_usd * dies_per_package


# -- one-time cost ----------------------------------------------------------------------------


@formula(unit="USD", source="chiplet-actuary-dac2022#nre", possible="[0, inf)")
def total_nre_usd(chip_design_cost_usd, mask_set_cost_usd, package_design_cost_usd):
    """One-time cost of bringing a chip to production: design, masks, package."""
    return chip_design_cost_usd + mask_set_cost_usd + package_design_cost_usd


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#nre", possible="[0, inf)")
def nre_per_chip_usd(total_nre_usd, nre_share_borne, lifetime_chips):
    """One-time cost per chip over the chips ever made.

    The share borne is below 1 where dies or modules are reused in other chips.
    """
    return total_nre_usd * nre_share_borne / lifetime_chips
