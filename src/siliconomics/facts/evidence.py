"""Rows of the register of evidence as facts that formulas read: level, direction, date and grade of each item."""

from __future__ import annotations

import datetime as dt

from siliconomics.core import BadRequest, Problem

from .register import Entry, period
from .table import Fact, Facts, fold

REGISTER = "evidence"
GRADES = {"A": 1, "B": 2, "C": 3}
DIRECTIONS = {"+": 1.0, "-": -1.0, "0": 0.0}
DIMENSIONS = ("company", "criterion", "item")


def moment(entry: Entry) -> float:
    """When an item held, as a year with decimals: the middle of its period; when it was said, if undated or expected."""
    if not entry.date or entry.status == "expected":
        start = end = dt.date.fromisoformat(entry.as_of)
    else:
        start, end = period(entry.date)
    days = (start.toordinal() + end.toordinal()) / 2
    year = dt.date.fromordinal(int(days)).year
    begin, after = dt.date(year, 1, 1).toordinal(), dt.date(year + 1, 1, 1).toordinal()
    return year + (days - begin) / (after - begin)


def read_evidence(facts: Facts) -> None:
    """Lay the rows of the register into the table of facts; problems with a row come all together."""
    register = facts.registers.get(REGISTER)
    if register is None or "evidence_level" not in facts.declarations:
        return
    columns = {column.name: column for column in register.columns}
    _labels(facts, "criterion", list(columns["criterion"].choices))
    places: dict[tuple[str, str], int] = {}
    for entry in register.entries:
        if entry.lost:
            continue
        about = (entry.about, str(entry.values["criterion"]))
        places[about] = places.get(about, 0) + 1
        for quantity, value, known in _said(entry):
            labels = dict(zip(DIMENSIONS, (*about, places[about]), strict=True))
            fact = Fact(
                quantity,
                labels,
                value,
                known,
                entry.source,
                entry.as_of,
                note=f"{entry.id}: {entry.values['statement']}",
                file=entry.file,
            )
            declared = facts.declarations[quantity]
            if declared.possible is not None and value not in declared.possible:
                raise BadRequest(
                    Problem(f"{value:g} is impossible", f"{entry.file}, row {entry.line}: {quantity}", declared.meaning)
                )
            facts.facts[quantity, *labels.values()] = [fact]
    _labels(facts, "item", list(range(1, max(places.values(), default=0) + 1)))


def _said(entry: Entry) -> list[tuple[str, float, str]]:
    level = entry.values["level"]
    said: list[tuple[str, float, str]] = [
        ("evidence_date", moment(entry), "derived"),
        ("evidence_grade", float(GRADES[str(entry.values["weight"])]), "assumed"),
        ("evidence_states_level", float(level is not None), "derived"),
    ]
    if isinstance(level, float):
        said.append(("evidence_level", level, "assumed"))
    else:
        said.append(("evidence_direction", DIRECTIONS[str(entry.values["direction"])], "assumed"))
    return said


def _labels(facts: Facts, dimension: str, labels: list[str] | list[int]) -> None:
    facts.labels[dimension] = list(labels)
    names = facts.names.setdefault(dimension, {})
    for label in labels:
        names.setdefault(fold(label), label)
