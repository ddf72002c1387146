"""The sheets around the model: cover, cases, grids, held values, checks."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from siliconomics.faces import words

from . import charts, stamp
from .formula_text import summed
from .grid_sheets import axes
from .places import HEADER_ROW, Place, Row, column_name, quoted
from .styles import LINK, SECTION_FILL, number_format

if TYPE_CHECKING:
    from .book import Book

TIES = (
    "balance_sheet_gap",
    "cash_residual",
    "clean_surplus_residual",
    "retained_earnings_residual",
    "fixed_asset_residual",
    "half_year_balance_sheet_gap",
    "quarter_balance_sheet_gap",
)
"""Quantities that are nothing where statements tie; printed figures are rounded, so a little is allowed."""
ROUNDING = 3.0
"""What rounded figures may leave in a tie: three lines off by one in the last digit."""
SUMS = ("vendor_value_share",)
"""Shares over the companies of a year."""


def held(book: Book) -> None:
    """Held values, what they were worked out from, and whether that has changed."""
    page = book.sheets["Held values"]
    book.title(page, "Held values", book.phrases("held text"))
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 24)
    page.set_column(2, 4, 14)
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
    for column, key in enumerate(("quantity", "for", "held now", "held written", "held changed")):
        page.write_string(HEADER_ROW, column, book.phrases(key), head)
    page.freeze_panes(HEADER_ROW + 1, 1)
    row = HEADER_ROW + 1
    statuses = []
    for group in book.held.groups:
        first = row
        names = "; ".join(words.label("quantity", cell.name, book.language) for cell in group.cells)
        page.write_string(row, 0, f"{book.phrases('held found')}: {names}", book.styles(bold=True))
        page.write_string(row, 1, book.whose(group.cells[0]), book.styles(bold=True))
        page.write_string(row, 3, book.phrases("held status"), book.styles(bold=True))
        last = first + len(group.reads)
        flag = f"SUM(E{first + 2}:E{last + 1})"
        text = f'=IF({flag}>0,"{book.phrases("held stale")}","{book.phrases("held current")}")'
        page.write_formula(row, 4, text, book.styles(bold=True), book.phrases("held current"))
        statuses.append(f"E{row + 1}")
        book.count.formulas += 1
        for offset, cell in enumerate(group.reads, 1):
            at = row + offset
            value = book.graph.value(cell) or 0.0
            page.write_string(at, 0, words.label("quantity", cell.name, book.language), book.styles(indent=1))
            page.write_string(at, 1, book.whose(cell), book.styles.text(book.whose(cell)))
            form = number_format(cell.name, book.model.unit(cell.name, cell.labels), [value])
            link = f"={book.places.of(cell).seen_from('Held values')}"
            page.write_formula(at, 2, link, book.styles.number("link", form), value)
            page.write_number(at, 3, value, book.styles.number("held", form))
            changed = f"=IF(ABS(C{at + 1}-D{at + 1})>0.000000001*ABS(D{at + 1}),1,0)"
            page.write_formula(at, 4, changed, book.styles(num_format="0"), 0)
            book.count.formulas += 2
            page.set_row(at, None, None, {"level": 1, "hidden": True})
        page.set_row(row, None, None, {"collapsed": True})
        row = last + 1
    stale = book.phrases("held stale")
    page.conditional_format(HEADER_ROW + 1, 4, row, 4, {"type": "cell", "criteria": "==", "value": f'"{stale}"',
                            "format": book.book.add_format({"bg_color": "#F8CBAD"})})  # fmt: skip
    book.stale = f"COUNTIF('Held values'!E{HEADER_ROW + 2}:E{row + 1},\"{stale}\")"


def checks(book: Book) -> str:
    """Every check with its measure; returns the text of the formula that says whether all pass."""
    page = book.sheets["Checks"]
    book.title(page, "Checks", book.phrases("checks text"))
    page.set_column(0, 0, 60)
    page.set_column(1, 3, 14)
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
    for column, key in enumerate(("check", "check measure", "check allowed", "check fails")):
        page.write_string(HEADER_ROW, column, book.phrases(key), head)
    page.freeze_panes(HEADER_ROW + 1, 0)
    row = HEADER_ROW
    for name, measure, value, allowed in _checks(book):
        row += 1
        page.write_string(row, 0, name, book.styles())
        page.write_formula(row, 1, f"={measure}", book.styles(num_format="0.0000"), value)
        page.write_number(row, 2, allowed, book.styles(num_format="0.0000"))
        page.write_formula(row, 3, f"=IF(B{row + 1}>C{row + 1},1,0)", book.styles(num_format="0"), int(value > allowed))
        book.count.formulas += 2
    page.conditional_format(HEADER_ROW + 1, 3, row, 3, {"type": "cell", "criteria": ">", "value": 0,
                            "format": book.book.add_format({"bg_color": "#F8CBAD"})})  # fmt: skip
    return f"SUM(Checks!D{HEADER_ROW + 2}:D{row + 1})"


def _checks(book: Book) -> list[tuple[str, str, float, float]]:
    """Name, formula text, value when written, and what is allowed."""
    found: list[tuple[str, str, float, float]] = []
    for sheet in book.places.sheets.values():
        last = Place(sheet.name, max(row.number for row in sheet.rows), 4 + len(sheet.columns))
        area = f"{quoted(sheet.name)}!E{HEADER_ROW + 2}:{last.cell}"
        if not sheet.inputs:
            found.append((book.phrases("check errors", sheet.name), f"SUMPRODUCT(--ISERROR({area}))", 0.0, 0.0))
        for row in sheet.rows:
            if row.quantity in TIES and not sheet.inputs:
                found.append(_tie(book, sheet.name, row))
    for number, grid in enumerate(book.grids):
        downs, across = axes(book, number)
        middle = len(grid.steps) // 2
        centre = Place("Grids", downs[middle].row, across[middle].column).seen_from("Checks")
        target = book.places.of(grid.answer).seen_from("Checks")
        name = book.phrases("check centre", book.whose(grid.answer))
        found.append((name, f"ABS({centre}/{target}-1)", 0.0, 1e-9))
    found += _sums(book)
    found.append((book.phrases("check shape"), book.stamps.reshaped, 0.0, 0.0))
    if book.held.groups:
        found.append((book.phrases("check stale"), book.stale, 0.0, 0.0))
    for company in book.wanted.companies:
        place = book.places.find("price_target", company=company)
        if place is not None:
            name = book.phrases("check valued", words.label("company", company, book.language))
            found.append((name, f"IF(ISNUMBER({place.seen_from('Checks')}),0,1)", 0.0, 0.0))
    return found


def _tie(book: Book, sheet: str, row: Row) -> tuple[str, str, float, float]:
    columns = sorted(row.cells)
    area = f"{quoted(sheet)}!{Place(sheet, row.number, columns[0]).cell}:{Place(sheet, row.number, columns[-1]).cell}"
    value = max(abs(book.graph.value(cell) or 0.0) for cell in row.cells.values())
    whose = ", ".join(book.label(axis, one) for axis, one in row.labels.items())
    name = book.phrases("check tie", f"{words.label('quantity', row.quantity, book.language)} ({whose})")
    return name, f"MAX(MAX({area}),-MIN({area}))", value, ROUNDING


def _sums(book: Book) -> list[tuple[str, str, float, float]]:
    found = []
    for quantity in SUMS:
        parts: dict[int, list[Place]] = {}
        for sheet in book.places.sheets.values():
            for row in sheet.rows:
                if row.quantity == quantity:
                    for column in row.cells:
                        parts.setdefault(column, []).append(Place(sheet.name, row.number, column))
        for column, places in parts.items():
            text = summed([place.seen_from("Checks") for place in places])
            year = book.places.sheets[places[0].sheet].columns[column - 5]
            name = book.phrases("check sum", f"{words.label('quantity', quantity, book.language)} {year}")
            found.append((name, f"ABS({text}-1)", 0.0, 1e-9))
    return found


def cover(book: Book, failing: str) -> None:
    """What the workbook is, whether it holds, what a share is worth, and where everything stands."""
    page = book.sheets["Cover"]
    book.title(page, "Cover", book.phrases("cover what"))
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 24)
    page.set_column(2, 3, 14)
    page.set_column(4, 4, 4)
    page.set_column(5, 20, 12)
    bold, plain = book.styles(bold=True), book.styles()
    facts = (
        ("scenario", book.model.scenario),
        ("cover facts", book.model.facts.version),
        ("cover code", stamp.code_version()),
        ("cover date", dt.datetime.now(tz=dt.UTC).date().isoformat()),
    )
    row = 3
    for key, text in facts:
        page.write_string(row, 0, book.phrases(key), bold)
        page.write_string(row, 1, text, book.styles.text(text))
        row += 1
    page.write_string(row, 0, book.phrases("cover checks"), bold)
    said = f'=IF({failing}=0,"{book.phrases("all pass")}",{failing}&" {book.phrases("some fail")}")'
    page.write_formula(row, 1, said, bold, book.phrases("all pass"))
    page.conditional_format(row, 1, row, 1, {"type": "formula", "criteria": f"={failing}>0",
                            "format": book.book.add_format({"bg_color": "#F8CBAD"})})  # fmt: skip
    for key, text in (("cover changed", book.stamps.changed), ("cover stale", book.stale)):
        if text:
            row += 1
            page.write_string(row, 0, book.phrases(key), bold)
            page.write_formula(row, 1, f"={text}", book.styles(num_format="0", align="left"), 0)
            book.count.formulas += 1
    if book.cases:
        row += 1
        page.write_string(row, 0, book.phrases("case"), bold)
        page.write_formula(row, 1, "=Cases!B4", book.styles(font_color=LINK), book.phrases("case base"))
        book.count.formulas += 1
    row = _answers(book, page, row + 2)
    row = _legend(book, page, row + 1)
    page.write_string(row, 0, book.phrases("cover back", book.count.path.name), plain)
    page.write_string(row + 1, 0, book.phrases("cover advice"), book.styles(italic=True))
    row += 3
    page.write_string(row, 0, book.phrases("cover contents"), bold)
    for name in book.sheets:
        if name in (stamp.FORMULAS, stamp.INPUTS, "Cover"):
            continue
        row += 1
        page.write_url(row, 0, f"internal:{quoted(name)}!A1", book.styles(font_color=LINK, underline=1), name)
    charts.of_cover(book, page)


def _answers(book: Book, page: Any, row: int) -> int:
    if not book.wanted.companies:
        return row
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
    page.write_string(row, 0, book.phrases("cover answers"), head)
    page.write_string(row, 1, book.phrases("unit"), head)
    page.write_string(row, 2, book.phrases("cover now"), head)
    page.write_string(row, 3, book.phrases("cover as written"), head)
    _names(book)
    for company in book.wanted.companies:
        for quantity in ("share_price", "price_target", "upside", "cost_of_equity", "terminal_growth"):
            place = book.places.find(quantity, company=company)
            if place is None:
                continue
            row += 1
            value = book.model.solve(quantity, company=company).records[0].value
            assert isinstance(value, float)
            unit = book.model.unit(quantity, {"company": company})
            name = (
                f"{words.label('company', company, book.language)}: {words.label('quantity', quantity, book.language)}"
            )
            main = {"bold": True} if quantity == "price_target" else {}
            page.write_string(row, 0, name, book.styles(**main))
            page.write_string(row, 1, words.label("unit", unit, book.language), book.styles())
            form = number_format(quantity, unit, [value])
            style = book.styles(font_color=LINK, num_format=form, **main)
            page.write_formula(row, 2, f"={place.seen_from('Cover')}", style, value)
            page.write_number(row, 3, value, book.styles(num_format=form, font_color="#555555"))
            book.count.formulas += 1
    return row + 1


NAMED = (
    "share_price", "price_target", "upside", "equity_value", "cost_of_equity", "terminal_growth", "risk_free_rate", "beta",
    "equity_risk_premium", "medium_term_growth", "valuation_shares", "stated_die_yield", "wafer_price_usd",
    "memory_cost_usd", "manufacturing_cost_usd", "market_price_usd", "price_balance_elasticity", "domestic_hbm_start",
    "domestic_hbm_delay_quarters", "token_cost_elasticity",
)  # fmt: skip
"""Key drivers and answers that have a name in the workbook: ``beta_Cambricon``, ``stated_die_yield_MLU_690``."""


def _names(book: Book) -> None:
    """Names for key drivers, where they stand at one place and not along years."""
    for sheet in book.places.sheets.values():
        for row in sheet.rows:
            if row.quantity not in NAMED:
                continue
            for column, cell in row.cells.items():
                if "year" in cell.labels or "quarter" in cell.labels:
                    continue
                words_of = "_".join([row.quantity, *(str(one) for one in cell.labels.values())])
                name = re.sub(r"[^A-Za-z0-9_]", "_", words_of)
                book.book.define_name(name, f"={absolute(Place(sheet.name, row.number, column))}")


def absolute(place: Place) -> str:
    """A reference that stays where it is."""
    return f"{quoted(place.sheet)}!${column_name(place.column)}${place.row + 1}"


def _legend(book: Book, page: Any, row: int) -> int:
    page.write_string(row, 0, book.phrases("cover colours"), book.styles(bold=True))
    for kind in ("input", "formula", "link", "held", "shape"):
        row += 1
        page.write_string(row, 0, book.phrases(f"cover {kind}"), book.styles(indent=1))
        page.write_number(row, 1, 1234, book.styles.number(kind, "#,##0"))
    return row + 2


__all__ = ["absolute", "checks", "cover", "held"]
