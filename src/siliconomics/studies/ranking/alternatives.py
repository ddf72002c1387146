"""What is ranked: makers, each with the chip that stands for it, or chips, each with its maker."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from siliconomics.core import BadRequest
from siliconomics.facts import Facts
from siliconomics.model import Model
from siliconomics.studies.prediction.ratios import PRODUCTS

from . import economics, execution, purchase

GENERATIONS = {"now": "chip_in_volume", "next": "next_chip"}
"""The quantity that says which chip stands for a maker."""


@dataclass(frozen=True)
class Alternative:
    """What is ranked: a maker with the chip that stands for it, or a chip with its maker."""

    name: str
    company: str
    chip: str | None
    """A chip with a card; None where none stands for the maker."""
    architecture: str
    """GPGPU or DSA, of the chip; unknown where the card does not say."""
    stands: str
    """Which chip, and how well that is known."""
    purchase: purchase.Purchase


def today(facts: Facts) -> dt.date:
    """The day of the ranking."""
    date = economics.constant(facts, "execution_date")
    year = math.floor(date)
    return dt.date(year, 1, 1) + dt.timedelta(days=int((date - year) * 365))


def chips_ranked(model: Model) -> list[Alternative]:
    """Every chip of the study's table, with its maker."""
    facts, day = model.facts, today(model.facts)
    found = []
    for chip in PRODUCTS:
        company = str(facts.label("company", facts.cards["chip"][chip]["vendor"]))
        said = f"card of the chip: {facts.cards['chip'][chip]['status'] or 'unknown'}"
        kind = facts.cards["chip"][chip]["architecture"] or "unknown"
        found.append(Alternative(chip, company, chip, kind, said, purchase.status(facts, chip, company, day)))
    return found


def vendors_ranked(model: Model, generation: str) -> list[Alternative]:
    """Every maker of whom there is evidence, with the chip of the generation."""
    facts, day = model.facts, today(model.facts)
    found = []
    for company in execution.vendors(facts):
        fact = facts.of(GENERATIONS[generation], (company,))
        chip = None
        if fact is None:
            said = f"unknown: no fact {GENERATIONS[generation]} of {company}"
        else:
            said = f"{fact.value} ({fact.known}, {fact.source}): {fact.note}".rstrip(": ")
            try:
                chip = str(facts.label("chip", fact.value))
            except BadRequest:
                said += "; no card of this chip"
        kind = (facts.cards["chip"][chip]["architecture"] if chip else "") or "unknown"
        found.append(Alternative(company, company, chip, kind, said, purchase.status(facts, chip, company, day)))
    return found
