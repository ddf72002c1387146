"""A figure in the unit its quantity declares, held against what is possible and plausible."""

from __future__ import annotations

import math

from siliconomics.core import Declaration, Problem, units

from .table import Fact, Facts, local_unit


def in_unit(facts: Facts, problems: list[Problem], fact: Fact, unit: str, declared: Declaration, where: str) -> bool:
    """Turn a figure into the declared unit and hold it against what is possible."""
    if not isinstance(fact.value, (int, float)):
        problems.append(Problem(f"{fact.value!r} is not a number", where, remedy="write a plain number"))
        return False
    try:
        scale = units.factor(local_unit(facts, unit, fact.labels, declared.unit), declared.unit) if unit else 1.0
    except ValueError as error:
        problems.append(Problem(str(error), where, remedy=_remedy(facts, fact, declared)))
        return False
    fact.value = units.scaled(float(fact.value), scale)
    fact.half = 0.0 if declared.whole else fact.half * scale
    fact.low = None if fact.low is None else units.scaled(fact.low, scale)
    fact.high = None if fact.high is None else units.scaled(fact.high, scale)
    if declared.structural and math.isfinite(fact.value) and fact.value != int(fact.value):
        problems.append(Problem(f"{fact.value:g} is not a whole number", where, declared.meaning, "write a year"))
        return False
    if declared.possible is not None and fact.value not in declared.possible:
        problems.append(
            Problem(
                f"{fact.value:g} is impossible",
                where,
                f"{declared.meaning} It lies in {declared.possible}",
                "correct the figure or its unit",
            )
        )
        return False
    for end in (fact.low, fact.high):
        if end is not None and declared.possible is not None and end not in declared.possible:
            problems.append(
                Problem(
                    f"its range reaches {end:g}, which is impossible",
                    where,
                    f"it lies in {declared.possible}",
                    "narrow the range",
                )
            )
            return False
    if fact.low is not None and fact.high is not None and not fact.low <= fact.value <= fact.high:
        problems.append(
            Problem(
                f"{fact.value:g} lies outside its own range [{fact.low:g}, {fact.high:g}]",
                where,
                remedy="correct the value or the range",
            )
        )
        return False
    if declared.plausible is not None and fact.value not in declared.plausible:
        labels = ", ".join(str(label) for label in fact.labels.values())
        facts.warnings.append(
            f"{fact.file}: {fact.quantity} of {labels} = {fact.value:g} lies outside the plausible {declared.plausible}"
        )
    return True


def _remedy(facts: Facts, fact: Fact, declared: Declaration) -> str:
    """What to do about a unit that does not fit: of a company without a currency, name the currency."""
    company = fact.labels.get("company")
    card = facts.cards.get("company", {}).get(company, {})
    for role in ("reporting_currency", "listing_currency"):
        if company and role in declared.unit and not card.get(role):
            return f"write {role} on the card of {company}"
    return f"give it in {declared.unit!r}"


__all__ = ["in_unit"]
