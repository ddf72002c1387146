"""How far China's best chip and system trail the best of the United States, in years and in generations.

Rebuilt from dated chips (see frontier): the source names generations and defines none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Facts
from siliconomics.model import Model
from siliconomics.model.figures import MINUS

from .figures import ABROAD, HOME
from .frontier import EPOCH, MEASURES, Dated, best_at, cadence, in_volume, lag, lag_at_arrival, points

PER_CHIP = {"system-fp16": "fp16", "system-bandwidth": "bandwidth", "system-fp16-per-kw": "fp16"}
"""Which measure of chips a measure of systems is held against."""
SYSTEM_LINES = "87, 3265"
LATER = (
    "about one generation in four years (line 3266): unknown; it takes the chips of both countries up to 2030, dated, "
    "and roadmaps are no deliveries"
)
BACK = 2
"""Rows between which a trend is told."""
FIRST_SHOWN = 2019
SOURCE = "broker-2026-04-26"
ROUNDING = 0.5
"""A gap told in whole generations stands for half a generation on either side."""


@dataclass(frozen=True)
class Row:
    """The gap at one date."""

    date: str
    home_best: Dated | None
    abroad_best: Dated | None
    lag_years: float | None
    """Among chips sold in numbers."""
    lag_years_announced: float | None
    lag_years_at_arrival: float | None
    lag_years_with_pods: float | None
    """With pods of chips on a torus among the systems; the same as the lag for chips."""
    generations: float | None
    generations_low: float | None
    generations_high: float | None
    missing: str = ""

    @property
    def level(self) -> float | None:
        """China's best over the best of the United States."""
        if self.home_best is None or self.abroad_best is None:
            return None
        return self.home_best.value / self.abroad_best.value

    def as_dict(self) -> dict[str, Any]:
        return {
            "date": self.date,
            **_named("home_best", self.home_best),
            **_named("abroad_best", self.abroad_best),
            "level_over_abroad": self.level,
            "lag_years": self.lag_years,
            "lag_years_announced": self.lag_years_announced,
            "lag_years_at_arrival": self.lag_years_at_arrival,
            "lag_years_with_pods": self.lag_years_with_pods,
            "generations": self.generations,
            "generations_low": self.generations_low,
            "generations_high": self.generations_high,
            "missing": self.missing,
        }


def _named(name: str, one: Dated | None) -> dict[str, Any]:
    return {
        name: one and one.name,
        f"{name}_value": one and one.value,
        f"{name}_known": one.known if one else "unknown",
        f"{name}_source": one and one.source,
    }


@dataclass(frozen=True)
class Gap:
    """One measure over the years, and what the source says beside it."""

    measure: str
    meaning: str
    step: float
    step_range: tuple[float, float]
    cadence_years: float | None
    rows: list[Row]
    said: float
    said_lines: str
    verdict: str
    why: str

    @property
    def trend(self) -> str:
        """Whether the lag grows or shrinks."""
        return trend(self.rows)

    def as_dict(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "meaning": self.meaning,
            "generation_step": self.step,
            "generation_step_range": list(self.step_range),
            "cadence_years": self.cadence_years,
            "rows": [row.as_dict() for row in self.rows],
            "source_generations": self.said,
            "source_lines": self.said_lines,
            "verdict": self.verdict,
            "why": self.why,
            "trend": self.trend,
            "later": LATER,
            "rebuilt": True,
        }


def measured(name: str) -> str:
    """A measure by its name; refuses one there is not."""
    if name not in MEASURES:
        raise BadRequest(Problem(f"there is no measure {name!r}", remedy=nearest(name, MEASURES)))
    return name


def gap(model: Model, measure: str = "fp16", until: str = "") -> Gap:
    """The gap in one measure at the end of each year and at a date (the source's, if none is given)."""
    measured(measure)
    last = _day(until or str(model.facts.sources[SOURCE]["date"]), str(model.facts.sources[EPOCH]["date"]))
    all_points = points(model, measure)
    step, low, high = _step(model.facts)
    days = [dt.date(year, 12, 31) for year in range(FIRST_SHOWN, last.year) if dt.date(year, 12, 31) < last]
    rows = [row_at(all_points, day, step, (low, high)) for day in (*days, last)]
    leader = in_volume([one for one in all_points if one.country == ABROAD and not one.pod])
    said, lines = _said(model.facts)
    if measure in PER_CHIP:
        chip = row_at(points(model, PER_CHIP[measure]), last, step, (low, high))
        verdict, why = judge_system(rows[-1], chip)
        lines = SYSTEM_LINES
    else:
        verdict, why = judge(rows[-1], said)
    length = cadence(leader, step, _year(last))
    return Gap(measure, MEASURES[measure][1], step, (low, high), length, rows, said, lines, verdict, why)


def row_at(found: Sequence[Dated], day: dt.date, step: float, span: tuple[float, float]) -> Row:
    """The gap on a day; its range is over the definitions of a generation and of which chips count."""
    date = _year(day)
    home, abroad = ([one for one in found if one.country == where and not one.pod] for where in (HOME, ABROAD))
    sold_home, sold_abroad = in_volume(home), in_volume(abroad)
    sold = lag(sold_home, sold_abroad, date)
    announced = lag(home, abroad, date)
    arrival = lag_at_arrival(sold_home, sold_abroad, date)
    with_pods = [in_volume([one for one in found if one.country == where]) for where in (HOME, ABROAD)]
    pods = lag(with_pods[0], with_pods[1], date)
    lengths = {one: cadence(sold_abroad, one, date) for one in (step, *span)}
    known = [length for length in lengths.values() if length]
    lags = [one for one in (sold, announced, arrival, pods) if one is not None]
    ratios = [one / length for one in lags for length in known]
    middle = lengths[step]
    missing = ""
    if sold is None:
        missing = "a dated chip of both countries with this figure"
    elif not middle:
        missing = f"two generations of the leader a factor of {step:g} apart"
    return Row(
        day.isoformat(),
        best_at(sold_home, date),
        best_at(sold_abroad, date),
        sold,
        announced,
        arrival,
        pods,
        sold / middle if sold is not None and middle else None,
        min(ratios, default=None),
        max(ratios, default=None),
        missing,
    )


def judge(row: Row, said: float) -> tuple[str, str]:
    """The source's whole generations per chip against the rebuilt range: inside it, half a generation or more off, or near."""
    if row.generations is None or row.generations_low is None or row.generations_high is None:
        return "unknown", f"it takes {row.missing}"
    low, high = said - ROUNDING, said + ROUNDING
    if row.generations_low <= said <= row.generations_high:
        verdict = "consistent"
    elif row.generations_high < low or row.generations_low > high:
        verdict = "contradicted"
    else:
        verdict = "undecided"
    return verdict, f"{_span(row)} on {row.date}, against {said:g} give or take a half"


def judge_system(row: Row, chip: Row) -> tuple[str, str]:
    """The source holds the gap of systems to be smaller than that of chips, and gives it no number."""
    if row.generations_low is None or row.generations_high is None:
        return "unknown", f"it takes {row.missing}"
    if chip.generations_low is None or chip.generations_high is None:
        return "unknown", f"it takes {chip.missing}"
    if row.generations_high < chip.generations_low:
        verdict = "consistent"
    elif row.generations_low > chip.generations_high:
        verdict = "contradicted"
    else:
        verdict = "undecided"
    why = f"per system {_span(row)}, per chip {_span(chip)}; the source calls the first the smaller one"
    if row.lag_years_with_pods != row.lag_years:
        why += "; the upper end counts TPU pods as systems"
    return verdict, why


def _span(row: Row) -> str:
    middle = "unknown" if row.generations is None else f"{row.generations:.1f}"
    return f"{middle} generations ({row.generations_low:.1f} to {row.generations_high:.1f})".replace("-", MINUS)


def trend(rows: Sequence[Row]) -> str:
    """Whether the lag grows or shrinks, in years, from two year ends ago."""
    if len(rows) <= BACK or rows[-1].lag_years is None or rows[-1 - BACK].lag_years is None:
        return "unknown"
    before, now = rows[-1 - BACK], rows[-1]
    assert before.lag_years is not None and now.lag_years is not None
    way = "wider" if now.lag_years > before.lag_years else "narrower"
    lags = [f"{one.lag_years:.1f}".replace("-", MINUS) for one in (before, now)]
    return f"{way}: {lags[0]} years on {before.date}, {lags[1]} on {now.date}"


def _said(facts: Facts) -> tuple[float, str]:
    """What the source says of chips at its date: two generations."""
    fact = facts.of("generation_gap", (2026,))
    if fact is None:
        raise BadRequest(Problem("the source's gap is not among the facts", remedy="check text.csv, line 86"))
    return float(fact.value), "86, 3264"


def _step(facts: Facts) -> tuple[float, float, float]:
    fact = facts.of("generation_step", ())
    if fact is None or fact.low is None or fact.high is None:
        raise BadRequest(
            Problem("generation_step has no value with a range", remedy="give one in a card, for example 2, [1.5, 3]")
        )
    return float(fact.value), fact.low, fact.high


def _day(text: str, end: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(Problem(f"{text!r} is not a day", remedy="write for example 2026-04-26")) from None
    if day.year < FIRST_SHOWN or day > dt.date.fromisoformat(end):
        raise BadRequest(
            Problem(
                f"{text} lies outside what dated chips can say",
                why=f"the open table of chips ends on {end}",
                remedy=f"give a day from {FIRST_SHOWN} to then",
            )
        )
    return day


def _year(day: dt.date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365
