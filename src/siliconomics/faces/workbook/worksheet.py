"""A sheet whose formulas are written as they stand."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def sheet_class() -> Any:
    """XlsxWriter's sheet without its search for functions newer than 2016, which a workbook of ours never holds.

    That search takes thirty passes over every formula, half of the time of writing one.
    """
    from xlsxwriter.worksheet import Worksheet

    class Sheet(Worksheet):  # type: ignore[misc]
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            return formula.removeprefix("=")

    return Sheet


__all__ = ["sheet_class"]
