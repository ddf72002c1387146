"""What a buyer asks for: weights of the criteria by segment, or given by hand; they add up to one or are refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Fact, Facts
from siliconomics.studies.belief import EIGHTY

CLOSE = 1e-6
QUANTITY = "criterion_weight"
SEGMENTS = ("cloud", "sovereign", "startups")
SAID = {
    "cloud": "cloud and model developers",
    "sovereign": "telecom operators, state-owned companies, cities",
    "startups": "start-ups and car makers",
}


@dataclass(frozen=True)
class Weights:
    """Weights that add up to one, and the standard deviation of each (0: held)."""

    mean: Mapping[str, float]
    deviation: Mapping[str, float]
    why: str


def segment(facts: Facts, name: str) -> str:
    """A segment's name as it is kept; refuses one that is unknown."""
    known = list(facts.labels["customer_segment"])
    if name.strip().casefold() not in known:
        raise BadRequest(Problem(f"there is no customer segment {name!r}", remedy=nearest(name, known)))
    return name.strip().casefold()


def of_segment(facts: Facts, name: str) -> Weights:
    """A segment's weights, with deviations from their ranges."""
    found = {
        str(criterion): fact
        for criterion in facts.labels["ranking_criterion"]
        if (fact := facts.of(QUANTITY, (name, criterion))) is not None
    }
    mean = {criterion: float(fact.value) for criterion, fact in found.items()}
    places = ", ".join(sorted({fact.file for fact in found.values()}))
    checked(mean, f"{QUANTITY} of {name} ({places})")
    asked = {criterion: weight for criterion, weight in mean.items() if weight > 0}
    deviation = {criterion: _deviation(found[criterion]) for criterion in asked}
    return Weights(asked, deviation, f"{QUANTITY} of the segment {name}: our judgement, with ranges")


def _deviation(fact: Fact) -> float:
    """Of a fact with a range, which is 80 % of belief."""
    return 0.0 if fact.low is None or fact.high is None else (fact.high - fact.low) / (2 * EIGHTY)


def by_hand(text: str, known: Sequence[str]) -> Weights:
    """Weights as written on a command line, ``criterion=0.5,other=0.5``: held, not drawn."""
    given: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = (one.strip() for one in part.partition("="))
        if not equals or not name or not value:
            raise BadRequest(
                Problem(
                    f"--weights {part.strip()!r} is not of the form criterion=share",
                    remedy="write for example --weights cost_per_token=0.6,software_maturity=0.4",
                )
            )
        if name not in known:
            raise BadRequest(Problem(f"there is no criterion {name!r}", remedy=nearest(name, known)))
        if name in given:
            raise BadRequest(Problem(f"--weights names {name} twice", remedy="one share for each criterion"))
        try:
            share = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
        except ValueError:
            share = math.nan
        if not math.isfinite(share):
            raise BadRequest(
                Problem(f"--weights {name}: {value!r} is not a number", remedy="write a share such as 0.25")
            )
        given[name] = share
    checked(given, "--weights")
    asked = {name: share for name, share in given.items() if share > 0}
    return Weights(asked, dict.fromkeys(asked, 0.0), "given by hand, held")


def checked(weights: Mapping[str, float], where: str) -> None:
    """Refuse weights that are not shares of one."""
    wrong = [name for name, share in weights.items() if not 0 <= share <= 1]
    if wrong:
        raise BadRequest(
            Problem(
                f"the weight {weights[wrong[0]]:g} of {wrong[0]} is no share", where, remedy="a weight lies in 0..1"
            )
        )
    sum_ = math.fsum(weights.values())
    if abs(sum_ - 1) > CLOSE:
        raise BadRequest(
            Problem(
                f"the weights sum to {sum_:.6g}, not to 1",
                where,
                "a weight is a share of one decision",
                f"divide each by {sum_:.6g}" if sum_ > 0 else "give at least one criterion a weight",
            )
        )
