"""Income statement of a quarter: subtotals, margins and growth."""

from siliconomics.core import formula
from siliconomics.core.operators import growth_rate, maximum, previous


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-39")
def quarter_gross_profit_of_lines(quarter_revenue, quarter_cost_of_goods_sold):
    """Gross profit of a quarter from its lines."""
    return quarter_revenue - quarter_cost_of_goods_sold


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-39")
def quarter_operating_expense_of_lines(
    quarter_research_expense, quarter_administrative_expense, quarter_selling_expense
):
    """Operating expense of a quarter from its lines."""
    return quarter_research_expense + quarter_administrative_expense + quarter_selling_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-39")
def quarter_operating_income_of_lines(quarter_gross_profit, quarter_operating_expense):
    """Operating income of a quarter from the two lines above it."""
    return quarter_gross_profit - quarter_operating_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-39")
def quarter_pretax_income_of_lines(quarter_operating_income, quarter_non_operating_income):
    """Income before tax of a quarter from the two lines above it."""
    return quarter_operating_income + quarter_non_operating_income


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-39")
def quarter_net_income_of_lines(quarter_pretax_income, quarter_income_tax):
    """Net income of a quarter from the two lines above it, where no minorities are printed."""
    return quarter_pretax_income - quarter_income_tax


@formula(unit="reporting_currency/share", source="broker-2026-04-26#exhibit-39")
def quarter_earnings_per_share_of_lines(quarter_net_income, quarter_weighted_average_shares):
    """Net income of a quarter over the shares that were out on average."""
    return quarter_net_income / quarter_weighted_average_shares


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_cost_of_goods_sold_share(quarter_cost_of_goods_sold, quarter_revenue):
    """Cost of goods sold of a quarter over revenue."""
    return quarter_cost_of_goods_sold / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_research_expense_share(quarter_research_expense, quarter_revenue):
    """Research expense of a quarter over revenue."""
    return quarter_research_expense / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_administrative_expense_share(quarter_administrative_expense, quarter_revenue):
    """Administrative expense of a quarter over revenue."""
    return quarter_administrative_expense / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_selling_expense_share(quarter_selling_expense, quarter_revenue):
    """Selling expense of a quarter over revenue."""
    return quarter_selling_expense / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_tax_rate(quarter_income_tax, quarter_pretax_income):
    """Income tax of a quarter over income before tax; of a loss it says little."""
    return quarter_income_tax / quarter_pretax_income


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_operating_expense_share(quarter_operating_expense, quarter_revenue):
    """Operating expense of a quarter over revenue."""
    return quarter_operating_expense / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_gross_margin(quarter_gross_profit, quarter_revenue):
    """Gross profit of a quarter over revenue."""
    return quarter_gross_profit / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_operating_margin(quarter_operating_income, quarter_revenue):
    """Operating income of a quarter over revenue."""
    return quarter_operating_income / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_pretax_margin(quarter_pretax_income, quarter_revenue):
    """Income before tax of a quarter over revenue."""
    return quarter_pretax_income / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_net_margin(quarter_net_income, quarter_revenue):
    """Net income of a quarter over revenue."""
    return quarter_net_income / quarter_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_revenue_growth(quarter_revenue):
    """Revenue over that of the quarter before, less one."""
    return growth_rate(quarter_revenue)


@formula(unit="1", source="broker-2026-04-26#exhibit-39")
def quarter_revenue_growth_over_year(quarter_revenue):
    """Revenue of a quarter over that of the same one a year before, less one."""
    return quarter_revenue / previous(quarter_revenue, 4) - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-39", kind="stepped")
def quarter_incremental_margin(quarter_gross_margin, quarter_revenue_growth):
    """Gross profit added since the quarter before over revenue added since then; none where revenue fell.

    The change of gross profit over the change of revenue, written in margin and growth.
    """
    return quarter_gross_margin + (quarter_gross_margin - previous(quarter_gross_margin)) / maximum(
        quarter_revenue_growth, 0
    )
