"""The inverse: the largest chip of a given area that stays outside the rules, the smallest area of a given throughput."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

from siliconomics.facts import Facts

from .decide import _any, _View
from .rules import Rule, Rules
from .specs import BITS, Specs, estimate, exactly, plain

ASKING = {"a": ("3A090.a",), "a or b": ("3A090.a", "3A090.b")}


@dataclass(frozen=True)
class Largest:
    """What a chip must stay below; infinite where nothing holds it, None where it cannot be told."""

    outside: str
    below_tpp: float | None

    def below_tflops(self, precision: str) -> float | None:
        return None if self.below_tpp is None else plain(self.below_tpp / BITS[precision])


def largest(rules: Rules, specs: Specs, date: dt.date, outside: str = "a or b") -> Largest:
    """The total processing performance that a chip like this one must stay below, all else as it is."""
    there = rules.at(date)
    edges = _edges(there, specs.area_mm2)
    if not edges:
        return Largest(outside, math.inf)
    starts = [0.0, *edges]
    below: float | None = None
    for start, end in zip(starts, [*edges, math.inf], strict=True):
        inside = end if math.isfinite(end) else start * 2
        held = _held(there, replace(specs, performance=exactly((start + inside) / 2)), date, outside)
        if held is None:
            return Largest(outside, below)
        if held is False:
            below = end
    return Largest(outside, below)


def largest_die_mm2(facts: Facts, rules: Rules, specs: Specs, date: dt.date) -> tuple[float, float, float] | None:
    """Die area at which a node's transistors reach the foundry rule's limit: at the densest, usual and sparsest design.

    None where the rule is not in effect, the node is unknown, or no limit applies without knowing of HBM.
    """
    limits = [
        test.threshold
        for rule in rules.at(date)
        if rule.id == "foundry-2025"
        for group in rule.groups(date)
        for clause in group
        if all(test.measure or specs.flags.get(test.flag) is test.wanted for test in clause.tests)
        for test in clause.tests
        if test.measure == "transistors_bn"
    ]
    if not limits or specs.node_nm is None or (specs.flags.get("hbm") is None and _hbm(rules, date)):
        return None
    one = estimate(facts, 1.0, specs.node_nm)
    assert one.value is not None
    limit = min(limits)
    return plain(limit / one.high), plain(limit / one.value), plain(limit / one.low)


def _hbm(rules: Rules, date: dt.date) -> bool:
    """Whether the foundry rule asks for HBM at the date."""
    return any(
        test.flag == "hbm"
        for rule in rules.at(date)
        for group in rule.groups(date)
        for clause in group
        for test in clause.tests
    )


def smallest_area(rules: Rules, specs: Specs, date: dt.date, outside: str = "a or b") -> float | None:
    """The area that the dies must exceed, all else as it is; 0 for any area, infinite where none is enough."""
    if specs.performance.value is None:
        return None
    there = rules.at(date)
    tpp = specs.performance.high
    densities = {
        test.threshold
        for rule in there
        if rule.id in ASKING[outside]
        for clause in rule.clauses
        for test in clause.tests
        if test.measure == "performance_density"
    }
    edges = sorted(tpp / density for density in densities)
    starts = [0.0, *edges]
    answer: float | None = math.inf
    known = replace(specs, performance=exactly(tpp), planar=False)
    for start, end in reversed(list(zip(starts, [*edges, math.inf], strict=True))):
        middle = (start + end) / 2 if math.isfinite(end) else max(start * 2, 1.0)
        held = _held(there, known.with_area(middle), date, outside)
        if held is None:
            return None
        if held:
            break
        answer = start
    return answer if answer is None or math.isinf(answer) else plain(answer)


def _held(rules: list[Rule], specs: Specs, date: dt.date, outside: str) -> bool | None:
    view = _View(rules, specs, date)
    return _any(view.rule(name) for name in ASKING[outside])


def _edges(rules: list[Rule], area_mm2: float | None) -> list[float]:
    found = set()
    for rule in rules:
        if not rule.id.startswith("3A090."):
            continue
        for clause in rule.clauses:
            for test in clause.tests:
                if test.measure == "total_processing_performance":
                    found.add(test.threshold)
                elif test.measure == "performance_density" and area_mm2 is not None:
                    found.add(plain(test.threshold * area_mm2))
    return sorted(found)
