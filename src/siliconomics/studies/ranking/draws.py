"""The draws behind a ranking, in blocks: what is counted in them is the same however they are cut and whoever makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from siliconomics.core.late import np
from siliconomics.studies.workers import Crew

from . import smaa

if TYPE_CHECKING:
    from .values import Values

STRETCH = 1_024
"""Draws that are summed at once: sums of stretches are added in their order, so that no sum hangs on the cutting."""
BLOCK = 4 * STRETCH
"""Draws that one worker is handed."""


@dataclass(frozen=True)
class Group:
    """Some alternatives ranked among themselves for one segment."""

    members: tuple[int, ...]
    columns: tuple[int, ...]
    """Criteria that have a weight."""
    mean: Any
    """Their weights, in the segment."""
    deviation: Any
    economic: Any
    """Which of them are economic."""
    order: tuple[int, ...]
    """Places of the members by their score at the centre: neighbours are compared."""


@dataclass(frozen=True)
class Tally:
    """What is counted of one group in some draws."""

    found: smaa.Count
    other: smaa.Count
    """The same when nothing is known of the weights."""
    scores: Any
    """Draws x members."""
    both: Any
    """In how many draws each member stands above the middle on both axes."""
    gaps: Any
    """Neighbours x criteria: sums of each criterion's part of the gap to the next."""
    shared: Any
    """Neighbours x criteria: sums of that part times the gap."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.found + other.found,
            self.other + other.other,
            np.concatenate([self.scores, other.scores]),
            self.both + other.both,
            self.gaps + other.gaps,
            self.shared + other.shared,
        )

    def hangs_on(self, neighbours: int) -> Any:
        """Each criterion's share of the variance of a gap: they add up to one, and one may be negative; None if it is held."""
        gaps, shared = self.gaps[neighbours], self.shared[neighbours]
        parts = shared - gaps * gaps.sum() / self.found.draws
        return parts / parts.sum() if parts.sum() > smaa.TIE * np.abs(shared).sum() else None


@dataclass(frozen=True)
class Draws:
    """All draws of a ranking as work in blocks: the tallies of its groups in each stretch of a block."""

    values: Values
    groups: tuple[Group, ...]
    size: int = BLOCK
    central: tuple[Any, ...] = ()
    """Central weights of each group, once they are known: then blocks tell how often they make their owners first."""

    def blocks(self) -> list[tuple[int, int]]:
        draws = self.values.draws
        return [(start, min(start + self.size, draws)) for start in range(0, draws, self.size)]

    def block(self, start: int, stop: int) -> list[list[Any]]:
        assert start % STRETCH == 0
        return [self._stretch(at, min(at + STRETCH, stop)) for at in range(start, stop, STRETCH)]

    def _stretch(self, start: int, stop: int) -> list[Any]:
        drawn = self.values.drawn(start, stop)
        if self.central:
            return [
                smaa.firsts(_of(drawn.steps, group), central, drawn.ties[:, group.members])
                for group, central in zip(self.groups, self.central, strict=True)
            ]
        return [self._tally(drawn, group) for group in self.groups]

    def _tally(self, drawn: Drawn, group: Group) -> Tally:
        values, ties = _of(drawn.steps, group), drawn.ties[:, group.members]
        weights = smaa.around(drawn.weights[:, group.columns], group.mean, group.deviation)
        parts = (values[:, group.order[:-1]] - values[:, group.order[1:]]) * weights[:, None, :]
        return Tally(
            smaa.counted(values, weights, ties),
            smaa.counted(values, smaa.simplex(drawn.anything[:, group.columns]), ties),
            smaa.utilities(values, weights),
            self._both(values, weights, group.economic),
            parts.sum(axis=0),
            (parts * parts.sum(axis=2, keepdims=True)).sum(axis=0),
        )

    def _both(self, values: Any, weights: Any, economic: Any) -> Any:
        above = [_position(values, weights, side) > self.values.scale.middle for side in (economic, ~economic)]
        return np.logical_and(*above).sum(axis=0)


@dataclass(frozen=True)
class Drawn:
    """Some draws: steps on the scale, and uniform numbers for weights and for equals."""

    steps: Any
    """Draws x alternatives x criteria."""
    weights: Any
    anything: Any
    ties: Any


def tallied(values: Values, groups: Sequence[Group], crew: Crew) -> tuple[list[Tally], list[Any]]:
    """The tally of every group in all draws, and how sure each member is first under its central weights.

    Two rounds of blocks: central weights are known only once all draws are counted.
    """
    work = Draws(values, tuple(groups))
    tallies = _added(crew, work)
    central = tuple(tally.found.central_weights for tally in tallies)
    first = _added(crew, replace(work, central=central))
    sure = [
        np.where(np.isnan(own).any(axis=1), np.nan, count / values.draws)
        for own, count in zip(central, first, strict=True)
    ]
    return tallies, sure


def _added(crew: Crew, work: Draws) -> list[Any]:
    """All stretches added up, in their order."""
    made = dict(crew(work))
    stretches = [stretch for block in sorted(made) for stretch in made[block]]
    whole: list[Any] = stretches[0]
    for stretch in stretches[1:]:
        whole = [one + other for one, other in zip(whole, stretch, strict=True)]
    return whole


def _of(steps: Any, group: Group) -> Any:
    return np.ascontiguousarray(steps[:, group.members][:, :, group.columns])


def _position(values: Any, weights: Any, side: Any) -> Any:
    """Draws x members: position on one axis; the middle of nothing is not a number."""
    share = weights[:, side]
    with np.errstate(invalid="ignore", divide="ignore"):
        return smaa.utilities(values[:, :, side], share) / share.sum(axis=1)[:, None]


__all__ = ["BLOCK", "STRETCH", "Drawn", "Draws", "Group", "Tally", "tallied"]
