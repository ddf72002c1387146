"""The wire between the market and a company's forecast: units and prices that the market leaves it.

The market model counts chips by its own facts and need not agree with a published forecast. ``plan_over_market`` is the
visible line between them: planned units over market units at the facts as they stand. It is written down once, by
``siliconomics calibrate market``, and does not move with a what-if; so with the facts as they stand the published
forecasts come out, and what changes in the market changes the company in proportion.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known

_DEFINITION = "siliconomics#definition"


@formula(unit="chip", source=_DEFINITION, possible="[0, inf)")
def units_sold__market(market_units, plan_over_market, demand_factor, case_price_index, units_kept_under_rules):
    """Chips of a product sold in a year: what the market takes of it, on the company's own scale.

    A case states its growth after the price cut inside it, so at lower prices that growth takes more units.
    """
    return market_units * plan_over_market * demand_factor / case_price_index * units_kept_under_rules


@formula(unit="CNY/chip", source=_DEFINITION, possible="[0, inf)")
def net_price_cny__market(planned_net_price_cny, price_after_cuts, price_cut_of_all_products, price_response):
    """What the company books for one chip, after its own cuts and the market's answer; neither lowers a cost."""
    return planned_net_price_cny * price_after_cuts * (1 - first_known(price_cut_of_all_products, 0)) * price_response


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def plan_over_market_for_base(planned_units, market_units):
    """Planned units over those of the market: what ``calibrate market`` writes down, and what it would write now."""
    return planned_units / market_units
