"""The source's own calls on three makers, beside what follows here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siliconomics.facts import Facts

if TYPE_CHECKING:
    from .rank import Place

PREFERRED, BEHIND = "preferred", "behind"
LIKELY = 0.8
"""A call is borne out where it holds in this share of the draws, and contradicted where its opposite does."""


@dataclass(frozen=True)
class Verdict:
    """One pair that the source puts in an order."""

    preferred: str
    behind: str
    source: str
    chance: float | None
    """Share of the draws in which the preferred one is ahead; None where they are ranked apart."""
    verdict: str


def compare(
    facts: Facts, placed: Sequence[Place], ahead: Mapping[tuple[str, str], float] | None
) -> tuple[Verdict, ...]:
    """Every pair of a preferred maker and one behind it; ``ahead`` holds those ranked against each other."""
    if ahead is None:
        return ()
    places = {place.alternative.name: place for place in placed}
    said = {name: fact for name in places if (fact := facts.of("source_call", (name,)))}
    found = []
    for one, first in said.items():
        for other, second in said.items():
            if first.value == PREFERRED and second.value == BEHIND:
                chance = ahead.get((one, other))
                lacking = [name for name in (one, other) if places[name].economics is None]
                verdict = f"economics of {' and '.join(lacking)} unknown" if lacking else _verdict(chance)
                found.append(Verdict(one, other, f"{first.source}; {second.source}", chance, verdict))
    return tuple(found)


def _verdict(chance: float | None) -> str:
    if chance is None:
        return "ranked apart"
    return "follows" if chance >= LIKELY else "does not follow" if chance <= 1 - LIKELY else "undecided"
