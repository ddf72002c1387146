"""Predictions: a rate with its range, what binds it, and the layout and batch that were meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import LAYOUT, PARTS, evaluate, layouts
from siliconomics.studies.workers import Crew

from ..belief import EIGHTY
from .cases import Case, case
from .choice import answered, candidates, chosen, software_columns, time_per_token_ms
from .points import Point, Refused
from .rates import log_slopes, rates
from .software import Calibration, ideal, software

WEAK = 0.35
"""Added spread for each specification that is assumed or whose density no source states."""
NUDGE = 0.1
"""Logarithm by which speed is moved to see what a limit makes of it."""
NAMES = {
    "attention_projection_time_s": "attention weights",
    "attention_time_s": "attention over the cache",
    "mlp_time_s": "dense layers and head",
    "expert_time_s": "experts",
    "communication_time_s": "network",
    "fixed_time_s": "fixed time per layer",
}


@dataclass(frozen=True)
class Prediction:
    """A point's prediction in its own metric and scope."""

    value: float | None
    low: float | None
    high: float | None
    bound_by: str
    layout: str
    batch: float | None
    note: str
    per_chip: float | None = None
    tpot_ms: float | None = None
    ttft_ms: float | None = None
    output_per_chip: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "prediction": self.value,
            "low": self.low,
            "high": self.high,
            "bound_by": self.bound_by,
            "layout": self.layout,
            "batch": self.batch,
            "note": self.note,
        }


def refused(why: str) -> Prediction:
    return Prediction(None, None, None, "", "", None, why)


def predict(
    facts: Facts,
    points: Sequence[Point | Refused],
    learned: Calibration,
    default_date: float,
    crew: Crew | None = None,
) -> list[Prediction]:
    """A prediction for each point, in order; one that cannot be predicted says why and stops nothing else.

    ``crew``: who makes them, in blocks; all at once without it.
    """
    found: list[Prediction | None] = [None] * len(points)
    cases: list[tuple[int, Case]] = []
    for position, point in enumerate(points):
        if isinstance(point, Refused):
            found[position] = refused(str(point))
            continue
        try:
            cases.append((position, case(facts, point, default_date)))
        except BadRequest as no:
            found[position] = refused(" ".join(str(problem) for problem in no.problems))
    if cases:
        work = Predicting(tuple(one for _, one in cases), learned)
        made = dict(crew(work)) if crew is not None else {(0, len(cases)): work.block(0, len(cases))}
        for (start, stop), predictions in made.items():
            for (position, _), one in zip(cases[start:stop], predictions, strict=True):
                found[position] = one
    return [one for one in found if one is not None]


@dataclass(frozen=True)
class Predicting:
    """Cases as work in blocks: a prediction hangs on its own case only."""

    cases: tuple[Case, ...]
    learned: Calibration
    size: int = 32
    """Cases that one worker is handed."""

    def blocks(self) -> list[tuple[int, int]]:
        return [(start, min(start + self.size, len(self.cases))) for start in range(0, len(self.cases), self.size)]

    def block(self, start: int, stop: int) -> list[Prediction]:
        return _predict(self.cases[start:stop], self.learned)


def _predict(cases: Sequence[Case], learned: Calibration) -> list[Prediction]:
    laid = Laid.of(cases, learned)
    own = rates(cases, laid.chosen)
    spread = laid.spread(learned)
    most = bounds(cases, laid.fixed)
    return [
        _one(
            one,
            {name: value[k] for name, value in laid.chosen.items()},
            {name: laid.fixed[name][k] for name in (*LAYOUT, "fits")},
            float(own[k]),
            float(spread[k]),
            float(laid.stretch[k]),
            float(most[k]),
            float(laid.ceiling[k]),
            learned,
        )
        for k, one in enumerate(cases)
    ]


@dataclass(frozen=True)
class Laid:
    """Cases with the configuration that stands for each, its answers and its slopes: arrays, one place a case."""

    fixed: dict[str, Any]
    chosen: dict[str, Any]
    slopes: Any
    """Of a rate's logarithm to the logarithm of each parameter, layout and batch held."""
    stretch: Any
    """By how much a limit magnifies a change of speed; 1 where no batch is chosen under one."""
    ceiling: Any
    """What a range never reaches past: software that loses nothing, and the range without a limit of time."""

    @classmethod
    def of(cls, cases: Sequence[Case], learned: Calibration) -> Laid:
        columns, index, cap = candidates(cases)
        soft = software_columns(software(cases, learned.values), index)
        rows, settled, answers = chosen(cases, columns, index, cap, soft)
        fixed = {name: value[rows] if np.ndim(value) else value for name, value in settled.items()}
        picked = {name: value[rows] if np.ndim(value) else value for name, value in answers.items()}
        slopes = log_slopes(cases, fixed, learned)
        stretch = stretches(cases, columns, index, cap, learned)
        found = cls(fixed, picked, slopes, stretch, ceilings(cases, columns, index, cap))
        limited = np.flatnonzero([one.limit_ms is not None and one.batch is None for one in cases])
        if limited.size:
            own = [replace(cases[int(k)], limit_ms=None) for k in limited]
            free = cls.of(own, learned)
            plain = np.sqrt(free.spread(learned) ** 2 + learned.unexplained**2 + [weak(one) * WEAK**2 for one in own])
            most = rates(own, free.chosen) * np.exp(EIGHTY * plain)
            found.ceiling[limited] = np.minimum(found.ceiling[limited], np.minimum(most, free.ceiling))
        return found

    def spread(self, learned: Calibration) -> Any:
        """Standard deviation of each prediction's logarithm from the covariance of the parameters."""
        return np.sqrt(np.einsum("ij,jk,ik->i", self.slopes, learned.covariance, self.slopes))


def bounds(cases: Sequence[Case], fixed: Mapping[str, Any]) -> Any:
    """The physical roofline of each case at its settled layout and batch: every peak reached, no network, no launches."""
    return rates(cases, answered(fixed, ideal(cases)))


def weak(one: Case) -> int:
    """Specifications of a case that are assumed, or whose density no source states."""
    return sum("assumed" in note or "not stated" in note for note in one.notes)


def ceilings(cases: Sequence[Case], columns: Mapping[str, Any], index: Any, cap: Any) -> Any:
    """The highest rate that physics allows each case: ideal software, the best layout and batch that it then takes."""
    soft = software_columns(ideal(cases), index)
    rows, _, answers = chosen(cases, dict(columns), index, cap, soft)
    return rates(cases, {name: value[rows] if np.ndim(value) else value for name, value in answers.items()})


def stretches(cases: Sequence[Case], columns: Mapping[str, Any], index: Any, cap: Any, learned: Calibration) -> Any:
    """By how much a limit on the time of a token magnifies a change of speed; 1 where no batch is chosen under one.

    A faster system meets the limit with a larger batch as well, so its rate rises by more than its speed. Every
    system is made slower and faster by a small factor, its batch and layout chosen anew.
    """
    found = np.ones(len(cases))
    limited = [k for k, one in enumerate(cases) if one.limit_ms is not None and one.batch is None]
    if not limited:
        return found
    own = [cases[k] for k in limited]
    mine = np.isin(index, limited)
    part = {name: value[mine] if np.ndim(value) else value for name, value in columns.items()}
    owner = np.searchsorted(limited, index[mine])
    levels = software(own, learned.values)
    ends = []
    for way in (-NUDGE, NUDGE):
        soft = software_columns({**levels, "engine_level": levels["engine_level"] * np.exp(way)}, owner)
        rows, _, answers = chosen(own, part, owner, cap[mine], soft)
        ends.append(np.log(rates(own, {name: value[rows] for name, value in answers.items()})))
    found[limited] = np.maximum((ends[1] - ends[0]) / (2 * NUDGE), 1.0)
    return found


def _one(
    one: Case,
    answers: dict[str, float],
    settled: dict[str, Any],
    own: float,
    spread: float,
    stretch: float,
    most: float,
    ceiling: float,
    learned: Calibration,
) -> Prediction:
    point = one.point
    group, split, stages = (float(settled[name]) for name in LAYOUT[:3])
    batch = float(settled["sequences_in_group"])
    if not settled["fits"]:
        return refused(_does_not_fit(one, group, split, stages, learned))
    tpot_ms = None if point.phase == "prefill" else float(time_per_token_ms(one, answers))
    sd = stretch * float(np.sqrt(spread**2 + learned.unexplained**2 + weak(one) * WEAK**2))
    scale = _scope(point, group * stages)
    notes = list(one.notes)
    if own > most:
        notes.append(f"the software level asks for {own / most:.2f} times the physical bound: held at the bound")
        own = most
    limit = one.limit_ms
    if limit is not None and tpot_ms is not None and tpot_ms > limit:
        what = "no batch meets" if one.batch is None else "the batch given misses"
        notes.append(f"{what} {limit:g} ms for a token; the nearest is shown")
    asked = one.batch * group if one.batch is not None else None
    if asked is not None and batch < asked * 0.999:
        notes.append(f"only {batch:.0f} of {asked:.0f} sequences fit a copy")
    if asked is not None and asked < 0.999:
        notes.append(f"fewer sequences than copies: a copy is at work {asked:.0%} of the time")
    reading = batch * answers["prefill_time_per_sequence_s"] + answers["decode_step_time_s"]
    return Prediction(
        own * scale,
        own * scale * float(np.exp(-EIGHTY * sd)),
        min(own * float(np.exp(EIGHTY * sd)), max(ceiling, own)) * scale,
        bound_by(one, answers, batch),
        layout_text(group, split, one.columns["moe_layers"] > 0, stages),
        batch,
        "; ".join(notes),
        own,
        tpot_ms,
        None
        if point.phase == "decode"
        else float(min(reading, answers["prefill_time_per_sequence_s"] * 2) * 1000 / answers["software_level"]),
        float(answers["mixed_output_rate"]),
    )


def _scope(point: Point, group: float) -> float:
    """From one chip (or user) to the point's own scope."""
    if point.metric == "tok_s_per_user" or point.scope in ("per_chip", "per_user"):
        return 1.0
    if point.scope == "per_node":
        return 8.0
    return float(point.chips or group)


def _does_not_fit(one: Case, group: float, split: float, stages: float, learned: Calibration) -> str:
    """What does not fit on the chips of a copy, and the fewest chips that would hold it."""
    if one.point.layout is None:
        group, split, stages = max(one.choices, key=lambda way: (way[0] * way[2], way[0], way[1]))
    mixture = one.columns["moe_layers"] > 0
    found = _memory(one, np.array([(group, split, stages)], dtype=float), learned)
    weights = float(np.ravel(found["total_parameters"])[0]) * one.columns["weight_bytes"] / 1e9
    what = f"about {weights:.0f} GB of weights"
    if found["free_memory_gb"][0] > 0:
        cache = float(np.ravel(found["kv_per_sequence_gb"])[0])
        tokens = one.columns["input_tokens"] + one.columns["output_tokens"]
        what = f"a cache of {cache:,.0f} GB for one sequence of {tokens:,.0f} tokens beside {what}"
    smallest = fewest_chips(one, learned)
    if smallest is not None:
        chips, ranks = smallest
        remedy = f"{chips:.0f} chips would hold it" + (
            f" as {layout_text(chips, ranks, mixture)}" if chips <= group * stages else ""
        )
    else:
        remedy = f"not even {1 << 12} chips would hold it"
    laid = f" as {layout_text(group, split, mixture, stages)}" if one.point.layout is not None else ""
    return (
        f"{one.model} does not fit: {what} on {group * stages:.0f} x {one.chip}{laid} "
        f"({one.columns['memory_size_gb']:g} GB each); {remedy}"
    )


def _memory(one: Case, ways: Any, learned: Calibration) -> dict[str, Any]:
    columns = {**one.columns, **dict(zip(LAYOUT, ways.T, strict=False)), "sequences_in_group": 1.0}
    soft = {name: float(np.ravel(value)[0]) for name, value in software([one], learned.values).items()}
    return evaluate({**columns, **soft}, ("free_memory_gb", "kv_per_sequence_gb", "largest_batch", "total_parameters"))


def fewest_chips(one: Case, learned: Calibration) -> tuple[float, float] | None:
    """The smallest group, a power of two, whose memory holds the model and one sequence, and how attention is split."""
    heads, mixture = int(one.columns["attention_heads"]), one.columns["moe_layers"] > 0
    pairs = [
        pair
        for power in range(13)
        for pair in layouts(1 << power, heads, mixture)
        if pair[0] == 1 << power and pair[2] == 1
    ]
    ways = np.array(sorted(pairs, key=lambda pair: (pair[0], -pair[1])), dtype=float)
    holds = np.flatnonzero(_memory(one, ways, learned)["largest_batch"] >= 1.0)
    return None if not holds.size else (float(ways[holds[0], 0]), float(ways[holds[0], 1]))


def bound_by(one: Case, answers: dict[str, float], batch: float) -> str:
    """The operation that takes most of the time of a token."""
    point = one.point
    if point.phase == "prefill":
        return "arithmetic of the prompt"
    parts = {NAMES[name]: answers[name] / answers["tokens_per_step"] for name in PARTS}
    if point.phase == "mixed":
        parts["arithmetic of the prompt"] = (
            batch * answers["prefill_time_per_sequence_s"] / one.columns["output_tokens"]
        )
    name = max(parts, key=lambda part: parts[part])
    return f"{name} ({parts[name] / sum(parts.values()):.0%})"


def layout_text(group: float, split: float, mixture: bool, stages: float = 1.0) -> str:
    """TP8, or DP8 EP8, or something between; PP2 behind it for two stages."""
    if stages > 1:
        return f"{layout_text(group, split, mixture)} PP{stages:.0f}"
    data = group / split
    if data == 1:
        return f"TP{group:.0f}"
    return f"TP{split:.0f} DP{data:.0f} EP{group:.0f}".replace("TP1 ", "") if mixture else f"TP{split:.0f}"


def require_model(facts: Facts, name: str) -> str:
    """A model by any spelling; refuses an unknown one with the nearest names."""
    return str(facts.label("model", name))


__all__ = [
    "Prediction",
    "Problem",
    "bound_by",
    "fewest_chips",
    "layout_text",
    "predict",
    "refused",
    "require_model",
    "stretches",
]
