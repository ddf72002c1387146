"""A company's lines: as reported or forecast, and where only a growth or a margin is stated, from that.

The player ``as_printed`` of each line; the player ``from_drivers`` stands with the drivers.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def printed_revenue(forecast_revenue, printed_revenue, forecast_revenue_growth):
    """Net sales: as reported or forecast, else last year's grown at the forecast rate."""
    return first_known(forecast_revenue, previous(printed_revenue) * (1 + forecast_revenue_growth))


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def revenue__as_printed(printed_revenue):
    """Net sales as reported or forecast, whatever a user thinks of units and prices."""
    return first_known(printed_revenue)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def gross_profit__as_printed(forecast_gross_profit, revenue, stated_gross_margin):
    """Revenue less cost of goods sold: as reported or forecast, else revenue at the stated margin."""
    return first_known(forecast_gross_profit, revenue * stated_gross_margin)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def operating_income__as_printed(forecast_operating_income):
    """Gross profit less operating expense, as reported or forecast."""
    return first_known(forecast_operating_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def pretax_income__as_printed(forecast_pretax_income):
    """Income before tax, as reported or forecast."""
    return first_known(forecast_pretax_income)
