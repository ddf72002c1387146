"""Statements that do not tie: parts of a year that miss the year, a row that changes its sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from siliconomics.facts import Figure
from siliconomics.facts.periods import PARTS_OF_A_YEAR, parts_of
from siliconomics.model import Model
from siliconomics.model.overlay import Change

from ..recompute import ENOUGH, in_unit, rounding, spoken
from ..report import Finding, Verdict
from .naming import name, place


class Sum(NamedTuple):
    """A year's figure and the printed parts of that year in the same row."""

    year: Verdict
    parts: tuple[Verdict, ...]
    total: float
    allowed: float

    @property
    def gap(self) -> float:
        assert isinstance(self.year.printed, float)
        return self.total - self.year.printed

    @property
    def holds(self) -> bool:
        return abs(self.gap) <= self.allowed + ENOUGH * max(1.0, abs(self.total))


NAMES = {"half": "half_year_", "quarter": "quarter_"}
"""How the quantity of a part of a year is named after that of the year."""


def sums(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Sum]:
    """Every year of a line of money whose halves or quarters the same source prints, all of them."""
    printed: dict[Any, dict[str, Verdict]] = defaultdict(dict)
    money = [one for one in verdicts if one.figure.statement and _is_money(one.figure)]
    money = [one for one in money if isinstance(one.printed, float)]
    for verdict in money:
        for dimension in PARTS_OF_A_YEAR:
            if dimension in verdict.figure.labels:
                key = _line(verdict.figure, dimension, verdict.figure.quantity)
                printed[key].setdefault(verdict.figure.labels[dimension], verdict)
    for whole in money:
        if "year" not in whole.figure.labels:
            continue
        for dimension in PARTS_OF_A_YEAR:
            there = printed.get(_line(whole.figure, "year", NAMES[dimension] + whole.figure.quantity), {})
            wanted = parts_of(dimension, whole.figure.labels["year"])
            if all(label in there for label in wanted):
                yield _sum(model, whole, tuple(there[label] for label in wanted))


def _line(figure: Figure, dimension: str, quantity: str) -> Any:
    labels = frozenset((axis, label) for axis, label in figure.labels.items() if axis != dimension)
    return figure.source, figure.scenario, quantity, labels


def _is_money(figure: Figure) -> bool:
    """Whether a figure flows over a period, so that its parts add up: money, but not money per share."""
    return figure.unit.startswith(("mn ", "bn ")) and "share" not in figure.unit


def _sum(model: Model, whole: Verdict, parts: tuple[Verdict, ...]) -> Sum:
    rounded = [in_unit(model, one.figure) for one in (whole, *parts)]
    total = sum(float(part.printed) for part in parts if isinstance(part.printed, float))
    return Sum(whole, parts, total, sum(one[1] for one in rounded if one))


def sums_of_periods(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """Halves or quarters of a row that do not add up to the year printed beside them."""
    for one in sums(model, verdicts):
        if one.holds:
            continue
        figure = one.year.figure
        words = " + ".join(part.figure.printed for part in one.parts)
        told = f"its parts {words} make {spoken(model, figure.quantity, one.total)}, {one.gap:+.6g} more"
        one.year.contradict("sum of periods", told, one.total)
        yield Finding(
            "parts of a year that do not add up",
            f"{name(figure)}: {figure.printed} ({place(figure)}); {told}",
            (figure.place,),
        )


def opposite_signs(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A row printed with two signs: in some columns the lines below tie only with the other one."""
    odd: dict[Any, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        figure = verdict.figure
        if not figure.opposite or not isinstance(verdict.printed, float):
            continue
        gap = _gap_as_printed(model, verdict, verdicts)
        if gap is None:
            continue
        below, miss = gap
        verdict.contradict(
            "two signs in one row",
            f"with this sign {below.quantity} (line {below.line}) misses by {miss:+.6g}; "
            f"the row's other columns print it with the other sign",
            verdict.printed,
        )
        odd[figure.exhibit, figure.line, figure.row].append(verdict)
    for (exhibit, line, row), found in odd.items():
        columns = ", ".join(verdict.figure.column for verdict in found)
        yield Finding(
            "a row printed with two signs",
            f"{row} (Exhibit {exhibit}, line {line}): in {columns} the other way round than in the rest of the row",
            tuple(verdict.figure.place for verdict in found),
        )


def _gap_as_printed(model: Model, verdict: Verdict, verdicts: Sequence[Verdict]) -> tuple[Figure, float] | None:
    """The stated figure that no longer ties when one above it has its printed sign, and by how much."""
    figure = verdict.figure
    assert isinstance(verdict.printed, float)
    for other in verdicts:
        below = other.figure
        if below.labels != figure.labels or below.exhibit != figure.exhibit or not below.recomputed_by:
            continue
        formula = next(iter(model.graph.roles.get(below.recomputed_by, {}).values()), None)
        printed = in_unit(model, below)
        if formula is None or figure.quantity not in formula.arguments or printed is None:
            continue
        turned = Change(figure.quantity, -verdict.printed, dict(figure.labels), "with the sign as printed")
        held = model.with_changes(turned)
        cell = held.graph.cell(below.recomputed_by, below.labels)
        value = held.graph.value(cell)
        if value is not None and abs(value - printed[0]) > printed[1] + rounding(held, cell) + ENOUGH:
            return below, value - printed[0]
    return None
