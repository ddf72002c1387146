"""What a graph is made of: cells, the declarations of inputs, and values handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .formula import Formula, Interval
from .reading import Labels, Missing


@dataclass(frozen=True)
class Declaration:
    """An input quantity: what it means, its unit, its dimensions, and the ranges it may take."""

    name: str
    meaning: str
    unit: str
    dimensions: tuple[str, ...] = ()
    possible: Interval | None = None
    plausible: Interval | None = None
    text: bool = False
    structural: bool = False
    """Shapes the model (a year, a count of steps): changing it rebuilds, and nothing differentiates by it."""
    unread: bool = False
    """Kept for readers and comparisons; no formula reads it."""
    whole: bool = False
    """Counts whole things (dies, packages): printed without rounding."""
    mean_of: str = ""
    """The quantity of the parts that this is a mean over."""
    driven: bool = False
    """Stated by a source, or given by a formula in its place, as the scenario chooses."""
    printed_of: str = ""
    """The driven quantity whose stated figure this is, whoever gives that quantity."""
    chapter: str = ""
    place: str = ""


@dataclass(frozen=True)
class Given:
    """A value handed in from outside, with whatever describes its origin."""

    value: float
    known: str
    origin: Any = None


@dataclass
class Cell:
    """One quantity at one set of labels."""

    name: str
    labels: dict[str, Any]
    node: int | None = None
    missing: Missing | None = None
    formula: Formula | None = None
    given: Given | None = None
    uses: list[Cell] = field(default_factory=list, repr=False)
    key: tuple[Any, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.key = (self.name, *self.labels.values())

    def __str__(self) -> str:
        return named(self.name, self.labels)


def named(name: str, labels: Labels) -> str:
    """``die_yield[chip=910C]``."""
    inside = ", ".join(f"{dimension}={label}" for dimension, label in labels.items())
    return f"{name}[{inside}]" if inside else name


TIME = ("year", "half", "quarter")
"""Dimensions along which ``previous`` steps."""

KNOWN = ("reported", "derived", "estimated", "assumed")
"""How well something is known, best first."""


def weakest(grades: Sequence[str]) -> str:
    """An answer is as well known as its weakest input, and never better than derived."""
    return KNOWN[max((KNOWN.index(grade) for grade in grades), default=1)] if grades else "derived"
