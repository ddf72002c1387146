"""The command of sensitivity: what an answer hangs on."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import shown

from .app import AsJson, FactsFolders, Scenario, Set, Where, _model, _split, _warn, app, labels_of
from .records import print_json


@app.command("sensitivity")
def sensitivity_(
    answer: Annotated[str, typer.Argument(help="A quantity; `siliconomics list` shows all.")],
    where: Where = [],
    grid: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--grid",
            metavar="A B",
            help="The answer over two inputs: NAME[@LABELS][=V1,V2,...] each; without values over its range.",
        ),
    ] = None,
    along: Annotated[
        str, typer.Option("--along", metavar="A", help="The answer along one input, written as for --grid.")
    ] = "",
    top: Annotated[int, typer.Option("--top", min=1, help="Facts shown.")] = 10,
    interactions: Annotated[
        bool, typer.Option("--interactions", help="What the strongest facts do two at a time.")
    ] = False,
    sobol: Annotated[
        int, typer.Option("--sobol", metavar="POINTS", help="First and total Sobol indices of the top facts; 1024.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the Sobol points.")] = 1,
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Which facts an answer hangs on, and how well each is known: swings over their ranges, slopes, pairs, grids."""
    from siliconomics.studies import sensitivity as study

    model = _model(facts, scenario, sets)
    cell = one_cell(model, answer, _split(where, "--where"))
    _warn(model)
    if grid is not None or along:
        wanted = list(grid) if grid is not None else [along]
        found = study.grid(model, cell, [_axis(model, cell, one) for one in wanted])
        _print_grid(model, cell, found, as_json)
        return
    tornado = study.tornado(model, cell)
    pairs = study.pairs(model, cell, tornado) if interactions else []
    indices = study.indices(model, cell, sobol, seed, top, found=tornado) if sobol else []
    if as_json:
        print_json(_record(model, tornado, pairs, indices, top))
        return
    _print(model, cell, tornado, pairs, indices, top)


def one_cell(model: Any, quantity: str, where: dict[str, str]) -> Any:
    """The one cell that a question means; refuses several, and an unknown one."""
    name, _, spelled = quantity.partition("@")
    kept = model.where(name, {**where, **labels_of(model, name, spelled)})
    cells = [model.graph.cell(name, one) for one in model.graph.every(name, kept)]
    known = [cell for cell in cells if cell.node is not None]
    if len(cells) == 1 and not known:
        raise BadRequest(Problem(f"{cells[0]} is unknown", why=cells[0].missing.reason if cells[0].missing else ""))
    if len(known) != 1:
        free = [axis for axis in model.graph.dimensions_of(name) if axis not in kept]
        raise BadRequest(
            Problem(
                f"{name} has {len(known)} values here",
                remedy=f"name {', '.join(free) or 'others'} with --where",
            )
        )
    return known[0]


def _axis(model: Any, cell: Any, text: str) -> tuple[Any, list[float] | None]:
    target, _, listed = text.partition("=")
    name, _, spelled = target.strip().partition("@")
    kept = model.where(name, labels_of(model, name, spelled))
    below = [
        one
        for one in model.graph.below(cell)
        if one.name == name and all(one.labels.get(axis) == label for axis, label in kept.items())
    ]
    known = [one for one in below if one.node is not None]
    if not known:
        from siliconomics.core import nearest

        under = sorted({one.name for one in model.graph.facts_under(cell)})
        others = [one for one in model.graph.below(cell) if one.name == name and one.node is not None]
        remedy = f"it rests on {_strongest(model, cell, others)}" if others else nearest(name, under)
        raise BadRequest(Problem(f"{cell} does not rest on {target.strip()}", remedy=remedy))
    if len(known) > 1:
        raise BadRequest(
            Problem(
                f"{cell} rests on {len(known)} cells of {target.strip()}",
                remedy=f"name one, as {_strongest(model, cell, known)}",
            )
        )
    if not listed:
        return known[0], None
    try:
        values = [
            float(part.strip().removesuffix("%")) / (100 if part.strip().endswith("%") else 1)
            for part in listed.split(",")
        ]
    except ValueError:
        raise BadRequest(
            Problem(f"{listed!r} is not a list of numbers", remedy="write for example =0.3,0.4,0.5")
        ) from None
    for value in values:
        model._hold_possible(name, value, str(known[0]))
    return known[0], values


def _strongest(model: Any, cell: Any, inputs: list[Any]) -> str:
    """The inputs that move an answer most, by name: those that a question about it is likely to mean."""
    slopes = model.graph.tape.slopes(cell.node)
    by_weight = sorted(inputs, key=lambda one: -abs(slopes.get(one.node, 0.0) * float(model.graph.value(one) or 0.0)))
    return " or ".join(f"{one.name}@{','.join(str(label) for label in one.labels.values())}" for one in by_weight[:3])


def _record(model: Any, tornado: Any, pairs: Any, indices: Any, top: int) -> dict[str, Any]:
    return {
        "quantity": tornado.quantity,
        "labels": dict(tornado.labels),
        "unit": tornado.unit,
        "value": tornado.base,
        "scenario": model.scenario,
        "facts_version": model.facts.version,
        "assumed_share_of_variance": tornado.assumed_share,
        "kinks": list(tornado.kinks),
        "facts": [
            {
                "quantity": one.quantity,
                "labels": dict(one.labels),
                "known": one.known,
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "answer_at_low": one.at_low,
                "answer_at_high": one.at_high,
                "slope": one.slope,
                "elasticity": one.elasticity,
                "share_of_variance": one.share_of_variance,
                "source": one.source,
            }
            for one in tornado.swings[:top]
        ],
        "interactions": [
            {"one": one.one, "other": one.other, "together": one.together, "apart": one.apart} for one in pairs
        ],
        "sobol": [
            {
                "quantity": one.quantity,
                "labels": dict(one.labels),
                "known": one.known,
                "first": one.first,
                "first_margin_95": one.first_margin,
                "total": one.whole,
                "total_margin_95": one.whole_margin,
            }
            for one in indices
        ],
    }


def _print(model: Any, cell: Any, tornado: Any, pairs: Any, indices: Any, top: int) -> None:
    from rich.markup import escape
    from rich.table import Table

    from .show import _console

    console = _console()
    unit = tornado.unit

    def told(value: float | None) -> str:
        return "no meaning" if value is None else shown(tornado.quantity, value, unit)

    console.print(f"[bold]{escape(str(cell))}[/] = {told(tornado.base)} {unit}", markup=True)
    console.print(f"[dim]scenario {model.scenario}; facts {model.facts.version}[/]")
    ranged = [one for one in tornado.swings if one.low is not None]
    table = Table(box=None, pad_edge=False)
    for name, side in (
        ("fact", "left"), ("known", "left"), ("is", "right"), ("range", "right"), ("answer at its ends", "right"),
        ("of variance", "right"), ("+1% gives", "right"),
    ):  # fmt: skip
        table.add_column(name, justify=side, overflow="fold")  # type: ignore[arg-type]
    for one in tornado.swings[:top]:
        own = model.unit(one.quantity, one.labels)
        span = (
            f"{shown(one.quantity, one.low, own)} to {shown(one.quantity, one.high, own)}"
            if one.low is not None
            else "none stated"
        )
        ends = f"{told(one.at_low)} to {told(one.at_high)}" if one.low is not None else ""
        table.add_row(
            one.name,
            one.known,
            shown(one.quantity, one.value, own),
            span,
            ends,
            f"{one.share_of_variance:.1%}" if one.low is not None else "",
            f"{one.elasticity:+.2f}%".replace("-", "−") if one.elasticity is not None else "",
        )
    console.print(table)
    without = len(tornado.swings) - len(ranged)
    console.print(
        f"[dim]{len(ranged)} facts have a range, {without} have none and count as certain. "
        f"{tornado.assumed_share:.0%} of the variance rests on facts that are assumed.[/]"
    )
    if tornado.kinks:
        console.print(f"[dim]Slopes are one-sided where it steps: {', '.join(tornado.kinks)}.[/]")
    if indices:
        console.print("\n[bold]Sobol indices[/] [dim](share of variance alone, and with all it meets; 95% margins)[/]")
        table = Table(box=None, pad_edge=False)
        for name in ("fact", "known", "alone", "", "in all", ""):
            table.add_column(name, justify="left" if name in ("fact", "known") else "right")
        for one in indices:
            table.add_row(
                one.name, one.known, f"{one.first:.3f}", f"± {one.first_margin:.3f}", f"{one.whole:.3f}",
                f"± {one.whole_margin:.3f}",
            )  # fmt: skip
        console.print(table)
    if pairs:
        console.print("\n[bold]Two at a time[/] [dim](both at the end that raises the answer)[/]")
        table = Table(box=None, pad_edge=False)
        for name in ("one", "other", "together", "sum of each alone", "beyond the sum"):
            table.add_column(name, justify="left" if name in ("one", "other") else "right", overflow="fold")
        for one in pairs:
            table.add_row(one.one, one.other, told(one.together), told(one.apart), told(one.interaction))
        console.print(table)


def _print_grid(model: Any, cell: Any, found: Any, as_json: bool) -> None:
    import math

    if as_json:
        print_json(
            {
                "quantity": cell.name,
                "labels": dict(cell.labels),
                "unit": model.unit(cell.name, cell.labels),
                "scenario": model.scenario,
                "facts_version": model.facts.version,
                "inputs": list(found.inputs),
                "axes": [list(axis) for axis in found.axes],
                "base": list(found.base),
                "answers": [
                    [None if not math.isfinite(value) else float(value) for value in row]
                    for row in (found.answers if found.answers.ndim > 1 else found.answers.reshape(-1, 1))
                ],
            }
        )
        return
    from rich.markup import escape
    from rich.table import Table

    from .show import _console

    console = _console()
    unit = model.unit(cell.name, cell.labels)
    names = [name.partition("[")[0] for name in found.inputs]
    console.print(f"[bold]{escape(str(cell))}[/] {unit}, over {escape(' and '.join(found.inputs))}", markup=True)
    console.print(f"[dim]scenario {model.scenario}; now {' and '.join(f'{value:g}' for value in found.base)}[/]")
    table = Table(box=None, pad_edge=False)
    table.add_column(names[0] + (" \\ " + names[1] if len(names) > 1 else ""), justify="right")
    across = found.axes[1] if len(names) > 1 else (0.0,)
    for value in across:
        table.add_column(f"{value:g}" if len(names) > 1 else cell.name, justify="right")
    rows = found.answers if found.answers.ndim > 1 else found.answers.reshape(-1, 1)
    for value, row in zip(found.axes[0], rows, strict=True):
        told = ["no meaning" if not math.isfinite(one) else shown(cell.name, float(one), unit) for one in row]
        table.add_row(f"{value:g}", *told)
    console.print(table)
