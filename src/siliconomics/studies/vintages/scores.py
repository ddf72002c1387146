"""Earlier forecasts against later ones, of the same thing and year."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.model import Model

from .replays import PREFIX, day, rows

SCORED = (
    "vintage_self_sufficiency",
    "vintage_local_revenue_usd_bn",
    "vintage_china_tam_usd_bn",
    "vintage_node_capacity_wafers_per_month",
    "vintage_ai_wafers_per_month",
    "vintage_die_yield",
    "vintage_ascend_chips",
    "vintage_platform_capex_cny_bn",
)
"""What forecasts are scored on."""


WEEK = 7


@dataclass(frozen=True)
class Pair:
    """An earlier figure beside a later one of the same quantity and year."""

    quantity: str
    year: int
    unit: str
    earlier: str
    later: str
    value: float
    value_later: float
    error: float
    """Earlier over later, less one."""
    outturn: bool
    """Whether the later one was made after the year had ended; else it is only a later view."""
    bound: str
    """A bound in place of a value, of either."""
    contested: bool
    """Whether a forecast of the two contradicts itself in it, so that nobody knows what it counts."""


@dataclass(frozen=True)
class Score:
    """How far the figures of one author lay from later ones, mean over pairs."""

    author: str
    pairs: int
    outturns: int
    mean_log_error: float
    """Above nothing: too high."""
    mean_absolute_log_error: float
    worst: Pair

    def as_dict(self) -> dict[str, Any]:
        """The score as other programs read it."""
        return asdict(self)


@dataclass(frozen=True)
class Stated:
    vintage: str
    as_of: str
    value: float
    bound: str


def author(vintage: str) -> str:
    """Who made a forecast: its name without its day."""
    return vintage.rsplit(" ", 1)[0]


def stated(model: Model, quantity: str) -> dict[int, list[Stated]]:
    """What every forecast says of a quantity by year, oldest first: stated before replayed."""
    found: dict[int, list[Stated]] = {}
    for name in model.graph.labels_of("vintage"):
        own = rows(model, name)
        told = {
            int(one.date): Stated(name, day(own), float(one.values["value"] or 0), str(one.values["qualifier"] or ""))
            for role in ("aside", "solved", "carried", "input", "result")
            for one in own
            if one.values["quantity"] == quantity and one.values["role"] == role
        }
        if quantity in model.graph.roles:
            for year in model.graph.labels_of("year"):
                value = model.graph.value(model.graph.cell(quantity, {"vintage": name, "year": year}))
                if value is not None:
                    told.setdefault(year, Stated(name, day(own), float(value), ""))
        for year, one in told.items():
            found.setdefault(year, []).append(one)
    return {year: sorted(ones, key=lambda one: one.as_of) for year, ones in sorted(found.items())}


def pairs(model: Model, quantities: Sequence[str] = SCORED) -> list[Pair]:
    """Each forecast beside every later one that speaks of the same; the same figure carried over is no test."""
    found = []
    doubted = contested(model)
    for quantity in quantities:
        unit = model.graph.unit_of(quantity)
        for year, ones in stated(model, quantity).items():
            for place, one in enumerate(ones):
                for later in ones[place + 1 :]:
                    if _same_view(one, later) or not one.value or not later.value:
                        continue
                    bound = "".join(dict.fromkeys(each.bound for each in (one, later) if each.bound in ("<", ">")))
                    found.append(
                        Pair(
                            quantity.removeprefix(PREFIX), year, unit, one.vintage, later.vintage, one.value,
                            later.value, one.value / later.value - 1,
                            dt.date.fromisoformat(later.as_of) > dt.date(year, 12, 31), bound,
                            bool(doubted & {(quantity, one.vintage, year), (quantity, later.vintage, year)}),
                        )
                    )  # fmt: skip
    return found


def _same_view(one: Stated, later: Stated) -> bool:
    """Whether two figures are of one author within a week: one view, printed twice."""
    days = (dt.date.fromisoformat(later.as_of) - dt.date.fromisoformat(one.as_of)).days
    return days == 0 or (author(one.vintage) == author(later.vintage) and days < WEEK)


def contested(model: Model) -> set[tuple[str, str, int]]:
    """Figures of all nodes' capacity below those of one node in the same forecast."""
    every, single = "vintage_node_capacity_wafers_per_month", "vintage_one_node_capacity_wafers_per_month"
    one = {(each.vintage, year): each.value for year, ones in stated(model, single).items() for each in ones}
    return {
        (every, each.vintage, year)
        for year, ones in stated(model, every).items()
        for each in ones
        if one.get((each.vintage, year), 0.0) > each.value
    }


def score(model: Model, quantities: Sequence[str] = SCORED) -> tuple[list[Score], list[Pair]]:
    """Authors by how far their figures lay from later ones, and every pair.

    Bounds and contested figures are among the pairs and not scored.
    """
    every = pairs(model, quantities)
    by: dict[str, list[Pair]] = {}
    for one in every:
        if not one.bound and not one.contested:
            by.setdefault(author(one.earlier), []).append(one)
    found = []
    for name, own in by.items():
        logs = [math.log1p(one.error) for one in own]
        worst = max(own, key=lambda one: abs(math.log1p(one.error)))
        outturns = sum(one.outturn for one in own)
        mean, absolute = sum(logs) / len(logs), sum(map(abs, logs)) / len(logs)
        found.append(Score(name, len(own), outturns, mean, absolute, worst))
    return sorted(found, key=lambda one: one.mean_absolute_log_error), every
