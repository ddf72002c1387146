"""A simulation as a job: everything a worker needs to make any stretch of its draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core import Interval, Program
from siliconomics.core.late import np

from .belief import Belief
from .points import Points
from .together import Together

BLOCK = 65_536
"""Draws made at one go: what one worker is handed."""


@dataclass(frozen=True)
class Job:
    """The arithmetic from uncertain facts to answers, and how the facts are drawn.

    The program's answers are those asked for and then the guards: results that have a possible range. A draw in which
    one leaves its range has no meaning and counts as none.
    """

    program: Program
    asked: int
    guards: tuple[Interval, ...]
    believed: tuple[Belief, ...]
    moving: Together
    points: Points
    draws: int

    def blocks(self) -> list[tuple[int, int]]:
        return [(start, min(start + BLOCK, self.draws)) for start in range(0, self.draws, BLOCK)]

    def columns(self, start: int, stop: int) -> list[Any]:
        """What each uncertain fact is in draws ``start`` to ``stop``."""
        z = self.moving.mix(self.points.normal(start, stop))
        return [belief.at(z[:, place]) for place, belief in enumerate(self.believed)]

    def block(self, start: int, stop: int) -> Any:
        """The answers in draws ``start`` to ``stop``; not a number where a draw has no meaning."""
        size = Program.CHUNK
        answers = np.empty((self.asked, stop - start))
        for at in range(start, stop, size):
            end = min(at + size, stop)
            answers[:, at - start : end - start] = self.answers(self.columns(at, end))
        return answers

    def answers(self, columns: list[Any]) -> Any:
        """The answers for given facts."""
        return self.meant(self.program.draws(columns))

    def meant(self, found: Any) -> Any:
        """The answers of rows of answers and guards; not a number where a guard has left its range."""
        answers = found[: self.asked]
        for interval, row in zip(self.guards, found[self.asked :], strict=True):
            inside = (row >= interval.low if interval.low_included else row > interval.low) & (
                row <= interval.high if interval.high_included else row < interval.high
            )
            if not inside.all():
                answers[:, ~inside] = np.nan
        answers[~np.isfinite(answers)] = np.nan
        return answers


__all__ = ["BLOCK", "Job"]
