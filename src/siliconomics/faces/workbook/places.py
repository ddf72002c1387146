"""Where each cell of the model stands in a workbook: a sheet, a row of its own quantity, a column of its time or chip."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import Cell
from siliconomics.model import Model

from . import contents

FIRST_COLUMN = 4
"""Left of it: quantity, whose, unit, how well known. It holds what does not run over the sheet's columns."""
HEADER_ROW = 3
ACROSS = ("quarter", "half", "year")
CHIPS_ACROSS = ("silicon", "package", "inference", "ownership", "policy")
"""Chapters laid out as an analyst compares chips: one column each."""
WIDE = ("multiple_point", "criterion")
LONGEST_NAME = 31
"""Characters that a spreadsheet allows for a sheet's name."""


def column_name(column: int) -> str:
    """``0`` -> ``A``."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(frozen=True)
class Place:
    """A cell of a workbook."""

    sheet: str
    row: int
    column: int

    @functools.cached_property
    def cell(self) -> str:
        return f"{column_name(self.column)}{self.row + 1}"

    def seen_from(self, sheet: str) -> str:
        """The reference that a formula on ``sheet`` writes."""
        return self.cell if sheet == self.sheet else f"{quoted(self.sheet)}!{self.cell}"


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    return sheet if sheet.isidentifier() and sheet.isascii() else "'" + sheet.replace("'", "''") + "'"


@dataclass
class Row:
    """One quantity at one set of labels, along a sheet's columns."""

    quantity: str
    labels: dict[str, Any]
    section: str
    cells: dict[int, Cell] = field(default_factory=dict)
    number: int = 0


@dataclass
class Sheet:
    """Rows of quantities over one dimension."""

    name: str
    chapter: str
    across: str
    inputs: bool
    columns: list[Any] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, label: Any) -> int:
        return FIRST_COLUMN + 1 + self.columns.index(label)

    @property
    def lines(self) -> Iterator[Row | str]:
        """Rows from top to bottom, each section's title before its first."""
        section = ""
        for row in self.rows:
            if row.section != section:
                section = row.section
                yield section
            yield row


class Places:
    """Every cell of a workbook and where it stands."""

    def __init__(self, model: Model, cells: Iterable[Cell], companies: Sequence[str]) -> None:
        self.model = model
        self.companies = list(companies)
        self.sheets: dict[str, Sheet] = {}
        self._of: dict[tuple[Any, ...], Place] = {}
        self._order = {id(formula): number for number, formula in enumerate(model.formulas)}
        self._sections = contents.order()
        self._declared = {name: number for number, name in enumerate(model.facts.declarations)}
        rows: dict[tuple[Any, ...], Row] = {}
        for cell in sorted(cells, key=self._position):
            sheet = self._sheet(cell)
            label = cell.labels.get(sheet.across)
            rest = {axis: one for axis, one in cell.labels.items() if axis != sheet.across}
            key = (sheet.name, cell.name, *rest.values())
            row = rows.get(key)
            if row is None:
                row = rows[key] = Row(cell.name, rest, self._section(cell))
                sheet.rows.append(row)
            if label is not None and label not in sheet.columns:
                sheet.columns.append(label)
            row.cells[-1 if label is None else label] = cell  # labels to columns below, when all are known
        for sheet in self.sheets.values():
            order = model.graph.labels.get(sheet.across, [])
            sheet.columns.sort(key=order.index)
            number = HEADER_ROW
            for line in sheet.lines:
                number += 1
                if isinstance(line, str):
                    continue
                line.number = number
                line.cells = {
                    FIRST_COLUMN if label == -1 else sheet.column(label): cell for label, cell in line.cells.items()
                }
                for column, cell in line.cells.items():
                    self._of[cell.key] = Place(sheet.name, number, column)

    def has(self, key: tuple[Any, ...]) -> bool:
        return key in self._of

    def at(self, key: tuple[Any, ...]) -> Place:
        return self._of[key]

    def of(self, cell: Cell) -> Place:
        return self._of[cell.key]

    def find(self, quantity: str, **labels: Any) -> Place | None:
        """Where a quantity stands at labels; None where the workbook has not got it."""
        axes = self.model.graph.dimensions_of(quantity)
        return self._of.get((quantity, *(labels.get(axis) for axis in axes)))

    def row(self, quantity: str, **labels: Any) -> tuple[Sheet, Row] | None:
        """The row of a quantity at labels, its sheet's own dimension left out."""
        for sheet in self.sheets.values():
            for row in sheet.rows:
                if row.quantity == quantity and row.labels == labels:
                    return sheet, row
        return None

    def _position(self, cell: Cell) -> tuple[Any, ...]:
        if cell.given is None and cell.formula is not None:
            own = contents.sections().get(cell.name)
            if own is not None:
                return (0, own[1], "", 0, cell.name, *self._labels(cell))
            module = cell.formula.function.__module__.split(".formulas.")[-1]
            first = (1, self._sections.get(module, len(self._sections)), module, self._order[id(cell.formula)])
        else:
            first = (1, 0, "", self._declared.get(cell.name, len(self._declared)))
        return (*first, cell.name, *self._labels(cell))

    def _labels(self, cell: Cell) -> list[int]:
        labels = self.model.graph.labels
        return [labels[axis].index(label) for axis, label in cell.labels.items()]

    def _section(self, cell: Cell) -> str:
        if cell.given is None and cell.formula is not None:
            own = contents.sections().get(cell.name)
            if own is not None:
                return own[0]
            module = cell.formula.function.__module__.split(".formulas.")[-1]
            return module.partition(".")[2] or module
        declared = self.model.facts.declarations.get(cell.name)
        return declared.chapter if declared else "held"

    def chapter(self, cell: Cell) -> str:
        """The chapter a cell belongs to: its formula's, for an input that of its declaration, in a few words."""
        if cell.formula is not None and cell.given is None:
            return cell.formula.chapter
        declared = self.model.facts.declarations.get(cell.name)
        if declared is None:
            players = self.model.graph.roles.get(cell.name, {})
            return next(iter(players.values())).chapter if players else "model"
        return INPUT_CHAPTERS.get(declared.chapter, declared.chapter.partition("_")[0])

    def _sheet(self, cell: Cell) -> Sheet:
        chapter, inputs = self.chapter(cell), cell.given is not None
        across = next((axis for axis in ACROSS if axis in cell.labels), "")
        if not across and chapter in CHIPS_ACROSS and "chip" in cell.labels:
            across = "chip"
        if not across:
            across = next((axis for axis in WIDE if axis in cell.labels), "")
        title = self._title(cell, chapter, inputs)
        default = "chip" if chapter in CHIPS_ACROSS else "year"
        if across in ("", default):
            across, name = default, title
        else:
            name = f"{title} {PLURALS.get(across, across.replace('_', ' ') + 's')}"
        name = name[:LONGEST_NAME]
        if name not in self.sheets:
            self.sheets[name] = Sheet(name, chapter, across, inputs)
        return self.sheets[name]

    def _title(self, cell: Cell, chapter: str, inputs: bool) -> str:
        if inputs:
            return f"Inputs {chapter}"
        if chapter == "company":
            company = cell.labels.get("company")
            if company is None and "chip" in cell.labels:
                company = self.model.facts.cards["chip"][cell.labels["chip"]].get("vendor")
            return str(company) if company in self.companies else "Companies"
        if cell.formula is not None and cell.formula.function.__module__.endswith(".parts"):
            return "Parts"
        return chapter.capitalize()


INPUT_CHAPTERS = {
    "statements": "company", "drivers": "company", "consensus": "company", "evidence": "execution", "indicators": "company",
    "share_counts": "valuation", "parts": "valuation", "statement_movements": "company", "statement_plans": "company",
    "serving": "inference", "routing": "inference", "upstream": "market", "vintages": "market", "exchange": "model",
    "company_tables": "company", "accelerator_tables": "ownership", "system": "ownership", "ranking": "execution",
    "registers": "model",
}  # fmt: skip
"""The chapter that a file of declarations serves, where its name is not the chapter's."""
PLURALS = {
    "quarter": "quarters",
    "half": "halves",
    "year": "years",
    "chip": "chips",
    "criterion": "criteria",
    "multiple_point": "grids",
}

__all__ = ["FIRST_COLUMN", "HEADER_ROW", "Place", "Places", "Row", "Sheet", "column_name", "quoted"]
