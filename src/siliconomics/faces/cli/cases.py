"""The command of cases: bull, base and bear of a company from its drivers, beside the published values."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json

SAID = {"revenue_cagr": "growth of revenue", "gross_margin": "gross margin", "first_profitable_year": "first profit"}
"""Stated quantities as people say them."""
NOTHING = 1e-9
"""A step that is no more than the rounding of the arithmetic."""


@app.command("cases")
def cases_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this company, for example Cambricon.")] = "",
    causes: Annotated[
        bool, typer.Option("--causes", help="Single causes, one at a time: rules, prices, wafers.")
    ] = False,
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Bull, base and bear from drivers: value, multiples, and what the published values would need."""
    from siliconomics.studies import cases as study

    model = _model(facts, scenario, set_)
    companies = [company] if company else study.with_cases(model)
    if causes:
        _causes(model, companies, as_json)
        return
    found = [study.cases(model, one) for one in companies]
    _warn(model)
    if as_json:
        print_json([one.as_dict() for group in found for one in group])
        return
    for group in found:
        _print(group)


def _print(group: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.model.figures import figure, shown

    console = Console(highlight=False)
    first = group[0]
    console.print(f"[bold]{first.company}[/] by cases, {first.unit}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    years = sorted(first.lines["revenue"])
    table.add_column("", no_wrap=True)
    for one in group:
        table.add_column(one.case, justify="right", no_wrap=True)
    rows: list[tuple[str, list[str]]] = [
        ("value per share", [_value(one.value) for one in group]),
        ("published", [_value(one.published) for one in group]),
        ("over published", ["" if one.gap is None else _signed(one.gap) for one in group]),
        (f"revenue a year to {years[-1]}", [shown("revenue_cagr", one.revenue_cagr, "1") for one in group]),
        *((f"revenue {year}, mn", [figure(one.lines["revenue"][year]) for one in group]) for year in years),
        *((f"gross margin {year}", [_share(one.lines["gross_margin"][year]) for one in group]) for year in years),
        *((f"net income {year}, mn", [figure(one.lines["net_income"][year]) for one in group]) for year in years),
        ("first year of profit", [str(one.first_profitable_year or f"after {years[-1]}") for one in group]),
        (f"P/S {first.base_year}, sales of the case", [_multiple(one.own_multiple) for one in group]),
        (f"P/S {first.base_year}, base sales", [_multiple(one.base_multiple) for one in group]),
        ("published, sales of the case", [_multiple(one.published_own_multiple) for one in group]),
        ("published, base sales", [_multiple(one.published_base_multiple) for one in group]),
    ]
    for name, cells in rows:
        table.add_row(name, *cells)
    console.print(table)
    for one in group:
        for line in (*_unmet(one), *_split(one), *_needed(one), *(f"{one.case}: {note}" for note in one.notes)):
            console.print(line, markup=False, style="dim", soft_wrap=True)
    console.print()


def _unmet(one: Any) -> list[str]:
    found = []
    for stated in one.stated:
        if not stated.met:
            ours = f"after {max(one.lines['revenue'])}" if stated.model is None else _stated(stated.model, stated.year)
            found.append(f"{one.case}: stated {_words(stated)}, the drivers give {ours}")
    return found


def _split(one: Any) -> list[str]:
    """What the last year of the case differs by from the base, and how much of it the causes explain."""
    from siliconomics.model.figures import figure

    if not one.splits:
        return []
    last = one.splits[-1]
    money = [
        f"{name} {figure(value) if value < 0 else '+' + figure(value)}"
        for name, value in (
            ("foreign chips", last.foreign_chips),
            ("price cut", last.price_cut),
            ("demand and share, which the source names without a size", last.demand_and_share),
        )
        if abs(value) > NOTHING
    ]
    found = [
        f"{one.case}: revenue {last.year} from {figure(last.base_revenue)} (base) to {figure(last.revenue)}: "
        + ", ".join(money)
    ]
    points = [
        f"{name} {_signed(value, ' points')}"
        for name, value in (("price cut", last.margin_from_price), ("cost and mix", last.margin_from_the_rest))
        if abs(value) > NOTHING
    ]
    asks = "rise" if last.price_cut_that_margin_asks < 0 else "fall"
    found.append(
        f"{one.case}: gross margin {last.year} from {_share(last.base_margin)} to {_share(last.margin)}: "
        f"{', '.join(points)}; price alone would have to {asks} by "
        f"{_share(abs(last.price_cut_that_margin_asks))}"
    )
    return found


def _causes(model: Any, companies: list[str], as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.model.figures import shown
    from siliconomics.studies import causes as study

    found = [one for name in companies for one in study.effects(model, name)]
    _warn(model)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    last = found[0].last_year
    for heading in ("company", "cause", "value", "change", "revenue a year", f"margin {last}", "first profit"):
        table.add_column(heading, justify="left" if heading in ("company", "cause") else "right", no_wrap=True)
    for one in found:
        change = "none" if not one.touches else "n/m" if one.change is None else _signed(one.change)
        table.add_row(
            one.company,
            one.cause,
            f"{_value(one.value)} {one.unit}",
            change,
            shown("revenue_cagr", one.revenue_cagr, "1"),
            _share(one.gross_margin),
            str(one.first_profit_year) if one.first_profit_year <= last else f"after {last}",
        )
    console.print(table)
    for name, meaning, why in {(one.cause, one.meaning, one.why): None for one in found}:
        console.print(f"{name}: {meaning}", markup=False, soft_wrap=True)
        for reason in why:
            console.print(f"  {reason}", markup=False, style="dim", soft_wrap=True)
    for one in found:
        if one.note:
            console.print(f"{one.company}, {one.cause}: {one.note}", markup=False, style="dim", soft_wrap=True)


def _needed(one: Any) -> list[str]:
    from siliconomics.model.figures import shown

    found = []
    for needed in one.needed:
        if needed.needed is None:
            found.append(f"{one.case}: {needed.driver} alone cannot give {_value(one.published)}: {needed.note}")
            continue
        text = f"{one.case}: {needed.driver} alone gives {_value(one.published)} at "
        if needed.quantity == "gross_margin_shift":
            text += f"{_signed(needed.needed, ' points')} a year"
        elif needed.quantity == "price_cut_of_all_products":
            text += f"{_signed(-needed.needed)} in every year"
        else:
            now = shown(needed.quantity, needed.present, "1")
            text += f"{shown(needed.quantity, needed.needed, '1')} (now {now})"
        if needed.breaks:
            text += "; against the case's own " + ", ".join(_words(stated) for stated in needed.breaks)
        if not needed.plausible:
            text += "; outside the plausible"
        found.append(text)
    return found


def _words(stated: Any) -> str:
    sign = "" if stated.printed.startswith(stated.qualifier) else stated.qualifier
    year = f" {stated.year}" if stated.quantity == "gross_margin" else ""
    return f"{SAID[stated.quantity]}{year} {sign}{stated.printed} (line {stated.line})"


def _stated(value: float, year: int | None) -> str:
    return f"{value:.0f}" if year is None else _share(value)


def _share(value: float) -> str:
    return f"{value * 100:.1f}%".replace("-", "−")


def _signed(value: float, unit: str = "%") -> str:
    text = f"{value * 100:+,.1f}".replace("-", "−")
    return f"{'0.0' if text[1:] == '0.0' else text}{unit}"


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}".replace("-", "−")


def _multiple(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f}x" if value > 0 else "n/m"
