"""The main job: build everything, print the headline tables, write them out."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

from siliconomics.model import Model
from siliconomics.model.figures import gap, shown
from siliconomics.studies.audit import audit, bridge
from siliconomics.studies.reverse import reverse

from .audits import COVERED, bridge_table, counts_table, write_csv
from .cards import _write

COST = (
    ("gross_dies_per_wafer", "gross dies"),
    ("die_yield", "yield"),
    ("die_cost_usd", "dies"),
    ("memory_cost_usd", "memory"),
    ("package_cost_usd", "package"),
    ("manufacturing_cost_usd", "to make"),
    ("market_price_usd", "price"),
    ("original_price_usd", "before import"),
    ("chip_gross_margin", "margin bottom-up"),
    ("performance_per_usd", "TFLOPS/$"),
    ("performance_per_watt", "TFLOPS/W"),
)
VALUE = (
    "share_price",
    "price_target",
    "upside",
    "cost_of_equity",
    "terminal_growth",
    "book_share_of_value",
    "forecast_share_of_value",
    "continuing_share_of_value",
    "price_target_in_twelve_months",
)


def run(model: Model, out: Path) -> None:
    """Everything at once, with progress; tables land in ``out`` whole or not at all."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(highlight=False)
    started = time.perf_counter()
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("chips", total=None)
        chips = _chips(model)
        progress.update(task, description="valuations")
        values = _values(model)
        progress.update(task, description="what the market price implies")
        implied = _implied(model)
        progress.update(task, description="audit")
        report = audit(model)
        progress.update(task, description="bridges")
        bridges = [bridge(model, company) for company in COVERED]
        progress.update(task, description="writing")
        text = io.StringIO()
        write_csv(report, text)
        _write(out / "chips.csv", _csv_text(chips))
        _write(out / "valuation.csv", _csv_text(values))
        _write(out / "implied.csv", _csv_text(implied))
        _write(out / "audit.csv", text.getvalue())
        for company in COVERED:
            why = model.solve("price_target", company=company).why()
            _write(out / f"why-{company.lower()}.json", json.dumps(why.as_dict(), indent=1, ensure_ascii=False) + "\n")
    _print(console, chips, values, implied, report, bridges)
    took = time.perf_counter() - started
    console.print(
        f"\n[dim]facts {model.facts.version}; {took:.1f} s; tables in {out}/: chips.csv, valuation.csv, implied.csv, "
        f"audit.csv, why-*.json[/]"
    )
    console.print("Ask next: [bold]siliconomics why price_target --where company=Cambricon[/]")


def _chips(model: Model) -> list[dict[str, Any]]:
    """One row a chip: the cost stack and what follows, base and textbook side by side where they differ."""
    rows: dict[str, dict[str, Any]] = {}
    for quantity, _ in COST:
        for record in model.solve(quantity):
            rows.setdefault(record.labels["chip"], {"chip": record.labels["chip"]})[quantity] = record.value
    return [row for row in rows.values() if row.get("manufacturing_cost_usd") is not None]


def _values(model: Model) -> list[dict[str, Any]]:
    rows = []
    textbook = model.under("textbook")
    for company in COVERED:
        row: dict[str, Any] = {"company": company}
        for quantity in VALUE:
            row[quantity] = model.solve(quantity, company=company).value
        row["currency"] = model.solve("price_target", company=company).unit.split("/")[0]
        row["price_target_textbook"] = textbook.solve("price_target", company=company).value
        row["price_target_no_moat"] = model.under("no-moat").solve("price_target", company=company).value
        rows.append(row)
    return rows


def _implied(model: Model) -> list[dict[str, Any]]:
    """What the market price implies, one input at a time."""
    rows = []
    for company in COVERED:
        price = model.solve("share_price", company=company).value
        assert isinstance(price, float)
        for scenario, by in (
            ("base", "terminal_growth"),
            ("base", "cost_of_equity"),
            ("textbook", "terminal_growth"),
            ("textbook", "cost_of_equity"),
            ("fade", "fade_years"),
        ):
            found = reverse(
                model.under(scenario) if scenario != "base" else model, "price_target", price, by, {"company": company}
            )
            rows.append(
                {
                    "company": company,
                    "scenario": scenario,
                    "price": price,
                    "input": by,
                    "value": found.value,
                    "achieved": found.achieved,
                    "feasible": found.feasible,
                }
            )
    return rows


def _csv_text(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)
    return text.getvalue()


def _table(headings: list[str], left: int = 1) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position < left else "right", overflow="fold")
    return table


def _print(
    console: Any,
    chips: list[dict[str, Any]],
    values: list[dict[str, Any]],
    implied: list[dict[str, Any]],
    report: Any,
    bridges: list[Any],
) -> None:
    console.print(
        "[dim]scenario base: the source's own conventions; textbook: each year counted once, charge on opening "
        "book, every rate as its inputs give it[/]\n"
    )
    console.print("[bold]What a chip costs to make[/] [dim](US$ per chip)[/]")
    table = _table(["chip", *(name for _, name in COST)])
    for row in chips:
        table.add_row(
            row["chip"],
            *(shown(quantity, row.get(quantity), "USD/chip" if "usd" in quantity else "1") for quantity, _ in COST),
        )
    console.print(table)
    console.print("\n[bold]What a share is worth[/]")
    table = _table(
        [
            "company",
            "price",
            "target",
            "upside",
            "textbook",
            "gap",
            "no moat",
            "cost of equity",
            "growth for ever",
            "book",
            "forecast",
            "continuing",
            "",
        ]
    )
    for row in values:
        table.add_row(
            row["company"],
            f"{row['share_price']:,.1f}",
            f"{row['price_target']:,.1f}",
            shown("upside", row["upside"], "1"),
            f"{row['price_target_textbook']:,.1f}",
            gap(row["price_target"], row["price_target_textbook"]),
            f"{row['price_target_no_moat']:,.1f}",
            *(
                shown(name, row[name], "1")
                for name in (
                    "cost_of_equity",
                    "terminal_growth",
                    "book_share_of_value",
                    "forecast_share_of_value",
                    "continuing_share_of_value",
                )
            ),
            row["currency"],
        )
    console.print(table)
    console.print("\n[bold]What the market price implies[/] [dim](one input moved, the others as they are)[/]")
    table = _table(
        [
            "company",
            "growth for ever",
            "or cost of equity",
            "textbook: growth",
            "or cost of equity",
            "or years of fading excess return",
        ]
    )
    for company in dict.fromkeys(row["company"] for row in implied):
        cells = []
        for row in (one for one in implied if one["company"] == company):
            text = shown(row["input"], row["value"], "1") if row["input"] != "fade_years" else f"{row['value']:,.0f}"
            cells.append(text if row["feasible"] else f"none (at most {row['achieved']:,.0f} per share)")
        table.add_row(company, *cells)
    console.print(table)
    console.print("\n[bold]From the source's price target to the textbook's[/]")
    for one in bridges:
        console.print(bridge_table(one))
    console.print("\n[bold]What the source printed, recomputed[/]")
    console.print(counts_table(report))
    console.print("[dim]siliconomics audit tells what to distrust[/]")
