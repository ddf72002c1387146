"""Fitting the software parameters of the inference chapter, and judging them on what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.optimize import least_squares

from siliconomics.core.late import np

from ..prediction.cases import Case
from ..prediction.choice import answered, candidates, chosen, software_columns
from ..prediction.rates import log_slopes, rates
from ..prediction.software import Calibration, software
from ..prediction.software import values as shared_values

NOISE = 0.30
"""Spread of the logarithm of a published rate that no model of this kind can explain: submitters of one system differ so."""
STRENGTH = 4.0
"""Points that one source group counts as; rows inside a source are not independent."""


@dataclass(frozen=True)
class Parameter:
    """One fitted number: its prior, as a factor around a middle."""

    name: str
    middle: float
    spread: float
    """Standard deviation of its logarithm before any point is seen."""
    meaning: str


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("memory_bandwidth_efficiency", 0.75, 0.15, "share of memory bandwidth that kernels reach"),
    Parameter("gemm_efficiency", 0.80, 0.20, "share of the matrix peak that decoding reaches"),
    Parameter("attention_efficiency", 0.60, 0.30, "share of the matrix peak that attention reaches"),
    Parameter("prefill_gain", 1.10, 0.25, "efficiency of reading prompts over that of decoding"),
    Parameter(
        "half_efficiency_tflops", 2500.0, 0.70, "16-bit matrix peak at which the share that is reached has halved"
    ),
    Parameter("network_efficiency", 0.50, 0.40, "share of link bandwidth that collectives reach"),
    Parameter("fixed_time_per_layer_s", 25e-6, 0.50, "launches and small kernels of one layer"),
    Parameter("routing_time_per_layer_s", 60e-6, 0.50, "routing, gathering and scattering of one layer with experts"),
    Parameter("collective_latency_s", 12e-6, 0.50, "latency of one collective"),
    Parameter(
        "communication_overlap", 0.60, 0.40, "share of communication that data-parallel pools hide behind arithmetic"
    ),
    Parameter("expert_imbalance", 1.25, 0.15, "work of the busiest chip over the mean"),
    Parameter("software_gap", 0.60, 0.50, "logarithm of what new software lacks against mature software"),
    Parameter("fp4_level", 0.80, 0.25, "share of its promise that the gain of FP4 keeps"),
    Parameter("level_vllm", 0.90, 0.25, "vLLM against TensorRT-LLM"),
    Parameter("level_sglang", 0.90, 0.25, "SGLang against TensorRT-LLM"),
    Parameter("level_maker", 1.00, 0.25, "an engine that a maker of the model or the chip wrote for its own pools"),
    Parameter("level_other", 0.90, 0.25, "other engines against TensorRT-LLM"),
    Parameter(
        "level_burst", 0.75, 0.30, "a queue of prompts sent once, with its start and its tail, against steady load"
    ),
    Parameter("level_amd", 0.85, 0.30, "AMD's stack against NVIDIA's"),
    Parameter("level_huawei", 0.75, 0.40, "Huawei's stack against NVIDIA's"),
    Parameter("level_vendor", 0.60, 0.50, "stacks of vendors without a trustworthy point against NVIDIA's"),
)


def middles() -> Any:
    return np.log([parameter.middle for parameter in PARAMETERS])


def spreads() -> Any:
    return np.array([parameter.spread for parameter in PARAMETERS])


NAMES = tuple(parameter.name for parameter in PARAMETERS)


def values(theta: Any) -> dict[str, float]:
    """Parameters as they are used, from their logarithms."""
    return shared_values(NAMES, theta)


class Laid:
    """Cases laid out as arrays, with each case's best candidate remembered."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = list(cases)
        self.columns, self.index, self.cap = candidates(self.cases)
        self.observed = np.array([one.point.value_per_chip for one in self.cases], dtype=float)
        self.weights = group_weights(self.cases)

    def choose(self, levels: Mapping[str, float]) -> None:
        """Settle which candidate stands for each case under given parameters."""
        soft = software_columns(software(self.cases, levels), self.index)
        rows, settled, _ = chosen(self.cases, self.columns, self.index, self.cap, soft)
        self.fits = settled["fits"][rows]
        self.fixed = {name: value[rows] if np.ndim(value) else value for name, value in settled.items()}

    def miss(self, theta: Any) -> Any:
        """Logarithm of predicted over published."""
        return np.log(self.rates(values(theta)) / self.observed)

    def slopes(self, theta: Any) -> Any:
        """Of each logarithm to the logarithm of each parameter, exact, layout and batch held."""
        return log_slopes(self.cases, self.fixed, Calibration(NAMES, theta, None, 0.0))

    def rates(self, levels: Mapping[str, float]) -> Any:
        """Rates of all cases in their own metric, each at its chosen candidate."""
        return rates(self.cases, answered(self.fixed, software(self.cases, levels)))


def group_weights(cases: Sequence[Case]) -> Any:
    """Equal weight for each source, shared among its rows."""
    sources = [one.point.source for one in cases]
    return np.array([1.0 / sources.count(source) for source in sources])


@dataclass(frozen=True)
class Fit:
    """Fitted parameters with their covariance (of logarithms) and the misses on the points they were fitted to."""

    theta: Any
    covariance: Any
    values: dict[str, float]
    misses: Any
    problem: Laid


def fit(cases: Sequence[Case], held: Mapping[str, float] | None = None, rounds: int = 2) -> Fit:
    """Least squares with a robust loss and priors; each source counts as STRENGTH points.

    The search starts from the middles of the priors, never from an earlier fit: what was left out of ``cases`` must
    not reach the result by way of its start. Parameters in ``held`` keep the value given (the answer without one idea).
    """
    held = held or {}
    problem = Laid(cases)
    theta = middles()
    free = np.array([parameter.name not in held for parameter in PARAMETERS])
    for position, parameter in enumerate(PARAMETERS):
        if parameter.name in held:
            theta[position] = np.log(held[parameter.name])
    root = np.sqrt(problem.weights * STRENGTH)
    result = None
    for _ in range(rounds):
        problem.choose(values(theta))
        usable = root * problem.fits

        def residuals(x: Any, usable: Any = usable, before: Any = theta) -> Any:
            whole = before.copy()
            whole[free] = x
            data = usable * _robust(problem.miss(whole) / NOISE)
            return np.concatenate([data, ((whole - middles()) / spreads())[free]])

        def jacobian(x: Any, usable: Any = usable, before: Any = theta) -> Any:
            whole = before.copy()
            whole[free] = x
            data = (usable * _robust_slope(problem.miss(whole) / NOISE) / NOISE)[:, None] * problem.slopes(whole)
            return np.concatenate([data, np.diag(1 / spreads())[free]])[:, free]

        result = least_squares(residuals, theta[free], jacobian, method="trf", x_scale=spreads()[free], max_nfev=60)
        theta = theta.copy()
        theta[free] = result.x
    assert result is not None
    covariance = np.zeros((theta.size, theta.size))
    covariance[np.ix_(free, free)] = np.linalg.inv(result.jac.T @ result.jac)
    return Fit(theta, covariance, values(theta), problem.miss(theta), problem)


def _robust(x: Any) -> Any:
    """Grows like the square root of |x| beyond two: a wrong label pulls little."""
    return np.sign(x) * np.sqrt(2 * (np.sqrt(1 + x**2) - 1)) * 1.0


def _robust_slope(x: Any) -> Any:
    size = np.sqrt(1 + x**2)
    return np.abs(x) / (size * np.maximum(np.sqrt(2 * (size - 1)), 1e-12)) * (np.abs(x) > 1e-5) + (np.abs(x) <= 1e-5)


@dataclass(frozen=True)
class HeldOut:
    """Misses on points that were left out, one group at a time."""

    by: str
    misses: Any
    """Logarithm of predicted over published, in the order of the cases."""
    deviations: Any
    """Standard deviation that the fit without them claimed for each."""


def held_out(
    cases: Sequence[Case], by: Callable[[Case], str], name: str, held: Mapping[str, float] | None = None
) -> HeldOut:
    """Fit without each group in turn and predict it: whole chips, or whole sources. Each fit starts from the priors."""
    cases = list(cases)
    keys = [by(one) for one in cases]
    misses = np.full(len(cases), np.nan)
    deviations = np.full(len(cases), np.nan)
    for key in sorted(set(keys)):
        inside = [position for position, one in enumerate(keys) if one == key]
        rest = [one for one, other in zip(cases, keys, strict=True) if other != key]
        learned = fit(rest, held)
        mine = Laid([cases[position] for position in inside])
        mine.choose(learned.values)
        misses[inside] = np.where(mine.fits, mine.miss(learned.theta), np.nan)
        deviations[inside] = spread_of(mine, learned)
    return HeldOut(name, misses, deviations)


def spread_of(problem: Laid, learned: Fit) -> Any:
    """Standard deviation of a prediction's logarithm: from the parameters, without the noise of the point itself."""
    slopes = problem.slopes(learned.theta)
    return np.sqrt(np.einsum("ij,jk,ik->i", slopes, learned.covariance, slopes))
