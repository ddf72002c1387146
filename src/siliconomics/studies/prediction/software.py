"""The calibrated software level: fitted parameters with their covariance, read from facts."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.facts import LIBRARY

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
FIXED = {
    "usable_memory_share": 0.90,
    "reserved_memory_gb": 4.0,
    "memory_size_factor": 1.0737,
    "software_catch_up_years": 0.75,
}
"""Not fitted: what engines keep free, gibibytes sold as gigabytes, the pace at which software catches up."""
MOST = {
    "memory_bandwidth_efficiency",
    "gemm_efficiency",
    "attention_efficiency",
    "network_efficiency",
    "communication_overlap",
}
IDEAL: dict[str, float] = {
    **dict.fromkeys((*GLOBAL, "fp4_level", "level_burst"), 1.0),
    **dict.fromkeys(("level_vllm", "level_sglang", "level_other", "level_amd", "level_huawei", "level_vendor"), 1.0),
    "network_efficiency": 1e9,
    "half_efficiency_tflops": 1e12,
    "fixed_time_per_layer_s": 1e-12,
    "routing_time_per_layer_s": 1e-12,
    "collective_latency_s": 1e-12,
    "software_gap": 1e-9,
}
"""Software that loses nothing: what is left is the physical roofline."""
ENGINES = {"tensorrt-llm": None, "vllm": "level_vllm", "sglang": "level_sglang"}
VENDORS = {"NVIDIA": None, "AMD": "level_amd", "Huawei": "level_huawei"}


def values(names: Sequence[str], theta: Any) -> dict[str, float]:
    """Parameters as they are used, from their logarithms; a share of a peak stays under one."""
    found = {name: float(np.exp(one)) for name, one in zip(names, theta, strict=True)}
    return {name: min(value, 1.0) if name in MOST else value for name, value in found.items()}


def levels(engine: str | None, vendor: str) -> list[str]:
    """The level parameters that apply to an engine on a vendor's chip."""
    found = [ENGINES.get(engine, "level_other") if engine else None, VENDORS.get(vendor, "level_vendor")]
    return [name for name in found if name]


def software(cases: Sequence[Case], chosen: Mapping[str, float]) -> dict[str, Any]:
    """What the chapter reads of software, for each case."""
    found: dict[str, Any] = {name: chosen[name] for name in GLOBAL} | FIXED
    level = np.ones(len(cases))
    for position, one in enumerate(cases):
        for name in levels(one.point.engine, one.vendor):
            level[position] *= chosen[name]
        if one.burst:
            level[position] *= chosen["level_burst"]
    fp4 = np.array([one.point.weights == "fp4" and one.point.activations == "fp4" for one in cases])
    found["engine_level"] = level
    found["gemm_efficiency"] = np.where(fp4, chosen["gemm_efficiency"] * chosen["fp4_level"], chosen["gemm_efficiency"])
    return found


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
