"""The same thing said twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from siliconomics.facts import Figure, fold
from siliconomics.model import Model

from ..recompute import ENOUGH, in_unit
from ..report import Finding, Verdict
from .naming import name, place, power_of_ten


def _same_thing(verdicts: Sequence[Verdict]) -> Iterator[list[Verdict]]:
    """Verdicts grouped by what they speak of: quantity, labels, scenario, period."""
    groups: dict[Any, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        figure = verdict.figure
        groups[
            figure.quantity, frozenset(figure.labels.items()), figure.scenario, figure.period, verdict.unit == "text"
        ].append(verdict)
    return (group for group in groups.values() if len(group) > 1)


def printed_twice(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """The same quantity printed in two places with different values, after conversion and rounding."""
    for group in _same_thing(verdicts):
        agree = _words_agree if group[0].unit == "text" else _numbers_agree
        pairs = [
            (one, other)
            for position, one in enumerate(group)
            for other in group[position + 1 :]
            if agree(model, one.figure, other.figure) is False
        ]
        if not pairs:
            continue
        told: list[Verdict] = []
        for one, other in pairs:
            for mine, theirs in ((one, other), (other, one)):
                if _outranked(mine.figure, theirs.figure):
                    kind = (
                        "text against table"
                        if (mine.figure.exhibit is None) != (theirs.figure.exhibit is None)
                        else "printed twice"
                    )
                    mine.contradict(
                        kind,
                        f"{place(theirs.figure)} prints {theirs.figure.printed}{_ratio(mine, theirs)}",
                        theirs.printed,
                    )
                    told.append(mine)
        values = dict.fromkeys(
            f"{verdict.figure.printed} ({place(verdict.figure)})" for pair in pairs for verdict in pair
        )
        yield Finding(
            "the same quantity printed with different values",
            f"{name(group[0].figure)}: {' against '.join(values)}",
            tuple(dict.fromkeys(verdict.figure.place for pair in pairs for verdict in pair)),
        )


def _outranked(mine: Figure, theirs: Figure) -> bool:
    """Whether a figure gives way: running text to a table, a repeat to nothing; equals both give way."""
    return not (mine.exhibit is not None and theirs.exhibit is None)


def _ratio(mine: Verdict, theirs: Verdict) -> str:
    if isinstance(mine.printed, float) and isinstance(theirs.printed, float) and theirs.printed:
        ratio = mine.printed / theirs.printed
        if ratio > 0:
            power = power_of_ten(ratio)
            if power:
                return f", {10.0**power:g} times apart"
            return f", {ratio - 1:+.0%} apart" if abs(ratio - 1) < 5 else f", {ratio:.1f} times apart"
    return ""


def _numbers_agree(model: Model, one: Figure, other: Figure) -> bool | None:
    a, b = in_unit(model, one), in_unit(model, other)
    if a is None or b is None:
        return None
    first, second = one.qualifier.strip("=~"), other.qualifier.strip("=~")
    range_ends = {one.qualifier, other.qualifier} == {">=", "<="}
    slack = ENOUGH * max(1.0, abs(a[0]), abs(b[0])) + a[1] + b[1]
    if range_ends:
        return True
    if first == second:
        return abs(a[0] - b[0]) <= slack
    if first and second:
        return True
    (bound, sign), value = ((a[0], first), b[0]) if first else ((b[0], second), a[0])
    return value >= bound - slack if sign == ">" else value <= bound + slack


_DATE = re.compile(
    r"(?:(?P<part>[1-4])(?P<kind>[QHqh])\s*(?P<short>\d{2})\b)|(?:[Qq](?P<quarter>[1-4])\s*(?P<year>20\d{2}))"
    r"|(?P<plain>20\d{2})"
)


def _span(text: str) -> tuple[int, int] | None:
    """The months a printed date covers, as first and last."""
    match = _DATE.search(text)
    if match is None:
        return None
    if match["part"]:
        length = 3 if match["kind"] in "Qq" else 6
        start = (2000 + int(match["short"])) * 12 + (int(match["part"]) - 1) * length
        return start, start + length - 1
    if match["quarter"]:
        start = int(match["year"]) * 12 + (int(match["quarter"]) - 1) * 3
        return start, start + 2
    start = int(match["plain"]) * 12
    return start, start + 11


def _words_agree(model: Model, one: Figure, other: Figure) -> bool | None:
    a, b = fold(one.printed), fold(other.printed)
    if one.unit == "date" or other.unit == "date":
        spans = _span(one.printed), _span(other.printed)
        if spans[0] is None or spans[1] is None:
            return None
        return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]
    if a == b:
        return True
    if frozenset((a, b)) in _equivalents(model):
        return True
    shorter, longer = sorted((a, b), key=len)
    if one.quantity in _EXACT_WORDS:
        return False
    return shorter in longer


def _equivalents(model: Model) -> set[frozenset[str]]:
    """Pairs of words that the source itself says name one node."""
    return {
        frozenset((fold(figure.labels["node"]), fold(figure.printed.lstrip("~"))))
        for figure in model.facts.figures
        if figure.quantity == "node_equivalent"
    }


_EXACT_WORDS = frozenset({"memory_type"})
"""Words of a naming scheme in which a longer name is another thing (HBM3, HBM3e)."""
