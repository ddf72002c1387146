"""What a page is: a sentence, then blocks of figures, tables, charts. Nothing here knows of HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.model.why import Reason


@dataclass(frozen=True)
class Edit:
    """That a figure can be changed: what it is called in the address, and what it was published as."""

    target: str
    text: str
    published: str
    refused: str = ""
    """Why the last value typed here was not taken; the figure is the last good one."""
    typed: str = ""

    @property
    def changed(self) -> bool:
        return self.text != self.published


@dataclass(frozen=True)
class Figure:
    """A figure with its unit, its grade and the question it answers; or a plain word."""

    text: str
    value: float | str | None = None
    unit: str = ""
    quantity: str = ""
    labels: Mapping[str, Any] = field(default_factory=dict)
    known: str = ""
    missing: str = ""
    tone: str = ""
    """better, worse or attention; a sign or a word says the same."""
    was: str = ""
    """As published, where a what-if moved it."""
    edit: Edit | None = None
    to: str = ""
    """Where a plain word leads: a path of this site."""

    def as_dict(self) -> dict[str, Any]:
        """As other programs read it."""
        told = {
            "text": self.text,
            "value": self.value,
            "unit": self.unit,
            "quantity": self.quantity,
            "labels": dict(self.labels),
            "known": self.known,
            "missing": self.missing,
            "published": self.was,
        }
        return {key: value for key, value in told.items() if value not in ("", {}) or key == "value"}


def word(text: object, to: str = "", tone: str = "") -> Figure:
    """A plain word in a table."""
    return Figure("" if text is None else str(text), None if text is None else str(text), to=to, tone=tone)


@dataclass(frozen=True)
class Keys:
    """The few figures a reader looks for first."""

    id: str
    figures: Sequence[tuple[str, Figure, str]]
    """Name, figure, what stands below it."""


@dataclass(frozen=True)
class Table:
    """Rows of figures under headings; the first column names the row."""

    id: str
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Figure]]
    tints: bool = False
    """Whether cells are coloured by sign, as a heatmap."""

    def records(self) -> Iterator[dict[str, Any]]:
        """One row a figure, as a file holds them."""
        for row in self.rows:
            for column, one in zip(self.columns[1:], row[1:], strict=False):
                yield {
                    "table": self.title,
                    "row": row[0].text,
                    "column": column,
                    "quantity": one.quantity,
                    "labels": " ".join(f"{axis}={label}" for axis, label in one.labels.items()),
                    "value": one.value,
                    "unit": one.unit,
                    "known": one.known,
                    "text": one.text,
                }


@dataclass(frozen=True)
class Chart:
    """A chart and the table of what it draws."""

    id: str
    title: str
    note: str
    spec: Any
    """An Altair chart."""
    table: Table | None


@dataclass(frozen=True)
class Tree:
    """Why a figure is what it is."""

    id: str
    title: str
    reason: Reason


@dataclass(frozen=True)
class Lines:
    """Sentences."""

    id: str
    title: str
    lines: Sequence[str]


Block = Keys | Table | Chart | Tree | Lines


@dataclass(frozen=True)
class Page:
    """A page: the finding first."""

    name: str
    title: str
    finding: str
    note: str
    blocks: Sequence[Block]
    company: str = ""
    """Whose workbook it has."""

    def tables(self) -> Iterator[Table]:
        """Every table, those of charts included."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, Chart) and block.table is not None:
                yield block.table
            elif isinstance(block, Keys):
                rows = [[word(name), figure] for name, figure, _ in block.figures]
                yield Table(block.id, "Key figures", "", ["", "value"], rows)

    def as_dict(self) -> dict[str, Any]:
        """The page as other programs read it."""
        told: dict[str, Any] = {"page": self.name, "title": self.title, "finding": self.finding, "note": self.note}
        told["tables"] = [
            {
                "id": one.id,
                "title": one.title,
                "note": one.note,
                "columns": list(one.columns),
                "rows": [[cell.as_dict() for cell in row] for row in one.rows],
            }
            for one in self.tables()
        ]
        trees = [block.reason.as_dict() for block in self.blocks if isinstance(block, Tree)]
        lines = [{"title": one.title, "lines": list(one.lines)} for one in self.blocks if isinstance(one, Lines)]
        return {**told, **({"why": trees} if trees else {}), **({"lines": lines} if lines else {})}


__all__ = ["Block", "Chart", "Edit", "Figure", "Keys", "Lines", "Page", "Table", "Tree", "word"]
