"""The answer of a model that takes some of the changes from one model to another, and not the rest.

Changes that only move the value of an input are arithmetic: all sets of them are worked out at once, as draws are.
Changes of rules, years, or of what was worked out before need a model of their own for each set; but a set that
differs only in changes that an answer never reads has the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from siliconomics.core import BadRequest, Cell
from siliconomics.core.late import np
from siliconomics.facts.table import Fact, Facts
from siliconomics.model import Model, Overlay
from siliconomics.model.guarded import Guarded, guarded
from siliconomics.model.overlay import Change

from .differences import KINDS, Difference, Group, horizon_of, players_of

CELLS = 5000
"""Cells of one change up to which it is looked at whether all are inputs."""
SETTLED = 60
"""Results of one change up to which it is looked at whether they hang on no other."""
AGAIN = 256
"""Sets whose arithmetic has no meaning that are worked out again by a model of their own."""


@dataclass(frozen=True)
class Structure:
    """The answer for all sets that read the same rules: compiled over the changes of inputs."""

    reads: int
    """Changes that the answer reads, in bits; the others do not matter to it."""
    soft: int
    """Those of them that move inputs alone."""
    value: float
    """The answer with none of the soft changes."""
    program: Guarded | None
    columns: tuple[tuple[int, float, float], ...]
    """For each input: the change that moves it, its value before and after."""
    sure: bool = True
    """Whether the compiled arithmetic holds for every set; else each set needs a model of its own."""


@dataclass(frozen=True)
class Frame:
    """A model under some of the rules, with every value as before."""

    model: Model
    """Nothing held in which the two models differ."""
    start: Model
    """Held as before."""
    soft: int
    """Changes that move inputs alone here, in bits."""


class Mixture:
    """The worth of sets of changes between two models, told in bits, for one answer."""

    def __init__(self, before: Model, after: Model, groups: Sequence[Group], quantity: str, labels: dict[str, Any]):
        self.before, self.after = before, after
        self.groups = list(groups)
        self.quantity, self.labels = quantity, labels
        self.read = 0
        """Changes that any answer so far has read."""
        self.rigid = 0
        """Those of them that needed models of their own."""
        self.reasons: dict[int, str] = {}
        """Why a set has no answer."""
        self._frame = sum(1 << bit for bit, one in enumerate(self.groups) if any(map(self._is_frame, one.differences)))
        """Changes that make another model."""
        self._known: list[tuple[int, int, Structure]] = []
        self._direct: dict[int, float] = {}
        self._frames: dict[int, Frame] = {}
        self._fact_quantities = {one.quantity for group in groups for one in group.differences if one.kind == "fact"}
        apart = {one.quantity for group in groups for one in group.differences if one.kind == "value"}
        self._kept = tuple(
            Change(change.quantity, change.value, before.where(change.quantity, change.where), change.why)
            for overlay in before.overlays
            for change in overlay.changes
            if change.quantity not in apart
        )
        self._partly = [
            change for q in apart for change in _common(before, q, [d for g in groups for d in g.differences])
        ]

    def __call__(self, wanted: Sequence[int]) -> list[float]:
        """The answers for sets of changes; not a number where a set makes no sense."""
        found: dict[int, float] = {}
        waiting: dict[int, tuple[Structure, dict[int, list[int]]]] = {}
        for chosen in dict.fromkeys(wanted):
            structure = self._structure(chosen)
            if not structure.sure:
                found[chosen] = self._alone(chosen)
            elif structure.program is None:
                found[chosen] = structure.value
            else:
                sets = waiting.setdefault(id(structure), (structure, {}))[1]
                sets.setdefault(chosen & structure.soft, []).append(chosen)
        for structure, sets in waiting.values():
            for same, value in zip(sets.values(), self._arithmetic(structure, list(sets)), strict=True):
                if math.isnan(value) and len(self._direct) < AGAIN:
                    value = self._alone(same[0])
                found.update(dict.fromkeys(same, value))
        return [found[chosen] for chosen in wanted]

    # -- arithmetic -----------------------------------------------------------------------------
    def _arithmetic(self, structure: Structure, sets: Sequence[int]) -> list[float]:
        assert structure.program is not None
        made = {bit: np.array([bool(chosen >> bit & 1) for chosen in sets]) for bit, _, _ in structure.columns}
        columns = [np.where(made[bit], after, before) for bit, before, after in structure.columns]
        answers = structure.program.answers(columns)[0]
        return [float(one) for one in np.where(np.isfinite(answers), answers, np.nan)]

    def _structure(self, chosen: int) -> Structure:
        for reads, bits, structure in self._known:
            if chosen & reads == bits:
                return structure
        structure = self._built(chosen)
        rigid = structure.reads & ~structure.soft
        self._known.append((rigid, chosen & rigid, structure))
        self.read |= structure.reads
        self.rigid |= rigid
        return structure

    def _built(self, chosen: int) -> Structure:
        everything = (1 << len(self.groups)) - 1
        try:
            frame = self._framed(chosen & self._frame)
            soft = frame.soft
            model = self._varied(frame, chosen & ~soft)
            cell = model.graph.cell(self.quantity, self.labels)
        except BadRequest:
            return Structure(everything, 0, math.nan, None, (), sure=False)
        below = [*model.graph.below(cell), cell]
        reads = self._reads(below)
        if reads & soft and self._may_gain_meaning(model, below, reads & soft):
            if any(one.kind == "fact" for bit, group in enumerate(self.groups) for one in group.differences):
                return Structure(reads, 0, math.nan, None, (), sure=False)
            model = self._varied(frame, chosen & ~self._frame)
            cell = model.graph.cell(self.quantity, self.labels)
            reads |= self._reads([*model.graph.below(cell), cell])
            return Structure(reads, 0, _number(model, cell), None, ())
        if cell.node is None:
            self.reasons[chosen] = cell.missing.reason if cell.missing else "unknown"
            return Structure(reads & ~soft, 0, math.nan, None, ())
        inputs, columns = self._columns(model, below, soft & reads)
        moving = 0
        for bit, _, _ in columns:
            moving |= 1 << bit
        value = _number(model, cell)
        program = guarded(model, [cell], inputs) if inputs else None
        return Structure(reads & ~soft | moving, moving, value, program, tuple(columns))

    def _may_gain_meaning(self, model: Model, below: Sequence[Cell], soft: int) -> bool:
        """Whether a result without a meaning, on which the answer rests, may have one at other values of inputs."""
        lacking = {one.key for one in below} & model.graph._undefined
        if not lacking:
            return False
        moved = [
            one
            for one in below
            if any(
                soft >> bit & 1 and self._is_read(each, {one.name: [one]})
                for bit, group in enumerate(self.groups)
                for each in group.differences
            )
        ]
        return not lacking.isdisjoint(model.graph._above(moved))

    def _columns(self, model: Model, below: Sequence[Cell], soft: int) -> tuple[list[Cell], list[Any]]:
        inputs, columns = [], []
        for one in below:
            if one.given is None or one.node is None:
                continue
            for bit, group in enumerate(self.groups):
                if soft >> bit & 1:
                    after = self._after(model, one, group)
                    if after is not None:
                        inputs.append(one)
                        columns.append((bit, float(model.graph.tape.values[one.node]), after))
                        break
        return inputs, columns

    def _after(self, model: Model, cell: Cell, group: Group) -> float | None:
        """An input's value with a group's changes made; None where they do not move it."""
        for one in group.differences:
            if one.kind == "fact" and isinstance(cell.given.origin, Fact) and _is_of(one, cell):  # type: ignore[union-attr]
                return float(one.after)  # type: ignore[arg-type]
            if one.kind == "value" and one.quantity == cell.name:
                touched = [c for side in one.held for c in side if _holds(c, cell)]
                if touched:
                    held = [c.value for c in one.held[1] if _holds(c, cell)]
                    fact = model.facts.of(cell.name, tuple(cell.labels.values()))
                    return held[-1] if held else float(fact.value) if fact else None
        return None

    # -- models ---------------------------------------------------------------------------------
    def _alone(self, chosen: int) -> float:
        """The answer of a model of its own with exactly these changes."""
        if chosen not in self._direct:
            value = math.nan
            try:
                model = Model(self._facts(chosen), self.before.formulas, [self._overlay(chosen)])
                model = model.with_changes(*self._changes(chosen))
                cell = model.graph.cell(self.quantity, self.labels)
                value = _number(model, cell)
                if cell.missing is not None:
                    self.reasons[chosen] = cell.missing.reason
            except BadRequest as refused:
                self.reasons[chosen] = str(refused.problems[0])
            self._direct[chosen] = value
        return self._direct[chosen]

    def _framed(self, chosen: int) -> Frame:
        """The model with these changes of rules, years, and facts that come or go."""
        if chosen not in self._frames:
            model = Model(self._facts(chosen), self.before.formulas, [self._overlay(chosen)])
            start = model.with_changes(*self._changes(chosen))
            start.graph.cell(self.quantity, self.labels)
            soft, now = 0, []
            for bit, group in enumerate(self.groups):
                if self._frame >> bit & 1:
                    continue
                settled = [self._settled(model, start, one, bit) for one in group.differences]
                if all(one is not None for one in settled):
                    soft |= 1 << bit
                    now += [change for one in settled for change in one or ()]
            if now:  # results that nothing else moves are held as they come out, so that they are inputs
                start = start.with_changes(*now, *self.before.changes)
                start.graph.cell(self.quantity, self.labels)
            self._frames[chosen] = Frame(model, start, soft)
        return self._frames[chosen]

    def _varied(self, frame: Frame, hard: int) -> Model:
        """The model of a frame with these of its hard changes made: from its start, which has all else worked out."""
        made = [one for bit, group in enumerate(self.groups) if hard >> bit & 1 for one in group.differences]
        held = [change for one in made if one.kind == "value" for change in one.held[1]]
        given_up = [
            old
            for one in made
            for old in one.held[0]
            if one.kind == "value" and dict(old.where) not in [dict(new.where) for new in one.held[1]]
        ]
        if given_up:
            return frame.model.with_changes(*self._changes(hard))
        return frame.start.with_changes(*held, *self.before.changes) if held else frame.start

    def _overlay(self, chosen: int) -> Overlay:
        players = {role: player for role, (player, _) in players_of(self.before).items()}
        theirs = {role: player for role, (player, _) in players_of(self.after).items()}
        horizon = horizon_of(self.before)
        for one in self._made(chosen):
            if one.kind == "horizon":
                horizon = horizon_of(self.after)
            elif one.kind == "rule":
                players.pop(one.quantity, None)
                if one.quantity in theirs:
                    players[one.quantity] = theirs[one.quantity]
        return Overlay("mixed", players=players, changes=self._kept, horizon=horizon)

    def _facts(self, chosen: int) -> Facts:
        one, other = self.before.facts, self.after.facts
        made = [each for each in self._made(chosen) if each.kind in ("fact", "labels")]
        if not made:
            return one
        world = other if any(each.kind == "labels" for each in made) else one
        table = dict(one.facts)
        for each in made:
            if each.kind == "fact":
                key = (each.quantity, *each.labels.values())
                table.pop(key, None)
                if key in other.facts:
                    table[key] = other.facts[key]
        return replace(one, facts=table, **{part: getattr(world, part) for part in KINDS})

    def _changes(self, chosen: int) -> list[Change]:
        """Every value held with these changes made, lowest first, and what is set by hand on top."""
        held = list(self._partly)
        for bit, group in enumerate(self.groups):
            for one in group.differences:
                if one.kind == "value":
                    held += one.held[chosen >> bit & 1]
        return [*held, *self.before.changes]

    def _made(self, chosen: int) -> list[Difference]:
        return [one for bit, group in enumerate(self.groups) if chosen >> bit & 1 for one in group.differences]

    # -- what a change is -----------------------------------------------------------------------
    def _is_frame(self, one: Difference) -> bool:
        """Whether a difference makes another model: rules, years, labels, facts that come, go, are words or shape it."""
        if one.kind != "fact":
            return one.kind != "value"
        declared = [side.facts.declarations.get(one.quantity) for side in (self.before, self.after)]
        shapes = any(each is not None and each.structural for each in declared)
        return shapes or not all(isinstance(side, (int, float)) for side in (one.before, one.after))

    def _settled(self, model: Model, start: Model, one: Difference, bit: int) -> list[Change] | None:
        """What makes a difference one of inputs alone under these rules; None where nothing does.

        It is one where both models hold the same cells, where a fact stands in them, or where what comes out there
        hangs on no other change, and so may be held as it is.
        """
        if one.kind == "fact":
            return []  # one that comes, goes, is a word or shapes the model is a frame
        declared = model.facts.declarations.get(one.quantity)
        if one.quantity in self._fact_quantities or (declared is not None and declared.structural):
            return None
        if all(len(side) == 1 for side in one.held):
            return []
        touched = self._touched(model, one)
        if all(self._is_input(model, one.quantity, labels) for labels in touched):
            return []
        if one.held[0] or len(touched) > SETTLED:
            return None
        now = []
        for labels in touched:
            cell = start.graph.cell(one.quantity, labels or {})
            value = start.graph.value(cell)
            if value is None or self._reads([*start.graph.below(cell), cell]) & ~self._frame & ~(1 << bit):
                return None
            now.append(Change(one.quantity, value, cell.labels, "as it comes out"))
        return now

    def _touched(self, model: Model, one: Difference) -> list[dict[str, Any] | None]:
        found: list[dict[str, Any] | None] = []
        for change in {id(c): c for side in one.held for c in side}.values():
            for labels in model.graph.every(one.quantity, change.where):
                found.append(labels)
                if len(found) > CELLS:
                    return [None]
        return found

    @staticmethod
    def _is_input(model: Model, quantity: str, labels: dict[str, Any] | None) -> bool:
        if labels is None:
            return False
        players = model.graph.roles.get(quantity, {})
        chosen = model._player(quantity, labels) if len(players) > 1 or "" not in players else ""
        fact = model.facts.of(quantity, tuple(labels.values()))
        return players.get(chosen) is None and fact is not None and not isinstance(fact.value, str)

    def _reads(self, below: Sequence[Cell]) -> int:
        cells: dict[str, list[Cell]] = {}
        for one in below:
            cells.setdefault(one.name, []).append(one)
        found = 0
        for bit, group in enumerate(self.groups):
            if any(self._is_read(one, cells) for one in group.differences):
                found |= 1 << bit
        return found

    @staticmethod
    def _is_read(one: Difference, cells: dict[str, list[Cell]]) -> bool:
        words = one.kind == "fact" and isinstance(one.before if one.after is None else one.after, str)
        if one.kind in ("horizon", "labels") or words:
            return True
        if one.kind == "rule":
            return one.quantity in cells
        if one.kind == "fact":
            near = (*cells.get(one.quantity, ()), *cells.get(f"printed_{one.quantity}", ()))
            return any(cell.labels == one.labels for cell in near)
        return any(_holds(c, cell) for cell in cells.get(one.quantity, ()) for side in one.held for c in side)


def _is_of(one: Difference, cell: Cell) -> bool:
    return cell.name in (one.quantity, f"printed_{one.quantity}") and cell.labels == one.labels


def _holds(change: Change, cell: Cell) -> bool:
    return change.quantity == cell.name and all(cell.labels.get(axis) == at for axis, at in change.where.items())


def _number(model: Model, cell: Cell) -> float:
    value = model.graph.value(cell)
    return math.nan if value is None else float(value)


def _common(model: Model, quantity: str, found: Sequence[Difference]) -> list[Change]:
    """What a scenario holds of a quantity beside that in which the two models differ."""
    own = [one.held[0] for one in found if one.kind == "value" and one.quantity == quantity]
    moved = [change.where for side in own for change in side]
    return [
        Change(quantity, change.value, where, change.why)
        for overlay in model.overlays
        for change in overlay.changes
        if change.quantity == quantity and (where := model.where(quantity, change.where)) not in moved
    ]


__all__ = ["Mixture"]
