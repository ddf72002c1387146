"""The one rate the source is calibrated on, H200 at 5,899 tokens a second, and which readings of it physics allows."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import PARTS, evaluate

from .cases import Case, case
from .printed import figure_of, lines_of, said
from .ratios import VENDOR, answers, on, request
from .software import Calibration, calibration, ideal


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
_ONE_COPY = {"group_chips": 8.0, "attention_split": 1.0, "pipeline_stages": 1.0, "sequences_in_group": 1.0}


def node_bound(one: Case, batch: float) -> float:
    """Tokens a second that no node of 8 can pass at a batch: each part at the best split, links and launches free."""
    splits = np.array([1.0, 2.0, 4.0, 8.0])
    columns = {
        **one.columns,
        "group_chips": float(NODE),
        "attention_split": splits,
        "pipeline_stages": 1.0,
        "sequences_in_group": batch,
    }
    found = evaluate({**columns, **ideal([one])})
    parts = sum(float(np.min(found[name])) for name in PARTS)
    prompts = batch * float(np.min(found["prefill_time_per_sequence_s"])) / one.columns["output_tokens"]
    return batch / (parts + prompts)


def _one(values: Any) -> float:
    return float(np.ravel(values)[0])


def anchor(facts: Facts, learned: Calibration | None = None) -> Anchor:
    """H200 = 5,899: the bound of one sequence, and which readings of batch and scope leave it possible."""
    learned = learned or calibration()
    rows = said("h200_output_tokens_per_s", "H200")
    figure = figure_of(rows[0]["printed"])
    one = on(facts, "H200", NODE, None, "fp8", FEBRUARY)
    small = case(facts, request("H200", NODE, None, "fp8", FEBRUARY, kv="fp8"), FEBRUARY)
    shape = evaluate({**one.columns, **ideal([one]), **_ONE_COPY}, ("active_parameters", "total_parameters"))
    token_gb = _one(shape["active_parameters"]) * one.columns["weight_bytes"] / 1e9
    bound = one.columns["memory_bandwidth_gb_s"] / token_gb
    least = next(batch for batch in itertools.count(1) if node_bound(one, float(batch)) >= figure)
    per_token = evaluate({**small.columns, **ideal([small]), **_ONE_COPY}, ("kv_per_sequence_gb",))
    memory = NODE * one.columns["memory_size_gb"] * one.settings["memory_size_factor"]
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
    return Anchor(lines_of(rows), figure, bound, token_gb, least, fitting, readings)


def _interval(one: Case, learned: Calibration) -> tuple[float, float, float]:
    got = answers([one], learned, VENDOR)[0]
    assert got is not None
    return got.low, got.rate, got.high


def _at_batch(facts: Facts, learned: Calibration, batch: float) -> tuple[float, float, float]:
    """A node's rate with a given number of sequences in flight."""
    point = replace(request("H200", NODE, None, "fp8", FEBRUARY), concurrency=batch, max_load=False)
    low, middle, high = _interval(case(facts, point, FEBRUARY), learned)
    return low * NODE, middle * NODE, high * NODE
