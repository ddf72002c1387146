"""What an answer hangs on: exact slopes, the swing over each fact's range, pairs, and grids of two inputs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem, Program, nearest
from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.model.figures import is_in_time
from siliconomics.model.guarded import guarded

from .simulation.belief import Belief
from .simulation.job import Job, finite
from .simulation.narrow import narrowed
from .simulation.points import Points
from .simulation.run import job_of


@dataclass(frozen=True)
class Swing:
    """What one fact does to an answer: at the ends of its range, by recomputing, and by its exact slope here."""

    quantity: str
    labels: Mapping[str, Any]
    known: str
    value: float
    low: float | None
    """The ends of the fact's range; None where it has none."""
    high: float | None
    at_low: float | None
    """The answer there; None where it has no meaning."""
    at_high: float | None
    slope: float
    elasticity: float | None
    """None of a calendar year, of which a per cent means nothing."""
    share_of_variance: float
    """Its share of the sum of all swings' squares: what it alone brings into the spread."""
    source: str

    @property
    def name(self) -> str:
        return self.quantity + ("@" + ",".join(str(label) for label in self.labels.values()) if self.labels else "")

    @property
    def width(self) -> float:
        return _width(self.at_low, self.at_high, None)


@dataclass(frozen=True)
class Pair:
    """Two facts together: what both at their upper ends bring beyond the sum of each alone."""

    one: str
    other: str
    together: float
    apart: float

    @property
    def interaction(self) -> float:
        return self.together - self.apart


@dataclass(frozen=True)
class Tornado:
    """Every fact below an answer, by what it does to it."""

    quantity: str
    labels: Mapping[str, Any]
    unit: str
    base: float
    swings: tuple[Swing, ...]
    """Widest first; those without a range after them, by elasticity."""
    kinks: tuple[str, ...]
    """Stepped or solved operations below the answer: slopes are one-sided there."""

    @property
    def assumed_share(self) -> float:
        """Share of the variance that rests on facts nobody has measured or estimated."""
        return sum(swing.share_of_variance for swing in self.swings if swing.known == "assumed")


def tornado(model: Model, cell: Cell) -> Tornado:
    """Every fact under an answer: its slope and elasticity, and the answer at both ends of its range."""
    job = job_of(model, [cell])
    base = float(model.graph.value(cell) or 0.0)
    believed = job.believed
    values = np.array([belief.value for belief in believed])
    points = np.tile(values, (2 * len(believed), 1))
    for place, belief in enumerate(believed):
        points[2 * place, place], points[2 * place + 1, place] = belief.low, belief.high
    ends = _answers(job, points) if believed else np.zeros(0)
    widths = [_width(ends[2 * i], ends[2 * i + 1], base) for i in range(len(believed))]
    whole = sum(width**2 for width in widths)
    slopes = model.graph.tape.slopes(cell.node) if cell.node is not None else {}
    place_of = {belief.key: place for place, belief in enumerate(believed)}
    swings = []
    for one in model.graph.facts_under(cell):
        if one.node is None or one.node in model.graph.tape.fixed:
            continue
        value, slope = float(model.graph.tape.values[one.node]), float(slopes.get(one.node, 0.0))
        dated = is_in_time(one.name, value, model.unit(one.name, one.labels))
        at = place_of.get(one.key)
        ranged = believed[at] if at is not None else None
        origin = one.given.origin if one.given else None
        swings.append(
            Swing(
                one.name,
                dict(one.labels),
                model.graph.known(one),
                value,
                ranged.low if ranged is not None else None,
                ranged.high if ranged is not None else None,
                _finite(ends[2 * at]) if at is not None else None,
                _finite(ends[2 * at + 1]) if at is not None else None,
                slope,
                slope * value / base if base and not dated else None,
                widths[at] ** 2 / whole if at is not None and whole else 0.0,
                str(getattr(origin, "source", "") or getattr(origin, "why", "")),
            )
        )
    swings.sort(key=lambda one: (-one.width, -abs(one.elasticity or 0.0)))
    kinks = tuple(model.graph.tape.kinks(cell.node)) if cell.node is not None else ()
    return Tornado(cell.name, cell.labels, model.unit(cell.name, cell.labels), base, tuple(swings), kinks)


def _answers(job: Job, points: Any) -> Any:
    """The first answer at rows of facts."""
    columns = [np.ascontiguousarray(points[:, place]) for place in range(points.shape[1])]
    return job.answers(columns)[0]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _width(low: float | None, high: float | None, base: float | None) -> float:
    ends = [end for end in (low, high, base) if end is not None and math.isfinite(end)]
    return max(ends) - min(ends) if len(ends) > 1 else 0.0


def pairs(model: Model, cell: Cell, found: Tornado, top: int = 6) -> list[Pair]:
    """What the strongest facts do two at a time, each at the end of its range that raises the answer."""
    job = job_of(model, [cell])
    place_of = {(belief.quantity, *(label for _, label in belief.labels)): i for i, belief in enumerate(job.believed)}
    strongest = [swing for swing in found.swings if swing.low is not None and swing.width][:top]
    values = np.array([belief.value for belief in job.believed])

    def raised(*swings: Swing) -> Any:
        row = values.copy()
        for swing in swings:
            up = (swing.at_high if swing.at_high is not None else -math.inf) >= (
                swing.at_low if swing.at_low is not None else -math.inf
            )
            row[place_of[(swing.quantity, *swing.labels.values())]] = swing.high if up else swing.low
        return row

    couples = list(itertools.combinations(strongest, 2))
    if not couples:
        return []
    rows = [raised(one) for one in strongest] + [raised(*couple) for couple in couples]
    answers = _answers(job, np.array(rows)) - found.base
    alone = {swing.name: answers[place] for place, swing in enumerate(strongest)}
    told = [
        Pair(one.name, other.name, float(answers[len(strongest) + place]), float(alone[one.name] + alone[other.name]))
        for place, (one, other) in enumerate(couples)
    ]
    return sorted(told, key=lambda pair: -abs(pair.interaction) if math.isfinite(pair.interaction) else 0.0)


@dataclass(frozen=True)
class Grid:
    """An answer over values of one or two inputs."""

    inputs: tuple[str, ...]
    axes: tuple[tuple[float, ...], ...]
    base: tuple[float, ...]
    """What the inputs are now."""
    answers: Any
    """One value per point; not a number where the answer has no meaning. Rows follow the first input."""


def grid(model: Model, cell: Cell, inputs: Sequence[tuple[Cell, Sequence[float] | None]]) -> Grid:
    """An answer at every combination of one or two inputs' values; without values, over their ranges."""
    graph = model.graph
    below = {one.key for one in graph.below(cell)}
    axes = []
    for one, values in inputs:
        if one.key not in below:
            facts = sorted({fact.name for fact in graph.facts_under(cell)})
            raise BadRequest(Problem(f"{cell} does not rest on {one}", remedy=nearest(one.name, facts)))
        if one.node in graph.tape.fixed:
            raise BadRequest(Problem(f"{one} shapes the model", remedy="change it in a scenario"))
        axes.append(tuple(values) if values else _spread(one, float(graph.value(one) or 0.0)))
    mesh = np.meshgrid(*[np.array(axis) for axis in axes], indexing="ij")
    columns = [axis.ravel() for axis in mesh]
    answers = finite(guarded(model, [cell], [one for one, _ in inputs]).answers(columns))[0].reshape(mesh[0].shape)
    return Grid(
        tuple(str(one) for one, _ in inputs),
        tuple(axes),
        tuple(float(graph.value(one) or 0.0) for one, _ in inputs),
        answers,
    )


POINTS = 7
"""Values of an input in a grid: its own in the middle."""


def _spread(cell: Cell, value: float) -> tuple[float, ...]:
    origin = cell.given.origin if cell.given else None
    low, high = getattr(origin, "low", None), getattr(origin, "high", None)
    if low is None or high is None or not low < high:
        low, high = sorted((value * 0.7, value * 1.3)) if value else (-1.0, 1.0)
    half = POINTS // 2
    below = [low + (value - low) * step / half for step in range(half)]
    above = [value + (high - value) * step / half for step in range(half + 1)]
    return tuple(dict.fromkeys((*below, *above)))


# -- global -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Index:
    """Share of an answer's variance that a fact explains alone (first) and with all it meets (whole)."""

    quantity: str
    labels: Mapping[str, Any]
    known: str
    first: float
    first_margin: float
    """Half the width of the 95 % interval, by resampling."""
    whole: float
    whole_margin: float

    @property
    def name(self) -> str:
        return self.quantity + ("@" + ",".join(str(label) for label in self.labels.values()) if self.labels else "")


def indices(
    model: Model,
    cell: Cell,
    base_points: int = 1024,
    seed: int = 1,
    top: int | None = None,
    resamples: int = 100,
    found: Tornado | None = None,
) -> list[Index]:
    """First and total Sobol indices of the facts, each drawn on its own (Saltelli 2010, Jansen 1999).

    ``top``: only the facts with the widest swings move; the others stay.
    ``found``: the tornado that says so, if it is at hand. Costs ``base_points`` x (facts + 2) runs.
    """
    if base_points < 2 or base_points & (base_points - 1):
        raise BadRequest(
            Problem(f"{base_points} base points", why="Sobol points need a power of two", remedy="give 1024")
        )
    job, _ = narrowed(job_of(model, [cell], seed=seed))
    believed = job.believed
    if not believed:
        raise BadRequest(Problem(f"nothing under {cell} is uncertain", remedy="give its facts a range"))
    chosen = list(range(len(believed)))
    if top is not None and top < len(believed):
        widths = {(one.quantity, *one.labels.values()): one.width for one in (found or tornado(model, cell)).swings}
        chosen = sorted(chosen, key=lambda place: -widths[believed[place].key])[:top]
    both = Points(2 * len(chosen), seed).normal(0, base_points)
    first, second = both[:, : len(chosen)], both[:, len(chosen) :]

    def facts(z: Any) -> list[Any]:
        """Each chosen fact at its deviates."""
        return [believed[at].at(z[:, place]) for place, at in enumerate(chosen)]

    def answered(columns: list[Any]) -> Any:
        every: list[Any] = [belief.value for belief in believed]
        for at, column in zip(chosen, columns, strict=True):
            every[at] = column
        return job.answers(every)[0]

    a, b = facts(first), facts(second)
    mixed = np.empty((len(chosen), base_points))
    at_once = max(1, Program.CHUNK // base_points)
    for start in range(0, len(chosen), at_once):
        moved = range(start, min(start + at_once, len(chosen)))
        columns = [np.tile(column, len(moved)) for column in a]
        for row, place in enumerate(moved):
            columns[place][row * base_points : (row + 1) * base_points] = b[place]
        mixed[start : start + len(moved)] = answered(columns).reshape(len(moved), base_points)
    a, b = answered(a), answered(b)
    return _indices([believed[at] for at in chosen], a, b, mixed, resamples, seed)


def _indices(believed: Sequence[Belief], a: Any, b: Any, mixed: Any, resamples: int, seed: int) -> list[Index]:
    meant = ~(np.isnan(a) | np.isnan(b) | np.isnan(mixed).any(axis=0))
    a, b, mixed = a[meant], b[meant], mixed[:, meant]
    if len(a) < 2 or np.var(np.r_[a, b]) == 0:
        raise BadRequest(Problem("the answer does not vary", remedy="ask for more base points or wider ranges"))
    first, whole = sobol(a, b, mixed)
    picks = np.random.default_rng(seed).integers(len(a), size=(resamples, len(a)))
    margins = 1.959963984540054 * np.std(resampled(a, b, mixed, picks), axis=0, ddof=1)
    told = [
        Index(
            belief.quantity,
            dict(belief.labels),
            belief.known,
            float(first[place]),
            float(margins[0, place]),
            float(whole[place]),
            float(margins[1, place]),
        )
        for place, belief in enumerate(believed)
    ]
    return sorted(told, key=lambda one: -one.whole)


def sobol(a: Any, b: Any, mixed: Any) -> tuple[Any, Any]:
    """First and total indices from answers at two samples and at the first with one column of the second each.

    ``mixed``: (facts, points). Saltelli et al. (2010), table 2, (b) and (f).
    """
    every = np.r_[a, b, mixed.ravel()]
    middle, spread = np.mean(every), np.std(every)
    a, b, mixed = (a - middle) / spread, (b - middle) / spread, (mixed - middle) / spread
    variance = np.var(np.r_[a, b])
    first = np.mean(b * (mixed - a), axis=1) / variance
    whole = 0.5 * np.mean((a - mixed) ** 2, axis=1) / variance
    return first, whole


def resampled(a: Any, b: Any, mixed: Any, picks: Any) -> Any:
    """``sobol`` of samples drawn again (rows of ``picks``): shape (resamples, 2, facts).

    All indices are made of means over the points, so a sample drawn again only weighs them anew: one product of matrices.
    """
    every = np.r_[a, b, mixed.ravel()]
    middle, spread = np.mean(every), np.std(every)
    a, b, mixed = (a - middle) / spread, (b - middle) / spread, (mixed - middle) / spread
    weights = np.stack([np.bincount(pick, minlength=len(a)) for pick in picks]) / len(a)
    of_a, of_b, of_mixed = weights @ a, weights @ b, weights @ mixed.T
    variance = weights @ (a**2 + b**2) / 2 - ((of_a + of_b) / 2) ** 2
    own = (of_a + of_b + of_mixed.sum(axis=1)) / (2 + len(mixed))  # the middle of each sample drawn again
    first = weights @ (b * (mixed - a)).T - own[:, None] * (of_mixed - of_a[:, None])
    whole = 0.5 * (weights @ ((a - mixed) ** 2).T)
    return np.stack([first, whole], axis=1) / variance[:, None, None]


__all__ = ["Grid", "Index", "Pair", "Swing", "Tornado", "grid", "indices", "pairs", "resampled", "sobol", "tornado"]
