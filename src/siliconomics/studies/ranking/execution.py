"""The axis of execution: each maker's score on each criterion with its range, as the model has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.model import Model

REGISTER = "evidence"


@dataclass(frozen=True)
class Score:
    """One maker on one criterion."""

    value: float | None
    low: float
    high: float
    items: tuple[str, ...]
    """Rows of the register that speak of it."""


Scores = dict[tuple[str, str], Score]


def criteria(facts: Facts) -> list[str]:
    """Criteria of execution, in the order of the register."""
    return [str(one) for one in facts.labels["criterion"]]


def vendors(facts: Facts) -> list[str]:
    """Makers of whom the register says anything."""
    register = facts.registers.get(REGISTER)
    return list(dict.fromkeys(entry.about for entry in register.entries)) if register else []


def scores(model: Model, companies: Sequence[str]) -> Scores:
    """Scores of the companies on all criteria; without evidence the range is the whole scale."""
    rows: dict[tuple[str, str], list[str]] = {}
    register = model.facts.registers.get(REGISTER)
    for entry in register.entries if register else []:
        rows.setdefault((entry.about, str(entry.values["criterion"])), []).append(entry.id)
    found: Scores = {}
    for company in companies:
        for criterion in criteria(model.facts):
            labels = {"company": company, "criterion": criterion}
            value, low, high = (
                model.graph.value(model.graph.cell(name, labels))
                for name in ("execution_score", "execution_score_low", "execution_score_high")
            )
            assert low is not None and high is not None
            found[company, criterion] = Score(value, low, high, tuple(rows.get((company, criterion), ())))
    return found


def drawn(found: Scores, companies: Sequence[str], asked: Sequence[str], uniform: Any) -> Any:
    """Draws x companies x criteria: anywhere in the range of each score with the same chance."""
    low = np.array([[found[company, criterion].low for criterion in asked] for company in companies])
    high = np.array([[found[company, criterion].high for criterion in asked] for company in companies])
    return low + (high - low) * uniform
