"""Native charts of a workbook, each over live cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siliconomics.faces import words

from .places import FIRST_COLUMN, HEADER_ROW, Place, column_name, quoted

if TYPE_CHECKING:
    from .book import Book

COST = ("die_cost_usd", "memory_cost_usd", "package_cost_usd")
SPLIT = ("book_share_of_value", "forecast_share_of_value", "continuing_share_of_value")
COLOURS = ("#1F3A5F", "#5B8DB8", "#E0A458", "#8FB8A0", "#B0413E")
WIDTH, HEIGHT = 620, 300


def _reference(sheet: str, first: Place, last: Place) -> str:
    ends = (f"${column_name(one.column)}${one.row + 1}" for one in (first, last))
    return f"={quoted(sheet)}!{':'.join(ends)}"


def _base(book: Book, kind: dict[str, Any], title: str, number_format: str = "#,##0") -> Any:
    chart = book.book.add_chart(kind)
    chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
    chart.set_size({"width": WIDTH, "height": HEIGHT})
    chart.set_legend({"position": "bottom", "font": {"size": 8}})
    chart.set_x_axis({"num_font": {"size": 8}})
    chart.set_y_axis({"num_font": {"size": 8}, "num_format": number_format, "major_gridlines": {"visible": True,
                      "line": {"color": "#DDDDDD"}}})  # fmt: skip
    return chart


def of_cover(book: Book, page: Any) -> None:
    """The charts of the cover, one below the other."""
    made = [cost(book), map_of_makers(book)]
    for company in book.wanted.companies:
        made += [revenue(book, company), value_split(book, company), risk_reward(book, company)]
    made.append(football(book))
    place = 0
    for chart in made:
        if chart is not None:
            page.insert_chart(3 + 16 * (place // 2), 5 + 7 * (place % 2), chart)
            place += 1


def cost(book: Book) -> Any:
    """Dies, memory and package of each chip, stacked."""
    found = [book.places.row(name) for name in COST]
    if any(one is None for one in found):
        return None
    chart = _base(book, {"type": "column", "subtype": "stacked"}, book.phrases("chart cost"))
    for (sheet, row), colour in zip([one for one in found if one], COLOURS, strict=False):
        columns = sorted(row.cells)
        first, last = columns[0], columns[-1]
        chart.add_series(
            {
                "name": words.label("quantity", row.quantity, book.language),
                "categories": _reference(
                    sheet.name, Place(sheet.name, HEADER_ROW, first), Place(sheet.name, HEADER_ROW, last)
                ),
                "values": _reference(
                    sheet.name, Place(sheet.name, row.number, first), Place(sheet.name, row.number, last)
                ),
                "fill": {"color": colour},
            }
        )
    return chart


def revenue(book: Book, company: str) -> Any:
    """Revenue as columns, gross margin as a line on a second axis."""
    sales, margin = (book.places.row(name, company=company) for name in ("revenue", "gross_margin"))
    if sales is None or margin is None:
        return None
    sheet = sales[0]
    years = [label for label in sheet.columns if isinstance(label, int) and 2022 <= label <= 2028]
    columns = [sheet.column(year) for year in years if sheet.column(year) in sales[1].cells]
    if not columns:
        return None
    name = f"{words.label('company', company, book.language)}: {book.phrases('chart revenue')}"
    chart = _base(book, {"type": "column"}, name)
    line = book.book.add_chart({"type": "line"})
    for (one, row), target, second in ((sales, chart, False), (margin, line, True)):
        target.add_series(
            {
                "name": words.label("quantity", row.quantity, book.language),
                "categories": _reference(
                    one.name, Place(one.name, HEADER_ROW, columns[0]), Place(one.name, HEADER_ROW, columns[-1])
                ),
                "values": _reference(
                    one.name, Place(one.name, row.number, columns[0]), Place(one.name, row.number, columns[-1])
                ),
                "y2_axis": second,
                **({"line": {"color": COLOURS[2], "width": 2}} if second else {"fill": {"color": COLOURS[0]}}),
            }
        )
    line.set_y2_axis({"num_format": "0%", "num_font": {"size": 8}})
    chart.combine(line)
    return chart


def value_split(book: Book, company: str) -> Any:
    """Book, forecast and continuing part of value."""
    places = [book.places.find(name, company=company) for name in SPLIT]
    if any(place is None for place in places):
        return None
    name = f"{words.label('company', company, book.language)}: {book.phrases('chart split')}"
    chart = _base(book, {"type": "bar", "subtype": "percent_stacked"}, name, "0%")
    for place, quantity, colour in zip(places, SPLIT, COLOURS, strict=False):
        assert place is not None
        chart.add_series(
            {
                "name": words.label("quantity", quantity, book.language),
                "values": _reference(place.sheet, place, place),
                "fill": {"color": colour},
                "data_labels": {"value": True, "num_format": "0%", "font": {"size": 8, "color": "#FFFFFF"}},
            }
        )
    chart.set_y_axis({"visible": False})
    return chart


def risk_reward(book: Book, company: str) -> Any:
    """What each case gave when the workbook was written."""
    if company not in book.case_results:
        return None
    told = book.case_results[company]
    if len(told.values) < len(told.names) or any(value is None for value in told.values):
        return None
    first, last = Place("Cases", told.row, 3), Place("Cases", told.row, 2 + len(told.names))
    name = f"{words.label('company', company, book.language)}: {book.phrases('chart risk')}"
    chart = _base(book, {"type": "bar"}, name)
    chart.add_series(
        {
            "name": words.label("quantity", "price_target", book.language),
            "categories": _reference(
                "Cases", Place("Cases", told.head, 3), Place("Cases", told.head, 2 + len(told.names))
            ),
            "values": _reference("Cases", first, last),
            "fill": {"color": COLOURS[1]},
            "data_labels": {"value": True, "num_format": "#,##0", "font": {"size": 8}},
        }
    )
    chart.set_legend({"none": True})
    return chart


def football(book: Book) -> Any:
    """Lowest to highest target of each company's grid, over its target: bars that float."""
    if not book.football_rows:
        return None
    first, last = book.football_rows[0], book.football_rows[-1]
    chart = _base(book, {"type": "bar", "subtype": "stacked"}, book.phrases("chart football"), "0%")
    for column, options in (
        (4, {"fill": {"none": True}, "border": {"none": True}}),
        (5, {"fill": {"color": COLOURS[1]}}),
    ):
        chart.add_series(
            {
                "name": _reference("Grids", Place("Grids", first - 1, column), Place("Grids", first - 1, column)),
                "categories": _reference("Grids", Place("Grids", first, 0), Place("Grids", last, 0)),
                "values": _reference("Grids", Place("Grids", first, column), Place("Grids", last, column)),
                "gap": 60,
                **options,
            }
        )
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_format": "0%", "num_font": {"size": 8}})
    return chart


def map_of_makers(book: Book) -> Any:
    """Economics across, execution up: the map of makers for cloud buyers."""
    first, last = book.map_rows
    if last <= first:
        return None
    chart = _base(book, {"type": "scatter"}, book.phrases("chart map"), "0.0")
    labels = [{"value": f"=Ranking!$B${row + 1}"} for row in range(first, last + 1)]
    chart.add_series(
        {
            "name": book.phrases("chart map"),
            "categories": _reference("Ranking", Place("Ranking", first, 7), Place("Ranking", last, 7)),
            "values": _reference("Ranking", Place("Ranking", first, 8), Place("Ranking", last, 8)),
            "marker": {"type": "circle", "size": 8, "fill": {"color": COLOURS[0]}},
            "data_labels": {"custom": labels, "value": True, "position": "above", "font": {"size": 8}},
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": book.phrases("ranking economics"), "num_font": {"size": 8}, "num_format": "0.0"})
    chart.set_y_axis({"name": book.phrases("ranking execution"), "num_font": {"size": 8}, "num_format": "0.0",
                      "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})  # fmt: skip
    return chart


__all__ = ["FIRST_COLUMN", "of_cover"]
