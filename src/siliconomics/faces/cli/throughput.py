"""The commands of throughput: predict, search, frontier, calibrate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scheduler, _model, app

Chip = Annotated[str, typer.Option("--chip", help="A chip, by any usual spelling.")]
Chips = Annotated[int, typer.Option("--chips", help="How many of them.")]
ModelName = Annotated[str, typer.Option("--model", help="A language model, by any usual spelling.")]
Weights = Annotated[str, typer.Option("--weights", help="fp4, fp8, int8 or bf16.")]
Kv = Annotated[str, typer.Option("--kv", help="Precision of the cache: fp8, int8 or bf16.")]
Input = Annotated[float, typer.Option("--input", help="Tokens of a prompt.")]
Output = Annotated[float, typer.Option("--output", help="Tokens of an answer.")]
Concurrency = Annotated[str, typer.Option("--concurrency", help="Sequences in flight in the system, or max.")]
Tpot = Annotated[float | None, typer.Option("--tpot-ms", help="At most this long between two tokens.")]
Ttft = Annotated[float | None, typer.Option("--ttft-ms", help="At most this long to the first token.")]
Phase = Annotated[str, typer.Option("--phase", help="mixed, prefill or decode.")]
LayoutName = Annotated[str, typer.Option("--layout", help="best, tp8, dp8ep8, ...")]
Speculative = Annotated[str, typer.Option("--speculative", help="none, mtp1, mtp2 or mtp3.")]
Date = Annotated[str | None, typer.Option("--date", help="Software of this month, e.g. 2025-02.")]
Engine = Annotated[str | None, typer.Option("--engine", help="tensorrt-llm, vllm, sglang, ...")]


def _asked(**options: Any) -> dict[str, Any]:
    if not options["chip"] or not options["model"]:
        missing = "--chip" if not options["chip"] else "--model"
        raise BadRequest(
            Problem(f"{missing} is missing", remedy="give a chip and a model, or --points FILE.csv --out FILE.csv")
        )
    return options


@app.command("predict")
def predict_(
    chip: Chip = "",
    chips: Chips = 8,
    model: ModelName = "",
    weights: Weights = "fp8",
    kv: Kv = "fp8",
    input_: Input = 1024,
    output: Output = 1024,
    concurrency: Concurrency = "max",
    tpot_ms: Tpot = None,
    ttft_ms: Ttft = None,
    phase: Phase = "mixed",
    layout: LayoutName = "best",
    speculative: Speculative = "none",
    date: Date = None,
    engine: Engine = None,
    points: Annotated[Path | None, typer.Option("--points", help="A file of points, columns as measured.csv.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the predictions of --points go.")] = None,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Tokens a second of a model on a system of chips, with a range and what binds it."""
    from . import inference

    known = _model(facts, [], []).facts
    if points is not None:
        if out is None:
            raise BadRequest(Problem("--points needs --out", remedy="name the file to write"))
        inference.file(known, points, out)
        return
    asked = _asked(
        chip=chip,
        chips=chips,
        model=model,
        weights=weights,
        kv=kv,
        input=input_,
        output=output,
        concurrency=concurrency,
        tpot_ms=tpot_ms,
        ttft_ms=ttft_ms,
        phase=phase,
        layout=layout,
        speculative=speculative,
        date=date,
        engine=engine,
    )
    inference.one(known, asked, as_json)


@app.command("search")
def search_(
    chip: Chip = "",
    chips: Chips = 8,
    model: ModelName = "",
    weights: Weights = "fp8",
    kv: Kv = "fp8",
    input_: Input = 1024,
    output: Output = 1024,
    tpot_ms: Tpot = None,
    speculative: Speculative = "none",
    date: Date = None,
    engine: Engine = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many layouts.")] = 10,
    smallest: Annotated[bool, typer.Option("--smallest", help="On the fewest chips that hold the model.")] = False,
    scheduler: Scheduler = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """The best layouts of a model on a system of chips."""
    from . import inference

    asked = _asked(
        chip=chip,
        chips=chips,
        model=model,
        weights=weights,
        kv=kv,
        input=input_,
        output=output,
        concurrency="max",
        tpot_ms=tpot_ms,
        ttft_ms=None,
        phase="mixed",
        layout="best",
        speculative=speculative,
        date=date,
        engine=engine,
    )
    inference.search(_model(facts, [], []).facts, asked, top, as_json, smallest, scheduler)


@app.command("frontier")
def frontier_(
    chip: Chip = "",
    chips: Chips = 8,
    model: ModelName = "",
    weights: Weights = "fp8",
    kv: Kv = "fp8",
    input_: Input = 1024,
    output: Output = 1024,
    speculative: Speculative = "none",
    date: Date = None,
    engine: Engine = None,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Throughput against interactivity."""
    from . import inference

    asked = _asked(
        chip=chip,
        chips=chips,
        model=model,
        weights=weights,
        kv=kv,
        input=input_,
        output=output,
        concurrency="max",
        tpot_ms=None,
        ttft_ms=None,
        phase="mixed",
        layout="best",
        speculative=speculative,
        date=date,
        engine=engine,
    )
    inference.frontier(_model(facts, [], []).facts, asked, as_json)


@app.command("calibrate")
def calibrate_(
    what: Annotated[str, typer.Argument(help="inference")],
    out: Annotated[Path, typer.Option("--out", help="Folder for parameters.csv and residuals.csv.")] = Path(
        "out/calibration"
    ),
    facts: FactsFolders = [],
) -> None:
    """Fit the software parameters again on the published points, and judge them on what was left out."""
    from . import inference

    if what != "inference":
        raise BadRequest(Problem(f"there is no calibration of {what!r}", remedy="write inference"))
    inference.calibrate(_model(facts, [], []).facts, out)
