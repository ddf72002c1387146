"""A program's steps for arrays, as few as may be: what is the same is worked out once, what cannot fail is not watched.

All of it leaves every bit of the answers as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .formula import Interval
from .operations import Operation

Steps = Sequence[tuple[int, Operation, tuple[int, ...]]]
Reach = tuple[float, float]
"""Between which numbers a result lies in every draw that still has a meaning. An end without bound: it may pass all bounds."""
ANYWHERE: Reach = (-math.inf, math.inf)
"""May even be no number."""
_SAME = {"multiply": (1.0, (0, 1)), "add": (0.0, (0, 1)), "divide": (1.0, (1,)), "subtract": (0.0, (1,))}
"""Operations that change nothing with this number at one of these places."""


def distinct(steps: Steps, moving: set[int], values: Any) -> tuple[Steps, dict[int, int]]:
    """The steps without those that repeat another or change nothing, and which result stands for theirs."""
    stands: dict[int, int] = {}
    made: dict[tuple[Any, ...], int] = {}
    kept = []
    for node, operation, operands in steps:
        if operation.search is not None:
            kept.append((node, operation, tuple(stands.get(one, one) for one in operands)))
            continue
        operands = tuple(stands.get(one, one) for one in operands)
        same = _unchanged(operation, operands, moving, values)
        if same is None:
            same = made.setdefault((operation, *(_key(one, moving, values) for one in operands)), node)
        if same == node:
            kept.append((node, operation, operands))
        else:
            stands[node] = same
    return kept, stands


def _key(node: int, moving: set[int], values: Any) -> Any:
    return node if node in moving else (value := float(values[node]), math.copysign(1.0, value))


def _unchanged(operation: Operation, operands: tuple[int, ...], moving: set[int], values: Any) -> int | None:
    number, places = _SAME.get(operation.name, (None, ()))
    for place in places:
        if operands[place] not in moving and float(values[operands[place]]) == number:
            return operands[1 - place]
    return None


@dataclass
class Names:
    """Names of results that are alive; one that is let go is taken again."""

    of: dict[int, str]
    literal: Callable[[int], str]
    free: list[str] = field(default_factory=list)
    made: int = 0

    def __call__(self, node: int) -> str:
        return self.of.get(node) or self.literal(node)

    def take(self, node: int) -> str:
        if not self.free:
            self.free.append(f"t{self.made}")
            self.made += 1
        self.of[node] = self.free.pop()
        return self.of[node]


def last_uses(steps: Steps, kept: set[int], moving: set[int]) -> dict[int, list[int]]:
    """By place of a step, the results that nothing reads after it."""
    last: dict[int, int] = {}
    for place, (node, _, operands) in enumerate(steps):
        last[node] = place
        for operand in operands:
            last[operand] = place
    ends: dict[int, list[int]] = {}
    for node, place in last.items():
        if node in moving and node not in kept:
            ends.setdefault(place, []).append(node)
    return ends


# -- what cannot fail -------------------------------------------------------------------------


def to_watch(
    steps: Steps,
    guards: Mapping[int, Sequence[Interval]],
    within: Mapping[int, Reach],
    moving: set[int],
    values: Any,
) -> dict[int, list[Interval]]:
    """The guards that some draw may break, given what the inputs lie within.

    Sums, products and quotients are rounded to the nearest number, which keeps their order: so their ends hold
    for every number between. What follows a guard that is watched may take it as kept: a draw that breaks it is lost.
    """
    reach: dict[int, Reach] = dict(within)
    watched: dict[int, list[Interval]] = {}

    def of(node: int) -> Reach:
        if node not in moving:
            value = float(values[node])
            return ANYWHERE if math.isnan(value) else (value, value)
        return reach.get(node, ANYWHERE)

    def held(node: int) -> None:
        for interval in guards.get(node, ()):
            low, high = _ends(interval)
            least, most = reach.get(node, ANYWHERE)
            if not (low <= least and most <= high) and interval not in watched.get(node, ()):
                watched.setdefault(node, []).append(interval)
                left = (max(low, least), min(high, most))
                reach[node] = left if left[0] <= left[1] else ANYWHERE  # no draw keeps it: nothing is known beyond

    for node in guards.keys() - {node for node, _, _ in steps}:
        held(node)
    for node, operation, operands in steps:
        rule = _RULES.get("sum" if operation.name.removeprefix("sum").isdigit() else operation.name)
        if rule is not None:
            low, high = rule(*[of(one) for one in operands])
            reach[node] = ANYWHERE if math.isnan(low) or math.isnan(high) else (low, high)
        held(node)
    return watched


def _ends(interval: Interval) -> Reach:
    low, high = interval.low, interval.high
    if not interval.low_included:
        low = math.nextafter(low, math.inf)
    if not interval.high_included:
        high = math.nextafter(high, -math.inf)
    return low, high


def _sure(rule: Callable[..., Reach]) -> Callable[..., Reach]:
    """A rule for operands that are numbers for certain."""

    def ends(*operands: Reach) -> Reach:
        return ANYWHERE if ANYWHERE in operands else rule(*operands)

    return ends


def _total(*operands: Reach) -> Reach:
    low = high = 0.0
    for one in operands:
        low, high = low + one[0], high + one[1]
    return low, high


def _corners(results: Sequence[float]) -> Reach:
    return ANYWHERE if any(map(math.isnan, results)) else (min(results), max(results))


def _multiply(a: Reach, b: Reach) -> Reach:
    return _corners((a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]))


def _divide(a: Reach, b: Reach) -> Reach:
    if b[0] <= 0.0 <= b[1]:
        return ANYWHERE
    return _corners((a[0] / b[0], a[0] / b[1], a[1] / b[0], a[1] / b[1]))


WIDER = 1e-9
"""By how much the ends of what is not rounded to the nearest are drawn apart, as a share of them."""


def _wider(low: float, high: float) -> Reach:
    return low - WIDER * abs(low), high + WIDER * abs(high)


def _exp(a: Reach) -> Reach:
    return _wider(*(math.exp(end) if end < 700 else math.inf for end in a))


def _power(a: Reach, b: Reach) -> Reach:
    if a[0] < 0 or (a[0] == 0 and b[0] <= 0):
        return ANYWHERE
    try:
        return _wider(*_corners([x**y for x in a for y in b]))
    except (OverflowError, ValueError):
        return ANYWHERE


def _log(a: Reach) -> Reach:
    return _wider(*(math.log(end) for end in a)) if a[0] > 0 else ANYWHERE


def _absolute(a: Reach) -> Reach:
    ends = sorted(map(abs, a))
    return (0.0, ends[1]) if a[0] <= 0 <= a[1] else (ends[0], ends[1])


_TRUTH: Reach = (0.0, 1.0)
_RULES: dict[str, Callable[..., Reach]] = {
    "add": _sure(_total),
    "sum": _sure(_total),
    "subtract": _sure(lambda a, b: (a[0] - b[1], a[1] - b[0])),
    "multiply": _sure(_multiply),
    "divide": _sure(_divide),
    "negative": _sure(lambda a: (-a[1], -a[0])),
    "minimum": _sure(lambda a, b: (min(a[0], b[0]), min(a[1], b[1]))),
    "maximum": _sure(lambda a, b: (max(a[0], b[0]), max(a[1], b[1]))),
    "where": lambda c, a, b: ANYWHERE if ANYWHERE in (a, b) else (min(a[0], b[0]), max(a[1], b[1])),
    "exp": _sure(_exp),
    "log": _sure(_log),
    "power": _sure(_power),
    "sqrt": _sure(lambda a: _wider(math.sqrt(a[0]), math.sqrt(a[1])) if a[0] >= 0 else ANYWHERE),
    "absolute": _sure(_absolute),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "both", "either"), lambda *operands: _TRUTH),
}

__all__ = ["ANYWHERE", "Names", "Reach", "distinct", "last_uses", "to_watch"]
