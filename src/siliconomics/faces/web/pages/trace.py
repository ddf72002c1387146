"""Why a figure is what it is: formula, numbers, and what they rest on down to the source."""

from __future__ import annotations

from typing import Any

from siliconomics.model import Answer
from siliconomics.model.answer import Record
from siliconomics.model.figures import shown

from ..asked import Asked
from ..page import Block, Figure, Lines, Page, Table, Tree, word

MOST_MOVES, MOST_RECORDS = 12, 400


def page(asked: Asked, subject: str) -> Page:
    """The tree of one figure; of a question that leaves several, the list to choose from."""
    model = asked.model
    axes = model.graph.dimensions_of(subject) if model.graph.exists(subject) else ()
    model.graph.require(subject)
    labels: dict[str, Any] = {axis: label for axis, label in asked.state.labels if axis in axes}
    answer = model.solve(subject, **labels)
    name = asked.name(subject)
    if len(answer) != 1 or answer.records[0].cell is None:
        return _choice(asked, subject, name, list(answer.records))
    record = answer.records[0]
    reason = answer.why()
    said = ", ".join(str(one) for one in record.labels.values())
    finding = f"{name}{f' of {said}' if said else ''} is {reason.text if record.value is not None else 'unknown'}"
    finding += f" ({reason.known})" if record.value is not None else f": {reason.missing}"
    blocks: list[Block] = [Tree("tree", "Down to the sources", reason)]
    if record.value is not None:
        blocks.append(_moves(asked, answer, name))
    note = reason.meaning or f"{subject}, under {model.scenario}"
    return Page(
        "trace", f"Why: {name}", finding + ".", f"{note.rstrip('.')}. {subject}, scenario {model.scenario}.", blocks
    )


def _moves(asked: Asked, answer: Answer, name: str) -> Block:
    found = answer.sensitivities()
    rows = []
    for one in [each for each in found if each.elasticity is not None][:MOST_MOVES]:
        unit = asked.model.unit(one.quantity, one.labels)
        labels = ", ".join(str(label) for label in one.labels.values())
        rows.append(
            [
                word(f"{asked.name(one.quantity)} {labels}".strip()),
                Figure(shown(one.quantity, one.value, unit), one.value, unit, one.quantity, one.labels, one.known),
                word("" if unit == "1" else unit),
                Figure(f"{one.elasticity:+.2f} %".replace("-", "−"), one.elasticity, "%"),
                word(one.known),
            ]
        )
    if not rows:
        return Lines("moves", "What moves it", ["No fact below it can be moved by a per cent."])
    note = f"By how much one per cent more of a fact moves it; it rests on {len(found)} facts"
    return Table("moves", "What moves it most", note, ["Fact", "Value", "Unit", "One per cent more", "Known"], rows)


def _choice(asked: Asked, subject: str, name: str, records: list[Record]) -> Page:
    axes = list(asked.model.graph.dimensions_of(subject))
    known = [one for one in records if one.value is not None]
    rows = []
    for one in known[:MOST_RECORDS]:
        labels = [word(one.labels.get(axis, "")) for axis in axes] or [word(subject)]
        text = shown(subject, one.value, one.unit)
        cell = Figure(text, one.value, one.unit, subject if one.cell is not None else "", one.labels, one.known)
        rows.append([*labels, cell, word("" if one.unit == "1" else one.unit), word(one.known)])
    heads = (
        [*(asked.called("dimension", axis) for axis in axes), "Value", "Unit", "Known"]
        if axes
        else ["", "Value", "Unit", "Known"]
    )
    finding = f"{name} is known in {len(known)} of {len(records)} places; choose one to see why."
    unknown = len(records) - len(known)
    note = (
        f"{subject}, scenario {asked.model.scenario}. {unknown} places unknown."
        if unknown
        else f"{subject}, scenario {asked.model.scenario}."
    )
    return Page("trace", f"Why: {name}", finding, note, [Table("records", name, "", heads, rows)])


__all__ = ["page"]
