"""Live grids of two inputs: the part of the model between them and an answer, written once for each point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from siliconomics.core import Cell
from siliconomics.core.reading import Labels
from siliconomics.model import Model

from .formula_text import written
from .places import Place, Places, column_name

if TYPE_CHECKING:
    import numpy.typing as npt

STEPS = (-0.02, -0.01, -0.005, 0.0, 0.005, 0.01, 0.02)
"""How far a grid's axes move to either side of the model's own figures."""
SMALLEST_RATE = 1e-9
"""Cost of equity less growth must be this much, or the value has no bound (formula capitalisation_rate)."""
JUST_BELOW = 0.001
FIRST = 3
"""The first column of a grid's workings."""


@dataclass
class Grid:
    """An answer over two inputs, with the workings behind each of its points."""

    answer: Cell
    across: Cell
    down: Cell
    steps: Sequence[float] = STEPS
    workings: str = ""
    top: int = 0
    cells: list[Cell] = field(default_factory=list)
    _values: Any = None

    def build(self, model: Model) -> None:
        """Find what lies between the two inputs and the answer."""
        self.cells = model.graph.between([self.across, self.down], self.answer)

    @property
    def points(self) -> list[tuple[float, float]]:
        """Steps of each point: down, then across."""
        return [(down, across) for down in self.steps for across in self.steps]

    @property
    def height(self) -> int:
        return len(self.cells) + 3

    def answer_place(self, point: int) -> Place:
        """Where the answer of a point stands."""
        row = self.top + 2 + [cell.key for cell in self.cells].index(self.answer.key)
        return Place(self.workings, row, FIRST + point)

    def formulas(self, model: Model, places: Places) -> list[tuple[Cell, list[str]]]:
        """For each cell of the workings its formula at every point."""
        own = {self.across.key: self.top, self.down.key: self.top + 1}
        own |= {cell.key: self.top + 2 + i for i, cell in enumerate(self.cells)}

        def reference(name: str, labels: Labels) -> str:
            key = (name, *labels.values())
            if key in own:
                return f"§{own[key] + 1}"
            return places.at(key).seen_from(self.workings)

        columns = [column_name(FIRST + point) for point in range(len(self.points))]
        found = []
        for cell in self.cells:
            text = written(model, cell, reference)
            parts = re.split("§", text)
            found.append((cell, [column.join(parts) for column in columns]))
        return found

    def values(self, model: Model) -> npt.NDArray[Any]:
        """What the workings come to: one row a cell, one column a point."""
        if self._values is None:
            self._values = self._worked_out(model)
        return self._values  # type: ignore[no-any-return]

    def _worked_out(self, model: Model) -> npt.NDArray[Any]:
        program = model.program(self.cells, [self.down, self.across])
        moved = [self.moved(model, down, step) for down, step in self.points]
        return program.draws([np.array([down for down, _, _ in moved]), np.array([across for _, across, _ in moved])])

    def moved(self, model: Model, down: float, step: float) -> tuple[float, float, bool]:
        """The two inputs at a point, and whether it has an answer: none where growth reaches the cost of equity.

        The workings then go on with a growth just below, so that no cell shows an error; the table says n/a.
        """
        base_down, base_across = (model.graph.value(one) or 0.0 for one in (self.down, self.across))
        rate, growth = base_down + down, base_across + step
        defined = rate - growth >= SMALLEST_RATE
        return rate, growth if defined else rate - JUST_BELOW, defined


def of_companies(model: Model, companies: Sequence[str]) -> list[Grid]:
    """Price target over cost of equity and growth for ever, company by company."""
    grids = []
    for company in companies:
        answer, across, down = (
            model.graph.cell(name, {"company": company})
            for name in ("price_target", "terminal_growth", "cost_of_equity")
        )
        if any(one.node is None for one in (answer, across, down)):
            continue
        grid = Grid(answer, across, down)
        grid.build(model)
        grids.append(grid)
    return grids


__all__ = ["FIRST", "JUST_BELOW", "SMALLEST_RATE", "STEPS", "Grid", "of_companies"]
