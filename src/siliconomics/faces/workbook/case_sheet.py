"""The sheet of cases: a switch, what each case holds, and what each gave when the workbook was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siliconomics.core import Cell
from siliconomics.faces import words

from .cases import COMPANY_CASES
from .places import Place, column_name
from .styles import INPUT, SECTION_FILL, number_format

if TYPE_CHECKING:
    from .book import Book


@dataclass(frozen=True)
class CaseResults:
    """Where the sheet says what each case gave for one company."""

    head: int
    row: int
    names: list[str]
    values: list[float | None]


FIRST_CASE_ROW = 8
FIRST_CASE_COLUMN = 3
CASE_NAME = "Cases!$C$4"


def cases(book: Book) -> None:
    """The switch, and what each case holds."""
    page = book.sheets["Cases"]
    book.title(page, "Cases", book.phrases("cases text"))
    bold = book.styles(bold=True)
    names = [book.phrases("case base"), *(case.name for case in book.cases)]
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL, text_wrap=True, valign="top")
    page.write_string(3, 0, book.phrases("case"), bold)
    page.write_string(3, 1, names[0], book.styles(font_color=INPUT, bold=True, border=1, bg_color="#FFFFF4"))
    first, last = column_name(FIRST_CASE_COLUMN), column_name(FIRST_CASE_COLUMN + len(book.cases))
    header = FIRST_CASE_ROW - 1
    page.data_validation(3, 1, 3, 1, {"validate": "list", "source": f"=${first}${header + 1}:${last}${header + 1}"})
    page.write_formula(3, 2, f"=MATCH(B4,{first}{header + 1}:{last}{header + 1},0)", book.styles(num_format="0"), 1)
    book.book.define_name("Case", f"={CASE_NAME}")
    for column, key in enumerate(("quantity", "for", "unit")):
        page.write_string(header, column, book.phrases(key), head)
    for number, name in enumerate(names):
        page.write_string(header, FIRST_CASE_COLUMN + number, name, head)
        if number:
            page.write_comment(header, FIRST_CASE_COLUMN + number, book.cases[number - 1].meaning, {"x_scale": 2})
    page.set_column(0, 0, 40)
    page.set_column(1, 1, 24)
    page.set_column(2, 2, 14)
    page.set_column(FIRST_CASE_COLUMN, FIRST_CASE_COLUMN + len(book.cases), 14)
    page.freeze_panes(FIRST_CASE_ROW, FIRST_CASE_COLUMN)
    for held, row in book.switched.items():
        cell = book.graph.cells.get(held)
        _case_row(book, page, book.forks.only[held] if cell is None or cell.node is None else cell, row)
    _case_results(book, page, FIRST_CASE_ROW + len(book.switched) + 2, names)


def _case_row(book: Book, page: Any, cell: Cell, row: int) -> None:
    unit = book.model.unit(cell.name, cell.labels)
    whose = book.whose(cell)
    page.write_string(row, 0, words.label("quantity", cell.name, book.language), book.styles(indent=1))
    page.write_string(row, 1, whose, book.styles.text(whose))
    page.write_string(row, 2, words.label("unit", unit, book.language), book.styles())
    base = book.value(cell)
    form = number_format(cell.name, unit, [base, *(case.held.get(cell.key, 0.0) for case in book.cases)])
    place = Place("Cases", row, FIRST_CASE_COLUMN)
    if cell.key in book.forks.only:
        page.write_number(row, FIRST_CASE_COLUMN, 0, book.styles.number("shape", form))
        page.write_comment(row, FIRST_CASE_COLUMN, book.phrases("case only"))
    elif cell.given is not None:
        page.write_number(row, FIRST_CASE_COLUMN, base, book.styles.number("input", form))
        page.write_comment(row, FIRST_CASE_COLUMN, book.origin(cell), {"x_scale": 2, "font_size": 8})
        book.stamps.input(place, cell.name, cell.labels, base)
        book.count.inputs += 1
    else:
        text = book.formula(cell, place)
        if text is None:
            page.write_number(row, FIRST_CASE_COLUMN, base, book.styles.number("held", form))
        else:
            page.write_formula(row, FIRST_CASE_COLUMN, text, book.styles.number("link", form), base)
            book.stamps.formula(place, cell.name, whose, text)
            book.count.formulas += 1
    for number, case in enumerate(book.cases, 1):
        column = FIRST_CASE_COLUMN + number
        if cell.key in case.held:
            page.write_number(row, column, case.held[cell.key], book.styles.number("input", form))
            book.stamps.input(Place("Cases", row, column), cell.name, cell.labels, case.held[cell.key], case.name)
        else:
            page.write_formula(row, column, f"={place.cell}", book.styles.number("formula", form), base)
            book.count.formulas += 1


def _case_results(book: Book, page: Any, row: int, names: list[str]) -> None:
    """Targets of base, bear and bull as they were, beside the share price; and cases that no figure can say."""
    told = [case for case in book.cases if case.name in COMPANY_CASES]
    models = [book.model, *(case.model for case in told)]
    names = [names[0], *(case.name for case in told), words.label("quantity", "share_price", book.language)]
    page.write_string(row, 0, book.phrases("case gives"), book.styles(bold=True))
    for number, name in enumerate(names):
        page.write_string(row, FIRST_CASE_COLUMN + number, name, book.styles(bold=True, text_wrap=True))
    for offset, company in enumerate(book.wanted.companies, 1):
        page.write_string(
            row + offset, 0, words.label("quantity", "price_target", book.language), book.styles(indent=1)
        )
        page.write_string(row + offset, 1, words.label("company", company, book.language), book.styles())
        values: list[float | None] = []
        for number, model in enumerate(models):
            assert model is not None
            value = model.solve("price_target", company=company).records[0].value
            values.append(value if isinstance(value, float) else None)
            if isinstance(value, float):
                style = book.styles.number("held", number_format("price_target", "", [value]))
                page.write_number(row + offset, FIRST_CASE_COLUMN + number, value, style)
        price = book.places.find("share_price", company=company)
        if price is not None:
            quote = book.model.solve("share_price", company=company).records[0].value
            assert isinstance(quote, float)
            style = book.styles.number("link", number_format("share_price", "", [quote]))
            column = FIRST_CASE_COLUMN + len(models)
            page.write_formula(row + offset, column, f"={price.seen_from('Cases')}", style, quote)
            book.count.formulas += 1
            values.append(quote)
        book.case_results[company] = CaseResults(row, row + offset, names, values)
    at = row + len(book.wanted.companies) + 2
    for number, (name, why) in enumerate(book.left_out):
        if not number:
            page.write_string(at, 0, book.phrases("case not"), book.styles(bold=True))
        page.write_string(at + 1 + number, 0, f"{name}: {why}", book.styles(indent=1))


__all__ = ["CASE_NAME", "FIRST_CASE_COLUMN", "FIRST_CASE_ROW", "CaseResults", "cases"]
