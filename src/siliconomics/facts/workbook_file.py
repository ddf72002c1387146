"""An Excel workbook as a user has it: its sheets as text, read like a CSV each, with every problem's sheet and cell.

A number keeps the decimals that its cell shows or holds, whichever are more: they say how far it may be off.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest

from .statement_file import StatementFile, is_period, statement_of
from .statement_lines import BY_NAME, Line
from .statement_tables import ESTIMATES, VALUATION, consensus_table, slug, valuation_table
from .table import fold

README, YEARS, HALVES, QUARTERS = "Read me", "Years", "Halves", "Quarters"
CONSENSUS, VALUES = "Consensus", "Valuation"
"""Sheets of a workbook that `company new --xlsx` writes."""
PROVIDED = ("provider", "as of", "line")
"""Columns of the sheet of consensus before its years."""
SUFFIXES = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Sheet:
    """A sheet: where it lies, its heading, and its rows with their numbers."""

    path: Path
    """The file and the sheet, as problems name them."""
    name: str
    heading: list[str]
    rows: list[tuple[int, list[str]]]

    @property
    def has_figures(self) -> bool:
        """Whether any period column of it holds anything."""
        places = [place for place, name in enumerate(self.heading) if place and is_period(name)]
        return any(cells[place] for _, cells in self.rows for place in places)


def is_workbook(path: Path) -> bool:
    """Whether a file is read as a workbook, by its name."""
    return path.suffix.casefold() in SUFFIXES


def sheets_of(path: Path, only: Collection[str] = ()) -> list[Sheet]:
    """The sheets of a workbook as text; refuses a formula without a result and a cell in error, with the cell."""
    openpyxl = _openpyxl()
    try:
        values, formulas = (openpyxl.load_workbook(path, data_only=kept) for kept in (True, False))
    except OSError as error:
        raise BadRequest(Problem(f"cannot be read: {error.strerror}", str(path), remedy="check the path")) from None
    except Exception as error:  # whatever a file that is no workbook makes its reader raise
        what = f"is no workbook: {error}"
        raise BadRequest(Problem(what, str(path), remedy="save it as .xlsx without a password, or as CSV")) from None
    wanted = list(only) or values.sheetnames
    problems = [
        Problem(f"there is no sheet {name!r}", str(path), remedy=nearest(name, values.sheetnames))
        for name in wanted
        if name not in values.sheetnames
    ]
    found = []
    for name in wanted if not problems else ():
        place = Path(f"{path}, sheet {name}")
        rows = []
        for shown, written in zip(values[name].iter_rows(), formulas[name].iter_rows(), strict=True):
            cells = []
            for cell, formula in zip(shown, written, strict=True):
                cells.append(as_text(cell))
                if formula.data_type == "f" and cell.value is None:
                    remedy = "open it in a spreadsheet and save it there, or write the number"
                    problems.append(
                        Problem("a formula without a result", f"{place}, cell {cell.coordinate}", remedy=remedy)
                    )
                elif cell.data_type == "e":
                    what = f"{cell.value} is no figure"
                    problems.append(Problem(what, f"{place}, cell {cell.coordinate}", remedy="mend the formula"))
            rows.append((shown[0].row if shown else 0, cells))
        rows = [(number, cells) for number, cells in rows if any(cells)]
        if rows:
            found.append(Sheet(place, name, rows[0][1], rows[1:]))
    if problems:
        raise BadRequest(*problems)
    return found


def as_text(cell: Any) -> str:
    """A cell as it would stand in a CSV."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[: len("2025-12-31")]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()
    shown = str(cell.number_format).partition(";")[0]
    percent = "%" in shown
    exact = Decimal(f"{value * (100 if percent else 1):.12g}")
    match = re.search(r"\.(0+)", shown)
    held = max(0, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:.{max(held, len(match[1]) if match else 0)}f}" + "%" * percent


def read_workbook(
    sheets: Collection[Sheet],
    unit: str,
    named: Mapping[str, str],
    skip_unknown: bool,
    cumulative: bool,
    leave_out: Collection[str] = (),
) -> list[StatementFile]:
    """Every sheet with periods in its heading and a figure under them; all their problems at once."""
    problems: list[Problem] = []
    found = []
    here = [one for one in sheets if one.name not in (README, CONSENSUS, VALUES) and one.has_figures]
    for sheet in here:
        rows = [cells[0] for _, cells in sheet.rows]
        without = [name for name in leave_out if fold(name) in map(fold, rows)]
        try:
            found.append(
                statement_of(sheet.path, sheet.heading, sheet.rows, unit, named, skip_unknown, cumulative, without)
            )
        except BadRequest as refused:
            problems += refused.problems
    if not here:
        what = "no sheet has periods in its first row and figures under them"
        where = str(next(iter(sheets)).path).partition(", sheet ")[0] if sheets else ""
        problems.append(Problem(what, where, remedy="write 2025, 2026E, 2025H1 ... beside `line`, and a figure"))
    currencies = {one.currency: one.path for one in found}
    if len(currencies) > 1:
        told = "; ".join(f"{currency} in {path}" for currency, path in currencies.items())
        problems.append(Problem("currencies are mixed", told, remedy="translate one of them with a dated rate first"))
    if problems:
        raise BadRequest(*problems)
    return found


def beside_statements(
    sheets: Collection[Sheet], company: str, currency: str, as_of: str, source: str
) -> tuple[dict[str, str], dict[str, Path]]:
    """Tables of the sheets of consensus and valuation, and which sheet each is from; none where they are empty."""
    files: dict[str, str] = {}
    origins: dict[str, Path] = {}
    problems: list[Problem] = []
    for sheet in sheets:
        made: dict[str, str] = {}
        if sheet.name == CONSENSUS:
            made = _consensus(sheet, company, currency, source, problems)
        elif sheet.name == VALUES:
            made = _valuation(sheet, company, as_of, source, problems)
        files |= made
        origins |= dict.fromkeys(made, sheet.path)
    if problems:
        raise BadRequest(*problems)
    return files, origins


def _consensus(sheet: Sheet, company: str, currency: str, source: str, problems: list[Problem]) -> dict[str, str]:
    years = [name for name in sheet.heading[len(PROVIDED) :] if name]
    if tuple(map(str.casefold, sheet.heading[: len(PROVIDED)])) != PROVIDED or not all(map(is_period, years)):
        what = f"the columns are {', '.join(sheet.heading)}"
        problems.append(Problem(what, f"{sheet.path}, line 1", remedy=f"they are {', '.join(PROVIDED)}, then years"))
        return {}
    groups: dict[tuple[str, str], list[tuple[int, Line, list[str]]]] = {}
    for number, (provider, day, name, *cells) in sheet.rows:
        where = f"{sheet.path}, line {number}"
        if not any(cells):
            continue
        line = BY_NAME.get(fold(name))
        if line not in ESTIMATES:
            known = [one.names[0] for one in ESTIMATES]
            problems.append(Problem(f"{name!r} is no line that is estimated here", where, remedy=nearest(name, known)))
            continue
        if not provider:
            problems.append(Problem("no provider is named", where, "two providers are kept apart", "write whose it is"))
            continue
        try:
            dt.date.fromisoformat(day)
        except ValueError:
            remedy = "write for example 2026-03-30"
            problems.append(Problem(f"{day!r} is not a day", where, "an estimate is of a day", remedy))
            continue
        groups.setdefault((provider, day), []).append((number, line, cells[: len(years)]))
    made: dict[str, str] = {}
    for (provider, day), rows in groups.items():
        columns = {name: name.rstrip("Ee") for name in years}
        name = f"{slug(company)}-consensus-{slug(provider)}-{day}"
        made |= consensus_table(company, currency, columns, rows, provider, day, source, name)
    return made


def _valuation(sheet: Sheet, company: str, as_of: str, source: str, problems: list[Problem]) -> dict[str, str]:
    units = {fold(words): (quantity, unit) for quantity, words, unit in VALUATION}
    place = next((at for at, name in enumerate(sheet.heading) if name.casefold() == "value"), None)
    if place is None:
        problems.append(Problem("there is no column value", f"{sheet.path}, line 1", remedy="name it value"))
        return {}
    values: dict[str, tuple[int, str]] = {}
    for number, cells in sheet.rows:
        found = units.get(fold(cells[0]))
        if not cells[place]:
            continue
        where = f"{sheet.path}, line {number}"
        if found is None:
            remedy = nearest(cells[0], [words for _, words, _ in VALUATION])
            problems.append(Problem(f"{cells[0]!r} is nothing that a target takes", where, remedy=remedy))
            continue
        if cells[place].endswith("%") and found[1] != "%":
            problems.append(
                Problem(f"{cells[place]} is a share", where, f"it is given in {found[1]}", "write the number")
            )
            continue
        if found[0] in values:
            what = f"{cells[0]!r} stands there twice"
            problems.append(Problem(what, where, f"line {values[found[0]][0]} has it too", "leave one of them out"))
            continue
        values[found[0]] = (number, cells[place].removesuffix("%"))
    return valuation_table(company, values, as_of, source, f"{slug(company)}-valuation-{as_of}") if values else {}


def _openpyxl() -> Any:
    try:
        import openpyxl
    except ImportError:
        why = "a workbook is read and written by it, and it is not part of this one"
        remedy = "install it: pip install 'siliconomics[excel]'; or save the sheets as CSV"
        raise BadRequest(Problem("the package openpyxl is not installed", "", why, remedy)) from None
    return openpyxl


# -- to fill in ---------------------------------------------------------------------------------

SHEETS = {"year": YEARS, "half": HALVES, "quarter": QUARTERS}
UNITS = {"money": "mn {}", "shares": "mn shares", "money a share": "{}/share"}
"""What stands in the column of units; of a figure a share it only tells the reader."""
STEPS = (
    "Fill in figures as a filing prints them. An empty cell is not known; 0 is none. Costs are positive.",
    "Columns that end in E are estimates. Add or remove columns: 2025, 2026E, 2025H1, 2025Q3, 2025-06-30 (--cumulative).",
    "Years: for a price target at least net income and total equity, from the last reported year to the last estimate.",
    "Halves and quarters: what the company reports. They have to add up to their year.",
    "Consensus: mean estimates of others, with provider and day. May stay empty.",
    "Valuation: every row but the share price is needed for a price target.",
)


def workbook(path: Path, company: str, currency: str, reported: int, day: str, facts: Any) -> None:
    """Write a workbook to fill in: the sheets that ``read_workbook`` and ``beside_statements`` read."""
    from .statement_tables import spans

    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    book.remove(book.active)
    where = f"siliconomics company import {path.name} --company '{company}' --into FOLDER --as-of {day}"
    _fill(book, README, [[f"{company}: figures to fill in"], *([step] for step in STEPS), ["Then:"], [where]], 120)
    for dimension, columns, statements in spans(reported, facts):
        body: list[list[Any]] = [["line", "unit", *columns]]
        for statement, lines in statements.items():
            if lines:
                body.append([statement.upper()])
                body += [[one.names[0], UNITS[one.unit].format(currency), *[None] * len(columns)] for one in lines]
        _fill(book, SHEETS[dimension], body, 36, figures=2)
    years = [f"{year}E" for year in range(reported + 1, reported + 4)]
    _fill(
        book, CONSENSUS, [[*PROVIDED, *years], *([None, day, one.names[0], *[None] * len(years)] for one in ESTIMATES)],
        20, figures=len(PROVIDED),
    )  # fmt: skip
    roles = {"reporting_currency": "reporting currency", "listing_currency": "listing currency"}
    values = []
    for _, words, unit in VALUATION:
        told = unit
        for role, plain in roles.items():
            told = told.replace(role, plain)
        values.append([words, "" if unit == "1" else told, None])
    _fill(book, VALUES, [["row", "unit", "value"], *values], 52)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        book.save(part)
        part.replace(path)
    except OSError as error:
        raise BadRequest(
            Problem(f"cannot be written: {error.strerror}", str(path), remedy="choose another folder")
        ) from None


def _fill(book: Any, name: str, rows: list[list[Any]], width: int, figures: int = 0) -> None:
    """A sheet with its heading in bold and in sight; cells for figures show one decimal, those of estimates in colour."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = width
    for place in range(2, len(rows[0]) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 14
    if not figures:
        return
    sheet.freeze_panes = sheet.cell(2, figures + 1)
    for place, title in enumerate(rows[0][figures:], figures + 1):
        for number in range(2, len(rows) + 1):
            cell = sheet.cell(number, place)
            if len(rows[number - 1]) == 1:
                sheet.cell(number, 1).font = Font(bold=True)
                continue
            cell.number_format = "#,##0.0" if name != CONSENSUS else "#,##0"
            if title.endswith("E"):
                cell.fill = PatternFill("solid", fgColor="FFF4E0")
