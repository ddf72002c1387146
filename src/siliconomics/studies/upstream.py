"""Which cap above the foundry binds a forecast of its capacity, and from when it may be lifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Entry
from siliconomics.facts.upstream import begins, caps, number
from siliconomics.model import Model

REGISTER = "upstream"
SCOPES = {"node": ("node",), "ai": ("node", "ai")}
"""A forecast of a node's wafers meets caps of the node; one of wafers for AI chips meets those and its own."""
FORECASTS = {"node": "vintage_node_capacity_wafers_per_month", "ai": "vintage_ai_wafers_per_month"}


@dataclass(frozen=True)
class Step:
    """A step above the foundry: who supplies it, and what is known of its cap in a year."""

    step: str
    suppliers: tuple[str, ...]
    states: tuple[str, ...]
    substitution: str
    """From when a domestic supplier may stand in; empty where no date is known."""
    share: float | None
    """Latest domestic share."""
    scope: str
    cap: float | None
    low: float | None
    high: float | None
    known: str
    needed: tuple[str, ...]


@dataclass(frozen=True)
class Binding:
    """A forecast's capacity of a year against the caps."""

    forecast: str
    year: int
    wafers: float
    binding: str
    """The step whose cap is lowest, where it is below the forecast; empty where none is."""
    cap: float | None
    short: float | None
    """Wafers a month of the forecast that the cap does not let start."""
    sure: bool
    """Whether the forecast is above the cap's whole range."""
    lifted: str
    """When the binding step may be lifted by a domestic supplier whose cap is unknown."""
    unknown: tuple[str, ...]
    """Steps without a known cap."""

    def as_dict(self) -> dict[str, Any]:
        """The verdict as other programs read it."""
        return asdict(self)


def entries(model: Model) -> list[Entry]:
    """Rows of the register that say something."""
    register = model.facts.registers.get(REGISTER)
    return [one for one in register.entries if not one.lost] if register else []


def steps(model: Model, year: int) -> list[Step]:
    """Every step, with its cap in a year where one is known."""
    names = dict.fromkeys(str(one.values["step"]) for one in entries(model))
    return [_step(name, [one for one in entries(model) if one.values["step"] == name], year) for name in names]


def _step(name: str, own: list[Entry], year: int) -> Step:
    dates = sorted(str(one.values["substitution"]) for one in own if one.values["substitution"])
    shares = [one for one in own if one.values["share"] is not None and begins(one) <= year]
    cap = next(iter(caps(own, year, tuple(SCOPES))), None)
    rows = cap.rows if cap else ()
    return Step(
        name,
        tuple(dict.fromkeys(one.about for one in own)),
        tuple(dict.fromkeys(str(one.values["state"]) for one in own if one.values["state"])),
        dates[0] if dates else "",
        number(max(shares, key=begins), "share") if shares else None,
        next((str(one.values["scope"]) for one in rows if one.values["scope"]), ""),
        cap.value if cap else None,
        cap.low if cap else None,
        cap.high if cap else None,
        ", ".join(dict.fromkeys(one.known for one in rows)),
        tuple(dict.fromkeys(str(one.values["needed"]) for one in own if one.values["needed"])),
    )


def bind(model: Model, forecast: str, wafers: Mapping[int, float], scope: str = "node") -> list[Binding]:
    """Which cap would bind a forecast of wafers a month by year."""
    if scope not in SCOPES:
        raise BadRequest(Problem(f"there is no scope {scope!r}", remedy="write node or ai"))
    found = []
    for year, amount in sorted(wafers.items()):
        if not 0 <= amount < float("inf"):
            raise BadRequest(Problem(f"{amount:g} wafers a month in {year} is impossible", remedy="give a number"))
        every = steps(model, year)
        capped = [(one.cap, one) for one in every if one.cap is not None and one.scope in SCOPES[scope]]
        unknown = tuple(one.step for one in every if one.cap is None and one.step != "all_tools")
        cap, lowest = min(capped, key=lambda pair: pair[0], default=(None, None))
        if cap is None or lowest is None or cap >= amount:
            found.append(Binding(forecast, year, amount, "", cap, None, False, "", unknown))
            continue
        lifted = lowest.substitution if lowest.substitution and int(lowest.substitution[:4]) > year else ""
        sure = lowest.high is not None and lowest.high < amount
        found.append(Binding(forecast, year, amount, lowest.step, cap, amount - cap, sure, lifted, unknown))
    return found


def forecasts(model: Model, scope: str = "node") -> dict[str, dict[int, float]]:
    """Capacities by year that published forecasts state."""
    register = model.facts.registers.get("vintages")
    found: dict[str, dict[int, float]] = {}
    for one in register.entries if register and scope in FORECASTS else ():
        if not one.lost and one.values["quantity"] == FORECASTS[scope] and isinstance(one.values["value"], float):
            found.setdefault(one.about, {})[int(one.date)] = one.values["value"]
    return found


__all__ = ["Binding", "Step", "bind", "entries", "forecasts", "steps"]
