"""Values that no cell formula can say (a search over layouts): what they were worked out from, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from siliconomics.core import Cell
from siliconomics.core.operations import Operation
from siliconomics.core.record import Expression
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
        searched = {id(one) for one in model.formulas if any(_unsayable(node) for node in one.record.walk())}
        for sheet in places.sheets.values():
            for row in sheet.rows:
                for cell in row.cells.values():
                    if cell.given is None and cell.formula is not None and id(cell.formula) in searched:
                        reads = [one for one in model.graph.uses(cell) if one.node is not None]
                        group = groups.setdefault(tuple(one.key for one in reads), Group(reads=reads))
                        group.cells.append(cell)
        self.groups = list(groups.values())


def _unsayable(node: Expression) -> bool:
    """Whether a step of a record has no spreadsheet text."""
    return isinstance(node.operation, Operation) and not node.operation.excel


__all__ = ["Group", "Held"]
