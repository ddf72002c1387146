"""What has been reported since a source made its forecasts: it judges no forecast, and no forecast judges it."""

from __future__ import annotations

import dataclasses
from typing import Any

from siliconomics.facts import Figure
from siliconomics.model import Model
from siliconomics.model.statement_checks import own

from .report import Verdict

Key = tuple[Any, ...]
REPORTED = ("reported", "derived")


def reported_since(model: Model) -> list[Key]:
    """Quantities with labels of which a source has a forecast, and a folder of the user's what came of it."""
    found = []
    for key, facts in model.facts.facts.items():
        came = any(own(fact) and fact.known in REPORTED for fact in facts)
        if came and any(not own(fact) and fact.known == "estimated" for fact in facts):
            found.append(key)
    return found


def before(model: Model, since: list[Key]) -> Model:
    """The same model as it was before those reports came in."""
    facts = dict(model.facts.facts)
    for key in since:
        facts[key] = [fact for fact in facts[key] if not (own(fact) and fact.known in REPORTED)]
    return Model(dataclasses.replace(model.facts, facts=facts), model.formulas, model.scenarios)


def of_the_user(model: Model) -> set[str]:
    """Sources that only facts in a folder of the user's name."""
    every = [fact for facts in model.facts.facts.values() for fact in facts]
    mine, ours = ({fact.source.partition("#")[0] for fact in every if own(fact) is side} for side in (True, False))
    return mine - ours


def apart(model: Model) -> tuple[list[Figure], list[Figure]]:
    """Figures of sources, and those of the user's own tables."""
    mine = of_the_user(model)
    figures = model.facts.figures
    return [one for one in figures if one.source not in mine], [one for one in figures if one.source in mine]


def spare(model: Model, verdicts: list[Verdict]) -> list[Verdict]:
    """What was reported and misses only what follows from a source's forecasts is not contradicted by them."""
    for verdict in verdicts:
        figure = verdict.figure
        if verdict.status != "contradicted" or figure.known == "estimated":
            continue
        cell = model.graph.cell(figure.recomputed_by or figure.quantity, figure.labels)
        under = (model.facts.of(one.name, tuple(one.labels.values())) for one in model.graph.facts_under(cell))
        guess = next((fact for fact in under if fact is not None and not own(fact) and fact.known == "estimated"), None)
        if guess is not None:
            verdict.status, verdict.computed, verdict.tolerance = "not_computable", None, None
            verdict.notes = [f"to tie it {guess.quantity.replace('_', ' ')} is not reported, only forecast"]
    return verdicts


def told(since: list[Key]) -> str:
    """One sentence for a reader."""
    names = [" ".join(map(str, (key[0].removeprefix("forecast_").replace("_", " "), *key[1:]))) for key in since]
    shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
    return (
        f"reported in your folder: {shown}; forecasts are held against what their source knew, "
        "and `siliconomics actuals` holds them beside what came"
    )
