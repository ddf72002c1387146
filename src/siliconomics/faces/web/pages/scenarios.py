"""The scenarios: what each says, and what this one with its what-ifs makes of the targets."""

from __future__ import annotations

from dataclasses import replace

from siliconomics.model.overlay import Change

from ..asked import Asked
from ..page import Block, Figure, Page, Table, word
from .words import signed


def page(asked: Asked, subject: str = "") -> Page:
    """The view's own changes first, then every scenario that can be opened."""
    from siliconomics.studies import risk_reward, scenarios

    model = asked.model
    rows = []
    for one in risk_reward.companies(model):
        cell = asked.figure("price_target", company=one)
        before = asked.before("price_target", {"company": one})
        move = float(cell.value) / before - 1 if isinstance(cell.value, float) and before else None
        rows.append([word(one, to=f"/valuation/{one}"), word(cell.unit), Figure(_text(before, cell), before, cell.unit), cell,
                     Figure(signed(move), move, "1")])  # fmt: skip
    blocks: list[Block] = [
        Table(
            "effects", "What the what-ifs do", "Target per share", ["Company", "Unit", "Without", "With", "Move"], rows
        )
    ]
    edits = [
        [word(f"{asked.name(change.quantity)} {', '.join(map(str, change.where.values()))}".strip()),
         asked.figure(change.quantity, editable=True, **change.where), word(_unit(asked, change))]
        for change in model.changes
        if set(change.where) == set(model.graph.dimensions_of(change.quantity))
    ]  # fmt: skip
    if edits:
        blocks.insert(
            0, Table("edits", "What-ifs of this view", "Empty takes one back", ["Quantity", "Value", "Unit"], edits)
        )
    listed = []
    for each in scenarios.listed():
        overlay = each.overlay
        state = replace(asked.state, scenarios=() if overlay.name == "base" else (overlay.name,))
        listed.append(
            [
                word(overlay.name, to="" if each.problem else state.link("/scenarios")),
                word(each.problem or overlay.meaning or overlay.why),
                Figure(str(len(overlay.players)), float(len(overlay.players))),
                Figure(str(len(overlay.changes)), float(len(overlay.changes))),
                word("yours" if each.own else "ours"),
            ]
        )
    blocks.append(Table("scenarios", "Scenarios", "Open one to see the model under it; s=A&s=B in the address stacks them",
                        ["Scenario", "What it says", "Rules", "Values", "Whose"], listed))  # fmt: skip
    count = len(model.changes)
    told = f"{count} what-if{'s' if count != 1 else ''}" if count else "no what-ifs"
    moved = max(rows, key=lambda row: abs(float(row[4].value or 0.0)))
    finding = f"Under {model.scenario} with {told}"
    finding += (
        f", {moved[0].text}'s target moves by {moved[4].text}."
        if count and moved[4].value
        else ", no target moves."
        if count
        else ", targets are as the scenario gives them."
    )
    note = "A scenario is a short file that names only what differs, and why; what-ifs of a view live in its address."
    return Page("scenarios", "Scenarios", finding, note, blocks)


def _unit(asked: Asked, change: Change) -> str:
    unit = asked.model.unit(change.quantity, change.where)
    return "" if unit == "1" else unit


def _text(value: float | None, cell: Figure) -> str:
    from siliconomics.model.figures import shown

    return "n/a" if value is None else shown("price_target", value, cell.unit)


__all__ = ["page"]
