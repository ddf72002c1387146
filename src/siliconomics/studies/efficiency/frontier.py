"""Dated chips and systems of two countries, their best at a date, and how far one trails the other.

The lag at a date is the time since the leader first reached the level that the follower's best has at that date;
it is negative where the follower is ahead. A generation is the usual time in which the leader's best grows by a
stated factor.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from siliconomics.facts import LIBRARY, Facts
from siliconomics.model import Model

from ..prediction.machine import year_of
from .figures import ABROAD, HOME, asked, country

MEASURES = {
    "fp16": ("fp16_dense_tflops", "dense FP16 TFLOPS of a chip"),
    "bandwidth": ("memory_bandwidth_gb_s", "memory bandwidth of a chip, GB/s"),
    "tpp": ("stated_total_processing_performance", "total processing performance of a chip"),
    "system-fp16": ("system_fp16_dense_high_tflops", "dense FP16 TFLOPS of a system"),
    "system-bandwidth": ("system_memory_bandwidth_gb_s", "memory bandwidth of a system, GB/s"),
    "system-fp16-per-kw": ("system_fp16_dense_high_tflops_per_kw", "dense FP16 TFLOPS per kW of a system"),
}
FIRST_YEAR = 2016.0
"""Before the first accelerators with 16-bit units there is nothing to compare."""
EPOCH = "epoch-ml-hardware-2026-04-27"
VOLUME = "in volume"
"""A chip set aside so never sold in numbers: it counts as announced only."""
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
    if quantity == "stated_total_processing_performance":
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
