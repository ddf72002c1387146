"""A cell's formula as a spreadsheet writes it, references by place and sums by range."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from siliconomics.core import Cell
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
    """A formula read once and written for each cell that reads alike.

    Two cells share a reading when their formula is the same, they read the same quantities at labels that lie equally far
    from their own, and whatever decides a branch is the same: labels that the formula names, and figures that no input
    moves. A test holds this against reading every cell alone.
    """

    def __init__(self, model: Model, at: Callable[[tuple[Any, ...]], Place]) -> None:
        self.model, self.at = model, at
        self._order = {
            axis: {label: number for number, label in enumerate(labels)} for axis, labels in model.graph.labels.items()
        }
        self._known: dict[Any, tuple[list[str], bool]] = {}
        self._named: dict[int, tuple[str, ...]] = {}

    def __call__(self, cell: Cell, sheet: str) -> str:
        """The formula of a cell on a sheet, '=' included; raises core's NoSpreadsheetForm where it holds a search."""
        assert cell.formula is not None
        tape, own = self.model.graph.tape, cell.labels
        reads = [one for one in cell.uses if one.node is not None]
        named = self._named.get(id(cell.formula))
        if named is None:
            axes = tuple(name for name in cell.formula.record.symbols if self.model.graph.is_dimension(name))
            named = self._named[id(cell.formula)] = axes
        signature = (
            id(cell.formula),
            *(own[axis] for axis in named if axis in own),
            *(self._relative(one, own) for one in reads),
            *(tape.values[one.node] for one in reads if one.node in tape.fixed),
        )
        known = self._known.get(signature)
        if known is None:
            number = {one.key: str(i) for i, one in enumerate(reads)}
            text = "=" + excel(
                self.model.graph, cell, lambda name, labels: f"§{number[(name, *labels.values())]}§", _plain
            )
            known = self._known[signature] = text.split("§"), "«" in text
        parts, sums = known
        refs = [self.at(one.key).seen_from(sheet) for one in reads]
        filled = "".join([refs[int(part)] if i % 2 else part for i, part in enumerate(parts)])
        return _SUMS.sub(lambda match: summed(match.group(1).split(",")), filled) if sums else filled

    def _relative(self, cell: Cell, own: Labels) -> tuple[Any, ...]:
        """A quantity and how far along each dimension its labels lie from a cell's own; other labels as they are."""
        found: list[Any] = [cell.name]
        for axis, label in cell.labels.items():
            here = own.get(axis)
            if here is None:
                found.append(label)
            elif here == label:
                found.append(0)
            else:
                found.append(
                    (self._order[axis][label] - self._order[axis][here], 0 if isinstance(label, int) else label)
                )
        return tuple(found)


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
