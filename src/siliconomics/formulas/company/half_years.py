"""Income statement of a half year: subtotals, margins and growth."""

from siliconomics.core import formula
from siliconomics.core.operators import growth_rate, maximum, previous


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def half_year_gross_profit_of_lines(half_year_revenue, half_year_cost_of_goods_sold):
    """Gross profit of a half year from its lines."""
    return half_year_revenue - half_year_cost_of_goods_sold


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def half_year_operating_expense_of_lines(
    half_year_research_expense, half_year_administrative_expense, half_year_selling_expense
):
    """Operating expense of a half year from its lines."""
    return half_year_research_expense + half_year_administrative_expense + half_year_selling_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def half_year_operating_income_of_lines(half_year_gross_profit, half_year_operating_expense):
    """Operating income of a half year from the two lines above it."""
    return half_year_gross_profit - half_year_operating_expense


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def half_year_pretax_income_of_lines(half_year_operating_income, half_year_non_operating_income):
    """Income before tax of a half year from the two lines above it."""
    return half_year_operating_income + half_year_non_operating_income


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-33")
def half_year_net_income_of_lines(half_year_pretax_income, half_year_income_tax):
    """Net income of a half year from the two lines above it, where no minorities are printed."""
    return half_year_pretax_income - half_year_income_tax


@formula(unit="reporting_currency/share", source="broker-2026-04-26#exhibit-33")
def half_year_earnings_per_share_of_lines(half_year_net_income, half_year_weighted_average_shares):
    """Net income of a half year over the shares that were out on average."""
    return half_year_net_income / half_year_weighted_average_shares


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_cost_of_goods_sold_share(half_year_cost_of_goods_sold, half_year_revenue):
    """Cost of goods sold of a half year over revenue."""
    return half_year_cost_of_goods_sold / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_research_expense_share(half_year_research_expense, half_year_revenue):
    """Research expense of a half year over revenue."""
    return half_year_research_expense / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_administrative_expense_share(half_year_administrative_expense, half_year_revenue):
    """Administrative expense of a half year over revenue."""
    return half_year_administrative_expense / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_selling_expense_share(half_year_selling_expense, half_year_revenue):
    """Selling expense of a half year over revenue."""
    return half_year_selling_expense / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_tax_rate(half_year_income_tax, half_year_pretax_income):
    """Income tax of a half year over income before tax; of a loss it says little."""
    return half_year_income_tax / half_year_pretax_income


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_operating_expense_share(half_year_operating_expense, half_year_revenue):
    """Operating expense of a half year over revenue."""
    return half_year_operating_expense / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_gross_margin(half_year_gross_profit, half_year_revenue):
    """Gross profit of a half year over revenue."""
    return half_year_gross_profit / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_operating_margin(half_year_operating_income, half_year_revenue):
    """Operating income of a half year over revenue."""
    return half_year_operating_income / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_pretax_margin(half_year_pretax_income, half_year_revenue):
    """Income before tax of a half year over revenue."""
    return half_year_pretax_income / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_net_margin(half_year_net_income, half_year_revenue):
    """Net income of a half year over revenue."""
    return half_year_net_income / half_year_revenue


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_revenue_growth(half_year_revenue):
    """Revenue over that of the half year before, less one."""
    return growth_rate(half_year_revenue)


@formula(unit="1", source="broker-2026-04-26#exhibit-33")
def half_year_revenue_growth_over_year(half_year_revenue):
    """Revenue of a half year over that of the same one a year before, less one."""
    return half_year_revenue / previous(half_year_revenue, 2) - 1


@formula(unit="1", source="broker-2026-04-26#exhibit-33", kind="stepped")
def half_year_incremental_margin(half_year_gross_margin, half_year_revenue_growth):
    """Gross profit added since the half year before over revenue added since then; none where revenue fell.

    The change of gross profit over the change of revenue, written in margin and growth.
    """
    return half_year_gross_margin + (half_year_gross_margin - previous(half_year_gross_margin)) / maximum(
        half_year_revenue_growth, 0
    )
