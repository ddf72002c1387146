"""Commands about the market as a whole: the bottom-up test, printed endpoints, and the lines that calibrate it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import figure, with_unit

from .app import AsJson, FactsFolders, _model, app
from .market import market_app
from .records import print_json

calibrate_app = typer.Typer(
    no_args_is_help=True, help="Work out anew the lines that tie the model to what is published."
)
app.add_typer(calibrate_app, name="calibrate")


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _table(*headings: str, left: int = 1) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position < left else "right", no_wrap=position >= left)
    return table


def _share(value: float | None) -> str:
    return "unknown" if value is None else figure(value, share=True)


@market_app.command("bottom-up")
def bottom_up_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """Published forecasts of companies, added up, against the market's path, the first vendor's share and the wafers."""
    from siliconomics.studies.market.bottom_up import bottom_up

    model = _model(facts, [], [])
    found = bottom_up(model)
    if as_json:
        print_json(found.as_dict())
        return
    console = _console()
    years = found.years
    console.print("[bold]Published sales of domestic makers, bn USD[/] [dim](as they book them, calendar years)[/]")
    table = _table("", *(str(one.year) for one in years))
    for name in dict.fromkeys(sale.name for one in years for sale in one.sales):
        row = []
        for one in years:
            sale = next((sale for sale in one.sales if sale.name == name), None)
            row.append("" if sale is None else _ranged(sale))
        table.add_row(name, *row)
    table.add_row("sum", *(figure(one.booked) for one in years), style="bold")
    table.add_row("sum at what buyers pay", *(figure(one.paid) for one in years))
    table.add_row("stated path, even growth", *(_known(one.stated_path_usd_bn) for one in years))
    table.add_row("left to all others", *(_share(one.left(False)) for one in years))
    table.add_row("  at what buyers pay", *(_share(one.left(True)) for one in years))
    table.add_row(f"{found.vendor} above half?", *(_fits(one.fits(False), one.fits(True)) for one in years))
    table.add_row("path from which it could be", *(figure(one.needed(False)) for one in years))
    table.add_row("wired market, local chips", *(_known(one.market_usd_bn) for one in years))
    table.add_row(f"  of it {found.vendor}", *(_share(one.market_share) for one in years))
    console.print(table)
    console.print(
        f"[dim]no forecast at hand, so on top of the sum: {', '.join(found.unknown)}. "
        "A part's range in brackets; parts sell to their owners too.[/]"
    )
    console.print("\n[bold]Planned units against chips that wafers, memory and orders allow[/]")
    table = _table("", "", "year", "planned", "market", "plan over market", left=2)
    for product in found.products:
        ratio = product.plan_over_market
        table.add_row(
            product.company, product.chip, str(product.year), figure(product.planned), figure(round(product.market)),
            "no chips" if ratio is None else figure(ratio),
        )  # fmt: skip
    console.print(table)
    _say_calibrated(console, model, "plan_over_market", "local_chip_value_usd_bn")


def _ranged(sale: Any) -> str:
    if sale.low_usd_bn == sale.high_usd_bn:
        return figure(sale.booked_usd_bn)
    return f"{figure(sale.booked_usd_bn)} ({figure(sale.low_usd_bn)}-{figure(sale.high_usd_bn)})"


def _known(value: float | None) -> str:
    return "" if value is None else figure(value)


def _fits(booked: bool | None, paid: bool | None) -> str:
    if booked is None or paid is None:
        return ""
    if booked == paid:
        return "possible" if booked else "impossible"
    return "as booked only" if booked else "as paid only"


@market_app.command("endpoints")
def endpoints_(
    everything: Annotated[bool, typer.Option("--all", help="Every reading, those that miss too.")] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Every printed figure of the market: reproduced and how, contradicted by which other, or unknown and for want of what."""
    from siliconomics.studies.market.endpoints import STATUSES, endpoints

    model = _model(facts, [], [])
    found = endpoints(model)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    console = _console()
    table = _table("line", "printed figure", "printed", "here", "result", left=2)
    for one in found:
        labels = " ".join(str(label) for label in one.labels.values())
        by = one.shown_by
        here = "" if by is None else _as(one, by.value)
        if one.against and one.against[0].implied is not None:
            here = _as(one, one.against[0].implied)
        table.add_row(str(one.line), f"{one.quantity} {labels}".strip(), _as(one, one.printed), here, _result(one))
    table.columns[-1].justify, table.columns[-1].no_wrap = "left", False
    console.print(table)
    counts = {status: sum(one.status == status for one in found) for status in STATUSES}
    console.print(", ".join(f"{count} {status}" for status, count in counts.items()))
    console.print(
        "computed: from other things; calibrated: from figures set so that published ones come out; as printed: an "
        "assumption of the source, taken over",
        style="dim",
    )
    for one in found:
        for line in _told(one, everything):
            console.print(line, markup=False, style="dim" if line.startswith("  ") else None)
    _say_calibrated(console, model, *dict.fromkeys(reading.quantity for one in found for reading in one.readings))


def _say_calibrated(console: Any, model: Any, *quantities: str) -> None:
    """The calibrated figures that some quantities of the wired market rest on."""
    from .show import say_calibrated

    graph = model.under("wired").graph
    cells = [graph.cell(name, labels) for name in quantities for labels in graph.every(name)]
    say_calibrated(console, model.under("wired"), [cell for cell in cells if cell.node is not None])


def _as(one: Any, value: float) -> str:
    """A figure as its endpoint is printed."""
    if one.unit == "year":
        return f"{value:.0f}"
    return with_unit(one.quantity, value, one.unit).removesuffix(" token/day").removesuffix(" wafer/month")


def _result(one: Any) -> str:
    return f"{one.status}, {one.how}" if one.how else one.status


def _told(one: Any, everything: bool) -> list[str]:
    """What stands behind a figure that is not simply reproduced: the others, the definitions, the assumptions; all on request."""
    if one.status == "reproduced" and not everything:
        return []
    labels = " ".join(str(label) for label in one.labels.values())
    lines = [f"{one.quantity} {labels}".strip() + f", line {one.line}: {_as(one, one.printed)} is {_result(one)}"]
    for other in one.against:
        implied = "" if other.implied is None else f", which makes it {_as(one, other.implied)}"
        lines.append(f"  against {other.printed}, {other.quantity}, line {other.line}{implied}: {other.why}")
    together = dict.fromkeys(other.together for other in one.against if other.together)
    lines += [f"  both hold as {name}" for name in together]
    for reading in one.readings:
        if reading.holds or everything or one.status == "unknown":
            where = " ".join(str(label) for label in reading.labels.values())
            word = "holds as" if reading.holds else "is not"
            lines.append(
                f"  {word} {_as(one, reading.value)}, {reading.quantity} {where} under {reading.scenario} "
                f"({reading.how}): {reading.meaning}"
            )
    for could in one.would_give:
        name = " ".join([could.quantity, *(str(label) for label in could.labels.values())])
        reach = f"(range {figure(could.low)} to {figure(could.high)})"
        lines.append(f"  would come out with {name} at {figure(could.needed)} instead of {figure(could.here)} {reach}")
    if one.status == "unknown":
        lines.append(f"  needed to decide: {one.note or 'what the source computed it from'}")
    return lines


@calibrate_app.command("market")
def calibrate_market_(
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the lines to this table of facts (.csv); else they are shown.")
    ] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="Date of the lines, YYYY-MM-DD; today if left out.")] = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """The constants of choice and the lines between plans and market, worked out at the facts as they stand."""
    from siliconomics.studies.market import calibration

    day = _day(as_of)
    if out is not None and (out.suffix != ".csv" or not out.parent.is_dir()):
        raise BadRequest(Problem(f"{out} is no table in a folder that exists", remedy="name a file that ends in .csv"))
    lines = calibration.calibrate(_model(facts, [], []))
    if out is not None:
        calibration.write(lines, out, day)
        print(f"{len(lines)} lines written to {out}")
        return
    if as_json:
        print_json(
            [
                {"quantity": one.quantity, "labels": one.labels, "value": one.value, "written": one.written}
                for one in lines
            ]
        )
        return
    console = _console()
    table = _table("line", "", "worked out", "written", left=2)
    for one in lines:
        written = "" if one.written is None else figure(one.written)
        table.add_row(one.quantity, " ".join(str(label) for label in one.labels.values()), figure(one.value), written)
    console.print(table)


def _day(text: str) -> str:
    if not text:
        return dt.date.today().isoformat()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadRequest(Problem(f"{text!r} is no date", remedy="write it as YYYY-MM-DD")) from None
