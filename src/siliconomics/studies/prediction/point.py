"""One published number and the run behind it, as plain data. No physics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siliconomics.core import Problem

from .layouts import Layout


@dataclass(frozen=True)
class Point:
    """One published number and the run behind it.

    `value_per_chip` is the rate of one chip; for the metric tok_s_per_user it is the rate of one user, undivided.
    `concurrency` counts sequences in flight in the whole system, `batch_per_chip` is filled only where the row
    states one. `acceptance` is (tokens per step - 1) / draft tokens. `tpot_ms` and `ttft_ms` were measured in the
    run; `tpot_limit_ms` and `ttft_limit_ms` were demanded of it.
    """

    id: str
    source: str
    row: Mapping[str, str]
    chip: str
    chips: int | None
    model: str
    weights: str
    activations: str
    kv: str
    attention: str
    engine: str | None
    date: float | None
    layout: Layout | None
    phase: str
    metric: str
    scope: str
    input_tokens: float | None
    output_tokens: float | None
    concurrency: float | None
    batch_per_chip: float | None
    max_load: bool
    most_requests: float | None
    tpot_limit_ms: float | None
    ttft_limit_ms: float | None
    draft_tokens: int
    acceptance: float | None
    prefix_share: float
    tier: str
    value_per_chip: float | None
    scored: bool
    notes: tuple[str, ...]
    value: float | None = None
    tpot_ms: float | None = None
    ttft_ms: float | None = None
    disaggregated: bool = False
    length_variation: float = 0.0
    """Standard deviation over mean of the answers' lengths; 0 where all have the same."""
    eager: bool = False
    """Whether kernels were launched one by one, as the row says."""


@dataclass(frozen=True)
class Refused:
    """A row that could not be read, and why."""

    place: str
    id: str
    row: Mapping[str, str]
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
