"""What a year carries over from the balance sheet that opens it: interest on cash and debt, and wear of assets.

Both lie inside the printed forecast, which prints neither apart. What the plan holds of them is a named line that stays
where it is; what the driven balance sheet makes of them moves, and only the difference reaches income. So with the
drivers as they stand the printed forecast comes out. Both read opening balances alone, so nothing goes in a circle.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum, previous

# -- interest ---------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def liquid_funds(cash_and_equivalents, marketable_securities):
    """Cash and securities at the end of a year; below nothing, what would have to be borrowed."""
    return cash_and_equivalents + marketable_securities


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def net_interest_on_opening_balances(liquid_funds, short_term_debt, long_term_debt, deposit_rate, borrowing_rate):
    """Interest earned on the liquid funds that open a year, less interest paid on its debt.

    Funds below nothing pay the rate of a loan.
    """
    funds = previous(liquid_funds)
    owed = previous(short_term_debt) + previous(long_term_debt) + maximum(-funds, 0)
    return deposit_rate * maximum(funds, 0) - borrowing_rate * owed


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def interest_off_plan(net_interest_on_opening_balances, net_interest_in_plan):
    """Net interest above what the plan holds of it; nothing for a company whose plan does not say."""
    return first_known(net_interest_on_opening_balances - net_interest_in_plan, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_other_non_operating_income(planned_non_operating_income, net_interest_in_plan):
    """What is left of planned income outside operations without interest: grants, gains, investments."""
    return planned_non_operating_income - net_interest_in_plan


# -- wear -------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_depreciation_and_amortisation(printed_depreciation, printed_other_operating_cash, depreciation_in_plan):
    """Depreciation and amortisation that lie in the planned costs: as printed, else as the base drivers have them."""
    return first_known(printed_depreciation + printed_other_operating_cash, depreciation_in_plan)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def depreciation_held_in_cost_of_goods(
    planned_depreciation_and_amortisation, depreciation_share_in_cost_of_goods, planned_price_revenue, printed_revenue
):
    """What the driven cost of goods sold holds of wear: its planned part, grown with volume as all of that cost is."""
    planned = planned_depreciation_and_amortisation * depreciation_share_in_cost_of_goods
    return planned * planned_price_revenue / printed_revenue


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def depreciation_held_in_operating_expense(
    planned_depreciation_and_amortisation,
    depreciation_share_in_cost_of_goods,
    driver_operating_expense,
    planned_operating_expense,
):
    """What the driven operating expense holds of wear: its planned part, grown as all of that expense is."""
    planned = planned_depreciation_and_amortisation * (1 - depreciation_share_in_cost_of_goods)
    return planned * driver_operating_expense / planned_operating_expense


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def depreciation_off_plan_in_cost_of_goods(
    depreciation, other_operating_cash, depreciation_share_in_cost_of_goods, depreciation_held_in_cost_of_goods
):
    """Wear of the driven assets above what the driven cost of goods holds of it; nothing where the plan does not say."""
    worn = (depreciation + other_operating_cash) * depreciation_share_in_cost_of_goods
    return first_known(worn - depreciation_held_in_cost_of_goods, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def depreciation_off_plan_in_operating_expense(
    depreciation, other_operating_cash, depreciation_share_in_cost_of_goods, depreciation_held_in_operating_expense
):
    """Wear of the driven assets above what the driven expense holds of it; nothing where the plan does not say."""
    worn = (depreciation + other_operating_cash) * (1 - depreciation_share_in_cost_of_goods)
    return first_known(worn - depreciation_held_in_operating_expense, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def depreciation_off_plan(depreciation_off_plan_in_cost_of_goods, depreciation_off_plan_in_operating_expense):
    """Depreciation and amortisation above what the driven costs hold of them."""
    return depreciation_off_plan_in_cost_of_goods + depreciation_off_plan_in_operating_expense
