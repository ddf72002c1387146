"""Free cash flow to equity: the same forecast valued by what the business leaves over for its owners."""

from siliconomics.core import formula
from siliconomics.core.operators import at, previous, total, where


@formula(unit="mn reporting_currency", source="feltham-ohlson-1995#financing")
def equity_reinvestment(total_equity):
    """Equity that the business takes on in a year: closing book less opening book, kept income and new shares alike."""
    return total_equity - previous(total_equity)


@formula(unit="mn reporting_currency", source="feltham-ohlson-1995#financing")
def free_cash_flow_to_equity(net_income, equity_reinvestment):
    """What a year leaves for owners after reinvestment; cash that is kept counts as reinvested.

    Negative in a year in which owners put in more than the business earns.
    """
    return net_income - equity_reinvestment


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-32")
def free_cash_flow_to_equity_of_lines(
    cash_from_operations, capital_expenditure, other_investing_cash, long_term_debt_change, short_term_debt_change
):
    """What the lines of a cash flow statement leave for owners before cash is put by: spending is negative there."""
    spent = capital_expenditure + other_investing_cash
    return cash_from_operations + spent + long_term_debt_change + short_term_debt_change


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def cash_put_by(free_cash_flow_to_equity_of_lines, free_cash_flow_to_equity):
    """What the statements leave for owners and the book keeps: paid in or earned, and not paid out."""
    return free_cash_flow_to_equity_of_lines - free_cash_flow_to_equity


@formula(unit="mn reporting_currency", source="feltham-ohlson-1995#financing")
def present_value_of_cash_flow_to_equity(free_cash_flow_to_equity, discount_factor):
    """One year's free cash flow to equity at its worth at the valuation date."""
    return free_cash_flow_to_equity * discount_factor


@formula(unit="mn reporting_currency", source="feltham-ohlson-1995#financing", kind="stepped")
def equity_value_by_cash_flow(
    present_value_of_cash_flow_to_equity, year, valuation_year, terminal_year, terminal_equity_value, discount_factor
):
    """Worth of all shares as free cash flow to equity up to the terminal year, and what then is left."""
    counted = (year > valuation_year) & (year <= terminal_year)
    earned = total(where(counted, present_value_of_cash_flow_to_equity, 0), over="year")
    return earned + terminal_equity_value * at(discount_factor, year=terminal_year)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def equity_value_difference_by_cash_flow(equity_value_by_cash_flow, equity_value):
    """Value by free cash flow to equity less value by residual income; nothing under the textbook's conventions."""
    return equity_value_by_cash_flow - equity_value


@formula(unit="listing_currency/share", source="siliconomics#definition")
def price_target_by_cash_flow(equity_value_by_cash_flow, valuation_shares, exchange_rate):
    """Value by free cash flow to equity per share, in the currency the share is listed in."""
    return equity_value_by_cash_flow / valuation_shares / exchange_rate
