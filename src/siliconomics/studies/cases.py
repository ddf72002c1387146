"""Bull, base and bear: each an overlay on drivers, its value as the model has it, beside the published one.

Nothing is tuned. A case holds the growth and the margins that its source states, at the bound where a bound is stated;
what a published value would need instead is asked driver by driver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Figure
from siliconomics.model import Model
from siliconomics.model.overlay import Change
from siliconomics.studies.audit.recompute import in_unit
from siliconomics.studies.causes import Split, split
from siliconomics.studies.reverse import Implied, reverse

CASES = ("bull", "base", "bear")
LEVERS = {
    "gross margin": "gross_margin_shift",
    "growth of revenue": "case_revenue_cagr",
    "price of all products": "price_cut_of_all_products",
    "cost of equity": "cost_of_equity",
}
"""Drivers that the reverse question moves one at a time: a name for people, and the quantity."""
ASKED = ("revenue_cagr", "gross_margin")
"""Quantities of which a case states a figure."""
PROFIT = "first_profitable_year"
SENSELESS = "whatever it is, income of the last year or book is below nothing, and the method has no meaning"


@dataclass(frozen=True)
class Stated:
    """What the source states of a case, and what the model has of it."""

    quantity: str
    year: int | None
    printed: str
    qualifier: str
    value: float
    """The stated figure as a number."""
    model: float | None
    """None: not within the years with drivers."""
    met: bool
    """At the bound, or beyond it on the stated side."""
    line: int


@dataclass(frozen=True)
class Needed:
    """What one driver alone would have to be for the published value to come out."""

    driver: str
    quantity: str
    present: float
    needed: float | None
    """None where no possible value reaches the published one."""
    feasible: bool
    plausible: bool
    breaks: tuple[Stated, ...]
    """Statements of the case, met before, that would no longer be."""
    note: str


@dataclass(frozen=True)
class Case:
    """One case of one company."""

    company: str
    case: str
    scenario: str
    unit: str
    value: float
    """Per share, from the model."""
    published: float | None
    published_line: int | None
    base_year: int
    """Year of the sales that multiples are of."""
    sales: float
    base_sales: float
    lines: dict[str, dict[int, float]]
    """Revenue, gross margin and net income of the years with drivers."""
    revenue_cagr: float
    first_profitable_year: int | None
    """None: after the years with drivers."""
    splits: tuple[Split, ...]
    """Year by year, what separates the case from the base, cause by cause."""
    stated: tuple[Stated, ...]
    needed: tuple[Needed, ...]
    notes: tuple[str, ...]
    own_multiple: float
    """Price to sales at the model's value, on the sales of the case."""

    @property
    def base_multiple(self) -> float:
        """The same on the sales of the base case."""
        return self.own_multiple * self.sales / self.base_sales

    @property
    def published_base_multiple(self) -> float | None:
        """The published value on the sales of the base case: how the source reads it."""
        return None if self.published is None else self.base_multiple * self.published / self.value

    @property
    def published_own_multiple(self) -> float | None:
        """The published value on the sales of the case itself."""
        return None if self.published is None else self.own_multiple * self.published / self.value

    @property
    def gap(self) -> float | None:
        """The model's value over the published one, less one."""
        return None if self.published is None else self.value / self.published - 1

    def as_dict(self) -> dict[str, Any]:
        """The case as other programs read it."""
        return asdict(self) | {
            "base_multiple": self.base_multiple,
            "published_own_multiple": self.published_own_multiple,
            "published_base_multiple": self.published_base_multiple,
            "gap": self.gap,
        }


def with_cases(model: Model) -> list[str]:
    """Companies that have drivers."""
    return [
        one
        for one in model.graph.labels["company"]
        if _number(model, "net_income_of_drivers", one, _years(model, one)[0]) is not None
    ]


def cases(model: Model, company: str) -> list[Case]:
    """The three cases of a company, under the model's own scenarios and changes."""
    name = model.label("company", company)
    if name not in with_cases(model):
        raise BadRequest(
            Problem(
                f"{name} has no cases",
                why="a case moves drivers of a forecast, and no units or prices are given for it",
                remedy=f"choose one of {', '.join(with_cases(model))}, or give it planned_units, other_revenue and "
                "revenue_calibration in a folder of your own",
            )
        )
    return [_case(model, name, one) for one in CASES]


def published_values(model: Model, company: str) -> list[tuple[str, float]]:
    """The published value of each case of a company, as (case, value), as far as one is printed."""
    found = []
    for case in CASES:
        figures = [one for one in model.facts.figures if one.labels.get("company") == company and one.scenario == case]
        published = next(_values(model, figures, "price_target"), None)
        if published is not None:
            found.append((f"published {case}", published[1]))
    return found


def _case(model: Model, company: str, case: str) -> Case:
    under = model.under(*model.scenarios, f"case-{case}")
    base = model.under(*model.scenarios, "case-base")
    years = _years(under, company)
    target = under.solve("price_target", company=company).records[0]
    if not isinstance(target.value, float):
        assert target.cell is not None and target.cell.missing is not None
        raise BadRequest(Problem(f"the {case} case of {company} has no value", why=target.cell.missing.reason))
    lines = {
        quantity: {year: _of(under, quantity, company, year) for year in years}
        for quantity in ("revenue", "gross_margin", "net_income")
    }
    figures = [one for one in under.facts.figures if one.labels.get("company") == company and one.scenario == case]
    published = next(_values(under, figures, "price_target"), None)
    stated = tuple(_stated(under, figures, company))
    needed = () if published is None or case == "base" else tuple(_needed(under, company, published[1], stated))
    return Case(
        company,
        case,
        under.scenario,
        target.unit,
        target.value,
        published[1] if published else None,
        published[0].line if published else None,
        years[0],
        _of(under, "revenue", company, years[0]),
        _of(base, "revenue", company, years[0]),
        lines,
        _of(under, "revenue_cagr", company, years[-1]),
        _first_profit(under, company),
        () if case == "base" else tuple(split(under, base, company, year) for year in years),
        stated,
        needed,
        tuple(_notes(under, company, lines["net_income"], target.value)),
        _of(under, "price_to_sales_at_target", company, years[0]),
    )


def _years(model: Model, company: str) -> list[int]:
    first = int(_number(model, "driver_base_year", company) or 0)
    last = int(_number(model, "driver_last_year") or 0)
    return list(range(first + 1, last + 1))


def _number(model: Model, quantity: str, company: str = "", year: int | None = None) -> float | None:
    labels: dict[str, Any] = {"company": company} if company else {}
    if year is not None:
        labels["year"] = year
    return model.graph.value(model.graph.cell(quantity, labels))


def _of(model: Model, quantity: str, company: str, year: int) -> float:
    value = _number(model, quantity, company, year)
    if value is None:
        cell = model.graph.cell(quantity, {"company": company, "year": year})
        assert cell.missing is not None
        raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason))
    return value


def _values(model: Model, figures: list[Figure], quantity: str) -> Iterator[tuple[Figure, float]]:
    for figure in figures:
        found = in_unit(model, figure) if figure.quantity == quantity else None
        if found is not None:
            yield figure, found[0]


def _first_profit(model: Model, company: str) -> int | None:
    year = _number(model, "first_profit_year", company)
    return int(year) if year is not None and year <= _years(model, company)[-1] else None


def _stated(model: Model, figures: list[Figure], company: str) -> Iterator[Stated]:
    """Every figure that a source states of the case, once where it repeats itself."""
    years, profitable = _years(model, company), _first_profit(model, company)
    seen: set[tuple[Any, ...]] = set()
    for figure in figures:
        if figure.quantity == PROFIT and figure.text is not None and figure.text.isdigit():
            if int(figure.text) < years[0]:
                continue
            year, value, ours = None, float(figure.text), None if profitable is None else float(profitable)
        elif figure.quantity in ASKED and figure.exhibit is None and figure.labels["year"] in years:
            number = in_unit(model, figure)
            if number is None:
                continue
            year, value = figure.labels["year"], number[0]
            ours = _of(model, figure.quantity, company, year)
        else:
            continue
        key = (figure.quantity, year, value)
        if key not in seen:
            seen.add(key)
            met = ours is not None and _meets(ours, value, figure.qualifier)
            yield Stated(figure.quantity, year, figure.printed, figure.qualifier, value, ours, met, figure.line)


NEAR = 0.006
"""How far a share may lie from the stated one: half a per cent, as they are printed, and a little."""


def _meets(ours: float, stated: float, qualifier: str) -> bool:
    if qualifier.startswith(">"):
        return ours >= stated - NEAR
    if qualifier.startswith("<"):
        return ours <= stated + NEAR
    return abs(ours - stated) <= NEAR


def _needed(model: Model, company: str, published: float, stated: tuple[Stated, ...]) -> Iterator[Needed]:
    """Where several values reach it, the nearest at which the method means something: income and book above nothing."""
    first, last = _years(model, company)[0], int(_number(model, "terminal_year", company) or 0)
    sound = [model.graph.cell("net_income", {"company": company, "year": _years(model, company)[-1]})]
    sound += [model.graph.cell("total_equity", {"company": company, "year": year}) for year in range(first, last + 1)]
    for driver, quantity in LEVERS.items():
        present = _number(model, quantity, company)
        if present is None:  # of a company of the user's that does not give it
            continue
        try:
            found = reverse(model, "price_target", published, quantity, {"company": company}, positive=sound)
        except BadRequest:
            yield Needed(driver, quantity, present, None, False, False, (), SENSELESS)
            continue
        if not found.feasible:
            yield Needed(driver, quantity, present, None, False, False, (), found.note)
            continue
        moved = model.with_changes(Change(quantity, found.value, {"company": company}, "as the published value needs"))
        broken = tuple(one for one in stated if one.met and not _still(moved, company, one))
        yield Needed(driver, quantity, present, found.value, True, _plausible(model, found), broken, found.note)


def _still(model: Model, company: str, stated: Stated) -> bool:
    if stated.year is None:
        return _first_profit(model, company) == stated.value
    return _meets(_of(model, stated.quantity, company, stated.year), stated.value, stated.qualifier)


def _plausible(model: Model, found: Implied) -> bool:
    for name in (found.input, f"stated_{found.input}"):
        declared = model.facts.declarations.get(name)
        if declared is not None and declared.plausible is not None:
            return found.feasible and found.value in declared.plausible
    return found.feasible


def _notes(model: Model, company: str, net_income: dict[int, float], value: float) -> Iterator[str]:
    last = max(net_income)
    if net_income[last] < 0:
        yield f"a loss in {last} is grown after it: the method has no meaning for it"
    horizon = int(_number(model, "terminal_year", company) or last)
    gone = next((year for year in range(last, horizon + 1) if _of(model, "total_equity", company, year) <= 0), None)
    if gone is not None:
        yield f"book is below nothing from {gone}: a return on it has no meaning"
    if value < 0 and gone is None and net_income[last] >= 0:
        yield "below nothing: what is earned never meets the charge on book"


__all__ = ["CASES", "LEVERS", "Case", "Needed", "Stated", "cases", "with_cases"]
