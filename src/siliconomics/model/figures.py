"""Figures as text: one rule for every face."""

from __future__ import annotations

import math
from typing import Any

MINUS = "−"


def figure(value: float | str | None, unit: str = "1", *, share: bool = False) -> str:
    """A value as a person reads it: separators, as many digits as say something, a real minus.

    ``share``: a number between 0 and 1 that is read in per cent.
    """
    if value is None:
        return "unknown"
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "undefined"
    value += 0.0  # nothing over a loss is nothing, without a sign
    if share:
        text = f"{value * 100:,.2f}".replace("-", MINUS)
        return (text[:-1] if text.endswith("0") else text) + "%"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3 if size >= 1 else 4
    if size and size < 0.001:
        text = f"{value:.3g}"
    elif value == int(value) and size < 1e15:
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS)


SHARES = (
    "yield",
    "margin",
    "growth",
    "share",
    "upside",
    "cost_of_equity",
    "rate",
    "premium",
    "payout",
    "markup",
    "cagr",
    "spread",
    "return_on",
    "self_sufficiency",
    "discount",
    "coverage",
    "stake",
    "persistence",
)
"""Words in a name that say a pure number is a share, read in per cent."""
NOT_SHARES = ("factor", "exchange_rate", "per_", "_count", "ratio_of")


FIRST_YEAR = 1000
"""From here on a pure number whose name ends in year is a calendar year."""


def is_share(quantity: str, unit: str) -> bool:
    """Whether a quantity is read in per cent."""
    if unit != "1" or any(word in quantity for word in NOT_SHARES):
        return False
    return any(f"_{word}_" in f"_{quantity}_" for word in SHARES)


def is_calendar_year(quantity: str, value: object, unit: str) -> bool:
    """Whether a figure is a calendar year; a share or a cost of a year ends in the same word."""
    return quantity.endswith("_year") and unit in ("1", "date") and isinstance(value, float) and value >= FIRST_YEAR


def is_in_time(quantity: str, value: object, unit: str) -> bool:
    """Whether a figure is a place in time, of which a per cent more means nothing."""
    dated = quantity.endswith("_date") and isinstance(value, float) and value >= FIRST_YEAR
    return dated or is_calendar_year(quantity, value, unit)


def shown(quantity: str, value: Any, unit: str) -> str:
    """A quantity's value without its unit (a share with its per cent sign)."""
    if is_calendar_year(quantity, value, unit):
        return f"{value:.0f}"
    if quantity.endswith("_date") and isinstance(value, float):
        return f"{value:.2f}"
    return figure(value, unit, share=is_share(quantity, unit))


def with_unit(quantity: str, value: Any, unit: str) -> str:
    """A quantity's value and unit."""
    text = shown(quantity, value, unit)
    return text if unit in ("1", "text", "") or value is None else f"{text} {unit}"


def gap(value: float | None, other: float | None) -> str:
    """How far ``other`` lies from ``value``, in per cent."""
    if value is None or other is None or not value:
        return ""
    return f"{(other / value - 1) * 100:+.1f}%".replace("-", MINUS)
