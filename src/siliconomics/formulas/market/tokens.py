"""The second route to demand: tokens a day, over what a chip serves, is chips; and the two routes beside each other."""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, previous, sqrt, total
from siliconomics.core.units import MILLIONS_PER_BILLION, MILLIONS_PER_TRILLION, SECONDS_PER_DAY

_DEFINITION = "siliconomics#definition"

# -- tokens -----------------------------------------------------------------------------------------


@formula(unit="tn token/day", source=_DEFINITION, possible="(0, inf)")
def daily_tokens_at_year_end_tn(stated_daily_tokens_at_year_end_tn, daily_tokens_at_year_end_tn, daily_tokens_growth):
    """Tokens read and written a day in China at the end of a year: as stated, then by growth."""
    grown = previous(daily_tokens_at_year_end_tn) * (1 + daily_tokens_growth)
    return first_known(stated_daily_tokens_at_year_end_tn, grown)


@formula(unit="tn token/day", source=_DEFINITION, possible="(0, inf)")
def daily_tokens_mean_tn(daily_tokens_at_year_end_tn):
    """Mean of the year, tokens growing by an even per cent a day: by Simpson's rule over its two ends and its middle."""
    before = previous(daily_tokens_at_year_end_tn)
    middle = sqrt(before * daily_tokens_at_year_end_tn)
    return ((before + daily_tokens_at_year_end_tn) / 2 + 2 * middle) / 3


# -- what a chip serves -----------------------------------------------------------------------------


@formula(unit="token/s/chip", source=_DEFINITION, possible="(0, inf)")
def fleet_part_rate(
    prefill_input_rate, decode_output_rate, fleet_chip, market_model, input_share_of_tokens, cached_share_of_input
):
    """Tokens a second, read and written, of the chip that stands for a part of the fleet, on the reference model.

    A token found in a cache takes no time; the prefill and decode rates of the inference chapter take the rest.
    """
    read = at(prefill_input_rate, chip=fleet_chip, model=market_model)
    written = at(decode_output_rate, chip=fleet_chip, model=market_model)
    computed = input_share_of_tokens * (1 - cached_share_of_input)
    return 1 / (computed / read + (1 - input_share_of_tokens) / written)


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def fleet_share(fleet_weight):
    """Share of a part of the fleet in all chips that serve."""
    return fleet_weight / total(fleet_weight, over="fleet")


@formula(unit="1", source=_DEFINITION, possible="(0, inf)")
def serving_gain(serving_gain_per_year, year, serving_reference_year):
    """What software gives beyond the reference year, in tokens of a chip."""
    return (1 + serving_gain_per_year) ** (year - serving_reference_year)


@formula(unit="token/s/chip", source=_DEFINITION, possible="(0, inf)")
def fleet_rate(fleet_share, fleet_part_rate, serving_gain, served_model_load):
    """Tokens a second and chip of the mean chip at work: the fleet's mix, its software, the models served."""
    return total(fleet_share * fleet_part_rate, over="fleet") * serving_gain / served_model_load


@formula(unit="USD/chip", source=_DEFINITION, possible="(0, inf)")
def fleet_price_usd(fleet_share, chip_price_at_site_usd, fleet_chip, market_site):
    """Price of the mean chip."""
    return total(fleet_share * at(chip_price_at_site_usd, chip=fleet_chip, site=market_site), over="fleet")


# -- chips ------------------------------------------------------------------------------------------


@formula(unit="mn chip", source=_DEFINITION, possible="[0, inf)")
def chips_needed_for_tokens(daily_tokens_at_year_end_tn, fleet_rate, utilisation, market_owner):
    """Chips that serve the tokens of the end of the year, idle hours included."""
    served = fleet_rate * at(utilisation, owner=market_owner) * SECONDS_PER_DAY
    return daily_tokens_at_year_end_tn * MILLIONS_PER_TRILLION / served


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def accelerator_retirement_share(equipment_life_years):
    """Share of the installed chips that leaves in a year: one over their life."""
    return 1 / equipment_life_years


@formula(unit="mn chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def chips_bought_for_tokens(chips_needed_for_tokens, accelerator_retirement_share):
    """Chips bought in a year to serve tokens: more of them, and the old ones again."""
    kept = previous(chips_needed_for_tokens) * (1 - accelerator_retirement_share)
    return maximum(chips_needed_for_tokens - kept, 0)


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def serving_chips_value_usd_bn(chips_bought_for_tokens, fleet_price_usd):
    """Value of the chips bought to serve tokens."""
    return chips_bought_for_tokens * fleet_price_usd / MILLIONS_PER_BILLION


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def token_route_tam_usd_bn(serving_chips_value_usd_bn, inference_share_of_accelerators):
    """Value of accelerators that China buys, from the tokens it uses: the second route; training comes on top."""
    return serving_chips_value_usd_bn / inference_share_of_accelerators


# -- both routes ------------------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def tam_reconciliation(token_route_tam_usd_bn, capex_route_tam_usd_bn):
    """The second route over the first: below one, spending is not explained by tokens counted."""
    return token_route_tam_usd_bn / capex_route_tam_usd_bn


@formula(unit="mn chip", source=_DEFINITION, possible="[0, inf)")
def accelerators_bought_mn(capex_route_tam_usd_bn, fleet_price_usd):
    """Accelerators that the spending of a year buys, at the price of the mean chip."""
    return capex_route_tam_usd_bn * MILLIONS_PER_BILLION / fleet_price_usd


@formula(unit="mn chip", source=_DEFINITION, possible="[0, inf)")
def accelerators_installed_mn(
    accelerators_installed_before_mn, accelerators_installed_mn, accelerator_retirement_share, accelerators_bought_mn
):
    """Accelerators at work at the end of a year: what stood, less what retires, and what was bought."""
    kept = previous(accelerators_installed_mn) * (1 - accelerator_retirement_share)
    return first_known(accelerators_installed_before_mn, kept + accelerators_bought_mn)


@formula(unit="tn token/day", source=_DEFINITION, possible="[0, inf)")
def daily_tokens_servable_tn(
    accelerators_installed_mn, inference_share_of_accelerators, fleet_rate, utilisation, market_owner
):
    """Tokens a day that the installed accelerators kept for serving could serve."""
    served = fleet_rate * at(utilisation, owner=market_owner) * SECONDS_PER_DAY
    return accelerators_installed_mn * inference_share_of_accelerators * served / MILLIONS_PER_TRILLION


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def tokens_over_servable(daily_tokens_at_year_end_tn, daily_tokens_servable_tn):
    """Tokens used over tokens that could be served: what is left does other work, or stands idle."""
    return daily_tokens_at_year_end_tn / daily_tokens_servable_tn


@formula(unit="1", source=_DEFINITION, possible="(-1, inf)")
def daily_tokens_growth_to_fill(
    daily_tokens_servable_tn, daily_tokens_at_year_end_tn, tokens_known_year, market_end_year
):
    """Even yearly growth of tokens, from the last year known, that fills the chips of the last year of the market."""
    filled = at(daily_tokens_servable_tn, year=market_end_year)
    known = at(daily_tokens_at_year_end_tn, year=tokens_known_year)
    return (filled / known) ** (1 / (market_end_year - tokens_known_year)) - 1
