"""Reading an edited workbook back: which inputs were changed, and nothing else may be."""

from __future__ import annotations

import datetime as dt
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, named
from siliconomics.model import Model
from siliconomics.model.overlay import Change, Overlay

from . import stamp

LARGEST = 200_000_000
"""Bytes that a workbook may unpack to."""
NAMED_PROBLEMS = 8
"""Problems named one by one; the rest is counted."""
SAME = 1e-12


@dataclass(frozen=True)
class Edit:
    """One input that is no longer as it was written."""

    place: str
    quantity: str
    labels: Mapping[str, Any]
    before: float
    after: float
    unit: str

    def as_dict(self) -> dict[str, Any]:
        """The edit as other programs read it."""
        return {
            "cell": self.place,
            "quantity": self.quantity,
            "labels": dict(self.labels),
            "before": self.before,
            "after": self.after,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Edits:
    """What somebody changed in a workbook, as a scenario's changes."""

    path: Path
    scenarios: tuple[str, ...]
    """What the workbook was written under, with the case that is chosen in it."""
    edits: tuple[Edit, ...]
    elsewhere: tuple[Edit, ...]
    """Figures of cases that are not the chosen one: no part of the scenario."""
    held: tuple[Change, ...] = ()
    """What-ifs that the workbook was written with; they stay part of the scenario."""
    unknown: tuple[str, ...] = ()
    """Inputs of another version that this one has not got."""

    @property
    def changes(self) -> list[Change]:
        """What-ifs that the workbook was written with, then the edits, as changes of a model."""
        edited = {(one.quantity, *one.labels.values()) for one in self.edits}
        held = [one for one in self.held if (one.quantity, *one.where.values()) not in edited]
        return held + [
            Change(
                one.quantity,
                one.after,
                one.labels,
                f"Changed in {self.path.name}, {one.place}, from {one.before:.12g}.",
            )
            for one in self.edits
        ]

    def overlay(self, name: str, why: str = "", author: str = "") -> Overlay:
        """The edits as a scenario on what the workbook was written under."""
        said = why or f"Inputs changed in {self.path.name}."
        today = dt.date.today().isoformat()
        return Overlay(name, said, self.scenarios, {}, tuple(self.changes), None, "", author, today, said)


def read_back(path: Path | str, model: Model, *, across_versions: bool = False) -> Edits:
    """The inputs changed in a workbook that `workbook` wrote.

    ``model``: the facts to hold the inputs against; its scenario does not matter. ``across_versions``: take inputs
    over by quantity and labels although the workbook was written from other facts or by other code. Refuses a file
    that is no such workbook, holds macros or links to other files, or whose formulas were changed, each by cell.
    """
    path = Path(path)
    book = _open(path)
    about, formulas, inputs = _stamps(path, book)
    _same_version(path, about, model, across_versions)
    case = _case(path, book, about)
    cells = {
        name: {cell.coordinate: cell.value for row in book[name].iter_rows() for cell in row}
        for name in book.sheetnames
    }
    if not across_versions or about["code"] == stamp.code_version():
        _formulas_unchanged(path, cells, formulas)
    edits, elsewhere, unknown = _edits(path, cells, inputs, model, case)
    scenarios = (*about["scenarios"], *([case] if case else []))
    held = tuple(Change(quantity, value, where, why) for quantity, where, value, why in about.get("held", ()))
    return Edits(path, scenarios, tuple(edits), tuple(elsewhere), held, tuple(unknown))


def _open(path: Path) -> Any:
    if path.suffix.lower() in (".xlsm", ".xls", ".xlsb", ".ods"):
        raise BadRequest(
            Problem(
                f"{path.name} is not read",
                str(path),
                "only .xlsx is taken back: it holds no macros"
                if path.suffix.lower() != ".ods"
                else "only .xlsx is taken back",
                "save it as .xlsx",
            )
        )
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(one.file_size for one in entries) > LARGEST:
                raise BadRequest(
                    Problem("the workbook unpacks to too much", str(path), remedy="send back the one we wrote")
                )
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
    except OSError as error:
        raise BadRequest(Problem(f"cannot be read: {error.strerror}", str(path), remedy="check the path")) from None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise BadRequest(
            Problem("is no workbook, or a damaged one", str(path), remedy="save it again from the program that made it")
        ) from None
    names = {one.filename.lower() for one in entries}
    for part, what in (("vbaproject.bin", "macros"), ("externallinks/", "links to other files")):
        if any(part in name for name in names):
            raise BadRequest(
                Problem(f"holds {what}", str(path), "we wrote none, and none is read", f"remove the {what}")
            )
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise BadRequest(
            Problem(
                "the package openpyxl is not installed",
                why="it reads workbooks",
                remedy="install it: pip install 'siliconomics[excel]'",
            )
        ) from None
    try:
        return openpyxl.load_workbook(path, keep_links=False)
    except Exception as error:  # whatever a damaged file makes of the reader
        raise BadRequest(
            Problem(f"cannot be read as a workbook: {type(error).__name__}", str(path), remedy="save it again as .xlsx")
        ) from None


def _stamps(path: Path, book: Any) -> tuple[dict[str, Any], list[Any], list[Any]]:
    try:
        about = json.loads(book[stamp.FORMULAS]["A1"].value)
        formulas = list(book[stamp.FORMULAS].iter_rows(min_row=stamp.FIRST_ROW + 1, values_only=True))
        inputs = list(book[stamp.INPUTS].iter_rows(min_row=stamp.FIRST_ROW + 1, values_only=True))
        if about["format"] != stamp.FORMAT:
            raise ValueError
        assert all(isinstance(about[key], kind) for key, kind in (("facts", str), ("code", str), ("scenarios", list)))
    except (KeyError, TypeError, ValueError, AssertionError):
        raise BadRequest(
            Problem(
                f"{path.name} does not say what it was written from",
                str(path),
                f"the hidden sheets {stamp.FORMULAS} and {stamp.INPUTS} are missing or changed",
                "edit a workbook that `siliconomics workbook` wrote, and leave these sheets alone",
            )
        ) from None
    return about, formulas, inputs


def _same_version(path: Path, about: Mapping[str, Any], model: Model, across: bool) -> None:
    ours = {"facts": model.facts.version, "code": stamp.code_version()}
    other = [f"{key} {about[key]} (here {mine})" for key, mine in ours.items() if about[key] != mine]
    if other and not across:
        raise BadRequest(
            Problem(
                f"{path.name} was written from another version: {', '.join(other)}",
                str(path),
                "the same change may mean something else there",
                "--across-versions takes the changed inputs over by quantity and labels, and says what it could not",
            )
        )


def _case(path: Path, book: Any, about: Mapping[str, Any]) -> str:
    if "Cases" not in book.sheetnames:
        return ""
    chosen = str(book["Cases"]["B4"].value or "")
    if chosen in about.get("cases", ()):
        return chosen
    first = str(book["Cases"].cell(8, 4).value or "")
    if chosen == first:
        return ""
    raise BadRequest(
        Problem(
            f"there is no case {chosen!r}",
            f"{path.name}, Cases!B4",
            remedy=f"choose {first} or {', '.join(about['cases'])}",
        )
    )


def _formulas_unchanged(path: Path, cells: Mapping[str, Mapping[str, Any]], formulas: list[Any]) -> None:
    problems: list[Problem] = []
    total = 0
    for sheet, row, quantity, whose, marks in formulas:
        if not isinstance(marks, str):
            continue
        for column, mark in json.loads(marks).items():
            total += 1
            held = cells.get(sheet, {}).get(f"{column}{row}")
            if isinstance(held, str) and held.startswith("=") and stamp.mark(held) == mark:
                continue
            now = "is empty" if held is None else f"holds {str(held)[:60]}"
            what = f"{sheet}!{column}{row} was the formula of {quantity}{f' ({whose})' if whose else ''} and {now}"
            problems.append(
                Problem(what, path.name, "a formula is changed in the product", "put it back; change blue cells only")
            )
    if len(problems) > total // 5 and total > 10:
        raise BadRequest(
            Problem(
                f"{len(problems)} of {total} formulas do not stand where they were written",
                path.name,
                "rows, columns or sheets were put in, moved or taken out",
                "undo that; change blue cells only",
            )
        )
    if problems:
        more = [Problem(f"{len(problems) - NAMED_PROBLEMS} more formulas were changed", path.name)]
        raise BadRequest(*problems[:NAMED_PROBLEMS], *(more if len(problems) > NAMED_PROBLEMS else []))


def _edits(
    path: Path, cells: Mapping[str, Mapping[str, Any]], inputs: list[Any], model: Model, case: str
) -> tuple[list[Edit], list[Edit], list[str]]:
    edits: dict[tuple[Any, ...], Edit] = {}
    elsewhere: list[Edit] = []
    unknown: list[str] = []
    problems: list[Problem] = []
    for sheet, cell, quantity, labels_text, before, _, owner, *_kind in inputs:
        if not isinstance(labels_text, str):
            continue
        labels = json.loads(labels_text)
        place = f"{sheet}!{cell}"
        after = cells.get(sheet, {}).get(cell)
        if isinstance(after, bool) or not isinstance(after, (int, float)) or not math.isfinite(after):
            shown = "is empty" if after is None else f"holds {str(after)[:40]!r}, which is not a number"
            problems.append(Problem(f"{place}, {named(quantity, labels)}, {shown}", path.name, remedy="write a number"))
            continue
        if abs(after - before) <= SAME * abs(before):
            continue
        if not model.graph.exists(quantity):
            unknown.append(named(quantity, labels))
            continue
        try:
            checked = model.change(quantity, float(after), **labels)
        except BadRequest as refused:
            problems += [Problem(one.what, f"{path.name}, {place}", one.why, one.remedy) for one in refused.problems]
            continue
        unit = model.unit(quantity, checked.where)
        edit = Edit(place, quantity, checked.where, float(before), float(after), unit)
        if owner not in (None, "", case):
            elsewhere.append(edit)
        elif owner == case and owner:
            edits[(quantity, *checked.where.values())] = edit
        else:
            edits.setdefault((quantity, *checked.where.values()), edit)
    if problems:
        raise BadRequest(*problems)
    return list(edits.values()), elsewhere, unknown


__all__ = ["Edit", "Edits", "read_back"]
