"""Systems beside each other: what their chips add up to, per kilowatt and dollar, and what a source says of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.model import Model

from .figures import Bounds, Figure, asked, bounds, scaled, stretch

PAIRS = (("CloudMatrix 384", "GB200 NVL72"), ("CloudMatrix 384", "GB300 NVL72"), ("Atlas 950 SuperPoD", "GB300 NVL72"))
"""Systems that the source holds against each other (lines 3063 and 3072), and their successors."""


@dataclass(frozen=True)
class System:
    """One system of chips of one kind."""

    name: str
    vendor: str
    country: str
    status: str
    launched: str
    chip: str
    chips: int
    power_kw: Bounds
    price_usd: Bounds
    fp16_tflops: Bounds
    eight_bit_tflops: Bounds
    memory_gb: Figure
    memory_bandwidth_gb_s: Figure
    scaleup_bandwidth_gb_s: Figure
    power_kw_per_chip: Figure
    fp16_tflops_per_kw: Bounds
    memory_bandwidth_gb_s_per_kw: Bounds
    fp16_tflops_per_usd: Bounds
    stated: dict[str, float]
    """What a source states for the whole, by quantity."""

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "system": self.name,
            "vendor": self.vendor,
            "country": self.country,
            "status": self.status,
            "launched": self.launched,
            "chip": self.chip,
            "chips": self.chips,
        }
        missing = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, Figure):
                found |= {name: value.value, f"{name}_known": value.known}
            elif isinstance(value, Bounds):
                found |= value.as_dict(name)
            if isinstance(value, (Figure, Bounds)) and value.missing:
                missing[name] = value.missing
        return {**found, "stated": self.stated, "missing": missing}


@dataclass(frozen=True)
class Ratio:
    """One system over another in one figure."""

    system: str
    over: str
    figure: str
    ratio: Bounds

    def as_dict(self) -> dict[str, Any]:
        return {"system": self.system, "over": self.over, "figure": self.figure, **self.ratio.as_dict("ratio")}


@dataclass(frozen=True)
class Disagreement:
    """A whole that its parts do not add up to."""

    system: str
    quantity: str
    chips: float
    """What the chips' own figures add up to."""
    stated: float

    def as_dict(self) -> dict[str, Any]:
        return {"system": self.system, "figure": self.quantity, "of_the_chips": self.chips, "stated": self.stated}


@dataclass(frozen=True)
class Table:
    systems: list[System]
    ratios: list[Ratio]
    disagreements: list[Disagreement]


AGREE = 0.05
"""Share by which a stated whole may differ from the sum of its chips without being named."""
STATED = {
    "stated_system_fp16_dense_tflops": "fp16_tflops",
    "stated_system_eight_bit_dense_tflops": "eight_bit_tflops",
    "stated_system_memory_gb": "memory_gb",
    "stated_system_memory_bandwidth_gb_s": "memory_bandwidth_gb_s",
}
FIGURES = (
    "fp16_tflops",
    "eight_bit_tflops",
    "memory_gb",
    "memory_bandwidth_gb_s",
    "scaleup_bandwidth_gb_s",
    "power_kw",
    "price_usd",
    "fp16_tflops_per_kw",
    "memory_bandwidth_gb_s_per_kw",
    "fp16_tflops_per_usd",
)


def systems(model: Model) -> Table:
    """Every system on a card, and the ratios between those that are set against each other."""
    found = [one for name in model.facts.labels.get("system", []) for one in _of(model, name)]
    named = {one.name: one for one in found}
    ratios = [
        Ratio(one, other, figure, _ends(named[one], figure).over(_ends(named[other], figure)))
        for one, other in PAIRS
        if one in named and other in named
        for figure in FIGURES
    ]
    return Table(found, ratios, [one for system in found for one in disagreements(system)])


def disagreements(system: System) -> list[Disagreement]:
    """Where a source states another whole than the chips add up to."""
    found = []
    for quantity, figure in STATED.items():
        ends, stated = _ends(system, figure), system.stated.get(quantity)
        if stated is None or ends.low is None or ends.high is None:
            continue
        if not ends.low * (1 - AGREE) <= stated <= ends.high * (1 + AGREE):
            found.append(Disagreement(system.name, figure, ends.high, stated))
    return found


def _ends(system: System, figure: str) -> Bounds:
    value = getattr(system, figure)
    return value if isinstance(value, Bounds) else Bounds(value.value, value.value, value.known, value.missing)


def _two(model: Model, quantity: str, labels: dict[str, str]) -> Bounds:
    return bounds(model, quantity.format("low"), quantity.format("high"), **labels)


def _of(model: Model, name: str) -> list[System]:
    card = model.facts.cards["system"][name]
    found = []
    for chip in model.facts.labels["chip"]:
        count = model.facts.of("system_chips", (name, chip))
        if count is None:
            continue
        both = {"system": name, "chip": chip}
        power, price = (stretch(model, one, system=name) for one in ("system_power_kw", "system_price_usd"))
        stated = {
            quantity: float(facts[0].value)
            for (quantity, *labels), facts in model.facts.facts.items()
            if quantity.startswith("stated_system_") and labels == [name]
        }
        found.append(
            System(
                name,
                card["vendor"],
                card["country"],
                card["status"],
                str(card["launched"] or ""),
                chip,
                int(float(count.value)),
                power,
                price,
                bounds(model, "system_fp16_dense_low_tflops", "system_fp16_dense_high_tflops", **both),
                bounds(model, "system_eight_bit_dense_low_tflops", "system_eight_bit_dense_high_tflops", **both),
                asked(model, "system_memory_gb", **both),
                asked(model, "system_memory_bandwidth_gb_s", **both),
                asked(model, "system_scaleup_bandwidth_gb_s", **both),
                asked(model, "system_power_kw_per_chip", **both),
                scaled(_two(model, "system_fp16_dense_{}_tflops_per_kw", both), power),
                scaled(_two(model, "system_memory_bandwidth_gb_s_per_kw", both), power),
                scaled(_two(model, "system_fp16_dense_{}_tflops_per_usd", both), price),
                stated,
            )
        )
    return found
