"""The model: facts and formulas wired by name, solved for whatever is asked."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from siliconomics import facts as known
from siliconomics import formulas
from siliconomics.core import (
    BadRequest,
    Cell,
    Formula,
    Given,
    Graph,
    Interval,
    Missing,
    Problem,
    Program,
    formulas_of,
    named,
    nearest,
)
from siliconomics.core.graph import TIME

from . import overlay as overlays
from .answer import Answer, Record
from .overlay import Change, Overlay
from .supply_checks import year_without_quarters


@functools.cache
def _formulas() -> tuple[Formula, ...]:
    return tuple(formulas_of(formulas))


def load(facts: Sequence[str | Path] = (), scenario: str | Sequence[str] = (), *, checked: bool = True) -> Model:
    """The model of our facts and those in further folders.

    ``facts``: folders with cards and tables of your own; theirs shadow ours. ``scenario``: name or file
    of an overlay to solve under, or several to stack. Raises BadRequest with every problem found.
    """
    if any(not str(folder).strip() for folder in facts):
        raise BadRequest(Problem("a folder of facts has no name", remedy="name it; the present one is ."))
    folders = [Path(folder) for folder in facts]
    table = known.load(folders)
    model = Model(table, _formulas(), scenario)
    if checked:
        from .checks import ensure

        ensure(model, folders)
    return model


def _held_key(changes: Iterable[Change]) -> tuple[Any, ...]:
    """What-ifs of the same inputs have the same."""
    return ("held", *((one.quantity, *sorted(one.where.items())) for one in changes))


REMEMBERED = 32
"""What-ifs of different inputs whose workings a model keeps for the next of their kind."""


class Model:
    """Facts and formulas, ready to be asked."""

    def __init__(
        self,
        facts: known.Facts,
        formulas: Sequence[Formula],
        scenario: str | Sequence[str | Overlay] = (),
        changes: Iterable[Change] = (),
    ) -> None:
        self.facts = facts
        self.formulas = tuple(formulas)
        names = [scenario] if isinstance(scenario, str) else list(scenario)
        self.scenarios = [name for name in names if name != "base"]
        self.base = overlays.find("base")
        self.overlays = overlays.stack(self.scenarios)
        self.warnings: list[str] = list(facts.warnings) if facts.warnings else []
        self._changes = tuple(changes)
        self._family: dict[Any, Model] = {}
        self._departed: tuple[Model, tuple[Change, ...]] | None = None
        """The model that this one departs from, and by which changes."""
        self._like: Model | None = None
        """One that departed in the same inputs before."""

    # -- scenario -------------------------------------------------------------------------------
    @property
    def scenario(self) -> str:
        """What the answers are under: 'base' (the source's own conventions) or the overlays' names."""
        return " + ".join(map(str, self.scenarios)) or "base"

    def under(self, *scenarios: str | Overlay) -> Model:
        """The same model under other scenarios, stacked on the base."""
        key = ("under", *scenarios)
        if key not in self._family:
            model = Model(self.facts, self.formulas, scenarios, self._changes)
            self._family[key] = model
        return self._family[key]

    def with_changes(self, *changes: Change) -> Model:
        """The same model with values held: a what-if. It keeps all that the changes cannot reach.

        The second what-if of the same inputs only does the arithmetic above them again: a few milliseconds.
        """
        model = copy.copy(self)  # its scenario is read already
        for worked_out in ("graph", "_held"):
            model.__dict__.pop(worked_out, None)
        model._changes, model._family, model.warnings = (*self._changes, *changes), {}, list(self.warnings)
        key = _held_key(changes)
        model._departed, model._like = (self, changes), self._family.get(key)
        if model._like is None:
            self._family[key] = model
            for oldest in [one for one in self._family if one[0] == "held"][:-REMEMBERED]:
                del self._family[oldest]
        return model

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is held beside the scenario: the what-ifs, in their order."""
        return self._changes

    @property
    def unchanged(self) -> Model:
        """The model without its what-ifs: the one that they depart from."""
        if self._departed is not None:
            return self._departed[0].unchanged
        return Model(self.facts, self.formulas, self.scenarios) if self._changes else self

    def change(self, quantity: str, value: float, why: str = "set by hand", **where: Any) -> Change:
        """A checked change: the quantity exists, the labels too, the value is possible."""
        self.graph.require(quantity)
        labels = self.where(quantity, where)
        self._hold_possible(quantity, value, named(quantity, labels))
        if (outside := year_without_quarters(self, quantity, labels)) is not None:
            raise BadRequest(outside)
        return Change(quantity, float(value), labels, why)

    def _hold_possible(self, quantity: str, value: float, what: str) -> None:
        declared = self.facts.declarations.get(quantity) or self.facts.declarations.get(f"stated_{quantity}")
        if declared is not None and declared.text:
            raise BadRequest(Problem(f"{what} is a word, not a number", remedy="choose a numeric quantity"))
        players = self.graph.roles.get(quantity, {})
        limits: list[Interval] = [formula.possible for formula in players.values() if formula.possible]
        if declared is not None and declared.possible is not None:
            limits.append(declared.possible)
        for limit in limits:
            if value not in limit:
                meaning = declared.meaning if declared else next(iter(players.values())).meaning.split("\n")[0]
                raise BadRequest(
                    Problem(
                        f"{what} = {value:g} is impossible",
                        why=f"{meaning} It lies in {limit}",
                        remedy="give a value inside; shares are 0..1, not per cent",
                    )
                )
        if declared is not None and declared.structural and value != int(value):
            raise BadRequest(
                Problem(f"{what} = {value:g} is not a whole number", why=declared.meaning, remedy="write a year")
            )
        if declared is not None and declared.plausible is not None and value not in declared.plausible:
            warning = f"{what} = {value:g} lies outside the plausible {declared.plausible}; computed all the same"
            if warning not in self.warnings:
                self.warnings.append(warning)

    # -- the graph ------------------------------------------------------------------------------
    @functools.cached_property
    def graph(self) -> Graph:
        if self._departed is not None:
            return self._varied(*self._departed)
        dimensions = {name: list(labels) for name, labels in self.facts.labels.items()}
        horizon = self.base.horizon
        for one in self.overlays:
            horizon = one.horizon or horizon
        if horizon and "year" in dimensions:
            years = dimensions["year"] or [horizon[0]]
            dimensions["year"] = list(range(min(horizon[0], years[0]), max(horizon[1], years[-1]) + 1))
        graph = Graph(
            dimensions,
            self.facts.declarations,
            self.formulas,
            self._given,
            self._player,
            self._override,
            self._word,
        )
        self._held: dict[str, list[Change]] = {}
        for place, change in [(one.file, change) for one in (self.base, *self.overlays) for change in one.changes]:
            if not graph.exists(change.quantity):
                raise BadRequest(
                    Problem(
                        f"there is no quantity {change.quantity!r}",
                        place,
                        remedy=nearest(change.quantity, graph.quantities),
                    )
                )
        self.__dict__["graph"] = graph
        for one in (self.base, *self.overlays):
            for change in one.changes:
                try:
                    labels = self.where(change.quantity, change.where)
                except BadRequest as refused:
                    problem = refused.problems[0]
                    place = f"{one.file}: {change.quantity}"
                    raise BadRequest(Problem(problem.what, place, problem.why, problem.remedy)) from None
                self._hold_possible(change.quantity, change.value, f"{one.file}: {change.quantity}")
                held = Change(change.quantity, change.value, labels, f"{one.name}: {change.why}")
                self._held.setdefault(change.quantity, []).append(held)
        for change in self._changes:
            self._held.setdefault(change.quantity, []).append(change)
        return graph

    def _varied(self, departed: Model, changes: Sequence[Change]) -> Graph:
        """The graph of the model departed from with these changes, from the nearest one that is worked out."""
        nearest_graph = departed.graph
        if self._like is not None:
            try:
                nearest_graph = self._like.graph
            except BadRequest:  # that one was impossible: no neighbour to start from, and the next had better not try
                departed._family[_held_key(changes)] = self
        self._held = {name: list(held) for name, held in departed._held.items()}
        for change in changes:
            self._held.setdefault(change.quantity, []).append(change)
        return nearest_graph.varied(self._override, [(one.quantity, one.where) for one in changes])

    def _given(self, name: str, labels: tuple[Any, ...]) -> Given | None:
        fact = self.facts.of(name, labels)
        return None if fact is None or isinstance(fact.value, str) else Given(fact.value, fact.known, fact)

    def _word(self, name: str, labels: tuple[Any, ...]) -> str | None:
        fact = self.facts.of(name, labels)
        return fact.value if fact is not None and isinstance(fact.value, str) else None

    def _override(self, name: str, labels: Mapping[str, Any]) -> Given | None:
        for change in reversed(self._held.get(name, ())):
            if all(labels.get(dimension) == label for dimension, label in change.where.items()):
                return Given(change.value, "assumed", change)
        return None

    def _player(self, role: str, labels: Mapping[str, Any]) -> str:
        """Who plays a role: the scenario's choice, else the card's, else the base's, else the only one."""
        for one in reversed(self.overlays):
            if role in one.players:
                return one.players[role]
        for dimension, label in labels.items():
            card = self.facts.cards.get(dimension, {}).get(label)
            if card and role in card["players"]:
                return str(card["players"][role])
        if role in self.base.players:
            return self.base.players[role]
        if role in self.facts.declarations:
            return overlays.AS_PRINTED
        players = self.graph.roles.get(role, {})
        return next(iter(players)) if len(players) == 1 else ""

    def where(self, quantity: str, labels: Mapping[str, Any]) -> dict[str, Any]:
        """Labels as they are kept, whatever usual spelling they came in; refuses what the quantity has not."""
        axes = self.graph.dimensions_of(quantity)
        found: dict[str, Any] = {}
        for dimension, spelling in labels.items():
            if dimension not in self.graph.labels:
                raise BadRequest(
                    Problem(f"there is no dimension {dimension!r}", remedy=nearest(dimension, self.graph.labels))
                )
            if dimension not in axes:
                over = f"it runs over {', '.join(axes)}" if axes else "it is one number"
                raise BadRequest(
                    Problem(f"{quantity} has no dimension {dimension!r}", why=over, remedy="leave that label out")
                )
            found[dimension] = self.label(dimension, spelling)
        return found

    def label(self, dimension: str, spelling: Any) -> Any:
        """The label that a spelling means."""
        labels = self.graph.labels_of(dimension)
        if labels and isinstance(labels[0], int):
            text = str(spelling).rstrip("Ee")
            if text.isdecimal() and len(text) < 10 and int(text) in labels:
                return int(text)
            raise BadRequest(
                Problem(
                    f"there is no {dimension} {str(spelling)!r}",
                    remedy=f"the model runs from {labels[0]} to {labels[-1]}",
                )
            )
        return self.facts.label(dimension, spelling)

    # -- answers --------------------------------------------------------------------------------
    def solve(
        self,
        quantity: str,
        *,
        under: str | Sequence[str] | None = None,
        changes: Iterable[Change] = (),
        **where: Any,
    ) -> Answer:
        """The answer to a quantity, for the labels given (all, where none is given).

        ``model.solve("price_target", company="Cambricon", under="textbook")``
        """
        changes = tuple(changes)
        if under is not None:
            names = (under,) if isinstance(under, str) else tuple(under)
            return self.under(*names).solve(quantity, changes=changes, **where)
        if changes:
            return self.with_changes(*changes).solve(quantity, **where)
        self.graph.require(quantity)
        labels = self.where(quantity, where)
        return Answer(self, quantity, tuple(self._records(quantity, labels)))

    def _records(self, quantity: str, where: Mapping[str, Any]) -> Iterable[Record]:
        declared = self.facts.declarations.get(quantity)
        if declared is not None and declared.text and quantity not in self.graph.roles:
            for labels in self.graph.every(quantity, where):
                fact = self.facts.of(quantity, tuple(labels.values()))
                if fact is not None:
                    yield Record(quantity, "text", labels, fact.value, fact.known, None)
            return
        records = [self._record(quantity, labels) for labels in self.graph.every(quantity, where)]
        time = next((axis for axis in self.graph.dimensions_of(quantity) if axis in TIME), None)
        if time is None or time in where:
            yield from records
            return
        spans: dict[tuple[Any, ...], list[Any]] = {}
        for record in records:
            rest = tuple(label for axis, label in record.labels.items() if axis != time)
            if record.value is not None:
                spans.setdefault(rest, []).append(record.labels[time])
        for record in records:
            rest = tuple(label for axis, label in record.labels.items() if axis != time)
            if rest in spans and min(spans[rest]) <= record.labels[time] <= max(spans[rest]):
                yield record

    def _record(self, quantity: str, labels: dict[str, Any]) -> Record:
        cell = self.graph.cell(quantity, labels)
        return Record(
            quantity,
            self.unit(quantity, labels),
            labels,
            self.graph.value(cell),
            self.graph.known(cell) if cell.node is not None else "unknown",
            cell,
        )

    def unit(self, quantity: str, labels: Mapping[str, Any]) -> str:
        """The unit of a quantity, a company's own currencies by their names."""
        unit = self.graph.unit_of(quantity)
        card = known.currencies_of(self.facts, labels)
        for role in ("reporting_currency", "listing_currency"):
            unit = unit.replace(role, card.get(role) or role)
        return unit

    def program(self, answers: Sequence[Cell], inputs: Sequence[Cell], guards: Sequence[Cell] = ()) -> Program:
        """The arithmetic between chosen inputs and answers, compiled for many questions.

        ``guards``: results that must stay possible for the answers to have a meaning.
        """
        for cell in (*answers, *inputs):
            if cell.node is None:
                assert isinstance(cell.missing, Missing)
                raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason))
        return Program(
            self.graph.tape,
            [cell.node for cell in answers if cell.node is not None],
            [cell.node for cell in inputs if cell.node is not None],
            {
                cell.node: cell.formula.possible
                for cell in guards
                if cell.node is not None and cell.formula is not None and cell.formula.possible is not None
            },
        )
