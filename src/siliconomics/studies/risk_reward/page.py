"""One company's page: price, target, cases, what speaks for it, what may happen when, and what others think."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Entry, fold
from siliconomics.facts.register import period
from siliconomics.model import Model
from siliconomics.studies.consensus import Consensus, Estimate, consensus
from siliconomics.studies.multiples import Band, History, bands, multiples
from siliconomics.studies.multiples import companies as valued
from siliconomics.studies.shares import LockUp, lock_ups

from .cases import Case, Skew, Weighted, cases, formulas, skew, weighted

ASSUMPTIONS = (
    "cost_of_equity", "risk_free_rate", "beta", "equity_risk_premium", "medium_term_growth", "payout_ratio",
    "terminal_growth", "valuation_shares", "exchange_rate",
)  # fmt: skip
"""What the target rests on besides the forecast."""
INPUTS = (
    "revenue", "revenue_growth", "gross_margin", "gross_profit_growth", "operating_income", "operating_income_growth",
    "net_income", "earnings_per_share",
)  # fmt: skip
"""Lines of the forecast that the page shows."""
MARKET = "market"
"""Whose a catalyst is that concerns no one company."""
RATINGS = {"O": "overweight", "E": "equal-weight", "U": "underweight"}


@dataclass(frozen=True)
class Point:
    """A sentence of the page."""

    id: str
    topic: str
    statement: str
    printed: str
    date: str
    known: str
    source: str


@dataclass(frozen=True)
class Risks:
    """What could lift the value, and what could lower it."""

    up: tuple[Point, ...]
    down: tuple[Point, ...]


@dataclass(frozen=True)
class Catalyst:
    """An event that is expected, or that took place."""

    id: str
    about: str
    date: str
    when: str
    """Ahead of the price's day, under way on it, past, or undated."""
    event: str
    kind: str
    status: str
    statement: str
    source: str


@dataclass(frozen=True)
class Assumption:
    """A figure that the target rests on."""

    quantity: str
    value: float | None
    unit: str
    known: str
    source: str
    missing: str


@dataclass(frozen=True)
class Close:
    """A past close, and how far today's price lies from it."""

    date: str
    close: float
    price_since: float | None


@dataclass(frozen=True)
class Page:
    """The page of risk and reward."""

    company: str
    ticker: str
    rating: str
    rating_date: str
    price: float | None
    price_unit: str
    priced_on: str
    target: float | None
    target_known: str
    upside: float | None
    cases: tuple[Case, ...]
    skew: Skew | None
    weighted: Weighted | None
    thesis: tuple[Point, ...]
    drivers: tuple[Point, ...]
    risks: Risks
    themes: tuple[Point, ...]
    exposure: tuple[Point, ...]
    catalysts: tuple[Catalyst, ...]
    assumptions: tuple[Assumption, ...]
    inputs: dict[str, dict[str, float | None]]
    consensus: Consensus
    price_history: tuple[Band, ...]
    closes: tuple[Close, ...]
    """Every close of the history that a user brings, oldest first; none is bundled."""
    locked_shares: tuple[LockUp, ...]
    """Shares that come free after the day of the price: catalysts of their own kind."""

    def as_dict(self) -> dict[str, Any]:
        """The page as other programs read it."""
        return asdict(self)


def companies(model: Model) -> list[str]:
    """Companies that a page can be made of."""
    return valued(model)


def page(
    model: Model,
    company: str,
    *,
    history: History | None = None,
    estimates: Sequence[Estimate] = (),
    weights: Mapping[str, str] | None = None,
) -> Page:
    """The page of a company; refuses one without a target. ``weights``: of the cases, only if the user gives them."""
    label = str(model.label("company", company))
    if label not in valued(model):
        raise BadRequest(
            Problem(
                f"{label} has no target, so it has no page of risk and reward",
                why=model.solve("price_target", company=label).records[0].missing,
                remedy=f"those with one are {', '.join(valued(model))}",
            )
        )
    own = multiples(model, label)
    covered = next((one for one in model.facts.coverage if one["ticker"] == own.ticker), {})
    found = cases(model, label, own.year)
    price = own.market.per_share
    upside = model.solve("upside", company=label).value
    years = range(own.year - 1, own.year + 3)
    return Page(
        label,
        own.ticker,
        RATINGS.get(str(covered.get("rating", "")), "unknown"),
        str(covered.get("rating_date", "")),
        price,
        own.market.unit,
        own.priced_on,
        own.target.per_share,
        model.solve("price_target", company=label).known,
        upside if isinstance(upside, float) else None,
        found,
        skew(found, price),
        weighted(found, price, weights) if weights else None,
        _points(model, label, "thesis"),
        _points(model, label, "driver"),
        Risks(_points(model, label, "risk", "up"), _points(model, label, "risk", "down")),
        _points(model, label, "theme"),
        _points(model, label, "exposure"),
        catalysts(model, label, own.priced_on),
        tuple(_assumption(model, label, quantity) for quantity in ASSUMPTIONS),
        {name: {str(year): _value(model, name, label, year) for year in years} for name in INPUTS},
        consensus(model, label, estimates),
        tuple(bands(model, label, history)),
        _closes(history, price),
        tuple(one for one in lock_ups(model, label, own.priced_on) if one.when != "past"),
    )


def _closes(history: History | None, price: float | None) -> tuple[Close, ...]:
    if history is None:
        return ()
    return tuple(
        Close(day, close, float(formulas.upside(price, close)) if price else None)
        for day, close in zip(history.days, history.closes, strict=True)
    )


def _points(model: Model, company: str, kind: str, side: str = "") -> tuple[Point, ...]:
    register = model.facts.registers.get("risk_reward")
    return tuple(
        Point(
            one.id, _text(one, "topic"), _text(one, "statement"), _text(one, "printed"), one.date, one.known, one.source
        )
        for one in (register.select([company]) if register else ())
        if one.values.get("kind") == kind and (not side or one.values.get("side") == side)
    )


def _text(entry: Entry, column: str) -> str:
    value = entry.values.get(column)
    return "" if value is None else str(value)


def catalysts(model: Model, company: str, day: str) -> tuple[Catalyst, ...]:
    """Events of a company and its chips, and those of the whole market, by date; undated ones last."""
    register = model.facts.registers.get("events")
    chips = {chip for chip, card in model.facts.cards.get("chip", {}).items() if fold(card["vendor"]) == fold(company)}
    found = []
    for one in register.entries if register else ():
        ours = one.about == company or one.about in chips
        if not ours and one.dimension in ("company", "chip"):
            continue
        found.append(
            Catalyst(
                one.id, one.about if ours else f"{MARKET}: {one.about}", one.date, _when(one.date, day),
                _text(one, "event"), _text(one, "kind"), one.status, _text(one, "statement"), one.source,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.date, period(one.date)[0] if one.date else None, one.id)))


def _when(date: str, day: str) -> str:
    """Where a span lies against the day of the price."""
    if not date or not day:
        return "undated"
    first, last = period(date)
    at = period(day)[0]
    return "ahead" if first > at else "past" if last < at else "under way"


def _assumption(model: Model, company: str, quantity: str) -> Assumption:
    record = model.solve(quantity, company=company).records[0]
    value = record.value if isinstance(record.value, float) else None
    cell = model.graph.cell(quantity, {"company": company})
    origin = cell.given.origin if cell.given else None
    source = str(getattr(origin, "source", "") or getattr(origin, "why", ""))
    return Assumption(quantity, value, record.unit, record.known, source or "computed", record.missing)


def _value(model: Model, quantity: str, company: str, year: int) -> float | None:
    if year not in model.graph.labels_of("year"):
        return None
    value = model.solve(quantity, company=company, year=year).value
    return value if isinstance(value, float) else None
