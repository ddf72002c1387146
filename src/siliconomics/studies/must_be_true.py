"""What must be true for an answer to be as wanted: each of the facts it hangs on most, moved alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell
from siliconomics.model import Model

from .reverse import solved
from .sensitivity import tornado


@dataclass(frozen=True)
class Needed:
    """One fact: the value which alone gives the target, and where that lies in its own range."""

    input: str
    labels: dict[str, Any]
    unit: str
    known: str
    now: float
    value: float | None
    """None where no value gives the answer a meaning."""
    achieved: float | None
    feasible: bool
    low: float | None
    high: float | None
    source: str
    note: str

    @property
    def place(self) -> float | None:
        """How far it must go: 0 where it stands, 1 at the upper end of its range, -1 at the lower; beyond is outside."""
        if self.value is None or self.low is None or self.high is None:
            return None
        width = self.high - self.now if self.value > self.now else self.now - self.low
        return (self.value - self.now) / width if width > 0 else None

    @property
    def inside(self) -> bool | None:
        """Whether it lies in the fact's own range; none where it has none."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return self.feasible and self.low <= self.value <= self.high

    def as_dict(self) -> dict[str, Any]:
        """The fact as other programs read it."""
        return {
            "input": self.input,
            "labels": self.labels,
            "unit": self.unit,
            "known": self.known,
            "now": self.now,
            "value": self.value,
            "achieved": self.achieved,
            "feasible": self.feasible,
            "low": self.low,
            "high": self.high,
            "place_in_range": self.place,
            "inside_range": self.inside,
            "source": self.source,
            "note": self.note,
        }


def must_be_true(model: Model, answer: Cell, target: float, top: int = 10) -> list[Needed]:
    """For each of the facts that an answer hangs on most, what it alone must be for the answer to be as wanted."""
    cells = {cell.key: cell for cell in model.graph.facts_under(answer)}
    found = []
    for swing in tornado(model, answer).swings[:top]:
        cell = cells[(swing.quantity, *swing.labels.values())]
        value, achieved, feasible, note = None, None, False, ""
        try:
            implied = solved(model, answer, cell, target)
            value, achieved, feasible, note = implied.value, implied.achieved, implied.feasible, implied.note
        except BadRequest as refused:
            note = str(refused.problems[0])
        found.append(
            Needed(
                cell.name,
                dict(cell.labels),
                model.unit(cell.name, cell.labels),
                swing.known,
                swing.value,
                value,
                achieved,
                feasible,
                swing.low,
                swing.high,
                swing.source,
                note,
            )
        )
    return found


__all__ = ["Needed", "must_be_true"]
