"""What limits supply: where the chips that are wanted get lost, what one more unit of a capacity would bring."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model

STEPS = (
    ("dies", "packages_wanted", "packages_dies_allow"),
    ("memory", "packages_dies_allow", "packages_memory_allows"),
    ("packaging", "packages_memory_allows", "packages_packaging_allows"),
    ("test", "packages_packaging_allows", "packages_started"),
)
"""Each constraint, with the packages before it and after it."""
CAPACITIES = (
    ("wafers", "ai_wafers_of_node", "wafer"),
    ("memory", "hbm_stacks_available", "stack"),
    ("packaging", "packaging_capacity_wafers", "packaging wafer"),
    ("test", "test_capacity_packages", "test"),
)
"""What could be added, and in which unit."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Made:
    """One product in one year: what is wanted and held back in the mean quarter, what comes of it in the year."""

    chip: str
    company: str
    year: int
    wanted: float
    held_back: dict[str, float]
    """Packages by constraint, in the mean quarter: what cannot be made is wanted again in the next one."""
    started: float
    made: float
    shipped: float
    stock: float
    bank: float

    @property
    def binds(self) -> str:
        """The constraint that takes most; 'orders' where none takes any."""
        most = max(self.held_back, key=lambda name: self.held_back[name])
        return most if self.held_back[most] > ROUNDING * self.wanted else "orders"


@dataclass(frozen=True)
class Price:
    """What one more unit of a capacity in each quarter of a year brings until the last quarter, per unit."""

    constraint: str
    node: str
    unit: str
    year: int
    chips: float
    value_usd: float


@dataclass(frozen=True)
class Supply:
    """Supply over all years."""

    scenario: str
    orders: str
    """Who plays the role ``units_ordered``."""
    years: tuple[int, ...]
    made: tuple[Made, ...]
    imported: dict[tuple[str, int], float]
    prices: tuple[Price, ...]

    def by_unit(self, constraint: str, node: str) -> dict[int, Price]:
        """Prices of one constraint, by year."""
        return {one.year: one for one in self.prices if (one.constraint, one.node) == (constraint, node)}

    def as_dict(self) -> dict[str, Any]:
        """Records for other programs."""
        return {
            "scenario": self.scenario,
            "orders": self.orders,
            "years": list(self.years),
            "products": [{**vars(one), "binds": one.binds} for one in self.made],
            "imported": [{"chip": chip, "year": year, "units": units} for (chip, year), units in self.imported.items()],
            "held_back_in_mean_quarter": self.held_back(),
            "binding": {year: self.binding(year) for year in self.years},
            "shadow_prices": [vars(one) for one in self.prices],
        }

    def vendors(self) -> dict[str, dict[int, float]]:
        """Units shipped of each vendor by year, the largest first."""
        found: dict[str, dict[int, float]] = {}
        for one in self.made:
            row = found.setdefault(one.company, dict.fromkeys(self.years, 0.0))
            row[one.year] += one.shipped
        return dict(sorted(found.items(), key=lambda item: -sum(item[1].values())))

    def held_back(self) -> dict[str, dict[int, float]]:
        """Packages that each constraint holds back in the mean quarter of a year."""
        return {
            name: {year: sum(one.held_back[name] for one in self.made if one.year == year) for year in self.years}
            for name, _, _ in STEPS
        }

    def binding(self, year: int) -> str:
        """The constraint that takes most packages in a year."""
        held = {name: row[year] for name, row in self.held_back().items()}
        most = max(held, key=lambda name: held[name])
        wanted = sum(one.wanted for one in self.made if one.year == year)
        return most if held[most] > ROUNDING * wanted else "orders"


def solve(model: Model, *, priced: bool = True) -> Supply:
    """Supply of every product that a node or a bank of dies feeds, year by year; refuses one with a gap."""
    quarters = _quarters(model)
    years = tuple(dict.fromkeys(int(quarter[:4]) for quarter in quarters))
    chips = products(model)
    made = [_made(model, chip, year, quarters) for chip in chips for year in years]
    imported: dict[tuple[str, int], float] = {}
    for chip in model.graph.labels_of("chip"):
        for year in years:
            parts = [
                _value(model, "units_imported", chip=chip, quarter=one) for one in quarters if int(one[:4]) == year
            ]
            known = [part for part in parts if part is not None]
            if known and sum(known) > 0:
                imported[(chip, year)] = sum(known)
    orders = model.graph.player("units_ordered", {})
    return Supply(
        model.scenario, orders, years, tuple(made), imported, _prices(model, quarters, years) if priced else ()
    )


def products(model: Model) -> list[str]:
    """Chips that a node makes or a bank of dies holds; a gap in what supplies them is refused by name."""
    facts, graph = model.facts, model.graph
    chips = {key[1] for key, found in facts.facts.items() if key[0] == "made_on" and found[0].value}
    chips |= {key[1] for key in facts.facts if key[0] == "opening_die_bank_dies"}
    problems: list[Problem] = []
    last = _quarters(model)[-1]
    for chip in (order := [one for one in graph.labels_of("chip") if one in chips]):
        for name in ("units_shipped", "unit_stock"):
            cell = graph.cell(name, {"chip": chip, "quarter": last})
            if cell.missing is not None:
                problems.append(
                    Problem(
                        f"the supply of {chip} cannot be worked out",
                        str(cell),
                        cell.missing.reason,
                        "give what is missing, with a source or as an assumption with a range",
                    )
                )
                break
    if problems:
        raise BadRequest(*problems)
    return order


def _quarters(model: Model) -> list[str]:
    """Quarters that supply is worked out for."""
    known = [key[1] for key in model.facts.facts if key[0] == "calendar_year"]
    return [one for one in model.graph.labels_of("quarter") if one in known]


def _value(model: Model, quantity: str, **labels: Any) -> float | None:
    return model.graph.value(model.graph.cell(quantity, labels))


def _known(model: Model, quantity: str, **labels: Any) -> float:
    cell = model.graph.cell(quantity, labels)
    if cell.node is None:
        raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason if cell.missing else ""))
    return float(model.graph.tape.values[cell.node])


def _made(model: Model, chip: str, year: int, quarters: Sequence[str]) -> Made:
    own = [one for one in quarters if int(one[:4]) == year]

    def summed(name: str) -> float:
        return sum(_known(model, name, chip=chip, quarter=one) for one in own)

    held = {name: max(summed(before) - summed(after), 0.0) / len(own) for name, before, after in STEPS}
    company = model.graph.word("chip_maker", {"chip": chip})
    return Made(
        chip,
        company if isinstance(company, str) else "",
        year,
        summed("packages_wanted") / len(own),
        held,
        summed("packages_started"),
        summed("units_made"),
        summed("units_shipped"),
        _known(model, "unit_stock", chip=chip, quarter=own[-1]),
        _known(model, "die_bank", chip=chip, quarter=own[-1]),
    )


def _prices(model: Model, quarters: Sequence[str], years: Sequence[int]) -> tuple[Price, ...]:
    """Exact slopes of all deliveries, by one reverse sweep each for chips and value."""
    graph = model.graph
    slopes = []
    for name in ("domestic_units_so_far", "domestic_value_so_far_usd_bn"):
        cell = graph.cell(name, {"quarter": quarters[-1]})
        slopes.append({} if cell.node is None else graph.tape.slopes(cell.node))
    found: list[Price] = []
    for constraint, quantity, unit in CAPACITIES:
        nodes = graph.labels_of("node") if "node" in graph.dimensions_of(quantity) else [""]
        for node in nodes:
            for year in years:
                own = [one for one in quarters if int(one[:4]) == year]
                cells = [graph.cell(quantity, {"quarter": one, "node": node}) for one in own]
                places = [cell.node for cell in cells if cell.node is not None]
                if places:
                    chips, value = (sum(slope.get(place, 0.0) for place in places) / len(places) for slope in slopes)
                    found.append(Price(constraint, node, unit, year, chips, value * 1e9))
    return tuple(found)


# -- nodes: one density behind many yields --------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A node: its density by year end, the yield of the reference die, and the products whose yields are printed."""

    node: str
    foundry: str
    density: dict[int, float]
    reference_yield: dict[int, float]
    wafers: dict[int, float]
    """Wafers per month for AI chips, in the last quarter."""
    products: tuple[tuple[str, float, float], ...]
    """Chip, printed yield, its defects over those of the node."""


def nodes(model: Model) -> tuple[Node, ...]:
    """Every node with a density."""
    graph, quarters = model.graph, _quarters(model)
    area = _known(model, "reference_die_area_mm2") / 100.0
    found: list[Node] = []
    for node in graph.labels_of("node"):
        ends = [one for one in quarters if one.endswith("Q4")]
        density = {
            int(one[:4]): value
            for one in ends
            if (value := _value(model, "defect_density_in_quarter_per_cm2", node=node, quarter=one)) is not None
        }
        if not density:
            continue
        wafers = {
            int(one[:4]): value / 3
            for one in ends
            if (value := _value(model, "ai_wafers_of_node", node=node, quarter=one)) is not None
        }
        products = tuple(
            (chip, printed, _known(model, "chip_defect_factor", chip=chip))
            for chip in graph.labels_of("chip")
            if graph.word("printed_yield_node", {"chip": chip}) == node
            if (printed := _value(model, "stated_die_yield", chip=chip)) is not None
        )
        reference = {year: math.exp(-value * area) for year, value in density.items()}
        foundry = str(model.facts.cards["node"][node]["foundry"])
        found.append(Node(node, foundry, density, reference, wafers, products))
    return tuple(found)


@dataclass(frozen=True)
class Forecast:
    """One dated forecast of wafers, at the ends of years."""

    forecast: str
    node: str
    published: str
    counts: str
    ai_only: bool
    weight: float
    given: dict[int, float]
    path: dict[int, float]


def forecasts(model: Model) -> tuple[Forecast, ...]:
    """Dated forecasts side by side, oldest first, each on the node or group that it speaks of."""
    graph = model.graph
    years = list(dict.fromkeys(int(one[:4]) for one in _quarters(model)))
    found: list[Forecast] = []
    for name in graph.labels_of("forecast"):
        card = model.facts.cards["forecast"][name]
        for node in graph.labels_of("node"):
            given = {
                year: value
                for year in graph.labels_of("year")
                if (value := _value(model, "capacity_forecast_wafers_per_month", forecast=name, node=node, year=year))
                is not None
            }
            if not given:
                continue
            path = {
                year: _known(model, "forecast_capacity_wafers_per_month", forecast=name, node=node, year=year)
                for year in years
            }
            members = [
                one
                for one in graph.labels_of("node")
                if one == node or graph.word("capacity_group", {"node": one}) == node
            ]
            weight = max(_value(model, "forecast_weight", forecast=name, node=one) or 0.0 for one in members)
            only = bool(_known(model, "forecast_counts_ai_only", forecast=name))
            found.append(Forecast(name, node, str(card["published"]), card["counts"], only, weight, given, path))
    return tuple(sorted(found, key=lambda one: one.published))


# -- a plan that must be met --------------------------------------------------------------------


@dataclass(frozen=True)
class Shortfall:
    """What a plan lacks: chips, and of each constraint how much, in its own unit."""

    chip: str
    year: int
    planned: float
    shipped: float
    lacks: dict[str, tuple[float, str]]
    """By constraint: how much, of what."""


def shortfall(model: Model, chip: str, year: int, units: float) -> Shortfall:
    """What keeps a product from so many units in a year, ordered in four equal parts."""
    quarters = [one for one in _quarters(model) if int(one[:4]) == year]
    if not quarters:
        every = _quarters(model)
        raise BadRequest(
            Problem(f"supply is not worked out for {year}", remedy=f"it runs from {every[0][:4]} to {every[-1][:4]}")
        )
    chip = model.label("chip", chip)
    if chip not in products(model):
        raise BadRequest(
            Problem(
                f"no node makes {chip} and no bank of dies holds it",
                why="supply is worked out for chips of domestic makers",
                remedy=f"one of {', '.join(products(model))}",
            )
        )
    if not 0 <= units < float("inf"):
        raise BadRequest(Problem(f"{units:g} units of {chip} are impossible", remedy="give a number from 0 up"))
    held = [model.change("units_ordered", units / len(quarters), chip=chip, quarter=one) for one in quarters]
    planned = model.with_changes(*held)
    made = _made(planned, chip, year, quarters)
    dies = _known(planned, "supply_dies_per_package", chip=chip)
    lost = {name: max(held, 0.0) * len(quarters) for name, held in made.held_back.items()}
    lacks: dict[str, tuple[float, str]] = {
        "dies": (lost["dies"] * dies, "good dies"),
        "memory": (lost["memory"] * _known(planned, "supply_hbm_stacks_per_chip", chip=chip), "stacks"),
        "packaging": (lost["packaging"] / _known(planned, "supply_packages_per_wafer", chip=chip), "packaging wafers"),
        "test": (lost["test"], "tests"),
    }
    lacks = {name: one for name, one in lacks.items() if one[0] > ROUNDING * max(units, 1)}
    return Shortfall(chip, year, units, made.shipped, lacks)


def ensure(model: Model, chip: str, year: int, units: float) -> Shortfall:
    """The same, refused where the plan cannot be met: which constraint, and by how much."""
    found = shortfall(model, chip, year, units)
    if found.shipped < units * (1 - ROUNDING):
        missing = "; ".join(f"{name}: {amount:,.0f} {unit} more" for name, (amount, unit) in found.lacks.items())
        raise BadRequest(
            Problem(
                f"{found.chip} in {year}: {units:,.0f} are planned and {found.shipped:,.0f} can be delivered",
                why=(
                    f"all other orders being those of the scenario ({model.scenario}), what is lacking over the year, in the "
                    f"order of the chain: {missing or 'stock of the quarters before'}"
                ),
                remedy="plan less, or raise what is lacking with --set",
            )
        )
    return found
