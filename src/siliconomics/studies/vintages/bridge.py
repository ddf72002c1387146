"""What changed between two forecasts: from one's answer to the other's, input by input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem, nearest, weakest
from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.studies.bridge.attribution import Worth, ordered, shapley

from .replays import PREFIX, answer, label

MOST = 14
"""Inputs that may differ: each way of putting some of them is worked out once."""


TOGETHER = (frozenset({"vintage_dies_per_chip", "vintage_price_cny"}),)
"""Inputs that describe one thing (which chip is sold, and for how much) and change together."""


@dataclass(frozen=True)
class Step:
    """An input that differs (or several that describe one thing), and what of the gap is its own."""

    quantities: tuple[str, ...]
    units: tuple[str, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    ordered: float
    """Changed in the order of the chain, one after another."""
    shapley: float
    """The mean over every order."""
    known: tuple[str, str]
    """How well each forecast's figures are known."""


@dataclass(frozen=True)
class Bridge:
    """From one forecast's answer to another's; both sets of steps add up to the gap."""

    quantity: str
    year: int
    year_after: int
    unit: str
    before: str
    after: str
    value_before: float
    value_after: float
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """The bridge as other programs read it."""
        return asdict(self)


def compare(
    model: Model, before: str, after: str, quantity: str = "self_sufficiency", year: int = 2027, year_after: int = 0
) -> Bridge:
    """The inputs that move one forecast's answer to another's: in order, and by Shapley's rule."""
    first, last = label(model, before), label(model, after)
    name = quantity if quantity.startswith(PREFIX) else PREFIX + quantity
    if name not in model.graph.roles:
        known = [one.removeprefix(PREFIX) for one in model.graph.roles if one.startswith(PREFIX)]
        what = f"no formula of forecasts gives {quantity!r}"
        raise BadRequest(Problem(what, remedy=nearest(quantity.removeprefix(PREFIX), known)))
    for each in (year, year_after or year):
        model.label("year", each)
    year_after = year_after or year
    one, other = answer(model, name, first, year), answer(model, name, last, year_after)
    groups = _grouped([(a, b) for a, b in _cut(model, one, other) if _value(model, a) != _value(model, b)])
    if len(groups) > MOST:
        raise BadRequest(Problem(f"{len(groups)} inputs differ", remedy=f"ask for a result that rests on {MOST}"))
    worth = _worth(model, one, groups)
    if not math.isclose(worth([(1 << len(groups)) - 1])[0], _value(model, other), rel_tol=1e-9):
        what = f"{first} and {last} are not worked out the same way below what they have in common"
        raise BadRequest(Problem(what, remedy="compare a result nearer to the inputs"))
    in_order, fair = ordered(worth, len(groups)), shapley(worth, range(len(groups)))
    steps = [_step(model, group, in_order[place], fair[place]) for place, group in enumerate(groups)]
    return Bridge(
        name, year, year_after, model.graph.unit_of(name), first, last, _value(model, one), _value(model, other),
        tuple(steps),
    )  # fmt: skip


def _value(model: Model, cell: Cell) -> float:
    value = model.graph.value(cell)
    assert value is not None
    return float(value)


def _cut(model: Model, one: Cell, other: Cell) -> list[tuple[Cell, Cell]]:
    """Inputs that two answers have in common: down the chain as far as both were worked out the same way."""
    mine = {cell.name: cell for cell in one.uses if cell.node is not None}
    theirs = {cell.name: cell for cell in other.uses if cell.node is not None}
    if one.formula is None or other.formula is None or not mine or mine.keys() != theirs.keys():
        return [(one, other)]
    found: dict[str, tuple[Cell, Cell]] = {}
    for name, cell in mine.items():
        for a, b in _cut(model, cell, theirs[name]):
            found.setdefault(a.name, (a, b))
    return list(found.values())


Pairs = list[tuple[Cell, Cell]]


def _grouped(pairs: Pairs) -> list[Pairs]:
    """Inputs that describe one thing as one, at the place of the first."""
    found: dict[Any, Pairs] = {}
    for a, b in pairs:
        key = next((group for group in TOGETHER if a.name in group), a.name)
        found.setdefault(key, []).append((a, b))
    return list(found.values())


def _step(model: Model, group: Pairs, ordered: float, fair: float) -> Step:
    return Step(
        tuple(a.name.removeprefix("stated_") for a, _ in group),
        tuple(model.graph.unit_of(a.name) for a, _ in group),
        tuple(_value(model, a) for a, _ in group),
        tuple(_value(model, b) for _, b in group),
        ordered,
        fair,
        (weakest([model.graph.known(a) for a, _ in group]), weakest([model.graph.known(b) for _, b in group])),
    )


def _worth(model: Model, answer_: Cell, groups: Sequence[Pairs]) -> Worth:
    """The answer for sets of groups changed, in bits."""
    program = model.program([answer_], [a for group in groups for a, _ in group])

    def worth(wanted: Sequence[int]) -> Sequence[float]:
        chosen = np.array(wanted)
        columns = [
            np.where(chosen >> place & 1, _value(model, b), _value(model, a))
            for place, group in enumerate(groups)
            for a, b in group
        ]
        return np.broadcast_to(program.draws(columns)[0], chosen.shape).tolist()  # type: ignore[no-any-return]

    return worth
