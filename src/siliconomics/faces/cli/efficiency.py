"""The commands of efficiency and balance: efficiency, balance, systems, gap."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, _model, app
from .records import print_json

Basis = Annotated[str, typer.Option("--basis", help="Dense peaks at fp16, or at fp8 (else INT8).")]

GRADES = {"reported": "r", "derived": "d", "estimated": "e", "assumed": "a", "unknown": ""}
THOUSAND = 1000.0
WORDS = ("China's best", "best of the US")
"""Columns of names, which may take two lines."""
LEGEND = "r reported, d derived, e estimated, a assumed; a..b: density not stated, both ends"


@app.command("efficiency")
def efficiency_(
    basis: Basis = "fp16",
    reference: Annotated[
        str, typer.Option("--reference", help="The chip that ratios are over: H200, A100, ...")
    ] = "H200",
    groups: Annotated[bool, typer.Option("--groups", help="Also GPGPU against ASIC, with exact tests.")] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Performance per watt and per dollar: as printed, and on one basis with dense peaks."""
    from siliconomics.studies.efficiency import differences
    from siliconomics.studies.efficiency import efficiency as study
    from siliconomics.studies.efficiency.groups import ASIC, CONTRADICTED, GPGPU

    model = _model(facts, [], [])
    found = study(model, basis, reference)
    tested = {kind: differences(model, kind, measured=kind == GPGPU) for kind in (GPGPU, ASIC)} if groups else {}
    if as_json:
        print_json(
            {
                "basis": found.basis,
                "reference": found.reference,
                "chips": [row.as_dict() for row in found.rows],
                "claims": [claim.as_dict() for claim in found.claims],
                "groups": [
                    {f"{CONTRADICTED}_as": kind, **one.as_dict()} for kind, many in tested.items() for one in many
                ],
            }
        )
        return
    console = _console()
    console.print(
        f"dense {basis.upper()} per watt and per dollar, over {found.reference}; printed: mixed formats, sparse for NVIDIA",
        markup=False,
    )
    table = _table(
        "chip",
        "TFLOPS/W\nprinted",
        "TFLOPS/W\ndense",
        "",
        f"over\n{found.reference}",
        "TFLOPS/k$\nprinted",
        "TFLOPS/k$\ndense",
        "",
        f"over\n{found.reference}",
    )
    for row in found.rows:
        if row.per_watt.low is None and row.per_usd.low is None:
            continue
        table.add_row(
            row.chip,
            _number(row.printed_per_watt, 2),
            _ends(row.per_watt, 2),
            GRADES[row.per_watt.known],
            _ends(row.watt_ratio, 2),
            _number(row.printed_per_usd, 0, THOUSAND),
            _ends(row.per_usd, 0, THOUSAND),
            GRADES[row.per_usd.known],
            _ends(row.usd_ratio, 2),
        )
    console.print(table)
    console.print(f"k$: 1,000 dollars; the source prints per dollar, with two decimals. {LEGEND}.", style="dim")
    _lacking(console, {row.chip: row.per_watt.missing for row in found.rows if row.per_watt.low is None}, "per watt")
    _lacking(console, {row.chip: row.per_usd.missing for row in found.rows if row.per_usd.low is None}, "per dollar")
    _claims(console, found.claims)
    for kind, many in tested.items():
        console.print(f"\nGPGPU against ASIC (950PR as {kind}; the source calls it both)", style="bold", markup=False)
        for one in many:
            ratio = _ends(one.ratio, 2)
            console.print(f"  {one.meaning}, {one.chips}: ASIC over GPGPU {ratio}; {one.sentence}", markup=False)


@app.command("balance")
def balance_(
    model: Annotated[str, typer.Option("--model", help="A language model, by any usual spelling.")] = "deepseek-r1",
    basis: Basis = "fp8",
    least: Annotated[float, typer.Option("--least-batch", help="Sequences per chip at a quiet time.")] = 8,
    most: Annotated[float, typer.Option("--most-batch", help="Sequences per chip at a busy time.")] = 256,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Arithmetic per byte of memory and of network: what chips have, beside the band a model needs."""
    from siliconomics.studies.efficiency import balance as study

    found = study(_model(facts, [], []), model, basis, least, most)
    if as_json:
        print_json(
            {
                "basis": found.basis,
                "need": found.band.as_dict(),
                "chips": [row.as_dict() for row in found.rows],
                "claims": [claim.as_dict() for claim in found.claims],
            }
        )
        return
    console, band = _console(), found.band
    console.print(
        f"{band.model}, weights {band.weights}, {least:g} to {most:g} sequences per chip, {', '.join(band.layouts)}",
        markup=False,
    )
    console.print(
        f"needs {_span(band.memory)} operations per byte read, {_span(band.network)} operations per byte sent (one way)",
        markup=False,
    )
    table = _table(
        "chip",
        "peak",
        "op\n/B read",
        "",
        "is",
        "batch,\nseq/chip",
        "1,000 op\n/B sent",
        "",
        "is",
        "ratio,\nExh.89",
    )
    for row in found.rows:
        if row.memory.low is None and row.network.low is None:
            continue
        table.add_row(
            row.chip,
            row.peak,
            _ends(row.memory, 0),
            GRADES[row.memory.known],
            _position(row.memory_position),
            _number(row.balanced_batch, 0),
            _ends(row.network, 1, 1e-3),
            GRADES[row.network.known],
            _position(row.network_position),
            _number(row.printed_ratio.value, 2) + ("" if row.in_exhibit_89 or row.printed_ratio.value is None else "*"),
        )
    console.print(table)
    console.print(
        "below: bytes to spare, arithmetic is the limit; above: bytes are the limit; inside: the load decides. "
        "batch: sequences per chip, in a wide group, at which arithmetic and memory take as long. Exh. 89: the source's "
        f"ratio, rebuilt (its points are lost), 1.0 best; * not in it. {LEGEND}.",
        style="dim",
        markup=False,
    )
    _lacking(console, {row.chip: row.memory.missing for row in found.rows if row.memory.low is None}, "per byte read")
    _lacking(console, {row.chip: row.network.missing for row in found.rows if row.network.low is None}, "per byte sent")
    _claims(console, found.claims)


@app.command("systems")
def systems_(facts: FactsFolders = [], as_json: AsJson = False) -> None:
    """Servers, racks and supernodes: throughput, memory, power and price of the whole, and ratios."""
    from siliconomics.studies.efficiency import systems as study

    found = study(_model(facts, [], []))
    if as_json:
        print_json(
            {
                "systems": [one.as_dict() for one in found.systems],
                "ratios": [one.as_dict() for one in found.ratios],
                "disagreements": [one.as_dict() for one in found.disagreements],
            }
        )
        return
    console = _console()
    table = _table(
        "system", "chips", "PFLOPS\nFP16", "", "PFLOPS\n8 bit", "TB", "TB/s", "kW", "", "TFLOPS/W\nFP16", "mn $"
    )
    for one in found.systems:
        table.add_row(
            one.name,
            f"{one.chips:,}",
            _ends(one.fp16_tflops, 1, 1e-3),
            GRADES[one.fp16_tflops.known],
            _ends(one.eight_bit_tflops, 0, 1e-3),
            _number(one.memory_gb.value, 1, 1e-3),
            _number(one.memory_bandwidth_gb_s.value, 0, 1e-3),
            _number(one.power_kw.middle, 0),
            GRADES[one.power_kw.known],
            _ends(one.fp16_tflops_per_kw, 2, 1e-3),
            _number(one.price_usd.middle, 1, 1e-6),
        )
    console.print(table)
    console.print(
        "Dense FP16 and 8 bit of the chips added up, PFLOPS; TFLOPS per watt over the range of the whole system's power. "
        f"{LEGEND}. A price is an estimate; what is empty is unknown (--json says what it takes).",
        style="dim",
        markup=False,
    )
    for odd in found.disagreements:
        told = f"the chips' own figures add up to {odd.chips:,.0f}, a source states {odd.stated:,.0f}"
        console.print(f"{odd.system}, {odd.quantity}: {told}", markup=False)
    ratios = _table("over", *dict.fromkeys(f"{one.system} / {one.over}" for one in found.ratios))
    pairs = list(dict.fromkeys((one.system, one.over) for one in found.ratios))
    for figure in dict.fromkeys(one.figure for one in found.ratios):
        row = {(one.system, one.over): one.ratio for one in found.ratios if one.figure == figure}
        ratios.add_row(figure, *(_ends(row[pair], 2) or "unknown" for pair in pairs))
    console.print(ratios)


@app.command("gap")
def gap_(
    measure: Annotated[
        str,
        typer.Option(
            "--measure", help="fp16, bandwidth, tpp, system-fp16, system-bandwidth, system-fp16-per-kw or all."
        ),
    ] = "all",
    date: Annotated[str, typer.Option("--date", help="As of this day; the source's own, if none is given.")] = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """How far China trails the United States per chip and per system, in years and in generations."""
    from siliconomics.studies.efficiency import MEASURES
    from siliconomics.studies.efficiency import gap as study
    from siliconomics.studies.efficiency.figures import Bounds
    from siliconomics.studies.efficiency.gap import LATER

    model = _model(facts, [], [])
    if measure not in (*MEASURES, "all"):
        from siliconomics.core import nearest

        raise BadRequest(Problem(f"there is no measure {measure!r}", remedy=nearest(measure, (*MEASURES, "all"))))
    found = [study(model, one, date) for one in (MEASURES if measure == "all" else (measure,))]
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    console = _console()
    for one in found:
        every = "unknown" if one.cadence_years is None else f"{one.cadence_years:.1f} years"
        console.print(f"{one.measure}: {one.meaning}; a generation (x{one.step:g}) takes {every}", style="bold")
        table = _table("date", "China's best", "best of the US", "level", "lag, y", "gen.", "range")
        for row in one.rows if measure != "all" else one.rows[-1:]:
            table.add_row(
                row.date,
                row.home_best.name if row.home_best else "unknown",
                row.abroad_best.name if row.abroad_best else "unknown",
                _number(row.level, 2),
                _number(row.lag_years, 1),
                _number(row.generations, 1),
                _ends(Bounds(row.generations_low, row.generations_high, "derived"), 1),
            )
        console.print(table)
        console.print(f"{one.verdict} (line {one.said_lines}): {one.why}", markup=False)
        console.print(f"lag {one.trend}\n", markup=False)
    console.print(LATER, markup=False)
    console.print(
        "lag: years since the US first reached the level of China's best, negative where China leads. range: chips as "
        "announced or as sold, lag now or at arrival, a generation of x1.5 to x3. Rebuilt: the source defines none.",
        style="dim",
        markup=False,
    )


# -- figures as text ---------------------------------------------------------------------------


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _table(*headings: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for position, heading in enumerate(headings):
        left = not position or heading in ("", "peak", "is", *WORDS)
        wraps = heading in WORDS or " / " in heading
        table.add_column(heading, justify="left" if left else "right", no_wrap=not wraps, overflow="fold")
    return table


def _number(value: float | None, decimals: int, scale: float = 1.0) -> str:
    return "" if value is None else f"{value * scale:,.{decimals}f}".replace("-", "−")


def _ends(bounds: Any, decimals: int, scale: float = 1.0) -> str:
    if bounds.low is None or bounds.high is None:
        return ""
    low, high = _number(bounds.low, decimals, scale), _number(bounds.high, decimals, scale)
    return low if low == high else f"{low}..{high}"


def _position(word: str) -> str:
    return {"unknown": ""}.get(word, word.replace("inside or", "in or").replace("below or", "below,"))


def _span(pair: tuple[float, float]) -> str:
    return f"{pair[0]:,.0f} to {pair[1]:,.0f}"


def _lacking(console: Any, missing: dict[str, str], what: str) -> None:
    """What is unknown and what it takes, one line for all chips that lack the same."""
    from siliconomics.studies.efficiency.figures import plain

    reasons: dict[str, list[str]] = {}
    for chip, reason in missing.items():
        reasons.setdefault(plain(reason), []).append(chip)
    for reason, chips in reasons.items():
        console.print(f"unknown {what}: {', '.join(chips)} (needs {reason})", style="dim", markup=False)


def _claims(console: Any, claims: Any) -> None:
    for one in claims:
        console.print(f"{one.said} (line {one.lines}): {one.verdict}", style="bold", markup=False)
        console.print(f"  {one.why}", markup=False)
