"""What a fact may be: its value is the median, its range holds 80 % of belief.

The two sides of the value may be of different width. A quantity above nothing is spread on its logarithm, a share on
its log-odds, anything else as it is; no draw goes beyond the 99 % that the range implies, nor to what the declaration
of the quantity calls impossible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Cell, Interval
from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.studies.belief import EIGHTY

FURTHEST = 2.5758293035489004
"""Standard deviations on either side of 99 % of a normal distribution: no draw goes further. What a range of 80 % says
of one case in a hundred is nothing anyone believed when they wrote it."""
LOG, LOGIT, PLAIN = "log", "logit", "plain"


@dataclass(frozen=True)
class Belief:
    """One uncertain fact."""

    quantity: str
    labels: tuple[tuple[str, Any], ...]
    known: str
    value: float
    low: float
    high: float
    scale: str
    least: float = -math.inf
    most: float = math.inf

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.quantity, *(label for _, label in self.labels))

    @property
    def name(self) -> str:
        """``quantity@label,label``, as ``--set`` takes it."""
        return self.quantity + ("@" + ",".join(str(label) for _, label in self.labels) if self.labels else "")

    def _on_scale(self, value: float) -> float:
        if self.scale == LOG:
            return math.log(value)
        return math.log(value / (1 - value)) if self.scale == LOGIT else value

    @property
    def reach(self) -> tuple[float, float]:
        """The ends of what is drawn, and of its range."""
        ends = [float(self.at(np.float64(z))) for z in (-FURTHEST, FURTHEST)]
        return min(ends[0], self.low), max(ends[1], self.high)

    def at(self, z: Any) -> Any:
        """The fact at standard normal deviates: 0 is its value, -1.28 and 1.28 the ends of its range."""
        middle = self._on_scale(self.value)
        up = (self._on_scale(self.high) - middle) / EIGHTY
        down = (middle - self._on_scale(self.low)) / EIGHTY
        z = np.clip(z, -FURTHEST, FURTHEST)
        moved = middle + z * (up if up == down else np.where(z > 0, up, down))
        if self.scale == LOG:
            moved = np.exp(moved)
        elif self.scale == LOGIT:
            from scipy.special import expit

            moved = expit(moved)
        if math.isinf(self.least) and math.isinf(self.most):
            return moved
        return np.clip(moved, self.least, self.most)


def beliefs(model: Model, answers: Sequence[Cell]) -> list[tuple[Belief, Cell]]:
    """The facts below the answers that have a range, once each, with their cells."""
    graph = model.graph
    found: dict[tuple[Any, ...], tuple[Belief, Cell]] = {}
    for answer in answers:
        for cell in graph.facts_under(answer):
            belief = None if cell.key in found else belief_of(model, cell)
            if belief is not None:
                found[cell.key] = (belief, cell)
    return list(found.values())


def belief_of(model: Model, cell: Cell) -> Belief | None:
    """What is believed of a fact; None where it has no range."""
    graph = model.graph
    fact = cell.given.origin if cell.given else None
    low, high = getattr(fact, "low", None), getattr(fact, "high", None)
    if low is None or high is None or not low < high or cell.node is None or cell.node in graph.tape.fixed:
        return None
    value = float(graph.tape.values[cell.node])
    declared = model.facts.declarations.get(cell.name)
    possible = declared.possible if declared is not None else None
    scale = _scale(low, value, high, possible)
    least, most = _bounds(possible)
    return Belief(
        cell.name, tuple(cell.labels.items()), graph.known(cell), value, float(low), float(high), scale, least, most
    )


def _scale(low: float, value: float, high: float, possible: Interval | None) -> str:
    share = possible is not None and possible.low >= 0 and possible.high <= 1
    if share and 0 < low <= value <= high < 1:
        return LOGIT
    return LOG if low > 0 and value > 0 else PLAIN


def _bounds(possible: Interval | None) -> tuple[float, float]:
    """What draws are held within: the possible interval, a hair inside an end that is not part of it."""
    if possible is None:
        return -math.inf, math.inf
    low, high = possible.low, possible.high
    if math.isfinite(low) and not possible.low_included:
        low = math.nextafter(low, math.inf)
    if math.isfinite(high) and not possible.high_included:
        high = math.nextafter(high, -math.inf)
    return low, high


__all__ = ["Belief", "belief_of", "beliefs"]
