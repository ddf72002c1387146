"""The command of sureness: how sure an answer is, and what would change one's mind."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import shown

from .app import AsJson, FactsFolders, Scenario, Set, Where, _model, _split, _warn, app
from .records import print_json
from .sensitivity import one_cell
from .simulation import _limits, _searched, _with_progress


@app.command("sure")
def sure_(
    answer: Annotated[str, typer.Argument(help="A quantity; `siliconomics list` shows all.")],
    where: Where = [],
    limit: Annotated[
        list[float],
        typer.Option("--limit", metavar="VALUE", help="Where your mind would change; a target's is the share price."),
    ] = [],
    top: Annotated[int, typer.Option("--top", min=1, help="Facts told.")] = 5,
    draws: Annotated[int, typer.Option("--draws", help="How many times the facts are drawn.")] = 16_384,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")] = 1,
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """How sure is it, and what would change your mind: its spread, what that rests on, and what alone would turn it."""
    from siliconomics.studies.sureness import sureness

    if not all(value == value and abs(value) != float("inf") for value in limit):
        raise BadRequest(Problem("a limit is no finite number", remedy="give a number, as --limit 1000"))
    model = _model(facts, scenario, sets)
    cell = one_cell(model, answer, _split(where, "--where"))
    _warn(model)
    limits = [(f"{value:g}", value) for value in limit] or _usual(model, cell)
    found = _with_progress(lambda progress: sureness(model, cell, limits, top, draws, seed, progress), draws)
    if as_json:
        print_json(_record(model, found))
        return
    _print(model, cell, found)


def _usual(model: Any, cell: Any) -> list[tuple[str, float]]:
    """Without a limit of the user's: a target's is the share price, any other answer's a tenth less and a tenth more."""
    prices = _limits(model, cell)[:1]
    base = float(model.graph.value(cell) or 0.0)
    return prices or [("a tenth less", base * 0.9), ("a tenth more", base * 1.1)]


def _record(model: Any, found: Any) -> dict[str, Any]:
    one, asked = found.answer, found.tornado
    return {
        "quantity": asked.quantity,
        "labels": dict(asked.labels),
        "unit": asked.unit,
        "value": asked.base,
        "scenario": model.scenario,
        "facts_version": model.facts.version,
        "draws": found.drawn.draws if found.drawn else 0,
        "seed": found.drawn.seed if found.drawn else None,
        "facts_with_range": len(asked.swings) - found.certain,
        "facts_without_range": found.certain,
        "quantiles": {f"{level:g}": value for level, value in one.levels()} if one else {},
        "value_percentile": one.percentile(one.base) if one else None,
        "without_meaning": one.without_meaning if one else None,
        "assumed_share_of_variance": asked.assumed_share,
        "limits": [
            {"what": name, "value": value, "chance_above": one.chance_above(value) if one else None}
            for name, value in found.limits
        ],
        "facts": [
            {
                "quantity": swing.quantity,
                "labels": dict(swing.labels),
                "known": swing.known,
                "value": swing.value,
                "low": swing.low,
                "high": swing.high,
                "elasticity": swing.elasticity,
                "share_of_variance": swing.share_of_variance if swing.low is not None else None,
                "source": swing.source,
                "turns": [
                    {"limit": turn.limit, "value": turn.at, "inside_range": turn.inside}
                    for turn in found.turns
                    if turn.swing.name == swing.name
                ],
            }
            for swing in found.top
        ],
    }


def _print(model: Any, cell: Any, found: Any) -> None:
    from rich.markup import escape
    from rich.table import Table

    from .show import _console

    console, asked = _console(), found.tornado

    def told(value: float) -> str:
        return shown(asked.quantity, value, asked.unit)

    console.print(f"[bold]{escape(str(cell))}[/] = {told(asked.base)} {asked.unit}", markup=True)
    console.print(f"[dim]scenario {model.scenario}; facts {model.facts.version}[/]")
    console.print("\n[bold]How sure[/]")
    for line in _spread(found, told):
        console.print(f"  {line}", markup=False)
    for line in _searched(found.drawn) if found.drawn else []:
        console.print(f"  [dim]{line}[/]")
    console.print("\n[bold]What would change your mind[/] [dim](one fact at a time, the others as they are)[/]")
    table = Table(box=None, pad_edge=False)
    for heading, side in (
        ("fact", "left"),
        ("known", "left"),
        ("is", "right"),
        ("range", "right"),
        ("of variance", "right"),
    ):
        table.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]
    for name, _ in found.limits:
        table.add_column(f"for {name}", justify="right", overflow="fold")
    for swing in found.top:
        own = model.unit(swing.quantity, swing.labels)

        def said(value: float, quantity: str = swing.quantity, own: str = own) -> str:
            return shown(quantity, value, own)

        ranged = swing.low is not None
        table.add_row(
            swing.name,
            swing.known,
            said(swing.value),
            f"{said(swing.low)} to {said(swing.high)}" if ranged else "none stated",
            f"{swing.share_of_variance:.1%}" if ranged else "",
            *("not alone" if turn.at is None else said(turn.at) + _where(turn) for turn in found.turns
              if turn.swing.name == swing.name),
        )  # fmt: skip
    console.print(table)
    for line in dict.fromkeys(f"{swing.name}: {swing.source}" for swing in found.top):
        console.print(f"  {line}", markup=False, style="dim")


def _where(turn: Any) -> str:
    """Whether a value that turns an answer lies beyond its fact's range."""
    return "" if turn.inside or turn.swing.low is None else " (beyond its range)"


def _spread(found: Any, told: Any) -> list[str]:
    """What the draws say, and what they cannot say."""
    one, certain = found.answer, found.certain
    said = []
    levels = dict(one.levels()) if one is not None else {}
    if levels:
        said.append(
            f"of {found.drawn.draws:,} draws four in five lie between {told(levels[0.1])} and {told(levels[0.9])}, half "
            f"between {told(levels[0.25])} and {told(levels[0.75])}; {told(one.base)} is at the "
            f"{one.percentile(one.base):.0%} mark"
        )
        for name, value in found.limits:
            at = "" if name == f"{value:g}" else f" ({told(value)})"
            said.append(f"the chance that it is above {name}{at} is {one.chance_above(value):.0%}")
        said.append(f"{found.tornado.assumed_share:.0%} of the variance rests on facts that are assumed")
        if one.without_meaning:
            said.append(f"{one.without_meaning:.1%} of the draws have no meaning and are left out")
    elif one is not None:
        said.append("no draw has a meaning: some intermediate figure is impossible in all of them")
    else:
        said.append("nothing says: none of its facts has a range")
    if certain and one is not None:
        said.append(
            f"{len(found.tornado.swings) - certain} facts have a range; {certain} have none and count as certain, whether "
            "they are or not: the spread is at least this wide"
        )
    return said
