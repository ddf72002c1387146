"""Which of a chip's peaks a precision computes at."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known
from siliconomics.core.units import ONE_CHIP


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def base_peak_tflops(fp16_dense_high_tflops):
    """Dense matrix peak at 16 bits; of a figure whose density no source states, its upper bound."""
    return fp16_dense_high_tflops * ONE_CHIP


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def gemm_peak_tflops(fp8_dense_high_tflops, fp16_dense_high_tflops):
    """Dense matrix peak at 8 bits where the chip has it, else at 16."""
    return first_known(fp8_dense_high_tflops, fp16_dense_high_tflops) * ONE_CHIP


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def attention_peak_tflops(fp16_dense_high_tflops):
    """Peak that attention computes at: 16 bits unless an engine says otherwise."""
    return fp16_dense_high_tflops * ONE_CHIP
