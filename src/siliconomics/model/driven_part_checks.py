"""What must hold of balance sheets and cash flows by half and quarter where drivers give the year.

The last part of a year closes as the year does, so a flow that the parts forget opens a gap in one of the others. The
arithmetic here is written apart from the formulas that it judges.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siliconomics.core import Problem
from siliconomics.facts.periods import parts_of
from siliconomics.facts.statement_lines import BALANCE, LINES, PARTS

from .driven_checks import Gap, driven_models, driven_years, place_of, value_of

if TYPE_CHECKING:
    from .engine import Model

WORDS = {"half": "halves", "quarter": "quarters"}


@dataclass(frozen=True)
class Roll:
    """Balances that move together, and the flows that move them, each with its sign."""

    balances: tuple[str, ...]
    flows: tuple[tuple[int, str], ...] = ()


ROLLS = (
    Roll(("cash_and_equivalents",), ((1, "net_change_in_cash"),)),
    Roll(("marketable_securities",), ((-1, "short_term_investment_change"),)),
    Roll(("operating_working_capital",), ((-1, "working_capital_change"),)),
    Roll(("long_term_investments",), ((-1, "long_term_investment_change"),)),
    Roll(("property_plant_equipment",), ((-1, "capital_expenditure"), (-1, "depreciation"))),
    Roll(("intangible_assets",), ((-1, "other_investing_cash"), (-1, "other_operating_cash"))),
    Roll(("other_non_current_assets",)),
    Roll(("short_term_debt",), ((1, "short_term_debt_change"),)),
    Roll(("long_term_debt",), ((1, "long_term_debt_change"),)),
    Roll(("other_non_current_liabilities",)),
    Roll(("share_capital", "additional_paid_in_capital"), ((1, "share_issuance"),)),
    Roll(("retained_earnings",), ((1, "net_income"), (1, "dividends_paid"))),
    Roll(("other_equity",)),
    Roll(("total_equity",), ((1, "net_income"), (1, "dividends_paid"), (1, "share_issuance"))),
)


def part_ties(model: Model, company: str) -> Iterator[Gap]:
    """Every tie of a company's driven halves and quarters that has its figures."""
    for dimension in PARTS:
        yield from both_sides(model, company, dimension)
        yield from rolls(model, company, dimension)
        yield from closings(model, company, dimension)


def parts_with_income(model: Model, company: str, dimension: str) -> list[str]:
    """Halves or quarters, in order, of which a company has an income statement."""
    revenue = f"{PARTS[dimension]}revenue"
    labels = model.facts.labels.get(dimension, [])
    return [part for part in labels if value_of(model, revenue, company, part, dimension) is not None]


def both_sides(model: Model, company: str, dimension: str) -> Iterator[Gap]:
    """Assets against liabilities and equity at the end of each part; what the years opened with is carried on."""
    prefix = PARTS[dimension]
    years = driven_years(model, company)
    opened = (
        _values(model, ("total_assets", "liabilities_and_equity"), company, years[0] - 1, "year") if years else None
    )
    carried = abs(opened[1] - opened[0]) if opened else 0.0
    names = (f"{prefix}total_assets", f"{prefix}liabilities_and_equity")
    for _, part in _steps(model, company, dimension):
        found = _values(model, names, company, part, dimension)
        if found:
            yield Gap(f"both sides of the balance sheet by {dimension}", company, part, found[0], found[1], carried)


def rolls(model: Model, company: str, dimension: str) -> Iterator[Gap]:
    """Each balance against the one before and what flowed."""
    prefix = PARTS[dimension]
    for roll in ROLLS:
        balances = [f"{prefix}{name}" for name in roll.balances]
        flows = [f"{prefix}{name}" for _, name in roll.flows]
        for before, part in _steps(model, company, dimension):
            opened = _values(model, balances, company, before, dimension)
            closed = _values(model, balances, company, part, dimension)
            moved = _values(model, flows, company, part, dimension)
            if opened and closed and moved is not None:
                signed = (sign * flow for (sign, _), flow in zip(roll.flows, moved, strict=True))
                name = f"balances roll by {dimension}: {' and '.join(roll.balances)}"
                yield Gap(name, company, part, math.fsum(closed), math.fsum([*opened, *signed]), 0.0)


def closings(model: Model, company: str, dimension: str) -> Iterator[Gap]:
    """Each balance at the end of the last part of a year against that of the year."""
    lines = [line for line in LINES if line.statement == BALANCE and line.stock and line.unit == "money"]
    having = set(parts_with_income(model, company, dimension))
    for year in driven_years(model, company):
        last = parts_of(dimension, year)[-1]
        if last not in having:
            continue
        for line in lines:
            whole = _values(model, (line.quantity,), company, year, "year")
            part = _values(model, (line.of(dimension),), company, last, dimension)
            if whole and part:
                yield Gap(
                    f"{WORDS[dimension]} close as the year: {line.quantity}", company, last, whole[0], part[0], 0.0
                )


def _steps(model: Model, company: str, dimension: str) -> Iterator[tuple[str, str]]:
    """Each driven part with the one before it."""
    labels = parts_with_income(model, company, dimension)
    years = set(driven_years(model, company))
    for before, part in itertools.pairwise(labels):
        if int(part[:4]) in years:
            yield before, part


def _values(
    model: Model, names: tuple[str, ...] | list[str], company: str, period: str | int, dimension: str
) -> list[float] | None:
    """The figures of several lines; none unless all are known."""
    if not all(model.graph.exists(name) for name in names):
        return None
    found = [value_of(model, name, company, period, dimension) for name in names]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


# -- the checks ---------------------------------------------------------------------------------


def driven_parts_balance(model: Model) -> Iterator[Problem]:
    """Assets are liabilities and equity at the end of every half and quarter that follows from drivers."""
    remedy = "a balance moves without the same movement in the cash flow of the part, or with its sign turned"
    yield from _missed(model, both_sides, "total_assets", "does not balance", remedy)


def driven_parts_roll(model: Model) -> Iterator[Problem]:
    """Each balance of a half or quarter is the one before and what flowed."""
    yield from _missed(model, rolls, "", "does not roll", "let it move by its flows of the part, and by nothing else")


def driven_parts_close_at_the_year(model: Model) -> Iterator[Problem]:
    """The last half or quarter of a year closes with the balances of the year."""
    yield from _missed(
        model, closings, "", "does not close as the year", "let the last part of a year close as the year does"
    )


DRIVEN_PART_CHECKS: tuple[Callable[[Model], Iterator[Problem]], ...] = (
    driven_parts_balance,
    driven_parts_roll,
    driven_parts_close_at_the_year,
)


def _missed(
    model: Model, look: Callable[[Model, str, str], Iterator[Gap]], line: str, what: str, remedy: str
) -> Iterator[Problem]:
    """The first gap of each company, dimension and line."""
    for driven, company in driven_models(model):
        for dimension, prefix in PARTS.items():
            told: set[str] = set()
            for gap in look(driven, company, dimension):
                name = gap.name.partition(": ")[2]
                if gap.holds or name in told:
                    continue
                told.add(name)
                quantity = prefix + (line or name.partition(" and ")[0])
                unit = driven.unit(quantity, {"company": company})
                yield Problem(
                    f"{name or 'balance sheet'} of {company} {gap.period} {what}: gap {gap.gap:+,.6g} {unit}",
                    place_of(driven, quantity),
                    f"one side is {gap.printed:,.6g}, the other {gap.computed:,.6g}",
                    remedy,
                )


__all__ = ["DRIVEN_PART_CHECKS", "ROLLS", "Roll", "part_ties", "parts_with_income"]
