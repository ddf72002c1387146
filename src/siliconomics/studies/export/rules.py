"""Dated rules as data: read from the library, with the figures that their thresholds name."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import LIBRARY, Facts

SIGNS = {"at_least": ">=", "above": ">", "below": "<", "at_most": "<="}
FOREVER = dt.date.max


@dataclass(frozen=True)
class Test:
    """One comparison, one property, or another rule."""

    measure: str = ""
    sign: str = ""
    threshold: float = 0.0
    unit: str = ""
    flag: str = ""
    wanted: bool = True
    rule: str = ""

    @property
    def words(self) -> str:
        if self.measure:
            return f"{self.measure} {self.sign} {self.threshold:g}"
        if self.flag:
            return self.flag if self.wanted else f"not {self.flag}"
        return self.rule


@dataclass(frozen=True)
class Clause:
    """Tests that must all hold; a rule needs one such clause in each of its groups."""

    name: str
    group: str
    tests: tuple[Test, ...]
    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Rule:
    """A rule with its days: in effect as text, and enforced."""

    id: str
    version: str
    about: str
    meaning: str
    clauses: tuple[Clause, ...]
    effective_from: dt.date
    effective_to: dt.date
    enforced_from: dt.date
    enforced_to: dt.date
    source: str
    known: str
    eccn: str = ""
    covered: str = ""
    outside: str = ""
    note: str = ""

    def in_effect(self, date: dt.date) -> bool:
        return self.effective_from <= date <= self.effective_to

    def enforced(self, date: dt.date) -> bool:
        return self.in_effect(date) and self.enforced_from <= date <= self.enforced_to

    def groups(self, date: dt.date) -> list[list[Clause]]:
        """The clauses in force, group by group."""
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            there = found.setdefault(clause.group, [])
            if clause.since <= date <= clause.until:
                there.append(clause)
        return list(found.values())


@dataclass(frozen=True)
class Rules:
    """Every rule, and until when the text was read."""

    rules: tuple[Rule, ...]
    party_rules: tuple[dict[str, Any], ...]
    newest_text: dt.date
    notice: str

    @property
    def first(self) -> dt.date:
        return min(rule.effective_from for rule in self.rules)

    def at(self, date: dt.date) -> list[Rule]:
        return [rule for rule in self.rules if rule.in_effect(date)]


@functools.cache
def _text() -> dict[str, Any]:
    return tomllib.loads((LIBRARY / "policy" / "rules.toml").read_text(encoding="utf-8"))


def country_of(vendor: str) -> str | None:
    """Where a designer has its seat, two letters; None where that is not in the table."""
    return next((one["country"] for one in _text()["designers"] if vendor in one["vendors"]), None)


def is_approved(vendor: str) -> bool:
    """Whether a designer stands among the approved ones, as far as recalled."""
    return any(vendor in one.get("approved", ()) for one in _text()["designers"])


def foundries() -> dict[str, str]:
    """Every foundry in the table and the country it stands in."""
    return {name: one["country"] for one in _text()["foundries"] for name in one["names"]}


def figure(facts: Facts, quantity: str) -> float:
    """A threshold or another single figure of the chapter."""
    fact = facts.of(quantity, ())
    if fact is None or isinstance(fact.value, str):
        raise BadRequest(
            Problem(
                f"there is no figure for {quantity}", "policy/rules.toml", remedy="add it to policy/thresholds.toml"
            )
        )
    return fact.value


def read_rules(facts: Facts) -> Rules:
    """The rules of the library with the thresholds of these facts."""
    text = _text()
    return Rules(
        tuple(_rule(one, facts) for one in text["rule"]),
        tuple(text.get("party_rule", ())),
        text["newest_text"],
        text["notice"],
    )


def _rule(one: dict[str, Any], facts: Facts) -> Rule:
    plain = {key: one[key] for key in ("id", "version", "about", "meaning", "source", "known")}
    more = {key: one[key] for key in ("eccn", "covered", "outside", "note") if key in one}
    return Rule(
        **plain,
        **more,
        clauses=tuple(_clause(clause, facts) for clause in one["clause"]),
        effective_from=one["effective_from"],
        effective_to=one.get("effective_to", FOREVER),
        enforced_from=one["enforced_from"],
        enforced_to=one.get("enforced_to", FOREVER),
    )


def _clause(one: dict[str, Any], facts: Facts) -> Clause:
    return Clause(
        one["name"],
        one.get("group", ""),
        tuple(_test(test, facts) for test in one["tests"]),
        one.get("from", dt.date.min),
        one.get("to", FOREVER),
    )


def _test(one: dict[str, Any], facts: Facts) -> Test:
    if "measure" in one:
        (key,) = one.keys() & SIGNS.keys()
        threshold = one[key]
        unit = facts.declarations[threshold].unit
        return Test(measure=one["measure"], sign=SIGNS[key], threshold=figure(facts, threshold), unit=unit)
    if "flag" in one:
        return Test(flag=one["flag"], wanted=one.get("is", True))
    return Test(rule=one["rule"])
