"""A formula: a plain function whose argument names are the wires, plus what a machine must know of it."""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from .record import Expression, kind_of, trace

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Interval:
    """A range of numbers, written as the field writes it: ``(0, 1]``."""

    low: float
    high: float
    low_included: bool = True
    high_included: bool = True

    @classmethod
    def parse(cls, text: str) -> Interval:
        match = re.fullmatch(r"\s*([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])\s*", text)
        if match is None:
            raise ValueError(f"{text!r} is not an interval; write for example (0, 1] or [0, inf)")
        opens, low, high, closes = match.groups()
        interval = cls(float(low), float(high), opens == "[", closes == "]")
        if not interval.low <= interval.high:
            raise ValueError(f"{text!r} has its ends the wrong way round")
        return interval

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, (int, float)) or math.isnan(value):
            return False
        above = value >= self.low if self.low_included else value > self.low
        below = value <= self.high if self.high_included else value < self.high
        return above and below

    def holds(self, values: Any) -> Any:
        """For each number of an array, whether it lies inside."""
        above = values >= self.low if self.low_included else values > self.low
        return above & (values <= self.high if self.high_included else values < self.high)

    def about(self, value: float) -> bool:
        """Whether a computed value lies inside, rounding aside: 1.0000000000000002 is in [0, 1]."""
        ends = ((self.low, self.low_included), (self.high, self.high_included))
        return value in self or any(
            included and math.isclose(value, end, rel_tol=1e-9, abs_tol=1e-12) for end, included in ends
        )

    def __str__(self) -> str:
        opens, closes = "[" if self.low_included else "(", "]" if self.high_included else ")"
        return f"{opens}{self.low:g}, {self.high:g}{closes}"


@dataclass(eq=False)
class Formula:
    """What a machine must know of a formula; the function itself stays as it was written."""

    function: Callable[..., Any] = field(repr=False)
    unit: str
    source: str
    kind: str = "smooth"
    possible: Interval | None = None
    see: str = ""
    """The quantity that answers the same question another way, for labels of which this one is unknown."""

    @property
    def name(self) -> str:
        """The function's name: ``role`` or ``role__player``."""
        return self.function.__name__

    @property
    def role(self) -> str:
        return self.name.partition("__")[0]

    @property
    def player(self) -> str:
        return self.name.partition("__")[2]

    @property
    def chapter(self) -> str:
        parts = self.function.__module__.split(".")
        return parts[parts.index("formulas") + 1] if "formulas" in parts else parts[-1]

    @cached_property
    def meaning(self) -> str:
        return (self.function.__doc__ or "").strip()

    @property
    def place(self) -> str:
        return f"{self.function.__module__.replace('.', '/')}.py:{self.function.__code__.co_firstlineno}"

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        code = self.function.__code__
        return code.co_varnames[: code.co_argcount]

    @cached_property
    def record(self) -> Expression:
        """Its arithmetic, written down by running it once on symbols."""
        return trace(self.function)

    @cached_property
    def recorded_kind(self) -> str:
        """The kind its arithmetic shows; a test holds it against the kind it declares."""
        return kind_of(self.record)


def formula(
    *, unit: str, source: str, kind: str = "smooth", possible: str | None = None, see: str = ""
) -> Callable[[F], F]:
    """Declare a plain function as a formula of the model.

    ``unit``: of the result, in pint's syntax. ``source``: ``source-id#place``. ``kind``: smooth (all
    readings), stepped (kinks or jumps, one-sided slope) or solved (a search or root inside).
    ``possible``: an interval the result cannot leave. ``see``: the quantity that answers the same question
    another way where this one is unknown. The function is returned unchanged.
    """

    def mark(function: F) -> F:
        interval = Interval.parse(possible) if possible else None
        function.__formula__ = Formula(function, unit, source, kind, interval, see)  # type: ignore[attr-defined]
        return function

    return mark


def formulas_of(package: ModuleType) -> Iterator[Formula]:
    """Every formula defined in a package's modules, in the order they are written."""
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            declared = getattr(value, "__formula__", None) if isinstance(value, FunctionType) else None
            if isinstance(declared, Formula) and value.__module__ == module.__name__:
                yield declared
