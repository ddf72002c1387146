"""Solved operations: a root as one step of a formula, with the exact slope of an implicit function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .late import np
from .operations import Operation
from .record import Expression, symbol, wrap


def root_operation(function: Callable[..., Any], arity: int, low: float, high: float) -> Operation:
    """An operation whose value is the root of ``function(x, *operands)`` in [low, high]."""

    def solve(*operands: Any) -> Any:
        from scipy.optimize import elementwise

        arrays = np.broadcast_arrays(*(np.asarray(operand, dtype=float) for operand in operands))
        with np.errstate(all="ignore"):
            found = elementwise.find_root(
                function,
                (np.full(arrays[0].shape, low), np.full(arrays[0].shape, high)),
                args=tuple(arrays),
                tolerances={"xatol": 0.0, "xrtol": 1e-15, "fatol": 0.0, "frtol": 0.0},
            )
        return np.where(found.success, found.x, np.nan)

    names = ["x", *(f"operand_{i}" for i in range(arity))]
    record: list[Expression] = []

    def slopes(y: Any, *operands: Any) -> tuple[Any, ...]:
        from .tape import slopes_of

        if not record:
            record.append(wrap(function(*(symbol(name) for name in names))))
        _, parts = slopes_of(record[0], names, (y, *operands))
        return tuple(-part / parts[0] for part in parts[1:])

    places = ", ".join(f"{{{i}}}" for i in range(arity))
    return Operation(
        "root", f"root({places})", ("{g}",) * arity, "", f"the root of an equation in ({places})",
        rf"\mathrm{{{{root}}}}\left({places}\right)", kind="solved", function=solve, slope_functions=slopes,
    )  # fmt: skip
