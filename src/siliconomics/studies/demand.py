"""Demand for accelerators in China: yearly paths with their reach, and the source's endpoints beside ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest, units
from siliconomics.model import Model

from .reach import of_cell

VIEWS: Mapping[str, tuple[str, ...]] = {
    "spending": (
        "announced_cloud_capex_cny_bn",
        "cloud_capex_from_buyers_usd_bn",
        "capex_in_china_usd_bn",
        "server_spending_in_china_usd_bn",
        "ai_server_spending_in_china_usd_bn",
        "capex_route_tam_usd_bn",
    ),
    "tokens": (
        "daily_tokens_at_year_end_tn",
        "fleet_rate",
        "chips_needed_for_tokens",
        "token_route_tam_usd_bn",
        "tam_reconciliation",
        "accelerators_installed_mn",
        "daily_tokens_servable_tn",
        "tokens_over_servable",
    ),
    "money": (
        "token_revenue_cny_bn",
        "advertising_uplift_cny_bn",
        "subscription_revenue_cny_bn",
        "ai_depreciation_cny_bn",
        "ai_power_cny_bn",
        "ai_infrastructure_cny_bn",
        "ai_operating_margin",
        "token_price_cny_per_mtoken",
        "breakeven_token_price_cny_per_mtoken",
        "token_price_for_target_margin_cny_per_mtoken",
    ),
    "world": (
        "cloud_capex_from_buyers_usd_bn",
        "cloud_capex_outside_china_usd_bn",
        "china_share_of_global_cloud_capex",
        "accelerator_share_of_china_cloud_capex",
        "accelerator_share_outside_china",
        "accelerator_share_of_global_cloud_capex",
        "china_share_of_accelerator_value",
    ),
    "buyers": ("cloud_capex_of_buyer_usd_bn", "capex_counted_share", "accelerator_spending_of_buyer_usd_bn"),
}
"""What each view shows, from top to bottom."""
ALL_SPENDING = "announced-capex"
"""The overlay under which everything that buyers announce is counted."""


@dataclass(frozen=True)
class Year:
    """One figure of a path."""

    year: int
    value: float | None
    low: float | None
    high: float | None
    """The 80 % that the ranges of all facts below give; None where the value is not above zero or nothing has a range."""


@dataclass(frozen=True)
class Path:
    """A quantity by year, of one buyer where it runs over buyers."""

    quantity: str
    buyer: str
    unit: str
    years: tuple[Year, ...]

    def as_dict(self) -> dict[str, Any]:
        years = [vars(one) for one in self.years]
        return {"quantity": self.quantity, "buyer": self.buyer, "unit": self.unit, "years": years}


@dataclass(frozen=True)
class Endpoint:
    """A figure that survives in the source, beside what comes out here and what comes out of all announced spending."""

    what: str
    line: int
    stated: float
    bound: str
    quantity: str
    unit: str
    ours: float | None
    all_spending: float | None
    how: str
    """calibrated: a fact of ours is solved for it; follows: from other stated figures; independent: ours alone."""
    verdict: str
    definition: str

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class _Stated:
    what: str
    line: int
    figure: str
    quantity: str
    labels: Mapping[str, Any]
    how: str
    definition: str
    """Under which each of the two figures could hold."""


ENDPOINTS: Sequence[_Stated] = (
    _Stated("spending of all buyers, 2030", 3298, "china_cloud_capex_usd_bn", "cloud_capex_from_buyers_usd_bn", {"year": 2030},
        "calibrated", "Holds if only a part of what buyers announce is spending on cloud: see capex_counted_share."),
    _Stated("market for AI chips, 2030", 3295, "china_ai_chip_tam_usd_bn", "capex_route_tam_usd_bn", {"year": 2030},
        "calibrated", "Holds at the share of cloud providers in csp_share_for_stated_tam, not at announced_csp_share."),
    _Stated("its growth, 2024-30", 3295, "china_ai_chip_tam_cagr", "capex_route_tam_cagr", {"year": 2030},
        "follows", "Ours is from 2024 domestic revenue over self-sufficiency; the printed one needs a larger market in 2024."),
    _Stated("AI chips in all spending, 2030", 3299, "accelerator_share_of_cloud_capex", "accelerator_share_of_china_cloud_capex",
        {"year": 2030}, "follows", "The market over spending of all buyers, that abroad included."),
    _Stated("spending of six platforms, 2026", 3203, "china_csp_ai_capex_cny_bn", "counted_platform_capex_cny_bn", {"year": 2026},
        "follows", "Holds for all that the six spend, abroad and on other business too; ours is what the total leaves."),
    _Stated("tokens a day, end of 2025", 3213, "daily_tokens_tn", "daily_tokens_at_year_end_tn", {"year": 2025},
        "independent", "The bound is true and far below what the national administration counts."),
    _Stated("margin of AI, 2030", 3207, "ai_deployment_margin", "ai_operating_margin", {"year": 2030},
        "independent", "The source's model is not shown; ours counts the chips of cloud providers in China."),
)  # fmt: skip
"""What survives of the source's demand, in the order of its chain; breakeven is a year and stands apart."""
BREAKEVEN = ("ai_deployment_breakeven_year", 3207)


def span(model: Model) -> range:
    """The years of the market."""
    start, end = (_value(model, name, {}) for name in ("market_start_year", "market_end_year"))
    if start is None or end is None:
        raise BadRequest(
            Problem("the market has no first or last year", remedy="give market_start_year and market_end_year")
        )
    return range(int(start), int(end) + 1)


def _value(model: Model, quantity: str, labels: Mapping[str, Any]) -> float | None:
    return model.graph.value(model.graph.cell(quantity, labels))


def view(model: Model, name: str) -> list[Path]:
    """The paths of a view; refuses an unknown name."""
    if name not in VIEWS:
        raise BadRequest(Problem(f"there is no view {name!r}", remedy=nearest(name, VIEWS)))
    return [path for quantity in VIEWS[name] for path in _paths(model, quantity)]


def _paths(model: Model, quantity: str) -> Iterator[Path]:
    axes = model.graph.dimensions_of(quantity)
    buyers: Iterable[dict[str, Any]] = (
        ({"buyer": one} for one in model.graph.labels["buyer"]) if "buyer" in axes else [{}]
    )
    for buyer in buyers:
        years = tuple(_year(model, quantity, {**buyer, "year": year}) for year in span(model))
        yield Path(quantity, buyer.get("buyer", ""), model.unit(quantity, {}), years)


def _year(model: Model, quantity: str, labels: Mapping[str, Any]) -> Year:
    cell = model.graph.cell(quantity, labels)
    value = model.graph.value(cell)
    if value is None or value <= 0:
        return Year(labels["year"], value, None, None)
    reach = of_cell(model, cell)
    ranged = bool(reach.terms)
    return Year(labels["year"], value, reach.low if ranged else None, reach.high if ranged else None)


# -- the source's endpoints -------------------------------------------------------------------------


def breakeven_year(model: Model) -> int | None:
    """First year whose margin is not below zero; None where no year of the market has one."""
    margins = ((year, _value(model, "ai_operating_margin", {"year": year})) for year in span(model))
    return next((year for year, margin in margins if margin is not None and margin >= 0), None)


def endpoints(model: Model) -> list[Endpoint]:
    """Each surviving figure beside ours and beside that of all announced spending."""
    every = model.under(*model.scenarios, ALL_SPENDING)
    return [*(_endpoint(model, every, one) for one in ENDPOINTS), _breakeven(model, every)]


def _breakeven(model: Model, every: Model) -> Endpoint:
    quantity, line = BREAKEVEN
    stated = float(_figure(model, quantity, line).text or 0)
    ours, theirs = breakeven_year(model), breakeven_year(every)
    definition = "Earlier with the spending that fits the source's total, later with all that buyers announce."
    verdict = _between(stated, ours, theirs)
    return Endpoint(
        "breakeven of AI", line, stated, "", "ai_operating_margin", "year", ours, theirs, "independent", verdict, definition
    )  # fmt: skip


def _figure(model: Model, quantity: str, line: int) -> Any:
    return next(one for one in model.facts.figures if (one.quantity, one.line) == (quantity, line))


def _endpoint(model: Model, every: Model, one: _Stated) -> Endpoint:
    figure = _figure(model, one.figure, one.line)
    unit = model.unit(one.quantity, {})
    scale = units.factor(figure.unit, unit)
    stated, half = figure.number.value * scale, figure.number.half * scale
    ours, theirs = (_value(known, one.quantity, one.labels) for known in (model, every))
    verdict = _verdict(figure.qualifier, stated, half, ours)
    if one.how == "independent" and verdict == "contradicted":
        verdict = _within(_year(model, one.quantity, one.labels), stated)
    return Endpoint(
        one.what, one.line, stated, figure.qualifier, one.quantity, unit, ours, theirs, one.how, verdict, one.definition
    )  # fmt: skip


def _verdict(bound: str, stated: float, half: float, ours: float | None) -> str:
    """Print tolerance is half of the last digit; a figure printed as about so much has a whole one."""
    if ours is None:
        return "unknown"
    if bound in (">", ">="):
        return "holds" if ours > stated else "contradicted"
    tolerance = 2 * half if bound == "~" else half
    return "reproduced" if abs(ours - stated) <= tolerance * (1 + 1e-9) else "contradicted"


def _within(ours: Year, stated: float) -> str:
    """Of a figure that is ours alone: whether the stated one lies in the 80 % of it."""
    if ours.low is None or ours.high is None:
        return "differs"
    return "within our 80 %" if ours.low <= stated <= ours.high else "outside our 80 %"


def _between(stated: float, ours: float | None, theirs: float | None) -> str:
    """Of a year: the same, or between the counted spending and all of it."""
    if ours == stated:
        return "reproduced"
    earlier = ours is not None and ours < stated
    return "between the two" if earlier and (theirs is None or theirs > stated) else "differs"


__all__ = ["ENDPOINTS", "VIEWS", "Endpoint", "Path", "Year", "breakeven_year", "endpoints", "span", "view"]
