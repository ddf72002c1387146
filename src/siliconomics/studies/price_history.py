"""Closes of a share, day by day, with the number of shares of each day; a user's file, or files in folders of facts."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts.table import unreadable
from siliconomics.model import Model
from siliconomics.studies import rows

NEEDED = ("date", "close")
AHEAD = ("forward_revenue_mn", "forward_net_income_mn", "forward_equity_mn")
"""What was expected on each day of the twelve months ahead: for bands of multiples."""
OPTIONAL = ("currency", "shares_mn", *AHEAD)
LAYOUT = "prices"


@dataclass(frozen=True)
class History:
    """Closes in the order of their days; a figure that a day lacks is not a number."""

    file: str
    days: tuple[str, ...]
    closes: tuple[float, ...]
    shares_mn: tuple[float, ...]
    """Millions of shares; a count holds from its day until the next."""
    ahead: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """By column of ``AHEAD``; a column that is not there has no entry."""
    source: str = ""
    as_of: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _Days:
    closes: dict[str, float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    ahead: dict[str, dict[str, float]] = field(default_factory=dict)

    def history(self, file: str, source: str = "", as_of: str = "", notes: tuple[str, ...] = ()) -> History:
        days = tuple(sorted(self.closes))
        held: list[float] = []
        pending, count = sorted(self.counts.items()), math.nan
        for day in days:
            while pending and pending[0][0] <= day:
                count = pending.pop(0)[1]
            held.append(count)
        ahead = {name: tuple(cells.get(day, math.nan) for day in days) for name, cells in self.ahead.items() if cells}
        return History(file, days, tuple(self.closes[day] for day in days), tuple(held), ahead, source, as_of, notes)


def read_prices(model: Model, company: str, path: Path | str) -> History:
    """One file; refuses a day twice and a currency the share is not listed in, with the line."""
    label = str(model.label("company", company))
    return _read(path, label, listed_in(model, label)).history(str(path))


def listed_in(model: Model, label: str) -> str:
    """The currency a company's share trades in; empty where its card does not say."""
    return str(model.facts.cards.get("company", {}).get(label, {}).get("listing_currency") or "")


def check_prices(path: Path | str, company: str, listed: str) -> tuple[int, str, str, int]:
    """Days with a close, the first and the last of them, and counts of shares, or every problem with its line."""
    found = _read(path, company, listed)
    if not found.closes:
        raise BadRequest(Problem("no row has a close", str(path), remedy="write at least one day with its close"))
    return len(found.closes), min(found.closes), max(found.closes), len(found.counts)


def _read(path: Path | str, company: str, listed: str) -> _Days:
    found = _Days(ahead={name: {} for name in AHEAD})
    lines: dict[str, int] = {}
    read = rows.read_rows(path, NEEDED, OPTIONAL)
    for row in read:
        counted = row.cells.get("shares_mn", "")
        close = row.number("close", "(0, inf)", missing=math.nan if counted else None)
        shares = row.number("shares_mn", "(0, 1000000]", missing=math.nan)
        ahead = {
            name: row.number(name, "(-inf, inf)" if name == "forward_net_income_mn" else "(0, inf)", missing=math.nan)
            for name in AHEAD
        }
        currency = row.cells.get("currency", "").upper()
        if currency and listed and currency != listed:
            row.wrong(
                "currency", f"{currency}, and {company} is listed in {listed}",
                "mixed currencies make no history", "convert the closes",
            )  # fmt: skip
        try:
            day = dt.date.fromisoformat(row.cells["date"]).isoformat()
        except ValueError:
            row.wrong("date", f"{row.cells['date']!r} is not a day", remedy="write for example 2026-04-24")
            continue
        if day in lines:
            row.wrong("date", f"{day} stands in line {lines[day]} already", "a day has one close", "remove one")
            continue
        lines[day] = row.line
        for cells, value in (
            (found.closes, close),
            (found.counts, shares),
            *((found.ahead[n], v) for n, v in ahead.items()),
        ):
            if not math.isnan(value):
                cells[day] = value
    problems = [problem for row in read for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    return found


def histories(model: Model, folders: Sequence[str | Path]) -> dict[str, History]:
    """Every company's history in folders of facts; of two files that give a day, the one dated later is used."""
    found: dict[str, list[tuple[str, Path, dict[str, Any]]]] = {}
    for path in _cards(folders):
        card = _card(path)
        if card is None or not card.get("company"):
            continue  # a file that is given by name, as to `multiples --prices`
        label = str(model.label("company", card["company"]))
        found.setdefault(label, []).append((str(card.get("as_of", "")), path, card))
    return {label: _joined(model, label, sorted(files, key=lambda one: one[0])) for label, files in found.items()}


def _cards(folders: Sequence[str | Path]) -> Iterable[Path]:
    return (path for folder in folders for path in sorted(Path(folder).rglob("*.toml")))


def _card(path: Path) -> dict[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(unreadable(path, error)) from None
    return data if data.get("layout") == LAYOUT else None


def _joined(model: Model, label: str, files: list[tuple[str, Path, dict[str, Any]]]) -> History:
    whole, changed = _Days(ahead={name: {} for name in AHEAD}), 0
    listed = listed_in(model, label)
    for _, path, card in files:
        if card.get("currency") and listed and card["currency"] != listed:
            what = f"the closes are in {card['currency']}, and {label} is listed in {listed}"
            raise BadRequest(Problem(what, str(path), "mixed currencies make no history", "convert the closes"))
        one = _read(path.with_suffix(".csv"), label, listed)
        changed += sum(whole.closes.get(day, value) != value for day, value in one.closes.items())
        whole.closes |= one.closes
        whole.counts |= one.counts
        for name in AHEAD:
            whole.ahead[name] |= one.ahead[name]
    notes = (f"{changed} closes of {label} differ between files; the later file's are used",) if changed else ()
    as_of, path, card = files[-1]
    return whole.history(
        ", ".join(str(one[1].with_suffix(".csv")) for one in files), str(card.get("source", "")), as_of, notes
    )
