"""What a rule may ask of a chip: from its card, or from figures given by hand. What is missing stays missing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from siliconomics.facts import Facts
from siliconomics.formulas import policy as _policy

from .rules import figure, foundries

policy: Any = _policy
"""Formulas are plain functions without types."""
BITS = {
    "fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "fp6": 6, "fp4": 4,
    "int64": 64, "int32": 32, "int16": 16, "int8": 8, "int4": 4, "int1": 1,
}  # fmt: skip
"""Bit length of one operand. TF32 is stored in 32 bits and taken so."""
CHINA = frozenset({"CN", "HK", "MO"})


@dataclass(frozen=True)
class Measure:
    """A figure with the ends it may lie between; what is missing where it is not known."""

    low: float
    value: float | None
    high: float
    known: str = "given"
    missing: tuple[str, ...] = ()
    note: str = ""


def exactly(value: float, known: str = "given", note: str = "") -> Measure:
    return Measure(value, value, value, known, note=note)


def unknown(*missing: str, low: float = 0.0) -> Measure:
    return Measure(low, None, math.inf, "unknown", missing)


def plain(value: float) -> float:
    """Without the last bits of rounding, so that what is at a threshold is at it."""
    return float(f"{value:.12g}") if math.isfinite(value) else value


@dataclass(frozen=True)
class Specs:
    """All that the rules ask of one chip."""

    name: str
    performance: Measure
    area_mm2: float | None = None
    planar: bool | None = None
    memory_gb_s: Measure = field(default_factory=lambda: unknown("dram_gb_s"))
    links_gb_s: Measure = field(default_factory=lambda: unknown("io_gb_s"))
    stack_density: Measure = field(default_factory=lambda: unknown("stack_gb_s", "stack_mm2"))
    transistors_bn: Measure = field(default_factory=lambda: unknown("transistors_bn"))
    node_nm: float | None = None
    foundry: str = ""
    flags: Mapping[str, bool | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    only: frozenset[str] | None = None
    """The rules that can apply at all, where that is not every one (memory on its own)."""

    def with_performance(self, value: float) -> Specs:
        """The same chip at one total processing performance."""
        return replace(self, performance=exactly(value, self.performance.known))

    def with_area(self, area_mm2: float) -> Specs:
        return replace(self, area_mm2=area_mm2)

    @property
    def density(self) -> Measure:
        """Total processing performance over the area of the dies with non-planar transistors."""
        if self.planar:
            return exactly(0.0, note="planar transistors only: no area counts")
        if self.area_mm2 is None:
            return unknown("die_mm2")
        low, high = (
            plain(policy.performance_density_high(end, self.area_mm2))
            for end in (self.performance.low, self.performance.high)
        )
        value = self.performance.value
        middle = None if value is None else plain(policy.performance_density_high(value, self.area_mm2))
        return Measure(low, middle, high, self.performance.known, self.performance.missing)

    @property
    def measures(self) -> dict[str, Measure]:
        memory, links = self.memory_gb_s, self.links_gb_s
        known = memory.value is not None and links.value is not None
        both = Measure(
            memory.low + links.low,
            memory.value + links.value if known else None,  # type: ignore[operator]
            memory.high + links.high,
            links.known,
            memory.missing + links.missing,
        )
        return {
            "total_processing_performance": self.performance,
            "performance_density": self.density,
            "memory_bandwidth_gb_s": memory,
            "interconnect_bandwidth_gb_s": links,
            "memory_and_interconnect_bandwidth_gb_s": both,
            "hbm_bandwidth_density_gb_s_per_mm2": self.stack_density,
            "transistors_bn": self.transistors_bn,
        }


MISSING_FLAG = {
    "advanced_logic": ("node_nm", "planar"),
    "hbm": ("hbm",),
    "designed_in_china": ("designer_country",),
    "designer_approved": ("designer",),
    "packager_approved": ("packager",),
    "data_centre": ("data_centre",),
}


@dataclass(frozen=True)
class Given:
    """What a user may say of a chip beside its throughput; None is not said."""

    area_mm2: float | None = None
    memory_gb_s: float | None = None
    links_gb_s: float | None = None
    transistors_bn: float | None = None
    hbm: bool | None = None
    stack_gb_s: float | None = None
    stack_mm2: float | None = None
    node_nm: float | None = None
    planar: bool | None = None
    data_centre: bool | None = None
    designer_approved: bool | None = None
    packager_approved: bool | None = None
    designer_country: str | None = None
    foundry: str | None = None


NOTHING = Given()


def performance_of(tflops: Mapping[str, float]) -> float:
    """The highest product of dense throughput and bit length; a multiply-accumulate already counts as two."""
    return max(plain(rate * BITS[precision]) for precision, rate in tflops.items())


def of_figures(facts: Facts, tflops: Mapping[str, float], given: Given = NOTHING) -> Specs:
    """A chip of which only figures are given."""
    return finished(facts, Specs("", exactly(performance_of(tflops))), given)


def of_stack(facts: Facts, given: Given) -> Specs:
    """A memory stack that is sent on its own."""
    empty = Specs("", exactly(0.0), only=frozenset({"3A090.c"}))
    return finished(facts, empty, given)


# -- what holds for all ---------------------------------------------------------------------------


def finished(facts: Facts, specs: Specs, given: Given) -> Specs:
    """What is given goes before what a card says; what is taken for granted is said."""
    notes = list(specs.notes)
    flags = dict(specs.flags)
    node_nm = given.node_nm if given.node_nm is not None else specs.node_nm
    planar = given.planar
    limit = figure(facts, "advanced_logic_node_nm")
    if planar is None and node_nm is not None and node_nm <= limit:
        planar = False
    elif planar is None and node_nm is not None and node_nm >= figure(facts, "planar_from_nm"):
        planar = True
        notes.append(f"a node of {node_nm:g} nm has planar transistors, so that no area counts")
    advanced = None
    if planar is False or (node_nm is not None and node_nm <= limit):
        advanced = True
    elif planar and node_nm is not None:
        advanced = False
    area = given.area_mm2 if given.area_mm2 is not None else specs.area_mm2
    if planar is None and area is not None and specs.only is None:
        notes.append("all dies taken to have non-planar transistors, so that their whole area counts")
    flags["advanced_logic"] = advanced
    flags["hbm"] = given.hbm if given.hbm is not None else flags.get("hbm")
    if given.designer_country is not None:
        flags["designed_in_china"] = given.designer_country in CHINA
    flags["memory_on_its_own"] = given.stack_gb_s is not None or given.stack_mm2 is not None
    foundry = given.foundry or specs.foundry
    at_home = foundries().get(foundry) in CHINA
    trusted = "packaged by one who may attest its transistors"
    if at_home:
        trusted = f"packaged by nobody who may attest its transistors, since {foundry} stands in China"
    for flag, said, default, words in (
        ("data_centre", given.data_centre, True, "designed or marketed for data centres"),
        ("designer_approved", given.designer_approved, False, "designer neither approved nor authorised"),
        ("packager_approved", given.packager_approved, not at_home, trusted),
    ):
        known = flags.get(flag)
        if said is None and known is not None:
            notes.append("its designer is one of the approved ones, as far as recalled")
            continue
        flags[flag] = default if said is None else said
        if said is None and specs.only is None:
            notes.append(f"taken for granted: {words}")
    if flags.get("designed_in_china"):
        notes.append("designed in China: the answers are what they would be if a maker elsewhere exported it there")
    stack = specs.stack_density
    if given.stack_gb_s is not None and given.stack_mm2 is not None:
        stack = exactly(plain(policy.hbm_bandwidth_density_gb_s_per_mm2(given.stack_gb_s, given.stack_mm2)))
    elif given.stack_gb_s is not None or given.stack_mm2 is not None:
        stack = unknown("stack_mm2" if given.stack_mm2 is None else "stack_gb_s")
    done = replace(
        specs,
        area_mm2=area,
        planar=planar,
        node_nm=node_nm,
        foundry=foundry,
        flags=flags,
        stack_density=stack,
        memory_gb_s=specs.memory_gb_s if given.memory_gb_s is None else exactly(given.memory_gb_s),
        links_gb_s=specs.links_gb_s if given.links_gb_s is None else exactly(given.links_gb_s),
        transistors_bn=specs.transistors_bn if given.transistors_bn is None else exactly(given.transistors_bn),
    )
    if done.transistors_bn.value is None and area is not None and node_nm is not None:
        done = replace(done, transistors_bn=estimate(facts, area, node_nm))
        notes.append("transistors estimated from the area of the dies and the density of the node's class")
    return replace(done, notes=tuple(notes))


CLASSES = ("five_nm", "seven_nm", "ten_nm")


def estimate(facts: Facts, area_mm2: float, node_nm: float) -> Measure:
    """Transistors of an area at a node, with the spread of designs."""
    limits = [figure(facts, f"{name}_class_up_to_nm") for name in CLASSES]
    densities = [figure(facts, f"{name}_transistor_density_bn_per_mm2") for name in (*CLASSES, "sixteen_nm")]
    density = float(policy.node_transistor_density_bn_per_mm2(node_nm, *limits, *densities))
    spread = figure(facts, "transistor_density_spread")
    low = policy.estimated_transistors_bn_low(None, area_mm2, density, spread)
    high = policy.estimated_transistors_bn_high(None, area_mm2, density, spread)
    middle = policy.estimated_transistors_bn_high(None, area_mm2, density, 1.0)
    return Measure(
        plain(float(low)), plain(float(middle)), plain(float(high)), "estimated", ("transistors_bn",), "estimated"
    )
