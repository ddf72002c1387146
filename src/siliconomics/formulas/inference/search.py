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
    "routing_node_limit",
)
CHIP = (
    "memory_size_gb",
    "memory_bandwidth_gb_s",
    "gemm_peak_tflops",
    "attention_peak_tflops",
    "base_peak_tflops",
    "scaleup_bandwidth_gb_s",
    "scaleout_bandwidth_gb_s",
    "scaleup_domain_chips",
)
WORKLOAD = (
    "input_tokens",
    "output_tokens",
    "prefix_share",
    "draft_tokens",
    "draft_acceptance",
    "weight_bytes",
    "attention_weight_bytes",
    "kv_bytes_per_element",
    "dispatch_wire_bytes",
    "activation_wire_bytes",
)
LAYOUT = ("group_chips", "attention_split", "sequences_in_group")
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


def batches(limit: float = 65536.0) -> Any:
    """Batch sizes worth trying: powers of the square root of two, whole."""
    return np.unique(np.round(2.0 ** np.arange(0, np.log2(limit) + 0.25, 0.5)))


def layouts(chips: int, heads: int, mixture: bool) -> list[tuple[int, int]]:
    """(group, attention split) worth trying on a number of chips: tensor parallel, data-parallel attention, and between."""
    found = []
    for group in (size for size in _powers(chips) if chips % size == 0):
        for split in (size for size in _powers(group) if size <= heads and group % size == 0):
            if split == group or mixture:
                found.append((group, split))
    return found


def _powers(limit: int) -> list[int]:
    sizes = {1 << power for power in range(limit.bit_length()) if 1 << power <= limit}
    return sorted({*sizes, limit})


def space(chips: int, heads: int, mixture: bool, choices: Sequence[tuple[int, int]] | None = None) -> dict[str, Any]:
    """Every layout with every batch, as columns."""
    pairs = list(choices) if choices is not None else layouts(chips, heads, mixture)
    sizes = batches()
    group = np.repeat([float(pair[0]) for pair in pairs], len(sizes))
    split = np.repeat([float(pair[1]) for pair in pairs], len(sizes))
    return {"group_chips": group, "attention_split": split, "sequences_in_group": np.tile(sizes, len(pairs))}
