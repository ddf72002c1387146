"""A dated forecast worked out again from the inputs it states, and held against the results it states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem, named, nearest
from siliconomics.facts import Entry
from siliconomics.facts.vintages import FED, REGISTER, fed_quantity, rounding
from siliconomics.model import Model
from siliconomics.model.overlay import Change

PREFIX = "vintage_"


@dataclass(frozen=True)
class Vintage:
    """A forecast of a day: what it holds."""

    name: str
    as_of: str
    years: tuple[int, ...]
    rows: int
    inputs: int
    results: int
    solved: int
    assumed: int
    """Inputs that the forecast does not state and somebody assumes."""
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Solved:
    """A number that the forecast does not print, and that its result asks for."""

    quantity: str
    value: float
    stated: float | None
    """What the forecast states, or what follows from its statements."""
    low: float | None
    high: float | None
    inside: bool | None
    """Whether the solved value lies in the stated range; none where no range is known."""


@dataclass(frozen=True)
class Result:
    """A result that a forecast states, beside what its inputs give."""

    quantity: str
    year: int
    unit: str
    stated: float
    printed: str
    bound: str
    replayed: float | None
    difference: float | None
    low: float | None
    high: float | None
    """What the inputs' own ranges reach."""
    verdict: str
    """closes, closes by a solved number, closes within ranges, does not close, or open."""
    missing: tuple[str, ...]
    """Inputs without which nothing follows."""
    solved: tuple[Solved, ...]
    """For a result that does not close: what each input alone would have to be."""
    by: tuple[str, ...]
    """Solved numbers that the replay rests on."""
    source: str
    statement: str


@dataclass(frozen=True)
class Input:
    """An input of a forecast."""

    quantity: str
    year: int
    unit: str
    value: float
    low: float | None
    high: float | None
    role: str
    known: str
    source: str
    statement: str


@dataclass(frozen=True)
class Replay:
    """A forecast from its inputs to its results."""

    vintage: str
    as_of: str
    inputs: tuple[Input, ...]
    results: tuple[Result, ...]
    asides: tuple[Input, ...]

    def as_dict(self) -> dict[str, Any]:
        """The replay as other programs read it."""
        return asdict(self)


def rows(model: Model, vintage: str = "", roles: Sequence[str] = ()) -> list[Entry]:
    """Rows of the register, of one forecast and some roles; what is lost is left out."""
    register = model.facts.registers.get(REGISTER)
    every = register.entries if register else []
    return [
        one
        for one in every
        if not one.lost and vintage in ("", one.about) and (not roles or one.values["role"] in roles)
    ]


def label(model: Model, vintage: str) -> str:
    """The forecast a spelling means."""
    return str(model.label("vintage", vintage))


def vintages(model: Model) -> list[Vintage]:
    """Every forecast, oldest first."""
    found = []
    for name in model.graph.labels_of("vintage"):
        own = rows(model, name)
        count = {role: sum(one.values["role"] == role for one in own) for role in ("input", "result", "solved")}
        found.append(
            Vintage(
                name, day(own), tuple(sorted({int(one.date) for one in own})), len(own), count["input"],
                count["result"], count["solved"],
                sum(one.values["role"] == "input" and one.known == "assumed" for one in own),
                tuple(dict.fromkeys(one.source.partition("#")[0] for one in own)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.as_of, one.name))


def day(own: Sequence[Entry]) -> str:
    """The day of a forecast: that of its rows."""
    return max(one.as_of for one in own)


def replay(model: Model, vintage: str) -> Replay:
    """A forecast from its own inputs: every result it states beside what follows, and what does not close."""
    name = label(model, vintage)
    own = rows(model, name)
    return Replay(
        name,
        day(own),
        tuple(_input(model, one) for one in own if one.values["role"] in FED),
        tuple(_result(model, one) for one in own if one.values["role"] == "result"),
        tuple(_input(model, one) for one in own if one.values["role"] == "aside"),
    )


def _input(model: Model, entry: Entry) -> Input:
    quantity = str(entry.values["quantity"])
    fed = fed_quantity(model.facts, quantity) or quantity
    value, low, high = (_number(entry.values[column]) for column in ("value", "low", "high"))
    assert value is not None
    if entry.values["role"] in FED:  # a what-if holds another
        cell = model.graph.cell(fed, {"vintage": entry.about, "year": int(entry.date)})
        held = model.graph.value(cell)
        value = value if held is None else float(held)
    return Input(
        quantity, int(entry.date), model.graph.unit_of(fed), value, low, high,
        str(entry.values["role"]), entry.known, entry.source, str(entry.values["statement"]),
    )  # fmt: skip


def _number(value: float | str | None) -> float | None:
    return value if isinstance(value, float) else None


def _result(model: Model, entry: Entry) -> Result:
    quantity, year = str(entry.values["quantity"]), int(entry.date)
    stated = _number(entry.values["value"])
    assert stated is not None
    cell = model.graph.cell(quantity, {"vintage": entry.about, "year": year})
    replayed = model.graph.value(cell)
    facts = leaves(model, cell)
    by = tuple(one.name for one in facts if _role(model, one) == "solved")
    low, high = _reach(model, cell, facts) if replayed is not None else (None, None)
    verdict = _verdict(entry, stated, replayed, low, high, facts, by)
    near = {one.name: one for one in (*cell.uses, *facts) if one.node is not None}
    solved = tuple(_solve(model, cell, one, stated) for one in near.values()) if verdict == "does not close" else ()
    return Result(
        quantity, year, model.graph.unit_of(quantity), stated, str(entry.values["printed"] or ""),
        str(entry.values["qualifier"] or ""), replayed, None if replayed is None else replayed / stated - 1, low, high,
        verdict, _missing(model, cell), tuple(one for one in solved if math.isfinite(one.value)), by,
        entry.source, str(entry.values["statement"]),
    )  # fmt: skip


def leaves(model: Model, cell: Cell) -> list[Cell]:
    """The stated inputs that a replayed result rests on."""
    if cell.node is None:
        return []
    return [one for one in model.graph.facts_under(cell) if one.node is not None]


def _role(model: Model, cell: Cell) -> str:
    quantity = cell.name.removeprefix("stated_")
    vintage, year = cell.labels.get("vintage"), str(cell.labels.get("year"))
    for one in rows(model, str(vintage), FED):
        if one.values["quantity"] == quantity and one.date == year:
            return str(one.values["role"])
    return ""


def _verdict(
    entry: Entry,
    stated: float,
    replayed: float | None,
    low: float | None,
    high: float | None,
    facts: Sequence[Cell],
    by: Sequence[str],
) -> str:
    if replayed is None:
        return "open"
    ends = (_number(entry.values["low"]), _number(entry.values["high"]))
    if entry.values["qualifier"] == ">":
        return "closes" if replayed > stated else "does not close"
    if entry.values["qualifier"] == "<":
        return "closes" if replayed < stated else "does not close"
    printed = rounding(entry) + sum(_half(one) for one in facts)
    if abs(math.log(replayed / stated)) <= math.log1p(printed) + 1e-9:
        return "closes by a solved number" if by else "closes"
    if ends[0] is not None and ends[1] is not None and ends[0] <= replayed <= ends[1]:
        return "closes within ranges"
    slack = stated * rounding(entry)
    if low is not None and high is not None and low <= stated + slack and high >= stated - slack:
        return "closes within ranges"
    return "does not close"


def _half(cell: Cell) -> float:
    """How far a printed input is rounded, relative to it."""
    fact = cell.given.origin if cell.given else None
    half, value = getattr(fact, "half", 0.0), cell.given.value if cell.given else 0.0
    return half / abs(value) if value else 0.0


def _reach(model: Model, cell: Cell, facts: Sequence[Cell]) -> tuple[float | None, float | None]:
    """The least and the most that inputs reach within their ranges: products and ratios move one way in each."""
    ranged = [one for one in facts if getattr(one.given.origin if one.given else None, "low", None) is not None]
    if not ranged:
        return None, None
    program = model.program([cell], ranged)
    assert cell.node is not None
    slopes = model.graph.tape.slopes(cell.node)
    ends: list[list[float]] = [[], []]
    for one in ranged:
        assert one.given is not None and one.node is not None
        low, high = one.given.origin.low, one.given.origin.high
        rises = slopes.get(one.node, 0.0) >= 0
        ends[0].append(low if rises else high)
        ends[1].append(high if rises else low)
    return float(program(ends[0])[0]), float(program(ends[1])[0])


def implied(model: Model, cell: Cell, leaf: Cell, target: float) -> float:
    """What one input must be for a result to come out, the others unchanged; not a number where none does."""
    program = model.program([cell], [leaf])
    at_one, at_two = (float(program([x])[0]) for x in (1.0, 2.0))
    if at_one > 0 and math.isclose(at_two, 2 * at_one, rel_tol=1e-9):
        return target / at_one
    if at_one > 0 and math.isclose(at_two, at_one / 2, rel_tol=1e-9):
        return at_one / target
    slope = at_two - at_one
    straight = math.isclose(float(program([3.0])[0]), at_two + slope, rel_tol=1e-9, abs_tol=1e-12)
    return 1 + (target - at_one) / slope if straight and slope else math.nan


def _solve(model: Model, cell: Cell, leaf: Cell, target: float) -> Solved:
    value = implied(model, cell, leaf, target)
    fact = leaf.given.origin if leaf.given else None
    low, high = getattr(fact, "low", None), getattr(fact, "high", None)
    inside = low <= value <= high if low is not None and high is not None else None
    declared = model.facts.declarations.get(leaf.name)
    if declared is not None and declared.possible is not None and value not in declared.possible:
        inside = False
    now = model.graph.value(leaf)
    return Solved(leaf.name, value, None if now is None else float(now), low, high, inside)


def _missing(model: Model, cell: Cell) -> tuple[str, ...]:
    """What of the formula's own arguments is unknown; a statement of the result itself is no way to it."""
    if cell.missing is None:
        return ()
    names = cell.formula.arguments if cell.formula else (cell.name,)
    told = [one for one in names if one != f"stated_{cell.name}"]
    return tuple(
        one
        for one in told
        if model.graph.cell(one, {axis: cell.labels[axis] for axis in model.graph.dimensions_of(one)}).node is None
    )


# -- what-ifs ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """An answer of a forecast before and after a change of its inputs."""

    quantity: str
    year: int
    unit: str
    before: float
    after: float
    change: float | None


def changes(model: Model, vintage: str, sets: Iterable[str]) -> list[Change]:
    """``die_yield@2027=0.4`` of a forecast as changes of the model."""
    name = label(model, vintage)
    return [_change(model, name, item) for item in sets]


def _change(model: Model, name: str, item: str) -> Change:
    target, equals, text = item.rpartition("=")
    quantity, _, year = (part.strip() for part in target.partition("@"))
    example = "write for example --set die_yield@2027=0.4"
    if not equals or not quantity:
        raise BadRequest(Problem(f"--set {item!r} is not of the form name@year=value", remedy=example))
    own = {
        one: fed_quantity(model.facts, one)
        for one in (str(entry.values["quantity"]) for entry in rows(model, name, FED))
    }
    full = quantity if quantity.startswith(PREFIX) else PREFIX + quantity
    if full not in own:
        known = [one.removeprefix(PREFIX) for one in own]
        what = f"{name} has no input {quantity!r}"
        raise BadRequest(Problem(what, remedy=nearest(quantity.removeprefix(PREFIX), known)))
    years = [entry.date for entry in rows(model, name, FED) if entry.values["quantity"] == full]
    if not year and len(years) > 1:
        raise BadRequest(Problem(f"--set {quantity}: {name} gives it for {', '.join(years)}", remedy=example))
    year = year or years[0]
    if year not in years:
        raise BadRequest(Problem(f"{name} gives {quantity} for {', '.join(years)}, not {year}", remedy="name one"))
    try:
        value = float(text.strip().removesuffix("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRequest(Problem(f"--set {quantity}: {text.strip()!r} is not a finite number", remedy=example))
    return model.change(own[full], value, why="--set", vintage=name, year=int(year))


def what_if(model: Model, changed: Model, vintage: str) -> list[Moved]:
    """What a changed input moves, of everything that the forecast's inputs give; solved numbers stay as they were."""
    name = label(model, vintage)
    found = []
    for quantity in chain(model):
        unit = model.graph.unit_of(quantity)
        for year in model.graph.labels_of("year"):
            labels = {"vintage": name, "year": year}
            before, after = (one.graph.value(one.graph.cell(quantity, labels)) for one in (model, changed))
            if before is None or after is None or math.isclose(before, after, rel_tol=1e-12):
                continue
            found.append(Moved(quantity, year, unit, before, after, after / before - 1 if before else None))
    return found


def chain(model: Model) -> list[str]:
    """What formulas give of a forecast, in the order of the chain."""
    return [one for one in model.graph.roles if one.startswith(PREFIX)]


def answer(model: Model, quantity: str, vintage: str, year: int) -> Cell:
    """One answer of a forecast; refused with what is missing."""
    cell = model.graph.cell(quantity, {"vintage": vintage, "year": year})
    if cell.node is None:
        needs = ", ".join(_missing(model, cell))
        what = f"{named(quantity, cell.labels)} is unknown"
        raise BadRequest(Problem(what, why=f"the forecast states no {needs}" if needs else "", remedy=""))
    return cell
