"""Days, chip-hours, energy and cost of a training run, with failures on the way."""

from siliconomics.core import formula
from siliconomics.core.operators import exp, expm1, first_known, sqrt
from siliconomics.core.units import (
    HOURS_PER_DAY,
    KW_PER_MW,
    ONE_CHIP,
    OPERATIONS_PER_TFLOP,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    TOKEN,
)

# -- the work ----------------------------------------------------------------------------------


@formula(unit="TFLOP", source="kaplan-2020#C = 6ND", possible="(0, inf)")
def training_work_tflop(
    stated_training_work_tflop, operations_per_parameter_and_token, trained_parameters, training_tokens
):
    """Arithmetic of a run as stated, else so many operations for each parameter that a token meets.

    Of a mixture of experts the active parameters count. Attention over the context and anything computed twice to
    save memory are left out, as in the usual definition of utilisation.
    """
    counted = operations_per_parameter_and_token * trained_parameters * training_tokens / TOKEN / OPERATIONS_PER_TFLOP
    return first_known(stated_training_work_tflop, counted)


@formula(unit="1", source="palm-2022#model-flops-utilisation", possible="(0, 1]")
def training_utilisation(stated_training_utilisation, usual_training_utilisation):
    """Share of the dense 16-bit peak that training reaches while it runs; what is usual where nothing is known."""
    return first_known(stated_training_utilisation, usual_training_utilisation)


@formula(unit="TFLOPS/chip", source="siliconomics#definition", possible="(0, inf)")
def training_rate_tflops(fp16_dense_high_tflops, training_utilisation):
    """What one chip computes of the model's arithmetic each second of running."""
    return fp16_dense_high_tflops * training_utilisation


# -- failures ----------------------------------------------------------------------------------


@formula(unit="s", source="daly-2006#M", possible="(0, inf)")
def run_time_between_failures_s(chip_time_between_failures_h, training_chips):
    """Mean time between two failures anywhere in the run: any one stops all."""
    return chip_time_between_failures_h * SECONDS_PER_HOUR / (training_chips / ONE_CHIP)


@formula(unit="s", source="young-1974#optimum-interval", possible="[0, inf)")
def checkpoint_interval_s(checkpoint_time_s, run_time_between_failures_s):
    """Work between two checkpoints that loses least, to first order."""
    return sqrt(2 * checkpoint_time_s * run_time_between_failures_s)


@formula(unit="1", source="daly-2006#complete-model", possible="[0, 1]")
def training_goodput(checkpoint_interval_s, checkpoint_time_s, restart_time_s, run_time_between_failures_s):
    """Share of time that advances the run, checkpoints, work lost and restarts deducted; failures come at random."""
    segment = expm1((checkpoint_interval_s + checkpoint_time_s) / run_time_between_failures_s)
    again = exp(restart_time_s / run_time_between_failures_s)
    return checkpoint_interval_s / (run_time_between_failures_s * again * segment)


# -- time, energy, cost ------------------------------------------------------------------------


@formula(unit="day", source="siliconomics#definition", possible="(0, inf)")
def training_days(training_work_tflop, training_chips, training_rate_tflops, training_goodput):
    """Days from start to end on one cluster."""
    return training_work_tflop / (training_chips * training_rate_tflops * training_goodput) / SECONDS_PER_DAY


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def training_failures(training_days, run_time_between_failures_s):
    """Failures to expect during the run."""
    return training_days * SECONDS_PER_DAY / run_time_between_failures_s


@formula(unit="chip*h", source="siliconomics#definition", possible="(0, inf)")
def training_chip_hours(training_days, training_chips):
    """Hours of all chips together, those lost included."""
    return training_days * HOURS_PER_DAY * training_chips


@formula(unit="MW*h", source="siliconomics#definition", possible="(0, inf)")
def training_energy_mwh(training_chip_hours, machine_power_per_chip_kw, power_usage_effectiveness):
    """Energy at the meter, at the power of full load throughout."""
    return training_chip_hours * machine_power_per_chip_kw * power_usage_effectiveness / KW_PER_MW


@formula(unit="USD", source="siliconomics#definition", possible="(0, inf)")
def owned_training_cost_usd(training_chip_hours, owned_cost_per_chip_hour_usd):
    """Cost of the run on chips of one's own; one run, without the trials before it."""
    return training_chip_hours * owned_cost_per_chip_hour_usd


@formula(unit="USD", source="siliconomics#definition", possible="(0, inf)")
def rented_training_cost_usd(training_chip_hours, rental_price_usd_per_chip_hour):
    """Cost of the run on rented chips; one run, without the trials before it."""
    return training_chip_hours * rental_price_usd_per_chip_hour
