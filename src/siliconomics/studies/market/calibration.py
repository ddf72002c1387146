"""The lines that tie the market to dated shares and to published forecasts, as facts to be written down.

``choice_constant``: what makes buyers choose in the base year as the base weights say. ``plan_unmet_order_share``: the
balance that the plan's prices already know. ``plan_over_market``: planned units over market units. Each is worked out
under ``wired`` at the facts as they stand and prices as planned, in this order, for each rests on the one before. They
are facts and not formulas so that a what-if moves the market and not the line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, named
from siliconomics.model import Model
from siliconomics.model.overlay import Change

from . import choice

STEPS = (
    ("choice_constant", "choice_constant_for_base", "Makes buyers choose in the base year as the base weights say."),
    (
        "domestic_preference",
        "local_share_of_choice",
        "Steered: makes the choice of buyers local in a year as far as wanted_local_share_of_choice says.",
    ),
    (
        "plan_unmet_order_share",
        "unmet_order_share_of_year",
        "The balance at the facts as they stand: what planned prices already know.",
    ),
    (
        "plan_lasting_sales_usd_bn",
        "lasting_sales_usd_bn",
        "A vendor's volume in the last year of the market at the facts as they stand: what of a change lasts is held against it.",
    ),
    (
        "plan_over_market",
        "plan_over_market_for_base",
        "Closes market units to planned units, so that the published forecast comes out; a test holds it.",
    ),
)
"""A line, the formula that gives it, and what it is for."""
CHOICE = {"choice_constant": choice.constants, "domestic_preference": choice.preferences}
"""Lines that are found by search; all others a formula gives."""
REACH = {"domestic_preference": 0.4}
"""How far a line may lie from what is found, either way, for draws; a line that closes a gap has none."""
COLUMNS = ("quantity", "company", "chip", "year", "value", "low", "high", "known", "source", "as_of", "note")
SOURCE = "siliconomics#calibration of the market"
DIGITS = 10
"""Significant digits written: the published forecasts come out to a billionth."""


@dataclass(frozen=True)
class Line:
    """One calibrated figure, and the one that is written down now."""

    quantity: str
    labels: dict[str, Any]
    value: float
    written: float | None
    note: str

    @property
    def moved(self) -> float | None:
        """How far it lies from what is written, as a share of it; unknown where nothing is."""
        return None if not self.written else self.value / self.written - 1


def calibrate(model: Model) -> tuple[Line, ...]:
    """Every line of the calibration, worked out anew in order, each step on those before it."""
    if model.overlays and model.scenario != "wired":
        raise BadRequest(
            Problem(
                f"the market is calibrated under 'wired', not under {model.scenario}",
                why="the lines must not hold what a scenario moves",
                remedy="leave the scenario out",
            )
        )
    wired = model.under("wired")
    written = {name: _given(wired, name) for name, _, _ in STEPS}
    held = [Change("price_response", 1.0, {}, "prices as planned")]
    lines: list[Line] = []
    for name, gives, note in STEPS:
        now = wired.with_changes(*held)
        found = CHOICE[name](now) if name in CHOICE else _worked_out(now, name, gives)
        if not found:
            raise BadRequest(
                Problem(f"no figure of {name} can be worked out", why=f"{gives} is unknown everywhere", remedy="`why`")
            )
        strange = [(labels, value) for labels, value in found if not _plausible(wired, name, value)]
        if strange:
            raise BadRequest(*(_too_far(name, labels, value) for labels, value in strange))
        for labels, value in found:
            lines.append(Line(name, labels, value, written[name].get(tuple(labels.values())), note))
            held.append(Change(name, value, labels, "calibration"))
    return tuple(lines)


def _plausible(model: Model, name: str, value: float) -> bool:
    declared = model.facts.declarations[name]
    return declared.plausible is None or value in declared.plausible


def _too_far(name: str, labels: dict[str, Any], value: float) -> Problem:
    return Problem(
        f"{named(name, labels)} would be {value:.3g}",
        why="a line so far from one carries no plan: the market cannot make or does not want what is planned",
        remedy="give the product wafers, dies or a place in the choice that fit its plan, or correct the plan",
    )


def _given(model: Model, name: str) -> dict[tuple[Any, ...], float]:
    found = {}
    for labels in model.graph.every(name):
        fact = model.facts.of(name, tuple(labels.values()))
        if fact is not None and not isinstance(fact.value, str):
            found[tuple(labels.values())] = float(fact.value)
    return found


def _worked_out(model: Model, name: str, gives: str) -> list[tuple[dict[str, Any], float]]:
    axes = model.graph.dimensions_of(name)
    found = []
    for labels in model.graph.every(gives):
        cell = model.graph.cell(gives, labels)
        value = model.graph.value(cell)
        if value is None:
            below = [model.graph.value(one) for one in model.graph.uses(cell)]
            if name == "plan_over_market" and 0 in below and None not in below and cell.missing is not None:
                raise BadRequest(
                    Problem(
                        f"{named(gives, labels)} cannot be worked out",
                        why="a product is planned that the market does not sell in that year: " + cell.missing.reason,
                        remedy="put it on offer (chip_on_offer), give it wafers, or take it out of the plan",
                    )
                )
            continue
        found.append(({axis: labels[axis] for axis in axes}, float(f"{value:.{DIGITS}g}")))
    return found


def as_csv(lines: Sequence[Line], as_of: str) -> str:
    """The lines as a table of facts."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        labels = [line.labels.get(axis, "") for axis in ("company", "chip", "year")]
        reach = REACH.get(line.quantity)
        ends = ["", ""] if reach is None else [f"{line.value - reach:.{DIGITS}g}", f"{line.value + reach:.{DIGITS}g}"]
        value = f"{line.value:.{DIGITS}g}"
        writer.writerow([line.quantity, *labels, value, *ends, "derived", SOURCE, as_of, line.note])
    return text.getvalue()


def write(lines: Sequence[Line], path: Path, as_of: str) -> None:
    """Write the table of facts and, where it is missing, its card."""
    path.write_text(as_csv(lines, as_of), encoding="utf-8")
    card = path.with_suffix(".toml")
    if not card.exists():
        card.write_text(CARD, encoding="utf-8")


CARD = """title = "What ties the market to dated shares and to published forecasts"
layout = "facts"
note = "Written by `siliconomics calibrate market`; worked out under the scenario wired at the facts as they stand."
"""
