"""From an hour of a chip to a token: cost, energy, carbon, revenue and margin, and when the money is back."""

from siliconomics.core import formula
from siliconomics.core.operators import maximum
from siliconomics.core.units import (
    HOURS_PER_YEAR,
    JOULES_PER_KWH,
    JOULES_PER_WH,
    ONE_REQUEST,
    SECONDS_PER_HOUR,
    TOKENS_PER_MTOKEN,
    WATTS_PER_KW,
)

_TOKEN = "inferencex#dollars per GPU hour to dollars per million tokens"

# -- cost -------------------------------------------------------------------------------------------


@formula(unit="USD/Mtoken", source=_TOKEN, possible="(0, inf)")
def cost_per_million_output_tokens_usd(chip_hour_in_use_usd, mixed_output_rate):
    """Everything that is paid, over the tokens of answers: prompts are read with no price of their own."""
    return chip_hour_in_use_usd / SECONDS_PER_HOUR / mixed_output_rate * TOKENS_PER_MTOKEN


@formula(unit="USD/Mtoken", source=_TOKEN, possible="(0, inf)")
def cost_per_million_read_tokens_usd(chip_hour_in_use_usd, prefill_input_rate):
    """Time of the chip that reading a prompt takes, over the tokens of prompts."""
    return chip_hour_in_use_usd / SECONDS_PER_HOUR / prefill_input_rate * TOKENS_PER_MTOKEN


@formula(unit="USD/Mtoken", source=_TOKEN, possible="(0, inf)")
def cost_per_million_written_tokens_usd(chip_hour_in_use_usd, decode_output_rate):
    """Time of the chip that writing answers takes, over the tokens of answers.

    With the cost of reading it adds up: written + read x input/output tokens = cost over output tokens.
    """
    return chip_hour_in_use_usd / SECONDS_PER_HOUR / decode_output_rate * TOKENS_PER_MTOKEN


@formula(unit="USD/Mtoken", source=_TOKEN, possible="(0, inf)")
def cost_per_million_blended_tokens_usd(cost_per_million_output_tokens_usd, input_tokens, output_tokens):
    """Everything that is paid, over all tokens, read and written."""
    return cost_per_million_output_tokens_usd * output_tokens / (input_tokens + output_tokens)


@formula(unit="USD/request", source=_TOKEN, possible="(0, inf)")
def cost_per_request_usd(cost_per_million_output_tokens_usd, output_tokens):
    """One prompt and its answer."""
    return cost_per_million_output_tokens_usd / TOKENS_PER_MTOKEN * output_tokens / ONE_REQUEST


@formula(unit="token/USD", source=_TOKEN, possible="(0, inf)")
def output_tokens_per_usd(cost_per_million_output_tokens_usd):
    """Tokens of answers that one dollar buys."""
    return 1 / cost_per_million_output_tokens_usd * TOKENS_PER_MTOKEN


@formula(unit="token/CNY", source=_TOKEN, possible="(0, inf)")
def output_tokens_per_cny(output_tokens_per_usd, cny_per_usd):
    """Tokens of answers that one yuan buys."""
    return output_tokens_per_usd / cny_per_usd


# -- energy and carbon ------------------------------------------------------------------------------


@formula(unit="J/token", source=_TOKEN, possible="(0, inf)")
def energy_per_output_token_j(all_in_power_per_chip_kw, busy_power_share, mixed_output_rate):
    """Energy at the meter for one token of an answer, while the chip works."""
    return all_in_power_per_chip_kw * busy_power_share * WATTS_PER_KW / mixed_output_rate


@formula(unit="Wh/request", source=_TOKEN, possible="(0, inf)")
def energy_per_request_wh(energy_per_output_token_j, output_tokens):
    """Energy at the meter for one prompt and its answer, while the chip works."""
    return energy_per_output_token_j * output_tokens / JOULES_PER_WH / ONE_REQUEST


@formula(unit="kWh/Mtoken", source=_TOKEN, possible="(0, inf)")
def energy_per_million_output_tokens_kwh(all_in_power_per_chip_kw, drawn_power_share, utilisation, mixed_output_rate):
    """Energy at the meter over the tokens of answers, that of idle hours included."""
    drawn = all_in_power_per_chip_kw * drawn_power_share / utilisation
    return drawn * WATTS_PER_KW / mixed_output_rate * TOKENS_PER_MTOKEN / JOULES_PER_KWH


@formula(unit="kg/Mtoken", source=_TOKEN, possible="[0, inf)")
def carbon_per_million_output_tokens_kg(energy_per_million_output_tokens_kwh, carbon_intensity_kg_per_kwh):
    """Carbon dioxide of that electricity, at the grid's mean."""
    return energy_per_million_output_tokens_kwh * carbon_intensity_kg_per_kwh


# -- revenue ----------------------------------------------------------------------------------------


@formula(unit="USD/Mtoken", source="siliconomics#definition", possible="(0, inf)")
def revenue_per_million_output_tokens_usd(
    input_token_price_usd_per_mtoken, output_token_price_usd_per_mtoken, input_tokens, output_tokens
):
    """What is earned with a million tokens of answers, their prompts paid for as well."""
    return output_token_price_usd_per_mtoken + input_token_price_usd_per_mtoken * input_tokens / output_tokens


@formula(unit="USD/chip/h", source="reference-numbers#TCO", possible="(0, inf)")
def revenue_per_chip_hour_usd(revenue_per_million_output_tokens_usd, mixed_output_rate, utilisation):
    """What a chip earns in an hour of the calendar."""
    made = mixed_output_rate * utilisation * SECONDS_PER_HOUR / TOKENS_PER_MTOKEN
    return revenue_per_million_output_tokens_usd * made


@formula(unit="1", source="reference-numbers#TCO", possible="(-inf, 1]")
def token_margin(revenue_per_chip_hour_usd, chip_hour_price_usd):
    """Margin on tokens sold: one less cost over revenue. Negative where the price does not carry the chip."""
    return 1 - chip_hour_price_usd / revenue_per_chip_hour_usd


@formula(unit="USD/chip/year", source="siliconomics#definition")
def cash_per_chip_year_usd(
    revenue_per_chip_hour_usd, energy_cost_usd_per_year, staff_cost_usd_per_year, maintenance_cost_usd_per_year,
    licence_cost_usd_per_year,
):  # fmt: skip
    """What a chip leaves in a year before capital: revenue less electricity, people, repairs and licences."""
    spent = (
        energy_cost_usd_per_year + staff_cost_usd_per_year + maintenance_cost_usd_per_year + licence_cost_usd_per_year
    )
    return revenue_per_chip_hour_usd * HOURS_PER_YEAR - spent


@formula(unit="year", source="siliconomics#definition", kind="stepped", possible="(0, inf]")
def payback_years(capital_per_chip_usd, cash_per_chip_year_usd, least_cash_usd_per_year):
    """Years until what a chip leaves has paid for it, undiscounted; very long where it leaves next to nothing."""
    return capital_per_chip_usd / maximum(cash_per_chip_year_usd, least_cash_usd_per_year)
