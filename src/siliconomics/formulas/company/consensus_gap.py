"""Why own net income differs from that of others: sales, margin, expense, and what lies below operating income.

The four steps add up to the whole gap. Each is of one provider, whose lines must all be known.
"""

from siliconomics.core import formula


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_gap_to_consensus(net_income, consensus_net_income):
    """Own net income less a provider's mean."""
    return net_income - consensus_net_income


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_gap_from_sales(revenue, consensus_revenue, consensus_gross_profit):
    """Gross profit on the sales that others do not expect, at their margin."""
    return (revenue - consensus_revenue) * consensus_gross_profit / consensus_revenue


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_gap_from_gross_margin(gross_profit, revenue, consensus_gross_profit, consensus_revenue):
    """Gross profit on own sales, less what they would bring at the margin that others expect."""
    return gross_profit - revenue * consensus_gross_profit / consensus_revenue


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_gap_from_operating_expense(
    gross_profit, operating_income, consensus_gross_profit, consensus_operating_income
):
    """Operating expense of others less our own; negative where we expect more of it."""
    return (consensus_gross_profit - consensus_operating_income) - (gross_profit - operating_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_gap_below_operating_income(
    net_income, operating_income, consensus_net_income, consensus_operating_income
):
    """Interest, tax and minorities: what we add below operating income, less what others do."""
    return (net_income - operating_income) - (consensus_net_income - consensus_operating_income)


@formula(unit="1", source="siliconomics#definition")
def price_to_sales_on_consensus_at_market(market_value, consensus_revenue):
    """Market value over the sales that others expect."""
    return market_value / consensus_revenue


@formula(unit="1", source="siliconomics#definition")
def price_to_earnings_on_consensus_at_market(market_value, consensus_net_income):
    """Market value over the net income that others expect."""
    return market_value / consensus_net_income
