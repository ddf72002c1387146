"""The cash flow statement where drivers give it: from net income to the change of cash, money in positive.

Up to the last reported year every line is as printed. Depreciation and amortisation lie inside the planned costs: a
change of spending moves their part of the costs, not the sum.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum, minimum, previous, where

# -- operations -------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def depreciation__from_drivers(
    planned_depreciation_rate, property_plant_equipment, printed_depreciation, year, driver_base_year
):
    """Depreciation: the planned share of the fixed assets that opened the year."""
    driven = planned_depreciation_rate * previous(property_plant_equipment)
    return where(year > driver_base_year, driven, printed_depreciation)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def working_capital_change__from_drivers(
    working_capital_change_of_balances, printed_working_capital_change, year, driver_base_year
):
    """Cash from the change of working capital: what its balances fell by."""
    return where(year > driver_base_year, working_capital_change_of_balances, printed_working_capital_change)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_operating_cash__from_drivers(
    planned_amortisation_rate, intangible_assets, printed_other_operating_cash, year, driver_base_year
):
    """Amortisation: the planned share of the intangible assets that opened the year; nothing else is planned here."""
    driven = planned_amortisation_rate * previous(intangible_assets)
    return where(year > driver_base_year, driven, printed_other_operating_cash)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def cash_from_operations__from_drivers(
    cash_from_operations_of_lines, printed_cash_from_operations, year, driver_base_year
):
    """Cash from operations from its lines."""
    return where(year > driver_base_year, cash_from_operations_of_lines, printed_cash_from_operations)


# -- investing --------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def capital_expenditure__from_drivers(
    planned_capital_expenditure_share, revenue, printed_capital_expenditure, year, driver_base_year
):
    """Cash for fixed assets: the planned share of sales, negative for it flows out."""
    return where(year > driver_base_year, -planned_capital_expenditure_share * revenue, printed_capital_expenditure)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def long_term_investment_change__from_drivers(printed_long_term_investment_change, year, driver_base_year):
    """Cash from long-term investments as planned; nothing in a year without a plan."""
    driven = first_known(printed_long_term_investment_change, 0)
    return where(year > driver_base_year, driven, printed_long_term_investment_change)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def short_term_investment_change__from_drivers(printed_short_term_investment_change, year, driver_base_year):
    """Cash from securities as planned; nothing in a year without a plan."""
    driven = first_known(printed_short_term_investment_change, 0)
    return where(year > driver_base_year, driven, printed_short_term_investment_change)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_investing_cash__from_drivers(
    planned_intangible_spending_share, revenue, printed_other_investing_cash, year, driver_base_year
):
    """Cash for intangible assets: the planned share of sales, negative for it flows out."""
    return where(year > driver_base_year, -planned_intangible_spending_share * revenue, printed_other_investing_cash)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def cash_from_investing__from_drivers(
    cash_from_investing_of_lines, printed_cash_from_investing, year, driver_base_year
):
    """Cash from investing from its lines."""
    return where(year > driver_base_year, cash_from_investing_of_lines, printed_cash_from_investing)


# -- financing --------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def long_term_debt_change__from_drivers(printed_long_term_debt_change, year, driver_base_year):
    """Cash from long-term debt as planned; nothing in a year without a plan."""
    driven = first_known(printed_long_term_debt_change, 0)
    return where(year > driver_base_year, driven, printed_long_term_debt_change)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def short_term_debt_change__from_drivers(printed_short_term_debt_change, year, driver_base_year):
    """Cash from short-term debt as planned; nothing in a year without a plan."""
    driven = first_known(printed_short_term_debt_change, 0)
    return where(year > driver_base_year, driven, printed_short_term_debt_change)


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus", kind="stepped")
def dividends_paid__from_drivers(net_distribution, printed_dividends_paid, year, driver_base_year):
    """Cash to owners where income and book say they take out more than they put in; negative for it flows out."""
    return where(year > driver_base_year, minimum(-net_distribution, 0), printed_dividends_paid)


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus", kind="stepped")
def share_issuance__from_drivers(net_distribution, printed_share_issuance, year, driver_base_year):
    """Cash from owners where income and book say they put in more than they take out."""
    return where(year > driver_base_year, maximum(-net_distribution, 0), printed_share_issuance)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_financing_cash__from_drivers(printed_other_financing_cash, year, driver_base_year):
    """Other cash from financing: none is planned."""
    return where(year > driver_base_year, 0, printed_other_financing_cash)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def cash_from_financing__from_drivers(
    cash_from_financing_of_lines, printed_cash_from_financing, year, driver_base_year
):
    """Cash from financing from its lines."""
    return where(year > driver_base_year, cash_from_financing_of_lines, printed_cash_from_financing)


# -- the change of cash -----------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def exchange_rate_effect__from_drivers(printed_exchange_rate_effect, year, driver_base_year):
    """Effect of exchange rates on cash: none is planned."""
    return where(year > driver_base_year, 0, printed_exchange_rate_effect)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def net_change_in_cash__from_drivers(net_change_in_cash_of_lines, printed_net_change_in_cash, year, driver_base_year):
    """Change of cash from the three flows."""
    return where(year > driver_base_year, net_change_in_cash_of_lines, printed_net_change_in_cash)
