"""Leading indicators: what stands in the balance sheet when a year opens, against what the forecast asks of that year.

Stock, prepayments and commitments to buy are supply in hand; contract liabilities are sales in hand; receivables say
how the last sales were paid for. A year's figure reads the balances of the year before, so it is known when the year
opens. A line that a company does not state is unknown; ``at_least`` counts what is known and says so.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, growth_rate, previous, total
from siliconomics.core.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, ONE_CHIP, ONE_YEAR

# -- what the forecast asks for ---------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def cost_of_forecast(revenue, gross_profit):
    """Cost of goods that the forecast of a year implies: revenue less gross profit, whatever drives them."""
    return revenue - gross_profit


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def purchases_of_forecast(cost_of_forecast, inventories):
    """What has to be bought and made in a year: the cost of what is sold, and what is added to stock."""
    return cost_of_forecast + inventories - previous(inventories)


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def chips_of_forecast(units_sold):
    """Chips of all products that the drivers of a forecast sell in a year; none in a year without drivers."""
    return total(first_known(units_sold / ONE_CHIP, 0), over="chip")


# -- supply in hand ---------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def supply_in_hand(inventories, prepayments, purchase_commitments):
    """Stock, what is paid for and not delivered, what is ordered and not paid, at the end of a year."""
    return inventories + prepayments + purchase_commitments


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def supply_in_hand_at_least(inventories, prepayments, purchase_commitments):
    """Stock, and as much of prepayments and commitments as is known: a lower bound where one of them is not."""
    return inventories + first_known(prepayments, 0) + first_known(purchase_commitments, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def inventory_change(inventories):
    """Inventories at the end of a year less those of the year before."""
    return inventories - previous(inventories)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def prepayment_change(prepayments):
    """Prepayments to suppliers at the end of a year less those of the year before."""
    return prepayments - previous(prepayments)


@formula(unit="month", source="siliconomics#definition")
def inventory_cover_months(inventories, cost_of_forecast):
    """Months of the year's cost that the stock it opened with covers."""
    return previous(inventories) / cost_of_forecast * ONE_YEAR * MONTHS_PER_YEAR


@formula(unit="month", source="siliconomics#definition")
def prepayment_cover_months(prepayments, cost_of_forecast):
    """Months of the year's cost that the prepayments it opened with cover."""
    return previous(prepayments) / cost_of_forecast * ONE_YEAR * MONTHS_PER_YEAR


@formula(unit="month", source="siliconomics#definition")
def purchase_commitment_cover_months(purchase_commitments, cost_of_forecast):
    """Months of the year's cost that the orders it opened with cover."""
    return previous(purchase_commitments) / cost_of_forecast * ONE_YEAR * MONTHS_PER_YEAR


@formula(unit="month", source="siliconomics#definition")
def supply_cover_months(supply_in_hand, cost_of_forecast):
    """Months of the year's cost that all supply in hand covers; above 12 the forecast asks for less than is secured."""
    return previous(supply_in_hand) / cost_of_forecast * ONE_YEAR * MONTHS_PER_YEAR


@formula(unit="month", source="siliconomics#definition")
def supply_cover_at_least_months(supply_in_hand_at_least, cost_of_forecast):
    """The same with the lines that are known: a lower bound."""
    return previous(supply_in_hand_at_least) / cost_of_forecast * ONE_YEAR * MONTHS_PER_YEAR


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def revenue_of_supply_in_hand(supply_in_hand_at_least, gross_margin):
    """Sales that the known supply in hand at the opening of a year makes, at the margin of the forecast."""
    return previous(supply_in_hand_at_least) / (1 - gross_margin)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def revenue_beyond_supply_in_hand(revenue, revenue_of_supply_in_hand):
    """Sales of a year for which supply was still to be found when it opened; below nothing if more was in hand."""
    return revenue - revenue_of_supply_in_hand


@formula(unit="1", source="siliconomics#definition")
def purchases_secured_share(prepayments, purchase_commitments, purchases_of_forecast):
    """Share of what a year has to buy and make that was paid for or ordered when it opened."""
    return previous(prepayments + purchase_commitments) / purchases_of_forecast


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def chips_of_supply_in_hand(chips_of_forecast, supply_in_hand_at_least, cost_of_forecast):
    """Chips that the known supply in hand at the opening of a year makes, at the cost of the forecast for one."""
    return chips_of_forecast * previous(supply_in_hand_at_least) / cost_of_forecast


@formula(unit="day", source="siliconomics#definition")
def inventory_days_of_forecast(inventories, cost_of_forecast):
    """Closing inventories in days of the cost that the forecast of the year implies."""
    return inventories / cost_of_forecast * DAYS_PER_YEAR


@formula(unit="day", source="siliconomics#definition")
def inventory_days_drift(inventory_days_of_forecast):
    """Days of inventories less those of the year before; a rise is stock that sales have not called for yet."""
    return inventory_days_of_forecast - previous(inventory_days_of_forecast)


# -- sales in hand ----------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def contract_liability_change(contract_liabilities):
    """Contract liabilities at the end of a year less those of the year before."""
    return contract_liabilities - previous(contract_liabilities)


@formula(unit="1", source="siliconomics#definition")
def contract_liability_cover_share(contract_liabilities, revenue):
    """Share of a year's sales that customers had paid for when it opened."""
    return previous(contract_liabilities) / revenue


@formula(unit="1", source="siliconomics#definition")
def half_year_contract_liability_cover_share(half_year_contract_liabilities, half_year_revenue):
    """Share of a half year's sales that customers had paid for when it opened."""
    return previous(half_year_contract_liabilities) / half_year_revenue


@formula(unit="1", source="siliconomics#definition")
def quarter_contract_liability_cover_share(quarter_contract_liabilities, quarter_revenue):
    """Share of a quarter's sales that customers had paid for when it opened."""
    return previous(quarter_contract_liabilities) / quarter_revenue


@formula(unit="day", source="siliconomics#definition")
def receivable_days_drift(receivable_days):
    """Days of receivables less those of the year before; a rise is sales on longer terms, or sales not paid for."""
    return receivable_days - previous(receivable_days)


@formula(unit="1", source="siliconomics#definition")
def receivable_growth_over_revenue_growth(trade_receivables, revenue_growth):
    """Growth of receivables less growth of revenue; above nothing, sales run ahead of payment."""
    return growth_rate(trade_receivables) - revenue_growth


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def cash_tied_up_by_receivable_drift(receivable_days_drift, revenue):
    """Cash of a year that longer terms tie up, beyond what growth of sales does; below nothing where it is set free."""
    return receivable_days_drift * revenue / DAYS_PER_YEAR
