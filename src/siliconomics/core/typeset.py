"""A record as text: an equation with names, the same with numbers put in, LaTeX, Excel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .graph import Cell, Graph
from .operations import OPERATIONS, Operation
from .reading import Labels, Missing, Walk, summation
from .record import Constant, Expression

_RIGHT_TIGHT = {"subtract", "divide"}
"""Operations whose right operand needs brackets at equal binding."""


@dataclass(frozen=True)
class Piece:
    """A part of a text, how tightly it binds, and the place on the tape that decides its conditions."""

    text: str
    binds: int = 9
    node: int = -1


def _bracketed(operation: Operation, pieces: list[Piece], *, latex: bool) -> list[str]:
    if operation.binds == 9 or (latex and operation.name == "divide"):
        return [piece.text for piece in pieces]
    opens, closes = (r"\left(", r"\right)") if latex else ("(", ")")
    result = []
    for position, piece in enumerate(pieces):
        loose = piece.binds < operation.binds or (
            piece.binds == operation.binds
            and (operation.name == "power" or (position and operation.name in _RIGHT_TIGHT))
        )
        if operation.name == "power" and position == 1 and latex:
            loose = False
        result.append(f"{opens}{piece.text}{closes}" if loose else piece.text)
    return result


def number_text(value: float) -> str:
    """A literal of a formula: pi by its name, whole numbers without a point."""
    if value == math.pi:
        return "π"
    return f"{value:g}" if value >= 0 else f"−{-value:g}"


def equation(record: Expression, *, latex: bool = False, name: Callable[[str], str] | None = None) -> str:
    """The equation of a record with the names of its quantities."""
    name = name or (_latex_name if latex else lambda word: word)
    pieces: dict[int, Piece] = {}
    for node in record.walk():
        pieces[id(node)] = _equation_piece(node, [pieces[id(a)] for a in node.arguments], latex, name)
    return pieces[id(record)].text


def _once(text: str) -> str:
    """In brackets, unless it stands in brackets of its own."""
    return (
        text if text.startswith("(") and text.endswith(")") and text.count("(") == text.count(")") == 1 else f"({text})"
    )


def _latex_name(word: str) -> str:
    return rf"\text{{{word.replace('_', ' ')}}}"


def _equation_piece(node: Expression, parts: list[Piece], latex: bool, name: Callable[[str], str]) -> Piece:
    operation, detail = node.operation, node.detail
    if operation == "symbol":
        return Piece(name(detail))
    if operation == "constant":
        if detail.unit == "1":
            return Piece(detail.name)
        return Piece(f"{float(detail):g}" + (rf"\,\text{{{detail.name}}}" if latex else ""))
    if operation == "literal":
        return Piece(r"\pi" if latex and detail == math.pi else number_text(detail))
    if operation == "count":
        return parts[0]
    if operation == "previous":
        return Piece(f"{parts[0].text}_{{t-{detail}}}" if latex else f"{parts[0].text}[t−{detail}]")
    if operation == "at":
        where = ", ".join(part.text for part in parts[1:])
        return Piece(f"{parts[0].text}_{{{where}}}" if latex else f"{parts[0].text}[{where}]")
    if operation == "total":
        return Piece(
            rf"\sum_{{\text{{{detail}}}}} {parts[0].text}" if latex else f"Σ over {detail} {_once(parts[0].text)}"
        )
    if operation == "first_known":
        words = ", ".join(part.text for part in parts)
        return Piece(rf"\text{{first known of }}\left({words}\right)" if latex else f"first known of ({words})")
    row = operation if isinstance(operation, Operation) else OPERATIONS[operation]
    texts = _bracketed(row, parts, latex=latex)
    return Piece((row.latex if latex else row.text).format(*texts), row.binds)


class _Texts:
    """Shared by readings of one cell: conditions and labels are decided on the tape."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tape = graph.tape

    def decided(self, condition: Piece) -> bool | None:
        return bool(self.tape.values[condition.node]) if condition.node in self.tape.fixed else None

    def label(self, part: Piece) -> int | None:
        return self.tape.whole(part.node)

    def number(self, value: float) -> Piece:
        return Piece(number_text(value), 9 if value >= 0 else 4, self.tape.constant(value))

    def node_of(self, operation: Operation, operands: list[Piece]) -> int:
        return self.tape.apply(operation, tuple(piece.node for piece in operands))


class _Substituted(_Texts):
    """The equation of one cell with the values of what it reads put in."""

    def __init__(self, graph: Graph, show: Callable[[Cell], str]) -> None:
        super().__init__(graph)
        self.show = show

    def cell(self, name: str, labels: dict[str, Any]) -> Piece | Missing:
        cell = self.graph.cell(name, labels)
        if cell.node is None:
            assert cell.missing is not None
            return cell.missing
        text = self.show(cell)
        return Piece(text, 4 if text.startswith(("−", "-")) else 9, cell.node)

    def step(self, operation: Operation, operands: list[Piece]) -> Piece:
        node = self.node_of(operation, operands)
        return Piece(operation.text.format(*_bracketed(operation, operands, latex=False)), operation.binds, node)


def substituted(graph: Graph, cell: Cell, show: Callable[[Cell], str]) -> str:
    """The arithmetic behind one cell, numbers put in; empty for a fact."""
    if cell.formula is None or cell.node is None:
        return ""
    piece = Walk(graph, _Substituted(graph, show))(cell.formula.record, cell.labels)
    return "" if isinstance(piece, Missing) else piece.text


class NoSpreadsheetForm(ValueError):
    """A formula rests on an operation (a search, a root) that no cell formula can say."""


class _Excel(_Texts):
    """The formula of one spreadsheet cell, given where other cells stand."""

    def __init__(
        self, graph: Graph, reference: Callable[[str, Labels], str], total: Callable[[list[str]], str] | None
    ) -> None:
        super().__init__(graph)
        self.reference = reference
        self.total = total

    def number(self, value: float) -> Piece:
        text = "PI()" if value == math.pi else repr(float(value)).removesuffix(".0")
        return Piece(f"({text})" if value < 0 else text, 9, self.tape.constant(value))

    def cell(self, name: str, labels: dict[str, Any]) -> Piece | Missing:
        cell = self.graph.cells.get((name, *labels.values())) or self.graph.cell(name, labels)
        if cell.node is None:
            assert cell.missing is not None
            return cell.missing
        return Piece(self.reference(name, labels), 9, cell.node)

    def step(self, operation: Operation, operands: list[Piece]) -> Piece:
        if not operation.excel:
            raise NoSpreadsheetForm(operation.name)
        texts = [piece.text for piece in operands]
        adds_up = self.total is not None and operation is summation(len(texts))
        text = self.total(texts) if self.total is not None and adds_up else operation.excel.format(*texts)
        return Piece(text, 9, self.node_of(operation, operands))


def excel(
    graph: Graph,
    cell: Cell,
    reference: Callable[[str, Labels], str],
    total: Callable[[list[str]], str] | None = None,
) -> str:
    """The Excel formula of a cell (without '='), ``reference`` naming where each cell it reads stands.

    ``total`` writes the sum of several texts, where ranges say it shorter.
    Raises NoSpreadsheetForm for a solved or opaque formula, whose value a workbook holds instead.
    """
    if cell.formula is None:
        raise NoSpreadsheetForm(f"{cell} is an input")
    piece = Walk(graph, _Excel(graph, reference, total))(cell.formula.record, cell.labels)
    if isinstance(piece, Missing):
        raise NoSpreadsheetForm(piece.reason)
    return piece.text


__all__ = ["Constant", "NoSpreadsheetForm", "Piece", "equation", "excel", "number_text", "substituted"]
