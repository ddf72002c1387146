"""From a wafer to a chip: what it costs to make, part by part, and what of its price is left."""

from __future__ import annotations

from .. import charts
from ..asked import Asked
from ..page import Chart, Keys, Page, Table, word
from .words import parted

PARTS = ("die_cost_usd", "memory_cost_usd", "package_cost_usd")
INPUTS = ("wafer_price_usd", "die_yield", "memory_price_usd_per_block", "packaging_wafer_price_usd", "market_price_usd")
"""What a reader may change here."""
RESULTS = ("gross_dies_per_wafer", *PARTS, "manufacturing_cost_usd", "chip_gross_margin")


def page(asked: Asked, subject: str = "") -> Page:
    """Every chip whose cost is known: the stack, what may be changed, the bill."""
    chips = [one.labels["chip"] for one in asked.model.solve("manufacturing_cost_usd") if one.value is not None]
    whole = {chip: asked.figure("manufacturing_cost_usd", chip=chip) for chip in chips}
    order = sorted(chips, key=lambda chip: -float(whole[chip].value or 0.0))
    most = order[0]
    largest = max(PARTS, key=lambda part: float(asked.figure(part, chip=most).value or 0.0))
    margins = {chip: asked.figure("chip_gross_margin", chip=chip) for chip in chips}
    best = max(
        (one for one in chips if margins[one].value is not None), key=lambda one: float(margins[one].value or 0.0)
    )
    finding = (
        f"{most} costs most to make, {parted(asked, 'manufacturing_cost_usd', chip=most)}, most of it "
        f"{asked.name(largest).lower()}; {best} keeps the largest share of its price, {margins[best].text}."
    )
    rows, high = [], 0.0
    for chip in order:
        for place, part in enumerate(PARTS):
            value = asked.figure(part, chip=chip).value
            rows.append({"row": chip, "part": asked.name(part), "value": value or 0.0, "place": place})
        high = max(high, asked.before("manufacturing_cost_usd", {"chip": chip}) or 0.0, float(whole[chip].value or 0.0))
    names = [asked.name(part) for part in PARTS]
    bill = Table(
        "bill",
        "Bill per chip",
        "US$ per chip; margin is what is left of the market price",
        ["Chip", *(asked.name(one) for one in RESULTS)],
        [[word(chip), *(asked.figure(one, chip=chip) for one in RESULTS)] for chip in order],
    )
    inputs = Table(
        "inputs",
        "What you can change",
        "Blue cells are inputs: type a value, Enter applies it; empty takes it back. US$; yield in per cent",
        ["Chip", *(asked.name(one) for one in INPUTS)],
        [[word(chip), *(asked.figure(one, editable=True, chip=chip) for one in INPUTS)] for chip in order],
    )
    keys = [
        (
            f"{chip}, to make",
            asked.figure("manufacturing_cost_usd", unit=True, chip=chip),
            f"margin {margins[chip].text}",
        )
        for chip in order[:4]
    ]
    chart = Chart(
        "stack",
        "Cost of one chip",
        "US$ per chip, by part",
        charts.stack(rows, names, order, "US$ per chip", high),
        bill,
    )
    note = "Parts add up to the cost; a chip whose parts are unknown is left out, not guessed."
    return Page("cost", "From a wafer to a chip", finding, note, [Keys("keys", keys), chart, inputs])


__all__ = ["page"]
