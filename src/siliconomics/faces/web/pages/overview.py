"""Who leads on economics and execution, and what the covered shares are worth."""

from __future__ import annotations

import math
from typing import Any

from .. import charts
from ..asked import Asked
from ..page import Block, Chart, Figure, Keys, Page, Table, word
from .words import date_of, parted, signed

DRAWS = 2000
LOW, HIGH, MIDDLE = 2.0, 4.5, 3.0
"""The part of the scale (steps 1 to 5) that is always drawn, and the chip of reference."""


def page(asked: Asked, subject: str = "") -> Page:
    """The finding, the targets, the map and its ranking."""
    from siliconomics.studies import ranking, risk_reward

    found = ranking.rank(asked.model, draws=DRAWS)
    companies = risk_reward.companies(asked.model)
    leader = found.places[0]
    targets = _targets(asked, companies)
    best = max(companies, key=lambda one: asked.figure("upside", company=one).value or 0.0)
    upside = asked.figure("upside", company=best)
    finding = (
        f"{leader.alternative.name} leads on economics and execution together among what may be bought "
        f"(first in {leader.acceptability[0]:.0%} of draws); {best} has the most to gain, "
        f"{signed(upside.value)} to its target."
    )
    keys: list[tuple[str, Figure, str]] = [
        (
            f"{one}, target",
            asked.figure("price_target", unit=True, company=one, tone=_tone(asked, one)),
            f"{signed(asked.figure('upside', company=one).value)} against {parted(asked, 'share_price', company=one)}",
        )
        for one in companies
    ]
    blocks: list[Block] = [Keys("keys", keys), *_map(asked, found), targets]
    note = (
        f"Buyers: {ranking.SAID.get(found.segment, found.segment)}. One step on either axis is a factor of "
        f"{found.factor:g} in economics; {found.reference} is 3. Ranks from {found.draws:,} draws, seed {found.seed}."
    )
    return Page("overview", "Economics, execution and value", finding, note, blocks)


def _tone(asked: Asked, company: str) -> str:
    value = asked.figure("upside", company=company).value
    return "" if not isinstance(value, float) else "better" if value > 0 else "worse" if value < 0 else ""


def _targets(asked: Asked, companies: list[str]) -> Table:
    rows = []
    for one in companies:
        tone = _tone(asked, one)
        rows.append(
            [
                word(asked.called("company", one), to=f"/valuation/{one}"),
                word(asked.model.unit("price_target", {"company": one})),
                asked.figure("share_price", company=one),
                asked.figure("price_target", company=one),
                asked.figure("upside", company=one, tone=tone),
                asked.figure("cost_of_equity", company=one),
                asked.figure("terminal_growth", company=one),
                asked.figure("continuing_share_of_value", company=one),
                word("open", to=f"/company/{one}"),
            ]
        )
    heads = ["Company", "Unit", "Price", "Target", "Upside", "Cost of equity", "Growth for ever", "Of value: after the forecast",
             "Statements"]  # fmt: skip
    return Table("targets", "What a share is worth", f"Prices of {date_of(asked, companies)}", heads, rows)


def _map(asked: Asked, found: Any) -> list[Block]:
    from siliconomics.studies import ranking

    places = [one for one in found.places if one.economics is not None and one.execution is not None]
    spec = charts.map_of_places(
        [
            {"maker": one.alternative.name, "economics": one.economics, "execution": one.execution}
            for one in places
        ],
        min([LOW, *(math.floor(min(one.economics, one.execution)) for one in places)]),
        max([HIGH, *(math.ceil(max(one.economics, one.execution)) for one in places)]),
        MIDDLE,
    )  # fmt: skip
    rows = []
    for one in found.places:
        score = Figure(f"{one.score:.2f}", one.score)
        rows.append(
            [
                word(one.alternative.name),
                word(ranking.GROUPS[one.group].partition(":")[0]),
                Figure(str(one.rank), float(one.rank)),
                word(f"{one.rank_low}–{one.rank_high}"),
                _plain(one.economics),
                _plain(one.execution),
                score,
                word(f"{one.low:.1f}–{one.high:.1f}"),
                Figure(f"{one.acceptability[0]:.0%}", one.acceptability[0]),
            ]
        )
    heads = ["Maker", "Group", "Rank", "80 %", "Economics", "Execution", "Score", "80 % of score", "First in"]
    table = Table("ranking", "Ranking", "Ranks are within a group; 80 % of draws lie in the range", heads, rows)
    note = "Steps 1 to 5; the shaded corner leads on both"
    return [Chart("map", "Economics and execution", note, spec, None), table]


def _plain(value: float | None) -> Figure:
    return (
        Figure("n/a", None, missing="no figure of any criterion on this axis")
        if value is None
        else Figure(f"{value:.2f}", value)
    )


__all__ = ["page"]
