"""Throughput in the terminal: one prediction, a file of points, the best layouts, the frontier, the calibration."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Facts
from siliconomics.studies.prediction import read
from siliconomics.studies.prediction.points import Refused
from siliconomics.studies.prediction.predict import Prediction, predict
from siliconomics.studies.prediction.software import calibration

from ..cards import _write
from ..records import print_json
from .asked import NOW, point_of
from .search import search

ADDED = ("prediction", "low", "high", "bound_by", "layout", "batch", "note")


def _date(date: float | None) -> str:
    return "software of today" if date is None else f"software of {int(date)}-{int((date % 1) * 12) + 1:02d}"


def one(facts: Facts, asked: dict[str, Any], as_json: bool) -> None:
    """Print one prediction."""
    point = point_of(facts, asked)
    found = predict(facts, [point], calibration(), NOW)[0]
    if found.value is None:
        raise BadRequest(Problem(found.note))
    if asked["ttft_ms"] is not None and found.ttft_ms is not None and found.ttft_ms > asked["ttft_ms"]:
        raise BadRequest(
            Problem(
                f"no first token within {asked['ttft_ms']:g} ms: reading the prompt takes {found.ttft_ms:.0f} ms",
                remedy="use more chips, a shorter prompt or a looser limit",
            )
        )
    if asked["tpot_ms"] is not None and found.tpot_ms is not None and found.tpot_ms > asked["tpot_ms"]:
        raise BadRequest(
            Problem(
                f"no layout and batch gives a token within {asked['tpot_ms']:g} ms: "
                f"the quickest takes {found.tpot_ms:.3g} ms",
                remedy="use more chips, drafts or a looser limit",
            )
        )
    if as_json:
        record = {
            **found.as_dict(),
            "metric": point.metric,
            "scope": point.scope,
            "chips": point.chips,
            "per_chip": found.per_chip,
            "tpot_ms": found.tpot_ms,
            "ttft_ms": found.ttft_ms,
            "known": "estimated",
        }
        print_json(record)
        return
    word = {"output_tok_s": "output tokens a second", "input_tok_s": "input tokens a second"}[point.metric]
    print(
        f"{point.chips} x {point.chip}, {point.model}, {point.weights} weights, {point.kv} cache, "
        f"{asked['input']:g} in / {asked['output']:g} out, {_date(point.date)}"
    )
    print(f"{found.value:,.0f} {word} for the system, 80 % between {found.low:,.0f} and {found.high:,.0f}")
    pace = "" if found.tpot_ms is None else f"{found.tpot_ms:,.1f} ms a token; "
    print(
        f"{found.per_chip:,.0f} per chip; {pace}layout {found.layout}, "
        f"{found.batch:,.0f} sequences a copy; most of the time goes to {found.bound_by}"
    )
    if found.note:
        print(found.note)


def file(facts: Facts, points: Path, out: Path) -> None:
    """Predict every row of a points file; rows that cannot be predicted say why, the others are answered."""
    rows = read(points)
    found = predict(facts, rows, calibration(), NOW)
    text = io.StringIO()
    with points.open(encoding="utf-8-sig", newline="") as given:
        heading = [name for name in map(str.strip, next(csv.reader(given))) if name not in ADDED]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*heading, *(name for name in ADDED)])
    for row, prediction in zip(rows, found, strict=True):
        writer.writerow([*(row.row.get(name, "") for name in heading), *(_cell(prediction, name) for name in ADDED)])
    _write(out, text.getvalue())
    answered = sum(prediction.value is not None for prediction in found)
    refused = sum(isinstance(row, Refused) for row in rows)
    told = len(rows) - answered - refused
    print(
        f"{answered} of {len(rows)} rows predicted, {refused} could not be read, {told} could not be predicted (the note "
        f"says why); wrote {out}"
    )


def _cell(prediction: Prediction, name: str) -> Any:
    value = prediction.as_dict()[name]
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else value


def frontier(facts: Facts, asked: dict[str, Any], as_json: bool) -> None:
    """Throughput against interactivity: the best rate at each limit on the time for a token."""
    records = []
    for limit in (5, 7, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200):
        point = point_of(facts, {**asked, "tpot_ms": float(limit), "concurrency": "max"})
        found = predict(facts, [point], calibration(), NOW)[0]
        if found.value is None:
            raise BadRequest(Problem(found.note))
        if "no batch meets" in found.note:
            continue
        records.append(
            {
                "tpot_ms": limit,
                "prediction": found.value,
                "low": found.low,
                "high": found.high,
                "per_chip": found.per_chip,
                "layout": found.layout,
                "batch": found.batch,
            }
        )
    if not records:
        raise BadRequest(
            Problem("no layout and batch gives a token within 200 ms", remedy="use more chips or a shorter context")
        )
    if as_json:
        print_json(records)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("ms a token, at most", "tokens/s", "low", "high", "per chip", "layout", "batch"):
        table.add_column(heading, justify="left" if heading == "layout" else "right")
    for one_ in records:
        table.add_row(
            str(one_["tpot_ms"]),
            f"{one_['prediction']:,.0f}",
            f"{one_['low']:,.0f}",
            f"{one_['high']:,.0f}",
            f"{one_['per_chip']:,.0f}",
            str(one_["layout"]),
            f"{one_['batch']:,.0f}",
        )
    Console(highlight=False).print(table)


def calibrate(facts: Facts, out: Path) -> None:
    """Fit again and write parameters and residuals."""
    from siliconomics.studies.calibration import calibrate as run
    from siliconomics.studies.calibration import (
        levels_toml,
        parameters_csv,
        residuals_csv,
        score,
        software_toml,
        without_offsets,
    )

    report = run(facts, lambda step: print(step, flush=True))
    _write(out / "parameters.csv", parameters_csv(report))
    _write(out / "residuals.csv", residuals_csv(report))
    day = dt.date.today().isoformat()
    _write(out / "software.toml", software_toml(report, day))
    _write(out / "levels.toml", levels_toml(report, facts, day))
    for held in (report.by_chip, report.by_source):
        own = [k for k, case in enumerate(report.cases) if case.model.startswith("DeepSeek")]
        part = score(held.misses[own], [report.cases[k] for k in own])
        whole = score(held.misses, report.cases)
        shape = score(without_offsets(held.misses, report.cases), report.cases)
        print(
            f"each {held.by} left out: {whole.mean:.3f} over all models, {part.mean:.3f} over DeepSeek, "
            f"{shape.mean:.3f} once one offset per source and chip is out; {report.covered(held):.0%} inside 80 %"
        )
    print(f"median absolute logarithm of predicted over published, each source weighing the same; wrote {out}/")


__all__ = ["ADDED", "calibrate", "file", "frontier", "one", "point_of", "search"]
