"""Rules that find contradictions among printed figures. Each knows a kind of fault, none knows a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from siliconomics.model import Model

from ..report import Finding, Verdict
from .conventions import mixed_conventions, sparse_among_dense, stated_against_its_inputs
from .others import other_sources
from .sense import implied_by_others, out_of_sense
from .solved import printed_against_solved, two_exchange_rates
from .statements import opposite_signs, sums_of_periods
from .sums import headings, mean_outside_its_parts, part_above_whole, shares_of_one
from .twice import printed_twice

Rule = Callable[[Model, Sequence[Verdict]], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    printed_twice,
    stated_against_its_inputs,
    printed_against_solved,
    two_exchange_rates,
    mixed_conventions,
    sparse_among_dense,
    part_above_whole,
    mean_outside_its_parts,
    shares_of_one,
    sums_of_periods,
    opposite_signs,
    headings,
    implied_by_others,
    out_of_sense,
    other_sources,
)

__all__ = ["RULES", "Rule"]
