"""The record of a formula: what its arithmetic is, written down by running it once on symbols."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from .operations import OPERATIONS, Operation

STRUCTURAL = frozenset({"previous", "at", "total", "first_known", "count"})
"""Nodes that move between cells (or name a unit) instead of computing."""


class Expression:
    """A node of a record. Arithmetic on it makes more record; comparing it makes a condition."""

    __slots__ = ("arguments", "detail", "operation")
    __array_ufunc__ = None  # NumPy hands mixed arithmetic back to us

    def __init__(self, operation: str | Operation, arguments: tuple[Expression, ...] = (), detail: Any = None) -> None:
        self.operation = operation
        self.arguments = arguments
        self.detail = detail

    # -- arithmetic -----------------------------------------------------------------------------
    def __add__(self, other: Any) -> Expression:
        return apply("add", self, other)

    def __radd__(self, other: Any) -> Expression:
        return apply("add", other, self)

    def __sub__(self, other: Any) -> Expression:
        return apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return apply("subtract", other, self)

    def __mul__(self, other: Any) -> Expression:
        return apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return apply("divide", other, self)

    def __pow__(self, other: Any) -> Expression:
        return apply("power", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return apply("power", other, self)

    def __neg__(self) -> Expression:
        return apply("negative", self)

    def __abs__(self) -> Expression:
        return apply("absolute", self)

    # -- conditions -----------------------------------------------------------------------------
    def __lt__(self, other: Any) -> Expression:
        return apply("less", self, other)

    def __le__(self, other: Any) -> Expression:
        return apply("less_equal", self, other)

    def __gt__(self, other: Any) -> Expression:
        return apply("greater", self, other)

    def __ge__(self, other: Any) -> Expression:
        return apply("greater_equal", self, other)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        raise TypeError("a formula may not compare with == or !=; use <= & >=")

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Expression:
        return apply("both", self, other)

    def __or__(self, other: Any) -> Expression:
        return apply("either", self, other)

    def __bool__(self) -> bool:
        raise TypeError("a formula may not branch on a value with `if`, `and` or `or`; use where(), & or |")

    def __float__(self) -> float:
        raise TypeError("a formula may not turn a quantity into a plain float; use core.operators")

    def walk(self) -> Iterator[Expression]:
        """This node and everything below it, once each, operands before results."""
        seen: set[int] = set()
        stack: list[tuple[Expression, bool]] = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                yield node
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((argument, False) for argument in reversed(node.arguments))

    @property
    def symbols(self) -> list[str]:
        """Names of the quantities it reads, in order of first use."""
        return list(dict.fromkeys(node.detail for node in self.walk() if node.operation == "symbol"))


class Constant(float):
    """A number that has a name and a unit (core.units): allowed in a formula where a bare literal is not."""

    name: str
    unit: str

    def __new__(cls, value: float, name: str, unit: str) -> Constant:
        self = super().__new__(cls, value)
        self.name, self.unit = name, unit
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Constant, (float(self), self.name, self.unit)


def symbol(name: str) -> Expression:
    return Expression("symbol", (), name)


def wrap(value: Any) -> Expression:
    """A value as a node: expressions as they are, numbers as literals."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Constant):
        return Expression("constant", (), value)
    if isinstance(value, (bool, int, float)) or (hasattr(value, "item") and getattr(value, "ndim", 1) == 0):
        return Expression("literal", (), float(value))
    raise TypeError(f"a formula met {type(value).__name__} {value!r}, which is neither a quantity nor a number")


def apply(operation: str | Operation, *operands: Any) -> Expression:
    return Expression(operation, tuple(wrap(operand) for operand in operands))


def trace(function: Callable[..., Any]) -> Expression:
    """Run a plain function once on symbols named like its arguments and keep what it did."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    return wrap(function(*(symbol(name) for name in names)))


MATHEMATICAL = frozenset({-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0, math.pi})
"""Literals that belong to mathematics; any other number in a formula is a fact in hiding."""


def literals(expression: Expression) -> list[float]:
    """Bare numbers of a record that are not mathematics' own."""
    found: list[float] = []
    for node in expression.walk():
        if node.operation == "literal" and node.detail not in MATHEMATICAL:
            found.append(node.detail)
        operation = node.operation
        if isinstance(operation, Operation) and isinstance(node.detail, Expression):
            found.extend(literals(node.detail))
    return found


def kind_of(expression: Expression) -> str:
    """smooth, stepped or solved: the least smooth of a record's operations."""
    order = ("smooth", "stepped", "solved")
    worst = 0
    for node in expression.walk():
        row = node.operation if isinstance(node.operation, Operation) else OPERATIONS.get(node.operation)
        if row is not None:
            worst = max(worst, order.index(row.kind))
    return order[worst]
