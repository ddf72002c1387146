"""Commands of history: revenue, mix and margins from 2022 on, and what the market paid over time."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsCsv, AsJson, FactsFolders, _model, app
from .records import print_json

ROOM, COLUMN = 24, 10
"""Characters for a measure's name and for one period."""
MARKS = {"printed": "", "follows": "~", "bound": ">", "model": "", "unknown": ""}
WORDS = {
    "revenue": "revenue",
    "revenue_growth": "growth",
    "gross_profit": "gross profit",
    "gross_margin": "gross margin",
    "operating_income": "operating income",
    "net_income": "net income",
    "segment_revenue_share": "share",
}


@app.command("history")
def history_(
    company: Annotated[list[str], typer.Option("--company", "-c", help="Only this company; repeat.")] = [],
    period: Annotated[str, typer.Option("--period", help="year, half or quarter.")] = "year",
    first: Annotated[int, typer.Option("--from", min=1990, max=2190, help="First year.")] = 2022,
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Revenue, mix and margins from 2022 on: stated, printed, or what follows from two printed figures."""
    from siliconomics.studies.history import history

    _one_form(as_json, as_csv)
    found = history(_model(facts, [], []), company, period, first)
    if as_json:
        print_json(found.as_dict())
    elif as_csv:
        _csv([asdict(point) for point in (*found.points, *found.sector)])
    else:
        _history(found)


@app.command("market-cap")
def market_cap_(
    company: Annotated[list[str], typer.Option("--company", "-c", help="Only this company; repeat.")] = [],
    currency: Annotated[str, typer.Option("--currency", help="Of the values, translated by dated rates.")] = "CNY",
    every: Annotated[str, typer.Option("--every", help="day, week, month, quarter or year: its last day.")] = "month",
    hold_shares: Annotated[
        bool, typer.Option("--hold-shares", help="Assume the valuation's shares on days without a count.")
    ] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Market value over time: imported closes times the shares of each day, and the sum of all companies."""
    from siliconomics.studies.capitalisation import capitalisation

    _one_form(as_json, as_csv)
    found = capitalisation(_model(facts, [], []), facts, company, currency, every, hold_shares)
    if as_json:
        print_json(found.as_dict())
    elif as_csv:
        _csv([{**asdict(point), "currency": found.currency} for point in found.points()])
    else:
        _market_value(found)


def _one_form(as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise BadRequest(Problem("--json and --csv at once", remedy="choose one"))


def _csv(records: Sequence[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, list(records[0]) if records else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def _table(headings: Sequence[str], left: int) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=place >= left)
    return table


def _history(found: Any) -> None:
    from siliconomics.model.figures import figure

    console = _console()
    console.print("~ follows from two printed figures, < > a bound; an empty cell is not known")
    for company in dict.fromkeys(point.company for point in found.points):
        points = [point for point in found.points if point.company == company]
        unit = next(point.unit for point in points if point.measure == "revenue")
        console.print(f"\n{company}, {unit}", style="bold")
        periods = sorted({point.period for point in points})
        fit = max((console.width - ROOM) // COLUMN, 1)
        for start in range(0, len(periods), fit):
            part = periods[start : start + fit]
            table = _table(["", *part], 1)
            for measure, segment in dict.fromkeys((point.measure, point.segment) for point in points):
                row = {point.period: point for point in points if (point.measure, point.segment) == (measure, segment)}
                cells = [_cell(row[one], figure) if one in row else "" for one in part]
                if any(cells):
                    table.add_row(f"{WORDS[measure]}{f', {segment}' if segment else ''}", *cells)
            console.print(table)
        for point in points:
            if point.origin in ("follows", "bound", "printed") or (point.value is None and point.source):
                console.print(f"{WORDS[point.measure]} {point.period}: {point.note}; {point.source}", style="dim")
    if found.sector:
        known = [point for point in found.sector if point.value is not None]
        console.print(f"\nrevenue of all of them, {known[0].unit if known else ''}", style="bold")
        table = _table([point.period for point in known], 0)
        table.add_row(*(figure(point.value) for point in known))
        console.print(table)
        for point in found.sector:
            if point.value is None:
                console.print(f"{point.period} unknown: {point.note}", style="dim")
    for note in found.notes:
        console.print(note, style="dim")


def _cell(point: Any, figure: Any) -> str:
    if point.value is None:
        return ""
    mark = (
        ("<" if point.low is None or point.low < point.value else ">")
        if point.origin == "bound"
        else MARKS[point.origin]
    )
    return mark + str(figure(point.value, share=point.unit == "1"))


def _market_value(found: Any) -> None:
    from siliconomics.model.figures import figure

    console = _console()
    console.print(f"market value, mn {found.currency}, last day of each {found.every}", style="bold")
    names = list(found.companies)
    table = _table(["date", *names, *(["all"] if len(names) > 1 else [])], 1)
    by_day = {name: {point.date: point for point in points} for name, points in found.companies.items()}
    total = {point.date: point for point in found.sector}
    days = sorted({day for row in by_day.values() for day in row} | set(total))
    for day in days:
        cells = [by_day[name].get(day) for name in names] + ([total.get(day)] if len(names) > 1 else [])
        table.add_row(day, *("" if one is None else figure(one.value) for one in cells))
    console.print(table)
    reasons = dict.fromkeys(f"{point.series}: {point.missing}" for point in found.points() if point.missing)
    if len(names) == 1:
        reasons = dict.fromkeys(one for one in reasons if not one.startswith("all: "))
    for reason in reasons:
        console.print(f"unknown in {reason}", style="dim")
    for name, origin in found.origins.items():
        console.print(f"{name}: closes from {origin}", style="dim")
    for note in found.notes:
        console.print(note, style="dim")
