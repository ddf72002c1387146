"""The same residual income valuation in modelx: cells with formulas, joined by name.

A what-if changes one input and reads the answer again; modelx clears and recomputes what rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import modelx
import numpy as np

from valuation_numpy import Array, Name, Years, steps

FORMULAS = {
    "cost_of_equity": "lambda: risk_free_rate + beta * equity_risk_premium",
    "net_income": "lambda year: net_income(year - 1) * (1 + medium_term_growth)",
    "total_equity": "lambda year: total_equity(year - 1) + net_income(year) * (1 - payout_ratio)",
    "return_on_average_equity": ("lambda year: net_income(year) / ((total_equity(year - 1) + total_equity(year)) / 2)"),
    "residual_income": ("lambda year: (return_on_average_equity(year) - cost_of_equity()) * total_equity(year - 1)"),
    "discount_factor": (
        "lambda year: (1 + cost_of_equity()) ** (valuation_year - first_charged_year)"
        " if year == first_charged_year else discount_factor(year - 1) / (1 + cost_of_equity())"
    ),
    "present_value_of_forecast": (
        "lambda: sum(residual_income(year) * discount_factor(year)"
        " for year in range(first_charged_year, last_summed_year + 1))"
    ),
    "continuing_value": (
        "lambda: residual_income(terminal_year) * (1 + terminal_growth) / (cost_of_equity() - terminal_growth)"
    ),
    "equity_value": (
        "lambda: total_equity(valuation_year) + present_value_of_forecast()"
        " + continuing_value() * discount_factor(terminal_year)"
    ),
    "price_target": "lambda: equity_value() / valuation_shares / exchange_rate",
}


class Valuation:
    """A modelx model of one company, ready to be changed and asked."""

    def __init__(self, names: Sequence[Name], values: Sequence[float], years: Years) -> None:
        self.names, self.values = list(names), list(values)
        self.space: Any = modelx.new_model().new_space("Valuation")
        for name, formula in FORMULAS.items():
            self.space.new_cells(name, formula=formula)
        for name, year in asdict(years).items():
            setattr(self.space, name, year)
        self.hold(values)

    def change(self, position: int, value: Any) -> None:
        """Set one input: a forecast is the value of a cell, anything else a reference."""
        quantity, year = self.names[position]
        if year is None:
            setattr(self.space, quantity, value)
        else:
            self.space.cells[quantity.removeprefix("forecast_")][year] = value

    def hold(self, values: Sequence[Any]) -> None:
        """Set every input."""
        for position, value in enumerate(values):
            self.change(position, value)

    def price_target(self) -> Any:
        """The answer; modelx keeps it until an input below it changes."""
        return self.space.price_target()

    def what_if(self, position: int, value: float) -> float:
        """The answer after one change."""
        self.change(position, value)
        return float(self.price_target())

    def what_ifs(self) -> float:
        """Two what-ifs for every input, up by a hundredth and back; the last answer is the first one again."""
        answer = np.nan
        for factor in (1.01, 1.0):
            for position, value in enumerate(self.values):
                answer = self.what_if(position, value * factor)
        return answer

    def gradient(self) -> Array:
        """Forward differences: every input bumped and put back in turn."""
        base = float(self.price_target())
        slopes = np.empty(len(self.values))
        for position, (value, step) in enumerate(zip(self.values, steps(self.values), strict=True)):
            slopes[position] = (self.what_if(position, value + float(step)) - base) / step
            self.change(position, value)
        return slopes

    def draws_one_by_one(self, columns: Array) -> Array:
        """Price targets of draws (inputs x draws), each draw set and asked in turn."""
        out = np.empty(columns.shape[1])
        for draw, values in enumerate(columns.T.tolist()):
            self.hold(values)
            out[draw] = self.price_target()
        self.hold(self.values)
        return out

    def draws_as_arrays(self, columns: Array) -> Array:
        """The same with a whole array of draws in every input."""
        self.hold(list(columns))
        out: Array = self.price_target()
        self.hold(self.values)
        return out
