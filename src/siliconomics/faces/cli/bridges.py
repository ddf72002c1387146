"""Bridges and differences in the terminal, for every command that has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from siliconomics.core import named
from siliconomics.model.figures import MINUS, shown, with_unit

if TYPE_CHECKING:
    from siliconomics.studies.bridge import Bridge, Difference

GroupBy = Annotated[
    str,
    typer.Option(
        "--group", metavar="HOW", help="What changes together: rules (of one scenario), each, quantity or scenario."
    ),
]
Orders = Annotated[
    int | None, typer.Option("--orders", min=2, help="Orders drawn where there are too many for all; 200 at most.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the orders drawn.")]


def difference_table(found: Sequence[Difference]) -> Any:
    """What differs, with both values, unit, who says so, when and why."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, side in (
        ("", "left"), ("what differs", "left"), ("before", "right"), ("after", "right"), ("unit", "left"),
        ("said by", "left"), ("date", "left"), ("why", "left"),
    ):  # fmt: skip
        table.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]
    for one in found:
        table.add_row(
            one.kind,
            escape(one.name),
            side_of(one, one.before),
            side_of(one, one.after),
            "" if one.unit == "1" else escape(one.unit),
            escape(one.said_after or (f"no longer {one.said_before}" if one.said_before else "")),
            one.date_after or one.date_before,
            escape(one.why),
        )
    return table


def side_of(one: Difference, value: float | str | None) -> str:
    """One side of a difference as text."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else shown(one.quantity, value, one.unit)


def signed(value: float | None, size: float) -> str:
    """A part of a difference with its sign, as finely as the whole difference asks."""
    if value is None:
        return ""
    if size and abs(value) < 1e-9 * size:
        value = 0.0
    decimals = 0 if size >= 10_000 else 2 if size >= 10 else 4 if size >= 0.01 else 8
    return f"{value:+,.{decimals}f}".replace("-", MINUS) if value else "0"


def show_bridge(found: Bridge) -> None:
    """Print a bridge: both ends, each change in order and fairly, what they do together."""
    from rich.markup import escape
    from rich.table import Table

    from siliconomics.studies.bridge import ORDER

    from .show import _console

    console = _console()
    console.print(f"[bold]{escape(named(found.quantity, found.labels))}[/]" + _in(found.unit))
    size = max(abs(found.difference), *(abs(step.ordered) for step in found.steps), 0.0)
    table = Table(box=None, pad_edge=False, header_style="bold")
    drawn = found.orders is not None
    headings = ["", "from", "to", "in order", "Shapley", *(["± (1 se)"] if drawn else []), "alone", "last"]
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    for step in found.steps:
        one = step.differences[0] if len(step.differences) == 1 else None
        ends = (
            [side_of(one, one.before), side_of(one, one.after)] if one is not None and one.kind != "rule" else ["", ""]
        )
        table.add_row(
            escape(step.name),
            *ends,
            signed(step.ordered, size),
            "none" if step.shapley is None else signed(step.shapley, size),
            *([signed(step.error, size).lstrip("+")] if drawn else []),
            "no value" if step.alone is None else signed(step.alone, size),
            "no value" if step.last is None else signed(step.last, size),
        )
    fair = [step.shapley for step in found.steps]
    whole = None if None in fair else sum(one for one in fair if one is not None)
    table.add_row(
        "[bold]together[/]",
        with_unit(found.quantity, found.value_before, "1"),
        with_unit(found.quantity, found.value_after, "1"),
        signed(sum(step.ordered for step in found.steps), size),
        "none" if whole is None else signed(whole, size),
        *([""] if drawn else []),
        "" if found.interaction is None else signed(found.difference - found.interaction, size),
        "",
    )
    console.print(f"[dim]from {escape(found.before)} to {escape(found.after)}[/]")
    console.print(table)
    if found.interaction is not None:
        console.print(f"together beyond the sum of each alone: {signed(found.interaction, size)}")
    for one_name, other_name, value in found.pairs:
        console.print(f"  {escape(one_name)} with {escape(other_name)}: {signed(value, size)}")
    how = (
        "not all orders make sense"
        if found.note
        else "all orders worked out"
        if not drawn
        else f"{found.orders} orders drawn, seed {found.seed}; the sum is exact"
    )
    console.print(f"[dim]in order: {ORDER}. Shapley: mean over all orders; {how}. Grouped by {found.by}.[/]")
    if found.without_effect:
        few = ", ".join(one.name for one in found.without_effect[:6])
        more = f" and {len(found.without_effect) - 6} more" if len(found.without_effect) > 6 else ""
        console.print(f"[dim]never read by this answer: {escape(few)}{more}[/]")
    if found.note:
        console.print(escape(found.note))


def _in(unit: str) -> str:
    return f" ({unit})" if unit != "1" else ""
