"""Published forecasts of others: replayed from their own inputs, compared, scored against what came later."""

from .bridge import Bridge, Step, compare
from .replays import Moved, Replay, Result, Solved, Vintage, changes, replay, vintages, what_if
from .rules import Finding, findings
from .scores import SCORED, Pair, Score, score

__all__ = [
    "SCORED",
    "Bridge",
    "Finding",
    "Moved",
    "Pair",
    "Replay",
    "Result",
    "Score",
    "Solved",
    "Step",
    "Vintage",
    "changes",
    "compare",
    "findings",
    "replay",
    "score",
    "vintages",
    "what_if",
]
