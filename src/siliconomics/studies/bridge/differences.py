"""What differs between two models: facts, values that scenarios hold, rules, labels, years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts.table import Fact, Facts
from siliconomics.model import Model
from siliconomics.model.overlay import Change

CELLS = 400
"""Cells of a change that are looked at to say what the model has where a scenario holds nothing."""
GROUPS = ("rules", "each", "quantity", "scenario")
"""How differences are put together: rules of one scenario as one, each alone, by quantity, by scenario."""


@dataclass(frozen=True)
class Difference:
    """One thing in which two models differ."""

    kind: str
    """value, rule, horizon, fact, or labels (the chips, companies, units and other cards of two sets of facts)."""
    quantity: str
    labels: dict[str, Any]
    unit: str
    before: float | str | None
    after: float | str | None
    said_before: str
    """What says so before: a scenario, a source."""
    said_after: str
    why: str
    date_before: str = ""
    date_after: str = ""
    known_before: str = ""
    known_after: str = ""
    order: tuple[Any, ...] = field(default=(), repr=False, compare=False)
    held: tuple[tuple[Change, ...], tuple[Change, ...]] = field(default=((), ()), repr=False, compare=False)
    """Of a value, what holds it before and after."""

    @property
    def name(self) -> str:
        return self.quantity + ("@" + ",".join(str(label) for label in self.labels.values()) if self.labels else "")

    @property
    def scenario(self) -> str:
        """The scenario that makes the difference."""
        return self.said_after or self.said_before

    def as_dict(self) -> dict[str, Any]:
        """The difference as other programs read it."""
        return {
            "kind": self.kind,
            "quantity": self.quantity,
            "labels": self.labels,
            "unit": self.unit,
            "before": self.before,
            "after": self.after,
            "said_before": self.said_before,
            "said_after": self.said_after,
            "date_before": self.date_before,
            "date_after": self.date_after,
            "known_before": self.known_before,
            "known_after": self.known_after,
            "why": self.why,
        }


@dataclass(frozen=True)
class Group:
    """Differences that change together in a bridge."""

    name: str
    differences: tuple[Difference, ...]


def differences(before: Model, after: Model) -> list[Difference]:
    """Everything in which two models differ, in order: years, labels, facts, what is taken back, what is new.

    What only the first has is taken back first; then the second's scenarios follow, the lowest first, each with its
    rules and then its values as they stand in its file.
    """
    found = [*_horizon(before, after), *_rules(before, after), *_values(before, after)]
    if before.facts is not after.facts:
        found += [*_labels(before.facts, after.facts), *_facts(before, after)]
    return sorted(found, key=lambda one: one.order)


def grouped(found: Sequence[Difference], by: str = "rules") -> list[Group]:
    """Differences put together, each group at the place of its first."""
    if by not in GROUPS:
        raise BadRequest(Problem(f"there is no grouping {by!r}", remedy=nearest(by, GROUPS)))
    groups: dict[Any, list[Difference]] = {}
    for position, one in enumerate(found):
        ours = one.kind in ("value", "rule")
        if by == "scenario" and ours:
            key: Any = ("scenario", one.scenario)
        elif one.kind == "rule" and by in ("rules", "quantity"):
            key = ("rules", one.scenario)
        elif by in ("quantity", "scenario") and one.kind != "rule":
            key = (one.kind, one.quantity)
        else:
            key = position
        groups.setdefault(key, []).append(one)
    return [Group(_named(key, members), tuple(members)) for key, members in groups.items()]


def _named(key: Any, members: Sequence[Difference]) -> str:
    if isinstance(key, tuple) and key[0] in ("scenario", "rules"):
        taken_back = not any(one.said_after for one in members)
        what = "rules of " if key[0] == "rules" else ""
        if key[0] == "rules" and len(members) == 1:
            one = members[0]
            return f"{one.quantity}: {one.before} to {one.after}"
        return f"{'without ' if taken_back else ''}{what}{key[1]} ({len(members)})"
    one = members[0]
    if len(members) > 1:
        return f"{one.quantity} ({len(members)})"
    return f"{one.quantity}: {one.before} to {one.after}" if one.kind == "rule" else one.name


def horizon_of(model: Model) -> tuple[int, int] | None:
    """First and last year that a model's scenarios ask for."""
    found = model.base.horizon
    for one in model.overlays:
        found = one.horizon or found
    return found


def players_of(model: Model) -> dict[str, tuple[str, int]]:
    """Who plays the roles that a model's scenarios name, and the place of the scenario that says so."""
    return {role: (player, place) for place, one in enumerate(model.overlays) for role, player in one.players.items()}


def _horizon(before: Model, after: Model) -> Iterable[Difference]:
    one, other = horizon_of(before), horizon_of(after)
    if one != other:
        yield Difference(
            "horizon", "horizon", {}, "year", _span(one), _span(other), before.scenario, after.scenario, "", order=(0,)
        )


def _span(horizon: tuple[int, int] | None) -> str | None:
    return None if horizon is None else f"{horizon[0]} to {horizon[1]}"


def _rules(before: Model, after: Model) -> Iterable[Difference]:
    one, other = players_of(before), players_of(after)
    for position, role in enumerate(dict.fromkeys((*other, *one))):
        old, new = one.get(role), other.get(role)
        if (old and old[0]) == (new and new[0]):
            continue
        cards = any(role in card["players"] for each in before.facts.cards.values() for card in each.values())
        base = before.base.players.get(role, "")
        usual = " or ".join(filter(None, (base, "as the card says" if cards or not base else "")))
        says = after.overlays[new[1]] if new else before.overlays[old[1]] if old else before.base
        yield Difference(
            "rule",
            role,
            {},
            "",
            old[0] if old else usual,
            new[0] if new else usual,
            before.overlays[old[1]].name if old else "",
            after.overlays[new[1]].name if new else "",
            says.meaning,
            before.overlays[old[1]].date if old else "",
            after.overlays[new[1]].date if new else "",
            order=(4, new[1], 0, position) if new else (3, old[1] if old else 0, 0, position),
        )


Held = list[tuple[int, int, Change]]
"""Changes of one quantity: the place of the scenario, the place in its file, the change."""


def _held(model: Model) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for place, one in enumerate(model.overlays):
        for position, change in enumerate(one.changes):
            where = model.where(change.quantity, change.where)
            kept = Change(change.quantity, change.value, where, f"{one.name}: {change.why}")
            found.setdefault(change.quantity, []).append((place, position, kept))
    return found


def _values(before: Model, after: Model) -> Iterable[Difference]:
    one, other = _held(before), _held(after)
    for quantity in dict.fromkeys((*other, *one)):
        old, new = one.get(quantity, []), other.get(quantity, [])
        for mine, theirs in _apart(old, new):
            if [(c.where, c.value) for _, _, c in mine] == [(c.where, c.value) for _, _, c in theirs]:
                continue
            yield _value(before, after, quantity, mine, theirs)


def _apart(old: Held, new: Held) -> list[tuple[Held, Held]]:
    """Changes that hold different cells apart from each other; those that share some stay together."""
    wheres: list[dict[str, Any]] = []
    for _, _, change in (*new, *old):
        if dict(change.where) not in wheres:
            wheres.append(dict(change.where))
    if any(_meet(a, b) for place, a in enumerate(wheres) for b in wheres[:place]):
        return [(old, new)]
    return [
        ([one for one in old if one[2].where == where][-1:], [one for one in new if one[2].where == where][-1:])
        for where in wheres
    ]


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(other.get(axis, label) == label for axis, label in one.items())


def _value(before: Model, after: Model, quantity: str, mine: Held, theirs: Held) -> Difference:
    lone = len(mine) <= 1 and len(theirs) <= 1
    last = (theirs or mine)[-1]
    labels = dict(last[2].where) if lone else {}
    reasons = dict.fromkeys(change.why.partition(": ")[2] for _, _, change in (theirs or mine))
    first = (theirs or mine)[0]
    return Difference(
        "value",
        quantity,
        labels,
        after.graph.unit_of(quantity) if not labels else after.unit(quantity, labels),
        _told(before, quantity, labels, mine, lone),
        _told(after, quantity, labels, theirs, lone),
        before.overlays[mine[-1][0]].name if mine else "",
        after.overlays[theirs[-1][0]].name if theirs else "",
        " ".join(reasons),
        before.overlays[mine[-1][0]].date if mine else "",
        after.overlays[theirs[-1][0]].date if theirs else "",
        order=(4 if theirs else 3, first[0], 1, first[1]),
        held=(tuple(change for _, _, change in mine), tuple(change for _, _, change in theirs)),
    )


def _told(model: Model, quantity: str, labels: dict[str, Any], held: Held, lone: bool) -> float | str | None:
    """What a model has there: what is held, else what it knows or works out."""
    if held and lone:
        return held[-1][2].value
    values = []
    try:
        for place, one in enumerate(model.graph.every(quantity, labels)):
            if place >= CELLS:
                return "differs by label"
            value = model.graph.value(model.graph.cell(quantity, one))
            if value is not None:
                values.append(value)
    except BadRequest:
        return None
    if not values:
        return None
    return values[0] if min(values) == max(values) else f"{min(values):g} to {max(values):g}"


KINDS = ("declarations", "labels", "names", "cards", "exchange_rates", "coverage")
"""Parts of a set of facts that make the world in which its figures stand."""


def _labels(before: Facts, after: Facts) -> Iterable[Difference]:
    moved = [part for part in KINDS if _plain(getattr(before, part)) != _plain(getattr(after, part))]
    if moved:
        added = [
            f"{dimension} {label}"
            for dimension, labels in after.labels.items()
            for label in labels
            if label not in before.labels.get(dimension, [])
        ]
        what = "new: " + ", ".join(added[:5]) if added else "cards, spellings or units"
        yield Difference(
            "labels", "cards", {}, "", before.version, after.version, "", "", f"{', '.join(moved)} ({what})", order=(1,)
        )


def _plain(part: Any) -> Any:
    """Cards without what only says where they were read."""
    if not isinstance(part, dict):
        return part
    return {
        key: {
            label: {k: v for k, v in card.items() if k not in ("file", "layer", "note")} for label, card in one.items()
        }
        if isinstance(one, dict) and all(isinstance(card, dict) for card in one.values())
        else one
        for key, one in part.items()
    }


def _facts(before: Model, after: Model) -> Iterable[Difference]:
    one, other = before.facts, after.facts
    for position, key in enumerate(dict.fromkeys((*other.facts, *one.facts))):
        old, new = _used(one, key), _used(other, key)
        if (old and old.value) == (new and new.value) and (old is None) == (new is None):
            continue
        fact = new or old
        assert fact is not None
        model = after if new else before
        yield Difference(
            "fact",
            key[0],
            dict(fact.labels),
            model.unit(key[0], fact.labels) if model.graph.exists(key[0]) else "",
            old.value if old else None,
            new.value if new else None,
            old.source if old else "",
            new.source if new else "",
            fact.note,
            old.as_of if old else "",
            new.as_of if new else "",
            old.known if old else "",
            new.known if new else "",
            order=(2, position),
        )


def _used(facts: Facts, key: Any) -> Fact | None:
    found = facts.facts.get(key)
    return found[0] if found else None


__all__ = ["GROUPS", "Difference", "Group", "differences", "grouped", "horizon_of", "players_of"]
