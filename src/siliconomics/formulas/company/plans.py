"""A printed balance sheet and cash flow statement read as drivers: days, shares of sales, rates of wear.

Each plan is what the printed statement implies; where none is printed, an assumption that says so; and in a year that
has neither, the plan of the year before goes on. Hold a plan at another value to change it.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous
from siliconomics.core.units import DAYS_PER_YEAR


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_cost_of_goods_sold(printed_revenue, planned_gross_profit):
    """Cost of goods sold as the printed forecast has it, else at the margin assumed where its column is lost."""
    return printed_revenue - planned_gross_profit


# -- working capital --------------------------------------------------------------------------


@formula(unit="day", source="siliconomics#definition", possible="[0, inf)")
def planned_receivable_days(
    printed_trade_receivables, printed_revenue, assumed_receivable_days, planned_receivable_days
):
    """Closing receivables in days of sales, as planned."""
    printed = printed_trade_receivables / printed_revenue * DAYS_PER_YEAR
    return first_known(printed, assumed_receivable_days, previous(planned_receivable_days))


@formula(unit="day", source="siliconomics#definition", possible="[0, inf)")
def planned_inventory_days(
    printed_inventories, planned_cost_of_goods_sold, assumed_inventory_days, planned_inventory_days
):
    """Closing inventories in days of cost of goods sold, as planned."""
    printed = printed_inventories / planned_cost_of_goods_sold * DAYS_PER_YEAR
    return first_known(printed, assumed_inventory_days, previous(planned_inventory_days))


@formula(unit="day", source="siliconomics#definition", possible="[0, inf)")
def planned_other_current_asset_days(
    printed_other_current_assets,
    planned_cost_of_goods_sold,
    assumed_other_current_asset_days,
    planned_other_current_asset_days,
):
    """Other current assets, what is paid to suppliers ahead among them, in days of cost of goods sold, as planned."""
    printed = printed_other_current_assets / planned_cost_of_goods_sold * DAYS_PER_YEAR
    return first_known(printed, assumed_other_current_asset_days, previous(planned_other_current_asset_days))


@formula(unit="day", source="siliconomics#definition", possible="[0, inf)")
def planned_payable_days(
    printed_trade_payables, planned_cost_of_goods_sold, assumed_payable_days, planned_payable_days
):
    """Closing payables in days of cost of goods sold, as planned."""
    printed = printed_trade_payables / planned_cost_of_goods_sold * DAYS_PER_YEAR
    return first_known(printed, assumed_payable_days, previous(planned_payable_days))


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def planned_other_current_liability_share(
    printed_other_current_liabilities,
    printed_revenue,
    assumed_other_current_liability_share,
    planned_other_current_liability_share,
):
    """Other current liabilities, what customers paid ahead among them, over a year's sales, as planned."""
    printed = printed_other_current_liabilities / printed_revenue
    return first_known(printed, assumed_other_current_liability_share, previous(planned_other_current_liability_share))


# -- fixed and intangible assets --------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_capital_expenditure_share(
    printed_capital_expenditure,
    printed_revenue,
    assumed_capital_expenditure_share,
    planned_capital_expenditure_share,
):
    """Cash for fixed assets over a year's sales, as planned; positive for spending."""
    printed = -printed_capital_expenditure / printed_revenue
    return first_known(printed, assumed_capital_expenditure_share, previous(planned_capital_expenditure_share))


@formula(unit="1", source="siliconomics#definition")
def planned_depreciation_rate(
    printed_depreciation, printed_property_plant_equipment, assumed_depreciation_rate, planned_depreciation_rate
):
    """Depreciation of a year over the fixed assets that opened it, as planned."""
    printed = printed_depreciation / previous(printed_property_plant_equipment)
    return first_known(printed, assumed_depreciation_rate, previous(planned_depreciation_rate))


@formula(unit="1", source="siliconomics#definition")
def planned_intangible_spending_share(
    printed_other_investing_cash,
    printed_revenue,
    assumed_intangible_spending_share,
    planned_intangible_spending_share,
):
    """Cash for intangible assets over a year's sales, as planned; positive for spending."""
    printed = -printed_other_investing_cash / printed_revenue
    return first_known(printed, assumed_intangible_spending_share, previous(planned_intangible_spending_share))


@formula(unit="1", source="siliconomics#definition")
def planned_amortisation_rate(
    printed_other_operating_cash, printed_intangible_assets, assumed_amortisation_rate, planned_amortisation_rate
):
    """Amortisation of a year over the intangible assets that opened it, as planned.

    The source keeps amortisation under other adjustments of the cash flow statement.
    """
    printed = printed_other_operating_cash / previous(printed_intangible_assets)
    return first_known(printed, assumed_amortisation_rate, previous(planned_amortisation_rate))


# -- expense by line --------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_research_share_of_expense(
    printed_research_expense, printed_operating_expense, planned_research_share_of_expense
):
    """Research over all operating expense, as planned."""
    return first_known(
        printed_research_expense / printed_operating_expense, previous(planned_research_share_of_expense)
    )


@formula(unit="1", source="siliconomics#definition")
def planned_selling_share_of_expense(
    printed_selling_expense, printed_operating_expense, planned_selling_share_of_expense
):
    """Selling over all operating expense, as planned; what research and selling leave is administrative."""
    return first_known(printed_selling_expense / printed_operating_expense, previous(planned_selling_share_of_expense))
