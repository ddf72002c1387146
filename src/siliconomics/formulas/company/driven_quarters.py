"""Income statement of a quarter where drivers give the year: shares, lines and subtotals.

A quarter is a planned share of the year, and the last one what the others leave, so that they make the year whatever a
driver does. In a year whose quarters nobody prints, the shares of the year before go on. Subtotals follow from lines. Up
to the last reported year every line is as printed.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous, where

from ._part_of_year import part_of_year

# -- how the plan lies in the year ------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_revenue(
    printed_quarter_revenue, printed_revenue, calendar_year, planned_quarter_share_of_revenue
):
    """Share of a year's sales that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_revenue / at(printed_revenue, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_revenue, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_cost_of_goods_sold(
    printed_quarter_cost_of_goods_sold,
    planned_cost_of_goods_sold,
    calendar_year,
    planned_quarter_share_of_cost_of_goods_sold,
):
    """Share of a year's cost of goods sold that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_cost_of_goods_sold / at(planned_cost_of_goods_sold, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_cost_of_goods_sold, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_research_expense(
    printed_quarter_research_expense, printed_research_expense, calendar_year, planned_quarter_share_of_research_expense
):
    """Share of a year's research expense that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_research_expense / at(printed_research_expense, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_research_expense, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_administrative_expense(
    printed_quarter_administrative_expense,
    printed_administrative_expense,
    calendar_year,
    planned_quarter_share_of_administrative_expense,
):
    """Share of a year's administrative expense that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_administrative_expense / at(printed_administrative_expense, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_administrative_expense, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_selling_expense(
    printed_quarter_selling_expense, printed_selling_expense, calendar_year, planned_quarter_share_of_selling_expense
):
    """Share of a year's selling expense that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_selling_expense / at(printed_selling_expense, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_selling_expense, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_non_operating_income(
    printed_quarter_non_operating_income,
    planned_non_operating_income,
    calendar_year,
    planned_quarter_share_of_non_operating_income,
):
    """Share of a year's income outside operations that falls into a quarter, as planned, else as in the year before."""
    printed = printed_quarter_non_operating_income / at(planned_non_operating_income, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_non_operating_income, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_income_tax(
    printed_quarter_income_tax, printed_income_tax, calendar_year, planned_quarter_share_of_income_tax
):
    """Share of a year's income tax that falls into a quarter, as planned, else as the year before; unknown where none is."""
    printed = printed_quarter_income_tax / at(printed_income_tax, year=calendar_year)
    return first_known(printed, previous(planned_quarter_share_of_income_tax, 4))


# -- lines ------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_revenue__from_drivers(
    quarter_revenue,
    revenue,
    planned_quarter_share_of_revenue,
    printed_quarter_revenue,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Sales of a quarter: its share of the year."""
    whole = at(revenue, year=calendar_year)
    earlier = previous(quarter_revenue) + previous(quarter_revenue, 2) + previous(quarter_revenue, 3)
    return part_of_year(
        planned_quarter_share_of_revenue,
        whole,
        earlier,
        quarters_left,
        printed_quarter_revenue,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_cost_of_goods_sold__from_drivers(
    quarter_cost_of_goods_sold,
    cost_of_goods_sold,
    planned_quarter_share_of_cost_of_goods_sold,
    printed_quarter_cost_of_goods_sold,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Cost of goods sold of a quarter: its share of the year."""
    whole = at(cost_of_goods_sold, year=calendar_year)
    earlier = (
        previous(quarter_cost_of_goods_sold)
        + previous(quarter_cost_of_goods_sold, 2)
        + previous(quarter_cost_of_goods_sold, 3)
    )
    return part_of_year(
        planned_quarter_share_of_cost_of_goods_sold,
        whole,
        earlier,
        quarters_left,
        printed_quarter_cost_of_goods_sold,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_research_expense__from_drivers(
    quarter_research_expense,
    research_expense,
    planned_quarter_share_of_research_expense,
    printed_quarter_research_expense,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Research expense of a quarter: its share of the year."""
    whole = at(research_expense, year=calendar_year)
    earlier = (
        previous(quarter_research_expense)
        + previous(quarter_research_expense, 2)
        + previous(quarter_research_expense, 3)
    )
    return part_of_year(
        planned_quarter_share_of_research_expense,
        whole,
        earlier,
        quarters_left,
        printed_quarter_research_expense,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_administrative_expense__from_drivers(
    quarter_administrative_expense,
    administrative_expense,
    planned_quarter_share_of_administrative_expense,
    printed_quarter_administrative_expense,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Administrative expense of a quarter: its share of the year."""
    whole = at(administrative_expense, year=calendar_year)
    earlier = (
        previous(quarter_administrative_expense)
        + previous(quarter_administrative_expense, 2)
        + previous(quarter_administrative_expense, 3)
    )
    return part_of_year(
        planned_quarter_share_of_administrative_expense,
        whole,
        earlier,
        quarters_left,
        printed_quarter_administrative_expense,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_selling_expense__from_drivers(
    quarter_selling_expense,
    selling_expense,
    planned_quarter_share_of_selling_expense,
    printed_quarter_selling_expense,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Selling expense of a quarter: its share of the year."""
    whole = at(selling_expense, year=calendar_year)
    earlier = (
        previous(quarter_selling_expense) + previous(quarter_selling_expense, 2) + previous(quarter_selling_expense, 3)
    )
    return part_of_year(
        planned_quarter_share_of_selling_expense,
        whole,
        earlier,
        quarters_left,
        printed_quarter_selling_expense,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_non_operating_income__from_drivers(
    quarter_non_operating_income,
    non_operating_income,
    planned_quarter_share_of_non_operating_income,
    printed_quarter_non_operating_income,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Income outside operations of a quarter: its share of the year."""
    whole = at(non_operating_income, year=calendar_year)
    earlier = (
        previous(quarter_non_operating_income)
        + previous(quarter_non_operating_income, 2)
        + previous(quarter_non_operating_income, 3)
    )
    return part_of_year(
        planned_quarter_share_of_non_operating_income,
        whole,
        earlier,
        quarters_left,
        printed_quarter_non_operating_income,
        calendar_year > driver_base_year,
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_income_tax__from_drivers(
    quarter_income_tax,
    income_tax,
    planned_quarter_share_of_income_tax,
    planned_quarter_share_of_revenue,
    printed_quarter_income_tax,
    calendar_year,
    quarters_left,
    driver_base_year,
):
    """Income tax of a quarter: its share of the year; where no tax is planned, as sales do."""
    whole = at(income_tax, year=calendar_year)
    earlier = previous(quarter_income_tax) + previous(quarter_income_tax, 2) + previous(quarter_income_tax, 3)
    share = first_known(planned_quarter_share_of_income_tax, planned_quarter_share_of_revenue)
    return part_of_year(
        share, whole, earlier, quarters_left, printed_quarter_income_tax, calendar_year > driver_base_year
    )


# -- subtotals --------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_gross_profit__from_drivers(
    quarter_gross_profit_of_lines, printed_quarter_gross_profit, calendar_year, driver_base_year
):
    """Gross profit of a quarter from its lines."""
    driven = where(calendar_year > driver_base_year, quarter_gross_profit_of_lines, printed_quarter_gross_profit)
    return first_known(driven, printed_quarter_gross_profit)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_operating_expense__from_drivers(
    quarter_operating_expense_of_lines, printed_quarter_operating_expense, calendar_year, driver_base_year
):
    """Operating expense of a quarter from its lines."""
    driven = where(
        calendar_year > driver_base_year, quarter_operating_expense_of_lines, printed_quarter_operating_expense
    )
    return first_known(driven, printed_quarter_operating_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_operating_income__from_drivers(
    quarter_operating_income_of_lines, printed_quarter_operating_income, calendar_year, driver_base_year
):
    """Operating income of a quarter from its lines."""
    driven = where(
        calendar_year > driver_base_year, quarter_operating_income_of_lines, printed_quarter_operating_income
    )
    return first_known(driven, printed_quarter_operating_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_pretax_income__from_drivers(
    quarter_pretax_income_of_lines, printed_quarter_pretax_income, calendar_year, driver_base_year
):
    """Income before tax of a quarter from its lines."""
    driven = where(calendar_year > driver_base_year, quarter_pretax_income_of_lines, printed_quarter_pretax_income)
    return first_known(driven, printed_quarter_pretax_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_net_income__from_drivers(
    quarter_net_income_of_lines, printed_quarter_net_income, calendar_year, driver_base_year
):
    """Net income of a quarter from its lines."""
    driven = where(calendar_year > driver_base_year, quarter_net_income_of_lines, printed_quarter_net_income)
    return first_known(driven, printed_quarter_net_income)
