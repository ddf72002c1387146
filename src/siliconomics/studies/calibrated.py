"""Which figures an answer rests on that were set so that something published comes out, and are not known by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from siliconomics.core import Cell
from siliconomics.model import Model

SOURCE = "siliconomics#calibration"
"""Where a fact of that kind says it comes from."""


def calibrated(model: Model, cells: Iterable[Cell]) -> dict[str, int]:
    """Quantities below some cells whose facts are calibrated, with how many such facts of each are met."""
    graph = model.graph
    found: dict[str, int] = {}
    seen: set[tuple[object, ...]] = set()
    stack = list(cells)
    while stack:
        one = stack.pop()
        if one.key in seen:
            continue
        seen.add(one.key)
        if one.given is not None and getattr(one.given.origin, "source", "").startswith(SOURCE):
            found[one.name] = found.get(one.name, 0) + 1
        stack.extend(graph.uses(one))
    return dict(sorted(found.items()))


def told(found: dict[str, int]) -> str:
    """One line that says so; empty where there is none."""
    if not found:
        return ""
    return "rests on calibrated figures, set so that published ones come out: " + ", ".join(found)
