"""Chips beside each other: the parts of an hour's cost, and the cost of a million tokens, with ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.model import Model

from ..reach import Reach, joint, reach

COMPONENTS = (
    ("equipment_charge_usd_per_year", "equipment"),
    ("facility_charge_usd_per_year", "building"),
    ("energy_cost_usd_per_year", "electricity"),
    ("staff_cost_usd_per_year", "people"),
    ("maintenance_cost_usd_per_year", "repairs"),
    ("licence_cost_usd_per_year", "licences"),
)
"""Quantities that a year of a chip is made of, and their names on a page."""
FIGURES = (
    "owned_cost_per_chip_hour_usd",
    "capital_per_chip_usd",
    "all_in_power_per_chip_kw",
    "chip_hour_in_use_usd",
    "utilisation",
    "cluster_chips",
    "time_per_token_limit_s",
    "rental_price_usd_per_chip_hour",
    "rented_over_owned",
    "published_owned_cost_usd_per_chip_hour",
    "published_over_owned",
    "mixed_output_rate",
    "cost_per_million_read_tokens_usd",
    "cost_per_million_written_tokens_usd",
    "cost_per_million_blended_tokens_usd",
    "cost_per_request_usd",
    "output_tokens_per_usd",
    "output_tokens_per_cny",
    "energy_per_output_token_j",
    "carbon_per_million_output_tokens_kg",
    "token_margin",
    "payback_years",
)
NO_LIMIT = 1000.0
"""Seconds between two tokens that no batch reaches: as good as no limit."""


@dataclass(frozen=True)
class Owned:
    """One chip at a site, for an owner, serving a model."""

    chip: str
    hour: Reach | None
    """What an hour of the calendar costs whoever uses the chip, in dollars: its owner, or a tenant. None: unknown."""
    parts: dict[str, float]
    """Dollars of that hour by component."""
    token: Reach | None
    """Cost of a million tokens of answers."""
    figures: dict[str, float | None]
    missing: str
    """What it would take to know what is not known."""
    token_low: float | None = None
    token_high: float | None = None
    """80 % of the token's cost; never below that without a limit of time."""
    cheapest: float | None = None
    """Chance that its token is the cheapest of the table, facts that chips share drawn once for all."""

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers for other programs; unknown is null."""

        def ends(name: str, found: Reach | None) -> dict[str, Any]:
            return {
                name: found.value if found else None,
                f"{name}_low": found.low if found else None,
                f"{name}_high": found.high if found else None,
                f"{name}_assumed_share": found.assumed_share if found else None,
            }

        return {
            "name": self.chip,
            **ends("chip_hour_price_usd", self.hour),
            "components_usd_per_chip_hour": self.parts,
            **ends("cost_per_million_output_tokens_usd", self.token),
            "cost_per_million_output_tokens_usd_low": self.token_low,
            "cost_per_million_output_tokens_usd_high": self.token_high,
            "chance_cheapest": self.cheapest,
            **self.figures,
            "missing": self.missing,
        }


def owned(model: Model, chips: Sequence[str], language_model: str, site: str, owner: str) -> list[Owned]:
    """Each chip's hour and tokens, cheapest million tokens first; chips with unknown tokens, then unknown hours, last."""
    found = [_one(model, chip, language_model, site, owner) for chip in chips]
    known = [one for one in found if one.token is not None]
    free = model.with_changes(model.change("time_per_token_limit_s", NO_LIMIT))
    place = {"model": language_model, "site": site, "owner": owner}
    floors = [reach(free, "cost_per_million_output_tokens_usd", chip=one.chip, **place) for one in known]
    together = joint([one.token for one in known if one.token], floors)
    ends = dict(
        zip((one.chip for one in known), zip(together.lows, together.highs, together.least, strict=True), strict=True)
    )
    found = [
        replace(one, token_low=ends[one.chip][0], token_high=ends[one.chip][1], cheapest=ends[one.chip][2])
        if one.chip in ends
        else one
        for one in found
    ]
    return sorted(found, key=lambda one: (one.token is None, one.hour is None, _key(one)))


def _key(one: Owned) -> float:
    return one.token.value if one.token else one.hour.value if one.hour else 0.0


def _one(model: Model, chip: str, language_model: str, site: str, owner: str) -> Owned:
    labels = {"chip": chip, "model": language_model, "site": site, "owner": owner}
    missing: list[str] = []

    def of(quantity: str) -> Reach | None:
        try:
            return reach(model, quantity, **_own(model, quantity, labels))
        except BadRequest as refused:
            missing.extend(problem.why or problem.what for problem in refused.problems)
            return None

    hour, token = of("chip_hour_price_usd"), of("cost_per_million_output_tokens_usd")
    parts = {}
    if hour is not None:
        years = {name: _value(model, quantity, labels) or 0.0 for quantity, name in COMPONENTS}
        owned_hour = _value(model, "owned_cost_per_chip_hour_usd", labels) or 0.0
        whole = sum(years.values())
        parts = {name: owned_hour * year / whole for name, year in years.items()}
        parts["provider's margin"] = hour.value - owned_hour
    figures = {quantity: _value(model, quantity, labels) for quantity in FIGURES}
    return Owned(chip, hour, parts, token, figures, "; ".join(dict.fromkeys(missing)))


def _own(model: Model, quantity: str, labels: dict[str, str]) -> dict[str, str]:
    return {axis: labels[axis] for axis in model.graph.dimensions_of(quantity) if axis in labels}


def _value(model: Model, quantity: str, labels: dict[str, str]) -> float | None:
    try:
        return model.graph.value(model.graph.cell(quantity, _own(model, quantity, labels)))
    except BadRequest:
        return None
