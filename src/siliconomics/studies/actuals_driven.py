"""The target restated where statements follow from drivers: which reported line brings what.

A year that is reported becomes the one from which drivers start, as a user rolls it; a reported half or quarter moves
the income of its year by what it missed, and the rest of the year stays as the drivers have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.model import Model
from siliconomics.model.overlay import Change, Overlay

from .bridge import Bridge, bridge

Gained = Callable[[int], tuple[float, str]]
"""Net income of a year above forecast, and what says so; no words for none."""


@dataclass(frozen=True)
class Restated:
    """The way from the target without what was reported to the one with it."""

    old: float
    """Before anything was reported."""
    opened: float
    """With the printed year in the place of the drivers' where it is reported now; the same with drivers as they stand."""
    bridge: Bridge
    """From there to all that was reported."""
    held: tuple[tuple[Change, float], ...]
    """What rolls the base, each with what stood there before."""
    after: Model
    notes: tuple[str, ...]


def restated(before: Model, model: Model, company: str, reported: Mapping[int, bool], gained: Gained) -> Restated | str:
    """From the target without the actuals to the one with them; the reason if there is none.

    ``before``: the model without the actuals. ``reported``: years that an actual speaks of, and whether as a whole.
    """
    base = int(_value(before, "driver_base_year", company) or 0)
    last = base
    while reported.get(last + 1):
        last += 1
    rolled: list[tuple[Change, float]] = []
    notes: list[str] = []
    if last > base:
        rolled.append((Change("last_reported_year", float(last), {"company": company}, "drivers start from it"), base))
        taken = _value(before, "planned_net_distribution", company, year=last + 1)
        if taken is not None:
            why = "what owners take out as planned: income above forecast is kept"
            labels = {"company": company, "year": last + 1}
            rolled.append((Change("stated_net_distribution", taken, labels, why), taken))
        if model.facts.of("trade_receivables", (company, last)) is None:
            notes.append(f"no balance sheet of {last} is entered: interest and wear of {last + 1} stay as planned")
    moved: list[tuple[Change, float]] = []
    for year in sorted(year for year in reported if year > last):
        more, why = gained(year)
        income = _value(before, "net_income_of_drivers", company, year=year)
        if why and income is not None:
            labels = {"company": company, "year": year}
            moved.append((Change("net_income_of_drivers", income + more, labels, why), income))
    start = _rolled(before, [change for change, _ in rolled])
    after = _rolled(model, [change for change, _ in (*rolled, *moved)])
    ends = [_value(one, "price_target", company) for one in (before, start)]
    if ends[0] is None or ends[1] is None:
        return f"the target is unknown: {before.solve('price_target', company=company).records[0].missing}"
    try:
        found = bridge(start, after, "price_target", {"company": company})
    except BadRequest as refused:
        return str(refused)
    return Restated(ends[0], ends[1], found, (*rolled, *moved), after, tuple(notes))


def _rolled(model: Model, changes: list[Change]) -> Model:
    if not changes:
        return model
    overlay = Overlay("the base rolled", changes=tuple(changes))
    return Model(model.facts, model.formulas, (*model.scenarios, overlay))


def _value(model: Model, quantity: str, company: str, **labels: Any) -> float | None:
    found = model.solve(quantity, company=company, **labels).value
    return found if isinstance(found, float) else None
