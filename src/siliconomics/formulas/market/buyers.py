"""Which buyers choose which chip: every buyer has the same chips before it and weighs them in its own way.

Platforms look at the cost of a token and at software first; telecom operators, government and state-owned buyers at who
controls the supply, and take few foreign chips or none; a platform that owns a maker, or works with one, buys there first.
The money of all buyers is one whole, so orders stay what they are in sum.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, exp, first_known, log, previous, total

_DEFINITION = "siliconomics#definition"
_LOGIT = "mcfadden-1974#conditional logit"

# -- a buyer and a chip -----------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def buyer_share_of_demand(capex_of_buyer_in_china_usd_bn):
    """A buyer's part of what all buyers spend in China in a year; each spends the same share of it on chips."""
    return capex_of_buyer_in_china_usd_bn / total(capex_of_buyer_in_china_usd_bn, over="buyer")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def foreign_openness(foreign_openness, stated_foreign_openness):
    """How far a buyer takes foreign chips in a year, by rule or habit: 1 as any other chip, 0 never; as last stated."""
    return first_known(stated_foreign_openness, previous(foreign_openness))


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def partner_share_of_maker(stated_buyer_share_of_maker):
    """Part of a maker's sales that goes to all the buyers named for it; together they cannot take more than all."""
    return total(first_known(stated_buyer_share_of_maker, 0), over="buyer")


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def partner_odds(stated_buyer_share_of_maker, partner_share_of_maker, buyer_share_of_demand, market_base_year):
    """Odds of a maker's chips at a buyer over those at all others, from the buyer's part of the maker's sales; else 1.

    To first order: as if the maker were as large a part of every buyer's choice. What it sells elsewhere is what its
    other named buyers take and what is left after all that are named.
    """
    other_named = partner_share_of_maker - stated_buyer_share_of_maker
    sold = stated_buyer_share_of_maker / (other_named + (1 - partner_share_of_maker))
    money = at(buyer_share_of_demand, year=market_base_year)
    return first_known(sold * (1 - money) / money, 1)


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def buyer_fit(foreign_openness, partner_odds, merit_weight_of_buyer, merit_of_chip, is_local_maker, chip_maker):
    """A chip's odds at one buyer over its odds in general, in a year."""
    local = at(is_local_maker, company=chip_maker)
    open_to_it = local + (1 - local) * foreign_openness
    return open_to_it * at(partner_odds, company=chip_maker) * exp((merit_weight_of_buyer - 1) * merit_of_chip)


# -- shares of the money ----------------------------------------------------------------------------


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def buyer_choice_weight(choice_weight, buyer_fit, calendar_year):
    """Weight of a chip in one buyer's choice in a quarter; 0 for a chip that is not on offer."""
    return first_known(choice_weight * at(buyer_fit, year=calendar_year), 0)


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def weight_of_all_chips_at_buyer(buyer_choice_weight):
    """Weight of all chips in one buyer's choice in a quarter."""
    return total(buyer_choice_weight, over="chip")


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def choice_share_of_buyer(buyer_choice_weight, weight_of_all_chips_at_buyer):
    """Share of one buyer's money that a chip would get if the buyer started from nothing."""
    return buyer_choice_weight / weight_of_all_chips_at_buyer


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def fresh_choice_share__by_buyer(choice_share_of_buyer, buyer_share_of_demand, calendar_year):
    """Share of all money that a chip would get of buyers who start from nothing, each with its own choice."""
    return total(choice_share_of_buyer * at(buyer_share_of_demand, year=calendar_year), over="buyer")


# -- the constants ----------------------------------------------------------------------------------


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def base_weight_at_buyer(attraction, chip_on_offer, buyer_fit, market_base_year):
    """Weight of a chip in one buyer's choice in the base year, as if everything had been delivered."""
    return first_known(at(exp(attraction) * chip_on_offer * buyer_fit, year=market_base_year), 0)


@formula(unit="1", source=_LOGIT, possible="[0, inf)")
def base_weight_of_all_at_buyer(base_weight_at_buyer):
    """Weight of all chips in one buyer's choice in the base year."""
    return total(base_weight_at_buyer, over="chip")


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def base_share_at_buyer(base_weight_at_buyer, base_weight_of_all_at_buyer):
    """Share of one buyer's money of the base year that a chip gets."""
    return base_weight_at_buyer / base_weight_of_all_at_buyer


@formula(unit="1", source=_LOGIT, possible="[0, 1]")
def base_share_by_buyers(base_share_at_buyer, buyer_share_of_demand, market_base_year):
    """Share of all money of the base year that a chip gets."""
    return total(base_share_at_buyer * at(buyer_share_of_demand, year=market_base_year), over="buyer")


@formula(unit="1", source="berry-1994#contraction", possible="(-inf, inf)")
def choice_constant_for_base__by_buyer(choice_constant, base_money_share, base_share_by_buyers):
    """The constant, moved by what the choice of all buyers lacks to a chip's share of the base year; at rest when it has it."""
    return choice_constant + log(base_money_share / base_share_by_buyers)


# -- what a buyer ends up with ----------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def local_share_of_buyer_choice(choice_share_of_buyer, is_local_maker, chip_maker):
    """Share of a buyer's money, chosen afresh in a quarter, that goes to local chips."""
    local = first_known(at(is_local_maker, company=chip_maker), 0)
    return total(choice_share_of_buyer * local, over="chip")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def local_share_of_choice(fresh_choice_share, is_local_maker, chip_maker):
    """Share of all money, chosen afresh in a quarter, that goes to local chips."""
    local = first_known(at(is_local_maker, company=chip_maker), 0)
    return total(fresh_choice_share * local, over="chip")


@formula(unit="1", source=_DEFINITION)
def local_share_beyond_wanted(local_share_of_choice, wanted_local_share_of_choice, calendar_year):
    """What deliveries, and whatever was changed, add to the share that the pull towards local chips is solved for."""
    return local_share_of_choice - at(wanted_local_share_of_choice, year=calendar_year)
