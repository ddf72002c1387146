"""What the rules say of the way a chip is made: the policy chapter's verdict, beside the evidence on supply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from siliconomics.facts import Facts
from siliconomics.studies.export import Route, read_rules
from siliconomics.studies.export.routes import route

from .economics import Scale
from .execution import Score

CRITERION = "supply_security"


def verdicts(facts: Facts, chips: Sequence[str], day: dt.date) -> dict[str, Route]:
    """The verdict on each chip's route on a day."""
    rules = read_rules(facts)
    return {chip: route(facts, rules, chip, day) for chip in dict.fromkeys(chips)}


def score(found: Route | None, scale: Scale) -> Score | None:
    """The risk that the rules make to supply as a score: none is the highest step, a certain stop the lowest."""
    if found is None or found.risk is None or found.risk_low is None or found.risk_high is None:
        return None
    ends = (scale.high - (scale.high - scale.low) * risk for risk in (found.risk, found.risk_high, found.risk_low))
    value, low, high = ends
    return Score(value, low, high, (f"foundry-routes: {found.chip} {found.verdict}",))
