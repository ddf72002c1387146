"""The sheets of grids: tables over two inputs, each cell live, and the workings behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siliconomics.faces import words

from .grids import JUST_BELOW
from .places import HEADER_ROW, Place
from .styles import LINK, SECTION_FILL, number_format

if TYPE_CHECKING:
    from .book import Book

WORKINGS = "Grid workings"


def axes(book: Book, number: int) -> tuple[list[Place], list[Place]]:
    """Where a grid's axes stand on the sheet of grids: cost of equity down, growth across."""
    grid = book.grids[number]
    top = HEADER_ROW + number * (len(grid.steps) + 5)
    return (
        [Place("Grids", top + 2 + i, 1) for i in range(len(grid.steps))],
        [Place("Grids", top + 1, 2 + i) for i in range(len(grid.steps))],
    )


def tables(book: Book) -> None:
    """Tables of targets over cost of equity and growth, each cell live."""
    page = book.sheets["Grids"]
    book.title(page, "Grids", book.phrases("grids text"))
    page.set_column(0, 0, 30)
    page.set_column(1, 1 + len(book.grids[0].steps), 11)
    for number, grid in enumerate(book.grids):
        downs, across = axes(book, number)
        values = grid.values(book.model)
        answers = values[[cell.key for cell in grid.cells].index(grid.answer.key)]
        top = downs[0].row - 2
        unit = book.model.unit(grid.answer.name, grid.answer.labels)
        name = f"{book.whose(grid.answer)}: {words.label('quantity', grid.answer.name, book.language)}, {unit}"
        page.write_string(top, 0, name, book.styles(bold=True, font_size=11))
        page.write_string(top + 1, 0, book.phrases("grid step"), book.styles(font_color="#555555"))
        for steps, driver in ((downs, grid.down), (across, grid.across)):
            base = book.graph.value(driver) or 0.0
            source = book.places.of(driver).seen_from("Grids")
            for place, step in zip(steps, grid.steps, strict=True):
                text = f"={source}+{step!r}" if step > 0 else f"={source}{step!r}" if step else f"={source}"
                style = book.styles(num_format="0.0%", bold=True, font_color=LINK, bg_color=SECTION_FILL)
                page.write_formula(place.row, place.column, text, style, base + step)
                book.count.formulas += 1
        form = number_format(grid.answer.name, unit, [float(value) for value in answers])
        for point, value in enumerate(answers):
            row, column = divmod(point, len(grid.steps))
            place = grid.answer_place(point)
            middle = {"bold": True, "border": 1} if point == len(answers) // 2 else {}
            style = book.styles(num_format=form, font_color=LINK, **middle)
            defined = grid.moved(book.model, *grid.points[point])[2]
            text = f'=IF({downs[row].cell}-{across[column].cell}<0.000000001,"n/a",{place.seen_from("Grids")})'
            shown = float(value) if defined else "n/a"
            page.write_formula(downs[row].row, across[column].column, text, style, shown)
            book.count.formulas += 1
        first, last = Place("Grids", downs[0].row, 2), Place("Grids", downs[-1].row, 1 + len(grid.steps))
        page.conditional_format(f"{first.cell}:{last.cell}", {"type": "3_color_scale", "min_color": "#F8CBAD",
                                "mid_color": "#FFFFFF", "max_color": "#C6E0B4"})  # fmt: skip
    _football(book, page, HEADER_ROW + len(book.grids) * (len(book.grids[0].steps) + 5))
    page.freeze_panes(HEADER_ROW, 0)


def _football(book: Book, page: Any, row: int) -> None:
    """Lowest and highest target within one step of either input, over the market price."""
    head = book.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
    for column, key in enumerate(("football", "lowest", "middle", "highest", "lowest to price", "width")):
        page.write_string(row, column, book.phrases(f"grid {key}"), head)
    for number, grid in enumerate(book.grids):
        at = row + 1 + number
        company = grid.answer.labels["company"]
        price = book.places.find("share_price", company=company)
        if price is None:
            continue
        downs, across = axes(book, number)
        middle = len(grid.steps) // 2
        first = Place("Grids", downs[middle - 1].row, across[middle - 1].column)
        last = Place("Grids", downs[middle + 1].row, across[middle + 1].column)
        values = grid.values(book.model)[[cell.key for cell in grid.cells].index(grid.answer.key)]
        size = len(grid.steps)
        near = [
            float(values[i * size + j])
            for i in range(middle - 1, middle + 2)
            for j in range(middle - 1, middle + 2)
            if grid.moved(book.model, *grid.points[i * size + j])[2]
        ]
        area, paid = f"{first.cell}:{last.cell}", price.seen_from("Grids")
        quote = book.model.solve("share_price", company=company).records[0].value
        assert isinstance(quote, float)
        texts = (
            (f"=MIN({area})", min(near), "#,##0.0"),
            (f"={book.places.of(grid.answer).seen_from('Grids')}", book.graph.value(grid.answer) or 0.0, "#,##0.0"),
            (f"=MAX({area})", max(near), "#,##0.0"),
            (f"=B{at + 1}/{paid}", min(near) / quote, "0%"),
            (f"=(D{at + 1}-B{at + 1})/{paid}", (max(near) - min(near)) / quote, "0%"),
        )
        page.write_string(at, 0, words.label("company", company, book.language), book.styles())
        for column, (text, value, form) in enumerate(texts, 1):
            page.write_formula(at, column, text, book.styles(num_format=form), value)
            book.count.formulas += 1
        book.football_rows.append(at)


def workings(book: Book) -> None:
    """The part of the model between a grid's inputs and its answer, once for each point."""
    page = book.sheets[WORKINGS]
    book.title(page, WORKINGS, book.phrases("grid workings"))
    page.set_column(0, 0, 40)
    page.set_column(1, 2, 14)
    page.freeze_panes(HEADER_ROW, 3)
    top = HEADER_ROW
    for number, grid in enumerate(book.grids):
        grid.workings, grid.top = WORKINGS, top
        downs, across = axes(book, number)
        values = grid.values(book.model)
        for offset, driver in enumerate((grid.across, grid.down)):
            page.write_string(
                top + offset, 0, words.label("quantity", driver.name, book.language), book.styles(bold=True)
            )
            page.write_string(top + offset, 1, book.whose(driver), book.styles())
            for point, (down, step) in enumerate(grid.points):
                moved = grid.moved(book.model, down, step)
                rate, growth = (
                    place.seen_from(WORKINGS)
                    for place in (downs[grid.steps.index(down)], across[grid.steps.index(step)])
                )
                text = f"=IF({rate}-{growth}<0.000000001,{rate}-{JUST_BELOW},{growth})" if offset == 0 else f"={rate}"
                style = book.styles.number("link", "0.00%")
                page.write_formula(top + offset, 3 + point, text, style, moved[1 - offset])
        for row, (cell, texts) in enumerate(grid.formulas(book.model, book.places)):
            at = top + 2 + row
            page.write_string(at, 0, words.label("quantity", cell.name, book.language), book.styles(indent=1))
            page.write_string(at, 1, book.whose(cell), book.styles(font_color="#555555"))
            unit = book.model.unit(cell.name, cell.labels)
            page.write_string(at, 2, words.label("unit", unit, book.language), book.styles(font_color="#555555"))
            style = book.styles.number("formula", number_format(cell.name, unit, (float(v) for v in values[row])))
            for point, text in enumerate(texts):
                page.write_formula(at, 3 + point, text, style, float(values[row][point]))
            book.count.formulas += len(texts)
        top += grid.height


__all__ = ["WORKINGS", "axes", "tables", "workings"]
