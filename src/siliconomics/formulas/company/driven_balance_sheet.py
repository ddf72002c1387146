"""The balance sheet where drivers give it: days and shares on what is sold, roll-forwards, and cash from the flows.

Up to the last reported year every line is as printed. No line is found from the two sides of the balance: that they
agree in every later year follows only if each movement stands in the cash flow statement as well, so it is a check.
Where an opening balance sheet is not printed but assumed, the two lines that tie it to the printed equity are named
``..._that_close(s)``.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous, where
from siliconomics.core.units import DAYS_PER_YEAR

# -- the opening balance sheet, where it is assumed -------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def other_non_current_assets_that_close(
    printed_cash_and_equivalents,
    printed_marketable_securities,
    printed_trade_receivables,
    printed_inventories,
    printed_other_current_assets,
    printed_long_term_investments,
    printed_property_plant_equipment,
    printed_intangible_assets,
    total_liabilities_of_lines,
    total_equity,
):
    """Other non-current assets at which the assumed lines of a balance sheet tie to the known equity."""
    liquid = printed_cash_and_equivalents + printed_marketable_securities
    current = liquid + printed_trade_receivables + printed_inventories + printed_other_current_assets
    long_lived = printed_long_term_investments + printed_property_plant_equipment + printed_intangible_assets
    return total_equity + total_liabilities_of_lines - current - long_lived


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def additional_paid_in_capital_that_closes(
    printed_share_capital, printed_retained_earnings, printed_other_equity, total_equity
):
    """Capital paid in above par at which the assumed lines of equity tie to the known equity."""
    return total_equity - printed_share_capital - printed_retained_earnings - printed_other_equity


# -- assets -----------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def cash_and_equivalents__from_drivers(cash_of_roll, printed_cash_and_equivalents, year, driver_base_year):
    """Cash of the year before and what the three flows add."""
    return where(year > driver_base_year, cash_of_roll, printed_cash_and_equivalents)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def marketable_securities__from_drivers(
    marketable_securities, short_term_investment_change, printed_marketable_securities, year, driver_base_year
):
    """Securities of the year before and what was bought."""
    rolled = previous(marketable_securities) - short_term_investment_change
    return where(year > driver_base_year, rolled, printed_marketable_securities)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def trade_receivables__from_drivers(
    planned_receivable_days, revenue, printed_trade_receivables, year, driver_base_year
):
    """Receivables: the planned days of sales."""
    return where(year > driver_base_year, planned_receivable_days * revenue / DAYS_PER_YEAR, printed_trade_receivables)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def inventories__from_drivers(planned_inventory_days, cost_of_goods_sold, printed_inventories, year, driver_base_year):
    """Inventories: the planned days of cost of goods sold."""
    driven = planned_inventory_days * cost_of_goods_sold / DAYS_PER_YEAR
    return where(year > driver_base_year, driven, printed_inventories)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_current_assets__from_drivers(
    planned_other_current_asset_days, cost_of_goods_sold, printed_other_current_assets, year, driver_base_year
):
    """Other current assets: the planned days of cost of goods sold."""
    driven = planned_other_current_asset_days * cost_of_goods_sold / DAYS_PER_YEAR
    return where(year > driver_base_year, driven, printed_other_current_assets)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def current_assets__from_drivers(current_assets_of_lines, printed_current_assets, year, driver_base_year):
    """Current assets from their lines; of an assumed balance sheet too."""
    stated = first_known(printed_current_assets, current_assets_of_lines)
    return where(year > driver_base_year, current_assets_of_lines, stated)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def long_term_investments__from_drivers(
    long_term_investments_of_roll, printed_long_term_investments, year, driver_base_year
):
    """Long-term investments of the year before and what was bought."""
    return where(year > driver_base_year, long_term_investments_of_roll, printed_long_term_investments)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def property_plant_equipment__from_drivers(
    property_plant_equipment_of_roll, printed_property_plant_equipment, year, driver_base_year
):
    """Fixed assets of the year before, what was spent on them, less depreciation."""
    return where(year > driver_base_year, property_plant_equipment_of_roll, printed_property_plant_equipment)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def intangible_assets__from_drivers(intangible_assets_of_roll, printed_intangible_assets, year, driver_base_year):
    """Intangible assets of the year before, what was spent on them, less amortisation."""
    return where(year > driver_base_year, intangible_assets_of_roll, printed_intangible_assets)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_non_current_assets__from_drivers(
    other_non_current_assets,
    printed_other_non_current_assets,
    other_non_current_assets_that_close,
    year,
    driver_base_year,
):
    """Other non-current assets stay as they opened: as printed, else what closes an assumed balance sheet."""
    opening = first_known(printed_other_non_current_assets, other_non_current_assets_that_close)
    return where(year > driver_base_year, previous(other_non_current_assets), opening)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def total_assets__from_drivers(total_assets_of_lines, printed_total_assets, year, driver_base_year):
    """All assets from their lines; of an assumed balance sheet too."""
    stated = first_known(printed_total_assets, total_assets_of_lines)
    return where(year > driver_base_year, total_assets_of_lines, stated)


# -- liabilities ------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def short_term_debt__from_drivers(short_term_debt_of_roll, printed_short_term_debt, year, driver_base_year):
    """Short-term debt of the year before and what was borrowed."""
    return where(year > driver_base_year, short_term_debt_of_roll, printed_short_term_debt)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def trade_payables__from_drivers(
    planned_payable_days, cost_of_goods_sold, printed_trade_payables, year, driver_base_year
):
    """Payables: the planned days of cost of goods sold."""
    driven = planned_payable_days * cost_of_goods_sold / DAYS_PER_YEAR
    return where(year > driver_base_year, driven, printed_trade_payables)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_current_liabilities__from_drivers(
    planned_other_current_liability_share, revenue, printed_other_current_liabilities, year, driver_base_year
):
    """Other current liabilities: the planned share of sales."""
    driven = planned_other_current_liability_share * revenue
    return where(year > driver_base_year, driven, printed_other_current_liabilities)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def long_term_debt__from_drivers(long_term_debt_of_roll, printed_long_term_debt, year, driver_base_year):
    """Long-term debt of the year before and what was borrowed."""
    return where(year > driver_base_year, long_term_debt_of_roll, printed_long_term_debt)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_non_current_liabilities__from_drivers(
    other_non_current_liabilities, printed_other_non_current_liabilities, year, driver_base_year
):
    """Other non-current liabilities stay as they opened."""
    held = previous(other_non_current_liabilities)
    return where(year > driver_base_year, held, printed_other_non_current_liabilities)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def total_liabilities__from_drivers(total_liabilities_of_lines, printed_total_liabilities, year, driver_base_year):
    """All liabilities from their lines; of an assumed balance sheet too."""
    stated = first_known(printed_total_liabilities, total_liabilities_of_lines)
    return where(year > driver_base_year, total_liabilities_of_lines, stated)


# -- equity -----------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def share_capital__from_drivers(share_capital, printed_share_capital, year, driver_base_year):
    """Capital at par: as planned, else that of the year before; what an issue brings above it is paid-in capital."""
    held = first_known(printed_share_capital, previous(share_capital))
    return where(year > driver_base_year, held, printed_share_capital)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def additional_paid_in_capital__from_drivers(
    paid_in_capital,
    share_issuance,
    share_capital,
    printed_additional_paid_in_capital,
    additional_paid_in_capital_that_closes,
    year,
    driver_base_year,
):
    """Capital above par: what was paid in before and in the year, less capital at par."""
    opening = first_known(printed_additional_paid_in_capital, additional_paid_in_capital_that_closes)
    return where(year > driver_base_year, previous(paid_in_capital) + share_issuance - share_capital, opening)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def retained_earnings__from_drivers(retained_earnings_of_roll, printed_retained_earnings, year, driver_base_year):
    """Income kept up to the year before, and what the year adds."""
    return where(year > driver_base_year, retained_earnings_of_roll, printed_retained_earnings)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def other_equity__from_drivers(other_equity, printed_other_equity, year, driver_base_year):
    """Other equity stays as it opened: no income outside the income statement is planned."""
    return where(year > driver_base_year, previous(other_equity), printed_other_equity)
