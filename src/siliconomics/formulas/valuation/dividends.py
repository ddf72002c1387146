"""Dividend discount: the same forecast valued by what owners take out, net of what they put in."""

from siliconomics.core import formula
from siliconomics.core.operators import at, total, where


@formula(unit="mn reporting_currency", source="ohlson-1995#abnormal-earnings")
def terminal_equity_value__book_and_continuing_value(total_equity, terminal_year, continuing_value):
    """Worth of all shares at the end of the terminal year: its book, and the residual income that is said to last.

    The terminal assumption that dividends, cash flow and residual income share.
    """
    return at(total_equity, year=terminal_year) + continuing_value


@formula(unit="mn reporting_currency", source="gordon-1959#growth")
def terminal_equity_value__last_distribution_grows(
    net_distribution, terminal_year, terminal_growth, capitalisation_rate
):
    """Worth at the end of the terminal year if its distribution grows for ever, whatever the book then earns.

    Not what residual income assumes: book that grew faster than the terminal rate held the last distribution down.
    """
    return at(net_distribution, year=terminal_year) * (1 + terminal_growth) / capitalisation_rate


@formula(unit="mn reporting_currency", source="ohlson-1995#growth")
def first_distribution_after_terminal_year(
    residual_income, terminal_year, terminal_growth, total_equity, capitalisation_rate
):
    """What the first year after the terminal year pays out when residual income and book both grow at the terminal rate."""
    earned_beyond = at(residual_income, year=terminal_year) * (1 + terminal_growth)
    return earned_beyond + capitalisation_rate * at(total_equity, year=terminal_year)


@formula(unit="mn reporting_currency", source="gordon-1959#growth")
def terminal_equity_value_by_gordon(first_distribution_after_terminal_year, capitalisation_rate):
    """The textbook's growing perpetuity of that payout; equals book and continuing value of the growth view."""
    return first_distribution_after_terminal_year / capitalisation_rate


@formula(unit="mn reporting_currency", source="williams-1938#dividends")
def present_value_of_distribution(net_distribution, discount_factor):
    """One year's net distribution at its worth at the valuation date."""
    return net_distribution * discount_factor


@formula(unit="mn reporting_currency", source="williams-1938#dividends", kind="stepped")
def equity_value_by_dividends(
    present_value_of_distribution, year, valuation_year, terminal_year, terminal_equity_value, discount_factor
):
    """Worth of all shares as net distributions after the valuation year up to the terminal year, and what then is left.

    Each year counts once, whatever years a residual income model adds: where the two differ, that one is at fault.
    """
    counted = (year > valuation_year) & (year <= terminal_year)
    paid = total(where(counted, present_value_of_distribution, 0), over="year")
    return paid + terminal_equity_value * at(discount_factor, year=terminal_year)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def equity_value_difference_by_dividends(equity_value_by_dividends, equity_value):
    """Value by dividends less value by residual income; nothing under the textbook's conventions."""
    return equity_value_by_dividends - equity_value


@formula(unit="listing_currency/share", source="siliconomics#definition")
def price_target_by_dividends(equity_value_by_dividends, valuation_shares, exchange_rate):
    """Value by dividends per share, in the currency the share is listed in."""
    return equity_value_by_dividends / valuation_shares / exchange_rate
