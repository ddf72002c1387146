"""The command of risk and reward: the page of a company as data."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scenario, Set, _model, _split, _warn, app
from .records import print_json


@app.command("risk-reward")
def risk_reward_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this company.")] = "",
    prices: Annotated[str, typer.Option("--prices", metavar="FILE.csv", help="Past closes of the company.")] = "",
    estimates: Annotated[str, typer.Option("--estimates", metavar="FILE.csv", help="Estimates of providers.")] = "",
    weight: Annotated[
        list[str], typer.Option("--weight", metavar="CASE=SHARE", help="Weight of a case; they add up to 1.")
    ] = [],
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Price, target, bull, base and bear, thesis, drivers, catalysts, risks, consensus, themes, key assumptions."""
    from siliconomics.studies import consensus, multiples
    from siliconomics.studies import risk_reward as study

    model = _model(facts, scenario, set_)
    _warn(model)
    if prices and not company:
        raise BadRequest(Problem("--prices needs a company", remedy="add for example --company Cambricon"))
    brought = consensus.read_estimates(model, estimates) if estimates else []
    history = multiples.read_prices(model, company, prices) if prices else None
    weights = _split(weight, "--weight")
    pages = [
        study.page(model, one, history=history, estimates=brought, weights=weights)
        for one in ([company] if company else study.companies(model))
    ]
    if as_json:
        print_json([one.as_dict() for one in pages])
        return
    if not company:
        _list(pages)
        return
    _page(pages[0], model.scenario)


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def _table(headings: list[str], left: int = 1) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=place < left)
    return table


def _money(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.2f}"


def _change(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.2%}".replace("-", "−")


def _times(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f}x"


def _list(pages: list[Any]) -> None:
    console = _console()
    table = _table(["company", "rating", "unit", "price", "target", "upside", "bull", "base", "bear", "gain/loss"], 3)
    for one in pages:
        values = {case.case: case for case in one.cases}
        ratio = one.skew.gain_over_loss if one.skew else None
        table.add_row(
            one.company,
            one.rating,
            one.price_unit,
            _money(one.price),
            _money(one.target),
            _change(one.upside),
            *(_money(values[name].published) for name in ("bull", "base", "bear")),
            "n/a" if ratio is None else f"{ratio:.2f}",
        )
    console.print(table)
    console.print("The page of one: siliconomics risk-reward --company NAME")


def _page(found: Any, scenario: str) -> None:
    console = _console()
    console.print(f"{found.company} ({found.ticker}), {found.rating} since {found.rating_date}", style="bold")
    console.print(
        f"price {_money(found.price)} {found.price_unit} on {found.priced_on}; our target under {scenario} "
        f"{_money(found.target)}, {_change(found.upside)} ({found.target_known})"
    )
    table = _table(["case", "published", "upside", "printed", "on base sales", "printed", "ours"])
    for case in found.cases:
        table.add_row(
            case.case,
            _money(case.published),
            _change(case.upside),
            case.printed_upside,
            _times(case.price_to_sales),
            case.printed_price_to_sales,
            _money(case.own),
        )
    console.print(table)
    for case in found.cases:
        for said in case.assumptions:
            console.print(f"{case.case}: {said}")
    if found.skew is not None:
        _skew(console, found.skew)
    if found.weighted is not None:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in found.weighted.weights.items())
        console.print(f"with your weights ({shares}): {_money(found.weighted.value)}, {_change(found.weighted.upside)}")
    for case in found.cases:
        for reason in filter(None, (case.missing, case.own_missing)):
            console.print(f"{case.case} unknown of ours: {reason}", style="dim")
    _said(console, "thesis", found.thesis)
    _said(console, "drivers", found.drivers, topics=True)
    _said(console, "risks up", found.risks.up, topics=True)
    _said(console, "risks down", found.risks.down, topics=True)
    _said(console, "themes", found.themes, topics=True)
    _said(console, "exposure", found.exposure)
    _catalysts(console, found.catalysts)
    for one in found.locked_shares:
        many = "unknown how many" if one.shares is None else f"{one.shares:,.4g} mn"
        console.print(f"{one.date or 'undated'} ({one.when}) shares of {one.holder} may be sold: {many}, {one.known}")
    _figures(console, found)
    _others(console, found)


def _skew(console: Any, found: Any) -> None:
    told = f"bull {_change(found.gain)}, bear {_change(found.loss)}"
    if found.gain_over_loss is not None:
        told += f": {found.gain_over_loss:.2f} to gain for each 1 to lose"
    if found.price_between is not None:
        told += f"; between the two alone, the price asks a weight of {found.price_between:.0%} for bull"
    console.print(told)


def _said(console: Any, title: str, points: Any, *, topics: bool = False) -> None:
    console.print(f"\n{title}", style="bold")
    if not points:
        console.print("unknown: the register risk_reward holds no row of it")
    for one in points:
        printed = f" ({one.printed})" if one.printed and topics else ""
        console.print(f"{one.topic}{printed}" if topics else f"{one.topic}: {one.statement}")


def _catalysts(console: Any, found: Any) -> None:
    console.print("\ncatalysts", style="bold")
    if not found:
        console.print("unknown: the register events holds no row")
        return
    past = sum(one.when == "past" for one in found)
    for one in found:
        if one.when != "past":
            when = f"{one.when}, {one.status}" if one.date else one.status
            console.print(f"{one.date or 'undated'} ({when}) {one.about}: {one.event}")
    if past:
        console.print(f"{past} before the day of the price: siliconomics registers events", style="dim")


def _figures(console: Any, found: Any) -> None:
    from siliconomics.model.figures import shown, with_unit

    console.print("\nkey assumptions", style="bold")
    for one in found.assumptions:
        console.print(f"{one.quantity} {with_unit(one.quantity, one.value, one.unit)}, {one.known}: {one.source}")
    console.print("\nforecast", style="bold")
    years = list(next(iter(found.inputs.values())))
    table = _table(["line", *years])
    for name, values in found.inputs.items():
        unit = "1" if name.endswith(("growth", "margin")) else "mn"
        table.add_row(name.replace("_", " "), *(shown(name, value, unit) for value in values.values()))
    console.print(table)


def _others(console: Any, found: Any) -> None:
    console.print("\nothers", style="bold")
    others = found.consensus
    if others.none:
        console.print(others.none)
    if others.ratings:
        console.print("ratings: " + ", ".join(f"{one.share:.0%} {one.rating.lower()}" for one in others.ratings))
    for one in others.gaps:
        low = "" if one.low is None else f", lowest {one.low:,.6g}"
        gap = "n/a" if one.difference is None else f"{one.difference:+.0%}".replace("-", "−")
        console.print(f"{one.provider} {one.line.replace('_', ' ')} {one.year}: {one.mean:,.6g}{low}; ours {gap}")
    if found.closes:
        first, last = found.closes[0], found.closes[-1]
        console.print(
            f"closes: {len(found.closes)} from {first.date} ({_money(first.close)}; price since {_change(first.price_since)}) "
            f"to {last.date} ({_money(last.close)}); every one under --json"
        )
    for band in found.price_history:
        if band.mean is None:
            console.print(f"history of {band.of} unknown: {band.missing}", style="dim")
        else:
            console.print(
                f"history of {band.of}: mean {band.mean:,.2f}, one deviation {band.low:,.2f} to {band.high:,.2f}, "
                f"{band.count} days; now no lower than {band.percentile:.0%} of them"
            )
