"""The graph: quantities at labels (cells), joined by the names of formulas' arguments.

A cell is worked out when somebody asks for it, and only then what it rests on. The graph knows names,
units, labels and formulas; it knows nothing about chips.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from .errors import BadRequest, Problem, nearest
from .formula import Formula, Interval
from .operations import Operation
from .reading import Labels, Missing, Walk, merged
from .record import Expression
from .tape import NoSolution, Tape, Undefined


@dataclass(frozen=True)
class Declaration:
    """An input quantity: what it means, its unit, its dimensions, and the ranges it may take."""

    name: str
    meaning: str
    unit: str
    dimensions: tuple[str, ...] = ()
    possible: Interval | None = None
    plausible: Interval | None = None
    text: bool = False
    structural: bool = False
    """Shapes the model (a year, a count of steps): changing it rebuilds, and nothing differentiates by it."""
    unread: bool = False
    """Kept for readers and comparisons; no formula reads it."""
    whole: bool = False
    """Counts whole things (dies, packages): printed without rounding."""
    mean_of: str = ""
    """The quantity of the parts that this is a mean over."""
    chapter: str = ""
    place: str = ""


@dataclass(frozen=True)
class Given:
    """A value handed in from outside, with whatever describes its origin."""

    value: float
    known: str
    origin: Any = None


@dataclass
class Cell:
    """One quantity at one set of labels."""

    name: str
    labels: dict[str, Any]
    node: int | None = None
    missing: Missing | None = None
    formula: Formula | None = None
    given: Given | None = None
    uses: list[Cell] = field(default_factory=list, repr=False)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.name, *self.labels.values())

    def __str__(self) -> str:
        return named(self.name, self.labels)


def named(name: str, labels: Labels) -> str:
    """``die_yield[chip=910C]``."""
    inside = ", ".join(f"{dimension}={label}" for dimension, label in labels.items())
    return f"{name}[{inside}]" if inside else name


TIME = ("year", "half", "quarter")
"""Dimensions along which ``previous`` steps."""

KNOWN = ("reported", "derived", "estimated", "assumed")
"""How well something is known, best first."""


def weakest(grades: Sequence[str]) -> str:
    """An answer is as well known as its weakest input, and never better than derived."""
    return KNOWN[max((KNOWN.index(grade) for grade in grades), default=1)] if grades else "derived"


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
        self.tape = Tape()
        self.cells: dict[tuple[Any, ...], Cell] = {}
        self._dimensions: dict[str, tuple[str, ...]] = {}
        self._open: list[Cell] = []
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

    def _cell(self, name: str, labels: dict[str, Any]) -> Cell:
        key = (name, *labels.values())
        cell = self.cells.get(key)
        if cell is None:
            cell = Cell(name, labels)
            self.cells[key] = cell
            self._open.append(cell)
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
            stack.extend(reversed(one.uses))
        return list(found.values())

    def known(self, cell: Cell) -> str:
        """How well a cell is known: a given by its own grade, a result by its weakest input."""
        if cell.given is not None:
            return cell.given.known
        return weakest(["derived", *(one.given.known for one in self.facts_under(cell) if one.given)])


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
    """Long chains through time need a deeper stack than Python's default."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 50_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


__all__ = ["KNOWN", "TIME", "Cell", "Declaration", "Given", "Graph", "Missing", "merged", "named", "weakest"]
