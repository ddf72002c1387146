"""Packaging on a wafer (2.5D) and final test: capacity, what is wanted of it, and how it is shared out."""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, total
from siliconomics.core.units import MONTHS_PER_QUARTER, ONE_CHIP, ONE_WAFER

from ._ration import fill, fill_in_two_calls
from ._within_year import at_middle_of_quarter

# -- packaging --------------------------------------------------------------------------------


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def packaging_capacity_wafers(packaging_capacity_wafers_per_month, calendar_year, quarter_of_year):
    """Packaging wafers that domestic makers can take in a quarter, on the straight line from one year end to the next."""
    start = at(packaging_capacity_wafers_per_month, year=calendar_year - 1)
    end = at(packaging_capacity_wafers_per_month, year=calendar_year)
    return at_middle_of_quarter(start, end, quarter_of_year) * MONTHS_PER_QUARTER


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def packaging_capacity_packages(packaging_capacity_wafers, reference_packages_per_wafer):
    """Capacity of packaging in a quarter in packages of the reference size; a package of two large dies counts twice."""
    return packaging_capacity_wafers * reference_packages_per_wafer


@formula(unit="chip/wafer", source="siliconomics#definition", possible="(0, inf)")
def supply_packages_per_wafer(packages_per_wafer, assumed_packages_per_wafer):
    """Packages that one packaging wafer gives: as a source gives them, else as assumed for supply."""
    return first_known(packages_per_wafer, assumed_packages_per_wafer)


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def packaging_wafers_wanted(packages_memory_allows, supply_packages_per_wafer):
    """Packaging wafers wanted in a quarter for all packages that orders want and dies and memory allow."""
    return total(first_known(packages_memory_allows / supply_packages_per_wafer, 0), over="chip")


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def packaging_wafers_wanted_first(packages_memory_allows, supply_packages_per_wafer, has_first_call):
    """Packaging wafers wanted in a quarter by makers that are served before all others."""
    return total(first_known(packages_memory_allows / supply_packages_per_wafer * has_first_call, 0), over="chip")


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def packaging_fill_rate__proportional(packaging_capacity_wafers, packaging_wafers_wanted):
    """Share of the packaging wanted that is there, the same for all makers."""
    return fill(packaging_capacity_wafers, packaging_wafers_wanted, ONE_WAFER)


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def packaging_fill_rate__first_call(
    packaging_capacity_wafers, packaging_wafers_wanted, packaging_wafers_wanted_first, has_first_call
):
    """Share of the packaging wanted that a maker gets when some are served before all others."""
    first = first_known(has_first_call, 0)
    wanted, wanted_first = packaging_wafers_wanted, packaging_wafers_wanted_first
    return fill_in_two_calls(packaging_capacity_wafers, wanted, wanted_first, first, ONE_WAFER)


# -- test -------------------------------------------------------------------------------------


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def test_capacity_packages(test_capacity_packages_per_month, calendar_year, quarter_of_year):
    """Packages that final test can take in a quarter, on the straight line from one year end to the next."""
    start = at(test_capacity_packages_per_month, year=calendar_year - 1)
    end = at(test_capacity_packages_per_month, year=calendar_year)
    return at_middle_of_quarter(start, end, quarter_of_year) * MONTHS_PER_QUARTER


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def tests_wanted(packages_packaging_allows):
    """Packages that come to final test in a quarter if test itself does not hold them back."""
    return total(first_known(packages_packaging_allows, 0), over="chip")


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def tests_wanted_first(packages_packaging_allows, has_first_call):
    """Packages that come to final test from makers that are served before all others."""
    return total(first_known(packages_packaging_allows * has_first_call, 0), over="chip")


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def test_fill_rate__proportional(test_capacity_packages, tests_wanted):
    """Share of the tests wanted that can be done, the same for all makers."""
    return fill(test_capacity_packages, tests_wanted, ONE_CHIP)


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def test_fill_rate__first_call(test_capacity_packages, tests_wanted, tests_wanted_first, has_first_call):
    """Share of the tests wanted that a maker gets when some are served before all others."""
    first = first_known(has_first_call, 0)
    return fill_in_two_calls(test_capacity_packages, tests_wanted, tests_wanted_first, first, ONE_CHIP)
