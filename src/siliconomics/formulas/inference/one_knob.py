"""The rival: one utilisation of the peak for every chip, set where one published rate says so."""

from siliconomics.core import formula
from siliconomics.core.units import ONE_CHIP, OPERATIONS_PER_TFLOP, TOKEN


@formula(unit="1", source="broker-2026-04-26#line-341", possible="(0, inf)")
def one_knob_utilisation(one_knob_anchor_rate, one_knob_anchor_peak_tflops, active_parameters):
    """Share of one chip's peak that its one published rate takes, read as that of one chip: what the source tunes."""
    needed = 2 * active_parameters * one_knob_anchor_rate * ONE_CHIP / TOKEN / OPERATIONS_PER_TFLOP
    return needed / (one_knob_anchor_peak_tflops * ONE_CHIP)


@formula(unit="token/s/chip", source="broker-2026-04-26#line-341", possible="(0, inf)")
def one_knob_output_rate(one_knob_utilisation, gemm_peak_tflops, active_parameters):
    """Tokens a second and chip if every chip reached the same share of its peak: rebuilt, for comparison only.

    The source's own formulas are lost; what its text says of them is kept: hardware figures, one utilisation, one point.
    It knows nothing of memory, batch, network or software, and cannot tell whether the published rate is possible.
    """
    return one_knob_utilisation * gemm_peak_tflops * OPERATIONS_PER_TFLOP / (2 * active_parameters) * TOKEN / ONE_CHIP
