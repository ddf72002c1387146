"""What must hold of statements that follow from drivers: both sides agree, cash ties, balances roll, parts make the year.

No line is found from the two sides of a balance sheet, so a movement that the cash flow statement forgets, or takes
with the wrong sign, opens a gap here. What a user holds by hand is theirs: scenarios and what-ifs are left out, and
`siliconomics statements` shows the same ties for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from siliconomics.core import Cell, Problem
from siliconomics.facts import Fact
from siliconomics.facts.periods import parts_of
from siliconomics.facts.statement_lines import LINES, PARTS

from .statement_checks import ENOUGH, half_digit, own

if TYPE_CHECKING:
    from .engine import Model

DRIVEN = "from-drivers"
PLAYER = "from_drivers"
"""The scenario under which statements follow from drivers, and the player that gives their lines."""


@dataclass(frozen=True)
class Tie:
    """Two quantities that must be one figure in every driven year, and what it means if they are not."""

    name: str
    one: str
    other: str
    remedy: str
    of_levels: bool = False
    """Of balances as they stand, so that what they open with goes on; else of the movement of a year."""


BALANCE = Tie(
    "both sides of the balance sheet",
    "total_assets",
    "liabilities_and_equity",
    "a balance moves without the same movement in the cash flow statement, or with its sign turned",
    of_levels=True,
)
CASH = (
    Tie(
        "the flows make the change of cash", "net_change_in_cash", "net_change_in_cash_of_lines", "add the three flows"
    ),
    Tie("cash follows from its change", "cash_and_equivalents", "cash_of_roll", "take cash from the flows"),
    Tie(
        "working capital moves by its balances",
        "working_capital_change",
        "working_capital_change_of_balances",
        "take the flow from the balances",
    ),
)
EQUITY = (
    Tie("book value rolls (clean surplus)", "total_equity", "total_equity_of_roll", "book moves by income and owners"),
    Tie(
        "equity is its lines",
        "total_equity",
        "total_equity_of_lines",
        "each movement of equity belongs to one line",
        of_levels=True,
    ),
    Tie(
        "retained earnings roll", "retained_earnings", "retained_earnings_of_roll", "they move by income and dividends"
    ),
    Tie(
        "capital paid in moves by issues",
        "share_issuance",
        "share_issuance_of_balances",
        "an issue goes to capital at par and above",
    ),
)
ASSETS_AND_DEBT = (
    Tie(
        "fixed assets roll",
        "property_plant_equipment",
        "property_plant_equipment_of_roll",
        "they move by spending and depreciation",
    ),
    Tie(
        "intangible assets roll",
        "intangible_assets",
        "intangible_assets_of_roll",
        "they move by spending and amortisation",
    ),
    Tie(
        "long-term investments roll",
        "long_term_investments",
        "long_term_investments_of_roll",
        "they move by what is bought",
    ),
    Tie("short-term debt rolls", "short_term_debt", "short_term_debt_of_roll", "it moves by what is borrowed"),
    Tie("long-term debt rolls", "long_term_debt", "long_term_debt_of_roll", "it moves by what is borrowed"),
)
TIES = (BALANCE, *CASH, *EQUITY, *ASSETS_AND_DEBT)
SUMMED = (
    "revenue",
    "cost_of_goods_sold",
    "gross_profit",
    "research_expense",
    "administrative_expense",
    "selling_expense",
    "operating_expense",
    "operating_income",
    "non_operating_income",
    "pretax_income",
    "income_tax",
    "net_income",
)
"""Flows of a year that its halves or quarters make."""
BALANCES = (
    "marketable_securities",
    "trade_receivables",
    "inventories",
    "other_current_assets",
    "long_term_investments",
    "property_plant_equipment",
    "intangible_assets",
    "other_non_current_assets",
    "short_term_debt",
    "trade_payables",
    "other_current_liabilities",
    "long_term_debt",
    "other_non_current_liabilities",
)
"""Lines whose movement must stand in the cash flow statement."""


@dataclass(frozen=True)
class Gap:
    """A tie that was looked at: the two figures, and what they may differ by."""

    name: str
    company: str
    period: Any
    printed: float
    computed: float
    allowed: float

    @property
    def gap(self) -> float:
        return self.computed - self.printed

    @property
    def holds(self) -> bool:
        return abs(self.gap) <= self.allowed + ENOUGH * max(1.0, abs(self.printed), abs(self.computed))


# -- the ties of one company --------------------------------------------------------------------


def driven_years(model: Model, company: str) -> list[int]:
    """Years of the model in which a company's balance sheet comes from drivers."""
    base = model.solve("driver_base_year", company=company).value
    if not isinstance(base, float) or model.facts.of("trade_receivables", (company, int(base))) is None:
        return []  # nothing to start from
    later = [year for year in model.graph.labels_of("year") if year > base]
    cells = {year: _cell(model, "total_assets", company, year) for year in later}
    return [year for year, cell in cells.items() if cell.formula is not None and cell.node is not None]


def ties(model: Model, company: str, wanted: tuple[Tie, ...] = TIES) -> Iterator[Gap]:
    """Every tie of a company's driven years that has both its figures; what it opened with is carried on."""
    years = driven_years(model, company)
    for tie in wanted:
        opened = _values(model, tie, company, years[0] - 1) if tie.of_levels else None
        carried = abs(opened[1] - opened[0]) if opened else 0.0
        for year in years:
            found = _values(model, tie, company, year)
            if found:
                yield Gap(tie.name, company, year, *found, carried)


def opening(model: Model, company: str) -> Iterator[Gap]:
    """The same ties of the balance sheet that opens the driven years, within the rounding of its figures."""
    year = driven_years(model, company)[0] - 1
    facts = [model.facts.of(name, (company, year)) for name in (*BALANCES, "cash_and_equivalents", "total_equity")]
    allowed = sum(half_digit(fact) for fact in facts if fact is not None and fact.known != "assumed")
    for tie in TIES:
        found = _values(model, tie, company, year) if tie.of_levels else None
        if found:
            yield Gap(tie.name, company, year, *found, allowed)


def sums(model: Model, company: str) -> Iterator[Gap]:
    """Halves and quarters against the driven year they lie in."""
    for dimension, prefix in PARTS.items():
        labels = model.facts.labels.get(dimension, [])
        words = {"half": "halves", "quarter": "quarters"}[dimension]
        for year in driven_years(model, company):
            parts = parts_of(dimension, year)
            for line in SUMMED if set(parts) <= set(labels) else ():
                whole = _value(model, line, company, year)
                found = [_value(model, prefix + line, company, part, dimension) for part in parts]
                if whole is not None and all(one is not None for one in found):
                    total = math.fsum(one for one in found if one is not None)
                    yield Gap(f"{words} make the year: {line}", company, year, whole, total, 0.0)


def _values(model: Model, tie: Tie, company: str, year: int) -> tuple[float, float] | None:
    one, other = (_value(model, name, company, year) for name in (tie.one, tie.other))
    return None if one is None or other is None else (one, other)


def _cell(model: Model, name: str, company: str, period: Any, dimension: str = "year") -> Cell:
    return model.graph.cell(name, {"company": company, dimension: period})


def _value(model: Model, name: str, company: str, period: Any, dimension: str = "year") -> float | None:
    return model.graph.value(_cell(model, name, company, period, dimension))


# -- the checks ---------------------------------------------------------------------------------


def driven_balance_sheets_open_tied(model: Model) -> Iterator[Problem]:
    """The balance sheet from which driven years start has two equal sides, and equity is its lines."""
    for driven, company in _driven(model):
        for gap in () if _mixed(driven, company) else opening(driven, company):
            if not gap.holds:
                tie = next(one for one in TIES if one.name == gap.name)
                what = (
                    f"the balance sheet that opens the driven years of {company}, {gap.period}: {gap.name} do not tie"
                )
                why = (
                    f"{tie.one} {gap.printed:,.6g}, {tie.other} {gap.computed:,.6g}; rounding allows {gap.allowed:.3g}"
                )
                yield _problem(driven, what, replace(tie, remedy="correct the line that is wrong"), gap, company, why)


def driven_balance_sheets_balance(model: Model) -> Iterator[Problem]:
    """Assets are liabilities and equity in every year that follows from drivers."""
    for driven, company in _driven(model):
        missed = next((gap for gap in ties(driven, company, (BALANCE,)) if not gap.holds), None)
        if missed is not None:  # every later year carries the same gap on
            what = f"the driven balance sheet of {company} {missed.period} does not balance"
            why = f"assets {missed.printed:,.6g}, liabilities and equity {missed.computed:,.6g}"
            moved = _explained(driven, company, missed.period, missed.gap)
            yield _problem(driven, what, BALANCE, missed, company, f"{why}{moved}")


def driven_cash_ties(model: Model) -> Iterator[Problem]:
    """Cash of a driven year is that of the year before and its three flows."""
    yield from _rolls(model, CASH)


def driven_equity_rolls(model: Model) -> Iterator[Problem]:
    """Equity of a driven year rolls, as a whole and line by line."""
    yield from _rolls(model, EQUITY)


def driven_assets_and_debt_roll(model: Model) -> Iterator[Problem]:
    """Fixed and intangible assets, investments and debt of a driven year move by their flows."""
    yield from _rolls(model, ASSETS_AND_DEBT)


def driven_flows_have_their_signs(model: Model) -> Iterator[Problem]:
    """Costs and balances of a driven year are positive, and cash that only flows out is negative.

    A turned sign can roll through both sides unseen. Cash itself may run out: that is an answer, not a defect.
    """
    for driven, company in _driven(model):
        for line in LINES:
            if (
                line.sign == "either"
                or line.quantity == "cash_and_equivalents"
                or not driven.graph.exists(line.quantity)
            ):
                continue
            wanted = 1 if line.sign == "plus" else -1
            for year in driven_years(driven, company):
                value = _value(driven, line.quantity, company, year)
                if value is not None and value * wanted < -ENOUGH:
                    yield Problem(
                        f"driven {line.quantity} of {company} {year} has the wrong sign: {value:+,.6g} "
                        f"{driven.unit(line.quantity, {'company': company})}",
                        _place(driven, line.quantity),
                        "costs and balances are positive here, cash that flows out is negative",
                        "turn the sign in the formula, or correct the plan",
                    )
                    break


def driven_parts_make_the_year(model: Model) -> Iterator[Problem]:
    """Halves and quarters of a driven year make the year."""
    for driven, company in _driven(model):
        for gap in sums(driven, company):
            if not gap.holds:
                line = gap.name.partition(": ")[2]
                parts = gap.name.partition(" ")[0]
                yield Problem(
                    f"{line} of {company} {gap.period} is not the sum of its driven {parts}: gap {gap.gap:+,.6g} "
                    f"{driven.unit(line, {'company': company})}",
                    _place(driven, line),
                    f"the year is {gap.printed:,.6g}, its {parts} make {gap.computed:,.6g}",
                    "let the last part of a year be what the others leave",
                )


DRIVEN_CHECKS: tuple[Callable[[Model], Iterator[Problem]], ...] = (
    driven_balance_sheets_open_tied,
    driven_balance_sheets_balance,
    driven_cash_ties,
    driven_equity_rolls,
    driven_assets_and_debt_roll,
    driven_flows_have_their_signs,
    driven_parts_make_the_year,
)


def _rolls(model: Model, wanted: tuple[Tie, ...]) -> Iterator[Problem]:
    for driven, company in _driven(model):
        for tie in wanted:
            missed = next((gap for gap in ties(driven, company, (tie,)) if not gap.holds), None)
            if missed is not None:
                why = f"{tie.one} {missed.printed:,.6g}, {tie.other} {missed.computed:,.6g}"
                what = f"driven statements of {company} {missed.period}: {tie.name} does not hold"
                yield _problem(driven, what, tie, missed, company, why)


def _driven(model: Model) -> Iterator[tuple[Model, str]]:
    """The same facts and formulas under drivers alone, with each company that has a driven balance sheet."""
    if PLAYER not in model.graph.roles.get("total_assets", {}):
        return
    key = (DRIVEN, "checked")
    if key not in model._family:
        model._family[key] = type(model)(model.facts, model.formulas, DRIVEN)
    driven = model._family[key]
    for company in driven.graph.labels_of("company"):
        if driven_years(driven, company):
            yield driven, company


def _mixed(model: Model, company: str) -> bool:
    """Whether an opening balance sheet is partly a user's and partly ours: no one's to answer for, and shown as it is."""
    year = driven_years(model, company)[0] - 1
    facts = [model.facts.of(name, (company, year)) for name in (*BALANCES, "cash_and_equivalents")]
    known = [fact for fact in facts if isinstance(fact, Fact)]
    return any(map(own, known)) and not all(map(own, known))


def _explained(model: Model, company: str, year: int, gap: float) -> str:
    """Names the lines whose movement in the year is just the gap."""
    found = []
    for name in BALANCES:
        one, before = (_value(model, name, company, at) for at in (year, year - 1))
        if one is not None and before is not None and math.isclose(abs(one - before), abs(gap), rel_tol=1e-6):
            found.append(name)
    return f"; that is the movement of {' or '.join(found)}" if found else ""


def _problem(model: Model, what: str, tie: Tie, gap: Gap, company: str, why: str) -> Problem:
    unit = model.unit(tie.one, {"company": company})
    return Problem(f"{what}: gap {gap.gap:+,.6g} {unit}", _place(model, tie.one), why, tie.remedy)


def _place(model: Model, name: str) -> str:
    """Where the formula stands that gives a line under drivers."""
    players = model.graph.roles[name]
    return (players.get(PLAYER) or next(iter(players.values()))).place


__all__ = ["DRIVEN", "DRIVEN_CHECKS", "PLAYER", "TIES", "Gap", "Tie", "driven_years", "opening", "sums", "ties"]
