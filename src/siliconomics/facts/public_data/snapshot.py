"""What a provider said: statements by line and day, closes and share counts by day; names and signs as it has them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts.statement_lines import BY_QUANTITY

YEAR_END = "12-31"
DAY = len("2025-12-31")


@dataclass(frozen=True)
class Snapshot:
    """Statements: lines by the provider's own names, whole units of one currency."""

    provider: str
    ticker: str
    currency: str
    names: Mapping[str, str]
    """The provider's name of each line that is taken, and the quantity it is."""
    cells: Mapping[str, Mapping[str, float]]
    """By name and column: a day up to which the year is summed, or a year."""
    year_end: str = YEAR_END
    version: str = ""
    """Of the provider's package."""
    notes: tuple[str, ...] = ()

    def sheet(self, first_year: int) -> str:
        """One sheet as `company import` reads it, from a year on; empty where there is nothing from then on."""
        days = sorted({day for row in self.cells.values() for day in row if int(day[:4]) >= first_year})
        body = []
        for name, row in self.cells.items():
            printed = [f"{row[day]:.12g}" if day in row else "" for day in days]
            if any(printed):
                unit = "shares" if BY_QUANTITY[self.names[name]].unit == "shares" else ""
                body.append([name, unit, *printed])
        return _csv(["line", "unit", *days], body) if body else ""


@dataclass(frozen=True)
class Closes:
    """Closes as they were quoted, and counts of shares from the day each holds."""

    provider: str
    ticker: str
    currency: str
    closes: Mapping[str, float]
    shares_mn: Mapping[str, float] = field(default_factory=dict)
    version: str = ""
    notes: tuple[str, ...] = ()

    def sheet(self, first_year: int) -> str:
        """One sheet as `company prices` reads it: the count before the first day is kept, because it still holds."""
        days = [day for day in self.closes if int(day[:4]) >= first_year]
        if not days:
            return ""
        held = max((day for day in self.shares_mn if day <= min(days)), default="")
        counted = [day for day in self.shares_mn if day > min(days) or day == held]
        cells = sorted({*days, *counted})
        rows = [
            [day, f"{self.closes[day]:.12g}" if day in days else "", f"{self.shares_mn[day]:.12g}" if day in counted else ""]
            for day in cells
        ]  # fmt: skip
        return _csv(["date", "close", "shares_mn"], rows)


def finite(row: Iterable[tuple[Any, Any]]) -> dict[str, float]:
    """Days and figures, without those that are not there."""
    found: dict[str, float] = {}
    for day, value in row:
        try:
            number = float(value)
        except (TypeError, ValueError):
            continue
        if math.isfinite(number):
            found[as_day(day)] = number
    return found


def as_day(day: Any) -> str:
    """A day as ISO writes it, from a time stamp or from eight digits."""
    text = str(day)[:DAY]
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if text[:8].isdecimal() else text


def one_currency(found: Iterable[Any], provider: str, ticker: str) -> str:
    """The one currency a provider names; refuses none, several, and a part of one (pence)."""
    named = sorted(
        {str(one).strip() for one in found if one is not None and str(one).strip() not in ("", "nan", "None")}
    )
    if len(named) != 1:
        what = f"{provider} names {' and '.join(named)}" if named else f"{provider} names no currency"
        remedy = "import a file with its unit instead"
        raise BadRequest(Problem(f"{what} for {ticker!r}", "", "figures of two currencies make no statement", remedy))
    code = {"人民币": "CNY", "RMB": "CNY", "港元": "HKD", "港币": "HKD", "美元": "USD"}.get(named[0], named[0])
    if not (len(code) == len("CNY") and code.isascii() and code.isupper()):
        what = f"{provider} gives {ticker!r} in {code}, which is no currency of three capital letters"
        raise BadRequest(Problem(what, "", "a part of a currency, as pence, is another unit", "import a file instead"))
    return code


def _csv(heading: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue()
