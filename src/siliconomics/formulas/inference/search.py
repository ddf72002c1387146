"""The chapter compiled for whole arrays of serving configurations, and the search for the best of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from siliconomics.core import Declaration, Formula, Given, Graph, Program
from siliconomics.core.late import np

SHAPE = (
    "transformer_layers",
    "dense_mlp_layers",
    "moe_layers",
    "hidden_width",
    "attention_heads",
    "key_value_heads",
    "head_width",
    "value_head_width",
    "query_lora_rank",
    "latent_width",
    "rope_width",
    "dense_mlp_width",
    "expert_width",
    "routed_experts",
    "active_routed_experts",
    "shared_experts",
    "vocabulary",
    "tied_embeddings",
    "sliding_window_tokens",
    "sliding_window_layers",
    "sparse_attention_tokens",
    "is_latent_attention",
    "routing_nodes",
)
CHIP = (
    "memory_size_gb",
    "memory_bandwidth_gb_s",
    "gemm_peak_tflops",
    "attention_peak_tflops",
    "base_peak_tflops",
    "scaleup_link_gb_s",
    "scaleout_link_gb_s",
    "linked_chips",
)
WORKLOAD = (
    "input_tokens",
    "output_tokens",
    "answer_length_variation",
    "launch_factor",
    "prefix_share",
    "draft_tokens",
    "draft_acceptance",
    "weight_bytes",
    "attention_weight_bytes",
    "kv_bytes_per_element",
    "dispatch_wire_bytes",
    "activation_wire_bytes",
)
LAYOUT = ("group_chips", "attention_split", "pipeline_stages", "sequences_in_group")
SOFTWARE = (
    "memory_bandwidth_efficiency",
    "gemm_efficiency",
    "attention_efficiency",
    "prefill_gain",
    "half_efficiency_tflops",
    "network_efficiency",
    "fixed_time_per_layer_s",
    "routing_time_per_layer_s",
    "collective_latency_s",
    "crossing_latency_s",
    "communication_overlap",
    "expert_imbalance",
    "usable_memory_share",
    "reserved_memory_gb",
    "memory_size_factor",
    "engine_level",
    "software_gap",
    "software_age_years",
    "software_catch_up_years",
)
INPUTS = (*SHAPE, *CHIP, *WORKLOAD, *LAYOUT, *SOFTWARE)
ANSWERS = (
    "mixed_output_rate",
    "decode_output_rate",
    "prefill_input_rate",
    "disaggregated_output_rate",
    "prefill_pool_share",
    "user_output_rate",
    "time_per_output_token_s",
    "decode_step_time_s",
    "prefill_time_per_sequence_s",
    "largest_batch",
    "free_memory_gb",
    "attention_projection_time_s",
    "attention_time_s",
    "mlp_time_s",
    "expert_time_s",
    "communication_time_s",
    "fixed_time_s",
    "tokens_per_step",
    "software_level",
    "active_parameters",
    "total_parameters",
    "achieved_utilisation",
)
_TIMES = ("time_per_output_token_s", "software_level")
HALVINGS = 30
"""A batch is found to within a billionth."""
PARTS = (
    "attention_projection_time_s",
    "attention_time_s",
    "mlp_time_s",
    "expert_time_s",
    "communication_time_s",
    "fixed_time_s",
)


def _formulas() -> list[Formula]:
    from . import balance, serving, shape, step

    found = []
    for module in (shape, step, serving, balance):
        for value in vars(module).values():
            declared = getattr(value, "__formula__", None) if callable(value) else None
            if isinstance(declared, Formula) and value.__module__ == module.__name__:
                found.append(declared)
    return found


@functools.cache
def compiled(answers: tuple[str, ...] = ANSWERS) -> Program:
    """The chapter's arithmetic from INPUTS to the answers, compiled once for arrays."""
    declarations = {name: Declaration(name, name, "1") for name in INPUTS}
    graph = Graph(
        {}, declarations, _formulas(), lambda name, labels: Given(_sample(name), "assumed"), lambda role, labels: ""
    )
    cells = [graph.cell(name, {}) for name in answers]
    inputs = [graph.cell(name, {}) for name in INPUTS]
    nodes = [cell.node for cell in cells if cell.node is not None]
    return Program(graph.tape, nodes, [cell.node for cell in inputs if cell.node is not None])


def _sample(name: str) -> float:
    """A harmless value to lay the tape with; every one is replaced."""
    return {"draft_acceptance": 0.5, "prefix_share": 0.1, "group_chips": 8.0, "attention_split": 2.0}.get(name, 3.0)


def evaluate(columns: Mapping[str, Any], answers: tuple[str, ...] = ANSWERS) -> dict[str, Any]:
    """Answers for arrays of configurations; ``columns`` gives a number or an array for each of INPUTS."""
    values = compiled(answers).draws([columns[name] for name in INPUTS])
    return dict(zip(answers, values, strict=True))


def slopes(columns: Mapping[str, Any], answer: str) -> tuple[Any, dict[str, Any]]:
    """One answer for arrays of configurations, and its exact slopes to each of INPUTS."""
    value, parts = compiled((answer,)).slopes([columns[name] for name in INPUTS])
    return value, dict(zip(INPUTS, parts, strict=True))


def largest_batch_within(columns: Mapping[str, Any], limit_s: Any, most: Any, decoding: bool = False) -> Any:
    """Sequences of a copy, at most ``most``, that keep the time for a token within a limit (by halving).

    The time for a token grows with the batch. 1 where even one sequence takes longer: the caller sees that the time
    is past the limit. ``decoding``: a pool that reads no prompts.
    """
    asked = ("decode_step_time_s", "tokens_per_step", "software_level") if decoding else _TIMES

    def late(size: Any) -> Any:
        found = evaluate({**columns, "sequences_in_group": size}, asked)
        time = found[asked[0]] if len(asked) == 2 else found[asked[0]] / found[asked[1]]
        return time / found["software_level"] > limit_s

    low, high = np.zeros_like(most), np.log(np.maximum(most, 1.0))
    low = np.where(late(np.exp(high)), low, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = late(np.exp(middle))
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.exp(low)


MOST_STAGES = 8
"""Stages of a pipeline worth trying: more leave each too few layers."""


def layouts(chips: int, heads: int, mixture: bool) -> list[tuple[int, int, int]]:
    """(chips of a stage, attention split, stages) worth trying on a number of chips, without a pipeline first.

    Tensor parallel, data-parallel attention and between, each also as a pipeline of several such groups.
    """
    found = []
    for stages in (size for size in _powers(chips) if size <= MOST_STAGES and chips % size == 0):
        for group in (size for size in _powers(chips // stages) if chips % (size * stages) == 0):
            for split in (size for size in _powers(group) if size <= heads and group % size == 0):
                if split == group or mixture:
                    found.append((group, split, stages))
    return found


def space(chips: int, heads: int, mixture: bool, batches: Sequence[float]) -> dict[str, Any]:
    """Every layout of a number of chips with every one of the batches, as columns."""
    pairs = layouts(chips, heads, mixture)
    sides = [np.repeat([float(pair[side]) for pair in pairs], len(batches)) for side in (0, 1, 2)]
    return dict(zip(LAYOUT, (*sides, np.tile(batches, len(pairs))), strict=True))


def _powers(limit: int) -> list[int]:
    sizes = {1 << power for power in range(limit.bit_length()) if 1 << power <= limit}
    return sorted({*sizes, limit})
