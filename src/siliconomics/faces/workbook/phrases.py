"""A workbook's own words in English and Chinese; names of quantities and labels are the faces' (faces.words)."""

from __future__ import annotations

import csv
import functools
from pathlib import Path


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


class Phrases:
    """The words of one language; ``{}`` takes what a call adds."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, *parts: object) -> str:
        return _table()[key][self.language].format(*parts)

    def sheet(self, name: str) -> str:
        """A sheet's title."""
        row = _table().get(f"sheet {name}")
        return row[self.language] if row else name

    def section(self, name: str) -> str:
        """A section's title, from the name of its formulas' module."""
        row = _table().get(f"section {name}")
        return row[self.language] if row else name.replace("_", " ").capitalize()


__all__ = ["Phrases"]
