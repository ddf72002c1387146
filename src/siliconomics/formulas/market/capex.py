"""From what buyers spend on cloud to what they spend on accelerators in China.

Spending that buyers announce is more than the source's total for the country, so two players stand side by side: spending
as announced, and spending scaled into that total. Three visible facts tie the second to the source's endpoints.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, growth_rate, log, maximum, minimum, previous, total, where

_CHAIN = "broker-2026-04-26#line-3298"
_DEFINITION = "siliconomics#definition"

# -- what buyers announce ---------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="(-1, inf)")
def capex_growth_of_buyer(assumed_capex_growth_of_buyer, china_csp_ai_capex_growth):
    """Growth of a buyer's spending over the year before: its own, else that of the six platforms."""
    return first_known(assumed_capex_growth_of_buyer, china_csp_ai_capex_growth)


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def capex_index_of_buyer(capex_index_at_start, capex_index_of_buyer, capex_growth_of_buyer):
    """A buyer's spending over that of the first year of the market."""
    return first_known(capex_index_at_start, previous(capex_index_of_buyer) * (1 + capex_growth_of_buyer))


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def platform_share_of_buyer(platform_weight_of_buyer):
    """Share of one of the six platforms in what all six spend."""
    return platform_weight_of_buyer / total(platform_weight_of_buyer, over="buyer")


@formula(unit="bn CNY", source=_DEFINITION, possible="[0, inf)")
def capex_of_buyer_in_anchor_year_cny_bn__stated(stated_capex_of_buyer_cny_bn, capex_anchor_year):
    """A buyer's spending in the year that is known best, as it is stated or assumed for the buyer."""
    return at(stated_capex_of_buyer_cny_bn, year=capex_anchor_year)


@formula(unit="bn CNY", source="broker-2026-04-26#line-3203", possible="[0, inf)")
def capex_of_buyer_in_anchor_year_cny_bn__share_of_platforms(
    platform_share_of_buyer, china_csp_ai_capex_cny_bn, capex_anchor_year
):
    """The same of one of the six platforms: its share of what all six spend."""
    return platform_share_of_buyer * at(china_csp_ai_capex_cny_bn, year=capex_anchor_year)


@formula(unit="bn CNY", source=_DEFINITION, possible="[0, inf)")
def announced_capex_of_buyer_cny_bn(capex_of_buyer_in_anchor_year_cny_bn, capex_index_of_buyer, capex_anchor_year):
    """A buyer's spending as announced, at home and abroad: the anchor year, moved by growth."""
    moved = capex_index_of_buyer / at(capex_index_of_buyer, year=capex_anchor_year)
    return capex_of_buyer_in_anchor_year_cny_bn * moved


@formula(unit="bn CNY", source=_DEFINITION, possible="(0, inf)")
def announced_cloud_capex_cny_bn(announced_capex_of_buyer_cny_bn):
    """Spending of all buyers as announced."""
    return total(announced_capex_of_buyer_cny_bn, over="buyer")


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def announced_capex_over_start(announced_cloud_capex_cny_bn, market_start_year):
    """Announced spending of all buyers over that of the first year."""
    return announced_cloud_capex_cny_bn / at(announced_cloud_capex_cny_bn, year=market_start_year)


@formula(unit="bn CNY", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def announced_csp_capex_cny_bn(announced_capex_of_buyer_cny_bn, buyer_is_csp):
    """Spending of cloud providers as announced."""
    return total(where(buyer_is_csp > 0, announced_capex_of_buyer_cny_bn, 0), over="buyer")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def announced_csp_share(announced_csp_capex_cny_bn, announced_cloud_capex_cny_bn):
    """Share of cloud providers in spending as announced."""
    return announced_csp_capex_cny_bn / announced_cloud_capex_cny_bn


# -- what the source's total holds of it -----------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def csp_share_of_capex__calibrated(calibrated_csp_share_of_capex):
    """Share of cloud providers in all spending with which the source's total gives its market for chips."""
    return calibrated_csp_share_of_capex


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def csp_share_of_capex__announced(announced_csp_share):
    """Share of cloud providers in all spending as they announce it."""
    return announced_csp_share


@formula(unit="bn USD", source=_DEFINITION, possible="(0, inf)")
def cloud_capex_within_stated_total_usd_bn(cloud_capex_at_start_usd_bn, announced_capex_over_start, capex_pass_through):
    """Spending of all buyers on the source's path: its own level of the first year, moved as announced spending moves."""
    return cloud_capex_at_start_usd_bn * announced_capex_over_start**capex_pass_through


@formula(unit="bn USD", source=_CHAIN, kind="stepped", possible="[0, inf)")
def cloud_capex_of_buyer_usd_bn__within_stated_total(
    cloud_capex_within_stated_total_usd_bn, announced_capex_of_buyer_cny_bn, announced_cloud_capex_cny_bn, buyer_is_csp,
    csp_share_of_capex, announced_csp_share,
):  # fmt: skip
    """A buyer's part of the source's total: by announced spending among its own kind, with the share of each kind set."""
    csp = csp_share_of_capex / announced_csp_share
    other = (1 - csp_share_of_capex) / (1 - announced_csp_share)
    part = announced_capex_of_buyer_cny_bn / announced_cloud_capex_cny_bn
    return cloud_capex_within_stated_total_usd_bn * part * where(buyer_is_csp > 0, csp, other)


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def cloud_capex_of_buyer_usd_bn__announced(announced_capex_of_buyer_cny_bn, cny_per_usd):
    """A buyer's spending as announced, all of it."""
    return announced_capex_of_buyer_cny_bn / cny_per_usd


@formula(unit="bn USD", source=_CHAIN, possible="(0, inf)")
def cloud_capex_from_buyers_usd_bn(cloud_capex_of_buyer_usd_bn):
    """Spending on cloud of all buyers, at home and abroad."""
    return total(cloud_capex_of_buyer_usd_bn, over="buyer")


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def capex_counted_share(cloud_capex_of_buyer_usd_bn, announced_capex_of_buyer_cny_bn, cny_per_usd):
    """Part of a buyer's announced spending that the market counts."""
    return cloud_capex_of_buyer_usd_bn * cny_per_usd / announced_capex_of_buyer_cny_bn


# -- from spending to accelerators -----------------------------------------------------------------


@formula(unit="1", source="broker-2026-04-26#line-3302", possible="[0, 1]")
def csp_overseas_share_of_year(csp_overseas_share, csp_overseas_share_of_year):
    """Share of cloud providers' spending that goes abroad: as stated, else that of the year before."""
    return first_known(csp_overseas_share, previous(csp_overseas_share_of_year))


@formula(unit="1", source="broker-2026-04-26#line-3306", kind="stepped", possible="[0, 1]")
def ai_server_share_of_year(ai_server_share, year, ai_server_share_from_year, market_end_year):
    """Share of servers with accelerators: as stated, between two statements on a straight line, then held."""
    low = at(ai_server_share, year=ai_server_share_from_year)
    high = at(ai_server_share, year=market_end_year)
    gone = minimum(maximum(year, ai_server_share_from_year), market_end_year) - ai_server_share_from_year
    return first_known(ai_server_share, low + (high - low) * gone / (market_end_year - ai_server_share_from_year))


@formula(unit="bn USD", source=_CHAIN, kind="stepped", possible="[0, inf)")
def capex_of_buyer_in_china_usd_bn(cloud_capex_of_buyer_usd_bn, buyer_is_csp, csp_overseas_share_of_year):
    """A buyer's spending in China: cloud providers build abroad too."""
    return cloud_capex_of_buyer_usd_bn * where(buyer_is_csp > 0, 1 - csp_overseas_share_of_year, 1)


@formula(unit="bn USD", source=_CHAIN, possible="(0, inf)")
def capex_in_china_usd_bn(capex_of_buyer_in_china_usd_bn):
    """Spending on cloud in China of all buyers."""
    return total(capex_of_buyer_in_china_usd_bn, over="buyer")


@formula(unit="bn USD", source="broker-2026-04-26#line-3305", possible="[0, inf)")
def server_spending_in_china_usd_bn(capex_in_china_usd_bn, server_share_of_capex):
    """Spending on servers in China."""
    return capex_in_china_usd_bn * server_share_of_capex


@formula(unit="bn USD", source="broker-2026-04-26#line-3306", possible="[0, inf)")
def ai_server_spending_in_china_usd_bn(server_spending_in_china_usd_bn, ai_server_share_of_year):
    """Spending on servers with accelerators in China."""
    return server_spending_in_china_usd_bn * ai_server_share_of_year


@formula(unit="bn USD", source="broker-2026-04-26#line-3307", possible="[0, inf)")
def capex_route_tam_usd_bn(ai_server_spending_in_china_usd_bn, accelerator_content_share):
    """Value of accelerators that China buys, from what buyers spend: the first route."""
    return ai_server_spending_in_china_usd_bn * accelerator_content_share


@formula(unit="1", source=_DEFINITION)
def capex_route_tam_cagr(capex_route_tam_usd_bn):
    """Its compound yearly growth over six years, ending in the year."""
    return growth_rate(capex_route_tam_usd_bn, periods=6)


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def accelerator_spending_of_buyer_usd_bn(
    capex_of_buyer_in_china_usd_bn, server_share_of_capex, ai_server_share_of_year, accelerator_content_share
):
    """Value of accelerators that one buyer buys in China; all buyers share the same chain of shares."""
    share = server_share_of_capex * ai_server_share_of_year * accelerator_content_share
    return capex_of_buyer_in_china_usd_bn * share


# -- what ties the chain to the source's endpoints -------------------------------------------------


@formula(unit="1", source=_CHAIN)
def csp_share_for_stated_tam(
    tam_as_stated_usd_bn, forecast_china_cloud_capex_usd_bn, server_share_of_capex, ai_server_share_of_year,
    accelerator_content_share, csp_overseas_share_of_year,
):  # fmt: skip
    """Share of cloud providers in all spending at which the stated total and shares give the stated market."""
    share = server_share_of_capex * ai_server_share_of_year * accelerator_content_share
    return (1 - tam_as_stated_usd_bn / (forecast_china_cloud_capex_usd_bn * share)) / csp_overseas_share_of_year


@formula(unit="bn USD", source=_DEFINITION, possible="(0, inf)")
def cloud_capex_for_stated_tam_usd_bn(
    tam_as_stated_usd_bn, server_share_of_capex, ai_server_share_of_year, accelerator_content_share, csp_share_of_capex,
    csp_overseas_share_of_year,
):  # fmt: skip
    """Spending of all buyers that the stated market for chips takes, with the shares of the chain."""
    share = server_share_of_capex * ai_server_share_of_year * accelerator_content_share
    return tam_as_stated_usd_bn / (share * (1 - csp_share_of_capex * csp_overseas_share_of_year))


@formula(unit="1", source=_DEFINITION)
def capex_pass_through_for_stated_capex(
    cloud_capex_for_stated_tam_usd_bn, forecast_china_cloud_capex_usd_bn, announced_capex_over_start, market_start_year,
    market_end_year,
):  # fmt: skip
    """Growth of the stated total, in logarithms, over that of announced spending, from the first year to the last."""
    start = at(cloud_capex_for_stated_tam_usd_bn, year=market_start_year)
    end = at(forecast_china_cloud_capex_usd_bn, year=market_end_year)
    return log(end / start) / log(at(announced_capex_over_start, year=market_end_year))


@formula(unit="bn CNY", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def counted_platform_capex_cny_bn(platform_weight_of_buyer, cloud_capex_of_buyer_usd_bn, cny_per_usd):
    """Spending of the six platforms that the market counts."""
    return total(where(platform_weight_of_buyer > 0, cloud_capex_of_buyer_usd_bn, 0), over="buyer") * cny_per_usd


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def platforms_over_stated_total(
    china_csp_ai_capex_cny_bn, cny_per_usd, forecast_china_cloud_capex_usd_bn, market_end_year
):
    """What the six platforms alone spend over the total that the source states for all buyers in the last year."""
    return china_csp_ai_capex_cny_bn / cny_per_usd / at(forecast_china_cloud_capex_usd_bn, year=market_end_year)
