"""What a change moves, from the changed input to the answer, in the terminal and as records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siliconomics.model.figures import gap, shown
from siliconomics.studies.calibrated import calibrated
from siliconomics.studies.compare import Comparison, Step, named

from .records import print_json
from .show import say_calibrated

LINES = 40
"""Steps of a chain that are shown unless all are asked for."""
WIDE = 120
"""Characters from which a step is one row of a table; on narrower screens it has its name above its figures."""


def show(found: Comparison, everything: bool, as_json: bool) -> None:
    """Print the answers before and after, and the chain between the change and the one answer."""
    steps = found.steps if everything else found.main(LINES)
    if as_json:
        print_json(_plain(found, steps))
        return
    from rich.console import Console

    console = Console(highlight=False)
    before, after = named([found.before, found.after])
    console.print(f"[bold]{found.quantity}[/]", f"({found.unit})" if found.unit != "1" else "")
    console.print(f"before: {before}\nafter:  {after}", markup=False, style="dim")
    _answers(console, found)
    _way(console, found, steps)
    say_calibrated(console, found.after, [one.cell for one in found.answers if one.cell is not None])


def _way(console: Any, found: Comparison, steps: tuple[Step, ...]) -> None:
    if steps:
        _chain(console, found, steps)
        return
    if all(one.same for one in found.answers):
        console.print("nothing moves: the change does not reach it")
    else:
        axes = ", ".join(found.answers[0].labels)
        console.print(f"[dim]the chain is shown for one answer: name one with --where ({axes})[/]")


def _plain(found: Comparison, steps: tuple[Step, ...]) -> dict[str, Any]:
    before, after = named([found.before, found.after])
    return {
        "quantity": found.quantity,
        "unit": found.unit,
        "before": before,
        "after": after,
        "answers": [{"labels": one.labels, "before": one.before, "after": one.after} for one in found.answers],
        "chain": [step.as_dict() for step in steps],
        "calibrated": calibrated(found.after, [one.cell for one in found.answers if one.cell is not None]),
        "steps_left_out": len(found.steps) - len(steps),
    }


def _table(*headings: tuple[str, str]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in headings:
        table.add_column(heading, justify=justify, no_wrap=justify == "right")  # type: ignore[arg-type]
    return table


def _answers(console: Any, found: Comparison) -> None:
    table = _table(("", "left"), ("before", "right"), ("after", "right"), ("move", "right"))
    known = [one for one in found.answers if one.before is not None or one.after is not None]
    for one in known:
        name = " ".join(str(label) for label in one.labels.values())
        table.add_row(name, *(_figures(found.quantity, found.unit, one.before, one.after)))
    console.print(table)
    if len(known) < len(found.answers):
        console.print(f"[dim]unknown either way: {len(found.answers) - len(known)} more[/]")


def _figures(quantity: str, unit: str, before: float | None, after: float | None) -> list[str]:
    return [shown(quantity, before, unit), shown(quantity, after, unit), gap(before, after)]


def _chain(console: Any, found: Comparison, steps: tuple[Step, ...]) -> None:
    rows = [_row(step) for step in steps]
    if console.width >= WIDE:
        _in_one_row(console, rows)
    else:
        _in_two_lines(console, rows)
    rest = len(found.steps) - len(steps)
    console.print(
        "[dim]carries: share of the answer's move that passes through the figure shown, to first order; "
        "those of one step add up, those of different steps do not"
        + (f". {rest} smaller steps are left out; --all shows them" if rest else "")
        + "[/]"
    )


def _row(step: Step) -> tuple[str, str, str, str, str, str, str, str]:
    """Chapter, name, before, after, move, unit, when it moved, what it carries."""
    labels = " ".join(str(label) for label in step.labels.values())
    labels += f" ({step.alike} alike)" if step.alike > 1 else ""
    span = "" if step.span is None or step.span[0] == step.span[1] else f"{step.span[0]} to {step.span[1]}"
    carried = "" if step.carried is None else f"{step.carried * 100:.0f}%".replace("-", "−")
    before, after, move = _figures(step.quantity, step.unit, step.before, step.after)
    unit = "" if step.unit == "1" else step.unit
    return step.chapter, f"{step.quantity} {labels}", before, after, move, unit, span, carried


def _in_one_row(console: Any, rows: Sequence[tuple[str, ...]]) -> None:
    table = _table(
        ("", "left"), ("from what was changed to the answer", "left"), ("before", "right"), ("after", "right"),
        ("move", "right"), ("unit", "left"), ("moved in", "left"), ("carries", "right"),
    )  # fmt: skip
    table.columns[1].overflow = "fold"
    chapter = ""
    for first, *rest in rows:
        table.add_row(first if first != chapter else "", *rest)
        chapter = first
    console.print(table)


def _in_two_lines(console: Any, rows: Sequence[tuple[str, ...]]) -> None:
    console.print("[bold]from what was changed to the answer[/]")
    chapter = ""
    for first, name, before, after, move, unit, span, carried in rows:
        if first != chapter:
            console.print(first, style="bold")
        chapter = first
        figures = f"{before} -> {after} {unit}".rstrip()
        tail = "; ".join(one for one in (move, span, f"carries {carried}" if carried else "") if one)
        console.print(f"  {name}", markup=False)
        console.print(f"      {figures}   {tail}", markup=False, style="dim")
