"""What a workbook knows of itself: which input stands where, and what every formula was, so that edits can be read back."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .formula_text import canonical
from .places import Place, column_name

if TYPE_CHECKING:
    from .book import Book

FORMULAS = "Map"
INPUTS = "Inputs as written"
MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""A fixed date in the file's own properties, so that the same model gives the same file."""
FORMAT = 1
FORMULA_HEADING = ("sheet", "row", "quantity", "for", "formulas")
INPUT_HEADING = ("sheet", "cell", "quantity", "labels", "value", "changed", "case", "kind")
SHAPE = "shape"
FIRST_ROW = 2


@dataclass
class Stamps:
    """Rows of formulas and single inputs, as they were written."""

    formulas: dict[tuple[str, int], tuple[str, str, dict[int, str]]] = field(default_factory=dict)
    """(sheet, row) -> quantity, whose, column -> formula."""
    inputs: list[tuple[Place, str, dict[str, Any], float, str, str]] = field(default_factory=list)
    """Place, quantity, labels, value, the case whose figure it is ('' for the base), and `shape` for a grey one."""

    def formula(self, place: Place, quantity: str, whose: str, text: str) -> None:
        """Keep a formula."""
        row = self.formulas.setdefault((place.sheet, place.row), (quantity, whose, {}))
        row[2][place.column] = text

    def input(
        self, place: Place, quantity: str, labels: dict[str, Any], value: float, case: str = "", kind: str = ""
    ) -> None:
        """Keep an input."""
        self.inputs.append((place, quantity, labels, value, case, kind))

    @property
    def changed(self) -> str:
        """A formula's text for the number of inputs that are no longer as written."""
        return f"SUM('{INPUTS}'!F{FIRST_ROW + 1}:F{FIRST_ROW + max(len(self.inputs), 1)})"

    @property
    def reshaped(self) -> str:
        """A formula's text for the number of grey inputs that are no longer as written."""
        last = FIRST_ROW + max(len(self.inputs), 1)
        return f"SUMIF('{INPUTS}'!H{FIRST_ROW + 1}:H{last},\"{SHAPE}\",'{INPUTS}'!F{FIRST_ROW + 1}:F{last})"


def mark(formula: str) -> str:
    """A short mark of a formula, the same however a program spells it."""
    return f"{zlib.crc32(canonical(formula).encode()):08x}"


def write(book: Book) -> None:
    """The two hidden sheets."""
    page = book.sheets[FORMULAS]
    page.hide()
    about = {
        "format": FORMAT,
        "facts": book.model.facts.version,
        "code": code_version(),
        "scenarios": book.model.scenarios,
        "cases": list(book.count.cases),
        "held": [[one.quantity, dict(one.where), one.value, one.why] for one in book.model.changes],
    }
    page.write_string(0, 0, json.dumps(about, ensure_ascii=False))
    for column, word in enumerate(FORMULA_HEADING):
        page.write_string(1, column, word)
    for number, ((sheet, row), (quantity, whose, texts)) in enumerate(book.stamps.formulas.items(), FIRST_ROW):
        page.write_string(number, 0, sheet)
        page.write_number(number, 1, row + 1)
        page.write_string(number, 2, quantity)
        page.write_string(number, 3, whose)
        page.write_string(number, 4, json.dumps({column_name(one): mark(text) for one, text in texts.items()}))
    page = book.sheets[INPUTS]
    page.hide()
    for column, word in enumerate(INPUT_HEADING):
        page.write_string(1, column, word)
    for number, (place, quantity, labels, value, case, kind) in enumerate(book.stamps.inputs, FIRST_ROW):
        page.write_string(number, 0, place.sheet)
        page.write_string(number, 1, place.cell)
        page.write_string(number, 2, quantity)
        page.write_string(number, 3, json.dumps(labels, ensure_ascii=False))
        page.write_number(number, 4, value)
        page.write_formula(number, 5, f"=IF({place.seen_from(INPUTS)}=E{number + 1},0,1)", None, 0)
        page.write_string(number, 6, case)
        page.write_string(number, 7, kind)
        book.count.formulas += 1


def code_version() -> str:
    """The version of the code that wrote a workbook."""
    from siliconomics import __version__

    return __version__


__all__ = ["FORMAT", "FORMULAS", "INPUTS", "MADE", "SHAPE", "Stamps", "code_version", "mark", "write"]
