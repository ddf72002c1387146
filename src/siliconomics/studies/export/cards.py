"""What the rules ask of a chip, read from its card or from its row in the open table of accelerators."""

from __future__ import annotations

from collections.abc import Mapping

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Facts, fold

from ..prediction.machine import SECONDHAND
from .rules import country_of, is_approved
from .specs import BITS, CHINA, NOTHING, Given, Measure, Specs, exactly, finished, performance_of, plain, unknown

DENSE = {"fp16": "fp16_dense_tflops", "fp8": "fp8_dense_tflops", "fp4": "fp4_dense_tflops", "int8": "int8_dense_tops"}
UNSTATED = {"fp16": "fp16_tflops", "fp8": "fp8_tflops", "int8": "int8_tops"}
"""Peaks of which no source says whether they count sparsity: the dense one is this or half of it."""
MANY = 3
"""Letters from which the end of a name may stand for the whole."""


def of_chip(facts: Facts, spelling: str, given: Given = NOTHING) -> Specs:
    """A chip by its card, or by its row in the open table of accelerators; what is given besides goes first."""
    chip = spelling if spelling in facts.labels["chip"] else facts.names["chip"].get(fold(spelling))
    if chip is not None:
        return finished(facts, _card(facts, chip), given)
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
    return finished(facts, _of_row(row), given)


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
        foundry=_word(facts, "foundry", chip),
        flags={"hbm": kind.startswith("HBM") if kind else None, **_designer(vendor)},
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


def _designer(vendor: str) -> dict[str, bool | None]:
    """What is known of a chip's designer; unknown where nobody has placed it."""
    country = country_of(vendor)
    found: dict[str, bool | None] = {"designed_in_china": None if country is None else country in CHINA}
    return {**found, "designer_approved": True} if is_approved(vendor) else found


# -- the open table -----------------------------------------------------------------------------


def _row(facts: Facts, spelling: str) -> Mapping[str, object] | None:
    """The row of a name, with or without its maker and family; nothing where two rows could be meant."""
    wanted = fold(spelling)
    found = []
    for one in facts.accelerators:
        whole = fold(one["name"])
        if wanted and wanted in (whole, whole.removeprefix(fold(str(one.get("vendor", ""))))):
            found.append(one)
    if not found and len(wanted) > MANY:
        found = [one for one in facts.accelerators if fold(one["name"]).endswith(wanted)]
    return found[0] if len(found) == 1 else None


def _of_row(row: Mapping[str, object]) -> Specs:
    def read(key: str) -> float | None:
        value = row.get(key)
        return float(value) if isinstance(value, (int, float)) else None

    rates = {precision: rate for precision, name in DENSE.items() if (rate := read(name)) is not None}
    memory, nodes, count = read("memory_bandwidth_gb_s"), read("process_node_nm"), read("transistors_mn")
    notes = [f"row {row['row']} of the open table {row['source']}; how many dies its area is of is not stated there"]
    return Specs(
        str(row["name"]),
        exactly(performance_of(rates), "reported") if rates else unknown("tflops"),
        read("die_area_mm2"),
        memory_gb_s=exactly(memory, "reported") if memory is not None else unknown("dram_gb_s"),
        transistors_bn=exactly(plain(count / 1000), "reported") if count is not None else unknown("transistors_bn"),
        node_nm=nodes,
        foundry=str(row.get("foundry", "")),
        flags=_designer(str(row.get("vendor", ""))),
        notes=tuple(notes),
    )
