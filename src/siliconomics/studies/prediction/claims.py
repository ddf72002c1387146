"""What the source says about throughput, beside what the model says: each claim with a verdict."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from siliconomics.facts import Facts

from .anchor import NODE, Anchor, anchor
from .machine import number, peak
from .printed import figure_of, lines_of, said
from .ratios import (
    ALSO,
    COMMON,
    DATE,
    EQUAL,
    LIKELY,
    LIMITS,
    PRODUCTS,
    REFERENCE,
    SAID,
    SMALLEST,
    VENDOR,
    Book,
    Ratio,
    answers,
    between,
    book,
    level_of,
    on,
    ratio_spread,
)
from .software import Calibration, calibration

# -- what the source says -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A printed claim about a ratio: between low and high times another chip."""

    key: str
    lines: str
    printed: str
    chip: str
    other: str
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """A claim under one system, limit and level of software."""

    system: str
    limit_ms: float | None
    software: str
    ratio: Ratio | None
    chance: float | None
    """That the ratio is in the claimed range."""
    chance_least: float | None
    """That it is at least the low end of that range."""
    verdict: str


@dataclass(frozen=True)
class Judged:
    """A claim with everything that was held against it."""

    claim: Claim
    cells: tuple[Cell, ...]
    verdict: str
    why: str


ABOUT = 0.1
"""What `about` is taken to allow on either side."""


def claims() -> list[Claim]:
    """The claims about ratios of two chips, from the printed figures."""
    found = []
    for chip in ("950PR", "950DT", "MLU 690"):
        rows = said("tps_uplift_over_h20", chip)
        low, high = sorted(1 + figure_of(row["printed"]) / 100 for row in rows)
        text = f"{(low - 1) * 100:.0f}-{(high - 1) * 100:.0f} % above {REFERENCE}"
        found.append(Claim("tps_uplift_over_h20", lines_of(rows), text, chip, REFERENCE, low, high))
    rows = said("performance_uplift", "MLU 690")
    middle = figure_of(rows[0]["printed"])
    text = f"about {middle:g} times MLU 590"
    found.append(
        Claim(
            "performance_uplift",
            lines_of(rows),
            text,
            "MLU 690",
            "MLU 590",
            middle * (1 - ABOUT),
            middle * (1 + ABOUT),
        )
    )
    return found


def judge(claim: Claim, known: Book) -> Judged:
    """A claim under every system, limit and level of software."""
    cells = []
    for system, limit, level in itertools.product((SMALLEST, *COMMON), LIMITS, (EQUAL, VENDOR)):
        ratio = known.ratio(claim.chip, claim.other, system, limit, level)
        if ratio is None:
            cells.append(Cell(system, limit, level, None, None, None, "open"))
            continue
        inside = ratio.chance(claim.low, claim.high)
        cells.append(Cell(system, limit, level, ratio, inside, ratio.chance(claim.low, 1e9), verdict_of(claim, ratio)))
    return Judged(claim, tuple(cells), *_together(claim, cells, known))


def verdict_of(claim: Claim, ratio: Ratio) -> str:
    if ratio.chance(claim.low, claim.high) >= LIKELY:
        return "holds"
    return "does not hold" if ratio.high < claim.low or ratio.low > claim.high else "open"


def most_likely(claim: Claim, spread: float) -> float:
    """The highest chance that a range so narrow can have under a spread: with the middle in its midst."""
    return 2 * NormalDist().cdf(math.log(claim.high / claim.low) / 2 / spread) - 1


def condition(cell: Cell) -> str:
    """A cell's system, limit and software in words."""
    size = "smallest systems" if cell.system == SMALLEST else f"{cell.system} chips"
    limit = "max load" if cell.limit_ms is None else f"{cell.limit_ms:g} ms a token"
    return f"{size}, {limit}, {SAID[cell.software]}"


def _together(claim: Claim, cells: Sequence[Cell], known: Book) -> tuple[str, str]:
    lacking = [f"{name} lacks {known.unknown[name]}" for name in (claim.chip, claim.other) if name in known.unknown]
    if lacking:
        return "open", "; ".join(lacking)
    answered = [cell for cell in cells if cell.ratio]
    if not answered:
        return "open", "no system that both fit meets a limit"
    verdicts = {cell.verdict for cell in answered}
    inside = [condition(cell) for cell in answered if cell.ratio and claim.low <= cell.ratio.value <= claim.high]
    where = f"the middle lies inside for: {'; '.join(inside)}" if inside else "the middle lies inside nowhere"
    if verdicts == {"does not hold"}:
        return "does not hold", where
    if verdicts == {"holds"}:
        return "holds", where
    return "open", where


# -- a chip whose card lacks a peak -------------------------------------------------------------------


@dataclass(frozen=True)
class Supposed:
    """A ratio for a chip that lacks a specification, with another chip's in its place."""

    chip: str
    lacking: str
    taken_from: str
    cells: tuple[Cell, ...]


def supposed(facts: Facts, known: Book, learned: Calibration | None = None) -> Supposed | None:
    """950DT over H20 if its 16-bit peak were that of the 950PR: the same generation, but no source says so."""
    chip, like = "950DT", "950PR"
    if chip not in known.unknown or like in known.unknown:
        return None
    learned = learned or calibration()
    claim = next(one for one in claims() if one.chip == chip)
    own = {
        name: value
        for name in ("memory_size_gb", "memory_bandwidth_gb_s", "scaleup_bandwidth_gb_s", "scaleout_bandwidth_gb_s")
        if (value := number(facts, name, chip)) is not None
    }
    if "memory_size_gb" not in own or "memory_bandwidth_gb_s" not in own:
        return None
    best = peak(facts, chip, "fp8")
    if best is not None:
        own["gemm_peak_tflops"] = best[0]
    domain = number(facts, "scaleup_domain_chips", chip)
    if domain is not None:
        own["scaleup_domain_chips"] = domain
    cells = []
    for name in (EQUAL, VENDOR):
        level = level_of(learned, name)
        for system, limit in itertools.product(COMMON, LIMITS):
            one = on(facts, like, int(system), limit, "fp8", DATE)
            one.columns.update(own)
            one.notes.append(f"16-bit peak of {like} assumed")
            got = answers([one], level, name)[0]
            theirs = known.answers.get((REFERENCE, system, limit, name))
            if got is None or theirs is None:
                continue
            ratio = between(got, theirs, level.covariance, known.ratio_spread)
            inside = ratio.chance(claim.low, claim.high)
            cells.append(
                Cell(system, limit, name, ratio, inside, ratio.chance(claim.low, 1e9), verdict_of(claim, ratio))
            )
    return Supposed(chip, known.unknown[chip], like, tuple(cells))


# -- tokens a watt ------------------------------------------------------------------------------------

WATT_LIMITS: tuple[float | None, ...] = (None, 100.0, 50.0, 30.0, 20.0, 15.0, 12.0, 10.0, 8.0, 7.0, 6.0, 5.0)
WATT_SIZES = (8, 16, 32, 64)


@dataclass(frozen=True)
class PerWatt:
    """Tokens a watt of GB300 over those of H200 at one limit, each in its best system."""

    limit_ms: float | None
    software: str
    one_node: bool
    """Whether H200 is held to one node of 8."""
    rates: tuple[float | None, float | None]
    chips: tuple[int | None, int | None]
    ratio: Ratio | None


def per_watt(facts: Facts, learned: Calibration | None = None) -> tuple[list[PerWatt], tuple[float, float]]:
    """GB300 in FP4 against H200 in FP8, each chip's own power; the best of several system sizes at each limit."""
    learned = learned or calibration()
    pair, spread = ("GB300", "H200"), ratio_spread()
    power = tuple(number(facts, "power_w", chip) or float("nan") for chip in pair)
    asked = [(chip, size, limit) for chip in pair for size in WATT_SIZES for limit in WATT_LIMITS]
    cases = [on(facts, chip, size, limit, "fp4" if chip == "GB300" else "fp8", DATE) for chip, size, limit in asked]
    rows = []
    for name in (EQUAL, VENDOR):
        level = level_of(learned, name)
        got = answers(cases, level, name)
        for one_node, limit in itertools.product((False, True), WATT_LIMITS):
            mine, theirs = (
                max(
                    (
                        one
                        for (named, size, at), one in zip(asked, got, strict=True)
                        if one and (named, at) == (chip, limit) and (size == NODE or chip == "GB300" or not one_node)
                    ),
                    key=lambda one: one.rate,
                    default=None,
                )
                for chip in pair
            )
            ratio = None
            if mine and theirs:
                plain = between(mine, theirs, level.covariance, spread)
                ratio = Ratio(plain.value * power[1] / power[0], plain.spread)
            rows.append(
                PerWatt(
                    limit,
                    name,
                    one_node,
                    (mine.rate if mine else None, theirs.rate if theirs else None),
                    (mine.chips if mine else None, theirs.chips if theirs else None),
                    ratio,
                )
            )
    return rows, (power[0], power[1])


def per_watt_claim() -> tuple[str, str, float]:
    """Lines, printed text and figure of the claim."""
    rows = said("token_per_watt_uplift_over_h200", "GB300")
    return lines_of(rows), f"up to {rows[0]['printed']} H200's tokens a watt", figure_of(rows[0]["printed"])


# -- everything ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """What the command and the page show."""

    book: Book
    judged: tuple[Judged, ...]
    supposed: Supposed | None
    watts: tuple[PerWatt, ...]
    power: tuple[float, float]
    watt_verdict: str
    watt_why: str
    anchor: Anchor


def study(facts: Facts) -> Study:
    """All of it, from the facts and the calibration that lies in the library."""
    known = book(facts)
    watts, power = per_watt(facts)
    *_, target = per_watt_claim()
    reached = [one for one in watts if one.ratio and one.ratio.high >= target]
    top = max((one for one in watts if one.ratio), key=lambda one: one.ratio.value if one.ratio else 0.0)
    assert top.ratio is not None
    verdict = "open" if reached else "does not hold"
    limit = "max load" if top.limit_ms is None else f"{top.limit_ms:g} ms a token"
    span = f"{top.ratio.low:.1f} to {top.ratio.high:.1f}"
    why = f"the most is {top.ratio.value:.1f} times ({span}), at {limit}, {SAID[top.software]}"
    why += ", H200 in one node of 8" if top.one_node else ", H200 in up to 64 chips"
    lost = [one for one in watts if one.rates[0] is not None and one.rates[1] is None]
    if lost:
        limits = ", ".join(dict.fromkeys(f"{one.limit_ms:g} ms ({SAID[one.software]})" for one in lost))
        why += f"; at {limits} H200 meets no such limit and the ratio has no bound"
    judged = tuple(judge(claim, known) for claim in claims())
    return Study(known, judged, supposed(facts, known), tuple(watts), power, verdict, why, anchor(facts))


__all__ = [
    "ALSO",
    "COMMON",
    "EQUAL",
    "LIKELY",
    "LIMITS",
    "PRODUCTS",
    "REFERENCE",
    "SAID",
    "SMALLEST",
    "VENDOR",
    "Study",
    "claims",
    "judge",
    "most_likely",
    "per_watt_claim",
    "study",
]
