"""The part of a tape between chosen inputs and chosen answers, compiled for the millionth question."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .formula import Interval
from .late import np
from .lean import Names, Reach, distinct, last_uses, to_watch
from .operations import SCALAR, Operation, Search, array_vocabulary
from .tape import Tape, Undefined

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

_CHOICES = ("where", "minimum", "maximum")


class Program:
    """The part of a tape between chosen inputs and chosen answers, compiled to straight-line Python.

    The same source runs on floats (a what-if) and on arrays (draws, grids). Inputs are given in the order
    of ``inputs``; what does not depend on them is folded into constants. In arrays an answer is not a number where a
    place named in ``guards`` has left its interval.
    """

    CHUNK = 16_000
    """Draws computed at a time: small enough to stay in a core's cache, and below the 128 KiB an array from which on C
    asks the system for memory each time."""
    LARGE, SMALL_CHUNK = 4_096, 8_192
    """Steps from which on fewer draws are computed at a time, and how many: more of them are alive at once."""

    def __init__(
        self, tape: Tape, answers: Sequence[int], inputs: Sequence[int], guards: Mapping[int, Interval] | None = None
    ) -> None:
        self.answers, self.inputs = list(answers), list(inputs)
        self.guards = dict(guards or {})
        self.among: dict[tuple[int, ...], Any] = {}
        """Where searches look, by their operands; everywhere, where nothing is said."""
        self.within: dict[int, Reach] = {}
        """What inputs lie within in every draw, where it is known: guards that then hold need no watch."""
        self._functions: dict[str, Any] = {}
        self._watches: dict[Interval, str] = {}
        self._searches: dict[tuple[int, ...], Search] | None = None
        names: dict[int, str] = {node: f"x{i}" for i, node in enumerate(self.inputs)}
        moving = set(self.inputs)
        self._steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        for node in tape.ancestors([*self.answers, *self.guards]):
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
        if len(self._steps) >= self.LARGE:
            self.CHUNK = self.SMALL_CHUNK

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: compiled code is made again there."""
        needed = {operand for _, _, operands in self._steps for operand in operands} | {*self.answers, *self.inputs}
        values = {node: float(self._values[node]) for node in needed}
        return {**self.__dict__, "_forward_cache": {}, "_functions": {}, "_values": values}

    def _name(self, node: int) -> str:
        return self._names.get(node) or _literal(float(self._values[node]))

    def _call(self, operation: Operation, names: Sequence[str]) -> str:
        if operation.function is None:
            return operation.code.format(*names)
        key = f"f{len(self._functions)}"
        for known, function in self._functions.items():
            if function is operation.function:
                key = known
        self._functions[key] = operation.function
        return f"{key}({', '.join(names)})"

    def _compile(
        self, body: list[str], vocabulary: dict[str, Any], result: str, taking: str = "x"
    ) -> Callable[..., Any]:
        unpack = [f"{', '.join(self._names[node] for node in self.inputs)}, = x"] if self.inputs else []
        lines = [f"def run({taking}):", *(f"    {line}" for line in [*unpack, *body]), f"    return {result}"]
        namespace: dict[str, Any] = {**vocabulary, **self._functions, "any_of": _any_of}
        exec(compile("\n".join(lines), "<program>", "exec"), namespace)
        return namespace["run"]  # type: ignore[no-any-return]

    def _forward(self) -> list[str]:
        return [
            f"{self._names[node]} = {self._call(operation, [self._name(one) for one in operands])}"
            for node, operation, operands in self._steps
        ]

    def _lean(self) -> tuple[list[str], str]:
        """The forward steps on arrays and the answers: guards watched on the way, each search made once.

        Each result is let go after its last use: few arrays at a time, all in a core's cache.
        """
        steps, stands = distinct(self._steps, self._moving, self._values)
        asked: dict[int, list[Interval]] = {}
        for node, interval in self.guards.items():
            asked.setdefault(stands.get(node, node), []).append(interval)
        guards = to_watch(steps, asked, self.within, self._moving, self._values)
        names = Names({node: self._names[node] for node in self.inputs}, self._name)
        answers = [stands.get(node, node) for node in self.answers]
        ends = last_uses(steps, {*answers, *self.inputs}, self._moving)
        lines = ["bad = None"]

        def watch(node: int) -> None:
            lines.extend(self._watched(names(node), interval) for interval in guards.get(node, ()))

        for node in self.inputs:
            watch(node)
        search_of = {node: operands for node, operation, operands in self._steps if operation.search is not None}
        made: dict[tuple[int, ...], str] = {}
        for place, (node, operation, operands) in enumerate(steps):
            read = [names(operand) for operand in operands]
            if node in search_of:
                if search_of[node] not in made:
                    made[search_of[node]] = f"j{len(made)}"
                    lines.append(f"{made[search_of[node]]} = look[{len(made) - 1}]({', '.join(read)})")
                worked = f"{made[search_of[node]]}[{operation.place}]"
            else:
                worked = self._call(operation, read)
            gone = ends.get(place, ())
            names.free += [names.of[one] for one in gone if one != node and one in names.of]
            lines.append(f"{names.take(node)} = {worked}")
            watch(node)
            if node in gone:
                names.free.append(names.of[node])
        return lines, f"({', '.join(names(node) for node in answers)},)"

    def _looks(self) -> list[Callable[..., tuple[Any, ...]]]:
        """What makes each search, looking where it is told to."""
        return [
            functools.partial(search.results, among=self.among.get(operands))
            for operands, search in self.searches.items()
        ]

    def _watched(self, name: str, interval: Interval) -> str:
        key = self._watches.setdefault(interval, f"watch{len(self._watches)}")
        if key not in self._functions:
            self._functions[key] = _watch(interval)
        return f"bad = {key}({name}, bad)"

    def bounded(self, within: Mapping[int, Reach]) -> Program:
        """The same program for inputs that always lie within these ends."""
        again = self._again()
        again.__dict__.update(within=dict(within), _forward_cache={})
        return again

    def _again(self) -> Program:
        """The same program once more, sharing what is compiled: where searches look is told at each run."""
        again = object.__new__(type(self))
        again.__dict__.update(self.__dict__)
        return again

    def narrowed(self, columns: Sequence[Any], everywhere: bool = False) -> Program:
        """The same program for draws like these: every search looks only where it is worth it, or ``everywhere``."""
        found: dict[tuple[int, ...], Any] = {}

        def looks() -> list[Callable[..., tuple[Any, ...]]]:
            return [functools.partial(look, operands, search) for operands, search in self.searches.items()]

        def look(operands: tuple[int, ...], search: Search, *values: Any) -> tuple[Any, ...]:
            found[operands] = search.likely(*values, everywhere=everywhere)
            return search.results(*values, among=found[operands])

        pilot, narrow = self._again(), self._again()
        pilot.__dict__.update(_looks=looks, CHUNK=max((np.size(column) for column in columns), default=1))
        pilot.draws(columns)
        narrow.among = found
        return narrow

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
            if operation.slope_functions is not None:
                self._functions[f"s{node}"] = operation.slope_functions
                once = f"s{node}({self._name(node)}, {', '.join(names)})"
                if node in perhaps_idle:
                    once = f"{once} if any_of({slope[node]}) else None"
                lines.append(f"p{node} = {once}")
            for position, template in enumerate(operation.slopes):
                operand = operands[position]
                if template is None or operand not in self._moving:
                    continue
                if operation.slope_functions is None:
                    part = template.format(*names, y=self._name(node), g=slope[node])
                else:
                    part = f"{slope[node]} * p{node}[{position}]"
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

    def gradients(self, x: Sequence[float]) -> list[tuple[float, ...]]:
        """The exact slopes of every answer with respect to every input, at one set of inputs, worked out forward once."""

        def build() -> Callable[..., Any]:
            body = self._forward()
            for place, answer in enumerate(self.answers):
                backward, result = self._backward(answer)
                body += [*backward, f"r{place} = {result}"]
            return self._compile(body, SCALAR, f"[{', '.join(f'r{place}' for place in range(len(self.answers)))}]")

        try:
            return self._ready("gradients", build)(x)  # type: ignore[no-any-return]
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

    @property
    def steps(self) -> int:
        """How many operations there are."""
        return len(self._steps)

    @property
    def searches(self) -> dict[tuple[int, ...], Search]:
        """The searches on the way, by their operands."""
        if self._searches is None:
            found = ((operands, operation.search) for _, operation, operands in self._steps)
            self._searches = {operands: search for operands, search in found if search is not None}
        return self._searches

    def spoken(self, vocabulary: dict[str, Any]) -> Callable[..., Any]:
        """The forward arithmetic in another engine's words: a function of the list of inputs.

        It gives the answers, and where a guard has left its interval (nowhere: False).
        """
        lines = ["bad = False", *(self._watched_in_words(node) for node in self.inputs if node in self.guards)]
        for line, (node, _, _) in zip(self._forward(), self._steps, strict=True):
            lines.append(line)
            if node in self.guards:
                lines.append(self._watched_in_words(node))
        return self._compile(lines, vocabulary, f"({self._result}, bad)")

    def _watched_in_words(self, node: int) -> str:
        interval, name = self.guards[node], self._names[node]
        low = f"({name} {'>=' if interval.low_included else '>'} {_literal(interval.low)})"
        high = f"({name} {'<=' if interval.high_included else '<'} {_literal(interval.high)})"
        return f"bad = bad | ~({low} & {high})"

    def _on_arrays(self) -> Callable[[Sequence[Any]], tuple[tuple[Any, ...], Any]]:
        """What gives the answers for inputs that are arrays, and where a guard has left its interval."""

        def build() -> Callable[..., Any]:
            lines, result = self._lean()
            return self._compile(lines, array_vocabulary(), f"({result}, bad)", "x, look")

        run, looks = self._ready("array", build), self._looks()
        return lambda x: run(x, looks)

    def draws(self, columns: Sequence[Any]) -> Array:
        """The answers for many sets of inputs: one array (or a float) per input; shape (answers, draws)."""
        run = self._on_arrays()
        arrays = [np.asarray(column, dtype=float) for column in columns]
        size = max((array.size for array in arrays if array.ndim), default=1)
        out = np.empty((len(self.answers), size))
        with np.errstate(all="ignore"):
            for start in range(0, size, self.CHUNK):
                stop = min(start + self.CHUNK, size)
                values, bad = run([array[start:stop] if array.ndim else float(array) for array in arrays])
                for row, value in enumerate(values):
                    out[row, start:stop] = value
                if bad is not None:
                    out[:, start:stop][:, np.broadcast_to(bad, stop - start)] = np.nan
        return out

    def shaped(self, columns: Sequence[Any]) -> tuple[Any, ...]:
        """The answers for inputs of shapes that go together, at one go: each as large as what it depends on."""
        with np.errstate(all="ignore"):
            return self._on_arrays()(columns)[0]


def staged(tape: Tape, answers: Sequence[int], inputs: Sequence[int], last: int) -> tuple[Program, Program]:
    """A question asked again and again with another value of one input: what it does not move, and the rest.

    The answers of the first, in their order, are the inputs of the second, after which comes the one that moves.
    """
    moved, held = {last}, set[int]()
    for node in tape.ancestors(answers):
        operands = tape.operands[node]
        if not moved.isdisjoint(operands):
            moved.add(node)
            held.update(operands)
    still = sorted(held - moved)
    return Program(tape, still, [one for one in inputs if one != last]), Program(tape, answers, [*still, last])


def _any_of(slope: Any) -> bool:
    return bool(np.any(slope)) if isinstance(slope, np.ndarray) else bool(slope)


def _literal(value: float) -> str:
    return repr(value).replace("inf", "float('inf')")


def _watch(interval: Interval) -> Callable[[Any, Any], Any]:
    """Adds where a guard has left its interval to where others have; two sweeps say quickly that it has nowhere."""
    lowest, highest, kind = np.minimum.reduce, np.maximum.reduce, np.ndarray
    above = operator.ge if interval.low_included else operator.gt
    below = operator.le if interval.high_included else operator.lt
    low, high = interval.low, interval.high

    def watch(x: Any, bad: Any) -> Any:
        if isinstance(x, kind) and x.ndim:
            if above(lowest(x), low) and below(highest(x), high):
                return bad
        elif above(x, low) and below(x, high):
            return bad
        outside = ~(above(np.asarray(x), low) & below(np.asarray(x), high))
        return outside if bad is None else bad | outside

    return watch
