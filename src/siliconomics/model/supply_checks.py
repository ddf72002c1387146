"""What must hold of the tables of supply: whoever gets wafers has a product for them, and weights add up."""

from __future__ import annotations

import math
from collections.abc import Iterator
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


SUPPLY_CHECKS = (vendors_without_a_product, wafers_for_products_no_node_makes, forecasts_weighed_wrongly)
