"""The model as a workbook of live formulas, and an edited workbook read back as a scenario."""

from __future__ import annotations

from .back import Edit, Edits, read_back
from .book import Written, write

__all__ = ["Edit", "Edits", "Written", "read_back", "write"]
