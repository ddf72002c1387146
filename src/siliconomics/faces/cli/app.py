"""Commands, options and exit codes: 0 fine, 2 bad request."""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

app = typer.Typer(
    name="siliconomics",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="AI-accelerator economics, from a wafer to a price target: every figure can be asked why.",
)
facts_app = typer.Typer(no_args_is_help=True, help="Your own facts: make a card, check a folder.")
app.add_typer(facts_app, name="facts")

Where = Annotated[
    list[str], typer.Option("--where", "-w", metavar="DIM=LABEL", help="Only this label; repeat for another dimension.")
]
Set = Annotated[
    list[str], typer.Option("--set", metavar="NAME[@LABEL]=VALUE", help="A what-if: hold a quantity at a value.")
]
Scenario = Annotated[
    list[str], typer.Option("--scenario", "-s", metavar="NAME", help="Solve under an overlay; repeat to stack.")
]
FactsFolders = Annotated[
    list[str], typer.Option("--facts", metavar="FOLDER", help="A folder with facts of your own; they shadow ours.")
]
Scheduler = Annotated[
    str,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, as tcp://host:8786; none: this process."),
]
Company = Annotated[str, typer.Option("--company", "-c", help="Only this company, for example Cambricon.")]
AsJson = Annotated[bool, typer.Option("--json", help="Records for other programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Comma-separated, plain numbers.")]


_HERE = frozenset({"list", "show", "why", "audit", "run", "serve", "facts"})
"""Commands that start without those of other chapters."""
_ALONE = {"reverse": "reverse", "scenario": "scenarios", "compare": "versions"}
"""Commands that need one chapter only."""


CHAPTERS = (
    "throughput",
    "claims",
    "ownership",
    "sizing",
    "quotes",
    "training",
    "efficiency",
    "ranking",
    "export",
    "registers",
    "parts",
    "statements",
    "multiples",
    "cases",
    "consensus",
    "risk_reward",
    "histories",
    "company_import",
    "company_data",
    "company_show",
    "actuals",
    "sensitivity",
    "reverse",
    "simulation",
    "scenarios",
    "versions",
    "sure",
    "shares",
    "indicators",
    "vintages",
    "upstream",
    "trackers",
    "market",
    "market_outcome",
    "market_supply",
    "workbook",
)
"""Modules that bring commands of their own, in the order of the help page."""


def whole() -> typer.Typer:
    """The command line with every command registered."""
    for chapter in CHAPTERS:
        importlib.import_module(f"siliconomics.faces.cli.{chapter}")
    return app


def main() -> None:
    """Run the command line; a refused request is one message and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a sign gets its code, not a traceback
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    word = next((one for one in sys.argv[1:] if not one.startswith("-")), "")
    if word in _ALONE:
        importlib.import_module(f"siliconomics.faces.cli.{_ALONE[word]}")
    elif word not in _HERE:
        whole()
    try:
        app(standalone_mode=True)
    except BadRequest as refused:
        _refuse(refused)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except RecursionError:
        _refuse(BadRequest(Problem("the model is too deep to solve", remedy="shorten the horizon in the scenario")))


def _refuse(refused: BadRequest) -> None:
    for problem in refused.problems:
        print(f"siliconomics: {problem}", file=sys.stderr)
    if len(refused.problems) > 1:
        print(f"siliconomics: {len(refused.problems)} problems", file=sys.stderr)
    sys.exit(2)


def _split(items: list[str], option: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        name, equals, value = item.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise BadRequest(
                Problem(
                    f"{option} {item!r} is not of the form name=value",
                    remedy=f"write for example {option} company=Cambricon",
                )
            )
        if name.strip() in found:
            raise BadRequest(
                Problem(
                    f"{option} names {name.strip()} twice",
                    remedy="one label at a time; leave it out for all of them",
                )
            )
        found[name.strip()] = value.strip()
    return found


def _model(facts: list[str], scenario: list[str], sets: list[str]) -> Any:
    from siliconomics.model import load

    model = load(facts, scenario)
    changes = []
    for item in sets:
        target, equals, value = item.rpartition("=")
        if not equals or not target.strip():
            raise BadRequest(
                Problem(
                    f"--set {item!r} is not of the form name=value or name@label=value",
                    remedy="write for example --set die_yield@910C=0.5",
                )
            )
        changes.append(_change(model, target.strip(), value.strip()))
    return model.with_changes(*changes) if changes else model


def _change(model: Any, target: str, value: str) -> Any:
    name, _, spelled = target.partition("@")
    try:
        number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        raise BadRequest(
            Problem(
                f"--set {name}: {value!r} is not a number",
                remedy="write a plain number; shares lie in 0..1, or end in %",
            )
        ) from None
    if number != number or number in (float("inf"), float("-inf")):
        raise BadRequest(Problem(f"--set {name}: {value!r} is not a finite number", remedy="write a plain number"))
    where = labels_of(model, name, spelled, "--set ")
    return model.change(name, number, why="--set", **where)


def labels_of(model: Any, name: str, spelled: str, option: str = "") -> dict[str, str]:
    """The labels in ``NAME@LABEL,DIM=LABEL``: each with its dimension, said or found. ``option``: what they stand in."""
    model.graph.require(name)
    where: dict[str, str] = {}
    for label in filter(None, (part.strip() for part in spelled.split(","))):
        dimension, equals, plain = label.partition("=")
        if not equals:
            dimension, plain = _dimension_of(model, name, label, option), label
        if dimension in where:
            repeat = f"repeat {option.strip()}, with one label each" if option else "name one"
            raise BadRequest(Problem(f"{option}{name} names {dimension} twice", remedy=repeat))
        where[dimension] = plain
    return where


def _dimension_of(model: Any, name: str, label: str, option: str) -> str:
    axes = model.graph.dimensions_of(name)
    for axis in axes:
        try:
            model.label(axis, label)
        except BadRequest:
            continue
        return str(axis)
    if not axes:
        raise BadRequest(Problem(f"{option}{name}@{label}: {name} is one number", remedy="leave the label out"))
    for axis in axes:
        if axis != "year":
            model.label(axis, label)  # refuses, with the nearest names
    raise BadRequest(Problem(f"{option}{name}@{label}: no such label", remedy=f"{name} runs over {', '.join(axes)}"))


def _warn(model: Any) -> None:
    for warning in model.warnings:
        if "computed all the same" in warning:
            print(f"siliconomics: warning: {warning}", file=sys.stderr)


@app.command("list")
def list_(
    word: Annotated[str, typer.Argument(help="Only what contains this word.")] = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Quantities, chips, companies, sources, scenarios."""
    from . import show

    show.catalogue(_model(facts, [], []), word, as_json)


@app.command("show")
def show_(
    quantity: Annotated[str, typer.Argument(help="A quantity; `siliconomics list` shows all.")],
    where: Where = [],
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    compare: Annotated[
        bool, typer.Option("--compare", help="Before and after --set or --scenario: what moved from input to answer.")
    ] = False,
    against: Annotated[
        list[str], typer.Option("--against", metavar="NAME", help="Compare with this scenario; repeat to stack.")
    ] = [],
    everything: Annotated[bool, typer.Option("--all", help="Every step of a comparison.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """The answer to a quantity, for the labels given."""
    from . import show

    model = _model(facts, scenario, sets)
    if compare or against:
        _compare(model, against, quantity, where, everything, as_json, as_csv)
        return
    if everything:
        raise BadRequest(Problem("--all shows every step of a comparison", remedy="add --compare"))
    answer = model.solve(quantity, **_split(where, "--where"))
    _warn(model)
    show.answer(model, answer, as_json, as_csv)


def _compare(
    model: Any, against: list[str], quantity: str, where: list[str], everything: bool, as_json: bool, as_csv: bool
) -> None:
    from siliconomics.model import Model
    from siliconomics.studies import compare

    from . import compare as face

    if as_csv:
        raise BadRequest(Problem("a comparison is no table of records", remedy="use --json"))
    before = Model(model.facts, model.formulas, against) if against else compare.against(model)
    found = compare.compare(before, model, quantity, **_split(where, "--where"))
    _warn(model)
    face.show(found, everything, as_json)


@app.command("why")
def why_(
    quantity: Annotated[str, typer.Argument(help="A quantity.")],
    where: Where = [],
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", min=1, help="How deep the tree is drawn; as deep as fits a page if not said, 6 at most."
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="The whole tree; --json always gives all of it.")] = False,
    as_json: AsJson = False,
) -> None:
    """The tree from a figure through formulas down to facts and their sources."""
    from . import tree

    model = _model(facts, scenario, sets)
    answer = model.solve(quantity, **_split(where, "--where"))
    _warn(model)
    tree.why(model, answer, depth, whole, as_json)


@app.command("audit")
def audit_(
    exhibit: Annotated[int | None, typer.Option("--exhibit", "-e", help="Only this exhibit of the source.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="reproduced, contradicted or not_computable.")] = None,
    facts: FactsFolders = [],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """What the source printed, recomputed; and what in it does not hold together."""
    from siliconomics.studies.audit import audit

    from . import audits

    model = _model(facts, [], [])
    report = audit(model, exhibit, status)
    audits.show(model, report, as_json, as_csv, whole=exhibit is None and status is None)


@app.command("run")
def run_(
    out: Annotated[Path, typer.Option("--out", help="Folder for the tables.")] = Path("out"),
    facts: FactsFolders = [],
) -> None:
    """The main job: build everything, print the headline tables, write them to out/."""
    from . import run

    run.run(_model(facts, [], []), out)


@app.command("serve")
def serve_(
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Another address than this machine's own demands a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8765,
    facts: FactsFolders = [],
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
) -> None:
    """The workbench in the browser: every page, every figure with its reason, what-ifs in the address."""
    try:
        from siliconomics.faces.web import serve
    except ImportError:
        raise BadRequest(
            Problem("the web face is not installed", why="it is an extra", remedy="pip install 'siliconomics[web]'")
        ) from None
    serve(host, port, facts, browser=not no_browser)


@facts_app.command("new")
def facts_new(
    kind: Annotated[str, typer.Argument(help="chip, company or part")],
    name: Annotated[str, typer.Argument(help="Its name.")] = "My chip",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write the card into.")] = None,
) -> None:
    """A card to fill in."""
    from . import cards

    cards.new(kind, name, out)


@facts_app.command("check")
def facts_check(folder: Annotated[str, typer.Argument(help="A folder with your facts.")]) -> None:
    """Read a folder of facts and report every problem in it."""
    from . import cards

    cards.check(folder)


@facts_app.command("save")
def facts_save(
    out: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Where the version is kept.")],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Keep the facts as they are, with the headline answers, to be held against later ones with `compare`."""
    from . import versions

    versions.keep(_model(facts, [], []), facts, out, as_json)
