"""Balance sheet and cash flow of a year: totals, balances rolled forward, and the ratios read off them.

Costs are positive, cash that flows out is negative.
"""

from siliconomics.core import formula
from siliconomics.core.operators import previous
from siliconomics.core.units import DAYS_PER_YEAR


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def current_assets_of_lines(
    cash_and_equivalents, marketable_securities, trade_receivables, inventories, other_current_assets
):
    """Current assets from their lines."""
    return cash_and_equivalents + marketable_securities + trade_receivables + inventories + other_current_assets


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def total_assets_of_lines(
    current_assets, long_term_investments, property_plant_equipment, intangible_assets, other_non_current_assets
):
    """All assets from current assets and the lines below them."""
    return (
        current_assets + long_term_investments + property_plant_equipment + intangible_assets + other_non_current_assets
    )


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def total_liabilities_of_lines(
    short_term_debt, trade_payables, other_current_liabilities, long_term_debt, other_non_current_liabilities
):
    """All liabilities from their lines."""
    return short_term_debt + trade_payables + other_current_liabilities + long_term_debt + other_non_current_liabilities


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def total_equity_of_lines(share_capital, additional_paid_in_capital, retained_earnings, other_equity):
    """Equity from its lines."""
    return share_capital + additional_paid_in_capital + retained_earnings + other_equity


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def liabilities_and_equity(total_liabilities, total_equity):
    """What the assets are paid with."""
    return total_liabilities + total_equity


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def balance_sheet_gap(total_assets, liabilities_and_equity):
    """What the two sides of the balance sheet differ by; nothing, if it balances."""
    return total_assets - liabilities_and_equity


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def cash_of_roll(cash_and_equivalents, net_change_in_cash):
    """Cash of the year before and its change."""
    return previous(cash_and_equivalents) + net_change_in_cash


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def property_plant_equipment_of_roll(property_plant_equipment, capital_expenditure, depreciation):
    """Fixed assets of the year before, what was spent on them, less depreciation."""
    return previous(property_plant_equipment) - capital_expenditure - depreciation


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def intangible_assets_of_roll(intangible_assets, other_investing_cash, other_operating_cash):
    """Intangible assets of the year before, additions less amortisation.

    The source keeps both under other adjustments of the cash flow statement.
    """
    return previous(intangible_assets) - other_investing_cash - other_operating_cash


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def long_term_investments_of_roll(long_term_investments, long_term_investment_change):
    """Long-term investments of the year before and what was bought."""
    return previous(long_term_investments) - long_term_investment_change


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def short_term_debt_of_roll(short_term_debt, short_term_debt_change):
    """Short-term debt of the year before and what was borrowed."""
    return previous(short_term_debt) + short_term_debt_change


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def long_term_debt_of_roll(long_term_debt, long_term_debt_change):
    """Long-term debt of the year before and what was borrowed."""
    return previous(long_term_debt) + long_term_debt_change


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def retained_earnings_of_roll(retained_earnings, net_income, dividends_paid):
    """Income kept up to the year before, and what the year adds."""
    return previous(retained_earnings) + net_income + dividends_paid


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def total_equity_of_roll(total_equity, net_income, dividends_paid, share_issuance):
    """Equity of the year before, income, dividends and what shareholders paid in (clean surplus)."""
    return previous(total_equity) + net_income + dividends_paid + share_issuance


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def paid_in_capital(share_capital, additional_paid_in_capital):
    """What shareholders have paid in, at par and above."""
    return share_capital + additional_paid_in_capital


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def share_issuance_of_balances(paid_in_capital):
    """What shareholders paid in during the year, read off the two lines of capital."""
    return paid_in_capital - previous(paid_in_capital)


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def operating_working_capital(
    trade_receivables, inventories, other_current_assets, trade_payables, other_current_liabilities
):
    """Receivables, inventories and other current assets less payables and other current liabilities."""
    tied_up = trade_receivables + inventories + other_current_assets
    return tied_up - trade_payables - other_current_liabilities


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def working_capital_change_of_balances(operating_working_capital):
    """Cash from the change of working capital, read off the balances."""
    return previous(operating_working_capital) - operating_working_capital


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def cash_from_operations_of_lines(net_income, depreciation, working_capital_change, other_operating_cash):
    """Cash from operations from its lines."""
    return net_income + depreciation + working_capital_change + other_operating_cash


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def cash_from_investing_of_lines(
    capital_expenditure, long_term_investment_change, short_term_investment_change, other_investing_cash
):
    """Cash from investing from its lines."""
    return capital_expenditure + long_term_investment_change + short_term_investment_change + other_investing_cash


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def cash_from_financing_of_lines(
    long_term_debt_change, short_term_debt_change, dividends_paid, share_issuance, other_financing_cash
):
    """Cash from financing from its lines."""
    return long_term_debt_change + short_term_debt_change + dividends_paid + share_issuance + other_financing_cash


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def net_change_in_cash_of_lines__with_exchange_rates(
    cash_from_operations, cash_from_investing, cash_from_financing, exchange_rate_effect
):
    """Change of cash: three flows and the effect of exchange rates."""
    return cash_from_operations + cash_from_investing + cash_from_financing + exchange_rate_effect


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def net_change_in_cash_of_lines__without_exchange_rates(cash_from_operations, cash_from_investing, cash_from_financing):
    """Change of cash: three flows, the effect of exchange rates left out."""
    return cash_from_operations + cash_from_investing + cash_from_financing


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def return_on_average_assets(net_income, total_assets):
    """Net income over the mean of opening and closing assets."""
    return net_income / ((previous(total_assets) + total_assets) / 2)


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def net_debt_to_equity(short_term_debt, long_term_debt, cash_and_equivalents, total_equity):
    """Debt less cash over equity; negative for net cash."""
    return (short_term_debt + long_term_debt - cash_and_equivalents) / total_equity


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def liabilities_to_equity(total_liabilities, total_equity):
    """All liabilities over equity."""
    return total_liabilities / total_equity


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def current_liabilities(short_term_debt, trade_payables, other_current_liabilities):
    """What is due within a year."""
    return short_term_debt + trade_payables + other_current_liabilities


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def current_ratio(current_assets, current_liabilities):
    """Current assets over what is due within a year."""
    return current_assets / current_liabilities


@formula(unit="1", source="broker-2026-04-26#exhibit-32")
def quick_ratio(cash_and_equivalents, trade_receivables, current_liabilities):
    """Cash and receivables over what is due within a year."""
    return (cash_and_equivalents + trade_receivables) / current_liabilities


@formula(unit="day", source="broker-2026-04-26#exhibit-32")
def receivable_days(trade_receivables, revenue):
    """Closing receivables in days of sales."""
    return trade_receivables / revenue * DAYS_PER_YEAR


@formula(unit="day", source="broker-2026-04-26#exhibit-32")
def inventory_days(inventories, cost_of_goods_sold):
    """Closing inventories in days of cost of goods sold."""
    return inventories / cost_of_goods_sold * DAYS_PER_YEAR


@formula(unit="day", source="broker-2026-04-26#exhibit-32")
def payable_days(trade_payables, cost_of_goods_sold):
    """Closing payables in days of cost of goods sold."""
    return trade_payables / cost_of_goods_sold * DAYS_PER_YEAR


@formula(unit="day", source="broker-2026-04-26#exhibit-32")
def cash_conversion_days(stated_receivable_days, stated_inventory_days, stated_payable_days):
    """Days between paying for goods and being paid, from the turnover that a source states."""
    return stated_receivable_days + stated_inventory_days - stated_payable_days
