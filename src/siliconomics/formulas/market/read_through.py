"""The wire read the other way: what a year of chips in China is worth to foundries, memory, packaging, test and equipment.

Work on chips of Chinese makers, wherever it is done, and equipment for wafers in China. Foundries are paid for wafers
started, whether their dies are sold or banked.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum, previous, total, where
from siliconomics.core.units import ONES_PER_BILLION

_DEFINITION = "siliconomics#definition"


@formula(unit="wafer", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def wafers_in_year(wafers_started, calendar_year, year, market_is_known):
    """Wafers started for a product on a node in a year."""
    used = total(where((calendar_year >= year) & (calendar_year <= year), wafers_started, 0), over="quarter")
    return used * market_is_known


@formula(unit="bn USD", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def wafer_revenue_of_node_usd_bn(wafers_in_year, made_on, node_wafer_price_usd, market_is_known):
    """What a node earns with wafers for AI chips of Chinese makers in a year."""
    wafers = total(where(first_known(made_on, 0) > 0, wafers_in_year, 0), over="chip")
    return wafers * market_is_known * node_wafer_price_usd / ONES_PER_BILLION


@formula(unit="stack", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def hbm_stacks_used_in_year(hbm_stacks_used, calendar_year, year, market_is_known):
    """Stacks of high-bandwidth memory that go into chips of Chinese makers in a year."""
    used = total(where((calendar_year >= year) & (calendar_year <= year), hbm_stacks_used, 0), over="quarter")
    return used * market_is_known


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def hbm_revenue_usd_bn(hbm_stacks_used_in_year, hbm_stack_price_usd):
    """What memory makers earn with them, whoever they are and whenever they were paid."""
    return hbm_stacks_used_in_year * hbm_stack_price_usd / ONES_PER_BILLION


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def packages_started_in_year(packages_started, calendar_year, year, market_is_known):
    """Packages of a product started in a year."""
    used = total(where((calendar_year >= year) & (calendar_year <= year), packages_started, 0), over="quarter")
    return used * market_is_known


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def packaging_revenue_of_chip_usd_bn(
    packages_started_in_year, supply_packages_per_wafer, packaging_wafer_price_usd, assumed_packaging_wafer_price_usd
):
    """What packagers earn with 2.5D wafers for a product in a year."""
    price = first_known(packaging_wafer_price_usd, assumed_packaging_wafer_price_usd)
    return packages_started_in_year / supply_packages_per_wafer * price / ONES_PER_BILLION


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def packaging_revenue_usd_bn(packaging_revenue_of_chip_usd_bn, market_is_known):
    """What packagers earn with 2.5D wafers for chips of Chinese makers in a year."""
    return total(first_known(packaging_revenue_of_chip_usd_bn, 0), over="chip") * market_is_known


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def test_revenue_usd_bn(packages_started_in_year, test_price_usd_per_package, market_is_known):
    """What test houses earn with them in a year."""
    tested = total(first_known(packages_started_in_year, 0), over="chip") * market_is_known
    return tested * test_price_usd_per_package / ONES_PER_BILLION


@formula(unit="bn USD", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def equipment_spending_usd_bn(node_capacity_at_year_end, equipment_usd_per_wafer_per_month):
    """What equipment for the wafers per month added on a node in a year costs, phones and cars included."""
    added = maximum(node_capacity_at_year_end - previous(node_capacity_at_year_end), 0)
    return added * equipment_usd_per_wafer_per_month / ONES_PER_BILLION
