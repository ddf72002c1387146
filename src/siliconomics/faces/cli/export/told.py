"""The answers of the export rules in the terminal: a chip's status, bounds, and claimed routes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any


def bounds(study: Any, facts: Any, rules: Any, specs: Any, day: dt.date) -> dict[str, Any]:
    """Bounds as plain numbers; null where nothing holds it or where it cannot be told, with which of the two."""
    told: dict[str, Any] = {"note": "a chip must stay below the throughput, its dies must exceed the area"}
    for outside in ("a or b", "a"):
        found = study.largest(rules, specs, day, outside)
        area = study.smallest_area(rules, specs, day, outside)
        free = found.below_tpp is not None and math.isinf(found.below_tpp)
        told[f"outside 3A090.{outside}"] = {
            "die_mm2": specs.area_mm2,
            "tpp_below": None if free else found.below_tpp,
            "tpp_unlimited": free,
            "only_a_floor": found.below_tpp is not None and not free and specs.area_mm2 is None and not specs.planar,
            "tflops_below": {}
            if free or found.below_tpp is None
            else {precision: found.below_tflops(precision) for precision in ("fp16", "fp8", "int8", "fp4")},
            "tpp": specs.performance.value,
            "die_mm2_above": None if area is None or math.isinf(area) else area,
            "no_area_is_enough": area is not None and math.isinf(area),
        }
    die = study.largest_die_mm2(facts, rules, specs, day)
    told["within the foundry limit"] = {
        "node_nm": specs.node_nm,
        "die_mm2_below": None if die is None else die[1],
        "die_mm2_below_low": None if die is None else die[0],
        "die_mm2_below_high": None if die is None else die[2],
    }
    return told


SHORT = {
    "total_processing_performance": "TPP",
    "performance_density": "PD",
    "memory_and_interconnect_bandwidth_gb_s": "memory + links GB/s",
    "memory_bandwidth_gb_s": "memory GB/s",
    "interconnect_bandwidth_gb_s": "links GB/s",
    "hbm_bandwidth_density_gb_s_per_mm2": "GB/s per mm2",
    "transistors_bn": "transistors bn",
}


def _short(test: str) -> str:
    """A test as a table has room for it."""
    for name, short in SHORT.items():
        test = test.replace(name, short)
    return test.replace("_", " ")


def _figure(value: float | None, digits: int = 6) -> str:
    return "unknown" if value is None else f"{value:,.{digits}g}"


def _between(measure: Any, digits: int = 6) -> str:
    """A figure, with its ends where they differ."""
    if measure.value is None or measure.low == measure.high or math.isinf(measure.high):
        return _figure(measure.value, digits)
    return f"{_figure(measure.value, digits)} ({_figure(measure.low, digits)} to {_figure(measure.high, digits)})"


def show_status(found: Any, inverses: dict[str, Any] | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    specs = found.specs
    console.print(
        f"{specs.name or 'chip of the given figures'} on {found.date}: {found.status}", style="bold", markup=False
    )
    console.print(
        f"total processing performance {_between(specs.performance)}; performance density {_between(specs.density)};"
        f" transistors {_between(specs.transistors_bn)} bn",
        markup=False,
    )
    if found.records:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("rule", "status", "binding test", "value", "margin"):
            right, whole = heading in ("value", "margin"), heading in ("rule", "status")
            table.add_column(heading, justify="right" if right else "left", no_wrap=whole, overflow="fold")
        for record in found.records:
            told = record.as_dict()
            table.add_row(
                told["rule"] + ("" if told["enforced"] else " *"),
                told["status"],
                _short(told["binding_test"]),
                _figure(told["value"]) if told["threshold"] is not None else "",
                _figure(told["margin"]) if told["margin"] is not None else "",
            )
        console.print(table)
        if any(not record.enforced for record in found.records):
            console.print("* in effect as text, not enforced on this day", style="dim", markup=False)
        for record in found.records:
            if record.missing:
                console.print(f"{record.rule.id}: unknown without {', '.join(record.missing)}", markup=False)
            elif record.holds:
                console.print(f"{record.rule.id}: {record.outcome}", markup=False)
    for outside, one in (inverses or {}).items():
        if outside != "note":
            console.print(f"{outside}: {_inverse_words(one)}", markup=False)
    for note in found.notes:
        console.print(f"note: {note}", style="dim", markup=False)
    console.print("margin is the room left below a threshold, negative beyond it", style="dim", markup=False)
    console.print(found.rules.notice, style="dim", markup=False)


def _inverse_words(one: dict[str, Any]) -> str:
    if "node_nm" in one:
        low, value, high = (one[f"die_mm2_below{end}"] for end in ("_low", "", "_high"))
        if value is None:
            return "unknown without node_nm, or no such limit in effect"
        return f"at {one['node_nm']:g} nm dies below {value:,.0f} mm2 ({low:,.0f} to {high:,.0f}), estimated"
    area = f"on {_figure(one['die_mm2'])} mm2" if one["die_mm2"] is not None else "with the area unknown"
    if one["tpp_unlimited"]:
        first = "no throughput is too much"
    elif one["tpp_below"] is None:
        first = f"{area} no throughput is surely outside"
    else:
        rates = ", ".join(f"{name} {_figure(rate)}" for name, rate in one["tflops_below"].items())
        first = f"{area} below {_figure(one['tpp_below'])} in total, TFLOPS {rates}"
    if one["tpp"] is None:
        return first
    if one["no_area_is_enough"]:
        return f"{first}; no area is enough for {_figure(one['tpp'])}"
    if one["die_mm2_above"] is None:
        return first
    return f"{first}; {_figure(one['tpp'])} needs more than {_figure(one['die_mm2_above'])} mm2"


def show_routes(notice: str, day: dt.date, found: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"Claimed routes held against the rules on {day}", style="bold", markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", "claim", "transistors, bn", "at launch", "verdict", "supply risk"):
        table.add_column(heading, justify="left", overflow="fold")
    tested = [one for one in found if one.risk is not None]
    for one in tested:
        risk = f"{one.risk:.2f} ({one.risk_low:.2f} to {one.risk_high:.2f})"
        counted = _between(one.finding.specs.transistors_bn, 3)
        table.add_row(one.chip, one.claim, counted, one.at_launch, one.verdict, risk)
    console.print(table)
    for why in dict.fromkeys(one.why for one in tested):
        console.print(f"{', '.join(one.chip for one in tested if one.why == why)}: {why}", markup=False)
    for verdict in dict.fromkeys(one.verdict for one in found if one.risk is None):
        names = ", ".join(one.chip for one in found if one.risk is None and one.verdict == verdict)
        console.print(f"{verdict}: {names}", markup=False)
    console.print(
        "risk: chance within two years that export rules cut the supply; its levels are assumptions", style="dim"
    )
    console.print(notice, style="dim", markup=False)


__all__ = ["bounds", "show_routes", "show_status"]
