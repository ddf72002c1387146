"""Ties of a statement: what printed lines must give, held against what is printed, within what rounding allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Figure
from siliconomics.facts.periods import PARTS_OF_A_YEAR
from siliconomics.model import Model
from siliconomics.model.statement_checks import own
from siliconomics.studies.audit.recompute import CIRCULAR, ENOUGH, rounding, verdicts
from siliconomics.studies.audit.report import Verdict
from siliconomics.studies.audit.rules.statements import opposite_signs, sums, sums_of_periods
from siliconomics.studies.audit.rules.twice import printed_twice

PERIODS = ("year", *PARTS_OF_A_YEAR)
"""Dimensions along which a statement may run."""
STATUSES = ("ties", "does_not_tie", "cannot_be_tied", "stated", "not_meaningful")


@dataclass(frozen=True)
class Line:
    """One printed figure of a statement and what became of its tie."""

    figure: Figure
    dimension: str
    status: str
    value: float | None
    """In the model's sign and the quantity's unit."""
    computed: float | None
    tolerance: float | None
    unit: str
    note: str

    @property
    def period(self) -> Any:
        return self.figure.labels[self.dimension]

    @property
    def gap(self) -> float | None:
        """What the tie misses the printed figure by; of one with the other sign, by the sign it is printed with."""
        if self.status not in ("ties", "does_not_tie") or self.value is None or self.computed is None:
            return None
        return self.computed - (-self.value if self.figure.opposite else self.value)

    def as_dict(self) -> dict[str, Any]:
        """The figure as other programs read it."""
        figure = self.figure
        return {
            "company": figure.labels["company"],
            "statement": figure.statement,
            "exhibit": figure.exhibit,
            "line": figure.line,
            "row": figure.row,
            "quantity": figure.quantity,
            "dimension": self.dimension,
            "period": str(self.period),
            "printed": figure.printed,
            "value": self.value,
            "unit": self.unit,
            "known": figure.known,
            "status": self.status,
            "computed": self.computed,
            "gap": self.gap,
            "tolerance": self.tolerance,
            "source": figure.place,
            "note": self.note,
        }


@dataclass(frozen=True)
class Tie:
    """A tie that belongs to no single row: the two sides of the balance, book value, halves that make a year."""

    name: str
    where: str
    period: Any
    printed: float
    computed: float
    allowed: float
    unit: str

    @property
    def gap(self) -> float:
        return self.computed - self.printed

    @property
    def holds(self) -> bool:
        return abs(self.gap) <= self.allowed + ENOUGH * max(1.0, abs(self.printed))

    def as_dict(self) -> dict[str, Any]:
        return {
            "tie": self.name,
            "where": self.where,
            "period": str(self.period),
            "printed": self.printed,
            "computed": self.computed,
            "gap": self.gap,
            "tolerance": self.allowed,
            "unit": self.unit,
            "holds": self.holds,
        }


@dataclass(frozen=True)
class Statement:
    """Everything transcribed of a company's statements, in the order of the source."""

    company: str
    lines: tuple[Line, ...]
    ties: tuple[Tie, ...]
    notes: tuple[str, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        counts = dict.fromkeys(STATUSES, 0)
        for line in self.lines:
            counts[line.status] += 1
        return counts

    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.status == "does_not_tie"]


ACROSS = (
    ("both sides of the balance sheet", "total_assets", "liabilities_and_equity"),
    ("book value rolls (clean surplus)", "total_equity", "total_equity_of_movements"),
)
"""Ties between two quantities that both rest on printed lines."""


def companies(model: Model) -> dict[str, list[str]]:
    """Companies with a transcribed statement, and by what it runs (year, half, quarter)."""
    found: dict[str, dict[str, None]] = {}
    for figure in _figures(model):
        found.setdefault(figure.labels["company"], {}).setdefault(_dimension(figure))
    return {company: [one for one in PERIODS if one in periods] for company, periods in found.items()}


def statements(model: Model, company: str, period: str = "") -> Statement:
    """The statements of a company, by year, half and quarter or only one of them.

    Raises BadRequest for a company that is unknown or has no statement, and for a period that it has none for.
    """
    label = model.label("company", company)
    known = companies(model)
    if label not in known:
        why = "the source prints none, or it did not survive"
        raise BadRequest(Problem(f"no statement of {label} is transcribed", why, remedy=f"there are {_names(known)}"))
    if period and period not in PERIODS:
        raise BadRequest(Problem(f"there is no period {period!r}", remedy=f"choose {', '.join(PERIODS)}"))
    if period and period not in known[label]:
        remedy = f"it runs by {' and by '.join(known[label])}"
        raise BadRequest(Problem(f"no statement of {label} runs by {period}", remedy=remedy))
    figures = [figure for figure in _figures(model) if figure.labels["company"] == label]
    actual = _reported_by_the_user(model, figures)
    figures = [one for one in figures if one.known != "estimated" or _what(one) not in actual]
    found = verdicts(model, figures)
    ties = list(_sums(model, found))
    for rule in (printed_twice, sums_of_periods, opposite_signs):
        list(rule(model, found))
    ties += _across(model, label, {figure.labels["year"] for figure in figures if "year" in figure.labels})
    lines = [_line(verdict) for verdict in found if not period or _dimension(verdict.figure) == period]
    if actual:
        lines = [_unknowing(model, line) for line in lines]
    lines.sort(key=_order)
    notes = [
        f"{table['title']}: {table['note']}"
        for table in model.facts.tables
        if table["note"] and table["labels"].get("company") == label and period in ("", table["dimension"])
    ]
    if actual:
        periods = ", ".join(dict.fromkeys(str(one) for _, one in sorted(actual, key=str)))
        notes.append(
            f"reported in your folder: {periods}; forecasts of these lines are left out here, `siliconomics actuals` holds "
            "them beside what came"
        )
    return Statement(label, tuple(lines), tuple(ties) if period in ("", "year") else (), tuple(notes))


def _what(figure: Figure) -> tuple[str, Any]:
    """The line and the period that a figure is of."""
    return figure.quantity, figure.labels[_dimension(figure)]


def _reported_by_the_user(model: Model, figures: Sequence[Figure]) -> set[tuple[str, Any]]:
    """Lines and periods of which a source has a forecast, and a folder of the user's what was reported since."""
    mine = {
        fact.source.partition("#")[0] for found in model.facts.facts.values() for fact in found if own(fact)
    }  # ids of the user's sources
    forecast = {_what(one) for one in figures if one.known == "estimated"}
    return forecast & {_what(one) for one in figures if one.source in mine and one.known == "reported"}


def _unknowing(model: Model, line: Line) -> Line:
    """A forecast that misses only because it was made before a period that has been reported since."""
    if line.status != "does_not_tie" or line.figure.known != "estimated":
        return line
    cell = model.graph.cell(line.figure.recomputed_by or line.figure.quantity, line.figure.labels)
    under = (model.facts.of(one.name, tuple(one.labels.values())) for one in model.graph.facts_under(cell))
    since = next((fact for fact in under if fact is not None and own(fact) and fact.known == "reported"), None)
    if since is None:
        return line
    note = f"made before {since.source} was reported, which it would follow from"
    return replace(line, status="cannot_be_tied", note=note)


ORDER = ("income statement", "balance sheet", "cash flow statement", "ratios")


def _order(line: Line) -> tuple[int, int, int, int]:
    """As a person reads them: by exhibit, statement and period, and then line by line."""
    name = line.figure.statement
    which = ORDER.index(name) if name in ORDER else len(ORDER)
    return line.figure.exhibit or 0, which, PERIODS.index(line.dimension), line.figure.line


def _names(known: dict[str, list[str]]) -> str:
    return ", ".join(f"{company} (by {', '.join(periods)})" for company, periods in known.items())


def _figures(model: Model) -> list[Figure]:
    return [
        figure
        for figure in model.facts.figures
        if figure.statement and figure.scenario == "base" and "company" in figure.labels and figure.row != "heading"
    ]


def _dimension(figure: Figure) -> str:
    return next(one for one in PERIODS if one in figure.labels)


def _line(verdict: Verdict) -> Line:
    figure = verdict.figure
    status = {"reproduced": "ties", "contradicted": "does_not_tie"}.get(verdict.status, "")
    value = verdict.printed if isinstance(verdict.printed, float) else None
    if value is None:
        status = "not_meaningful"
    if any(CIRCULAR in note for note in verdict.notes):
        status = "cannot_be_tied"
    if not status:
        status = "stated" if figure.role == "input" and not figure.recomputed_by else "cannot_be_tied"
    computed = verdict.computed if isinstance(verdict.computed, float) else None
    notes = "; ".join(note for note in verdict.notes if not note.startswith("an input: stated, not derived"))
    notes = notes or (figure.note if status != "stated" else "") or "; ".join(verdict.notes)
    return Line(figure, _dimension(figure), status, value, computed, verdict.tolerance, verdict.unit, notes)


def _sums(model: Model, found: Sequence[Verdict]) -> Iterator[Tie]:
    for one in sums(model, found):
        figure = one.year.figure
        assert isinstance(one.year.printed, float)
        parts = "halves" if "half" in one.parts[0].figure.labels else "quarters"
        where = f"{figure.row} (Exhibit {figure.exhibit}, line {figure.line})"
        yield Tie(
            f"{parts} make the year",
            where,
            figure.labels["year"],
            one.year.printed,
            one.total,
            one.allowed,
            one.year.unit,
        )


def _across(model: Model, company: str, years: set[int]) -> Iterator[Tie]:
    for words, one, other in ACROSS:
        for year in sorted(years):
            cells = [model.graph.cell(name, {"company": company, "year": year}) for name in (one, other)]
            values = [model.graph.value(cell) for cell in cells]
            if values[0] is None or values[1] is None:
                continue
            allowed = sum(rounding(model, cell) for cell in cells)
            unit = model.unit(one, cells[0].labels)
            yield Tie(words, f"{one} against {other}", year, values[0], values[1], allowed, unit)
