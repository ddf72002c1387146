"""The primitive operations of a formula, and for each of them every way it is read.

One row here gives an operation its arithmetic (floats and arrays alike), its exact slopes for the
reverse sweep, its Excel text and its typeset form. Everything else in the core is generic.

In ``code`` and ``slopes`` the operands are ``{0} {1} ...``, the result is ``{y}`` and the slope that
arrives from above is ``{g}``. ``None`` marks an operand through which nothing flows.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .late import np

SCALAR: dict[str, Any] = {
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "log_or_zero": lambda x: math.log(x) if x > 0 else 0.0,
    "sqrt": math.sqrt,
    "power": math.pow,
    "floor": math.floor,
    "ceil": math.ceil,
    "absolute": abs,
    "minimum": min,
    "maximum": max,
    "where": lambda condition, then, otherwise: then if condition else otherwise,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}


def _log_or_zero(x: Any, arrays: Any = None) -> Any:
    arrays = arrays or np
    return arrays.log(arrays.where(arrays.asarray(x) > 0, x, 1.0))


def _power(base: Any, exponent: Any, arrays: Any = None) -> Any:
    """A power; for a whole number as exponent by multiplication, which is some twenty times faster."""
    if isinstance(exponent, float) and exponent.is_integer() and abs(exponent) <= 64:
        left, square, result = int(abs(exponent)), base, 1.0
        while left:
            if left & 1:
                result = result * square
            left >>= 1
            if left:
                square = square * square
        return 1.0 / result if exponent < 0 else result
    return (arrays or np).power(base, exponent)


@functools.cache
def array_vocabulary(arrays: Any = None) -> dict[str, Any]:
    """What the words of ``code`` and ``slopes`` mean on arrays: NumPy's, or those of a module that speaks like it."""
    xp = arrays or np
    return {
        "exp": xp.exp,
        "expm1": xp.expm1,
        "log": xp.log,
        "log1p": xp.log1p,
        "log_or_zero": functools.partial(_log_or_zero, arrays=arrays),
        "sqrt": xp.sqrt,
        "power": functools.partial(_power, arrays=arrays),
        "floor": xp.floor,
        "ceil": xp.ceil,
        "absolute": xp.abs,
        "minimum": xp.minimum,
        "maximum": xp.maximum,
        "where": xp.where,
        "sign": xp.sign,
    }


@dataclass(frozen=True, eq=False)
class Search:
    """A search with several results, made once for all operations that read one of them."""

    results: Callable[..., tuple[Any, ...]]
    """All results for operands that are floats or arrays, and what stands against them (0: nothing); ``among``: where
    to look, everywhere without it."""
    likely: Callable[..., Any]
    """Where it is worth looking, given the operands of some draws (or ``everywhere``): what ``among`` may be for draws
    like them."""


@dataclass(frozen=True, eq=False)
class Operation:
    """A primitive step of arithmetic with all its readings."""

    name: str
    code: str
    slopes: tuple[str | None, ...]
    excel: str
    text: str
    latex: str
    binds: int = 9
    """How tightly its typeset form binds: 1 comparison, 2 sum, 3 product, 4 sign, 5 power, 9 atom."""
    kind: str = "smooth"
    function: Callable[..., Any] | None = field(default=None, repr=False)
    """For an opaque or solved operation: the NumPy function that computes it."""
    slope_functions: Callable[..., Any] | None = field(default=None, repr=False)
    """For a solved operation: slopes with respect to its operands, given the result and the operands."""
    search: Search | None = field(default=None, repr=False)
    """For a result of a search that has several."""
    place: int = 0
    """Which of that search's results it is."""

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: readings are made again there."""
        return {name: value for name, value in self.__dict__.items() if name not in ("scalar", "scalar_slopes")}

    @cached_property
    def scalar(self) -> Callable[..., float]:
        """The operation on floats."""
        if self.function is not None:
            function = self.function
            return lambda *operands: float(function(*operands))
        names = [f"a{i}" for i in range(len(self.slopes))]
        source = f"lambda {', '.join(names)}: {self.code.format(*names)}"
        return eval(source, dict(SCALAR))  # type: ignore[no-any-return]

    @cached_property
    def scalar_slopes(self) -> Callable[..., tuple[float | None, ...]]:
        """Slopes of a scalar result: takes (g, y, *operands), gives g times each partial derivative."""
        if self.slope_functions is not None:
            slopes = self.slope_functions
            return lambda g, y, *operands: tuple(None if s is None else g * float(s) for s in slopes(y, *operands))
        names = [f"a{i}" for i in range(len(self.slopes))]
        parts = ["None" if s is None else s.format(*names, y="y", g="g") for s in self.slopes]
        source = f"lambda g, y, {', '.join(names)}: ({', '.join(parts)},)"
        return eval(source, dict(SCALAR))  # type: ignore[no-any-return]


def _rows() -> list[Operation]:
    def same(name: str, derivative: str, excel: str, latex: str, **more: Any) -> Operation:
        return Operation(name, f"{name}({{0}})", (derivative,), excel, f"{name}({{0}})", latex, **more)

    def compare(name: str, sign: str, latex: str) -> Operation:
        return Operation(
            name, f"({{0}} {sign} {{1}})", (None, None), f"({{0}}{sign}{{1}})", f"{{0}} {latex} {{1}}",
            f"{{0}} {latex} {{1}}", binds=1, kind="stepped",
        )  # fmt: skip

    return [
        Operation("add", "({0} + {1})", ("{g}", "{g}"), "({0}+{1})", "{0} + {1}", "{0} + {1}", 2),
        Operation("subtract", "({0} - {1})", ("{g}", "-{g}"), "({0}-{1})", "{0} − {1}", "{0} - {1}", 2),
        Operation("multiply", "({0} * {1})", ("{g} * {1}", "{g} * {0}"), "({0}*{1})", "{0} × {1}",
                  r"{0} \cdot {1}", 3),
        Operation("divide", "({0} / {1})", ("{g} / {1}", "-{g} * {y} / {1}"), "({0}/{1})", "{0} / {1}",
                  r"\frac{{{0}}}{{{1}}}", 3),
        Operation("power", "power({0}, {1})",
                  ("{g} * {1} * power({0}, {1} - 1)", "{g} * {y} * log_or_zero({0})"),
                  "POWER({0},{1})", "{0}^{1}", "{{{0}}}^{{{1}}}", 5),
        Operation("negative", "(-{0})", ("-{g}",), "(-{0})", "−{0}", "-{0}", 4),
        same("exp", "{g} * {y}", "EXP({0})", r"\exp\left({0}\right)"),
        same("expm1", "{g} * ({y} + 1.0)", "(EXP({0})-1)", r"\left(e^{{{0}}} - 1\right)"),
        same("log", "{g} / {0}", "LN({0})", r"\ln\left({0}\right)"),
        same("log1p", "{g} / (1.0 + {0})", "LN(1+{0})", r"\ln\left(1 + {0}\right)"),
        same("sqrt", "{g} * 0.5 / {y}", "SQRT({0})", r"\sqrt{{{0}}}"),
        same("absolute", "{g} * sign({0})", "ABS({0})", r"\left|{0}\right|", kind="stepped"),
        same("floor", "0.0 * {g}", "INT({0})", r"\left\lfloor {0} \right\rfloor", kind="stepped"),
        same("ceil", "0.0 * {g}", "(-INT(-{0}))", r"\left\lceil {0} \right\rceil", kind="stepped"),
        Operation("minimum", "minimum({0}, {1})",
                  ("where({0} <= {1}, {g}, 0.0)", "where({0} <= {1}, 0.0, {g})"),
                  "MIN({0},{1})", "min({0}, {1})", r"\min\left({0}, {1}\right)", kind="stepped"),
        Operation("maximum", "maximum({0}, {1})",
                  ("where({0} >= {1}, {g}, 0.0)", "where({0} >= {1}, 0.0, {g})"),
                  "MAX({0},{1})", "max({0}, {1})", r"\max\left({0}, {1}\right)", kind="stepped"),
        Operation("where", "where({0}, {1}, {2})",
                  (None, "where({0}, {g}, 0.0)", "where({0}, 0.0, {g})"),
                  "IF({0},{1},{2})", "({1} if {0}, else {2})",
                  r"\begin{{cases}} {1} & {0} \\ {2} & \text{{otherwise}} \end{{cases}}", kind="stepped"),
        compare("less", "<", "<"),
        compare("less_equal", "<=", "≤"),
        compare("greater", ">", ">"),
        compare("greater_equal", ">=", "≥"),
        Operation("both", "({0} & {1})", (None, None), "AND({0},{1})", "{0} and {1}",
                  r"{0} \land {1}", 1, "stepped"),
        Operation("either", "({0} | {1})", (None, None), "OR({0},{1})", "{0} or {1}",
                  r"{0} \lor {1}", 1, "stepped"),
    ]  # fmt: skip


OPERATIONS: dict[str, Operation] = {row.name: row for row in _rows()}
