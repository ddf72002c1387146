"""The smallest change that would swap two neighbours: of one score, or of weight moved between two criteria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core.late import np


@dataclass(frozen=True)
class ScoreChange:
    """A score of one of the two that would make them level."""

    who: str
    criterion: str
    now: float
    then: float


@dataclass(frozen=True)
class WeightChange:
    """Weight moved from one criterion to another that would make them level."""

    take_from: str
    give_to: str
    share: float


def score_change(
    names: Sequence[str],
    values: Any,
    weights: Any,
    criteria: Sequence[str],
    among: Any,
    ends: tuple[float, float],
) -> ScoreChange | None:
    """The smallest move of one score, of the first down or of the second up, that levels two alternatives.

    Looks only ``among`` some criteria. None where no single score can: each would leave the scale.
    """
    gap = float((values[0] - values[1]) @ weights)
    best: tuple[float, ScoreChange] | None = None
    for at, criterion in enumerate(criteria):
        if weights[at] <= 0 or not among[at]:
            continue
        needed = gap / float(weights[at])
        for place, sign in ((1, 1.0), (0, -1.0)):
            now = float(values[place, at])
            then = now + sign * needed
            if ends[0] <= then <= ends[1] and (best is None or needed < best[0]):
                best = (needed, ScoreChange(names[place], criterion, now, then))
    return best[1] if best else None


def weight_change(values: Any, weights: Any, criteria: Sequence[str]) -> WeightChange | None:
    """The smallest weight moved from one criterion to another that levels two alternatives; None where none does."""
    apart = values[0] - values[1]
    gap = float(apart @ weights)
    pull = apart[:, None] - apart[None, :]  # by how much a move from row to column narrows the gap, per unit
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(pull > 0, gap / pull, np.inf)
    needed = np.where(needed <= weights[:, None], needed, np.inf)
    if not np.isfinite(needed).any():
        return None
    at, to = (int(place) for place in np.unravel_index(int(np.argmin(needed)), needed.shape))
    return WeightChange(criteria[at], criteria[to], float(needed[at, to]))
