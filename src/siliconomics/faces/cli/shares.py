"""The command of shares: counts, value per share on each, plans, placements, lock-ups, pay in shares."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json


@app.command("shares")
def shares_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this company, for example Cambricon.")] = "",
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """How many shares on each count and the value of one, what plans and placements add, when lock-ups end."""
    from siliconomics.studies import shares as study

    model = _model(facts, scenario, set_)
    found = [study.shares(model, one) for one in ([company] if company else study.companies(model))]
    _warn(model)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        _print(one)


def _print(found: Any) -> None:
    from rich.console import Console

    from siliconomics.model.figures import figure

    console = Console(highlight=False, markup=False)
    console.print(
        f"{found.company}: value {_number(found.target)}, price {_number(found.price)} {found.unit}"
        + (f" on {found.priced_on}" if found.priced_on else ""),
        style="bold",
    )
    table = _table(["count", "mn", "range", "of all", "value of one", "known"], {"count", "known"})
    for one in found.counts:
        if one.shares is not None:
            wide = one.low is not None and one.high is not None and figure(one.low) != figure(one.high)
            table.add_row(
                one.basis,
                figure(one.shares),
                f"{figure(one.low)} to {figure(one.high)}" if wide else "",
                _share(one.share_of_valuation),
                figure(one.value) if one.value is not None else "part" if one.shares else "none",
                one.known,
            )
    console.print(table)
    if any(one.shares and one.value is None for one in found.counts):
        console.print("part: a part of the shares, over which the value of all would mean nothing", style="dim")
    for one in found.counts:
        if one.shares is None:
            console.print(f"{one.basis}: unknown, {one.missing}", style="dim", soft_wrap=True)
    _awards(console, found)
    _placements(console, found)
    _lock_ups(console, found)
    _pay(console, found)
    console.print()


def _awards(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    if not found.awards:
        return
    table = _table(["plan", "mn shares", "still to pay", "adds, mn shares"], {"plan"})
    for one in found.awards:
        added = figure(one.added) if one.added is not None else f"unknown, {one.missing}"
        table.add_row(one.award, _number(one.shares), _number(one.exercise_price), added)
    console.print(table)
    if found.dilution is not None:
        console.print(f"others give up {_share(found.dilution)} of the company")


def _placements(console: Any, found: Any) -> None:
    if not found.placements:
        console.print("\nno listing or placement is given (placement_shares, placement_price, placement_date)")
        return
    table = _table(
        ["new shares", "date", "mn", "price", f"raised, {found.money}", "to value", "after", "known"],
        {"new shares", "date", "known"},
    )
    for one in found.placements:
        table.add_row(
            one.placement,
            one.date or "undated",
            _number(one.shares),
            _number(one.price),
            _number(one.proceeds),
            _share(one.price_over_target, "+"),
            "in it" if one.when == "past" else _number(one.value_after),
            one.known,
        )
    console.print()
    console.print(table)
    console.print("to value: the price of the new shares over our value of one today, less one", style="dim")


def _lock_ups(console: Any, found: Any) -> None:
    if not found.lock_ups:
        console.print("\nlock-ups: none is in the register lock_ups, so what is locked up is unknown")
        return
    table = _table(["free from", "when", "mn", "of all", "holder", "known"], {"free from", "when", "holder", "known"})
    for one in found.lock_ups:
        table.add_row(
            one.date or "undated", one.when, _number(one.shares), _share(one.share_of_valuation), one.holder, one.known
        )
    console.print()
    console.print(table)
    unknown = f", and {found.locked_without_number} rows without a number" if found.locked_without_number else ""
    console.print(f"still locked up on {found.priced_on}: {_number(found.locked)} mn shares{unknown}")
    console.print(f"sources: siliconomics registers lock_ups --about {found.company}", style="dim")


def _pay(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    if found.stock_compensation:
        for year, value in found.stock_compensation.items():
            before = _number(found.net_income_before_stock_compensation[year])
            console.print(f"pay in shares {year}: {figure(value)}, net income before it {before} ({found.money})")
    else:
        console.print(f"pay in shares: unknown, {found.stock_compensation_missing}", style="dim", soft_wrap=True)


def _table(headings: list[str], left: set[str]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right", no_wrap=heading != "holder")
    return table


def _number(value: float | None) -> str:
    from siliconomics.model.figures import figure

    return "unknown" if value is None else figure(value)


def _share(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.1%}".replace("-", "−")
