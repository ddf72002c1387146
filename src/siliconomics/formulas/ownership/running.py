"""Running: electricity, people, maintenance and licences; and everything together for a year and for an hour."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known
from siliconomics.core.units import HOURS_PER_YEAR, ONE_CHIP, ONE_YEAR, WATTS_PER_KW

_TCO = "inferencex#dollars per GPU hour"

# -- electricity ------------------------------------------------------------------------------------


@formula(unit="USD/kWh", source="siliconomics#definition", possible="[0, inf)")
def electricity_price_usd_per_kwh(quoted_electricity_price_usd_per_kwh, electricity_price_cny_per_kwh, cny_per_usd):
    """Price of electricity at a site: as quoted in dollars, else converted from yuan."""
    return first_known(quoted_electricity_price_usd_per_kwh, electricity_price_cny_per_kwh / cny_per_usd)


@formula(unit="1", source="siliconomics#definition", possible="(0, 1]")
def drawn_power_share(utilisation, busy_power_share, idle_power_share):
    """Mean power over rated power: busy for a share of the hours, idle for the rest."""
    return utilisation * busy_power_share + (1 - utilisation) * idle_power_share


@formula(unit="kWh/chip/year", source="siliconomics#definition", possible="(0, inf)")
def energy_per_chip_year_kwh(all_in_power_per_chip_kw, drawn_power_share):
    """Energy at the meter that one chip takes in a year."""
    return all_in_power_per_chip_kw * drawn_power_share * HOURS_PER_YEAR


@formula(unit="USD/chip/year", source=_TCO, possible="[0, inf)")
def energy_cost_usd_per_year(energy_per_chip_year_kwh, electricity_price_usd_per_kwh):
    """Electricity of one chip for a year."""
    return energy_per_chip_year_kwh * electricity_price_usd_per_kwh


# -- people, repairs, licences ----------------------------------------------------------------------


@formula(unit="USD/chip/year", source="siliconomics#definition", possible="[0, inf)")
def staff_cost_usd_per_year(staff_cost_usd_per_kw_year, machine_power_per_chip_kw):
    """People who run the building and the machines, by power."""
    return staff_cost_usd_per_kw_year * machine_power_per_chip_kw


@formula(unit="USD/chip/year", source="siliconomics#definition", possible="[0, inf)")
def maintenance_cost_usd_per_year(maintenance_share_per_year, equipment_cost_per_chip_usd):
    """Repairs and maintenance contracts, a share of the price of equipment."""
    return maintenance_share_per_year * equipment_cost_per_chip_usd


@formula(unit="USD/chip/year", source="siliconomics#definition", possible="[0, inf)")
def licence_cost_usd_per_year(software_licence_usd_per_chip_year, usual_software_licence_usd_per_chip_year):
    """Software licences and support."""
    return first_known(software_licence_usd_per_chip_year, usual_software_licence_usd_per_chip_year)


# -- all together -----------------------------------------------------------------------------------


@formula(unit="USD/chip/year", source=_TCO, possible="(0, inf)")
def owned_cost_per_chip_year_usd(
    equipment_charge_usd_per_year, facility_charge_usd_per_year, energy_cost_usd_per_year, staff_cost_usd_per_year,
    maintenance_cost_usd_per_year, licence_cost_usd_per_year,
):  # fmt: skip
    """Owning and running one chip for a year: its equipment, its building, electricity, people, repairs, licences."""
    return (
        equipment_charge_usd_per_year
        + facility_charge_usd_per_year
        + energy_cost_usd_per_year
        + staff_cost_usd_per_year
        + maintenance_cost_usd_per_year
        + licence_cost_usd_per_year
    )


@formula(unit="USD/chip/h", source=_TCO, possible="(0, inf)")
def owned_cost_per_chip_hour_usd(owned_cost_per_chip_year_usd):
    """The same for one hour of the calendar, used or not."""
    return owned_cost_per_chip_year_usd / HOURS_PER_YEAR


@formula(unit="USD/chip", source=_TCO, possible="(0, inf)")
def owned_cost_over_life_usd(owned_cost_per_chip_year_usd, equipment_life_years):
    """The same over the life of the equipment, in the money of each year."""
    return owned_cost_per_chip_year_usd * equipment_life_years * ONE_YEAR


@formula(unit="USD/year", source=_TCO, possible="(0, inf)")
def owned_cost_per_cluster_year_usd(owned_cost_per_chip_year_usd, cluster_chips):
    """The same for a year of a whole cluster of chips that work."""
    return owned_cost_per_chip_year_usd * cluster_chips * ONE_CHIP


@formula(unit="USD/chip/h", source="siliconomics#definition", possible="(0, inf)")
def chip_hour_price_usd(owned_cost_per_chip_hour_usd, provider_margin):
    """What one hour of a chip costs whoever uses it: its cost, and the margin of a provider where it is rented."""
    return owned_cost_per_chip_hour_usd / (1 - provider_margin)


@formula(unit="USD/chip/h", source="siliconomics#definition", possible="(0, inf)")
def chip_hour_in_use_usd(chip_hour_price_usd, utilisation):
    """The same for one hour in which the chip works: idle hours are paid too."""
    return chip_hour_price_usd / utilisation


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def rented_over_owned(rental_price_usd_per_chip_hour, owned_cost_per_chip_hour_usd):
    """Published rent of a chip over the cost of owning it here: above one, owning is cheaper if it is used alike."""
    return rental_price_usd_per_chip_hour / owned_cost_per_chip_hour_usd


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def published_over_owned(published_owned_cost_usd_per_chip_hour, owned_cost_per_chip_hour_usd):
    """What others publish an hour to cost such an owner over what it comes to here; nothing is fitted to it."""
    return published_owned_cost_usd_per_chip_hour / owned_cost_per_chip_hour_usd


@formula(unit="kW/chip", source="siliconomics#definition", possible="(0, inf)")
def chip_power_kw(power_w):
    """Rated power of the chip or card alone."""
    return power_w / WATTS_PER_KW
