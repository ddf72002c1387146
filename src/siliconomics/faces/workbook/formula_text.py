"""A cell's formula as a spreadsheet writes it, references by place and sums by range."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from siliconomics.core import Cell, Formula
from siliconomics.core.reading import Labels
from siliconomics.core.typeset import excel
from siliconomics.model import Model

from .places import Place

LONGEST_FORMULA = 8192
"""Characters that a spreadsheet allows in a formula."""
MOST_ARGUMENTS = 255
_REFERENCE = re.compile(r"(?:(.+)!)?([A-Z]+)(\d+)")


def written(model: Model, cell: Cell, reference: Callable[[str, Labels], str]) -> str:
    """The formula of a cell, '=' included; raises core's NoSpreadsheetForm where it holds a search."""
    return "=" + excel(model.graph, cell, reference, summed)


class Pattern:
    """A row's formula read once and written for each of its cells.

    Two cells of a row share a reading when their formula is the same, they read the same quantities at labels that
    lie equally far along the row's dimension, and nothing in the formula turns on the label itself.
    """

    def __init__(self, model: Model, across: str, at: Callable[[tuple[Any, ...]], Place], sheet: str) -> None:
        self.model, self.across, self.at, self.sheet = model, across, at, sheet
        self._order = {label: number for number, label in enumerate(model.graph.labels.get(across, ()))}
        self._known: dict[Any, list[str]] = {}
        self._turns: dict[int, bool] = {}

    def __call__(self, cell: Cell) -> str:
        """The formula of a cell, '=' included; raises core's NoSpreadsheetForm where it holds a search."""
        assert cell.formula is not None
        if self._turns_on_label(cell.formula):
            return written(
                self.model, cell, lambda name, labels: self.at((name, *labels.values())).seen_from(self.sheet)
            )
        reads = [one for one in cell.uses if one.node is not None]
        here = self._order.get(cell.labels.get(self.across), 0)
        signature = (id(cell.formula), *(self._relative(one, here) for one in reads))
        parts = self._known.get(signature)
        if parts is None:
            number = {one.key: str(i) for i, one in enumerate(reads)}
            text = "=" + excel(
                self.model.graph, cell, lambda name, labels: f"§{number[(name, *labels.values())]}§", _plain
            )
            parts = self._known[signature] = text.split("§")
        places = [self.at(one.key) for one in reads]
        refs = [place.seen_from(self.sheet) for place in places]
        filled = [refs[int(part)] if i % 2 else part for i, part in enumerate(parts)]
        return _SUMS.sub(lambda match: summed(match.group(1).split(",")), "".join(filled))

    def _relative(self, cell: Cell, here: int) -> tuple[Any, ...]:
        if self.across not in cell.labels:
            return cell.key
        rest = [label for axis, label in cell.labels.items() if axis != self.across]
        return (cell.name, self._order[cell.labels[self.across]] - here, *rest)

    def _turns_on_label(self, formula: Formula) -> bool:
        if id(formula) not in self._turns:
            graph = self.model.graph
            declared = graph.declarations
            self._turns[id(formula)] = any(
                graph.is_dimension(name) or (name in declared and (declared[name].structural or declared[name].text))
                for name in formula.record.symbols
            )
        return self._turns[id(formula)]


def _plain(texts: Sequence[str]) -> str:
    """A sum left open: the places of its parts are not known yet."""
    return f"«{','.join(texts)}»"


_SUMS = re.compile("«([^«»]*)»")


def summed(texts: Sequence[str]) -> str:
    """``SUM(F5:F9)`` where the parts stand in one line, else ``SUM(F5,G7)``."""
    parts = _ranges(texts)
    while len(parts) > MOST_ARGUMENTS:
        parts = [f"SUM({','.join(parts[i : i + MOST_ARGUMENTS])})" for i in range(0, len(parts), MOST_ARGUMENTS)]
    return f"SUM({','.join(parts)})"


def _ranges(texts: Sequence[str]) -> list[str]:
    """Neighbours in a column or a row as ranges."""
    found: list[str] = []
    run: list[tuple[str, str, int]] = []
    way = ""

    def close() -> None:
        nonlocal way
        if len(run) > 2:
            first, last = run[0], run[-1]
            sheet = f"{first[0]}!" if first[0] else ""
            found.append(f"{sheet}{first[1]}{first[2]}:{last[1]}{last[2]}")
        else:
            found.extend(f"{sheet}!{column}{row}" if sheet else f"{column}{row}" for sheet, column, row in run)
        run.clear()
        way = ""

    for text in texts:
        match = _REFERENCE.fullmatch(text)
        if match is None:
            close()
            found.append(text)
            continue
        here = (match.group(1) or "", match.group(2), int(match.group(3)))
        step = _step(run[-1], here) if run else ""
        if run and (not step or (way and step != way)):
            close()
            step = ""
        way = step or way
        run.append(here)
    close()
    return found


def _step(before: tuple[str, str, int], after: tuple[str, str, int]) -> str:
    if before[0] != after[0]:
        return ""
    if before[1] == after[1] and after[2] == before[2] + 1:
        return "down"
    return "across" if before[2] == after[2] and _number(after[1]) == _number(before[1]) + 1 else ""


def _number(column: str) -> int:
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return number


DIGITS = 12
"""Digits by which a number in a formula is known again; programs keep fifteen or seventeen."""
_LITERAL = re.compile(r"(?<![A-Z0-9_.])(\d+\.?\d*(?:E[+-]?\d+)?)(?![A-Z0-9_(!.])")


def canonical(formula: Any) -> str:
    """A formula without what programs write differently: case, blanks, dollars, quotes, and the form of numbers."""
    text = re.sub(r"[\s$']", "", str(formula).upper()).replace("_XLFN.", "")
    return _LITERAL.sub(lambda match: f"{float(match.group(1)):.{DIGITS}g}", text)


__all__ = ["LONGEST_FORMULA", "Pattern", "canonical", "summed", "written"]
