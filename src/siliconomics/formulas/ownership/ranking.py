"""Search, advertising and recommendation: a roofline of a ranking model with large embedding tables."""

from siliconomics.core import formula
from siliconomics.core.operators import ceil, maximum
from siliconomics.core.units import BYTES_PER_GB, GFLOP_PER_TFLOP, ONE_CHIP, ONE_SAMPLE


@formula(unit="GB/sample", source="dlrm-2019#embedding-lookup", possible="(0, inf)")
def ranking_gb_per_sample(ranking_rows_per_sample, ranking_row_bytes):
    """Bytes gathered from embedding tables to score one candidate; the dense layers stay in the chip."""
    return ranking_rows_per_sample * ranking_row_bytes / BYTES_PER_GB / ONE_SAMPLE


@formula(unit="s*chip/sample", source="roofline#memory", possible="(0, inf)")
def ranking_memory_time_s(ranking_gb_per_sample, memory_bandwidth_gb_s, ranking_gather_efficiency):
    """Time to gather one sample's rows from all over the memory."""
    return ranking_gb_per_sample / (memory_bandwidth_gb_s * ranking_gather_efficiency)


@formula(unit="s*chip/sample", source="roofline#compute", possible="(0, inf)")
def ranking_compute_time_s(ranking_gflop_per_sample, fp16_dense_high_tflops, ranking_compute_efficiency):
    """Time of one sample's dense layers."""
    return (
        ranking_gflop_per_sample / GFLOP_PER_TFLOP / ONE_SAMPLE / (fp16_dense_high_tflops * ranking_compute_efficiency)
    )


@formula(unit="sample/s/chip", source="roofline#bound", kind="stepped", possible="(0, inf)")
def ranking_samples_per_s_per_chip(ranking_memory_time_s, ranking_compute_time_s):
    """Candidates that a chip scores a second: the slower of memory and arithmetic; host and network not counted.

    Unknown for a chip without a stated memory bandwidth or throughput.
    """
    return 1 / maximum(ranking_memory_time_s, ranking_compute_time_s)


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def ranking_memory_over_compute(ranking_memory_time_s, ranking_compute_time_s):
    """Time of memory over that of arithmetic: above 1 bandwidth binds, below 1 throughput."""
    return ranking_memory_time_s / ranking_compute_time_s


@formula(unit="chip", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def ranking_chips_for_tables(ranking_table_gb, memory_size_gb, ranking_table_memory_share):
    """Chips whose memory holds all embedding tables once."""
    return ceil(ranking_table_gb / (memory_size_gb * ONE_CHIP * ranking_table_memory_share)) * ONE_CHIP


@formula(unit="sample/s/USD", source="siliconomics#definition", possible="(0, inf)")
def ranking_samples_per_s_per_usd(ranking_samples_per_s_per_chip, market_price_usd):
    """Candidates scored a second for each dollar of the chip's price."""
    return ranking_samples_per_s_per_chip / market_price_usd
