"""Distributions: what an answer may be, given what its facts may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.model.guarded import Guarded, guarded
from siliconomics.studies.workers import Crew, in_process

from .belief import Belief, beliefs
from .job import Job
from .narrow import Searched, narrowed
from .points import Points
from .together import ALL, SHARED, Matrix, Shared, together
from .wholes import reaches, wholes

DRAWS = 65_536
MOST_DRAWS = 1_000_000_000
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles that are told."""


@dataclass(frozen=True)
class Distribution:
    """What one answer is in all draws."""

    quantity: str
    labels: Mapping[str, Any]
    unit: str
    base: float
    """The answer with every fact at its value."""
    values: Any = field(repr=False)
    """One for each draw; not a number where a draw has no meaning."""

    @property
    def known(self) -> Any:
        return self.values[~np.isnan(self.values)]

    @property
    def without_meaning(self) -> float:
        """Share of draws in which some intermediate figure is impossible."""
        return float(np.isnan(self.values).mean())

    def quantile(self, levels: float | Sequence[float]) -> Any:
        return np.quantile(self.known, levels)

    def levels(self) -> list[tuple[float, float]]:
        """The usual quantiles; none where no draw has a meaning."""
        known = self.known
        return list(zip(LEVELS, map(float, np.quantile(known, LEVELS)), strict=True)) if len(known) else []

    def chance_above(self, limit: float) -> float:
        """Chance that the answer is above a limit."""
        return float((self.known > limit).mean())

    def percentile(self, value: float) -> float:
        """Share of draws below a value: where a published figure lies."""
        return float((self.known < value).mean())

    def settling(self) -> list[tuple[int, float, float, float]]:
        """Draws, 10th, 50th and 90th percentile after a quarter, half and all of them."""
        told = []
        for count in (len(self.values) // 4, len(self.values) // 2, len(self.values)):
            part = self.values[:count]
            part = part[~np.isnan(part)]
            if len(part):
                low, middle, high = np.quantile(part, (0.1, 0.5, 0.9))
                told.append((count, float(low), float(middle), float(high)))
        return told


@dataclass(frozen=True)
class Simulation:
    """Several answers drawn together, every fact once a draw for all that rest on it."""

    answers: tuple[Distribution, ...]
    believed: tuple[Belief, ...]
    without_range: int
    """Facts below the answers that have no range and so stay as they are."""
    seed: int
    draws: int
    facts_version: str
    searched: Searched | None = None
    """How searches were made in the draws; None where there are none."""
    correlations: tuple[Shared, ...] = ()
    """Declared correlations that bind these facts."""
    tied: tuple[str, ...] = ()
    """Facts that a user's matrix binds."""


def job_of(
    model: Model,
    answers: Sequence[Cell],
    draws: int = DRAWS,
    seed: int = 1,
    matrix: Callable[[Sequence[Belief]], Matrix | None] = lambda believed: None,
    declared: bool = True,
) -> Job:
    """The job that draws these answers. ``matrix``: rank correlations of the user's, once the facts are known.

    ``declared``: whether facts move together as the facts declare it.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise BadRequest(
            Problem(f"{draws} draws cannot be made", remedy=f"ask for 1 to {MOST_DRAWS:,}; {DRAWS:,} are usual")
        )
    if seed < 0:
        raise BadRequest(Problem(f"the seed {seed} is negative", remedy="give 0 or a whole number above it"))
    for cell in answers:
        if cell.node is None:
            raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason if cell.missing else ""))
    pairs = beliefs(model, answers)
    believed = tuple(belief for belief, _ in pairs)
    moving, shared = together(believed, _declared(model) if declared else [], matrix(believed))
    cells = [cell for _, cell in pairs]
    program = guarded(model, answers, cells).program
    parts = wholes(model.graph.tape, program, cells)
    ends = reaches([belief.reach for belief in believed], parts)
    return Job(
        Guarded(
            program.bounded({cell.node: end for cell, end in zip(cells, ends, strict=True) if cell.node is not None})
        ),
        believed,
        moving,
        Points(moving.dimensions, seed),
        draws,
        parts,
        shared,
    )


def _declared(model: Model) -> list[Shared]:
    """How closely facts of one quantity move together, as far as it is declared."""
    if not model.graph.exists(SHARED):
        return []
    return [
        Shared(
            str(record.labels["quantity"]),
            float(record.value),
            "" if record.labels["within"] == ALL else str(record.labels["within"]),
            record.known,
        )
        for record in model.solve(SHARED)
        if isinstance(record.value, float)
    ]


def simulate(
    model: Model,
    answers: Sequence[Cell],
    draws: int = DRAWS,
    seed: int = 1,
    *,
    matrix: Callable[[Sequence[Belief]], Matrix | None] = lambda believed: None,
    crew: Crew = in_process,
    everywhere: bool = False,
    declared: bool = True,
    progress: Callable[[int], None] = lambda made: None,
) -> Simulation:
    """Draw the answers. The same seed gives the same draws, whoever makes them and in whatever blocks.

    ``everywhere``: searches on the way look everywhere in every draw, instead of where pilot draws say it is worth it.
    """
    job, searched = narrowed(job_of(model, answers, draws, seed, matrix, declared), everywhere)
    values = np.empty((len(answers), draws))
    for (start, stop), made in crew(job):
        values[:, start:stop] = made
        progress(stop - start)
    graph = model.graph
    every = {one.key for answer in answers for one in graph.facts_under(answer) if one.node not in graph.tape.fixed}
    return Simulation(
        tuple(
            Distribution(cell.name, cell.labels, model.unit(cell.name, cell.labels), float(graph.value(cell) or 0), row)
            for cell, row in zip(answers, values, strict=True)
        ),
        job.believed,
        len(every) - len(job.believed),
        seed,
        draws,
        model.facts.version,
        searched,
        job.shared,
        tuple(job.believed[place].name for place in job.moving.tied),
    )


__all__ = ["DRAWS", "LEVELS", "MOST_DRAWS", "Distribution", "Simulation", "job_of", "simulate"]
