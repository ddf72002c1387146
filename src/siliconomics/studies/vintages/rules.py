"""Rules that find what in published forecasts cannot be true together, each with the reading under which each could."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from siliconomics.core.units import MONTHS_PER_YEAR, ONES_PER_BILLION
from siliconomics.model import Model
from siliconomics.model.figures import figure

from .replays import replay, rows
from .scores import stated

SOLD = "vintage_share_of_wafers_sold"


@dataclass(frozen=True)
class Finding:
    """Two figures that contradict each other, or one that cannot be what it is called."""

    rule: str
    vintages: tuple[str, ...]
    year: int
    what: str
    figures: tuple[float, ...]
    reading: str
    """Under which definition each could hold."""

    def as_dict(self) -> dict[str, Any]:
        """The finding as other programs read it."""
        return asdict(self)


def results_that_do_not_follow(model: Model) -> Iterator[Finding]:
    """A stated result that the forecast's own inputs do not give."""
    for vintage in model.graph.labels_of("vintage"):
        for one in replay(model, vintage).results:
            if one.verdict == "does not close":
                assert one.replayed is not None
                name = one.quantity.removeprefix("vintage_")
                needs = "; ".join(
                    f"{each.quantity.removeprefix('stated_').removeprefix('vintage_')} {figure(each.value)}"
                    for each in one.solved
                    if each.inside is not False
                )
                yield Finding(
                    "results_that_do_not_follow", (vintage,), one.year,
                    f"{name} is stated as {figure(one.stated)} and follows as {figure(one.replayed)}",
                    (one.stated, one.replayed),
                    f"holds if alone one of: {needs}" if needs else "no single input inside its range mends it",
                )  # fmt: skip


def wafers_that_do_not_give_the_revenue(model: Model) -> Iterator[Finding]:
    """Wafers, dies, yield and price that make another revenue than the one stated beside them."""
    for vintage in model.graph.labels_of("vintage"):
        for entry in rows(model, vintage, ("solved",)):
            if entry.values["quantity"] != SOLD:
                continue
            year = int(entry.date)
            answer_ = model.graph.cell("vintage_local_revenue_cny_bn", {"vintage": vintage, "year": year})
            share = model.graph.cell(SOLD, {"vintage": vintage, "year": year})
            now, part = model.graph.value(answer_), model.graph.value(share)
            if now is None or not part:
                continue
            yield Finding(
                "wafers_that_do_not_give_the_revenue", (vintage,), year,
                f"wafers, dies, yield and price make {figure(now / part)} bn CNY, {figure(now)} is stated",
                (float(now / part), float(now)),
                f"holds if {part:.0%} of that rate is sold in the year: a year's end for its mean, other customers, losses",
            )  # fmt: skip


def one_node_above_all(model: Model) -> Iterator[Finding]:
    """Capacity of one node above that of all advanced nodes, in one forecast: in its year, or in the next given."""
    for vintage in model.graph.labels_of("vintage"):
        own = rows(model, vintage)
        every = _by_year(own, "vintage_node_capacity_wafers_per_month")
        for year, one in _by_year(own, "vintage_one_node_capacity_wafers_per_month").items():
            later = [all_ for all_ in sorted(every) if all_ >= year]
            if later and one > every[later[0]]:
                yield Finding(
                    "one_node_above_all", (vintage,), year,
                    f"one node has {one:,.0f} wafers a month in {year}, all advanced nodes {every[later[0]]:,.0f} in {later[0]}",
                    (one, every[later[0]]),
                    "holds if the one is a node's whole capacity and the other what AI chips get of it",
                )  # fmt: skip


def wafers_above_capacity(model: Model) -> Iterator[Finding]:
    """Wafers for AI chips above what all advanced nodes start, by the same author's or another's count."""
    capacity = stated(model, "vintage_node_capacity_wafers_per_month")
    for year, ones in stated(model, "vintage_ai_wafers_per_month").items():
        for one in ones:
            for other in capacity.get(year, []):
                if one.value > other.value and other.bound != ">":
                    yield Finding(
                        "wafers_above_capacity", (one.vintage, other.vintage), year,
                        f"{one.value:,.0f} wafers a month for AI chips, {other.value:,.0f} for everything",
                        (one.value, other.value),
                        "holds if the second counts what AI chips get, or the first a later rate",
                    )  # fmt: skip


def views_apart(model: Model, times: float = 1.5) -> Iterator[Finding]:
    """Two forecasts of one thing and year that lie further apart than a factor."""
    for quantity in (
        "vintage_self_sufficiency",
        "vintage_ai_wafers_per_month",
        "vintage_node_capacity_wafers_per_month",
    ):
        for year, ones in stated(model, quantity).items():
            plain = [one for one in ones if one.bound not in ("<", ">")]
            for place, one in enumerate(plain):
                for other in plain[place + 1 :]:
                    ratio = max(one.value, other.value) / min(one.value, other.value)
                    if ratio > times:
                        name = quantity.removeprefix("vintage_").replace("_", " ")
                        yield Finding(
                            "views_apart", (one.vintage, other.vintage), year,
                            f"{name}: {figure(one.value)} against {figure(other.value)}, a factor {ratio:.2f}",
                            (one.value, other.value),
                            "compare them: siliconomics vintages compare, or read what each counts",
                        )  # fmt: skip


def revenue_above_the_wafers(model: Model) -> Iterator[Finding]:
    """Revenue that a page calls a foundry's, above what anybody pays for that many wafers: it is the chips' sales."""
    prices = [one.value for one in model.solve("wafer_price_usd") if isinstance(one.value, float)]
    for year, ones in stated(model, "vintage_foundry_revenue_cny_bn").items():
        for one in ones:
            labels = {"vintage": one.vintage, "year": year}
            wafers, rate = (
                model.graph.value(model.graph.cell(name, labels))
                for name in ("vintage_ai_wafers_per_month", "vintage_cny_per_usd")
            )
            if not wafers or not rate or not prices:
                continue
            each = one.value * ONES_PER_BILLION / float(rate) / (float(wafers) * MONTHS_PER_YEAR)
            if each > max(prices):
                yield Finding(
                    "revenue_above_the_wafers", (one.vintage,), year,
                    f"{figure(each)} USD a wafer called the foundry's; the dearest known here costs {figure(max(prices))}",
                    (each, max(prices)),
                    "holds if it is what the chips sell for, not what their maker pays the foundry",
                )  # fmt: skip


def packages_for_dies(model: Model) -> Iterator[Finding]:
    """Fewer dies on a wafer than a field of the scanner leaves room for: a count of packages or interposers."""
    least = model.graph.value(model.graph.cell("least_dies_per_wafer", {}))
    assert least is not None
    for year, ones in stated(model, "vintage_dies_per_wafer").items():
        for one in ones:
            if one.value < float(least):
                yield Finding(
                    "packages_for_dies", (one.vintage,), year,
                    f"{figure(one.value)} dies on a wafer, and the largest die there is leaves room for {figure(float(least))}",
                    (one.value, float(least)),
                    "holds if it counts packages on an interposer wafer (28 or 29 of H100's size), or chips of two dies",
                )  # fmt: skip


def _by_year(own: list[Any], quantity: str) -> dict[int, float]:
    return {int(one.date): float(one.values["value"]) for one in own if one.values["quantity"] == quantity}


RULES: tuple[Callable[[Model], Iterator[Finding]], ...] = (
    results_that_do_not_follow,
    wafers_that_do_not_give_the_revenue,
    one_node_above_all,
    wafers_above_capacity,
    views_apart,
    revenue_above_the_wafers,
    packages_for_dies,
)


def findings(model: Model, vintage: str = "") -> list[Finding]:
    """What every rule finds, of all forecasts or of one."""
    found = [one for rule in RULES for one in rule(model)]
    return [one for one in found if not vintage or vintage in one.vintages]
