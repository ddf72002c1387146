"""Vendors' offers from a file: read, put on one floor, and ranked on what a chip costs the day it is needed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.formulas.ownership import quote as _quote
from siliconomics.model import Model

from .rows import Row, read_rows
from .sizing import Length, predicted, rate_range

floor: Any = _quote
"""The model's own formulas of an offer, called row by row."""
NEEDED = (
    "offer",
    "vendor",
    "chip",
    "kind",
    "chips",
    "price",
    "currency",
    "price_basis",
    "vat_rate",
    "tariff_rate",
    "warranty_years",
    "lead_time_weeks",
    "date",
    "source",
)
OPTIONAL = ("freight_share", "freight", "valid_until", "deposit_share")
COLUMNS = (*NEEDED[:-1], *OPTIONAL, "source")
KINDS = ("card", "server")
CURRENCIES = ("USD", "CNY", "HKD")
BASES = ("with VAT", "without VAT")
DAYS_PER_WEEK = 7
TEMPLATE = (
    "A-1,Example Systems,910C,server,8,880000,CNY,with VAT,0.13,0,3,20,2026-11-01,0.005,,2026-12-31,0.3,quotation 4711\n"
    "B-7,Example Trading,H20,server,8,125000,USD,without VAT,0.13,0,1,8,2026-11-10,,1500,,,letter of 10 November\n"
)


@dataclass(frozen=True)
class Offer:
    """One row as numbers."""

    offer: str
    vendor: str
    chip: str
    label: str | None
    """The chip's card; None where it has none here."""
    kind: str
    chips: float
    price: float
    currency: str
    with_vat: bool
    vat_rate: float
    tariff_rate: float
    freight_share: float
    freight: float | None
    warranty_years: float
    lead_time_weeks: float
    date: dt.date
    valid_until: dt.date | None
    deposit_share: float
    source: str

    @property
    def arrives(self) -> dt.date:
        return self.date + dt.timedelta(days=self.lead_time_weeks * DAYS_PER_WEEK)


@dataclass(frozen=True)
class Terms:
    """The buyer's side of every offer."""

    vat_recovered_share: float
    wanted_warranty_years: float
    repair_share_per_year: float
    cost_of_capital_of_buyer: float
    usd_per: dict[str, float]
    """Dollars for one unit of each currency."""
    needed_by: dt.date | None = None
    server_parts_usd: float | None = None
    language_model: str | None = None
    on: dt.date | None = None
    """The day of the comparison: offers that lapsed before it are not ranked. The latest offer's, if not said."""


@dataclass
class Ranked:
    """An offer's cost, step by step, its place, and the price that would tie the best rival."""

    offer: Offer
    steps: dict[str, float]
    cost: float
    rate: float | None = None
    rate_range: tuple[float, float] | None = None
    measure: float | None = None
    """What it is ranked on: cost per chip, or per token a second where a model is named."""
    rank: int | None = None
    late_days: int = 0
    expired: bool = False
    rival: str = ""
    tying_price: float | None = None
    tying_change: float | None = None
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        one = self.offer
        return {
            "rank": self.rank,
            "offer": one.offer,
            "vendor": one.vendor,
            "chip": one.label or one.chip,
            "kind": one.kind,
            "chips": one.chips,
            "price": one.price,
            "currency": one.currency,
            "arrives": one.arrives.isoformat(),
            "late_days": self.late_days,
            "expired": self.expired,
            **self.steps,
            "delivered_cost_usd_per_chip": self.cost,
            "output_tokens_per_s_per_chip": self.rate,
            "delivered_cost_usd_per_token_per_s": None if self.rate is None else self.cost / self.rate,
            "delivered_cost_usd_per_token_per_s_low": self.cost / self.rate_range[1] if self.rate_range else None,
            "delivered_cost_usd_per_token_per_s_high": self.cost / self.rate_range[0] if self.rate_range else None,
            "rival": self.rival or None,
            "tying_price": self.tying_price,
            "tying_change": self.tying_change,
            "known": "derived",
            "source": one.source,
            "notes": self.notes,
        }


# -- reading -----------------------------------------------------------------------------------


def read_offers(path: Path | str, model: Model) -> list[Offer]:
    """Every offer of a file; refused with every problem of every row, none answered."""
    rows = read_rows(path, NEEDED, OPTIONAL, most=10_000)
    offers = [_offer(row, model) for row in rows]
    seen: dict[str, int] = {}
    for row, one in zip(rows, offers, strict=True):
        if one.offer in seen:
            row.wrong("offer", f"{one.offer!r} stands in line {seen[one.offer]} too", remedy="give each its own name")
        seen.setdefault(one.offer, row.line)
    problems = [problem for row in rows for problem in row.problems]
    if problems:
        raise BadRequest(*problems)
    return offers


def _offer(row: Row, model: Model) -> Offer:
    cells = row.cells
    for column in ("offer", "vendor", "chip", "source"):
        if not cells[column]:
            row.wrong(column, "is empty", remedy="fill it in; an offer nobody can find again proves nothing")
    label = None
    if cells["chip"]:
        try:
            label = str(model.facts.label("chip", cells["chip"]))
        except BadRequest:
            label = None
    kind = row.choice("kind", KINDS, "a bare card lacks what a server has")
    chips = row.number("chips", "[1, 1e7]")
    if chips == chips and chips != int(chips):
        row.wrong("chips", f"{chips:g} is not a whole number", remedy="count the chips of the offer")
    freight = row.number("freight", "[0, 1e10]", missing=math.nan) if cells.get("freight") else None
    if cells.get("freight") and cells.get("freight_share"):
        row.wrong("freight", "stands beside freight_share", "one says what the other does", "leave one empty")
    if not cells.get("freight") and not cells.get("freight_share"):
        row.wrong("freight_share", "is empty, and freight too", "delivered is not ex works", "write 0 if it is free")
    date = _day(row, "date")
    valid = _day(row, "valid_until", needed=False)
    if date and valid and valid < date:
        row.wrong("valid_until", f"{valid} lies before the offer's date {date}", remedy="correct one of them")
    return Offer(
        cells["offer"],
        cells["vendor"],
        cells["chip"],
        label,
        kind,
        chips,
        row.number("price", "(0, 1e12]", "the price of the whole offer"),
        row.choice("currency", CURRENCIES),
        row.choice("price_basis", BASES, "tax counted twice or not at all is the usual mistake") == BASES[0],
        row.number("vat_rate", "[0, 1]", "shares lie in 0..1, or end in %"),
        row.number("tariff_rate", "[0, 10]", "shares lie in 0..1, or end in %"),
        row.number("freight_share", "[0, 1]", missing=0.0),
        freight,
        row.number("warranty_years", "[0, 30]"),
        row.number("lead_time_weeks", "[0, 520]"),
        date or dt.date.min,
        valid,
        row.number("deposit_share", "[0, 1]", missing=0.0),
        cells["source"],
    )


def _day(row: Row, column: str, needed: bool = True) -> dt.date | None:
    text = row.cells.get(column, "")
    if not text and not needed:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        row.wrong(column, f"{text!r} is not a day" if text else "is empty", remedy="write for example 2026-11-25")
        return None


# -- ranking -----------------------------------------------------------------------------------


def terms_of(model: Model, **changed: Any) -> Terms:
    """The buyer's terms as the model has them, with what was asked otherwise."""
    names = ("vat_recovered_share", "wanted_warranty_years", "repair_share_per_year", "cost_of_capital_of_buyer")
    found = {name: float(model.solve(name).value or 0.0) for name in names}
    cny = float(model.solve("cny_per_usd").value or math.nan)
    hkd = _cny_per_hkd(model)
    usd_per = {"USD": 1.0, "CNY": 1 / cny, "HKD": hkd / cny}
    return Terms(**{**found, "usd_per": usd_per, **changed})


def _cny_per_hkd(model: Model) -> float:
    """Yuan for a Hong Kong dollar, from the dated rates."""
    rates = [one for one in model.facts.exchange_rates if one["pair"] == "CNY/HKD"]
    if not rates:
        raise BadRequest(Problem("no rate of CNY/HKD is known", remedy="add one to exchange_rates.csv (--facts)"))
    return float(max(rates, key=lambda one: str(one["date"]))["rate"])


def rank(model: Model, offers: Sequence[Offer], terms: Terms) -> list[Ranked]:
    """Every offer with its cost; those in time first, by what they are ranked on; then those late or not comparable.

    Cards and servers are ranked apart, unless what a card lacks of a server is given.
    """
    rates = _rates(model, offers, terms.language_model)
    found = [_cost(one, terms) for one in offers]
    on = terms.on or max(one.date for one in offers)
    for one in found:
        one.expired = one.offer.valid_until is not None and one.offer.valid_until < on
        if one.expired:
            one.notes.append(f"not ranked: it lapsed on {one.offer.valid_until}")
        label = one.offer.label
        if label in rates:
            one.rate, one.rate_range = rates[label]
        if terms.language_model is not None:
            one.measure = None if one.rate is None else one.cost / one.rate
            if one.rate is None:
                one.notes.append(
                    f"not ranked: tokens/s of {label or one.offer.chip} on {terms.language_model} is unknown"
                )
        else:
            one.measure = one.cost
        if one.late_days:
            one.notes.append(f"not ranked: {one.late_days} days late")
    together = terms.server_parts_usd is not None
    for kind in KINDS if not together else ("",):
        group = [one for one in found if kind in ("", one.offer.kind) and one.measure is not None]
        group = [one for one in group if not one.late_days and not one.expired]
        group.sort(key=lambda one: (one.measure or 0.0, one.offer.offer))
        for place, one in enumerate(group, 1):
            one.rank = place
        _tie(group, found if together else [one for one in found if one.offer.kind == kind], terms)
    return sorted(
        found,
        key=lambda one: (
            one.rank is None,
            "" if together else -KINDS.index(one.offer.kind),
            one.rank or 0,
            one.late_days,
            one.offer.offer,
        ),
    )


def _cost(one: Offer, terms: Terms, price: float | None = None) -> Ranked:
    """Delivered cost of a chip at a price (as offered, if none is given), every step kept."""
    usd = (one.price if price is None else price) * terms.usd_per[one.currency]
    days = one.lead_time_weeks * DAYS_PER_WEEK
    slack = 0 if terms.needed_by is None else (terms.needed_by - one.arrives).days
    early, late = max(slack, 0), max(-slack, 0)
    net = floor.offer_net_price_usd(usd, float(one.with_vat), one.vat_rate)
    stated = math.nan if one.freight is None else one.freight * terms.usd_per[one.currency]
    freight = float(floor.offer_freight_usd(stated, one.freight_share, net))
    duty = floor.offer_duty_usd(one.tariff_rate, net, freight)
    vat = floor.offer_vat_usd(one.vat_rate, net, freight, duty)
    payment = floor.offer_payment_usd(net, freight, duty, vat, terms.vat_recovered_share)
    gap = float(
        floor.offer_warranty_gap_usd(terms.wanted_warranty_years, one.warranty_years, terms.repair_share_per_year, net)
    )
    waiting = floor.offer_waiting_usd(payment, one.deposit_share, days, early, terms.cost_of_capital_of_buyer)
    parts = (terms.server_parts_usd or 0.0) if one.kind == "card" else 0.0
    cost = float(floor.offer_delivered_cost_usd(payment, gap, waiting, one.chips, parts))
    steps = {
        "net_price_usd": net,
        "freight_usd": freight,
        "duty_usd": duty,
        "vat_usd": vat,
        "payment_usd": payment,
        "warranty_gap_usd": gap,
        "waiting_usd": waiting,
        "server_parts_usd_per_chip": parts,
    }
    return Ranked(one, {name: float(value) for name, value in steps.items()}, cost, late_days=late)


def _tie(group: Sequence[Ranked], shown: Sequence[Ranked], terms: Terms) -> None:
    """For each offer the price at which it would match the best of the others."""
    for one in shown:
        if one.measure is None:
            continue
        rival = next((other for other in group if other is not one), None)
        if rival is None or rival.measure is None:
            continue
        per_chip = rival.measure if one.rate is None or terms.language_model is None else rival.measure * one.rate
        fixed = _cost(one.offer, terms, 0.0).cost
        price = float(floor.offer_tying_price_usd(one.offer.price, one.cost, fixed, per_chip))
        one.rival = rival.offer.offer
        if price <= 0:
            one.notes.append(f"no price above 0 ties {one.rival}")
            continue
        one.tying_price = price
        one.tying_change = price / one.offer.price - 1


def _rates(
    model: Model, offers: Sequence[Offer], name: str | None
) -> dict[str, tuple[float, tuple[float, float] | None]]:
    """Tokens a second of each chip that has a card, on the model named, with its 80 % range."""
    if name is None:
        return {}
    given = {one: float(model.solve(one).value or math.nan) for one in ("input_tokens", "output_tokens")}
    length = Length(given["input_tokens"], given["output_tokens"])
    system = float(model.solve("cluster_chips").value or math.nan)
    found: dict[str, tuple[float, tuple[float, float] | None]] = {}
    for label in dict.fromkeys(one.label for one in offers if one.label is not None):
        value = model.solve("mixed_output_rate", chip=label, model=name).value
        if value is None:
            continue
        ends = rate_range(model, label, name, predicted(model, label, name, system, length))
        found[label] = (float(value), ends)
    return found


__all__ = ["COLUMNS", "KINDS", "TEMPLATE", "Offer", "Ranked", "Terms", "rank", "read_offers", "terms_of"]
