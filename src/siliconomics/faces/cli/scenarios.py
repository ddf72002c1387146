"""Commands of scenarios: listed, shown, written, held against each other, bridged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Set, Where, _model, _split, _warn, app, labels_of
from .bridges import GroupBy, Orders, Seed, difference_table, show_bridge
from .records import print_json

scenario_app = typer.Typer(no_args_is_help=True, help="Overlays: list, show, write, compare, bridge.")
app.add_typer(scenario_app, name="scenario")

STACK = "A scenario, or several with + between: textbook+patient; base is the floor."


def stacked(text: str) -> list[str]:
    """The scenarios in ``A+B``, which may be paths."""
    return [part.strip() for part in text.split("+") if part.strip() and part.strip() != "base"]


def under(model: Any, text: str) -> Any:
    """The model under the scenarios in ``A+B``, with what is set by hand."""
    from siliconomics.model import Model

    return Model(model.facts, model.formulas, stacked(text), model.changes)


@scenario_app.command("list")
def list_(
    word: Annotated[str, typer.Argument(help="Only what contains this word.")] = "",
    own: Annotated[bool, typer.Option("--own", help="Only your own.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every scenario: who wrote it, when and why."""
    from siliconomics.studies.scenarios import listed

    found = [one for one in listed() if not own or one.own]
    if word:
        kept = word.casefold()
        found = [one for one in found if kept in " ".join(map(str, one.as_dict().values())).casefold()]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    from rich.markup import escape
    from rich.table import Table

    from siliconomics.model.overlay import own_folder

    from .show import _console

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("scenario", "who", "when", "what it says, and why", "holds"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("scenario", "when"))
    for one in found:
        each = one.overlay
        told = f"{escape(each.meaning)}" + (f" [dim]{escape(each.why)}[/]" if each.why != each.meaning else "")
        holds = [f"{len(each.players)} rules"] * bool(each.players) + [f"{len(each.changes)} values"] * bool(
            each.changes
        )
        table.add_row(
            escape(each.name) + (" *" if one.own else ""),
            escape(each.author) or "not said",
            each.date or "not said",
            escape(one.problem) if one.problem else told,
            ", ".join(holds) + (f" on {escape(', '.join(each.based_on))}" if each.based_on else ""),
        )
    console = _console()
    console.print(table)
    console.print(f"[dim]* your own, in {escape(str(own_folder()))}/; a file anywhere works by its path[/]")


@scenario_app.command("show")
def show_(
    name: Annotated[str, typer.Argument(help="A scenario, or the path of a file.")],
    as_json: AsJson = False,
) -> None:
    """What a scenario says, who says it, and what it lies on."""
    from siliconomics.model import overlay
    from siliconomics.studies.scenarios import Listed, text_of

    one = overlay.find(name)
    lower = [each.name for each in overlay.stack([name])[:-1]] if name != "base" else []
    if as_json:
        own = name not in overlay.names()
        print_json(
            {
                **Listed(one, own).as_dict(),
                "stack": lower,
                "horizon": list(one.horizon) if one.horizon else None,
                "players": dict(one.players),
                "set": [
                    {"quantity": each.quantity, "where": dict(each.where), "value": each.value, "why": each.why}
                    for each in one.changes
                ],
            }
        )
        return
    print(f"# {one.file}" + (f"; lies on {' + '.join(lower)}" if lower else ""))
    print(text_of(one), end="")


@scenario_app.command("new")
def new_(
    name: Annotated[str, typer.Argument(help="Its name; it becomes NAME.toml in your folder.")],
    why: Annotated[str, typer.Option("--why", help="Your reason, in one sentence.")],
    sets: Set = [],
    rules: Annotated[
        list[str], typer.Option("--rule", metavar="ROLE=PLAYER", help="Who plays a role; repeat for another.")
    ] = [],
    on: Annotated[list[str], typer.Option("--on", metavar="BASE", help="A scenario below it; repeat to stack.")] = [],
    meaning: Annotated[str, typer.Option("--meaning", help="What it says; the reason if not given.")] = "",
    author: Annotated[str, typer.Option("--author", help="Who says so; your login name if not given.")] = "",
    date: Annotated[str, typer.Option("--date", metavar="DAY", help="When; today if not given.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Another folder than your own.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write an existing one anew.")] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Write a scenario: every change is asked of the model first, and the file is written whole or not at all."""
    import datetime as dt

    from siliconomics.studies import scenarios as study

    if date:
        try:
            dt.date.fromisoformat(date)
        except ValueError:
            raise BadRequest(Problem(f"--date {date!r} is not a day", remedy="write for example 2026-11-25")) from None
    model = _model(facts, on, [])
    held = _model(facts, on, sets)
    path = study.new(
        model, name, held.changes, on=on, rules=_split(rules, "--rule"), why=why, meaning=meaning,
        author=author or _login(), date=date, folder=out, instead=replace,
    )  # fmt: skip
    _warn(model)
    if as_json:
        print_json({"name": name, "file": str(path), "values": len(held.changes), "rules": len(rules)})
        return
    named = name if out is None else path
    print(f"{path} is written; ask under it with --scenario {named}")


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@scenario_app.command("diff")
def diff_(
    before: Annotated[str, typer.Argument(metavar="A", help=STACK)],
    after: Annotated[str, typer.Argument(metavar="B", help=STACK)],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Which facts, rules and dates differ between two scenarios, with both values and unit."""
    from siliconomics.studies.bridge import differences

    model = _model(facts, [], [])
    one, other = under(model, before), under(model, after)
    found = differences(one, other)
    if as_json:
        print_json(
            {
                "from": _who(one, before),
                "to": _who(other, after),
                "differences": [each.as_dict() for each in found],
            }
        )
        return
    from .show import _console

    console = _console()
    for told in (_who(one, before), _who(other, after)):
        who = ", ".join(part for part in (told["author"], told["date"]) if part)
        console.print(f"[bold]{told['name']}[/]" + (f" ({who})" if who else "") + f": {told['why']}")
    if not found:
        console.print("nothing differs")
        return
    console.print(difference_table(found))


def _who(model: Any, text: str) -> dict[str, Any]:
    top = model.overlays[-1] if model.overlays else model.base
    return {
        "name": model.scenario,
        "author": top.author or None,
        "date": top.date or None,
        "why": top.why or top.meaning,
        "file": top.file,
    }


@scenario_app.command("bridge")
def bridge_(
    answer: Annotated[str, typer.Argument(help="A quantity, or QUANTITY@LABELS.")],
    before: Annotated[str, typer.Option("--from", metavar="A", help=STACK)] = "base",
    after: Annotated[str, typer.Option("--to", metavar="B", help=STACK)] = "",
    where: Where = [],
    group: GroupBy = "",
    orders: Orders = None,
    seed: Seed = 1,
    sets: Set = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """The whole difference in an answer between two scenarios, shared out among what differs: in order, and fairly."""
    from siliconomics.studies.bridge import bridge

    if not after:
        raise BadRequest(Problem("the bridge has no far end", remedy="name a scenario with --to"))
    model = _model(facts, [], sets)
    quantity, _, spelled = answer.partition("@")
    labels = {**_split(where, "--where"), **labels_of(model, quantity, spelled)}
    one, other = under(model, before), under(model, after)
    found = bridge(one, other, quantity, labels, by=group, orders=orders, seed=seed)
    _warn(other)
    if as_json:
        print_json(found.as_dict())
        return
    show_bridge(found)
