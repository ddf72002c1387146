"""The command of the sum of the parts: what a parent is worth part by part, and its grids, beside the printed figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json

WORDS = {
    "stated": "stated",
    "stated_per_share": "stated",
    "residual_income": "residual income of the company it is",
    "dividends": "dividends of the company it is",
    "cash_flow": "free cash flow of the company it is",
    "market": "market value of companies it is likened to",
    "part_revenue": "sales",
    "part_ebita": "EBITA",
    "part_operating_profit": "operating profit",
    "part_net_income": "net income",
    "part_book": "book",
    "implied_part_revenue": "sales",
    "implied_part_ebita": "EBITA",
    "implied_part_operating_profit": "operating profit",
    "implied_part_net_income": "net income",
    "implied_part_book": "book",
}


@app.command("parts")
def parts_(
    company: Annotated[str, typer.Option("--company", "-c", help="Only this parent, for example Alibaba.")] = "",
    grid: Annotated[str, typer.Option("--grid", help="value, parent (what reaches it) or share.")] = "share",
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Sum of the parts: each part's method, value, stake and discount, per share; and grids of sales and multiple."""
    from siliconomics.studies import parts as study

    if grid not in study.GRIDS:
        raise BadRequest(Problem(f"there is no grid {grid!r}", remedy=nearest(grid, study.GRIDS)))
    model = _model(facts, scenario, set_)
    _warn(model)
    companies = [model.label("company", company)] if company else study.with_parts(model)
    found = [(study.bridge(model, one), study.grids(model, one)) for one in companies]
    if as_json:
        records = [{**bridge.as_dict(), "grids": [asdict(one) for one in grids]} for bridge, grids in found]
        print_json(records)
        return
    for bridge, grids in found:
        _bridge(bridge)
        for one in grids:
            if one.quantity == study.GRIDS[grid]:
                _grid(one)


def _bridge(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.model.figures import figure, shown

    console = Console(highlight=False)
    console.print(f"[bold]{found.company}[/] by its parts, {found.unit}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("part", "how", "value, mn", "held", "off", "per share", "printed"):
        left = heading in ("part", "how")
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading != "how")
    for row in found.parts:
        table.add_row(
            row.part,
            _how(row),
            figure(row.value),
            shown("part_stake", row.stake, "1"),
            shown("part_holding_discount", row.holding_discount, "1"),
            _per_share(row.value_per_share),
            _printed(row.printed_per_share),
        )
    table.add_row("all parts", *[""] * 4, _per_share(found.total), _printed(found.printed), style="bold")
    console.print(table)
    for row in found.parts:
        if row.missing:
            console.print(f"{row.part}: unknown, {row.missing}", markup=False, style="dim")
    console.print(
        "value in mn of the currency of the share; sales, EBITA and profit in mn of the currency the parent reports in; "
        "off: the discount for being held; asks: what a multiple needs of a part whose value is only stated",
        markup=False,
        style="dim",
    )


def _how(row: Any) -> str:
    from siliconomics.model.figures import figure

    method = WORDS.get(row.method, row.method)
    if not row.multiplied:
        return str(method)
    multiplied = f"{WORDS[row.multiplied]} {figure(row.multiplied_value)}"
    multiple = "unknown" if row.multiple is None else f"{row.multiple:.4g}"
    return f"{method}; {multiple}x asks {multiplied}" if row.implied else f"{multiplied} x {multiple}"


def _per_share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.2f}".replace("-", "−")


def _printed(value: float | None) -> str:
    return "" if value is None else f"{value:,g}".replace("-", "−")


def _grid(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    where = f"; Exhibit {found.exhibit} in brackets" if found.exhibit is not None else ""
    console.print(f"\n[bold]{found.part}[/]: {found.quantity}, {found.unit}{where}")
    across = sorted({one.revenue: None for one in found.points})
    down = sorted({one.multiple: None for one in found.points}, reverse=True)
    cells = {(one.revenue, one.multiple): one for one in found.points}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("multiple", justify="right")
    for revenue in across:
        table.add_column(f"{revenue:,.0f}", justify="right", no_wrap=True)
    decimals = 2 if found.quantity.endswith("per_share_in_grid") else 0
    for multiple in down:
        row = [f"{multiple:g}x"]
        for revenue in across:
            cell = cells.get((revenue, multiple))
            row.append(
                "" if cell is None else f"{cell.value:,.{decimals}f}" + (f" ({cell.printed})" if cell.printed else "")
            )
        table.add_row(*row)
    console.print(table)
