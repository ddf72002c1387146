"""The graph: quantities at labels (cells), joined by the names of formulas' arguments.

A cell is worked out when somebody asks for it, and only then what it rests on. The graph knows names,
units, labels and formulas; it knows nothing about chips.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from .cell import KNOWN, TIME, Cell, Declaration, Given, named, weakest
from .errors import BadRequest, Problem, nearest
from .formula import Formula
from .operations import Operation
from .reading import Labels, Missing, Walk, merged
from .record import Expression
from .tape import NoSolution, Tape, Undefined


class Graph:
    """Declarations, formulas, labels and givens, wired by name."""

    def __init__(
        self,
        dimensions: Mapping[str, Sequence[Any]],
        declarations: Mapping[str, Declaration],
        formulas: Sequence[Formula],
        given: Callable[[str, tuple[Any, ...]], Given | None],
        player: Callable[[str, Labels], str],
        override: Callable[[str, Labels], Given | None] = lambda name, labels: None,
        words: Callable[[str, tuple[Any, ...]], str | None] = lambda name, labels: None,
    ) -> None:
        self.labels = {name: list(labels) for name, labels in dimensions.items()}
        self.declarations = dict(declarations)
        self.roles: dict[str, dict[str, Formula]] = {}
        for formula in formulas:
            self.roles.setdefault(formula.role, {})[formula.player] = formula
        self.given = given
        self.player = player
        self.override = override
        """Values that stand in for whatever the graph would find: a what-if, a scenario."""
        self.words = words
        """Facts that are words; ``at`` reads one as a label."""
        self.tape = Tape()
        self.cells: dict[tuple[Any, ...], Cell] = {}
        self._dimensions: dict[str, tuple[str, ...]] = {}
        self._open: list[Cell] = []
        self._undefined: set[tuple[Any, ...]] = set()
        self._grades: dict[tuple[Any, ...], str] = {}
        self._grown = 0
        self._users: tuple[int, dict[tuple[Any, ...], list[Cell]]] = (-1, {})
        self._redone: dict[tuple[int, ...], list[int]] = {}
        self._walk: Walk[int] = Walk(self, _Numbers(self))

    # -- shape ----------------------------------------------------------------------------------
    def labels_of(self, dimension: str) -> list[Any]:
        if dimension not in self.labels:
            raise BadRequest(Problem(f"there is no dimension {dimension!r}", remedy=nearest(dimension, self.labels)))
        return self.labels[dimension]

    def is_dimension(self, name: str) -> bool:
        return name in self.labels

    def time_of(self, labels: Labels) -> str | None:
        return next((dimension for dimension in TIME if dimension in labels), None)

    def is_word(self, name: str) -> bool:
        return name in self.declarations and self.declarations[name].text

    def word(self, name: str, labels: Labels) -> str | Missing:
        """The fact of a quantity that is a word, at the labels it runs over."""
        own = {axis: labels[axis] for axis in self.dimensions_of(name)}
        found = self.words(name, tuple(own.values()))
        return Missing(f"{named(name, own)} is not known", [named(name, own)]) if found is None else found

    def exists(self, name: str) -> bool:
        return name in self.roles or name in self.declarations

    @property
    def quantities(self) -> list[str]:
        return sorted({*self.roles, *self.declarations})

    def require(self, name: str) -> None:
        if not self.exists(name):
            raise BadRequest(
                Problem(
                    f"there is no quantity {name!r}",
                    remedy=nearest(name, self.quantities) + " `siliconomics list` shows all",
                )
            )

    def dimensions_of(self, name: str) -> tuple[str, ...]:
        """A quantity's dimensions: as declared for an input, for a formula those of what it reads."""
        if name not in self._dimensions:
            self._infer(name)
        return self._dimensions[name]

    def _infer(self, name: str) -> None:
        """Settle dimensions of a quantity and everything below it, loops through time included."""
        order: list[str] = []
        stack = [name]
        found: dict[str, set[str]] = {}
        while stack:
            one = stack.pop()
            if one in found or one in self._dimensions:
                continue
            declared = self.declarations.get(one)
            found[one] = set(declared.dimensions) if declared else set()
            order.append(one)
            for formula in self.roles.get(one, {}).values():
                stack.extend(s for s in formula.record.symbols if not self.is_dimension(s) and self.exists(s))
        changed = True
        while changed:
            changed = False
            for one in order:
                new = set(found[one])
                for formula in self.roles.get(one, {}).values():
                    new |= self._spread(formula.record, found)
                if new != found[one]:
                    found[one], changed = new, True
        for one in order:
            declared = self.declarations.get(one)
            first = declared.dimensions if declared else ()  # in the order in which its facts are kept
            axes = dict.fromkeys((*first, *self.labels))
            self._dimensions[one] = tuple(d for d in axes if d in found[one] and d in self.labels)

    def _spread(self, record: Expression, found: Mapping[str, set[str]]) -> set[str]:
        spread: dict[int, set[str]] = {}
        for node in record.walk():
            if node.operation == "symbol":
                name = node.detail
                if self.is_dimension(name):
                    one = {name}
                elif name in self._dimensions:
                    one = set(self._dimensions[name])
                else:
                    one = set(found.get(name, ()))
            else:
                one = set().union(*(spread[id(argument)] for argument in node.arguments))
                if node.operation == "total":
                    one -= {node.detail}
                elif node.operation == "at":
                    one = spread[id(node.arguments[0])] - set(node.detail)
                    one = one.union(*(spread[id(argument)] for argument in node.arguments[1:]))
            spread[id(node)] = one
        return spread[id(record)]

    def unit_of(self, name: str) -> str:
        if name in self.declarations:
            return self.declarations[name].unit
        return next(iter(self.roles[name].values())).unit

    def every(self, name: str, where: Labels | None = None) -> Iterator[dict[str, Any]]:
        """All label sets of a quantity that agree with ``where``."""
        where = where or {}
        axes = self.dimensions_of(name)
        choices = [[where[axis]] if axis in where else self.labels[axis] for axis in axes]
        for labels in product(*choices):
            yield dict(zip(axes, labels, strict=True))

    # -- cells ----------------------------------------------------------------------------------
    def cell(self, name: str, labels: Labels) -> Cell:
        """The cell of a quantity at labels, worked out together with all it rests on."""
        with _deep():
            return self._cell(name, {axis: labels[axis] for axis in self.dimensions_of(name)})

    def ask(self, questions: Iterable[tuple[str, Labels]]) -> list[Cell]:
        """Many cells at a time, each worked out as `cell` does it."""
        with _deep():
            return [self._cell(name, {axis: one[axis] for axis in self.dimensions_of(name)}) for name, one in questions]

    def _cell(self, name: str, labels: dict[str, Any]) -> Cell:
        key = (name, *labels.values())
        cell = self.cells.get(key)
        if cell is None:
            cell = Cell(name, labels)
            self.cells[key] = cell
            self._open.append(cell)
            self._grown += 1
            try:
                self._fill(cell)
            except BaseException:
                del self.cells[key]  # half worked out: the next question starts afresh
                raise
            finally:
                self._open.pop()
        elif cell.node is None and cell.missing is None:
            circle = [str(one) for one in self._open[self._open.index(cell) :]] + [str(cell)]
            raise BadRequest(
                Problem(
                    f"{cell} depends on itself within one period: {' -> '.join(circle)}",
                    why="a loop has no value unless a lag breaks it",
                    remedy="read the earlier period with previous(), or remove one of the arguments",
                )
            )
        if self._open:
            self._open[-1].uses.append(cell)
        return cell

    def _fill(self, cell: Cell) -> None:
        name, labels = cell.name, cell.labels
        override = self.override(name, labels)
        if override is not None:
            declared = self.declarations.get(name)
            cell.given = override
            cell.node = self.tape.input(override.value, cell.key, fixed=declared is not None and declared.structural)
            return
        players = self.roles.get(name, {})
        chosen = self.player(name, labels) if len(players) > 1 or "" not in players else ""
        formula = players.get(chosen)
        if formula is None:
            self._fill_given(cell)
            return
        cell.formula = formula
        try:
            result = self._walk(formula.record, labels)
        except Undefined as error:
            self._undefined.add(cell.key)
            result = Missing(f"{cell} has no value: {_undefined(error, cell, self.tape)}")
        if isinstance(result, Missing):
            cell.missing = result
        else:
            self._hold_possible(cell, formula, self.tape.values[result])
            cell.node = result
            cell.uses = list({id(one): one for one in cell.uses}.values())

    def _hold_possible(self, cell: Cell, formula: Formula, value: float) -> None:
        if formula.possible is not None and not formula.possible.about(value):
            raise BadRequest(
                Problem(
                    f"{cell} comes out as {value:.6g}, which is impossible",
                    why=f"{formula.meaning.splitlines()[0]} It lies in {formula.possible}",
                    remedy="its inputs are "
                    + ", ".join(
                        f"{one} = {self.tape.values[one.node]:.6g}" for one in cell.uses if one.node is not None
                    ),
                )
            )

    def _fill_given(self, cell: Cell) -> None:
        declared = self.declarations.get(cell.name)
        given = self.given(cell.name, tuple(cell.labels.values())) if declared else None
        if given is None or declared is None or declared.text:
            cell.missing = Missing(f"{cell} is not known", [str(cell)])
            return
        cell.given = given
        cell.node = self.tape.input(given.value, cell.key, fixed=declared.structural)

    def value(self, cell: Cell) -> float | None:
        return None if cell.node is None else float(self.tape.values[cell.node])

    def facts_under(self, cell: Cell) -> list[Cell]:
        """The givens a cell rests on, once each, in the order they are met."""
        found: dict[int, Cell] = {}
        seen: set[int] = set()
        stack = [cell]
        while stack:
            one = stack.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            if one.given is not None:
                found[id(one)] = one
            stack.extend(reversed(self.uses(one)))
        return list(found.values())

    def uses(self, cell: Cell) -> list[Cell]:
        """The cells that a cell is worked out from, as they stand in this graph."""
        return [self.cells.get(one.key, one) for one in cell.uses]

    def below(self, cell: Cell) -> list[Cell]:
        """Everything a cell is worked out from, once each, itself left out."""
        found: dict[tuple[Any, ...], Cell] = {}
        stack = self.uses(cell)
        while stack:
            one = stack.pop()
            if one.key not in found:
                found[one.key] = one
                stack.extend(self.uses(one))
        return list(found.values())

    def between(self, moved: Sequence[Cell], answer: Cell) -> list[Cell]:
        """What an answer is worked out from that rests on cells moved: these left out, the answer included."""
        above = self._above([self.cells[cell.key] for cell in moved])
        held = {cell.key for cell in moved}
        found: dict[tuple[Any, ...], Cell] = {}
        stack = [self.cells[answer.key]]
        while stack:
            cell = stack.pop()
            if cell.key in above and cell.key not in held and cell.key not in found and cell.node is not None:
                found[cell.key] = cell
                stack.extend(self.uses(cell))
        return list(found.values())

    def known(self, cell: Cell) -> str:
        """How well a cell is known: a given by its own grade, a result by its weakest input."""
        if cell.given is not None:
            return cell.given.known
        stack = [cell]
        while stack:
            one = stack[-1]
            uses = [] if one.given is not None else self.uses(one)
            open_ = [below for below in uses if below.key not in self._grades]
            if open_:
                stack.extend(open_)
                continue
            stack.pop()
            best = one.given.known if one.given is not None else "derived"
            self._grades[one.key] = weakest([best, *(self._grades[below.key] for below in uses)])
        return self._grades[cell.key]

    # -- what-if --------------------------------------------------------------------------------
    def varied(
        self,
        override: Callable[[str, Labels], Given | None],
        changed: Sequence[tuple[str, Labels]],
    ) -> Graph:
        """This graph with other values held; what the change cannot reach is kept, not worked out again.

        ``override`` stands for the whole of the new graph, ``changed`` names what it holds otherwise than this one.
        Where only inputs move, the arithmetic above them is done again on the same tape; where the change
        gives an input to what had none, or takes a result's place, the cells above it are opened again.
        """
        graph = object.__new__(Graph)
        graph.__dict__.update(self.__dict__)
        graph.override = override
        graph.cells = dict(self.cells)
        graph.tape = self.tape.fork()
        graph._open, graph._undefined, graph._redone = [], set(self._undefined), {}
        keys = {(name, *labels.values()) for name, where in changed for labels in self.every(name, where)}
        touched = [self.cells[key] for key in keys if key in self.cells]
        above = self._above(touched)
        graph._grades = {key: grade for key, grade in self._grades.items() if key not in above}
        if not self._revalued(graph, touched, above):
            for key in above:
                graph.cells.pop(key, None)
            graph._undefined.difference_update(above)
            graph.tape, graph._users = self.tape.fork(), (-1, {})
        graph._walk = Walk(graph, _Numbers(graph))
        return graph

    def _above(self, touched: Sequence[Cell]) -> dict[tuple[Any, ...], Cell]:
        """Cells and all that is worked out from them."""
        grown, users = self._users
        if grown != self._grown:
            users = {}
            for cell in self.cells.values():
                for one in cell.uses:
                    users.setdefault(one.key, []).append(cell)
            self._users = (self._grown, users)
        found: dict[tuple[Any, ...], Cell] = {}
        stack = list(touched)
        while stack:
            cell = stack.pop()
            if cell.key not in found:
                found[cell.key] = cell
                stack.extend(users.get(cell.key, ()))
        return found

    def _revalued(self, graph: Graph, touched: Sequence[Cell], above: Mapping[tuple[Any, ...], Cell]) -> bool:
        """Whether moving the values of inputs alone was enough for the new graph."""
        if any(cell.given is None or cell.node in self.tape.fixed for cell in touched):
            return False
        if not self._undefined.isdisjoint(above):
            return False
        nodes: list[int] = []
        for cell in touched:
            held = graph.override(cell.name, cell.labels)
            if held is None or cell.node is None:
                return False
            graph.tape.values[cell.node] = held.value
            graph.cells[cell.key] = Cell(cell.name, cell.labels, cell.node, given=held)
            nodes.append(cell.node)
        key = tuple(nodes)
        if key not in self._redone:
            self._redone[key] = self.tape.descendants(nodes)
        try:
            graph.tape.redo(self._redone[key])
        except Undefined:
            return False
        for cell in above.values():
            if cell.formula is not None and cell.node is not None:
                graph._hold_possible(cell, cell.formula, graph.tape.values[cell.node])
        return True


class _Numbers:
    """The reading that lays a record on the tape."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tape = graph.tape

    def number(self, value: float) -> int:
        return self.tape.constant(value)

    def cell(self, name: str, labels: dict[str, Any]) -> int | Missing:
        cell = self.graph._cell(name, labels)
        if cell.node is None:
            assert cell.missing is not None
            return cell.missing
        return cell.node

    def step(self, operation: Operation, operands: list[int]) -> int:
        return self.tape.apply(operation, tuple(operands))

    def decided(self, condition: int) -> bool | None:
        return bool(self.tape.values[condition]) if condition in self.tape.fixed else None

    def label(self, part: int) -> int | None:
        return self.tape.whole(part)


def _undefined(error: Undefined, cell: Cell, tape: Tape) -> str:
    zero = [str(one) for one in cell.uses if one.node is not None and tape.values[one.node] == 0]
    if str(error) == "divide":
        return "division by zero" + (f" ({', '.join(zero)} is 0)" if zero else "")
    return str(error) if isinstance(error.__cause__, NoSolution) else f"{error} has no result for these inputs"


@contextlib.contextmanager
def _deep() -> Iterator[None]:
    """Long chains through time need a deeper stack than Python's default, and no search for garbage: all cells are kept."""
    limit, collects = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, 50_000))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()


__all__ = ["KNOWN", "TIME", "Cell", "Declaration", "Given", "Graph", "Missing", "merged", "named", "weakest"]
