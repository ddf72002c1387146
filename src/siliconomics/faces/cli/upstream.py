"""The command of what stands above the foundry: steps, their suppliers and caps, and which cap binds a forecast."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, _model, _split, app
from .records import print_json


@app.command("upstream")
def upstream_(
    capacity: Annotated[
        list[str], typer.Option("--capacity", metavar="YEAR=WAFERS", help="A capacity of your own; repeat for years.")
    ] = [],
    vintage: Annotated[str, typer.Option("--vintage", metavar="NAME", help="Only this published forecast.")] = "",
    scope: Annotated[
        str, typer.Option("--of", help="node: all wafers of advanced nodes; ai: those for AI chips.")
    ] = "ai",
    year: Annotated[int, typer.Option("--year", help="Year of the table of steps.")] = 2026,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Equipment, lithography, inspection, design tools, memory: who supplies, what is capped, which cap binds."""
    from siliconomics.studies import upstream as study

    model = _model(facts, [], [])
    own = {_year(key): _wafers(value) for key, value in _split(capacity, "--capacity").items()}
    paths = {"own": own} if own else study.forecasts(model, scope)
    if vintage and not own:
        name = str(model.label("vintage", vintage))
        if name not in paths:
            raise BadRequest(
                Problem(f"{name} states no capacity of {scope}", remedy="--of node or --of ai, or give --capacity")
            )
        paths = {name: paths[name]}
    bound = [one for name, wafers in paths.items() for one in study.bind(model, name, wafers, scope)]
    every = study.steps(model, year)
    if as_json:
        print_json({"steps": [asdict(one) for one in every], "bindings": [one.as_dict() for one in bound]})
        return
    _print(every, bound, year)


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4):
        raise BadRequest(Problem(f"--capacity {text!r} is no year", remedy="write for example --capacity 2027=51000"))
    return int(text)


def _wafers(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest(
            Problem(f"--capacity {text!r} is not a number", remedy="write for example --capacity 2027=51000")
        ) from None


def _print(every: Any, bound: Any, year: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.model.figures import figure

    console = Console(highlight=False, markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("step", "suppliers", "substitution", "domestic", f"cap {year}, wafers/month", "of", "known"):
        table.add_column(heading, justify="right" if heading.startswith(("cap", "domestic")) else "left")
    for one in every:
        span = "" if one.low is None else f" [{figure(one.low)} to {figure(one.high)}]"
        table.add_row(
            one.step.replace("_", " "), ", ".join(one.suppliers), one.substitution or "no date",
            "" if one.share is None else f"{one.share:.0%}",
            "unknown" if one.cap is None else figure(one.cap) + span, one.scope, one.known,
        )  # fmt: skip
    console.print(table)
    console.print()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("forecast", "year", "wafers/month", "binds", "cap", "short", "sure", "may be lifted"):
        table.add_column(heading, justify="right" if heading in ("wafers/month", "cap", "short") else "left")
    for one in bound:
        table.add_row(
            one.forecast, str(one.year), figure(one.wafers), one.binding.replace("_", " ") or "no known cap",
            "" if one.cap is None else figure(one.cap), "" if one.short is None else figure(one.short),
            "" if not one.binding else "above its range" if one.sure else "inside its range", one.lifted,
        )  # fmt: skip
    console.print(table)
    unknown = dict.fromkeys(step.replace("_", " ") for one in bound for step in one.unknown)
    if unknown:
        console.print(f"Unknown, not free: {', '.join(unknown)}. siliconomics registers upstream says what is needed.")
