"""The command of simulation: what answers may be, given what facts may be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.model.figures import shown

from .app import AsJson, FactsFolders, Scenario, Scheduler, Set, Where, _model, _split, _warn, app
from .records import print_json

ENGINES = ("numpy", "jax")


@app.command("simulate")
def simulate_(
    answers: Annotated[list[str], typer.Argument(metavar="ANSWER...", help="Quantities, drawn together.")],
    where: Where = [],
    draws: Annotated[int, typer.Option("--draws", help="How many times the facts are drawn.")] = 65_536,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same draws.")] = 1,
    scheduler: Scheduler = "",
    engine: Annotated[str, typer.Option("--engine", metavar="numpy|jax", help="What does the arithmetic.")] = "numpy",
    above: Annotated[
        list[float], typer.Option("--above", metavar="VALUE", help="The chance that the one answer exceeds it; repeat.")
    ] = [],
    correlations: Annotated[
        Path | None, typer.Option("--correlations", metavar="F.csv", help="A matrix of rank correlations of facts.")
    ] = None,
    nearest_: Annotated[
        bool,
        typer.Option("--nearest", help="Take the nearest matrix that is positive definite, if the given one is not."),
    ] = False,
    everywhere: Annotated[
        bool,
        typer.Option(
            "--everywhere", help="Searches on the way (for a serving layout) look everywhere in every draw; slower."
        ),
    ] = False,
    independent: Annotated[
        bool, typer.Option("--independent", help="Leave the declared correlations out: every fact on its own.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="F.parquet", help="Every draw, as Parquet; .csv works too.")
    ] = None,
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Distributions of answers: every fact drawn from its range, quantiles, chances, and how settled they are."""
    from siliconomics.studies import simulation as study

    _check(engine, out)
    model = _model(facts, scenario, sets)
    labels = _split(where, "--where")
    cells = [cell for answer in dict.fromkeys(answers) for cell in _cells(model, answer, labels)]
    unused = [axis for axis in labels if not any(axis in cell.labels for cell in cells)]
    if unused:
        raise BadRequest(Problem(f"no answer has the dimension {unused[0]!r}", remedy="leave that label out"))
    if above and len(cells) != 1:
        raise BadRequest(Problem("--above asks of one answer", remedy=f"there are {len(cells)}: name one with --where"))
    _warn(model)

    def matrix(believed: Sequence[Any]) -> Any:
        if correlations is None:
            return None
        read = study.read_matrix(correlations, [belief.name for belief in believed])
        return read.mended() if nearest_ else read

    found = _with_progress(
        lambda progress: study.simulate(
            model,
            cells,
            draws,
            seed,
            matrix=matrix,
            crew=_crew(study, engine, scheduler),
            everywhere=everywhere,
            declared=not independent,
            progress=progress,
        ),
        draws,
    )
    if out is not None:
        study.write_draws(found, out)
    limits = [_limits(model, cell) for cell in cells]
    if above:
        limits = [[(f"{value:g}", value) for value in above]]
    if as_json:
        print_json(_record(model, found, limits, engine))
        return
    _print(model, found, limits, out)


def _check(engine: str, out: Path | None) -> None:
    problems = []
    if engine not in ENGINES:
        problems.append(Problem(f"there is no engine {engine!r}", remedy=nearest(engine, ENGINES)))
    if out is not None:
        if out.suffix not in (".parquet", ".csv"):
            problems.append(Problem(f"{out} is neither .parquet nor .csv", remedy="end its name in one of them"))
        elif not out.absolute().parent.is_dir():
            problems.append(Problem(f"{out} has no folder to stand in", remedy="make the folder first"))
    if problems:
        raise BadRequest(*problems)


def _cells(model: Any, answer: str, labels: dict[str, str]) -> list[Any]:
    """The known cells that a question means."""
    model.graph.require(answer)
    axes = model.graph.dimensions_of(answer)
    kept = model.where(answer, {axis: label for axis, label in labels.items() if axis in axes})
    cells = [model.graph.cell(answer, one) for one in model.graph.every(answer, kept)]
    known = [cell for cell in cells if cell.node is not None]
    if not known:
        reason = next((cell.missing.reason for cell in cells if cell.missing), "")
        raise BadRequest(Problem(f"{answer} is unknown here", why=reason))
    if len(known) > MOST_ANSWERS:
        raise BadRequest(
            Problem(
                f"{answer} has {len(known)} values here",
                why=f"at most {MOST_ANSWERS} are drawn together",
                remedy=f"name {', '.join(axis for axis in axes if axis not in kept)} with --where",
            )
        )
    return known


MOST_ANSWERS = 100


def _crew(study: Any, engine: str, scheduler: str) -> Any:
    if engine == "jax":
        if scheduler:
            raise BadRequest(
                Problem("JAX runs in this process", remedy="leave out --scheduler, or take --engine numpy")
            )
        from siliconomics.studies.simulation.compiled import compiled

        return compiled
    from siliconomics.studies.workers import crew

    return crew(scheduler)


def _with_progress(run: Any, draws: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("drawing"), BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("drawing", total=draws)
        try:
            return run(lambda made: bar.advance(task, made))
        except KeyboardInterrupt:
            print("siliconomics: cancelled; nothing was written", file=sys.stderr)
            raise SystemExit(130) from None


def _limits(model: Any, cell: Any) -> list[tuple[str, float]]:
    """What a target is held against: the price of the day and the published cases."""
    if cell.name != "price_target":
        return []
    told = [
        ("share price", record.value)
        for record in model.solve("share_price", **cell.labels)
        if isinstance(record.value, float)
    ]
    from siliconomics.studies.cases import published_values

    return [*told, *published_values(model, cell.labels["company"])]


def _record(model: Any, found: Any, limits: Any, engine: str) -> dict[str, Any]:
    return {
        "draws": found.draws,
        "seed": found.seed,
        "engine": engine,
        "scenario": model.scenario,
        "facts_version": found.facts_version,
        "uncertain_facts": len(found.believed),
        "facts_without_range": found.without_range,
        "correlations": [
            {"quantity": one.quantity, "within": one.within, "rank_correlation": one.rank, "facts": one.facts,
             "groups": one.groups, "known": one.known}
            for one in found.correlations
        ],
        "correlated_by_hand": list(found.tied),
        "searches": None if found.searched is None else {
            "searches": found.searched.searches,
            "everywhere": found.searched.everywhere,
            "draws_checked": found.searched.checked,
            "draws_that_differ": found.searched.differing,
            "largest_difference": found.searched.furthest,
            "share_without_solution": found.searched.without_solution,
        },
        "answers": [
            {
                "quantity": one.quantity,
                "labels": dict(one.labels),
                "unit": one.unit,
                "base": one.base,
                "base_percentile": one.percentile(one.base),
                "mean": float(one.known.mean()),
                "standard_deviation": float(one.known.std()),
                "quantiles": {f"{level:g}": value for level, value in one.levels()},
                "without_meaning": one.without_meaning,
                "held_against": [
                    {"what": name, "value": value, "chance_above": one.chance_above(value),
                     "percentile": one.percentile(value)}
                    for name, value in own
                ],
                "settling": [
                    {"draws": draws, "p10": low, "p50": middle, "p90": high}
                    for draws, low, middle, high in one.settling()
                ],
            }
            for one, own in zip(found.answers, limits, strict=True)
        ],
    }  # fmt: skip


def _together(found: Any) -> list[str]:
    """Which facts move together."""
    told = []
    if found.correlations:
        listed = ", ".join(
            f"{one.quantity}{f' within each {one.within}' if one.within else ''} ({one.facts}, {one.rank:g})"
            for one in found.correlations
        )
        told.append(f"move together, by their rank correlations, all assumed: {listed}")
        if not all(one.known == "assumed" for one in found.correlations):
            told[-1] = told[-1].replace(", all assumed", "")
    if found.tied:
        told.append(f"{len(found.tied)} facts move together as your matrix says")
    return told or ["every fact is drawn on its own"]


def _searched(found: Any) -> list[str]:
    """How searches on the way were made, and how much that may miss."""
    one = found.searched
    if one is None:
        return []
    told = []
    if one.everywhere:
        told.append(f"{one.searches} searches on the way looked everywhere in every draw")
    else:
        told.append(
            f"{one.searches} searches on the way tried what is best, or nearly, in draws solved in full; "
            f"of {one.checked} other draws solved both ways {one.differing} differ, by at most {one.furthest:.2g} "
            "of an answer (--everywhere leaves nothing out)"
        )
    if one.without_solution:
        told.append(
            f"in {one.without_solution:.0%} of these draws a search finds nothing within its limit and takes what comes "
            "nearest (a chip that is too slow serves slowly)"
        )
    return told


def _print(model: Any, found: Any, limits: Any, out: Path | None) -> None:
    from rich.markup import escape
    from rich.table import Table

    from .show import _console

    console = _console()
    console.print(
        f"[bold]{found.draws:,} draws[/] of {len(found.believed)} uncertain facts "
        f"[dim](seed {found.seed}; {found.without_range} facts have no range and stay; scenario {model.scenario}; "
        f"facts {found.facts_version})[/]"
    )
    for line in (*_together(found), *_searched(found)):
        console.print(f"[dim]{line}[/]")
    for one, own in zip(found.answers, limits, strict=True):
        from siliconomics.core import named

        console.print(f"\n[bold]{escape(named(one.quantity, one.labels))}[/] {one.unit}", markup=True)

        def told(value: float, one: Any = one) -> str:
            return shown(one.quantity, value, one.unit)

        table = Table(box=None, pad_edge=False)
        for name in ("base", *(f"{level:.0%}" for level, _ in one.levels()), "mean"):
            table.add_column(name, justify="right")
        table.add_row(told(one.base), *(told(value) for _, value in one.levels()), told(float(one.known.mean())))
        console.print(table)
        words = [f"the base lies at the {one.percentile(one.base):.0%} mark"]
        words += [
            f"{name} {told(value)} at {one.percentile(value):.0%}, chance above {one.chance_above(value):.0%}"
            for name, value in own
        ]
        for line in words:
            console.print(f"  {line}", markup=False)
        settled = "; ".join(
            f"{draws:,}: {told(low)} / {told(middle)} / {told(high)}" for draws, low, middle, high in one.settling()
        )
        console.print(f"  [dim]settling (10% / 50% / 90%) {settled}[/]")
        if one.without_meaning:
            console.print(
                f"  [yellow]{one.without_meaning:.1%} of the draws have no meaning (an intermediate figure is "
                "impossible) and are left out[/]"
            )
    if out is not None:
        console.print(f"\nwritten: {out}", markup=False)
