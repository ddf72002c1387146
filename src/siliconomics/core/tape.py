"""The tape: a model's arithmetic laid out flat, in the order it is done.

A cell of the model is a place on the tape. The tape keeps every value as it is built, so the base answer
costs nothing extra; a reverse sweep over it gives the exact slope of an answer to everything below it; and
a ``Program`` compiles the part between chosen inputs and chosen answers for the millionth question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .late import np
from .operations import OPERATIONS, SCALAR, Operation, array_vocabulary
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


_CHOICES = ("where", "minimum", "maximum")


class Program:
    """The part of a tape between chosen inputs and chosen answers, compiled to straight-line Python.

    The same source runs on floats (a what-if) and on arrays (draws, grids). Inputs are given in the order
    of ``inputs``; what does not depend on them is folded into constants.
    """

    CHUNK = 16_384
    """Draws computed at a time: small enough to stay in a core's cache."""

    def __init__(self, tape: Tape, answers: Sequence[int], inputs: Sequence[int]) -> None:
        self.answers, self.inputs = list(answers), list(inputs)
        self._functions: dict[str, Any] = {}
        names: dict[int, str] = {node: f"x{i}" for i, node in enumerate(self.inputs)}
        moving = set(self.inputs)
        self._steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        for node in tape.ancestors(self.answers):
            operation = tape.operations[node]
            if node in moving or operation is None:
                continue
            if moving.isdisjoint(tape.operands[node]):
                continue
            moving.add(node)
            names[node] = f"t{node}"
            self._steps.append((node, operation, tape.operands[node]))
        self._moving = moving
        self._names = names
        self._values = tape.values
        self._forward_cache: dict[str, Callable[..., Any]] = {}

    def moves(self, node: int) -> bool:
        """Whether an input can move a place."""
        return node in self._moving

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: compiled code is made again there."""
        needed = {operand for _, _, operands in self._steps for operand in operands} | {*self.answers, *self.inputs}
        values = {node: float(self._values[node]) for node in needed}
        return {**self.__dict__, "_forward_cache": {}, "_functions": {}, "_values": values}

    def _name(self, node: int) -> str:
        return self._names.get(node) or repr(float(self._values[node])).replace("inf", "float('inf')")

    def _call(self, operation: Operation, operands: tuple[int, ...]) -> str:
        names = [self._name(operand) for operand in operands]
        if operation.function is None:
            return operation.code.format(*names)
        key = f"f{len(self._functions)}"
        for known, function in self._functions.items():
            if function is operation.function:
                key = known
        self._functions[key] = operation.function
        return f"{key}({', '.join(names)})"

    def _compile(self, body: list[str], vocabulary: dict[str, Any], result: str) -> Callable[..., Any]:
        unpack = [f"{', '.join(self._names[node] for node in self.inputs)}, = x"] if self.inputs else []
        lines = ["def run(x):", *(f"    {line}" for line in [*unpack, *body]), f"    return {result}"]
        namespace: dict[str, Any] = {**vocabulary, **self._functions}
        exec(compile("\n".join(lines), "<program>", "exec"), namespace)
        return namespace["run"]  # type: ignore[no-any-return]

    def _forward(self) -> list[str]:
        return [f"{self._names[node]} = {self._call(operation, operands)}" for node, operation, operands in self._steps]

    def _lean(self) -> list[str]:
        """The forward steps, each result let go after its last use: few arrays at a time, all in a core's cache."""
        last: dict[int, int] = {}
        for place, (_, _, operands) in enumerate(self._steps):
            for operand in operands:
                last[operand] = place
        kept = {*self.answers, *self.inputs}
        ends: dict[int, list[str]] = {}
        for node, place in last.items():
            if node in self._moving and node not in kept:
                ends.setdefault(place, []).append(self._names[node])
        lines = []
        for place, line in enumerate(self._forward()):
            lines.append(line)
            if place in ends:
                lines.append(f"del {', '.join(ends[place])}")
        return lines

    def _backward(self, answer: int, guard: str = "({part} if {g} else 0.0)") -> tuple[list[str], str]:
        if answer not in self._moving:
            return [], f"({'0.0, ' * len(self.inputs)})"
        lines: list[str] = []
        started: set[int] = {answer}
        perhaps_idle: set[int] = set()  # below a choice: no slope may arrive, and then none is worked out
        slope = {node: f"g{node}" for node in self._moving}
        for node, operation, operands in reversed(self._steps):
            if node not in started:
                continue
            names = [self._name(operand) for operand in operands]
            for position, template in enumerate(operation.slopes):
                operand = operands[position]
                if template is None or operand not in self._moving:
                    continue
                if operation.slope_functions is None:
                    part = template.format(*names, y=self._name(node), g=slope[node])
                else:
                    key = f"s{node}"
                    self._functions[key] = operation.slope_functions
                    part = f"{slope[node]} * {key}({self._name(node)}, {', '.join(names)})[{position}]"
                if node in perhaps_idle:
                    part = guard.format(g=slope[node], part=part)
                if node in perhaps_idle or operation.name in _CHOICES:
                    perhaps_idle.add(operand)
                if operand in started:
                    lines.append(f"{slope[operand]} = {slope[operand]} + {part}")
                else:
                    started.add(operand)
                    lines.append(f"{slope[operand]} = {part}")
        parts = [slope[node] if node in started else "0.0" for node in self.inputs]
        return [f"{slope[answer]} = 1.0", *lines], f"({', '.join(parts)},)"

    def _ready(self, key: str, build: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        if key not in self._forward_cache:
            self._forward_cache[key] = build()
        return self._forward_cache[key]

    @property
    def _result(self) -> str:
        return f"({', '.join(self._name(answer) for answer in self.answers)},)"

    def __call__(self, x: Sequence[float]) -> tuple[float, ...]:
        """The answers for one set of inputs (floats)."""
        run = self._ready("scalar", lambda: self._compile(self._forward(), SCALAR, self._result))
        try:
            return run(x)  # type: ignore[no-any-return]
        except (ArithmeticError, ValueError) as error:
            raise Undefined(str(error)) from error

    def gradient(self, x: Sequence[float], answer: int = 0) -> tuple[float, ...]:
        """The exact slope of one answer with respect to every input, at one set of inputs."""

        def build() -> Callable[..., Any]:
            backward, result = self._backward(self.answers[answer])
            return self._compile(self._forward() + backward, SCALAR, result)

        try:
            return self._ready(f"gradient{answer}", build)(x)  # type: ignore[no-any-return]
        except (ArithmeticError, ValueError) as error:
            raise Undefined(str(error)) from error

    def slopes(self, columns: Sequence[Any], answer: int = 0) -> tuple[Any, list[Any]]:
        """One answer and its exact slopes to every input, for many sets of inputs: arrays of one length."""

        def build() -> Callable[..., Any]:
            backward, result = self._backward(self.answers[answer], "where({g} != 0.0, {part}, 0.0)")
            whole = f"({self._name(self.answers[answer])}, {result})"
            return self._compile(self._forward() + backward, array_vocabulary(), whole)

        run = self._ready(f"slopes{answer}", build)
        arrays = [np.asarray(column, dtype=float) for column in columns]
        size = max((array.size for array in arrays if array.ndim), default=1)
        value, parts = np.empty(size), [np.empty(size) for _ in arrays]
        with np.errstate(all="ignore"):
            for start in range(0, size, self.CHUNK):
                stop = min(start + self.CHUNK, size)
                value[start:stop], found = run([a[start:stop] if a.ndim else float(a) for a in arrays])
                for whole, part in zip(parts, found, strict=True):
                    whole[start:stop] = part
        return value, parts

    @property
    def opaque(self) -> list[str]:
        """Names of steps that are functions of their own (searches, tables), which no other engine can compile."""
        return sorted({operation.name for _, operation, _ in self._steps if operation.function is not None})

    def spoken(self, vocabulary: dict[str, Any]) -> Callable[..., Any]:
        """The forward arithmetic in another engine's words: a function of the list of inputs."""
        return self._compile(self._forward(), vocabulary, self._result)

    def draws(self, columns: Sequence[Any]) -> Array:
        """The answers for many sets of inputs: one array (or a float) per input; shape (answers, draws)."""
        run = self._ready("array", lambda: self._compile(self._lean(), array_vocabulary(), self._result))
        arrays = [np.asarray(column, dtype=float) for column in columns]
        size = max((array.size for array in arrays if array.ndim), default=1)
        out = np.empty((len(self.answers), size))
        with np.errstate(all="ignore"):
            for start in range(0, size, self.CHUNK):
                stop = min(start + self.CHUNK, size)
                part = [array[start:stop] if array.ndim else float(array) for array in arrays]
                for row, value in enumerate(run(part)):
                    out[row, start:stop] = value
        return out


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
