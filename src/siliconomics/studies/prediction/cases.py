"""Points as arrays: every configuration that a point leaves open becomes a candidate of its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import INPUTS, SOFTWARE, batches, evaluate, layouts

from . import machine
from .points import Point

MOST_SEQUENCES = 2048.0
"""Sequences one copy of a model keeps in flight where a point does not say; a usual upper setting."""
MOST_PER_RANK = 512.0
"""The same for one rank of data-parallel attention."""
SERVER_TPOT_MS = 80.0
"""Time for a token that a benchmark's server mode is held to where its limits were not printed."""
TAIL = 0.6
"""Mean over 99th percentile under random arrivals: how much of a limit the mean may use."""
FILLED = 0.95
"""Share of the cache that is in use when a queue is never empty."""


@dataclass
class Case:
    """One point made ready: what is fixed, what is open, and what was assumed."""

    point: Point
    chip: str
    model: str
    vendor: str
    columns: dict[str, float]
    choices: list[tuple[int, int]]
    batch: float | None
    """Sequences in flight per chip of a copy's group; None where the largest that fits (or meets a limit) is meant."""
    cap: float
    limit_ms: float | None = None
    """Time for a token that the batch must keep to."""
    notes: list[str] = field(default_factory=list)

    @property
    def burst(self) -> bool:
        """Whether the run was one queue of prompts sent at once, and not a steady load."""
        return "prompts at unlimited rate" in str(self.point.row.get("concurrency_or_batch", ""))


def case(facts: Facts, point: Point, default_date: float) -> Case:
    """A point as a case; refuses one that lacks what a prediction cannot do without."""
    chip = facts.label("chip", point.chip)
    model = facts.label("model", point.model)
    notes = list(point.notes)
    found = machine.shape(facts, model)
    rates, told = machine.chip_columns(facts, chip, point.activations, point.attention)
    notes += told
    if point.input_tokens is None or point.output_tokens is None:
        side = point.phase == "decode" and point.input_tokens is not None
        if not (point.phase == "prefill" and point.input_tokens is not None) and not side:
            missing = "input length" if point.input_tokens is None else "output length"
            raise BadRequest(Problem(f"point {point.id or '?'} has no {missing}", remedy="fill isl and osl"))
    chips = point.chips or (point.layout.chips if point.layout else None)
    if chips is None:
        raise BadRequest(Problem(f"point {point.id or '?'} does not say on how many chips", remedy="fill n_chips"))
    date = point.date if point.date is not None else default_date
    extra = {
        "input_tokens": point.input_tokens or 1.0,
        "output_tokens": max(point.output_tokens or 1.0, 1.0),
        "prefix_share": min(point.prefix_share, 0.99),
        "draft_tokens": float(point.draft_tokens),
        "draft_acceptance": _acceptance(point),
    }
    columns = {**found, **rates, **machine.workload(point.weights, point.kv, extra)}
    columns["software_age_years"] = machine.software_age(facts, chip, model, date)
    choices, batch, cap = _open(point, chips, found, notes)
    vendor = str(facts.cards["chip"][chip]["vendor"])
    return Case(point, chip, model, vendor, columns, choices, batch, cap, _limit(point, notes), notes)


def _limit(point: Point, notes: list[str]) -> float | None:
    """The time for a token a batch must keep to; of random arrivals the mean must stay below the percentile asked."""
    poisson = "poisson" in str(point.row.get("concurrency_or_batch", "")).lower()
    if poisson and point.tpot_limit_ms is None:
        notes.append(f"server limits not printed: {SERVER_TPOT_MS:g} ms for a token assumed")
    limit = point.tpot_limit_ms or (SERVER_TPOT_MS if poisson else None)
    return limit * TAIL if poisson and limit is not None else limit


def _acceptance(point: Point) -> float:
    """The chance of each draft, given tokens per step: one draft gives it at once, more by bisection."""
    if not point.draft_tokens or point.acceptance is None:
        return 0.5
    wanted = 1 + point.acceptance * point.draft_tokens
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        steps = sum(middle**power for power in range(point.draft_tokens + 1))
        low, high = (middle, high) if steps < wanted else (low, middle)
    return min(max(low, 0.01), 0.999)


def _open(
    point: Point, chips: int, shape: Mapping[str, float], notes: list[str]
) -> tuple[list[tuple[int, int]], float | None, float]:
    """Layouts to try, sequences in flight per chip (None: as many as may be), and the most an engine takes."""
    mixture = shape["moe_layers"] > 0
    layout = point.layout
    if layout is not None:
        group, split = layout.tensor * layout.data, layout.tensor
        if not mixture and layout.data > 1:
            group = layout.tensor
        choices = [(max(group * layout.pipeline, 1), max(split * layout.pipeline, 1))]
    else:
        choices = layouts(chips, int(shape["attention_heads"]), mixture)
        notes.append("layout not given: the best is meant")
    group = choices[0][0]
    batch = point.batch_per_chip
    if batch is None and point.concurrency is not None:
        batch = point.concurrency / chips
    return choices, batch, point.most_requests or MOST_SEQUENCES


def candidates(cases: Sequence[Case]) -> tuple[dict[str, Any], Any, Any]:
    """All candidates of all cases as columns, the case each belongs to, and the cap on each one's batch."""
    owner: list[int] = []
    group: list[float] = []
    split: list[float] = []
    batch: list[float] = []
    cap: list[float] = []
    sizes = batches()
    for position, one in enumerate(cases):
        limited = one.limit_ms is not None
        for chips, ways in one.choices:
            tried = [one.batch * chips] if one.batch is not None else list(sizes) if limited else [np.inf]
            owner += [position] * len(tried)
            group += [float(chips)] * len(tried)
            split += [float(ways)] * len(tried)
            batch += tried
            cap += [max(one.cap, MOST_PER_RANK * chips / ways)] * len(tried)
    index = np.array(owner)
    columns: dict[str, Any] = {
        name: np.array([one.columns[name] for one in cases])[index] for name in INPUTS if name in cases[0].columns
    }
    columns["group_chips"], columns["attention_split"] = np.array(group), np.array(split)
    columns["sequences_in_group"] = np.array(batch)
    return columns, index, np.array(cap)


def software_columns(software: Mapping[str, Any], index: Any) -> dict[str, Any]:
    """Software as columns: a number for all, or one for each case."""
    found: dict[str, Any] = {}
    for name in SOFTWARE:
        if name in software:
            value = np.asarray(software[name], dtype=float)
            found[name] = value[index] if value.ndim else float(value)
    return found


def settle(columns: dict[str, Any], cap: Any, software: Mapping[str, Any]) -> dict[str, Any]:
    """Fix each candidate's batch to what is asked, what fits and what an engine takes.

    A copy that is asked for less than one sequence works on one, part of the time: ``busy`` is that part.
    """
    fit = evaluate({**columns, **software, "sequences_in_group": np.ones_like(cap)}, ("largest_batch",))[
        "largest_batch"
    ]
    asked = columns["sequences_in_group"]
    most = np.minimum(fit * FILLED, cap)
    settled = np.where(np.isinf(asked), most, np.minimum(np.maximum(asked, 1.0), fit))
    busy = np.minimum(asked, 1.0)
    return {**columns, "sequences_in_group": np.maximum(settled, 1e-6), "fits": fit >= 1.0, "busy": busy}


def answered(columns: Mapping[str, Any], software: Mapping[str, Any]) -> dict[str, Any]:
    """What the chapter answers to settled columns; copies that stand idle part of the time give less."""
    answers = evaluate({**columns, **software})
    busy = columns["busy"]
    return answers | {name: answers[name] * busy for name in ("mixed_output_rate", "decode_output_rate")}


def best(case_: Case, answers: Mapping[str, Any], settled: Mapping[str, Any], rows: Any) -> int:
    """The candidate with the highest rate among those that fit and meet the limit; if none does, the quickest."""
    good = settled["fits"][rows]
    if case_.limit_ms is not None:
        times = time_per_token_ms(case_, answers, rows)
        within = good & (times <= case_.limit_ms)
        if not within.any():
            return int(rows[int(np.argmin(np.where(good, times, np.inf)))])
        good = within
    return int(rows[int(np.argmax(np.where(good, rate(case_, answers, rows), -1.0)))])


def time_per_token_ms(case_: Case, answers: Mapping[str, Any], rows: Any) -> Any:
    """Time between two tokens of a sequence, at the software's level; a pool that only decodes reads no prompts."""
    if case_.point.phase == "decode" or case_.point.disaggregated:
        time = answers["decode_step_time_s"][rows] / answers["tokens_per_step"][rows]
    else:
        time = answers["time_per_output_token_s"][rows]
    return time * 1000 / answers["software_level"][rows]


def rate(case_: Case, answers: Mapping[str, Any], rows: Any) -> Any:
    """The answers of a case's candidates in its point's own metric, per chip (or per user)."""
    point = case_.point
    if point.metric == "tok_s_per_user":
        return 1.0 / answers["time_per_output_token_s"][rows] * answers["software_level"][rows]
    if point.phase == "prefill" or point.metric == "input_tok_s":
        return answers["prefill_input_rate"][rows]
    if point.phase == "decode":
        return answers["decode_output_rate"][rows]
    output = answers["mixed_output_rate"][rows]
    if point.disaggregated:
        share = case_.columns["input_tokens"] / case_.columns["output_tokens"]
        output = 1.0 / (share / answers["prefill_input_rate"][rows] + 1.0 / answers["decode_output_rate"][rows])
    if point.metric == "total_tok_s":
        output = (
            output * (case_.columns["input_tokens"] + case_.columns["output_tokens"]) / case_.columns["output_tokens"]
        )
    return output
