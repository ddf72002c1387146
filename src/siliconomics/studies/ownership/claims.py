"""What the source says of cost, held against what follows: 30 to 60 % lower ownership, tokens on a par."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.model import Model

from ..reach import Reach, reach

FOREIGN = ("H20", "A100")
"""Products that the source compares with, lines 421 to 423."""
LOWER, HIGHER = 0.30, 0.60
"""Ownership cost lower by this much, line 412."""
PARITY = 1.25
"""On a par: neither more than a quarter above the other. The source gives no figure; this one is ours."""


@dataclass(frozen=True)
class Claim:
    """One domestic chip against one foreign chip."""

    chip: str
    against: str
    ownership: Reach
    """Cost of owning and running one chip for an hour, over that of the other."""
    token: Reach | None
    """Cost of a million tokens of answers, over that of the other; None where a rate is unknown."""
    price_for_claim_usd: float | None
    """Price of the chip at which ownership is exactly 30 % lower, all else unchanged; None if no price is low enough."""
    price_usd: float

    @property
    def chance_lower(self) -> float:
        """Chance that ownership is 30 to 60 % lower."""
        return self.ownership.chance_below(1 - LOWER) - self.ownership.chance_below(1 - HIGHER)

    @property
    def chance_parity(self) -> float | None:
        """Chance that a token costs at most a quarter more and at most a quarter less."""
        return None if self.token is None else self.token.chance_below(PARITY) - self.token.chance_below(1 / PARITY)

    @property
    def verdict(self) -> str:
        """In words: ownership, then tokens."""
        owned = "30-60 % lower" if 1 - HIGHER <= self.ownership.value <= 1 - LOWER else _lower(self.ownership.value)
        if self.token is None:
            return f"ownership {owned}; tokens unknown"
        par = 1 / PARITY <= self.token.value <= PARITY
        return f"ownership {owned}; tokens {'on a par' if par else _times(self.token.value)}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "chip": self.chip,
            "against": self.against,
            "ownership_ratio": self.ownership.value,
            "ownership_low": self.ownership.low,
            "ownership_high": self.ownership.high,
            "chance_30_to_60_lower": self.chance_lower,
            "token_cost_ratio": self.token.value if self.token else None,
            "token_cost_low": self.token.low if self.token else None,
            "token_cost_high": self.token.high if self.token else None,
            "chance_of_parity": self.chance_parity,
            "price_usd": self.price_usd,
            "price_for_30_lower_usd": self.price_for_claim_usd,
            "rests_on": [f"{term.quantity} {' '.join(map(str, term.labels.values()))}".strip() for term in self._most],
            "verdict": self.verdict,
        }

    @property
    def _most(self) -> Sequence[Any]:
        return (self.token or self.ownership).terms[:3]


def _lower(ratio: float) -> str:
    return f"{abs(1 - ratio):.0%} {'lower' if ratio < 1 else 'higher'}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f} times dearer" if ratio > 1 else f"{1 / ratio:.1f} times cheaper"


def claims(model: Model, chips: Sequence[str], language_model: str, site: str, owner: str) -> list[Claim]:
    """Every domestic chip with a price against every foreign one."""
    found = []
    for chip in chips:
        for against in FOREIGN:
            one = _claim(model, chip, against, language_model, site, owner)
            if one is not None:
                found.append(one)
    return found


def _claim(model: Model, chip: str, against: str, language_model: str, site: str, owner: str) -> Claim | None:
    place = {"site": site, "owner": owner}
    try:
        mine, theirs = (reach(model, "owned_cost_per_chip_hour_usd", chip=one, **place) for one in (chip, against))
    except BadRequest:
        return None
    token = None
    try:
        ours, other = (
            reach(model, "cost_per_million_output_tokens_usd", chip=one, model=language_model, **place)
            for one in (chip, against)
        )
        token = ours.over(other)
    except BadRequest:
        pass
    price = model.graph.cell("chip_price_at_site_usd", {"chip": chip, "site": site})
    cell = model.graph.cell("owned_cost_per_chip_hour_usd", {"chip": chip, **place})
    assert price.node is not None and cell.node is not None
    now = float(model.graph.tape.values[price.node])
    slope = float(model.graph.tape.slopes(cell.node).get(price.node, 0.0))
    needed = now + ((1 - LOWER) * theirs.value - mine.value) / slope if slope else None
    return Claim(chip, against, mine.over(theirs), token, needed if needed and needed > 0 else None, now)
