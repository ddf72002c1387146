"""What the source says about throughput, beside what the model says: figures, ranges of ratios, verdicts.

Two chips are compared at one request, and a ratio's range comes from the joint covariance of the parameters:
what both chips share cancels. What the parameters leave unexplained of a ratio is taken from published points.
"""

from __future__ import annotations

import csv
import functools
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist, median
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.core.late import np
from siliconomics.facts import LIBRARY, Facts
from siliconomics.formulas.inference.search import PARTS, evaluate

from .cases import Case, answered, best, candidates, case, rate, settle, software_columns, time_per_token_ms
from .machine import number, peak
from .points import Point
from .predict import EIGHTY, WEAK, bound_by, bounds, layout_text
from .software import FIXED, FOLDER, IDEAL, Calibration, calibration, software

PRODUCTS = (
    "A100",
    "H20",
    "H100",
    "H200",
    "910B",
    "910C",
    "950PR",
    "MLU 370",
    "MLU 580",
    "MLU 590",
    "MLU 690",
    "C500",
    "C600",
    "BI-V100",
    "BI-V200",
    "S5000",
    "PPU",
    "P800",
)
"""Columns of Exhibit 21, in its order."""
ALSO = ("950DT",)
REFERENCE = "H20"
MODEL = "DeepSeek-R1"
TOKENS = 1024.0
"""Of a prompt and of an answer, line 358."""
KV = "bf16"
"""A cache that every chip can hold and read; the source does not say."""
DATE = 2026.9
"""Software of this time where a level depends on age; the default of the command line too."""
LIMITS: tuple[float | None, ...] = (None, 100.0, 50.0)
SIZES = (1, 2, 4, 8, 16, 32, 64)
EQUAL, VENDOR = "equal", "vendor"
SAID = {EQUAL: "equal software", VENDOR: "fitted software"}
SMALLEST = "smallest"
COMMON = ("16", "64")
"""Systems of one size, where the smallest that fits is not the point."""
MATURITY = ("software_gap",)
VENDOR_LEVELS = ("level_amd", "level_huawei", "level_vendor")
LIKELY = 0.8
"""A claim holds where the ratio is in its range with this chance, and does not where its 80 % range lies outside."""


@dataclass(frozen=True)
class Answer:
    """One chip, one system, one limit, one level of software."""

    chip: str
    chips: int
    limit_ms: float | None
    software: str
    rate: float
    """Output tokens a second and chip."""
    spread: float
    """Standard deviation of its logarithm."""
    slopes: Any
    """Of its logarithm to the logarithm of each parameter."""
    weak: int
    """Specifications that are assumed, or whose density no source states."""
    level: float
    layout: str
    batch: float
    bound: str
    notes: tuple[str, ...]

    @property
    def low(self) -> float:
        return self.rate * math.exp(-EIGHTY * self.spread)

    @property
    def high(self) -> float:
        return self.rate * math.exp(EIGHTY * self.spread)


@dataclass(frozen=True)
class Ratio:
    """One chip's rate over another's, with the spread of its logarithm."""

    value: float
    spread: float

    @property
    def low(self) -> float:
        return self.value * math.exp(-EIGHTY * self.spread)

    @property
    def high(self) -> float:
        return self.value * math.exp(EIGHTY * self.spread)

    def chance(self, low: float, high: float) -> float:
        """Chance that the ratio lies between two values."""
        law = NormalDist(math.log(self.value), self.spread)
        return law.cdf(math.log(high)) - (law.cdf(math.log(low)) if low > 0 else 0.0)


@dataclass
class Book:
    """Every answer that the page and the command show."""

    answers: dict[tuple[str, str, float | None, str], Answer] = field(default_factory=dict)
    """By chip, system (smallest, 16, 64), limit and software."""
    unknown: dict[str, str] = field(default_factory=dict)
    """Chips without an answer, and what they lack."""
    not_fitting: dict[str, str] = field(default_factory=dict)
    ratio_spread: float = 0.0
    covariance: dict[str, Any] = field(default_factory=dict)

    def ratio(self, chip: str, other: str, system: str, limit: float | None, level: str) -> Ratio | None:
        mine, theirs = (self.answers.get((name, system, limit, level)) for name in (chip, other))
        return between(mine, theirs, self.covariance[level], self.ratio_spread) if mine and theirs else None


def between(mine: Answer, theirs: Answer, covariance: Any, unexplained: float) -> Ratio:
    """A ratio's spread: differences of slopes under the joint covariance, what is unexplained, weak specifications."""
    moved = mine.slopes - theirs.slopes
    spread = math.sqrt(float(moved @ covariance @ moved) + unexplained**2 + (mine.weak + theirs.weak) * WEAK**2)
    return Ratio(mine.rate / theirs.rate, spread)


def ratio_spread() -> float:
    """How far ratios of two chips in one source and model miss, each chip predicted without its own points.

    The standard deviation that gives the 80 % quantile of the difference of their median misses.
    """
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with (FOLDER / "residuals.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["chip_left_out"]:
                found[row["source"], row["model"]][row["chip"]].append(float(row["chip_left_out"]))
    pairs = sorted(
        abs(median(one) - median(other))
        for chips in found.values()
        for one, other in itertools.combinations(chips.values(), 2)
    )
    return pairs[int(0.8 * len(pairs))] / EIGHTY


def level_of(learned: Calibration, name: str) -> Calibration:
    """The calibration at a level of software: as fitted for each vendor and age, or mature and equal for all."""
    if name == VENDOR:
        return learned
    theta, covariance = learned.theta.copy(), learned.covariance.copy()
    for parameter in (*MATURITY, *VENDOR_LEVELS):
        at = learned.names.index(parameter)
        theta[at] = math.log(1e-9) if parameter in MATURITY else 0.0
        covariance[at, :] = covariance[:, at] = 0.0
    return replace(learned, theta=theta, covariance=covariance)


def request(
    chip: str, chips: int, limit: float | None, weights: str = "fp8", date: float = DATE, kv: str = KV
) -> Point:
    """The source's workload on a number of chips: as many sequences as fit, or as a limit allows."""
    return Point(
        id="",
        source="",
        row={},
        chip=chip,
        chips=chips,
        model=MODEL,
        weights=weights,
        activations=weights,
        kv=kv,
        attention="bf16",
        engine=None,
        date=date,
        layout=None,
        phase="mixed",
        metric="output_tok_s",
        scope="per_chip",
        input_tokens=TOKENS,
        output_tokens=TOKENS,
        concurrency=None,
        batch_per_chip=None,
        max_load=True,
        most_requests=None,
        tpot_limit_ms=limit,
        ttft_limit_ms=None,
        draft_tokens=0,
        acceptance=None,
        prefix_share=0.0,
        tier="",
        value_per_chip=None,
        scored=False,
        notes=(),
    )


def answers(cases: Sequence[Case], learned: Calibration, name: str) -> list[Answer | None]:
    """The best of each case's configurations; None where nothing fits, or no batch meets the limit."""
    columns, index, cap = candidates(cases)
    soft = software_columns(software(cases, learned.values), index)
    settled = settle(columns, cap, soft)
    found = answered(settled, soft)
    picked = [best(one, found, settled, np.flatnonzero(index == k)) for k, one in enumerate(cases)]
    fixed = {key: value[picked] if np.ndim(value) else value for key, value in settled.items() if key != "fits"}
    most = bounds(cases, fixed)

    def logs(theta: Any) -> Any:
        moved = answered(fixed, software(cases, replace(learned, theta=theta).values))
        return np.log([float(rate(one, moved, [k])[0]) for k, one in enumerate(cases)])

    base, step = logs(learned.theta), 1e-3
    slopes = np.array([(logs(learned.theta + step * unit) - base) / step for unit in np.eye(len(learned.theta))]).T
    results: list[Answer | None] = []
    for k, (one, row) in enumerate(zip(cases, picked, strict=True)):
        late = one.limit_ms is not None and float(time_per_token_ms(one, found, [row])[0]) > one.limit_ms
        if not settled["fits"][row] or late:
            results.append(None)
            continue
        values = {key: float(value[row]) for key, value in found.items()}
        weak = sum("assumed" in note or "not stated" in note for note in one.notes)
        spread = math.sqrt(slopes[k] @ learned.covariance @ slopes[k] + learned.unexplained**2 + weak * WEAK**2)
        group, split = float(settled["group_chips"][row]), float(settled["attention_split"][row])
        batch = float(settled["sequences_in_group"][row])
        results.append(
            Answer(
                one.chip,
                int(one.point.chips or group),
                one.limit_ms,
                name,
                min(float(np.exp(base[k])), float(most[k])),
                spread,
                slopes[k],
                weak,
                values["software_level"],
                layout_text(group, split, True),
                batch,
                bound_by(one, values, batch),
                tuple(note for note in one.notes if not note.startswith("layout not given")),
            )
        )
    return results


def weights_of(facts: Facts, chip: str) -> str:
    """Eight bits as the chip computes them: FP8 where it has it, else INT8 (or 8-bit weights at its 16-bit peak)."""
    label = facts.label("chip", chip)
    return "fp8" if number(facts, "fp8_dense_tflops", label) or number(facts, "fp8_tflops", label) else "int8"


def _case(facts: Facts, chip: str, chips: int, limit: float | None, weights: str, date: float) -> Case:
    return case(facts, request(chip, chips, limit, weights, date), date)


def book(facts: Facts, learned: Calibration | None = None) -> Book:
    """All answers for the products: the smallest system that fits, and systems of one size."""
    learned = learned or calibration()
    levels = {name: level_of(learned, name) for name in (EQUAL, VENDOR)}
    found = Book(ratio_spread=ratio_spread(), covariance={name: one.covariance for name, one in levels.items()})
    cases: list[tuple[str, int, float | None, Case]] = []
    for chip in (*PRODUCTS, *ALSO):
        try:
            weights = weights_of(facts, chip)
            cases += [
                (chip, size, limit, _case(facts, chip, size, limit, weights, DATE))
                for size in SIZES
                for limit in LIMITS
            ]
        except BadRequest as refused:
            found.unknown[chip] = _lacking(str(refused.problems[0]))
    for name, level in levels.items():
        got = answers([one for *_, one in cases], level, name)
        table = {(chip, size, limit): one for (chip, size, limit, _), one in zip(cases, got, strict=True)}
        for chip in dict.fromkeys(chip for chip, *_ in cases):
            fitting = [size for size in SIZES if table[chip, size, None]]
            if not fitting:
                found.not_fitting[chip] = f"does not fit on {SIZES[-1]} chips"
                continue
            for system, size in ((SMALLEST, fitting[0]), *((text, int(text)) for text in COMMON)):
                for limit in LIMITS:
                    one = table.get((chip, size, limit))
                    if one is not None:
                        found.answers[chip, system, limit, name] = one
    return found


def _lacking(text: str) -> str:
    """What a refusal says is missing."""
    return text.partition(" has no ")[2].partition(". ")[0].strip(" .") or text


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


@functools.cache
def printed() -> tuple[dict[str, str], ...]:
    """Figures in the source's running text."""
    with (LIBRARY / "broker-2026-04-26" / "text.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def _said(metric: str, chip: str) -> list[dict[str, str]]:
    return [row for row in printed() if row["metric"] == metric and f"chip={chip}" in row["labels"].split("; ")]


def _lines(rows: Sequence[dict[str, str]]) -> str:
    return ", ".join(dict.fromkeys(row["line"] for row in rows))


def _figure(text: str) -> float:
    return float(text.strip("~x%<>").replace(",", ""))


ABOUT = 0.1
"""What `about` is taken to allow on either side."""


def claims() -> list[Claim]:
    """The claims about ratios of two chips, from the printed figures."""
    found = []
    for chip in ("950PR", "950DT", "MLU 690"):
        rows = _said("tps_uplift_over_h20", chip)
        low, high = sorted(1 + _figure(row["printed"]) / 100 for row in rows)
        text = f"{(low - 1) * 100:.0f}-{(high - 1) * 100:.0f} % above {REFERENCE}"
        found.append(Claim("tps_uplift_over_h20", _lines(rows), text, chip, REFERENCE, low, high))
    rows = _said("performance_uplift", "MLU 690")
    middle = _figure(rows[0]["printed"])
    text = f"about {middle:g} times MLU 590"
    found.append(
        Claim(
            "performance_uplift",
            _lines(rows),
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
            one = _case(facts, like, int(system), limit, "fp8", DATE)
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
    cases = [_case(facts, chip, size, limit, "fp4" if chip == "GB300" else "fp8", DATE) for chip, size, limit in asked]
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
    rows = _said("token_per_watt_uplift_over_h200", "GB300")
    return _lines(rows), f"up to {rows[0]['printed']} H200's tokens a watt", _figure(rows[0]["printed"])


# -- the calibration point ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One way to read 5,899 tokens a second."""

    name: str
    bound: float
    """Tokens a second that physics allows under this reading: bytes over bandwidth, operations over peak."""
    possible: bool
    ours: tuple[float, float, float] | None
    """Low, middle, high of the model, on software of February 2025."""
    why: str


@dataclass(frozen=True)
class Anchor:
    """The published figure of H200 and the readings it allows."""

    lines: str
    figure: float
    bound_per_chip: float
    """Tokens a second of one sequence if one chip could hold the model."""
    token_gb: float
    """Weights that one token reads."""
    least_batch: int
    """Smallest batch of a node at which the figure is within the bound."""
    most_batch: float
    """Sequences that a node's whole memory holds, cache at 8 bits."""
    readings: tuple[Reading, ...]


NODE = 8
FEBRUARY = 2025 + 1.5 / 12
_ONE_COPY = {"group_chips": 8.0, "attention_split": 1.0, "sequences_in_group": 1.0}


def node_bound(one: Case, batch: float) -> float:
    """Tokens a second that no node of 8 can pass at a batch: each part at the best split, links and launches free."""
    splits = np.array([1.0, 2.0, 4.0, 8.0])
    columns = {**one.columns, "group_chips": float(NODE), "attention_split": splits, "sequences_in_group": batch}
    found = evaluate({**columns, **software([one], IDEAL), "expert_imbalance": 1.0})
    parts = sum(float(np.min(found[name])) for name in PARTS)
    prompts = batch * float(np.min(found["prefill_time_per_sequence_s"])) / one.columns["output_tokens"]
    return batch / (parts + prompts)


def _one(values: Any) -> float:
    return float(np.ravel(values)[0])


def anchor(facts: Facts, learned: Calibration | None = None) -> Anchor:
    """H200 = 5,899: the bound of one sequence, and which readings of batch and scope leave it possible."""
    learned = learned or calibration()
    rows = _said("h200_output_tokens_per_s", "H200")
    figure = _figure(rows[0]["printed"])
    one = _case(facts, "H200", NODE, None, "fp8", FEBRUARY)
    small = case(facts, request("H200", NODE, None, "fp8", FEBRUARY, kv="fp8"), FEBRUARY)
    shape = evaluate({**one.columns, **software([one], IDEAL), **_ONE_COPY}, ("active_parameters", "total_parameters"))
    token_gb = _one(shape["active_parameters"]) * one.columns["weight_bytes"] / 1e9
    bound = one.columns["memory_bandwidth_gb_s"] / token_gb
    least = next(batch for batch in itertools.count(1) if node_bound(one, float(batch)) >= figure)
    per_token = evaluate({**small.columns, **software([small], IDEAL), **_ONE_COPY}, ("kv_per_sequence_gb",))
    memory = NODE * one.columns["memory_size_gb"] * FIXED["memory_size_factor"]
    free = memory - _one(shape["total_parameters"]) * one.columns["weight_bytes"] / 1e9
    fitting = free / _one(per_token["kv_per_sequence_gb"])
    top = node_bound(small, fitting)
    now = _interval(one, learned)
    readings = (
        Reading(
            "batch 1, one chip", bound, bound >= figure, None, "the stated workload; one chip cannot hold the model"
        ),
        Reading(
            "batch 1, a node of 8",
            node_bound(one, 1.0),
            node_bound(one, 1.0) >= figure,
            _at_batch(facts, learned, 1.0),
            "all eight chips work on one sequence",
        ),
        Reading(
            "a node of 8, as many sequences as fit",
            top,
            top >= figure,
            (now[0] * NODE, now[1] * NODE, now[2] * NODE),
            "the caption of the maker's chart: eight chips, maximum concurrency, input tokens not counted",
        ),
        Reading(
            "each chip of a node, as many sequences as fit",
            top / NODE,
            top / NODE >= figure,
            now,
            "eight times the figure for a node",
        ),
    )
    return Anchor(_lines(rows), figure, bound, token_gb, least, fitting, readings)


def _interval(one: Case, learned: Calibration) -> tuple[float, float, float]:
    got = answers([one], learned, VENDOR)[0]
    assert got is not None
    return got.low, got.rate, got.high


def _at_batch(facts: Facts, learned: Calibration, batch: float) -> tuple[float, float, float]:
    """A node's rate with a given number of sequences in flight."""
    point = replace(request("H200", NODE, None, "fp8", FEBRUARY), concurrency=batch, max_load=False)
    low, middle, high = _interval(case(facts, point, FEBRUARY), learned)
    return low * NODE, middle * NODE, high * NODE


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
