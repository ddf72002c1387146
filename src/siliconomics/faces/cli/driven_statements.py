"""Statements from drivers as a table: a mark where a line left the plan, and the ties below."""

from __future__ import annotations

import csv
import itertools
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from .records import print_json

UP, DOWN = "↑", "↓"
ROOM, COLUMN = 34, 11
"""Characters for a line's name, and for one period with its mark."""


def show(found: Any, as_json: bool, as_csv: bool) -> None:
    """The statements of a company, as text or as records."""
    if as_json:
        print_json(found.as_dict())
    elif as_csv:
        records = [{"company": found.company, **asdict(line), "moved": line.moved} for line in found.lines]
        writer = csv.DictWriter(sys.stdout, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    else:
        _print(found)


def _print(found: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    unit = found.met.unit
    console.print(f"{found.company}: statements from drivers, scenario {found.scenario}, {unit}", style="bold")
    moved = [line for line in found.lines if line.moved]
    if moved:
        console.print(f"{UP} above, {DOWN} below what the drivers give as they stand: {len(moved)} figures moved")
    for (statement, dimension), lines in itertools.groupby(found.lines, lambda one: (one.statement, one.dimension)):
        console.print(f"\n{statement} by {dimension}", style="bold")
        for table in _tables(list(lines), console.width):
            console.print(table)
    console.print("\nties", style="bold")
    for name, group in _by_name(found.ties):
        missed = [tie for tie in group if not tie.holds]
        console.print(f"{name}: {len(group) - len(missed)} of {len(group)} hold")
        for tie in missed:
            console.print(f"  {tie.period}: {tie.gap:+,.1f} {unit}")
    if found.met.printed:
        largest = f", the largest gap {found.met.largest:+.1f} ({found.met.where})" if found.met.where else ""
        console.print(
            f"with the drivers as they stand {found.met.met} of {found.met.printed} printed figures of these years "
            f"come out within rounding{largest}"
        )
    for note in found.notes:
        console.print(note)


def _by_name(ties: Any) -> list[tuple[str, list[Any]]]:
    """Ties under one name; those of parts of a year together."""
    found: dict[str, list[Any]] = {}
    for tie in ties:
        found.setdefault(tie.name.partition(":")[0], []).append(tie)
    return list(found.items())


def _tables(lines: list[Any], width: int) -> Iterator[Any]:
    """One table, or several below each other where not all periods fit beside each other."""
    periods = sorted({str(line.period) for line in lines})
    fit = max((width - ROOM) // COLUMN, 1)
    for start in range(0, len(periods), fit):
        part = periods[start : start + fit]
        yield _table([line for line in lines if str(line.period) in part], part)


def _table(lines: list[Any], periods: list[str]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", *periods):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for quantity, group in itertools.groupby(lines, lambda one: one.quantity):
        cells = {str(line.period): _cell(line) for line in group}
        name = quantity.removeprefix("half_year_").removeprefix("quarter_").replace("_", " ")
        table.add_row(name, *(cells.get(period, "") for period in periods))
    return table


def _cell(line: Any) -> str:
    from siliconomics.model.figures import figure, shown

    mark = (UP if line.moved > 0 else DOWN) if line.moved else " "
    text = shown(line.quantity, line.value, "1") if line.unit == "1" else figure(round(line.value, 1))
    return f"{text}{mark}"
