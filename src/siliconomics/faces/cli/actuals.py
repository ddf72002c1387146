"""The command of actuals: a reported period beside forecast and consensus, and the target restated."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, _model, app
from .records import print_json


@app.command("actuals")
def actuals_(
    company: Annotated[str, typer.Option("--company", help="A company.")],
    period: Annotated[str, typer.Option("--period", help="2026, 2026H1 or 2026Q3; all reported, if left out.")] = "",
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Forecast against actual against consensus by line, and what a reported period does to the target."""
    from siliconomics.studies.actuals import actuals

    found = actuals(_model(facts, scenario, []), company, period)
    if as_json:
        print_json(_record(found))
    else:
        _print(found)


def _record(found: Any) -> dict[str, Any]:
    bridge = None
    if found.bridge is not None:
        bridge = dataclasses.asdict(found.bridge)
    return {
        "company": found.company,
        "lines": [one.as_dict() for one in found.outcomes],
        "bridge": bridge,
        "why_no_bridge": found.why_no_bridge,
        "share_counts": [dataclasses.asdict(one) for one in found.counts],
        "leading_indicators": [
            {
                "quantity": one.quantity,
                "unit": "day",
                "values": {str(year): value for year, value in one.values.items()},
                "missing": one.missing,
            }
            for one in found.indicators
        ],
    }


def _print(found: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    for period, group in itertools.groupby(found.outcomes, lambda one: one.period):
        _lines(console, found.company, period, list(group))
    if not found.entered:
        console.print(
            "\nno reported period is entered: `siliconomics company import FILE.csv --company ... --into FOLDER`,"
            " then --facts FOLDER"
        )
    _bridge(console, found)
    _counts(console, found)
    _indicators(console, found)


def _lines(console: Any, company: str, period: Any, lines: list[Any]) -> None:
    from rich.table import Table

    from siliconomics.model.figures import figure

    providers = list(dict.fromkeys(provider for one in lines for provider in one.consensus))
    partly = any(one.year_forecast for one in lines)
    usual = max((one.unit for one in lines), key=[one.unit for one in lines].count)
    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = ["forecast", "actual", "surprise", *providers, *["of the year"] * partly]
    for heading in (usual, *headings):
        table.add_column(heading, justify="right" if heading in headings else "left", no_wrap=True)
    for one in lines:
        record = one.as_dict()
        name = one.quantity.removeprefix("half_year_").removeprefix("quarter_").replace("_", " ")
        cells = [_known(record["forecast"]), _known(record["actual"]), _share(record["surprise"])]
        for provider in providers:
            fact = one.consensus.get(provider)
            off = _share(one.surprise_to(provider), decimals=0)
            cells.append("" if fact is None else figure(fact.value) + (f" ({off})" if off else ""))
        cells += [_share(record["share_of_year"], sign="")] * partly
        table.add_row(name if one.unit == usual else f"{name}, {one.unit}", *cells)
    console.print(f"{company}, {period}", style="bold")
    console.print(table)
    dates = {provider: one.consensus[provider].as_of for one in lines for provider in one.consensus}
    for provider, day in dates.items():
        console.print(f"{provider}: mean estimates as of {day}; in brackets actual over it, less one", style="dim")
    if partly:
        console.print("of the year: actual over the forecast of the whole year", style="dim")


def _known(value: float | None) -> str:
    from siliconomics.model.figures import figure

    return "" if value is None else figure(value)


def _share(value: float | None, sign: str = "+", decimals: int = 1) -> str:
    return "" if value is None else f"{value:{sign}.{decimals}%}".replace("-", "−")


def _bridge(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    console.print("\nthe target restated", style="bold")
    if found.bridge is None:
        console.print(found.why_no_bridge)
        return
    bridge = found.bridge
    room = max(20, *(len(step.name) + 1 for step in bridge.steps)) if bridge.steps else 20
    console.print(f"{'old target':{room}}{bridge.old:>10,.2f} {bridge.unit}")
    for step in bridge.steps:
        console.print(f"{step.name:{room}}{step.change:>+10,.2f}".replace("-", "−"))
    console.print(f"{'new target':{room}}{bridge.new:>10,.2f} {bridge.unit}, {_share(bridge.new / bridge.old - 1)}")
    if bridge.fair:
        console.print("each step is the mean of what it brings over all orders in which the lines can come in")
        console.print("from drivers: plans of later years stay; interest follows the balance sheet that is entered")
    else:
        console.print("each step stands on the one before it; in another order the steps differ and the sum does not")
        console.print(
            "income of later years stays as forecast, so book above forecast earns nothing there;"
            " where it should, enter new forecasts"
        )
    for one in bridge.rolled:
        if one.quantity == "last_reported_year":
            console.print(f"drivers start from {one.new:.0f}, not {one.old:.0f}")
            continue
        name = one.quantity.removeprefix("forecast_")
        console.print(f"{name} {one.year}: {figure(one.old)} -> {figure(one.new)}, {one.why}")
    for note in bridge.notes:
        console.print(note)


def _counts(console: Any, found: Any) -> None:
    from rich.table import Table

    from siliconomics.model.figures import figure

    console.print("\nvalue per share on each count of shares", style="bold")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("count", "mn shares", "value per share", "lock-up ends", "source"):
        table.add_column(heading, justify="right" if "share" in heading else "left", no_wrap=heading != "source")
    for one in found.counts:
        if one.shares is not None:
            table.add_row(one.basis, figure(one.shares), figure(one.value), one.lock_up or "unknown", one.source)
    console.print(table)
    unknown = [one.basis for one in found.counts if one.shares is None]
    if unknown:
        console.print(f"unknown: {', '.join(unknown)} (each needs a fact share_count)", style="dim")


def _indicators(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    console.print("\nleading indicators, days", style="bold")
    for one in found.indicators:
        values = ", ".join(f"{year} {figure(value)}" for year, value in one.values.items())
        console.print(f"{one.quantity}: {values or f'unknown, {one.missing}'}")
