"""Multiples of listed peers, from the estimates a user brings; of a covered stock without them only rating and price."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.formulas.valuation import forward as _forward
from siliconomics.formulas.valuation import multiples as _multiples
from siliconomics.model import Model
from siliconomics.studies import rows

from .own import DECEMBER, LOSS, Cell, Multiples

forward: Any = _forward
multiples: Any = _multiples
"""The same formulas that our own companies are valued by."""

NEEDED = ("ticker", "year", "currency", "revenue_mn", "source", "as_of")
OPTIONAL = (
    "name",
    "net_income_mn",
    "equity_mn",
    "net_cash_mn",
    "shares_mn",
    "price",
    "price_currency",
    "exchange_rate",
    "year_end_month",
)
YEARLY = {"revenue_mn": "revenue", "net_income_mn": "net income", "equity_mn": "equity"}
"""Columns that differ from year to year, and what they are called in a reason."""
ONCE = ("name", "net_cash_mn", "shares_mn", "price", "price_currency", "exchange_rate", "year_end_month", "currency")
"""Columns that say one thing of a peer: each row of it says the same, or nothing."""
KINDS = ("price to sales", "price to earnings", "price to book", "EV to sales")
IMPORTED, OURS, COVERED = "imported", "ours", "covered"
"""Where a row's estimates are from; of a stock that is only covered there are none."""


@dataclass
class Peer:
    """A listed company with what a user knows of it."""

    ticker: str
    file: str
    line: int
    currency: str = ""
    once: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    years: dict[int, dict[str, float]] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A row of the peer table."""

    ticker: str
    name: str
    origin: str
    rating: str
    rating_date: str
    price: float | None
    price_currency: str
    price_date: str
    multiples: dict[str, Cell]
    source: str

    def as_dict(self) -> dict[str, Any]:
        """The row as other programs read it."""
        return asdict(self)


@dataclass(frozen=True)
class Premium:
    """A company's multiple against those of its group."""

    multiple: str
    own: Cell
    mean: float | None
    median: float | None
    over_median: float | None
    """Own over the median, less one; none where either is missing or means nothing."""
    count: int
    group: str


# -- reading ----------------------------------------------------------------------------------


def read_peers(path: Path | str) -> list[Peer]:
    """Peers of a table with one row for each ticker and year; every problem of it at once."""
    read = rows.read_rows(path, NEEDED, OPTIONAL)
    peers: dict[str, Peer] = {}
    for row in read:
        ticker = row.cells["ticker"].upper()
        if not ticker:
            row.wrong("ticker", "is empty", remedy="write for example 688256.SS")
            continue
        peer = peers.setdefault(ticker, Peer(ticker, row.file, row.line))
        _once(peer, row)
        _year(peer, row)
    for peer in peers.values():
        _currencies(peer, next(row for row in read if row.line == peer.line))
    problems = [problem for row in read for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    return list(peers.values())


def _once(peer: Peer, row: rows.Row) -> None:
    for column in ONCE:
        text = row.cells.get(column, "")
        before = peer.once.get(column, "")
        if not text:
            continue
        if before and text.casefold() != before.casefold():
            why = "two currencies in one row of multiples cannot be told apart" if "currency" in column else ""
            row.wrong(column, f"{text} here, {before} in an earlier row of {peer.ticker}", why, "write one of the two")
            continue
        if before:
            continue
        peer.once[column] = text
        if column in ("shares_mn", "price", "exchange_rate"):
            peer.numbers[column] = row.number(column, "(0, inf)")
        elif column == "net_cash_mn":
            peer.numbers[column] = row.number(column, "(-inf, inf)")
        elif column == "year_end_month":
            month = row.number(column, "[1, 12]", "it is the month in which the fiscal year ends")
            if month == month and month != int(month):
                row.wrong(column, f"{text} is no month", remedy="write a number from 1 to 12")
            peer.numbers[column] = month


def _year(peer: Peer, row: rows.Row) -> None:
    year = row.number("year", "[1990, 2100]", "it is the year in which the fiscal year ends")
    for column in ("source", "currency"):
        if not row.cells[column]:
            row.wrong(column, "is empty", "a figure without it cannot be checked", "fill it in")
    try:
        dt.date.fromisoformat(row.cells["as_of"])
    except ValueError:
        row.wrong("as_of", f"{row.cells['as_of']!r} is not a day", "two estimates a month apart may differ",
                  "write for example 2026-04-24")  # fmt: skip
    if year != year:
        return
    if year != int(year):
        row.wrong("year", f"{row.cells['year']} is no year", remedy="write for example 2026")
        return
    if int(year) in peer.years:
        first = peer.lines[int(year)]
        row.wrong(
            "ticker",
            f"{peer.ticker} has {int(year)} already in line {first}",
            "two rows of one ticker and year leave open which holds",
            "remove one",
        )
        return
    limits = {"revenue_mn": "[0, inf)"}
    found = {
        column: row.number(column, limits.get(column, "(-inf, inf)"), missing=math.nan)
        for column in YEARLY
        if column in row.cells
    }
    peer.years[int(year)] = {column: value for column, value in found.items() if value == value}
    peer.lines[int(year)] = row.line
    peer.sources[int(year)] = f"{row.cells['source']} ({row.cells['as_of']})"


def _currencies(peer: Peer, row: rows.Row) -> None:
    """Refuse a price in one currency over estimates in another, unless a rate is given."""
    peer.currency = peer.once.get("currency", "").upper()
    priced = peer.once.get("price_currency", "").upper()
    if "price" in peer.numbers and not priced:
        row.wrong("price_currency", "is empty beside a price", "a price without a currency is no price", "fill it in")
    elif priced and priced != peer.currency and "exchange_rate" not in peer.numbers:
        row.wrong(
            "price_currency",
            f"{peer.ticker} is priced in {priced} and estimated in {peer.currency}",
            "mixed currencies make no multiple",
            f"give exchange_rate: {peer.currency} for one {priced}",
        )


# -- multiples --------------------------------------------------------------------------------


def peer_table(model: Model, peers: Sequence[Peer], own: Sequence[Multiples], year: int) -> list[Row]:
    """Imported peers, then our own companies, then the covered stocks of which nothing but rating and price is known."""
    covered = {str(one["ticker"]).upper(): one for one in model.facts.coverage}
    table = [_imported(peer, covered.get(peer.ticker), year) for peer in peers]
    taken = {row.ticker for row in table}
    for one in own:
        if one.ticker not in taken:
            table.append(_ours(one, covered.get(one.ticker), year))
    taken |= {one.ticker for one in own}
    table += [_covered(one) for ticker, one in covered.items() if ticker not in taken]
    return table


def _imported(peer: Peer, covered: Mapping[str, Any] | None, year: int) -> Row:
    price, currency, missing = peer.numbers.get("price"), peer.once.get("price_currency", "").upper(), ""
    if price is None and covered is not None:
        price, currency = float(covered["price"]), str(covered["currency"])
    rate = peer.numbers.get("exchange_rate")
    if price is None:
        missing = "needs a price; it is not among the covered stocks"
    elif currency != peer.currency and rate is None:
        raise BadRequest(
            Problem(
                f"{peer.ticker} is priced in {currency} by the coverage table and estimated in {peer.currency}",
                f"{peer.file}, line {peer.line}, column exchange_rate",
                "mixed currencies make no multiple",
                f"give exchange_rate: {peer.currency} for one {currency}",
            )
        )
    elif "shares_mn" not in peer.numbers:
        missing = "needs shares_mn"
    cells: dict[str, Cell] = {}
    market = math.nan
    if price is not None and not missing:
        market = multiples.market_value(price, peer.numbers["shares_mn"], rate if currency != peer.currency else 1.0)
    for kind in KINDS:
        cells[kind] = Cell(None, "unknown", missing) if missing else _multiple(peer, kind, market, year)
    return Row(
        peer.ticker,
        peer.once.get("name", "") or (str(covered["company"]) if covered else ""),
        IMPORTED,
        *_rated(covered),
        price,
        currency,
        str(covered["as_of"]) if covered and "price" not in peer.numbers else "",
        cells,
        peer.sources.get(year) or next(iter(peer.sources.values()), ""),
    )


def _multiple(peer: Peer, kind: str, market: float, year: int) -> Cell:
    column = {"price to earnings": "net_income_mn", "price to book": "equity_mn"}.get(kind, "revenue_mn")
    figure, missing = calendarised(peer, column, year)
    if figure is None:
        return Cell(None, "unknown", missing)
    if figure == 0:
        return Cell(None, "unknown", f"{YEARLY[column]} of {year} is nothing")
    if kind == "EV to sales":
        if "net_cash_mn" not in peer.numbers:
            return Cell(None, "unknown", "needs net_cash_mn")
        enterprise = forward.enterprise_value_at_market(market, peer.numbers["net_cash_mn"])
        return Cell(forward.ev_to_sales_at_market(enterprise, figure), "estimated")
    by = {
        "price to sales": multiples.price_to_sales_at_market,
        "price to earnings": multiples.price_to_earnings_at_market,
        "price to book": multiples.price_to_book_at_market,
    }[kind]
    return Cell(by(market, figure), "estimated", LOSS if kind == "price to earnings" and figure < 0 else "")


def calendarised(peer: Peer, column: str, year: int) -> tuple[float | None, str]:
    """A figure of the calendar year: two fiscal years weighted by their months; or what it needs."""
    month = int(peer.numbers.get("year_end_month", DECEMBER))
    wanted = [year] if month == DECEMBER else [year, year + 1]
    lacking = [str(one) for one in wanted if column not in peer.years.get(one, {})]
    if lacking:
        return None, f"needs {YEARLY[column]} of the fiscal year ending in {' and '.join(lacking)}"
    first = peer.years[year][column]
    if month == DECEMBER:
        return first, ""
    share = month / DECEMBER
    return share * first + (1 - share) * peer.years[year + 1][column], ""


def _ours(own: Multiples, covered: Mapping[str, Any] | None, year: int) -> Row:
    cells = {kind: own.at_market[kind].get(str(year), Cell(None, "unknown", f"{year} is not shown")) for kind in KINDS}
    unit = own.market.unit.partition("/")[0]
    price = own.market.per_share
    return Row(own.ticker, own.company, OURS, *_rated(covered), price, unit, own.priced_on, cells, "siliconomics")


def _covered(one: Mapping[str, Any]) -> Row:
    why = "the coverage table gives rating, date and price only: needs shares and estimates, bring them with --peers"
    return Row(
        str(one["ticker"]),
        str(one["company"]),
        COVERED,
        *_rated(one),
        float(one["price"]),
        str(one["currency"]),
        str(one["as_of"]),
        {kind: Cell(None, "unknown", why) for kind in KINDS},
        f"{one['source']}#line-{one['line']}",
    )


def _rated(covered: Mapping[str, Any] | None) -> tuple[str, str]:
    return (str(covered["rating"]), str(covered["rating_date"])) if covered else ("", "")


# -- against the group ------------------------------------------------------------------------


def premiums(table: Sequence[Row], company: Multiples, year: int) -> list[Premium]:
    """A company's multiples at the market against its group: the peers imported, else our other companies.

    A multiple that means nothing (of a loss) is left out of the group.
    """
    imported = any(row.origin == IMPORTED for row in table)
    group = [row for row in table if row.origin == (IMPORTED if imported else OURS) and row.ticker != company.ticker]
    said = "peers imported" if imported else "our other companies: " + ", ".join(row.name for row in group)
    found = []
    for kind in KINDS:
        own = company.at_market[kind].get(str(year), Cell(None, "unknown"))
        values = [one.value for row in group if (one := row.multiples[kind]).value is not None and not one.missing]
        mean = statistics.fmean(values) if values else None
        median = statistics.median(values) if values else None
        over = own.value / median - 1 if own.value is not None and not own.missing and median else None
        found.append(Premium(kind, own, mean, median, over, len(values), said))
    return found
