"""Lines of the income statement where drivers give it: what lies between the subtotals, and expense by line.

Subtotals stand with the drivers. Up to the last reported year every line is as printed.
"""

from siliconomics.core import formula
from siliconomics.core.operators import where


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def cost_of_goods_sold__from_drivers(revenue, gross_profit, printed_cost_of_goods_sold, year, driver_base_year):
    """Cost of goods sold: sales less gross profit."""
    return where(year > driver_base_year, revenue - gross_profit, printed_cost_of_goods_sold)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def operating_expense__from_drivers(gross_profit, operating_income, printed_operating_expense, year, driver_base_year):
    """Operating expense: gross profit less operating income."""
    return where(year > driver_base_year, gross_profit - operating_income, printed_operating_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def research_expense__from_drivers(
    operating_expense, planned_research_share_of_expense, printed_research_expense, year, driver_base_year
):
    """Research expense: its planned share of operating expense."""
    driven = operating_expense * planned_research_share_of_expense
    return where(year > driver_base_year, driven, printed_research_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def selling_expense__from_drivers(
    operating_expense, planned_selling_share_of_expense, printed_selling_expense, year, driver_base_year
):
    """Selling expense: its planned share of operating expense."""
    driven = operating_expense * planned_selling_share_of_expense
    return where(year > driver_base_year, driven, printed_selling_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def administrative_expense__from_drivers(
    operating_expense, research_expense, selling_expense, printed_administrative_expense, year, driver_base_year
):
    """Administrative expense: what research and selling leave of operating expense."""
    driven = operating_expense - research_expense - selling_expense
    return where(year > driver_base_year, driven, printed_administrative_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def non_operating_income__from_drivers(
    pretax_income, operating_income, printed_non_operating_income, year, driver_base_year
):
    """Income outside operations: income before tax less operating income."""
    return where(year > driver_base_year, pretax_income - operating_income, printed_non_operating_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def income_tax__from_drivers(pretax_income, net_income, printed_income_tax, year, driver_base_year):
    """Income tax, and minorities if any: income before tax less net income."""
    return where(year > driver_base_year, pretax_income - net_income, printed_income_tax)
