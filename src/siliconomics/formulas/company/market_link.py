"""The wire between the market and a company's forecast: units and prices that the market leaves it.

The market model counts chips by its own facts and need not agree with a published forecast. ``plan_over_market`` is the
visible line between them: planned units over market units at the facts as they stand. It is written down once, by
``siliconomics calibrate market``, and does not move with a what-if; so with the facts as they stand the published
forecasts come out, and what changes in the market changes the company in proportion.
"""

from siliconomics.core import formula

_DEFINITION = "siliconomics#definition"


@formula(unit="chip", source=_DEFINITION, possible="[0, inf)")
def units_sold__market(market_units, plan_over_market, demand_factor):
    """Chips of a product sold in a year: what the market takes of it, on the company's own scale."""
    return market_units * plan_over_market * demand_factor


@formula(unit="CNY/chip", source=_DEFINITION, possible="[0, inf)")
def net_price_cny__market(planned_net_price_cny, price_after_cuts, price_response):
    """What the company books for one chip, after its own cuts and the market's answer; neither lowers a cost."""
    return planned_net_price_cny * price_after_cuts * price_response


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def plan_over_market_for_base(planned_units, market_units):
    """Planned units over those of the market: what ``calibrate market`` writes down, and what it would write now."""
    return planned_units / market_units
