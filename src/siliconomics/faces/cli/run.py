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
STACK, OFFER = COST[:6], COST[6:]
VALUE = (
    "share_price", "price_target", "upside", "cost_of_equity", "terminal_growth", "book_share_of_value",
    "forecast_share_of_value", "continuing_share_of_value", "price_target_in_twelve_months",
)  # fmt: skip
WORTH = (
    ("share_price", "market price"), ("price_target", "target"), ("upside", "  upside"),
    ("price_target_textbook", "textbook"), ("price_target_no_moat", "no excess return after 2037"),
    ("cost_of_equity", "cost of equity"), ("terminal_growth", "growth for ever"),
    ("book_share_of_value", "share of value: book"), ("forecast_share_of_value", "  forecast"),
    ("continuing_share_of_value", "  continuing"),
)  # fmt: skip
MONEY = ("share_price", "price_target", "price_target_textbook", "price_target_no_moat")


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
        progress.update(task, description="tokens and their cost")
        tokens = _tokens(model)
        served = ", ".join((SERVED, *_place(model)))
        progress.update(task, description="ranking")
        places = _places(model)
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
        _write(out / "tokens.csv", _csv_text(tokens))
        _write(out / "ranking.csv", _csv_text(places))
        _write(out / "valuation.csv", _csv_text(values))
        _write(out / "implied.csv", _csv_text(implied))
        _write(out / "audit.csv", text.getvalue())
        for company in COVERED:
            why = model.solve("price_target", company=company).why()
            _write(out / f"why-{company.lower()}.json", json.dumps(why.as_dict(), indent=1, ensure_ascii=False) + "\n")
    _print(console, served, chips, tokens, places, values, implied, report, bridges)
    took = time.perf_counter() - started
    console.print(
        f"\n[dim]facts {model.facts.version}; {took:.1f} s; tables in {out}/: chips.csv, tokens.csv, "
        f"ranking.csv, valuation.csv, implied.csv, audit.csv, why-*.json[/]"
    )
    console.print("Ask next: [bold]siliconomics why price_target --where company=Cambricon[/]")


def _chips(model: Model) -> list[dict[str, Any]]:
    """One row a chip: the cost stack and what follows, base and textbook side by side where they differ."""
    rows: dict[str, dict[str, Any]] = {}
    for quantity, _ in COST:
        for record in model.solve(quantity):
            rows.setdefault(record.labels["chip"], {"chip": record.labels["chip"]})[quantity] = record.value
    return [row for row in rows.values() if row.get("manufacturing_cost_usd") is not None]


SERVED = "DeepSeek-R1"
"""The language model of the table of tokens."""


def _place(model: Model) -> tuple[str, str]:
    """The site and the owner of the table of tokens."""
    return model.facts.usual("site"), model.facts.usual("owner")


def _tokens(model: Model) -> list[dict[str, Any]]:
    """One row a chip with a price: the rate within the limit of time, an hour, a million tokens with its range."""
    from siliconomics.studies.ownership import owned

    known = [one.labels["chip"] for one in model.solve("market_price_usd") if one.value is not None]
    return [
        {
            "chip": one.chip,
            "output_tokens_per_s": one.figures["mixed_output_rate"],
            "chip_hour_price_usd": one.hour.value if one.hour else None,
            "cost_per_million_output_tokens_usd": one.token.value if one.token else None,
            "low": one.token_low,
            "high": one.token_high,
            "chance_cheapest": one.cheapest,
            "missing": one.missing,
        }
        for one in owned(model, known, SERVED, *_place(model))
    ]


def _places(model: Model) -> list[dict[str, Any]]:
    """One row a maker and kind of buyer: its rank and the chance of being first."""
    from siliconomics.studies.ranking import SEGMENTS, rankings

    return [
        {
            "segment": ranking.segment,
            "group": place.group,
            "rank": place.rank,
            "rank_low": place.rank_low,
            "rank_high": place.rank_high,
            "maker": place.alternative.name,
            "economics": place.economics,
            "execution": place.execution,
            "score": place.score,
            "chance_first": place.acceptability[0],
        }
        for ranking in rankings(model, list(SEGMENTS))
        for place in ranking.places
    ]


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


def _table(headings: list[str]) -> Any:
    """Names to the left, figures to the right, no figure ever broken."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="right" if position else "left", no_wrap=True)
    return table


def _dollars(value: Any) -> str:
    return "unknown" if value is None else f"{value:,.0f}".replace("-", "−")


def _print(
    console: Any,
    served: str,
    chips: list[dict[str, Any]],
    tokens: list[dict[str, Any]],
    places: list[dict[str, Any]],
    values: list[dict[str, Any]],
    implied: list[dict[str, Any]],
    report: Any,
    bridges: list[Any],
) -> None:
    console.print("[dim]scenario base: the source's own conventions[/]")
    console.print(
        "[dim]textbook: each year counted once, charge on opening book, every rate as its inputs give it[/]\n"
    )
    _print_chips(console, chips)
    _print_tokens(console, served, tokens)
    _print_places(console, places)
    _print_values(console, values)
    _print_implied(console, implied)
    console.print("\n[bold]From the source's price target to the textbook's[/]")
    for one in bridges:
        console.print(bridge_table(one))
    console.print("\n[bold]What the source printed, recomputed[/]")
    console.print(counts_table(report))
    console.print("[dim]siliconomics audit tells what to distrust[/]")


def _print_chips(console: Any, chips: list[dict[str, Any]]) -> None:
    console.print("[bold]What a chip costs to make[/] [dim](US$ per chip)[/]")
    for part in (STACK, OFFER):
        table = _table(["chip", *(heading for _, heading in part)])
        for row in chips:
            table.add_row(
                row["chip"],
                *(
                    _dollars(row.get(name))
                    if name.endswith("_usd") and "per_usd" not in name
                    else shown(name, row.get(name), "1")
                    for name, _ in part
                ),
            )
        console.print(table)
        console.print()


def _print_tokens(console: Any, served: str, tokens: list[dict[str, Any]]) -> None:
    console.print(
        f"[bold]What a token costs[/] [dim]({served}; US$; 80 % ranges; tokens of answers within the limit of time)[/]"
    )
    table = _table(["chip", "tokens/s", "an hour", "a million", "80 %", "cheapest"])
    for row in tokens:
        hour, token = row["chip_hour_price_usd"], row["cost_per_million_output_tokens_usd"]
        table.add_row(
            row["chip"],
            _dollars(row["output_tokens_per_s"]),
            "unknown" if hour is None else f"{hour:.2f}",
            "unknown" if token is None else f"{token:,.2f}",
            "" if token is None else f"{row['low']:,.2f}-{row['high']:,.2f}",
            "" if row["chance_cheapest"] is None else f"{row['chance_cheapest']:.0%}",
        )
    console.print(table)
    console.print()


def _print_places(console: Any, places: list[dict[str, Any]]) -> None:
    console.print("[bold]Who is poised to win[/] [dim](rank and its 80 % range among those that may be bought)[/]")
    free = [row for row in places if row["group"] == "may_be_bought"]
    segments = list(dict.fromkeys(row["segment"] for row in free))
    table = _table(["", *segments])
    for maker in dict.fromkeys(row["maker"] for row in free):
        cells = {
            row["segment"]: f"{row['rank']} ({row['rank_low']}-{row['rank_high']})"
            for row in free
            if row["maker"] == maker
        }
        table.add_row(maker, *(cells.get(segment, "") for segment in segments))
    console.print(table)
    console.print()


def _print_values(console: Any, values: list[dict[str, Any]]) -> None:
    console.print("[bold]What a share is worth[/]")
    table = _table(["", *(f"{row['company']} ({row['currency']})" for row in values)])
    for name, heading in WORTH:
        table.add_row(
            heading,
            *(f"{row[name]:,.1f}" if name in MONEY else shown(name, row[name], "1") for row in values),
        )
        if name == "price_target_textbook":
            table.add_row("  gap to the target", *(gap(row["price_target"], row[name]) for row in values))
    console.print(table)


def _print_implied(console: Any, implied: list[dict[str, Any]]) -> None:
    console.print("\n[bold]What the market price implies[/] [dim](one input moved, the others as they are)[/]")
    companies = list(dict.fromkeys(row["company"] for row in implied))
    table = _table(["", *companies])
    for scenario, by in dict.fromkeys((row["scenario"], row["input"]) for row in implied):
        cells = []
        for row in (one for one in implied if (one["scenario"], one["input"]) == (scenario, by)):
            text = f"{row['value']:,.0f}" if by == "fade_years" else shown(by, row["value"], "1")
            cells.append(text if row["feasible"] else f"none (max {row['achieved']:,.0f})")
        words = {
            "terminal_growth": "growth for ever",
            "cost_of_equity": "or cost of equity",
            "fade_years": "or years of fading return",
        }
        table.add_row(f"{words[by]}, {scenario}" if by != "fade_years" else words[by], *cells)
    console.print(table)
