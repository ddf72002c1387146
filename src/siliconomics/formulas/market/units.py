"""Units: orders held against dies, memory, packaging and test, with a stock at every step.

Each step lets through what is wanted as far as it goes; what is short is shared out over makers; so the units are those
of the constraint that binds. Nothing is made beyond orders and the stock that vendors aim at.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, minimum, previous, total, where
from siliconomics.core.units import ONE_CHIP, ONE_STACK, ONE_WAFER, ONES_PER_BILLION

from ._ration import fill

# -- what is wanted ---------------------------------------------------------------------------


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def units_ordered__as_possible(packages_from_dies, assembly_yield, opening_stock_of_quarter):
    """Chips ordered when demand is no limit: all that dies and stock could give."""
    return packages_from_dies * assembly_yield + opening_stock_of_quarter


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def units_ordered__stated(stated_units_ordered):
    """Chips ordered, as somebody states them."""
    return stated_units_ordered


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def opening_stock_of_quarter(unit_stock, opening_unit_stock):
    """Finished chips in stock when a quarter begins; 0 at first where nothing is known."""
    return first_known(previous(unit_stock), opening_unit_stock, 0)


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def units_wanted(units_ordered, target_stock_quarters, opening_stock_of_quarter):
    """Good chips wanted from production in a quarter: orders and the stock aimed at, less what is there."""
    return maximum(units_ordered * (1 + target_stock_quarters) - opening_stock_of_quarter, 0)


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def packages_wanted(units_wanted, assembly_yield):
    """Packages to be started for the chips wanted, with those that will fail."""
    return units_wanted / assembly_yield


# -- dies -------------------------------------------------------------------------------------


@formula(unit="die/chip", source="siliconomics#definition", possible="[1, inf)")
def supply_dies_per_package(dies_per_package, assumed_dies_per_package):
    """Logic dies in one package: as a source gives them, else as assumed for supply."""
    return first_known(dies_per_package, assumed_dies_per_package)


@formula(unit="die", source="siliconomics#definition", possible="[0, inf)")
def dies_at_hand(die_bank, opening_die_bank_dies, good_dies_made, dies_bought_in_year, calendar_year):
    """Good dies of a product that can go into packages in a quarter: bank, own wafers, dies bought."""
    bank = first_known(previous(die_bank), opening_die_bank_dies, 0)
    return bank + good_dies_made + first_known(at(dies_bought_in_year, year=calendar_year) / 4, 0)


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def packages_from_dies(dies_at_hand, supply_dies_per_package):
    """Packages that the dies at hand are enough for."""
    return dies_at_hand / supply_dies_per_package


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def packages_dies_allow(packages_wanted, packages_from_dies):
    """Packages wanted, as far as there are dies."""
    return minimum(packages_wanted, packages_from_dies)


# -- memory, packaging, test ------------------------------------------------------------------


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def packages_memory_allows(packages_dies_allow, supply_hbm_stacks_per_chip, hbm_fill_rate):
    """Packages wanted, as far as there are dies and memory; a chip without stacks waits for none."""
    return packages_dies_allow * where(supply_hbm_stacks_per_chip > 0, hbm_fill_rate, 1)


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def packages_packaging_allows(packages_memory_allows, packaging_fill_rate):
    """Packages wanted, as far as there are dies, memory and packaging."""
    return packages_memory_allows * packaging_fill_rate


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def packages_started(packages_packaging_allows, test_fill_rate):
    """Packages started in a quarter: as far as there are dies, memory, packaging and test."""
    return packages_packaging_allows * test_fill_rate


# -- what comes of it -------------------------------------------------------------------------


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def units_made(packages_started, assembly_yield):
    """Good chips made in a quarter."""
    return packages_started * assembly_yield


@formula(unit="die", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def die_bank(dies_at_hand, packages_started, supply_dies_per_package):
    """Good dies of a product left at the end of a quarter."""
    return maximum(dies_at_hand - packages_started * supply_dies_per_package, 0)


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def units_shipped(units_ordered, opening_stock_of_quarter, units_made):
    """Chips delivered in a quarter: what is ordered, as far as stock and production go."""
    return minimum(units_ordered, opening_stock_of_quarter + units_made)


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def unit_stock(opening_stock_of_quarter, units_made, units_shipped):
    """Finished chips in stock at the end of a quarter."""
    return maximum(opening_stock_of_quarter + units_made - units_shipped, 0)


# -- what could be delivered if everybody wanted it -------------------------------------------


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def hbm_fill_of_all_dies(hbm_stacks_available, packages_from_dies, supply_hbm_stacks_per_chip):
    """Share of the memory that all dies at hand would take that is there."""
    wanted = total(first_known(packages_from_dies * supply_hbm_stacks_per_chip, 0), over="chip")
    return fill(hbm_stacks_available, wanted, ONE_STACK)


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def packaging_fill_of_all_dies(packaging_capacity_wafers, packages_from_dies, supply_packages_per_wafer):
    """Share of the packaging that all dies at hand would take that is there."""
    wanted = total(first_known(packages_from_dies / supply_packages_per_wafer, 0), over="chip")
    return fill(packaging_capacity_wafers, wanted, ONE_WAFER)


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def test_fill_of_all_dies(test_capacity_packages, packages_from_dies):
    """Share of the tests that all dies at hand would take that can be done."""
    return fill(test_capacity_packages, total(first_known(packages_from_dies, 0), over="chip"), ONE_CHIP)


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def units_possible(
    packages_from_dies,
    supply_hbm_stacks_per_chip,
    hbm_fill_of_all_dies,
    packaging_fill_of_all_dies,
    test_fill_of_all_dies,
    assembly_yield,
    opening_stock_of_quarter,
):
    """Chips that could be delivered in a quarter if everybody wanted all that dies allow: the tightest of all steps."""
    memory = where(supply_hbm_stacks_per_chip > 0, hbm_fill_of_all_dies, 1)
    share = minimum(minimum(memory, packaging_fill_of_all_dies), test_fill_of_all_dies)
    return packages_from_dies * share * assembly_yield + opening_stock_of_quarter


# -- years, value -----------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 4]")
def quarters_in_data(calendar_year, year):
    """Quarters of a year that supply is worked out for."""
    return total(where((calendar_year >= year) & (calendar_year <= year), 1, 0), over="quarter")


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def units_made_in_year(units_made, calendar_year, year, quarters_in_data):
    """Good chips made in a year: four times the mean of its quarters."""
    made = total(where((calendar_year >= year) & (calendar_year <= year), units_made, 0), over="quarter")
    return made * 4 / quarters_in_data


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def units_shipped_in_year(units_shipped, calendar_year, year, quarters_in_data):
    """Chips delivered in a year: four times the mean of its quarters."""
    shipped = total(where((calendar_year >= year) & (calendar_year <= year), units_shipped, 0), over="quarter")
    return shipped * 4 / quarters_in_data


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def domestic_units_in_quarter(units_shipped):
    """Chips of domestic makers delivered in a quarter."""
    return total(first_known(units_shipped, 0), over="chip")


@formula(unit="bn USD", source="siliconomics#definition", possible="[0, inf)")
def domestic_value_in_quarter_usd_bn(units_shipped, original_price_usd):
    """Chips of domestic makers delivered in a quarter at prices before tax and duty; one without a price is left out."""
    return total(first_known(units_shipped * original_price_usd, 0), over="chip") / ONES_PER_BILLION


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def domestic_units_so_far(domestic_units_so_far, domestic_units_in_quarter):
    """Chips of domestic makers delivered since the first quarter."""
    return first_known(previous(domestic_units_so_far), 0) + domestic_units_in_quarter


@formula(unit="bn USD", source="siliconomics#definition", possible="[0, inf)")
def domestic_value_so_far_usd_bn(domestic_value_so_far_usd_bn, domestic_value_in_quarter_usd_bn):
    """Value of chips of domestic makers delivered since the first quarter."""
    return first_known(previous(domestic_value_so_far_usd_bn), 0) + domestic_value_in_quarter_usd_bn


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def domestic_units_shipped(domestic_units_in_quarter, calendar_year, year, quarters_in_data):
    """Chips of domestic makers delivered in a year: four times the mean of its quarters."""
    here = (calendar_year >= year) & (calendar_year <= year)
    return total(where(here, domestic_units_in_quarter, 0), over="quarter") * 4 / quarters_in_data


@formula(unit="bn USD", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def domestic_shipped_value_usd_bn(domestic_value_in_quarter_usd_bn, calendar_year, year, quarters_in_data):
    """Value of chips of domestic makers delivered in a year: four times the mean of its quarters."""
    here = (calendar_year >= year) & (calendar_year <= year)
    return total(where(here, domestic_value_in_quarter_usd_bn, 0), over="quarter") * 4 / quarters_in_data


# -- foreign chips ----------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def import_licence(import_licence, stated_import_licence):
    """Share of a year's available units of a foreign chip that export licences allow: as last stated."""
    return first_known(stated_import_licence, previous(import_licence))


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def import_clearance(import_clearance, stated_import_clearance):
    """Share of licensed units of a foreign chip that China lets in: as last stated."""
    return first_known(stated_import_clearance, previous(import_clearance))


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def import_availability_units(import_availability_units, stated_import_availability_units):
    """Units of a foreign chip that its maker could deliver to China in a year: as last stated."""
    return first_known(stated_import_availability_units, previous(import_availability_units))


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def units_imported(import_availability_units, import_licence, import_clearance, calendar_year):
    """Chips of a foreign maker that reach China lawfully in a quarter."""
    return at(import_availability_units * import_licence * import_clearance, year=calendar_year) / 4
