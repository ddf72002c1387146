"""How a workbook looks: an analyst's colours and number formats."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

from siliconomics.model.figures import FIRST_YEAR, is_share

INPUT, LINK, FORMULA, HELD = "#0000FF", "#007A33", "#000000", "#7F4F00"
HELD_FILL, TITLE_FILL, SECTION_FILL, INPUT_FILL = "#FFF2CC", "#1F3A5F", "#E8EDF3", "#FFFFF4"
FONT = "Arial"


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"font_name": FONT, "font_size": 9, **properties})
        return self._made[key]

    def number(self, kind: str, form: str) -> Any:
        """A figure: ``kind`` is input, shape, link, formula or held."""
        if kind == "input":
            return self(font_color=INPUT, bg_color=INPUT_FILL, num_format=form, locked=False)
        if kind == "shape":
            return self(font_color="#808080", num_format=form, italic=True)
        if kind == "held":
            return self(font_color=HELD, bg_color=HELD_FILL, num_format=form)
        return self(font_color=LINK if kind == "link" else FORMULA, num_format=form)

    def text(self, value: str, **properties: Any) -> Any:
        """A text that can never become a formula, not even when somebody edits the cell."""
        if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
            properties["quote_prefix"] = True
        return self(**properties)


@functools.cache
def _share(quantity: str, unit: str) -> bool:
    return is_share(quantity, unit)


def number_format(quantity: str, unit: str, values: Iterable[float]) -> str:
    """A format for a row: negatives in parentheses, shares in per cent, as many digits as say something."""
    sizes = [abs(value) for value in values if value and math.isfinite(value)]
    largest = max(sizes, default=0.0)
    if quantity.endswith("_year") and unit in ("1", "date") and largest >= FIRST_YEAR:
        return "0"
    if _share(quantity, unit):
        return _signed("0.0%") if largest < 20 else _signed("0%")
    money = unit.startswith(("mn ", "bn "))
    if largest >= 1e9 or (sizes and largest < 1e-3 and not money):
        return "0.000E+00"
    decimals = 0 if largest >= 1000 else 1 if largest >= 100 or money else 2 if largest >= 1 else 4
    return _signed("#,##0" + ("." + "0" * decimals if decimals else ""))


def _signed(digits: str) -> str:
    """Negatives in parentheses, nothing as a dash."""
    return f'{digits}_);({digits});"–"_)'


__all__ = ["HELD", "INPUT", "LINK", "SECTION_FILL", "TITLE_FILL", "Styles", "number_format"]
