"""What must hold of the tables of supply: whoever gets wafers has a product for them, and weights add up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from siliconomics.core import Problem
from siliconomics.facts.table import Fact

if TYPE_CHECKING:
    from .engine import Model


def _given(model: Model, quantity: str) -> dict[tuple[Any, ...], Fact]:
    """The facts in use of a quantity, by their labels."""
    return {key[1:]: found[0] for key, found in model.facts.facts.items() if key[0] == quantity}


def vendors_without_a_product(model: Model) -> Iterator[Problem]:
    """A vendor that gets wafers of a node sells a product that gets some of them."""
    makers = {chip: fact.value for (chip,), fact in _given(model, "chip_maker").items()}
    served = {
        (makers.get(chip), node)
        for (chip, node, _), fact in _given(model, "stated_product_wafer_share").items()
        if fact.value
    }
    told: set[tuple[Any, Any]] = set()
    for (company, node, _), fact in _given(model, "stated_vendor_wafer_share").items():
        if fact.value and (company, node) not in served | told:
            told.add((company, node))
            yield Problem(
                f"{company} gets wafers of {node} and has no product made there",
                f"{fact.file}: stated_vendor_wafer_share",
                "its wafers would vanish without a trace",
                "give one of its chips a stated_product_wafer_share on that node, or take the wafers back",
            )


def wafers_for_products_no_node_makes(model: Model) -> Iterator[Problem]:
    """A product that gets wafers of a node is made on it, and the other way round."""
    made = {place for place, fact in _given(model, "made_on").items() if fact.value}
    shares = _given(model, "stated_product_wafer_share")
    for place in {(chip, node) for chip, node, _ in shares} ^ made:
        chip, node = place
        file = next((fact.file for (one, on, _), fact in shares.items() if (one, on) == place), "")
        yield Problem(
            f"{chip} has wafers of {node} and is not made_on it"
            if file
            else f"{chip} is made_on {node} and has no wafers there",
            f"{file or _given(model, 'made_on')[place].file}: {chip}, {node}",
            "its dies would be left out" if file else "its supply would be unknown",
            "give both, made_on and a stated_product_wafer_share (0 until a year), or neither",
        )


def forecasts_weighed_wrongly(model: Model) -> Iterator[Problem]:
    """The weights of all forecasts at one node add up to one."""
    sums: dict[Any, float] = {}
    files: dict[Any, str] = {}
    for (_, node), fact in _given(model, "forecast_weight").items():
        sums[node] = sums.get(node, 0.0) + float(fact.value)
        files[node] = fact.file
    for node, summed in sums.items():
        if not math.isclose(summed, 1, abs_tol=1e-9):
            yield Problem(
                f"the weights of the forecasts of {node} add up to {summed:g}",
                f"{files[node]}: forecast_weight",
                "a mix of forecasts needs weights that add up to 1",
                "correct one of them; yours shadow ours, forecast by forecast",
            )


SUPPLY = ("market.wafers", "market.memory", "market.packaging", "market.units", "market.sales", "market.upstream")
"""Formulas that work by quarter: of a year without quarters none of them reads anything."""


def year_without_quarters(model: Model, quantity: str, labels: Mapping[str, Any]) -> Problem | None:
    """A figure of supply held for a year after the last quarter of the data would change nothing and say nothing."""
    year = labels.get("year")
    if year is None or not _is_of_supply(model, quantity):
        return None
    last = max(int(fact.value) for fact in _given(model, "calendar_year").values())
    if year <= last:
        return None
    return Problem(
        f"{quantity} in {year} is outside the data of supply",
        why=f"its quarters end in {last}; nothing reads a later year",
        remedy=f"name a year until {last}",
    )


def _is_of_supply(model: Model, quantity: str) -> bool:
    players = model.graph.roles.get(quantity)
    if players:
        return any(next(iter(players.values())).function.__module__.endswith(one) for one in SUPPLY)
    declared = model.facts.declarations.get(quantity)
    return declared is not None and declared.place.startswith("market_supply")


SUPPLY_CHECKS = (vendors_without_a_product, wafers_for_products_no_node_makes, forecasts_weighed_wrongly)
