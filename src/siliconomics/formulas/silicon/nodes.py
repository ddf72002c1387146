"""One defect density per node and date, and what it makes of each product's yield.

A yield that a source prints for a product is read as the density of its node times the product's own factor
(``chip_defect_factor``). The factor is taken at the density that stood when the yield was printed
(``calibrated_defect_density_per_cm2``), so at its date the printed yield comes out, and a change of the node's density
moves every product made on it, in cost and in supply.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, exp, expm1, first_known, log, log1p, maximum, previous, total
from siliconomics.core.units import LN_2, MM2_PER_CM2, ONE_YEAR

# -- time -------------------------------------------------------------------------------------


@formula(unit="year", source="siliconomics#definition")
def quarter_end(calendar_year, quarter_of_year):
    """End of a quarter, in years: 2026.25 for the first of 2026, counted from the start of the year."""
    return (calendar_year + quarter_of_year / 4) * ONE_YEAR


@formula(unit="year", source="siliconomics#definition")
def quarter_middle(calendar_year, quarter_of_year):
    """Middle of a quarter, in years: 2026.125 for the first of 2026."""
    return (calendar_year + (quarter_of_year - 1 / 2) / 4) * ONE_YEAR


@formula(unit="year", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def learning_time_years(quarter_end, defect_density_quarter):
    """Time since the end of the quarter for which a node's defect density is stated; before it nothing is learnt."""
    return maximum(quarter_end - at(quarter_end, quarter=defect_density_quarter), 0)


# -- density of a node ------------------------------------------------------------------------


@formula(unit="1/cm2", source="murphy-1964#poisson", possible="[0, inf)")
def defect_density_per_cm2(stated_node_yield, reference_die_area_mm2, stated_node_defect_density_per_cm2):
    """Killing defects per area on a node when it was stated: from the yield of the reference die, else as stated."""
    implied = -log(stated_node_yield) / (reference_die_area_mm2 / MM2_PER_CM2)
    return first_known(implied, stated_node_defect_density_per_cm2)


@formula(unit="1/cm2", source="siliconomics#definition", possible="[0, inf)")
def defect_density_in_quarter_per_cm2__none(defect_density_per_cm2):
    """Defect density of a node that learns nothing: the same in every quarter."""
    return defect_density_per_cm2


@formula(unit="1/cm2", source="reference-numbers#section 3, forms", possible="[0, inf)")
def defect_density_in_quarter_per_cm2__time(
    defect_density_per_cm2, defect_floor_per_cm2, learning_time_years, defect_learning_time_years
):
    """Defect density whose distance from the floor decays with time."""
    distance = defect_density_per_cm2 - defect_floor_per_cm2
    return defect_floor_per_cm2 + distance * exp(-learning_time_years / defect_learning_time_years)


@formula(unit="1/cm2", source="reference-numbers#section 3, IEEE TSM 26(3) 2013", possible="[0, inf)")
def defect_density_in_quarter_per_cm2__gompertz(
    defect_density_per_cm2, defect_floor_per_cm2, learning_time_years, defect_learning_time_years
):
    """Defect density whose logarithm nears that of the floor: Gompertz' form; a density of 0 has no logarithm."""
    ratio = log(defect_density_per_cm2 / defect_floor_per_cm2)
    return defect_floor_per_cm2 * exp(ratio * exp(-learning_time_years / defect_learning_time_years))


@formula(unit="1/cm2", source="wright-1936#cumulative-output", kind="stepped", possible="[0, inf)")
def defect_density_in_quarter_per_cm2__cumulative_wafers(
    defect_density_per_cm2, defect_floor_per_cm2, cumulative_wafers, defect_density_quarter, defect_learning_rate
):
    """Defect density whose distance from the floor falls by one rate with every doubling of all wafers made."""
    grown = maximum(cumulative_wafers / at(cumulative_wafers, quarter=defect_density_quarter), 1)
    left = exp(log(grown) * log(defect_learning_rate) / LN_2)
    return defect_floor_per_cm2 + (defect_density_per_cm2 - defect_floor_per_cm2) * left


@formula(unit="wafer", source="siliconomics#definition", possible="[0, inf)")
def cumulative_wafers(cumulative_wafers, opening_cumulative_wafers, ai_wafers_of_node):
    """Wafers for AI chips made on a node so far."""
    return first_known(previous(cumulative_wafers), opening_cumulative_wafers) + ai_wafers_of_node


@formula(unit="1", source="broker-2026-04-26#line-3330", possible="(0, 1]")
def ai_chip_yield_of_reference_die(defect_density_in_quarter_per_cm2, reference_die_area_mm2):
    """Share of dies of the reference area that work on a node at the end of a quarter, defects falling independently."""
    return exp(-defect_density_in_quarter_per_cm2 * reference_die_area_mm2 / MM2_PER_CM2)


# -- from the node to the product -------------------------------------------------------------


@formula(unit="1", source="murphy-1964#poisson", possible="[0, inf)")
def printed_defects_per_die__poisson(stated_die_yield):
    """Killing defects per die that a printed yield means, defects falling independently."""
    return -log(stated_die_yield)


@formula(unit="1", source="stapper-1983#negative-binomial", possible="[0, inf)")
def printed_defects_per_die__negative_binomial(stated_die_yield, defect_clustering):
    """Killing defects per die that a printed yield means, defects clustering."""
    return defect_clustering * expm1(-log(stated_die_yield) / defect_clustering)


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def chip_defect_factor(printed_defects_per_die, die_area_mm2, calibrated_defect_density_per_cm2, printed_yield_node):
    """Killing defects of a product over those its node would give its area; 1 where no yield is printed.

    What its design, its redundancy and its bins make of the node, and whatever the printed yield is wrong by.
    """
    density = at(calibrated_defect_density_per_cm2, node=printed_yield_node)
    return first_known(printed_defects_per_die / (die_area_mm2 / MM2_PER_CM2 * density), 1)


@formula(unit="mm2", source="siliconomics#definition", possible="(0, inf)")
def supply_die_area_mm2(die_area_mm2, assumed_die_area_mm2):
    """Area of one die: as a source gives it, else as assumed for supply."""
    return first_known(die_area_mm2, assumed_die_area_mm2)


@formula(unit="1", source="murphy-1964#defects-per-die", possible="[0, inf)")
def node_defects_per_die(supply_die_area_mm2, chip_defect_factor, defect_density_in_quarter_per_cm2):
    """Killing defects expected on a product's die if a node makes it in a quarter."""
    return supply_die_area_mm2 / MM2_PER_CM2 * chip_defect_factor * defect_density_in_quarter_per_cm2


@formula(unit="1", source="murphy-1964#poisson", possible="(0, 1]")
def node_die_yield__poisson(node_defects_per_die):
    """Share of a product's dies that work if a node makes them in a quarter, defects falling independently."""
    return exp(-node_defects_per_die)


@formula(unit="1", source="stapper-1983#negative-binomial", possible="(0, 1]")
def node_die_yield__negative_binomial(node_defects_per_die, defect_clustering):
    """Share of a product's dies that work if a node makes them in a quarter, defects clustering."""
    return exp(-defect_clustering * log1p(node_defects_per_die / defect_clustering))


@formula(unit="1", source="siliconomics#definition", possible="[0, 1]")
def node_share_given(node_share):
    """Share of a product's dies whose node is given: 1, or 0 where nothing is known."""
    return total(first_known(node_share, 0), over="node")


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def dies_per_good_die(node_share, node_die_yield):
    """Dies made for each good one in a quarter, over the nodes that a product's dies come from."""
    return total(first_known(node_share / node_die_yield, 0), over="node")


@formula(unit="1", source="siliconomics#definition", possible="(0, 1]")
def die_yield_in_quarter(node_share_given, dies_per_good_die):
    """Good dies over dies made for them in a quarter, over the nodes that a product's dies come from."""
    return node_share_given / dies_per_good_die


@formula(unit="1", source="siliconomics#definition", possible="(0, 1]")
def die_yield__node_defects(die_yield_in_quarter, printed_yield_quarter, stated_die_yield):
    """Share of dies that work at the density of their nodes when the yield was printed; else as a source states it."""
    return first_known(at(die_yield_in_quarter, quarter=printed_yield_quarter), stated_die_yield)


@formula(unit="1/cm2", source="siliconomics#definition", possible="[0, inf)")
def defect_density_of_nodes_per_cm2(
    node_share, node_share_given, defect_density_in_quarter_per_cm2, printed_yield_quarter
):
    """Mean defect density, when a product's yield was printed, of the nodes that its dies come from."""
    density = at(defect_density_in_quarter_per_cm2, quarter=printed_yield_quarter)
    return total(first_known(node_share * density, 0), over="node") / node_share_given


@formula(unit="1/cm2", source="siliconomics#definition", possible="[0, inf)")
def chip_defect_density_per_cm2(
    stated_chip_defect_density_per_cm2, defect_density_of_nodes_per_cm2, chip_defect_factor
):
    """Killing defects per area of a product's die: its own where known, else those of its nodes times its factor."""
    return first_known(stated_chip_defect_density_per_cm2, defect_density_of_nodes_per_cm2 * chip_defect_factor)
