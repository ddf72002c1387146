"""A simulation as a job: everything a worker needs to make any stretch of its draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Program
from siliconomics.core.late import np
from siliconomics.model.guarded import Guarded

from .belief import Belief
from .points import Points
from .together import Shared, Together
from .wholes import Whole, kept_whole

BLOCK = 65_536
"""Draws made at one go: what one worker is handed."""
LONG, SMALL_BLOCK = 4_096, 8_192
"""Steps of arithmetic from which on it is handed fewer, and how many."""


@dataclass(frozen=True)
class Job:
    """The arithmetic from uncertain facts to answers, and how the facts are drawn."""

    guarded: Guarded
    believed: tuple[Belief, ...]
    moving: Together
    points: Points
    draws: int
    parts: tuple[Whole, ...] = ()
    """Facts that share a whole."""
    shared: tuple[Shared, ...] = ()
    """Declared correlations that bind them."""

    def blocks(self) -> list[tuple[int, int]]:
        most = BLOCK if self.guarded.program.steps < LONG else SMALL_BLOCK
        count = -(-self.draws // most)
        size = -(-self.draws // (count + count % 2)) if count > 1 else most  # even: two workers end together
        return [(start, min(start + size, self.draws)) for start in range(0, self.draws, size)]

    def columns(self, start: int, stop: int) -> list[Any]:
        """What each uncertain fact is in draws ``start`` to ``stop``."""
        z = self.moving.mix(self.points.normal(start, stop))
        columns = [belief.at(z[:, place]) for place, belief in enumerate(self.believed)]
        return kept_whole(columns, self.parts)

    def block(self, start: int, stop: int) -> Any:
        """The answers in draws ``start`` to ``stop``; not a number where a draw has no meaning."""
        size = Program.CHUNK
        answers = np.empty((len(self.guarded.program.answers), stop - start))
        for at in range(start, stop, size):
            end = min(at + size, stop)
            answers[:, at - start : end - start] = self.guarded.answers(self.columns(at, end))
        return finite(answers)

    def answers(self, columns: Sequence[Any]) -> Any:
        """The answers for given facts, those that share a whole scaled to it."""
        return finite(self.guarded.answers(kept_whole(list(columns), self.parts)))


def finite(answers: Any) -> Any:
    """Answers, those without bound being none."""
    answers[~np.isfinite(answers)] = np.nan
    return answers


__all__ = ["BLOCK", "Job", "finite"]
