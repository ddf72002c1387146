"""What the market paid for companies and for all of them: closes times the shares of each day, in one currency.

The chart of the source (Exhibit 1) is lost. Without imported closes the one day of its prices is all there is.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.formulas.valuation import multiples as _multiples
from siliconomics.model import Model

from .price_history import History, histories, listed_in

formulas: Any = _multiples

EVERY = ("day", "week", "month", "quarter", "year")
STALE = 14
"""Days for which a close still stands in the sum while its exchange is closed."""
NO_COUNT = "no count of shares on or before the day: shares_mn in the file, or --hold-shares"
LOST = "the source's chart of market capitalisation (Exhibit 1) is lost; of its prices one day is left"


@dataclass(frozen=True)
class Point:
    """A company on a day, or the sum of several."""

    series: str
    date: str
    value: float | None
    """Millions of the currency asked for."""
    close: float | None = None
    close_currency: str = ""
    shares_mn: float | None = None
    rate: float | None = None
    rate_date: str = ""
    members: int = 1
    missing: str = ""


@dataclass(frozen=True)
class Capitalisation:
    """Series of companies and their sum."""

    currency: str
    every: str
    companies: dict[str, list[Point]]
    sector: list[Point]
    origins: dict[str, str]
    """Where each company's closes are from."""
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The series as other programs read them."""
        return asdict(self)

    def points(self) -> list[Point]:
        """All series below one another, as a chart reads them."""
        return [point for series in (*self.companies.values(), self.sector) for point in series]


class Rates:
    """Dated rates between currencies; on a day the latest one that was known then."""

    def __init__(self, model: Model) -> None:
        self.pairs: dict[tuple[str, str], dict[str, float]] = {}
        for one in model.facts.exchange_rates:
            uses = [use for use in str(one["used_for"]).split(";") if use.strip()]
            if uses and all("@" in use for use in uses):
                continue  # said of one company's valuation alone
            left, _, right = str(one["pair"]).partition("/")
            self.pairs.setdefault((left, right), {})[str(one["date"])] = float(one["rate"])
            self.pairs.setdefault((right, left), {})[str(one["date"])] = 1 / float(one["rate"])
        self.known = sorted({currency for pair in self.pairs for currency in pair})

    def of(self, wanted: str, given: str, day: str) -> tuple[float, str] | None:
        """How much of one currency a unit of another costs, and the day of the (older) rate in it.

        The latest is used, the direct one before one by way of a third currency of the same day.
        """
        if wanted == given:
            return 1.0, day
        found = [self._latest(wanted, given, day)]
        for middle in self.known:
            one, other = self._latest(wanted, middle, day), self._latest(middle, given, day)
            if one is not None and other is not None:
                found.append((one[0] * other[0], min(one[1], other[1])))
        return max((one for one in found if one is not None), key=lambda one: one[1], default=None)

    def _latest(self, wanted: str, given: str, day: str) -> tuple[float, str] | None:
        dated = self.pairs.get((wanted, given), {})
        days = sorted(dated)
        place = bisect.bisect_right(days, day)
        return (dated[days[place - 1]], days[place - 1]) if place else None


def capitalisation(
    model: Model,
    folders: Sequence[str | Path],
    only: Sequence[str] = (),
    currency: str = "CNY",
    every: str = "month",
    hold_shares: bool = False,
) -> Capitalisation:
    """Market value by day of every company with closes in the folders; without any, of the day of the model's prices.

    A count of shares holds from its day on and never before. ``hold_shares`` takes the valuation's count for days that
    have none, which is an assumption and said.
    """
    rates = Rates(model)
    currency = currency.upper()
    if currency not in rates.known:
        remedy = f"known are {', '.join(rates.known)}; add others to exchange_rates.csv in a folder of yours"
        raise BadRequest(Problem(f"no rate of {currency} is known", "--currency", remedy=remedy))
    if every not in EVERY:
        raise BadRequest(Problem(f"there is no {every!r}", "--every", remedy=nearest(every, EVERY)))
    found = histories(model, folders)
    notes = [note for history in found.values() for note in history.notes]
    if not found:
        notes.append(f"{LOST}: bring closes with `siliconomics company prices`")
        found = _endpoints(model)
    wanted = [str(model.label("company", one)) for one in only] or list(found)
    lacking = [one for one in wanted if one not in found]
    if lacking:
        remedy = "bring them with `siliconomics company prices`; there are those of " + (", ".join(found) or "none")
        raise BadRequest(Problem(f"there are no closes of {', '.join(lacking)}", remedy=remedy))
    series: dict[str, list[Point]] = {}
    for label in wanted:
        points = _series(model, label, found[label], rates, currency, hold_shares)
        series[label] = points
        held = sum(math.isnan(count) for count in found[label].shares_mn)
        if held and hold_shares:
            notes.append(f"assumed: the shares of the valuation on {held} days of {label} that have no count")
    without = [one for one in _valued(model) if one not in wanted]
    if without and not only:
        notes.append(f"not in the sum, because there are no closes of them: {', '.join(without)}")
    oldest = max(
        (_age(point.date, point.rate_date) for points in series.values() for point in points if point.rate_date),
        default=0,
    )
    if oldest:
        notes.append(f"exchange rates are up to {oldest} days older than the close they translate")
    sector = _sum(series, every)
    thinned = {label: _thin(points, every) for label, points in series.items()}
    origins = {label: found[label].file or found[label].source for label in wanted}
    return Capitalisation(currency, every, thinned, sector, origins, tuple(notes))


def _valued(model: Model) -> list[str]:
    return [str(record.labels["company"]) for record in model.solve("market_value") if record.value is not None]


def _endpoints(model: Model) -> dict[str, History]:
    """The one day of each company's price, with the shares of its valuation."""
    found = {}
    for label in _valued(model):
        price = model.facts.of("share_price", (label,))
        close, shares = (model.solve(name, company=label).value for name in ("share_price", "valuation_shares"))
        if price is not None and isinstance(close, float) and isinstance(shares, float):
            found[label] = History("", (price.as_of,), (close,), (shares,), {}, price.source, price.as_of)
    return found


def _series(model: Model, label: str, history: History, rates: Rates, currency: str, hold_shares: bool) -> list[Point]:
    listed = listed_in(model, label)
    held = model.solve("valuation_shares", company=label).value if hold_shares else None
    points = []
    for day, close, count in zip(history.days, history.closes, history.shares_mn, strict=True):
        shares = count if not math.isnan(count) else held
        rate = rates.of(currency, listed, day) if listed else None
        missing = ""
        if not isinstance(shares, float):
            shares, missing = None, NO_COUNT
        elif not listed:
            missing = f"the card of {label} names no listing_currency"
        elif rate is None:
            missing = f"no rate of {currency} for {listed} on or before the day: add it to exchange_rates.csv"
        value = None
        if shares is not None and rate is not None:
            value = float(formulas.market_value(close, shares, rate[0]))
        points.append(
            Point(
                label, day, value, close, listed, shares, rate[0] if rate else None, rate[1] if rate else "", 1, missing
            )
        )
    return points


def _sum(series: Mapping[str, list[Point]], every: str) -> list[Point]:
    """All companies that trade by a day: the last close of each, at most some days old; unknown where one of them is."""
    days = sorted({point.date for points in series.values() for point in points})
    last: dict[str, Point] = {}
    coming = {label: list(points) for label, points in series.items()}
    found = []
    for day in days:
        for label, points in coming.items():
            while points and points[0].date <= day:
                last[label] = points.pop(0)
        missing = [f"{label}: {one.missing}" for label, one in last.items() if one.value is None]
        missing += [f"{label}: no close since {one.date}" for label, one in last.items() if _age(day, one.date) > STALE]
        value = None if missing else sum(one.value for one in last.values() if one.value is not None)
        found.append(Point("all", day, value, members=len(last), missing="; ".join(missing)))
    return _thin(found, every)


def _thin(points: list[Point], every: str) -> list[Point]:
    """The last day of each week, month, quarter or year."""
    return list({_period(point.date, every): point for point in points}.values())


def _period(day: str, every: str) -> str:
    if every == "week":
        year, week, _ = dt.date.fromisoformat(day).isocalendar()
        return f"{year}-{week}"
    if every == "quarter":
        return f"{day[:4]}-{(int(day[5:7]) - 1) // 3}"
    return day[: {"day": 10, "month": 7, "year": 4}[every]]


def _age(day: str, earlier: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date.fromisoformat(earlier)).days
