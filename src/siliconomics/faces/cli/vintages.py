"""The command of vintages: published forecasts of others, replayed, compared and scored."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, _model, _warn, app
from .records import print_json

vintages_app = typer.Typer(
    invoke_without_command=True, help="Published forecasts of others: replay, compare, score, what contradicts what."
)
app.add_typer(vintages_app, name="vintages")

WORDS = ("known", "against", "worst", "unit", "verdict")
"""Columns of words."""

Sets = Annotated[
    list[str], typer.Option("--set", metavar="NAME@YEAR=VALUE", help="A what-if: an input of the forecast.")
]


def _short(quantity: str) -> str:
    return quantity.removeprefix("stated_").removeprefix("vintage_").replace("_", " ")


@vintages_app.callback()
def vintages_(context: typer.Context) -> None:
    """Without a word after it: the list."""
    if context.invoked_subcommand is None:
        list_()


@vintages_app.command("list")
def list_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """Which forecasts there are, by day."""
    from siliconomics.studies import vintages as study

    model = _model(facts, [], [])
    found = study.vintages(model)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    console, table = _page(("forecast", "day", "tells of", "inputs", "of them assumed", "results", "solved"), 3)
    for one in found:
        span = f"{one.years[0]}-{one.years[-1]}" if len(one.years) > 1 else str(one.years[0])
        counts = (str(count or "") for count in (one.inputs, one.assumed, one.results, one.solved))
        table.add_row(one.name, one.as_of, span, *counts)
    console.print(table)
    console.print('One of them: siliconomics vintages replay "MS 2025-05-06"')


@vintages_app.command("replay")
def replay_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A forecast; `siliconomics vintages` lists them.")],
    set_: Sets = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """A forecast from its own inputs beside its stated results; with --set, what one input moves."""
    from siliconomics.studies import vintages as study

    model = _model(facts, [], [])
    changes = study.changes(model, name, set_)
    changed = model.with_changes(*changes) if changes else model
    _warn(changed)
    found = replace(study.replay(model, name), inputs=study.replay(changed, name).inputs)
    moved = study.what_if(model, changed, name) if changes else []
    contradicting = study.findings(model, found.vintage)
    if as_json:
        print_json(
            {
                **found.as_dict(),
                "moved": [asdict(one) for one in moved],
                "findings": [one.as_dict() for one in contradicting],
            }
        )
        return
    _replay(found, moved, contradicting)


@vintages_app.command("compare")
def compare_(
    before: Annotated[str, typer.Argument(metavar="A", help="The forecast to start from.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The forecast to end at.")],
    quantity: Annotated[str, typer.Option("--of", metavar="QUANTITY", help="Which result.")] = "self_sufficiency",
    year: Annotated[int, typer.Option("--year", help="Which year.")] = 2027,
    year_after: Annotated[int, typer.Option("--year-after", help="Of B, where it is another.")] = 0,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """What changed between two forecasts, input by input: in order, and by Shapley's rule."""
    from siliconomics.studies import vintages as study

    model = _model(facts, [], [])
    found = study.compare(model, before, after, quantity, year, year_after)
    if as_json:
        print_json(found.as_dict())
        return
    from siliconomics.model.figures import figure

    console, table = _page(("input", "before", "after", "unit", "in order", "Shapley", "known"), 1)
    for one in found.steps:
        table.add_row(
            " and ".join(_short(each) for each in one.quantities),
            ", ".join(map(figure, one.before)),
            ", ".join(map(figure, one.after)),
            ", ".join(dict.fromkeys(unit for unit in one.units if unit != "1")),
            _signed(one.ordered),
            _signed(one.shapley),
            " / ".join(dict.fromkeys(one.known)),
        )
    gap = found.value_after - found.value_before
    unit = "" if found.unit == "1" else f" {found.unit}"
    years = str(found.year) if found.year == found.year_after else f"{found.year}, {found.year_after}"
    console.print(f"{_short(found.quantity)} of {years}: {found.before} against {found.after}", style="bold")
    console.print(table)
    said = f"{figure(found.value_before)} to {figure(found.value_after)}{unit}: {_signed(gap)}"
    console.print(f"{said}, which both columns add up to")


@vintages_app.command("score")
def score_(
    quantity: Annotated[str, typer.Option("--of", metavar="QUANTITY", help="Only this result.")] = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Earlier forecasts against later ones of the same thing and year."""
    from siliconomics.core import nearest
    from siliconomics.studies import vintages as study

    model = _model(facts, [], [])
    wanted = quantity if quantity.startswith("vintage_") or not quantity else f"vintage_{quantity}"
    if wanted and wanted not in study.SCORED:
        known = [one.removeprefix("vintage_") for one in study.SCORED]
        raise BadRequest(Problem(f"forecasts are not scored on {quantity!r}", remedy=nearest(quantity, known)))
    scores, pairs = study.score(model, [wanted] if wanted else study.SCORED)
    if as_json:
        print_json({"scores": [one.as_dict() for one in scores], "pairs": [asdict(one) for one in pairs]})
        return
    from siliconomics.model.figures import figure

    console, table = _page(("what", "year", "earlier", "later", "figure", "later figure", "error", "against"), 4)
    for one in pairs:
        against = "outturn's estimate" if one.outturn else "later view"
        against += f", bound {one.bound}" if one.bound else ", contested" if one.contested else ""
        table.add_row(
            _short(one.quantity), str(one.year), one.earlier, one.later, figure(one.value), figure(one.value_later),
            f"{one.error:+.0%}", against,
        )  # fmt: skip
    console.print(table)
    _, table = _page(("author", "pairs", "made after the year", "mean log error", "mean size of it", "worst"), 1)
    for each in scores:
        worst = f"{_short(each.worst.quantity)} {each.worst.year}: {each.worst.error:+.0%}"
        table.add_row(
            each.author, str(each.pairs), str(each.outturns or ""), f"{each.mean_log_error:+.2f}",
            f"{each.mean_absolute_log_error:.2f}", worst,
        )  # fmt: skip
    console.print()
    console.print(table)
    console.print("Bounds and contested figures (a forecast that contradicts itself) are shown and not scored.")


@vintages_app.command("rules")
def rules_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """What in published forecasts cannot be true together, and the reading under which each could."""
    from siliconomics.studies import vintages as study

    found = study.findings(_model(facts, [], []))
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    console, _ = _page((), 0)
    _findings(console, found)


def _page(headings: tuple[str, ...], left: int) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left or heading in WORDS else "right")
    return Console(highlight=False, markup=False), table


def _signed(value: float) -> str:
    from siliconomics.model.figures import figure

    return ("+" if value > 0 else "") + figure(value)


def _replay(found: Any, moved: Any, contradicting: Any) -> None:
    from siliconomics.model.figures import figure

    console, table = _page(("input", "year", "value", "unit", "known"), 1)
    console.print(f"{found.vintage}, as of {found.as_of}", style="bold")
    for one in (*found.inputs, *found.asides):
        role = f", {one.role}" if one.role != "input" else ""
        span = f" [{figure(one.low)} to {figure(one.high)}]" if one.low is not None and one.low != one.high else ""
        unit = "" if one.unit == "1" else one.unit
        table.add_row(_short(one.quantity), str(one.year), figure(one.value) + span, unit, one.known + role)
    console.print(table)
    if found.results:
        console.print("\nresults it states, and what its inputs give", style="bold")
        _, table = _page(("result", "year", "stated", "replayed", "difference", "verdict"), 1)
        for one in found.results:
            replayed = "unknown" if one.replayed is None else figure(one.replayed)
            difference = "" if one.difference is None else f"{one.difference:+.1%}"
            verdict = one.verdict
            if one.missing:
                verdict += f": states no {', '.join(_short(each) for each in one.missing)}"
            elif one.by:
                verdict += f": {', '.join(_short(each) for each in one.by)}"
            table.add_row(_short(one.quantity), str(one.year), figure(one.stated), replayed, difference, verdict)
        console.print(table)
    if moved:
        console.print("\nwhat the change moves", style="bold")
        _, table = _page(("answer", "year", "before", "after", "change", "unit"), 1)
        for one in moved:
            change = "" if one.change is None else f"{one.change:+.1%}"
            unit = "" if one.unit == "1" else one.unit
            table.add_row(_short(one.quantity), str(one.year), figure(one.before), figure(one.after), change, unit)
        console.print(table)
    if contradicting:
        console.print("\nwhat does not hold together", style="bold")
        _findings(console, contradicting)


def _findings(console: Any, found: Any) -> None:
    from rich.padding import Padding

    for one in found:
        console.print(f"{' and '.join(one.vintages)}, {one.year}: {one.what}")
        console.print(Padding(one.reading, (0, 0, 0, 2), expand=False))
