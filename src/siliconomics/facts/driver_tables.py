"""Tables to fill in for a company's drivers: its products, their prices and units, and what lies beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .statement_tables import slug
from .writing import csv_text

YEARS_AHEAD = 3
ONCE = (
    ("reporting_currency_per_cny", "Reporting currency for one yuan", "reporting_currency/CNY", ""),
    ("channel_margin", "Share of the price before tax that distributors keep", "%", ""),
    ("variable_share_of_operating_expense", "Share of operating expense that follows sales", "%", ""),
    ("gross_margin_shift", "Added to the planned gross margin", "%", "0"),
    ("price_cut_of_all_products", "Cut of the prices of all products", "%", "0"),
)
"""One figure of a company each: the input, its row, its unit, and what stands there from the start."""
HEAD = """# {comment}
title = {title}
source = "{source}"
as_of = {as_of}
known = "assumed"
labels = {{ {labels} }}
"""
ROW = """
[[row]]
row = "{row}"
quantity = "{quantity}"
unit = "{unit}"
inputs = "all"
"""


def driver_tables(
    company: str, products: Sequence[str], currency: str, reported: int, as_of: str, source: str
) -> dict[str, str]:
    """Cards of products, and tables of prices, units and what else sales follow from; nothing without products."""
    files: dict[str, str] = {}
    years = [str(year) for year in range(reported + 1, reported + 1 + YEARS_AHEAD)]
    ours, own = slug(company), f"company = {_text(company)}"

    def table(name: str, comment: str, title: str, labels: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        head = HEAD.format(comment=comment, title=_text(title), source=source, as_of=as_of, labels=labels)
        head += 'columns = "year"\n' if columns else ""
        files[f"{name}.toml"] = head + "".join(ROW.format(row=row, quantity=q, unit=unit) for q, row, unit, _ in rows)
        files[f"{name}.csv"] = csv_text(
            ["line", "row", *(columns or ["value"])],
            ([str(place), row, *[start] * max(1, len(columns))] for place, (_, row, _, start) in enumerate(rows, 2)),
        )

    for product in products:
        chip = f"chip = {_text(product)}"
        files[f"chips/{slug(product)}.toml"] = f"name = {_text(product)}\nvendor = {_text(company)}\n"
        price = [("market_price_cny", "Market price with tax", "CNY/chip", "")]
        table(f"{slug(product)}-price", "What a buyer pays for one.", f"{product}: price", chip, (), price)
        units = [("planned_units", "Units to be sold", "chip", "")]
        comment = "How many are planned to be sold in each year."
        table(f"{ours}-{slug(product)}-units", comment, f"{product}: units", f"{own}, {chip}", years, units)
    if products:
        comment = "Shares in per cent. 0 is none; an empty cell is not known."
        last = ("last_reported_year", "Last reported year, from which drivers start", "1", str(reported))
        table(f"{ours}-drivers", comment, f"{company}: drivers", own, (), [last, *ONCE])
        money = f"mn {currency}"
        beside = [
            ("other_revenue", "Sales that are no product of the list", money, ""),
            ("revenue_calibration", "What products and other sales lack to your forecast", money, "0"),
        ]
        comment = (
            "The second row: `siliconomics show revenue_gap_to_print --where company=...` gives it once the rest is in."
        )
        table(f"{ours}-drivers-by-year", comment, f"{company}: drivers by year", own, years, beside)
    return files


Row = tuple[str, str, str, str]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
