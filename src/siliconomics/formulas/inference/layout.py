"""The best way to serve: how many chips hold a copy, how attention is split over them, how many sequences at once.

The search over layouts is an operation of the model: whatever reads a rate reads it at the best layout. Its slopes
are exact: the layout holds still, the batch moves with what binds it (memory, the limit of time, or neither).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from siliconomics.core import NoSolution, formula
from siliconomics.core.late import np
from siliconomics.core.operators import opaque

from .search import INPUTS, LAYOUT, evaluate, largest_batch_within, layouts, slopes

GIVEN = tuple(name for name in INPUTS if name not in LAYOUT)
LIMITS = (
    "cluster_chips",
    "time_per_token_limit_s",
    "cache_fill",
    "most_sequences",
    "most_sequences_per_rank",
)
READS = (*GIVEN, *LIMITS)
"""What the search reads, in the order in which the formulas below name it."""
_NOTHING_FITS, _TOO_SLOW = 1.0, 2.0


@functools.lru_cache(maxsize=4096)
def _once(operands: tuple[float, ...]) -> tuple[float, ...]:
    found = _best(*(np.array([float(one)]) for one in operands))
    return tuple(float(one[0]) for one in found)


def _best(*operands: Any) -> tuple[Any, ...]:
    """Group, split, stages and batch of the best layout for arrays of inputs; and why there is none, where there is none."""
    rows = dict(
        zip(READS, np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, dtype=float)) for one in operands)), strict=True)
    )
    size = len(rows["cluster_chips"])
    out = [np.full(size, np.nan) for _ in LAYOUT]
    why = np.full(size, _NOTHING_FITS)
    kinds = np.stack([rows["cluster_chips"], rows["attention_heads"], rows["moe_layers"] > 0])
    for chips, heads, mixture in np.unique(kinds, axis=1).T:
        mine = np.flatnonzero((kinds == np.array([[chips], [heads], [mixture]])).all(axis=0))
        pairs = np.array(layouts(max(int(chips), 1), max(int(heads), 1), bool(mixture)), dtype=float)
        columns = {name: np.repeat(values[mine], len(pairs)) for name, values in rows.items()}
        for side, name in enumerate(LAYOUT[:3]):
            columns[name] = np.tile(pairs[:, side], len(mine))
        batch, fits, late = _batches(columns)
        rate = evaluate({**columns, "sequences_in_group": batch}, ("mixed_output_rate",))["mixed_output_rate"]
        score = np.where(fits & ~late, rate, -1.0).reshape(len(mine), len(pairs))
        first = np.argmax(score, axis=1)
        good = score[np.arange(len(mine)), first] > 0
        why[mine] = np.where(good, 0.0, np.where(fits.reshape(score.shape).any(axis=1), _TOO_SLOW, _NOTHING_FITS))
        chosen = (*pairs[first].T, batch.reshape(score.shape)[np.arange(len(mine)), first])
        for target, values in zip(out, chosen, strict=True):
            target[mine] = np.where(good, values, np.nan)
    return (*out, why)


def _batches(columns: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The largest batch of each configuration that its memory, an engine and the limit allow; whether it fits, is late."""
    ones = np.ones_like(columns["group_chips"])
    fit = evaluate({**columns, "sequences_in_group": ones}, ("largest_batch",))["largest_batch"]
    ranks = columns["most_sequences_per_rank"] * columns["group_chips"] / columns["attention_split"]
    usual = np.maximum(columns["most_sequences"], ranks) / columns["pipeline_stages"]
    most = np.minimum(fit * columns["cache_fill"], usual)
    limit = columns["time_per_token_limit_s"]
    batch = largest_batch_within(columns, limit, np.maximum(most, 1.0))
    found = evaluate({**columns, "sequences_in_group": batch}, ("time_per_output_token_s", "software_level"))
    late = found["time_per_output_token_s"] / found["software_level"] > limit * (1 + 1e-9)
    return batch, fit >= 1.0, late


def _solved(position: int) -> Callable[..., Any]:
    def solve(*operands: Any) -> Any:
        if any(np.ndim(one) for one in operands):
            return _best(*operands)[position]
        found = _once(tuple(float(one) for one in operands))
        if found[-1]:
            asked = dict(zip(READS, operands, strict=True))
            raise NoSolution(
                f"no layout on {asked['cluster_chips']:.0f} chips "
                + (
                    "holds the model and one sequence"
                    if found[-1] == _NOTHING_FITS
                    else f"gives a token within {asked['time_per_token_limit_s']:g} s"
                )
            )
        return found[position]

    solve.__name__ = f"{LAYOUT[position]}_of_the_best_layout"
    return solve


def _batch_slopes(batch: Any, *operands: Any) -> tuple[Any, ...]:
    """How the batch moves with each input, the layout held: by memory where memory binds, else by the limit of time."""
    *layout, _ = _best(*operands) if any(np.ndim(one) for one in operands) else _once(tuple(map(float, operands)))
    columns = dict(zip(READS, (np.atleast_1d(np.asarray(one, dtype=float)) for one in operands), strict=True))
    columns.update({name: np.atleast_1d(value) for name, value in zip(LAYOUT, layout, strict=True)})
    fit, by_memory = slopes(columns, "largest_batch")
    time, by_time = slopes(columns, "time_per_output_token_s")
    level, by_level = slopes(columns, "software_level")
    shown, limit = time / level, columns["time_per_token_limit_s"]
    ranks = columns["most_sequences_per_rank"] * columns["group_chips"] / columns["attention_split"]
    cap = np.maximum(columns["most_sequences"], ranks) / columns["pipeline_stages"]
    waits = np.isclose(shown, limit, rtol=1e-6)
    filled = ~waits & (fit * columns["cache_fill"] < cap)
    at = by_time["sequences_in_group"] / level
    found = []
    for name in READS:
        if name == "time_per_token_limit_s":
            part = np.where(waits, 1 / at, 0.0)
        elif name == "cache_fill":
            part = np.where(filled, fit, 0.0)
        elif name in LIMITS:
            part = np.zeros_like(fit)
        else:
            slower = by_time[name] / level - shown * by_level[name] / level
            part = np.where(waits, -slower / at, np.where(filled, columns["cache_fill"] * by_memory[name], 0.0))
        found.append(part if np.ndim(batch) else float(part[0]))
    return tuple(found)


_TEXT = "the best of all layouts within memory and the limit of time"
chips_of_the_best = opaque(kind="solved", text=_TEXT, arity=len(READS))(_solved(0))
split_of_the_best = opaque(kind="solved", text=_TEXT, arity=len(READS))(_solved(1))
stages_of_the_best = opaque(kind="solved", text=_TEXT, arity=len(READS))(_solved(2))
batch_of_the_best = opaque(kind="solved", text=_TEXT, arity=len(READS), slopes=_batch_slopes)(_solved(3))


@formula(unit="1", source="siliconomics#definition", kind="solved", possible="[1, inf)")
def group_chips(
    transformer_layers, dense_mlp_layers, moe_layers, hidden_width, attention_heads, key_value_heads,
    head_width, value_head_width, query_lora_rank, latent_width, rope_width, dense_mlp_width, expert_width,
    routed_experts, active_routed_experts, shared_experts, vocabulary, tied_embeddings, sliding_window_tokens,
    sliding_window_layers, sparse_attention_tokens, is_latent_attention, routing_nodes, memory_size_gb,
    memory_bandwidth_gb_s, gemm_peak_tflops, attention_peak_tflops, base_peak_tflops, scaleup_link_gb_s,
    scaleout_link_gb_s, linked_chips, input_tokens, output_tokens, answer_length_variation, launch_factor,
    prefix_share, draft_tokens, draft_acceptance, weight_bytes, attention_weight_bytes, kv_bytes_per_element,
    dispatch_wire_bytes, activation_wire_bytes, memory_bandwidth_efficiency, gemm_efficiency,
    attention_efficiency, prefill_gain, half_efficiency_tflops, network_efficiency, fixed_time_per_layer_s,
    routing_time_per_layer_s, collective_latency_s, crossing_latency_s, communication_overlap, expert_imbalance,
    usable_memory_share, reserved_memory_gb, memory_size_factor, engine_level, software_gap, software_age_years,
    software_catch_up_years, cluster_chips, time_per_token_limit_s, cache_fill, most_sequences,
    most_sequences_per_rank,
):  # fmt: skip
    """Chips that hold one copy of the model, or one stage of it, in the layout that serves most tokens a second and chip."""
    return chips_of_the_best(*locals().values())


@formula(unit="1", source="siliconomics#definition", kind="solved", possible="[1, inf)")
def attention_split(
    transformer_layers, dense_mlp_layers, moe_layers, hidden_width, attention_heads, key_value_heads,
    head_width, value_head_width, query_lora_rank, latent_width, rope_width, dense_mlp_width, expert_width,
    routed_experts, active_routed_experts, shared_experts, vocabulary, tied_embeddings, sliding_window_tokens,
    sliding_window_layers, sparse_attention_tokens, is_latent_attention, routing_nodes, memory_size_gb,
    memory_bandwidth_gb_s, gemm_peak_tflops, attention_peak_tflops, base_peak_tflops, scaleup_link_gb_s,
    scaleout_link_gb_s, linked_chips, input_tokens, output_tokens, answer_length_variation, launch_factor,
    prefix_share, draft_tokens, draft_acceptance, weight_bytes, attention_weight_bytes, kv_bytes_per_element,
    dispatch_wire_bytes, activation_wire_bytes, memory_bandwidth_efficiency, gemm_efficiency,
    attention_efficiency, prefill_gain, half_efficiency_tflops, network_efficiency, fixed_time_per_layer_s,
    routing_time_per_layer_s, collective_latency_s, crossing_latency_s, communication_overlap, expert_imbalance,
    usable_memory_share, reserved_memory_gb, memory_size_factor, engine_level, software_gap, software_age_years,
    software_catch_up_years, cluster_chips, time_per_token_limit_s, cache_fill, most_sequences,
    most_sequences_per_rank,
):  # fmt: skip
    """Chips over which one sequence's attention is split, in the layout that serves most tokens a second and chip.

    All of a copy under tensor parallelism, one under data-parallel attention.
    """
    return split_of_the_best(*locals().values())


@formula(unit="1", source="siliconomics#definition", kind="solved", possible="[1, inf)")
def pipeline_stages(
    transformer_layers, dense_mlp_layers, moe_layers, hidden_width, attention_heads, key_value_heads,
    head_width, value_head_width, query_lora_rank, latent_width, rope_width, dense_mlp_width, expert_width,
    routed_experts, active_routed_experts, shared_experts, vocabulary, tied_embeddings, sliding_window_tokens,
    sliding_window_layers, sparse_attention_tokens, is_latent_attention, routing_nodes, memory_size_gb,
    memory_bandwidth_gb_s, gemm_peak_tflops, attention_peak_tflops, base_peak_tflops, scaleup_link_gb_s,
    scaleout_link_gb_s, linked_chips, input_tokens, output_tokens, answer_length_variation, launch_factor,
    prefix_share, draft_tokens, draft_acceptance, weight_bytes, attention_weight_bytes, kv_bytes_per_element,
    dispatch_wire_bytes, activation_wire_bytes, memory_bandwidth_efficiency, gemm_efficiency,
    attention_efficiency, prefill_gain, half_efficiency_tflops, network_efficiency, fixed_time_per_layer_s,
    routing_time_per_layer_s, collective_latency_s, crossing_latency_s, communication_overlap, expert_imbalance,
    usable_memory_share, reserved_memory_gb, memory_size_factor, engine_level, software_gap, software_age_years,
    software_catch_up_years, cluster_chips, time_per_token_limit_s, cache_fill, most_sequences,
    most_sequences_per_rank,
):  # fmt: skip
    """Stages that a copy is cut into, each with its share of the layers; 1 without a pipeline."""
    return stages_of_the_best(*locals().values())


@formula(unit="1", source="siliconomics#definition", kind="solved", possible="(0, inf)")
def sequences_in_group(
    transformer_layers, dense_mlp_layers, moe_layers, hidden_width, attention_heads, key_value_heads,
    head_width, value_head_width, query_lora_rank, latent_width, rope_width, dense_mlp_width, expert_width,
    routed_experts, active_routed_experts, shared_experts, vocabulary, tied_embeddings, sliding_window_tokens,
    sliding_window_layers, sparse_attention_tokens, is_latent_attention, routing_nodes, memory_size_gb,
    memory_bandwidth_gb_s, gemm_peak_tflops, attention_peak_tflops, base_peak_tflops, scaleup_link_gb_s,
    scaleout_link_gb_s, linked_chips, input_tokens, output_tokens, answer_length_variation, launch_factor,
    prefix_share, draft_tokens, draft_acceptance, weight_bytes, attention_weight_bytes, kv_bytes_per_element,
    dispatch_wire_bytes, activation_wire_bytes, memory_bandwidth_efficiency, gemm_efficiency,
    attention_efficiency, prefill_gain, half_efficiency_tflops, network_efficiency, fixed_time_per_layer_s,
    routing_time_per_layer_s, collective_latency_s, crossing_latency_s, communication_overlap, expert_imbalance,
    usable_memory_share, reserved_memory_gb, memory_size_factor, engine_level, software_gap, software_age_years,
    software_catch_up_years, cluster_chips, time_per_token_limit_s, cache_fill, most_sequences,
    most_sequences_per_rank,
):  # fmt: skip
    """Sequences that one copy, or one stage of it, decodes at once.

    As many as its memory holds, an engine takes and the limit of time allows.
    """
    return batch_of_the_best(*locals().values())
