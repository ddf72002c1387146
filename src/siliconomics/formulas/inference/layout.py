"""The best way to serve: how many chips hold a copy, how attention is split over them, how many sequences at once.

The search over layouts is an operation of the model: whatever reads a rate reads it at the best layout. Its slopes
are exact: the layout holds still, the batch moves with what binds it (memory, the limit of time, or neither).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import NoSolution, Search, formula
from siliconomics.core.late import np
from siliconomics.core.operators import opaque

from .search import AIM, INPUTS, LAYOUT, largest_within, layouts, slopes, stages, taken

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
_TOO_SLOW, _NOTHING_FITS = 1.0, 2.0


NEAR = 0.0005
"""How much less than the best a layout may serve in some draw to be worth trying in all of them."""


@dataclass(frozen=True)
class Among:
    """Layouts that draws try, by place, the most frequent first.

    Where none is within the limit, a draw has the quickest with one sequence:
    so a chip that turns out too slow serves slowly, instead of leaving its draw without an answer.
    """

    places: tuple[int, ...] | None


@functools.lru_cache(maxsize=4096)
def _once(operands: tuple[float, ...]) -> tuple[float, ...]:
    found = best(*operands)
    return tuple(float(one[0]) for one in found)


def best(*operands: Any, among: Among | None = None) -> tuple[Any, ...]:
    """Group, split, stages and batch of the best layout for arrays of inputs; and why there is none, where there is none.

    ``among``: where to look; where none of these fits, all are tried.
    """
    rows = {name: np.asarray(one, dtype=float) for name, one in zip(READS, operands, strict=True)}
    size = max(one.size for one in rows.values())
    found = np.full((len(LAYOUT) + 1, size), np.nan)
    for mine, ways, kind in _kinds(rows, size):
        places = among.places if among is not None else None
        chosen, leader = (ways, None) if places is None else (ways[:, list(places)], 0)
        found[:, mine] = _tried(kind, chosen, leader, among is not None)
        failed = mine[found[-1, mine] == _NOTHING_FITS] if places is not None else mine[:0]
        if len(failed):
            again = {name: one if one.ndim == 0 else one[failed] for name, one in rows.items()}
            found[:, failed] = _tried(again, ways, None, True)
    return tuple(found)


def likely(*operands: Any, everywhere: bool = False) -> Among:
    """Layouts that come near the best one in some of these draws; all, if the draws do not share their layouts."""
    rows = {name: np.asarray(one, dtype=float) for name, one in zip(READS, operands, strict=True)}
    size = max(one.size for one in rows.values())
    kinds = list(_kinds(rows, size))
    if everywhere or len(kinds) > 1:
        return Among(None)
    _, ways, kind = kinds[0]
    near, first = np.zeros(ways.shape[1], dtype=bool), np.zeros(ways.shape[1])
    for part in _parts(kind, size, ways.shape[1]):
        serving, _, _ = _weighed(part, ways, None, NEAR)
        most = serving.max(axis=0)
        near |= ((serving >= np.where(most > 0, most * (1 - NEAR), most)) & np.isfinite(serving)).any(axis=1)
        first += np.bincount(serving.argmax(axis=0), minlength=len(first))
    places = np.flatnonzero(near)
    return Among(tuple(places[np.argsort(-first[places], kind="stable")].tolist()) or None)


def _kinds(rows: dict[str, Any], size: int) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Draws that share one set of layouts: their places, the layouts (one column each) and their inputs."""
    named = [rows["cluster_chips"], rows["attention_heads"], rows["moe_layers"] > 0]
    if all(one.ndim == 0 for one in named):
        yield np.arange(size), _ways(*named), rows
        return
    kinds = np.stack([np.broadcast_to(one, (size,)) for one in named]).astype(float)
    for kind in np.unique(kinds, axis=1).T:
        mine = np.flatnonzero((kinds == kind[:, None]).all(axis=0))
        yield mine, _ways(*kind), {name: one if one.ndim == 0 else one[mine] for name, one in rows.items()}


def _ways(chips: Any, heads: Any, mixture: Any) -> Any:
    return np.array(layouts(max(int(chips), 1), max(int(heads), 1), bool(mixture)), dtype=float).T


AT_ONCE = 65_536
"""Layouts times draws at one go."""


def _parts(rows: dict[str, Any], size: int, ways: int) -> Iterator[dict[str, Any]]:
    step = max(AT_ONCE // ways, 64)
    for start in range(0, size, step):
        yield {name: one if one.ndim == 0 else one[start : start + step] for name, one in rows.items()}


def _tried(rows: dict[str, Any], ways: Any, leader: int | None, slow_too: bool) -> Any:
    """Layout, batch and the reason against them of the best of some layouts in each draw."""
    size = max(one.size for one in rows.values())
    return np.concatenate([_chosen(part, ways, leader, slow_too) for part in _parts(rows, size, ways.shape[1])], axis=1)


def _chosen(rows: dict[str, Any], ways: Any, leader: int | None, slow_too: bool) -> Any:
    serving, batch, fits = _weighed(rows, ways, leader)
    first, every = np.argmax(serving, axis=0), np.arange(serving.shape[1])
    why = np.where(serving[first, every] > 0, 0.0, np.where(fits.any(axis=0), _TOO_SLOW, _NOTHING_FITS))
    found = np.vstack([ways[:, first], batch[first, every]])
    return np.vstack([np.where(why <= (_TOO_SLOW if slow_too else 0.0), found, np.nan), why])


def _weighed(rows: dict[str, Any], ways: Any, leader: int | None, near: float = 0.0) -> tuple[Any, Any, Any]:
    """What a chip serves by each layout (a row) in each draw (a column), in tokens within the limit; batches; what fits.

    One layout, the ``leader``, is solved in every draw. Of every other, one look tells whether it serves as much within
    the limit (or ``near`` as much), since the time for a token grows with the batch: only then is it solved too, else
    it counts as nothing. A layout that is too slow with one sequence is worth less than nothing, the more so the slower; one that
    does not fit, least of all.
    """
    columns = {name: np.float64(one) if one.ndim == 0 else one for name, one in rows.items()}
    columns.update({name: way[:, None] for name, way in zip(LAYOUT, ways, strict=False)})
    shape = (ways.shape[1], max(one.size for one in rows.values()))
    before, time_of = stages()
    *held, fit, level = before.shaped([columns[name] for name in INPUTS if name != "sequences_in_group"])
    ranks = columns["most_sequences_per_rank"] * columns["group_chips"] / columns["attention_split"]
    usual = np.maximum(columns["most_sequences"], ranks) / columns["pipeline_stages"]
    most = np.broadcast_to(np.maximum(np.minimum(fit * columns["cache_fill"], usual), 1.0), shape)
    limit = np.broadcast_to(columns["time_per_token_limit_s"] * level, shape)
    chips, fits = np.broadcast_to(columns["group_chips"], shape), np.broadcast_to(fit >= 1.0, shape)
    serving, batch = np.where(fits, 0.0, -np.inf), np.ones(shape)

    def time(batch: Any, of: Sequence[Any]) -> Any:
        return time_of.shaped([*of, batch])[0]

    def solve(down: Any, across: Any) -> None:
        own, of, within = taken(held, down, across), most[down, across], limit[down, across]
        found = largest_within(time, own, within, of)
        took = time(found, own) / within
        batch[down, across] = found
        worth = np.where(took <= 1, found / took / chips[down, across], 0.0)
        serving[down, across] = np.where(fits[down, across], worth, -np.inf)

    every = np.arange(shape[1])
    if leader is None:  # which layout to solve in all draws: the best of the first
        solve(np.arange(shape[0]), np.zeros(shape[0], dtype=int))
        leader = int(np.argmax(serving[:, 0]))
    solve(np.full(shape[1], leader), every)
    look = np.clip(np.maximum(serving[leader], 0.0) * (1 - near) * chips, 1.0, most)
    took = time(look, held) / limit
    able = fits & (took <= AIM)
    able[leader] = False
    serving = np.where(able & (look >= most), most / took / chips, serving)
    batch = np.where(able & (look >= most), most, batch)
    solve(*np.nonzero(able & (look < most)))
    slow = np.flatnonzero(serving.max(axis=0) == 0.0)
    if slow.size:
        down, across = (one.ravel() for one in np.meshgrid(np.arange(shape[0]), slow, indexing="ij"))
        alone = time(np.ones(down.size), taken(held, down, across)).reshape(shape[0], -1)
        serving[:, slow] = np.where(fits[:, slow], -alone, -np.inf)
    return serving, batch, fits


def _solved(position: int) -> Callable[..., Any]:
    def solve(*operands: Any) -> Any:
        if any(np.ndim(one) for one in operands):
            return best(*operands)[position]
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
    if any(np.ndim(one) for one in operands):
        return _moves(batch, best(*operands)[: len(LAYOUT)], operands)
    return _moves_once(float(batch), tuple(map(float, operands)))


@functools.lru_cache(maxsize=4096)
def _moves_once(batch: float, operands: tuple[float, ...]) -> tuple[float, ...]:
    return _moves(batch, _once(operands)[: len(LAYOUT)], operands)


def _moves(batch: Any, layout: Sequence[Any], operands: Sequence[Any]) -> tuple[Any, ...]:
    """How the batch moves with each input, the layout held: by memory where memory binds, else by the limit of time."""
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
BEST = Search(best, likely)
_of = functools.partial(opaque, kind="solved", text=_TEXT, arity=len(READS), search=BEST)
chips_of_the_best = _of(place=0)(_solved(0))
split_of_the_best = _of(place=1)(_solved(1))
stages_of_the_best = _of(place=2)(_solved(2))
batch_of_the_best = _of(place=3, slopes=_batch_slopes)(_solved(3))


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
