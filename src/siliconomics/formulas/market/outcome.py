"""What published endpoints of demand and domestic supply imply for each other."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, growth_rate


@formula(unit="bn USD", source="broker-2026-04-26#line-3295", possible="(0, inf)")
def tam_as_stated_usd_bn(
    forecast_china_ai_chip_tam_usd_bn, forecast_domestic_ai_chip_revenue_usd_bn, stated_self_sufficiency
):
    """The market as a source states it: as forecast, else domestic revenue over self-sufficiency, both as stated."""
    implied = forecast_domestic_ai_chip_revenue_usd_bn / stated_self_sufficiency
    return first_known(forecast_china_ai_chip_tam_usd_bn, implied)


@formula(unit="bn USD", source="broker-2026-04-26#line-3295", possible="(0, inf)")
def china_ai_chip_tam_usd_bn__stated(tam_as_stated_usd_bn):
    """Value of AI chips that China buys in a year, as a source states it or as what it states implies."""
    return tam_as_stated_usd_bn


@formula(unit="bn USD", source="broker-2026-04-26#line-3298", possible="(0, inf)")
def china_ai_chip_tam_usd_bn__from_capex(capex_route_tam_usd_bn):
    """Value of AI chips that China buys in a year, from what buyers spend on cloud."""
    return capex_route_tam_usd_bn


@formula(unit="bn USD", source="broker-2026-04-26#line-3346", possible="[0, inf)")
def domestic_ai_chip_revenue_usd_bn__stated(forecast_domestic_ai_chip_revenue_usd_bn):
    """Revenue of domestic AI-chip vendors in China in a year, as a source states it."""
    return forecast_domestic_ai_chip_revenue_usd_bn


@formula(unit="bn USD", source="broker-2026-04-26#line-3298", possible="(0, inf)")
def china_cloud_capex_usd_bn__stated(forecast_china_cloud_capex_usd_bn):
    """Capital spending on cloud of all buyers in China, as a source states it."""
    return forecast_china_cloud_capex_usd_bn


@formula(unit="bn USD", source="siliconomics#definition", possible="(0, inf)")
def china_cloud_capex_usd_bn__from_buyers(cloud_capex_from_buyers_usd_bn):
    """Capital spending on cloud of all buyers in China, from what each spends."""
    return cloud_capex_from_buyers_usd_bn


@formula(unit="1", source="broker-2026-04-26#line-3345")
def self_sufficiency(domestic_ai_chip_revenue_usd_bn, china_ai_chip_tam_usd_bn):
    """Domestic AI-chip revenue over the value of all AI chips China buys: self-sufficiency by value."""
    return domestic_ai_chip_revenue_usd_bn / china_ai_chip_tam_usd_bn


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def self_sufficiency_of_revenue_before_tax(
    forecast_domestic_ai_chip_revenue_usd_bn, value_added_tax_rate, china_ai_chip_tam_usd_bn
):
    """Domestic revenue as makers book it, value-added tax put back, over the market at what buyers pay, tax included."""
    return forecast_domestic_ai_chip_revenue_usd_bn * (1 + value_added_tax_rate) / china_ai_chip_tam_usd_bn


@formula(unit="1", source="broker-2026-04-26#line-3299")
def accelerator_share_of_cloud_capex(china_ai_chip_tam_usd_bn, china_cloud_capex_usd_bn):
    """Value of AI chips over all cloud capital spending."""
    return china_ai_chip_tam_usd_bn / china_cloud_capex_usd_bn


@formula(unit="1", source="siliconomics#definition")
def china_ai_chip_tam_cagr(china_ai_chip_tam_usd_bn):
    """Compound yearly growth of the market over six years, ending in the year."""
    return growth_rate(china_ai_chip_tam_usd_bn, periods=6)


@formula(unit="1", source="siliconomics#definition")
def domestic_ai_chip_revenue_cagr(domestic_ai_chip_revenue_usd_bn):
    """Compound yearly growth of domestic revenue over six years, ending in the year."""
    return growth_rate(domestic_ai_chip_revenue_usd_bn, periods=6)


@formula(unit="1", source="siliconomics#definition")
def advanced_node_capacity_cagr(advanced_node_capacity_wafers_per_month):
    """Compound yearly growth of advanced-node capacity over five years, ending in the year."""
    return growth_rate(advanced_node_capacity_wafers_per_month, periods=5)
