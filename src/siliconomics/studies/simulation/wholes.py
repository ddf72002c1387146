"""Shares of one whole: none grows in a draw unless others give way.

Where the model holds a plain sum of facts below a limit (the shares of a node's wafers, at most all of them), each fact
has a range of its own, but together they cannot pass the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Cell, Program, Tape
from siliconomics.core.late import np

TURNS = 3
"""How often wholes that share members are gone through."""
HAIR = 1e-14
"""How far below its limit a sum is held, so that rounding cannot carry it over."""


@dataclass(frozen=True)
class Whole:
    """Facts whose sum has a limit."""

    members: tuple[int, ...]
    """Places of the uncertain facts among them."""
    rest: float
    """The sum of the others."""
    limit: float
    filled: bool
    """Whether they fill it as the facts stand: then they do so in every draw."""


def wholes(tape: Tape, program: Program, facts: Sequence[Cell]) -> tuple[Whole, ...]:
    """The sums of at least two uncertain facts that guards hold below a limit."""
    place_of = {cell.node: place for place, cell in enumerate(facts)}
    found = []
    for node, interval in program.guards.items():
        terms = _terms(tape, node)
        if not np.isfinite(interval.high) or len(terms) < 2 or any(tape.operations[one] for one in terms):
            continue
        members = [one for one in terms if one in place_of]
        if len(members) < 2 or len(set(members)) < len(members) or min(tape.values[one] for one in terms) < 0:
            continue
        rest = sum(tape.values[one] for one in terms if one not in place_of)
        whole = Whole(
            tuple(place_of[one] for one in members),
            rest,
            interval.high,
            bool(np.isclose(tape.values[node], interval.high, rtol=1e-9, atol=0)),
        )
        if whole not in found:
            found.append(whole)
    return tuple(found)


def _terms(tape: Tape, node: int) -> list[int]:
    operation = tape.operations[node]
    if operation is None or not (operation.name == "add" or operation.name.removeprefix("sum").isdigit()):
        return [node]
    return [term for operand in tape.operands[node] for term in _terms(tape, operand)]


def kept_whole(columns: list[Any], parts: Sequence[Whole]) -> list[Any]:
    """The facts of some draws, those that share a whole scaled so that none is passed, each draw on its own."""
    for turn in range(TURNS + 1):
        for part in parts:
            total = sum(columns[place] for place in part.members)
            room = (part.limit - part.rest) * (1 - HAIR)
            if part.filled and turn < TURNS:
                over = np.abs(total - room) > 2 * HAIR * room
            else:
                over = total > part.limit - part.rest
            if not np.any(over):
                continue
            scale = np.where(over & (total > 0), room / np.where(total > 0, total, 1.0), 1.0)
            for place in part.members:
                columns[place] = columns[place] * scale
    return columns


def reaches(ends: Sequence[tuple[float, float]], parts: Sequence[Whole]) -> list[tuple[float, float]]:
    """Between which numbers each fact lies in every draw, those that share a whole scaled; ``ends``: as it is drawn."""
    found = list(ends)
    for part in parts:
        room = (part.limit - part.rest) * (1 + HAIR)
        for place in part.members:
            low, high = found[place]
            found[place] = (0.0 if low >= 0 and room >= 0 else -np.inf, max(high, room) if low >= 0 else np.inf)
    return found


__all__ = ["Whole", "kept_whole", "reaches", "wholes"]
