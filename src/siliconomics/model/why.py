"""Why a figure is what it is: the tree from it through formulas down to facts and their sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siliconomics.core import Cell
from siliconomics.core.typeset import equation, substituted
from siliconomics.facts import Fact

from .figures import shown, with_unit
from .overlay import Change

if TYPE_CHECKING:
    from .engine import Model


@dataclass
class Reason:
    """One figure of a why-tree and what it rests on."""

    quantity: str
    labels: dict[str, Any]
    value: float | None
    unit: str
    known: str
    text: str
    """The value as a person reads it, with its unit."""
    formula: str = ""
    """The equation with names."""
    numbers: str = ""
    """The same with numbers put in."""
    player: str = ""
    meaning: str = ""
    source: str = ""
    as_of: str = ""
    note: str = ""
    range: tuple[float, float] | None = None
    missing: str = ""
    others: list[dict[str, Any]] = field(default_factory=list)
    """Other facts about the same figure that are not used."""
    because: list[Reason] = field(default_factory=list)
    repeated: bool = False
    """Shown in full earlier in the tree."""

    def as_dict(self) -> dict[str, Any]:
        """The tree as plain data; empty fields left out."""
        plain: dict[str, Any] = {
            "quantity": self.quantity,
            "labels": self.labels,
            "value": self.value,
            "unit": self.unit,
            "known": self.known,
        }
        for name in (
            "formula",
            "numbers",
            "player",
            "meaning",
            "source",
            "as_of",
            "note",
            "range",
            "missing",
            "others",
            "repeated",
        ):
            value = getattr(self, name)
            if value:
                plain[name] = list(value) if isinstance(value, tuple) else value
        if self.because:
            plain["because"] = [one.as_dict() for one in self.because]
        return plain

    def facts(self) -> list[Reason]:
        """The leaves: facts, once each."""
        if not self.because:
            return [] if self.repeated else [self]
        return [leaf for one in self.because for leaf in one.facts()]


def reason(model: Model, cell: Cell) -> Reason:
    """The why-tree of a cell; what appears twice is told once."""
    return _reason(model, cell, set())


def _show(model: Model, cell: Cell) -> str:
    value = model.graph.value(cell)
    return shown(cell.name, value, model.graph.unit_of(cell.name))


def _reason(model: Model, cell: Cell, told: set[int]) -> Reason:
    graph = model.graph
    value = graph.value(cell)
    unit = model.unit(cell.name, cell.labels)
    found = Reason(
        cell.name,
        cell.labels,
        value,
        unit,
        graph.known(cell) if cell.node is not None else "unknown",
        with_unit(cell.name, value, unit),
    )
    if cell.missing is not None:
        found.missing = cell.missing.reason
    if cell.given is not None:
        _origin(model, cell, found)
    elif cell.formula is not None:
        found.player = cell.formula.player
        found.formula = equation(cell.formula.record)
        found.numbers = substituted(graph, cell, lambda one: _show(model, one))
        found.meaning = cell.formula.meaning
        found.source = cell.formula.source
        if id(cell) in told:
            found.repeated = True
        else:
            told.add(id(cell))
            below = graph.uses(cell)
            uses = [one for one in below if one.node is not None] or below
            found.because = [_reason(model, one, told) for one in uses]
    elif cell.name in model.facts.declarations:
        found.meaning = model.facts.declarations[cell.name].meaning
    return found


def _origin(model: Model, cell: Cell, found: Reason) -> None:
    """Where a given value comes from: a fact with its source, or a change of a scenario."""
    assert cell.given is not None
    origin = cell.given.origin
    declared = model.facts.declarations.get(cell.name)
    found.meaning = declared.meaning if declared else ""
    if isinstance(origin, Fact):
        found.source, found.as_of, found.note = origin.source, origin.as_of, origin.note
        if origin.low is not None and origin.high is not None:
            found.range = (origin.low, origin.high)
        rest = model.facts.facts.get((origin.quantity, *cell.labels.values()), [])[1:]
        found.others = [
            {"value": fact.value, "source": fact.source, "known": fact.known}
            for fact in rest
            if fact.value != origin.value
        ]
    elif isinstance(origin, Change):
        found.source, found.note = "scenario", origin.why


__all__ = ["Reason", "reason"]
