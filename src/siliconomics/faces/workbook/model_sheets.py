"""The sheets of the model: one row for each quantity, live formulas along its years or chips, inputs with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siliconomics.core import Cell
from siliconomics.core.cell import TIME
from siliconomics.core.typeset import equation
from siliconomics.faces import words

from . import stamp
from .places import FIRST_COLUMN, HEADER_ROW, Place, Row, Sheet
from .styles import SECTION_FILL, number_format

if TYPE_CHECKING:
    from .book import Book


def sheet(book: Book, sheet: Sheet) -> None:
    """Write one sheet: a row for each quantity, a section for each file of formulas."""
    page = book.sheets[sheet.name]
    page.set_tab_color("#3366CC" if sheet.inputs else "#1F3A5F")
    book.title(page, sheet.name, book.phrases("inputs of" if sheet.inputs else "formulas of", sheet.name))
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL, align="right")
    left = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
    for column, key in enumerate(("quantity", "for", "unit", "known")):
        page.write_string(HEADER_ROW, column, book.phrases(key), left)
    page.write_string(HEADER_ROW, FIRST_COLUMN, book.phrases("value"), head)
    for label in sheet.columns:
        text = book.label(sheet.across, label) + ("E" if _estimated(book, sheet.across, label) else "")
        if isinstance(label, int):
            page.write_string(HEADER_ROW, sheet.column(label), text, head)
        else:
            page.write_string(HEADER_ROW, sheet.column(label), text, book.styles.text(text, bold=True, bottom=1,
                              bg_color=SECTION_FILL, align="right", text_wrap=True))  # fmt: skip
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 22)
    page.set_column(2, 2, 16)
    page.set_column(3, 3, 9)
    page.set_column(FIRST_COLUMN, FIRST_COLUMN + len(sheet.columns), 11)
    page.freeze_panes(HEADER_ROW + 1, FIRST_COLUMN)
    page.repeat_rows(HEADER_ROW)
    page.repeat_columns(0, 0)
    page.set_comments_author("siliconomics")
    number = HEADER_ROW
    for line in sheet.lines:
        number += 1
        if isinstance(line, str):
            text = book.phrases.section(line)
            page.write_string(number, 0, text, book.styles(bold=True, bg_color=SECTION_FILL))
            for column in range(1, FIRST_COLUMN + len(sheet.columns) + 1):
                page.write_blank(number, column, None, book.styles(bg_color=SECTION_FILL))
            continue
        page.set_row(number, None, None, {"level": 1})
        _row(book, page, sheet, line)


def _estimated(book: Book, across: str, label: Any) -> bool:
    """Whether a period lies after the last that companies have reported; such are marked E."""
    if across not in TIME or not book.graph.exists("common_base_year"):
        return False
    reported = book.graph.value(book.graph.cell("common_base_year", {}))
    return reported is not None and int(str(label)[:4]) > reported


def _row(book: Book, page: Any, sheet: Sheet, row: Row) -> None:
    first = next(iter(row.cells.values()))
    unit = book.model.unit(row.quantity, first.labels)
    page.write_string(row.number, 0, words.label("quantity", row.quantity, book.language), book.styles(indent=1))
    whose = ", ".join(book.label(axis, label) for axis, label in row.labels.items())
    page.write_string(row.number, 1, whose, book.styles.text(whose, font_color="#555555"))
    page.write_string(row.number, 2, words.label("unit", unit, book.language), book.styles(font_color="#555555"))
    known = [book.graph.known(cell) for cell in row.cells.values() if cell.key in book.graph.cells] or ["assumed"]
    worst = max(known, key=("reported", "derived", "estimated", "assumed").index)
    page.write_string(row.number, 3, words.label("known", worst, book.language), book.styles(font_color="#555555"))
    if not sheet.inputs:
        page.write_comment(row.number, 0, _meaning(first), {"x_scale": 2.6, "y_scale": 1.8, "font_size": 8})
    form = number_format(row.quantity, unit, (book.value(cell) for cell in row.cells.values()))
    formulas: dict[int, str] = {}
    inputs: dict[int, float] = {}
    for column, cell in row.cells.items():
        place = Place(sheet.name, row.number, column)
        value = book.value(cell)
        if cell.key in book.switched:
            text = book.choice(cell, place)
            page.write_formula(place.row, place.column, text, book.styles.number("link", form), value)
            formulas[column] = text
        elif cell.given is not None:
            _input(book, page, place, cell, form)
            inputs[column] = value
        else:
            said = book.formula(cell, place)
            if said is None:
                page.write_number(place.row, place.column, value, book.styles.number("held", form))
                page.write_comment(place.row, place.column, book.phrases("held comment"), {"x_scale": 2})
                book.count.held += 1
                continue
            text = said
            kind = "link" if "!" in text else "formula"
            page.write_formula(place.row, place.column, text, book.styles.number(kind, form), value)
            formulas[column] = text
    book.count.formulas += len(formulas)
    book.count.inputs += len(inputs)
    for column, text in formulas.items():
        book.stamps.formula(Place(sheet.name, row.number, column), row.quantity, whose, text)
    for column, value in inputs.items():
        cell = row.cells[column]
        kind = stamp.SHAPE if cell.node in book.graph.tape.fixed else ""
        book.stamps.input(Place(sheet.name, row.number, column), row.quantity, cell.labels, value, kind=kind)


def _input(book: Book, page: Any, place: Place, cell: Cell, form: str) -> None:
    assert cell.given is not None and cell.node is not None
    shape = cell.node in book.graph.tape.fixed
    page.write_number(
        place.row, place.column, cell.given.value, book.styles.number("shape" if shape else "input", form)
    )
    text = book.origin(cell) + (f"\n{book.phrases('shapes')}" if shape else "")
    page.write_comment(place.row, place.column, text, {"x_scale": 2, "y_scale": 1.2, "font_size": 8})


def _meaning(cell: Cell) -> str:
    if cell.formula is None:
        return ""
    formula = cell.formula
    player = f"\n({formula.player})" if formula.player else ""
    text = f"{formula.meaning.splitlines()[0]}\n{formula.role} = {equation(formula.record)}{player}\n{formula.source}"
    return text[:30_000]


__all__ = ["sheet"]
