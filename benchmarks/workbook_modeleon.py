"""The residual income valuation in modeleon, whose lines become live formulas.

Run by an interpreter that has modeleon: reads inputs from a JSON file, writes a workbook, prints the seconds it took.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from timeit import default_timer
from typing import Any

import modeleon as mo  # type: ignore[import-not-found, unused-ignore]


def write(path: str, scalars: dict[str, Any], series: dict[str, dict[str, Any]]) -> None:
    """Write the model; a source stands in a column beside its line, as modeleon writes no comments."""
    first = min(int(year) for told in series.values() for year in told)
    years = range(first, int(scalars["terminal_year"][0]) + 1)
    model: Any = mo.Model("Cambricon")
    model.default_grain, model.default_start, model.default_periods = "year", str(first), len(years)
    model.default_excel_view = mo.ExcelView(
        meta={"fields": [("description", "Source")], "label_col": "Line"}, cell_types={"on": True}
    )
    model.inputs = mo.MultiVariable("Inputs", excel_props={"tab": True})
    with model.inputs as given:
        for name, (value, source) in scalars.items():
            form = {"excel_props": {"number_format": "0.0%"}} if 0 < abs(value) < 1 else {}
            setattr(given, name, mo.Variable(value, description=source, **form))
        last = max(int(year) for year in series["forecast_net_income"])
        given.last_forecast_year = mo.Variable(last, description="the last year with a forecast")
        given.year = mo.Variable(list(years), excel_props={"number_format": "0"})
        for name, told in series.items():
            row = [told.get(str(year), (0.0, ""))[0] for year in years]
            sources = "; ".join(dict.fromkeys(source for _, source in told.values()))
            setattr(given, name, mo.Variable(row, description=sources, excel_props={"number_format": "#,##0.0"}))
    model.valuation = mo.MultiVariable("Valuation", excel_props={"tab": True}, loop=True)
    with model.valuation as rows:
        known = given.year <= given.last_forecast_year
        rows.cost_of_equity = given.risk_free_rate + given.beta * given.equity_risk_premium
        rows.opening_equity = mo.lag(rows.total_equity)
        rows.net_income = mo.IF(
            known, given.forecast_net_income, mo.lag(rows.net_income) * (1 + given.medium_term_growth)
        )
        rows.total_equity = mo.IF(
            known, given.forecast_total_equity, rows.opening_equity + rows.net_income * (1 - given.payout_ratio)
        )
        rows.return_on_average_equity = rows.net_income / ((rows.opening_equity + rows.total_equity) / 2)
        rows.spread = rows.return_on_average_equity - rows.cost_of_equity
        rows.residual_income = rows.spread * rows.opening_equity
        rows.discount_factor = (1 + rows.cost_of_equity) ** (given.valuation_year - given.year)
        rows.present_value = mo.IF(
            mo.AND(given.year >= given.first_charged_year, given.year <= given.last_summed_year),
            rows.residual_income * rows.discount_factor,
            0,
        )
    model.result = mo.MultiVariable("Result", excel_props={"tab": True})
    with model.result as out:
        out.book_value = mo.INDEX(rows.total_equity, mo.MATCH(given.valuation_year, given.year, 0))
        out.present_value_of_forecast = mo.SUM(rows.present_value)
        out.terminal_residual_income = mo.INDEX(rows.residual_income, mo.MATCH(given.terminal_year, given.year, 0))
        out.continuing_value = (
            out.terminal_residual_income
            * (1 + given.terminal_growth)
            / (rows.cost_of_equity - given.terminal_growth)
            * mo.INDEX(rows.discount_factor, mo.MATCH(given.terminal_year, given.year, 0))
        )
        out.equity_value = out.book_value + out.present_value_of_forecast + out.continuing_value
        out.price_target = out.equity_value / given.valuation_shares / given.exchange_rate
    model.checks = mo.MultiVariable("Checks", excel_props={"tab": True})
    with model.checks as checks:
        checks.price_target_is_no_number = mo.IF(mo.ISNUMBER(out.price_target), 0, 1)
        checks.growth_above_cost_of_equity = mo.IF(rows.cost_of_equity > given.terminal_growth, 0, 1)
        checks.last_column_is_not_the_terminal_year = mo.IF(mo.MAX(given.year) > given.terminal_year, 1, 0)
    model.to_excel(path)


def main(inputs: str, path: str, turns: int) -> None:
    """Write once to warm up and then several times; print the median time and the version."""
    told = json.loads(Path(inputs).read_text(encoding="utf-8"))
    times = []
    for _ in range(turns + 1):
        begin = default_timer()
        write(path, **told)
        times.append(default_timer() - begin)
    print(json.dumps({"seconds": median(times[1:]), "version": mo.__version__}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
