"""Scores of residuals: medians by group, shapes, coverage of the ranges."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from siliconomics.facts import LIBRARY
from siliconomics.studies.belief import EIGHTY

FOLDER = LIBRARY / "calibration"
CHIP, SOURCE, FITTED, RIVAL = "chip_left_out", "source_left_out", "fitted", "one_utilisation"
AIM_ALL, AIM_DEEPSEEK, AIM_SHAPE, AIM_RIVAL = 0.30, 0.35, 0.15, 0.10
FEW = 3
"""Rows under which a median says little."""

Row = dict[str, Any]
Lines = list[str]
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], Lines]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def residuals() -> list[Row]:
    """Scored points; an empty miss is None."""
    figures = (FITTED, CHIP, SOURCE, f"{CHIP}_sd", f"{SOURCE}_sd", RIVAL, "published_per_chip")
    found = rows_of(FOLDER / "residuals.csv")
    return [{**row, **{name: float(row[name]) if row[name] else None for name in figures}} for row in found]


def grouped(rows: Iterable[Row], *keys: str) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(str(row[key]) for key in keys)].append(row)
    return groups


def known(rows: Iterable[Row], column: str) -> list[float]:
    return [row[column] for row in rows if row[column] is not None]


def score(rows: Iterable[Row], column: str) -> float:
    """Median absolute miss of each source, averaged over sources."""
    middles = [median(map(abs, found)) for part in grouped(rows, "source").values() if (found := known(part, column))]
    return sum(middles) / len(middles)


def shape(rows: Iterable[Row], column: str, least: int = 1) -> float:
    """The score once one offset for each source and chip is out; groups of fewer rows than ``least`` left out."""
    left = []
    for part in grouped(rows, "source", "chip").values():
        found = [row for row in part if row[column] is not None]
        if len(found) >= least and found:
            middle = median(known(found, column))
            left += [{**row, column: row[column] - middle} for row in found]
    return score(left, column)


def inside(row: Row, column: str, unexplained: float) -> bool:
    return abs(row[column]) <= EIGHTY * math.hypot(row[f"{column}_sd"], unexplained)


def coverage(rows: Iterable[Row], column: str, unexplained: float) -> float:
    found = [inside(row, column, unexplained) for row in rows if row[column] is not None]
    return sum(found) / len(found)


def coverage_by_source(rows: Iterable[Row], column: str, unexplained: float) -> float:
    parts = [part for part in grouped(rows, "source").values() if known(part, column)]
    return sum(coverage(part, column, unexplained) for part in parts) / len(parts)


def nested_coverage(rows: list[Row], column: str, key: str) -> float:
    """Coverage of each group with a spread learned from the other groups alone, over all rows."""
    hits = total = 0
    for part in grouped(rows, key).values():
        own = {row["id"] for row in part}
        spread = _spread([row for row in rows if row["id"] not in own])
        found = [inside(row, column, spread) for row in part if row[column] is not None]
        hits, total = hits + sum(found), total + len(found)
    return hits / total


def _spread(rows: list[Row]) -> float:
    """The spread that puts 80 % of both kinds of left-out rows inside, as the calibration finds it."""
    low, high = 0.0, 3.0
    pairs = [(row, column) for row in rows for column in (CHIP, SOURCE) if row[column] is not None]
    for _ in range(30):
        middle = (low + high) / 2
        share = sum(inside(row, column, middle) for row, column in pairs) / len(pairs)
        low, high = (middle, high) if share < 0.8 else (low, middle)
    return (low + high) / 2


def unmoved(rows: Iterable[Row], column: str, key: str) -> dict[str, int]:
    """Groups whose left-out misses all equal the fitted ones: that fit never left its start."""
    found = {}
    for (name,), part in grouped(rows, key).items():
        seen = [row for row in part if row[column] is not None]
        if seen and all(row[column] == row[FITTED] for row in seen):
            found[name] = len(seen)
    return found
