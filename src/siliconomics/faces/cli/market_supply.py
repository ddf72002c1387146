"""Commands of supply: `siliconomics market supply`, `market nodes`, `market capacity`."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json
from .show import WIDE, say_calibrated


def _group() -> typer.Typer:
    """The group `market`, whoever brings it first."""
    for group in app.registered_groups:
        if group.name == "market" and group.typer_instance is not None:
            return group.typer_instance
    market = typer.Typer(no_args_is_help=True, help="The market: supply by wafers, memory, packaging and test.")
    app.add_typer(market, name="market")
    return market


market_app = _group()

ORDERS = {
    "as_possible": "orders are all that dies and stock could give",
    "by_choice": "orders as buyers choose",
    "stated": "orders as stated",
}
"""Who plays the role of orders, in words."""
WORDS = {"dies": "dies", "memory": "memory stacks", "packaging": "2.5D packaging", "test": "test"}
BRIEF = {"packaging": "2.5D"}


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _table(*headings: str, left: int = 1) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position < left else "right", no_wrap=True)
    return table


def _thousands(value: float) -> str:
    from siliconomics.model.figures import figure

    return figure(round(value / 1e3)) if value >= 9950 or not value else f"{value / 1e3:.1f}"


@market_app.command("supply")
def supply_(
    chip: Annotated[list[str], typer.Option("--chip", help="Only this product, with what it waits for.")] = [],
    require: Annotated[
        str,
        typer.Option("--require", metavar="CHIP@YEAR=UNITS", help="A plan: refused, with what lacks, if it cannot be."),
    ] = "",
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Units by vendor and year, which constraint binds, and what one more unit of each would bring."""
    from siliconomics.model.figures import MINUS, figure
    from siliconomics.studies import supply as study

    model = _model(facts, scenario, sets)
    _warn(model)
    if require:
        name, year, units = _plan(require)
        met = study.ensure(model, name, year, units)
        if as_json:
            print_json(vars(met))
        else:
            print(f"{met.chip} in {met.year}: {figure(round(met.planned))} can be delivered")
        return
    wanted = [model.label("chip", one) for one in chip]
    supplied = study.products(model)
    for one in wanted:
        if one not in supplied:
            raise BadRequest(
                Problem(
                    f"no node makes {one} and no bank of dies holds it",
                    why="supply is worked out for chips of domestic makers; foreign ones come as units_imported",
                    remedy=f"one of {', '.join(supplied)}",
                )
            )
    found = study.solve(model)
    if as_json:
        print_json(found.as_dict())
        return
    console = _console()
    console.print(f"[dim]scenario {found.scenario}; {ORDERS.get(found.orders, f'orders: {found.orders}')}[/]\n")
    graph = model.graph
    cells = [graph.cell("domestic_units_shipped", {"year": year}) for year in found.years]
    say_calibrated(console, model, cells)
    years = [str(year) for year in found.years]
    if wanted:
        _products(console, found, wanted)
        return
    console.print("[bold]Chips delivered, thousands[/]")
    table = _table("vendor", *years)
    for company, row in found.vendors().items():
        table.add_row(company, *(_thousands(row[year]) for year in found.years))
    table.add_row(
        "all", *(_thousands(sum(row[y] for row in found.vendors().values())) for y in found.years), style="bold"
    )
    for name in dict.fromkeys(name for name, _ in found.imported):
        came = [found.imported.get((name, year), 0.0) for year in found.years]
        table.add_row(f"{name}, imported", *(_thousands(one) for one in came), style="dim")
    console.print(table)
    console.print(
        "\n[bold]Packages held back, thousands in the mean quarter[/] [dim](wanted, and not made for want of)[/]"
    )
    table = _table("for want of", *years)
    for name, row in found.held_back().items():
        table.add_row(WORDS[name], *(_thousands(row[year]) for year in found.years))
    table.add_row("most by", *(_brief(found.binding(year)) for year in found.years), style="bold")
    console.print(table)
    last = found.years[-1]
    console.print(
        f"\n[bold]What one more unit in each quarter of a year brings until {last}[/] [dim](exact slopes, one-sided)[/]"
    )
    table = _table("one more", "", *years, left=2)
    for constraint, node, unit in dict.fromkeys((one.constraint, one.node, one.unit) for one in found.prices):
        own = found.by_unit(constraint, node)
        name = f"{unit} on {node}" if node else unit
        table.add_row(name, "chips", *(_slope(own[year].chips) if year in own else "" for year in found.years))
        worth = (
            f"{own[year].value_usd / 1000:,.1f}".replace("-", MINUS) if year in own else "" for year in found.years
        )
        table.add_row("", "USD k", *worth)
    console.print(table)
    console.print(
        "[dim]USD k: thousands of dollars; a chip without a price counts nothing. Where memory is short, one more wafer makes "
        "its maker take memory from others: fewer chips may come of it.[/]"
    )
    console.print(
        "\n[dim]one product: --chip; a plan: --require 'MLU 690@2026=60000'; yields: siliconomics market nodes; "
        "wafers: siliconomics market capacity; why a figure: siliconomics why units_made -w chip=910C -w quarter=2027Q1[/]"
    )


def _brief(constraint: str) -> str:
    return BRIEF.get(constraint, constraint)


def _slope(value: float) -> str:
    from siliconomics.model.figures import MINUS

    return f"{value:,.2f}".replace("-", MINUS)


def _plan(text: str) -> tuple[str, int, float]:
    place, _, units = text.rpartition("=")
    chip, _, year = place.rpartition("@")
    if chip.strip():
        with contextlib.suppress(ValueError):
            return chip.strip(), int(year), float(units.replace(",", ""))
    raise BadRequest(
        Problem(
            f"--require {text!r} is not of the form chip@year=units",
            remedy="write for example --require 'MLU 690@2026=60000'",
        )
    )


def _products(console: Any, found: Any, wanted: list[str]) -> None:
    for name in wanted:
        rows = [one for one in found.made if one.chip == name]
        console.print(f"[bold]{name}[/] [dim]({rows[0].company}), thousands[/]")
        table = _table("", *(str(one.year) for one in rows))
        for title, values in (
            ("wanted, mean quarter", [one.wanted for one in rows]),
            *((f"  held back: {WORDS[step]}", [one.held_back[step] for one in rows]) for step in WORDS),
            ("made, year", [one.made for one in rows]),
            ("delivered, year", [one.shipped for one in rows]),
            ("stock, year end", [one.stock for one in rows]),
            ("bank of dies, year end", [one.bank for one in rows]),
        ):
            table.add_row(title, *(_thousands(one) for one in values))
        table.add_row("binds", *(_brief(one.binds) for one in rows), style="bold")
        console.print(table)
        console.print()


@market_app.command("nodes")
def nodes_(sets: Set = [], scenario: Scenario = [], facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """One defect density per node: its path, and the printed yields that it stands behind."""
    from siliconomics.model.figures import figure
    from siliconomics.studies import supply as study

    model = _model(facts, scenario, sets)
    _warn(model)
    found = study.nodes(model)
    if as_json:
        print_json([vars(one) for one in found])
        return
    console = _console()
    years = sorted({year for one in found for year in one.density})
    area = figure(round(model.solve("reference_die_area_mm2").value))
    console.print(f"[bold]Yield of a die of {area} mm² and wafers a month for AI chips, at year ends[/]")
    table = _table("node", "", *(str(year) for year in years), left=2)
    for one in found:
        yields = (figure(one.reference_yield[year], share=True) for year in years)
        table.add_row(f"{one.node}, {one.foundry}" if one.foundry not in one.node else one.node, "yield", *yields)
        table.add_row("", "per cm²", *(figure(one.density[year]) for year in years))
        if one.wafers:
            table.add_row("", "wafers", *(figure(round(one.wafers[year])) for year in years))
    console.print(table)
    console.print("\n[bold]Printed yields, read as the density of their node times a factor of their own[/]")
    table = _table("node", "product", "printed", "factor", left=2)
    for one in found:
        for position, (name, printed, factor) in enumerate(one.products):
            table.add_row("" if position else one.node, name, figure(printed, share=True), figure(factor))
    console.print(table)
    console.print(
        "\n[dim]Exhibit 21 prints 25 to 80 % by product, the text 20 % for domestic chips of 2025 (line 3330): by node both can "
        "hold. 910B and 910C at 70 % are dies of TSMC; a density of N+2 that gave them 70 % would be a fifth of the text's.[/]"
    )


def _capacity(one: Any, year: int) -> str:
    from siliconomics.model.figures import figure

    text = figure(round(one.path[year]))
    return text if year in one.given else f"({text})"


def _capacities_below_each_other(console: Any, found: Any, years: list[int]) -> None:
    """On a narrow screen: what a forecast is above its figures, and what it counts below them."""
    from siliconomics.model.figures import figure

    console.print("".join(f"{year:>9}" for year in years), style="bold", highlight=False)
    for one in found:
        of = f"{one.node}, {'AI chips' if one.ai_only else 'all chips'}, weight {figure(one.weight)}"
        console.print(f"{one.forecast}, {one.published}: {of}", markup=False)
        console.print("".join(f"{_capacity(one, year):>9}" for year in years), markup=False)
        console.print(f"  {one.counts}", style="dim", markup=False)


@market_app.command("capacity")
def capacity_(sets: Set = [], scenario: Scenario = [], facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """Dated forecasts of wafers side by side, and which of them the model follows."""
    from siliconomics.model.figures import figure
    from siliconomics.studies import supply as study

    model = _model(facts, scenario, sets)
    _warn(model)
    found = study.forecasts(model)
    if as_json:
        print_json([vars(one) for one in found])
        return
    console = _console()
    years = sorted({year for one in found for year in one.path})
    console.print("[bold]Wafers a month at year ends[/] [dim](in brackets: between or beyond the years given)[/]")
    if console.width < WIDE:
        _capacities_below_each_other(console, found, years)
        return
    table = _table("published", "forecast", "of", "counts", "weight", *(str(year) for year in years), left=4)
    for one in found:
        cells = [_capacity(one, year) for year in years]
        table.add_row(one.published, one.forecast, one.node, "AI" if one.ai_only else "all", figure(one.weight), *cells)
    console.print(table)
    for one in found:
        console.print(f"[dim]{one.forecast}: {one.counts}[/]")
