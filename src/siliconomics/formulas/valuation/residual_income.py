"""Residual income: what is earned beyond the charge for equity, and what it is worth."""

from siliconomics.core import formula
from siliconomics.core.operators import at, previous, total, where


@formula(unit="1", source="broker-2026-04-26#exhibit-27")
def residual_income_spread(return_on_average_equity, cost_of_equity):
    """Return on average equity less the cost of equity, as the source prints it."""
    return return_on_average_equity - cost_of_equity


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-27")
def residual_income__broker_2026(residual_income_spread, total_equity):
    """The source's form: a spread on *average* equity applied to *opening* equity.

    Of a growing company it falls short of net income less the charge on opening book.
    """
    return residual_income_spread * previous(total_equity)


@formula(unit="mn reporting_currency", source="ohlson-1995#abnormal-earnings")
def residual_income__textbook(net_income, cost_of_equity, total_equity):
    """Net income less a charge at the cost of equity on the book value that opened the year."""
    return net_income - cost_of_equity * previous(total_equity)


@formula(unit="1", source="peasnell-1982#discounting", possible="(0, inf)")
def discount_factor(cost_of_equity, year, valuation_year):
    """Worth at the valuation date of one unit at the end of a year; 1 in the valuation year itself."""
    return (1 + cost_of_equity) ** (valuation_year - year)


@formula(unit="mn reporting_currency", source="peasnell-1982#discounting")
def present_value_of_residual_income(residual_income, discount_factor):
    """One year's residual income at its worth at the valuation date."""
    return residual_income * discount_factor


@formula(unit="mn reporting_currency", source="peasnell-1982#discounting", kind="stepped")
def present_value_of_forecast(present_value_of_residual_income, year, first_charged_year, last_summed_year):
    """Residual income of the forecast years, discounted and added up, first to last year inclusive."""
    counted = (year >= first_charged_year) & (year <= last_summed_year)
    return total(where(counted, present_value_of_residual_income, 0), over="year")


@formula(unit="mn reporting_currency", source="ohlson-1995#abnormal-earnings")
def book_value_in_valuation(total_equity, valuation_year):
    """Book value at the valuation date: the end of the valuation year."""
    return at(total_equity, year=valuation_year)


@formula(unit="mn reporting_currency", source="ohlson-1995#abnormal-earnings")
def terminal_residual_income(residual_income, terminal_year):
    """Residual income of the year from which the continuing value starts."""
    return at(residual_income, year=terminal_year)


@formula(unit="mn reporting_currency", source="ohlson-1995#abnormal-earnings", see="sum_of_parts_value")
def equity_value(book_value_in_valuation, present_value_of_forecast, present_value_of_continuing_value):
    """Worth of all shares at the valuation date: book, forecast and continuing part."""
    return book_value_in_valuation + present_value_of_forecast + present_value_of_continuing_value


@formula(unit="listing_currency/share", source="broker-2026-04-26#exhibit-34", see="sum_of_parts_value_per_share")
def price_target(equity_value, valuation_shares, exchange_rate):
    """Equity value per share, in the currency the share is listed in."""
    return equity_value / valuation_shares / exchange_rate
