"""The tape: a model's arithmetic laid out flat, in the order it is done.

A cell of the model is a place on the tape. The tape keeps every value as it is built, so the base answer
costs nothing extra, and a reverse sweep over it gives the exact slope of an answer to everything below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .late import np
from .operations import OPERATIONS, Operation, array_vocabulary
from .record import Expression

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]


class NoSolution(ValueError):
    """A solved operation found nothing; its message says why, in a reader's words."""


class Undefined(ArithmeticError):
    """Arithmetic without an answer: a division by zero, the logarithm of a negative number."""


class Tape:
    """Operations in order, with their operands and present values."""

    def __init__(self) -> None:
        self.operations: list[Operation | None] = []
        self.operands: list[tuple[int, ...]] = []
        self.values: list[float] = []
        self.inputs: dict[int, Any] = {}
        self.fixed: set[int] = set()
        """Places that no input can move: constants, labels, and what follows from these alone."""
        self._constants: dict[float, int] = {}
        self._known: dict[tuple[str, tuple[int, ...]], int] = {}
        self._lent = False
        """Whether another tape reads the same lists: then the first addition takes a copy."""

    def fork(self) -> Tape:
        """A tape with the same operations and values of its own; either copies the rest before it grows."""
        tape = Tape()
        tape.__dict__.update(self.__dict__)
        tape.values = list(self.values)
        self._lent = tape._lent = True
        return tape

    def _own(self) -> None:
        self.operations, self.operands = list(self.operations), list(self.operands)
        self.inputs, self.fixed = dict(self.inputs), set(self.fixed)
        self._constants, self._known = dict(self._constants), dict(self._known)
        self._lent = False

    def __len__(self) -> int:
        return len(self.operations)

    def _append(self, operation: Operation | None, operands: tuple[int, ...], value: float) -> int:
        if self._lent:
            self._own()
        self.operations.append(operation)
        self.operands.append(operands)
        self.values.append(value)
        return len(self.operations) - 1

    def constant(self, value: float) -> int:
        node = self._constants.get(value)
        if node is None:
            node = self._constants[value] = self._append(None, (), value)
            self.fixed.add(node)
        return node

    def input(self, value: float, key: Any, *, fixed: bool = False) -> int:
        """A place whose value comes from outside; ``fixed`` if it shapes the model (a year, a count of steps)."""
        node = self._append(None, (), value)
        self.inputs[node] = key
        if fixed:
            self.fixed.add(node)
        return node

    def apply(self, operation: Operation, operands: tuple[int, ...]) -> int:
        key = (operation.name, operands)
        if operation.function is None:
            known = self._known.get(key)
            if known is not None:
                return known
        try:
            value = operation.scalar(*[self.values[operand] for operand in operands])
        except NoSolution as error:
            raise Undefined(str(error)) from error
        except (ArithmeticError, ValueError) as error:
            raise Undefined(operation.name) from error
        if value != value:
            raise Undefined(operation.name)
        node = self._append(operation, operands, value)
        if self.fixed.issuperset(operands):
            self.fixed.add(node)
        self._known[key] = node
        return node

    def whole(self, node: int) -> int | None:
        """The whole number that a fixed place holds; None if it holds another, or inputs can move it."""
        value = float(self.values[node])
        return int(value) if node in self.fixed and value.is_integer() else None

    def descendants(self, nodes: Iterable[int]) -> list[int]:
        """Everything worked out from the given places, in order, themselves left out."""
        moving = set(nodes)
        found: list[int] = []
        for node in range(min(moving, default=len(self)), len(self)):
            if not moving.isdisjoint(self.operands[node]):
                moving.add(node)
                found.append(node)
        return found

    def redo(self, nodes: Iterable[int]) -> None:
        """Work out again what stands at the given places, in order."""
        values, operands, operations = self.values, self.operands, self.operations
        for node in nodes:
            operation = operations[node]
            assert operation is not None
            try:
                value = operation.scalar(*[values[operand] for operand in operands[node]])
            except (ArithmeticError, ValueError) as error:
                raise Undefined(operation.name) from error
            if value != value:
                raise Undefined(operation.name)
            values[node] = value

    def ancestors(self, nodes: Iterable[int]) -> list[int]:
        """Everything the given places rest on, themselves included, in order."""
        needed: set[int] = set()
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if node not in needed:
                needed.add(node)
                stack.extend(self.operands[node])
        return sorted(needed)

    def slopes(self, answer: int) -> dict[int, float]:
        """The exact derivative of one answer with respect to every place below it (a reverse sweep)."""
        slope: dict[int, float] = {answer: 1.0}
        for node in reversed(self.ancestors([answer])):
            operation = self.operations[node]
            above = slope.get(node)
            if operation is None or not above:
                continue
            operands = self.operands[node]
            values = [self.values[operand] for operand in operands]
            try:
                parts = operation.scalar_slopes(above, self.values[node], *values)
            except (ArithmeticError, ValueError) as error:
                raise Undefined(f"slope of {operation.name}") from error
            for operand, part in zip(operands, parts, strict=True):
                if part is not None:
                    slope[operand] = slope.get(operand, 0.0) + part
        return slope

    def kinks(self, answer: int) -> list[str]:
        """Names of the stepped and solved operations an answer rests on: where its slope is one-sided."""
        found = {
            operation.name
            for node in self.ancestors([answer])
            if node not in self.fixed and (operation := self.operations[node]) is not None
            if operation.kind != "smooth"
        }
        return sorted(found)


def slopes_of(record: Expression, names: Sequence[str], values: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
    """Value and exact slopes of a bare record at given values of its symbols (floats or arrays)."""
    at = dict(zip(names, values, strict=True))
    order = list(record.walk())
    value: dict[int, Any] = {}
    for node in order:
        value[id(node)] = _evaluate(node, value, at)
    slope: dict[int, Any] = {id(record): 1.0}
    result: dict[str, Any] = {}
    for node in reversed(order):
        above = slope.get(id(node))
        if above is None:
            continue
        if node.operation == "symbol":
            result[node.detail] = result.get(node.detail, 0.0) + above
            continue
        if node.operation in ("literal", "constant"):
            continue
        operands = [value[id(argument)] for argument in node.arguments]
        for argument, part in zip(node.arguments, _slopes(node, above, value[id(node)], operands), strict=True):
            if part is not None:
                flows = np.where(np.equal(above, 0), 0.0, part)[()]  # nothing flows into a choice not taken
                slope[id(argument)] = slope.get(id(argument), 0.0) + flows
    return value[id(record)], tuple(result.get(name, 0.0) for name in names)


def _row(node: Expression) -> Operation:
    return node.operation if isinstance(node.operation, Operation) else OPERATIONS[node.operation]


def _evaluate(node: Expression, value: dict[int, Any], at: dict[str, Any]) -> Any:
    if node.operation == "symbol":
        return at[node.detail]
    if node.operation in ("literal", "constant"):
        return float(node.detail)
    operands = [value[id(argument)] for argument in node.arguments]
    if node.operation in ("previous", "at", "total", "count"):
        return operands[0]
    if node.operation == "first_known":
        from .operators import first_known

        return first_known(*operands)
    return _array_form(_row(node))(*operands)


def _slopes(node: Expression, above: Any, result: Any, operands: list[Any]) -> Sequence[Any]:
    if node.operation in ("previous", "at", "total", "count", "first_known"):
        if node.operation == "first_known":
            known = [~np.isnan(operand) for operand in operands]
            free: Any = True
            parts = []
            for flag in known:
                parts.append(above * (flag & free))
                free = free & ~flag
            return parts
        return [above, *([None] * (len(operands) - 1))]
    row = _row(node)
    if row.slope_functions is not None:
        return [None if s is None else above * s for s in row.slope_functions(result, *operands)]
    return _array_slopes(row)(above, result, *operands)  # type: ignore[no-any-return]


_ARRAY_FORMS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {}


def _forms(row: Operation) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if row.name not in _ARRAY_FORMS:
        names = [f"a{i}" for i in range(len(row.slopes))]
        plain = eval(f"lambda {', '.join(names)}: {row.code.format(*names)}", dict(array_vocabulary()))
        parts = ", ".join("None" if s is None else s.format(*names, y="y", g="g") for s in row.slopes)
        slopes = eval(f"lambda g, y, {', '.join(names)}: ({parts},)", dict(array_vocabulary()))
        _ARRAY_FORMS[row.name] = plain, slopes
    return _ARRAY_FORMS[row.name]


def _array_form(row: Operation) -> Callable[..., Any]:
    return row.function if row.function is not None else _forms(row)[0]


def _array_slopes(row: Operation) -> Callable[..., Any]:
    return _forms(row)[1]
