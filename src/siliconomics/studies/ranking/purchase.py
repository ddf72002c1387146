"""Whether a chip may be bought in China at a date: the one place where the ranking learns it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from siliconomics.facts import Facts
from siliconomics.facts.register import period

REGISTER = "availability"
OPEN, APART = "may_be_bought", "not_freely"
GROUPS = (OPEN, APART)
SAID = {OPEN: "may be bought in China", APART: "barred, or decided case by case: ranked apart"}
FREE = frozenset({"permitted", "tight", "spot"})
FOREIGN = frozenset({"NVIDIA", "AMD"})
"""Makers whose chips need a licence to reach China; a chip of another maker without a row is made at home."""


@dataclass(frozen=True)
class Purchase:
    """Status of one chip at a date."""

    group: str
    state: str
    date: str
    source: str
    why: str


def status(facts: Facts, chip: str | None, company: str, day: dt.date) -> Purchase:
    """The latest row of the register on the chip that was known and in force on the day.

    Two rows of one day or period: the one that bars wins. No row: a domestic maker's chip may be bought, for export
    rules do not bind its sale at home; a foreign one's is unknown and so ranked apart.
    """
    register = facts.registers.get(REGISTER)
    rows = [
        entry
        for entry in (register.select({chip}) if register and chip else [])
        if not entry.lost and (not entry.date or period(entry.date)[0] <= day)
    ]
    if rows:
        last = max(rows, key=lambda one: (one.date or "", str(one.values["state"]) not in FREE))
        state = str(last.values["state"])
        group = OPEN if state in FREE else APART
        return Purchase(group, state, last.date or last.as_of, last.source, str(last.values["statement"]))
    if company in FOREIGN:
        return Purchase(APART, "unknown", day.isoformat(), "", f"no row of the register {REGISTER} tells of it")
    why = "made and sold by a Chinese company: no export licence stands between maker and buyer"
    return Purchase(OPEN, "domestic", day.isoformat(), "siliconomics#definition", why)
