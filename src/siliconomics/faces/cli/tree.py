"""Why-trees in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Answer, Model
from siliconomics.model.figures import is_share, shown, with_unit
from siliconomics.model.why import Reason

from .records import print_json

GRADES = {"reported": "green", "derived": "cyan", "estimated": "yellow", "assumed": "red", "unknown": "red"}


def why(model: Model, answer: Answer, depth: int, as_json: bool) -> None:
    """Print why a figure is what it is; several figures give several trees in JSON, one is wanted otherwise."""
    if as_json:
        from siliconomics.model.why import reason

        if all(record.cell is None for record in answer):
            raise BadRequest(
                Problem(
                    f"{answer.quantity} is a word; it has a source but no arithmetic",
                    remedy="`siliconomics show` prints it",
                )
            )
        trees = [reason(model, record.cell).as_dict() for record in answer if record.cell is not None]
        print_json(trees[0] if len(trees) == 1 else trees)
        return
    if len(answer) != 1:
        axes = model.graph.dimensions_of(answer.quantity)
        known = [str(record.labels[axes[0]]) for record in answer if record.value is not None] if axes else []
        raise BadRequest(
            Problem(
                f"{answer.quantity} has {len(answer)} values here",
                why=f"it runs over {', '.join(axes)}",
                remedy=f"name one, for example --where {axes[0] if axes else ''}={known[0] if known else ''}",
            )
        )
    _print(model, answer, answer.why(), depth)


def _print(model: Model, answer: Answer, reason: Reason, depth: int) -> None:
    from rich.console import Console
    from rich.tree import Tree

    console = Console(highlight=False)
    told = "scenario base: the source's own conventions" if not model.overlays else f"scenario {model.scenario}"
    console.print(f"[dim]{told}[/]")
    tree = Tree(_head(reason), guide_style="dim")
    _Drawing(reason).grow(tree, reason, depth)
    console.print(tree)
    _facts(console, answer, reason)


def _head(reason: Reason) -> str:
    from rich.markup import escape

    labels = escape("[" + ", ".join(str(label) for label in reason.labels.values()) + "]") if reason.labels else ""
    grade = f"[{GRADES[reason.known]}]{reason.known}[/]"
    return f"[bold]{reason.quantity}[/]{labels} = [bold]{escape(reason.text)}[/]  {grade}"


class _Drawing:
    """A why-tree drawn to a depth; what was shown in full once is not shown again."""

    def __init__(self, reason: Reason) -> None:
        self.whole = {_key(one): one for one in _all(reason) if not one.repeated}
        self.told: set[Any] = set()

    def grow(self, tree: Any, reason: Reason, depth: int) -> None:
        """Add to a branch what its figure rests on."""
        from rich.markup import escape

        if reason.missing:
            tree.add(f"[red]{escape(reason.missing)}[/]")
        if not reason.formula:
            if not reason.missing:
                tree.add(f"[dim]{escape(_source(reason))}[/]")
            return
        player = f"  [dim](played by {reason.player})[/]" if reason.player else ""
        tree.add(f"[dim]=[/] {escape(reason.formula)}{player}")
        if _key(reason) in self.told:
            tree.add("[dim]told above[/]")
            return
        reason = self.whole.get(_key(reason), reason)
        if reason.numbers and reason.numbers != reason.formula:
            tree.add(f"[dim]=[/] {escape(reason.numbers)}")
        if depth <= 1:
            if reason.because:
                tree.add(f"[dim]rests on {len(reason.because)} more; --depth shows them[/]")
            return
        self.told.add(_key(reason))
        groups: dict[str, list[Reason]] = {}
        for one in reason.because:
            groups.setdefault(one.quantity, []).append(one)
        for group in groups.values():
            shown_whole = {id(group[0]), id(group[-1])} if len(group) > 3 else {id(one) for one in group}
            for one in group:
                branch = tree.add(_head(one))
                if id(one) in shown_whole:
                    self.grow(branch, one, depth - 1)


def _key(reason: Reason) -> Any:
    return reason.quantity, tuple(reason.labels.items())


def _all(reason: Reason) -> Iterator[Reason]:
    yield reason
    for one in reason.because:
        yield from _all(one)


def _source(reason: Reason) -> str:
    parts = [reason.source + (f", as of {reason.as_of}" if reason.as_of else "")]
    if reason.range:
        low, high = (shown(reason.quantity, end, reason.unit) for end in reason.range)
        parts.append(f"range {low} to {high}")
    if reason.note:
        parts.append(reason.note)
    for other in reason.others:
        value = other["value"]
        text = shown(reason.quantity, value, reason.unit) if isinstance(value, float) else str(value)
        parts.append(f"not used: {text} ({other['source']})")
    return "; ".join(parts)


def _facts(console: Any, answer: Answer, reason: Reason) -> None:
    """The facts an answer rests on, those that move it most first."""
    if reason.value is None:
        return
    from rich.table import Table

    moves = answer.sensitivities()
    grades: dict[str, int] = {}
    for one in moves:
        grades[one.known] = grades.get(one.known, 0) + 1
    counted = ", ".join(f"{count} {grade}" for grade, count in grades.items())
    console.print(f"\nRests on {len(moves)} facts ({counted}); as well known as the weakest: {reason.known}.")
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for heading, justify in (
        ("what moves it most", "left"),
        ("value", "right"),
        ("1% more of it moves it by", "right"),
        ("known", "left"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for one in moves[:8]:
        if one.elasticity is None or abs(one.elasticity) < 1e-4:
            continue
        labels = ", ".join(str(label) for label in one.labels.values())
        unit = answer.model.unit(one.quantity, one.labels)
        value = (
            shown(one.quantity, one.value, unit)
            if is_share(one.quantity, unit)
            else with_unit(one.quantity, one.value, unit)
        )
        table.add_row(f"{one.quantity} {labels}", value, f"{one.elasticity:+.2f}%".replace("-", "−"), one.known)
    console.print(table)
