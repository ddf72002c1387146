"""Whether a rule holds of a chip at a date: yes, no, or unknown and what it would take to know."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .rules import Clause, Rule, Rules, Test
from .specs import MISSING_FLAG, Measure, Specs

STATUS = {True: "controlled", False: "not_controlled", None: "unknown"}
LICENCE = ("3A090.a", "3A090.b", "3A090.c", "letters-2025")
"""Rules that by themselves ask for a licence to export the chip."""
TINY = 1e-300
"""Below this a figure is nothing."""


@dataclass(frozen=True)
class Held:
    """A test and how it came out."""

    clause: str
    test: Test
    holds: bool | None
    measure: Measure | None

    @property
    def margin(self) -> float | None:
        """Room left before the threshold is reached; negative beyond it."""
        if self.measure is None or self.measure.value is None:
            return None
        return float(f"{self.test.threshold - self.measure.value:.12g}")

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"clause": self.clause, "test": self.test.words, "holds": self.holds}
        if self.measure is not None:
            found |= {
                "value": self.measure.value,
                "low": self.measure.low,
                "high": None if math.isinf(self.measure.high) else self.measure.high,
                "threshold": self.test.threshold,
                "margin": self.margin,
                "unit": self.test.unit,
            }
        return found


@dataclass(frozen=True)
class Record:
    """What one rule says of one chip."""

    rule: Rule
    holds: bool | None
    enforced: bool
    binding: Held | None
    missing: tuple[str, ...]
    tests: tuple[Held, ...]

    @property
    def status(self) -> str:
        return STATUS[self.holds]

    @property
    def outcome(self) -> str:
        return {True: self.rule.covered, False: self.rule.outside, None: "cannot be told from what is known"}[
            self.holds
        ]

    def as_dict(self) -> dict[str, Any]:
        rule, bound = self.rule, self.binding
        measure = bound.measure if bound else None
        value: float | bool | None = measure.value if measure else None
        return {
            "rule": rule.id,
            "status": self.status,
            "binding_test": f"{bound.clause}: {bound.test.words}" if bound else "",
            "value": value,
            "threshold": bound.test.threshold if bound and measure else None,
            "margin": bound.margin if bound else None,
            "unit": bound.test.unit if bound and measure else "",
            "value_low": measure.low if measure else None,
            "value_high": measure.high if measure and math.isfinite(measure.high) else None,
            "known": measure.known if measure else "",
            "missing": list(self.missing),
            "outcome": self.outcome,
            "enforced": self.enforced,
            "about": rule.about,
            "version": rule.version,
            "eccn": rule.eccn,
            "meaning": rule.meaning,
            "effective_from": str(rule.effective_from),
            "effective_to": _day(rule.effective_to),
            "enforced_from": str(rule.enforced_from),
            "enforced_to": _day(rule.enforced_to),
            "source": rule.source,
            "source_known": rule.known,
            "note": rule.note,
            "tests": [test.as_dict() for test in self.tests],
        }


@dataclass(frozen=True)
class Finding:
    """Everything the rules say of a chip at a date."""

    specs: Specs
    date: dt.date
    rules: Rules
    records: tuple[Record, ...]
    licence: bool | None
    """Whether some enforced rule asks for a licence to export the chip to China."""

    @property
    def status(self) -> str:
        return STATUS[self.licence] if self.records else "no_rule"

    @property
    def controlled_by(self) -> list[str]:
        """The enforced rules that by themselves ask for a licence."""
        return [one.rule.id for one in self.records if one.rule.id in LICENCE and one.holds and one.enforced]

    @property
    def notes(self) -> tuple[str, ...]:
        found = list(self.specs.notes)
        if not self.records:
            found.append(
                f"no rule on advanced chips was in effect on {self.date}: the first took effect on {self.rules.first}"
            )
        if self.licence and not self.controlled_by:
            found.append("one of the rules holds at every throughput that is possible; which one depends on it")
        if self.date > self.rules.newest_text:
            found.append(f"the newest text read is of {self.rules.newest_text}; later changes are unchecked")
        return tuple(found)

    def of(self, rule: str) -> Record | None:
        return next((one for one in self.records if one.rule.id == rule), None)

    def as_dict(self) -> dict[str, Any]:
        specs = self.specs
        performance, density, counted = specs.performance, specs.density, specs.transistors_bn
        return {
            "notice": self.rules.notice,
            "chip": specs.name or None,
            "date": str(self.date),
            "status": self.status,
            "controlled_by": self.controlled_by,
            "tpp": performance.value,
            "tpp_low": performance.low if performance.value is not None else None,
            "tpp_high": performance.high if performance.value is not None else None,
            "performance_density": density.value,
            "performance_density_low": density.low if density.value is not None else None,
            "performance_density_high": density.high if density.value is not None else None,
            "die_mm2": specs.area_mm2,
            "dram_gb_s": specs.memory_gb_s.value,
            "io_gb_s": specs.links_gb_s.value,
            "hbm_density_gb_s_per_mm2": specs.stack_density.value,
            "transistors_bn": counted.value,
            "transistors_bn_low": counted.low if counted.value is not None else None,
            "transistors_bn_high": counted.high if counted.value is not None else None,
            "transistors_known": counted.known,
            "node_nm": specs.node_nm,
            "foundry": specs.foundry or None,
            "properties": dict(specs.flags),
            "notes": list(self.notes),
            "records": [record.as_dict() for record in self.records],
            "rules_not_in_effect": [
                {
                    "rule": rule.id,
                    "version": rule.version,
                    "effective_from": str(rule.effective_from),
                    "effective_to": _day(rule.effective_to),
                }
                for rule in self.rules.rules
                if not rule.in_effect(self.date)
            ],
            "not_tested": [
                {"rule": one["id"], "meaning": one["meaning"], "note": one.get("note", "turns on the parties")}
                for one in self.rules.party_rules
                if one["effective_from"] <= self.date
            ],
        }


def _day(date: dt.date) -> str | None:
    return None if date == dt.date.max else str(date)


# -- yes, no, unknown ---------------------------------------------------------------------------


def _all(found: Iterable[bool | None]) -> bool | None:
    there = list(found)
    return False if False in there else None if None in there else True


def _any(found: Iterable[bool | None]) -> bool | None:
    there = list(found)
    return True if True in there else None if None in there else False


def compare(sign: str, measure: Measure, threshold: float) -> bool | None:
    """A comparison of what lies between two ends; unknown where the ends disagree."""
    ends = (measure.low, measure.high)
    if sign == ">=":
        low, high = (end >= threshold for end in ends)
    elif sign == ">":
        low, high = (end > threshold for end in ends)
    elif sign == "<":
        low, high = (end < threshold for end in ends)
    else:
        low, high = (end <= threshold for end in ends)
    return low if low == high else None


class _View:
    """The rules of a date asked about one chip, whose throughput is a point or a range."""

    def __init__(self, rules: Sequence[Rule], specs: Specs, date: dt.date) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self.date = date
        self.flags = specs.flags
        self.measures = specs.measures
        self._held: dict[str, bool | None] = {}

    def test(self, test: Test) -> bool | None:
        if test.measure:
            return compare(test.sign, self.measures[test.measure], test.threshold)
        if test.flag:
            said = self.flags.get(test.flag)
            return None if said is None else said is test.wanted
        return self.rule(test.rule)

    def clause(self, clause: Clause) -> bool | None:
        return _all(self.test(test) for test in clause.tests)

    def group(self, group: Sequence[Clause]) -> bool | None:
        return _any(self.clause(clause) for clause in group)

    def rule(self, name: str) -> bool | None:
        """Whether a rule holds; one that is not in effect does not."""
        if name not in self.rules:
            return False
        if name not in self._held:
            self._held[name] = _all(self.group(group) for group in self.rules[name].groups(self.date))
        return self._held[name]

    # -- the test that decides ------------------------------------------------------------------
    def held(self, clause: Clause, test: Test) -> Held:
        return Held(clause.name, test, self.test(test), self.measures[test.measure] if test.measure else None)

    def factor(self, one: Held) -> float:
        """By how much a measure would have to change to reach its threshold; 1 at it, infinite for a property."""
        if one.test.rule:
            found = self.binding(one.test.rule)
            return self.factor(found) if found and not found.test.rule else math.inf
        if one.measure is None or not one.measure.value or not one.test.threshold:
            return math.inf
        least, most = sorted((one.measure.value, one.test.threshold))
        return most / least if least > TINY else math.inf

    def binding(self, name: str) -> Held | None:
        """The test on which the answer of a rule hangs."""
        if name not in self.rules:
            return None
        holds = self.rule(name)
        groups = self.rules[name].groups(self.date)
        if holds is True:  # the first clause that holds in each group; of the groups, the one nearest to being left
            chosen = [self._weakest(next(clause for clause in group if self.clause(clause))) for group in groups]
            return self._followed(min(reversed(chosen), key=self.factor))
        if holds is False:  # its nearest way in: in the group entered last, the clause entered most easily
            failing = [group for group in groups if self.group(group) is False]
            chosen = [
                min((one for clause in group if (one := self._worst(clause))), key=self.factor)
                for group in failing
                if group
            ]
            return self._followed(max(chosen, key=self.factor)) if chosen else None
        for group in groups:
            if self.group(group) is None:
                open_ = [one for clause in group for one in self._open(clause)]
                return self._followed(min(open_, key=self.factor))
        return None

    def _weakest(self, clause: Clause) -> Held:
        """The test by which less would leave a clause; its upper ends only lead on to a stricter one."""
        tests = [self.held(clause, test) for test in clause.tests]
        return min([one for one in tests if one.test.sign in (">=", ">")] or tests, key=self.factor)

    def _worst(self, clause: Clause) -> Held | None:
        failing = [one for test in clause.tests if (one := self.held(clause, test)).holds is False]
        return max(failing, key=self.factor) if failing else None

    def _open(self, clause: Clause) -> list[Held]:
        """The undecided tests of a clause that none of its other tests has decided."""
        if self.clause(clause) is not None:
            return []
        return [one for test in clause.tests if (one := self.held(clause, test)).holds is None]

    def _followed(self, one: Held) -> Held:
        """Where the answer hangs on another rule, the test on which that one hangs."""
        if not one.test.rule:
            return one
        found = self.binding(one.test.rule)
        return replace(found, clause=f"{one.test.rule}, {found.clause}") if found else one

    def missing(self, name: str) -> tuple[str, ...]:
        """What would have to be known for a rule to be decided."""
        found: dict[str, None] = {}
        for group in self.rules[name].groups(self.date):
            if self.group(group) is not None:
                continue
            for clause in group:
                for one in self._open(clause):
                    if one.test.rule:
                        found.update(dict.fromkeys(self.missing(one.test.rule)))
                    elif one.test.flag:
                        found.update(dict.fromkeys(MISSING_FLAG.get(one.test.flag, (one.test.flag,))))
                    elif one.measure is not None:
                        found.update(dict.fromkeys(one.measure.missing))
        return tuple(found)


# -- a chip -------------------------------------------------------------------------------------


def points(rules: Sequence[Rule], specs: Specs) -> list[float]:
    """Throughputs at which some answer may change, between the ends of what is possible."""
    low, high = specs.performance.low, specs.performance.high
    if low == high or math.isinf(high):
        return []
    edges = set()
    for rule in rules:
        for clause in rule.clauses:
            for test in clause.tests:
                if test.measure == "total_processing_performance":
                    edges.add(test.threshold)
                elif test.measure == "performance_density" and specs.area_mm2 is not None:
                    edges.add(test.threshold * specs.area_mm2)
    inside = sorted(edge for edge in edges if low < edge < high)
    steps = [low, *inside, high]
    between = [(one + other) / 2 for one, other in itertools.pairwise(steps)]
    return sorted({*steps, *between})


def decide(rules: Rules, specs: Specs, date: dt.date) -> Finding:
    """Every rule in effect at the date, each with its status, and whether any of them asks for a licence."""
    there = [rule for rule in rules.at(date) if specs.only is None or rule.id in specs.only]
    whole = _View(there, specs, date)
    views = [_View(there, specs.with_performance(point), date) for point in points(there, specs)] or [whole]
    records = []
    for rule in there:
        holds = _same(view.rule(rule.id) for view in views)
        shown = whole if whole.rule(rule.id) == holds else views[-1]
        missing = () if holds is not None else whole.missing(rule.id)
        tests = tuple(
            whole.held(clause, test) for group in rule.groups(date) for clause in group for test in clause.tests
        )
        records.append(Record(rule, holds, rule.enforced(date), shown.binding(rule.id), missing, tests))
    asking = [rule.id for rule in there if rule.id in LICENCE and rule.enforced(date)]
    licence = _same(_any(view.rule(name) for name in asking) for view in views)
    return Finding(specs, date, rules, tuple(records), licence)


def _same(found: Iterable[bool | None]) -> bool | None:
    there = set(found)
    return there.pop() if len(there) == 1 else None
