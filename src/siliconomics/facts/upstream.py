"""Rows of the register of the upstream as a fact that supply can read: the most wafers that tools let advanced nodes start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .register import Entry, period
from .table import Fact, Facts

REGISTER = "upstream"
QUANTITY = "upstream_cap_wafers_per_month"


@dataclass(frozen=True)
class Cap:
    """Wafers a month that a step lets the foundries start: its suppliers together."""

    step: str
    value: float
    low: float
    high: float
    rows: tuple[Entry, ...]


def begins(entry: Entry) -> int:
    """Year from which a row holds."""
    return period(entry.date or entry.as_of)[0].year


def caps(entries: Iterable[Entry], year: int, scopes: tuple[str, ...]) -> list[Cap]:
    """Caps of a year by step: each supplier's latest row, all suppliers of a step added up."""
    latest: dict[str, dict[str, Entry]] = {}
    for one in sorted(entries, key=begins):
        if one.values["cap_wafers_per_month"] is not None and begins(one) <= year and one.values["scope"] in scopes:
            latest.setdefault(str(one.values["step"]), {})[one.about] = one
    found = []
    for step, rows in latest.items():
        value, low, high = (
            sum(number(one, column) for one in rows.values())
            for column in ("cap_wafers_per_month", "cap_low", "cap_high")
        )
        found.append(Cap(step, value, low, high, tuple(rows.values())))
    return found


def number(entry: Entry, column: str) -> float:
    """A row's cap, or an end of its range; the cap itself where the end is not given."""
    value = entry.values[column]
    return value if isinstance(value, float) else float(entry.values["cap_wafers_per_month"] or 0)


def read_upstream(facts: Facts) -> None:
    """Lay the lowest cap of all wafers of the nodes, year by year, into the table of facts."""
    register = facts.registers.get(REGISTER)
    if register is None or QUANTITY not in facts.declarations:
        return
    entries = [one for one in register.entries if not one.lost]
    for year in facts.labels.get("year", []):
        every = caps(entries, year, ("node",))
        if not every:
            continue
        lowest = min(every, key=lambda one: one.value)
        row = lowest.rows[-1]
        facts.facts.setdefault(
            (QUANTITY, year),
            [
                Fact(
                    QUANTITY, {"year": year}, lowest.value, row.known, row.source, row.as_of, lowest.low, lowest.high,
                    note=f"{lowest.step}: {', '.join(one.id for one in lowest.rows)} of the register upstream.",
                    file=row.file,
                )
            ],
        )  # fmt: skip
