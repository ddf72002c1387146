"""Scenarios that a workbook can switch between: overlays that hold figures and change no formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import Cell
from siliconomics.model import Model
from siliconomics.model import overlay as overlays

COMPANY_CASES = ("case-bear", "case-bull")
MARKET_CASES = ("market-yields-30", "market-cxmt-year-late", "market-h20-allowed")
"""Overlays of the market that hold figures and change no formula."""


@dataclass
class Case:
    """An overlay by its figures: what it holds, and where."""

    name: str
    meaning: str
    held: dict[tuple[Any, ...], float] = field(default_factory=dict)
    adds: bool = False
    """Whether it gives figures that the base has not got; without, every formula stays what it is."""
    model: Model | None = None
    why_not: str = ""
    """Why a cell formula cannot say it; empty if it can."""


def offered(model: Model, names: Sequence[str] | None = None) -> tuple[list[Case], list[Case]]:
    """The cases that lie on a model's scenario and change figures only, and those that do not."""
    if names is None:
        wired = any(one.name == "wired" for one in model.overlays)
        names = (*COMPANY_CASES, *MARKET_CASES) if wired else COMPANY_CASES
    found = [_case(model, name) for name in names]
    return [one for one in found if not one.why_not], [one for one in found if one.why_not]


def _case(model: Model, name: str) -> Case:
    lying = {one.name for one in (model.base, *model.overlays)}
    layers = [one for one in overlays.stack([name]) if one.name not in lying]
    case = Case(name, layers[-1].meaning if layers else "")
    if not layers:
        case.why_not = "it is part of the scenario already"
    for layer in layers:
        if layer.horizon:
            case.why_not = "it spans other years"
        for role, player in layer.players.items():
            chosen = (one.players[role] for one in reversed(model.overlays) if role in one.players)
            if next(chosen, model.base.players.get(role)) != player:
                case.why_not = f"it changes the formula of {role}; write a workbook with --scenario {name}"
        if case.why_not:
            return case
        for change in layer.changes:
            labels = model.where(change.quantity, change.where)
            for one in model.graph.every(change.quantity, labels):
                cell = model.graph.cell(change.quantity, one)
                case.held[cell.key] = change.value
                case.adds = case.adds or cell.node is None
                if cell.node is not None and cell.node in model.graph.tape.fixed:
                    case.why_not = f"{cell} shapes the model"
    if not case.why_not:
        held = [change for layer in layers for change in layer.changes]
        changes = [
            overlays.Change(one.quantity, one.value, model.where(one.quantity, one.where), f"{name}: {one.why}")
            for one in held
        ]
        case.model = model.with_changes(*changes)
    return case


class Forks:
    """What is worked out otherwise in a case: cells that only a case has, and cells whose formula reads other cells."""

    def __init__(self, cells: Sequence[Cell], cases: Sequence[Case]) -> None:
        base = {cell.key: cell for cell in cells}
        self.only: dict[tuple[Any, ...], Cell] = {}
        """Cells of some case that the base has not got."""
        self.formulas: dict[tuple[Any, ...], list[Cell | None]] = {}
        """For a cell that is worked out otherwise: its form in the base and in each case; None where it has none."""
        for number, case in enumerate(cases, 1):
            if not case.adds:
                continue
            assert case.model is not None
            graph = case.model.graph
            moved = [one for one in cells if graph.cells.get(one.key) is not one]
            opened = [graph.cell(one.name, one.labels) for one in moved]
            seen: set[tuple[Any, ...]] = set()
            while opened:
                cell = opened.pop()
                if cell.key in seen or cell.node is None:
                    continue
                seen.add(cell.key)
                own = base.get(cell.key)
                if own is None:
                    self.only[cell.key] = cell
                    opened.extend(graph.uses(cell))
                elif own.formula is not cell.formula or _reads(own) != _reads(cell):
                    opened.extend(one for one in graph.uses(cell) if one.key not in base)
                else:
                    continue
                if cell.key not in case.held:
                    forms = self.formulas.setdefault(cell.key, [own, *([own] * len(cases))])
                    forms[number] = cell


def _reads(cell: Cell) -> list[tuple[Any, ...]]:
    return [one.key for one in cell.uses if one.node is not None]


__all__ = ["Case", "Forks", "offered"]
