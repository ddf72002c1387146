"""How sure an answer is, and what would change one's mind: its spread, what that rests on, and what alone would turn it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.model.guarded import guarded

from .sensitivity import Swing, Tornado, tornado
from .simulation.belief import FURTHEST, belief_of
from .simulation.run import DRAWS, Distribution, Simulation, simulate

POINTS = 65
"""Values of a fact tried at a time, from one end of what is believed possible to the other; then between two of them."""
ROUNDS = 4
"""How often the stretch in which an answer crosses a limit is divided so."""


REACH = 0.5
"""How far from its value a fact without a range is tried, as a share of it."""
LEAST = 1e-3
"""Elasticities below this are not worth telling."""


@dataclass(frozen=True)
class Turn:
    """Where one fact alone brings an answer to a limit."""

    swing: Swing
    limit: float
    at: float | None
    """The fact's value there, nearest to the present; None where it alone does not bring it there, in 99 % of what is
    believed of it or, without a range, by half of it."""

    @property
    def inside(self) -> bool:
        """Whether that lies inside the fact's range, not only in what little belief there is beyond."""
        low, high = self.swing.low, self.swing.high
        return self.at is not None and low is not None and high is not None and low <= self.at <= high


@dataclass(frozen=True)
class Sureness:
    """One answer's spread, the facts it hangs on most, and what each alone would have to be to reach a limit."""

    drawn: Simulation | None
    """None where no fact has a range."""
    tornado: Tornado
    limits: tuple[tuple[str, float], ...]
    top: tuple[Swing, ...]
    """The facts it hangs on most: first those with a range, by what it does, then those without one, by elasticity."""
    turns: tuple[Turn, ...]

    @property
    def answer(self) -> Distribution | None:
        return self.drawn.answers[0] if self.drawn is not None else None

    @property
    def certain(self) -> int:
        """Facts without a range: they count as certain, whether they are or not."""
        return sum(one.low is None for one in self.tornado.swings)


def sureness(
    model: Model,
    cell: Cell,
    limits: Sequence[tuple[str, float]],
    top: int = 5,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Callable[[int], None] = lambda made: None,
) -> Sureness:
    """How sure an answer is, and what each of the facts it hangs on most would have to be to bring it to each limit."""
    found = tornado(model, cell)
    ranged = [one for one in found.swings if one.low is not None and one.width][:top]
    others = [one for one in found.swings if one.low is None and abs(one.elasticity or 0.0) > LEAST]
    chosen = [*ranged, *sorted(others, key=lambda one: -abs(one.elasticity or 0.0))[:top]]
    if not chosen:
        raise BadRequest(Problem(f"{cell} hangs on no fact that could change", remedy="ask for an answer that does"))
    drawn = None
    if any(one.low is not None for one in found.swings):
        drawn = simulate(model, [cell], draws, seed, progress=progress)
    turns = _turns(model, cell, chosen, [limit for _, limit in limits])
    return Sureness(drawn, found, tuple(limits), tuple(chosen), tuple(turns))


def _turns(model: Model, cell: Cell, swings: Sequence[Swing], limits: Sequence[float]) -> list[Turn]:
    """For each limit and fact alone, the value nearest to its own at which the answer is at the limit."""
    facts = [model.graph.cell(one.quantity, one.labels) for one in swings]
    program = guarded(model, [cell], facts).program
    if program.searches:
        program = program.narrowed([one.value for one in swings], everywhere=True)
    wide = [_values(model, one, fact) for one, fact in zip(swings, facts, strict=True)]
    asked = [(limit, which) for limit in limits for which in range(len(swings))]
    tried = [wide[which] for _, which in asked]
    ends: list[tuple[float, float] | None] = []
    for _ in range(ROUNDS):
        sizes = [len(values) for values in tried]
        columns = [np.full(sum(sizes), one.value) for one in swings]
        for start, (_, which), values in zip(np.cumsum([0, *sizes]), asked, tried, strict=False):
            columns[which][start : start + len(values)] = values
        parts = np.split(program.draws(columns)[0], np.cumsum(sizes)[:-1])
        ends = [
            _crossing(values, answers - limit, swings[which].value)
            for (limit, which), values, answers in zip(asked, tried, parts, strict=True)
        ]
        tried = [np.linspace(*end, POINTS) if end is not None else np.zeros(0) for end in ends]
        if not any(len(values) for values in tried):
            break
    return [
        Turn(swings[which], limit, None if end is None else (end[0] + end[1]) / 2)
        for (limit, which), end in zip(asked, ends, strict=True)
    ]


def _values(model: Model, swing: Swing, fact: Cell) -> Any:
    """Values of a fact from one end of what is believed possible to the other; without a range, half of it either way."""
    belief = belief_of(model, fact)
    if belief is not None:
        return np.unique(belief.at(np.linspace(-FURTHEST, FURTHEST, POINTS)))
    values = swing.value * np.linspace(1 - REACH, 1 + REACH, POINTS)
    declared = model.facts.declarations.get(swing.quantity)
    if declared is not None and declared.possible is not None:
        values = values[declared.possible.holds(values)]
    return np.unique(values)


def _crossing(values: Any, over: Any, present: float) -> tuple[float, float] | None:
    """Two neighbouring values between which the answer crosses its limit, nearest to the present one."""
    x, y = np.asarray(values), np.asarray(over)
    found = np.flatnonzero(np.isfinite(y[:-1]) & np.isfinite(y[1:]) & (np.sign(y[:-1]) != np.sign(y[1:])))
    if not found.size:
        return None
    best = found[np.argmin(np.abs((x[found] + x[found + 1]) / 2 - present))]
    return float(x[best]), float(x[best + 1])


__all__ = ["Sureness", "Turn", "sureness"]
