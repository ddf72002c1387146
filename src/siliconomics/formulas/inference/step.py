"""One decode step, operation by operation: each takes the longer of moving its bytes and doing its arithmetic.

A group is the chips of one stage: a whole copy of the model, or, in a pipeline, its share of the layers. As many
batches are on their way as there are stages, so a stage is never idle; a batch passes through all of them. Attention is
split over ``attention_split`` chips of a group (all of them under tensor parallelism, one under data-parallel
attention), experts over all.
"""

from siliconomics.core import formula
from siliconomics.core.operators import maximum, minimum, where
from siliconomics.core.units import BYTES_PER_GB, ONE_CHIP, OPERATIONS_PER_TFLOP, TOKEN

_ROOFLINE = "inference-arithmetic#step-time"


@formula(unit="1", source="inference-arithmetic#speculative-decoding", possible="[1, inf)")
def tokens_per_step(draft_tokens, draft_acceptance):
    """Tokens a sequence gains in one step, drafts that are accepted included; 1 without drafts."""
    return (1 - draft_acceptance ** (draft_tokens + 1)) / (1 - draft_acceptance)


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def step_tokens(sequences_in_group, draft_tokens):
    """Tokens that pass through the model in one step of a group, drafts included."""
    return sequences_in_group * (1 + draft_tokens)


# -- bytes that a chip moves in one step --------------------------------------------------------


@formula(unit="GB", source=_ROOFLINE)
def attention_weight_read_gb(transformer_layers, attention_parameters, attention_weight_bytes, attention_split):
    """Weights of attention that one chip reads."""
    return transformer_layers * attention_parameters * attention_weight_bytes / attention_split / BYTES_PER_GB


@formula(unit="GB", source=_ROOFLINE)
def mlp_weight_read_gb(always_read_mlp_parameters, head_parameters, weight_bytes, attention_split, group_chips):
    """Dense layers, shared experts, routers (split as attention is) and the head (split over all) that one chip reads."""
    shared = always_read_mlp_parameters * weight_bytes / attention_split
    return (shared + head_parameters * weight_bytes / group_chips) / BYTES_PER_GB


@formula(unit="GB", source="inference-arithmetic#expert-coverage")
def expert_weight_read_gb(moe_layers, distinct_experts, expert_parameters, weight_bytes, group_chips, expert_imbalance):
    """Experts that one chip reads: its share of those that any token of the step is sent to."""
    read = moe_layers * distinct_experts * expert_parameters * weight_bytes
    return read * expert_imbalance / group_chips / BYTES_PER_GB


@formula(unit="1", source="inference-arithmetic#kv-cache", kind="stepped")
def kv_split(is_latent_attention, key_value_heads, attention_split):
    """Over how many chips one sequence's cache is split: at most one for each head; MLA's latent is never split."""
    return where(is_latent_attention > 0.5, 1, minimum(key_value_heads, attention_split))


@formula(unit="1", source="siliconomics#definition")
def sequences_per_attention_group(sequences_in_group, attention_split, group_chips):
    """Sequences whose attention one set of chips works on."""
    return sequences_in_group * attention_split / group_chips


@formula(unit="GB", source="inference-arithmetic#kv-cache")
def kv_read_gb(sequences_per_attention_group, attended_tokens, kv_bytes_per_token, kv_split):
    """Cache that one chip reads in one step."""
    return sequences_per_attention_group * attended_tokens / TOKEN * kv_bytes_per_token / kv_split / BYTES_PER_GB


# -- arithmetic of a chip in one step -----------------------------------------------------------


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def attention_projection_tflop(transformer_layers, attention_parameters, step_tokens, group_chips):
    """Projections of attention on one chip."""
    return 2 * transformer_layers * attention_parameters * step_tokens / group_chips / OPERATIONS_PER_TFLOP


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def mlp_tflop(always_read_mlp_parameters, head_parameters, step_tokens, group_chips):
    """Dense layers, shared experts, routers and the head on one chip."""
    return 2 * (always_read_mlp_parameters + head_parameters) * step_tokens / group_chips / OPERATIONS_PER_TFLOP


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def expert_tflop(moe_layers, active_routed_experts, expert_parameters, step_tokens, group_chips, expert_imbalance):
    """Routed experts on the busiest chip."""
    done = 2 * moe_layers * active_routed_experts * expert_parameters * step_tokens
    return done * expert_imbalance / group_chips / OPERATIONS_PER_TFLOP


@formula(unit="TFLOP", source="inference-arithmetic#flops")
def attention_tflop(transformer_layers, decode_score_operations, step_tokens, attended_tokens, group_chips):
    """Scores and values of attention on one chip."""
    pairs = step_tokens * attended_tokens / TOKEN
    return transformer_layers * decode_score_operations * pairs / group_chips / OPERATIONS_PER_TFLOP


# -- seconds ------------------------------------------------------------------------------------


@formula(unit="GB/s", source="siliconomics#definition", possible="(0, inf)")
def achieved_bandwidth_gb_s(memory_bandwidth_gb_s, memory_bandwidth_efficiency):
    """Memory bandwidth that kernels reach."""
    return memory_bandwidth_gb_s * ONE_CHIP * memory_bandwidth_efficiency


@formula(unit="1", source="siliconomics#definition", possible="(0, 1)")
def size_efficiency(base_peak_tflops, half_efficiency_tflops):
    """Share that a chip loses nothing of to its size: the more arithmetic at 16 bits, the harder it is to keep fed."""
    return 1 / (1 + base_peak_tflops / half_efficiency_tflops)


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def achieved_gemm_tflops(gemm_peak_tflops, gemm_efficiency, size_efficiency):
    """Matrix throughput that kernels reach at the precision of the weights."""
    return gemm_peak_tflops * gemm_efficiency * size_efficiency


@formula(unit="TFLOPS", source="siliconomics#definition", possible="(0, inf)")
def achieved_attention_tflops(attention_peak_tflops, attention_efficiency, size_efficiency):
    """Matrix throughput that attention kernels reach at their own precision."""
    return attention_peak_tflops * attention_efficiency * size_efficiency


@formula(unit="s", source=_ROOFLINE, kind="stepped")
def attention_projection_time_s(
    attention_weight_read_gb, achieved_bandwidth_gb_s, attention_projection_tflop, achieved_gemm_tflops
):
    """Projections of attention."""
    return maximum(
        attention_weight_read_gb / achieved_bandwidth_gb_s, attention_projection_tflop / achieved_gemm_tflops
    )


@formula(unit="s", source=_ROOFLINE, kind="stepped")
def mlp_time_s(mlp_weight_read_gb, achieved_bandwidth_gb_s, mlp_tflop, achieved_gemm_tflops):
    """Dense layers, shared experts, routers and the head."""
    return maximum(mlp_weight_read_gb / achieved_bandwidth_gb_s, mlp_tflop / achieved_gemm_tflops)


@formula(unit="s", source=_ROOFLINE, kind="stepped")
def expert_time_s(expert_weight_read_gb, achieved_bandwidth_gb_s, expert_tflop, achieved_gemm_tflops):
    """Routed experts."""
    return maximum(expert_weight_read_gb / achieved_bandwidth_gb_s, expert_tflop / achieved_gemm_tflops)


@formula(unit="s", source=_ROOFLINE, kind="stepped")
def attention_time_s(kv_read_gb, achieved_bandwidth_gb_s, attention_tflop, achieved_attention_tflops):
    """Scores and values of attention over the cache."""
    return maximum(kv_read_gb / achieved_bandwidth_gb_s, attention_tflop / achieved_attention_tflops)


# -- the network ---------------------------------------------------------------------------------


@formula(unit="GB", source="inference-arithmetic#communication")
def all_reduce_gb_per_token(transformer_layers, hidden_width, activation_wire_bytes, attention_split):
    """What one chip sends for one token so that split attention and dense layers add up: two ring sums a layer."""
    ring = 2 * (attention_split - 1) / attention_split
    return 2 * transformer_layers * ring * hidden_width * activation_wire_bytes / BYTES_PER_GB


@formula(unit="1", source="inference-arithmetic#communication")
def expert_destinations(active_routed_experts, group_chips):
    """Chips that one token's activations are sent to, each once, however many of its experts live there."""
    return group_chips * (1 - (1 - 1 / group_chips) ** active_routed_experts)


@formula(unit="GB", source="inference-arithmetic#communication")
def exchanged_gb_per_copy(moe_layers, hidden_width, dispatch_wire_bytes, activation_wire_bytes):
    """One copy of one token's activations sent to an expert and brought back, over all layers with experts."""
    return moe_layers * hidden_width * (dispatch_wire_bytes + activation_wire_bytes) / BYTES_PER_GB


@formula(unit="1", source="inference-arithmetic#communication", kind="stepped", possible="[1, inf)")
def nodes_in_group(group_chips, linked_chips):
    """Scale-up domains that a group spans."""
    return maximum(group_chips / linked_chips, 1)


@formula(unit="1", source="inference-arithmetic#communication", kind="stepped")
def node_copies(nodes_in_group, active_routed_experts, routing_nodes):
    """Copies of a token that leave its own domain, one for each domain that holds any of its experts."""
    reached = nodes_in_group * (1 - (1 - 1 / nodes_in_group) ** active_routed_experts)
    return minimum(reached, routing_nodes) * (nodes_in_group - 1) / nodes_in_group


@formula(unit="s", source="inference-arithmetic#communication", kind="stepped")
def exchange_time_per_token_s(
    exchanged_gb_per_copy, expert_destinations, node_copies, group_chips, attention_split, scaleup_link_gb_s,
    scaleout_link_gb_s, network_efficiency,
):  # fmt: skip
    """Time a chip takes to exchange one of its tokens with the experts: the slower of inside and outside its domain."""
    inside = expert_destinations * (group_chips - attention_split) / group_chips / scaleup_link_gb_s
    slower = maximum(inside, node_copies / scaleout_link_gb_s)
    return where(group_chips > attention_split, exchanged_gb_per_copy * slower / ONE_CHIP / network_efficiency, 0)


@formula(unit="s", source="inference-arithmetic#communication", kind="stepped")
def sum_time_per_token_s(
    all_reduce_gb_per_token, attention_split, linked_chips, scaleup_link_gb_s, scaleout_link_gb_s,
    network_efficiency,
):  # fmt: skip
    """Time to add up one token's split attention and dense layers; outside the domain once attention spans it."""
    slowest = where(attention_split > linked_chips, scaleout_link_gb_s, scaleup_link_gb_s)
    return all_reduce_gb_per_token / (slowest * ONE_CHIP) / network_efficiency


@formula(unit="s", source="inference-arithmetic#communication")
def communication_time_s(sum_time_per_token_s, exchange_time_per_token_s, step_tokens, attention_split, group_chips):
    """Sums and exchanges of one step."""
    return (sum_time_per_token_s * attention_split + exchange_time_per_token_s) * step_tokens / group_chips


@formula(unit="s", source="inference-arithmetic#step-time", kind="stepped")
def fixed_time_s(
    transformer_layers, fixed_time_per_layer_s, moe_layers, routing_time_per_layer_s, launch_factor,
    collective_latency_s, crossing_latency_s, group_chips, attention_split, linked_chips, pipeline_stages,
):  # fmt: skip
    """Launches and small kernels of every layer, routing where there are experts, and two collectives a layer.

    Sums over attention that spans more than one domain of fast links wait for the slower links as well; so does each
    handing over from one stage of a pipeline to the next.
    """
    crossing = where(attention_split > linked_chips, crossing_latency_s, 0)
    collectives = where(group_chips > 1, 2 * (collective_latency_s + crossing), 0)
    launches = transformer_layers * fixed_time_per_layer_s + moe_layers * routing_time_per_layer_s
    handed_over = (pipeline_stages - 1) * crossing_latency_s
    return launches * launch_factor + transformer_layers * collectives + handed_over


@formula(unit="s", source=_ROOFLINE, possible="(0, inf)")
def chip_time_s(attention_projection_time_s, attention_time_s, mlp_time_s, expert_time_s, fixed_time_s):
    """One step without the network: its operations one after another."""
    return attention_projection_time_s + attention_time_s + mlp_time_s + expert_time_s + fixed_time_s


@formula(unit="s", source="inference-arithmetic#overlap", kind="stepped")
def hidden_communication_time_s(chip_time_s, communication_time_s, communication_overlap, group_chips, attention_split):
    """Communication hidden behind arithmetic by working on two halves of a batch; only where attention is data-parallel."""
    hidden = communication_overlap * minimum(chip_time_s, communication_time_s)
    return where(group_chips > attention_split, hidden, 0)


@formula(unit="s", source=_ROOFLINE, possible="(0, inf)")
def decode_step_time_s(chip_time_s, communication_time_s, hidden_communication_time_s):
    """One step: arithmetic and network, less what hides behind the other."""
    return chip_time_s + communication_time_s - hidden_communication_time_s
