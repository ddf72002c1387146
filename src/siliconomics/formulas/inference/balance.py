"""Arithmetic against bytes: how much a chip has per byte of memory and of network, and how much a workload needs.

Network is one direction, what a chip sends over its scale-up links, unless a name says both ways.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known
from siliconomics.core.units import BYTES_PER_GB, OPERATIONS_PER_TFLOP, TOKEN

_BALANCE = "inference-arithmetic#balance"

# -- what a chip has ---------------------------------------------------------------------------


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def fp16_operations_per_memory_byte_low(fp16_dense_low_tflops, memory_bandwidth_gb_s):
    """Dense FP16 operations for each byte that memory delivers, at the lower bound of the peak."""
    return fp16_dense_low_tflops / memory_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def fp16_operations_per_memory_byte_high(fp16_dense_high_tflops, memory_bandwidth_gb_s):
    """Dense FP16 operations for each byte that memory delivers, at the upper bound of the peak."""
    return fp16_dense_high_tflops / memory_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def eight_bit_operations_per_memory_byte_low(eight_bit_dense_low_tflops, memory_bandwidth_gb_s):
    """Dense 8-bit operations for each byte that memory delivers, at the lower bound of the peak."""
    return eight_bit_dense_low_tflops / memory_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def eight_bit_operations_per_memory_byte_high(eight_bit_dense_high_tflops, memory_bandwidth_gb_s):
    """Dense 8-bit operations for each byte that memory delivers, at the upper bound of the peak."""
    return eight_bit_dense_high_tflops / memory_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def fp16_operations_per_network_byte_low(fp16_dense_low_tflops, scaleup_bandwidth_gb_s):
    """Dense FP16 operations for each byte that a chip can send, at the lower bound of the peak."""
    return fp16_dense_low_tflops / scaleup_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def fp16_operations_per_network_byte_high(fp16_dense_high_tflops, scaleup_bandwidth_gb_s):
    """Dense FP16 operations for each byte that a chip can send, at the upper bound of the peak."""
    return fp16_dense_high_tflops / scaleup_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def eight_bit_operations_per_network_byte_low(eight_bit_dense_low_tflops, scaleup_bandwidth_gb_s):
    """Dense 8-bit operations for each byte that a chip can send, at the lower bound of the peak."""
    return eight_bit_dense_low_tflops / scaleup_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def eight_bit_operations_per_network_byte_high(eight_bit_dense_high_tflops, scaleup_bandwidth_gb_s):
    """Dense 8-bit operations for each byte that a chip can send, at the upper bound of the peak."""
    return eight_bit_dense_high_tflops / scaleup_bandwidth_gb_s * OPERATIONS_PER_TFLOP / BYTES_PER_GB


# -- the source's own ratio, and a rival on one basis ------------------------------------------


@formula(unit="GB/s/chip", source="broker-2026-04-26#exhibit-89", possible="(0, inf)")
def network_bandwidth_both_ways_gb_s(chip_to_chip_bandwidth_gb_s, scaleup_bandwidth_gb_s):
    """Bandwidth to other chips as a data sheet prints it: the source's own figure, else both directions of the link."""
    return first_known(chip_to_chip_bandwidth_gb_s, 2 * scaleup_bandwidth_gb_s)


@formula(unit="TFLOP/GB", source="broker-2026-04-26#exhibit-89", possible="(0, inf)")
def compute_to_network_ratio__broker_2026(fp16_tflops, network_bandwidth_both_ways_gb_s):
    """FP16 TFLOPS as the source prints them (sparse for NVIDIA) over GB/s as printed; the source holds 1.0 to be best."""
    return fp16_tflops / network_bandwidth_both_ways_gb_s


@formula(unit="TFLOP/GB", source=_BALANCE, possible="(0, inf)")
def compute_to_network_ratio__dense_one_way(fp16_dense_high_tflops, scaleup_bandwidth_gb_s):
    """Dense FP16 TFLOPS over one direction of the scale-up link: a thousandth of operations per byte sent."""
    return fp16_dense_high_tflops / scaleup_bandwidth_gb_s


# -- what a workload needs: one decode step of one chip ----------------------------------------


@formula(unit="TFLOP", source=_BALANCE, possible="(0, inf)")
def decode_step_tflop(attention_projection_tflop, attention_tflop, mlp_tflop, expert_tflop):
    """Arithmetic of one chip in one step."""
    return attention_projection_tflop + attention_tflop + mlp_tflop + expert_tflop


@formula(unit="GB", source=_BALANCE, possible="(0, inf)")
def decode_step_read_gb(attention_weight_read_gb, mlp_weight_read_gb, expert_weight_read_gb, kv_read_gb):
    """Weights and cache that one chip reads in one step."""
    return attention_weight_read_gb + mlp_weight_read_gb + expert_weight_read_gb + kv_read_gb


@formula(unit="GB", source=_BALANCE, possible="[0, inf)")
def sent_gb_per_token(
    all_reduce_gb_per_token, attention_split, exchanged_gb_per_copy, expert_destinations, group_chips
):
    """What the chips of an attention group send for one token: sums of split layers, and experts beyond the group."""
    exchanged = exchanged_gb_per_copy * expert_destinations * (group_chips - attention_split) / group_chips
    return all_reduce_gb_per_token * attention_split + exchanged


@formula(unit="GB", source=_BALANCE, possible="[0, inf)")
def decode_step_sent_gb(sent_gb_per_token, step_tokens, group_chips):
    """What one chip sends in one step."""
    return sent_gb_per_token * step_tokens / group_chips


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def decode_operations_per_memory_byte(decode_step_tflop, decode_step_read_gb):
    """Operations that decoding does for each byte it reads: more with every sequence that shares the weights."""
    return decode_step_tflop / decode_step_read_gb * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def decode_operations_per_network_byte(decode_step_tflop, decode_step_sent_gb):
    """Operations that decoding does for each byte it sends: the batch cancels, the layout does not."""
    return decode_step_tflop / decode_step_sent_gb * OPERATIONS_PER_TFLOP / BYTES_PER_GB


@formula(unit="1/byte", source=_BALANCE, possible="(0, inf)")
def prefill_operations_per_network_byte(
    prefill_gemm_tflop, prefill_attention_tflop, sent_gb_per_token, input_tokens, prefix_share
):
    """Operations that reading a prompt does for each byte it sends."""
    sent = sent_gb_per_token * input_tokens / TOKEN * (1 - prefix_share)
    return (prefill_gemm_tflop + prefill_attention_tflop) / sent * OPERATIONS_PER_TFLOP / BYTES_PER_GB
