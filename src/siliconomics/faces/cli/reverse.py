"""The command of reverse questions: what must be true for an answer to be as wanted."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import MINUS, shown, with_unit

from .app import AsJson, FactsFolders, Scenario, Set, Where, _model, _split, _warn, app, labels_of
from .records import print_json

FAR = 10
"""Widths of its range beyond which it no longer matters how far a fact must go."""


@app.command("reverse")
def reverse_(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="ANSWER=VALUE...", help="For example price_target=1352.5, or price_target@MetaX=500."),
    ],
    by: Annotated[
        list[str],
        typer.Option(
            "--by", metavar="INPUT", help="An input to solve for, NAME or NAME@LABELS; repeat for several at once."
        ),
    ] = [],
    table: Annotated[
        bool, typer.Option("--table", help="What must be true: each fact it hangs on most, moved alone.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="Facts in that table.")] = 10,
    within_range: Annotated[
        bool, typer.Option("--within-range", help="With several inputs: none leaves its own range.")
    ] = False,
    where: Where = [],
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """What an input must be, or several, for an answer to be as wanted; without --by, which facts could do it alone."""
    from siliconomics.studies import reverse as study

    model = _model(facts, scenario, sets)
    aims = [_aim(model, one, _split(where, "--where")) for one in targets]
    _warn(model)
    if table or not by:
        if len(aims) > 1 or by:
            raise BadRequest(
                Problem("the table is of one answer and all its facts", remedy="leave --by out, and name one")
            )
        _table(model, *aims[0], top, as_json)
        return
    if len(aims) == 1 and len(by) == 1 and not within_range:
        name, _, spelled = by[0].partition("@")
        found = study.solved(
            model, aims[0][0], study.cause_of(model, aims[0][0], name, labels_of(model, name, spelled)), aims[0][1]
        )
        _one(model, found, as_json)
        return
    _several(model, aims, by, within_range, as_json)


def _aim(model: Any, text: str, where: dict[str, str]) -> tuple[Any, float]:
    """The answer and the value in ``ANSWER[@LABELS]=VALUE``."""
    from siliconomics.studies.reverse import answer_of

    target, equals, wanted = text.rpartition("=")
    if not equals or not target.strip() or not wanted.strip():
        raise BadRequest(
            Problem(f"ANSWER {text!r} is not of the form name=value", remedy="write for example price_target=1352.5")
        )
    try:
        value = float(wanted)
    except ValueError:
        raise BadRequest(Problem(f"{wanted!r} is not a number", remedy="write ANSWER=VALUE")) from None
    name, _, spelled = target.strip().partition("@")
    return answer_of(model, name, value, {**where, **labels_of(model, name, spelled)}), value


def _one(model: Any, found: Any, as_json: bool) -> None:
    """Print the answer to a reverse question of one input."""
    if as_json:
        print_json(found.as_dict())
        return
    unit = model.unit(found.input, found.labels)
    labels = ", ".join(f"{axis} {label}" for axis, label in found.labels.items())
    word = "must be" if found.feasible else "cannot reach it; nearest at"
    print(
        f"{found.input}{' of ' + labels if labels else ''} {word} {with_unit(found.input, found.value, unit)}"
        f" (the answer is then {found.achieved:,.6g}, wanted {found.target:,.6g}; scenario {model.scenario})"
    )
    if found.note:
        print(found.note)


def _several(model: Any, aims: list[tuple[Any, float]], by: list[str], within_range: bool, as_json: bool) -> None:
    from siliconomics.studies.reverse import cause_of
    from siliconomics.studies.reverse_together import together

    inputs = []
    for text in by:
        name, _, spelled = text.partition("@")
        at = labels_of(model, name, spelled)
        refused: BadRequest | None = None
        for answer, _ in aims:  # the first answer that rests on it says which cell is meant
            try:
                inputs.append(cause_of(model, answer, name, at))
                break
            except BadRequest as error:
                refused = refused or error
        else:
            assert refused is not None
            raise refused
    found = together(model, aims, inputs, within_range=within_range)
    if as_json:
        print_json({**found.as_dict(), "scenario": model.scenario, "facts_version": model.facts.version})
        return
    from .show import _console

    console = _console()
    table = _new_table(
        "input", "now", "must be" if found.feasible else "nearest at", "its range", "move in half ranges"
    )
    for one in found.inputs:
        table.add_row(
            _at(one.input, one.labels),
            shown(one.input, one.before, one.unit),
            shown(one.input, one.value, one.unit),
            _span(one.input, one.low, one.high, one.unit, one.inside),
            f"{one.step:+.2f}".replace("-", MINUS),
        )
    console.print(table)
    table = _new_table("answer", "now", "is then", "wanted")
    for aim in found.targets:
        cells = (shown(aim.quantity, value, aim.unit) for value in (aim.before, aim.achieved, aim.target))
        table.add_row(_at(aim.quantity, aim.labels), *cells)
    console.print(table)
    word = "reached" if found.feasible else "not reached"
    console.print(f"{word}; scenario {model.scenario}" + (f". {found.note}" if found.note else ""), markup=False)


def _table(model: Any, answer: Any, target: float, top: int, as_json: bool) -> None:
    from siliconomics.studies.must_be_true import must_be_true

    found = must_be_true(model, answer, target, top)
    unit = model.unit(answer.name, answer.labels)
    now = model.graph.value(answer)
    if as_json:
        print_json(
            {
                "quantity": answer.name,
                "labels": dict(answer.labels),
                "unit": unit,
                "now": now,
                "target": target,
                "scenario": model.scenario,
                "facts_version": model.facts.version,
                "facts": [one.as_dict() for one in found],
            }
        )
        return
    from rich.markup import escape

    from .show import _console

    console = _console()
    console.print(
        f"[bold]{escape(str(answer))}[/] = {with_unit(answer.name, target, unit)}, and is"
        f" {with_unit(answer.name, now, unit)}: what must be true [dim](each fact moved alone; scenario {model.scenario})[/]"
    )
    table = _new_table("fact", "known", "is", "must be", "its range", "how far")
    for one in found:
        if one.feasible and one.value is not None:
            must = shown(one.input, one.value, one.unit)
        else:
            must = "cannot" + (
                f": nearest {shown(answer.name, one.achieved, unit)}" if one.achieved is not None else ""
            )
        far = one.place if one.feasible else None
        table.add_row(
            _at(one.input, one.labels),
            one.known,
            shown(one.input, one.now, one.unit),
            must,
            _span(one.input, one.low, one.high, one.unit, one.inside if one.feasible else None),
            "" if far is None else "far outside" if abs(far) > FAR else f"{far:+.0%}".replace("-", MINUS),
        )
    console.print(table)
    console.print("[dim]how far: 100% is the end of the fact's own range on that side; beyond it few believe[/]")


def _new_table(*headings: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    return table


def _at(name: str, labels: Any) -> str:
    return name + ("@" + ",".join(str(label) for label in labels.values()) if labels else "")


def _span(name: str, low: float | None, high: float | None, unit: str, inside: bool | None) -> str:
    if low is None or high is None:
        return "none stated"
    word = "" if inside is None else ", inside" if inside else ", outside"
    return f"{shown(name, low, unit)} to {shown(name, high, unit)}{word}"
