"""A forecast that somebody published, worked out again from the inputs it states: wafers to chips to revenue to share.

Each label of ``vintage`` is one dated forecast. What it states as an input stands in its rows; what it states as a
result is compared with what follows here. Where a forecast gives no inputs of a step, its own statement of the step's
result (``stated_vintage_...``) carries on.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, minimum
from siliconomics.core.units import MONTHS_PER_YEAR, ONES_PER_BILLION


@formula(unit="die/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_good_dies(
    vintage_ai_wafers_per_month, vintage_share_of_wafers_sold, vintage_dies_per_wafer, vintage_die_yield
):
    """Dies that work and are sold in the year, of a year's wafers at the stated rate."""
    wafers = vintage_ai_wafers_per_month * MONTHS_PER_YEAR * vintage_share_of_wafers_sold
    return wafers * vintage_dies_per_wafer * vintage_die_yield


@formula(unit="chip/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_chips_from_wafers(vintage_good_dies, vintage_dies_per_chip):
    """Chips that the dies of a year make, dies tested before they are paired."""
    return vintage_good_dies / vintage_dies_per_chip


@formula(unit="chip/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_chips_from_memory(vintage_hbm_stacks, vintage_hbm_stacks_per_chip):
    """Chips that the stacks of memory at hand in a year are enough for."""
    return vintage_hbm_stacks / vintage_hbm_stacks_per_chip


@formula(unit="chip/year", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def vintage_chips(vintage_chips_from_wafers, vintage_chips_from_memory, stated_vintage_chips):
    """Chips of a year: the scarcer of dies and memory, or the one that is known, or as stated."""
    return first_known(
        minimum(vintage_chips_from_wafers, vintage_chips_from_memory),
        vintage_chips_from_wafers,
        vintage_chips_from_memory,
        stated_vintage_chips,
    )


@formula(unit="bn CNY/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_local_revenue_cny_bn(vintage_chips, vintage_price_cny, stated_vintage_local_revenue_cny_bn):
    """Revenue of domestic makers: chips times price, or as stated."""
    return first_known(vintage_chips * vintage_price_cny / ONES_PER_BILLION, stated_vintage_local_revenue_cny_bn)


@formula(unit="bn USD/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_local_revenue_usd_bn(
    vintage_local_revenue_cny_bn,
    vintage_cny_per_usd,
    vintage_market_supply_usd_bn,
    vintage_local_share_of_supply,
    stated_vintage_local_revenue_usd_bn,
):
    """The same in dollars: at the day's rate, or the local share of all that is supplied, or as stated."""
    return first_known(
        vintage_local_revenue_cny_bn / vintage_cny_per_usd,
        vintage_market_supply_usd_bn * vintage_local_share_of_supply,
        stated_vintage_local_revenue_usd_bn,
    )


@formula(unit="1", source="broker-2026-04-26#line-3301-3307", possible="[0, 1]")
def vintage_accelerator_share_of_capex(
    vintage_csp_share_of_capex,
    vintage_overseas_share,
    vintage_server_share,
    vintage_ai_server_share,
    vintage_accelerator_content,
):
    """Share of cloud capital spending that buys accelerators at home: what goes abroad off, then three shares."""
    at_home = 1 - vintage_csp_share_of_capex * vintage_overseas_share
    return at_home * vintage_server_share * vintage_ai_server_share * vintage_accelerator_content


@formula(unit="bn USD/year", source="siliconomics#definition", possible="[0, inf)")
def vintage_china_tam_usd_bn(
    vintage_world_tam_usd_bn,
    vintage_china_share_of_world,
    vintage_cloud_capex_usd_bn,
    vintage_accelerator_share_of_capex,
    stated_vintage_china_tam_usd_bn,
):
    """What China spends on AI chips: its share of the world's, or out of capital spending, or as stated."""
    return first_known(
        vintage_world_tam_usd_bn * vintage_china_share_of_world,
        vintage_cloud_capex_usd_bn * vintage_accelerator_share_of_capex,
        stated_vintage_china_tam_usd_bn,
    )


@formula(unit="1", source="broker-2026-04-26#line-3345")
def vintage_self_sufficiency(vintage_local_revenue_usd_bn, vintage_china_tam_usd_bn, stated_vintage_self_sufficiency):
    """Domestic revenue over what China spends, by value, or as stated."""
    return first_known(vintage_local_revenue_usd_bn / vintage_china_tam_usd_bn, stated_vintage_self_sufficiency)


@formula(unit="1", source="reference-numbers#section 1, MS 2025-05-06")
def vintage_all_chips_self_sufficiency(vintage_all_chips_local_usd_bn, vintage_all_chips_demand_usd_bn):
    """The same of all semiconductors: another ratio of the same name, quoted beside it."""
    return vintage_all_chips_local_usd_bn / vintage_all_chips_demand_usd_bn


@formula(unit="1", source="siliconomics#definition")
def vintage_supply_coverage(vintage_market_supply_usd_bn, vintage_market_demand_usd_bn):
    """How much of what is wanted is supplied, local or not."""
    return vintage_market_supply_usd_bn / vintage_market_demand_usd_bn


@formula(unit="bn USD/year", source="siliconomics#definition")
def vintage_local_revenue_at_start_usd_bn(
    vintage_local_revenue_usd_bn, vintage_local_revenue_growth, vintage_growth_years
):
    """Revenue in the first year of a stated compound growth that ends in this year, at one exchange rate."""
    return vintage_local_revenue_usd_bn / (1 + vintage_local_revenue_growth) ** vintage_growth_years


@formula(unit="bn USD/year", source="siliconomics#definition")
def vintage_world_tam_at_start_usd_bn(vintage_world_tam_usd_bn, vintage_world_tam_growth, vintage_growth_years):
    """The world's spending in the first year of a stated compound growth that ends in this year."""
    return vintage_world_tam_usd_bn / (1 + vintage_world_tam_growth) ** vintage_growth_years


@formula(unit="bn CNY/year", source="siliconomics#definition")
def vintage_platform_capex_year_before_cny_bn(vintage_platform_capex_cny_bn, vintage_platform_capex_growth):
    """Capital spending of the large platforms a year earlier, from a stated growth."""
    return vintage_platform_capex_cny_bn / (1 + vintage_platform_capex_growth)


@formula(unit="CNY/wafer", source="siliconomics#definition")
def vintage_revenue_per_wafer_cny(vintage_dies_per_wafer, vintage_die_yield, vintage_dies_per_chip, vintage_price_cny):
    """What the chips of one wafer sell for: the figure that turns a revenue into wafers."""
    return vintage_dies_per_wafer * vintage_die_yield / vintage_dies_per_chip * vintage_price_cny
