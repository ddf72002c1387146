"""The calibrated software level: fitted parameters with their covariance, read from facts."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.facts import LIBRARY
from siliconomics.formulas.inference.search import SOFTWARE

from .cases import Case

FOLDER = LIBRARY / "calibration"
GLOBAL = (
    "memory_bandwidth_efficiency",
    "gemm_efficiency",
    "attention_efficiency",
    "prefill_gain",
    "half_efficiency_tflops",
    "network_efficiency",
    "fixed_time_per_layer_s",
    "routing_time_per_layer_s",
    "collective_latency_s",
    "communication_overlap",
    "expert_imbalance",
    "software_gap",
)
MOST = {
    "memory_bandwidth_efficiency",
    "gemm_efficiency",
    "attention_efficiency",
    "network_efficiency",
    "communication_overlap",
}
IDEAL: dict[str, float] = {
    **dict.fromkeys((*GLOBAL, "fp4_level"), 1.0),
    **dict.fromkeys((f"level_{one}" for one in ("vllm", "sglang", "maker", "other", "burst")), 1.0),
    **dict.fromkeys((f"level_{one}" for one in ("amd", "huawei", "vendor")), 1.0),
    "network_efficiency": 1e9,
    "half_efficiency_tflops": 1e12,
    "fixed_time_per_layer_s": 1e-12,
    "routing_time_per_layer_s": 1e-12,
    "collective_latency_s": 1e-12,
    "crossing_latency_s": 1e-12,
    "software_gap": 1e-9,
}
"""Software that loses nothing: what is left is the physical roofline."""
ENGINES = {
    "tensorrt-llm": None,
    "vllm": "level_vllm",
    "sglang": "level_sglang",
    "deepseek": "level_maker",
    "cloudmatrix": "level_maker",
}
VENDORS = {"NVIDIA": None, "AMD": "level_amd", "Huawei": "level_huawei"}


def values(names: Sequence[str], theta: Any) -> dict[str, float]:
    """Parameters as they are used, from their logarithms; a share of a peak stays under one."""
    found = {name: float(np.exp(one)) for name, one in zip(names, theta, strict=True)}
    return {name: min(value, 1.0) if name in MOST else value for name, value in found.items()}


def levels(one: Case) -> list[str]:
    """The level parameters that apply to a case: its engine's, its vendor's, and a burst's."""
    engine = one.point.engine
    found = [ENGINES.get(engine, "level_other") if engine else None, VENDORS.get(one.vendor, "level_vendor")]
    return [name for name in (*found, "level_burst" if one.burst else None) if name]


def software(cases: Sequence[Case], chosen: Mapping[str, float]) -> dict[str, Any]:
    """What the chapter reads of software, for each case."""
    settings = cases[0].settings if cases else {}
    found: dict[str, Any] = {name: chosen[name] for name in GLOBAL}
    found |= {name: settings[name] for name in SOFTWARE if name in settings}
    found["engine_level"] = np.array([prod(chosen[name] for name in levels(one)) for one in cases])
    fp4 = np.array([one.fp4 for one in cases])
    found["gemm_efficiency"] = np.where(fp4, chosen["gemm_efficiency"] * chosen["fp4_level"], chosen["gemm_efficiency"])
    return found


def ideal(cases: Sequence[Case]) -> dict[str, Any]:
    """Software that loses nothing: every peak reached, no launches, no waiting, experts alike: what physics leaves."""
    return {**software(cases, IDEAL), "crossing_latency_s": IDEAL["crossing_latency_s"]}


@dataclass(frozen=True)
class Calibration:
    """Fitted parameters: names, logarithms, their covariance, and what they leave unexplained."""

    names: tuple[str, ...]
    theta: Any
    covariance: Any
    unexplained: float
    """Standard deviation of the logarithm of a rate that the parameters cannot explain, from held-out points."""

    @property
    def values(self) -> dict[str, float]:
        return values(self.names, self.theta)


@functools.cache
def calibration(folder: Path = FOLDER) -> Calibration:
    """The calibration that lies in a folder; refuses one that is not whole."""
    path = folder / "parameters.csv"
    try:
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        names = tuple(row["parameter"] for row in rows if row["parameter"] != "unexplained")
        theta = np.log([float(row["value"]) for row in rows if row["parameter"] != "unexplained"])
        unexplained = next(float(row["value"]) for row in rows if row["parameter"] == "unexplained")
        covariance = np.array(
            [[float(row[name]) for name in names] for row in rows if row["parameter"] != "unexplained"]
        )
    except (OSError, KeyError, ValueError, StopIteration) as error:
        raise BadRequest(
            Problem(
                f"the calibration cannot be read: {error}", str(path), remedy="run siliconomics calibrate inference"
            )
        ) from None
    return Calibration(names, theta, covariance, unexplained)
