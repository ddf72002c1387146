"""Speed and error of the inference chapter: predictions, search, calibration, and another predictor where installed."""

from __future__ import annotations

import csv
import math
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from timeit import default_timer
from typing import Any

import numpy as np

from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import space
from siliconomics.model import load
from siliconomics.studies.prediction import measured, read_layout
from siliconomics.studies.prediction.cases import case
from siliconomics.studies.prediction.choice import answered, best, candidates, settle, software_columns
from siliconomics.studies.prediction.pools import pools
from siliconomics.studies.prediction.predict import predict
from siliconomics.studies.prediction.ratios import DATE, request
from siliconomics.studies.prediction.software import FOLDER, calibration, software

Told = tuple[str, str, float | None, float | None, str, str, str]
"""The fields of one line of the table."""
MANY, CONFIGURATIONS, SYSTEM, TURNS = 10_000, 100_000, 100_000, 3
OTHER = "aiconfigurator"
_SHARED = ("--model-path", "deepseek-ai/DeepSeek-R1", "--isl", "1024", "--log-level", "ERROR", "--no-color")
_TP8 = ("--tp-size", "8", "--moe-tp-size", "8", "--moe-ep-size", "1", "--osl", "1024", "--system", "h200_sxm")
_FP4 = ("--gemm-quant-mode", "nvfp4", "--moe-quant-mode", "nvfp4")
_DP8 = ("--attention-dp-size", "8", "--moe-ep-size", "8", "--tp-size", "1", "--moe-tp-size", "1")
OTHER_CASES: dict[str, tuple[str, ...]] = {
    "IXR-001": (*_TP8, "--backend", "sglang", "--batch-size", "8"),
    "IXR-004": (*_TP8, "--backend", "sglang", "--batch-size", "64"),
    "IXR-008": ("--tp-size", "8", "--moe-tp-size", "1", "--moe-ep-size", "8", "--osl", "1024", "--batch-size", "32",
                "--system", "b200_sxm", "--backend", "sglang", *_FP4),
    "TRTDS-006": (*_DP8, "--osl", "2048", "--batch-size", "128", "--system", "h200_sxm", "--backend", "trtllm"),
    "DSTN-035": (*_TP8, "--backend", "vllm", "--batch-size", "64"),
}  # fmt: skip
"""Measured rows as the other predictor's own command line spells them; its batch is per attention rank."""


def timed(call: Callable[[], Any], turns: int = TURNS) -> float:
    """Median seconds of a call, after one that warms up."""
    call()
    found = []
    for _ in range(turns):
        begin = default_timer()
        call()
        found.append(default_timer() - begin)
    return median(found)


def inference_rows() -> Iterator[Told]:
    facts, learned = load(checked=False).facts, calibration()
    yield from _predictions(facts, learned)
    yield from _search(facts, learned)
    yield from _calibration(facts)
    yield from _other(facts, learned)


def _predictions(facts: Facts, learned: Any) -> Iterator[Told]:
    layout = read_layout("dp8ep8", 8).layout
    points = [
        replace(request("H200", 8, None), layout=layout, concurrency=float(8 + number % 1000), max_load=False)
        for number in range(MANY)
    ]
    question = f"one prediction, layout given, in a batch of {MANY:,}"
    whole = timed(lambda: predict(facts, points, learned, DATE))
    yield question, "ours, range and notes included", whole / MANY, None, "", "< 0.1 ms", "from points to answers"
    cases = [case(facts, point, DATE) for point in points]

    def rates() -> Any:
        columns, index, cap = candidates(cases)
        soft = software_columns(software(cases, learned.values), index)
        return answered(settle(cases, columns, index, cap, soft), soft)

    yield question, "ours, rates alone", timed(rates) / MANY, None, "", "", "points made ready before"


def _search(facts: Facts, learned: Any) -> Iterator[Told]:
    one = case(facts, request("B200", 64, 50.0), DATE)
    pairs = space(64, int(one.columns["attention_heads"]), True, np.unique(np.round(2.0 ** np.arange(0, 16.25, 0.5))))
    times = math.ceil(CONFIGURATIONS / len(pairs["group_chips"]))
    laid = {name: np.tile(column, times)[:CONFIGURATIONS] for name, column in pairs.items()}
    laid["sequences_in_group"] = laid["sequences_in_group"] + np.arange(CONFIGURATIONS) // len(pairs["group_chips"])
    rows, index = np.arange(CONFIGURATIONS), np.zeros(CONFIGURATIONS, dtype=int)
    cap = np.full(CONFIGURATIONS, np.inf)
    soft = {name: np.ravel(value)[0] for name, value in software([one], learned.values).items()}

    def search() -> int:
        settled = settle([one], {**one.columns, **laid}, index, cap, soft)
        return best(one, answered(settled, soft), settled, rows)

    note = "layouts of 64 B200 with batches one apart, the best within 50 ms"
    yield f"search over {CONFIGURATIONS:,} configurations", "ours", timed(search), None, "", "< 1 s", note
    for chips in (1_000, SYSTEM):
        apart = request("H20", chips, None)
        note = "every layout that reads with every one that writes; the copies by halving, not one by one"
        question = f"two pools on {chips:,} H20"
        yield question, "ours", timed(lambda asked=apart: pools(facts, asked, learned, DATE)), None, "", "", note


def _calibration(facts: Facts) -> Iterator[Told]:
    from siliconomics.studies.calibration import fit
    from siliconomics.studies.calibration.run import ready

    cases, _ = ready(facts)
    begin = default_timer()
    fit(cases)
    note = f"{len(cases)} points; the whole calibration fits once more for each chip and source left out"
    yield "calibration", "ours, one fit", default_timer() - begin, None, "", "", note


def _other(facts: Facts, learned: Any) -> Iterator[Told]:
    """Errors side by side on measured rows, through the other predictor's command line only."""
    question = f"error on {len(OTHER_CASES)} measured rows of DeepSeek-R1"
    points = {point.id: point for point in measured() if point.id in OTHER_CASES}
    begin = default_timer()
    ours = dict(zip(points, predict(facts, list(points.values()), learned, DATE), strict=True))
    seconds = (default_timer() - begin) / len(points)
    misses = {
        name: math.log((one.per_chip or math.nan) / (points[name].value_per_chip or 1)) for name, one in ours.items()
    }
    yield question, "ours, rows in the fit", seconds, None, "", "", _told(misses)
    with (FOLDER / "residuals.csv").open(encoding="utf-8") as file:
        unseen = {row["id"]: float(row["source_left_out"]) for row in csv.DictReader(file) if row["id"] in points}
    yield question, "ours, source left out", None, None, "", "", _told(unseen)
    program = os.environ.get("AICONFIGURATOR") or shutil.which(OTHER)
    if not program:
        yield question, OTHER, None, None, "", "", "not installed"
        return
    theirs, times = {}, []
    for name, options in OTHER_CASES.items():
        begin = default_timer()
        done = subprocess.run([program, "cli", "estimate", *_SHARED, *options], capture_output=True, text=True)
        times.append(default_timer() - begin)
        if found := re.search(r"tokens/s/gpu:\s+([\d,.]+)", done.stdout):
            theirs[name] = math.log(float(found[1].replace(",", "")) / (points[name].value_per_chip or 1))
    note = _told(theirs) if theirs else "answered none of the rows"
    yield question, OTHER, median(times), None, "", "", f"{note}; a whole process each, its software is of its own date"


def _told(misses: dict[str, float]) -> str:
    each = ", ".join(f"{name} {miss:+.2f}" for name, miss in misses.items())
    return f"median |log| {median(map(abs, misses.values())):.2f} on {len(misses)}: {each}"
