"""Margins and growth of a company's reported and forecast lines."""

from siliconomics.core import formula
from siliconomics.core.operators import growth_rate


@formula(unit="reporting_currency/share", source="broker-2026-04-26#exhibit-26")
def earnings_per_share(net_income, valuation_shares):
    """Net income over the shares the valuation uses."""
    return net_income / valuation_shares


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def gross_margin(gross_profit, revenue):
    """Gross profit over revenue."""
    return gross_profit / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def operating_margin(operating_income, revenue):
    """Operating income over revenue."""
    return operating_income / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def pretax_margin(pretax_income, revenue):
    """Income before tax over revenue."""
    return pretax_income / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def net_margin(net_income, revenue):
    """Net income over revenue."""
    return net_income / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def operating_expense_share(gross_profit, operating_income, revenue):
    """What lies between gross profit and operating income, over revenue."""
    return (gross_profit - operating_income) / revenue


@formula(unit="1", source="siliconomics#definition")
def revenue_growth(revenue):
    """Revenue over the year before, less one."""
    return growth_rate(revenue)


@formula(unit="1", source="siliconomics#definition")
def gross_profit_growth(gross_profit):
    """Gross profit over the year before, less one."""
    return growth_rate(gross_profit)


@formula(unit="1", source="siliconomics#definition")
def operating_income_growth(operating_income):
    """Operating income over the year before, less one; across zero it says little."""
    return growth_rate(operating_income)


@formula(unit="1", source="siliconomics#definition")
def revenue_cagr(revenue):
    """Compound yearly growth of revenue over three years, ending in the year."""
    return growth_rate(revenue, periods=3)


@formula(unit="1", source="siliconomics#definition")
def earnings_per_share_cagr(earnings_per_share):
    """Compound yearly growth of earnings per share over three years, ending in the year."""
    return growth_rate(earnings_per_share, periods=3)
