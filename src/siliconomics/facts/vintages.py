"""Rows of the register of vintages as facts that formulas read: what dated forecasts state as inputs."""

from __future__ import annotations

from dataclasses import replace

from siliconomics.core import BadRequest, Problem, nearest

from .register import Entry
from .table import Fact, Facts, fold, number

REGISTER = "vintages"
DIMENSIONS = ("vintage", "year")
CAPACITY = "capacity_forecast_wafers_per_month"
FED = ("input", "solved", "carried")
"""Roles whose figures feed the replay."""


def read_vintages(facts: Facts) -> None:
    """Lay the rows of the register into the table of facts; problems with rows come all together."""
    register = facts.registers.get(REGISTER)
    if register is None or "vintage_ai_wafers_per_month" not in facts.declarations:
        return
    problems: list[Problem] = []
    met: dict[tuple[str, str, str, str], Entry] = {}
    for entry in register.entries:
        if entry.lost:
            continue
        problems += _misplaced(facts, entry)
        use = "fed" if entry.values["role"] in FED else str(entry.values["role"])
        key = (entry.about, entry.date, str(entry.values["quantity"]), use)
        if key in met:
            why = f"row {met[key].id} gives it already"
            problems.append(Problem(f"{key[2]} of {key[1]} stands twice as {use}", _place(entry), why, "keep one"))
        met[key] = entry
    if problems:
        raise BadRequest(*problems)
    _labels(facts, list(dict.fromkeys(entry.about for entry in register.entries)))
    for entry in register.entries:
        if not entry.lost and entry.values["role"] in FED and entry.values["qualifier"] not in ("<", ">"):
            fact = _fact(facts, entry)
            facts.facts[fact.quantity, *fact.labels.values()] = [fact]


def read_capacity_forecasts(facts: Facts) -> None:
    """What forecast cards say by naming a vintage: its capacities, as the forecasts that supply is worked out from."""
    register = facts.registers.get(REGISTER)
    entries = [one for one in register.entries if not one.lost] if register else []
    for name, card in facts.cards.get("forecast", {}).items():
        if not card.get("vintage"):
            continue
        own = [one for one in entries if one.about == card["vintage"] and one.values["quantity"] == card["figures"]]
        if not own:
            raise BadRequest(
                Problem(
                    f"forecast {name}: the register has no {card['figures']} of {card['vintage']!r}",
                    why="the card says that its figures are there",
                    remedy=nearest(str(card["vintage"]), list(dict.fromkeys(one.about for one in entries))),
                )
            )
        for entry in own:
            labels = {"forecast": name, "node": card["node"], "year": int(entry.date)}
            key = (CAPACITY, *labels.values())
            facts.facts.setdefault(key, [replace(_fact(facts, entry), quantity=CAPACITY, labels=labels)])


def fed_quantity(facts: Facts, quantity: str) -> str:
    """The input that a row's figure feeds: the quantity itself, or the stated_ of one that a formula gives."""
    return next((name for name in (quantity, f"stated_{quantity}") if name in facts.declarations), "")


def _place(entry: Entry) -> str:
    return f"{entry.file}, row {entry.line} ({entry.id})"


def _misplaced(facts: Facts, entry: Entry) -> list[Problem]:
    """What a row of any register may say and a row of a forecast may not."""
    quantity, found = str(entry.values["quantity"]), []
    if not (entry.date.isdecimal() and int(entry.date) in facts.labels.get("year", [])):
        years = facts.labels.get("year", [0])
        remedy = f"write a year from {years[0]} to {years[-1]}"
        found.append(Problem(f"{entry.date or 'nothing'} is no year of the model", _place(entry), remedy=remedy))
    fed = fed_quantity(facts, quantity)
    declared = facts.declarations.get(fed)
    if not quantity.startswith("vintage_"):
        remedy = nearest(f"vintage_{quantity}", [one for one in facts.declarations if one.startswith("vintage_")])
        found.append(Problem(f"{quantity!r} is not a quantity of forecasts", _place(entry), remedy=remedy))
    elif declared is None and entry.values["role"] in FED:
        known = [one.removeprefix("stated_") for one in facts.declarations if "vintage_" in one]
        what = f"{quantity!r} is no input of a forecast"
        found.append(Problem(what, _place(entry), "no formula reads it", nearest(quantity, known)))
    if declared is not None and declared.possible is not None:
        for column in ("value", "low", "high"):
            value = entry.values[column]
            if isinstance(value, float) and value not in declared.possible:
                why = f"{declared.meaning} It lies in {declared.possible}"
                remedy = f"give it in {declared.unit}"
                found.append(Problem(f"{column} {value:g} is impossible", _place(entry), why, remedy))
    low, value, high = (entry.values[column] for column in ("low", "value", "high"))
    inside = isinstance(value, float) and (low is None or low <= value) and (high is None or value <= high)  # type: ignore[operator]
    if not inside or (low is None) != (high is None):
        remedy = "give both ends of the range, around the value, or none"
        found.append(Problem(f"{value} has the range {low} to {high}", _place(entry), remedy=remedy))
    return found


def _fact(facts: Facts, entry: Entry) -> Fact:
    quantity = fed_quantity(facts, str(entry.values["quantity"]))
    low, value, high = (entry.values[column] for column in ("low", "value", "high"))
    assert isinstance(value, float)
    return Fact(
        quantity,
        dict(zip(DIMENSIONS, (entry.about, int(entry.date)), strict=True)),
        value,
        entry.known,
        entry.source,
        entry.as_of,
        low if isinstance(low, float) else None,
        high if isinstance(high, float) else None,
        half=value * rounding(entry),
        note=f"{entry.id}: {entry.values['statement']}",
        file=entry.file,
        printed=str(entry.values["printed"] or ""),
    )


def rounding(entry: Entry) -> float:
    """Half of the last printed digit over the printed number; nothing where nothing is printed."""
    try:
        printed = number(str(entry.values["printed"] or ""))
    except ValueError:
        return 0.0
    return abs(printed.half / printed.value) if printed is not None and printed.value else 0.0


def _labels(facts: Facts, vintages: list[str]) -> None:
    facts.labels["vintage"] = vintages
    names = facts.names.setdefault("vintage", {})
    for vintage in vintages:
        names.setdefault(fold(vintage), vintage)
