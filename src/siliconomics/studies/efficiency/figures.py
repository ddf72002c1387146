"""What the tables of this study share: figures asked of the model, bounds, and where a maker is at home."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import weakest
from siliconomics.facts import LIBRARY, Facts
from siliconomics.model import Model

HOME, ABROAD = "CN", "US"
BASES = {"fp16": "fp16_dense", "fp8": "eight_bit_dense"}
"""Precision on which peaks are compared: dense FP16, or dense 8 bits (FP8, else INT8)."""


@dataclass(frozen=True)
class Figure:
    """One number with how well it is known; without a value, what it would take."""

    value: float | None
    known: str
    missing: str = ""


@dataclass(frozen=True)
class Bounds:
    """A number of which two ends are known; both the same where nothing is left open."""

    low: float | None
    high: float | None
    known: str
    missing: str = ""
    middle: float | None = None
    """The value between the ends, where there is one that a fact states."""

    @property
    def open(self) -> bool:
        """Whether the ends differ."""
        return self.low is not None and self.high is not None and self.high > self.low

    def over(self, other: Bounds) -> Bounds:
        """The ratio, each end at its least favourable pairing."""
        known = weakest([one for one in (self.known, other.known) if one != "unknown"])
        if self.low is None or self.high is None:
            return Bounds(None, None, "unknown", self.missing)
        if other.low is None or other.high is None:
            return Bounds(None, None, "unknown", other.missing)
        return Bounds(self.low / other.high, self.high / other.low, known)

    def as_dict(self, name: str) -> dict[str, Any]:
        return {f"{name}_low": self.low, f"{name}_high": self.high, f"{name}_known": self.known}


def asked(model: Model, quantity: str, **labels: Any) -> Figure:
    """One quantity at its labels."""
    (record,) = model.solve(quantity, **labels)
    if isinstance(record.value, float):
        return Figure(record.value, record.known)
    return Figure(None, "unknown", record.missing)


def bounds(model: Model, low: str, high: str, **labels: Any) -> Bounds:
    """Two quantities that are the ends of one."""
    one, other = asked(model, low, **labels), asked(model, high, **labels)
    if one.value is None or other.value is None:
        return Bounds(None, None, "unknown", one.missing or other.missing)
    return Bounds(one.value, other.value, weakest(["derived", one.known, other.known]))


def stretch(model: Model, quantity: str, **labels: Any) -> Bounds:
    """An input with the range that its fact gives it; the middle is the fact's own value."""
    one = asked(model, quantity, **labels)
    fact = model.facts.of(quantity, tuple(labels.values()))
    if one.value is None or fact is None:
        return Bounds(None, None, "unknown", one.missing)
    low, high = (one.value, one.value) if fact.low is None or fact.high is None else (fact.low, fact.high)
    return Bounds(low, high, one.known, middle=one.value)


def scaled(per: Bounds, by: Bounds) -> Bounds:
    """A figure per something, where that something has a range of its own."""
    if per.low is None or per.high is None or by.low is None or by.high is None or by.middle is None:
        return per
    return Bounds(per.low * by.middle / by.high, per.high * by.middle / by.low, per.known, middle=per.high)


def plain(missing: str) -> str:
    """What a figure lacks, without the labels that the reader knows."""
    names = missing.removeprefix("needs ")
    return ", ".join(dict.fromkeys(name.partition("[")[0].strip() for name in names.split("], ")))


@functools.cache
def _makers() -> dict[str, str]:
    text = (LIBRARY / "generation_gap" / "makers.csv").read_text(encoding="utf-8")
    return {row["maker"]: row["country"] for row in csv.DictReader(text.splitlines())}


def country(maker: str) -> str:
    """Where a maker's chips are designed, as two letters; empty where it is not listed."""
    return _makers().get(maker, "")


def country_of(facts: Facts, chip: str) -> str:
    """Where a chip of our cards is designed."""
    return country(str(facts.cards["chip"][chip]["vendor"]))


def domestic(facts: Facts, chips: Sequence[str]) -> list[str]:
    """Those of some chips that are designed in China."""
    return [chip for chip in chips if country_of(facts, chip) == HOME]
