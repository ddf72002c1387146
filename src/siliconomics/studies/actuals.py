"""A reported period beside what was forecast: surprise by line, the base rolled, the target restated with a bridge.

An actual is a figure in a folder of the user's that a company reported (or the difference of two it reported); a
forecast is what stood there before it: ours, or the user's own estimate of an earlier day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Fact
from siliconomics.facts.periods import PARTS_OF_A_YEAR, parts_of
from siliconomics.facts.statement_lines import LINES, input_of, line_of
from siliconomics.model import Model
from siliconomics.model.overlay import Change
from siliconomics.model.statement_checks import own
from siliconomics.studies.audit.recompute import ENOUGH
from siliconomics.studies.shares import Count
from siliconomics.studies.shares import counts as counts_of
from siliconomics.studies.statements import follows_drivers

REPORTED = ("reported", "derived")
INDICATORS = ("receivable_days", "inventory_days", "payable_days", "prepayment_days", "contract_liability_days")


@dataclass(frozen=True)
class Outcome:
    """One line of one period: forecast, actual, consensus."""

    quantity: str
    period: Any
    dimension: str
    unit: str
    forecast: Fact | None
    actual: Fact | None
    consensus: dict[str, Fact] = field(default_factory=dict)
    year_forecast: float | None = None
    """Of a part of a year that nobody forecast: the forecast of the year, to see how much of it is done."""

    @property
    def surprise(self) -> float | None:
        """Actual over forecast, less one; none against a loss or nothing."""
        return _over(self.actual, self.forecast)

    def surprise_to(self, provider: str) -> float | None:
        return _over(self.actual, self.consensus.get(provider))

    def as_dict(self) -> dict[str, Any]:
        return {
            "quantity": self.quantity,
            "period": str(self.period),
            "unit": self.unit,
            "forecast": _value(self.forecast),
            "actual": _value(self.actual),
            "surprise": self.surprise,
            "difference": None if self.actual is None or self.forecast is None else _difference(self),
            "consensus": {
                provider: {"value": fact.value, "as_of": fact.as_of, "surprise": self.surprise_to(provider)}
                for provider, fact in self.consensus.items()
            },
            "share_of_year": None if not self.year_forecast else _done(self),
            "source": "" if self.actual is None else self.actual.source,
            "as_of": "" if self.actual is None else self.actual.as_of,
        }


@dataclass(frozen=True)
class Rolled:
    """A year's input after the period: what it was, what it becomes, why."""

    quantity: str
    year: int
    old: float
    new: float
    why: str


@dataclass(frozen=True)
class Step:
    """What one line adds to the target, on top of the steps before it."""

    name: str
    target: float
    change: float


@dataclass(frozen=True)
class Bridge:
    """The target before and after a period, and the way between."""

    old: float
    new: float
    unit: str
    steps: tuple[Step, ...]
    rolled: tuple[Rolled, ...]
    fair: bool = False
    """Whether each step is the mean over all orders; else it stands on the steps before it."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """Days of a balance by year; empty where a line is not given, or only assumed: an assumption leads nowhere."""

    quantity: str
    values: dict[int, float]
    missing: str


@dataclass(frozen=True)
class Actuals:
    """Everything about a company's reported periods."""

    company: str
    outcomes: tuple[Outcome, ...]
    bridge: Bridge | None
    why_no_bridge: str
    counts: tuple[Count, ...]
    indicators: tuple[Indicator, ...]

    @property
    def entered(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.actual is not None]


def actuals(model: Model, company: str, period: str = "") -> Actuals:
    """Forecast against actual against consensus, and what it does to the target.

    Raises BadRequest for a company or a period that is unknown.
    """
    label = model.label("company", company)
    wanted = _period(model, period)
    every = [one for one in _outcomes(model, label) if wanted is None or (one.dimension, one.period) == wanted]
    if wanted is not None and not every:
        why = "no line of that period is forecast or reported"
        remedy = f"there are {_periods(list(_outcomes(model, label)))}"
        raise BadRequest(Problem(f"nothing is known of {label} in {period}", why=why, remedy=remedy))
    met = {(one.dimension, one.period) for one in every if one.actual is not None and one.forecast is not None}
    alone = {(one.dimension, one.period) for one in every if one.actual is not None and one.year_forecast}
    if wanted is None:
        shown = met | alone or _next(model, label, every)
        every = [one for one in every if (one.dimension, one.period) in shown]
    bridge, why, restated = _bridge(model, label, [one for one in every if one.actual is not None])
    counts = counts_of(restated, label)
    return Actuals(label, tuple(every), bridge, why, tuple(counts), tuple(_indicators(model, label)))


# -- lines --------------------------------------------------------------------------------------


def _outcomes(model: Model, company: str) -> Iterator[Outcome]:
    facts = model.facts
    providers = facts.labels.get("provider", [])
    periods: dict[tuple[str, Any], None] = {}
    for key in facts.facts:
        named = line_of(key[0])
        if named is not None and key[1] == company:
            periods.setdefault((named[1], key[2]))
    for dimension, label in sorted(periods, key=lambda one: (str(one[1]), one[0])):
        for line in LINES:
            name = input_of(facts, line.of(dimension))
            found = facts.facts.get((name, company, label), []) if name else []
            actual = next((fact for fact in found if own(fact) and fact.known in REPORTED), None)
            rest = [fact for fact in found if fact is not actual]
            forecast = next((fact for fact in rest if not (own(fact) and fact.known in REPORTED)), None)
            if forecast is not None and forecast.known == "reported":
                continue  # a figure that was reported before is no forecast
            consensus = {}
            if dimension == "year":
                for provider in providers:
                    fact = facts.of(f"consensus_{line.quantity}", (company, label, provider))
                    if fact is not None:
                        consensus[provider] = fact
            if actual is None and forecast is None and not consensus:
                continue
            whole = None
            if dimension != "year" and forecast is None and not line.stock and line.unit == "money":
                year = facts.of(input_of(facts, line.quantity), (company, int(str(label)[:4])))
                whole = year.value if year is not None and isinstance(year.value, float) else None
            unit = model.unit(name, {"company": company, dimension: label})
            yield Outcome(line.of(dimension), label, dimension, unit, forecast, actual, consensus, whole)


def _next(model: Model, company: str, outcomes: Sequence[Outcome]) -> set[tuple[str, Any]]:
    """Of each kind of period the first forecast after the last reported one: where the next actual will stand."""
    last: dict[str, str] = {}
    for key, found in model.facts.facts.items():
        named = line_of(key[0])
        if named is not None and key[1] == company and found[0].known == "reported":
            last[named[1]] = max(last.get(named[1], ""), str(key[2]))
    first: dict[str, Any] = {}
    for one in outcomes:
        if one.actual is None and one.forecast is not None and str(one.period) > last.get(one.dimension, ""):
            first.setdefault(one.dimension, one.period)
    return set(first.items())


def _period(model: Model, period: str) -> tuple[str, Any] | None:
    if not period:
        return None
    for dimension in ("year", *PARTS_OF_A_YEAR):
        try:
            return dimension, model.label(dimension, period)
        except BadRequest:
            continue
    remedy = "write a year as 2026, a half as 2026H1, a quarter as 2026Q3"
    raise BadRequest(Problem(f"{period!r} is no period of the model", remedy=remedy))


def _periods(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(dict.fromkeys(str(one.period) for one in outcomes)) or "none"


def _value(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def _over(actual: Fact | None, forecast: Fact | None) -> float | None:
    one, other = _value(actual), _value(forecast)
    return None if one is None or other is None or other <= 0 else one / other - 1


def _difference(one: Outcome) -> float:
    assert one.actual is not None
    assert one.forecast is not None
    return float(one.actual.value) - float(one.forecast.value)


def _done(one: Outcome) -> float | None:
    actual = _value(one.actual)
    return None if actual is None or not one.year_forecast else actual / one.year_forecast


# -- the target ---------------------------------------------------------------------------------

INCOME, BOOK, SHARES = "forecast_net_income", "forecast_total_equity", "valuation_shares"


def _bridge(model: Model, company: str, entered: Sequence[Outcome]) -> tuple[Bridge | None, str, Model]:
    """The target without the actuals and with them, line by line; the reason if there is none; the model restated."""
    met = [one for one in entered if one.forecast is not None]
    shares = model.facts.facts.get((SHARES, company), [])
    counted = len(shares) > 1 and own(shares[0]) and not own(shares[1])
    if not met and not counted:
        if entered:
            why = "nobody forecast that period by itself, so nothing is replaced; the year's forecast stands"
            return None, why, model
        return None, "no reported period is entered beside a forecast", model
    before = _without(model, company, met, counted)
    if follows_drivers(model):
        return _driven_bridge(before, model, company, met)
    old = before.solve("price_target", company=company)
    if not isinstance(old.value, float):
        return None, f"the target is unknown: {old.records[0].missing}", model
    rolled = list(_rolled(before, company, met))
    stages: list[tuple[str, list[Rolled]]] = [
        ("net income", [one for one in rolled if one.quantity == INCOME]),
        ("equity of the year", [one for one in rolled if one.quantity == BOOK and not one.why.startswith("carried")]),
        ("equity carried on", [one for one in rolled if one.quantity == BOOK and one.why.startswith("carried")]),
    ]
    changes: list[Change] = []
    steps: list[Step] = []
    last = old.value
    for name, some in stages:
        changes += [Change(one.quantity, one.new, {"company": company, "year": one.year}, one.why) for one in some]
        last = _step(steps, name, before, company, changes, last)
    if counted:
        assert isinstance(shares[0].value, float)
        changes.append(Change(SHARES, shares[0].value, {"company": company}, "as reported"))
    last = _step(steps, "shares", before, company, changes, last)
    held = [one for one in changes if one.quantity in (INCOME, BOOK)]
    last = _step(steps, "other lines", model, company, held, last)
    restated = model.with_changes(*held) if held else model
    return Bridge(old.value, last, old.unit, tuple(steps), tuple(rolled)), "", restated


def _driven_bridge(
    before: Model, model: Model, company: str, met: Sequence[Outcome]
) -> tuple[Bridge | None, str, Model]:
    """The same where statements follow from drivers: the base rolled, each line with the mean of its effect."""
    from .actuals_driven import restated

    by_quantity = {(one.quantity, one.period): one for one in met}
    years = {int(str(one.period)[:4]) for one in met}
    whole = {one.period for one in met if one.dimension == "year" and one.quantity == "net_income"}
    found = restated(before, model, company, {year: year in whole for year in years}, partial(_gained, by_quantity))
    if isinstance(found, str):
        return None, found, model
    last = found.old
    steps: list[Step] = []
    if abs(found.opened - found.old) > ENOUGH * abs(found.old):
        steps.append(Step("the year as printed in the drivers' place", found.opened, found.opened - found.old))
        last = found.opened
    fair = all(one.shapley is not None for one in found.bridge.steps)
    for one in found.bridge.steps:
        change = one.shapley if fair and one.shapley is not None else one.ordered
        last += change
        what = one.differences[0] if len(one.differences) == 1 else None
        labels = [] if what is None else [str(label) for axis, label in what.labels.items() if axis != "company"]
        quantity = one.name if what is None else what.quantity.removeprefix("forecast_")
        name = quantity.removesuffix("_of_drivers").removesuffix(" of drivers").replace("_", " ")
        steps.append(Step(" ".join([name, *labels]), last, change))
    rolled = tuple(
        Rolled(change.quantity, int(change.where.get("year", change.value)), old, change.value, change.why)
        for change, old in found.held
    )
    unit = found.bridge.unit
    return Bridge(found.old, found.bridge.value_after, unit, tuple(steps), rolled, fair, found.notes), "", found.after


def _step(steps: list[Step], name: str, model: Model, company: str, changes: Sequence[Change], last: float) -> float:
    target = model.solve("price_target", changes=tuple(changes), company=company).value
    assert isinstance(target, float)
    steps.append(Step(name, target, target - last))
    return target


def _without(model: Model, company: str, met: Sequence[Outcome], counted: bool) -> Model:
    """The model as it was before the actuals came in."""
    facts = dict(model.facts.facts)
    for one in met:
        key = (input_of(model.facts, one.quantity), company, one.period)
        facts[key] = [fact for fact in facts[key] if not (own(fact) and fact.known in REPORTED)]
    if counted:
        facts[SHARES, company] = [fact for fact in facts[SHARES, company] if not own(fact)]
    return Model(dataclasses.replace(model.facts, facts=facts), model.formulas, model.scenarios)


def _rolled(before: Model, company: str, met: Sequence[Outcome]) -> Iterator[Rolled]:
    """Net income and equity of each year an actual speaks of, and equity of the forecast years after it."""
    facts = before.facts
    by_quantity = {(one.quantity, one.period): one for one in met}
    shift = 0.0
    explicit = sorted(key[2] for key in facts.facts if key[0] == BOOK and key[1] == company)
    years = sorted({int(str(one.period)[:4]) for one in met})
    for year in range(years[0], explicit[-1] + 1) if years and explicit else ():
        income, book = (_value(facts.of(name, (company, year))) for name in (INCOME, BOOK))
        gained, why = _gained(by_quantity, year)
        if why and income is not None:
            yield Rolled(INCOME, year, income, income + gained, why)
        if book is None:
            continue
        reported = by_quantity.get(("total_equity", year))
        if reported is not None:
            assert reported.actual is not None
            shift = float(reported.actual.value) - book
            yield Rolled(BOOK, year, book, book + shift, "as reported")
        elif why:
            shift += gained
            yield Rolled(BOOK, year, book, book + shift, "not reported: the income above forecast is kept")
        elif shift:
            yield Rolled(BOOK, year, book, book + shift, "carried on: later income and distributions as forecast")


def _gained(met: dict[tuple[str, Any], Outcome], year: int) -> tuple[float, str]:
    """Net income of a year above forecast, from the year itself, else from its halves, else from its quarters."""
    whole = met.get(("net_income", year))
    if whole is not None:
        return _difference(whole), "as reported"
    for dimension, prefix in (("half", "half_year_"), ("quarter", "quarter_")):
        found = [
            met[f"{prefix}net_income", part]
            for part in parts_of(dimension, year)
            if (f"{prefix}net_income", part) in met
        ]
        if found:
            parts = ", ".join(str(one.period) for one in found)
            return sum(map(_difference, found)), f"{parts} as reported, the rest of the year as forecast"
    return 0.0, ""


# -- leading indicators --------------------------------------------------------------


def _indicators(model: Model, company: str) -> Iterator[Indicator]:
    for quantity in INDICATORS:
        records = model.solve(quantity, company=company).records
        known = [(one, one.value) for one in records if isinstance(one.value, float)]
        values = {int(one.labels["year"]): value for one, value in known if one.known != "assumed"}
        reason = "only assumed" if known else "no line is given"
        missing = "" if values else next((one.missing for one in records if one.missing), reason)
        yield Indicator(quantity, values, missing)


__all__ = ["Actuals", "Bridge", "Count", "Indicator", "Outcome", "Rolled", "Step", "actuals"]
