"""A language model's shape: its parameters, and what one token costs in memory and arithmetic."""

from siliconomics.core import formula
from siliconomics.core.operators import maximum, minimum, where

_SOURCE = "inference-arithmetic#parameters"


@formula(unit="1", source=_SOURCE)
def latent_attention_parameters(
    hidden_width, attention_heads, head_width, value_head_width, query_lora_rank, latent_width, rope_width
):
    """Weights of one layer of latent attention (MLA): queries and keys through low-rank projections."""
    queries = hidden_width * query_lora_rank + query_lora_rank * attention_heads * (head_width + rope_width)
    latent = hidden_width * (latent_width + rope_width)
    unfolded = latent_width * attention_heads * (head_width + value_head_width)
    return queries + latent + unfolded + attention_heads * value_head_width * hidden_width


@formula(unit="1", source=_SOURCE)
def grouped_attention_parameters(hidden_width, attention_heads, key_value_heads, head_width):
    """Weights of one layer of plain or grouped-query attention."""
    return 2 * hidden_width * head_width * (attention_heads + key_value_heads)


@formula(unit="1", source=_SOURCE, kind="stepped")
def attention_parameters(is_latent_attention, latent_attention_parameters, grouped_attention_parameters):
    """Weights of attention in one layer."""
    return where(is_latent_attention > 0.5, latent_attention_parameters, grouped_attention_parameters)


@formula(unit="1", source=_SOURCE)
def expert_parameters(hidden_width, expert_width):
    """Weights of one expert: a gated pair up and one down."""
    return 3 * hidden_width * expert_width


@formula(unit="1", source=_SOURCE)
def routed_parameters(moe_layers, routed_experts, expert_parameters):
    """Weights of all routed experts."""
    return moe_layers * routed_experts * expert_parameters


@formula(unit="1", source=_SOURCE)
def always_read_mlp_parameters(
    dense_mlp_layers, dense_mlp_width, moe_layers, shared_experts, expert_parameters, routed_experts, hidden_width
):
    """Weights outside attention that every token passes: dense layers, shared experts, routers."""
    dense = dense_mlp_layers * 3 * hidden_width * dense_mlp_width
    return dense + moe_layers * (shared_experts * expert_parameters + routed_experts * hidden_width)


@formula(unit="1", source=_SOURCE)
def head_parameters(vocabulary, hidden_width):
    """Weights of the output head."""
    return vocabulary * hidden_width


@formula(unit="1", source=_SOURCE)
def total_parameters(
    transformer_layers, attention_parameters, always_read_mlp_parameters, routed_parameters, head_parameters,
    tied_embeddings,
):  # fmt: skip
    """All weights, embeddings counted once more unless they are tied to the head."""
    body = transformer_layers * attention_parameters + always_read_mlp_parameters + routed_parameters
    return body + head_parameters * (2 - tied_embeddings)


@formula(unit="1", source=_SOURCE)
def active_parameters(
    transformer_layers, attention_parameters, always_read_mlp_parameters, moe_layers, active_routed_experts,
    expert_parameters, head_parameters,
):  # fmt: skip
    """Weights that one token passes through, the look-up of its embedding left out."""
    experts = moe_layers * active_routed_experts * expert_parameters
    return transformer_layers * attention_parameters + always_read_mlp_parameters + experts + head_parameters


@formula(unit="1", source="inference-arithmetic#kv-cache", kind="stepped")
def kv_elements_per_token_layer(is_latent_attention, latent_width, rope_width, key_value_heads, head_width):
    """Elements one token leaves in the cache of one layer: the latent (MLA), or keys and values."""
    return where(is_latent_attention > 0.5, latent_width + rope_width, 2 * key_value_heads * head_width)


@formula(unit="byte", source="inference-arithmetic#kv-cache")
def kv_bytes_per_token(kv_elements_per_token_layer, transformer_layers, kv_bytes_per_element):
    """Cache of one token over all layers."""
    return kv_elements_per_token_layer * transformer_layers * kv_bytes_per_element


@formula(unit="1", source="inference-arithmetic#flops", kind="stepped")
def decode_score_operations(is_latent_attention, attention_heads, latent_width, rope_width, head_width):
    """Operations of attention per layer for one new token and one token of context; MLA in absorbed form."""
    absorbed = 2 * attention_heads * (2 * latent_width + rope_width)
    return where(is_latent_attention > 0.5, absorbed, 4 * attention_heads * head_width)


@formula(unit="1", source="inference-arithmetic#flops", kind="stepped")
def prefill_score_operations(is_latent_attention, attention_heads, head_width, rope_width, value_head_width):
    """The same while reading the prompt; MLA unfolded into heads."""
    unfolded = 2 * attention_heads * (head_width + rope_width + value_head_width)
    return where(is_latent_attention > 0.5, unfolded, 4 * attention_heads * head_width)


@formula(unit="token", source="siliconomics#definition")
def context_tokens(input_tokens, output_tokens, answer_length_variation):
    """Mean context while answering: the prompt and half the answer, more where answers differ in length.

    A long answer is seen in more steps than a short one: the mean over steps is E[L^2] / 2 E[L].
    """
    return input_tokens + output_tokens / 2 * (1 + answer_length_variation**2)


@formula(unit="token", source="siliconomics#definition", kind="stepped")
def attended_tokens(
    context_tokens, transformer_layers, sliding_window_layers, sliding_window_tokens, sparse_attention_tokens
):
    """Tokens that attention reads, a mean over layers: a window or a sparse choice reads fewer than the context."""
    chosen = minimum(context_tokens, sparse_attention_tokens)
    windowed = minimum(context_tokens, sliding_window_tokens)
    return chosen + (windowed - chosen) * sliding_window_layers / transformer_layers


@formula(unit="1", source="inference-arithmetic#expert-coverage", kind="stepped")
def distinct_experts(routed_experts, active_routed_experts, step_tokens):
    """Experts of one layer that at least one token of a step is sent to, if tokens choose alike and freely."""
    missed = maximum(1 - active_routed_experts / maximum(routed_experts, 1), 0)
    return routed_experts * (1 - missed**step_tokens)
