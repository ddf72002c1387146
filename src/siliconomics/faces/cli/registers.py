"""The command of registers: dated, sourced rows about companies, chips and the market."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Entry, Facts, Register, fold, load
from siliconomics.facts.register import FIXED, Column, period

from .app import AsCsv, AsJson, FactsFolders, app
from .records import print_json

UNKNOWN = "unknown: lost in the source's text"
SENTENCES = ("statement", "finding")
"""Columns that are printed as a line of their own."""


@app.command("registers")
def registers_(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A register; without it, all are listed.")] = "",
    about: Annotated[str, typer.Option("--about", metavar="LABEL", help="Only rows about this company or chip.")] = "",
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="Only rows dated then or later.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Only rows dated then or earlier.")] = "",
    template: Annotated[bool, typer.Option("--template", help="A table to fill with rows of your own.")] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Vendors, products, roadmaps, events, orders, evidence ...: dated rows, each with its source."""
    known = load([Path(folder) for folder in facts])
    found = known.registers
    if not name:
        for given, option in ((about, "--about"), (start, "--from"), (end, "--to"), (template, "--template")):
            if given:
                remedy = f"write for example siliconomics registers events {option} ..."
                raise BadRequest(Problem(f"{option} needs the name of a register", remedy=remedy))
        _list(known, as_json, as_csv)
        return
    register = found.get(name) or {fold(one): register for one, register in found.items()}.get(fold(name))
    if register is None:
        raise BadRequest(Problem(f"there is no register {name!r}", remedy=nearest(name, found)))
    if template:
        _template(register)
        return
    first, last = _day(start, "--from", 0), _day(end, "--to", 1)
    if first and last and last < first:
        raise BadRequest(Problem(f"--to {end} lies before --from {start}", remedy="change the two"))
    labels = _labels(known, register, about) if about else None
    entries = register.select(labels, first, last)
    _beside(known, register, labels, bool(first or last))
    if as_json:
        print_json([_record(register, entry) for entry in entries])
    elif as_csv:
        _csv(register, entries)
    else:
        _print(register, entries)


def _day(text: str, option: str, which: int) -> dt.date | None:
    if not text:
        return None
    try:
        return period(text)[which]
    except ValueError as error:
        raise BadRequest(Problem(f"{option} {error}", remedy="a year or month means its whole length")) from None


def _labels(facts: Facts, register: Register, spelling: str) -> list[str]:
    """The label a spelling means, one with a card or a name that a row uses; with a company, its chips."""
    for dimension in ("company", *register.about):
        try:
            label = str(facts.label(dimension, spelling))
        except BadRequest:
            continue
        chips = facts.cards.get("chip", {}) if dimension == "company" else {}
        return [label, *(chip for chip, card in chips.items() if fold(card["vendor"]) == fold(label))]
    names = {fold(entry.about): entry.about for entry in register.entries}
    if fold(spelling) in names:
        return [names[fold(spelling)]]
    known = dict.fromkeys(entry.about for entry in register.entries)
    where = f"register {register.name}"
    raise BadRequest(Problem(f"no row and no card is about {spelling!r}", where, remedy=nearest(spelling, known)))


def _record(register: Register, entry: Entry) -> dict[str, Any]:
    return {"register": register.name, "dimension": entry.dimension or None, "own": entry.layer > 0, **entry.record()}


def _beside(facts: Facts, register: Register, labels: Sequence[str] | None, dated: bool) -> None:
    """What the rows shown do not say, to the error stream."""
    rows = register.select(labels)
    undated = sum(not entry.date for entry in rows)
    if dated and undated:
        left = "1 undated row" if undated == 1 else f"{undated} undated rows"
        print(f"siliconomics: {left} left out; a row without a date lies in no span of time", file=sys.stderr)
    if labels and not rows:
        said = f"the register {register.name} holds nothing about {labels[0]}: unknown, not none"
        print(f"siliconomics: {said}", file=sys.stderr)
    for warning in facts.warnings:
        if f"{register.name}.csv, row" in warning:
            print(f"siliconomics: warning: {warning}", file=sys.stderr)


def _is_read(facts: Facts, quantity: str) -> bool:
    """Whether a formula reads a quantity; words and dates are only looked up."""
    declared = facts.declarations[quantity]
    return not declared.unread and not declared.text


def _summary(facts: Facts, register: Register) -> dict[str, Any]:
    days = [period(entry.date) for entry in register.entries if entry.date]
    quantities = {
        quantity.strip()
        for column in register.columns
        if column.type in ("quantity", "quantities")
        for entry in register.entries
        for quantity in str(entry.values[column.name] or "").split(";")
        if quantity.strip()
    }
    return {
        "name": register.name,
        "title": register.title,
        "row": register.row,
        "rows": len(register.entries),
        "own_rows": sum(entry.layer > 0 for entry in register.entries),
        "lost_rows": sum(entry.lost for entry in register.entries),
        "undated_rows": sum(not entry.date for entry in register.entries),
        "first": min(start for start, _ in days).isoformat() if days else None,
        "last": max(end for _, end in days).isoformat() if days else None,
        "used_by": list(register.used_by),
        "quantities": sorted(quantities),
        "quantities_read_by_formulas": sorted(one for one in quantities if _is_read(facts, one)),
        "note": register.note or None,
        "columns": [
            {"name": one.name, "meaning": one.meaning, "type": one.type, "choices": list(one.choices)}
            for one in register.columns
        ],
    }


def _list(facts: Facts, as_json: bool, as_csv: bool) -> None:
    records = [_summary(facts, facts.registers[name]) for name in sorted(facts.registers)]
    if as_json:
        print_json(records)
        return
    if as_csv:
        shown = ("name", "title", "rows", "own_rows", "lost_rows", "undated_rows", "first", "last")
        writer = csv.DictWriter(sys.stdout, shown, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("register", "rows", "lost", "from", "to", "used by"):
        table.add_column(heading, justify="right" if heading in ("rows", "lost") else "left")
    for one in records:
        count = len(one["quantities"])
        read = len(one["quantities_read_by_formulas"])
        links = [f"{count} quantit{'y' if count == 1 else 'ies'}, {read} in formulas"] if count else []
        used = "; ".join([*one["used_by"], *links]) or "to be read"
        table.add_row(
            one["name"],
            str(one["rows"]),
            str(one["lost_rows"] or ""),
            (one["first"] or "")[:7],
            (one["last"] or "")[:7],
            used,
        )
    console.print(table)
    console.print("One register: siliconomics registers NAME; rows of your own: --template, then --facts FOLDER")


def _csv(register: Register, entries: Sequence[Entry]) -> None:
    names = [*FIXED, *(column.name for column in register.columns)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for entry in entries:
        record = entry.record()
        writer.writerow(["" if record[name] is None else _plain(record[name]) for name in names])


def _plain(value: float | str | None) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _print(register: Register, entries: Sequence[Entry]) -> None:
    from rich.console import Console
    from rich.padding import Padding

    console = Console(highlight=False, markup=False)
    console.print(register.title, style="bold")
    console.print(register.row)
    for entry in entries:
        graded = "" if entry.lost else f", {entry.known}" + (", expected" if entry.status == "expected" else "")
        own = ", yours" if entry.layer else ""
        console.print(f"\n{entry.id}  {entry.about}, {entry.date or 'undated'}{graded}{own}", style="bold")
        cells = {name: _plain(value) for name, value in entry.values.items() if value is not None}
        said = [cells.pop(name) for name in SENTENCES if name in cells]
        told = "; ".join([UNKNOWN] * entry.lost + [f"{name} {value}" for name, value in cells.items()])
        for text in (told, *said, f"{entry.source} ({entry.as_of})"):
            if text:
                console.print(Padding(text, (0, 0, 0, 2), expand=False))
    console.print("\n1 row" if len(entries) == 1 else f"\n{len(entries)} rows")
    if register.note:
        console.print(register.note)


def _template(register: Register) -> None:
    """A heading and one row to overwrite, to the output; how to use them, beside it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*FIXED, *(column.name for column in register.columns)])
    about = next((entry.about for entry in register.entries if entry.dimension), "Cambricon")
    sample = next((entry for entry in register.entries if not entry.lost), None)
    cells = [_example(column, sample) for column in register.columns]
    dates = [entry.date for entry in register.entries if entry.date]
    date = "2026" if dates and all(one.isdecimal() for one in dates) else "2026-11"
    writer.writerow(["my-1", about, date, "2026-11-25", "my-source#page-1", "assumed", "stated", *cells])
    lines = [
        f"save as my_facts/registers/{register.name}.csv, beside it my_facts/sources.toml that describes my-source,",
        f"then: siliconomics registers {register.name} --facts my_facts. A row with an id of ours stands before ours.",
        "date: 2026, 2026-07, 2026-07-01, 2026-Q3, 2026-H2, 2026/2027 or empty; status: stated, expected or lost",
    ]
    for column in register.columns:
        words = f" One of: {' '.join(column.choices)}." if column.choices else ""
        needed = " Required." if column.required else ""
        lines.append(f"{column.name}: {column.meaning}{words}{needed}")
    for line in lines:
        print(f"siliconomics: {line}", file=sys.stderr)


def _example(column: Column, sample: Entry | None) -> str:
    """A cell to overwrite: as a row of ours has it where only some words or numbers will do."""
    if not column.required:
        return ""
    if column.type == "choice" and column.choices:
        return column.choices[0]
    told = sample.values[column.name] if sample is not None else None
    return "what it says" if column.name in SENTENCES or told is None else _plain(told)
