"""Bull, base and bear as published: what each is worth, how far from the price, and the multiple it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Figure
from siliconomics.formulas.valuation import multiples as _multiples
from siliconomics.model import Model

formulas: Any = _multiples
CASES = ("bull", "base", "bear")
ENOUGH = 1e-6
"""How far weights may be from adding up to one."""


@dataclass(frozen=True)
class Case:
    """One case of a company."""

    case: str
    published: float | None
    """Value per share as published."""
    source: str
    upside: float | None
    """Published value over the price, less one."""
    printed_upside: str
    price_to_sales: float | None
    """All shares at the published value over the base case's sales of the valuation year."""
    printed_price_to_sales: str
    own: float | None
    """The value per share that the model gives for the case."""
    own_missing: str
    assumptions: tuple[str, ...]
    missing: str


@dataclass(frozen=True)
class Skew:
    """How the published cases lie around the price."""

    gain: float
    """From the price to the bull case."""
    loss: float
    """From the price to the bear case."""
    gain_over_loss: float | None
    price_between: float | None
    """Where the price lies between bear (0) and bull (1): the weight of bull that would just pay, if only these two."""


@dataclass(frozen=True)
class Weighted:
    """A mean of the cases with weights that the user gives."""

    weights: dict[str, float]
    value: float
    upside: float | None


def cases(model: Model, company: str, year: int) -> tuple[Case, ...]:
    """The three cases; of a company that nobody published cases for they are unknown."""
    return tuple(_case(model, company, name, year) for name in CASES)


def _case(model: Model, company: str, name: str, year: int) -> Case:
    def of(quantity: str, **more: Any) -> float | None:
        value = model.solve(quantity, company=company, **more).value
        return value if isinstance(value, float) else None

    figure = printed(model, "price_target", name, company=company)
    value = figure.number.value if figure is not None and figure.number is not None else None
    price, shares, rate, sales = (
        of("share_price"), of("valuation_shares"), of("exchange_rate"), of("revenue", year=year),
    )  # fmt: skip
    multiple = None
    if None not in (value, shares, rate, sales) and sales:
        multiple = float(formulas.price_to_sales_at_target(value, rate, shares, sales))
    said_upside = printed(model, "upside", name, company=company)
    said_multiple = printed(model, "price_to_sales_at_target", name, company=company, year=year)
    ours = of("price_target") if name == "base" else _from_drivers(model, company, name)
    return Case(
        name,
        value,
        figure.place if figure else "",
        float(formulas.upside(value, price)) if value is not None and price else None,
        said_upside.printed if said_upside else "",
        multiple,
        said_multiple.printed if said_multiple else "",
        ours,
        "" if ours is not None else "needs drivers of the company that the case moves",
        assumptions(model, company, name),
        "" if value is not None else "nobody published a value for the case",
    )


def _from_drivers(model: Model, company: str, name: str) -> float | None:
    """A case's value per share as its drivers give it; None for a company without them."""
    value = model.under(f"case-{name}").solve("price_target", company=company).value
    return value if isinstance(value, float) else None


def assumptions(model: Model, company: str, case: str) -> tuple[str, ...]:
    """What a case supposes, in the register's words."""
    register = model.facts.registers.get("risk_reward")
    rows = register.select([company]) if register else ()
    return tuple(str(one.values["statement"]) for one in rows if one.values.get("case") == case)


def printed(model: Model, quantity: str, scenario: str, **labels: Any) -> Figure | None:
    """The finest printing of a figure under a case."""
    found = [
        figure
        for figure in model.facts.figures
        if (figure.quantity, figure.scenario, figure.labels) == (quantity, scenario, labels)
        and figure.number is not None
        and figure.exhibit is None
    ]
    return min(found, key=lambda figure: (figure.number.half if figure.number else 0.0, figure.line), default=None)


def skew(found: Sequence[Case], price: float | None) -> Skew | None:
    """Gain against loss; none without a price and both ends, or where they do not enclose it."""
    values = {one.case: one.published for one in found}
    bull, bear = values.get("bull"), values.get("bear")
    if price is None or bull is None or bear is None:
        return None
    gain, loss = bull - price, price - bear
    between = loss / (bull - bear) if bull != bear else None
    return Skew(
        float(formulas.upside(bull, price)),
        float(formulas.upside(bear, price)),
        gain / loss if gain >= 0 and loss > 0 else None,
        between if between is not None and 0 <= between <= 1 else None,
    )


def weighted(found: Sequence[Case], price: float | None, weights: Mapping[str, str]) -> Weighted:
    """The mean of the published cases; refuses weights that are no shares or do not add up to one."""
    read: dict[str, float] = {}
    for name, text in weights.items():
        if name not in CASES:
            raise BadRequest(Problem(f"there is no case {name!r}", "--weight", remedy=nearest(name, CASES)))
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = float("nan")
        if not 0 <= share <= 1:
            raise BadRequest(
                Problem(f"the weight {text!r} of {name} is no share", "--weight", remedy="it lies in 0..1")
            )
        read[name] = share
    gap = sum(read.values()) - 1
    if abs(gap) > ENOUGH:
        raise BadRequest(
            Problem(f"the weights miss one by {gap:+.4g}", "--weight", "a case left out has no weight", "correct them")
        )
    values = {one.case: one.published for one in found}
    lacking = [name for name, share in read.items() if share and values[name] is None]
    if lacking:
        raise BadRequest(Problem(f"no value is published for {', '.join(lacking)}", "--weight", remedy="leave it out"))
    value = sum(share * (values[name] or 0.0) for name, share in read.items())
    return Weighted(read, value, float(formulas.upside(value, price)) if price else None)
