"""A simulation as a job: everything a worker needs to make any stretch of its draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core import Program
from siliconomics.core.late import np
from siliconomics.model.guarded import Guarded

from .belief import Belief
from .points import Points
from .together import Together

BLOCK = 65_536
"""Draws made at one go: what one worker is handed."""


@dataclass(frozen=True)
class Job:
    """The arithmetic from uncertain facts to answers, and how the facts are drawn."""

    guarded: Guarded
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
        answers = np.empty((self.guarded.asked, stop - start))
        for at in range(start, stop, size):
            end = min(at + size, stop)
            answers[:, at - start : end - start] = self.guarded.answers(self.columns(at, end))
        return finite(answers)


def finite(answers: Any) -> Any:
    """Answers, those without bound being none."""
    answers[~np.isfinite(answers)] = np.nan
    return answers


__all__ = ["BLOCK", "Job", "finite"]
