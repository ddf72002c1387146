"""The page docs/claims.md: what the source claims of throughput, and what the model says."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from siliconomics.model import Model
from siliconomics.studies.prediction import claims

from .scores import FOLDER, SOURCE, Lines, Table, residuals, rows_of


def claims_page(model: Model, table: Table) -> Lines:
    """The page after its heading."""
    found = claims.study(model.facts)
    return [
        *_how(found),
        *_chips(found, table),
        *_judged(found, table),
        *_watts(found, table),
        *_anchor(found, table),
    ]


def _how(found: Any) -> Lines:
    widest = claims.most_likely(found.judged[0].claim, found.book.ratio_spread)
    return [
        "## How to read it",
        "",
        (
            "- Workload: DeepSeek-R1, 1,024 tokens in and 1,024 out, prompts and answers on the same chips, 8-bit weights, "
            "16-bit cache, no drafts, no prefix reuse. Figures are output tokens a second and chip."
        ),
        (
            "- *Smallest system*: the least power of two up to 64 chips whose memory holds the weights and a sequence. *Max "
            "load*: as many sequences as fit. A limit is the mean time between two tokens of a sequence. Batches are tried in "
            "steps of the square root of two, so a figure at a limit lies some per cent too low, in the worst of twenty "
            "tried a quarter."
        ),
        (
            "- *Equal software*: engine and vendor level 1 and no gap for age, on every chip alike: what the hardware offers. "
            "*Fitted software*: each vendor's fitted level, and the gap that a young chip still has, at the end of 2026. For "
            "chips of vendors without a trustworthy point that level is a prior, not a finding. " + _huawei()
        ),
        (
            f"- A range holds 80 %. The range of a ratio takes the joint covariance of the parameters (what two chips share "
            f"cancels), a spread of {found.book.ratio_spread:.2f} that ratios of two chips inside one source miss by when "
            "each chip is left out, and the spread of weak specifications. Under a limit all of these grow: a faster system "
            "also takes a larger batch."
        ),
        (
            f"- *Holds*: the ratio is in the claimed range with a chance of {claims.LIKELY:.0%} or more. *Does not hold*: its "
            f"80 % range lies wholly outside. Else *open*. A range from 1.5 to 2.5 times can reach a chance of {widest:.0%} at "
            "best under that spread, so nothing here could say *holds* of it: *open* with the middle inside is the most that "
            "a claim so narrow can get."
        ),
        "",
    ]


def _huawei() -> str:
    """Huawei's level with and without the gain of engines other than the three named ones."""
    value = {row["parameter"]: row["value"] for row in rows_of(FOLDER / "parameters.csv")}
    alone, other = float(value["level_huawei"]), float(value["level_other"])
    return (
        f"Huawei's is {alone:.2f} for an engine like NVIDIA's; the engine of the CloudMatrix points is counted with a further "
        f"factor of {other:.2f} (all engines without a name of their own), together {alone * other:.2f}, which is not "
        "taken here."
    )


def _span(low: float, high: float) -> str:
    return f"{_short(low)} to {_short(high)}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _chips(found: Any, table: Table) -> Lines:
    book = found.book
    lines = ["## Tokens a second and chip", ""]
    for level, word in claims.SAID.items():
        body = []
        for chip in (*claims.PRODUCTS, *claims.ALSO):
            if chip in book.unknown:
                body.append((chip, "", f"unknown: no `{book.unknown[chip]}`", "", "", "", "", ""))
                continue
            cells = []
            for limit in claims.LIMITS:
                one = book.answers.get((chip, claims.SMALLEST, limit, level))
                cells.append(f"{_short(one.rate)} ({_span(one.low, one.high)})" if one else "no batch meets it")
            first = book.answers.get((chip, claims.SMALLEST, None, level))
            if first is None:
                body.append((chip, "", book.not_fitting.get(chip, ""), "", "", "", "", ""))
                continue
            ratios = []
            for limit in claims.LIMITS:
                ratio = book.ratio(chip, claims.REFERENCE, claims.SMALLEST, limit, level)
                plain = (
                    "1"
                    if chip == claims.REFERENCE
                    else f"{_ratio_text(ratio.value)} ({_span(ratio.low, ratio.high)})"
                    if ratio
                    else ""
                )
                ratios.append(plain)
            body.append((chip, str(first.chips), *cells, *ratios))
        heading = (
            "chip",
            "chips",
            "max load",
            "100 ms",
            "50 ms",
            "over H20, max load",
            "over H20, 100 ms",
            "over H20, 50 ms",
        )
        lines += [f"### Smallest system, {word}", "", *table(heading, body)]
    reference = book.answers[claims.REFERENCE, claims.SMALLEST, None, claims.EQUAL]
    lines += [
        (
            f"**The smallest system is a poor yardstick.** Eight H20 hold the weights and little else: {reference.batch:.0f} "
            "sequences in all, so that almost any chip with memory to spare looks many times better. The same on systems of "
            "one size, where the model has room:"
        ),
        "",
    ]
    for level, word in claims.SAID.items():
        body = []
        for chip in (*claims.PRODUCTS, *claims.ALSO):
            if chip in book.unknown or chip == claims.REFERENCE:
                continue
            cells = []
            for system in claims.COMMON:
                for limit in claims.LIMITS:
                    ratio = book.ratio(chip, claims.REFERENCE, system, limit, level)
                    cells.append(f"{_ratio_text(ratio.value)} ({_span(ratio.low, ratio.high)})" if ratio else "-")
            body.append((chip, *cells))
        limits = ("max load", "100 ms", "50 ms")
        heading = ("over H20", *(f"{system} chips, {limit}" for system in claims.COMMON for limit in limits))
        lines += [f"### Over H20 on systems of one size, {word}", "", *table(heading, body)]
    lines += ["A dash: one of the two does not fit, or no batch meets the limit.", ""]
    notes = defaultdict(list)
    for (chip, system, limit, level), one in book.answers.items():
        if (system, limit, level) == (claims.SMALLEST, None, claims.EQUAL):
            for note in one.notes:
                notes[note].append(chip)
    lines += ["Assumed on the way: " + "; ".join(f"{note} ({', '.join(who)})" for note, who in notes.items()) + ".", ""]
    return lines


def _judged(found: Any, table: Table) -> Lines:
    lines = ["## The claims", ""]
    summary = [(one.claim.chip, one.claim.printed, one.claim.lines, one.verdict, one.why) for one in found.judged]
    watt_lines, watt_said, _ = claims.per_watt_claim()
    summary.append(("GB300", watt_said, watt_lines, found.watt_verdict, found.watt_why))
    anchor = found.anchor
    summary.append(
        (
            "H200",
            f"{anchor.figure:,.0f} tokens a second, batch 1, per chip",
            anchor.lines,
            "open" if anchor.readings[0].possible else "does not hold",
            f"possible for a node of 8 from {anchor.least_batch} sequences in flight: see the last section",
        )
    )
    lines += table(("chip", "claimed", "line", "verdict", "where it would hold, or what is missing"), summary)
    for one in found.judged:
        cells = [cell for cell in one.cells if cell.ratio]
        if not cells:
            continue
        lines += [f"### {one.claim.chip}: {one.claim.printed}", "", *_cells(cells, one.claim, table)]
    supposed = found.supposed
    if supposed:
        claim = next(one.claim for one in found.judged if one.claim.chip == supposed.chip)
        lines += [
            f"### {supposed.chip}: {claim.printed}, supposing a specification",
            "",
            (
                f"No source states `{supposed.lacking}` of {supposed.chip}, so it has no answer above. With the figure of "
                f"{supposed.taken_from} in its place, and a wider range for it:"
            ),
            "",
            *_cells(supposed.cells, claim, table),
        ]
    lines += [
        (
            "What decides is rarely the chip alone. "
            + _swing(found)
            + " The source states neither limit nor batch nor software level."
        ),
        "",
    ]
    return lines


def _swing(found: Any) -> str:
    """How far each claim about H20 moves on 64 chips between the kindest reading and the harshest."""
    told = []
    for one in found.judged:
        ends = [
            found.book.ratio(one.claim.chip, one.claim.other, claims.COMMON[-1], limit, level)
            for limit, level in ((None, claims.EQUAL), (claims.LIMITS[-1], claims.VENDOR))
        ]
        if all(ends):
            values = " against ".join(_ratio_text(end.value) for end in ends)
            told.append(f"{one.claim.chip} over {one.claim.other} {values}")
    return (
        f"On {claims.COMMON[-1]} chips, equal software at max load against fitted software at {claims.LIMITS[-1]:g} ms: "
        + "; ".join(told)
        + ". Under a limit, young software loses twice: each step is slower, and a smaller batch must keep the limit."
    )


def _ratio_text(value: float) -> str:
    return f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


def _cells(cells: Sequence[Any], claim: Any, table: Table) -> Lines:
    return table(
        (
            "system",
            "limit",
            "software",
            "ratio",
            "80 % range",
            "chance in the range",
            f"chance of {claim.low:.2g} or more",
            "verdict",
        ),
        [
            (
                "smallest" if cell.system == claims.SMALLEST else f"{cell.system} chips",
                "max load" if cell.limit_ms is None else f"{cell.limit_ms:g} ms",
                claims.SAID[cell.software].removesuffix(" software"),
                _ratio_text(cell.ratio.value),
                _span(cell.ratio.low, cell.ratio.high),
                f"{cell.chance:.0%}",
                f"{cell.chance_least:.0%}",
                cell.verdict,
            )
            for cell in cells
        ],
    )


def _watts(found: Any, table: Table) -> Lines:
    lines = [
        "## Tokens a watt",
        "",
        (
            f"GB300 in FP4 against H200 in FP8, per watt of the chip's own rated power ({found.power[0]:,.0f} and "
            f"{found.power[1]:,.0f} W; cooling, network and host left out), each in its best system of up to 64 chips, or "
            "H200 held to one node of 8:"
        ),
        "",
    ]
    body = []
    for one in found.watts:
        if one.rates[0] is None and one.rates[1] is None:
            continue
        ratio = one.ratio
        body.append(
            (
                "max load" if one.limit_ms is None else f"{one.limit_ms:g} ms",
                claims.SAID[one.software].removesuffix(" software"),
                "one node" if one.one_node else "up to 64",
                *(f"{rate:,.0f}" if rate is not None else "no batch meets it" for rate in one.rates),
                f"{ratio.value:.1f} ({ratio.low:.1f} to {ratio.high:.1f})" if ratio else "",
            )
        )
    lines += table(("limit", "software", "H200 in", "GB300 per chip", "H200 per chip", "tokens a watt, ratio"), body)
    lines += [
        (
            "The ratio is a choice of limit and of rival. "
            + _reach(found)
            + " Drafts, separate pools for prompts and answers, and more than 64 chips are not in these figures. No published "
            "point of GB300 was used: its rate is a prediction for an unseen chip."
        ),
        "",
    ]
    return lines


def _reach(found: Any) -> str:
    """The highest middle against each kind of rival, and the ratio at max load."""
    told = []
    for one_node, rival in ((False, "H200 spread over up to 64 chips"), (True, "a single node of H200")):
        rows = [one for one in found.watts if one.ratio and one.one_node == one_node]
        top = max(rows, key=lambda one: one.ratio.value)
        told.append(f"against {rival} the middle is at most {top.ratio.value:.0f}, at {top.limit_ms:g} ms")
    full = [one.ratio.value for one in found.watts if one.ratio and one.limit_ms is None]
    joined = "; ".join(told).replace("against", "Against", 1)
    return (
        f"{joined}. At max load it is {min(full):.1f} to {max(full):.1f}. At tight limits, where H200 can hardly batch at "
        "all, the range is so wide that it says little."
    )


def _anchor(found: Any, table: Table) -> Lines:
    one = found.anchor
    lines = [
        "## The calibration point: H200, 5,899",
        "",
        (
            f"The source takes {one.figure:,.0f} tokens a second for H200 (lines {one.lines}), states batch 1 and works per "
            f"chip. One token reads {one.token_gb:.1f} GB of weights at 8 bits. At H200's full "
            f"bandwidth a chip that held the whole model could give {one.bound_per_chip:,.0f} tokens a second to one sequence, "
            "cache and prompt not counted: a bound by bytes, whatever the software."
        ),
        "",
    ]
    lines += table(
        ("reading", "physical bound", "5,899 possible", "model, software of February 2025", ""),
        [
            (
                reading.name,
                f"{reading.bound:,.0f}",
                "yes" if reading.possible else "**no**",
                f"{reading.ours[1]:,.0f} ({reading.ours[0]:,.0f} to {reading.ours[2]:,.0f})" if reading.ours else "",
                reading.why,
            )
            for reading in one.readings
        ],
    )
    point = next(row for row in residuals() if row["id"] == "NVFEB-001")
    lines += [
        (
            f"Under the stated workload the figure is impossible: {one.figure / one.bound_per_chip:.0f} times the bound of one "
            f"chip, {one.figure / one.readings[1].bound:.1f} times that of a node. A node needs at least {one.least_batch} "
            f"sequences in flight before physics allows it; its memory holds at most about {one.most_batch:,.0f}. As a rate of "
            "*each* chip at full load it is not against physics, but it is beyond the model's range; the maker's caption "
            "(eight chips, maximum concurrency) says a node."
        ),
        "",
        f"Read so, the model gives {one.readings[2].ours[1]:,.0f}, and the published figure lies "
        + ("below" if one.figure < one.readings[2].ours[0] else "inside")
        + f" its 80 % range. With that source left out the miss of this row is {point[SOURCE]:+.2f}, a factor of "
        f"{math.exp(point[SOURCE]):.1f} too high: one of the worst rows of all. Batch, layout and cache precision were not "
        "published, and it was the first month of that software; the model's gap for new software is not deep enough to "
        "reach it. A model tuned to this one point carries that first month into every chip it is used for.",
        "",
    ]
    return lines
