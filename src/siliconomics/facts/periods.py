"""Labels of time below the year: halves (``2026H1``) and quarters (``2026Q3``)."""

from __future__ import annotations

YEARS = range(1900, 2200)
"""Years that a label may name."""
PARTS_OF_A_YEAR = {"half": ("H", 2), "quarter": ("Q", 4)}
"""For each dimension below the year: the letter in its labels, and how many make a year."""


def parts_of(dimension: str, year: int) -> list[str]:
    """The halves or quarters of a year, in order."""
    letter, count = PARTS_OF_A_YEAR[dimension]
    return [f"{year}{letter}{part}" for part in range(1, count + 1)]


def is_part(dimension: str, label: str) -> bool:
    """Whether a label names a half or a quarter."""
    year = label[:4]
    return year.isascii() and year.isdecimal() and int(year) in YEARS and label in parts_of(dimension, int(year))


def calendar(dimension: str, label: str) -> dict[str, int]:
    """What the label of a half or a quarter says: the year it lies in, and how many parts of it are still to come."""
    left = {"half": "halves_left", "quarter": "quarters_left"}[dimension]
    return {f"year_of_{dimension}": int(label[:4]), left: PARTS_OF_A_YEAR[dimension][1] - int(label[-1])}


def parts_between(dimension: str, first: str, last: str) -> list[str]:
    """Every half or quarter from one to another, in order, so that a step back is a step in time."""
    every = [label for year in range(int(first[:4]), int(last[:4]) + 1) for label in parts_of(dimension, year)]
    return every[every.index(first) : every.index(last) + 1]
