"""What a source uses without printing it, against what it prints: an input rounded away, two rates of exchange."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from siliconomics.facts import Fact, Figure
from siliconomics.model import Model

from ..recompute import ENOUGH, in_unit, spoken
from ..report import Finding, Verdict
from .naming import name, place


def printed_against_solved(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """An input that, even unrounded, is not the one at which the same source's own figures follow."""
    for verdict in verdicts:
        figure = verdict.figure
        if figure.role != "input" or figure.scenario != "base" or figure.qualifier not in ("", "="):
            continue
        solved, printed = _solved(model, figure), in_unit(model, figure)
        if solved is None or printed is None:
            continue
        assert solved.low is not None
        assert solved.high is not None
        low, high = printed[0] - printed[1], printed[0] + printed[1]
        if solved.low <= high + ENOUGH and low <= solved.high + ENOUGH:
            continue
        needed = spoken(model, solved.quantity, float(solved.value))
        where = solved.source.partition("#")[2]
        verdict.contradict("printed against solved", f"the figures of {where} follow only with {needed}", solved.value)
        yield Finding(
            "an input other than the one used",
            f"{name(figure)} is printed {figure.printed} ({place(figure)}); the figures of {where} need {needed}",
            (figure.place,),
        )


def _solved(model: Model, figure: Figure) -> Fact | None:
    """The solved value that the model uses instead of a printed input, if both are of one source."""
    declared = model.facts.declarations.get(figure.feeds)
    if declared is None or set(declared.dimensions) != set(figure.labels):
        return None
    fact = model.facts.of(figure.feeds, tuple(figure.labels[one] for one in declared.dimensions))
    if fact is None or fact.known != "derived" or fact.printed or fact.low is None or fact.high is None:
        return None
    return fact if fact.source.partition("#")[0] == figure.source else None


def two_exchange_rates(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """One source that converts the same two currencies on the same day at different rates."""
    rates: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for rate in model.facts.exchange_rates:
        rates[rate["pair"], rate["date"], rate["source"].partition("#")[0]].append(rate)
    for (pair, _, _), found in rates.items():
        if len({rate["rate"] for rate in found}) < 2:
            continue
        said = [f"{rate['rate']:g} ({rate['source'].partition('#')[2]})" for rate in found]
        gap = max(rate["rate"] for rate in found) / min(rate["rate"] for rate in found) - 1
        yield Finding(
            "two exchange rates in one source",
            f"{pair}: {' against '.join(said)}, {gap:.1%} apart",
            tuple(_first_place(rate["source"], verdicts) for rate in found),
        )


def _first_place(source: str, verdicts: Sequence[Verdict]) -> str:
    """The first printed figure of the exhibit that a solved rate comes from, else the source as it is named."""
    exhibit = re.search(r"exhibit-(\d+)", source)
    figures = (v.figure for v in verdicts if exhibit and v.figure.exhibit == int(exhibit[1]))
    return next((figure.place for figure in figures), source)
