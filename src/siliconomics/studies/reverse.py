"""Reverse questions: what an input must be for an answer to be as wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from siliconomics.core import BadRequest, Cell, Interval, Problem, nearest
from siliconomics.model import Model
from siliconomics.model.guarded import guarded

POINTS = 2001
"""Values of the input tried to find where the answer crosses its target."""


@dataclass(frozen=True)
class Implied:
    """What an input must be, and what the answer then is."""

    input: str
    labels: dict[str, Any]
    value: float
    achieved: float
    target: float
    feasible: bool
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "input": self.input,
            "labels": self.labels,
            "value": self.value,
            "achieved": self.achieved,
            "target": self.target,
            "feasible": self.feasible,
            "note": self.note,
        }


def reverse(
    model: Model,
    quantity: str,
    target: float,
    by: str,
    where: Mapping[str, Any] | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    positive: Sequence[Cell] = (),
) -> Implied:
    """The value of the input ``by`` at which ``quantity`` is ``target``, its other inputs unchanged.

    Where no possible value reaches the target, the nearest reachable answer and the input that gives it,
    with ``feasible`` False. Refuses an input that the answer does not rest on. ``positive``: cells without which an
    answer has no meaning unless they are above nothing, such as book. ``at``: labels of the input, where the answer
    rests on several of its name.
    """
    answer = answer_of(model, quantity, target, where)
    return solved(model, answer, cause_of(model, answer, by, at), target, positive=positive)


def solved(model: Model, answer: Cell, cause: Cell, target: float, *, positive: Sequence[Cell] = ()) -> Implied:
    """The value of one input at which one answer is as wanted, or the nearest that can be reached."""
    xs, ys = _curve(model, answer, cause, positive)
    if not np.isfinite(ys).any():
        raise BadRequest(Problem(f"no value of {cause.name} gives {answer} a meaning", remedy="move another input"))
    return _settle(model, answer, cause, float(target), xs, ys)


def answer_of(model: Model, quantity: str, target: float, where: Mapping[str, Any] | None) -> Cell:
    """The one known cell that a target is aimed at."""
    model.graph.require(quantity)
    if not math.isfinite(target):
        raise BadRequest(Problem(f"{target} is no value to aim at", remedy="give a finite number"))
    labels = model.where(quantity, where or {})
    cells = [model.graph.cell(quantity, one) for one in model.graph.every(quantity, labels)]
    if len(cells) != 1:
        raise BadRequest(
            Problem(
                f"{quantity} has {len(cells)} values here",
                remedy=f"name {', '.join(model.graph.dimensions_of(quantity))}",
            )
        )
    answer = cells[0]
    if answer.node is None:
        assert answer.missing is not None
        raise BadRequest(Problem(f"{answer} is unknown", why=answer.missing.reason))
    return answer


def cause_of(model: Model, answer: Cell, by: str, at: Mapping[str, Any] | None = None) -> Cell:
    """The one cell of the input that the answer rests on."""
    model.graph.require(by)
    kept = model.where(by, at or {})
    found = [
        cell
        for cell in model.graph.below(answer)
        if cell.name == by and all(cell.labels.get(axis) == label for axis, label in kept.items())
    ]
    if not found:
        facts = sorted({cell.name for cell in model.graph.facts_under(answer)})
        raise BadRequest(
            Problem(f"{answer} does not rest on {by}", f"scenario {model.scenario}", remedy=nearest(by, facts))
        )
    if all(cell.node is None for cell in found):
        raise BadRequest(
            Problem(
                f"{by} has no value, so there is nothing to move",
                f"scenario {model.scenario}",
                remedy=f"hold it first, for example at what changes nothing: --set {by}@LABELS=0",
            )
        )
    found = [cell for cell in found if cell.node is not None]
    if len(found) > 1:
        raise BadRequest(
            Problem(
                f"{answer} rests on {len(found)} cells of {by}",
                why="which one should move is open",
                remedy=f"name one, as {by}@{','.join(str(label) for label in found[0].labels.values())}",
            )
        )
    if found[0].node in model.graph.tape.fixed:
        raise BadRequest(Problem(f"{by} shapes the model and cannot be solved for", remedy="change it in a scenario"))
    return found[0]


def limits(model: Model, cause: Cell) -> tuple[float, float]:
    """Between which values an input is looked for: those that are possible, as far as a thousand times its own size."""
    declared = model.facts.declarations.get(cause.name)
    interval: Interval | None = declared.possible if declared else None
    if interval is None and cause.formula is not None:
        interval = cause.formula.possible
    start = model.graph.value(cause) or 1.0
    low = interval.low if interval else -math.inf
    high = interval.high if interval else math.inf
    reach = 1000 * max(abs(start), 1e-6)
    return max(low, start - reach), min(high, start + reach)


def _curve(
    model: Model, answer: Cell, cause: Cell, positive: Sequence[Cell] = ()
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The answer over possible values of the input; not a number where an intermediate is impossible."""
    low, high = limits(model, cause)
    edge = 1e-9 * (high - low)
    start = model.graph.value(cause)
    assert start is not None
    xs = np.unique(
        np.concatenate(
            [
                np.linspace(low + edge, high - edge, POINTS),
                [start],
                start + np.linspace(-1, 1, 401) * max(abs(start), 1e-3),
            ]
        )
    )
    xs = xs[(xs > low) & (xs < high)]
    ys, *others = guarded(model, [answer, *positive], [cause]).answers([xs])
    for one in others:
        ys[~(one > 0)] = np.nan
    return xs, ys


def _settle(model: Model, answer: Cell, cause: Cell, target: float, xs: Any, ys: Any) -> Implied:
    program = model.program([answer], [cause])
    miss = ys - target
    known = np.isfinite(miss)
    crossing = np.nonzero(known[:-1] & known[1:] & (np.sign(miss[:-1]) != np.sign(miss[1:])))[0]
    if crossing.size:
        start = model.graph.value(cause) or 0.0
        nearest_one = min(crossing, key=lambda i: abs((xs[i] + xs[i + 1]) / 2 - start))
        value = float(
            brentq(lambda x: program([x])[0] - target, xs[nearest_one], xs[nearest_one + 1], xtol=1e-15, rtol=1e-14)
        )
        note = f"{crossing.size} values reach it; this is the one nearest to the present" if crossing.size > 1 else ""
        return Implied(cause.name, cause.labels, value, program([value])[0], target, True, note)
    best = int(np.nanargmin(np.abs(miss)))
    reachable = f"reachable is {np.nanmin(ys):.6g} to {np.nanmax(ys):.6g}"
    return Implied(cause.name, cause.labels, float(xs[best]), float(ys[best]), target, False, reachable)
