"""Small words that several pages say alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siliconomics.model.figures import MINUS

from ..asked import Asked


def signed(value: Any) -> str:
    """A change in per cent with its sign."""
    if not isinstance(value, float):
        return "unknown"
    if abs(value) < 5e-4:
        return "in line"
    return f"{value:+.1%}".replace("-", MINUS)


def parted(asked: Asked, quantity: str, **labels: Any) -> str:
    """A figure with its unit, within a sentence."""
    return asked.figure(quantity, unit=True, **labels).text


def date_of(asked: Asked, companies: Sequence[str]) -> str:
    """The days of the prices, as their facts say."""
    days = {
        fact.as_of.isoformat() if hasattr(fact.as_of, "isoformat") else str(fact.as_of)
        for one in companies
        if (fact := asked.model.facts.of("share_price", (one,))) is not None
    }
    return ", ".join(sorted(days)) or "the day of the facts"


__all__ = ["date_of", "parted", "signed"]
