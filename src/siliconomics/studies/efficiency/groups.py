"""General-purpose GPUs against purpose-built chips, as measured differences with an exact test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from siliconomics.core.late import np
from siliconomics.model import Model

from .figures import Bounds, bounds, country_of

GPGPU, ASIC = "GPGPU", "ASIC (DSA)"
CONVENTIONAL = 0.05
"""Chance below which a difference is usually called real; a convention, not a law."""
CONTRADICTED = "950PR"
"""GP GPU in Exhibit 21 (line 460), ASIC (DSA) in Exhibit 22 (line 554)."""
FEWEST = 3
"""Chips in a group below which nothing is concluded."""
METRICS = {
    "per_mm2": ("fp16_dense_low_tflops_per_mm2", "fp16_dense_high_tflops_per_mm2", "dense FP16 per mm2 of logic"),
    "per_watt": ("fp16_dense_low_tflops_per_watt", "fp16_dense_high_tflops_per_watt", "dense FP16 per watt"),
    "per_usd": ("fp16_dense_low_tflops_per_usd", "fp16_dense_high_tflops_per_usd", "dense FP16 per dollar"),
}


@dataclass(frozen=True)
class Difference:
    """Two groups in one metric: how many, their medians, and the chance of such a difference by mere labelling."""

    metric: str
    meaning: str
    chips: str
    """all, or China only: whether foreign chips on better nodes are among them."""
    gpgpu: int
    asic: int
    gpgpu_median: Bounds
    asic_median: Bounds
    ratio: Bounds
    """Median of the ASICs over that of the GPGPUs, at the lower and at the upper ends of all peaks."""
    chance: Bounds
    least_chance: float
    """The smallest chance that groups of this size can show."""
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "meaning": self.meaning,
            "chips": self.chips,
            "gpgpu_count": self.gpgpu,
            "asic_count": self.asic,
            **self.gpgpu_median.as_dict("gpgpu_median"),
            **self.asic_median.as_dict("asic_median"),
            **self.ratio.as_dict("asic_over_gpgpu"),
            **self.chance.as_dict("p_value"),
            "least_p_value": self.least_chance,
            "sentence": self.sentence,
        }


def chance(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Two-sided exact permutation test on the difference of the medians of the logarithms.

    The chance that a labelling drawn blindly differs as much, and the smallest that any labelling could have.
    """
    from scipy.stats import permutation_test

    def statistic(x: Any, y: Any, axis: int) -> Any:
        return np.median(x, axis=axis) - np.median(y, axis=axis)

    logs = [np.log(np.array(group, dtype=float)) for group in (one, other)]
    found = permutation_test(logs, statistic, n_resamples=np.inf, vectorized=True, alternative="two-sided")
    null = found.null_distribution
    least = min(np.mean(np.isclose(null, end)) for end in (null.min(), null.max()))
    return float(found.pvalue), min(2 * float(least), 1.0)


def kinds(model: Model, contradicted_as: str = GPGPU) -> dict[str, str]:
    """Each chip's kind by the source's tables; the one it calls both as asked."""
    found = {}
    for chip in model.facts.labels["chip"]:
        fact = model.facts.of("chip_type", (chip,))
        if fact is not None and str(fact.value) in ("GP GPU", "ASIC (DSA)", "DSA"):
            found[chip] = GPGPU if fact.value == "GP GPU" else ASIC
    if CONTRADICTED in found:
        found[CONTRADICTED] = contradicted_as
    return found


def difference(
    metric: str,
    meaning: str,
    chips: str,
    gpgpu: Mapping[str, tuple[float, float]],
    asic: Mapping[str, tuple[float, float]],
) -> Difference | None:
    """Two groups of chips with the ends of their figures; None where one of them is empty."""
    if not gpgpu or not asic:
        return None
    ends = [[[pair[end] for pair in group.values()] for group in (gpgpu, asic)] for end in (0, 1)]
    middles = [[median(values) for values in pair] for pair in ends]
    chances = [chance(*pair) if min(map(len, pair)) > 1 else (1.0, 1.0) for pair in ends]
    ratios = sorted(one[1] / one[0] for one in middles)
    least = max(one for _, one in chances)
    span = Bounds(min(one for one, _ in chances), max(one for one, _ in chances), "derived")
    return Difference(
        metric,
        meaning,
        chips,
        len(gpgpu),
        len(asic),
        Bounds(middles[0][0], middles[1][0], "estimated"),
        Bounds(middles[0][1], middles[1][1], "estimated"),
        Bounds(ratios[0], ratios[1], "estimated"),
        span,
        least,
        sentence(len(gpgpu), len(asic), Bounds(ratios[0], ratios[1], "estimated"), span, least),
    )


def sentence(gpgpu: int, asic: int, ratio: Bounds, span: Bounds, least: float) -> str:
    """What may be said, in one honest sentence."""
    groups = f"{gpgpu} GPGPUs and {asic} ASICs"
    assert span.low is not None and span.high is not None and ratio.low is not None and ratio.high is not None
    if least > CONVENTIONAL or min(gpgpu, asic) < FEWEST:
        return f"{groups} are too few to tell (p {_p(span)}, at best {least:.2g})"
    if span.low > CONVENTIONAL:
        return f"{groups} show no difference that chance would not give (p {_p(span)})"
    if span.high <= CONVENTIONAL and (ratio.low > 1 or ratio.high < 1):
        way = "more" if ratio.low > 1 else "less"
        return f"the median ASIC gives {way} ({groups}, p {_p(span)}); node, price and grade of evidence differ too"
    return f"open densities decide: ratio {ratio.low:.2f} to {ratio.high:.2f}, p {_p(span)} for {groups}"


def _p(span: Bounds) -> str:
    low, high = f"{span.low:.2g}", f"{span.high:.2g}"
    return low if low == high else f"{low} to {high}"


def differences(model: Model, contradicted_as: str = GPGPU, *, measured: bool = True) -> list[Difference]:
    """All metrics, with and without foreign chips; and how near measured throughput comes to the roofline."""
    found = []
    kind = kinds(model, contradicted_as)
    home = {chip for chip in kind if country_of(model.facts, chip) == "CN"}
    for metric, (low, high, meaning) in METRICS.items():
        figures = {chip: bounds(model, low, high, chip=chip) for chip in kind}
        known = {
            chip: (one.low, one.high) for chip, one in figures.items() if one.low is not None and one.high is not None
        }
        for name, chosen in (("all", set(kind)), ("China only", home)):
            groups = [
                {chip: pair for chip, pair in known.items() if chip in chosen and kind[chip] == wanted}
                for wanted in (GPGPU, ASIC)
            ]
            found.append(difference(metric, meaning, name, *groups))
    if not measured:
        return [one for one in found if one is not None]
    share = roofline_shares(model)
    card = {chip: str(model.facts.cards["chip"][chip]["architecture"]) for chip in share}
    groups = [
        {chip: (value, value) for chip, (value, _) in share.items() if card[chip] == wanted}
        for wanted in ("GPGPU", "DSA")
    ]
    found.append(
        difference("roofline_share", "measured throughput over the physical bound, median of each chip", "all", *groups)
    )
    return [one for one in found if one is not None]


def roofline_shares(model: Model) -> dict[str, tuple[float, int]]:
    """For each chip with published runs: their median share of the physical bound, and how many runs there are."""
    from ..calibration.fit import Laid
    from ..calibration.run import ready
    from ..prediction.predict import bounds as physical
    from ..prediction.software import calibration

    cases, _ = ready(model.facts)
    laid = Laid(cases)
    laid.choose(calibration().values)
    shares = defaultdict(list)
    for one, share in zip(cases, laid.observed / physical(cases, laid.fixed), strict=True):
        shares[one.chip].append(float(share))
    return {chip: (median(values), len(values)) for chip, values in shares.items()}
