"""The residual income valuation as a careful analyst exports it with openpyxl: every formula a string, typed once a row.

The inputs are handed over with their sources; everything below ``write`` is what has to be written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

Told = tuple[float, str]
"""A value, and where it comes from."""
SCALARS = {
    "risk_free_rate": ("Risk-free rate", "0.00%"),
    "beta": ("Beta", "0.00"),
    "equity_risk_premium": ("Equity risk premium", "0.00%"),
    "medium_term_growth": ("Medium-term growth", "0.0%"),
    "payout_ratio": ("Payout ratio", "0.0%"),
    "terminal_growth": ("Terminal growth", "0.0%"),
    "valuation_shares": ("Shares, mn", "#,##0.0"),
    "exchange_rate": ("Exchange rate", "0.000"),
    "valuation_year": ("Valuation year", "0"),
    "first_charged_year": ("First charged year", "0"),
    "last_summed_year": ("Last summed year", "0"),
    "terminal_year": ("Terminal year", "0"),
}
SERIES = {"forecast_net_income": "Net income, mn", "forecast_total_equity": "Total equity, mn"}
ROWS = {
    "opening": ("Opening equity, mn", "#,##0;(#,##0)", "={p}7"),
    "income": ("Net income, mn", "#,##0;(#,##0)", "={p}6*(1+medium_term_growth)"),
    "closing": ("Closing equity, mn", "#,##0;(#,##0)", "={c}5+{c}6*(1-payout_ratio)"),
    "return": ("Return on average equity", "0.0%;(0.0%)", "={c}6/(({c}5+{c}7)/2)"),
    "spread": ("Spread over the cost of equity", "0.0%;(0.0%)", "={c}8-cost_of_equity"),
    "residual": ("Residual income, mn", "#,##0;(#,##0)", "={c}9*{c}5"),
    "discount": ("Discount factor", "0.0000", "=(1+cost_of_equity)^(valuation_year-{c}4)"),
    "counted": ("Counted", "0", "=IF(AND({c}4>=first_charged_year,{c}4<=last_summed_year),1,0)"),
    "present": ("Present value, mn", "#,##0;(#,##0)", "={c}10*{c}11*{c}12"),
}
RESULTS = {
    "cost_of_equity": ("Cost of equity", "0.00%", "=risk_free_rate+beta*equity_risk_premium"),
    "book_value": ("Book value, mn", "#,##0", "=INDEX({row7},MATCH(valuation_year,{row4},0))"),
    "forecast_value": ("Present value of the forecast, mn", "#,##0", "=SUM({row13})"),
    "terminal_residual": ("Terminal residual income, mn", "#,##0", "=INDEX({row10},MATCH(terminal_year,{row4},0))"),
    "continuing_value": (
        "Continuing value, mn",
        "#,##0",
        "=terminal_residual*(1+terminal_growth)/(cost_of_equity-terminal_growth)",
    ),
    "continuing_present": (
        "Present value of it, mn",
        "#,##0",
        "=continuing_value*INDEX({row11},MATCH(terminal_year,{row4},0))",
    ),
    "equity_value": ("Equity value, mn", "#,##0", "=book_value+forecast_value+continuing_present"),
    "price_target": ("Price target", "#,##0.00", "=equity_value/valuation_shares/exchange_rate"),
}
CHECKS = {
    "The price target is a number": ("=IF(ISNUMBER(price_target),0,1)", 0),
    "The cost of equity exceeds terminal growth": ("=IF(cost_of_equity>terminal_growth,0,1)", 0),
    "The last column is the terminal year": ("=ABS(MAX({row4})-terminal_year)", 0),
}


def write(path: Path, scalars: Mapping[str, Told], series: Mapping[str, Mapping[int, Told]]) -> None:
    """Write the export."""
    book = Workbook()
    blue, green, bold = Font(color="0000FF"), Font(color="007A33"), Font(bold=True)
    fill, line = PatternFill("solid", fgColor="D9E1F2"), Border(bottom=Side(style="thin"))
    inputs, sheet, checks = book.active, book.create_sheet("Valuation"), book.create_sheet("Checks")
    inputs.title = "Inputs"
    first = min(min(told) for told in series.values())
    years = range(first, int(scalars["terminal_year"][0]) + 1)
    columns = {year: get_column_letter(2 + number) for number, year in enumerate(years)}

    def name(word: str, page: str, row: int) -> None:
        book.defined_names[word] = DefinedName(word, attr_text=f"{page}!$B${row}")

    def head(page: object, row: int, words: list[object]) -> None:
        for column, word in enumerate(words, 1):
            cell = page.cell(row, column, word)  # type: ignore[attr-defined]
            cell.font, cell.fill, cell.border = bold, fill, line

    inputs["A1"], inputs["A1"].font = "Cambricon: inputs", Font(bold=True, size=14)
    head(inputs, 4, ["CNY mn, years to December", *years])
    for row, (key, label) in enumerate(SERIES.items(), 5):
        inputs.cell(row, 1, label)
        for year, (value, source) in series[key].items():
            cell = inputs[f"{columns[year]}{row}"]
            cell.value, cell.font, cell.number_format = value, blue, "#,##0.0"
            cell.comment = Comment(source, "analyst")
    head(inputs, 9, ["Input", "Value"])
    for row, (key, (label, form)) in enumerate(SCALARS.items(), 10):
        value, source = scalars[key]
        inputs.cell(row, 1, label)
        cell = inputs.cell(row, 2, value)
        cell.font, cell.number_format, cell.comment = blue, form, Comment(source, "analyst")
        name(key, "Inputs", row)
    sheet["A1"], sheet["A1"].font = "Cambricon: residual income", Font(bold=True, size=14)
    head(sheet, 4, ["CNY mn, years to December", *years])
    for row, (key, (label, form, text)) in enumerate(ROWS.items(), 5):
        sheet.cell(row, 1, label)
        given = {"income": ("forecast_net_income", 5), "closing": ("forecast_total_equity", 6)}.get(key)
        for year in years:
            formula, font = text.format(c=columns[year], p=columns.get(year - 1, "")), Font()
            if given and year in series[given[0]]:
                formula, font = f"=Inputs!{columns[year]}{given[1]}", green
            elif year == first:
                continue
            cell = sheet[f"{columns[year]}{row}"]
            cell.value, cell.number_format, cell.font = formula, form, font
    last = columns[years[-1]]
    ranges = {f"row{row}": f"Valuation!$B${row}:${last}${row}" for row in range(4, 5 + len(ROWS))}
    for row, (key, (label, form, text)) in enumerate(RESULTS.items(), 6 + len(ROWS)):
        sheet.cell(row, 1, label)
        cell = sheet.cell(row, 2, text.format(**ranges))
        cell.number_format, cell.font = form, bold if key == "price_target" else Font()
        name(key, "Valuation", row)
    head(checks, 4, ["Check", "Measured", "Allowed", "Fails"])
    for row, (label, (text, allowed)) in enumerate(CHECKS.items(), 5):
        for column, content in enumerate(
            (label, text.format(**ranges), allowed, f"=IF(OR(ISERROR(B{row}),B{row}>C{row}),1,0)"), 1
        ):
            checks.cell(row, column, content)
    for page in (inputs, sheet, checks):
        page.column_dimensions["A"].width = 40
        page.freeze_panes = "B5"
        page.sheet_view.showGridLines = False
        page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
    book.save(path)
