"""A company opened: target, forecast and consensus gap, before and after a what-if, and what moved them.

One question put to the studies that answer its parts: the statements under drivers, consensus, and the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model
from siliconomics.model.driven_checks import DRIVEN, driven_years, ties

from .compare import Step, compare, named
from .consensus import Estimate, consensus

LINES = (
    "revenue",
    "gross_profit",
    "gross_margin",
    "operating_expense",
    "operating_income",
    "non_operating_income",
    "income_tax",
    "net_income",
    "earnings_per_share",
    "cash_and_equivalents",
    "total_equity",
)
"""What is shown of each year of the forecast."""
WAY = 9
"""Steps of the way from the change to the target that are kept."""
LEAST = 0.03
"""Share of the target's move that a step has to carry to be kept."""


@dataclass(frozen=True)
class Pair:
    """A figure before and after; the same twice where nothing is changed."""

    name: str
    unit: str
    before: float | None
    after: float | None
    year: int | None = None


@dataclass(frozen=True)
class GapPair:
    """Own over a provider's estimate, less one, before and after."""

    provider: str
    line: str
    year: int
    unit: str
    mean: float
    own: float | None
    before: float | None
    after: float | None


@dataclass(frozen=True)
class ReasonPair:
    """What of a gap of net income comes from a step, before and after."""

    provider: str
    year: int
    unit: str
    step: str
    before: float
    after: float


@dataclass(frozen=True)
class Opened:
    """A company at a glance, and what a what-if makes of it."""

    company: str
    before: str
    after: str
    changed: bool
    headline: tuple[Pair, ...]
    lines: tuple[Pair, ...]
    gaps: tuple[GapPair, ...]
    reasons: tuple[ReasonPair, ...]
    no_consensus: str
    way: tuple[Step, ...]
    missed: tuple[str, ...]
    """Ties of the driven statements that do not hold, by name, year and gap."""
    tied: int

    def as_dict(self) -> dict[str, Any]:
        """The page as other programs read it."""
        return {**asdict(self), "way": [step.as_dict() for step in self.way]}


def open_company(before: Model, after: Model, company: str, brought: Sequence[Estimate] = ()) -> Opened:
    """A company under two models that differ by a what-if, or twice under the same one.

    Raises BadRequest for a company without a target.
    """
    label = str(after.label("company", company))
    target = after.solve("price_target", company=label).records[0]
    if target.value is None:
        raise BadRequest(
            Problem(
                f"{label} has no price target", why=target.missing, remedy="`siliconomics company new` makes tables"
            )
        )
    way = compare(before, after, "price_target", company=label)  # worked out first: the before keeps what both share
    headline = [_pair(before, after, name, {"company": label}) for name in ("price_target", "share_price", "upside")]
    years = _years(after, label)
    shown = [_pair(before, after, name, {"company": label, "year": year}) for name in LINES for year in years]
    old, new = (consensus(one, label, brought) for one in (before, after))
    gaps = tuple(
        GapPair(two.provider, two.line, two.year, two.unit, two.mean, two.own, one.difference, two.difference)
        for one, two in zip(old.gaps, new.gaps, strict=True)
    )
    steps = {(one.provider, one.year): one.steps for one in old.bridges}
    reasons = tuple(
        ReasonPair(one.provider, one.year, one.unit, name, steps[one.provider, one.year][name], value)
        for one in new.bridges
        for name, value in one.steps.items()
        if (one.provider, one.year) in steps
    )
    found = list(ties(after, label)) if driven_years(after, label) else []
    missed = tuple(f"{one.name}, {one.period}: gap {one.gap:+,.6g}" for one in found if not one.holds)
    told = named([before, after])
    return Opened(
        label,
        told[0],
        told[1],
        before is not after,
        tuple(one for one in headline if one.after is not None),
        tuple(one for one in shown if one.after is not None),
        gaps,
        reasons,
        new.none,
        _chief(way.main(len(way.steps), LEAST)),
        missed,
        len(found),
    )


def _pair(before: Model, after: Model, name: str, labels: dict[str, Any]) -> Pair:
    old, new = (one.graph.value(one.graph.cell(name, labels)) for one in (before, after))
    return Pair(name, after.unit(name, labels), old, new, labels.get("year"))


def _years(model: Model, company: str) -> list[int]:
    """The last reported year and those that have drivers; else the valuation year and two after it."""
    base = model.solve("driver_base_year", company=company).value
    last = model.solve("driver_last_year").value
    if isinstance(base, float) and isinstance(last, float):
        return [year for year in model.graph.labels_of("year") if base <= year <= last]
    first = model.solve("valuation_year", company=company).value
    return [int(first) + step for step in range(3)] if isinstance(first, float) else []


def _chief(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The way to the target in its order: what was changed, what carries most of it, and no figure told twice."""
    kept: dict[tuple[float | None, float | None], Step] = {}
    for step in steps:
        kept.setdefault((step.before, step.after), step)
    ranked = sorted(kept.values(), key=lambda step: (not step.changed, -abs(step.carried or 0.0)))
    chosen = {id(step) for step in ranked[:WAY]}
    return tuple(step for step in kept.values() if id(step) in chosen and step.quantity != "price_target")


def starting_point(model: Model) -> Model:
    """The model without what is held by hand: what a what-if departs from."""
    return model.unchanged if model.unchanged is not model else model


__all__ = ["DRIVEN", "GapPair", "Opened", "Pair", "ReasonPair", "open_company", "starting_point"]
