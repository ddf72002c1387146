"""The bridge between two models' answers: the whole difference, shared out among what differs between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, named
from siliconomics.model import Model

from . import attribution
from .attribution import MOST, Fair
from .differences import Difference, Group, differences, grouped
from .mixture import Mixture

ORDERS = 200
"""Orders drawn where there are too many to work all out."""
PAIRS = 5
"""Interactions of two that are told, the largest."""
STRUCTURES = 6
"""Changes of rules and the like, each set of which needs a model of its own, up to which all sets are worked out."""
MODELS = 600
"""Models of their own that drawn orders may ask for where no number of orders is named."""


@dataclass(frozen=True)
class Step:
    """What one change (or several that go together) brings."""

    name: str
    differences: tuple[Difference, ...]
    ordered: float
    """In the order of the list, after all above it."""
    shapley: float | None
    """The mean over all orders; none where some order goes through what makes no sense."""
    error: float | None
    """Its standard error, where orders were drawn."""
    alone: float | None
    """With no other change made."""
    last: float | None
    """With all others made before."""

    def as_dict(self) -> dict[str, Any]:
        """The step as other programs read it."""
        return {
            "name": self.name,
            "changes": [one.as_dict() for one in self.differences],
            "ordered": self.ordered,
            "shapley": self.shapley,
            "standard_error": self.error,
            "alone": self.alone,
            "last": self.last,
        }


@dataclass(frozen=True)
class Bridge:
    """From one answer to another; the steps add up to the difference in each column."""

    quantity: str
    labels: dict[str, Any]
    unit: str
    before: str
    after: str
    value_before: float
    value_after: float
    steps: tuple[Step, ...]
    without_effect: tuple[Group, ...]
    """Changes that the answer never reads, whatever else is changed."""
    pairs: tuple[tuple[str, str, float], ...]
    """The strongest interactions: what two changes bring together beyond the sum of each alone."""
    orders: int | None
    """Orders that were drawn; none where all were worked out."""
    seed: int
    by: str
    """How changes were put together."""
    note: str = ""

    @property
    def difference(self) -> float:
        return self.value_after - self.value_before

    @property
    def interaction(self) -> float | None:
        """What is left of the difference beyond the sum of each change alone."""
        alone = [step.alone for step in self.steps]
        found = [one for one in alone if one is not None]
        return self.difference - math.fsum(found) if len(found) == len(alone) else None

    def as_dict(self) -> dict[str, Any]:
        """The bridge as other programs read it."""
        return {
            "quantity": self.quantity,
            "labels": self.labels,
            "unit": self.unit,
            "from": self.before,
            "to": self.after,
            "value_from": self.value_before,
            "value_to": self.value_after,
            "difference": self.difference,
            "order": ORDER,
            "grouped_by": self.by,
            "exact": self.orders is None,
            "orders_drawn": self.orders,
            "seed": self.seed if self.orders else None,
            "steps": [step.as_dict() for step in self.steps],
            "interaction": self.interaction,
            "pairs": [{"one": one, "other": other, "interaction": value} for one, other, value in self.pairs],
            "without_effect": [one.name for one in self.without_effect],
            "note": self.note,
        }


ORDER = (
    "years, cards and facts first, then what is taken back, then each scenario's rules and values as its file has them,"
    " the lowest first"
)


def bridge(
    before: Model,
    after: Model,
    quantity: str,
    where: dict[str, Any] | None = None,
    *,
    by: str = "",
    orders: int | None = None,
    seed: int = 1,
    found: Sequence[Difference] | None = None,
) -> Bridge:
    """The difference between two models' answers to one question, shared out among all that differs between them.

    ``by``: how differences are put together; if not said, each alone but rules of one scenario as one, and where that
    is too much for all orders, by quantity. ``found``: the differences, if they are at hand. Up to twelve changes
    that matter are worked out in every order; above, ``orders`` are drawn, and each share has a standard error.
    """
    if orders is not None and orders < 2:
        raise BadRequest(Problem(f"{orders} orders are too few", remedy=f"ask for 2 or more; {ORDERS} are usual"))
    labels, values = _ends(before, after, quantity, where or {})
    apart = differences(before, after) if found is None else found
    groups = grouped(apart, by or "rules")
    worth = Mixture(before, after, groups, quantity, labels)
    worth([0, (1 << len(groups)) - 1])
    if not by and not _all_orders(worth, [place for place in range(len(groups)) if worth.read >> place & 1]):
        by = "quantity"
        groups = grouped(apart, by)
        worth = Mixture(before, after, groups, quantity, labels)
    everything = (1 << len(groups)) - 1
    first, last = worth([0, everything])
    for made, stands in ((first, values[0]), (last, values[1])):
        if not math.isclose(made, stands, rel_tol=1e-9, abs_tol=1e-12 * max(map(abs, values))):
            raise BadRequest(
                Problem(
                    f"{named(quantity, labels)} is {stands:.10g}, but {made:.10g} with the changes that were found",
                    why="something else differs between the two models",
                    remedy="compare two that rest on the same facts and formulas",
                )
            )
    in_order = attribution.ordered(worth, len(groups))
    if any(math.isnan(one) for one in in_order):
        raise BadRequest(
            Problem(
                f"{named(quantity, labels)} has no value on the way from {before.scenario} to {after.scenario}",
                why=next(iter(worth.reasons.values()), ""),
                remedy="let what belongs together change together: --group quantity or --group scenario",
            )
        )
    fair, matter = _fair(worth, len(groups), orders, seed)
    return _told(before, after, quantity, labels, values, worth, groups, in_order, fair, matter, seed, by or "rules")


def _ends(before: Model, after: Model, quantity: str, where: dict[str, Any]) -> tuple[dict[str, Any], list[float]]:
    """The labels of the one answer, and its value in each model."""
    before.graph.require(quantity)
    after.graph.require(quantity)
    labels = before.where(quantity, where)
    values = []
    for model in (before, after):
        known = [one for one in model.solve(quantity, **labels) if isinstance(one.value, (int, float))]
        if len(known) != 1:
            free = [axis for axis in model.graph.dimensions_of(quantity) if axis not in labels]
            lacking = [one.missing for one in model.solve(quantity, **labels) if one.missing]
            what = f"{quantity} has {len(known)} values under {model.scenario}; a bridge joins two"
            remedy = f"name {', '.join(free)} with --where" if free else "ask for another answer"
            raise BadRequest(Problem(what, why=lacking[0] if lacking and not known else "", remedy=remedy))
        values.append(float(known[0].value))  # type: ignore[arg-type]
        own = known[0].labels
    return dict(own), values


def _fair(worth: Mixture, count: int, orders: int | None, seed: int) -> tuple[Fair, list[int]]:
    """Shapley's values of the changes that the answer reads at all, and their places."""
    while True:
        live = [place for place in range(count) if worth.read >> place & 1]
        if _all_orders(worth, live):
            fair = Fair(tuple(attribution.shapley(worth, live)), None, None)
        else:
            rigid = sum(worth.rigid >> place & 1 for place in live)
            few = max(MODELS // rigid, 20) if rigid > STRUCTURES else ORDERS
            fair = attribution.drawn(worth, live, orders or min(few, ORDERS), seed)
        if all(place in live for place in range(count) if worth.read >> place & 1):
            return fair, live  # no set of them reads any other


def _all_orders(worth: Mixture, live: Sequence[int]) -> bool:
    """Whether so many changes can be worked out in every order."""
    return len(live) <= MOST and sum(worth.rigid >> place & 1 for place in live) <= STRUCTURES


def _told(
    before: Model, after: Model, quantity: str, labels: dict[str, Any], values: Sequence[float], worth: Mixture,
    groups: Sequence[Group], in_order: Sequence[float], fair: Fair, matter: Sequence[int], seed: int, by: str,
) -> Bridge:  # fmt: skip
    everything = (1 << len(groups)) - 1
    first, last = worth([0, everything])
    alone = worth([1 << place for place in matter])
    rest = worth([everything & ~(1 << place) for place in matter])
    steps = []
    for at, place in enumerate(matter):
        share = fair.values[at]
        steps.append(
            Step(
                groups[place].name,
                groups[place].differences,
                in_order[place],
                None if math.isnan(share) else share,
                fair.errors[at] if fair.errors is not None and not math.isnan(share) else None,
                _finite(alone[at] - first),
                _finite(last - rest[at]),
            )
        )
    lacking = any(step.shapley is None for step in steps)
    note = ""
    if lacking:
        reason = next(iter(worth.reasons.values()), "")
        note = f"some changes make no sense without others, so there is no mean over all orders: {reason}"
    pairs = [
        (groups[one].name, groups[other].name, value)
        for (one, other), value in _pairs(worth, matter, fair).items()
        if math.isfinite(value) and abs(value) > 1e-9 * max(map(abs, values))
    ]
    pairs.sort(key=lambda pair: -abs(pair[2]))
    return Bridge(
        quantity, labels, after.unit(quantity, labels), before.scenario, after.scenario, values[0], values[1],
        tuple(steps), tuple(group for place, group in enumerate(groups) if place not in matter),
        tuple(pairs[:PAIRS]), fair.orders, seed, by, note,
    )  # fmt: skip


def _pairs(worth: Mixture, matter: Sequence[int], fair: Fair) -> dict[tuple[int, int], float]:
    """Interactions, where they cost nothing that was not worked out: with all sets, or with inputs alone."""
    cheap = [place for place in matter if not worth.rigid >> place & 1]
    return attribution.interactions(worth, matter if fair.orders is None else cheap)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


__all__ = ["ORDER", "ORDERS", "Bridge", "Step", "bridge"]
