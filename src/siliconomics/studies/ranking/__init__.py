"""Economics x execution: who is ahead for which buyer, and how robust that is."""

from .alternatives import GENERATIONS
from .rank import DRAWS, GROUPS, SEED, Place, Ranking, otherwise, rank, rankings
from .weights import SAID, SEGMENTS

__all__ = [
    "DRAWS",
    "GENERATIONS",
    "GROUPS",
    "SAID",
    "SEED",
    "SEGMENTS",
    "Place",
    "Ranking",
    "otherwise",
    "rank",
    "rankings",
]
