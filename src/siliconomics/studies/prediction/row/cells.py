"""The cells of one row: read as a number or a word, or refused with the row and the column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from siliconomics.core import Problem, nearest

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*(?:[eE][+-]?\d+)?")
OPEN = re.compile(
    r"(?:|-|none|n/a|any|best|(?:not|unknown|varies|varied|various|default|see|production|mix|trace|random)\b.*)",
    re.IGNORECASE,
)
"""A cell that leaves its field open."""


class Cells:
    """A row being read: its cells, the problems found and the notes taken."""

    def __init__(self, row: Mapping[str, str], place: str) -> None:
        self.row = {str(name): (value or "").strip() for name, value in row.items()}
        self.place = place
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def cell(self, column: str) -> str:
        return self.row.get(column, "")

    def wrong(self, column: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(what, f"{self.place}, column {column}", remedy=remedy))

    # -- numbers and words ------------------------------------------------------------------------
    def number(self, column: str, text: str, *, whole: bool = False) -> float | None:
        """A positive number, or None with a problem."""
        try:
            value = float(text.replace(",", "") if _NUMBER.fullmatch(text) else "not a number at all")
        except ValueError:
            self.wrong(column, f"{text!r} is not a number", "write a plain number, or leave it empty")
            return None
        if not math.isfinite(value) or value <= 0:
            self.wrong(column, f"{text} is not a number above 0", "write a plain number, or leave it empty")
            return None
        if whole and value != int(value):
            self.wrong(column, f"{text} is not a whole number", "count the chips of the system")
            return None
        return value

    def word(self, column: str, known: Iterable[str], default: str) -> str:
        text = self.cell(column)
        if not text:
            self.notes.append(f"{column} not stated: {default}")
            return default
        if text not in known:
            self.wrong(column, f"unknown {column} {text!r}", nearest(text, known))
            return default
        return text


__all__ = ["OPEN", "Cells"]
