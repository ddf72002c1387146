"""The command of ownership: what an hour of each chip costs, what a million tokens of it costs, and how sure that is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scenario, Set, _model, app
from .from_facts import FromFacts
from .records import print_json


@app.command("ownership", cls=FromFacts)
def ownership_(
    chip: Annotated[list[str], typer.Option("--chip", help="Only this chip; repeat for more.")] = [],
    site: Annotated[
        str, typer.Option("--site", help="A country or a Chinese province; {usual_site} if not said.")
    ] = "",
    owner: Annotated[
        str, typer.Option("--owner", help="hyperscaler, cloud or tenant; {usual_owner} if not said.")
    ] = "",
    language_model: Annotated[str, typer.Option("--model", help="A language model.")] = "deepseek-r1",
    tpot_ms: Annotated[
        float | None,
        typer.Option("--tpot-ms", help="At most this long between two tokens; {time_per_token_limit_s} s if not said."),
    ] = None,
    claims: Annotated[bool, typer.Option("--claims", help="Hold the source's claims of cost against it.")] = False,
    prices: Annotated[bool, typer.Option("--prices", help="Electricity by site, chips in China and the US.")] = False,
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """What an hour of a chip and a million tokens of it cost: owned or rented, by site, with ranges."""
    from siliconomics.studies import ownership as study

    if tpot_ms is not None and not tpot_ms > 0:
        raise BadRequest(Problem(f"--tpot-ms {tpot_ms:g} is no time", remedy="give milliseconds above 0"))
    held = [] if tpot_ms is None else [f"time_per_token_limit_s={tpot_ms / 1000:g}"]
    model = _model(facts, scenario, [*set_, *held])
    if prices and (claims or chip):
        raise BadRequest(Problem("--prices stands alone", remedy="leave out --claims and --chip"))
    if prices:
        _prices(model, as_json)
        return
    place = tuple(
        model.label(axis, said) if said else model.facts.usual(axis)
        for axis, said in (("site", site), ("owner", owner))
    )
    name = model.label("model", language_model)
    chips = [model.label("chip", one) for one in chip] or _priced(model)
    if claims:
        found = study.claims(model, [one for one in chips if _domestic(model, one)], name, *place)
        if not found:
            raise BadRequest(
                Problem("no domestic chip with a price among those asked", remedy="name one, or leave out --chip")
            )
        if as_json:
            print_json([one.as_dict() for one in found])
        else:
            _claims(found, name, *place)
        return
    rows = study.owned(model, chips, name, *place)
    if chip and all(row.hour is None for row in rows):
        raise BadRequest(*[Problem(f"the cost of {row.chip} is unknown", why=row.missing) for row in rows])
    if as_json:
        print_json([row.as_dict() for row in rows])
        return
    _table(rows, name, *place)


def _prices(model: Any, as_json: bool) -> None:
    """Exhibits 16 and 17, whose charts are lost: rebuilt from other pages."""
    quantities = ("electricity_price_usd_per_kwh", "power_usage_effectiveness", "carbon_intensity_kg_per_kwh")
    answers = {quantity: model.solve(quantity).records for quantity in quantities}
    chips = [one for one in model.solve("china_over_us_price").records if one.value is not None]
    records: list[dict[str, Any]] = [
        {"exhibit": 17, "status": "rebuilt", "site": first.labels["site"], "known": first.known}
        | {quantity: answers[quantity][k].value for quantity in quantities}
        for k, first in enumerate(answers[quantities[0]])
    ]
    records.sort(key=lambda record: float(record[quantities[0]]))
    for one in chips:
        both = {name: model.solve(name, chip=one.labels["chip"]).value for name in ("market_price_usd", "us_price_usd")}
        records.append(
            {"exhibit": 16, "status": "rebuilt", **one.labels, "known": one.known, **both, "china_over_us": one.value}
        )
    if as_json:
        print_json(records)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold", title="Exhibit 17, rebuilt", title_justify="left")
    for heading in ("site", "$/kWh", "effectiveness", "kg CO2/kWh", "known"):
        table.add_column(heading, justify="left" if heading in ("site", "known") else "right")
    for record in records:
        if record["exhibit"] == 17:
            figures = (f"{record[quantities[0]]:.3f}", f"{record[quantities[1]]:.2f}", f"{record[quantities[2]]:.2f}")
            table.add_row(record["site"], *figures, record["known"])
    console.print(table)
    table = Table(box=None, pad_edge=False, header_style="bold", title="Exhibit 16, rebuilt", title_justify="left")
    for heading in ("chip", "China, $", "US, $", "China over US", "known"):
        table.add_column(heading, justify="left" if heading in ("chip", "known") else "right")
    for record in records:
        if record["exhibit"] == 16:
            dollars = (f"{record['market_price_usd']:,.0f}", f"{record['us_price_usd']:,.0f}")
            table.add_row(record["chip"], *dollars, f"{record['china_over_us']:.2f}", record["known"])
    console.print(table)
    console.print("The charts did not survive in the source: these figures are other pages'.", style="dim")


def _priced(model: Any) -> list[str]:
    """Chips with a price in the source or in the user's facts."""
    return [
        chip
        for chip in model.facts.labels["chip"]
        if any((name, chip) in model.facts.facts for name in ("market_price_cny", "quoted_market_price_usd"))
    ]


def _domestic(model: Any, chip: str) -> bool:
    return str(model.facts.cards["chip"][chip]["vendor"]) not in ("NVIDIA", "AMD")


def _table(rows: list[Any], name: str, site: str, owner: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    one = rows[0].figures
    console.print(
        f"{name} in {site}, {owner}; dollars; {one['cluster_chips']:.0f} chips, a token within "
        f"{one['time_per_token_limit_s'] * 1000:g} ms, hours in use {one['utilisation']:.0%}",
        markup=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", "$/h", "kit", "power", "tok/s", "$/Mtok", "80 %", "least", "assumed"):
        table.add_column(heading, justify="left" if heading == "chip" else "right", no_wrap=True)
    for row in (one for one in rows if one.hour is not None):
        rate = row.figures["mixed_output_rate"]
        table.add_row(
            row.chip,
            f"{row.hour.value:.2f}",
            f"{row.parts['equipment'] / row.hour.value:.0%}",
            f"{row.parts['electricity'] / row.hour.value:.0%}",
            "unknown" if rate is None else f"{rate:,.0f}",
            "unknown" if row.token is None else f"{row.token.value:,.2f}{_doubt(row)}",
            "" if row.token is None else f"{row.token_low:,.2f}-{row.token_high:,.2f}",
            "" if row.cheapest is None else f"{row.cheapest:.0%}",
            f"{(row.token or row.hour).assumed_share:.0%}",
        )
    console.print(table)
    _published(console, rows)
    for row in rows:
        if row.missing:
            console.print(f"{row.chip}: {row.missing}", markup=False, style="dim")
    console.print(
        "$/h: an hour of the calendar for whoever uses the chip, and what of it kit (equipment) and power are; tok/s of "
        "answers per chip, prompts read along; $/Mtok: hours without use are paid too; 80 %: by the ranges of all facts "
        "below, ?: over more than a factor of 100, so it cannot be told; least: chance of the cheapest token, shared facts "
        "drawn once; assumed: share of the spread that rests on "
        "assumed facts. Whether a chip may be bought: siliconomics rank, export-status",
        markup=False,
        style="dim",
    )


def _published(console: Any, rows: list[Any]) -> None:
    """What others publish of the same hours, where they do."""
    from rich.table import Table

    names = ("rental_price_usd_per_chip_hour", "published_owned_cost_usd_per_chip_hour")
    told = [row for row in rows if row.hour is not None and any(row.figures[name] is not None for name in names)]
    if not told:
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title="\nPublished beside it", title_justify="left")
    for heading in ("chip", "owning, $/h", "published", "over ours", "rent, $/h", "over owning"):
        table.add_column(heading, justify="left" if heading == "chip" else "right", no_wrap=True)
    for row in told:
        figures = [
            row.figures[name]
            for name in (
                "owned_cost_per_chip_hour_usd",
                names[1],
                "published_over_owned",
                names[0],
                "rented_over_owned",
            )
        ]
        table.add_row(row.chip, *("" if one is None else f"{one:.2f}" for one in figures))
    console.print(table)
    console.print(
        "a comparison: nothing is fitted to it. Published figures are not China's, but for the rent of an A100; "
        "a rent of three years unless its source says otherwise: siliconomics why rented_over_owned\n",
        markup=False,
        style="dim",
    )


UNTOLD = 100.0
"""A range over more than this factor says that a figure cannot be told, and is marked so."""


def _doubt(row: Any) -> str:
    return "?" if row.token_high > UNTOLD * row.token_low else " "


def _claims(found: list[Any], name: str, site: str, owner: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(
        f"Claims of lines 412 and 421-423 for {name} in {site}, {owner}: ownership 30-60 % lower, tokens on a par",
        markup=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", "against", "ownership", "chance", "a token", "chance", "verdict"):
        table.add_column(heading, justify="left" if heading in ("chip", "against", "verdict") else "right")
    for one in found:
        table.add_row(
            one.chip,
            one.against,
            f"{one.ownership.value:.2f}",
            f"{one.chance_lower:.0%}",
            "unknown" if one.token is None else f"{one.token.value:.2f}",
            "" if one.chance_parity is None else f"{one.chance_parity:.0%}",
            one.verdict,
        )
    console.print(table)
    console.print(
        "ownership and a token: ratios to the chip compared with; chance: that the claim holds, by the ranges of all "
        "facts below; --json has the price at which ownership would be 30 % lower and what each ratio rests on",
        markup=False,
        style="dim",
    )
