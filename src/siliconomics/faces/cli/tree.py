"""Why-trees in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Answer, Model
from siliconomics.model.figures import is_share, shown, with_unit
from siliconomics.model.why import Reason

from .records import print_json
from .show import pointers, say_calibrated

PAGE = 150
"""Entries of a tree that a reader still follows: unless told a depth, it is drawn as deep as this allows."""
DEEPEST = 6
"""And never deeper than this."""
WIDE = 20
"""A figure that rests on more quantities than this (a search over layouts) names some of them instead of drawing each."""
NAMED = 8
"""So many of them."""
GRADES = {"reported": "green", "derived": "cyan", "estimated": "yellow", "assumed": "red", "unknown": "red"}


def why(model: Model, answer: Answer, depth: int | None, whole: bool, as_json: bool) -> None:
    """Print why a figure is what it is; several figures give several trees in JSON, one is wanted otherwise.

    JSON is always the whole tree. In the terminal it is drawn to a depth, or whole, or as deep as a page allows.
    """
    if whole and depth is not None:
        raise BadRequest(
            Problem("--all and --depth are both given", why="the whole tree has no depth", remedy="leave one out")
        )
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
    _print(model, answer, answer.why(), depth, whole)


def _print(model: Model, answer: Answer, reason: Reason, depth: int | None, whole: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    told = "scenario base: the source's own conventions" if not model.overlays else f"scenario {model.scenario}"
    console.print(f"[dim]{told}[/]")
    drawing = _Drawing(reason, None, page=None) if whole else _drawn(reason, depth)
    console.print(drawing.tree)
    if drawing.folded:
        console.print(f"[dim]{drawing.folded} figures are folded; --depth N draws deeper, --all the whole tree[/]")
    for line in pointers(answer):
        console.print(line, markup=False)
    _facts(console, answer, reason)
    say_calibrated(console, model, [record.cell for record in answer if record.cell is not None])


def _drawn(reason: Reason, depth: int | None) -> _Drawing:
    """The tree to a depth; not told one, the deepest that fits a page."""
    if depth is not None:
        return _Drawing(reason, depth, page=None)
    drawing = _Drawing(reason, 2, page=None)
    for deeper in range(3, DEEPEST + 1):
        next_one = _Drawing(reason, deeper, page=PAGE)
        if next_one.entries > PAGE:
            break
        drawing = next_one
    return drawing


def _head(reason: Reason) -> str:
    from rich.markup import escape

    labels = escape("[" + ", ".join(str(label) for label in reason.labels.values()) + "]") if reason.labels else ""
    grade = f"[{GRADES[reason.known]}]{reason.known}[/]"
    return f"[bold]{reason.quantity}[/]{labels} = [bold]{escape(reason.text)}[/]  {grade}"


class _Drawing:
    """A why-tree drawn to a depth (None: to the end); what was shown once is not shown again.

    Given a page, drawing stops when the tree has more entries than that.
    """

    def __init__(self, reason: Reason, depth: int | None, page: int | None) -> None:
        from rich.tree import Tree

        self.complete = {_key(one): one for one in _all(reason) if not one.repeated}
        self.page = page
        self.entries = 0
        self.folded = 0
        self.shown: set[Any] = set()
        self.tree = Tree(_head(reason), guide_style="dim")
        self._grow(self.tree, reason, depth, at_root=True)

    def _add(self, branch: Any, text: str) -> Any:
        self.entries += 1
        return branch.add(text)

    def _grow(self, branch: Any, reason: Reason, depth: int | None, *, at_root: bool = False) -> None:
        """Add to a branch what its figure rests on."""
        from rich.markup import escape

        if reason.missing:
            self._add(branch, f"[red]{escape(reason.missing)}[/]")
        if not reason.formula:
            self.shown.add(_key(reason))
            if not reason.missing:
                self._add(branch, f"[dim]{escape(_source(reason))}[/]")
            return
        player = f"  [dim](played by {reason.player})[/]" if reason.player else ""
        self._add(branch, f"[dim]=[/] {escape(reason.formula)}{player}")
        reason = self.complete.get(_key(reason), reason)
        if reason.numbers and reason.numbers != reason.formula:
            self._add(branch, f"[dim]=[/] {escape(reason.numbers)}")
        groups: dict[str, list[Reason]] = {}
        for one in reason.because:
            groups.setdefault(one.quantity, []).append(one)
        if depth is not None and (depth <= 1 or (len(groups) > WIDE and not at_root)):
            if depth > 1:
                self.shown.add(_key(reason))
            self._fold(branch, reason.quantity, groups, wide=depth > 1)
            return
        self.shown.add(_key(reason))
        for group in groups.values():
            in_full = group if depth is None or len(group) <= 3 else [group[0], group[-1]]
            for one in group:
                self._one(branch, one, depth, in_full=any(one is other for other in in_full))

    def _one(self, branch: Any, one: Reason, depth: int | None, *, in_full: bool) -> None:
        if self.page is not None and self.entries > self.page:
            return
        if _key(one) in self.shown:
            self._add(branch, f"{_head(one)}  [dim]shown above[/]")
            return
        below = self._add(branch, _head(one))
        if in_full:
            self._grow(below, one, None if depth is None else depth - 1)
        elif one.formula:
            self.folded += 1

    def _fold(self, branch: Any, quantity: str, groups: dict[str, list[Reason]], *, wide: bool) -> None:
        """Say how much is not drawn, and how to see it."""
        if not groups:
            return
        self.folded += 1
        told = f"rests on {sum(len(group) for group in groups.values())} more; --depth shows them"
        if wide:
            names = ", ".join(list(groups)[:NAMED])
            told = f"rests on {names} and {len(groups) - NAMED} more; `siliconomics why {quantity}` shows them"
        self._add(branch, f"[dim]{told}[/]")


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
    for one in moves:
        later = one.slope / reason.value if one.elasticity is None and reason.value else 0.0
        if abs(later) >= 1e-4:
            console.print(f"{one.quantity} {one.value:.2f}: a year later moves it by {later:+.1%}".replace("-", "−"))
