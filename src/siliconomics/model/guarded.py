"""Answers compiled together with what must stay possible for them to have a meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Cell, Program

from .engine import Model


@dataclass(frozen=True)
class Guarded:
    """The arithmetic from inputs to answers, and the results on the way that have a possible range.

    Where one of these leaves its range the answers have no meaning. Results that no input moves hold as they stand.
    """

    program: Program

    def answers(self, columns: Sequence[Any]) -> Any:
        """The answers for many sets of inputs: shape (answers, sets), not a number where there is no meaning."""
        return self.program.draws(columns)


def guarded(model: Model, answers: Sequence[Cell], inputs: Sequence[Cell]) -> Guarded:
    """Answers with the guards below them, for inputs that move."""
    graph = model.graph
    moving = set(graph.tape.descendants(one.node for one in inputs if one.node is not None))
    below = {one.key: one for answer in answers for one in (*graph.below(answer), answer)}
    guards = [
        one
        for one in below.values()
        if one.formula is not None and one.formula.possible is not None and one.node in moving
    ]
    return Guarded(model.program(answers, inputs, guards))


__all__ = ["Guarded", "guarded"]
