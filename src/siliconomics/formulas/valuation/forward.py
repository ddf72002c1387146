"""Multiples of the twelve months ahead, of the whole enterprise, for growth, and those that a return would justify.

The twelve months after the day of the price lie in two fiscal years: the valuation year and the one after it. Each
counts by the days of it that lie ahead.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, minimum
from siliconomics.core.units import DAYS_PER_YEAR, PERCENTAGE_POINTS

# -- the twelve months ahead ------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def valuation_year_share_ahead(days_to_valuation_date):
    """How much of the twelve months after the day of the price lies in the valuation year; at most all of it."""
    return minimum(days_to_valuation_date / DAYS_PER_YEAR, 1)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def forward_revenue(revenue, valuation_year, valuation_year_share_ahead):
    """Sales of the twelve months ahead, two fiscal years weighted by their days."""
    share = valuation_year_share_ahead
    return share * at(revenue, year=valuation_year) + (1 - share) * at(revenue, year=valuation_year + 1)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def forward_net_income(net_income, valuation_year, valuation_year_share_ahead):
    """Net income of the twelve months ahead, two fiscal years weighted by their days."""
    share = valuation_year_share_ahead
    return share * at(net_income, year=valuation_year) + (1 - share) * at(net_income, year=valuation_year + 1)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def forward_total_equity(total_equity, valuation_year, valuation_year_share_ahead):
    """Book value twelve months ahead, on the straight line between two year ends."""
    share = valuation_year_share_ahead
    return share * at(total_equity, year=valuation_year) + (1 - share) * at(total_equity, year=valuation_year + 1)


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_sales_at_market(market_value, forward_revenue):
    """Market value over the sales of the twelve months ahead."""
    return market_value / forward_revenue


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_earnings_at_market(market_value, forward_net_income):
    """Market value over the net income of the twelve months ahead; of a loss it means nothing."""
    return market_value / forward_net_income


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_book_at_market(market_value, forward_total_equity):
    """Market value over the book value twelve months ahead."""
    return market_value / forward_total_equity


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_sales_at_target(equity_value, forward_revenue):
    """Value at the target over the sales of the twelve months ahead."""
    return equity_value / forward_revenue


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_earnings_at_target(equity_value, forward_net_income):
    """Value at the target over the net income of the twelve months ahead; of a loss it means nothing."""
    return equity_value / forward_net_income


@formula(unit="1", source="siliconomics#definition")
def forward_price_to_book_at_target(equity_value, forward_total_equity):
    """Value at the target over the book value twelve months ahead."""
    return equity_value / forward_total_equity


# -- the whole enterprise ---------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_cash_of_lines(cash_and_equivalents, marketable_securities, short_term_debt, long_term_debt):
    """Cash and securities less debt, from the lines of a balance sheet."""
    return cash_and_equivalents + marketable_securities - short_term_debt - long_term_debt


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def net_cash_behind_price(net_cash, net_cash_of_lines, share_issuance, net_distribution, valuation_year):
    """Net cash that belongs to the shares priced: of the last closed year, and what new shares brought since.

    The count of shares has the new ones in it, so the cash must too. As stated, else from the balance sheet; where no
    issue is stated, what income and book say that owners put in.
    """
    closed = first_known(at(net_cash, year=valuation_year - 1), at(net_cash_of_lines, year=valuation_year - 1))
    put_in = maximum(-at(net_distribution, year=valuation_year), 0)
    return closed + first_known(at(share_issuance, year=valuation_year), put_in)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def enterprise_value_at_market(market_value, net_cash_behind_price):
    """What the market pays for the business itself: all shares, less net cash."""
    return market_value - net_cash_behind_price


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def enterprise_value_at_target(equity_value, net_cash_behind_price):
    """What the business itself is worth at the target: all shares, less net cash."""
    return equity_value - net_cash_behind_price


@formula(unit="1", source="siliconomics#definition")
def ev_to_sales_at_market(enterprise_value_at_market, revenue):
    """Enterprise value at the market price over a year's sales."""
    return enterprise_value_at_market / revenue


@formula(unit="1", source="siliconomics#definition")
def ev_to_sales_of_enterprise_at_target(enterprise_value_at_target, revenue):
    """Enterprise value at the target over a year's sales, net cash taken off."""
    return enterprise_value_at_target / revenue


@formula(unit="1", source="siliconomics#definition")
def forward_ev_to_sales_at_market(enterprise_value_at_market, forward_revenue):
    """Enterprise value at the market price over the sales of the twelve months ahead."""
    return enterprise_value_at_market / forward_revenue


@formula(unit="1", source="siliconomics#definition")
def forward_ev_to_sales_at_target(enterprise_value_at_target, forward_revenue):
    """Enterprise value at the target over the sales of the twelve months ahead."""
    return enterprise_value_at_target / forward_revenue


# -- for growth -------------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="(-1, inf)")
def revenue_growth_ahead(revenue, valuation_year):
    """Compound yearly growth of sales over the two years after the valuation year."""
    return (at(revenue, year=valuation_year + 2) / at(revenue, year=valuation_year)) ** 0.5 - 1


@formula(unit="1", source="siliconomics#definition")
def price_to_sales_per_growth_point_at_market(price_to_sales_at_market, valuation_year, revenue_growth_ahead):
    """Price to sales of the valuation year, for each percentage point of growth ahead."""
    return at(price_to_sales_at_market, year=valuation_year) / (revenue_growth_ahead * PERCENTAGE_POINTS)


@formula(unit="1", source="siliconomics#definition")
def price_to_sales_per_growth_point_at_target(price_to_sales_at_target, valuation_year, revenue_growth_ahead):
    """The same at the target."""
    return at(price_to_sales_at_target, year=valuation_year) / (revenue_growth_ahead * PERCENTAGE_POINTS)


# -- what a return and a margin would justify -------------------------------------------------


@formula(unit="1", source="gordon-1959#growth")
def payout_that_growth_allows(terminal_growth, return_on_opening_equity):
    """What may be paid out of income if book is to grow for ever: one less growth over return."""
    return 1 - terminal_growth / return_on_opening_equity


@formula(unit="1", source="gordon-1959#growth")
def justified_price_to_sales(net_margin, payout_that_growth_allows, capitalisation_rate):
    """Price to a year's sales that its margin and return, held for ever, would justify at the start of that year.

    Of a year of high growth or of a loss it says little: neither lasts for ever.
    """
    return net_margin * payout_that_growth_allows / capitalisation_rate
