"""Values that no cell formula can say (a search over layouts): what they were worked out from, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from siliconomics.core import Cell
from siliconomics.core.typeset import NoSpreadsheetForm, excel
from siliconomics.model import Model

from .places import Places


@dataclass
class Group:
    """Held cells that were worked out from the same figures."""

    cells: list[Cell] = field(default_factory=list)
    reads: list[Cell] = field(default_factory=list)


class Held:
    """All values of a workbook that stand as values."""

    def __init__(self, model: Model, places: Places) -> None:
        groups: dict[tuple[object, ...], Group] = {}
        solved = {id(f) for f in model.formulas if any(not isinstance(n.operation, str) for n in f.record.walk())}
        for sheet in places.sheets.values():
            for row in sheet.rows:
                for cell in row.cells.values():
                    if cell.given is not None or cell.formula is None or id(cell.formula) not in solved:
                        continue
                    try:
                        excel(model.graph, cell, lambda name, labels: "A1")
                    except NoSpreadsheetForm:
                        reads = [one for one in model.graph.uses(cell) if one.node is not None]
                        group = groups.setdefault(tuple(one.key for one in reads), Group(reads=reads))
                        group.cells.append(cell)
        self.groups = list(groups.values())


__all__ = ["Group", "Held"]
