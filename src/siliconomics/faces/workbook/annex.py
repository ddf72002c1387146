"""The sheets at the end: ranking from draws, sources, and the printed figures held against ours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from siliconomics.core import BadRequest
from siliconomics.facts import Fact
from siliconomics.studies.audit import audit as audits
from siliconomics.studies.ranking import SEGMENTS, rankings

from .places import HEADER_ROW
from .styles import SECTION_FILL, number_format

if TYPE_CHECKING:
    from .book import Book


def _head(book: Book, sheet: str, text: str, keys: tuple[str, ...], widths: tuple[float, ...]) -> None:
    page = book.sheets[sheet]
    book.title(page, sheet, book.phrases(text))
    style = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL, text_wrap=True)
    for column, (key, width) in enumerate(zip(keys, widths, strict=True)):
        page.write_string(HEADER_ROW, column, book.phrases(key), style)
        page.set_column(column, column, width)
    page.freeze_panes(HEADER_ROW + 1, 0)


def ranking(book: Book) -> None:
    """Ranks of makers by segment, as drawn when the workbook was written."""
    page = book.sheets["Ranking"]
    keys = ("segment", "maker", "chip", "rank", "low", "high", "score", "economics", "execution", "status")
    _head(
        book, "Ranking", "ranking text", tuple(f"ranking {key}" for key in keys), (14, 18, 14, 8, 8, 8, 9, 11, 11, 12)
    )
    row = HEADER_ROW
    book.map_rows = (row + 1, row)
    try:
        found = rankings(book.model, SEGMENTS)
    except BadRequest as refused:  # the map of makers needs figures that a user's facts may lack
        page.write_string(row + 1, 0, str(refused), book.styles())
        return
    held = book.styles.number("held", "0.00")
    for one in found:
        for place in one.places:
            row += 1
            texts = (one.segment, place.alternative.company, place.alternative.chip or "")
            for column, text in enumerate(texts):
                page.write_string(row, column, book.label("company", text) if column == 1 else text, book.styles())
            for column, rank in enumerate((place.rank, place.rank_low, place.rank_high), 3):
                page.write_number(row, column, rank, book.styles.number("held", "0"))
            for column, value in enumerate((place.score, place.economics, place.execution), 6):
                if value is not None:
                    page.write_number(row, column, value, held)
            stale = f'=IF({book.stamps.changed}>0,"{book.phrases("held stale")}","{book.phrases("held current")}")'
            page.write_formula(row, 9, stale, book.styles(), book.phrases("held current"))
            book.count.formulas += 1
        if one.segment == found[0].segment:
            book.map_rows = (HEADER_ROW + 1, row)


def sources(book: Book) -> None:
    """Where the inputs come from."""
    page = book.sheets["Sources"]
    _head(book, "Sources", "sources text",
          ("source id", "source title", "source publisher", "source date", "source used", "source url"),
          (28, 70, 26, 12, 8, 50))  # fmt: skip
    used: Counter[str] = Counter()
    for sheet in book.places.sheets.values():
        for row in sheet.rows:
            for cell in row.cells.values():
                if cell.given is not None and isinstance(cell.given.origin, Fact):
                    used[cell.given.origin.source.partition("#")[0]] += 1
    for number, (source, count) in enumerate(sorted(used.items()), HEADER_ROW + 1):
        known = book.model.facts.sources.get(source, {})
        texts = (source, str(known.get("title", "")), str(known.get("publisher", "")), str(known.get("date", "")))
        for column, text in enumerate(texts):
            page.write_string(number, column, text, book.styles.text(text))
        page.write_number(number, 4, count, book.styles())
        page.write_string(number, 5, str(known.get("url", "")), book.styles())


def audit(book: Book) -> None:
    """Printed figures, ours beside them, and a live comparison of the two."""
    page = book.sheets["Audit"]
    keys = (
        "exhibit",
        "line",
        "entity",
        "period",
        "metric",
        "unit",
        "printed",
        "ours",
        "tolerance",
        "verdict",
        "live",
        "note",
    )
    names = tuple("unit" if key == "unit" else f"audit {key}" for key in keys)
    _head(book, "Audit", "audit text", names, (8, 7, 24, 12, 34, 14, 12, 12, 10, 14, 9, 90))
    row = HEADER_ROW
    base = book.model.unchanged.under()
    for verdict in audits(base).verdicts:
        row += 1
        figure = verdict.figure
        if figure.exhibit is not None:
            page.write_number(row, 0, figure.exhibit, book.styles())
        page.write_number(row, 1, figure.line, book.styles())
        for column, text in ((2, verdict.entity), (3, verdict.period), (4, figure.quantity), (5, verdict.unit)):
            page.write_string(row, column, text, book.styles.text(text))
        numbers = [one for one in (verdict.printed, verdict.computed) if isinstance(one, float)]
        style = book.styles.number("held", number_format(figure.quantity, verdict.unit, numbers))
        for column, value in ((6, verdict.printed), (7, verdict.computed), (8, verdict.tolerance)):
            if isinstance(value, (int, float)):
                page.write_number(row, column, value, style)
            elif value is not None:
                page.write_string(row, column, str(value), book.styles.text(str(value)))
        status = "input" if verdict.is_input else verdict.status
        page.write_string(row, 9, status, book.styles())
        if len(numbers) == 2 and isinstance(verdict.tolerance, (int, float)):
            at = row + 1
            agrees = abs(numbers[0] - numbers[1]) <= verdict.tolerance * (1 + 1e-9)
            text = f"=IF(ABS(G{at}-H{at})<=I{at}*1.000000001,1,0)"
            page.write_formula(row, 10, text, book.styles(num_format="0"), int(agrees))
            book.count.formulas += 1
        note = "; ".join(verdict.notes)
        page.write_string(row, 11, note[:32_000], book.styles.text(note))
    page.autofilter(HEADER_ROW, 0, row, len(keys) - 1)


__all__ = ["audit", "ranking", "sources"]
