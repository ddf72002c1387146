"""Own estimates against those of others: by line, year and provider, each provider apart, with what was revised."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.facts import Figure
from siliconomics.model import Model

from .rows import Row, read_rows

LINES = ("revenue", "gross_profit", "operating_income", "pretax_income", "net_income", "earnings_per_share")
MOVED = 1e-6
"""Share of itself by which a line moves before it is told as a revision: less is how finely a plan meets its print."""
OWN = "own"
"""The provider of a row that tells of an earlier estimate of our own."""
NEEDED = ("company", "provider", "line", "year", "mean", "currency", "source", "as_of")
OPTIONAL = ("low", "high", "count", "why")
STEPS = {
    "sales": "net_income_gap_from_sales",
    "gross margin": "net_income_gap_from_gross_margin",
    "operating expense": "net_income_gap_from_operating_expense",
    "below operating income": "net_income_gap_below_operating_income",
}
"""What a gap of net income is made of; they add up to it."""


@dataclass(frozen=True)
class Estimate:
    """A provider's estimate of a line and year, as known on a day."""

    company: str
    provider: str
    line: str
    year: int
    mean: float
    low: float | None
    high: float | None
    count: int | None
    source: str
    as_of: str
    why: str = ""
    """Why it changed since the one before."""
    place: str = ""


@dataclass(frozen=True)
class Gap:
    """A line of a year: ours, theirs, and how far apart."""

    provider: str
    line: str
    year: int
    unit: str
    own: float | None
    mean: float
    difference: float | None
    """Own over theirs, less one; none across zero, where it means nothing."""
    printed: str | None
    """The difference as the source prints it."""
    low: float | None
    high: float | None
    count: int | None
    as_of: str
    source: str
    missing: str = ""


@dataclass(frozen=True)
class Bridge:
    """From a provider's net income of a year to ours."""

    provider: str
    year: int
    unit: str
    theirs: float
    steps: dict[str, float]
    ours: float


@dataclass(frozen=True)
class Revision:
    """An estimate that changed."""

    provider: str
    line: str
    year: int
    unit: str
    old: float
    new: float
    change: float | None
    old_as_of: str
    new_as_of: str
    why: str


@dataclass(frozen=True)
class Rating:
    """Share of other analysts that give a rating."""

    rating: str
    share: float
    source: str


@dataclass(frozen=True)
class Consensus:
    """All that is known of what others expect of a company."""

    company: str
    providers: tuple[str, ...]
    gaps: tuple[Gap, ...]
    bridges: tuple[Bridge, ...]
    revisions: tuple[Revision, ...]
    ratings: tuple[Rating, ...]
    none: str
    """Why there is no consensus; empty where there is one."""

    def as_dict(self) -> dict[str, Any]:
        """The comparison as other programs read it."""
        return asdict(self)


# -- what a user brings -----------------------------------------------------------------------


def read_estimates(model: Model, path: Path | str) -> list[Estimate]:
    """Dated estimates of providers; two days of one line and year are a revision. Every problem at once."""
    read = read_rows(path, NEEDED, OPTIONAL)
    found: dict[tuple[Any, ...], tuple[Estimate, int]] = {}
    for row in read:
        estimate = _estimate(model, row)
        if estimate is None:
            continue
        key = (estimate.company, estimate.provider, estimate.line, estimate.year, estimate.as_of)
        if key in found:
            row.wrong(
                "as_of",
                f"{estimate.provider}, {estimate.line} of {estimate.year} on {estimate.as_of} stands in line "
                f"{found[key][1]} already",
                "one day has one estimate",
                "remove one, or give the later its own day",
            )
            continue
        found[key] = (estimate, row.line)
    problems = [problem for row in read for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    return [estimate for estimate, _ in found.values()]


def _estimate(model: Model, row: Row) -> Estimate | None:
    company = ""
    try:
        company = str(model.label("company", row.cells["company"]))
    except BadRequest as refused:
        problem = refused.problems[0]
        row.wrong("company", problem.what, problem.why, problem.remedy)
    provider = row.cells["provider"].casefold()
    for column, why in (("provider", "two providers are kept apart"), ("source", "it cannot be checked without")):
        if not row.cells[column]:
            row.wrong(column, "is empty", why, "fill it in")
    line = row.choice("line", LINES)
    year = row.number("year", "[1990, 2100]")
    mean = row.number("mean", "(-inf, inf)")
    low, high = (row.number(column, "(-inf, inf)", missing=math.nan) for column in ("low", "high"))
    count = row.number("count", "[1, 10000]", "it is the number of estimates", missing=math.nan)
    if low > mean or high < mean:
        row.wrong("mean", f"{row.cells['mean']} lies outside its own range", "a mean lies between low and high")
    currency = str(model.facts.cards.get("company", {}).get(company, {}).get("reporting_currency") or "")
    if company and row.cells["currency"].upper() != currency:
        row.wrong(
            "currency",
            f"{row.cells['currency'] or 'nothing'}, and {company} reports in {currency}",
            "mixed currencies make no difference to consensus",
            "convert the estimate",
        )
    try:
        dt.date.fromisoformat(row.cells["as_of"])
    except ValueError:
        row.wrong("as_of", f"{row.cells['as_of']!r} is not a day", remedy="write for example 2026-04-24")
    if year == year and year != int(year):
        row.wrong("year", f"{row.cells['year']} is no year", remedy="write for example 2026")
    if row.problems:
        return None
    return Estimate(
        company, provider, line, int(year), mean, _or_none(low), _or_none(high),
        None if math.isnan(count) else int(count), row.cells["source"], row.cells["as_of"],
        row.cells.get("why", ""), f"{row.file}, line {row.line}",
    )  # fmt: skip


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


# -- the comparison ---------------------------------------------------------------------------


def consensus(model: Model, company: str, brought: Sequence[Estimate] = (), before: Model | None = None) -> Consensus:
    """Own against others for a company. ``before``: the model without a what-if, whose change is a revision."""
    label = str(model.label("company", company))
    known = _known(model, label) + [one for one in brought if one.company == label and one.provider != OWN]
    series: dict[tuple[str, str, int], list[Estimate]] = {}
    for one in sorted(known, key=lambda one: one.as_of):  # of one day the user's own stands last
        series.setdefault((one.provider, one.line, one.year), []).append(one)
    order = {line: place for place, line in enumerate(LINES)}
    keys = sorted(series, key=lambda key: (key[0], order[key[1]], key[2]))
    gaps = tuple(_gap(model, series[key][-1]) for key in keys)
    revisions = [
        _revision(model, old, new)
        for key in keys
        for old, new in zip(series[key], series[key][1:], strict=False)
        if old.mean != new.mean and old.as_of != new.as_of
    ]
    revisions += _own_revisions(model, label, brought, before)
    providers = tuple(dict.fromkeys(key[0] for key in keys))
    return Consensus(
        label,
        providers,
        gaps,
        tuple(_bridges(model, label, providers)),
        tuple(revisions),
        tuple(_ratings(model, label)),
        "" if gaps else _why_none(model, label),
    )


def _known(model: Model, company: str) -> list[Estimate]:
    """Means that are facts, with the ends of the range that the same provider is printed with."""
    found = []
    for line in LINES:
        for record in model.solve(f"consensus_{line}", company=company):
            if not isinstance(record.value, float):
                continue
            provider, year = str(record.labels["provider"]), int(record.labels["year"])
            fact = model.facts.of(f"consensus_{line}", tuple(record.labels.values()))
            low, high = (_end(model, company, provider, line, year, sign) for sign in (">=", "<="))
            source, as_of = (fact.source, str(fact.as_of)) if fact else ("set by hand", "")
            found.append(Estimate(company, provider, line, year, record.value, low, high, None, source, as_of))
    return found


def _end(model: Model, company: str, provider: str, line: str, year: int, sign: str) -> float | None:
    """The low end of a provider's range is printed as a bound from below, the high end from above."""
    labels = {"company": company, "year": year}
    for figure in model.facts.figures:
        said = (figure.quantity, figure.scenario, figure.qualifier) == (line, f"consensus-{provider}", sign)
        if said and figure.labels == labels and figure.number is not None:
            return figure.number.value
    return None


def _own(model: Model, company: str, line: str, year: int) -> tuple[float | None, str]:
    if year not in model.graph.labels_of("year"):
        return None, f"the model does not reach {year}"
    record = model.solve(line, company=company, year=year).records[0]
    return (record.value if isinstance(record.value, float) else None), record.missing


def _gap(model: Model, one: Estimate) -> Gap:
    own, missing = _own(model, one.company, one.line, one.year)
    printed = _printed(model, one)
    return Gap(
        one.provider, one.line, one.year, model.unit(one.line, {"company": one.company}), own, one.mean,
        None if own is None else _over(own, one.mean), printed.printed if printed else None,
        one.low, one.high, one.count, one.as_of, one.source, missing,
    )  # fmt: skip


def _over(new: float, old: float) -> float | None:
    return new / old - 1 if old > 0 and new > 0 else None


def _printed(model: Model, one: Estimate) -> Figure | None:
    labels = {"company": one.company, "provider": one.provider, "year": one.year}
    quantity = f"{one.line}_difference_from_consensus"
    return next((each for each in model.facts.figures if each.quantity == quantity and each.labels == labels), None)


def _bridges(model: Model, company: str, providers: Sequence[str]) -> list[Bridge]:
    found = []
    for provider in providers:
        if provider not in model.graph.labels_of("provider"):
            continue
        for record in model.solve("net_income_gap_to_consensus", company=company, provider=provider):
            labels = dict(record.labels)
            steps = {name: model.solve(quantity, **labels).value for name, quantity in STEPS.items()}
            theirs = model.solve("consensus_net_income", **labels).value
            ours = model.solve("net_income", company=company, year=labels["year"]).value
            if isinstance(theirs, float) and isinstance(ours, float):
                known = {name: value for name, value in steps.items() if isinstance(value, float)}
                if len(known) == len(STEPS):
                    found.append(Bridge(provider, int(labels["year"]), record.unit, theirs, known, ours))
    return found


def _revision(model: Model, old: Estimate, new: Estimate) -> Revision:
    unit = model.unit(old.line, {"company": old.company})
    change = _over(new.mean, old.mean)
    return Revision(
        old.provider, old.line, old.year, unit, old.mean, new.mean, change, old.as_of, new.as_of, new.why or "not said"
    )


def _own_revisions(model: Model, company: str, brought: Sequence[Estimate], before: Model | None) -> list[Revision]:
    found = []
    end = model.solve("driver_last_year").value
    last = end if isinstance(end, float) else math.inf
    for line in LINES:
        unit = model.unit(line, {"company": company})
        earlier = [one for one in brought if (one.company, one.provider, one.line) == (company, OWN, line)]
        for one in sorted(earlier, key=lambda one: (one.year, one.as_of)):
            now, _ = _own(model, company, line, one.year)
            if now is not None and now != one.mean:
                change = _over(now, one.mean)
                why = one.why or "not said"
                found.append(Revision(OWN, line, one.year, unit, one.mean, now, change, one.as_of, "now", why))
        if before is None:
            continue
        for record in model.solve(line, company=company):
            old, _ = _own(before, company, line, int(record.labels["year"]))
            if int(record.labels["year"]) > last:  # grown from the years before, which are told
                continue
            if isinstance(record.value, float) and old is not None and abs(record.value - old) > MOVED * abs(old):
                found.append(
                    Revision(
                        OWN, line, int(record.labels["year"]), unit, old, record.value, _over(record.value, old),
                        before.scenario, "what-if", _what_if(model),
                    )
                )  # fmt: skip
    return found


def _what_if(model: Model) -> str:
    return "set by hand" if model.unchanged is not model else f"under {model.scenario}"


def _ratings(model: Model, company: str) -> list[Rating]:
    found = []
    for record in model.solve("analyst_rating_share", company=company):
        if isinstance(record.value, float):
            fact = model.facts.of("analyst_rating_share", tuple(record.labels.values()))
            found.append(Rating(str(record.labels["rating"]), record.value, fact.source if fact else ""))
    return found


def _why_none(model: Model, company: str) -> str:
    """The register's own reason, where it gives one."""
    register = model.facts.registers.get("risk_reward")
    for entry in register.select([company]) if register else ():
        if entry.values.get("kind") == "consensus" and entry.values.get("topic") == "estimates":
            return f"{str(entry.values['statement']).rstrip('.')} ({entry.source})"
    return "None: no provider's estimate is known; bring them with --estimates"
