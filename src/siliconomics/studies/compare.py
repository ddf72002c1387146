"""What a change moves on its way to an answer, from the changed input to the answer, and by how much.

Two models of the same facts are asked the same question. Every figure below the answer that differs is a cell of the
way; its depth is how many steps it lies from what was changed. ``carried`` says how much of the answer's move passes
through a cell, to first order: its move times the slope of the answer to it, the mean of the slopes before and after.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.graph import TIME
from siliconomics.model import Model

SAME = 1e-9
"""Figures that differ by less than this share of themselves are the same."""


@dataclass(frozen=True)
class Step:
    """One quantity on the way, at its labels, time aside: where it moves most of the answer, and over what span."""

    quantity: str
    labels: dict[str, Any]
    """Of the cell that carries most, time included."""
    unit: str
    chapter: str
    before: float | None
    after: float | None
    carried: float | None
    """Share of the answer's move that passes through this cell, to first order; unknown without slopes."""
    depth: int
    changed: bool
    """Whether it was changed itself, and follows from nothing that moved."""
    cells: int
    span: tuple[Any, Any] | None
    """First and last label of time at which it moved."""
    alike: int = 1
    """How many sets of labels this one stands for: all have the very same figure."""

    def as_dict(self) -> dict[str, Any]:
        """The step as plain data."""
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "unit": self.unit,
            "chapter": self.chapter,
            "before": self.before,
            "after": self.after,
            "carried": self.carried,
            "depth": self.depth,
            "changed": self.changed,
            "cells": self.cells,
            "span": list(self.span) if self.span else None,
            "alike": self.alike,
        }


@dataclass(frozen=True)
class Moved:
    """One answer before and after."""

    labels: dict[str, Any]
    before: float | None
    after: float | None
    cell: Cell | None = field(default=None, repr=False, compare=False)

    @property
    def same(self) -> bool:
        return _same(self.before, self.after)


@dataclass(frozen=True)
class Comparison:
    """A question asked of two models, and the way between what differs and the answer."""

    quantity: str
    unit: str
    before: Model = field(repr=False)
    after: Model = field(repr=False)
    answers: tuple[Moved, ...]
    steps: tuple[Step, ...]
    """Of the one answer, in the order of the chain; none where several answers were asked for."""

    def main(self, most: int, least: float = 0.01) -> tuple[Step, ...]:
        """The steps that carry at least a share of the move, at most so many; what was changed and the answer stay."""
        ends = {id(step) for step in self.steps if step.changed or step.quantity == self.quantity}
        first = sorted(self.steps, key=lambda step: (id(step) not in ends, -abs(step.carried or 0.0)))
        kept = {id(step) for step in first[:most] if id(step) in ends or abs(step.carried or 0.0) >= least}
        return tuple(step for step in self.steps if id(step) in kept)


def against(model: Model) -> Model:
    """What a model is held against where nothing is named: the same without its what-ifs, else what its scenario rests on."""
    if model.changes:
        return model.unchanged
    if not model.overlays:
        raise BadRequest(
            Problem(
                "there is nothing to compare",
                why="no scenario is named and nothing is set",
                remedy="add --set or --scenario",
            )
        )
    last = model.overlays[-1]
    own = bool(last.players or last.changes)
    return Model(model.facts, model.formulas, [*model.scenarios[:-1], *(last.based_on if own else ())])


def compare(before: Model, after: Model, quantity: str, **where: Any) -> Comparison:
    """The answers of two models to one question, and, where it is one answer, the way to it."""
    before.graph.require(quantity)
    declared = after.facts.declarations.get(quantity)
    if declared is not None and declared.text:
        raise BadRequest(Problem(f"{quantity} is a word; it cannot move", remedy="compare a number"))
    before.solve(quantity, **where)  # worked out first: a what-if of it keeps all that its changes cannot reach
    found = after.solve(quantity, **where)
    answers = []
    for record in found:
        value = before.graph.value(before.graph.cell(quantity, record.labels))
        number = record.value if isinstance(record.value, (int, float)) else None
        answers.append(Moved(record.labels, value, number, record.cell))
    one = answers[0] if len(answers) == 1 else None
    steps = _steps(before, after, one) if one is not None and not one.same else ()
    return Comparison(quantity, found.unit, before, after, tuple(answers), tuple(steps))


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=SAME, abs_tol=1e-300)


def _steps(before: Model, after: Model, answer: Moved) -> list[Step]:
    assert answer.cell is not None
    old = before.graph.cell(answer.cell.name, answer.labels)
    pairs = _moved(before, after, old, answer.cell)
    depth = _depths(before, after, pairs)
    slopes = _slopes(before, old), _slopes(after, answer.cell)
    whole = (answer.after or 0.0) - (answer.before or 0.0)
    groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for key, (_, second) in pairs.items():
        rest = tuple(label for axis, label in second.labels.items() if axis not in TIME)
        groups.setdefault((second.name, *rest), []).append(key)
    steps: dict[tuple[Any, ...], Step] = {}
    for keys in groups.values():
        carried = {key: _carried(before, after, pairs[key], slopes, whole) for key in keys}
        chief = max(keys, key=lambda key: (abs(carried[key] or 0.0), abs(_relative(before, after, pairs[key]))))
        first, second = pairs[chief]
        times = [label for key in keys for axis, label in pairs[key][1].labels.items() if axis in TIME]
        place = (second.name, first.node, second.node)
        if place in steps:  # one figure under several labels: told once
            steps[place] = _with(steps[place], second.labels, len(keys))
            continue
        steps[place] = Step(
            second.name,
            second.labels,
            after.unit(second.name, second.labels),
            _chapter(after, second),
            before.graph.value(first),
            after.graph.value(second),
            carried[chief],
            min(depth[key] for key in keys),
            any(depth[key] == 0 for key in keys),
            len(keys),
            (min(times), max(times)) if times else None,
        )
    return sorted(
        steps.values(), key=lambda step: (step.depth, step.quantity, [str(label) for label in step.labels.values()])
    )


def _with(step: Step, labels: dict[str, Any], cells: int) -> Step:
    """A step that stands for one more set of labels: those it does not share are dropped."""
    common = {axis: label for axis, label in step.labels.items() if labels.get(axis) == label}
    return replace(step, labels=common, cells=step.cells + cells, alike=step.alike + 1)


def _moved(before: Model, after: Model, old: Cell, new: Cell) -> dict[tuple[Any, ...], tuple[Cell, Cell]]:
    """Every cell on which either answer rests and whose value differs, the answer included."""
    keys: dict[tuple[Any, ...], Cell] = {}
    for graph, answer in ((before.graph, old), (after.graph, new)):
        for cell in (*graph.below(answer), answer):
            keys.setdefault(cell.key, cell)
    found = {}
    for key, cell in keys.items():
        first = before.graph.cell(cell.name, cell.labels)
        second = after.graph.cell(cell.name, cell.labels)
        if not _same(before.graph.value(first), after.graph.value(second)):
            found[key] = (first, second)
    return _without_noise(before, after, found)


def _without_noise(
    before: Model, after: Model, pairs: dict[tuple[Any, ...], tuple[Cell, Cell]]
) -> dict[tuple[Any, ...], tuple[Cell, Cell]]:
    """Cells that really moved: a result of the same formula, nothing below which moved, differs by rounding alone."""
    kept = dict(pairs)
    while True:
        noise = [
            key
            for key, (first, second) in kept.items()
            if first.formula is second.formula is not None
            and not any(one.key in kept for one in (*before.graph.uses(first), *after.graph.uses(second)))
        ]
        if not noise:
            return kept
        for key in noise:
            del kept[key]


def _depths(before: Model, after: Model, pairs: dict[tuple[Any, ...], tuple[Cell, Cell]]) -> dict[tuple[Any, ...], int]:
    """Steps from what was changed: 0 for a cell that moved and rests on nothing that moved."""
    below = {
        key: {one.key for one in (*before.graph.uses(first), *after.graph.uses(second)) if one.key in pairs} - {key}
        for key, (first, second) in pairs.items()
    }
    depth: dict[tuple[Any, ...], int] = {}
    waiting: set[tuple[Any, ...]] = set()
    for start in pairs:
        stack = [start]
        while stack:
            key = stack[-1]
            if key in depth:
                stack.pop()
                continue
            waiting.add(key)
            open_ = [one for one in below[key] if one not in depth and one not in waiting]
            if open_:
                stack.extend(open_)
                continue
            depth[key] = 1 + max((depth[one] for one in below[key] if one in depth), default=-1)
            stack.pop()
    return depth


def _slopes(model: Model, answer: Cell) -> dict[int, float]:
    return {} if answer.node is None else model.graph.tape.slopes(answer.node)


def _carried(
    before: Model,
    after: Model,
    pair: tuple[Cell, Cell],
    slopes: Sequence[dict[int, float]],
    whole: float,
) -> float | None:
    first, second = before.graph.value(pair[0]), after.graph.value(pair[1])
    if first is None or second is None or not whole:
        return None
    found = [
        one.get(cell.node or 0, 0.0)
        for one, cell, model in zip(slopes, pair, (before, after), strict=True)
        if one and cell.node not in model.graph.tape.fixed  # a number of the formula, shared by all who name it
    ]
    return sum(found) / len(found) * (second - first) / whole if found else None


def _relative(before: Model, after: Model, pair: tuple[Cell, Cell]) -> float:
    first, second = before.graph.value(pair[0]), after.graph.value(pair[1])
    return second / first - 1 if first and second is not None else math.inf


def _chapter(model: Model, cell: Cell) -> str:
    if cell.formula is not None:
        return cell.formula.chapter
    players = model.graph.roles.get(cell.name)
    if players:
        return next(iter(players.values())).chapter
    declared = model.facts.declarations.get(cell.name)
    return declared.chapter.partition("_")[0] if declared else ""


def named(models: Iterable[Model]) -> list[str]:
    """What each model is asked under: its scenario and what is held in it."""
    told = []
    for model in models:
        held = [f"{one.quantity}{_at(one.where)} = {one.value:g}" for one in model.changes]
        told.append(model.scenario + (f" with {', '.join(held)}" if held else ""))
    return told


def _at(where: Any) -> str:
    return f"[{', '.join(str(label) for label in where.values())}]" if where else ""
