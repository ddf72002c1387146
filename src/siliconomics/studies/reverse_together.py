"""Several inputs moved together until several answers are as wanted, or as near as they can come."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.late import np
from siliconomics.core.tape import Undefined
from siliconomics.model import Model
from siliconomics.model.guarded import guarded

from .reverse import limits

REACHED = 1e-9
"""Share of a target within which it counts as reached."""
STARTS = 16
"""Places from which an answer is looked for: the present one first."""
WITHOUT_RANGE = 0.1
"""An input without a range is taken to move by this share of itself, where moves are weighed against each other."""


@dataclass(frozen=True)
class Moved:
    """One input: where it stands and where it must go."""

    input: str
    labels: dict[str, Any]
    unit: str
    before: float
    value: float
    low: float | None
    high: float | None
    """The range of the fact."""
    step: float
    """The move, in halves of its range."""

    @property
    def inside(self) -> bool | None:
        """Whether it stays in its own range; none where it has none."""
        return None if self.low is None or self.high is None else self.low <= self.value <= self.high

    def as_dict(self) -> dict[str, Any]:
        """The input as other programs read it."""
        return {
            "input": self.input,
            "labels": self.labels,
            "unit": self.unit,
            "before": self.before,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "inside_range": self.inside,
            "move_in_half_ranges": self.step,
        }


@dataclass(frozen=True)
class Aimed:
    """One answer: what is wanted, and what is reached."""

    quantity: str
    labels: dict[str, Any]
    unit: str
    before: float
    target: float
    achieved: float

    def as_dict(self) -> dict[str, Any]:
        """The answer as other programs read it."""
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "unit": self.unit,
            "before": self.before,
            "target": self.target,
            "achieved": self.achieved,
        }


@dataclass(frozen=True)
class Together:
    """What several inputs must be, and what the answers then are."""

    inputs: tuple[Moved, ...]
    targets: tuple[Aimed, ...]
    feasible: bool
    note: str

    def as_dict(self) -> dict[str, Any]:
        """The record as other programs read it."""
        return {
            "inputs": [one.as_dict() for one in self.inputs],
            "targets": [one.as_dict() for one in self.targets],
            "feasible": self.feasible,
            "note": self.note,
        }


def together(
    model: Model, targets: Sequence[tuple[Cell, float]], inputs: Sequence[Cell], *, within_range: bool = False
) -> Together:
    """The values of the inputs at which every answer is as wanted, by least squares with the exact slopes.

    Moves are weighed in halves of each fact's range (a tenth of itself where it has none). Of many ways the smallest
    is given; where there is none, the nearest reachable answers. ``within_range``: no fact leaves its own range.
    """
    answers = [cell for cell, _ in targets]
    for cells, word in ((inputs, "input"), (answers, "answer")):
        double = next((one for place, one in enumerate(cells) if one.key in [c.key for c in cells[:place]]), None)
        if double is not None:
            raise BadRequest(Problem(f"the {word} {double} is named twice", remedy="name it once"))
    search = _Search(model, targets, inputs, within_range)
    best = search.best()
    values, missed = search.at(best), search.missed(best)
    feasible = bool(np.max(np.abs(missed)) <= REACHED)
    achieved = search.answers(values)
    moved = []
    for place, cell in enumerate(inputs):
        low, high = _range(cell)
        moved.append(
            Moved(
                cell.name,
                cell.labels,
                model.unit(cell.name, cell.labels),
                search.start[place],
                float(values[place]),
                low,
                high,
                float(best[place]),
            )
        )
    note = (
        "" if feasible else "no possible values reach it; these come nearest, by least squares in shares of the targets"
    )
    if feasible and len(inputs) > len(targets):
        note = "of many ways the one with the smallest moves, in halves of each fact's range"
    aimed = tuple(
        Aimed(cell.name, cell.labels, model.unit(cell.name, cell.labels), search.now[place], target, achieved[place])
        for place, (cell, target) in enumerate(targets)
    )
    return Together(tuple(moved), aimed, feasible, note)


def _range(cell: Cell) -> tuple[float | None, float | None]:
    origin = cell.given.origin if cell.given else None
    low, high = getattr(origin, "low", None), getattr(origin, "high", None)
    return (low, high) if low is not None and high is not None and low < high else (None, None)


class _Search:
    """The inputs on one scale, the answers in shares of their targets."""

    def __init__(self, model: Model, targets: Sequence[tuple[Cell, float]], inputs: Sequence[Cell], within: bool):
        self.compiled = guarded(model, [cell for cell, _ in targets], inputs)
        self.start = [float(model.graph.value(cell) or 0.0) for cell in inputs]
        self.now = [float(model.graph.value(cell) or 0.0) for cell, _ in targets]
        self.targets = np.array([target for _, target in targets], dtype=float)
        self.size = np.maximum(np.maximum(np.abs(self.targets), np.abs(self.now)), 1e-300)
        unit, low, high = [], [], []
        for place, cell in enumerate(inputs):
            own = _range(cell)
            least, most = limits(model, cell)
            edge = 1e-9 * (most - least)
            least, most = least + edge, most - edge
            if within and own[0] is not None and own[1] is not None:
                least, most = max(least, own[0]), min(most, own[1])
            scale = (own[1] - own[0]) / 2 if own[0] is not None and own[1] is not None else 0.0
            unit.append(scale or WITHOUT_RANGE * abs(self.start[place]) or WITHOUT_RANGE)
            low.append((min(least, self.start[place]) - self.start[place]) / unit[-1])
            high.append((max(most, self.start[place]) - self.start[place]) / unit[-1])
        self.unit, self.low, self.high = np.array(unit), np.array(low) - 1e-12, np.array(high) + 1e-12

    def at(self, z: Any) -> Any:
        """The inputs' own values at a place on the common scale."""
        return np.array(self.start) + np.asarray(z) * self.unit

    def answers(self, values: Any) -> list[float]:
        return [float(one) for one in self.compiled.answers([np.array([value]) for value in values])[:, 0]]

    def missed(self, z: Any) -> Any:
        """By what share of its size each target is missed; very far off where there is no meaning."""
        missed = (np.array(self.answers(self.at(z))) - self.targets) / self.size
        return missed if np.isfinite(missed).all() else np.full(len(self.targets), 1e6)

    def slopes(self, z: Any) -> Any:
        try:
            rows = [self.compiled.program.gradient(list(self.at(z)), place) for place in range(len(self.targets))]
        except Undefined:
            return np.zeros((len(self.targets), len(self.unit)))
        return np.nan_to_num(np.array(rows, dtype=float) * self.unit / self.size[:, None])

    def best(self) -> Any:
        """The smallest move that reaches every target, else the one that comes nearest."""
        from scipy.optimize import least_squares
        from scipy.stats import qmc

        count = len(self.unit)
        spread = (qmc.Sobol(count, scramble=False).random(STARTS) - 0.5) * 6
        inner_low, inner_high = np.maximum(self.low, -1e6), np.minimum(self.high, 1e6)
        found = []
        for place in [np.zeros(count), *spread[1:]]:
            begin = np.clip(place, inner_low + 1e-12, inner_high - 1e-12)
            result = least_squares(
                self.missed,
                begin,
                self.slopes,
                bounds=(self.low, self.high),
                xtol=1e-15,
                ftol=1e-15,
                gtol=1e-15,
                max_nfev=200,
            )
            z = self._sharpened(result.x)
            found.append((z, float(np.sum(self.missed(z) ** 2)), bool(np.max(np.abs(self.missed(z))) <= REACHED)))
            if found[0][2]:
                break  # reached from where it stands
        reached = [z for z, _, there in found if there]
        if not reached:
            return min(found, key=lambda one: one[1])[0]
        nearest = min(reached, key=lambda z: float(np.sum(z**2)))
        return self._smallest(nearest) if count > len(self.targets) else nearest

    def _sharpened(self, z: Any) -> Any:
        """A place nearly right, by Newton's steps over the inputs that are not at an end."""
        for _ in range(20):
            missed = self.missed(z)
            free = (z > self.low + 1e-9) & (z < self.high - 1e-9)
            if np.max(np.abs(missed)) < 1e-14 or not free.any():
                return z
            step = np.zeros_like(z)
            step[free] = np.linalg.lstsq(self.slopes(z)[:, free], -missed, rcond=None)[0]
            nearer = np.clip(z + step, self.low, self.high)
            if not np.sum(self.missed(nearer) ** 2) < np.sum(missed**2):
                return z
            z = nearer
        return z

    def _smallest(self, z: Any) -> Any:
        """The smallest move that still reaches the targets, from one that does."""
        from scipy.optimize import minimize

        result = minimize(
            lambda x: 0.5 * float(np.sum(x**2)),
            z,
            jac=lambda x: x,
            method="SLSQP",
            bounds=list(zip(self.low, self.high, strict=True)),
            constraints={"type": "eq", "fun": self.missed, "jac": self.slopes},
            options={"ftol": 1e-16, "maxiter": 300},
        )
        smaller = self._sharpened(np.clip(result.x, self.low, self.high))
        there = np.max(np.abs(self.missed(smaller))) <= REACHED
        return smaller if there and math.fsum(smaller**2) <= math.fsum(z**2) else z


__all__ = ["Aimed", "Moved", "Together", "together"]
