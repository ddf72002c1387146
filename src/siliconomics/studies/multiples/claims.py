"""The source's sentences about multiples, each held against what can be computed; the rest says what it needs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.facts import Figure
from siliconomics.model import Model
from siliconomics.studies.audit.recompute import in_unit, verdicts

from .bands import Band
from .own import Multiples
from .peers import IMPORTED, OURS, Row

FOLLOWS = (
    "ev_to_sales_at_target",
    "price_to_sales_at_target",
    "price_to_earnings_at_target",
    "price_to_sales_at_market",
)
"""Multiples that a formula of the model gives again."""
PEER_AVERAGE = "peer_average_price_to_sales"
OWN_AVERAGE = "historical_average_price_to_sales"
AXIS = "forward_price_to_sales"
OF_PART = "part_sales_multiple"
BY_PEER = "parts-by-peer"
"""The scenario in which a part's multiple is its peer's less a discount."""
REPRODUCED, CONTRADICTED, CONSISTENT, DIFFERS, UNKNOWN = (
    "reproduced", "contradicted", "consistent", "differs", "unknown",
)  # fmt: skip
"""Consistent: within a bound that says too little to be reproduced. Differs: of peers or a history that are yours."""


@dataclass(frozen=True)
class Claim:
    """A printed multiple and what became of it."""

    about: str
    multiple: str
    year: int | None
    case: str
    printed: str
    computed: float | None
    status: str
    lines: tuple[int, ...]
    note: str

    def as_dict(self) -> dict[str, Any]:
        """The claim as other programs read it."""
        return asdict(self)


def claims(
    model: Model, own: Sequence[Multiples], table: Sequence[Row], year: int, bands: dict[str, list[Band]] | None = None
) -> list[Claim]:
    """Every multiple that the source's text prints, once for each thing it says."""
    found: dict[tuple[Any, ...], list[Figure]] = {}
    for figure in model.facts.figures:
        if figure.exhibit is None and figure.quantity in (*FOLLOWS, PEER_AVERAGE, OWN_AVERAGE, AXIS, OF_PART):
            said = (figure.quantity, *sorted(map(str, figure.labels.items())), figure.scenario, figure.number,
                    figure.qualifier)  # fmt: skip
            found.setdefault(said, []).append(figure)
    return [_claim(model, figures, own, table, year, bands or {}) for figures in found.values()]


def _claim(
    model: Model,
    figures: Sequence[Figure],
    own: Sequence[Multiples],
    table: Sequence[Row],
    year: int,
    bands: dict[str, list[Band]],
) -> Claim:
    figure = figures[0]
    if figure.quantity == PEER_AVERAGE:
        computed, status, note = _peers(model, figure, own, table, year)
    elif figure.quantity == OWN_AVERAGE:
        computed, status, note = _history(model, figure, bands.get(str(figure.labels["company"]), []))
    elif figure.quantity == AXIS:
        computed, status, note = _axis(model, figure)
    elif figure.quantity == OF_PART:
        computed, status, note = _part(model, figure)
    else:
        (verdict,) = verdicts(model, [figure])
        computed = verdict.computed if isinstance(verdict.computed, float) else None
        status = UNKNOWN if verdict.status == "not_computable" else verdict.status
        note = "; ".join(verdict.notes)
        if figure.quantity == "ev_to_sales_at_target":
            note = "; ".join(filter(None, (note, _net_of_cash(model, figure))))
    about = next((str(label) for axis, label in figure.labels.items() if axis != "year"), "peers")
    sign = figure.qualifier if figure.qualifier not in ("", "=") else ""
    lines = tuple(one.line for one in figures)
    when = figure.labels.get("year")
    return Claim(
        about, figure.quantity, when, figure.scenario, f"{sign}{figure.printed}", computed, status, lines, note
    )


def _judge(model: Model, figure: Figure, computed: float) -> str:
    """Whether a computed multiple fits the printed one within its last digit, or its bound."""
    printed = in_unit(model, figure)
    assert printed is not None
    value, half = printed
    fits = {
        ">": computed > value - half,
        ">=": computed >= value - half,
        "<": computed < value + half,
        "<=": computed <= value + half,
    }.get(figure.qualifier, abs(computed - value) <= half)
    return REPRODUCED if fits else CONTRADICTED


def _yours(model: Model, figure: Figure, computed: float) -> str:
    """The verdict from figures that a user brought, which need not be those of the source."""
    return REPRODUCED if _judge(model, figure, computed) == REPRODUCED else DIFFERS


def _peers(
    model: Model, figure: Figure, own: Sequence[Multiples], table: Sequence[Row], year: int
) -> tuple[float | None, str, str]:
    """The average of the group: from imported peers; without them, what our own companies are at."""
    asked = figure.labels.get("year")
    imported = [row.multiples["price to sales"].value for row in table if row.origin == IMPORTED]
    values = [value for value in imported if value is not None]
    if values and asked == year:
        mean = statistics.fmean(values)
        return mean, _yours(model, figure, mean), f"mean of {len(values)} imported peers; the source names none"
    ours = [row for row in table if row.origin == OURS]
    at_market = [row.multiples["price to sales"].value for row in ours]
    at_target = [one.at_target["price to sales"][str(asked)].value for one in own if str(asked) in one.columns]
    note = "needs the peers' estimates (the table is lost): bring them with --peers"
    for where, found in (("market price", at_market), ("target", at_target)):
        known = [value for value in found if value is not None]
        if known:
            note += f"; our {len(known)} companies average {statistics.fmean(known):.1f}x at the {where}"
            note += f", the highest {max(known):.1f}x"
    return None, UNKNOWN, f"{note}; {figure.note}"


def _history(model: Model, figure: Figure, bands: Sequence[Band]) -> tuple[float | None, str, str]:
    band = next((one for one in bands if one.of == "price to forward sales" and one.mean is not None), None)
    if band is None or band.mean is None:
        return None, UNKNOWN, "needs past closes and the sales then expected: --prices with forward_revenue_mn"
    note = f"mean of {band.count} days from {band.first} to {band.last}"
    return band.mean, _yours(model, figure, band.mean), note


def _axis(model: Model, figure: Figure) -> tuple[float | None, str, str]:
    """A mark on the axis of a lost chart: a bound of the curve, whose last point is today's."""
    value = model.solve("forward_price_to_sales_at_market", company=figure.labels["company"]).value
    if not isinstance(value, float):
        return None, UNKNOWN, "the curve is lost"
    status = CONSISTENT if _judge(model, figure, value) == REPRODUCED else CONTRADICTED
    return value, status, "a mark of the axis; only the last point of the curve can be computed"


def _part(model: Model, figure: Figure) -> tuple[float | None, str, str]:
    """A part's multiple is said to be its peer's less a discount."""
    value = model.under(BY_PEER).solve("part_sales_multiple", part=figure.labels["part"]).value
    if not isinstance(value, float):
        return None, UNKNOWN, figure.note
    return value, _judge(model, figure, value), "the peer's multiple at our target, less the discount"


def _net_of_cash(model: Model, figure: Figure) -> str:
    """What the multiple would be of the enterprise, as its name says."""
    record = model.solve("ev_to_sales_of_enterprise_at_target", **figure.labels).records[0]
    if isinstance(record.value, float):
        return f"the source takes equity value for EV; net of cash it is {record.value:.1f}x"
    return "the source takes equity value for EV; net of cash it needs a balance sheet, which is not printed"
