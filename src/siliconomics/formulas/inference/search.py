"""The chapter compiled for whole arrays of serving configurations, and the search for the best of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from siliconomics.core import Declaration, Formula, Given, Graph, Program, staged
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
    graph, inputs = _laid()
    return Program(graph.tape, [_node(graph, name) for name in answers], inputs)


@functools.cache
def stages() -> tuple[Program, Program]:
    """The time for a token in two stages, for the search of a batch: what the batch does not move, and the rest.

    The first takes INPUTS but for the batch; what it gives, and then a batch, is what the second takes. The largest
    batch that memory holds and the software's level are the last two that the first gives.
    """
    graph, inputs = _laid()
    batch = inputs[INPUTS.index("sequences_in_group")]
    still, time = staged(graph.tape, [_node(graph, "time_per_output_token_s")], inputs, batch)
    held = [_node(graph, name) for name in ("largest_batch", "software_level")]
    return Program(graph.tape, [*still.answers, *held], still.inputs), time


@functools.cache
def _laid() -> tuple[Graph, list[int]]:
    declarations = {name: Declaration(name, name, "1") for name in INPUTS}
    graph = Graph(
        {}, declarations, _formulas(), lambda name, labels: Given(_sample(name), "assumed"), lambda role, labels: ""
    )
    return graph, [_node(graph, name) for name in INPUTS]


def _node(graph: Graph, name: str) -> int:
    node = graph.cell(name, {}).node
    assert node is not None
    return node


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
    """Sequences of a copy, at most ``most``, that keep the time for a token within a limit.

    1 where even one sequence takes longer: the caller sees that the time is past the limit. ``decoding``: a pool that
    reads no prompts.
    """
    asked = ("decode_step_time_s", "tokens_per_step", "software_level") if decoding else _TIMES
    most = np.maximum(most, 1.0)

    def time(size: Any, chosen: Sequence[Any]) -> Any:
        rows = {**dict(zip(columns, chosen, strict=True)), "sequences_in_group": size}
        found = evaluate(rows, asked)
        steps = found[asked[0]] if len(asked) == 2 else found[asked[0]] / found[asked[1]]
        return steps / found["software_level"]

    return largest_within(time, list(columns.values()), limit_s, most)


CLOSE = 1e-13
"""How close below the limit a time is taken to be at it."""
AIM = 1 - CLOSE
STEPS = 60
"""More than any batch needs: the time is nearly a straight line in it, so that a handful do."""

Times = Callable[[Any, Sequence[Any]], Any]
"""Times for a token of batches, given what is held of their configurations."""


def largest_within(time: Times, held: Sequence[Any], limit: Any, most: Any) -> Any:
    """The largest batches between 1 and ``most`` whose time, which grows with them, is within a limit; 1 if none is.

    By false position (Illinois), each configuration on its own: what one finds does not hang on the others.
    """
    over, under = time(most, held) / limit - AIM, time(np.ones_like(most), held) / limit - AIM
    batch = np.where(over > 0, 1.0, most)
    left = np.flatnonzero((over > 0) & (under < 0))
    columns, (limit, high, under, over) = _rows(held, left), _rows((limit, most, under, over), left)
    low, last = np.ones_like(high), np.zeros_like(high)
    for _ in range(STEPS):
        if not left.size:
            break
        with np.errstate(all="ignore"):
            middle = np.clip((low * over - high * under) / (over - under), low, high)
        found = time(middle, columns) / limit - AIM
        late = found > 0
        low, high, over, under, last = (
            np.where(late, low, middle),
            np.where(late, middle, high),
            np.where(late, found, np.where(last < 0, over / 2, over)),
            np.where(late, np.where(last > 0, under / 2, under), found),
            np.where(late, 1.0, -1.0),
        )
        batch[left] = middle
        more = np.flatnonzero((np.abs(found) > CLOSE / 2) & (high - low > CLOSE * high))
        if more.size < left.size:
            left, columns = left[more], _rows(columns, more)
            limit, low, high, under, over, last = _rows((limit, low, high, under, over, last), more)
    return batch


def _rows(columns: Iterable[Any], rows: Any) -> list[Any]:
    return [one if np.ndim(one) == 0 else one[rows] for one in columns]


def taken(columns: Iterable[Any], down: Any, across: Any) -> list[Any]:
    """Columns whose shapes go together, at places down and across the whole; a number is one everywhere."""
    found = []
    for one in columns:
        if np.ndim(one) == 0:
            found.append(one)
        elif np.ndim(one) == 1:
            found.append(one[across if len(one) > 1 else np.zeros_like(across)])
        else:
            found.append(one[down if one.shape[0] > 1 else 0, across if one.shape[1] > 1 else 0])
    return [np.broadcast_to(one, across.shape) if np.ndim(one) else one for one in found]


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
