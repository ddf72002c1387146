"""Every figure that the source prints about the market: reproduced by the base, by the wired market, or under which reading.

By rule, not by list. The figures are those the audit knows whose quantity belongs to the market. What the base gives is
the audit's own verdict; what the wired market gives is the same quantity there. The readings are all quantities of the
model that measure the same thing: same unit and dimensions, a name that begins with the printed quantity's. A figure is
*held* by the readings that come within the tolerance of print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.facts import Figure
from siliconomics.model import Model
from siliconomics.studies.audit.recompute import in_unit
from siliconomics.studies.audit.report import Verdict

CHAPTER = "market"
ROUNDING = 1e-9


@dataclass(frozen=True)
class Reading:
    """A way to read a printed figure: which quantity under which scenario, and what it gives."""

    scenario: str
    quantity: str
    labels: dict[str, Any]
    value: float
    holds: bool

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__}


@dataclass(frozen=True)
class Endpoint:
    """One printed figure of the market."""

    quantity: str
    labels: dict[str, Any]
    line: int
    unit: str
    printed: float
    tolerance: float
    status: str
    """The audit's: reproduced, contradicted, not_computable (an input among them)."""
    note: str
    readings: tuple[Reading, ...]

    @property
    def held_by(self) -> tuple[Reading, ...]:
        return tuple(one for one in self.readings if one.holds)

    def as_dict(self) -> dict[str, Any]:
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "line": self.line,
            "unit": self.unit,
            "printed": self.printed,
            "tolerance": self.tolerance,
            "status": self.status,
            "note": self.note,
            "readings": [one.as_dict() for one in self.readings],
        }


def endpoints(model: Model) -> tuple[Endpoint, ...]:
    """Every printed figure about the market with its readings, once for each figure and time."""
    from siliconomics.studies.audit import audit

    base, wired = model.under(), model.under("wired")
    found: dict[tuple[Any, ...], Endpoint] = {}
    for verdict in audit(model).verdicts:
        figure = verdict.figure
        if figure.scenario != "base" or not isinstance(verdict.printed, float) or not _of_market(base, figure.quantity):
            continue
        key = (figure.quantity, *figure.labels.values(), verdict.printed)
        if key not in found:
            found[key] = _endpoint(base, wired, verdict)
    return tuple(found.values())


def _of_market(model: Model, quantity: str) -> bool:
    if quantity in model.graph.roles:
        return next(iter(model.graph.roles[quantity].values())).chapter == CHAPTER
    declared = model.facts.declarations.get(quantity)
    return declared is not None and (declared.chapter == CHAPTER or declared.place.startswith(CHAPTER))


def _endpoint(base: Model, wired: Model, verdict: Verdict) -> Endpoint:
    figure = verdict.figure
    printed = verdict.printed
    assert isinstance(printed, float)
    sized = in_unit(base, figure)
    tolerance = verdict.tolerance if verdict.tolerance is not None else (sized[1] if sized else 0.0)
    readings = tuple(_readings(base, wired, figure, printed, tolerance))
    return Endpoint(
        figure.quantity, dict(figure.labels), figure.line, verdict.unit, printed, tolerance, verdict.status,
        "; ".join(verdict.notes), readings,
    )  # fmt: skip


def _readings(base: Model, wired: Model, figure: Figure, printed: float, tolerance: float) -> Iterator[Reading]:
    """The printed quantity itself under the base, and all that measure the same in the wired market."""
    stem, unit = _stem(figure.quantity), wired.graph.unit_of(figure.quantity)
    for model in (base, wired):
        for name in model.graph.quantities:
            same = _stem(name) == stem
            if not (same or (model is wired and _stem(name).startswith(stem + "_"))):
                continue
            if model.graph.unit_of(name) != unit or name.endswith("_from_year"):  # from when on is no share
                continue
            for labels in _labels(model, name, figure):
                value = model.graph.value(model.graph.cell(name, labels))
                if value is not None:
                    held = _holds(value, printed, tolerance, figure.qualifier)
                    yield Reading(model.scenario, name, labels, value, held)


def _labels(model: Model, name: str, figure: Figure) -> Iterator[dict[str, Any]]:
    """The labels of a reading: those of the figure, and each year of its period where it has one instead of a year."""
    axes = model.graph.dimensions_of(name)
    own = {axis: figure.labels[axis] for axis in axes if axis in figure.labels}
    open_ = [axis for axis in axes if axis not in own]
    if not open_:
        yield own
    elif open_ == ["year"]:
        for year in _years(figure.period, model.graph.labels_of("year")):
            yield {axis: own.get(axis, year) for axis in axes}


def _years(period: str, known: Sequence[int]) -> list[int]:
    """Years of a period written as 2026-30."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", period.strip())
    if found is None:
        return []
    first = int(found[1])
    last = first // 100 * 100 + int(found[2])
    return [year for year in known if first <= year <= last]


def _holds(value: float, printed: float, tolerance: float, qualifier: str) -> bool:
    if qualifier in (">", ">="):
        return value > printed or (qualifier == ">=" and value == printed)
    if qualifier in ("<", "<="):
        return value < printed or (qualifier == "<=" and value == printed)
    return abs(value - printed) <= tolerance + ROUNDING * abs(printed)


def _stem(name: str) -> str:
    """What a quantity measures, whoever says it."""
    for word in ("stated_", "forecast_"):
        name = name.removeprefix(word)
    return name
