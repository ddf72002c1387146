"""The bottom-up test: published forecasts of companies, added up, against the path of the market and the first vendor's share.

Sales are brought to calendar years and to dollars, and shown twice: as companies book them, and as buyers pay them (tax
and channel back on top), because a market is counted at what buyers pay. Between two stated years of the market growth
is even; that is our reading, the yearly path of the source is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from siliconomics.model import Model

MONTHS = 12
HALF = 0.5
"""A share that is 'above half'."""


@dataclass(frozen=True)
class Published:
    """One company's or part's sales of a calendar year, as published and brought to dollars."""

    name: str
    year: int
    booked_usd_bn: float
    low_usd_bn: float
    high_usd_bn: float
    paid_usd_bn: float
    """At what buyers pay: value-added tax and the channel's share on top."""
    what: str

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__}


@dataclass(frozen=True)
class Year:
    """One year of the test."""

    year: int
    sales: tuple[Published, ...]
    stated_path_usd_bn: float | None
    """Domestic revenue on the stated path: even growth between the years stated."""
    market_usd_bn: float | None
    """Local chips by the wired market."""
    market_share: float | None
    """Part of the watched vendor in the wired market."""

    @property
    def booked(self) -> float:
        return sum(one.booked_usd_bn for one in self.sales)

    @property
    def paid(self) -> float:
        return sum(one.paid_usd_bn for one in self.sales)

    def left(self, paid: bool) -> float | None:
        """What the stated path leaves to everybody else, as a share; negative where it leaves less than nothing."""
        if self.stated_path_usd_bn is None:
            return None
        return 1 - (self.paid if paid else self.booked) / self.stated_path_usd_bn

    def needed(self, paid: bool) -> float:
        """Domestic revenue from which these sales are less than half, so that one other can have more than half."""
        return (self.paid if paid else self.booked) / HALF

    def fits(self, paid: bool) -> bool | None:
        """Whether more than half can be left to one other vendor."""
        left = self.left(paid)
        return None if left is None else left > HALF

    def as_dict(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "sales": [one.as_dict() for one in self.sales],
            "sum_booked_usd_bn": self.booked,
            "sum_paid_usd_bn": self.paid,
            "stated_path_usd_bn": self.stated_path_usd_bn,
            "left_to_all_others_booked": self.left(False),
            "left_to_all_others_paid": self.left(True),
            "above_half_possible_booked": self.fits(False),
            "above_half_possible_paid": self.fits(True),
            "domestic_revenue_needed_booked_usd_bn": self.needed(False),
            "domestic_revenue_needed_paid_usd_bn": self.needed(True),
            "market_usd_bn": self.market_usd_bn,
            "market_share_of_watched_vendor": self.market_share,
        }


@dataclass(frozen=True)
class Product:
    """A product's planned units beside the chips that the wired market sees delivered."""

    company: str
    chip: str
    year: int
    planned: float
    market: float

    @property
    def plan_over_market(self) -> float | None:
        return self.planned / self.market if self.market else None

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__, "plan_over_market": self.plan_over_market}


@dataclass(frozen=True)
class BottomUp:
    """The whole test."""

    vendor: str
    years: tuple[Year, ...]
    products: tuple[Product, ...]
    unknown: tuple[str, ...]
    """Local makers without a published forecast: they come on top."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "watched_vendor": self.vendor,
            "years": [one.as_dict() for one in self.years],
            "products": [one.as_dict() for one in self.products],
            "makers_without_a_forecast": list(self.unknown),
        }


def bottom_up(model: Model) -> BottomUp:
    """Published forecasts of companies and parts against the market, year by year."""
    base, wired = model.under(), model.under("wired")
    sales = [*_companies(base), *_parts(base)]
    years = sorted({one.year for one in sales})
    counts = {year: sum(one.year == year for one in sales) for year in years}
    found = [
        Year(
            year,
            tuple(one for one in sales if one.year == year),
            stated_path(base, year),
            _value(wired, "local_chip_value_usd_bn", year=year),
            _value(wired, "huawei_share", year=year),
        )
        for year in years
        if counts[year] > 0
    ]
    named = {one.name for one in sales}
    local = [
        labels["company"]
        for labels in base.graph.every("is_local_maker")
        if _value(base, "is_local_maker", **labels) == 1
    ]
    vendor = base.graph.word("watched_vendor", {})
    first = vendor if isinstance(vendor, str) else ""
    unknown = tuple(name for name in local if name not in named and name != first)
    return BottomUp(first, tuple(found), tuple(_products(base, wired)), unknown)


def _value(model: Model, quantity: str, **labels: Any) -> float | None:
    return model.graph.value(model.graph.cell(quantity, labels))


def _companies(base: Model) -> Iterator[Published]:
    rate, tax = _value(base, "cny_per_usd") or 1.0, _value(base, "value_added_tax_rate") or 0.0
    for labels in base.graph.every("printed_revenue"):
        value = _value(base, "printed_revenue", **labels)
        per_cny = _value(base, "reporting_currency_per_cny", company=labels["company"])
        local = _value(base, "is_local_maker", company=labels["company"])
        first = _value(base, "driver_base_year", company=labels["company"]) or 0
        if value is None or per_cny is None or not local or labels["year"] < first:
            continue
        channel = _value(base, "channel_margin", company=labels["company"]) or 0.0
        booked = value / per_cny / rate / 1000
        paid = booked * (1 + tax) / (1 - channel)
        what = "reported" if labels["year"] == first else "forecast"
        yield Published(labels["company"], labels["year"], booked, booked, booked, paid, what)


def _parts(base: Model) -> Iterator[Published]:
    rate, tax = _value(base, "cny_per_usd") or 1.0, _value(base, "value_added_tax_rate") or 0.0
    for labels in base.graph.every("part_sales_period_end"):
        end = _value(base, "part_sales_period_end", **labels)
        if end is None:
            continue
        points = base.under("parts-by-peer")
        value = _value(base, "part_revenue", **labels) or _value(points, "part_revenue", **labels)
        if value is None:
            continue
        low = _value(base, "part_revenue_low", **labels) or value
        high = _value(base, "part_revenue_high", **labels) or value
        year = round(end) - 1  # the calendar year whose end is nearest
        months = round((end - year - 1) * MONTHS)
        growth = _growth(base, year)
        back = (1 + growth) ** (-months / MONTHS)
        scale = back / rate / 1000
        what = f"{months} months taken back" if months else "as published"
        yield Published(labels["part"], year, value * scale, low * scale, high * scale, value * scale * (1 + tax), what)


def _growth(base: Model, year: int) -> float:
    """Growth of the companies' published sales from a year to the next: how a part is taken back by months."""
    now = [one for one in _companies(base) if one.year == year]
    then = {one.name: one.booked_usd_bn for one in _companies(base) if one.year == year + 1}
    both = [one for one in now if one.name in then]
    before = sum(one.booked_usd_bn for one in both)
    return sum(then[one.name] for one in both) / before - 1 if before else 0.0


def stated_path(base: Model, year: int) -> float | None:
    """Domestic revenue in a year by even growth between the nearest years that a source states."""
    stated = {}
    for labels in base.graph.every("domestic_ai_chip_revenue_usd_bn"):
        value = _value(base, "domestic_ai_chip_revenue_usd_bn", **labels)
        if value is not None:
            stated[labels["year"]] = value
    before = max((one for one in stated if one <= year), default=None)
    after = min((one for one in stated if one >= year), default=None)
    if before is None or after is None:
        return None
    if before == after:
        return stated[before]
    part = (year - before) / (after - before)
    return float(stated[before] * (stated[after] / stated[before]) ** part)


def _products(base: Model, wired: Model) -> Iterator[Product]:
    for labels in base.graph.every("planned_units"):
        planned = _value(base, "planned_units", **labels)
        if planned is None:
            continue
        market = _value(wired, "market_units", chip=labels["chip"], year=labels["year"])
        if market is not None:
            yield Product(labels["company"], labels["chip"], labels["year"], planned, market)
