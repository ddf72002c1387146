"""Trackers: dated series from registers, ready to draw, with where each enters the model; and rows brought by a user."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Entry, fold
from siliconomics.facts.register import FIXED, period
from siliconomics.model import Model

from .rows import Row, read_rows

REGISTER = "trackers"
JOINED = {"prices": {"card": "card_price", "system": "card_price", "rental": "rental", "token": "token_price"}}
"""Registers whose levels are series too, and the kind of each of their words."""
ORDERS = "orders"
NEEDED = ("series", "date", "value", "unit", "as_of")
MAY = ("kind", "about", "source", "known", "status", "low", "high", "qualifier", "quantity", "statement")
SPAN = 0.5
"""Years that lie at least between two points of a yearly growth."""
KNOWN = ("reported", "derived", "estimated", "assumed")


@dataclass(frozen=True)
class Point:
    """A figure of a date."""

    date: str
    middle: str
    """The middle of its period as a day: where it stands on a chart."""
    value: float
    low: float | None
    high: float | None
    bound: str
    known: str
    status: str
    source: str
    as_of: str
    statement: str
    own: bool


@dataclass(frozen=True)
class Entering:
    """A fact of the model that a series enters."""

    quantity: str
    labels: dict[str, Any]
    value: float | str
    as_of: str
    source: str


@dataclass(frozen=True)
class Series:
    """Points of one thing, oldest first."""

    name: str
    kind: str
    about: str
    unit: str
    quantity: str
    read: bool
    """Whether a formula of the model reads the quantity."""
    points: tuple[Point, ...]
    enters: tuple[Entering, ...]
    growth: float | None
    """Yearly, from the first point to the last; none where less than half a year lies between them."""

    def as_dict(self) -> dict[str, Any]:
        """The series as other programs read it."""
        return asdict(self)


def series(model: Model) -> list[Series]:
    """Every series, by kind and name."""
    groups: dict[str, list[tuple[str, Entry]]] = {}
    for entry in _entries(model, REGISTER):
        groups.setdefault(str(entry.values["series"]), []).append((str(entry.values["kind"]), entry))
    for register, kinds in JOINED.items():
        for entry in _entries(model, register):
            if _is_level(entry):
                kind = kinds[str(entry.values["series"])]
                name = slug(f"{kind} {entry.about} {entry.values['unit']} {_who(entry)}")
                groups.setdefault(name, []).append((kind, entry))
    for entry in _entries(model, ORDERS):
        if _is_level(entry):
            name = slug(f"orders {entry.about} {entry.values['stage'] or ''} {entry.values['unit']}")
            groups.setdefault(name, []).append(("orders", entry))
    found = [_series(model, name, rows) for name, rows in groups.items()]
    return sorted(found, key=lambda one: (one.kind, one.name))


def one_series(model: Model, name: str) -> Series:
    """A series by its name; refused with the nearest ones."""
    every = {fold(one.name): one for one in series(model)}
    if fold(name) not in every:
        known = [one.name for one in every.values()]
        raise BadRequest(Problem(f"there is no tracker {name!r}", remedy=nearest(name, known)))
    return every[fold(name)]


def slug(text: str) -> str:
    """A name in small letters and hyphens."""
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")


def _entries(model: Model, register: str) -> list[Entry]:
    found = model.facts.registers.get(register)
    return [one for one in found.entries if not one.lost] if found else []


def _is_level(entry: Entry) -> bool:
    told = isinstance(entry.values.get("value"), float) and bool(entry.date) and bool(entry.values.get("unit"))
    return told and entry.values.get("movement") in (None, "level")


def _who(entry: Entry) -> str:
    """Whose figure it is: two sources count a price in two ways, and make two series."""
    return entry.source.partition("#")[0]


def _series(model: Model, name: str, rows: Sequence[tuple[str, Entry]]) -> Series:
    kind, first = rows[0]
    for column in ("unit", "quantity"):
        told = {str(entry.values[column]) for _, entry in rows if entry.values.get(column)}
        if len(told) > 1:
            where = ", ".join(f"{entry.file}, row {entry.line}" for _, entry in rows)
            words = " and ".join(sorted(repr(one) for one in told))
            raise BadRequest(Problem(f"the series {name} has the {column}s {words}", where, remedy="give it one"))
    points = tuple(sorted((_point(entry) for _, entry in rows), key=lambda one: (one.middle, one.as_of)))
    quantity = next((str(entry.values["quantity"]) for _, entry in rows if entry.values.get("quantity")), "")
    declared = model.facts.declarations.get(quantity)
    read = declared is not None and not declared.unread and not declared.text
    return Series(
        name, kind, first.about, str(first.values["unit"]), quantity, read, points, tuple(_enters(model, quantity)),
        _growth(points),
    )  # fmt: skip


def _point(entry: Entry) -> Point:
    start, end = period(entry.date)
    low, high = (entry.values.get(column) for column in ("low", "high"))
    value = entry.values["value"]
    assert isinstance(value, float)
    return Point(
        entry.date, dt.date.fromordinal((start.toordinal() + end.toordinal()) // 2).isoformat(), value,
        low if isinstance(low, float) else None, high if isinstance(high, float) else None,
        str(entry.values.get("qualifier") or ""), entry.known, entry.status, entry.source, entry.as_of,
        str(entry.values.get("statement") or ""), entry.layer > 0,
    )  # fmt: skip


def _growth(points: Sequence[Point]) -> float | None:
    if len(points) < 2 or points[0].value <= 0 or points[-1].value <= 0:
        return None
    first, last = (dt.date.fromisoformat(one.middle).toordinal() for one in (points[0], points[-1]))
    years = (last - first) / 365.25
    return (points[-1].value / points[0].value) ** (1 / years) - 1 if years >= SPAN else None


def _enters(model: Model, quantity: str) -> list[Entering]:
    return [
        Entering(
            quantity,
            dict(zip(model.facts.declarations[quantity].dimensions, key[1:], strict=True)),
            found[0].value,
            found[0].as_of,
            found[0].source,
        )
        for key, found in model.facts.facts.items()
        if quantity and key[0] == quantity
    ]


# -- rows that a user brings ------------------------------------------------------------------


def read_points(model: Model, path: Path | str, source: str = "") -> list[dict[str, str]]:
    """Rows of a file as rows of the register; every problem of every line at once, and then none is taken.

    ``source``: id and place for rows that name none.
    """
    read = read_rows(path, NEEDED, MAY)
    known = {one.name: one for one in series(model)}
    met: dict[tuple[str, str, str], int] = {}
    told: dict[str, tuple[str, str, str]] = {}
    found = []
    for row in read:
        cells = _cells(model, row, known, told, source)
        key = (cells["series"], cells["date"], cells["as_of"])
        if key in met:
            why = f"line {met[key]} gives it already"
            row.wrong("date", f"{key[0]} of {key[1]} as of {key[2]} stands twice", why, "keep one")
        met.setdefault(key, row.line)
        found.append(cells)
    problems = [problem for row in read for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    return found


def _cells(
    model: Model, row: Row, known: dict[str, Series], told: dict[str, tuple[str, str, str]], source: str
) -> dict[str, str]:
    name = slug(row.cells["series"])
    if not name:
        row.wrong("series", "is empty", "a point belongs to a series", "name it, for example rental-h100")
    cells = {column: row.cells.get(column, "") for column in (*NEEDED, *MAY)}
    before = known.get(name)
    kinds = next(one.choices for one in model.facts.registers[REGISTER].columns if one.name == "kind")
    if before is not None:
        for column, wanted in (("unit", before.unit), ("kind", before.kind), ("quantity", before.quantity)):
            if (column == "unit" or cells[column]) and cells[column] != wanted:
                what = f"{cells[column] or 'nothing'}, and the series has {wanted or 'none'}"
                row.wrong(column, what, "one series has one", "convert the figures, or name another series")
            cells[column] = wanted
    else:
        row.choice("kind", kinds, "it is a new series")
        if not cells["unit"]:
            row.wrong("unit", "is empty", "a figure without a unit says nothing", "fill it in")
        if cells["quantity"] and cells["quantity"] not in model.facts.declarations:
            what = f"there is no input quantity {cells['quantity']!r}"
            row.wrong("quantity", what, remedy=nearest(cells["quantity"], model.facts.declarations))
        alike = told.setdefault(name, (cells["unit"], cells["kind"], cells["quantity"]))
        if alike != (cells["unit"], cells["kind"], cells["quantity"]):
            row.wrong("unit", f"kind, unit and quantity of {name} differ between rows", "one series has one", "")
    value = row.number("value", "(-inf, inf)")
    low, high = (row.number(column, "(-inf, inf)", missing=math.nan) for column in ("low", "high"))
    if low > value or high < value or (low == low) != (high == high):
        row.wrong("value", f"{row.cells['value']} has no whole range around it", "", "give both ends, or none")
    _dates(row, cells)
    if cells["qualifier"] and cells["qualifier"] not in (">", "<", "~"):
        row.wrong("qualifier", f"{cells['qualifier']!r} is none of > < ~")
    cells["known"] = row.choice("known", KNOWN) if cells["known"] else "reported"
    cells["source"] = cells["source"] or source
    if not cells["source"].partition("#")[2]:
        remedy = "write id#place, or give --source for all rows"
        row.wrong("source", f"{cells['source'] or 'nothing'} names no place", "it cannot be checked", remedy)
    return _kept(cells, row, name, before)


def _dates(row: Row, cells: dict[str, str]) -> None:
    try:
        known = dt.date.fromisoformat(cells["as_of"])
    except ValueError:
        row.wrong("as_of", f"{cells['as_of']!r} is not a day", remedy="write for example 2026-11-25")
        return
    try:
        begins = period(cells["date"])[0]
    except ValueError as error:
        row.wrong("date", str(error))
        return
    if begins > known and cells["status"] != "expected":
        what = f"{cells['date']} lies after {cells['as_of']}, when it was known"
        row.wrong("date", what, "a fact is not of the future", "write expected under status, or correct a date")
    if cells["status"] not in ("", "stated", "expected"):
        row.wrong("status", f"{cells['status']!r} is none of stated, expected")


def _kept(cells: dict[str, str], row: Row, name: str, before: Series | None) -> dict[str, str]:
    about = cells["about"] or (before.about if before is not None else name)
    number = {one: row.cells.get(one, "") for one in ("value", "low", "high")}
    return {
        "id": slug(f"{name} {cells['date']} {cells['as_of']}"), "about": about, "date": cells["date"],
        "as_of": cells["as_of"], "source": cells["source"], "known": cells["known"],
        "status": cells["status"] or "stated", "series": name, "kind": cells["kind"],
        **{one: _plain(text) for one, text in number.items()},
        "qualifier": cells["qualifier"], "unit": cells["unit"], "quantity": cells["quantity"],
        "statement": cells["statement"] or "As brought.",
    }  # fmt: skip


def _plain(text: str) -> str:
    """A figure as the register keeps it: a percentage as a share."""
    return f"{float(text.removesuffix('%')) / 100:.12g}" if text.endswith("%") else text


def table(model: Model, rows: Sequence[dict[str, str]], before: str = "") -> str:
    """The register's table with new rows behind those it has; a row of the same series, date and day is replaced."""
    names = [*FIXED, *(column.name for column in model.facts.registers[REGISTER].columns)]
    kept = {row["id"]: row for row in csv.DictReader(io.StringIO(before))} if before else {}
    for row in rows:
        kept[row["id"]] = row
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept.values())
    return out.getvalue()


__all__ = ["Entering", "Point", "Series", "one_series", "read_points", "series", "slug", "table"]
