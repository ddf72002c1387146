"""Serving: how many sequences fit, and how many tokens a second come out."""

from siliconomics.core import formula
from siliconomics.core.operators import exp, maximum, minimum, where
from siliconomics.core.units import BYTES_PER_GB, ONE_BYTE, ONE_CHIP, OPERATIONS_PER_TFLOP, TOKEN

# -- memory ----------------------------------------------------------------------------------------


@formula(unit="GB", source="inference-arithmetic#memory-fit")
def resident_weight_gb(
    transformer_layers, attention_parameters, attention_weight_bytes, always_read_mlp_parameters, head_parameters,
    routed_parameters, weight_bytes, attention_split, group_chips, pipeline_stages,
):  # fmt: skip
    """Weights that lie on one chip: attention and dense parts as attention is split, experts over the whole group.

    Each stage of a pipeline holds its share of the layers; the head counts in full, as the last stage holds it.
    """
    split = (
        transformer_layers * attention_parameters * attention_weight_bytes + always_read_mlp_parameters * weight_bytes
    )
    layers = split / attention_split + routed_parameters * weight_bytes / group_chips
    return (layers / pipeline_stages + 4 * head_parameters * ONE_BYTE / group_chips) / BYTES_PER_GB


@formula(unit="GB", source="inference-arithmetic#memory-fit")
def free_memory_gb(memory_size_gb, memory_size_factor, usable_memory_share, resident_weight_gb, reserved_memory_gb):
    """What is left of a chip's memory for caches; negative where the weights alone do not fit."""
    return (
        memory_size_gb * ONE_CHIP * memory_size_factor * usable_memory_share - resident_weight_gb - reserved_memory_gb
    )


@formula(unit="GB", source="inference-arithmetic#kv-cache", possible="(0, inf)")
def kv_per_sequence_gb(input_tokens, output_tokens, kv_bytes_per_token, kv_split):
    """Cache of one sequence at its longest, on one of the chips that hold it."""
    return (input_tokens + output_tokens) / TOKEN * kv_bytes_per_token / kv_split / BYTES_PER_GB


@formula(unit="1", source="inference-arithmetic#memory-fit", kind="stepped", possible="[0, inf)")
def largest_batch(free_memory_gb, kv_per_sequence_gb, group_chips, attention_split):
    """Sequences that a group's memory holds; 0 where the weights do not fit."""
    return maximum(free_memory_gb, 0) / kv_per_sequence_gb * group_chips / attention_split


# -- the prompt -------------------------------------------------------------------------------------


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def prefill_gemm_tflop(active_parameters, head_parameters, input_tokens, prefix_share):
    """Matrix work of one prompt, its cached prefix and the head (needed once) left out."""
    return 2 * (active_parameters - head_parameters) * input_tokens / TOKEN * (1 - prefix_share) / OPERATIONS_PER_TFLOP


@formula(unit="token", source="siliconomics#definition", kind="stepped")
def prefill_attended_tokens(
    input_tokens, transformer_layers, sliding_window_layers, sliding_window_tokens, sparse_attention_tokens
):
    """Mean tokens before one of the prompt that attention reads."""
    chosen = minimum(input_tokens / 2, sparse_attention_tokens)
    windowed = minimum(input_tokens / 2, sliding_window_tokens)
    return chosen + (windowed - chosen) * sliding_window_layers / transformer_layers


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def prefill_attention_tflop(
    transformer_layers, prefill_score_operations, input_tokens, prefill_attended_tokens, prefix_share
):
    """Attention work of one prompt."""
    pairs = input_tokens / TOKEN * (1 - prefix_share) * prefill_attended_tokens / TOKEN
    return transformer_layers * prefill_score_operations * pairs / OPERATIONS_PER_TFLOP


@formula(unit="s", source="inference-arithmetic#serving", possible="[0, inf)")
def prefill_chip_time_s(
    prefill_gemm_tflop, prefill_attention_tflop, achieved_gemm_tflops, achieved_attention_tflops, prefill_gain,
    group_chips, expert_imbalance,
):  # fmt: skip
    """Arithmetic of one prompt, spread over a group that reads prompts back to back; large pieces gain on small ones."""
    gemms = prefill_gemm_tflop * expert_imbalance / achieved_gemm_tflops
    return (gemms + prefill_attention_tflop / achieved_attention_tflops) / prefill_gain / group_chips


@formula(unit="s", source="inference-arithmetic#communication")
def prefill_communication_time_s(
    sum_time_per_token_s, exchange_time_per_token_s, input_tokens, prefix_share, attention_split, group_chips
):
    """Sums and exchanges for one prompt."""
    per_token = sum_time_per_token_s * attention_split + exchange_time_per_token_s
    return per_token * input_tokens / TOKEN * (1 - prefix_share) / group_chips


@formula(unit="s", source="inference-arithmetic#overlap", kind="stepped", possible="[0, inf)")
def prefill_time_per_sequence_s(
    prefill_chip_time_s, prefill_communication_time_s, communication_overlap, group_chips, attention_split
):
    """Time of a whole group to read one prompt, less what two halves of a batch hide behind each other."""
    hidden = communication_overlap * minimum(prefill_chip_time_s, prefill_communication_time_s)
    return prefill_chip_time_s + prefill_communication_time_s - where(group_chips > attention_split, hidden, 0)


# -- tokens a second --------------------------------------------------------------------------------


@formula(unit="s", source="inference-arithmetic#serving", possible="(0, inf)")
def time_per_output_token_s(
    decode_step_time_s, tokens_per_step, sequences_in_group, prefill_time_per_sequence_s, output_tokens
):
    """Time between two tokens of a sequence while the group decodes and reads new prompts in turn."""
    prompts = sequences_in_group * prefill_time_per_sequence_s / (output_tokens / TOKEN)
    return decode_step_time_s / tokens_per_step + prompts


@formula(unit="token/s/chip", source="inference-arithmetic#serving", possible="(0, inf)")
def mixed_output_rate(sequences_in_group, time_per_output_token_s, group_chips, software_level):
    """Output tokens a second and chip with prompts and answers on the same chips."""
    return sequences_in_group * TOKEN / time_per_output_token_s / group_chips / ONE_CHIP * software_level


@formula(unit="token/s/chip", source="inference-arithmetic#serving", possible="(0, inf)")
def decode_output_rate(sequences_in_group, tokens_per_step, decode_step_time_s, group_chips, software_level):
    """Output tokens a second and chip of a pool that only decodes."""
    return sequences_in_group * tokens_per_step * TOKEN / decode_step_time_s / group_chips / ONE_CHIP * software_level


@formula(unit="token/s/chip", source="inference-arithmetic#serving", possible="(0, inf)")
def prefill_input_rate(input_tokens, prefill_time_per_sequence_s, group_chips, software_level):
    """Input tokens a second and chip of a pool that only reads prompts."""
    return input_tokens / prefill_time_per_sequence_s / group_chips / ONE_CHIP * software_level


@formula(unit="token/s/chip", source="inference-arithmetic#serving", possible="(0, inf)")
def disaggregated_output_rate(input_tokens, output_tokens, prefill_input_rate, decode_output_rate):
    """Output tokens a second and chip, over both pools, when each has as many chips as keep the other busy."""
    return 1 / (input_tokens / output_tokens / prefill_input_rate + 1 / decode_output_rate)


@formula(unit="1", source="inference-arithmetic#serving", possible="(0, 1)")
def prefill_pool_share(input_tokens, output_tokens, prefill_input_rate, disaggregated_output_rate):
    """Share of the chips that reads prompts when prefill and decode pools keep each other busy."""
    return disaggregated_output_rate * input_tokens / output_tokens / prefill_input_rate


@formula(unit="token/s", source="inference-arithmetic#serving", possible="(0, inf)")
def user_output_rate(time_per_output_token_s, software_level):
    """Output tokens a second that one user sees."""
    return software_level * TOKEN / time_per_output_token_s


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def software_level(engine_level, software_gap, software_age_years, software_catch_up_years):
    """What software makes of the hardware, against mature software: a gap that closes with age, and the engine's own level."""
    return engine_level * exp(-software_gap * exp(-software_age_years / software_catch_up_years))


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def achieved_utilisation(active_parameters, mixed_output_rate, gemm_peak_tflops):
    """Share of the matrix peak that the answers' tokens take: an outcome, never an input."""
    return 2 * active_parameters * mixed_output_rate * ONE_CHIP / TOKEN / OPERATIONS_PER_TFLOP / gemm_peak_tflops


@formula(unit="J/token", source="siliconomics#definition", possible="(0, inf)")
def chip_energy_per_output_token_j(power_w, mixed_output_rate):
    """Energy that a chip takes for one token of an answer, its prompt read along; at the chip's rated power, all of it.

    The rest of the server, the network and cooling come on top (chapter ownership).
    """
    return power_w / mixed_output_rate
