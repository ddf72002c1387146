"""Throughput in the terminal: one prediction, a file of points, the best layouts, the frontier, the calibration."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Facts
from siliconomics.studies.prediction import Layout, Point, read, read_layout
from siliconomics.studies.prediction.machine import number, year_of
from siliconomics.studies.prediction.points import ENGINES, Refused, engine_named
from siliconomics.studies.prediction.pools import Pools, pools
from siliconomics.studies.prediction.predict import Prediction, predict
from siliconomics.studies.prediction.software import calibration

from .cards import _write
from .records import print_json

PRECISIONS = ("fp4", "fp8", "int8", "bf16")
KV = ("fp8", "int8", "bf16")
SPELLED = {"fp16": "bf16", "nvfp4": "fp4", "mxfp4": "fp4", "w8a8": "int8"}
PHASES = {"mixed": "output_tok_s", "prefill": "input_tok_s", "decode": "output_tok_s"}
DRAFTS = {"none": (0, None), "mtp1": (1, 0.85), "mtp2": (2, 0.775), "mtp3": (3, 0.617)}
ADDED = ("prediction", "low", "high", "bound_by", "layout", "batch", "note")
NOW = 2026.9
MOST_CHIPS = 1_000_000
"""More than any system has: a slip of the keyboard."""
FIRST_YEAR, LAST_YEAR = 2015, 2100
_LAYOUT = re.compile(r"(?:(?:dep|tep|tp|ep|dp|pp)[-=: ]?\d+[-+, ]*)+", re.IGNORECASE)


def _chosen(word: str, choices: Any, option: str) -> str:
    folded = SPELLED.get(word.casefold(), word.casefold())
    if folded not in choices:
        raise BadRequest(
            Problem(f"{option} {word!r} is not one of {', '.join(choices)}", remedy=nearest(word, choices))
        )
    return str(folded)


def _positive(value: float, option: str, *, zero: bool = False) -> float:
    if not (value > 0 or (zero and value == 0)) or value != value or value == float("inf"):
        raise BadRequest(Problem(f"{option} {value:g} is not a positive number", remedy="give a number above 0"))
    return value


def _layout(text: str, chips: int, phase: str, heads: float) -> tuple[Layout | None, list[str]]:
    """The layout asked for and how its words were read; None for the best."""
    if text.strip().casefold() == "best":
        return None, []
    reading = read_layout(text, chips, phase)
    layout = reading.layout
    parts = [kind.casefold() for kind in re.findall(r"[A-Za-z]+", text)]
    if layout is None or not _LAYOUT.fullmatch(text.strip()) or len(set(parts)) < len(parts):
        raise BadRequest(Problem(f"--layout {text!r} cannot be read", remedy="write best, tp8 or dp8ep8"))
    if layout.chips > chips or chips % layout.chips:
        raise BadRequest(
            Problem(
                f"--layout {text} needs {layout.chips} chips for a copy, --chips is {chips}",
                remedy=f"give a multiple of {layout.chips}",
            )
        )
    copy = layout.tensor * layout.data
    if copy % layout.expert:
        raise BadRequest(
            Problem(f"--layout {text} spreads experts over {layout.expert} chips, a copy has {copy}"),
        )
    if layout.tensor > heads:
        raise BadRequest(
            Problem(
                f"--layout {text} cuts attention {layout.tensor} ways, the model has {heads:.0f} heads",
                remedy=f"at most tp{heads:.0f}",
            )
        )
    return layout, reading.notes


def _engine(text: str | None) -> str | None:
    if text is None:
        return None
    engine = "other" if text.casefold() == "other" else engine_named(text)
    if engine is None:
        raise BadRequest(Problem(f"unknown engine {text!r}", "--engine", remedy=nearest(text, ENGINES)))
    return engine


def _limits(asked: dict[str, Any], phase: str, concurrency: float | None) -> tuple[float | None, float | None]:
    """The limits on the time for a token and to the first; refuses those that contradict the request."""
    tpot_ms, ttft_ms = asked["tpot_ms"], asked["ttft_ms"]
    for name, value in (("--tpot-ms", tpot_ms), ("--ttft-ms", ttft_ms)):
        if value is not None:
            _positive(value, name)
    if tpot_ms is not None and concurrency is not None:
        raise BadRequest(
            Problem(
                "--concurrency and --tpot-ms both fix the batch",
                why="one follows from the other",
                remedy="leave one of them out",
            )
        )
    if tpot_ms is not None and phase == "prefill":
        raise BadRequest(Problem("--tpot-ms limits the time between two tokens, --phase prefill gives none"))
    if ttft_ms is not None and phase == "decode":
        raise BadRequest(Problem("--ttft-ms limits the reading of the prompt, --phase decode reads none"))
    return tpot_ms, ttft_ms


def point_of(facts: Facts, asked: dict[str, Any]) -> Point:
    """A request as a point; refuses unknown names with the nearest, and numbers that mean nothing."""
    chip = facts.label("chip", asked["chip"])
    model = facts.label("model", asked["model"])
    weights = _chosen(asked["weights"], PRECISIONS, "--weights")
    kv = _chosen(asked["kv"], KV, "--kv")
    phase = _chosen(asked["phase"], PHASES, "--phase")
    drafts, acceptance = DRAFTS[_chosen(asked["speculative"], DRAFTS, "--speculative")]
    chips = int(_positive(asked["chips"], "--chips"))
    if chips > MOST_CHIPS:
        raise BadRequest(Problem(f"--chips {chips} is more than any system has", remedy=f"at most {MOST_CHIPS}"))
    concurrency = None
    if asked["concurrency"].casefold() != "max":
        try:
            concurrency = _positive(float(asked["concurrency"]), "--concurrency")
        except ValueError:
            raise BadRequest(Problem(f"--concurrency {asked['concurrency']!r} is neither a number nor max")) from None
    layout, notes = _layout(asked["layout"], chips, phase, number(facts, "attention_heads", model) or float("inf"))
    date = year_of(asked["date"]) if asked["date"] else None
    if asked["date"] is not None and (date is None or not FIRST_YEAR <= date < LAST_YEAR):
        raise BadRequest(
            Problem(f"--date {asked['date']!r} is not a date of {FIRST_YEAR} to {LAST_YEAR}", remedy="write 2025-02")
        )
    tpot_ms, ttft_ms = _limits(asked, phase, concurrency)
    return Point(
        "",
        "",
        {},
        chip,
        chips,
        model,
        weights,
        weights,
        kv,
        "bf16",
        _engine(asked["engine"]),
        date,
        layout,
        phase,
        PHASES[phase],
        asked.get("scope", "system"),
        _positive(asked["input"], "--input"),
        _positive(asked["output"], "--output"),
        concurrency,
        None,
        concurrency is None,
        None,
        tpot_ms,
        ttft_ms,
        drafts,
        acceptance,
        0.0,
        "",
        None,
        False,
        tuple(notes),
    )


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


def search(facts: Facts, asked: dict[str, Any], top: int, as_json: bool, smallest: bool = False) -> None:
    """The best layouts for a chip count, or for the smallest system that fits."""
    from siliconomics.formulas.inference.search import layouts
    from siliconomics.studies.prediction.cases import case
    from siliconomics.studies.prediction.machine import shape
    from siliconomics.studies.prediction.predict import fewest_chips

    point = point_of(facts, asked)
    fewest = fewest_chips(case(facts, point, NOW), calibration())
    if smallest and fewest is not None:
        asked = {**asked, "chips": int(fewest[0])}
        point = point_of(facts, asked)
    about = shape(facts, point.model)
    found = []
    for group, split, stages in layouts(point.chips or 1, int(about["attention_heads"]), about["moe_layers"] > 0):
        text = f"tp{split}dp{group // split}ep{group}" if group != split else f"tp{group}"
        text += f"pp{stages}" if stages > 1 else ""
        prediction = predict(facts, [point_of(facts, {**asked, "layout": text})], calibration(), NOW)[0]
        found.append((text, prediction))
    limit = asked["tpot_ms"]
    fits = [one for one in found if one[1].value is not None]
    if not fits:
        raise BadRequest(Problem(found[0][1].note))
    late = [one for one in fits if limit is not None and (one[1].tpot_ms or 0.0) > limit * (1 + 1e-9)]
    good = sorted((one for one in fits if one not in late), key=lambda one: -(one[1].value or 0.0))
    if not good:
        quickest = min(one[1].tpot_ms or 0.0 for one in late)
        raise BadRequest(
            Problem(
                f"no layout and batch gives a token within {limit:g} ms: the quickest takes {quickest:.3g} ms",
                remedy="use more chips, drafts or a looser limit",
            )
        )
    apart = pools(facts, point, calibration(), NOW)
    if as_json:
        records = [
            {
                "layout": text,
                **{k: v for k, v in p.as_dict().items() if k != "layout"},
                "per_chip": p.per_chip,
                "tpot_ms": p.tpot_ms,
            }
            for text, p in good[:top]
        ]
        if apart is not None:
            records.append(_apart(apart, int(point.chips or 1)))
            records.sort(key=lambda record: -float(record["prediction"]))
        print_json(records)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("layout", "tokens/s", "low", "high", "per chip", "ms a token", "batch", "bound by"):
        table.add_column(heading, justify="left" if heading in ("layout", "bound by") else "right")
    for text, p in good[:top]:
        table.add_row(
            text,
            f"{p.value:,.0f}",
            f"{p.low:,.0f}",
            f"{p.high:,.0f}",
            f"{p.per_chip:,.0f}",
            f"{p.tpot_ms:,.1f}",
            f"{p.batch:,.0f}",
            p.bound_by,
        )
    console = Console(highlight=False)
    console.print(table)
    if fewest is not None:
        console.print(f"smallest system that holds it: {fewest[0]:.0f} x {point.chip}")
    if apart is not None:
        console.print(
            f"in two pools: {apart.output_rate:,.0f} ({apart.low:,.0f} to {apart.high:,.0f}); {apart.layout}, "
            f"{apart.decode_batch:,.0f} sequences a copy, {apart.tpot_ms:.1f} ms a token"
        )
    for text, p in late:
        console.print(f"{text}: the quickest token takes {p.tpot_ms:,.1f} ms", style="dim", markup=False)
    for text, p in found:
        if p.value is None:
            console.print(f"{text}: {p.note}", style="dim", markup=False)


def _apart(found: Pools, chips: int) -> dict[str, Any]:
    """Two pools as a record like that of a layout."""
    return {
        "layout": found.layout,
        "prediction": found.output_rate,
        "low": found.low,
        "high": found.high,
        "bound_by": "the slower of two pools",
        "batch": found.decode_batch,
        "note": "disaggregated: prompts and answers on chips of their own, whole copies only",
        "per_chip": found.output_rate / chips,
        "tpot_ms": found.tpot_ms,
    }


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
