"""Each product's claimed route of manufacture, held against the foundry rule at a date."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from typing import Any

from siliconomics.facts import LIBRARY, Fact, Facts
from siliconomics.formulas import policy as _policy

from .cards import of_chip
from .decide import Finding, decide
from .rules import Rules, figure, foundries
from .specs import CHINA, Given

policy: Any = _policy
"""Formulas are plain functions without types."""
RULE = "foundry-2025"
AGAINST, WITHIN, OPEN, DOMESTIC = "against the rule", "within the rule", "open", "made in China"
ABROAD, UNSAID = "designer abroad", "route not stated"


@dataclass(frozen=True)
class Route:
    """A claim, what the rules say of it, and the risk to supply between its ends."""

    chip: str
    vendor: str
    claim: str
    foreign_share: float | None
    listed: float | None
    finding: Finding
    verdict: str
    why: str
    risk: float | None
    risk_low: float | None
    risk_high: float | None
    missing: tuple[str, ...]
    source: str
    launched: dt.date | None = None
    at_launch: str = ""
    """The verdict on the day that the chip began to ship, where that is known and past."""

    def as_dict(self) -> dict[str, Any]:
        specs = self.finding.specs
        counted = specs.transistors_bn
        return {
            "chip": self.chip,
            "vendor": self.vendor,
            "claim": self.claim,
            "foreign_foundry_share": self.foreign_share,
            "designer_is_listed": self.listed,
            "node_nm": specs.node_nm,
            "die_mm2": specs.area_mm2,
            "tpp_low": specs.performance.low if specs.performance.value is not None else None,
            "tpp_high": specs.performance.high if specs.performance.value is not None else None,
            "transistors_bn": counted.value,
            "transistors_bn_low": counted.low if counted.value is not None else None,
            "transistors_bn_high": counted.high if counted.value is not None else None,
            "transistors_known": counted.known,
            "foundry_rule": _status(self.finding, RULE),
            "chip_itself": self.finding.status,
            "3A090.a": _status(self.finding, "3A090.a"),
            "3A090.b": _status(self.finding, "3A090.b"),
            "verdict": self.verdict,
            "launched": None if self.launched is None else str(self.launched),
            "verdict_at_launch": self.at_launch or None,
            "why": self.why,
            "supply_risk": self.risk,
            "supply_risk_low": self.risk_low,
            "supply_risk_high": self.risk_high,
            "missing": list(self.missing),
            "source": self.source,
        }


def products(facts: Facts) -> list[str]:
    """The chips of Exhibit 21 in its order, then every other chip whose foundry or node some source states."""
    card = tomllib.loads((LIBRARY / "broker-2026-04-26" / "exhibit-21.toml").read_text(encoding="utf-8"))
    heading = (LIBRARY / "broker-2026-04-26" / "exhibit-21.csv").read_text(encoding="utf-8").splitlines()[0]
    printed = [card["column_labels"].get(name, name) for name in heading.split(",")[2:]]
    first = [facts.label("chip", name) for name in printed]
    stated = [
        chip
        for chip in facts.labels["chip"]
        if any((name, chip) in facts.facts for name in ("foundry", "process_node", "process_node_nm"))
    ]
    return list(dict.fromkeys([*first, *stated]))


def routes(facts: Facts, rules: Rules, date: dt.date) -> list[Route]:
    """The verdict on every product's route at a date."""
    found = []
    for chip in products(facts):
        launched = _first(str(facts.cards["chip"][chip]["launched"] or ""))
        then = route(facts, rules, chip, launched).verdict if launched is not None and launched <= date else ""
        found.append(replace(route(facts, rules, chip, date), launched=launched, at_launch=then))
    return found


def _first(text: str) -> dt.date | None:
    """The first day of a day, a month or a year written as text."""
    try:
        return dt.date.fromisoformat(
            text + "-01-01"[len(text) - len("2025") :] if len(text) < len("2025-01-01") else text
        )
    except ValueError:
        return None


def _listed(facts: Facts, vendor: str, date: dt.date) -> bool:
    """Whether a designer that is listed now was so at a date: true where the day of its listing is unknown."""
    known = facts.of("entity_list_date", (vendor,)) if vendor in facts.labels.get("company", ()) else None
    text = str(known.value) if known else ""
    day = _first(text)
    if day is None:
        return True
    return date.year > day.year if len(text) == len("2025") else date >= day


def route(facts: Facts, rules: Rules, chip: str, date: dt.date) -> Route:
    """The verdict on one product's route at a date."""
    finding = decide(rules, of_chip(facts, chip, Given(designer_approved=False, packager_approved=True)), date)
    vendor = str(facts.cards["chip"][chip]["vendor"])
    claimed = facts.of("claimed_foundry_route", (chip,))
    share, listed = facts.of("foreign_foundry_share", (chip,)), facts.of("designer_is_listed", (chip,))
    maker = facts.of("foundry", (chip,))
    claim = str(claimed.value) if claimed else str(maker.value) if maker else ""
    source = claimed.source if claimed else maker.source if maker else ""
    from_china = finding.specs.flags.get("designed_in_china")
    abroad = _abroad(share, str(maker.value) if maker else "")
    told = None if listed is None else float(listed.value)
    if from_china is False:
        return Route(
            chip, vendor, claim, abroad[1], told, finding, ABROAD,
            "the rule is about designers from China and their like; what may be sold there is the chip's own status",
            None, None, None, (), source,
        )  # fmt: skip
    if abroad[1] is None or (told is None and abroad[1] > 0):
        lacking = "foreign_foundry_share" if abroad[1] is None else "designer_is_listed"
        return Route(
            chip, vendor, claim, abroad[1], told, finding, UNSAID, f"no source here gives its {lacking}",
            None, None, None, (lacking,), source,
        )  # fmt: skip
    barred, why, missing = _barred(finding, bool(told) and _listed(facts, vendor, date))
    low, high = {True: (1.0, 1.0), False: (0.0, 0.0), None: (0.0, 1.0)}[barred]
    if abroad[1] == 0:
        verdict = DOMESTIC
        why = "no foundry rule reaches it there; equipment, spares and memory from abroad can be stopped"
    else:
        verdict = {True: AGAINST, False: WITHIN, None: OPEN}[barred]
        lower = finding.of("3A090.b")
        if barred is not True and lower is not None and lower.holds is not False:
            why += f"; {'it is' if lower.holds else 'it may be'} 3A090.b, which asks for a licence or a notice"
    ends = _risks(facts, abroad, (low, high))
    return Route(
        chip, vendor, claim, abroad[1], told, finding, verdict, why,
        ends[1], ends[0], ends[2], missing if verdict == OPEN else (), source,
    )  # fmt: skip


def _abroad(share: Fact | None, foundry: str) -> tuple[float | None, float | None, float | None]:
    """Share of the wafers made abroad, lowest, used and highest: as a fact says, else all or none by the foundry."""
    if share is not None:
        return share.low, float(share.value), share.high
    country = foundries().get(foundry)
    whole = None if country is None else float(country not in CHINA)
    return whole, whole, whole


def _barred(finding: Finding, listed: bool) -> tuple[bool | None, str, tuple[str, ...]]:
    """Whether a foundry abroad may not make the chip for its designer, why, and what is missing."""
    if listed:
        return True, "its designer stands on the Entity List, which bars the route whatever the chip", ()
    found = [record for name in ("3A090.a", RULE) if (record := finding.of(name)) is not None]
    if not found:
        return False, "no rule on foundries was in effect", ()
    for record in found:
        if record.holds:
            bound = record.as_dict()
            known = ", estimated" if bound["known"] == "estimated" else ""
            return True, f"{record.rule.id}: {bound['binding_test']}, it has {_shown(bound['value'])}{known}", ()
    if all(record.holds is False for record in found):
        return False, "neither 3A090.a by its own figures nor presumed so, at every figure that is possible", ()
    missing = dict.fromkeys(name for record in found for name in record.missing)
    undecided = next(record for record in found if record.holds is None).as_dict()
    low, high = _shown(undecided["value_low"]), _shown(undecided["value_high"])
    return None, f"{undecided['binding_test']}: it lies between {low} and {high}", tuple(missing)


def _status(finding: Finding, rule: str) -> str:
    record = finding.of(rule)
    return record.status if record else "no_rule"


def _shown(value: float | None) -> str:
    return "an unknown figure" if value is None else f"{value:,.4g}"


def _risks(
    facts: Facts, shares: tuple[float | None, float | None, float | None], barred: tuple[float, float]
) -> tuple[float, float, float]:
    """The risk to supply: lowest, middle and highest over what is assumed of the route and of the rule."""
    names = ("supply_risk_against_rules", "supply_risk_within_rules", "supply_risk_domestic")
    known = [facts.of(name, ()) for name in names]
    middle = [figure(facts, name) for name in names]
    low = [m if f is None or f.low is None else f.low for f, m in zip(known, middle, strict=True)]
    high = [m if f is None or f.high is None else f.high for f, m in zip(known, middle, strict=True)]
    share = shares[1] or 0.0
    ends = [share if end is None else end for end in (shares[0], shares[2])]

    def risk(share: float, breach: float, assumed: list[float]) -> float:
        return float(policy.foundry_supply_risk_low(share, 0.0, breach, *assumed))

    lowest = min(risk(end, barred[0], low) for end in ends)
    highest = max(risk(end, barred[1], high) for end in ends)
    value = policy.foundry_supply_risk(risk(share, barred[0], middle), risk(share, barred[1], middle))
    return lowest, float(value), highest
