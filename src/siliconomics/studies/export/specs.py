"""What a rule may ask of a chip: from its card, or from figures given by hand. What is missing stays missing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Facts, fold
from siliconomics.formulas import policy as _policy

from ..prediction.machine import SECONDHAND
from .rules import country_of, figure

policy: Any = _policy
"""Formulas are plain functions without types."""
BITS = {
    "fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "fp6": 6, "fp4": 4,
    "int64": 64, "int32": 32, "int16": 16, "int8": 8, "int4": 4, "int1": 1,
}  # fmt: skip
"""Bit length of one operand. TF32 is stored in 32 bits and taken so."""
DENSE = {"fp16": "fp16_dense_tflops", "fp8": "fp8_dense_tflops", "fp4": "fp4_dense_tflops", "int8": "int8_dense_tops"}
UNSTATED = {"fp16": "fp16_tflops", "fp8": "fp8_tflops", "int8": "int8_tops"}
"""Peaks of which no source says whether they count sparsity: the dense one is this or half of it."""
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


NOTHING = Given()


def performance_of(tflops: Mapping[str, float]) -> float:
    """The highest product of dense throughput and bit length; a multiply-accumulate already counts as two."""
    return max(plain(rate * BITS[precision]) for precision, rate in tflops.items())


def of_figures(facts: Facts, tflops: Mapping[str, float], given: Given = NOTHING) -> Specs:
    """A chip of which only figures are given."""
    return _finished(facts, Specs("", exactly(performance_of(tflops))), given)


def of_stack(facts: Facts, given: Given) -> Specs:
    """A memory stack that is sent on its own."""
    empty = Specs("", exactly(0.0), only=frozenset({"3A090.c"}))
    return _finished(facts, empty, given)


def of_chip(facts: Facts, spelling: str, given: Given = NOTHING) -> Specs:
    """A chip by its card, or by its row in the open table of accelerators; what is given besides goes first."""
    chip = spelling if spelling in facts.labels["chip"] else facts.names["chip"].get(fold(spelling))
    if chip is not None:
        return _finished(facts, _card(facts, chip), given)
    row = _row(facts, spelling)
    if row is None:
        names = [*facts.labels["chip"], *(str(one["name"]) for one in facts.accelerators)]
        raise BadRequest(
            Problem(
                f"there is no chip {spelling!r}",
                why="neither a card nor a row of the open table of accelerators has this name",
                remedy=f"{nearest(spelling, names)} Or give figures: --tflops fp16=... --die-mm2 ...",
            )
        )
    return _finished(facts, _of_row(row), given)


# -- cards --------------------------------------------------------------------------------------


def _numbers(facts: Facts, quantity: str, chip: str) -> list[tuple[float, str]]:
    """Figures of a quantity, those of sources about the chip itself where there are any; the used one first."""
    found = [fact for fact in facts.facts.get((quantity, chip), []) if not isinstance(fact.value, str)]
    own = [fact for fact in found if not fact.source.startswith(SECONDHAND)]
    return [(float(fact.value), fact.known) for fact in own or found]


def _word(facts: Facts, quantity: str, chip: str) -> str:
    found = facts.of(quantity, (chip,))
    return str(found.value) if found else ""


def _card(facts: Facts, chip: str) -> Specs:
    performance, notes = _performance(facts, chip)
    area, dies = (_numbers(facts, name, chip) for name in ("die_area_mm2", "dies_per_package"))
    area_mm2 = area[0][0] * dies[0][0] if area and dies else None
    if area and not dies:
        notes.append("die area known, dies per package not: the area that counts stays unknown")
    memory = _numbers(facts, "memory_bandwidth_gb_s", chip)
    nodes = _numbers(facts, "process_node_nm", chip)
    kind = _word(facts, "memory_type", chip)
    vendor = str(facts.cards["chip"][chip]["vendor"])
    return Specs(
        chip,
        performance,
        area_mm2,
        memory_gb_s=exactly(memory[0][0], memory[0][1]) if memory else unknown("dram_gb_s"),
        links_gb_s=_links(facts, chip),
        transistors_bn=_counted(facts, chip),
        node_nm=nodes[0][0] if nodes else None,
        flags={"hbm": kind.startswith("HBM") if kind else None, "designed_in_china": _in_china(vendor)},
        notes=tuple(notes),
    )


def _performance(facts: Facts, chip: str) -> tuple[Measure, list[str]]:
    """The highest product over formats, between the lowest and the highest that the sources leave open."""
    lows, values, highs, grades, unstated = [], [], [], [], []
    for precision, quantity in DENSE.items():
        dense = _numbers(facts, quantity, chip)
        printed = _numbers(facts, UNSTATED[precision], chip) if precision in UNSTATED else []
        bits = BITS[precision]
        if dense:
            rates = [rate for rate, _ in dense]
            lows.append(min(rates) * bits)
            highs.append(max(rates) * bits)
            values.append(rates[0] * bits)
            grades.append(dense[0][1])
        elif printed:
            rate, known = printed[0]
            lows.append(rate / 2 * bits)
            highs.append(rate * bits)
            values.append(rate * bits)
            grades.append(known)
            unstated.append(precision)
    if not values:
        return unknown("tflops"), ["no source here gives its throughput"]
    value = max(values)
    notes = []
    missing: tuple[str, ...] = ()
    if max(lows) < max(highs):
        missing = tuple(f"density of {one} (dense or sparse)" for one in unstated) or ("one figure for its throughput",)
        notes.append(
            f"dense or sparse is not stated for {', '.join(unstated)}: the upper figure is shown, half of it is possible"
            if unstated
            else "sources differ on its throughput: the preferred figure is shown"
        )
    return Measure(plain(max(lows)), plain(value), plain(max(highs)), grades[values.index(value)], missing), notes


def _links(facts: Facts, chip: str) -> Measure:
    """Bandwidth over all links, both directions added; a card gives one direction of the scale-up links."""
    one_way = _numbers(facts, "scaleup_bandwidth_gb_s", chip)
    both = _numbers(facts, "intranode_bandwidth_gb_s", chip) + _numbers(facts, "chip_to_chip_bandwidth_gb_s", chip)
    figures = [2 * rate for rate, _ in one_way] + [rate for rate, _ in both]
    if not figures:
        return unknown("io_gb_s")
    other = facts.of("other_link_bandwidth_gb_s", ())
    rest = other.high if other and other.high is not None else 0.0
    known = (one_way or both)[0][1]
    note = "both directions; host and network links, which the card leaves out, widen it upwards"
    return Measure(min(figures), figures[0], max(figures) + rest, known, ("io_gb_s",), note)


def _counted(facts: Facts, chip: str) -> Measure:
    stated = _numbers(facts, "transistor_count", chip)
    table = [(count / 1000, known) for count, known in _numbers(facts, "transistors_mn", chip)]
    for count, known in [*stated, *table]:
        return exactly(plain(count), known)
    return unknown("transistors_bn")


def _in_china(vendor: str) -> bool | None:
    """Whether a chip's vendor has its seat in China; unknown for one that nobody has placed."""
    country = country_of(vendor)
    return None if country is None else country in CHINA


# -- the open table -----------------------------------------------------------------------------


def _row(facts: Facts, spelling: str) -> Mapping[str, object] | None:
    """The row of a name, with or without its maker's; nothing where two rows could be meant."""
    wanted = fold(spelling)
    found = []
    for one in facts.accelerators:
        whole = fold(one["name"])
        if wanted and wanted in (whole, whole.removeprefix(fold(str(one.get("vendor", ""))))):
            found.append(one)
    return found[0] if len(found) == 1 else None


def _of_row(row: Mapping[str, object]) -> Specs:
    def read(key: str) -> float | None:
        value = row.get(key)
        return float(value) if isinstance(value, (int, float)) else None

    rates = {precision: rate for precision, name in DENSE.items() if (rate := read(name)) is not None}
    memory, nodes, count = read("memory_bandwidth_gb_s"), read("process_node_nm"), read("transistors_mn")
    china = _in_china(str(row.get("vendor", "")))
    notes = [f"row {row['row']} of the open table {row['source']}; how many dies its area is of is not stated there"]
    return Specs(
        str(row["name"]),
        exactly(performance_of(rates), "reported") if rates else unknown("tflops"),
        read("die_area_mm2"),
        memory_gb_s=exactly(memory, "reported") if memory is not None else unknown("dram_gb_s"),
        transistors_bn=exactly(plain(count / 1000), "reported") if count is not None else unknown("transistors_bn"),
        node_nm=nodes,
        flags={"designed_in_china": china},
        notes=tuple(notes),
    )


# -- what holds for all ---------------------------------------------------------------------------


def _finished(facts: Facts, specs: Specs, given: Given) -> Specs:
    """What is given goes before what a card says; what is taken for granted is said."""
    notes = list(specs.notes)
    flags = dict(specs.flags)
    node_nm = given.node_nm if given.node_nm is not None else specs.node_nm
    planar = given.planar
    limit = figure(facts, "advanced_logic_node_nm")
    if planar is None and node_nm is not None and node_nm <= limit:
        planar = False
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
    for flag, said, default, words in (
        ("data_centre", given.data_centre, True, "designed or marketed for data centres"),
        ("designer_approved", given.designer_approved, False, "designer neither approved nor authorised"),
        ("packager_approved", given.packager_approved, True, "packaged by one who may attest its transistors"),
    ):
        flags[flag] = default if said is None else said
        if said is None and specs.only is None:
            notes.append(f"taken for granted: {words}")
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
