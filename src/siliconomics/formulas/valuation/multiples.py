"""What a value or a price implies: multiples, upside, the parts it is made of."""

from siliconomics.core import formula
from siliconomics.core.operators import previous
from siliconomics.core.units import DAYS_PER_YEAR


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def market_value(share_price, valuation_shares, exchange_rate):
    """What the market pays for all shares, in the currency the company reports in."""
    return share_price * valuation_shares * exchange_rate


@formula(unit="1", source="broker-2026-04-26#line-720")
def upside(price_target, share_price):
    """Target over price, less one."""
    return price_target / share_price - 1


@formula(unit="1", source="broker-2026-04-26#line-917")
def price_to_earnings_at_target(price_target, exchange_rate, earnings_per_share):
    """Target price over a year's earnings per share; of a loss it is negative and means nothing."""
    return price_target * exchange_rate / earnings_per_share


@formula(unit="1", source="broker-2026-04-26#line-917")
def price_to_sales_at_target(price_target, exchange_rate, valuation_shares, revenue):
    """Value of all shares at the target over a year's sales."""
    return price_target * exchange_rate * valuation_shares / revenue


@formula(unit="1", source="siliconomics#definition")
def price_to_book_at_target(price_target, exchange_rate, valuation_shares, total_equity):
    """Value of all shares at the target over book value at year end."""
    return price_target * exchange_rate * valuation_shares / total_equity


@formula(unit="1", source="broker-2026-04-26#line-2129")
def ev_to_sales_at_target__equity_value(equity_value, revenue):
    """Equity value over a year's sales: how the source reads EV/sales, cash not taken off."""
    return equity_value / revenue


@formula(unit="1", source="siliconomics#definition")
def ev_to_sales_at_target__net_of_cash(equity_value, net_cash, revenue):
    """Equity value less net cash, over a year's sales."""
    return (equity_value - net_cash) / revenue


@formula(unit="1", source="siliconomics#definition")
def price_to_sales_at_market(market_value, revenue):
    """Market value over a year's sales."""
    return market_value / revenue


@formula(unit="1", source="siliconomics#definition")
def price_to_earnings_at_market(market_value, net_income):
    """Market value over a year's net income."""
    return market_value / net_income


@formula(unit="1", source="siliconomics#definition")
def price_to_book_at_market(market_value, total_equity):
    """Market value over book value at year end."""
    return market_value / total_equity


@formula(unit="1", source="siliconomics#definition")
def book_share_of_value(book_value_in_valuation, equity_value):
    """Share of the equity value that is book already."""
    return book_value_in_valuation / equity_value


@formula(unit="1", source="siliconomics#definition")
def forecast_share_of_value(present_value_of_forecast, equity_value):
    """Share of the equity value that the forecast years add."""
    return present_value_of_forecast / equity_value


@formula(unit="1", source="siliconomics#definition")
def continuing_share_of_value(present_value_of_continuing_value, equity_value):
    """Share of the equity value that lies after the last forecast year."""
    return present_value_of_continuing_value / equity_value


@formula(unit="listing_currency/share", source="ohlson-1995#value-roll")
def value_per_share_today(price_target, cost_of_equity, days_to_valuation_date):
    """The value per share brought back from the valuation date to the day of the price."""
    return price_target * (1 + cost_of_equity) ** (-days_to_valuation_date / DAYS_PER_YEAR)


@formula(unit="listing_currency/share", source="ohlson-1995#value-roll")
def price_target_in_twelve_months(value_per_share_today, cost_of_equity, dividend_per_share_in_twelve_months):
    """The value per share a year after the day of the price: rolled at the cost of equity, less dividends."""
    return value_per_share_today * (1 + cost_of_equity) - dividend_per_share_in_twelve_months


@formula(unit="1", source="ohlson-1995#growth")
def justified_price_to_book(return_on_opening_equity, terminal_growth, capitalisation_rate):
    """Price to book that a return held for ever would justify."""
    return (return_on_opening_equity - terminal_growth) / capitalisation_rate


@formula(unit="1", source="siliconomics#definition", possible="(-1, 1)")
def half_year_cost_of_equity(cost_of_equity):
    """Cost of equity for half a year: two of them compound to a year's, unlike a half of the rate."""
    return (1 + cost_of_equity) ** 0.5 - 1


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_residual_income(half_year_net_income, half_year_cost_of_equity, half_year_equity):
    """Income of a half year less half a year's charge on the book that opened that half."""
    return half_year_net_income - half_year_cost_of_equity * previous(half_year_equity)
