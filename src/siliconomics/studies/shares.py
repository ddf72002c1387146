"""The shares of a company: how many on each count, what plans and placements add, until when some are locked up.

What nobody states is unknown, with what it would take; it is never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Fact
from siliconomics.facts.register import period
from siliconomics.model import Model

COUNTS = ("outstanding", "basic", "diluted", "A shares", "H shares", "placement", "free float")
"""Ways of counting shares that a company is asked for."""
WHOLE = ("in the valuation", "outstanding", "basic", "diluted", "treasury-stock method")
"""Counts of all shares; any other is of a part of them, and value over it would mean nothing."""


@dataclass(frozen=True)
class Count:
    """A way of counting shares: how many, the value of one, the day a lock-up ends; None where not known."""

    basis: str
    shares: float | None
    value: float | None
    lock_up: str
    source: str
    missing: str
    low: float | None = None
    high: float | None = None
    known: str = ""
    share_of_valuation: float | None = None


@dataclass(frozen=True)
class Award:
    """A plan of options or restricted stock, and what it adds by the treasury-stock method."""

    award: str
    shares: float | None
    exercise_price: float | None
    added: float | None
    missing: str


@dataclass(frozen=True)
class Placement:
    """New shares: when, how many, at what price, and against our value."""

    placement: str
    date: str
    when: str
    """Past or ahead of the day of the price; undated."""
    shares: float | None
    price: float | None
    proceeds: float | None
    price_over_target: float | None
    value_after: float | None
    """Value per share with the new shares and their money in; only of one that is ahead."""
    known: str
    source: str


@dataclass(frozen=True)
class LockUp:
    """Shares that may not be sold before a day."""

    id: str
    holder: str
    kind: str
    date: str
    when: str
    shares: float | None
    share_of_valuation: float | None
    known: str
    source: str
    statement: str


@dataclass(frozen=True)
class Shares:
    """Everything about the shares of a company."""

    company: str
    unit: str
    money: str
    priced_on: str
    price: float | None
    target: float | None
    counts: tuple[Count, ...]
    awards: tuple[Award, ...]
    dilution: float | None
    dilution_missing: str
    placements: tuple[Placement, ...]
    lock_ups: tuple[LockUp, ...]
    locked: float
    """Shares of the rows ahead or under way, as far as a number is known."""
    locked_without_number: int
    """Rows ahead that give no number."""
    stock_compensation: dict[int, float]
    net_income_before_stock_compensation: dict[int, float | None]
    stock_compensation_missing: str

    def as_dict(self) -> dict[str, Any]:
        """The shares as other programs read them."""
        return asdict(self)


def companies(model: Model) -> list[str]:
    """Companies with a count of shares and a target."""
    found = []
    for company in model.graph.labels["company"]:
        target = model.solve("price_target", company=company).value
        if isinstance(target, float):
            found.append(company)
    return found


def shares(model: Model, company: str) -> Shares:
    """Counts, plans, placements and lock-ups of a company; refuses one that no share is known of."""
    label = str(model.label("company", company))
    if model.facts.of("valuation_shares", (label,)) is None:
        raise BadRequest(
            Problem(
                f"no shares of {label} are known",
                why="it has neither a count that a valuation divides by nor one of its own",
                remedy=f"give it valuation_shares in a folder of your own; with shares are {', '.join(companies(model))}",
            )
        )
    price = model.facts.of("share_price", (label,))
    day = str(price.as_of) if price else ""
    target = _value(model, "price_target", company=label)
    locked = [one for one in lock_ups(model, label, day) if one.when in ("ahead", "under way")]
    diluted = model.solve("dilution_by_awards", company=label).records[0]
    pay = _by_year(model, "stock_compensation", label)
    return Shares(
        label,
        model.unit("price_target", {"company": label}),
        model.unit("equity_value", {"company": label}),
        day,
        _float(price),
        target,
        tuple(counts(model, label)),
        tuple(_awards(model, label)),
        diluted.value if isinstance(diluted.value, float) else None,
        diluted.missing,
        tuple(_placements(model, label, day)),
        tuple(lock_ups(model, label, day)),
        sum(one.shares or 0.0 for one in locked),
        sum(one.shares is None for one in locked),
        pay,
        {year: _value(model, "net_income_before_stock_compensation", company=label, year=year) for year in pay},
        "" if pay else f"needs stock_compensation of ({label}, a year): `company import` reads a line of that name",
    )


def counts(model: Model, company: str) -> Iterator[Count]:
    """Each way of counting shares, with the value per share on it where it counts all of them."""
    known = model.facts.labels.get("share_basis", [])
    used = model.facts.of("valuation_shares", (company,))
    target = model.solve("price_target", company=company).records
    value = target[0].value if target and isinstance(target[0].value, float) else None
    missing = "" if used else "needs valuation_shares"
    yield Count("in the valuation", _float(used), value, "", used.source if used else "", missing, *_about(used), 1.0)
    for basis in dict.fromkeys((*COUNTS, *known)):
        fact = model.facts.of("share_count", (company, basis))
        lock_up = model.facts.of("lock_up_end_date", (company, basis))
        each = of_all = None
        if fact is not None:
            of_all = _value(model, "share_of_valuation_count", company=company, share_basis=basis)
            if basis in WHOLE or _float(fact) == _outstanding(model, company):
                each = _value(model, "value_per_share_on_count", company=company, share_basis=basis)
        missing = "" if fact else f"needs a fact share_count of ({company}, {basis})"
        yield Count(
            basis, _float(fact), each, str(lock_up.value) if lock_up else "", fact.source if fact else "", missing,
            *_about(fact), of_all,
        )  # fmt: skip
    diluted = model.solve("diluted_share_count", company=company).records[0]
    number = diluted.value if isinstance(diluted.value, float) else None
    yield Count(
        "treasury-stock method",
        number,
        _value(model, "value_per_share_diluted", company=company),
        "",
        "diluted_share_count" if number is not None else "",
        ""
        if number is not None
        else "needs a plan (award_of_company, award_shares, award_exercise_price) or stated_dilutive_shares",
        known=diluted.known if number is not None else "",
        share_of_valuation=None if number is None or not _float(used) else number / (_float(used) or 1.0),
    )


def lock_ups(model: Model, company: str, day: str) -> list[LockUp]:
    """Rows of the register, by date."""
    register = model.facts.registers.get("lock_ups")
    total = _float(model.facts.of("valuation_shares", (company,)))
    found = []
    for one in register.select([company]) if register else ():
        number = one.values.get("shares_mn")
        number = float(number) if isinstance(number, (int, float)) else None
        found.append(
            LockUp(
                one.id,
                str(one.values.get("holder") or ""),
                str(one.values.get("kind") or ""),
                one.date,
                _when(one.date, day),
                number,
                number / total if number is not None and total else None,
                one.known,
                one.source,
                str(one.values.get("statement") or ""),
            )
        )
    return sorted(found, key=lambda one: (not one.date, one.date, one.id))


def _awards(model: Model, company: str) -> Iterator[Award]:
    for award in model.facts.labels.get("award", []):
        if not model.facts.of("award_of_company", (company, award)):
            continue
        labels = {"company": company, "award": award}
        added = model.solve("shares_of_award", **labels).records[0]
        yield Award(
            award,
            _value(model, "award_shares", **labels),
            _value(model, "award_exercise_price", **labels),
            added.value if isinstance(added.value, float) else None,
            added.missing,
        )


def _placements(model: Model, company: str, day: str) -> Iterator[Placement]:
    found = []
    for placement in model.facts.labels.get("placement", []):
        fact = model.facts.of("placement_shares", (company, placement))
        date = model.facts.of("placement_date", (company, placement))
        if fact is None and date is None:
            continue
        labels = {"company": company, "placement": placement}
        at = str(date.value) if date else ""
        when = _when(at, day)
        found.append(
            Placement(
                placement,
                at,
                when,
                _float(fact),
                _value(model, "placement_price", **labels),
                _value(model, "placement_proceeds", **labels),
                _value(model, "placement_price_over_target", **labels),
                _value(model, "value_per_share_after_placement", **labels) if when in ("ahead", "undated") else None,
                fact.known if fact else "",
                fact.source if fact else "",
            )
        )
    yield from sorted(found, key=lambda one: (not one.date, one.date))


def _when(date: str, day: str) -> str:
    if not date or not day:
        return "undated"
    try:
        first, last = period(date)
    except ValueError:
        return "undated"
    at = dt.date.fromisoformat(day)
    return "ahead" if first > at else "past" if last <= at else "under way"


def _outstanding(model: Model, company: str) -> float | None:
    return _float(model.facts.of("share_count", (company, "outstanding")))


def _about(fact: Fact | None) -> tuple[float | None, float | None, str]:
    if fact is None:
        return None, None, ""
    return fact.low, fact.high, fact.known


def _float(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def _value(model: Model, quantity: str, **labels: Any) -> float | None:
    value = model.solve(quantity, **labels).value
    return value if isinstance(value, float) else None


def _by_year(model: Model, quantity: str, company: str) -> dict[int, float]:
    records = model.solve(quantity, company=company).records
    return {int(one.labels["year"]): one.value for one in records if isinstance(one.value, float)}


__all__ = ["COUNTS", "Award", "Count", "LockUp", "Placement", "Shares", "companies", "counts", "lock_ups", "shares"]
