"""The source's own figures and words on throughput, read from its facts."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence

from siliconomics.facts import LIBRARY


@functools.cache
def printed() -> tuple[dict[str, str], ...]:
    """Figures in the source's running text."""
    with (LIBRARY / "broker-2026-04-26" / "text.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def said(metric: str, chip: str) -> list[dict[str, str]]:
    return [row for row in printed() if row["metric"] == metric and f"chip={chip}" in row["labels"].split("; ")]


def lines_of(rows: Sequence[dict[str, str]]) -> str:
    return ", ".join(dict.fromkeys(row["line"] for row in rows))


def figure_of(text: str) -> float:
    return float(text.strip("~x%<>").replace(",", ""))
