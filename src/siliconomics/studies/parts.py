"""Sum of the parts of a company: the bridge part by part and the grids, each figure beside the printed one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Figure
from siliconomics.model import Model

BASES = {
    "multiple_of_sales": ("part_revenue", "part_sales_multiple"),
    "multiple_of_ebita": ("part_ebita", "part_ebita_multiple"),
    "multiple_of_operating_profit": ("part_operating_profit", "part_operating_profit_multiple"),
    "multiple_of_net_income": ("part_net_income", "part_net_income_multiple"),
    "multiple_of_book": ("part_book", "part_book_multiple"),
}
"""For each method by a multiple: what it multiplies, and by what."""
IMPLIED = {
    "part_sales_multiple": "implied_part_revenue",
    "part_ebita_multiple": "implied_part_ebita",
    "part_operating_profit_multiple": "implied_part_operating_profit",
    "part_net_income_multiple": "implied_part_net_income",
    "part_book_multiple": "implied_part_book",
}
"""What a multiple asks of a part whose value is stated."""
GRIDS = {
    "value": "part_value_in_grid",
    "parent": "part_value_to_parent_in_grid",
    "share": "part_value_per_share_in_grid",
}
"""The three grids of a part: all of it, what reaches the parent, and that per share of the parent."""


@dataclass(frozen=True)
class Part:
    """One step of the bridge."""

    part: str
    method: str
    """The player that values it."""
    multiplied: str
    """The quantity that its multiple is of; implied where the value is what is stated."""
    multiplied_value: float | None
    multiple: float | None
    implied: bool
    value: float | None
    stake: float | None
    holding_discount: float | None
    value_per_share: float | None
    printed_per_share: float | None
    share_of_value: float | None
    known: str
    missing: str


@dataclass(frozen=True)
class Point:
    """One cell of a grid."""

    revenue_point: str
    multiple_point: str
    revenue: float
    multiple: float
    value: float
    printed: str | None
    line: int | None


@dataclass(frozen=True)
class Grid:
    """Sales across, multiples down."""

    part: str
    quantity: str
    unit: str
    exhibit: int | None
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Bridge:
    """A company by its parts."""

    company: str
    unit: str
    exhibit: int | None
    parts: tuple[Part, ...]
    total: float | None
    printed: float | None
    known: str
    missing: str

    def as_dict(self) -> dict[str, Any]:
        """The bridge as other programs read it."""
        return asdict(self)


def with_parts(model: Model) -> list[str]:
    """Companies that have parts, in the order of their cards."""
    found = dict.fromkeys(key[1] for key in model.facts.facts if key[0] == "part_of_company")
    return [company for company in model.facts.labels.get("company", []) if company in found]


def bridge(model: Model, company: str) -> Bridge:
    """The value of a company by its parts; refuses one that has none."""
    label = model.label("company", company)
    parts = _parts_of(model, label)
    if not parts:
        parent = next((one for one in with_parts(model) if label in _parts_of(model, one)), None)
        raise BadRequest(
            Problem(
                f"{label} has no parts",
                why=f"it is itself a part of {parent}" if parent else "no part names it as the company that counts it",
                remedy=f"those with parts are {', '.join(with_parts(model))}; a card in a folder parts/ adds one",
            )
        )
    total = model.solve("sum_of_parts_value_per_share", company=label).records[0]
    printed = _printed(model, "sum_of_parts_value_per_share", {"company": label})
    exhibit = printed.exhibit if printed else None
    rows = [_part(model, part, exhibit) for part in _in_order(model, parts, exhibit)]
    value = total.value if isinstance(total.value, float) else None
    return Bridge(label, total.unit, exhibit, tuple(rows), value, _number(printed), total.known, total.missing)


def grids(model: Model, company: str) -> list[Grid]:
    """The grids of a company's parts that have a range of sales and one of multiples."""
    found = []
    for part in _parts_of(model, model.label("company", company)):
        for quantity in GRIDS.values():
            points = _points(model, part, quantity)
            if points:
                figure = _printed(model, quantity, {"part": part, **_at(points[0])})
                unit = model.unit(quantity, {"part": part})
                found.append(Grid(part, quantity, unit, figure.exhibit if figure else None, points))
    return found


def _parts_of(model: Model, company: str) -> list[str]:
    facts = model.facts
    return [part for part in facts.labels.get("part", []) if facts.of("part_of_company", (company, part))]


def _in_order(model: Model, parts: list[str], exhibit: int | None) -> list[str]:
    """As the source prints them, then the rest."""
    lines = {
        figure.labels["part"]: figure.line
        for figure in reversed(model.facts.figures)
        if figure.exhibit == exhibit is not None and "part" in figure.labels
    }
    return sorted(parts, key=lambda part: lines.get(part, float("inf")))


def _part(model: Model, part: str, exhibit: int | None) -> Part:
    def of(quantity: str) -> float | None:
        value = model.solve(quantity, part=part).value
        return value if isinstance(value, float) else None

    cell = model.graph.cell("part_value", {"part": part})
    method = cell.formula.player if cell.formula else "set by hand"
    multiplied, multiple = BASES.get(method, ("", ""))
    implied = not multiplied
    if implied:
        known = [name for name in IMPLIED if of(name) is not None]
        multiplied, multiple = (IMPLIED[known[0]], known[0]) if known else ("", "")
    per_share = model.solve("part_value_per_share", part=part).records[0]
    return Part(
        part,
        method,
        multiplied,
        of(multiplied) if multiplied else None,
        of(multiple) if multiple else None,
        implied and bool(multiplied),
        of("part_value"),
        of("part_stake"),
        of("part_holding_discount"),
        of("part_value_per_share"),
        _number(_printed(model, "part_value_per_share", {"part": part}, exhibit)),
        of("part_share_of_value"),
        per_share.known,
        per_share.missing,
    )


def _points(model: Model, part: str, quantity: str) -> tuple[Point, ...]:
    found = []
    for record in model.solve(quantity, part=part):
        if not isinstance(record.value, float):
            continue
        labels = {axis: str(record.labels[axis]) for axis in ("revenue_point", "multiple_point")}
        revenue = model.solve("part_revenue_at_point", part=part, revenue_point=labels["revenue_point"]).value
        multiple = model.solve("part_sales_multiple_at_point", part=part, multiple_point=labels["multiple_point"]).value
        assert isinstance(revenue, float)
        assert isinstance(multiple, float)
        figure = _printed(model, quantity, {"part": part, **labels})
        printed, line = (figure.printed, figure.line) if figure else (None, None)
        found.append(
            Point(**labels, revenue=revenue, multiple=multiple, value=record.value, printed=printed, line=line)
        )
    return tuple(found)


def _at(point: Point) -> dict[str, str]:
    return {"revenue_point": point.revenue_point, "multiple_point": point.multiple_point}


def _printed(model: Model, quantity: str, labels: dict[str, Any], exhibit: int | None = None) -> Figure | None:
    """The figure an exhibit prints for a quantity at labels: of the exhibit named, else of the last."""
    found = [
        figure
        for figure in model.facts.figures
        if figure.quantity == quantity
        and figure.labels == labels
        and figure.scenario == "base"
        and figure.number is not None
        and figure.exhibit is not None
    ]
    return next((figure for figure in found if figure.exhibit == exhibit), found[-1] if found else None)


def _number(figure: Figure | None) -> float | None:
    return figure.number.value if figure is not None and figure.number is not None else None
