"""Why a case differs: what it states split by cause, and single causes laid on the forecast one at a time.

A split adds up: the causes that a case names and sizes (price cut, foreign chips; the sizes are ours), and the rest,
which the source names without any size. A single cause is an overlay of its own; its growth, margin and year of first
profit are outcomes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model
from siliconomics.model.overlay import find

CAUSES = ("export-eases", "export-tightens", "foundry-closed", "foundry-short", "price-war")
"""Overlays with one cause each; they stack."""
FLOOR = "from-drivers"


@dataclass(frozen=True)
class Split:
    """A year of a case against the base: steps of revenue, and points of gross margin."""

    year: int
    base_revenue: float
    demand_and_share: float
    foreign_chips: float
    price_cut: float
    revenue: float
    base_margin: float
    margin_from_price: float
    margin_from_the_rest: float
    margin: float
    price_cut_that_margin_asks: float
    """How far prices alone would have to fall below plan for the margin of the case."""
    lowest_price_index: float
    """The lowest price of a product after the cut inside the case, over its planned price."""


@dataclass(frozen=True)
class Effect:
    """One cause alone, on what stood there before it."""

    company: str
    cause: str
    meaning: str
    unit: str
    before: float
    value: float
    revenue_cagr: float
    gross_margin: float
    """Of the last year with drivers."""
    first_profit_year: int
    """The year after the last with drivers: none of them had a profit."""
    last_year: int
    touches: bool
    """Whether the cause moves anything of the company."""
    why: tuple[str, ...]
    note: str

    @property
    def change(self) -> float | None:
        """Value over what it was, less one; none from a value below nothing."""
        return self.value / self.before - 1 if self.before > 0 else None

    def as_dict(self) -> dict[str, Any]:
        """The effect as other programs read it."""
        return asdict(self) | {"change": self.change}


def split(case: Model, base: Model, company: str, year: int) -> Split:
    """What separates a case from the base in a year, cause by cause."""

    def of(model: Model, quantity: str) -> float:
        return _number(model, quantity, company=company, year=year)

    before, price, foreign = (
        of(case, name)
        for name in ("case_revenue_before_causes", "case_price_effect_on_revenue", "case_import_effect_on_revenue")
    )
    base_revenue, revenue = of(base, "revenue"), of(case, "revenue")
    base_margin, margin = of(base, "gross_margin"), of(case, "gross_margin")
    without_cut = of(case, "case_margin_before_price_cut")
    dearest = [
        index
        for chip in case.graph.labels["chip"]
        if _known(case, "units_sold", company=company, chip=chip, year=year)
        and (index := _known(case, "case_price_index", chip=chip, year=year)) is not None
    ]
    return Split(
        year,
        base_revenue,
        before - base_revenue,
        foreign,
        price,
        revenue,
        base_margin,
        margin - without_cut,
        without_cut - base_margin,
        margin,
        of(case, "price_cut_that_margin_asks"),
        min(dearest, default=1.0),
    )


def effects(model: Model, company: str, causes: tuple[str, ...] = CAUSES) -> list[Effect]:
    """Each cause alone on the model's own scenarios and changes; refuses a company without drivers."""
    label = str(model.label("company", company))
    floor = model.under(*model.scenarios, FLOOR)
    before = _target(floor, label, FLOOR)
    found = []
    for cause in causes:
        overlay = find(cause)
        moved = model.under(*model.scenarios, cause)
        last = int(_number(moved, "driver_last_year"))
        value = _target(moved, label, cause)
        where = {"company": label, "year": last}
        net_income = _number(moved, "net_income", **where)
        found.append(
            Effect(
                label,
                cause,
                overlay.meaning,
                moved.unit("price_target", {"company": label}),
                before,
                value,
                _number(moved, "revenue_cagr", **where),
                _number(moved, "gross_margin", **where),
                int(_number(moved, "first_profit_year", company=label)),
                last,
                value != before,
                tuple(dict.fromkeys(change.why for change in overlay.changes)),
                f"a loss in {last} is grown after it: the value has no meaning" if net_income < 0 else "",
            )
        )
    return found


def _target(model: Model, company: str, under: str) -> float:
    record = model.solve("price_target", company=company).records[0]
    if not isinstance(record.value, float):
        raise BadRequest(Problem(f"{company} has no value under {under}", why=record.missing))
    return record.value


def _known(model: Model, quantity: str, **labels: Any) -> float | None:
    return model.graph.value(model.graph.cell(quantity, labels))


def _number(model: Model, quantity: str, **labels: Any) -> float:
    value = _known(model, quantity, **labels)
    if value is None:
        cell = model.graph.cell(quantity, labels)
        assert cell.missing is not None
        raise BadRequest(Problem(f"{cell} is unknown", why=cell.missing.reason))
    return value


__all__ = ["CAUSES", "Effect", "Split", "effects", "split"]
