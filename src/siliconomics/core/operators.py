"""The words a formula is written in, beyond + - * / **.

Each takes plain numbers, NumPy arrays, quantities with units, or the recorder's symbols, and gives back
the same sort. On plain numbers the words that move between cells (``previous``, ``at``) hand their
argument back: whoever calls a formula by hand passes the earlier value itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import units
from .late import np
from .operations import Operation, Search, array_vocabulary
from .record import Constant, Expression, apply, trace, wrap

pi = math.pi


def _recorded(*operands: Any) -> bool:
    return any(isinstance(operand, Expression) for operand in operands)


def _measured(*operands: Any) -> bool:
    return any(units.is_quantity(operand) for operand in operands)


def _pure(value: Any) -> Any:
    """The magnitude of a pure number; raises pint's DimensionalityError for anything else."""
    return value.to("").magnitude if units.is_quantity(value) else value


def _number_function(name: str) -> Callable[[Any], Any]:
    def operator(x: Any) -> Any:
        if _recorded(x):
            return apply(name, x)
        if _measured(x):
            return units.registry().Quantity(array_vocabulary()[name](_pure(x)), "")
        return array_vocabulary()[name](x)

    operator.__name__ = operator.__qualname__ = name
    return operator


exp = _number_function("exp")
expm1 = _number_function("expm1")
log = _number_function("log")
log1p = _number_function("log1p")
exp.__doc__ = "e to the power of a pure number."
expm1.__doc__ = "exp(x) - 1, exact for small x."
log.__doc__ = "Natural logarithm of a pure number."
log1p.__doc__ = "log(1 + x), exact for small x."


def _counting_function(name: str) -> Callable[[Any], Any]:
    def operator(x: Any) -> Any:
        if _recorded(x):
            return apply(name, x)
        if _measured(x):
            return units.registry().Quantity(array_vocabulary()[name](x.magnitude), x.units)
        return array_vocabulary()[name](x)

    operator.__name__ = operator.__qualname__ = name
    return operator


floor = _counting_function("floor")
ceil = _counting_function("ceil")
absolute = _counting_function("absolute")
floor.__doc__ = "The whole number at or below; gradient 0, a jump at whole numbers."
ceil.__doc__ = "The whole number at or above; gradient 0, a jump at whole numbers."
absolute.__doc__ = "Without its sign."


def sqrt(x: Any) -> Any:
    """Square root; of an area it is a length."""
    if _recorded(x):
        return apply("sqrt", x)
    return x**0.5 if _measured(x) else np.sqrt(x)


def _alike(a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Two operands as magnitudes of one unit; a bare 0 goes with any unit."""
    if not units.is_quantity(a):
        a = units.registry().Quantity(a, b.units if a == 0 else "")
    if not units.is_quantity(b):
        b = units.registry().Quantity(b, a.units if b == 0 else "")
    return a.magnitude, b.to(a.units).magnitude, a.units


def _pair_function(name: str) -> Callable[[Any, Any], Any]:
    def operator(a: Any, b: Any) -> Any:
        if _recorded(a, b):
            return apply(name, a, b)
        if _measured(a, b):
            x, y, unit = _alike(a, b)
            return units.registry().Quantity(array_vocabulary()[name](x, y), unit)
        return array_vocabulary()[name](a, b)

    operator.__name__ = operator.__qualname__ = name
    return operator


minimum = _pair_function("minimum")
maximum = _pair_function("maximum")
minimum.__doc__ = "The smaller of two, element by element."
maximum.__doc__ = "The larger of two, element by element."


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """``then`` where the condition holds, else ``otherwise``; a branch decided by labels alone is the only one read."""
    if _recorded(condition, then, otherwise):
        return apply("where", condition, then, otherwise)
    if _measured(then, otherwise):
        x, y, unit = _alike(then, otherwise)
        return units.registry().Quantity(np.where(condition, x, y), unit)
    return np.where(condition, then, otherwise)


def previous(x: Any, periods: int = 1) -> Any:
    """The value one period (or several) earlier along time; the only way a quantity may refer to itself."""
    return Expression("previous", (x,), periods) if isinstance(x, Expression) else x


def at(x: Any, **labels: Any) -> Any:
    """The value at one label of a dimension: ``at(total_equity, year=valuation_year)``.

    The label is a whole number that no input moves, or a fact that is a word: ``at(cost, model=market_model)``.
    """
    if not _recorded(x, *labels.values()):
        return x
    names = tuple(labels)
    return Expression("at", (wrap(x), *(wrap(label) for label in labels.values())), names)


def total(x: Any, over: str) -> Any:
    """The sum over a dimension; of a plain array, over its last axis."""
    if isinstance(x, Expression):
        return Expression("total", (x,), over)
    if _measured(x) or np.ndim(x) == 0:
        return x
    return np.sum(x, axis=-1)


def first_known(*choices: Any) -> Any:
    """The first of several that is known: a stated figure before an estimate before a rule."""
    if _recorded(*choices):
        return Expression("first_known", tuple(wrap(choice) for choice in choices))
    if _measured(*choices):
        offered = [choice for choice in choices if choice is not None]
        for other in offered[1:]:
            _alike(offered[0], other)
        return next((choice for choice in offered if choice == choice), offered[0])
    result: Any = np.nan
    for choice in reversed(choices):
        if choice is not None:
            result = np.where(np.isnan(choice), result, choice)
    return result[()] if isinstance(result, np.ndarray) else result


def count(x: Any, unit: str) -> Any:
    """A pure number that counts ``unit`` (for example dies on a wafer); changes no figure."""
    if isinstance(x, Expression):
        return Expression("count", (x,), unit)
    if _measured(x):
        return units.registry().Quantity(_pure(x), units.parse(unit))
    return x


def growth_rate(x: Any, periods: int = 1) -> Any:
    """Compound growth per period over the last ``periods`` periods."""
    ratio = x / previous(x, periods)
    return ratio ** Constant(1 / periods, f"1/{periods}", "1") - 1 if periods != 1 else ratio - 1


def root(function: Callable[..., Any], *operands: Any, low: float, high: float, unit: str = "1") -> Any:
    """The x in [low, high] at which ``function(x, *operands)`` is 0; not a number where there is none.

    A solved operation: found by bracketing (SciPy), with the exact slope of an implicit function.
    """
    from .solve import root_operation

    operation = root_operation(function, len(operands), low, high)
    if _recorded(*operands):
        return Expression(operation, tuple(wrap(operand) for operand in operands), trace(function))
    assert operation.function is not None
    if _measured(*operands):
        plain = [operand.magnitude if units.is_quantity(operand) else operand for operand in operands]
        answer = units.registry().Quantity(operation.function(*plain), units.parse(unit))
        residual = function(answer, *operands)
        if abs(_pure(residual)) > 1e-6:
            raise ValueError(f"the root found does not solve the equation in its units: {residual}")
        return answer
    found = operation.function(*operands)
    return found[()] if isinstance(found, np.ndarray) else found


def opaque(
    *,
    unit: str = "1",
    kind: str = "stepped",
    text: str = "",
    arity: int | None = None,
    slopes: Callable[..., tuple[Any, ...]] | None = None,
    search: Search | None = None,
    place: int = 0,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a plain NumPy function (a count, a search, a table) as one operation of a formula.

    It has no Excel text: a workbook holds its value and says so. ``slopes(result, *operands)`` gives its partial
    derivatives; without it nothing flows through. ``arity`` for a function that takes ``*operands``. ``search`` and
    ``place``: the search that it is one of several results of.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        places_taken = function.__code__.co_argcount if arity is None else arity
        places = ", ".join(f"{{{i}}}" for i in range(places_taken))
        operation = Operation(
            name, f"{name}({places})", (None if slopes is None else "0.0 * {g}",) * places_taken, "", text or f"{name}({places})",
            rf"\mathrm{{{{{name.replace('_', ' ')}}}}}\left({places}\right)", kind=kind, function=function,
            slope_functions=slopes, search=search, place=place,
        )  # fmt: skip

        def operator(*operands: Any) -> Any:
            if _recorded(*operands):
                return apply(operation, *operands)
            if _measured(*operands):
                plain = [x.magnitude if units.is_quantity(x) else x for x in operands]
                return units.registry().Quantity(function(*plain), units.parse(unit))
            return function(*operands)

        operator.__name__, operator.__doc__ = name, function.__doc__
        return operator

    return mark
