"""Reading registers: a card (TOML) that says what a row is, a table (CSV) of rows, and rows of one's own on top."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError, field_validator

from siliconomics.core import BadRequest, Interval, Problem, nearest

from . import schema
from .register import FIXED, Column, Entry, Register, period

if TYPE_CHECKING:
    from .reader import _Reader

FOLDER = "registers"
SAID_BESIDE = ("register", "dimension", "own")
"""What a record of a row says beside its columns."""
OPTIONAL = ("status",)
"""Fixed columns that a table may leave out."""


MEANINGS = {
    "id": ("each row has a name of its own", "write for example my-1"),
    "about": ("a row is about somebody or something", "name a company or chip"),
    "date": ("it is the time that the row tells of", "leave it empty where the source gives none"),
    "as_of": ("it is the day on which the row was known", "write a day"),
    "source": ("a figure without a place cannot be checked", "name the source and a place in it"),
    "known": ("it says how well the row is known", "write reported, derived, estimated or assumed"),
    "status": ("it says whether the row tells of a fact", "write stated, expected or lost"),
}
"""Why each column of every row is there, and what to write into it."""


class ColumnCard(schema.Strict):
    """What a column of a register means and holds."""

    meaning: str = Field(min_length=1)
    type: Literal["text", "number", "share", "date", "choice", "label", "quantity", "quantities"] = "text"
    required: bool = False
    choices: list[str] = Field(default=[])
    dimension: str = ""
    """Of a label: the dimension it belongs to."""
    possible: str | None = None

    @field_validator("possible")
    @classmethod
    def _is_interval(cls, value: str | None) -> str | None:
        if value is not None:
            Interval.parse(value)
        return value


class RegisterCard(schema.Strict):
    """A register: its title, what a row is, what it may be about, and its columns."""

    title: str
    row: str
    about: list[str] = Field(min_length=1)
    open: bool = False
    used_by: list[str] = Field(default=[])
    note: str = ""
    column: dict[str, ColumnCard] = Field(min_length=1)

    @field_validator("column")
    @classmethod
    def _apart(cls, value: dict[str, ColumnCard]) -> dict[str, ColumnCard]:
        taken = sorted(value.keys() & {*FIXED, *SAID_BESIDE})
        if taken:
            raise ValueError(f"column {taken[0]!r} is said of every row already; choose another name")
        return value


class EntryCard(schema.Strict):
    """The columns that every row has."""

    id: str = Field(min_length=1)
    about: str = Field(min_length=1)
    date: str
    as_of: schema.Day
    source: str
    known: Literal["reported", "derived", "estimated", "assumed", ""]
    status: Literal["stated", "expected", "lost"] = "stated"

    @field_validator("date")
    @classmethod
    def _is_period(cls, value: str) -> str:
        if value:
            period(value)
        return value

    @field_validator("source")
    @classmethod
    def _has_a_place(cls, value: str) -> str:
        source, _, place = value.partition("#")
        if not source or not place.strip():
            raise ValueError("names no place inside the source; write source-id#place, e.g. report#page-3")
        return value


def is_register(path: Path) -> bool:
    """Whether a file of facts belongs to a register."""
    return path.parent.name == FOLDER and path.name != "sources.toml"


def read_registers(reader: _Reader, layers: list[tuple[int, Path]]) -> None:
    """All registers of all layers into the table of facts; problems go to the reader."""
    cards: dict[str, RegisterCard] = {}
    for _, path in layers:
        if path.suffix == ".toml":
            _card(reader, path, cards)
    for layer, path in layers:
        if path.suffix == ".csv":
            register = reader.facts.registers.get(path.stem)
            if register is None:
                what = f"there is no register {path.stem!r}"
                why = "a table of rows is read by the card of the same name"
                remedy = f"{nearest(path.stem, reader.facts.registers)} Or write {path.stem}.toml beside it"
                reader.problems.append(Problem(what, str(path), why, remedy))
                continue
            _Table(reader, path, layer, register, cards[path.stem]).read()


def _card(reader: _Reader, path: Path, cards: dict[str, RegisterCard]) -> None:
    data = reader.toml(path)
    card = reader.fit(RegisterCard, data, path) if data else None
    if card is None:
        return
    unknown = [dimension for dimension in card.about if dimension not in reader.facts.labels]
    for dimension in unknown:
        remedy = nearest(dimension, reader.facts.labels)
        reader.problems.append(Problem(f"about names no dimension {dimension!r}", str(path), remedy=remedy))
    if path.stem in cards:
        why = "two cards could name different columns for the same rows"
        remedy = f"rows of your own need {path.stem}.csv only; give a register of your own another name"
        reader.problems.append(Problem(f"the register {path.stem!r} has a card already", str(path), why, remedy))
        return
    columns = tuple(
        Column(name, one.meaning, one.type, one.required, tuple(one.choices)) for name, one in card.column.items()
    )
    cards[path.stem] = card
    reader.facts.registers[path.stem] = Register(
        path.stem,
        card.title,
        card.row,
        tuple(card.about),
        card.open,
        columns,
        tuple(card.used_by),
        card.note.strip(),
        path.name,
    )


class _Table:
    """Rows of one file."""

    def __init__(self, reader: _Reader, path: Path, layer: int, register: Register, card: RegisterCard) -> None:
        self.reader, self.path, self.layer = reader, path, layer
        self.register, self.card = register, card

    def problem(self, line: int, column: str, what: str, why: str = "", remedy: str = "") -> None:
        where = f"{self.path}, row {line}" + (f", column {column}" if column else "")
        self.reader.problems.append(Problem(what, where, why, remedy))

    def read(self) -> None:
        places = {entry.id: at for at, entry in enumerate(self.register.entries)}
        met: dict[str, int] = {}
        before, rows = len(self.reader.problems), 0
        for line, cells in self.reader.rows(self.path):
            rows += 1
            if rows == 1 and not self.heading(cells):
                return
            entry = self.entry(line, {name: cell.strip() for name, cell in cells.items()})
            if entry is None:
                continue
            if entry.id in met:
                why = f"it names row {met[entry.id]} too"
                self.problem(line, "id", f"id {entry.id!r} stands twice", why, "give each row an id of its own")
                continue
            met[entry.id] = line
            if entry.id in places:
                self.register.entries[places[entry.id]] = entry
                said = f"{self.path}, row {line}: {entry.id} stands before a row of the register {self.register.name}"
                self.reader.facts.warnings.append(said)
            else:
                self.register.entries.append(entry)
        if not rows and len(self.reader.problems) == before:
            remedy = f"`siliconomics registers {self.register.name} --template` prints a heading and a row"
            self.reader.problems.append(Problem("the table has no row", str(self.path), remedy=remedy))

    def heading(self, cells: dict[str, str]) -> bool:
        known = [*FIXED, *self.card.column]
        lacking = [name for name in FIXED if name not in cells and name not in OPTIONAL]
        lacking += [name for name, one in self.card.column.items() if one.required and name not in cells]
        for name in lacking:
            remedy = f"`siliconomics registers {self.register.name} --template` prints the heading"
            self.problem(1, name, f"there is no column {name!r}", remedy=remedy)
        strange = [name for name in cells if name not in known]
        for name in strange:
            why = "a column nobody reads would be lost in silence"
            self.problem(1, name, f"the register has no column {name!r}", why, nearest(name, known))
        return not lacking and not strange

    def entry(self, line: int, cells: dict[str, str]) -> Entry | None:
        before = len(self.reader.problems)
        fixed = {name: cells[name] for name in FIXED if cells.get(name) or name not in OPTIONAL}
        head = self.head(line, fixed)
        about, dimension = self.about(line, cells["about"]) if cells["about"] else ("", "")
        values = {name: self.value(line, name, cells.get(name, "")) for name in self.card.column}
        if head is None:
            return None
        self.source(line, head.source)
        self.sense(line, head, values)
        if len(self.reader.problems) > before:
            return None
        return Entry(
            head.id,
            about,
            dimension,
            head.date,
            head.as_of.isoformat(),
            head.source,
            head.known,
            head.status,
            values,
            self.path.name,
            line,
            self.layer,
        )

    def head(self, line: int, fixed: dict[str, str]) -> EntryCard | None:
        try:
            return EntryCard.model_validate(fixed)
        except ValidationError as error:
            for one in error.errors():
                column = str(one["loc"][0])
                reason = one["msg"].removeprefix("Value error, ")
                what = reason if fixed[column] and fixed[column] in reason else f"{fixed[column]!r}: {reason}"
                self.problem(line, column, what if fixed[column] else "the cell is empty", *MEANINGS[column])
            return None

    def about(self, line: int, spelling: str) -> tuple[str, str]:
        facts = self.reader.facts
        for dimension in self.card.about:
            try:
                return str(facts.label(dimension, spelling)), dimension
            except BadRequest:
                continue
        if self.card.open:
            if self.layer:
                facts.warnings.append(f"{self.path}, row {line}: no card names {spelling!r}; kept as a plain name")
            return spelling, ""
        known = [label for dimension in self.card.about for label in facts.labels.get(dimension, [])]
        why = f"a row of this register is about a {' or '.join(self.card.about)} that has a card"
        self.problem(line, "about", f"no card names {spelling!r}", why, nearest(spelling, known))
        return "", ""

    def source(self, line: int, source: str) -> None:
        name, sources = source.partition("#")[0], self.reader.facts.sources
        if sources and name not in sources:
            remedy = f"{nearest(name, sources)} Or describe it in sources.toml"
            self.problem(line, "source", f"source {name!r} is not in sources.toml", remedy=remedy)

    def sense(self, line: int, head: EntryCard, values: dict[str, float | str | None]) -> None:
        """What one cell alone does not show."""
        if head.status == "lost":
            if head.known:
                why = "nobody knows what is lost"
                self.problem(line, "known", f"a lost row is graded {head.known}", why, "leave known empty")
            return
        if not head.known:
            remedy = "write reported, derived, estimated or assumed"
            self.problem(line, "known", "it does not say how well it is known", remedy=remedy)
        for name, one in self.card.column.items():
            if one.required and values[name] is None:
                self.problem(line, name, "the cell is empty", one.meaning, "fill it in, or leave the row out")
        if head.date and head.status == "stated" and period(head.date)[0] > head.as_of:
            why = f"its date {head.date} lies after {head.as_of}, when it was known"
            self.problem(line, "status", "it tells of the future as a fact", why, "write expected, or correct a date")

    def value(self, line: int, name: str, cell: str) -> float | str | None:
        column = self.card.column[name]
        if not cell:
            return None
        if column.type in ("number", "share"):
            return self.number(line, name, cell, column)
        if column.type == "date":
            try:
                period(cell)
            except ValueError as error:
                self.problem(line, name, str(error))
        elif column.type == "choice" and cell not in column.choices:
            known = ", ".join(column.choices)
            self.problem(line, name, f"{cell!r} is none of its words", column.meaning, f"write one of {known}")
        elif column.type == "label":
            return self.label(line, name, cell, column.dimension)
        elif column.type in ("quantity", "quantities"):
            self.quantities(line, name, cell)
        return cell

    def label(self, line: int, name: str, cell: str, dimension: str) -> str | None:
        try:
            return str(self.reader.facts.label(dimension, cell))
        except BadRequest as refused:
            one = refused.problems[0]
            self.problem(line, name, one.what, "no card names it", one.remedy)
            return None

    def quantities(self, line: int, name: str, cell: str) -> None:
        known = self.reader.facts.declarations
        for quantity in (part.strip() for part in cell.split(";")):
            if quantity not in known:
                self.problem(line, name, f"there is no input quantity {quantity!r}", remedy=nearest(quantity, known))

    def number(self, line: int, name: str, cell: str, column: ColumnCard) -> float | None:
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.problem(line, name, f"{cell!r} is not a number", column.meaning, "write a plain number")
            return None
        limit = "[0, 1]" if column.type == "share" else column.possible
        if limit is not None and value not in Interval.parse(limit):
            remedy = "a share lies in 0..1" if column.type == "share" else "correct it"
            self.problem(line, name, f"{value:g} is impossible", f"{column.meaning} It lies in {limit}", remedy)
            return None
        return value
