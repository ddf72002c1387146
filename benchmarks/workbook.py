"""A workbook of the residual income valuation beside a hand-made export and modeleon's; and the whole workbook's time.

Everything but the seconds is counted in the files that were written and in the code that wrote them.
`python benchmarks/workbook.py` prints the table alone.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from timeit import default_timer
from typing import Any

import openpyxl
from openpyxl.formula import Tokenizer
from openpyxl.utils import range_boundaries

import workbook_openpyxl
from inference import TURNS, Told, timed
from siliconomics.core import Cell
from siliconomics.faces.workbook import write
from siliconomics.model import Model, load

COMPANY, SCENARIO, WHOLE = "Cambricon", "base", "wired"
RELATIVE, AIM_S, AIM_MB, AIM_FORMULAS = 1e-9, 5.0, 5.0, 20_000
TARGET, CHECKS, SOURCE = "price_target", "Checks", "Source"
OTHER, OTHER_PYTHON = "modeleon", "MODELEON_PYTHON"
HEADINGS = "the inputs without a source are the years of the heading"
ABSENT = f"not installed (needs Python 3.12); {OTHER_PYTHON} may name an interpreter that has it"
OURS = """\
from siliconomics import load
from siliconomics.faces import workbook
workbook.write(path, load(), companies=["Cambricon"])
"""
"""All that a user writes; it is run as it stands."""
MOVED, FACTOR = "beta", 1.1
"""The input that is changed in every file, to see the target move as Python's does."""
SHAPE = "valuation_year"
"""A year that shapes the chain, put off by one in every file for the same."""
Place = tuple[str, int, int]
"""Sheet, row and column of a cell."""


@dataclass(frozen=True)
class Counted:
    """What one workbook holds, read from its file."""

    by: str
    lines: int
    """Of the code that a user writes, without blank lines, comments and documentation."""
    seconds: float
    formulas: int
    under: int
    """Formulas that the price target rests on, itself among them."""
    inputs: int
    """Numbers that the price target rests on."""
    names: int
    comments: int
    """Numbers with a comment."""
    sourced: int
    """Of the inputs under the target: those with a comment, or a source in a column beside their line."""
    checks: int
    cached: bool
    """Whether every formula has a value before anything recalculates."""
    target: float | None
    """The target as another engine computes it, from a copy without any cached value."""
    agrees: bool | None
    """Whether that is what Python computes, as written and once more after ``MOVED`` is changed in the file."""
    years: bool | None
    """Whether it still is when the valuation year is changed in the file."""
    note: str = ""

    @property
    def told(self) -> str:
        """In one line."""
        years = {True: "followed", False: "NOT followed", None: "not tried"}[self.years]
        recalculated = {True: "equals Python's", False: "is NOT Python's", None: "not recalculated"}[self.agrees]
        return (
            f"{self.lines} lines; {self.formulas:,} live cells, {self.under} under the target; {self.names} names; "
            f"{self.comments} comments, {self.sourced} of {self.inputs} inputs sourced; {self.checks} checks; "
            f"values cached: {'yes' if self.cached else 'no'}; target {recalculated}, "
            f"a changed valuation year {years}{'; ' * bool(self.note)}{self.note}"
        )


def chain(model: Model) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts under one company's target with their sources, as the other programs are handed them."""
    scalars: dict[str, Any] = {}
    series: dict[str, Any] = {}
    for fact in model.graph.facts_under(model.graph.cell(TARGET, {"company": COMPANY})):
        assert fact.given is not None
        origin = fact.given.origin
        told = (fact.given.value, f"{getattr(origin, 'source', '')}, {getattr(origin, 'as_of', '')}")
        if "year" in fact.labels:
            series.setdefault(fact.name, {})[fact.labels["year"]] = told
        else:
            scalars[fact.name] = told
    return scalars, {name: dict(sorted(told.items())) for name, told in series.items()}


def lines(text: str) -> int:
    """Lines of code without blank ones, comments, documentation, ``main`` and what runs it."""
    tree, found = ast.parse(text), set()
    body = [one for one in tree.body if not isinstance(one, ast.If) and getattr(one, "name", "") != "main"]
    for top in body:
        found |= set(range(min([top.lineno, *(d.lineno for d in getattr(top, "decorator_list", ()))]), _end(top) + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found -= set(range(node.lineno, _end(node) + 1))
    rows = text.splitlines()
    return sum(1 for number in found if rows[number - 1].strip() and not rows[number - 1].strip().startswith("#"))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def formula_lines(model: Model) -> int:
    """Lines of our formulas between the facts and the target, which a user reads and need not write."""
    seen: dict[tuple[Any, ...], Cell] = {}
    stack = [model.graph.cell(TARGET, {"company": COMPANY})]
    while stack:
        cell = stack.pop()
        if cell.key not in seen and cell.node is not None:
            seen[cell.key] = cell
            stack.extend(model.graph.uses(cell))
    functions = {cell.formula.function for cell in seen.values() if cell.formula and cell.given is None}
    return sum(lines(textwrap.dedent(inspect.getsource(inspect.unwrap(one)))) for one in functions)


# -- reading the files ------------------------------------------------------------------------------
def counted(by: str, path: Path, code: str, seconds: float, model: Model, note: str = "") -> Counted:
    """Everything counted in one file."""
    book, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    at = target_of(book)
    under, inputs = precedents(book, at)
    checks = [cell for cell in formulas if cell.parent.title == CHECKS and cell.column == book[CHECKS].max_column]
    target, agrees, years = compared(book, at, inputs, model)
    return Counted(
        by,
        lines(code),
        seconds,
        len(formulas),
        len(under),
        len(inputs),
        len(book.defined_names) + sum(len(page.defined_names) for page in book),
        sum(1 for cell in cells if cell.comment is not None and isinstance(cell.value, int | float)),
        sum(1 for one in inputs if sourced(book, one)),
        len(checks),
        all(values[cell.parent.title][cell.coordinate].value is not None for cell in formulas),
        target,
        agrees,
        years,
        note,
    )


def target_of(book: Any) -> Place:
    """Where a workbook has the target: by a name, or by the label of its row."""
    for name, one in book.defined_names.items():
        if name in (TARGET, f"{TARGET}_{COMPANY}"):
            ((sheet, place),) = one.destinations
            column, row, _, _ = range_boundaries(place)
            return sheet, row, column
    for page in book:
        for row in page.iter_rows():
            if str(row[0].value).lower().replace(" ", "_") == TARGET:
                cell = next(one for one in row if one.data_type == "f")
                return page.title, cell.row, cell.column
    sys.exit("bench: a workbook has no price target")


def precedents(book: Any, start: Place) -> tuple[set[Place], set[Place]]:
    """The formulas and the numbers that a cell rests on, itself included."""
    formulas: set[Place] = set()
    numbers: set[Place] = set()
    stack = [start]
    while stack:
        place = stack.pop()
        if place in formulas or place in numbers:
            continue
        cell = book[place[0]].cell(place[1], place[2])
        if cell.data_type == "f":
            formulas.add(place)
            for token in Tokenizer(cell.value).items:
                if token.type == "OPERAND" and token.subtype == "RANGE":
                    stack += referred(book, token.value, place[0])
        elif isinstance(cell.value, int | float):
            numbers.add(place)
    return formulas, numbers


def referred(book: Any, text: str, sheet: str) -> list[Place]:
    """The cells that a reference in a formula means."""
    if text in book.defined_names:
        return [one for page, place in book.defined_names[text].destinations for one in referred(book, place, page)]
    page, _, area = text.rpartition("!")
    left, top, right, bottom = range_boundaries(area)
    page = re.sub("^'|'$", "", page).replace("''", "'") or sheet
    return [(page, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def sourced(book: Any, place: Place) -> bool:
    """Whether a number has a comment, or its line a word in a column headed as the source."""
    page = book[place[0]]
    if page.cell(place[1], place[2]).comment is not None:
        return True
    columns = [cell.column for cell in page[1] if cell.value == SOURCE]
    return any(page.cell(place[1], column).value for column in columns)


def compared(book: Any, at: Place, inputs: set[Place], model: Model) -> tuple[float | None, bool | None, bool | None]:
    """The recalculated target; whether it is Python's before and after an input moves, and after a year does."""
    if not find_spec("formualizer"):
        return None, None, None
    target = recalculated(book, at)
    value, year = (float(model.solve(name, company=COMPANY).value) for name in (MOVED, SHAPE))  # type: ignore[arg-type]
    moved = [same(target, model)]
    for name, old, new in ((MOVED, value, value * FACTOR), (SHAPE, year, year + 1)):
        (cell,) = [one for one in (book[page].cell(*place) for page, *place in inputs) if labelled(one) == name]
        cell.value = new
        moved.append(same(recalculated(book, at), model.with_changes(model.change(name, new, company=COMPANY))))
        cell.value = old
    return target, moved[0] and moved[1], moved[2]


def labelled(cell: Any) -> str:
    """The quantity that a cell's line is labelled with."""
    return str(cell.parent.cell(cell.row, 1).value).lower().replace(" ", "_")


def same(found: float, model: Model) -> bool:
    """Whether a recalculated target is what Python computes."""
    answer = float(model.solve(TARGET, company=COMPANY).value)  # type: ignore[arg-type]
    return abs(found - answer) <= RELATIVE * abs(answer)


def recalculated(book: Any, at: Place) -> float:
    """The target of a copy without cached values, by formualizer."""
    import formualizer

    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.xlsx")
        book.save(bare)  # formulas alone: openpyxl keeps no computed values
        engine = formualizer.load_workbook(str(bare))
        engine.evaluate_all()
        (found,) = engine.evaluate_cells([at])
    return float(found) if isinstance(found, int | float) else float("nan")


# -- the three --------------------------------------------------------------------------------------
def records(folder: Path) -> Iterator[Counted | str]:
    """What each way of writing gives; for one that cannot run, why."""
    model = load(checked=False)
    scalars, series = chain(model)
    path = folder / "ours.xlsx"
    begin = default_timer()
    exec(compile(OURS, "ours", "exec"), {"path": path})
    whole = default_timer() - begin
    seconds = timed(lambda: write(path, model, companies=[COMPANY]))
    note = (
        f"{whole:.2f} s with loading, as the user's lines run; the chain's formulas are {formula_lines(model)} "
        "lines of the package; statements, drivers and grids are in the file too; years are grey, not to be edited"
    )
    yield counted("ours", path, OURS, seconds, model, note)
    path = folder / "hand.xlsx"
    seconds = timed(lambda: workbook_openpyxl.write(path, scalars, series))
    code = Path(workbook_openpyxl.__file__).read_text(encoding="utf-8")
    note = f"openpyxl {version('openpyxl')}; inputs and sources handed over; {HEADINGS}; it caches no values"
    yield counted("by hand, openpyxl", path, code, seconds, model, note)
    path, inputs = folder / "other.xlsx", folder / "inputs.json"
    inputs.write_text(json.dumps({"scalars": scalars, "series": series}), encoding="utf-8")
    found = other(inputs, path)
    if isinstance(found, str):
        yield found
        return
    code = _other_script().read_text(encoding="utf-8")
    note = (
        f"{OTHER} {found['version']}; inputs and sources handed over, sources in a column; {HEADINGS}; it says recursion, lags "
        "and sums in full, writes neither names nor comments, and has a forecast row padded with zeros to the last year"
    )
    yield counted(OTHER, path, code, found["seconds"], model, note)


def _other_script() -> Path:
    return Path(__file__).with_name("workbook_modeleon.py")


def other(inputs: Path, path: Path) -> dict[str, Any] | str:
    """Write with modeleon, by an interpreter that has it; why not, where that fails."""
    python = shutil.which(os.environ.get(OTHER_PYTHON) or (sys.executable if find_spec(OTHER) else ""))
    if not python:
        return ABSENT
    command = [python, str(_other_script()), str(inputs), str(path), str(TURNS)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def whole_rows(folder: Path) -> Iterator[Told]:
    """Everything, once from a model that was not asked before: solving and writing apart."""
    path, steps = folder / "whole.xlsx", [("", default_timer())]
    model = load(scenario=[WHOLE], checked=False)
    loaded = default_timer()
    written = write(path, model, progress=lambda step: steps.append((step, default_timer())))
    ended = default_timer()
    solved = next(at for step, at in steps if step == "formulas")
    size = path.stat().st_size / 1e6
    question = f"the whole workbook, scenario {WHOLE}"
    load_now = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    counts = (
        f"{written.formulas:,} formulas (aim > {AIM_FORMULAS:,}), {written.inputs:,} inputs, {written.sheets} sheets"
    )
    yield question, "ours, loading", loaded - steps[0][1], None, "", "", "facts from their cache"
    yield (
        question,
        "ours, solving",
        solved - loaded,
        None,
        "",
        "",
        "every answer and all it rests on, and a place for each",
    )
    note = f"{counts}, {size:.2f} MB (aim < {AIM_MB:g} MB); {load_now}"
    yield question, "ours, writing", ended - solved, None, "", "", "from solved cells to the file"
    yield question, "ours, both", ended - loaded, None, "", f"< {AIM_S:g} s", note
    again = timed(lambda: write(path, model), 1)
    yield question, "ours, written again", again, None, "", "", "the same model, already solved"


def workbook_rows() -> Iterator[Told]:
    """The chain three ways, then everything."""
    question = f"workbook of {COMPANY}'s residual income"
    with tempfile.TemporaryDirectory() as name:
        for one in records(Path(name)):
            if isinstance(one, str):
                yield question, OTHER, None, None, "", "", one
            else:
                yield question, one.by, one.seconds, None, "", "", one.told
        yield from whole_rows(Path(name))


def main() -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    notes = []
    with tempfile.TemporaryDirectory() as name:
        heads = ("lines", "seconds", "live cells", "under target", "names", "comments", "sourced inputs", "checks",
                 "cached", "recalculated target", "equals Python's", "a year too")  # fmt: skip
        shown = Table("", *heads)
        for one in records(Path(name)):
            if isinstance(one, str):
                shown.add_row(OTHER, *["-"] * len(heads))
                notes.append(f"{OTHER}: {one}")
                continue
            equal, year = ({True: "yes", False: "NO", None: "-"}[found] for found in (one.agrees, one.years))
            shown.add_row(
                one.by, str(one.lines), f"{one.seconds:.3f}", f"{one.formulas:,}", str(one.under), str(one.names),
                str(one.comments), f"{one.sourced} of {one.inputs}", str(one.checks), "yes" if one.cached else "no",
                "-" if one.target is None else f"{one.target:.10g}", equal, year,
            )  # fmt: skip
            notes.append(f"{one.by}: {one.note}")
        console.print(shown)
        console.print("\n".join(notes))
        for question, by, seconds, _, _, aim, note in whole_rows(Path(name)):
            console.print(f"{question}: {by} {seconds:.2f} s{f' (aim {aim})' if aim else ''}; {note}")
    console.print(f"load over 1, 5 and 15 minutes: {', '.join(f'{one:.2f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
