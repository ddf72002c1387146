"""The command of statements: a company's lines as the source prints them, each with the tie that holds it or does not."""

from __future__ import annotations

import csv
import itertools
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsCsv, AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json

MARKS = {"ties": "=", "does_not_tie": "!", "cannot_be_tied": "?", "stated": "", "not_meaningful": ""}
"""What stands behind a printed figure."""


@app.command("statements")
def statements_(
    company: Annotated[str, typer.Option("--company", help="A company; without it, those with a statement.")] = "",
    period: Annotated[str, typer.Option("--period", help="year, half or quarter; all there are, if left out.")] = "",
    through: Annotated[int, typer.Option("--through", metavar="YEAR", help="Last year, under drivers.")] = 0,
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Income statement, balance sheet and cash flow, with every tie: as printed, or under a scenario from drivers."""
    from siliconomics.studies import statements as study

    if as_json and as_csv:
        raise BadRequest(Problem("--json and --csv at once", remedy="choose one"))
    model = _model(facts, scenario, set_)
    if scenario or set_ or through:
        _driven(model, company, period, through, as_json, as_csv)
        return
    if not company:
        if period:
            raise BadRequest(Problem("--period needs a company", remedy="add for example --company Iluvatar"))
        _list(study.companies(model), as_json, as_csv)
        return
    found = study.statements(model, company, period)
    if as_json:
        record = {
            "company": found.company,
            "counts": found.counts(),
            "lines": [line.as_dict() for line in found.lines],
            "ties": [tie.as_dict() for tie in found.ties],
            "notes": list(found.notes),
        }
        print_json(record)
    elif as_csv:
        _csv([line.as_dict() for line in found.lines])
    else:
        _print(found)


def _driven(model: Any, company: str, period: str, through: int, as_json: bool, as_csv: bool) -> None:
    """Statements that follow from drivers; refuses to show printed ones as if a driver had moved them."""
    from siliconomics.studies import statements as study

    from . import driven_statements

    if not study.follows_drivers(model):
        why = f"under {model.scenario} they stand as printed, and no driver moves them"
        raise BadRequest(
            Problem("statements do not follow from drivers", why=why, remedy="add --scenario from-drivers")
        )
    if not company:
        raise BadRequest(Problem("statements from drivers need a company", remedy="add for example --company Iluvatar"))
    found = study.driven_statement(model, company, period, through)
    _warn(model)
    driven_statements.show(found, as_json, as_csv)


def _csv(records: list[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _list(known: dict[str, list[str]], as_json: bool, as_csv: bool) -> None:
    if as_json:
        print_json([{"company": name, "periods": periods} for name, periods in known.items()])
        return
    if as_csv:
        _csv([{"company": name, "periods": " ".join(periods)} for name, periods in known.items()])
        return
    for name, periods in known.items():
        print(f"{name}: by {', '.join(periods)}")
    print("One company: siliconomics statements --company NAME")


def _print(found: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(f"{found.company}: statements as printed; = ties, ! does not, ? nothing printed to tie it with")
    tables = itertools.groupby(found.lines, lambda one: (one.figure.exhibit, one.figure.statement, one.dimension))
    for (exhibit, statement, dimension), lines in tables:
        where = f"Exhibit {exhibit}" if exhibit is not None else "your own table"
        console.print(f"\n{statement} by {dimension} ({where})", style="bold")
        for table in _tables(list(lines), console.width):
            console.print(table)
    failed = found.failed()
    if failed:
        console.print("\nlines that do not tie", style="bold")
    for line in failed:
        console.print(f"{_named(line)}: printed {line.figure.printed}{_gap(line)}; {line.note}")
    if found.ties:
        console.print("\nties across lines", style="bold")
    for name, group in itertools.groupby(found.ties, lambda tie: tie.name):
        ties = list(group)
        missed = [tie for tie in ties if not tie.holds]
        console.print(f"{name}: {len(ties) - len(missed)} of {len(ties)} hold")
        for tie in missed:
            console.print(f"  {tie.where}, {tie.period}: {tie.gap:+,.1f} {tie.unit}")
    if found.notes:
        console.print("\nof the tables", style="bold")
    for note in found.notes:
        console.print(note)
    counts = found.counts()
    words = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items() if count)
    console.print(f"\n{len(found.lines)} figures: {words}")


ROOM, COLUMN = 30, 13
"""Characters for the line number and the row's name, and for one period with its mark."""


def _tables(lines: list[Any], width: int) -> Iterator[Any]:
    """One table, or several below each other where not all periods fit beside each other."""
    periods = list(dict.fromkeys(str(line.period) for line in sorted(lines, key=lambda one: str(one.period))))
    fit = max((width - ROOM) // COLUMN, 1)
    for start in range(0, len(periods), fit):
        part = periods[start : start + fit]
        yield _table([line for line in lines if str(line.period) in part], part)


def _table(lines: list[Any], periods: list[str]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("line", "", *periods):
        table.add_column(heading, justify="left" if not heading else "right", no_wrap=heading in ("line", *periods))
    for (place, row), group in itertools.groupby(lines, lambda one: (one.figure.line, one.figure.row)):
        cells = {str(line.period): f"{line.figure.printed} {MARKS[line.status]:1}" for line in group}
        table.add_row(str(place), row, *(cells.get(period, "") for period in periods))
    return table


def _named(line: Any) -> str:
    return f"line {line.figure.line} {line.figure.row}, {line.period}"


def _gap(line: Any) -> str:
    if line.gap is None:
        return ""
    if line.unit == "1" and line.figure.unit == "%":
        return f", its lines give {line.computed:.1%}, gap {line.gap * 100:+.1f} points"
    return f", its lines give {line.computed:,.1f}, gap {line.gap:+,.1f} {line.unit}"
