"""How far an answer reaches: the ranges of all facts below it, carried up by its exact slopes.

First order, on logarithms, every fact moving on its own: quick, and right while ranges are moderate. Simulation draws
the whole distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.late import np
from siliconomics.model import Model

from .belief import EIGHTY


@dataclass(frozen=True)
class Term:
    """What one fact contributes to the spread of an answer."""

    quantity: str
    labels: Mapping[str, Any]
    known: str
    spread: float
    """Signed: by how much the answer's logarithm moves with one standard deviation of the fact."""


@dataclass(frozen=True)
class Reach:
    """An answer with the 80 % that the ranges of its facts give it, and what that rests on."""

    value: float
    terms: tuple[Term, ...]
    """Largest first."""

    @property
    def spread(self) -> float:
        """Standard deviation of the answer's logarithm."""
        return math.sqrt(sum(term.spread**2 for term in self.terms))

    @property
    def low(self) -> float:
        return self.value * math.exp(-EIGHTY * self.spread)

    @property
    def high(self) -> float:
        return self.value * math.exp(EIGHTY * self.spread)

    @property
    def assumed_share(self) -> float:
        """Share of the variance that comes from facts nobody has measured or estimated: they are assumed."""
        whole = self.spread**2
        return sum(term.spread**2 for term in self.terms if term.known == "assumed") / whole if whole else 0.0

    def over(self, other: Reach) -> Reach:
        """The ratio of two answers: what both rest on cancels as far as it moves both."""
        mine = {(term.quantity, *term.labels.values()): term for term in self.terms}
        theirs = {(term.quantity, *term.labels.values()): term for term in other.terms}
        joined = [
            Term(
                (mine.get(key) or theirs[key]).quantity,
                (mine.get(key) or theirs[key]).labels,
                (mine.get(key) or theirs[key]).known,
                (mine[key].spread if key in mine else 0.0) - (theirs[key].spread if key in theirs else 0.0),
            )
            for key in {**mine, **theirs}
        ]
        return Reach(self.value / other.value, _sorted(joined))

    def chance_below(self, limit: float) -> float:
        """Chance that the answer lies below a limit, its logarithm taken as normal."""
        if not self.spread:
            return float(self.value < limit)
        return 0.5 * math.erfc((math.log(self.value) - math.log(limit)) / (self.spread * math.sqrt(2)))


@dataclass(frozen=True)
class Joint:
    """Several answers drawn together, every fact once for all that rest on it."""

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    least: tuple[float, ...]
    """How often each is the least of all."""


def joint(reaches: Sequence[Reach], floors: Sequence[Reach | None] = (), draws: int = 20_000, seed: int = 1) -> Joint:
    """The 80 % of several answers and the chance of each to be the least.

    ``floors``: for each answer another that it cannot be below, drawn with the same facts (a cost under a limit is never
    below the cost without one); None for none.
    """
    if not reaches:
        return Joint((), (), ())
    every = [*reaches, *(one for one in floors if one is not None)]
    keys = {(term.quantity, *term.labels.values()): None for one in every for term in one.terms}
    order = {key: place for place, key in enumerate(keys)}
    random = np.random.default_rng(seed).standard_normal((draws, len(order)))

    def drawn(one: Reach) -> Any:
        slopes = np.zeros(len(order))
        for term in one.terms:
            slopes[order[(term.quantity, *term.labels.values())]] = term.spread
        return random @ slopes + math.log(one.value)

    logs = np.array([drawn(one) for one in reaches])
    for row, floor in enumerate(floors):
        if floor is not None:
            logs[row] = np.maximum(logs[row], drawn(floor))
    ends = np.exp(np.quantile(logs, [0.1, 0.9], axis=1))
    least = np.bincount(np.argmin(logs, axis=0), minlength=len(reaches)) / draws
    return Joint(tuple(map(float, ends[0])), tuple(map(float, ends[1])), tuple(map(float, least)))


def reach(model: Model, quantity: str, /, **where: Any) -> Reach:
    """How far one answer reaches; refuses one that is unknown, or not above zero."""
    labels = model.where(quantity, where)
    return of_cell(model, model.graph.cell(quantity, labels))


def of_cell(model: Model, cell: Cell) -> Reach:
    """The same for a cell of the model's graph."""
    graph = model.graph
    if cell.node is None:
        raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason if cell.missing else ""))
    value = float(graph.tape.values[cell.node])
    if not value > 0:
        raise BadRequest(Problem(f"{cell} is {value:g}", why="a range on logarithms needs a value above zero"))
    slopes = graph.tape.slopes(cell.node)
    terms = []
    for one in graph.facts_under(cell):
        found = _term(one, float(slopes.get(one.node, 0.0)) if one.node is not None else 0.0, value, graph)
        if found is not None and found.spread:
            terms.append(found)
    return Reach(value, _sorted(terms))


def _term(one: Cell, slope: float, answer: float, graph: Any) -> Term | None:
    """A fact's contribution, by its range; None where it has none."""
    fact = one.given.origin if one.given else None
    low, high = getattr(fact, "low", None), getattr(fact, "high", None)
    if low is None or high is None or one.node is None or not slope:
        return None
    middle = float(graph.tape.values[one.node])
    if low > 0 and middle > 0:
        spread = slope * middle / answer * math.log(high / low) / (2 * EIGHTY)
    else:
        spread = slope / answer * (high - low) / (2 * EIGHTY)
    return Term(one.name, dict(one.labels), graph.known(one), spread)


def _sorted(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: -abs(term.spread)))


__all__ = ["Joint", "Reach", "Term", "joint", "of_cell", "reach"]
