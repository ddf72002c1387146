"""One company's residual income valuation in plain NumPy: the yardstick for speed.

It needs only arithmetic, so the same text runs on Python floats, on NumPy floats and on arrays of draws.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Kind = TypeVar("Kind")
Name = tuple[str, int | None]
"""An input: its quantity, and its year if it has one."""

RELATIVE_STEP = 1e-7
"""How far an input is bumped for a finite difference, relative to its size."""


@dataclass(frozen=True)
class Years:
    """The years that shape a valuation."""

    valuation_year: int
    first_charged_year: int
    last_summed_year: int
    terminal_year: int


@dataclass(frozen=True)
class Company:
    """What a valuation rests on: numbers or arrays of draws, forecasts by year."""

    forecast_net_income: Mapping[int, Any]
    forecast_total_equity: Mapping[int, Any]
    risk_free_rate: Any
    beta: Any
    equity_risk_premium: Any
    medium_term_growth: Any
    payout_ratio: Any
    terminal_growth: Any
    valuation_shares: Any
    exchange_rate: Any


def company_of(names: Sequence[Name], values: Sequence[Any]) -> Company:
    """A company from a flat list of inputs."""
    fields: dict[str, Any] = {}
    for (quantity, year), value in zip(names, values, strict=True):
        if year is None:
            fields[quantity] = value
        else:
            fields.setdefault(quantity, {})[year] = value
    return _filled(Company, fields)


def years_of(values: Mapping[str, float]) -> Years:
    """The years among the facts under a valuation."""
    return _filled(Years, {name: int(value) for name, value in values.items()})


def _filled(kind: type[Kind], fields: Mapping[str, Any]) -> Kind:
    try:
        return kind(**fields)
    except TypeError as error:
        sys.exit(f"bench: the valuation rests on other facts than before; mend valuation_numpy.py ({error})")


def price_target(company: Company, years: Years) -> Any:
    """Value per share: book, discounted residual income of the forecast, and its continuation."""
    cost_of_equity = company.risk_free_rate + company.beta * company.equity_risk_premium
    growth = 1 + company.medium_term_growth
    kept = 1 - company.payout_ratio
    a_year = 1 + cost_of_equity
    discount = a_year ** (years.valuation_year - years.first_charged_year)
    opening = company.forecast_total_equity[years.first_charged_year - 1]
    value = company.forecast_total_equity[years.valuation_year]
    income: Any = 0.0
    residual: Any = 0.0
    for year in range(years.first_charged_year, years.terminal_year + 1):
        if year > years.first_charged_year:
            discount = discount / a_year
        if year in company.forecast_net_income:
            income = company.forecast_net_income[year]
            closing = company.forecast_total_equity[year]
        else:
            income = income * growth
            closing = opening + income * kept
        residual = (income / ((opening + closing) / 2) - cost_of_equity) * opening
        if year <= years.last_summed_year:
            value = value + residual * discount
        opening = closing
    continuing = residual * (1 + company.terminal_growth) / (cost_of_equity - company.terminal_growth)
    return (value + continuing * discount) / company.valuation_shares / company.exchange_rate


def steps(values: Sequence[float]) -> Array:
    """The bump of each input."""
    size = np.abs(np.asarray(values, dtype=float))
    return RELATIVE_STEP * np.where(size > 0, size, 1.0)


def gradient(names: Sequence[Name], values: Sequence[float], years: Years) -> Array:
    """Forward differences by every input: all bumped copies in one vectorised call."""
    step = steps(values)
    bumped = np.tile(np.asarray(values, dtype=float)[:, None], len(values) + 1)
    position = np.arange(len(values))
    bumped[position, position + 1] += step
    prices: Array = price_target(company_of(names, list(bumped)), years)
    slopes: Array = (prices[1:] - prices[0]) / step
    return slopes


def drawn(values: Sequence[float], size: int, spread: float = 0.01, seed: int = 7) -> Array:
    """Draws of every input around its value (inputs x draws)."""
    normal = np.random.default_rng(seed).standard_normal((len(values), size))
    columns: Array = np.asarray(values, dtype=float)[:, None] * (1 + spread * normal)
    return columns


def draws(names: Sequence[Name], columns: Array, years: Years, block: int | None = None) -> Array:
    """Price targets of many draws (inputs x draws), all at once or a block at a time."""
    size = columns.shape[1]
    out = np.empty(size)
    for start in range(0, size, block or size):
        part = slice(start, start + (block or size))
        out[part] = price_target(company_of(names, list(columns[:, part])), years)
    return out
