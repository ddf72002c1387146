"""Answers as tables, JSON and CSV."""

from __future__ import annotations

import csv
import re
import shlex
import sys
from typing import Any

from siliconomics.model import Answer, Model, overlay
from siliconomics.model.answer import Record
from siliconomics.model.figures import gap, shown, with_unit

from .records import print_json

WIDE = 120
"""Characters from which a list is a table; on narrower screens each name has its meaning below it."""
BASE = "scenario base: the source's own conventions"
PAGES = {"sum_of_parts_value": "parts", "sum_of_parts_value_per_share": "parts"}
"""Quantities that have a command of their own."""
SHOWN_NAMES = 8
"""Of unknown cells of two dimensions, most of which never meet (a system and a chip), only so many are named."""


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def answer(model: Model, found: Answer, as_json: bool, as_csv: bool) -> None:
    """Print an answer; in tables the base stands beside the textbook, with the gap."""
    if as_json:
        print_json([record.as_dict() for record in found])
    elif as_csv:
        _csv(found)
    else:
        _table(model, found)
        say_calibrated(_console(), model, [record.cell for record in found if record.cell is not None])


def say_calibrated(console: Any, model: Model, cells: list[Any]) -> None:
    """Under figures that rest on calibrated ones, say so and name them."""
    from siliconomics.studies.calibrated import calibrated, told

    line = told(calibrated(model, cells))
    if line:
        console.print(line, markup=False, style="dim")


def _csv(found: Answer) -> None:
    axes = list(found.records[0].labels) if found.records else []
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["quantity", *axes, "value", "unit", "known"])
    for record in found:
        value = "" if record.value is None else record.value
        writer.writerow([record.quantity, *record.labels.values(), value, record.unit, record.known])


def _textbook(model: Model, found: Answer) -> dict[tuple[Any, ...], Any]:
    """The same records under the textbook scenario, where these are the base's and differ at all."""
    if model.overlays or not found.records or found.records[0].unit == "text":
        return {}
    graph = model.under("textbook").graph
    known = [record for record in found if record.value is not None]
    values = {tuple(record.labels.values()): graph.value(graph.cell(found.quantity, record.labels)) for record in known}
    return values if any(values[tuple(record.labels.values())] != record.value for record in known) else {}


def _table(model: Model, found: Answer) -> None:
    from rich.table import Table

    console = _console()
    textbook = _textbook(model, found)
    axes = list(found.records[0].labels) if found.records else []
    console.print(f"[bold]{found.quantity}[/]  {_meaning(model, found.quantity)}")
    told = BASE if not model.overlays else f"scenario {model.scenario}"
    changes = [f"{change.quantity} = {change.value:g}" for change in model.changes]
    console.print(f"[dim]{told}{'; with ' + ', '.join(changes) if changes else ''}[/]")
    years = [record for record in found if "year" in record.labels]
    if len({record.labels["year"] for record in years}) > 1:
        _by_year(console, model, found, textbook)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for axis in axes:
        table.add_column(axis)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit")
    table.add_column("known")
    if textbook:
        table.add_column("textbook", justify="right", no_wrap=True)
        table.add_column("gap", justify="right", no_wrap=True)
    for record in found:
        if record.value is not None:
            table.add_row(*_row(model, record, textbook))
    if table.row_count:
        console.print(table)
    _unknown(console, found)
    for line in pointers(found):
        console.print(line, markup=False)


def pointers(found: Answer) -> list[str]:
    """Where an unknown figure is answered another way, one line each."""
    lines = []
    for one in found.elsewhere():
        where = " ".join(f"-w {dimension}={shlex.quote(str(label))}" for dimension, label in one.labels.items())
        command = PAGES.get(one.quantity, f"why {one.quantity} {where}")
        labels = " ".join(str(label) for label in one.labels.values())
        value = with_unit(one.quantity, one.value, one.unit)
        lines.append(f"{labels} another way: {one.quantity} = {value}; see `siliconomics {command}`")
    return lines


def _unknown(console: Any, found: Answer) -> None:
    """What is not known, and what it would take, one line for all that lack the same."""
    lacking: dict[str, list[str]] = {}
    for record in found:
        if record.value is None:
            reason = record.missing
            for label in record.labels.values():
                reason = reason.replace(f"={label}", "")
            lacking.setdefault(re.sub(r"\[(chip|company|year|, )*\]", "", reason), []).append(
                " ".join(str(label) for label in record.labels.values()) or record.quantity
            )
    for reason, names in lacking.items():
        paired = len(found.records[0].labels.keys() - {"year"}) > 1
        few = len(names) <= SHOWN_NAMES or not paired
        told = names if few else [*names[:SHOWN_NAMES], f"{len(names) - SHOWN_NAMES} more"]
        console.print(f"unknown: {', '.join(told)} ({reason})", markup=False, style="dim")


def _row(model: Model, record: Record, textbook: dict[tuple[Any, ...], Any]) -> list[str]:
    row = [str(label) for label in record.labels.values()]
    row += [shown(record.quantity, record.value, record.unit), "" if record.unit == "1" else record.unit, record.known]
    if textbook:
        other = textbook.get(tuple(record.labels.values()))
        row.append(shown(record.quantity, other, record.unit) if other is not None else "")
        both = isinstance(record.value, float) and isinstance(other, float)
        row.append(gap(record.value, other) if both else "")  # type: ignore[arg-type]
    return row


def _by_year(console: Any, model: Model, found: Answer, textbook: dict[tuple[Any, ...], Any]) -> None:
    """Years across, everything else down."""
    from rich.table import Table

    years = sorted({record.labels["year"] for record in found})
    rows: dict[tuple[Any, ...], dict[int, Record]] = {}
    for record in found:
        rest = tuple(label for axis, label in record.labels.items() if axis != "year")
        rows.setdefault(rest, {})[record.labels["year"]] = record
    axes = [axis for axis in found.records[0].labels if axis != "year"]
    console.print(f"[dim]{found.unit if found.unit != '1' else 'share or ratio'}; known: {found.known}[/]")
    width = max(1, (console.width - 24) // 10)
    for start in range(0, len(years), width):
        part = years[start : start + width]
        table = Table(box=None, pad_edge=False, header_style="bold")
        for axis in axes:
            table.add_column(axis)
        if textbook:
            table.add_column("")
        for year in part:
            table.add_column(str(year), justify="right", no_wrap=True)
        for rest, cells in rows.items():
            if not any(year in cells for year in part):
                continue
            names = [str(label) for label in rest]
            table.add_row(
                *names,
                *(["base"] if textbook else []),
                *(shown(found.quantity, cells[year].value, found.unit) if year in cells else "" for year in part),
            )
            if textbook:
                table.add_row(
                    *[""] * len(names),
                    "textbook",
                    *(_other(found, cells, year, textbook) for year in part),
                    style="dim",
                )
        console.print(table)


def _other(found: Answer, cells: dict[int, Record], year: int, textbook: dict[tuple[Any, ...], Any]) -> str:
    if year not in cells:
        return ""
    other = textbook.get(tuple(cells[year].labels.values()))
    return shown(found.quantity, other, found.unit) if other is not None else ""


def _meaning(model: Model, quantity: str) -> str:
    if quantity in model.graph.roles:
        chosen = model.graph.roles[quantity]
        formula = chosen.get(model.base.players.get(quantity, "")) or next(iter(chosen.values()))
        return formula.meaning.split("\n")[0]
    return model.facts.declarations[quantity].meaning


def catalogue(model: Model, word: str, as_json: bool) -> None:
    """Everything that can be named."""
    sections = _sections(model)
    if word:
        wanted = word.casefold()
        sections = {
            section: [one for one in found if wanted in " ".join(str(value) for value in one.values()).casefold()]
            for section, found in sections.items()
        }
    if as_json:
        print_json(sections)
        return
    _print_sections(sections, word)


def _sections(model: Model) -> dict[str, list[dict[str, Any]]]:
    quantities = [
        {
            "name": name,
            "unit": model.graph.unit_of(name),
            "over": ", ".join(model.graph.dimensions_of(name)),
            "kind": "formula" if name in model.graph.roles else "input",
            "meaning": _meaning(model, name),
        }
        for name in model.graph.quantities
    ]
    chips = [
        {"name": name, "vendor": card["vendor"], "type": card["architecture"], "aliases": ", ".join(card["aliases"])}
        for name, card in model.facts.cards["chip"].items()
    ]
    companies = [
        {
            "name": name,
            "ticker": card["ticker"],
            "currency": card["listing_currency"],
            "aliases": ", ".join(card["aliases"]),
        }
        for name, card in model.facts.cards["company"].items()
    ]
    models = [
        {
            "name": name,
            "family": card["family"],
            "released": str(card["released"]),
            "aliases": ", ".join(card["aliases"][:4]),
        }
        for name, card in model.facts.cards.get("model", {}).items()
    ]
    systems = [
        {
            "name": name,
            "vendor": card["vendor"],
            "launched": str(card["launched"] or ""),
            "aliases": ", ".join(card["aliases"][:4]),
        }
        for name, card in model.facts.cards.get("system", {}).items()
    ]
    sources = [
        {"name": name, "title": card["title"], "kind": card["kind"]} for name, card in model.facts.sources.items()
    ]
    scenarios = [{"name": name, "meaning": overlay.find(name).meaning} for name in overlay.names()]
    stocks = [
        {
            "name": one["company"],
            "ticker": one["ticker"],
            "rating": one["rating"],
            "price": f"{one['price']} {one['currency']}",
        }
        for one in model.facts.coverage
    ]
    return {
        "quantities": quantities,
        "chips": chips,
        "models": models,
        "systems": systems,
        "companies": companies,
        "sources": sources,
        "scenarios": scenarios,
        "coverage": stocks,
    }


def _print_sections(sections: dict[str, list[dict[str, Any]]], word: str) -> None:
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    console = _console()
    if not any(sections.values()):
        console.print(f"nothing contains {word!r}; `siliconomics list` shows all", markup=False)
        return
    for section, found in sections.items():
        if not found or (section == "coverage" and not word):
            continue
        console.print(f"\n[bold]{section}[/] [dim]({len(found)})[/]")
        if console.width < WIDE:
            for one in found:
                name, *rest = (str(value) for value in one.values())
                *words, meaning = rest or [""]
                about = ", ".join(word for word in words if word)
                console.print(f"[bold]{escape(name)}[/]" + (f" [dim]({escape(about)})[/]" if about else ""))
                if meaning:
                    console.print(Padding(escape(meaning), (0, 0, 0, 2)))
            continue
        table = Table(box=None, pad_edge=False, show_header=False)
        for position, _ in enumerate(found[0]):
            table.add_column(overflow="fold", no_wrap=position == 0)
        for one in found:
            table.add_row(*(escape(str(value)) for value in one.values()))
        console.print(table)
