"""The command of multiples: a company's own, its peers', its history's, and the source's claims about them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json


@app.command("multiples")
def multiples_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this company.")] = "",
    peers: Annotated[str, typer.Option("--peers", metavar="FILE.csv", help="Estimates of peers, a row a year.")] = "",
    prices: Annotated[str, typer.Option("--prices", metavar="FILE.csv", help="Past closes of the company.")] = "",
    year: Annotated[int, typer.Option("--year", help="Calendar year of the peer table.")] = 0,
    coverage: Annotated[bool, typer.Option("--coverage", help="Print the covered stocks too.")] = False,
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """P/S, P/E, P/B and EV/sales at the market and at the target; peers, history, and the source's claims tested."""
    from siliconomics.studies import multiples as study
    from siliconomics.studies.multiples.bands import ensure_company

    model = _model(facts, scenario, set_)
    _warn(model)
    if prices:
        ensure_company(company)
    every = [study.multiples(model, one) for one in study.companies(model)]
    own = [study.multiples(model, company)] if company else every
    chosen = year or own[0].year
    study.ensure_year(model, chosen)
    table = study.peer_table(model, study.read_peers(peers) if peers else [], every, chosen)
    history = study.read_prices(model, own[0].company, prices) if prices else None
    bands = {one.company: study.bands(model, one.company, history) for one in own}
    said = study.claims(model, every, table, chosen, bands)
    if company:
        said = [one for one in said if one.about in (own[0].company, "peers")]
    groups = {one.company: study.premiums(table, one, chosen) for one in own}
    if as_json:
        record = {
            "scenario": model.scenario,
            "year": chosen,
            "companies": [
                {
                    **one.as_dict(),
                    "bands": [asdict(band) for band in bands[one.company]],
                    "premiums": [asdict(premium) for premium in groups[one.company]],
                }
                for one in own
            ],
            "peers": [row.as_dict() for row in table],
            "claims": [one.as_dict() for one in said],
        }
        print_json(record)
        return
    for one in own:
        _company(one, model.scenario)
        _bands(bands[one.company])
        _premiums(groups[one.company], chosen)
    _peers(table, chosen, coverage)
    _claims(said)


SHORT = {
    "price to sales": "P/S",
    "price to earnings": "P/E",
    "price to book": "P/B",
    "EV to sales": "EV/S",
    "price_to_sales_at_target": "P/S at target",
    "price_to_sales_at_market": "P/S at market",
    "price_to_earnings_at_target": "P/E at target",
    "ev_to_sales_at_target": "EV/S at target",
    "peer_average_price_to_sales": "P/S, mean of peers",
    "historical_average_price_to_sales": "P/S, own mean",
    "forward_price_to_sales": "P/S ahead, axis",
    "part_sales_multiple": "EV/S of a part",
}
"""Headings and claims in the field's own letters."""


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, markup=False)


def _columns(headings: list[str], left: int = 1) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=heading not in ("name", "lines"))
    return table


def _times(value: float | None, missing: str = "") -> str:
    from siliconomics.model.figures import figure

    if value is None:
        return "unknown" if missing else "n/a"
    if missing and value < 0:
        return "loss" if "loss" in missing else "none"
    return f"{figure(value)}x"


def _company(found: Any, scenario: str) -> None:
    console = _console()
    console.print(f"{found.company} ({found.ticker}), scenario {scenario}", style="bold")
    price, target = found.market, found.target
    console.print(
        f"price {_money(price.per_share)} {price.unit} on {found.priced_on}; "
        f"target {_money(target.per_share)} {target.unit}"
    )
    years = [one if one == "ahead" else f"{one}" for one in found.columns]
    table = _columns(["multiple", "at", *years], 2)
    for name in found.at_market:
        for where, cells in (("market", found.at_market[name]), ("target", found.at_target[name])):
            table.add_row(
                name if where == "market" else "", where, *(_times(one.value, one.missing) for one in cells.values())
            )
    for name, cells in found.justified.items():
        table.add_row(name.replace("_", " "), "", *(_times(one.value, one.missing) for one in cells.values()), "")
    console.print(table)
    if found.valuation_year_share_ahead is not None:
        share = found.valuation_year_share_ahead
        console.print(f"ahead: the twelve months after the price, {share:.0%} of {found.year} and the rest of the next")
    growth = found.revenue_growth_ahead
    if growth.value is not None:
        console.print(
            f"sales grow {growth.value:.1%} a year over the two years after {found.year}: price to sales for each "
            f"point of it {_plain(found.for_growth['market'].value)} at the market, "
            f"{_plain(found.for_growth['target'].value)} at the target"
        )
    reasons: dict[str, set[str]] = {}
    for cells in (found.at_market, found.at_target):
        for name, row in cells.items():
            for column, one in row.items():
                if one.value is None and one.missing:
                    reasons.setdefault(one.missing, set()).add(column if column == found.columns[-1] else name)
    for reason, names in reasons.items():
        console.print(f"{' and '.join(sorted(names))} unknown: {reason}", style="dim")
    assumed = {name for name, row in found.at_market.items() if any(one.known == "assumed" for one in row.values())}
    if assumed and assumed != set(found.at_market):
        console.print(f"{', '.join(sorted(assumed))} rests on figures that are assumed: --json says which", style="dim")


def _money(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.2f}"


def _plain(value: float | None) -> str:
    from siliconomics.model.figures import figure

    return figure(value)


def _bands(found: list[Any]) -> None:
    from siliconomics.model.figures import figure

    console = _console()
    for band in found:
        if band.mean is None:
            console.print(f"history of {band.of} unknown: {band.missing}", style="dim")
            continue
        console.print(
            f"history of {band.of}, {band.count} days {band.first} to {band.last}: mean {figure(band.mean)}, "
            f"one deviation {figure(band.low)} to {figure(band.high)}; now {figure(band.today)}, no lower than "
            f"{_share(band.percentile)} of days; target {figure(band.at_target)}, no lower than "
            f"{_share(band.target_percentile)}" + (f"; {band.note}" if band.note else "")
        )


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0%}"


def _premiums(found: list[Any], year: int) -> None:
    console = _console()
    if not any(one.count for one in found):
        console.print(f"\nagainst a group in {year}: unknown, no other company has a multiple", style="dim")
        print()
        return
    table = _columns([f"{year}, at market", "own", "median", "mean", "premium", "of"])
    for one in found:
        over = "n/a" if one.over_median is None else f"{one.over_median:+.0%}".replace("-", "−")
        table.add_row(
            one.multiple,
            _times(one.own.value, one.own.missing),
            _times(one.median),
            _times(one.mean),
            over,
            str(one.count),
        )
    console.print(table)
    console.print(f"group: {found[0].group}; premium over its median\n", style="dim")


def _peers(rows: list[Any], year: int, coverage: bool) -> None:
    console = _console()
    kinds = list(rows[0].multiples) if rows else []
    shown = [row for row in rows if coverage or row.origin != "covered"]
    console.print(f"peers in {year}", style="bold")
    table = _columns(["ticker", "name", "from", "rating", "", "price", *(SHORT[kind] for kind in kinds)], 5)
    for row in shown:
        cells = (_times(one.value, one.missing) for one in row.multiples.values())
        table.add_row(row.ticker, row.name, row.origin, row.rating, row.price_currency, _money(row.price), *cells)
    console.print(table)
    for row in shown:
        for kind, one in row.multiples.items():
            if row.origin == "imported" and one.value is None:
                console.print(f"{row.ticker} {kind} unknown: {one.missing}", style="dim")
    left = [row for row in rows if row.origin == "covered"]
    if left:
        reason = next(iter(left[0].multiples.values())).missing
        console.print(f"{len(left)} covered stocks n/a: {reason}" + ("" if coverage else "; --coverage prints them"))


def _claims(found: list[Any]) -> None:
    console = _console()
    console.print("\nwhat the source says of multiples", style="bold")
    table = _columns(["about", "what", "year", "case", "verdict", "printed", "ours", "lines"], 5)
    for one in found:
        lines = str(one.lines[0]) + (f" +{len(one.lines) - 1}" if len(one.lines) > 1 else "")
        year = "" if one.year is None else str(one.year)
        what = SHORT[one.multiple]
        computed = "" if one.computed is None else f"{one.computed:.1f}x"
        table.add_row(one.about, what, year, one.case, one.status, one.printed, computed, lines)
    console.print(table)
    for one in found:
        if one.note and (one.status != "reproduced" or "ev_to_sales" in one.multiple):
            console.print(f"{one.about}, {one.printed} (line {one.lines[0]}): {one.note}", style="dim")
