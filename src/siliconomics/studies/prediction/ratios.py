"""Chips beside each other at one request: rates, their ratios, and the ranges of both.

A ratio's range comes from the joint covariance of the parameters: what both chips share cancels. What the
parameters leave unexplained of a ratio is taken from published points.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist, median
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import LAYOUT

from ..belief import EIGHTY
from .cases import Case, case
from .choice import time_per_token_ms
from .machine import number
from .points import Point
from .predict import WEAK, Laid, bound_by, bounds, layout_text
from .rates import rates
from .software import FOLDER, Calibration, calibration

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
    """Of its logarithm to the logarithm of each parameter, the batch that a limit allows moving along."""
    stretch: float
    """By how much a limit magnifies a change of speed: a faster system also takes a larger batch; 1 without a limit."""
    weak: int
    """Specifications that are assumed, or whose density no source states."""
    level: float
    layout: str
    batch: float
    bound: str
    notes: tuple[str, ...]
    ceiling: float = math.inf
    """The rate that no software passes, layout and batch chosen anew."""

    @property
    def low(self) -> float:
        return self.rate * math.exp(-EIGHTY * self.spread)

    @property
    def high(self) -> float:
        return min(self.rate * math.exp(EIGHTY * self.spread), max(self.ceiling, self.rate))


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
    apart = (mine.stretch**2 + theirs.stretch**2) / 2 * unexplained**2
    weak = (mine.weak * mine.stretch**2 + theirs.weak * theirs.stretch**2) * WEAK**2
    spread = math.sqrt(float(moved @ covariance @ moved) + apart + weak)
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
    laid = Laid.of(cases, learned)
    own, most = rates(cases, laid.chosen), bounds(cases, laid.fixed)
    results: list[Answer | None] = []
    for k, one in enumerate(cases):
        values = {key: float(value[k]) for key, value in laid.chosen.items()}
        late = one.limit_ms is not None and time_per_token_ms(one, values) > one.limit_ms * (1 + 1e-9)
        if not laid.fixed["fits"][k] or late:
            results.append(None)
            continue
        weak = sum("assumed" in note or "not stated" in note for note in one.notes)
        stretch, slopes = float(laid.stretch[k]), laid.slopes[k]
        plain = slopes @ learned.covariance @ slopes + learned.unexplained**2 + weak * WEAK**2
        group, split, stages, batch = (float(laid.fixed[key][k]) for key in LAYOUT)
        results.append(
            Answer(
                one.chip,
                int(one.point.chips or group * stages),
                one.limit_ms,
                name,
                min(float(own[k]), float(most[k])),
                stretch * math.sqrt(plain),
                stretch * slopes,
                stretch,
                weak,
                values["software_level"],
                layout_text(group, split, True, stages),
                batch,
                bound_by(one, values, batch),
                tuple(note for note in one.notes if not note.startswith("layout not given")),
                float(laid.ceiling[k]),
            )
        )
    return results


def weights_of(facts: Facts, chip: str) -> str:
    """Eight bits as the chip computes them: FP8 where it has it, else INT8 (or 8-bit weights at its 16-bit peak)."""
    label = facts.label("chip", chip)
    return "fp8" if number(facts, "fp8_dense_tflops", label) or number(facts, "fp8_tflops", label) else "int8"


def on(facts: Facts, chip: str, chips: int, limit: float | None, weights: str, date: float) -> Case:
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
                (chip, size, limit, on(facts, chip, size, limit, weights, DATE)) for size in SIZES for limit in LIMITS
            ]
        except BadRequest as refused:
            found.unknown[chip] = lacking(str(refused.problems[0]))
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


def lacking(text: str) -> str:
    """What a refusal says is missing."""
    return text.partition(" has no ")[2].partition(". ")[0].strip(" .") or text
