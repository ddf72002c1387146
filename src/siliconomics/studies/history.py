"""Revenue, mix and margins from 2022 on: what is stated, what follows from what is printed, and what is lost.

The charts of the source (Exhibits 2, 59, 60, 67, 68, 76, 77) did not survive; figures of its text did. A figure that
only follows from two printed ones carries the range that their rounding leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Figure
from siliconomics.facts.periods import PARTS_OF_A_YEAR, parts_between
from siliconomics.facts.statement_lines import PARTS, input_of
from siliconomics.model import Model
from siliconomics.studies.audit import audit
from siliconomics.studies.audit.recompute import ENOUGH, in_unit

FIRST = 2022
MEASURES = ("revenue", "revenue_growth", "gross_profit", "gross_margin", "operating_income", "net_income")
MIX = "segment_revenue_share"
CHARTS = {"Cambricon": "59 and 60 (lines 2519, 2520)", "Iluvatar": "67 and 68 (lines 2705, 2706)",
          "MetaX": "76 and 77 (lines 2899, 2900)"}  # fmt: skip
"""Lost charts of each company's revenue and margin."""
GROWTH_OF = {
    "revenue_growth": "revenue",
    "gross_profit_growth": "gross_profit",
    "operating_income_growth": "operating_income",
}
"""Printed growth, from which the year before follows."""
STATED, PRINTED, FOLLOWS, BOUND, UNKNOWN = "model", "printed", "follows", "bound", "unknown"
"""Where a figure is from: the model's facts and formulas; the source's text alone; two printed figures; a bound; nowhere."""


@dataclass(frozen=True)
class Point:
    """One figure of one period."""

    company: str
    measure: str
    period: str
    value: float | None
    unit: str
    origin: str
    known: str = "unknown"
    low: float | None = None
    high: float | None = None
    segment: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Told:
    """Histories of companies, the revenue of all of them, and what the source lost."""

    dimension: str
    points: tuple[Point, ...]
    sector: tuple[Point, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The history as other programs read it."""
        return asdict(self)


def history(model: Model, companies: Sequence[str] = (), dimension: str = "year", first: int = FIRST) -> Told:
    """Every measure of every period from a year on; a period that is not known is there and says what it needs."""
    if dimension not in ("year", *PARTS_OF_A_YEAR):
        raise BadRequest(Problem(f"there is no period {dimension!r}", remedy="choose year, half or quarter"))
    labels = [str(model.label("company", one)) for one in companies] or _reporting(model, dimension)
    doubted = _doubted(model) if dimension == "year" else {}
    points = [point for label in labels for point in _of_company(model, label, dimension, first, doubted)]
    lacking = [
        label for label in labels if not any(point.company == label and point.value is not None for point in points)
    ]
    if companies and lacking:
        what = f"nothing of {', '.join(lacking)} is known by {dimension} from {first} on"
        raise BadRequest(Problem(what, remedy="bring its statements with `siliconomics company import`"))
    notes = [
        f"the charts of {label}, Exhibits {CHARTS[label]}, are lost; a filing fills the gaps: siliconomics company import"
        for label in labels
        if label in CHARTS and dimension == "year"
    ]
    notes += _mixes_over_one(points)
    sector = _sector(model, points) if len(labels) > 1 and dimension == "year" else ()
    if sector:
        notes.append("the chart of the sector's revenue (Exhibit 2) is lost; the sum here is of the companies above")
    return Told(dimension, tuple(points), tuple(sector), tuple(notes))


def _reporting(model: Model, dimension: str) -> list[str]:
    """Companies with revenue by the period, in the order of their cards."""
    found = {
        str(record.labels["company"])
        for record in model.solve(PARTS.get(dimension, "") + "revenue").records
        if record.value is not None
    }
    return [str(label) for label in model.graph.labels_of("company") if label in found]


def _of_company(
    model: Model, label: str, dimension: str, first: int, doubted: Mapping[tuple[int, str], str]
) -> Iterator[Point]:
    cells = {measure: _stated(model, label, measure, dimension, first) for measure in MEASURES}
    for way in (_printed(model, label, doubted), _following(model, label, cells, doubted)) if doubted else ():
        for point in list(way):
            row = cells[point.measure]
            other = row.get(point.period)
            if int(point.period) >= first and (other is None or _ranks(point) > _ranks(other)):
                row[point.period] = point
    sold = [period for period, one in cells["revenue"].items() if one.value is not None]
    known = [period for row in cells.values() for period, one in row.items() if one.value is not None]
    for measure in MEASURES:
        for period in _periods(dimension, min(known, default=""), max(sold, default="")):
            yield cells[measure].get(period) or _nothing(model, label, measure, period, dimension)
    if dimension == "year":
        yield from _mix(model, label, first)


def _periods(dimension: str, first: str, last: str) -> list[str]:
    """Every period from the first with any figure to the last with revenue."""
    if not first or not last:
        return []
    if dimension == "year":
        return [str(year) for year in range(int(first), int(last) + 1)]
    return parts_between(dimension, first, last)


def _ranks(point: Point | None) -> int:
    return 0 if point is None or point.value is None else (0, BOUND, FOLLOWS, PRINTED, STATED).index(point.origin)


def _stated(model: Model, label: str, measure: str, dimension: str, first: int) -> dict[str, Point]:
    quantity = PARTS.get(dimension, "") + measure
    if not model.graph.exists(quantity):
        return {}
    found = {}
    declared = input_of(model.facts, quantity)
    for record in model.solve(quantity, company=label).records:
        period = str(record.labels[dimension])
        if int(period[:4]) < first or (record.value is None and record.missing == ""):
            continue
        value = record.value if isinstance(record.value, float) else None
        fact = model.facts.of(declared, (label, record.labels[dimension])) if declared else None
        found[period] = Point(
            label, measure, period, value, record.unit, UNKNOWN if value is None else STATED, record.known,
            fact.low if fact else None, fact.high if fact else None, "", fact.source if fact else "",
            (fact.note if fact else "") if value is not None else record.missing,
        )  # fmt: skip
    return found


def _doubted(model: Model) -> dict[tuple[int, str], str]:
    """Figures of the text that the audit contradicts, by line and quantity."""
    return {
        (
            one.figure.line,
            one.figure.quantity,
        ): f"line {one.figure.line} prints {one.figure.printed}; {'; '.join(one.notes)}"
        for one in audit(model).verdicts
        if one.status == "contradicted"
    }


def _printed(model: Model, label: str, doubted: Mapping[tuple[int, str], str]) -> Iterator[Point]:
    """Figures of the text that no fact of the model is made of: a margin of its own, a bound, a loss of an early year."""
    for figure in model.facts.figures:
        if figure.exhibit is not None:
            continue
        measure = "net_income" if figure.quantity == "net_loss" else figure.quantity
        if measure not in MEASURES or set(figure.labels) != {"company", "year"} or figure.labels["company"] != label:
            continue
        if figure.scenario != "base" or figure.period:
            continue
        read = in_unit(model, figure)
        if read is None:
            continue
        if (figure.line, figure.quantity) in doubted:
            continue  # the audit lists it and says why
        value, half = read
        if figure.quantity == "net_loss":
            value = -value
        bounds = {">": (value, None), ">=": (value, None), "<": (None, value), "<=": (None, value)}
        low, high = bounds.get(figure.qualifier, (value - half, value + half))
        yield Point(
            label, measure, str(figure.labels["year"]), value, model.unit(measure, figure.labels),
            BOUND if figure.qualifier in bounds else PRINTED, "reported", low, high, "", figure.place,
            f"printed {figure.qualifier}{figure.printed}",
        )  # fmt: skip


def _following(
    model: Model, label: str, cells: dict[str, dict[str, Point]], doubted: Mapping[tuple[int, str], str]
) -> Iterator[Point]:
    """The year before, from a printed growth; a first year, from a printed growth a year; a margin, from its change.

    Nothing follows from a row of growth rates in which another one is contradicted: the year they start from is in doubt.
    """
    for figure in model.facts.figures:
        if figure.labels.get("company") != label or set(figure.labels) != {"company", "year"} or figure.qualifier:
            continue
        if figure.scenario != "base":
            continue
        read, year = in_unit(model, figure), int(figure.labels["year"])
        if read is None:
            continue
        growth, half = read
        if figure.quantity in GROWTH_OF and not figure.period:
            base = cells[GROWTH_OF[figure.quantity]].get(str(year))
            if base is None or base.value is None or base.value <= 0:
                continue
            point = _grown(base, growth, half, year - 1, 1, figure)
            doubt = doubted.get((figure.line, figure.quantity), "")
            yield replace(point, value=None, origin=UNKNOWN, known="unknown", low=None, high=None,
                          note=f"{point.note} would be {point.value:,.1f}, but {doubt}") if doubt else point  # fmt: skip
        elif figure.quantity == "revenue_cagr" and figure.period[:4].isdecimal():
            base, start = cells["revenue"].get(str(year)), int(figure.period[:4])
            if base is not None and base.value is not None and start < year:
                yield _grown(base, growth, half, start, year - start, figure)
        elif figure.quantity == "gross_margin_change":
            base = cells["gross_margin"].get(str(year))
            change, spread = figure.number, 100.0
            if base is not None and base.value is not None and change is not None:
                value, wide = base.value - change.value / spread, change.half / spread
                yield Point(
                    label, "gross_margin", str(year - 1), value, base.unit, FOLLOWS, "derived", value - wide,
                    value + wide, "", figure.place, f"{base.value:.1%} of {year} less {figure.printed}",
                )  # fmt: skip


def _grown(base: Point, growth: float, half: float, year: int, steps: int, figure: Figure) -> Point:
    assert base.value is not None
    low, value, high = (base.value / (1 + one) ** steps for one in (growth + half, growth, growth - half))
    over = f"over {steps} years" if steps > 1 else "on the year before"
    note = f"{base.value:,.1f} of {base.period} less growth of {figure.printed} {over}"
    return Point(
        base.company, base.measure, str(year), value, base.unit, FOLLOWS, "derived", low, high, "", figure.place, note
    )


def _nothing(model: Model, label: str, measure: str, period: str, dimension: str) -> Point:
    unit = model.unit(PARTS.get(dimension, "") + measure, {"company": label, dimension: period})
    note = f"lost with Exhibits {CHARTS[label]}" if label in CHARTS else "not given"
    return Point(label, measure, period, None, unit, UNKNOWN, note=note)


def _mix(model: Model, label: str, first: int) -> Iterator[Point]:
    """Shares of revenue by segment: facts, and bounds of the text."""
    segments: dict[tuple[str, str], Point] = {}
    for key, facts in model.facts.facts.items():
        if key[0] == MIX and key[1] == label and int(key[3]) >= first and isinstance(facts[0].value, float):
            one = facts[0]
            segments[str(key[2]), str(key[3])] = Point(
                label, MIX, str(key[3]), float(facts[0].value), "1", STATED, one.known, one.low, one.high, str(key[2]),
                one.source, one.note,
            )  # fmt: skip
    for figure in model.facts.figures:
        if figure.quantity != MIX or figure.labels.get("company") != label or figure.number is None:
            continue
        where = (str(figure.labels["segment"]), str(figure.labels["year"]))
        read = in_unit(model, figure)
        if where in segments or read is None or int(where[1]) < first:
            continue
        low, high = {">": (read[0], 1.0), "<": (0.0, read[0])}.get(figure.qualifier, (read[0], read[0]))
        segments[where] = Point(
            label, MIX, where[1], read[0], "1", BOUND if figure.qualifier else PRINTED, "reported", low, high, where[0],
            figure.place, f"printed {figure.qualifier}{figure.printed}",
        )  # fmt: skip
    yield from (segments[where] for where in sorted(segments, key=lambda one: (one[0], one[1])))


def _mixes_over_one(points: Sequence[Point]) -> list[str]:
    """Shares of one year that come to more than all of it."""
    sums: dict[tuple[str, str], float] = {}
    for point in points:
        if point.measure == MIX and point.value is not None:
            sums[point.company, point.period] = sums.get((point.company, point.period), 0.0) + point.value
    return [
        f"the shares of {company}'s revenue of {period} add up to {total:.1%}"
        for (company, period), total in sums.items()
        if total > 1 + ENOUGH
    ]


def _sector(model: Model, points: Sequence[Point]) -> Iterator[Point]:
    """Revenue of the companies above by year, in one currency; of a year in which one is not known, the sum is unknown."""
    rows = [point for point in points if point.measure == "revenue"]
    members = {point.company for point in rows}
    for period in sorted({point.period for point in rows}):
        of_year = [point for point in rows if point.period == period]
        units = {point.unit for point in of_year}
        without = sorted(members - {point.company for point in of_year if point.value is not None})
        if len(units) > 1:
            why = f"the companies report in {' and '.join(sorted(units))}"
        elif without:
            why = f"not known of {', '.join(without)}"
        else:
            total = sum(point.value for point in of_year if point.value is not None)
            yield Point("all", "revenue", period, total, units.pop(), STATED, note=f"{len(members)} companies")
            continue
        yield Point("all", "revenue", period, None, of_year[0].unit, UNKNOWN, note=why)
