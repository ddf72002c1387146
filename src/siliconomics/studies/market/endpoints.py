"""Every figure that the source prints about the market ends as reproduced, contradicted or unknown.

By rule, not by list.

- *contradicted*: a rule of the audit speaks against it together with other printed figures. Both numbers are given, what
  the others imply for this one, and each reading of the model under which this one holds.
- *reproduced*: a reading comes within the precision of print: computed from other things, from figures that were
  calibrated to published ones, or, for an assumption of the source, taken as it is printed.
- *unknown*: nothing here measures it, or what measures it gives something else and no other printed figure decides.
  What would be needed is said: which single assumption, within its own range, would give the printed figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell
from siliconomics.facts import Fact
from siliconomics.model import Model
from siliconomics.studies.audit.recompute import in_unit
from siliconomics.studies.audit.report import Report, Verdict
from siliconomics.studies.reverse import solved

from .readings import ALSO, CROSSINGS, Reading, calibrated_to, measures, read

CHAPTER = "market"
STATUSES = ("reproduced", "contradicted", "unknown")
HOW = ("computed", "calibrated", "as printed")
"""The ways in which a figure can be reproduced, the strongest first."""
WITHIN_REACH = 6
"""Of the assumptions that an unknown figure could rest on, so many are solved for it: those that move it most."""


@dataclass(frozen=True)
class Against:
    """What else is printed and cannot stand beside a figure under one definition."""

    quantity: str
    line: int
    printed: str
    implied: float | None
    """What it makes of the figure, with everything else as printed."""
    why: str
    together: str = ""
    """The quantity by whose definition both hold."""

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__}


@dataclass(frozen=True)
class Assumption:
    """An input of the model, and the value within its range at which the printed figure comes out."""

    quantity: str
    labels: dict[str, Any]
    here: float
    needed: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__}


@dataclass(frozen=True)
class Endpoint:
    """One printed figure of the market and what became of it."""

    quantity: str
    labels: dict[str, Any]
    line: int
    unit: str
    printed: float
    tolerance: float
    status: str
    how: str
    """Of a reproduced one: computed, calibrated or as printed."""
    readings: tuple[Reading, ...]
    against: tuple[Against, ...]
    would_give: tuple[Assumption, ...]
    note: str

    @property
    def held_by(self) -> tuple[Reading, ...]:
        return tuple(one for one in self.readings if one.holds)

    @property
    def shown_by(self) -> Reading | None:
        """The reading that stands for the figure: one that holds, the most independent first; else the first."""
        ranked = sorted(self.held_by, key=lambda one: HOW.index(one.how))
        return ranked[0] if ranked else (self.readings[0] if self.readings else None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "line": self.line,
            "unit": self.unit,
            "printed": self.printed,
            "tolerance": self.tolerance,
            "status": self.status,
            "how": self.how,
            "note": self.note,
            "readings": [one.as_dict() for one in self.readings],
            "against": [one.as_dict() for one in self.against],
            "would_give": [one.as_dict() for one in self.would_give],
        }


def endpoints(model: Model) -> tuple[Endpoint, ...]:
    """Every printed figure about the market with its readings, once for each figure and time."""
    from siliconomics.studies.audit import audit

    models = (model.under(), model.under("wired"))
    report = audit(model)
    chosen: dict[tuple[Any, ...], Verdict] = {}
    for verdict in report.verdicts:
        figure = verdict.figure
        if figure.scenario != "base" or _number(verdict) is None or not _of_market(models, verdict):
            continue
        key = (figure.quantity, *sorted(figure.labels.items()), _number(verdict))
        kept = chosen.get(key)
        if kept is None or (kept.status != "contradicted" and verdict.status == "contradicted"):
            chosen[key] = verdict
    return tuple(_endpoint(models, report, verdict) for verdict in chosen.values())


def _number(verdict: Verdict) -> float | None:
    """The number of a verdict; a year that is printed as a date is one."""
    if isinstance(verdict.printed, float):
        return verdict.printed
    text = str(verdict.printed or "")
    return float(text) if verdict.figure.quantity in CROSSINGS and text.isdigit() else None


def _of_market(models: Sequence[Model], verdict: Verdict) -> bool:
    base, wired = models
    name = verdict.figure.quantity
    if name in base.graph.roles:
        return next(iter(base.graph.roles[name].values())).chapter == CHAPTER
    declared = base.facts.declarations.get(name)
    if declared is not None and (declared.chapter == CHAPTER or declared.place.startswith(CHAPTER)):
        return True
    return any(one != name for one in measures(wired, verdict.figure))


def _endpoint(models: Sequence[Model], report: Report, verdict: Verdict) -> Endpoint:
    figure, printed = verdict.figure, _number(verdict)
    assert printed is not None
    sized = in_unit(models[0], figure)
    tolerance = verdict.tolerance if verdict.tolerance is not None else (sized[1] if sized else 0.0)
    readings = tuple(read(models, figure, printed, tolerance))
    against = (*_against(models, report, verdict), *_left_by_the_rest(models, report, verdict, readings))
    held = [one.how for one in _last_crossing(figure.quantity, readings) if one.holds]
    if figure.period and not figure.labels and not all(one.holds for one in readings):
        held = []  # printed of every year of a period
    how = "" if against else next((one for one in HOW if one in held), "")
    status = "contradicted" if against else "reproduced" if how else "unknown"
    would_give = tuple(_would_give(models, readings, printed)) if status == "unknown" else ()
    return Endpoint(
        figure.quantity, dict(figure.labels), figure.line, "year" if figure.quantity in CROSSINGS else verdict.unit,
        printed, tolerance, status, how, readings, against, would_give, figure.note,
    )  # fmt: skip


def _last_crossing(quantity: str, readings: Sequence[Reading]) -> Sequence[Reading]:
    """Of years in which something comes above zero only the last counts: from then on it stays there."""
    if quantity not in CROSSINGS:
        return readings
    last: dict[str, Reading] = {one.scenario: one for one in readings}
    return list(last.values())


# -- other printed figures --------------------------------------------------------------------------


def _against(models: Sequence[Model], report: Report, verdict: Verdict) -> Iterator[Against]:
    """The printed figures that this one cannot stand beside: what it does not follow from, and what does not follow from it."""
    base = models[0]
    mine = _cell(base, verdict)
    if mine is not None:
        for part in _printed_under(base, mine):
            together = _together(models, verdict, part)
            implied = base.graph.value(mine)
            yield Against(part.name, _line_of(part), _printed_as(part), implied, verdict.figure.note, together)
        return
    for other in report.verdicts:
        whole = _cell(base, other)
        if whole is None or other.figure.quantity == verdict.figure.quantity or _repeats(report, other):
            continue
        share = next((one for one in _printed_under(base, whole) if _is_figure(one, verdict)), None)
        if share is not None:
            implied, together = _implied(base, whole, share, _number(other)), _together(models, other, share)
            figure = other.figure
            yield Against(figure.quantity, figure.line, figure.printed, implied, figure.note, together)
    for other in _set_against(report, verdict):
        figure = other.figure
        words = (other if other.status == "contradicted" else verdict).notes[-1]
        yield Against(figure.quantity, figure.line, figure.printed, None, words)


def _left_by_the_rest(
    models: Sequence[Model], report: Report, verdict: Verdict, readings: Sequence[Reading]
) -> Iterator[Against]:
    """Printed figures to which another route to this one is calibrated, where that route leaves something else for it.

    Only of a figure that holds by one definition; what holds by none is not contradicted by ours alone.
    """
    if not any(one.holds for one in readings):
        return
    for reading in readings:
        if reading.holds or reading.how != "calibrated" or ALSO.get(verdict.figure.quantity) != reading.quantity:
            continue
        model = next(one for one in models if one.scenario == reading.scenario)
        lines = calibrated_to(model, model.graph.cell(reading.quantity, reading.labels))
        for other in report.verdicts:
            figure = other.figure
            if figure.line in lines and figure.source == verdict.figure.source and figure.role == "input":
                yield Against(figure.quantity, figure.line, figure.printed, reading.value, reading.meaning)


def _together(models: Sequence[Model], verdict: Verdict, part: Cell) -> str:
    """A reading of a figure that holds and still rests on the part which the plain reading does not follow from."""
    printed = _number(verdict)
    assert printed is not None
    base = models[0]
    for one in read([base], verdict.figure, printed, verdict.tolerance or 0.0):
        cell = base.graph.cell(one.quantity, one.labels)
        if one.holds and any(below.key == part.key for below in base.graph.facts_under(cell)):
            return one.quantity
    return ""


def _cell(base: Model, verdict: Verdict) -> Cell | None:
    """What recomputes a figure; nothing for one that only a rule compares with others."""
    figure = verdict.figure
    judged = verdict.rules == ["does not follow"] and figure.scenario == base.scenario
    if not judged or not _of_market([base, base], verdict) or not base.graph.exists(figure.quantity):
        return None
    cell = base.graph.cell(figure.quantity, figure.labels)
    return cell if cell.node is not None else None


def _printed_under(base: Model, cell: Cell) -> list[Cell]:
    return [one for one in base.graph.facts_under(cell) if _origin(one) is not None and _line_of(one)]


def _origin(cell: Cell) -> Fact | None:
    origin = cell.given.origin if cell.given else None
    return origin if isinstance(origin, Fact) and origin.printed else None


def _line_of(cell: Cell) -> int:
    origin = _origin(cell)
    words = origin.source.replace("-", " ").split() if origin else []
    return int(words[-1]) if words and words[-1].isdigit() else 0


def _printed_as(cell: Cell) -> str:
    origin = _origin(cell)
    return origin.printed if origin else ""


def _is_figure(cell: Cell, verdict: Verdict) -> bool:
    """Whether a fact is a printed figure, wherever on the source's pages it stands again."""
    own = verdict.figure
    same = cell.name.removeprefix("stated_").removeprefix("forecast_") == own.quantity
    return same and dict(cell.labels) == own.labels and cell.given is not None and cell.given.value == verdict.printed


def _repeats(report: Report, verdict: Verdict) -> bool:
    """Whether the same figure was printed on an earlier line."""
    own = verdict.figure
    return any(
        one.figure.quantity == own.quantity and one.figure.labels == own.labels and one.figure.line < own.line
        for one in report.verdicts
        if one.figure.scenario == own.scenario and one.status == verdict.status
    )


def _implied(base: Model, cell: Cell | None, part: Cell, target: float | None) -> float | None:
    """What a part would have to be for a figure to follow, everything else as printed."""
    if cell is None or target is None:
        return None
    try:
        found = solved(base, cell, part, target)
    except BadRequest:
        return None
    return found.value if found.feasible else None


def _set_against(report: Report, verdict: Verdict) -> list[Verdict]:
    """Figures that a rule of the audit sets against this one: the whole and its part; of many parts the least and the most."""
    own = verdict.figure.place
    places = {place for one in report.findings if own in one.places for place in one.places if place != own}
    others = [one for one in report.verdicts if one.figure.place in places and one is not verdict]
    named = [one for one in others if one.figure.quantity == verdict.figure.quantity and _names(verdict, one)]
    if named or verdict.status != "contradicted":
        return named
    parts = sorted((one for one in others if isinstance(one.printed, float)), key=lambda one: float(str(one.printed)))
    return [parts[0], parts[-1]] if parts else []


def _names(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts speak of each other's figure."""
    return any(other.figure.printed in note for note in one.notes) and any(
        one.figure.printed in note
        for note in (*other.notes, *one.notes)
        if "contradicted" in (one.status, other.status)
    )


# -- what would give it -----------------------------------------------------------------------------


def _would_give(models: Sequence[Model], readings: Sequence[Reading], printed: float) -> Iterator[Assumption]:
    """Assumptions which alone, within their own range, make a reading give what is printed; those that move it most first."""
    for reading in readings:
        model = next(one for one in models if one.scenario == reading.scenario)
        for year, target in _aims(model, reading, printed):
            yield from _solved(model, model.graph.cell(reading.quantity, year), target)
        return


def _aims(model: Model, reading: Reading, printed: float) -> Iterator[tuple[dict[str, Any], float]]:
    """Which cell has to be what: the reading itself, or, for a year of crossing, nothing in the year before the printed one."""
    if reading.quantity in CROSSINGS.values() and reading.value == reading.labels.get("year"):
        yield {"year": int(printed) - 1 if printed > reading.value else int(printed)}, 0.0
    else:
        yield reading.labels, printed


def _solved(model: Model, answer: Cell, target: float) -> Iterator[Assumption]:
    assert answer.node is not None
    slopes = model.graph.tape.slopes(answer.node)
    ranged = []
    for cell in model.graph.facts_under(answer):
        origin = cell.given.origin if cell.given else None
        if not isinstance(origin, Fact) or origin.low is None or origin.high is None or cell.node is None:
            continue
        if cell.node in model.graph.tape.fixed:
            continue
        ranged.append((abs(slopes.get(cell.node, 0.0)) * (origin.high - origin.low), cell, origin))
    ranged.sort(key=lambda one: -one[0])
    for _, cell, origin in ranged[:WITHIN_REACH]:
        try:
            found = solved(model, answer, cell, target)
        except BadRequest:
            continue
        assert origin.low is not None
        assert origin.high is not None
        if found.feasible and origin.low <= found.value <= origin.high:
            here = model.graph.value(cell) or 0.0
            yield Assumption(cell.name, dict(cell.labels), here, found.value, origin.low, origin.high)


__all__ = ["STATUSES", "Against", "Assumption", "Endpoint", "Reading", "endpoints"]
