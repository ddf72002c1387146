"""Searches inside draws: where each looks, and how much that misses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from siliconomics.core.late import np

from .job import Job

PILOT = 512
"""Draws solved with every search looking everywhere; what comes near the best there is tried in all."""
CHECK = 256
"""Other draws solved both ways."""


@dataclass(frozen=True)
class Searched:
    """How the searches below the answers were made in the draws."""

    searches: int
    everywhere: bool
    """Whether every search looked everywhere in every draw."""
    checked: int
    """Draws solved both ways."""
    differing: int
    """Those in which an answer moved by more than a billionth."""
    furthest: float
    """The largest move of an answer among them, as a share of it."""
    without_solution: float
    """Share of them in which a search finds nothing within its limits, and its nearest candidate stood in."""


def narrowed(job: Job, everywhere: bool = False) -> tuple[Job, Searched | None]:
    """A job whose searches look where pilot draws say it is worth it, checked on its last draws.

    Where to look is settled once, before any block is made: so it is the same for every cutting into blocks.
    """
    program = job.guarded.program
    if not program.searches:
        return job, None
    everywhere = everywhere or job.draws <= PILOT
    narrow = program.narrowed(job.columns(0, min(PILOT, job.draws)), everywhere)
    columns = job.columns(max(job.draws - CHECK, 0), job.draws)
    full, found = program.draws(columns), narrow.draws(columns)
    if everywhere:
        best = found
    else:
        best = program.narrowed([column[:1] for column in columns], everywhere=True).draws(columns)
    both = np.isfinite(best) & np.isfinite(found)
    with np.errstate(all="ignore"):
        moved = np.where(both, np.abs(found - best) / np.maximum(np.abs(best), np.finfo(float).tiny), 0.0).max(axis=0)
    nothing = np.isnan(full).any(axis=0) & ~np.isnan(best).any(axis=0)
    return replace(job, guarded=replace(job.guarded, program=narrow)), Searched(
        len(program.searches), everywhere, len(moved), int((moved > 1e-9).sum()), float(moved.max()),
        float(nothing.mean()),
    )  # fmt: skip


__all__ = ["CHECK", "PILOT", "Searched", "narrowed"]
