"""Continuing value: what residual income is worth after the last forecast year. Five views of it."""

from siliconomics.core import formula
from siliconomics.core.operators import at


@formula(unit="1", source="ohlson-1995#growth", possible="[1e-9, inf)")
def capitalisation_rate(cost_of_equity, terminal_growth):
    """Cost of equity less growth for ever; must be positive, rounding aside, or the value has no bound."""
    return cost_of_equity - terminal_growth


@formula(unit="mn reporting_currency", source="broker-2026-04-26#exhibit-27")
def continuing_value__growth(terminal_residual_income, terminal_growth, capitalisation_rate):
    """Residual income grows for ever from its terminal level."""
    return terminal_residual_income * (1 + terminal_growth) / capitalisation_rate


@formula(unit="mn reporting_currency", source="ohlson-1995#steady-state")
def continuing_value__normalised(
    net_income, total_equity, terminal_year, cost_of_equity, terminal_growth, capitalisation_rate
):
    """Residual income grows for ever from what terminal return earns on terminal *closing* book.

    Consistent with a book that grows at the same rate; the plain growth form is not when book still
    grows faster in the last forecast year.
    """
    book = at(total_equity, year=terminal_year)
    earned = at(net_income, year=terminal_year) * (1 + terminal_growth)
    return (earned - cost_of_equity * book) / capitalisation_rate


@formula(unit="mn reporting_currency", source="cfa-residual-income#persistence")
def continuing_value__persistence(terminal_residual_income, residual_income_persistence, cost_of_equity):
    """Residual income decays by a constant factor a year: 0 gone at once, 1 flat for ever."""
    persistence = residual_income_persistence
    return persistence * terminal_residual_income / (1 + cost_of_equity - persistence)


@formula(unit="mn reporting_currency", source="cfa-residual-income#fade")
def continuing_value__fade(terminal_residual_income, fade_years, cost_of_equity):
    """Residual income falls in a straight line to nothing over a number of years, then stays nothing."""
    shrunk = (1 + cost_of_equity) ** -fade_years
    annuity = (1 - shrunk) / cost_of_equity
    ramp = ((1 + cost_of_equity) * annuity - fade_years * shrunk) / cost_of_equity
    return terminal_residual_income * (annuity - ramp / fade_years)


@formula(unit="mn reporting_currency", source="cfa-residual-income#horizon-price-to-book")
def continuing_value__price_to_book(total_equity, terminal_year, horizon_price_to_book):
    """The premium over book at which the share trades at the horizon."""
    return at(total_equity, year=terminal_year) * (horizon_price_to_book - 1)


@formula(unit="mn reporting_currency", source="peasnell-1982#discounting")
def present_value_of_continuing_value(continuing_value, discount_factor, terminal_year):
    """Continuing value at its worth at the valuation date."""
    return continuing_value * at(discount_factor, year=terminal_year)
