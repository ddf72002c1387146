"""Demand for accelerators by quarter and by use, and China beside the world."""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous

_DEFINITION = "siliconomics#definition"

# -- by quarter and by use --------------------------------------------------------------------------


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def accelerator_demand_usd_bn(china_ai_chip_tam_usd_bn, calendar_year, demand_share_of_year):
    """Value of accelerators that buyers in China want in a quarter: its share of the year's market."""
    return at(china_ai_chip_tam_usd_bn, year=calendar_year) * demand_share_of_year


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def inference_accelerator_demand_usd_bn(china_ai_chip_tam_usd_bn, inference_share_of_accelerators):
    """Value of accelerators bought to serve."""
    return china_ai_chip_tam_usd_bn * inference_share_of_accelerators


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def training_accelerator_demand_usd_bn(china_ai_chip_tam_usd_bn, inference_share_of_accelerators):
    """Value of accelerators bought to train."""
    return china_ai_chip_tam_usd_bn * (1 - inference_share_of_accelerators)


# -- China beside the world -------------------------------------------------------------------------


@formula(unit="bn USD", source=_DEFINITION, possible="(0, inf)")
def cloud_capex_outside_china_usd_bn(
    stated_cloud_capex_outside_china_usd_bn, cloud_capex_outside_china_usd_bn, cloud_capex_outside_china_growth
):
    """Spending of the five largest clouds of the United States: as stated, then by growth."""
    grown = previous(cloud_capex_outside_china_usd_bn) * (1 + cloud_capex_outside_china_growth)
    return first_known(stated_cloud_capex_outside_china_usd_bn, grown)


@formula(unit="bn USD", source=_DEFINITION, possible="(0, inf)")
def global_cloud_capex_usd_bn(cloud_capex_outside_china_usd_bn, cloud_capex_from_buyers_usd_bn):
    """Spending on cloud of buyers in China and of the five largest clouds outside."""
    return cloud_capex_outside_china_usd_bn + cloud_capex_from_buyers_usd_bn


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def china_share_of_global_cloud_capex(cloud_capex_from_buyers_usd_bn, global_cloud_capex_usd_bn):
    """Part of China's buyers in it."""
    return cloud_capex_from_buyers_usd_bn / global_cloud_capex_usd_bn


@formula(unit="bn USD", source=_DEFINITION, possible="(0, inf)")
def accelerator_value_outside_china_usd_bn(cloud_capex_outside_china_usd_bn, accelerator_share_outside_china):
    """Value of accelerators in the spending outside China."""
    return cloud_capex_outside_china_usd_bn * accelerator_share_outside_china


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def accelerator_share_of_global_cloud_capex(
    accelerator_value_outside_china_usd_bn, capex_route_tam_usd_bn, global_cloud_capex_usd_bn
):
    """Value of accelerators over spending on cloud, China and outside together."""
    return (accelerator_value_outside_china_usd_bn + capex_route_tam_usd_bn) / global_cloud_capex_usd_bn


@formula(unit="1", source="broker-2026-04-26#line-3299", possible="[0, 1]")
def accelerator_share_of_china_cloud_capex(capex_route_tam_usd_bn, cloud_capex_from_buyers_usd_bn):
    """Value of accelerators bought in China over all spending of China's buyers, that abroad included."""
    return capex_route_tam_usd_bn / cloud_capex_from_buyers_usd_bn


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def china_share_of_accelerator_value(capex_route_tam_usd_bn, accelerator_value_outside_china_usd_bn):
    """China's part of the value of accelerators, China and outside together."""
    return capex_route_tam_usd_bn / (capex_route_tam_usd_bn + accelerator_value_outside_china_usd_bn)
