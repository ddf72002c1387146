"""The command that opens a company: target, forecast, consensus gap and the reason, before and after a what-if."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn
from .company_import import company_app
from .records import print_json


@company_app.command("show")
def company_show(
    company: Annotated[str, typer.Argument(help="A company, for example Cambricon.")],
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    estimates: Annotated[
        str, typer.Option("--estimates", metavar="FILE.csv", help="Dated estimates of providers, of your own.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Target, forecast, consensus gap and reason on one page; with --set before and after. From drivers, if not said."""
    from siliconomics.studies import consensus, open_company

    model = _model(facts, scenario or [open_company.DRIVEN], set_)
    _warn(model)
    brought = consensus.read_estimates(model, estimates) if estimates else []
    found = open_company.open_company(open_company.starting_point(model), model, company, brought)
    if as_json:
        print_json(found.as_dict())
    else:
        _print(found)


def _print(found: Any) -> None:
    from rich.console import Console

    from siliconomics.model.figures import gap, shown

    console = Console(highlight=False, markup=False)
    console.print(f"{found.company}, under {found.after}", style="bold")
    for one in found.headline:
        text = f"{one.name.replace('_', ' '):14}{shown(one.name, one.after, one.unit)}"
        text += "" if one.unit == "1" else f" {one.unit}"
        if found.changed and one.after != one.before:
            move = "" if one.name == "upside" else f", {gap(one.before, one.after)}"
            text += f", before {shown(one.name, one.before, one.unit)}{move}"
        console.print(text)
    _lines(console, found)
    _gaps(console, found)
    if found.changed:
        _way(console, found)
    if found.missed:
        console.print(f"\nties that do not hold: {'; '.join(found.missed)}")
    elif found.tied:
        console.print(f"\nall {found.tied} ties of the three statements hold", style="dim")


def _table(console_headings: list[str]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(console_headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table


def _moved(one: Any) -> str:
    """A figure and, where a what-if moved it, the one it had."""
    from siliconomics.model.figures import shown

    now, then = (shown(one.name, value, one.unit) for value in (one.after, one.before))
    return now if now == then else f"{now} ({then})"


def _lines(console: Any, found: Any) -> None:
    years = list(dict.fromkeys(one.year for one in found.lines))
    unit = next((one.unit for one in found.lines if one.name == "revenue"), "")
    console.print(f"\nforecast, {unit}" + ("; before in brackets" if found.changed else ""))
    table = _table(["", *map(str, years)])
    for name, group in itertools.groupby(found.lines, lambda one: one.name):
        cells = {one.year: one for one in group}
        table.add_row(name.replace("_", " "), *(_moved(cells[year]) if year in cells else "" for year in years))
    console.print(table)


def _share(value: float | None) -> str:
    return "n/a" if value is None else f"{value:+.1%}".replace("-", "−")


def _gaps(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    console.print("\nown against consensus" + ("; before in brackets" if found.changed else ""))
    if found.no_consensus:
        console.print(found.no_consensus)
        return
    years = list(dict.fromkeys(one.year for one in found.gaps))
    table = _table(["", *map(str, years)])
    for (provider, line), group in itertools.groupby(found.gaps, lambda one: (one.provider, one.line)):
        cells = {}
        for one in group:
            now, then = _share(one.after), _share(one.before)
            cells[one.year] = now if now == then else f"{now} ({then})"
        table.add_row(f"{line.replace('_', ' ')}, {provider}", *(cells.get(year, "") for year in years))
    console.print(table)
    if found.reasons:
        console.print(f"\nwhy net income differs from consensus, {found.reasons[0].unit}")
        table = _table(["", *map(str, years)])
        for provider, step in dict.fromkeys((one.provider, one.step) for one in found.reasons):
            cells = {}
            for one in (one for one in found.reasons if (one.provider, one.step) == (provider, step)):
                now, then = (("+" if value > 0 else "") + figure(value) for value in (one.after, one.before))
                cells[one.year] = now if now == then else f"{now} ({then})"
            table.add_row(f"{step}, {provider}", *(cells.get(year, "") for year in years))
        console.print(table)


def _way(console: Any, found: Any) -> None:
    from siliconomics.model.figures import shown

    console.print("\nwhat moved the target, from the change on")
    if not found.way:
        console.print("nothing: the change does not reach it under this scenario")
        return
    for step in found.way:
        labels = ", ".join(str(label) for axis, label in step.labels.items() if label != found.company)
        then, now = (shown(step.quantity, value, step.unit) for value in (step.before, step.after))
        unit = "" if step.unit == "1" else f" {step.unit}"
        carried = "" if step.carried is None else f"; {step.carried:.0%} of the move".replace("-", "−")
        place = f" ({labels})" if labels else ""
        then = "as planned" if step.before is None else then
        console.print(f"  {step.quantity.replace('_', ' ')}{place}: {then} → {now}{unit}{carried}")
    console.print(
        f"siliconomics show price_target --where company={found.company} ... --compare shows every step", style="dim"
    )
