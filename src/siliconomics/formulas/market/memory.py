"""High-bandwidth memory for domestic chips: stock, imports, a domestic ramp whose start can slip."""

from siliconomics.core import formula
from siliconomics.core.operators import at, exp, first_known, log, maximum, minimum, previous, total
from siliconomics.core.units import A_QUARTER_IN_YEARS, ONE_STACK, YEARS_PER_QUARTER

from ._ration import fill, fill_in_two_calls

# -- what there is ----------------------------------------------------------------------------


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def hbm_imports_in_year_stacks(hbm_imports_in_year_stacks, stated_hbm_imports_in_year_stacks):
    """Stacks that reach Chinese chip makers from abroad in a year: as last stated."""
    return first_known(stated_hbm_imports_in_year_stacks, previous(hbm_imports_in_year_stacks))


@formula(unit="year", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def domestic_hbm_years_since_start(quarter_middle, domestic_hbm_start, domestic_hbm_delay_quarters):
    """Years of domestic output up to the middle of a quarter; none before its start."""
    return maximum(quarter_middle - domestic_hbm_start - domestic_hbm_delay_quarters * YEARS_PER_QUARTER, 0)


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def domestic_hbm_ramp__straight(domestic_hbm_years_since_start, domestic_hbm_ramp_years):
    """Output of domestic memory in the middle of a quarter over its full output: a straight ramp from its start."""
    return minimum(domestic_hbm_years_since_start / domestic_hbm_ramp_years, 1)


@formula(unit="1", source="bass-1969#adoption", possible="[0, 1]")
def domestic_hbm_ramp__bass(domestic_hbm_years_since_start, bass_innovation, bass_imitation):
    """The same as a process that spreads: slow while few master it, fastest at `bass_peak_years`, never quite whole."""
    decay = exp(-(bass_innovation + bass_imitation) * domestic_hbm_years_since_start)
    return (1 - decay) / (1 + bass_imitation / bass_innovation * decay)


@formula(unit="year", source="bass-1969#time-of-peak")
def bass_peak_years(bass_innovation, bass_imitation):
    """Years from the start until what spreads spreads fastest; below zero where it is fastest at once."""
    return log(bass_imitation / bass_innovation) / (bass_innovation + bass_imitation)


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def domestic_hbm_stacks(domestic_hbm_ramp, domestic_hbm_full_stacks_per_year):
    """Stacks of domestic memory made in a quarter."""
    return domestic_hbm_full_stacks_per_year * domestic_hbm_ramp * A_QUARTER_IN_YEARS


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def hbm_stacks_available(
    hbm_stock_left_stacks, opening_hbm_stock_stacks, hbm_imports_in_year_stacks, domestic_hbm_stacks, calendar_year
):
    """Stacks that chip makers can use in a quarter: what was left of the quarter before, imports, domestic output."""
    stock = first_known(previous(hbm_stock_left_stacks), opening_hbm_stock_stacks)
    return stock + at(hbm_imports_in_year_stacks, year=calendar_year) / 4 + domestic_hbm_stacks


# -- what is wanted ---------------------------------------------------------------------------


@formula(unit="stack/chip", source="siliconomics#definition", possible="[0, inf)")
def supply_hbm_stacks_per_chip(hbm_stacks_per_chip, assumed_hbm_stacks_per_chip):
    """Stacks in one package: as a source gives them, else as assumed for supply; 0 for other memory."""
    return first_known(hbm_stacks_per_chip, assumed_hbm_stacks_per_chip)


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def hbm_stacks_wanted(packages_dies_allow, supply_hbm_stacks_per_chip):
    """Stacks wanted in a quarter for all packages that orders want and dies allow."""
    return total(first_known(packages_dies_allow * supply_hbm_stacks_per_chip, 0), over="chip")


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def hbm_stacks_wanted_first(packages_dies_allow, supply_hbm_stacks_per_chip, has_first_call):
    """Stacks wanted in a quarter by makers that are served before all others."""
    return total(first_known(packages_dies_allow * supply_hbm_stacks_per_chip * has_first_call, 0), over="chip")


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def hbm_fill_rate__proportional(hbm_stacks_available, hbm_stacks_wanted):
    """Share of the memory wanted that is there, the same for all makers."""
    return fill(hbm_stacks_available, hbm_stacks_wanted, ONE_STACK)


@formula(unit="1", source="siliconomics#rationing", kind="stepped", possible="[0, 1]")
def hbm_fill_rate__first_call(hbm_stacks_available, hbm_stacks_wanted, hbm_stacks_wanted_first, has_first_call):
    """Share of the memory wanted that a maker gets when some are served before all others."""
    first = first_known(has_first_call, 0)
    return fill_in_two_calls(hbm_stacks_available, hbm_stacks_wanted, hbm_stacks_wanted_first, first, ONE_STACK)


@formula(unit="stack", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def hbm_stock_left_stacks(hbm_stacks_available, hbm_stacks_used):
    """Stacks left at the end of a quarter."""
    return maximum(hbm_stacks_available - hbm_stacks_used, 0)


@formula(unit="stack", source="siliconomics#definition", possible="[0, inf)")
def hbm_stacks_used(packages_started, supply_hbm_stacks_per_chip):
    """Stacks that packages started in a quarter take, good or bad."""
    return total(first_known(packages_started * supply_hbm_stacks_per_chip, 0), over="chip")
