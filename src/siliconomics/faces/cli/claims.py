"""The command of claims: what the source says about throughput beside what the model says."""

from __future__ import annotations

from typing import Any

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, _model, app
from .records import print_json


@app.command("claims")
def claims_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """What the source claims of throughput, beside the model's answer, its range and a verdict."""
    from siliconomics.studies.prediction.claims import study

    try:
        found = study(_model(facts, [], []).facts)
    except KeyError as error:
        raise BadRequest(
            Problem(f"the source's figure {error} is not there", remedy="check the facts of the source")
        ) from None
    if as_json:
        print_json(records(found))
        return
    _print(found)


def records(found: Any) -> dict[str, Any]:
    """Plain numbers for other programs; unknown is null."""
    from siliconomics.studies.prediction import claims as study

    chips = []
    for chip in (*study.PRODUCTS, *study.ALSO):
        for (name, system, limit, level), one in found.book.answers.items():
            if name == chip:
                ratio = found.book.ratio(chip, study.REFERENCE, system, limit, level)
                chips.append(
                    {
                        "chip": chip,
                        "system": system,
                        "chips": one.chips,
                        "tpot_ms": limit,
                        "software": level,
                        "output_tokens_per_s_and_chip": one.rate,
                        "low": one.low,
                        "high": one.high,
                        "over_h20": _ratio(ratio),
                        "software_level": one.level,
                        "layout": one.layout,
                        "batch": one.batch,
                        "bound_by": one.bound,
                        "note": "; ".join(one.notes),
                    }
                )
        if chip in found.book.unknown:
            chips.append({"chip": chip, "output_tokens_per_s_and_chip": None, "missing": found.book.unknown[chip]})
    judged = [
        {
            "chip": one.claim.chip,
            "over": one.claim.other,
            "lines": one.claim.lines,
            "printed": one.claim.printed,
            "claimed_low": one.claim.low,
            "claimed_high": one.claim.high,
            "verdict": one.verdict,
            "why": one.why,
            "cells": [_cell(cell) for cell in one.cells],
        }
        for one in found.judged
    ]
    lines, printed, figure = study.per_watt_claim()
    watts = {
        "lines": lines,
        "printed": printed,
        "claimed_high": figure,
        "verdict": found.watt_verdict,
        "why": found.watt_why,
        "power_w": {"GB300": found.power[0], "H200": found.power[1]},
        "cells": [
            {
                "tpot_ms": one.limit_ms,
                "software": one.software,
                "h200_in_one_node": one.one_node,
                "gb300_per_chip": one.rates[0],
                "h200_per_chip": one.rates[1],
                "gb300_chips": one.chips[0],
                "h200_chips": one.chips[1],
                "ratio": _ratio(one.ratio),
            }
            for one in found.watts
        ],
    }
    anchor = {
        "lines": found.anchor.lines,
        "printed": found.anchor.figure,
        "bound_of_one_sequence_per_chip": found.anchor.bound_per_chip,
        "weights_read_by_one_token_gb": found.anchor.token_gb,
        "least_batch_of_a_node": found.anchor.least_batch,
        "readings": [
            {
                "reading": one.name,
                "bound": one.bound,
                "possible": one.possible,
                "ours": None if one.ours is None else dict(zip(("low", "value", "high"), one.ours, strict=True)),
                "why": one.why,
            }
            for one in found.anchor.readings
        ],
    }
    supposed = found.supposed and {
        "chip": found.supposed.chip,
        "lacks": found.supposed.lacking,
        "taken_from": found.supposed.taken_from,
        "cells": [_cell(cell) for cell in found.supposed.cells],
    }
    return {"chips": chips, "claims": judged, "supposed": supposed, "tokens_per_watt": watts, "h200": anchor}


def _ratio(ratio: Any) -> dict[str, float] | None:
    return None if ratio is None else {"value": ratio.value, "low": ratio.low, "high": ratio.high}


def _cell(cell: Any) -> dict[str, Any]:
    return {
        "system": cell.system,
        "tpot_ms": cell.limit_ms,
        "software": cell.software,
        "ratio": _ratio(cell.ratio),
        "chance_in_range": cell.chance,
        "chance_at_least_low_end": cell.chance_least,
        "verdict": cell.verdict,
    }


def _print(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from siliconomics.studies.prediction import claims as study

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", "chips", "max load", "100 ms", "50 ms", "over H20", "fitted: max", "100 ms", "50 ms"):
        table.add_column(heading, justify="left" if heading == "chip" else "right")
    for chip in (*study.PRODUCTS, *study.ALSO):
        if chip in found.book.unknown:
            continue
        cells = [
            [found.book.answers.get((chip, study.SMALLEST, limit, level)) for limit in study.LIMITS]
            for level in (study.EQUAL, study.VENDOR)
        ]
        if cells[0][0] is None:
            table.add_row(chip, "", found.book.not_fitting.get(chip, "-"))
            continue
        ratio = found.book.ratio(chip, study.REFERENCE, study.SMALLEST, None, study.EQUAL)
        told = [[f"{one.rate:,.0f}" if one else "-" for one in row] for row in cells]
        table.add_row(chip, str(cells[0][0].chips), *told[0], f"{ratio.value:.2f}" if ratio else "-", *told[1])
    console.print("DeepSeek-R1, 1,024 in / 1,024 out: tokens/s and chip, smallest system that fits")
    console.print(table)
    for chip, lacking in found.book.unknown.items():
        console.print(f"{chip}: unknown, its card has no {lacking}", markup=False)
    console.print("80 % ranges, and systems of one size: --json, or docs/claims.md\n")
    for one in found.judged:
        claim = one.claim
        _verdict(console, f"{claim.chip}: {claim.printed}", claim.lines, one.verdict, one.why)
    lines, printed, _ = study.per_watt_claim()
    _verdict(console, f"GB300: {printed}", lines, found.watt_verdict, found.watt_why)
    anchor = found.anchor
    console.print(f"H200: {anchor.figure:,.0f} tokens a second (line {anchor.lines})", style="bold", markup=False)
    for reading in anchor.readings:
        ours = ""
        if reading.ours:
            ours = f"; ours {reading.ours[1]:,.0f} ({reading.ours[0]:,.0f} to {reading.ours[2]:,.0f})"
        word = "possible" if reading.possible else "impossible"
        console.print(f"  {reading.name}: bound {reading.bound:,.0f}, {word}{ours}", markup=False)


def _verdict(console: Any, said: str, lines: str, verdict: str, why: str) -> None:
    console.print(f"{said} (line {lines}): {verdict}", style="bold", markup=False)
    console.print(f"  {why}", markup=False)
