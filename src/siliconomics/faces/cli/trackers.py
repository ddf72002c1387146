"""The command of trackers: dated series, as a list, one by one, as records, and brought in from a file."""

from __future__ import annotations

import csv
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsCsv, AsJson, FactsFolders, _model, app
from .records import print_json

trackers_app = typer.Typer(
    invoke_without_command=True,
    help="Dated series of capital spending, tokens, prices and orders; bring in your own.",
)
app.add_typer(trackers_app, name="trackers")
BARS = "▁▂▃▄▅▆▇█"
SOURCE = '[{id}]\ntitle = "{title}"\nkind = "brought by the user"\n'


@trackers_app.callback()
def trackers_(context: typer.Context) -> None:
    """Without a word after it: the list."""
    if context.invoked_subcommand is None:
        list_()


@trackers_app.command("list")
def list_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """Which series there are, and which quantity of the model each enters."""
    from siliconomics.studies import trackers as study

    found = study.series(_model(facts, [], []))
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    from siliconomics.model.figures import figure

    console, table = _page(("tracker", "from, to", "", "last", "a year"), (3, 4))
    for column in table.columns:
        column.overflow = "fold"
    for one in found:
        last = one.points[-1]
        growth = "" if one.growth is None else f"{one.growth:+.0%}"
        span = one.points[0].date + (f", {last.date}" if len(one.points) > 1 else "")
        value = f"{last.bound.replace('~', '')}{figure(last.value)} {one.unit}"
        table.add_row(one.name, span, sparkline([point.value for point in one.points]), value, growth)
        if one.quantity:
            table.add_row(
                f"  enters {one.quantity}" + ("" if one.read else " (no formula)"), "", "", "", "", style="dim"
            )
    console.print(table)
    console.print(
        "One of them: siliconomics trackers show NAME; rows of your own: siliconomics trackers import FILE.csv"
    )


@trackers_app.command("show")
def show_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A tracker; `siliconomics trackers` lists them.")],
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """One series, point by point, ready to draw."""
    from dataclasses import asdict

    from siliconomics.studies import trackers as study

    found = study.one_series(_model(facts, [], []), name)
    if as_json:
        print_json(found.as_dict())
        return
    if as_csv:
        records = [asdict(point) for point in found.points]
        writer = csv.DictWriter(sys.stdout, records[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: "" if value is None else value for key, value in one.items()} for one in records)
        return
    _print(found)


@trackers_app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="Columns series, date, value, unit, as_of; kind for a new series."),
    ],
    into: Annotated[Path, typer.Option("--to", help="Your folder of facts.")] = Path("my_facts"),
    source: Annotated[str, typer.Option("--source", help="Title of the source of rows that name none.")] = "",
) -> None:
    """Bring points of a file into a folder of your facts; a bad row is told by its line, and then nothing is written."""
    from siliconomics.facts.table import unreadable
    from siliconomics.model import load
    from siliconomics.studies import trackers as study

    from . import cards

    there = into.is_dir() and any(into.rglob("*.toml"))
    model = load([str(into)] if there else [], checked=False)
    identity = study.slug(source)
    if source and not identity:
        raise BadRequest(Problem(f"--source {source!r} has no letter", remedy="write its title"))
    rows = study.read_points(model, file, f"{identity}#{file.name}" if identity else "")
    path, described = into / "registers" / "trackers.csv", into / "sources.toml"
    texts = {}
    for one in (path, described):
        try:
            texts[one] = one.read_text(encoding="utf-8-sig") if cards._is_there(one) else ""
        except (OSError, UnicodeDecodeError) as error:
            raise BadRequest(unreadable(one, error)) from None
    table = study.table(model, rows, texts[path])
    sources = texts[described]
    used = any(row["source"].startswith(f"{identity}#") for row in rows)
    if identity and used and identity not in tomllib.loads(sources) and identity not in model.facts.sources:
        title = source.replace('"', "'").replace("\\", "/")
        sources = sources.rstrip("\n") + "\n\n" * bool(sources) + SOURCE.format(id=identity, title=title)
    _tried(into, table, sources, path)
    if sources and sources != texts[described]:
        cards._write(described, sources)
    cards._write(path, table)
    names = list(dict.fromkeys(row["series"] for row in rows))
    print(f"wrote {path}: {len(rows)} point{'s' * (len(rows) != 1)} of {', '.join(names)}")
    print(f"next: siliconomics trackers show {names[0]} --facts {into}")


def _tried(into: Path, table: str, sources: str, path: Path) -> None:
    """The facts with the new table, read in a copy, so that a refusal leaves nothing behind."""
    import shutil

    from siliconomics.model import load
    from siliconomics.studies import trackers as study

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "facts"
        if into.is_dir():
            shutil.copytree(into, copy)
        (copy / "registers").mkdir(parents=True, exist_ok=True)
        (copy / "registers" / "trackers.csv").write_text(table, encoding="utf-8")
        if sources:
            (copy / "sources.toml").write_text(sources, encoding="utf-8")
        try:
            study.series(load([str(copy)], checked=False))
        except BadRequest as refused:
            raise BadRequest(
                *(
                    Problem(one.what, one.where.replace(str(copy), str(path.parents[1])), one.why, one.remedy)
                    for one in refused.problems
                )
            ) from None


def sparkline(values: list[float]) -> str:
    """A line of bars, from the least value to the most; one bar for one value."""
    low, high = min(values), max(values)
    if len(values) < 2 or high == low:
        return BARS[0] * len(values) if len(values) > 1 else ""
    return "".join(BARS[round((value - low) / (high - low) * (len(BARS) - 1))] for value in values)


def _page(headings: tuple[str, ...], right: tuple[int, ...]) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in right else "left")
    return Console(highlight=False, markup=False), table


def _print(found: Any) -> None:
    from siliconomics.model.figures import figure

    console, table = _page(("date", "value", "", "range", "known", "source", "said"), (1,))
    console.print(f"{found.name}: {found.about}, {found.unit}", style="bold")
    most = max(abs(point.value) for point in found.points) or 1.0
    for point in found.points:
        span = "" if point.low is None else f"{figure(point.low)} to {figure(point.high)}"
        status = ", expected" if point.status == "expected" else ""
        table.add_row(
            point.date, point.bound + figure(point.value), "█" * max(1, round(24 * abs(point.value) / most)), span,
            point.known + status + (", yours" if point.own else ""), point.source, point.statement,
        )  # fmt: skip
    console.print(table)
    if found.growth is not None:
        bound = " (an end is a bound)" if {found.points[0].bound, found.points[-1].bound} & {"<", ">"} else ""
        console.print(f"{found.growth:+.1%} a year from the first to the last{bound}")
    if not found.quantity:
        console.print("It enters no quantity of the model.")
        return
    console.print(f"It enters {found.quantity}" + ("" if found.read else ", which no formula reads yet") + ".")
    for one in found.enters:
        labels = ", ".join(f"{axis}={label}" for axis, label in one.labels.items())
        value = figure(one.value) if isinstance(one.value, float) else one.value
        console.print(f"  the model has {value}{f' at {labels}' if labels else ''} ({one.source}, {one.as_of})")
