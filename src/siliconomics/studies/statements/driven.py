"""Statements that follow from drivers: every line, what moved it off the plan, and the ties that hold it together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.facts.statement_lines import BALANCE, CASH, LINES, PARTS, STATEMENTS, input_of
from siliconomics.model import Model
from siliconomics.model.driven_checks import DRIVEN, PLAYER, Gap, driven_years, opening, sums, ties
from siliconomics.model.driven_part_checks import part_ties, parts_with_income
from siliconomics.studies.audit.recompute import rounding

RATIOS = "ratios"
RATIO_LINES = {
    "year": (
        "gross_margin",
        "operating_margin",
        "net_margin",
        "return_on_average_equity",
        "receivable_days",
        "inventory_days",
        "payable_days",
        "current_ratio",
        "quick_ratio",
        "net_debt_to_equity",
        "liabilities_to_equity",
        "free_cash_flow_to_equity_of_lines",
        "cash_put_by",
    ),
    "half": ("half_year_gross_margin", "half_year_operating_margin", "half_year_net_margin"),
    "quarter": ("quarter_gross_margin", "quarter_operating_margin", "quarter_net_margin"),
}
"""What is read off the lines, by period."""
MOVED = 1e-9
"""Binary arithmetic aside, a line is where the plan has it."""


@dataclass(frozen=True)
class DrivenLine:
    """One line of one period: what the drivers make of it, what the plan had, what is printed."""

    quantity: str
    statement: str
    dimension: str
    period: Any
    value: float
    unit: str
    known: str
    plan: float | None
    """With the drivers as they stand; None where the plan has no such line."""
    printed: float | None
    """What a source prints; None where it prints nothing, or the line is ours."""
    forecast: bool
    """Whether drivers give the line; else it is the period they start from, or one before it."""

    @property
    def moved(self) -> float:
        """What the line lies above the plan."""
        if self.plan is None or abs(self.value - self.plan) <= MOVED * max(1.0, abs(self.plan)):
            return 0.0
        return self.value - self.plan


@dataclass(frozen=True)
class Met:
    """How well the plan meets what is printed of its years."""

    met: int
    printed: int
    largest: float
    where: str
    unit: str


@dataclass(frozen=True)
class DrivenStatement:
    """A company's three statements under drivers."""

    company: str
    scenario: str
    lines: tuple[DrivenLine, ...]
    ties: tuple[Gap, ...]
    met: Met
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The statements as other programs read them."""
        return {
            "company": self.company,
            "scenario": self.scenario,
            "lines": [{**asdict(one), "period": str(one.period), "moved": one.moved} for one in self.lines],
            "ties": [
                {**asdict(one), "period": str(one.period), "gap": one.gap, "holds": one.holds} for one in self.ties
            ],
            "printed": asdict(self.met),
            "notes": list(self.notes),
        }


def follows_drivers(model: Model) -> bool:
    """Whether a model's scenario takes statements from drivers."""
    return model.graph.player("total_assets", {}) == PLAYER


def driven_statement(model: Model, company: str, period: str = "", through: int = 0) -> DrivenStatement:
    """A company's statements from its drivers, from the last reported year to the last with drivers, or ``through``.

    Raises BadRequest for a company without drivers or a balance sheet, for a period or a year that it has none of.
    """
    label = str(model.label("company", company))
    years = driven_years(model, label)
    if not years:
        raise BadRequest(_no_statement(model, label))
    last = int(model.solve("driver_last_year").value or years[-1])
    if through and through not in years:
        raise BadRequest(
            Problem(f"no driven statement of {label} for {through}", remedy=f"it runs from {years[0]} to {years[-1]}")
        )
    shown = [year for year in years if year <= (through or last)]
    periods: dict[str, list[Any]] = {"year": [shown[0] - 1, *shown]}
    for dimension in PARTS:
        parts = parts_with_income(model, label, dimension)
        periods[dimension] = [part for part in parts if shown[0] - 1 <= int(part[:4]) <= shown[-1]]
    plan = _plan(model)
    lines = [one for one in _lines(model, plan, label, periods, shown[0]) if period in ("", one.dimension)]
    if period and period not in periods:
        raise BadRequest(Problem(f"there is no period {period!r}", remedy=f"choose {', '.join(periods)}"))
    if not lines:
        raise BadRequest(Problem(f"no statement of {label} runs by {period}", remedy="leave --period out"))
    found = [*opening(model, label), *ties(model, label)]
    if period != "year":
        found += [*sums(model, label), *part_ties(model, label)]
    held = tuple(one for one in found if int(str(one.period)[:4]) <= shown[-1])
    return DrivenStatement(
        label,
        model.scenario,
        tuple(lines),
        held,
        _met(plan, label, periods),
        tuple(_notes(model, label, shown, period)),
    )


def _no_statement(model: Model, company: str) -> Problem:
    having = [str(one) for one in model.graph.labels_of("company") if driven_years(model, str(one))]
    cell = model.graph.cell("total_assets", {"company": company, "year": _base_year(model, company) + 1})
    why = cell.missing.reason if cell.missing else ""
    return Problem(f"no statement of {company} follows from drivers", why=why, remedy=f"there are {', '.join(having)}")


def _base_year(model: Model, company: str) -> int:
    return int(model.solve("driver_base_year", company=company).value or 0)


def _plan(model: Model) -> Model:
    """The same facts with the drivers as they stand."""
    plain = model.unchanged
    return plain if plain.scenarios == [DRIVEN] else plain.under(DRIVEN)


def _lines(model: Model, plan: Model, company: str, periods: dict[str, list[Any]], first: int) -> Iterator[DrivenLine]:
    for dimension, labels in periods.items():
        for statement in (*STATEMENTS, RATIOS):
            flows_of_parts = statement == CASH and dimension != "year"  # only drivers say how they lie in a year
            shown = [one for one in labels if int(str(one)[:4]) >= first] if flows_of_parts else labels
            for quantity in _quantities(model, statement, dimension):
                for period in shown:
                    line = _line(model, plan, quantity, statement, company, dimension, period, first)
                    if line is not None:
                        yield line


def _quantities(model: Model, statement: str, dimension: str) -> Iterator[str]:
    """Lines of a statement in the order it is read, where the model knows them."""
    if statement == RATIOS:
        names = list(RATIO_LINES[dimension])
    else:
        names = [line.of(dimension) for line in LINES if line.statement == statement and line.unit == "money"]
        prefix = PARTS.get(dimension, "")
        if statement == CASH:
            names = [f"{prefix}net_income", *names]
        elif statement == BALANCE:
            names.insert(names.index(f"{prefix}total_equity") + 1, f"{prefix}liabilities_and_equity")
    yield from (one for one in names if model.graph.exists(one) and dimension in model.graph.dimensions_of(one))


def _line(
    model: Model, plan: Model, quantity: str, statement: str, company: str, dimension: str, period: Any, first: int
) -> DrivenLine | None:
    cell = _cell(model, quantity, company, dimension, period)
    value = model.graph.value(cell)
    if value is None:
        return None
    printed = _printed(model, quantity, company, period)
    return DrivenLine(
        quantity,
        statement,
        dimension,
        period,
        value,
        model.unit(quantity, cell.labels),
        model.graph.known(cell),
        plan.graph.value(_cell(plan, quantity, company, dimension, period)),
        printed[0] if printed else None,
        int(str(period)[:4]) >= first,
    )


def _cell(model: Model, quantity: str, company: str, dimension: str, period: Any) -> Cell:
    labels = {"company": company, dimension: period}
    return model.graph.cell(quantity, {axis: labels[axis] for axis in model.graph.dimensions_of(quantity)})


def _printed(model: Model, quantity: str, company: str, period: Any) -> tuple[float, float] | None:
    """The figure that a source prints, and half its last digit."""
    name = input_of(model.facts, quantity)
    fact = model.facts.of(name, (company, period)) if name else None
    if fact is None or fact.known == "assumed" or not isinstance(fact.value, float):
        return None
    return fact.value, fact.half


def _met(plan: Model, company: str, periods: dict[str, list[Any]]) -> Met:
    """Printed figures of driven periods against the plan, within what rounding allows."""
    met = count = 0
    largest, where = 0.0, ""
    first = periods["year"][1]
    for dimension, labels in periods.items():
        quantities = (one for statement in STATEMENTS for one in _quantities(plan, statement, dimension))
        for quantity in dict.fromkeys(quantities):
            for period in (one for one in labels if int(str(one)[:4]) >= first):
                printed = _printed(plan, quantity, company, period)
                cell = _cell(plan, quantity, company, dimension, period)
                value = plan.graph.value(cell)
                if printed is None or value is None or cell.formula is None:
                    continue
                gap, count = value - printed[0], count + 1
                met += abs(gap) <= printed[1] or abs(gap) <= printed[1] + rounding(plan, cell)
                if abs(gap) > abs(largest):
                    largest, where = gap, f"{quantity} {period}"
    return Met(met, count, largest, where, plan.unit("total_assets", {"company": company}))


def _notes(model: Model, company: str, years: list[int], period: str) -> Iterator[str]:
    opened = years[0] - 1
    names = [line.quantity for line in LINES if line.statement == BALANCE and model.graph.exists(line.quantity)]
    facts = [model.facts.of(name, (company, opened)) for name in names if name in model.facts.declarations]
    ours = [fact.quantity for fact in facts if fact is not None and fact.known == "assumed"]
    if ours:
        yield f"assumed, not printed, at the end of {opened}: {', '.join(_words(one) for one in ours)}"
    closing = ("other_non_current_assets", "additional_paid_in_capital")
    closed = [name for name in closing if model.facts.of(name, (company, opened)) is None]
    if closed:
        yield f"tied to the known equity of {opened} by {' and by '.join(_words(one) for one in closed)}"
    for dimension, prefix in PARTS.items():
        line = f"{prefix}revenue"
        whole = {int(str(part)[:4]): part for part in model.facts.labels.get(dimension, [])}  # the last part of each
        driven = [
            year
            for year, part in whole.items()
            if year in years and model.graph.value(_cell(model, line, company, dimension, part)) is not None
        ]
        ahead = [str(year) for year in driven if _printed(model, line, company, whole[year]) is None]
        if ahead:
            yield f"no {dimension} of {', '.join(ahead)} is printed: shares of the year before go on"
        split = driven and period in ("", dimension)
        if split and _value(model, f"{prefix}cash_and_equivalents", company, dimension, whole[driven[-1]]) is not None:
            yield (
                f"balance sheet and cash flow by {dimension}: no source prints them, how they lie in a year is assumed "
                f"(assumed {prefix.replace('_', ' ')}share of ..., way of days); they end as the year does"
            )
    yield from _run_out(model, company, years)


def _run_out(model: Model, company: str, years: list[int]) -> Iterator[str]:
    """When cash falls below nothing: first by year, else within one."""
    found: list[tuple[str, list[Any]]] = [("year", list(years))]
    for dimension in PARTS:
        parts = parts_with_income(model, company, dimension)
        found.append((dimension, [part for part in parts if int(part[:4]) in years]))
    for dimension, periods in found:
        line = f"{PARTS.get(dimension, '')}cash_and_equivalents"
        for period in periods:
            cash = _value(model, line, company, dimension, period)
            if cash is not None and cash < 0:
                unit = model.unit("cash_and_equivalents", {"company": company})
                yield f"cash falls to {cash:,.0f} {unit} in {period}: so much would have to be borrowed or raised by then"
                return


def _value(model: Model, quantity: str, company: str, dimension: str, period: Any) -> float | None:
    return model.graph.value(_cell(model, quantity, company, dimension, period))


def _words(quantity: str) -> str:
    return quantity.replace("_", " ")
