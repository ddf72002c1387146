"""From the explicit forecast to the horizon: income, book value, return, cost of equity.

Income and book have a second player, ``from_drivers``, which stands with the drivers in the company chapter.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous


@formula(unit="1", source="sharpe-1964#capm", possible="(-0.05, 1)")
def cost_of_equity__capm(risk_free_rate, beta, equity_risk_premium):
    """Return that shareholders require: riskless rate plus beta times the premium of the market."""
    return risk_free_rate + beta * equity_risk_premium


@formula(unit="1", source="broker-2026-04-26#exhibit-40", possible="(-0.05, 1)")
def cost_of_equity__stated(stated_cost_of_equity):
    """Cost of equity as a source states it, whether or not its own inputs give it."""
    return stated_cost_of_equity


@formula(unit="1", source="broker-2026-04-26#exhibit-27", possible="(-1, inf)")
def growth_after_forecast__constant(medium_term_growth):
    """Growth of net income in a year after the forecast: the same every year up to the horizon."""
    return first_known(medium_term_growth)


@formula(unit="1", source="siliconomics#definition", possible="(-1, inf)")
def growth_after_forecast__fading(medium_term_growth, terminal_growth, year, driver_last_year, terminal_year):
    """Growth in a year after the forecast: from the medium-term rate in a straight line to the terminal one."""
    passed = (year - driver_last_year - 1) / (terminal_year - driver_last_year - 1)
    return medium_term_growth + (terminal_growth - medium_term_growth) * passed


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-27")
def net_income__as_printed(forecast_net_income, net_income, growth_after_forecast):
    """Net income: as forecast, and after the forecast grown year by year."""
    return first_known(forecast_net_income, previous(net_income) * (1 + growth_after_forecast))


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def total_equity__as_printed(forecast_total_equity, total_equity, net_income, payout_ratio):
    """Book value at year end: as forecast, and after the forecast rolled by income that is kept (clean surplus)."""
    return first_known(forecast_total_equity, previous(total_equity) + net_income * (1 - payout_ratio))


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def net_distribution(net_income, total_equity):
    """What owners take out net of what they put in, if income and book are to tie (clean surplus).

    Negative in a year of a share issue.
    """
    return net_income - (total_equity - previous(total_equity))


@formula(unit="1", source="broker-2026-04-26#exhibit-27")
def return_on_average_equity(net_income, total_equity):
    """Net income over the mean of opening and closing book."""
    return net_income / ((previous(total_equity) + total_equity) / 2)


@formula(unit="1", source="ohlson-1995#abnormal-earnings")
def return_on_opening_equity(net_income, total_equity):
    """Net income over the book value at the start of the year."""
    return net_income / previous(total_equity)
