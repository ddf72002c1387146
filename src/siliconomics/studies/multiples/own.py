"""A company's own multiples: at the market price and at the target, by fiscal year and for the twelve months ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model

MULTIPLES = {
    "price to sales": ("price_to_sales_at_market", "price_to_sales_at_target", "forward_price_to_sales"),
    "price to earnings": ("price_to_earnings_at_market", "price_to_earnings_at_target", "forward_price_to_earnings"),
    "price to book": ("price_to_book_at_market", "price_to_book_at_target", "forward_price_to_book"),
    "EV to sales": ("ev_to_sales_at_market", "ev_to_sales_of_enterprise_at_target", "forward_ev_to_sales"),
}
"""For each multiple: its quantity by year at the market and at the target, and the stem of the one ahead."""
ENTERPRISE = "EV to sales"
DECEMBER = 12
AHEAD = "ahead"
"""The column of the twelve months after the day of the price."""
YEARS_AFTER = 2
"""Years shown after the valuation year; the one before it is the last that is closed."""
FOR_GROWTH = "price_to_sales_per_growth_point"
JUSTIFIED = ("justified_price_to_book", "justified_price_to_sales")
LOSS = "of a loss it means nothing"
TOO_LITTLE = "a return below growth justifies no multiple"


@dataclass(frozen=True)
class Cell:
    """One multiple: its value, or why there is none."""

    value: float | None
    known: str
    missing: str = ""


@dataclass(frozen=True)
class Valued:
    """What is asked for a share, and what all of them come to."""

    per_share: float | None
    unit: str
    equity_value: float | None


@dataclass(frozen=True)
class Multiples:
    """A company's multiples; ``at_market[name][column]`` with a column for each year and for the months ahead."""

    company: str
    ticker: str
    year: int
    """The valuation year: the fiscal year that the day of the price lies in."""
    priced_on: str
    market: Valued
    target: Valued
    columns: tuple[str, ...]
    valuation_year_share_ahead: float | None
    at_market: dict[str, dict[str, Cell]]
    at_target: dict[str, dict[str, Cell]]
    revenue_growth_ahead: Cell
    for_growth: dict[str, Cell]
    justified: dict[str, dict[str, Cell]]

    def as_dict(self) -> dict[str, Any]:
        """The multiples as other programs read them."""
        return asdict(self)


def companies(model: Model) -> list[str]:
    """Companies with a target of their own, in the order of their cards."""
    return [str(record.labels["company"]) for record in model.solve("price_target") if record.value is not None]


def multiples(model: Model, company: str) -> Multiples:
    """Every multiple of a company that can be computed; refuses a company without a valuation."""
    label = str(model.label("company", company))
    valued = companies(model)
    if label not in valued:
        missing = model.solve("price_target", company=label).records[0].missing
        raise BadRequest(
            Problem(
                f"{label} has no target, so it has no multiples at one",
                why=missing,
                remedy=f"those with a target are {', '.join(valued)}",
            )
        )
    year = int(_value(model, "valuation_year", company=label) or 0)
    years = _shown(model, label)
    columns = (*(str(one) for one in years), AHEAD)
    card = model.facts.cards.get("company", {}).get(label, {})
    price = model.facts.of("share_price", (label,))
    month = _month(card)
    astray = _astray(year, price.as_of if price else "", month)
    market: dict[str, dict[str, Cell]] = {}
    target: dict[str, dict[str, Cell]] = {}
    for name, (at_market, at_target, ahead) in MULTIPLES.items():
        market[name] = {str(one): _of_calendar_year(model, name, at_market, label, one, month) for one in years}
        target[name] = {str(one): _of_calendar_year(model, name, at_target, label, one, month) for one in years}
        market[name][AHEAD] = astray or cell(model, f"{ahead}_at_market", company=label)
        target[name][AHEAD] = astray or cell(model, f"{ahead}_at_target", company=label)
    return Multiples(
        label,
        str(card.get("ticker") or ""),
        year,
        str(price.as_of) if price else "",
        _valued(model, label, "share_price", "market_value"),
        _valued(model, label, "price_target", "equity_value"),
        columns,
        None if astray else _value(model, "valuation_year_share_ahead"),
        market,
        target,
        cell(model, "revenue_growth_ahead", company=label),
        {where: cell(model, f"{FOR_GROWTH}_at_{where}", company=label) for where in ("market", "target")},
        {name: {str(one): cell(model, name, company=label, year=one) for one in years} for name in JUSTIFIED},
    )


def _month(card: Mapping[str, Any]) -> int:
    """The month in which a company's fiscal year ends; December where its card does not say."""
    month = str(card.get("fiscal_year_end") or "")[:2]
    return int(month) if month.isdecimal() and 1 <= int(month) <= DECEMBER else DECEMBER


def _astray(year: int, priced_on: str, month: int) -> Cell | None:
    """Why the twelve months ahead cannot be told from two fiscal years: they are weighted by the days left of the first."""
    if month != DECEMBER:
        return Cell(None, "unknown", f"the fiscal year ends in month {month}, and months ahead are counted to December")
    if priced_on and int(priced_on[:4]) != year:
        return Cell(None, "unknown", f"the price is of {priced_on} and the valuation year is {year}")
    return None


def _of_calendar_year(model: Model, name: str, quantity: str, label: str, year: int, month: int) -> Cell:
    """A multiple of a calendar year: what it divides by is two fiscal years, weighted by their months.

    A fiscal year is called by the year it ends in. One price stands over both years, so multiples weigh as reciprocals.
    """
    first = cell(model, quantity, company=label, year=year)
    if month == DECEMBER or first.value is None:
        return first
    if name == ENTERPRISE:
        return Cell(None, "unknown", "net cash differs between the two fiscal years of a calendar year")
    second = cell(model, quantity, company=label, year=year + 1)
    if second.value is None:
        return Cell(None, "unknown", f"needs the fiscal year ending in {year + 1}: {second.missing}")
    share = month / DECEMBER
    weighted = share / first.value + (1 - share) / second.value
    if not weighted:
        return Cell(None, "unknown", "the two fiscal years cancel out")
    return Cell(1 / weighted, first.known, LOSS if weighted < 0 and "price_to_earnings" in quantity else "")


def ensure_year(model: Model, year: int) -> None:
    """Refuse a year that no company's multiples are shown for."""
    shown = sorted({int(one) for company in companies(model) for one in _shown(model, company)})
    if year not in shown:
        raise BadRequest(
            Problem(f"there are no multiples of {year}", remedy=f"choose one of {', '.join(map(str, shown))}")
        )


def _shown(model: Model, company: str) -> range:
    year = int(_value(model, "valuation_year", company=company) or 0)
    return range(year - 1, year + YEARS_AFTER + 1)


def cell(model: Model, quantity: str, **where: Any) -> Cell:
    """One figure of the model, or what it takes to know it."""
    if where.get("year") not in (None, *model.graph.labels_of("year")):
        return Cell(None, "unknown", f"the model does not reach {where['year']}")
    record = model.solve(quantity, **where).records[0]
    value = record.value if isinstance(record.value, float) else None
    if value is not None and value < 0 and "price_to_earnings" in quantity:
        return Cell(value, record.known, LOSS)
    if value is not None and value < 0 and quantity in JUSTIFIED:
        return Cell(value, record.known, TOO_LITTLE)
    return Cell(value, record.known, record.missing)


def _value(model: Model, quantity: str, **where: Any) -> float | None:
    value = model.solve(quantity, **where).value
    return value if isinstance(value, float) else None


def _valued(model: Model, company: str, per_share: str, whole: str) -> Valued:
    record = model.solve(per_share, company=company).records[0]
    value = record.value if isinstance(record.value, float) else None
    return Valued(value, record.unit, _value(model, whole, company=company))
