"""Which chips buyers order: a choice among all chips on offer, by what a token costs, software, habit and delivery.

A multinomial logit in value: a chip's share of the money is its weight over the sum of weights. The constant of a chip
is calibrated so that, at the facts as they stand, buyers choose in the base year as the dated base weights say; it
holds all that the named terms do not see. Money that finds no chip waits, in part, for the next quarter.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, exp, first_known, log, maximum, minimum, previous, total, where
from siliconomics.core.units import ONE_CHIP, ONE_DOLLAR_PER_MTOKEN, ONES_PER_BILLION

_DEFINITION = "siliconomics#definition"
_LOGIT = "mcfadden-1974#conditional logit"

# -- price and cost of a token, by year -------------------------------------------------------------


@formula(unit="USD/chip", source=_DEFINITION, possible="(0, inf)")
def planned_chip_price_usd(market_price_usd, assumed_market_price_usd, planned_price_index):
    """What a large buyer in China is to pay for a chip in a year, as planned: today's price and its erosion."""
    return first_known(market_price_usd, assumed_market_price_usd) * planned_price_index


@formula(unit="USD/chip", source=_DEFINITION, possible="(0, inf)")
def chip_price_in_china_usd(planned_chip_price_usd, price_after_cuts, price_response):
    """What a large buyer in China pays for a chip in a year: as planned, after its own cuts and the market's answer."""
    return planned_chip_price_usd * price_after_cuts * price_response


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def chip_price_share_of_cost(
    chip_price_at_site_usd, equipment_cost_per_chip_usd, equipment_charge_usd_per_year, owned_cost_per_chip_year_usd,
    market_site, market_owner, assumed_chip_price_share_of_cost,
):  # fmt: skip
    """Share of the yearly cost of a chip at work that its price makes up, for the reference owner."""
    charge = at(equipment_charge_usd_per_year, site=market_site, owner=market_owner)
    whole = at(owned_cost_per_chip_year_usd, site=market_site, owner=market_owner)
    part = at(chip_price_at_site_usd / equipment_cost_per_chip_usd, site=market_site)
    return first_known(charge / whole * part, assumed_chip_price_share_of_cost)


@formula(unit="USD/Mtoken", source=_DEFINITION, possible="(0, inf)")
def reference_cost_per_token_usd(
    cost_per_million_output_tokens_usd, assumed_cost_per_token_usd, market_model, market_site, market_owner
):
    """Cost of a million tokens at the reference model, site and owner; as assumed where the chip's data are missing."""
    found = at(cost_per_million_output_tokens_usd, model=market_model, site=market_site, owner=market_owner)
    return first_known(found, assumed_cost_per_token_usd)


@formula(unit="USD/Mtoken", source=_DEFINITION, possible="(0, inf)")
def market_cost_per_token_usd(
    reference_cost_per_token_usd, chip_price_share_of_cost, planned_price_index, price_after_cuts, price_response
):
    """The same in a year, at the price of the year: only the part of the cost that the price makes up moves."""
    moved = planned_price_index * price_after_cuts * price_response
    return reference_cost_per_token_usd * (1 + chip_price_share_of_cost * (moved - 1))


# -- attraction -------------------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION)
def vendor_execution_score(execution_score, market_criterion, chip_maker, scale_middle):
    """Execution score of a chip's maker on the criterion that buyers look at; the middle where nothing is known."""
    return first_known(at(execution_score, company=chip_maker, criterion=market_criterion), scale_middle)


@formula(unit="1", source=_LOGIT)
def merit_of_chip(
    market_cost_per_token_usd, token_cost_elasticity, vendor_execution_score, scale_middle, execution_weight
):
    """What cheap tokens and better software say for a chip in a year."""
    cost = log(market_cost_per_token_usd / ONE_DOLLAR_PER_MTOKEN)
    return execution_weight * (vendor_execution_score - scale_middle) - token_cost_elasticity * cost


@formula(unit="1", source=_LOGIT)
def attraction_without_constant(merit_of_chip, domestic_preference, is_local_maker, chip_maker):
    """What the named terms say for a chip in a year: cheap tokens, better software, and the pull towards local chips."""
    return merit_of_chip + domestic_preference * at(is_local_maker, company=chip_maker)


@formula(unit="1", source=_LOGIT)
def attraction(choice_constant, attraction_without_constant):
    """Logarithm of a chip's weight in the choice of buyers in a year."""
    return choice_constant + attraction_without_constant


@formula(unit="1", source=_LOGIT)
def choice_constant_for_base__one_pool(base_choice_weight, attraction_without_constant, market_base_year):
    """Constant at which a chip has its base weight in the base year if all buyers choose alike."""
    return log(base_choice_weight) - at(attraction_without_constant, year=market_base_year)


# -- shares of the money ----------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, kind="stepped", possible="[0, 1]")
def delivery_record(units_delivered, units_ordered):
    """Share of a chip's orders of a quarter that were delivered in it; 1 where nothing was ordered."""
    came, asked = units_delivered / ONE_CHIP, units_ordered / ONE_CHIP
    return where(asked > came, came / where(asked > came, asked, 1), 1)


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def choice_weight(attraction, chip_on_offer, delivery_weight, delivery_record, calendar_year):
    """Weight of a chip in a quarter: its attraction, as far as it is on offer, less if it was not delivered before.

    0 for a chip that buyers in China are not offered.
    """
    record = first_known(previous(delivery_record), 1)
    weight = at(exp(attraction) * chip_on_offer, year=calendar_year) * exp(delivery_weight * (record - 1))
    return first_known(weight, 0)


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def fresh_choice_share__one_pool(choice_weight):
    """Share of the money that a chip would get of buyers who start from nothing and all choose alike."""
    return choice_weight / total(choice_weight, over="chip")


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def order_share__choice(fresh_choice_share):
    """Share of the money ordered in a quarter that goes to a chip, if nobody is bound to what was bought before."""
    return fresh_choice_share


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def order_share__locked_in(order_share, fresh_choice_share, lock_in):
    """The same when part of the money stays with the stack it went to a quarter before; the rest chooses afresh."""
    return first_known(lock_in * previous(order_share) + (1 - lock_in) * fresh_choice_share, fresh_choice_share)


# -- orders and deliveries --------------------------------------------------------------------------


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def demand_to_place_usd_bn(accelerator_demand_usd_bn, unmet_demand_usd_bn, waiting_share):
    """Money that looks for chips in a quarter: new, and what is left of the money that found none before."""
    return accelerator_demand_usd_bn + first_known(previous(unmet_demand_usd_bn) * waiting_share, 0)


@formula(unit="chip", source=_DEFINITION, possible="[0, inf)")
def units_ordered__by_choice(demand_to_place_usd_bn, order_share, chip_price_in_china_usd, calendar_year):
    """Chips ordered in a quarter: the share of the money over the price."""
    return demand_to_place_usd_bn * ONES_PER_BILLION * order_share / at(chip_price_in_china_usd, year=calendar_year)


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def units_delivered(units_shipped, units_ordered, units_imported):
    """Chips that reach buyers in a quarter: what is shipped at home, and of foreign chips what is let in."""
    return first_known(units_shipped, 0) + first_known(minimum(units_ordered, units_imported), 0)


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def delivered_value_usd_bn(units_delivered, chip_price_in_china_usd, calendar_year):
    """Chips of one kind that reach buyers in a quarter, at what they pay."""
    return units_delivered * at(chip_price_in_china_usd, year=calendar_year) / ONES_PER_BILLION


@formula(unit="bn USD", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def unmet_demand_usd_bn(demand_to_place_usd_bn, delivered_value_usd_bn):
    """Money that found no chips in a quarter."""
    return maximum(demand_to_place_usd_bn - total(first_known(delivered_value_usd_bn, 0), over="chip"), 0)


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def unmet_demand_share(unmet_demand_usd_bn, demand_to_place_usd_bn):
    """Money that found no chips over all that looked for them."""
    return unmet_demand_usd_bn / demand_to_place_usd_bn


# -- the price answers ------------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, kind="stepped", possible="[0, 1]")
def unmet_demand_share_at_year_end(unmet_demand_share, calendar_year, quarter_of_year, year, market_is_known):
    """Unmet share of the last quarter of a year."""
    last = (calendar_year >= year) & (calendar_year <= year) & (quarter_of_year > 3)
    return total(where(last, unmet_demand_share, 0), over="quarter") * market_is_known


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def units_ordered_in_year(units_ordered, calendar_year, year, market_is_known):
    """Chips of one kind ordered in the quarters of a year; what was not delivered and is wanted again counts again."""
    asked = total(where((calendar_year >= year) & (calendar_year <= year), units_ordered, 0), over="quarter")
    return asked * market_is_known


@formula(unit="1", source=_DEFINITION, kind="stepped", possible="[0, 1]")
def unmet_order_share_of_year(units_ordered_in_year, market_units):
    """Share of a chip's orders of a year that was not delivered; 0 where nothing was ordered."""
    asked, came = units_ordered_in_year / ONE_CHIP, market_units / ONE_CHIP
    return where(asked > came, 1 - came / where(asked > came, asked, 1), 0)


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def price_answer_to_balance(unmet_order_share_of_year, plan_unmet_order_share, price_balance_elasticity):
    """Price over plan that a chip's own balance of the year before leaves: 1 where as much is unmet as in the plan.

    Its own, not the market's: money that waits for a foreign chip does not make a local one dear that lies in stock.
    """
    more = previous(unmet_order_share_of_year - plan_unmet_order_share)
    return first_known(exp(price_balance_elasticity * more), 1)


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def base_money_weight(base_choice_weight, chip_on_offer, market_base_year):
    """Base weight of a chip as far as it is on offer in the base year; 0 where it has none."""
    return first_known(base_choice_weight * at(chip_on_offer, year=market_base_year), 0)


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def base_money_share(base_money_weight):
    """Share of a chip in the money of the base year."""
    return base_money_weight / total(base_money_weight, over="chip")


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def price_index_of_all(base_money_share, price_after_cuts):
    """What cuts below plan have left of the price of all chips, weighed by the money of the base year."""
    return total(base_money_share * price_after_cuts, over="chip")


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def price_answer_to_rivals(price_index_of_all, base_money_share, price_after_cuts, price_following):
    """Price over plan that cuts of all other chips leave."""
    others = (price_index_of_all - base_money_share * price_after_cuts) / (1 - base_money_share)
    return others**price_following


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def price_response__none(year):
    """Price over plan when nobody answers anything: 1."""
    return 1 + 0 * year


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def price_response__balance_and_rivals(price_answer_to_balance, price_answer_to_rivals):
    """Price over plan: what the balance of the market and the cuts of rivals leave of it."""
    return price_answer_to_balance * price_answer_to_rivals
