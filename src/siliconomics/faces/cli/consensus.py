"""The command of consensus: own estimates beside those of each provider, the reason of the gap, and revisions."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

import typer

from .app import AsJson, Company, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json


@app.command("consensus")
def consensus_(
    company: Company = "",
    estimates: Annotated[
        str, typer.Option("--estimates", metavar="FILE.csv", help="Dated estimates of providers, of your own.")
    ] = "",
    set_: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Own against consensus by line and year, provider by provider; why the gap; what was revised."""
    from siliconomics.studies import consensus as study
    from siliconomics.studies import multiples

    model = _model(facts, scenario, set_)
    _warn(model)
    before = model.unchanged if set_ else _model(facts, [], []) if scenario else None
    brought = study.read_estimates(model, estimates) if estimates else []
    asked = [company] if company else multiples.companies(model)
    if not company:
        asked += [one for one in dict.fromkeys(row.company for row in brought) if one not in asked]
    found = [study.consensus(model, one, brought, before) for one in asked]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        _print(one)


def _table(headings: list[str], left: int) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right", no_wrap=place < left)
    return table


def _share(value: float | None) -> str:
    return "n/a" if value is None else f"{value:+.1%}".replace("-", "−")


def _print(found: Any) -> None:
    from rich.console import Console

    from siliconomics.model.figures import figure

    console = Console(highlight=False, markup=False)
    console.print(found.company, style="bold")
    if found.none:
        console.print(found.none)
    for provider, group in itertools.groupby(found.gaps, lambda gap: gap.provider):
        gaps = list(group)
        counts = sorted({gap.count for gap in gaps if gap.count is not None})
        count = (
            f"{', '.join(map(str, counts))} estimates"
            if counts
            else "number of estimates unknown, the source does not state it"
        )
        days = ", ".join(sorted({gap.as_of for gap in gaps}))
        console.print(f"\n{provider}, as of {days}; {count}")
        table = _table(["line", "year", "own", "theirs", "gap", "printed", "low", "high", "unit"], 1)
        for gap in gaps:
            table.add_row(
                gap.line.replace("_", " "),
                str(gap.year),
                figure(gap.own),
                figure(gap.mean),
                _share(gap.difference),
                gap.printed or "",
                "" if gap.low is None else figure(gap.low),
                "" if gap.high is None else figure(gap.high),
                gap.unit,
            )
        console.print(table)
    if found.bridges:
        _bridges(console, found.bridges)
    if found.ratings:
        ratings = ", ".join(f"{one.share:.0%} {one.rating.lower()}" for one in found.ratings)
        console.print(f"\nratings of others: {ratings} ({found.ratings[0].source})")
    if found.revisions:
        console.print("\nrevised")
        table = _table(["who", "line", "year", "old", "new", "change", "from", "to", "why"], 2)
        for one in found.revisions:
            table.add_row(
                one.provider,
                one.line.replace("_", " "),
                str(one.year),
                figure(one.old),
                figure(one.new),
                _share(one.change),
                one.old_as_of,
                one.new_as_of,
                one.why,
            )
        console.print(table)
    else:
        console.print("revisions: none known; dated rows of --estimates make them")
    print()


def _bridges(console: Any, found: Any) -> None:
    from siliconomics.model.figures import figure

    steps = list(found[0].steps)
    console.print(f"\nwhy net income differs, {found[0].unit}")
    table = _table(["provider", "year", "theirs", *steps, "own"], 1)
    for one in found:
        amounts = (("+" if value > 0 else "") + figure(value) for value in one.steps.values())
        table.add_row(one.provider, str(one.year), figure(one.theirs), *amounts, figure(one.ours))
    console.print(table)
