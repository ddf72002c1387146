"""The command of leading indicators: what stands in the balance sheet against what the forecast asks for."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json


@app.command("indicators")
def indicators_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this company, for example Iluvatar.")] = "",
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Stock, prepayments, commitments, contract liabilities and receivables against the supply a forecast implies."""
    from siliconomics.studies import indicators as study

    model = _model(facts, scenario, set_)
    found = [study.indicators(model, one) for one in ([company] if company else study.companies(model))]
    _warn(model)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        _print(one, model.scenario)


def _print(found: Any, scenario: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.model.figures import shown

    console = Console(highlight=False, markup=False)
    money = found.indicators[0].unit  # of revenue
    console.print(f"{found.company}, leading indicators under {scenario}, {money} where no unit stands", style="bold")
    by_year = [one for one in found.indicators if one.values and one.dimension == "year"]
    years = found.periods
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for year in years:
        table.add_column(year, justify="right", no_wrap=True)
    for group, members in itertools.groupby(by_year, lambda one: one.group):
        table.add_row(group, style="italic")
        for one in members:
            unit = "" if one.unit in ("1", money) else f", {one.unit}s"
            cells = (shown(one.quantity, one.values[year], one.unit) if year in one.values else "" for year in years)
            table.add_row(f"  {_said(one.quantity)}{unit}", *cells)
    console.print(table)
    for one in found.indicators:
        if one.values and one.dimension != "year":
            values = ", ".join(
                f"{period} {shown(one.quantity, value, one.unit)}" for period, value in one.values.items()
            )
            console.print(f"{_said(one.quantity)}: {values}")
    unknown = [
        _said(one.quantity) for one in found.indicators if not one.values and one.quantity not in found.unknown_lines
    ]
    if found.unknown_lines:
        lines = ", ".join(name.replace("_", " ") for name in found.unknown_lines)
        console.print(
            f"given by nobody: {lines}; `siliconomics company import` reads lines of these names", soft_wrap=True
        )
    if unknown:
        console.print(
            f"so unknown: {', '.join(unknown)} (each with its reason under --json)", style="dim", soft_wrap=True
        )
    console.print()


def _said(quantity: str) -> str:
    return quantity.replace("_", " ").removesuffix(" months").removesuffix(" share")
