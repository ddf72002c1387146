"""From requests a day to chips, spares, racks, power and cheque; and back from a fleet to requests a day.

The part that fails and is replaced is a server; any working servers may form a copy of the model.
"""

from siliconomics.core import formula
from siliconomics.core.operators import ceil, floor
from siliconomics.core.units import KW_PER_MW, ONE_CHIP, ONE_REQUEST, SECONDS_PER_DAY, TOKEN

from ._standby import fewest_spares, most_to_count_on

# -- the load ----------------------------------------------------------------------------------


@formula(unit="request/s", source="siliconomics#definition", possible="(0, inf)")
def peak_requests_per_s(requests_per_day, peak_to_average_load):
    """Requests a second in the busiest hour."""
    return requests_per_day * peak_to_average_load / SECONDS_PER_DAY


@formula(unit="token/s", source="siliconomics#definition", possible="(0, inf)")
def peak_output_tokens_per_s(peak_requests_per_s, output_tokens):
    """Tokens of answers a second in the busiest hour; their prompts are read along."""
    return peak_requests_per_s * output_tokens / ONE_REQUEST


@formula(unit="request", source="littles-law#L = lambda W", possible="(0, inf)")
def requests_in_flight_at_peak(peak_output_tokens_per_s, time_per_output_token_s, software_level, output_tokens):
    """Answers being written at once in the busiest hour: arrivals times the time that each takes."""
    answers = peak_output_tokens_per_s / output_tokens * ONE_REQUEST
    return answers * time_per_output_token_s / software_level * output_tokens / TOKEN


# -- chips and servers -------------------------------------------------------------------------


@formula(unit="chip", source="siliconomics#definition", possible="(0, inf)")
def working_chips_needed(peak_output_tokens_per_s, mixed_output_rate, planned_load_at_peak):
    """Chips that the busiest hour keeps at work at the load planned for it, before whole copies and spares."""
    return peak_output_tokens_per_s / (mixed_output_rate * planned_load_at_peak)


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def copies_needed(working_chips_needed, group_chips):
    """Whole copies of the model, each on as many chips as its best layout takes."""
    return ceil(working_chips_needed / (group_chips * ONE_CHIP))


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def working_servers(copies_needed, group_chips, chips_per_server):
    """Whole servers that must work for the busiest hour to be served."""
    return ceil(copies_needed * group_chips * ONE_CHIP / chips_per_server)


# -- availability ------------------------------------------------------------------------------


@formula(unit="1", source="k-out-of-n#availability", possible="(0, 1)")
def server_availability(chip_time_between_failures_h, chips_per_server, server_repair_time_h):
    """Share of time that a server works: any of its chips (with what is around it) stops it until it is repaired."""
    between = chip_time_between_failures_h / (chips_per_server / ONE_CHIP)
    return between / (between + server_repair_time_h)


@formula(unit="1", source="k-out-of-n#negative-binomial", kind="stepped", possible="[0, inf)")
def spare_servers(working_servers, server_availability, promised_availability):
    """Fewest spares with which enough servers work for the busiest hour, with the promised chance.

    Servers fail independently; a failure of a whole row or of the network is not in it.
    """
    return fewest_spares(working_servers, server_availability, promised_availability)


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def installed_servers(working_servers, spare_servers):
    """Servers bought: those that must work, and spares."""
    return working_servers + spare_servers


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def installed_chips(installed_servers, chips_per_server):
    """Chips bought."""
    return installed_servers * chips_per_server


# -- what it takes -----------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def racks_needed(installed_servers, chips_per_server, machine_power_per_chip_kw, rack_power_kw):
    """Racks by what each may draw; unknown where one server draws more than a rack may."""
    return ceil(installed_servers / floor(rack_power_kw / (chips_per_server * machine_power_per_chip_kw)))


@formula(unit="MW", source="siliconomics#definition", possible="[0, inf)")
def meter_power_mw(installed_chips, machine_power_per_chip_kw, power_usage_effectiveness):
    """Power at the meter with every chip at work: servers, network and cooling."""
    return installed_chips * machine_power_per_chip_kw * power_usage_effectiveness / KW_PER_MW


@formula(unit="USD", source="siliconomics#definition", possible="[0, inf)")
def cluster_capital_usd(installed_chips, capital_per_chip_usd):
    """Cheque for the whole cluster."""
    return installed_chips * capital_per_chip_usd


# -- the reverse -------------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def servers_within_power(power_budget_mw, power_usage_effectiveness, machine_power_per_chip_kw, chips_per_server):
    """Whole servers that a connection of so many megawatts feeds."""
    at_server = power_budget_mw * KW_PER_MW / power_usage_effectiveness
    return floor(at_server / (machine_power_per_chip_kw * chips_per_server))


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def servers_within_budget(capital_budget_usd, capital_per_chip_usd, chips_per_server):
    """Whole servers that a cheque buys, with their share of network and building."""
    return floor(capital_budget_usd / (capital_per_chip_usd * chips_per_server))


@formula(unit="1", source="k-out-of-n#binomial", kind="stepped", possible="[0, inf)")
def dependable_servers(installed_servers, server_availability, promised_availability):
    """Servers of those installed that work at once with the promised chance."""
    return most_to_count_on(installed_servers, server_availability, promised_availability)


@formula(unit="token/s", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def dependable_output_tokens_per_s(
    dependable_servers, chips_per_server, group_chips, mixed_output_rate, planned_load_at_peak
):
    """Tokens of answers a second that the dependable servers write at the load planned, in whole copies."""
    copies = floor(dependable_servers * chips_per_server / (group_chips * ONE_CHIP))
    return copies * group_chips * ONE_CHIP * mixed_output_rate * planned_load_at_peak


@formula(unit="request/day", source="siliconomics#definition", possible="[0, inf)")
def dependable_requests_per_day(dependable_output_tokens_per_s, output_tokens, peak_to_average_load):
    """Requests a day whose busiest hour the dependable servers hold."""
    at_peak = dependable_output_tokens_per_s / output_tokens * ONE_REQUEST
    return at_peak * SECONDS_PER_DAY / peak_to_average_load
