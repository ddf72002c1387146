"""The command of quotes: vendors' offers from a file, ranked on delivered cost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Interval, Problem

from .app import AsJson, FactsFolders, Set, _model, app
from .records import print_json


@app.command("quotes")
def quotes_(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE.csv", help="Offers; --template shows the columns.")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="Rank per token a second of this language model, where the chip is known.")
    ] = "",
    needed_by: Annotated[
        str | None, typer.Option("--needed-by", metavar="YYYY-MM[-DD]", help="Later offers are not ranked.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="YYYY-MM-DD", help="Day of comparison; the latest offer's if not said."),
    ] = None,
    recover_vat: Annotated[bool, typer.Option("--recover-vat", help="The buyer gets value added tax back.")] = False,
    server_parts_usd: Annotated[
        float | None,
        typer.Option("--server-parts-usd", help="What a card lacks of a server, per chip: ranks both together."),
    ] = None,
    cost_of_capital: Annotated[
        float | None, typer.Option("--cost-of-capital", help="Yearly interest on money paid early, as 0.08.")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="A file to fill in.")] = False,
    sets: Set = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Vendors' offers on one floor: tax, duty, freight, warranty, waiting; and the price that would tie the rival."""
    from siliconomics.studies import quotes as study

    if template:
        print(",".join(study.COLUMNS))
        print(study.TEMPLATE, end="")
        return
    problems: list[Problem] = []
    if file is None:
        problems.append(
            Problem("no file of offers is named", remedy="one to fill in: siliconomics quotes --template > offers.csv")
        )
    day = _day("--needed-by", needed_by, problems)
    compared = _day("--on", on, problems)
    for option, value, possible in (
        ("--server-parts-usd", server_parts_usd, "[0, 1e6]"),
        ("--cost-of-capital", cost_of_capital, "[0, 10]"),
    ):
        if value is not None and value not in Interval.parse(possible):
            problems.append(Problem(f"{option} {value:g} is impossible", remedy=f"it lies in {possible}"))
    known = _model(facts, [], sets)
    name = None
    if model:
        try:
            name = str(known.facts.label("model", model))
        except BadRequest as refused:
            problems.extend(refused.problems)
    offers: Any = []
    if file is not None:
        try:
            offers = study.read_offers(file, known)
        except BadRequest as refused:
            problems.extend(refused.problems)
    if problems:
        raise BadRequest(*problems)
    changed: dict[str, Any] = {
        "needed_by": day,
        "on": compared,
        "language_model": name,
        "server_parts_usd": server_parts_usd,
    }
    if recover_vat:
        changed["vat_recovered_share"] = 1.0
    if cost_of_capital is not None:
        changed["cost_of_capital_of_buyer"] = cost_of_capital
    terms = study.terms_of(known, **changed)
    found = study.rank(known, offers, terms)
    if as_json:
        told = {"terms": _terms(terms), "offers": [one.as_dict() for one in found]}
        print_json(told)
        return
    _print(terms, found)


def _day(option: str, text: str | None, problems: list[Problem]) -> dt.date | None:
    """A day; of a month its first."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(f"{text}-01" if len(text) == len("2027-01") else text)
    except ValueError:
        problems.append(
            Problem(f"{option} {text!r} is not a date", remedy="write 2027-01-15, or 2027-01 for its first")
        )
        return None


def _terms(terms: Any) -> dict[str, Any]:
    return {
        "vat_recovered_share": terms.vat_recovered_share,
        "wanted_warranty_years": terms.wanted_warranty_years,
        "repair_share_per_year": terms.repair_share_per_year,
        "cost_of_capital_of_buyer": terms.cost_of_capital_of_buyer,
        "usd_per": terms.usd_per,
        "needed_by": None if terms.needed_by is None else terms.needed_by.isoformat(),
        "server_parts_usd_per_chip": terms.server_parts_usd,
        "model": terms.language_model,
    }


def _print(terms: Any, found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    floor = "delivered cost of one chip" + (f", per token/s of {terms.language_model}" if terms.language_model else "")
    when = f", needed by {terms.needed_by}" if terms.needed_by else ""
    console.print(f"[bold]{floor}[/]{when}; value added tax {'recovered' if terms.vat_recovered_share else 'borne'}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    headings = ["#", "offer", "chip", "arrives", "USD/chip", "waiting"]
    headings += ["USD per token/s"] * bool(terms.language_model) + ["ties"]
    for heading in headings:
        table.add_column(
            heading,
            justify="left" if heading in ("offer", "chip", "arrives", "ties") else "right",
            no_wrap=heading in ("#", "arrives", "USD/chip", "waiting"),
            overflow="fold",
        )
    for one in found:
        offer = one.offer
        row = [str(one.rank or "-"), offer.offer, f"{offer.label or offer.chip} {offer.kind}"]
        row += [offer.arrives.isoformat(), f"{one.cost:,.0f}", f"{one.steps['waiting_usd'] / offer.chips:,.0f}"]
        if terms.language_model:
            row.append(_per_rate(one))
        tie = (
            "" if one.tying_change is None else f"at {offer.currency} {one.tying_price:,.0f} ({one.tying_change:+.1%})"
        )
        table.add_row(*row, f"{one.rival} {tie}".strip())
    console.print(table)
    for one in found:
        for note in one.notes:
            console.print(f"{one.offer.offer}: {note}", markup=False, style="dim")
    if terms.server_parts_usd is None and len({one.offer.kind for one in found}) > 1:
        console.print("cards and servers are ranked apart; --server-parts-usd puts them on one floor", style="dim")
    console.print(
        f"for the days of waiting {terms.cost_of_capital_of_buyer:.1%} a year; warranty wanted "
        f"{terms.wanted_warranty_years:g} years, {terms.repair_share_per_year:.1%} a year without; --set changes these",
        style="dim",
        markup=False,
    )


def _per_rate(one: Any) -> str:
    if one.rate is None:
        return "unknown"
    told = f"{one.cost / one.rate:,.2f}"
    if not one.rate_range:
        return told
    return f"{told} ({one.cost / one.rate_range[1]:,.2f} to {one.cost / one.rate_range[0]:,.2f})"
