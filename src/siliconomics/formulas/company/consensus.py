"""Own estimates against those of others."""

from siliconomics.core import formula


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def revenue_difference_from_consensus(revenue, consensus_revenue):
    """Own revenue over a provider's mean, less one."""
    return revenue / consensus_revenue - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def gross_profit_difference_from_consensus(gross_profit, consensus_gross_profit):
    """Own gross profit over a provider's mean, less one."""
    return gross_profit / consensus_gross_profit - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def operating_income_difference_from_consensus(operating_income, consensus_operating_income):
    """Own operating income over a provider's mean, less one."""
    return operating_income / consensus_operating_income - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def pretax_income_difference_from_consensus(pretax_income, consensus_pretax_income):
    """Own income before tax over a provider's mean, less one."""
    return pretax_income / consensus_pretax_income - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def net_income_difference_from_consensus(net_income, consensus_net_income):
    """Own net income over a provider's mean, less one."""
    return net_income / consensus_net_income - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-26")
def earnings_per_share_difference_from_consensus(earnings_per_share, consensus_earnings_per_share):
    """Own earnings per share over a provider's mean, less one."""
    return earnings_per_share / consensus_earnings_per_share - 1
