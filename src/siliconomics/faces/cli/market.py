"""Commands of the market: `siliconomics market demand`; supply and outcome join the same group in files of their own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json
from .show import say_calibrated

market_app = typer.Typer(no_args_is_help=True, help="Demand for accelerators in China, their supply, and what follows.")
app.add_typer(market_app, name="market")

TITLES = {
    "spending": "From spending to AI chips",
    "tokens": "From tokens to AI chips, beside it",
    "money": "Whether it pays: cloud providers in China",
    "world": "China beside the five largest US clouds",
    "buyers": "By buyer",
}
SHORT = {
    "announced_cloud_capex_cny_bn": "announced, CNY bn",
    "cloud_capex_from_buyers_usd_bn": "cloud capex, USD bn",
    "capex_in_china_usd_bn": "of it in China",
    "server_spending_in_china_usd_bn": "servers",
    "ai_server_spending_in_china_usd_bn": "AI servers",
    "capex_route_tam_usd_bn": "AI chips, USD bn",
    "daily_tokens_at_year_end_tn": "tn tokens a day",
    "fleet_rate": "tokens/s per chip",
    "chips_needed_for_tokens": "chips needed, mn",
    "token_route_tam_usd_bn": "AI chips, USD bn",
    "tam_reconciliation": "over spending route",
    "accelerators_installed_mn": "installed, mn",
    "daily_tokens_servable_tn": "tn a day servable",
    "tokens_over_servable": "used of servable",
    "token_revenue_cny_bn": "tokens, CNY bn",
    "advertising_uplift_cny_bn": "advertising added",
    "subscription_revenue_cny_bn": "subscriptions",
    "ai_depreciation_cny_bn": "depreciation",
    "ai_power_cny_bn": "power",
    "ai_infrastructure_cny_bn": "infrastructure",
    "ai_operating_margin": "margin",
    "token_price_cny_per_mtoken": "CNY per mn tokens",
    "breakeven_token_price_cny_per_mtoken": "at breakeven",
    "token_price_for_target_margin_cny_per_mtoken": "at target margin",
    "cloud_capex_outside_china_usd_bn": "outside, USD bn",
    "china_share_of_global_cloud_capex": "China of both",
    "accelerator_share_of_china_cloud_capex": "chips of China's",
    "accelerator_share_outside_china": "chips of outside",
    "accelerator_share_of_global_cloud_capex": "chips of both",
    "china_share_of_accelerator_value": "China of chips",
    "cloud_capex_of_buyer_usd_bn": "cloud capex, USD bn",
    "capex_counted_share": "counted of announced",
    "accelerator_spending_of_buyer_usd_bn": "AI chips in China, USD bn",
}
"""What a row is called where seven years must fit beside it."""
PERCENT = {
    "tam_reconciliation",
    "tokens_over_servable",
    "capex_counted_share",
    "ai_operating_margin",
    "china_share_of_global_cloud_capex",
    "accelerator_share_of_china_cloud_capex",
    "accelerator_share_outside_china",
    "accelerator_share_of_global_cloud_capex",
    "china_share_of_accelerator_value",
}
RANGED = {"capex_route_tam_usd_bn", "token_route_tam_usd_bn"}
DEFAULT = ("spending", "tokens", "money", "world")


@market_app.command("demand")
def demand_(
    view: Annotated[
        list[str], typer.Option("--view", help="spending, tokens, money, world or buyers; repeat for several.")
    ] = [],
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """AI chips that China buys by year: from spending, from tokens; whether it pays; the source's endpoints beside."""
    from siliconomics.studies import demand as study

    unknown = next((one for one in view if one not in study.VIEWS), None)
    if unknown is not None:
        raise BadRequest(Problem(f"there is no view {unknown!r}", remedy=nearest(unknown, study.VIEWS)))
    model = _model(facts, scenario, sets)
    _warn(model)
    chosen = list(dict.fromkeys(view)) or list(DEFAULT)
    found = {one: study.view(model, one) for one in chosen}
    ends = study.endpoints(model)
    if as_json:
        paths = {one: [path.as_dict() for path in paths] for one, paths in found.items()}
        print_json({"scenario": model.scenario, "views": paths, "endpoints": [one.as_dict() for one in ends]})
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"[dim]scenario {model.scenario}; in brackets the 80 % that the ranges of all facts give[/]")
    for one in chosen:
        console.print(f"\n[bold]{TITLES[one]}[/]")
        _by_buyer(console, found[one]) if one == "buyers" else console.print(_table(found[one]))
    console.print("\n[bold]What survives of the source, and what comes out[/]")
    _endpoints(console, ends)
    cells = [
        model.graph.cell(path.quantity, {**({"buyer": path.buyer} if path.buyer else {}), "year": one.year})
        for paths in found.values()
        for path in paths
        for one in path.years
    ]
    say_calibrated(console, model, [cell for cell in cells if cell.node is not None])
    console.print("one figure's tree: siliconomics why capex_route_tam_usd_bn -w year=2030", style="dim")


def _short(value: float | None, quantity: str) -> str:
    if value is None:
        return "unknown"
    if quantity in PERCENT:
        return f"{value:.0%}".replace("-", "−")
    size = abs(value)
    text = f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return text.replace("-", "−")


def _table(paths: Any) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for one in paths[0].years:
        table.add_column(str(one.year), justify="right", no_wrap=True)
    for path in paths:
        name = path.buyer or SHORT.get(path.quantity, path.quantity)
        table.add_row(name, *(_short(one.value, path.quantity) for one in path.years))
        if path.quantity in RANGED:
            ends = [(_short(one.low, path.quantity), _short(one.high, path.quantity)) for one in path.years]
            table.add_row("  from", *(low for low, _ in ends), style="dim")
            table.add_row("  to", *(high for _, high in ends), style="dim")
    return table


def _by_buyer(console: Any, paths: Any) -> None:
    for quantity in dict.fromkeys(path.quantity for path in paths):
        console.print(SHORT[quantity], style="dim")
        console.print(_table([path for path in paths if path.quantity == quantity]))


def _endpoints(console: Any, ends: Any) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("figure", "line", "stated", "here", "all announced", "how", "verdict"):
        right = heading in ("line", "stated", "here", "all announced")
        table.add_column(heading, justify="right" if right else "left", no_wrap=right)
    for one in ends:
        stated = f"{one.bound}{_end(one.stated, one.unit)}"
        table.add_row(
            one.what,
            str(one.line),
            stated,
            _end(one.ours, one.unit),
            _end(one.all_spending, one.unit),
            one.how,
            one.verdict,
        )
    console.print(table)
    for one in ends:
        if one.verdict not in ("reproduced", "holds"):
            console.print(f"{one.what}: {one.definition}", style="dim", markup=False)


def _end(value: float | None, unit: str) -> str:
    if value is None:
        return "none"
    if unit == "year":
        return f"{value:.0f}"
    return f"{value:.1%}".replace("-", "−") if unit == "1" else f"{value:,.1f}"
