"""Where a price, and the multiple it means, stands in its own history; the history is the user's to bring."""

from __future__ import annotations

import bisect
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.formulas.valuation import multiples as _multiples
from siliconomics.model import Model
from siliconomics.studies.price_history import History

formulas: Any = _multiples

FEWEST = 2
"""Closes that a spread needs."""
OF_MULTIPLES: dict[str, tuple[str, str, Callable[[float, float], float], str]] = {
    "price to forward sales": (
        "forward_revenue_mn",
        "forward_price_to_sales",
        formulas.price_to_sales_at_market,
        "the sales ahead",
    ),
    "price to forward earnings": (
        "forward_net_income_mn",
        "forward_price_to_earnings",
        formulas.price_to_earnings_at_market,
        "the net income ahead",
    ),
    "price to forward book": (
        "forward_equity_mn",
        "forward_price_to_book",
        formulas.price_to_book_at_market,
        "the book ahead",
    ),
}
"""For each multiple with a band: the column it divides by, the quantity of today's, its formula, and its words."""


@dataclass(frozen=True)
class Band:
    """Mean, one standard deviation either way, and where today and the target stand."""

    of: str
    unit: str
    count: int
    first: str
    last: str
    mean: float | None
    low: float | None
    high: float | None
    today: float | None
    percentile: float | None
    """Share of the days on which it was no higher than today."""
    at_target: float | None
    target_percentile: float | None
    missing: str = ""
    note: str = ""


def bands(model: Model, company: str, history: History | None) -> list[Band]:
    """The band of the price and, where what was expected came with it, of each multiple.

    A day takes the shares of its own count; where the file counts none, the valuation's stand in, and the band says so.
    A multiple of an expected loss means nothing and is left out of its band.
    """
    label = str(model.label("company", company))

    def of(quantity: str) -> float | None:
        value = model.solve(quantity, company=label).value
        return value if isinstance(value, float) else None

    unit = model.unit("share_price", {"company": label})
    today, target = of("share_price"), of("price_target")
    if history is None:
        why = "needs a history of closes: --prices FILE.csv with date and close; none is bundled"
        found = [_unknown("close", unit, today, target, why)]
    else:
        found = [_band("close", unit, history.days, history.closes, today, target)]
    shares, rate = of("valuation_shares"), of("exchange_rate")
    for name, (column, stem, formula, words) in OF_MULTIPLES.items():
        now, then = of(f"{stem}_at_market"), of(f"{stem}_at_target")
        if history is None:
            found.append(_unknown(name, "1", now, then, found[0].missing))
            continue
        dated = history.ahead.get(column, ())
        if not dated or shares is None or rate is None:
            why = f"needs {column}, {words} as known on each day, beside the closes"
            found.append(_unknown(name, "1", now, then, why))
            continue
        counts = [shares if math.isnan(count) else count for count in history.shares_mn]
        days, multiples = [], []
        for day, close, count, ahead in zip(history.days, history.closes, counts, dated, strict=True):
            if ahead > 0:
                days.append(day)
                multiples.append(formula(formulas.market_value(close, count, rate), ahead))
        held = sum(math.isnan(count) for count in history.shares_mn)
        note = f"the valuation's shares on {held} days without a count" if held else ""
        found.append(_band(name, "1", tuple(days), tuple(multiples), now, then, note))
    return found


def _band(
    of: str,
    unit: str,
    days: tuple[str, ...],
    values: tuple[float, ...],
    today: float | None,
    target: float | None,
    note: str = "",
) -> Band:
    if len(values) < FEWEST:
        return _unknown(of, unit, today, target, f"{len(values)} close makes no band; needs {FEWEST} or more")
    first, last = days[0], days[-1]
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    ranked = sorted(values)

    def percentile(value: float | None) -> float | None:
        return None if value is None else bisect.bisect_right(ranked, value) / len(ranked)

    return Band(
        of, unit, len(values), first, last, mean, mean - spread, mean + spread,
        today, percentile(today), target, percentile(target), "", note,
    )  # fmt: skip


def _unknown(of: str, unit: str, today: float | None, target: float | None, why: str) -> Band:
    return Band(of, unit, 0, "", "", None, None, None, today, None, target, None, why)


def ensure_company(company: str) -> None:
    """Refuse a history of nobody."""
    if not company:
        raise BadRequest(Problem("--prices needs a company", remedy="add for example --company Cambricon"))
