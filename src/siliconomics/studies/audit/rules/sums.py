"""Parts above their whole, shares that do not add up, headings with the wrong unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from siliconomics.core import units
from siliconomics.model import Model

from ..recompute import ENOUGH, in_unit, spoken
from ..report import TIME, Finding, Verdict
from .naming import name, place


def part_above_whole(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A figure for a part (one node, one customer) above the figure for the whole, at that time or later."""
    for part in verdicts:
        if not isinstance(part.printed, float) or part.figure.scenario != "base":
            continue
        for whole in verdicts:
            if whole.figure.quantity != part.figure.quantity or not isinstance(whole.printed, float):
                continue
            mine, theirs = part.figure.labels, whole.figure.labels
            if not set(theirs) < set(mine) or whole.figure.scenario != "base":
                continue
            extra = {axis: label for axis, label in mine.items() if axis not in theirs}
            if any(axis in TIME for axis in extra):
                continue
            time = next((axis for axis in TIME if axis in theirs), None)
            if any(mine[axis] != theirs[axis] for axis in theirs if axis != time):
                continue
            if time is not None and mine[time] > theirs[time]:
                continue
            grown = time is not None and mine[time] < theirs[time]
            printed = in_unit(model, part.figure), in_unit(model, whole.figure)
            if printed[0] is None or printed[1] is None:
                continue
            if printed[0][0] - printed[0][1] <= printed[1][0] + printed[1][1]:
                continue
            of = ", ".join(str(label) for label in extra.values())
            when = f" even of {theirs[time]}" if grown and time else ""
            part.contradict(
                "part above whole",
                f"for {of} alone it exceeds the whole{when}: {whole.figure.printed} ({place(whole.figure)})",
                whole.printed,
            )
            whole.notes.append(f"below its part {of}: {part.figure.printed} ({place(part.figure)})")
            yield Finding(
                "a part above the whole",
                f"{name(part.figure)}: {part.figure.printed} ({place(part.figure)}) against "
                f"{whole.figure.printed} for all{when} ({place(whole.figure)})",
                (part.figure.place, whole.figure.place),
            )
            break


def mean_outside_its_parts(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A mean that lies below the smallest or above the largest of the parts the same source prints for that time."""
    for verdict in verdicts:
        declared = model.facts.declarations.get(verdict.figure.feeds or verdict.figure.quantity)
        if declared is None or not declared.mean_of or not isinstance(verdict.printed, float):
            continue
        written = str(model.facts.sources.get(verdict.figure.source, {}).get("date") or "9999")[:4]
        if verdict.figure.labels.get("year", 0) > int(written):
            continue  # a forecast for later is no mean of what is printed for now
        source = verdict.figure.source
        parts = [
            other
            for other in verdicts
            if declared.mean_of in (other.figure.feeds, other.figure.quantity)
            and other.figure.source == source
            and isinstance(other.printed, float)
        ]
        values = [float(other.printed) for other in parts if isinstance(other.printed, float)]
        if not values or min(values) <= verdict.printed <= max(values):
            continue
        low, high = (spoken(model, verdict.figure.quantity, end) for end in (min(values), max(values)))
        verdict.contradict(
            "mean outside its parts", f"the parts printed in {place(parts[0].figure)} run from {low} to {high}"
        )
        yield Finding(
            "a mean outside its parts",
            f"{name(verdict.figure)}: {verdict.figure.printed} ({place(verdict.figure)}); the parts "
            f"({place(parts[0].figure)}) run from {low} to {high}",
            (verdict.figure.place, *(parts[values.index(end)].figure.place for end in (min(values), max(values)))),
        )


SHARES_OF_ONE = ("rating",)
"""Dimensions whose shares make a whole."""


def shares_of_one(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """Shares over a complete list that do not add up to one."""
    groups: dict[Any, dict[Any, Verdict]] = defaultdict(dict)
    for verdict in verdicts:
        figure = verdict.figure
        over = next((axis for axis in figure.labels if axis in SHARES_OF_ONE), None)
        if over and verdict.unit == "1" and isinstance(verdict.printed, float):
            rest = frozenset((axis, label) for axis, label in figure.labels.items() if axis != over)
            groups[figure.quantity, rest, figure.scenario].setdefault(figure.labels[over], verdict)
    for group in groups.values():
        total = sum(float(verdict.printed or 0) for verdict in group.values())
        allowed = sum((in_unit(model, verdict.figure) or (0, 0))[1] for verdict in group.values())
        if abs(total - 1) > allowed + ENOUGH:
            for verdict in group.values():
                verdict.contradict("shares", f"the shares add up to {total:.1%}")
            first = next(iter(group.values())).figure
            yield Finding(
                "shares that do not add up",
                f"{first.quantity}: {total:.1%}",
                tuple(verdict.figure.place for verdict in group.values()),
            )


def headings(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A table whose heading names another unit than its figures: as the same figures show elsewhere, or as they follow.

    The figures a heading speaks of are those in the unit of the card's first row, which the heading's note holds.
    """
    for verdict in verdicts:
        figure = verdict.figure
        if figure.row != "heading":
            continue
        here = [
            v
            for v in verdicts
            if v.figure.exhibit == figure.exhibit and v.figure.row != "heading" and v.figure.unit == figure.note
        ]
        shown = _as_elsewhere(here, verdicts) or _as_they_follow(model, here)
        if shown is None:
            continue
        unit, why = shown
        if same_unit(figure.printed, unit):
            verdict.status, verdict.computed, verdict.notes = "reproduced", unit, [f"the figures are in {unit}: {why}"]
            continue
        verdict.printed, verdict.notes = figure.printed, []
        verdict.contradict("heading", f"the figures are in {unit}: {why}", unit)
        yield Finding(
            "a heading with the wrong unit",
            f"Exhibit {figure.exhibit} is headed {figure.printed}; its figures are in {unit}",
            (figure.place,),
        )


def _as_elsewhere(here: Sequence[Verdict], verdicts: Sequence[Verdict]) -> tuple[str, str] | None:
    """The unit that another table gives one of these very figures."""
    for one in here:
        for other in verdicts:
            if (
                other.figure.exhibit not in (None, one.figure.exhibit)
                and other.figure.quantity == one.figure.quantity
                and other.figure.labels == one.figure.labels
                and other.figure.scenario == one.figure.scenario
                and other.figure.number == one.figure.number
                and one.figure.number is not None
            ):
                why = f"{name(one.figure)} is the same {one.figure.printed} in Exhibit {other.figure.exhibit}"
                return other.figure.unit, why
    return None


def _as_they_follow(model: Model, here: Sequence[Verdict]) -> tuple[str, str] | None:
    """The unit in which figures follow from others, if all that do are in one and at least two are."""
    follow = [v for v in here if v.status == "reproduced" and v.figure.role == "check" and v.figure.number is not None]
    units_ = {v.figure.unit for v in follow}
    if len(follow) < 2 or len(units_) != 1:
        return None
    return units_.pop(), f"{len(follow)} of them follow from others in that unit"


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one, however written."""
    try:
        return units.factor(one, other) == 1.0
    except ValueError:
        return False
