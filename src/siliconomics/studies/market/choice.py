"""The lines of the choice, found by search: constants of chips in the base year, and the pull towards local ones after.

Constants: each is moved by what a chip's share of the base year lacks, until nothing moves (Berry 1994). Pulls: the one
at which the choice of a year is local as far as it is wanted to be; deliveries and habit are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model import Model

ROUNDS, AT_REST = 5_000, 1e-12
"""Rounds in which constants must come to rest, and how little may move when they have."""
STRONGEST = 12.0
"""Pull towards local chips, either way, beyond which the search does not go."""
Found = list[tuple[dict[str, Any], float]]


@dataclass(frozen=True)
class _Year:
    """What buyers have before them in a year, as arrays over chips, and over buyers and chips."""

    chips: list[str]
    on_offer: Any
    merit: Any
    local: Any
    fit: Any
    money: Any

    def shares(self, log_weight: Any) -> Any:
        """Share of all money by chip, at the logarithm of each chip's weight."""
        import numpy as np

        weights = np.exp(log_weight) * self.on_offer * self.fit
        return self.money @ (weights / weights.sum(axis=1, keepdims=True))


def _value(model: Model, name: str, **labels: Any) -> float | None:
    return model.graph.value(model.graph.cell(name, labels))


def _read(model: Model, year: int) -> _Year:
    import numpy as np

    chips = [one for one in model.graph.labels_of("chip") if _value(model, "base_choice_weight", chip=one) is not None]
    buyers = [
        who for who in model.graph.labels_of("buyer") if _value(model, "buyer_share_of_demand", buyer=who, year=year)
    ]

    def row(name: str, **more: Any) -> list[float]:
        found = [_value(model, name, chip=one, year=year, **more) for one in chips]
        lacking = [one for one, value in zip(chips, found, strict=True) if value is None]
        if lacking:
            raise BadRequest(
                Problem(
                    f"{name} of {', '.join(lacking)} in {year} is unknown",
                    why="a chip with a weight in the choice needs it",
                    remedy=f"see `siliconomics why {name}`",
                )
            )
        return [float(value or 0) for value in found]

    local = [_value(model, "is_local_maker", company=model.graph.word("chip_maker", {"chip": one})) for one in chips]
    return _Year(
        chips,
        np.array(row("chip_on_offer")),
        np.array(row("merit_of_chip")),
        np.array(local, dtype=float),
        np.array([row("buyer_fit", buyer=who) for who in buyers]),
        np.array([_value(model, "buyer_share_of_demand", buyer=who, year=year) for who in buyers], dtype=float),
    )


def constants(model: Model) -> Found:
    """Constants at which the choice of all buyers gives every chip its share of the base year."""
    import numpy as np

    year = int(_value(model, "market_base_year") or 0)
    here = _read(model, year)
    base = np.array([_value(model, "base_choice_weight", chip=one) for one in here.chips], dtype=float)
    sold = here.on_offer > 0
    wanted = base * here.on_offer / (base * here.on_offer).sum()
    log_weight = np.log(base)
    pull = (_value(model, "domestic_preference", year=year) or 0.0) * here.local
    for _ in range(ROUNDS):
        lacks = np.where(sold, wanted / np.where(sold, here.shares(log_weight), 1), 1)
        log_weight = log_weight + np.log(lacks)
        if np.abs(np.log(lacks)).max() < AT_REST:
            found = log_weight - here.merit - pull
            return [({"chip": one}, float(value)) for one, value in zip(here.chips, found, strict=True)]
    raise BadRequest(
        Problem(
            "the choice of buyers does not come to the base weights",
            why="some chip is wanted more than all buyers that take it can spend",
            remedy="check stated_foreign_openness and stated_buyer_share_of_maker against base_choice_weight",
        )
    )


def preferences(model: Model) -> Found:
    """Pull towards local chips at which the choice of a year is local as far as wanted; in the base year as stated."""
    import numpy as np
    from scipy.optimize import brentq

    base, found = int(_value(model, "market_base_year") or 0), []
    for labels in model.graph.every("wanted_local_share_of_choice"):
        wanted, year = _value(model, "wanted_local_share_of_choice", **labels), labels["year"]
        if wanted is None or year == base:
            continue
        here = _read(model, year)
        held = np.array([_value(model, "choice_constant", chip=one) for one in here.chips], dtype=float) + here.merit

        def beyond(pull: float, here: _Year = here, held: Any = held, wanted: float = wanted) -> float:
            return float(here.shares(held + pull * here.local) @ here.local) - wanted

        if beyond(-STRONGEST) > 0 or beyond(STRONGEST) < 0:
            raise BadRequest(
                Problem(
                    f"no pull makes the choice of {year} local by {wanted:.0%}",
                    why="what is on offer, and what buyers take at all, do not allow it",
                    remedy="check chip_on_offer and stated_foreign_openness of that year",
                )
            )
        found.append(({"year": year}, float(brentq(beyond, -STRONGEST, STRONGEST, xtol=1e-13))))
    return found
