"""An answer: figures with unit, labels, how well they are known, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from siliconomics.core import BadRequest, Cell, Problem, named, weakest

from .figures import is_in_time

if TYPE_CHECKING:
    from .engine import Model
from .why import Reason


@dataclass(frozen=True)
class Record:
    """One figure of an answer."""

    quantity: str
    unit: str
    labels: dict[str, Any]
    value: float | str | None
    known: str
    cell: Cell | None = field(default=None, repr=False, compare=False)

    @property
    def missing(self) -> str:
        """What it would take to know it; empty if it is known."""
        return self.cell.missing.reason if self.cell is not None and self.cell.missing is not None else ""

    def as_dict(self) -> dict[str, Any]:
        """The record as other programs read it: quantity, unit, labels, value, known."""
        return {
            "quantity": self.quantity,
            "unit": self.unit,
            "labels": self.labels,
            "value": self.value,
            "known": self.known,
        }


@dataclass(frozen=True)
class Answer:
    """The records of a quantity under a scenario."""

    model: Model = field(repr=False)
    quantity: str
    records: tuple[Record, ...]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def _only(self) -> Record:
        if len(self.records) != 1:
            axes = self.model.graph.dimensions_of(self.quantity)
            raise BadRequest(
                Problem(
                    f"{self.quantity} has {len(self.records)} values here",
                    why=f"it runs over {', '.join(axes)}",
                    remedy="name the labels, or use .records, .values or .to_pandas()",
                )
            )
        return self.records[0]

    @property
    def value(self) -> float | str | None:
        """The one value; None when unknown. Refuses if the question leaves several."""
        return self._only().value

    @property
    def values(self) -> dict[tuple[Any, ...], float | str | None]:
        """Values by labels."""
        return {tuple(record.labels.values()): record.value for record in self.records}

    @property
    def unit(self) -> str:
        units = dict.fromkeys(record.unit for record in self.records)
        return " or ".join(units)

    @property
    def known(self) -> str:
        """As well known as its least known record."""
        grades = [record.known for record in self.records]
        return "unknown" if "unknown" in grades else weakest(grades)

    @property
    def scenario(self) -> str:
        return self.model.scenario

    @property
    def warnings(self) -> list[str]:
        return self.model.warnings

    def elsewhere(self) -> list[Record]:
        """For labels whose figure is unknown: what the formula's ``see`` knows of them, by another way."""
        players = self.model.graph.roles.get(self.quantity, {})
        see = next((one.see for one in players.values() if one.see), "")
        lacking = [record.labels for record in self.records if record.value is None] if see else []
        if not lacking:
            return []
        return [one for one in self.model.solve(see) if one.labels in lacking and one.value is not None]

    def why(self) -> Reason:
        """The tree from the figure down to facts with their sources."""
        from .why import reason

        cell = self._only().cell
        if cell is None:
            raise BadRequest(
                Problem(
                    f"{self.quantity} is a word; it has a source but no arithmetic",
                    remedy="`siliconomics show` prints it",
                )
            )
        return reason(self.model, cell)

    def sensitivities(self) -> list[Sensitivity]:
        """The exact slope of the one value to every fact it rests on, largest effect first."""
        record = self._only()
        cell = record.cell
        if cell is None or cell.node is None:
            raise BadRequest(Problem(f"{named(self.quantity, record.labels)} is unknown", why=record.missing))
        graph = self.model.graph
        slopes = graph.tape.slopes(cell.node)
        found = []
        for one in graph.facts_under(cell):
            if one.node is None or one.node in graph.tape.fixed:
                continue
            slope = slopes.get(one.node, 0.0)
            value = graph.tape.values[one.node]
            answer = graph.tape.values[cell.node]
            dated = is_in_time(one.name, value, self.model.unit(one.name, one.labels))
            elasticity = slope * value / answer if answer and not dated else None
            found.append(Sensitivity(one.name, one.labels, value, slope, elasticity, graph.known(one)))
        return sorted(found, key=lambda one: -abs(one.elasticity or 0.0))

    def to_pandas(self) -> Any:
        """A pandas Series over the labels (needs the extra ``frames``)."""
        pandas = _frames("pandas")
        axes = list(self.records[0].labels) if self.records else []
        values = [record.value for record in self.records]
        if not axes:
            return pandas.Series(values, name=self.quantity)
        index = pandas.MultiIndex.from_tuples([tuple(r.labels.values()) for r in self.records], names=axes)
        return pandas.Series(values, index=index if len(axes) > 1 else index.get_level_values(0), name=self.quantity)

    def to_xarray(self) -> Any:
        """An xarray DataArray over named dimensions, with unit and scenario (needs the extra ``frames``)."""
        _frames("xarray")
        array = self.to_pandas().astype(float).to_xarray()
        array.attrs.update(unit=self.unit, scenario=self.scenario)
        return array


@dataclass(frozen=True)
class Sensitivity:
    """How an answer moves with one fact."""

    quantity: str
    labels: dict[str, Any]
    value: float
    slope: float
    elasticity: float | None
    """By how many per cent one per cent more of it moves the answer; None of a calendar year, and of an answer of 0."""
    known: str


def _frames(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise BadRequest(
            Problem(
                f"{name} is not installed",
                why="labelled frames are an extra",
                remedy="pip install 'siliconomics[frames]'",
            )
        ) from None
