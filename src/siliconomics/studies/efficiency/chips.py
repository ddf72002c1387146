"""Performance per watt and per dollar: as the source prints it, and on one precision with dense peaks."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.model import Model

from .figures import BASES, Bounds, asked, bounds, domestic, plain

PRINTED_EXHIBIT = 21
ABOUT_CLOSED = 0.9
"""Share of a reference from which a gap counts as about closed; the source gives no measure for its words."""
FRONTIER = "GB300"
"""The chip of the source's comparison of tokens per watt, lines 394 to 399."""


@dataclass(frozen=True)
class Row:
    """One chip: what is printed, and what follows on one basis."""

    chip: str
    printed_per_watt: float | None
    printed_per_usd: float | None
    recomputed_per_watt: float | None
    recomputed_per_usd: float | None
    per_watt: Bounds
    per_usd: Bounds
    watt_ratio: Bounds
    """Over the reference chip."""
    usd_ratio: Bounds

    def as_dict(self) -> dict[str, Any]:
        return {
            "chip": self.chip,
            "printed_per_watt": self.printed_per_watt,
            "printed_per_usd": self.printed_per_usd,
            "recomputed_per_watt": self.recomputed_per_watt,
            "recomputed_per_usd": self.recomputed_per_usd,
            **self.per_watt.as_dict("per_watt"),
            **self.per_usd.as_dict("per_usd"),
            **self.watt_ratio.as_dict("per_watt_over_reference"),
            **self.usd_ratio.as_dict("per_usd_over_reference"),
            "missing": "; ".join(dict.fromkeys(filter(None, (self.per_watt.missing, self.per_usd.missing)))),
        }


@dataclass(frozen=True)
class Claim:
    """A sentence of the source, in our words, and what the corrected figures make of it."""

    lines: str
    said: str
    verdict: str
    why: str

    def as_dict(self) -> dict[str, str]:
        return {"lines": self.lines, "said": self.said, "verdict": self.verdict, "why": self.why}


@dataclass(frozen=True)
class Table:
    basis: str
    reference: str
    rows: list[Row]
    claims: list[Claim]


def basis(name: str) -> str:
    """The quantities' stem for a basis; refuses one there is not."""
    if name not in BASES:
        raise BadRequest(Problem(f"there is no basis {name!r}", remedy=nearest(name, BASES)))
    return BASES[name]


def efficiency(model: Model, on: str = "fp16", reference: str = "H200") -> Table:
    """Every chip per watt and per dollar on one basis, over a reference chip."""
    stem = basis(on)
    against = model.label("chip", reference)
    printed = _printed(model)
    found = {chip: _two(model, stem, chip) for chip in model.facts.labels["chip"]}
    base_watt, base_usd = found[against]
    if base_watt.low is None:
        needs = plain(base_watt.missing)
        raise BadRequest(
            Problem(
                f"{against} cannot be the reference on {on}: its figure is unknown",
                why=f"it needs {needs}",
                remedy="choose H200 or A100",
            )
        )
    rows = [
        Row(
            chip,
            printed.get(("performance_per_watt", chip)),
            printed.get(("performance_per_usd", chip)),
            asked(model, "performance_per_watt", chip=chip).value,
            asked(model, "performance_per_usd", chip=chip).value,
            watt,
            usd,
            watt.over(base_watt),
            usd.over(base_usd),
        )
        for chip, (watt, usd) in found.items()
    ]
    return Table(on, against, rows, claims(model, stem, found))


def _two(model: Model, stem: str, chip: str) -> tuple[Bounds, Bounds]:
    one, other = (
        bounds(model, f"{stem}_low_tflops_per_{unit}", f"{stem}_high_tflops_per_{unit}", chip=chip)
        for unit in ("watt", "usd")
    )
    return one, other


def _printed(model: Model) -> dict[tuple[str, str], float]:
    return {
        (figure.quantity, str(figure.labels["chip"])): figure.number.value
        for figure in model.facts.figures
        if figure.exhibit == PRINTED_EXHIBIT
        and figure.quantity in ("performance_per_watt", "performance_per_usd")
        and figure.number is not None
    }


# -- the source's sentences --------------------------------------------------------------------


def standing(ratios: dict[str, Bounds]) -> tuple[list[str], list[str], list[str]]:
    """Which chips are surely above a reference, surely below, and which the open densities leave undecided."""
    known = {chip: one for chip, one in ratios.items() if one.low is not None and one.high is not None}
    above = [chip for chip, one in known.items() if (one.low or 0) >= 1]
    below = [chip for chip, one in known.items() if (one.high or 0) < 1]
    return above, below, [chip for chip in known if chip not in above and chip not in below]


def middle(ratios: dict[str, Bounds]) -> tuple[float, float]:
    """Median of the lower and of the upper ends."""
    known = [one for one in ratios.values() if one.low is not None and one.high is not None]
    return median([one.low or 0 for one in known]), median([one.high or 0 for one in known])


def claims(model: Model, stem: str, found: dict[str, tuple[Bounds, Bounds]]) -> list[Claim]:
    """The source's sentences on efficiency, held against the corrected figures."""
    printed = {chip for _, chip in _printed(model)}
    home = domestic(model.facts, [chip for chip in model.facts.labels["chip"] if chip in printed])

    def against(chip: str, which: int) -> dict[str, Bounds]:
        ratios = {one: found[one][which].over(found[chip][which]) for one in home}
        return {one: ratio for one, ratio in ratios.items() if ratio.low is not None}

    made = []
    for lines, said, chip, which, wanted in (
        ("428-430", "domestic chips have about closed the gap with the A100 per watt", "A100", 0, "most above"),
        ("428-430", "domestic chips have about closed the gap with the H20 per watt", "H20", 0, "most above"),
        ("429-430", "domestic chips lag the H200 per watt", "H200", 0, "most below"),
        ("435-437", "leading domestic chips beat the A100 per dollar", "A100", 1, "some above"),
        ("436-437", "domestic chips still trail the H200 per dollar", "H200", 1, "most below"),
    ):
        ratios = against(chip, which)
        if ratios:
            made.append(Claim(lines, said, *_judge(ratios, wanted)))
    frontier = _frontier(model, found)
    return [*made, frontier] if frontier else made


def _judge(ratios: dict[str, Bounds], wanted: str) -> tuple[str, str]:
    above, below, undecided = standing(ratios)
    low, high = middle(ratios)
    why = (
        f"of {len(ratios)} with figures {len(above)} are above, {len(below)} below and {len(undecided)} undecided "
        f"(density not stated); median ratio {low:.2f}" + (f" to {high:.2f}" if high > low else "")
    )
    if wanted == "some above":
        why += f"; above: {', '.join(above) or 'none'}"
        verdict = "consistent" if above else "undecided" if undecided else "contradicted"
    elif wanted == "most below":
        verdict = "consistent" if high < 1 else "contradicted" if low >= 1 else "undecided"
    else:
        verdict = "consistent" if low >= ABOUT_CLOSED else "contradicted" if high < ABOUT_CLOSED else "undecided"
    return verdict, why


def _frontier(model: Model, found: dict[str, tuple[Bounds, Bounds]]) -> Claim | None:
    """How much of the source's 50 times in tokens per watt the peaks alone explain."""
    one = found[FRONTIER][0].over(found["H200"][0])
    finer = model.facts.of("fp4_dense_tflops", (FRONTIER,))
    power = model.facts.of("power_w", (FRONTIER,))
    base = found["H200"][0].high
    if one.low is None or finer is None or power is None or base is None:
        return None
    four = float(finer.value) / float(power.value) / base
    return Claim(
        "394-399",
        "GB300 gives up to 50 times the tokens per watt of the H200",
        "not by peaks",
        f"its peak per watt is {one.low:.2f} times the H200's on one basis, {four:.1f} times with its FP4 against it; "
        "the rest would have to be latency, network and software (`siliconomics claims`)",
    )
