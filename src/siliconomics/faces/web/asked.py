"""From a state to a model that answers it: kept for the next edit, refused edits told, the last good result left."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.faces.words import label
from siliconomics.model import Model, load, overlay
from siliconomics.model.figures import is_share, shown, with_unit
from siliconomics.model.overlay import Change

from .page import Edit, Figure
from .state import State, number, read

KEPT_MODELS, KEPT_SCENARIOS = 16, 6


@dataclass(frozen=True)
class Asked:
    """A model in a state, and what was wrong with the way it was asked."""

    state: State
    model: Model
    published: Model
    """The same scenario without what-ifs."""
    notices: tuple[str, ...] = ()
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Targets whose new value was not taken: what was typed, and why not."""

    def name(self, quantity: str) -> str:
        """A quantity in the reader's language."""
        return label("quantity", quantity, self.state.language)

    def called(self, dimension: str, name: object) -> str:
        """A label in the reader's language."""
        return label(dimension, name, self.state.language)

    def figure(
        self, quantity: str, *, unit: bool = False, editable: bool = False, tone: str = "", **labels: Any
    ) -> Figure:
        """A figure of the model, told with its grade and what it was before the what-ifs."""
        here = self.model.graph
        cell = here.cell(quantity, labels)
        value = here.value(cell)
        of = self.model.unit(quantity, labels)
        write = with_unit if unit else shown
        before = self.before(quantity, labels)
        text = "n/a" if value is None else write(quantity, value, of)
        was = "" if before is None or value is None or before == value else write(quantity, before, of)
        return Figure(
            text,
            value,
            of,
            quantity,
            dict(labels),
            here.known(cell) if cell.node is not None else "unknown",
            cell.missing.reason if cell.missing is not None else "",
            tone,
            was if was != text else "",
            self._edit(quantity, labels, value, before, of) if editable and value is not None else None,
        )

    def before(self, quantity: str, labels: Mapping[str, Any]) -> float | None:
        """The figure without what-ifs."""
        graph = self.published.graph
        return graph.value(graph.cell(quantity, dict(labels)))

    def _edit(self, quantity: str, labels: Mapping[str, Any], value: float, before: float | None, unit: str) -> Edit:
        target = target_of(quantity, labels)
        typed, reason = self.refused.get(target, ("", ""))
        published = "" if before is None else typed_text(quantity, before, unit)
        return Edit(target, typed_text(quantity, value, unit), published, reason, typed)


def target_of(quantity: str, labels: Mapping[str, Any]) -> str:
    """How an address names a figure."""
    return f"{quantity}@{','.join(str(one) for one in labels.values())}" if labels else quantity


def typed_text(quantity: str, value: float, unit: str) -> str:
    """A value as a person would type it, with every digit that counts."""
    return f"{value * 100:.6g}%" if is_share(quantity, unit) else f"{value:.8g}"


class Desk:
    """The models of a server. One question is worked on at a time: models share what they have worked out."""

    def __init__(self, facts: Sequence[str | Path] = ()) -> None:
        self.base = load(facts)
        self.lock = threading.RLock()
        self._scenarios: OrderedDict[tuple[str, ...], Model] = OrderedDict()
        self._models: OrderedDict[tuple[Any, ...], Model] = OrderedDict()

    def names(self) -> list[str]:
        """Scenarios that may be named: ours and the user's own, by name only."""
        return [*overlay.names(), *overlay.own_names()]

    def under(self, scenarios: tuple[str, ...]) -> Model:
        """The model of a stack of scenarios, without what-ifs."""
        if not scenarios:
            return self.base
        return _kept(
            self._scenarios, scenarios, KEPT_SCENARIOS, lambda: Model(self.base.facts, self.base.formulas, scenarios)
        )

    def held(self, scenarios: tuple[str, ...], changes: tuple[Change, ...]) -> Model:
        """The same with values held."""
        published = self.under(scenarios)
        if not changes:
            return published
        key = (scenarios, *((one.quantity, *one.where.values(), one.value) for one in changes))
        return _kept(self._models, key, KEPT_MODELS, lambda: published.with_changes(*changes))

    def read(self, pairs: Iterable[tuple[str, str]], usual: tuple[str, ...] = ()) -> tuple[State, list[str]]:
        """The state of an address, fresh fields of a form among its edits; ``usual``: scenarios if it names none."""
        state, fresh, notices = read(pairs, self.base.graph.labels, self.names())
        published = self.under(state.scenarios or usual)
        for target, text in fresh:
            state = _with_field(published, state, target, text)
        return state, notices

    def answer(
        self, pairs: Iterable[tuple[str, str]], build: Callable[[Asked], Any], usual: tuple[str, ...] = ()
    ) -> tuple[Asked, Any]:
        """What a builder makes of a state. An edit that cannot be honoured is left out, told at its cell."""
        with self.lock:
            state, notices = self.read(pairs, usual)
            scenarios = state.scenarios or usual
            published = self.under(scenarios)
            good, refused = _possible(published, state.edits, notices)
            while True:
                kept = {target: change for target, _, change in good}
                changes = tuple(kept[target] for target in sorted(kept))
                now = replace(state, edits=tuple((target, f"{kept[target].value!r}") for target in sorted(kept)))
                asked = Asked(now, self.held(scenarios, changes), published, tuple(notices), refused)
                try:
                    return asked, build(asked)
                except (OverflowError, RecursionError, ZeroDivisionError):
                    problem = BadRequest(Problem("the numbers are too large or too deep to compute"))
                except BadRequest as caught:
                    problem = caught
                if not good:
                    raise problem
                target, text, _ = good.pop()
                refused = {**refused, target: (text, str(problem.problems[0]))}


def _possible(
    model: Model, edits: Sequence[tuple[str, str]], notices: list[str]
) -> tuple[list[tuple[str, str, Change]], dict[str, tuple[str, str]]]:
    """Edits that the model takes, each alone, and why the others are refused."""
    good: list[tuple[str, str, Change]] = []
    refused: dict[str, tuple[str, str]] = {}
    for target, text in edits:
        standing = list(model.warnings)
        try:
            change = change_of(model, target, text)
            good.append((target_of(change.quantity, change.where), text, change))
        except BadRequest as caught:
            if model.graph.exists(target.partition("@")[0]):
                refused[target] = (text, str(caught.problems[0]))
            else:
                notices.append(f"set={target}={text}: {caught.problems[0]} Ignored.")
        notices += [one for one in model.warnings if one not in standing]
        model.warnings[:] = standing  # what this view holds is no matter of the next one's
    return good, refused


def change_of(model: Model, target: str, text: str) -> Change:
    """A what-if of an address, checked."""
    from siliconomics.faces.cli.app import labels_of

    name, _, spelled = target.partition("@")
    where = model.where(name, labels_of(model, name, spelled))
    axes = model.graph.dimensions_of(name)
    return model.change(
        name, number(text, target), why="set by hand", **{axis: where[axis] for axis in axes if axis in where}
    )


def _with_field(model: Model, state: State, target: str, text: str) -> State:
    """A field of a form: empty or as published takes a what-if back, as it stands leaves it, else it is a new one."""
    present = dict(state.edits).get(target)
    name, _, spelled = target.partition("@")
    try:
        from siliconomics.faces.cli.app import labels_of

        labels = model.where(name, labels_of(model, name, spelled))
        unit = model.unit(name, labels)
        value = model.graph.value(model.graph.cell(name, labels))
        published = "" if value is None else typed_text(name, value, unit)
        now = published if present is None else typed_text(name, number(present, target), unit)
    except BadRequest:
        return replace(state, edits=(*state.edits, (target, text or "nothing")))
    if text in ("", published):
        return state.without(target)
    return state if text == now else replace(state, edits=(*state.edits, (target, text)))


def _kept(cache: OrderedDict[Any, Model], key: Any, most: int, make: Callable[[], Model]) -> Model:
    """The model of a key; the one used longest ago gives way."""
    if key not in cache:
        cache[key] = make()
        while len(cache) > most:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]


__all__ = ["Asked", "Desk", "change_of", "target_of", "typed_text"]
