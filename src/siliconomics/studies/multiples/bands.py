"""Where a price, and the multiple it means, stands in its own history; the history is the user's to bring."""

from __future__ import annotations

import bisect
import datetime as dt
import math
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.formulas.valuation import multiples as _multiples
from siliconomics.model import Model
from siliconomics.studies import rows

formulas: Any = _multiples

NEEDED = ("date", "close")
OPTIONAL = ("currency", "forward_revenue_mn")
FEWEST = 2
"""Closes that a spread needs."""


@dataclass(frozen=True)
class History:
    """Closes of a share, in the order of their days."""

    file: str
    days: tuple[str, ...]
    closes: tuple[float, ...]
    forward_revenue: tuple[float, ...]
    """Sales of the twelve months ahead as they were expected on each day; empty where a day lacks them."""


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


def read_prices(model: Model, company: str, path: Path | str) -> History:
    """Closes by day; refuses a day twice and a currency the share is not listed in, with the line."""
    card = model.facts.cards.get("company", {}).get(model.label("company", company), {})
    listed = str(card.get("listing_currency") or "")
    found: dict[dt.date, tuple[float, float]] = {}
    lines: dict[dt.date, int] = {}
    read = rows.read_rows(path, NEEDED, OPTIONAL)
    for row in read:
        close = row.number("close", "(0, inf)")
        ahead = row.number("forward_revenue_mn", "(0, inf)", missing=math.nan)
        currency = row.cells.get("currency", "").upper()
        if currency and listed and currency != listed:
            row.wrong(
                "currency", f"{currency}, and {company} is listed in {listed}",
                "mixed currencies make no history", "convert the closes",
            )  # fmt: skip
        try:
            day = dt.date.fromisoformat(row.cells["date"])
        except ValueError:
            row.wrong("date", f"{row.cells['date']!r} is not a day", remedy="write for example 2026-04-24")
            continue
        if day in found:
            row.wrong("date", f"{day} stands in line {lines[day]} already", "a day has one close", "remove one")
            continue
        found[day], lines[day] = (close, ahead), row.line
    problems = [problem for row in read for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    days = sorted(found)
    aheads = tuple(found[day][1] for day in days)
    return History(
        str(path),
        tuple(day.isoformat() for day in days),
        tuple(found[day][0] for day in days),
        () if any(math.isnan(one) for one in aheads) else aheads,
    )


def bands(model: Model, company: str, history: History | None) -> list[Band]:
    """The band of the price and, where forward sales came with it, of price to forward sales.

    Today's number of shares is used for every day: a history across a share issue needs adjusted closes.
    """
    label = str(model.label("company", company))

    def of(quantity: str) -> float | None:
        value = model.solve(quantity, company=label).value
        return value if isinstance(value, float) else None

    unit = model.unit("share_price", {"company": label})
    today, target = of("share_price"), of("price_target")
    sales = "price to forward sales"
    now, then = of("forward_price_to_sales_at_market"), of("forward_price_to_sales_at_target")
    if history is None:
        why = "needs a history of closes: --prices FILE.csv with date and close; none is bundled"
        return [_unknown("close", unit, today, target, why), _unknown(sales, "1", now, then, why)]
    found = [_band("close", unit, history, history.closes, today, target)]
    shares, rate = of("valuation_shares"), of("exchange_rate")
    if not history.forward_revenue or shares is None or rate is None:
        why = "needs forward_revenue_mn, the sales ahead as they were expected on each day, beside every close"
        return [*found, _unknown(sales, "1", now, then, why)]
    multiples = tuple(
        formulas.price_to_sales_at_market(formulas.market_value(close, shares, rate), ahead)
        for close, ahead in zip(history.closes, history.forward_revenue, strict=True)
    )
    return [*found, _band(sales, "1", history, multiples, now, then)]


def _band(
    of: str, unit: str, history: History, values: tuple[float, ...], today: float | None, target: float | None
) -> Band:
    first, last = history.days[0], history.days[-1]
    if len(values) < FEWEST:
        return _unknown(of, unit, today, target, f"{len(values)} close makes no band; needs {FEWEST} or more")
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    ranked = sorted(values)

    def percentile(value: float | None) -> float | None:
        return None if value is None else bisect.bisect_right(ranked, value) / len(ranked)

    return Band(
        of, unit, len(values), first, last, mean, mean - spread, mean + spread,
        today, percentile(today), target, percentile(target),
    )  # fmt: skip


def _unknown(of: str, unit: str, today: float | None, target: float | None, why: str) -> Band:
    return Band(of, unit, 0, "", "", None, None, None, today, None, target, None, why)


def ensure_company(company: str) -> None:
    """Refuse a history of nobody."""
    if not company:
        raise BadRequest(Problem("--prices needs a company", remedy="add for example --company Cambricon"))
