"""Capital: what is bought for one chip, and what it costs a year to have it."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, where
from siliconomics.core.units import ONE_YEAR, WATTS_PER_KW

_TCO = "uptime-koomey-tco#separate lives of building and servers"
_ANNUITY = "uptime-koomey-tco#capital recovery factor"

# -- what is bought ---------------------------------------------------------------------------------


@formula(unit="USD/chip", source="siliconomics#definition", kind="stepped", possible="(0, inf)")
def chip_price_at_site_usd(market_price_usd, original_price_usd, buys_at_china_price):
    """Price of a chip where it is to stand: what a large buyer in China pays, elsewhere the price before import."""
    return where(buys_at_china_price > 0.5, market_price_usd, original_price_usd)


@formula(unit="USD/chip", source=_TCO, possible="(0, inf)")
def equipment_cost_per_chip_usd(
    chip_price_at_site_usd, spare_share, server_cost_per_chip_usd, storage_cost_per_chip_usd, network_cost_share
):
    """Chip with its spares, its share of a server and of storage, and of the network (a share of all equipment)."""
    bought = (chip_price_at_site_usd + server_cost_per_chip_usd) * (1 + spare_share) + storage_cost_per_chip_usd
    return bought / (1 - network_cost_share)


@formula(unit="USD/chip", source="siliconomics#definition", possible="[0, inf)")
def migration_cost_per_chip_usd(software_migration_usd_per_chip, usual_software_migration_usd_per_chip):
    """Porting, tuning and testing software for a chip that is not what it was written for, spread over its chips."""
    return first_known(software_migration_usd_per_chip, usual_software_migration_usd_per_chip)


@formula(unit="USD/kW", source="siliconomics#definition", possible="(0, inf)")
def facility_cost_usd_per_kw(quoted_facility_cost_usd_per_kw, facility_cost_cny_per_kw, cny_per_usd):
    """Building, power and cooling for one kW at the machines: as quoted in dollars, else converted from yuan."""
    return first_known(quoted_facility_cost_usd_per_kw, facility_cost_cny_per_kw / cny_per_usd)


@formula(unit="USD/chip", source=_TCO, possible="(0, inf)")
def facility_cost_per_chip_usd(facility_cost_usd_per_kw, machine_power_per_chip_kw):
    """The share of the building that one chip, with what serves it, takes up."""
    return facility_cost_usd_per_kw * machine_power_per_chip_kw


@formula(unit="USD/chip", source=_TCO, possible="(0, inf)")
def capital_per_chip_usd(equipment_cost_per_chip_usd, migration_cost_per_chip_usd, facility_cost_per_chip_usd):
    """Everything that is paid before the first token, for one chip."""
    return equipment_cost_per_chip_usd + migration_cost_per_chip_usd + facility_cost_per_chip_usd


# -- power ------------------------------------------------------------------------------------------


@formula(unit="kW/chip", source="siliconomics#definition", possible="(0, inf)")
def machine_power_per_chip_kw(power_w, host_power_per_chip_w):
    """Rated power at the machines for one chip: itself, its share of the server, of the network and of storage."""
    return (power_w + host_power_per_chip_w) / WATTS_PER_KW


@formula(unit="kW/chip", source="siliconomics#definition", possible="(0, inf)")
def all_in_power_per_chip_kw(machine_power_per_chip_kw, power_usage_effectiveness):
    """Rated power at the meter for one chip, cooling and losses included."""
    return machine_power_per_chip_kw * power_usage_effectiveness


# -- what it costs a year to have it ----------------------------------------------------------------


@formula(unit="1/year", source=_ANNUITY, possible="(0, inf)")
def equipment_recovery_factor__annuity(cost_of_capital, equipment_life_years):
    """Share of the price that an even yearly payment over the life is, interest included: r / (1 - (1 + r)^-n)."""
    return cost_of_capital / (1 - (1 + cost_of_capital) ** (-equipment_life_years)) / ONE_YEAR


@formula(unit="1/year", source=_ANNUITY, possible="(0, inf)")
def equipment_recovery_factor__straight_line(equipment_life_years):
    """Depreciation alone, no cost of capital: 1 / n."""
    return 1 / equipment_life_years / ONE_YEAR


@formula(unit="1/year", source=_ANNUITY, possible="(0, inf)")
def facility_recovery_factor__annuity(cost_of_capital, facility_life_years):
    """The same for the building, which outlives several generations of equipment."""
    return cost_of_capital / (1 - (1 + cost_of_capital) ** (-facility_life_years)) / ONE_YEAR


@formula(unit="1/year", source=_ANNUITY, possible="(0, inf)")
def facility_recovery_factor__straight_line(facility_life_years):
    """Depreciation alone, no cost of capital: 1 / n."""
    return 1 / facility_life_years / ONE_YEAR


@formula(unit="USD/chip/year", source=_TCO, possible="(0, inf)")
def equipment_charge_usd_per_year(
    equipment_cost_per_chip_usd, migration_cost_per_chip_usd, equipment_recovery_factor, residual_value_share,
    cost_of_capital, equipment_life_years,
):  # fmt: skip
    """Yearly cost of equipment and its software work, less what it still fetches at the end of its life.

    The residual value is that of equipment alone, discounted to the day of purchase.
    """
    fetched = residual_value_share * (1 + cost_of_capital) ** (-equipment_life_years)
    return (equipment_cost_per_chip_usd * (1 - fetched) + migration_cost_per_chip_usd) * equipment_recovery_factor


@formula(unit="USD/chip/year", source=_TCO, possible="(0, inf)")
def facility_charge_usd_per_year(facility_cost_per_chip_usd, facility_recovery_factor):
    """Yearly cost of the share of the building."""
    return facility_cost_per_chip_usd * facility_recovery_factor


# -- China beside the United States -----------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def china_over_us_price(market_price_usd, us_price_usd):
    """Price of a large buyer in China over that of one in the United States, for the same chip."""
    return market_price_usd / us_price_usd
