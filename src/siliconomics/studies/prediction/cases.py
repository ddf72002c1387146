"""A point made ready for prediction: what is fixed, what is left open, what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import layouts

from . import machine
from .points import Point

SERVER_TPOT_MS = 80.0
"""Time for a token that a benchmark's server mode is held to where its limits were not printed."""
EAGER = 3.0
"""Fixed time of a layer whose kernels are launched one by one, against one bundled launch (a CUDA graph)."""
SETTINGS = (
    "crossing_latency_s",
    "usable_memory_share",
    "reserved_memory_gb",
    "memory_size_factor",
    "software_catch_up_years",
    "cache_fill",
    "most_sequences",
    "most_sequences_per_rank",
)
"""What engines and memories have in common, as the facts say (facts/library/serving.toml)."""
TAIL = 0.6
"""Mean over 99th percentile under random arrivals: how much of a limit the mean may use."""


@dataclass
class Case:
    """One point made ready: what is fixed, what is open, and what was assumed."""

    point: Point
    chip: str
    model: str
    vendor: str
    columns: dict[str, float]
    choices: list[tuple[int, int, int]]
    """Chips of a stage, chips that split attention, stages."""
    batch: float | None
    """Sequences in flight per chip of a copy's group; None where the largest that fits (or meets a limit) is meant."""
    queue: float | None
    """Requests for each chip of the system where their number is known: no more can be in flight."""
    settings: Mapping[str, float]
    """Facts of engines and memories that are not fitted and hold for every case of a question (SETTINGS)."""
    limit_ms: float | None = None
    """Time for a token that the batch must keep to."""
    notes: list[str] = field(default_factory=list)

    @property
    def burst(self) -> bool:
        """Whether the run was one queue of prompts sent at once, and not a steady load."""
        return "prompts at unlimited rate" in str(self.point.row.get("concurrency_or_batch", ""))

    @property
    def fp4(self) -> bool:
        """Whether it computes at four bits."""
        return self.point.weights == "fp4" and self.point.activations == "fp4"


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
        "answer_length_variation": point.length_variation,
        "launch_factor": EAGER if point.eager else 1.0,
        "draft_tokens": float(point.draft_tokens),
        "draft_acceptance": _acceptance(point),
    }
    columns = {**found, **rates, **machine.workload(point.weights, point.kv, extra)}
    columns["software_age_years"] = machine.software_age(facts, chip, model, date)
    choices, batch, queue = _open(point, chips, found, notes)
    vendor = str(facts.cards["chip"][chip]["vendor"])
    return Case(
        point, chip, model, vendor, columns, choices, batch, queue, settings(facts), _limit(point, notes), notes
    )


def settings(facts: Facts) -> dict[str, float]:
    """The settings that hold for every case; refuses facts that lack one."""
    found = {name: facts.of(name, ()) for name in SETTINGS}
    lacking = [name for name, fact in found.items() if fact is None]
    if lacking:
        raise BadRequest(Problem(f"no fact says {', '.join(lacking)}", remedy="give it in a folder of --facts"))
    return {name: float(fact.value) for name, fact in found.items() if fact is not None}


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
) -> tuple[list[tuple[int, int, int]], float | None, float | None]:
    """Layouts to try, sequences in flight per chip (None: as many as may be), and how many a chip there are at all."""
    mixture = shape["moe_layers"] > 0
    layout = point.layout
    if layout is not None:
        group, split = layout.tensor * layout.data, layout.tensor
        if not mixture and layout.data > 1:
            group = layout.tensor
        choices = [(max(group, 1), max(split, 1), max(layout.pipeline, 1))]
    else:
        choices = layouts(chips, int(shape["attention_heads"]), mixture)
        notes.append("layout not given: the best is meant")
    batch = point.batch_per_chip
    if batch is None and point.concurrency is not None:
        batch = point.concurrency / chips
    return choices, batch, point.most_requests / chips if point.most_requests else None
