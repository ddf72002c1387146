"""Leading indicators of a company against the supply and the sales that the forecast implies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model

GROUPS: dict[str, tuple[str, ...]] = {
    "what the forecast asks for": ("revenue", "cost_of_forecast", "purchases_of_forecast", "chips_of_forecast"),
    "balances at the end of the year": (
        "inventories", "prepayments", "purchase_commitments", "contract_liabilities", "trade_receivables",
    ),
    "supply in hand when the year opens": (
        "inventory_cover_months", "prepayment_cover_months", "purchase_commitment_cover_months",
        "supply_cover_months", "supply_cover_at_least_months", "purchases_secured_share",
        "revenue_of_supply_in_hand", "revenue_beyond_supply_in_hand", "chips_of_supply_in_hand",
    ),
    "stock at the end of the year": (
        "inventory_change", "prepayment_change", "inventory_days_of_forecast", "inventory_days_drift",
    ),
    "sales in hand, and how sales are paid": (
        "contract_liability_cover_share", "half_year_contract_liability_cover_share", "quarter_contract_liability_cover_share",
        "contract_liability_change", "receivable_days", "receivable_days_drift",
        "receivable_growth_over_revenue_growth", "cash_tied_up_by_receivable_drift",
    ),
}  # fmt: skip
"""What is shown, in the order of the reading."""
LINES = ("inventories", "prepayments", "purchase_commitments", "contract_liabilities", "trade_receivables")
"""Lines of a statement that indicators rest on."""


@dataclass(frozen=True)
class Indicator:
    """One quantity over the periods for which it is known."""

    group: str
    quantity: str
    meaning: str
    unit: str
    dimension: str
    values: dict[str, float]
    missing: str
    """Why it is unknown, where it is in every period."""


@dataclass(frozen=True)
class Indicators:
    """All indicators of a company."""

    company: str
    indicators: tuple[Indicator, ...]
    periods: tuple[str, ...]
    """Years for which the forecast implies a cost, or a balance is known."""
    unknown_lines: tuple[str, ...]
    """Lines that nobody gives for any year; what rests on them is unknown."""

    def as_dict(self) -> dict[str, Any]:
        """The indicators as other programs read them."""
        return asdict(self)


def companies(model: Model) -> list[str]:
    """Companies with a forecast and the cost it implies."""
    return [
        company
        for company in model.graph.labels["company"]
        if any(isinstance(one.value, float) for one in model.solve("cost_of_forecast", company=company))
    ]


def indicators(model: Model, company: str) -> Indicators:
    """The indicators of a company; refuses one of which no revenue and gross profit are known."""
    label = str(model.label("company", company))
    if label not in companies(model):
        raise BadRequest(
            Problem(
                f"nothing is known of {label} that an indicator could be held against",
                why="no revenue with a gross profit is known",
                remedy=f"bring them with `siliconomics company import`; there are {', '.join(companies(model))}",
            )
        )
    found = [
        _indicator(model, label, group, quantity) for group, quantities in GROUPS.items() for quantity in quantities
    ]
    known = {one.quantity for one in found if one.values}
    told = [one.values for one in found if one.quantity == "cost_of_forecast" or one.quantity in LINES]
    periods = tuple(sorted({year for values in told for year in values}))
    return Indicators(label, tuple(found), periods, tuple(name for name in LINES if name not in known))


def _indicator(model: Model, company: str, group: str, quantity: str) -> Indicator:
    records = model.solve(quantity, company=company).records
    dimension = next(
        (axis for axis in model.graph.dimensions_of(quantity) if axis in ("year", "half", "quarter")), "year"
    )
    values = {str(one.labels[dimension]): one.value for one in records if isinstance(one.value, float)}
    if quantity.startswith("chips_"):  # none where there are no drivers: not said of such a year
        values = {period: value for period, value in values.items() if value}
    missing = "" if values else _why(model, quantity, company, dimension)
    return Indicator(
        group,
        quantity,
        _meaning(model, quantity),
        model.unit(quantity, {"company": company}),
        dimension,
        values,
        missing,
    )


def _why(model: Model, quantity: str, company: str, dimension: str) -> str:
    """Why a quantity is unknown, asked of the valuation year, or of the last half or quarter."""
    known = model.solve("valuation_year", company=company).value
    periods = list(model.graph.labels_of(dimension))
    period = int(known) if dimension == "year" and isinstance(known, float) else periods[-1] if periods else None
    if period is None:
        return f"no {dimension} is known"
    labels: dict[str, Any] = {"company": company, dimension: period}
    return model.solve(quantity, **labels).records[0].missing


def _meaning(model: Model, quantity: str) -> str:
    declared = model.facts.declarations.get(quantity)
    if declared is not None:
        return declared.meaning
    return next((one.meaning.split("\n")[0] for one in model.formulas if one.role == quantity), "")


__all__ = ["GROUPS", "LINES", "Indicator", "Indicators", "companies", "indicators"]
