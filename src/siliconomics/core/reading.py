"""Reading a record at one set of labels.

The walk through ``previous``, ``at``, ``total``, ``first_known`` and decided conditions is the same for
every reading (numbers, Excel text, typeset text); what a step becomes is the reading's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from .operations import OPERATIONS, Operation
from .record import Expression

T = TypeVar("T")
Labels = Mapping[str, Any]


class Missing:
    """No value, why not, and the inputs that would give one."""

    __slots__ = ("needs", "reasons")

    def __init__(self, reasons: str | Iterable[str], needs: Iterable[str] = ()) -> None:
        self.reasons = (reasons,) if isinstance(reasons, str) else tuple(reasons)
        self.needs = tuple(needs)

    @property
    def reason(self) -> str:
        """In words: the inputs it would take, or what else stands in the way."""
        words = [f"needs {', '.join(self.needs[:3])}"] if self.needs else list(self.reasons[:3])
        more = len(self.needs) - 3
        return "; ".join(words) + (f" and {more} more" if more > 0 else "")

    def __repr__(self) -> str:
        return f"Missing({self.reason!r})"


class Reading(Protocol[T]):
    """What one way of reading makes of the parts of a record."""

    def number(self, value: float) -> T: ...

    def cell(self, name: str, labels: dict[str, Any]) -> T | Missing: ...

    def step(self, operation: Operation, operands: list[T]) -> T | Missing: ...

    def decided(self, condition: T) -> bool | None:
        """Whether a condition holds, if labels and structure alone decide it; else None."""
        ...

    def label(self, part: T) -> int | None:
        """The label a part denotes (for ``at``), if structure alone decides it."""
        ...


class Shape(Protocol):
    """What a walk must know of the model's shape."""

    def labels_of(self, dimension: str) -> list[Any]: ...

    def dimensions_of(self, name: str) -> tuple[str, ...]: ...

    def is_dimension(self, name: str) -> bool: ...

    def time_of(self, labels: Labels) -> str | None: ...

    def is_word(self, name: str) -> bool: ...

    def word(self, name: str, labels: Labels) -> str | Missing: ...


_SUMS: dict[int, Operation] = {}


def summation(size: int) -> Operation:
    """The sum of ``size`` operands as one operation."""
    if size not in _SUMS:
        places = [f"{{{i}}}" for i in range(size)]
        _SUMS[size] = Operation(
            f"sum{size}", f"({' + '.join(places)})", ("{g}",) * size, f"SUM({','.join(places)})",
            " + ".join(places), " + ".join(places), 2,
        )  # fmt: skip
    return _SUMS[size]


class Walk(Generic[T]):
    """One reading of records in a model of a given shape."""

    def __init__(self, shape: Shape, reading: Reading[T]) -> None:
        self.shape = shape
        self.reading = reading
        self._special: dict[str, Callable[[Expression, dict[str, Any], dict[int, Any]], T | Missing]] = {
            "symbol": lambda node, labels, seen: self._symbol(node.detail, labels),
            "literal": lambda node, labels, seen: reading.number(float(node.detail)),
            "constant": lambda node, labels, seen: reading.number(float(node.detail)),
            "count": lambda node, labels, seen: self._read(node.arguments[0], labels, seen),
            "first_known": self._first_known,
            "previous": lambda node, labels, seen: self._previous(node.arguments[0], labels, node.detail),
            "at": self._at,
            "total": lambda node, labels, seen: self._total(node.arguments[0], labels, node.detail),
            "where": self._where,
        }

    def __call__(self, record: Expression, labels: dict[str, Any]) -> T | Missing:
        return self._read(record, labels, {})

    def _read(self, node: Expression, labels: dict[str, Any], seen: dict[int, Any]) -> T | Missing:
        """``seen`` holds what was read at these very labels."""
        key = id(node)
        if key not in seen:
            seen[key] = self._fresh(node, labels, seen)
        return seen[key]  # type: ignore[no-any-return]

    def _fresh(self, node: Expression, labels: dict[str, Any], seen: dict[int, Any]) -> T | Missing:
        operation = node.operation
        special = self._special.get(operation)  # type: ignore[arg-type]
        if special is not None:
            return special(node, labels, seen)
        operands: list[T] = []
        missing: list[Missing] = []
        for argument in node.arguments:
            part = self._read(argument, labels, seen)
            missing.append(part) if isinstance(part, Missing) else operands.append(part)
        if missing:
            return merged(missing)
        return self.reading.step(operation if isinstance(operation, Operation) else OPERATIONS[operation], operands)

    def _symbol(self, name: str, labels: dict[str, Any]) -> T | Missing:
        if self.shape.is_dimension(name):
            return self.reading.number(float(labels[name]))
        needed = self.shape.dimensions_of(name)
        return self.reading.cell(name, {dimension: labels[dimension] for dimension in needed})

    def _first_known(self, node: Expression, labels: dict[str, Any], seen: dict[int, Any]) -> T | Missing:
        missing: list[Missing] = []
        for argument in node.arguments:
            part = self._read(argument, labels, seen)
            if not isinstance(part, Missing):
                return part
            missing.append(part)
        return merged(missing)

    def _previous(self, argument: Expression, labels: dict[str, Any], periods: int) -> T | Missing:
        time = self.shape.time_of(labels)
        if time is None:
            return Missing("previous() needs a dimension of time")
        known = self.shape.labels_of(time)
        position = known.index(labels[time]) - periods
        if position < 0:
            return Missing(f"nothing is known before {time} {known[0]}")
        return self._read(argument, {**labels, time: known[position]}, {})

    def _at(self, node: Expression, labels: dict[str, Any], seen: dict[int, Any]) -> T | Missing:
        moved = dict(labels)
        for dimension, argument in zip(node.detail, node.arguments[1:], strict=True):
            if argument.operation == "symbol" and self.shape.is_word(argument.detail):
                word = self.shape.word(argument.detail, labels)
                if isinstance(word, Missing):
                    return word
                if word not in self.shape.labels_of(dimension):
                    return Missing(f"{argument.detail} names {word}, and there is no such {dimension}")
                moved[dimension] = word
                continue
            part = self._read(argument, labels, seen)
            if isinstance(part, Missing):
                return part
            label = self.reading.label(part)
            if label is None:
                return Missing(f"at() needs a {dimension} that is whole and structural: no input may move it")
            if label not in self.shape.labels_of(dimension):
                return Missing(f"there is no {dimension} {label}")
            moved[dimension] = label
        return self._read(node.arguments[0], moved, {})

    def _total(self, argument: Expression, labels: dict[str, Any], over: str) -> T | Missing:
        parts: list[T] = []
        missing: list[Missing] = []
        for label in self.shape.labels_of(over):
            part = self._read(argument, {**labels, over: label}, {})
            missing.append(part) if isinstance(part, Missing) else parts.append(part)
        if missing:
            return merged(missing)
        if not parts:  # nobody has given a label of it yet
            return self.reading.number(0.0)
        nothing = [part for part in parts if self.reading.label(part) == 0]
        parts = [part for part in parts if part not in nothing] or parts[:1]
        return parts[0] if len(parts) == 1 else self.reading.step(summation(len(parts)), parts)

    def _where(self, node: Expression, labels: dict[str, Any], seen: dict[int, Any]) -> T | Missing:
        condition = self._read(node.arguments[0], labels, seen)
        if isinstance(condition, Missing):
            return condition
        holds = self.reading.decided(condition)
        if holds is not None:
            return self._read(node.arguments[1 if holds else 2], labels, seen)
        parts = [self._read(argument, labels, seen) for argument in node.arguments[1:]]
        missing = [part for part in parts if isinstance(part, Missing)]
        if missing:
            return merged(missing)
        return self.reading.step(OPERATIONS["where"], [condition, *parts])  # type: ignore[list-item]


def merged(missing: list[Missing]) -> Missing:
    """Several reasons as one."""
    if len(missing) == 1:
        return missing[0]
    reasons = dict.fromkeys(reason for one in missing for reason in one.reasons)
    return Missing(reasons, dict.fromkeys(need for one in missing for need in one.needs))
