"""Whether tokens, advertising and subscriptions pay for the chips: revenue, cost, margin, and the price that breaks even.

Cost is that of the cloud providers' chips in China: depreciation, power and infrastructure, as the ownership chapter has
them; people who make models, bandwidth and tax are not in it.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, previous, total
from siliconomics.core.units import (
    BILLIONS_PER_TRILLION,
    DAYS_PER_YEAR,
    MILLIONS_PER_BILLION,
    MONTHS_PER_YEAR,
    ONE_YEAR,
    TOKENS_PER_MTOKEN,
)

_DEFINITION = "siliconomics#definition"
_CLAIM = "broker-2026-04-26#line-3207"

# -- cost of a chip a year --------------------------------------------------------------------------


@formula(unit="USD/chip/year", source=_CLAIM, possible="(0, inf)")
def fleet_depreciation_usd(fleet_share, equipment_cost_per_chip_usd, fleet_chip, market_site, equipment_life_years):
    """Depreciation a year of the mean chip with its server and network, in even parts over their life."""
    bought = total(fleet_share * at(equipment_cost_per_chip_usd, chip=fleet_chip, site=market_site), over="fleet")
    return bought / equipment_life_years / ONE_YEAR


@formula(unit="USD/chip/year", source=_CLAIM, possible="[0, inf)")
def fleet_power_usd(fleet_share, energy_cost_usd_per_year, fleet_chip, market_site, market_owner):
    """Electricity a year of the mean chip."""
    paid = at(energy_cost_usd_per_year, chip=fleet_chip, site=market_site, owner=market_owner)
    return total(fleet_share * paid, over="fleet")


@formula(unit="USD/chip/year", source=_CLAIM, possible="[0, inf)")
def fleet_infrastructure_usd(
    fleet_share, facility_cost_per_chip_usd, staff_cost_usd_per_year, maintenance_cost_usd_per_year, fleet_chip,
    market_site, facility_life_years,
):  # fmt: skip
    """Building, people and repairs a year of the mean chip; the building in even parts over its life."""
    building = at(facility_cost_per_chip_usd, chip=fleet_chip, site=market_site) / facility_life_years / ONE_YEAR
    people = at(staff_cost_usd_per_year, chip=fleet_chip, site=market_site)
    repairs = at(maintenance_cost_usd_per_year, chip=fleet_chip, site=market_site)
    return total(fleet_share * (building + people + repairs), over="fleet")


# -- chips of cloud providers -----------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def csp_share_in_china(csp_share_of_capex, csp_overseas_share_of_year):
    """Share of cloud providers in spending that stays in China."""
    home = csp_share_of_capex * (1 - csp_overseas_share_of_year)
    return home / (1 - csp_share_of_capex * csp_overseas_share_of_year)


@formula(unit="mn chip", source=_DEFINITION, possible="[0, inf)")
def csp_accelerators_mn(accelerators_installed_mn, csp_share_in_china):
    """Accelerators of cloud providers in China, mean of the year."""
    return (previous(accelerators_installed_mn) + accelerators_installed_mn) / 2 * csp_share_in_china


# -- cost -------------------------------------------------------------------------------------------


@formula(unit="bn CNY/year", source=_CLAIM, possible="[0, inf)")
def ai_depreciation_cny_bn(csp_accelerators_mn, fleet_depreciation_usd, cny_per_usd):
    """Depreciation of chips, servers and network."""
    return csp_accelerators_mn * fleet_depreciation_usd * cny_per_usd / MILLIONS_PER_BILLION


@formula(unit="bn CNY/year", source=_CLAIM, possible="[0, inf)")
def ai_power_cny_bn(csp_accelerators_mn, fleet_power_usd, cny_per_usd):
    """Electricity."""
    return csp_accelerators_mn * fleet_power_usd * cny_per_usd / MILLIONS_PER_BILLION


@formula(unit="bn CNY/year", source=_CLAIM, possible="[0, inf)")
def ai_infrastructure_cny_bn(csp_accelerators_mn, fleet_infrastructure_usd, cny_per_usd):
    """Buildings, people and repairs."""
    return csp_accelerators_mn * fleet_infrastructure_usd * cny_per_usd / MILLIONS_PER_BILLION


@formula(unit="bn CNY/year", source=_CLAIM, possible="[0, inf)")
def ai_cost_cny_bn(ai_depreciation_cny_bn, ai_power_cny_bn, ai_infrastructure_cny_bn):
    """What the chips of cloud providers cost in a year: depreciation, power and infrastructure."""
    return ai_depreciation_cny_bn + ai_power_cny_bn + ai_infrastructure_cny_bn


# -- revenue ----------------------------------------------------------------------------------------


@formula(unit="CNY/Mtoken", source=_DEFINITION, possible="(0, inf)")
def token_price_cny_per_mtoken(token_price_at_reference_cny_per_mtoken, token_price_change, year, revenue_known_year):
    """Mean price of paid tokens, read and written together."""
    return token_price_at_reference_cny_per_mtoken * (1 + token_price_change) ** (year - revenue_known_year)


@formula(unit="tn token/year", source=_DEFINITION, possible="[0, inf)")
def paid_tokens_tn(daily_tokens_mean_tn, paid_share_of_tokens):
    """Tokens of a year that somebody pays for by the token."""
    return daily_tokens_mean_tn * DAYS_PER_YEAR / ONE_YEAR * paid_share_of_tokens


@formula(unit="bn CNY/year", source=_DEFINITION, possible="[0, inf)")
def token_revenue_cny_bn(paid_tokens_tn, token_price_cny_per_mtoken):
    """Revenue from enterprises and developers, by the token."""
    return paid_tokens_tn / TOKENS_PER_MTOKEN * token_price_cny_per_mtoken * BILLIONS_PER_TRILLION


@formula(unit="bn CNY/year", source=_DEFINITION, possible="[0, inf)")
def advertising_uplift_cny_bn(
    advertising_at_reference_cny_bn, advertising_growth, advertising_uplift, year, revenue_known_year
):
    """Advertising and commissions of the platforms that would not be there without AI."""
    return (
        advertising_at_reference_cny_bn * (1 + advertising_growth) ** (year - revenue_known_year) * advertising_uplift
    )


@formula(unit="bn CNY/year", source=_DEFINITION, possible="[0, inf)")
def subscription_revenue_cny_bn(assistant_users_mn, paying_share_of_users, subscription_cny_per_month):
    """Subscriptions of consumers to assistants."""
    return (
        assistant_users_mn * paying_share_of_users * subscription_cny_per_month * MONTHS_PER_YEAR / MILLIONS_PER_BILLION
    )


@formula(unit="bn CNY/year", source=_CLAIM, possible="[0, inf)")
def ai_revenue_cny_bn(token_revenue_cny_bn, advertising_uplift_cny_bn, subscription_revenue_cny_bn):
    """What AI earns for cloud providers in China: tokens sold, advertising added, subscriptions."""
    return token_revenue_cny_bn + advertising_uplift_cny_bn + subscription_revenue_cny_bn


# -- margin and breakeven ---------------------------------------------------------------------------


@formula(unit="1", source=_CLAIM, possible="(-inf, 1]")
def ai_operating_margin(ai_cost_cny_bn, ai_revenue_cny_bn):
    """Margin after depreciation, power and infrastructure; below zero before breakeven."""
    return 1 - ai_cost_cny_bn / ai_revenue_cny_bn


@formula(unit="CNY/Mtoken", source=_CLAIM)
def breakeven_token_price_cny_per_mtoken(
    ai_cost_cny_bn, advertising_uplift_cny_bn, subscription_revenue_cny_bn, paid_tokens_tn
):
    """Price of a paid token at which a year breaks even; below zero where the other revenue pays for all."""
    left = ai_cost_cny_bn - advertising_uplift_cny_bn - subscription_revenue_cny_bn
    return left / BILLIONS_PER_TRILLION / paid_tokens_tn * TOKENS_PER_MTOKEN


@formula(unit="CNY/Mtoken", source=_CLAIM)
def token_price_for_target_margin_cny_per_mtoken(
    ai_cost_cny_bn, target_ai_margin, advertising_uplift_cny_bn, subscription_revenue_cny_bn, paid_tokens_tn
):
    """Price of a paid token at which a year has the margin that the source expects of its last year."""
    left = ai_cost_cny_bn / (1 - target_ai_margin) - advertising_uplift_cny_bn - subscription_revenue_cny_bn
    return left / BILLIONS_PER_TRILLION / paid_tokens_tn * TOKENS_PER_MTOKEN
