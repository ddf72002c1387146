"""The part of a tape between chosen inputs and chosen answers, compiled for the millionth question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .late import np
from .operations import SCALAR, Operation, array_vocabulary
from .tape import Tape, Undefined

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

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
