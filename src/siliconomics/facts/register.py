"""Registers: dated, sourced rows about companies, chips and the market, as a table anybody may extend.

Nothing here reads a file format; compiled registers load without the reader.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

FIXED = ("id", "about", "date", "as_of", "source", "known", "status")
"""Columns that every register starts with."""
STATUSES = ("stated", "expected", "lost")
"""Said as a fact; said to come; once printed in the source and not in its text any more."""

_MOMENT = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|Q([1-4])|H([12])))?", re.ASCII)
Days = tuple[dt.date, dt.date]


def period(text: str) -> Days:
    """First and last day of a year, month, day, quarter (2026-Q4), half (2026-H1), or of two of them (2026/2027)."""
    first, slash, last = text.partition("/")
    start, end = _moment(first)
    if slash:
        end = _moment(last)[1]
    if end < start:
        raise ValueError(f"{text!r} ends before it starts")
    return start, end


def _moment(text: str) -> Days:
    match = _MOMENT.fullmatch(text)
    wrong = ValueError(f"{text!r} is no date; write 2026, 2026-07, 2026-07-01, 2026-Q3, 2026-H2 or 2026/2027")
    if match is None:
        raise wrong
    year, month, day, quarter, half = (int(part) if part else 0 for part in match.groups())
    months = (month, month)
    if quarter:
        months = (3 * quarter - 2, 3 * quarter)
    elif half:
        months = (6 * half - 5, 6 * half)
    elif not match[2]:
        months = (1, 12)
    try:
        start = dt.date(year, months[0], day or 1)
        end = dt.date(year, months[1], day or calendar.monthrange(year, months[1])[1])
    except (ValueError, calendar.IllegalMonthError):
        raise wrong from None
    return (start, start) if match[3] else (start, end)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a register holds."""

    name: str
    meaning: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: about whom, when, from where, how well known, and what it says."""

    id: str
    about: str
    dimension: str
    """The dimension whose label ``about`` is; empty where it is a name without a card."""
    date: str
    """What the row is about: a day, month, quarter, half, year, or two of them; empty is undated."""
    as_of: str
    """When it was known."""
    source: str
    known: str
    """reported, derived, estimated or assumed; empty where the source's content is lost."""
    status: str
    values: dict[str, float | str | None]
    file: str = ""
    line: int = 0
    layer: int = 0
    """0 is ours; folders given later stand before it."""

    @property
    def lost(self) -> bool:
        return self.status == "lost"

    def falls(self, start: dt.date | None, end: dt.date | None) -> bool:
        """Whether any day of the row's date lies in the span; an undated row lies in none."""
        if not self.date:
            return start is None and end is None
        first, last = period(self.date)
        return (start is None or last >= start) and (end is None or first <= end)

    def record(self) -> dict[str, float | str | None]:
        """The row as one flat record; what is empty is null."""
        fixed = {name: str(getattr(self, name)) or None for name in FIXED}
        return {**fixed, **self.values}


@dataclass(slots=True)
class Register:
    """A table of rows of one kind."""

    name: str
    title: str
    row: str
    """What one row is."""
    about: tuple[str, ...]
    """Dimensions whose labels a row may be about."""
    open: bool
    """Whether a row may be about a name that has no card."""
    columns: tuple[Column, ...]
    used_by: tuple[str, ...] = ()
    note: str = ""
    file: str = ""
    entries: list[Entry] = field(default_factory=list)

    def select(
        self, about: Collection[str] | None = None, start: dt.date | None = None, end: dt.date | None = None
    ) -> Sequence[Entry]:
        """Rows about any of some labels, and of a span of days; undated rows lie in no span."""
        return [entry for entry in self.entries if (about is None or entry.about in about) and entry.falls(start, end)]
