"""Lines of a year's statements that follow from others: subtotals, balances rolled forward, ratios.

Each is one tie: printed lines on the one side, a printed line on the other. `_of_lines` adds up lines of one table,
`_of_roll` carries a balance from the year before, `_of_balances` reads a flow off two balances.
"""

from siliconomics.core import formula
from siliconomics.core.operators import growth_rate, maximum, previous


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def gross_profit_of_lines(revenue, cost_of_goods_sold):
    """Gross profit of a year from its lines."""
    return revenue - cost_of_goods_sold


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def operating_expense_of_lines(research_expense, administrative_expense, selling_expense):
    """Operating expense of a year from its lines."""
    return research_expense + administrative_expense + selling_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def operating_income_of_lines(gross_profit, operating_expense):
    """Operating income of a year from the two lines above it."""
    return gross_profit - operating_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def pretax_income_of_lines(operating_income, non_operating_income):
    """Income before tax of a year from the two lines above it."""
    return operating_income + non_operating_income


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def net_income_of_lines(pretax_income, income_tax):
    """Net income of a year from the two lines above it, where no minorities are printed."""
    return pretax_income - income_tax


@formula(unit="reporting_currency/share", source="broker-2026-04-26#exhibit-33")
def earnings_per_share_of_lines(net_income, weighted_average_shares):
    """Net income of a year over the shares that were out on average."""
    return net_income / weighted_average_shares


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def cost_of_goods_sold_share(cost_of_goods_sold, revenue):
    """Cost of goods sold of a year over revenue."""
    return cost_of_goods_sold / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def research_expense_share(research_expense, revenue):
    """Research expense of a year over revenue."""
    return research_expense / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def administrative_expense_share(administrative_expense, revenue):
    """Administrative expense of a year over revenue."""
    return administrative_expense / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def selling_expense_share(selling_expense, revenue):
    """Selling expense of a year over revenue."""
    return selling_expense / revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def tax_rate(income_tax, pretax_income):
    """Income tax of a year over income before tax; of a loss it says little."""
    return income_tax / pretax_income


@formula(unit="1", source="broker-2026-04-26#exhibit-33", kind="stepped")
def incremental_margin(gross_margin, revenue_growth):
    """Gross profit added since the year before over revenue added since then; none where revenue fell.

    The change of gross profit over the change of revenue, written in margin and growth.
    """
    return gross_margin + (gross_margin - previous(gross_margin)) / maximum(revenue_growth, 0)


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def net_income_after_minorities_of_lines(pretax_income, income_tax, minority_interest):
    """Net income from the three lines above it."""
    return pretax_income - income_tax - minority_interest


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def pretax_income_growth(pretax_income):
    """Income before tax over the year before, less one; across zero it says little."""
    return growth_rate(pretax_income)


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def net_income_growth(net_income):
    """Net income over the year before, less one; across zero it says little."""
    return growth_rate(net_income)


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def earnings_per_share_growth(earnings_per_share_of_lines):
    """Earnings per share over the year before, less one; across zero it says little."""
    return growth_rate(earnings_per_share_of_lines)
