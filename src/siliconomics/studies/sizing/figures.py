"""One figure of a model at those of some labels that it runs over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model
from siliconomics.model.answer import Record
from siliconomics.model.overlay import Change


def figure(model: Model, name: str, where: Mapping[str, Any]) -> Record:
    axes = model.graph.dimensions_of(name)
    (record,) = model.solve(name, **{axis: label for axis, label in where.items() if axis in axes})
    return record


def number(record: Record) -> float | None:
    return None if record.value is None else float(record.value)


def must(model: Model, name: str, where: Mapping[str, Any] | None = None) -> float:
    """A figure without which nothing can be said."""
    record = figure(model, name, where or {})
    if record.value is None:
        raise BadRequest(Problem(f"{name} is unknown", why=record.missing, remedy="give it in a folder of --facts"))
    return float(record.value)


def reason(record: Record) -> str:
    """What it would take, said once where several figures lack the same."""
    return (record.missing or f"{record.quantity} is unknown").split("; ")[0]


def by_hand(record: Record) -> bool:
    """Whether a scenario or a request holds the figure: then it has no range."""
    cell = record.cell
    return cell is not None and cell.given is not None and isinstance(cell.given.origin, Change)


__all__ = ["by_hand", "figure", "must", "number", "reason"]
