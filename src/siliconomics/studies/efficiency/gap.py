"""How far China's best chip and system trail the best of the United States, in years and in generations.

The lag at a date is the time since the leader first reached the level that the follower's best has at that date;
it is negative where the follower is ahead. A generation is the usual time in which the leader's best grows by a
stated factor. Both are rebuilt from dated chips: the source names generations and defines none.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import LIBRARY, Facts
from siliconomics.model import Model
from siliconomics.model.figures import MINUS

from ..prediction.machine import year_of
from .figures import ABROAD, HOME, asked, country

MEASURES = {
    "fp16": ("fp16_dense_tflops", "dense FP16 TFLOPS of a chip"),
    "bandwidth": ("memory_bandwidth_gb_s", "memory bandwidth of a chip, GB/s"),
    "tpp": ("total_processing_performance", "total processing performance of a chip"),
    "system-fp16": ("system_fp16_dense_high_tflops", "dense FP16 TFLOPS of a system"),
    "system-bandwidth": ("system_memory_bandwidth_gb_s", "memory bandwidth of a system, GB/s"),
    "system-fp16-per-kw": ("system_fp16_dense_high_tflops_per_kw", "dense FP16 TFLOPS per kW of a system"),
}
PER_CHIP = {"system-fp16": "fp16", "system-bandwidth": "bandwidth", "system-fp16-per-kw": "fp16"}
"""Which measure of chips a measure of systems is held against."""
SYSTEM_LINES = "87, 3265"
LATER = (
    "about one generation in four years (line 3266): unknown; it takes the chips of both countries up to 2030, dated, "
    "and roadmaps are no deliveries"
)
BACK = 2
"""Rows between which a trend is told."""
FIRST_YEAR = 2016.0
"""Before the first accelerators with 16-bit units there is nothing to compare."""
FIRST_SHOWN = 2019
SOURCE, EPOCH = "broker-2026-04-26", "epoch-ml-hardware-2026-04-27"
ROUNDING = 0.5
"""A gap told in whole generations stands for half a generation on either side."""
ANNOUNCED, VOLUME = "announced", "in volume"
BITS = {"fp16_dense_high_tflops": 16.0, "eight_bit_dense_high_tflops": 8.0}
"""Bits of a format, by which its throughput counts in total processing performance."""


@dataclass(frozen=True)
class Dated:
    """One chip or system with its date and its figure."""

    name: str
    country: str
    date: float
    """When it was announced."""
    value: float
    known: str
    source: str
    shipped: float = 0.0
    """When its generation began to ship in volume; 0 where only the announcement is known."""
    volume: bool = True
    """Whether it was sold in numbers."""
    pod: bool = False
    """Whether its chips sit on a torus and not behind switches: not a system to everybody."""


def in_volume(points: Sequence[Dated]) -> list[Dated]:
    """Those that were sold in numbers, each from the later of its announcement and its generation's first shipments."""
    return [replace(one, date=max(one.date, one.shipped)) for one in points if one.volume]


# -- the definition ----------------------------------------------------------------------------


def best_at(points: Sequence[Dated], date: float) -> Dated | None:
    """The best known at a date; of equals the first."""
    there = [one for one in points if one.date <= date]
    return max(there, key=lambda one: (one.value, -one.date)) if there else None


def first_reaching(points: Sequence[Dated], level: float) -> Dated | None:
    """The first that has at least a level."""
    there = [one for one in points if one.value >= level]
    return min(there, key=lambda one: one.date) if there else None


def lag(follower: Sequence[Dated], leader: Sequence[Dated], date: float) -> float | None:
    """Years since the leader first reached the follower's best; negative, the other way round, where it leads."""
    behind, ahead = best_at(follower, date), best_at(leader, date)
    if behind is None or ahead is None:
        return None
    if behind.value == ahead.value:
        return behind.date - ahead.date
    if behind.value < ahead.value:
        reached = first_reaching(leader, behind.value)
        return None if reached is None else date - reached.date
    reached = first_reaching(follower, ahead.value)
    return None if reached is None else reached.date - date


def lag_at_arrival(follower: Sequence[Dated], leader: Sequence[Dated], date: float) -> float | None:
    """The rival definition: years by which the follower's best came later than the leader's first of its level."""
    behind = best_at(follower, date)
    reached = first_reaching([one for one in leader if one.date <= date], behind.value) if behind else None
    return None if behind is None or reached is None else behind.date - reached.date


def cadence(points: Sequence[Dated], step: float, date: float) -> float | None:
    """Median years in which the best grows by a factor; None before it has done so once."""
    dates: list[float] = []
    level = 0.0
    for one in sorted((one for one in points if one.date <= date), key=lambda one: (one.date, -one.value)):
        if one.value >= level * step:
            dates.append(one.date)
            level = one.value
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    return median(gaps) if gaps else None


# -- the points --------------------------------------------------------------------------------


@functools.cache
def _set_aside() -> tuple[dict[str, str], ...]:
    text = (LIBRARY / "generation_gap" / "set_aside.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def aside(chip: str, quantity: str) -> str:
    """When a chip's figure does not count: always, in volume, or never (empty)."""
    for row in _set_aside():
        if row["chip"] == chip and row["measure"] in ("*", quantity):
            return row["when"]
    return ""


def points(model: Model, measure: str) -> list[Dated]:
    """Every dated chip or system of the two countries with a figure in this measure."""
    quantity, _ = MEASURES[measure]
    found = _systems(model, quantity) if measure.startswith("system") else _chips(model, quantity)
    return [one for one in found if one.date >= FIRST_YEAR and one.country in (HOME, ABROAD)]


def _chips(model: Model, quantity: str) -> list[Dated]:
    facts = model.facts
    found, linked = [], set()
    for row in facts.accelerators:
        if row["source"] != EPOCH:
            continue
        linked.add(row["label"])
        date, home = year_of(str(row.get("release_date", ""))), country(str(row.get("vendor", "")))
        value = row.get(quantity)
        if value is None and quantity == "fp16_dense_tflops" and home == HOME:
            value = row.get("fp16_listed_tflops")  # where the table puts the matrix units of Chinese chips
        when = aside(str(row["name"]), quantity)
        if date is None or value is None or when == "always":
            continue
        shipped = year_of(str(facts.cards["chip"].get(row["label"], {}).get("launched") or "")) or 0.0
        place = f"{EPOCH}#row {row['row']}"
        found.append(Dated(str(row["name"]), home, date, float(value), "reported", place, shipped, when != VOLUME))
    for chip, card in facts.cards["chip"].items():
        date = year_of(str(card.get("launched") or ""))
        if chip in linked or date is None:
            continue
        value, known = _of_card(model, chip, quantity)
        if value is not None:
            place = f"card {card['file']}"
            found.append(Dated(chip, country(str(card["vendor"])), date, value, known, place))
    return found


def _of_card(model: Model, chip: str, quantity: str) -> tuple[float | None, str]:
    """A figure of one of our cards that the open table has no row for."""
    if quantity == "total_processing_performance":
        parts = [(asked(model, name, chip=chip), bits) for name, bits in BITS.items()]
        known = [(one.value * bits, one.known) for one, bits in parts if one.value is not None]
        return max(known) if known else (None, "unknown")
    name = "fp16_dense_high_tflops" if quantity == "fp16_dense_tflops" else quantity
    one = asked(model, name, chip=chip)
    return one.value, one.known


def _systems(model: Model, quantity: str) -> list[Dated]:
    found = _pods(model.facts, quantity)
    for name, card in model.facts.cards.get("system", {}).items():
        date = year_of(str(card["launched"] or ""))
        for chip in model.facts.labels["chip"]:
            if date is None or model.facts.of("system_chips", (name, chip)) is None:
                continue
            one = asked(model, quantity, system=name, chip=chip)
            if one.value is not None:
                found.append(Dated(name, card["country"], date, one.value, one.known, f"card {card['file']}"))
    return found


def _pods(facts: Facts, quantity: str) -> list[Dated]:
    """Pods of chips on a torus, from the open table's chips; their power is unknown."""
    per_chip = {
        "system_fp16_dense_high_tflops": "fp16_dense_tflops",
        "system_memory_bandwidth_gb_s": "memory_bandwidth_gb_s",
    }.get(quantity)
    if per_chip is None:
        return []
    rows = {row["name"]: row for row in facts.accelerators if row["source"] == EPOCH}
    found = []
    text = (LIBRARY / "generation_gap" / "pods.csv").read_text(encoding="utf-8")
    for pod in csv.DictReader(text.splitlines()):
        row = rows.get(pod["chip"], {})
        date = year_of(str(row.get("release_date", "")))
        if date is not None and per_chip in row:
            value = float(pod["chips"]) * float(row[per_chip])
            found.append(Dated(pod["system"], pod["country"], date, value, pod["known"], pod["source"], pod=True))
    return found


# -- the answer --------------------------------------------------------------------------------


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
