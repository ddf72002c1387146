"""The commands of the workbook: write the model as live Excel, take an edited one back as a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scenario, Set, _model, _warn, app
from .records import print_json

WHOLE, ONE = "wired", "margin-from-chip-costs"
"""Scenarios that a workbook is written under where none is named: every company and the market, or some companies."""


@app.command("workbook")
def workbook_(
    out: Annotated[Path, typer.Argument(help="The file to write, for example model.xlsx.")],
    company: Annotated[list[str], typer.Option("--company", "-c", help="Only this company; repeat for more.")] = [],
    chips: Annotated[
        bool, typer.Option("--chips", help="Chips: cost, throughput, ownership, policy, execution.")
    ] = False,
    market: Annotated[bool, typer.Option("--market", help="The market: demand, supply, outcome.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Everything; so it is when no part is named.")] = False,
    language: Annotated[str, typer.Option("--language", help="Labels in English (en) or Chinese (zh).")] = "en",
    scenario: Scenario = [],
    set_: Set = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """The model as an Excel workbook of live formulas: change a blue cell, and all that follows from it moves.

    Without --scenario a workbook of everything or of the market is written under `wired` and one of companies under
    `margin-from-chip-costs`: there a yield moves a target, while the targets are those of the base.
    """
    from siliconomics.faces.workbook import write

    if all_ and (company or chips or market):
        raise BadRequest(Problem("--all goes with no other part", remedy="leave --all or the others out"))
    scenario = scenario or ([] if chips and not (company or market) else [WHOLE if market or not company else ONE])
    model = _model(facts, scenario, set_)
    with _progress(as_json) as said:
        written = write(out, model, companies=company, chips=chips, market=market, language=language, progress=said)
    _warn(model)
    if as_json:
        print_json(written.as_dict())
        return
    print(f"{written.path}: scenario {written.scenario}")
    print(
        f"{written.sheets} sheets, {written.formulas:,} formulas, {written.inputs:,} inputs"
        + (f", {written.held} values that no formula can say" if written.held else "")
    )
    if written.cases:
        print(f"cases to choose on sheet Cases: {', '.join(written.cases)}")
    for name, why in written.left_out:
        print(f"not on sheet Cases: {name}, {why}")
    print(f"to take changes back: siliconomics import {written.path}")


def _progress(quiet: bool) -> Any:
    import contextlib
    import sys

    from rich.console import Console

    @contextlib.contextmanager
    def shown() -> Any:
        if quiet or not sys.stderr.isatty():
            yield lambda text: None
            return
        with Console(stderr=True).status("workbook") as status:
            yield lambda text: status.update(f"workbook: {text}")

    return shown()


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="A workbook that `siliconomics workbook` wrote, with blue cells changed.")
    ],
    out: Annotated[
        str, typer.Option("--out", help="The scenario to write, for example mine.toml; without, only shown.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="The reason, kept in the scenario.")] = "",
    across_versions: Annotated[
        bool, typer.Option("--across-versions", help="Take inputs over by name from a workbook of another version.")
    ] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Read an edited workbook back as a scenario: lists each changed input, refuses changed formulas by cell."""
    from siliconomics.faces.workbook import read_back
    from siliconomics.facts.writing import whole
    from siliconomics.model.figures import with_unit
    from siliconomics.studies.scenarios import text_of

    from .scenarios import _login

    model = _model(facts, [], [])
    found = read_back(file, model, across_versions=across_versions)
    path = Path(out) if out else None
    if path is not None:
        if path.suffix != ".toml":
            raise BadRequest(Problem(f"{path.name} is no name of a scenario", remedy="let it end in .toml"))
        if not found.edits:
            raise BadRequest(Problem("no input was changed", str(file), remedy="change a blue cell and save"))
        with whole(path) as part:
            part.write_text(text_of(found.overlay(path.stem, why, _login())), encoding="utf-8")
    if as_json:
        print_json(
            {
                "file": str(file),
                "based_on": list(found.scenarios),
                "held": [
                    {"quantity": one.quantity, "labels": dict(one.where), "value": one.value} for one in found.held
                ],
                "changes": [one.as_dict() for one in found.edits],
                "not_in_the_chosen_case": [one.as_dict() for one in found.elsewhere],
                "unknown_here": list(found.unknown),
                "scenario": str(path) if path else None,
            }
        )
        return
    print(f"{file}: written under {' + '.join(found.scenarios) or 'base'}; {len(found.edits)} changed")
    for change in found.held:
        print(f"written with {change.quantity}[{', '.join(map(str, change.where.values()))}] = {change.value:g}")
    for title, edits in (("", found.edits), ("not in the chosen case, left out: ", found.elsewhere)):
        for one in edits:
            labels = ", ".join(str(label) for label in one.labels.values())
            before, after = (with_unit(one.quantity, value, one.unit) for value in (one.before, one.after))
            print(f"{title}{one.place}  {one.quantity}[{labels}]  {before} -> {after}")
    for name in found.unknown:
        print(f"not known here, left out: {name}")
    if path is not None:
        print(f"scenario: {path}; see siliconomics show price_target --scenario {path} --compare")


__all__ = ["import_", "workbook_"]
