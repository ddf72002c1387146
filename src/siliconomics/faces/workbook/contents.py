"""What a workbook holds: the questions of its chapters, and everything their answers rest on."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.model import Model

PARTS = ("chips", "company", "parts", "market")


@dataclass(frozen=True)
class Wanted:
    """Which chapters, and which companies of theirs."""

    parts: tuple[str, ...] = PARTS
    companies: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: Model, *, companies: Sequence[str] = (), chips: bool = False, market: bool = False) -> Wanted:
        """From what a user names; everything, where nothing is named. Refuses a company that has no model."""
        valued = [record.labels["company"] for record in model.solve("price_target") if record.value is not None]
        chosen = []
        for name in companies:
            company = model.label("company", name)
            if company not in valued:
                raise BadRequest(
                    Problem(
                        f"{company} has no company model",
                        why="a workbook's company sheet holds statements and a valuation",
                        remedy=f"choose among {', '.join(valued)}",
                    )
                )
            chosen.append(company)
        if not (companies or chips or market):
            return cls(PARTS, tuple(valued))
        parts = [part for part, asked in (("chips", chips), ("company", bool(chosen)), ("market", market)) if asked]
        return cls(tuple(parts), tuple(dict.fromkeys(chosen)))


def cells(model: Model, wanted: Wanted) -> list[Cell]:
    """Every cell of the workbook: the answers, and all that they are worked out from."""
    found: dict[tuple[Any, ...], Cell] = {}
    stack = model.graph.ask(_questions(model, wanted))
    while stack:
        cell = stack.pop()
        if cell.key not in found and cell.node is not None:
            found[cell.key] = cell
            stack.extend(model.graph.uses(cell))
    return list(found.values())


@functools.cache
def _table() -> dict[str, Any]:
    with (Path(__file__).parent / "contents.toml").open("rb") as file:
        return tomllib.load(file)


def order() -> dict[str, int]:
    """Sections of a sheet from top to bottom: formulas' modules as the contents name them; others come after."""
    modules = [module for chapter in _table()["chapter"] for module in chapter.get("modules", ())]
    return {module: number for number, module in enumerate(modules)}


@functools.cache
def sections() -> dict[str, tuple[str, int]]:
    """Quantities that stand in a section of their own: its name, and where in all sections."""
    found: dict[str, tuple[str, int]] = {}
    for section in _table()["section"]:
        for quantity in section["quantities"]:
            found[quantity] = (section["name"], len(found))
    return found


def _questions(model: Model, wanted: Wanted) -> Iterator[tuple[str, dict[str, Any]]]:
    table = _table()
    modules: dict[str, list[str]] = {}
    for formula in model.formulas:
        modules.setdefault(formula.function.__module__.split(".formulas.")[-1], []).append(formula.role)
    for chapter in table["chapter"]:
        if chapter["part"] not in wanted.parts:
            continue
        named = [role for module in chapter.get("modules", ()) for role in modules[module]]
        quantities = dict.fromkeys([*named, *chapter.get("quantities", ())])
        for quantity in quantities:
            if quantity not in chapter.get("without", ()):
                yield from _of(model, quantity, table["labels"], chapter["part"], wanted.companies)


def _of(
    model: Model, quantity: str, labels: dict[str, str], part: str, companies: Sequence[str]
) -> Iterable[tuple[str, dict[str, Any]]]:
    axes = model.graph.dimensions_of(quantity)
    where = {axis: label for axis, label in labels.items() if axis in axes}
    if part == "company" and "company" not in axes:
        return
    whose: Sequence[str | None] = companies if part == "company" else (None,)
    for company in whose:
        for one in model.graph.every(quantity, where if company is None else {**where, "company": company}):
            yield quantity, one


__all__ = ["PARTS", "Wanted", "cells", "order", "sections"]
