"""How a figure and its place are named in a sentence."""

from __future__ import annotations

import math

from siliconomics.facts import Figure


def name(figure: Figure) -> str:
    labels = ", ".join(str(label) for label in figure.labels.values())
    return f"{figure.quantity} of {labels}" if labels else figure.quantity


def place(figure: Figure) -> str:
    return f"Exhibit {figure.exhibit}, line {figure.line}" if figure.exhibit is not None else f"line {figure.line}"


def power_of_ten(ratio: float) -> int:
    """The power of ten that a ratio is close to; 0 for none."""
    if ratio <= 0:
        return 0
    power = round(math.log10(ratio))
    return power if power and abs(ratio / 10.0**power - 1) < 0.03 else 0
