"""Commands of versions: keep one, and hold two against each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.model.figures import gap, shown

from .app import AsJson, FactsFolders, Scenario, Set, Where, _model, _split, _warn, app, labels_of
from .bridges import GroupBy, Orders, Seed, difference_table, show_bridge
from .records import print_json

SIDE = "A folder of facts, a version saved with `facts save`, or scenarios (base, or A+B)."
LINES = 30
"""Differences that are shown unless all are asked for."""


def keep(model: Any, folders: list[str], out: Path, as_json: bool) -> None:
    """Keep the facts as they are in one file."""
    from siliconomics.core import BadRequest, Problem
    from siliconomics.studies.versions import save

    if out.suffix != ".zip":
        raise BadRequest(Problem(f"{out} is no name of a saved version", remedy="let it end in .zip"))
    version = save(model, [Path(folder) for folder in folders], out)
    if as_json:
        print_json({"facts_version": version, "file": str(out)})
        return
    print(f"{out} holds the facts of version {version}; compare it later: siliconomics compare {out} base")


@app.command("compare")
def compare_(
    before: Annotated[str, typer.Argument(metavar="A", help=SIDE)],
    after: Annotated[str, typer.Argument(metavar="B", help=SIDE)],
    answers: Annotated[
        list[str],
        typer.Option("--answer", metavar="QUANTITY", help="QUANTITY or QUANTITY@LABELS; the headline answers if none."),
    ] = [],
    where: Where = [],
    top: Annotated[int, typer.Option("--top", min=0, help="Answers whose move is shared out.")] = 5,
    everything: Annotated[bool, typer.Option("--all", help="Every difference.")] = False,
    group: GroupBy = "",
    orders: Orders = None,
    seed: Seed = 1,
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """What moved between two versions of facts, or two scenarios, and why: facts, answers, and the bridge of each."""
    from siliconomics.studies import versions as study

    ours = _model(facts, scenario, sets)
    labels = _split(where, "--where")
    questions = []
    for one in answers:
        name, _, spelled = one.partition("@")
        questions.append((name, {**labels, **labels_of(ours, name, spelled)}))
    found = study.compare(
        study.side(before, ours), study.side(after, ours), questions, top=top, by=group, orders=orders, seed=seed
    )
    _warn(ours)
    if as_json:
        print_json(found.as_dict())
        return
    _show(found, everything)


def _show(found: Any, everything: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    from .show import _console

    console = _console()
    for word, side in (("before", found.before), ("after", found.after)):
        console.print(
            f"{word}: {side.name} (facts {side.model.facts.version}, code {side.code_version},"
            f" scenario {side.model.scenario})",
            markup=False,
        )
    shown_ones = found.differences if everything else found.differences[:LINES]
    if shown_ones:
        console.print(difference_table(shown_ones))
    else:
        console.print("no fact and no rule differs")
    if len(shown_ones) < len(found.differences):
        console.print(f"[dim]{len(found.differences) - len(shown_ones)} more; --all shows them[/]")
    if found.restated:
        console.print(f"[dim]{found.restated} facts have the same value with another source, date or range[/]")
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(("answer that moved", "before", "after", "move", "by newer formulas")):
        table.add_column(heading, justify="right" if place else "left")
    for one in found.moved:
        name = one.quantity + ("@" + ",".join(map(str, one.labels.values())) if one.labels else "")
        table.add_row(
            escape(name),
            shown(one.quantity, one.before, one.unit),
            shown(one.quantity, one.after, one.unit),
            gap(one.before, one.after),
            "" if not one.by_code else shown(one.quantity, one.by_code, one.unit),
        )
    if found.moved:
        console.print(table)
    console.print(f"[dim]{found.still} answers did not move[/]")
    for one in found.bridges:
        console.print()
        show_bridge(one)
