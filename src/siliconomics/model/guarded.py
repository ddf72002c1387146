"""Answers compiled together with what must stay possible for them to have a meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Cell, Interval, Program
from siliconomics.core.late import np

from .engine import Model


@dataclass(frozen=True)
class Guarded:
    """The arithmetic from inputs to answers, and the results on the way that have a possible range.

    Where one of these leaves its range the answers have no meaning. Results that no input moves hold as they stand.
    """

    program: Program
    asked: int
    guards: tuple[Interval, ...]

    def answers(self, columns: Sequence[Any]) -> Any:
        """The answers for many sets of inputs: shape (answers, sets), not a number where there is no meaning."""
        return self.meant(self.program.draws(columns))

    def meant(self, found: Any) -> Any:
        """The answers among rows of answers and guards; not a number where a guard has left its range."""
        answers = found[: self.asked]
        for interval, row in zip(self.guards, found[self.asked :], strict=True):
            outside = ~interval.holds(row)
            if outside.any():
                answers[:, outside] = np.nan
        return answers


def guarded(model: Model, answers: Sequence[Cell], inputs: Sequence[Cell]) -> Guarded:
    """Answers with the guards below them, for inputs that move."""
    graph = model.graph
    moving = set(graph.tape.descendants(one.node for one in inputs if one.node is not None))
    below = {one.key: one for answer in answers for one in (*graph.below(answer), answer)}
    found = [
        (one, one.formula.possible)
        for one in below.values()
        if one.formula is not None
        and one.formula.possible is not None
        and one.node in moving
        and not one.formula.of_statements
    ]
    guards, possible = [one for one, _ in found], tuple(interval for _, interval in found)
    return Guarded(model.program([*answers, *guards], inputs), len(answers), possible)


__all__ = ["Guarded", "guarded"]
