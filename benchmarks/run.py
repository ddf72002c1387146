"""Speed of the valuation beside modelx and plain NumPy, of the inference chapter, and of starting up: no asserted times.

`make bench`, or `python benchmarks/run.py [--json]`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from timeit import Timer, default_timer
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import valuation_numpy as plain
from bridges import bridge_rows
from companies import company_rows
from inference import inference_rows
from market import market_rows, wired_rows
from ranking import ranking_rows
from siliconomics.model import load
from uncertainty import uncertainty_rows
from workbook import workbook_rows

COMPANY, DRAWS, BLOCK = "Cambricon", 100_000, 4096
SAMPLE = 100  # draws that modelx is looped over; the time is scaled up to all of them
TURNS, BATCH_S, PROCESSES = 9, 0.02, 7
SHOW = "import sys; from siliconomics.faces.cli import main; sys.exit(main())"
LOAD = "from siliconomics.model import load; load(checked=False)"
STARTS = [
    ("Python alone", "pass", False, "", "contained in all below"),
    ("import siliconomics", "import siliconomics", False, "< 0.3 s", "the package alone, without facts"),
    ("load the model", LOAD, False, "", "facts from their cache"),
    ("show price_target, warm", SHOW, False, "< 0.6 s", "facts from their cache"),
    ("show price_target, cold", SHOW, True, "", "facts read from their files"),
]


class Row(NamedTuple):
    """One line of the table; ``ratio`` is to the time that ``to`` names."""

    question: str
    by: str
    seconds: float | None
    ratio: float | None
    to: str
    aim: str
    note: str


class Case(NamedTuple):
    """One way to answer a question (None: it cannot run); a call's time is multiplied by ``scale``."""

    by: str
    call: Callable[[], Any] | None
    aim: str = ""
    note: str = ""
    scale: float = 1.0


def compare(question: str, cases: list[Case], base: Case, tolerance: float = 1e-9) -> Iterator[Row]:
    """Median times and ratios to ``base``, once every answer agrees with the first; calls take turns."""
    calls = {case.by: case.call for case in cases if case.call}
    answers = {by: np.atleast_1d(call()) for by, call in calls.items()}
    for by, answer in answers.items():
        if not np.allclose(answer, answers[cases[0].by][: len(answer)], rtol=tolerance, atol=0):
            sys.exit(f"bench: {question}: {by} and {cases[0].by} differ by more than {tolerance:g} of the value")
    timers = [(by, Timer(call)) for by, call in {**calls, base.by: base.call}.items() if call]
    numbers = [max(1, int(BATCH_S / min(timer.repeat(2, 1)))) for _, timer in timers]
    turns = [{by: t.timeit(n) / n for (by, t), n in zip(timers, numbers, strict=True)} for _ in range(TURNS)]
    for case in cases:
        if case.by not in calls:
            yield Row(question, case.by, None, None, "", case.aim, "modelx is not installed")
            continue
        seconds = median(turn[case.by] for turn in turns) * case.scale
        ratio = median(turn[case.by] / turn[base.by] for turn in turns) * case.scale
        yield Row(question, case.by, seconds, ratio, base.by, case.aim, case.note)


def valuation_rows() -> Iterator[Row]:
    """What-if, gradient and draws of one company's whole valuation."""
    model = load(checked=False)
    target = model.graph.cell("price_target", {"company": COMPANY})
    facts = [(fact, fact.given.value) for fact in model.graph.facts_under(target) if fact.given]
    moving = [(fact, value) for fact, value in facts if fact.node not in model.graph.tape.fixed]
    free, x = [fact for fact, _ in moving], [value for _, value in moving]
    names = [(fact.name, fact.labels.get("year")) for fact in free]
    years = plain.years_of({fact.name: value for fact, value in facts if fact not in free})
    floats, columns = plain.company_of(names, x), plain.drawn(x, DRAWS)
    scalars = plain.company_of(names, [np.float64(value) for value in x])
    program = model.program([target], free)
    each, some = list(columns), columns[:, :SAMPLE]
    held = model.change("beta", x[names.index(("beta", None))], company=COMPANY)
    other: Any = None
    if find_spec("modelx"):
        from valuation_modelx import Valuation

        other = Valuation(names, x, years)

    what_if = [
        Case("ours", lambda: program(x), "< 0.1 ms", "compiled once, asked again"),
        Case("modelx", other and other.what_ifs, "", "one input changed, read again; mean of all", 0.5 / len(x)),
        Case("plain NumPy floats", lambda: plain.price_target(scalars, years)),
        Case("plain Python", lambda: plain.price_target(floats, years), "", "the NumPy text on Python's floats"),
        Case("ours, compiling included", lambda: model.program([target], free)(x), "", "once for each new question"),
        Case("ours, model.solve", lambda: model.solve("price_target", company=COMPANY, changes=[held]).value, "",
             "the graph built anew for one change"),
    ]  # fmt: skip
    slopes = [
        Case("ours", lambda: program.gradient(x), "< 5 x", "exact, reverse sweep"),
        Case("modelx, bumping", other and other.gradient, "", "forward differences"),
        Case("NumPy, bumping", lambda: plain.gradient(names, x, years), "", "the same, in one array"),
    ]
    draws = [
        Case("ours", lambda: program.draws(each)[0], "< 2 x"),
        Case("NumPy", lambda: plain.draws(names, columns, years)),
        Case("NumPy, in blocks", lambda: plain.draws(names, columns, years, BLOCK), "", f"{BLOCK:,} at a time"),
        Case("modelx, draw by draw", other and (lambda: other.draws_one_by_one(some)), "",
             f"sampled: {SAMPLE} timed, scaled up {DRAWS // SAMPLE:,} x", DRAWS / SAMPLE),
        Case("modelx, arrays in cells", other and (lambda: other.draws_as_arrays(columns))),
    ]  # fmt: skip
    yield from compare(f"one what-if, {len(x)} inputs free", what_if, what_if[0])
    yield from compare(f"gradient to all {len(x)} inputs", slopes, Case("our what-if", what_if[0].call), 1e-4)
    yield from compare(f"{DRAWS:,} draws of every input", draws, draws[1])


def start_rows() -> Iterator[Row]:
    """Starting up: whole processes, each with a cache of facts of its own; the first only warms up."""
    there = any(Path(sys.modules["siliconomics"].__path__[0]).glob("faces/cli*"))
    with tempfile.TemporaryDirectory() as folder:
        for by, code, cold, aim, note in STARTS:
            times: list[float] = []
            if code is SHOW and not there:
                note = "there is no command line yet"
            for turn in range(PROCESSES + 1 if there or code is not SHOW else 0):
                cache = {"SILICONOMICS_CACHE": str(Path(folder, f"cold-{turn}" if cold else "warm"))}
                command, begin = [sys.executable, "-c", code, "show", "price_target"], default_timer()
                done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **cache})
                times.append(default_timer() - begin)
                if done.returncode:
                    times, note = [], f"failed: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
                    break
            yield Row("start, whole process", by, median(times[1:]) if times else None, None, "", aim, note)


def machine() -> dict[str, str]:
    """What the times are taken on; a load above the number of cores makes them too long."""
    found = {"processor": platform.processor() or platform.machine(), "cores": str(os.cpu_count())}
    found |= {"load before": str(np.round(os.getloadavg(), 2).tolist()), "Python": platform.python_version()}
    if (cpuinfo := Path("/proc/cpuinfo")).exists():
        models = [line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if "model name" in line]
        found |= {"processor": models[0].partition(": ")[2]} if models else {}
    libraries = ("numpy", "modelx", "SALib", "jax", "pydantic", "rich")
    found |= {name: version(name) if find_spec(name) else "not installed" for name in libraries}
    return found


def table(rows: list[Row]) -> Table:
    """The rows as printed, a heading above each question."""
    shown, before = Table("", "median", "ratio", "aim", "note"), ""
    for row in rows:
        if row.question != before:
            shown.add_section()
            shown.add_row(f"[bold]{row.question}")
        before, time = row.question, row.seconds or 0.0
        size, unit = (1, "s") if time >= 1 else (1e-3, "ms") if time >= 1e-3 else (1e-6, "µs")
        took = f"{time / size:.3g} {unit}" if time else "-"
        ratio = f"{row.ratio:,.{0 if row.ratio >= 100 else 2}f} x {row.to}" if row.ratio else ""
        shown.add_row(f"  {row.by}", took, ratio, row.aim, escape(row.note))
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure speed beside modelx and plain NumPy.")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    as_json, about = parser.parse_args().json, machine()
    with Console(stderr=True).status("measuring"):
        rows = [
            *valuation_rows(),
            *(
                Row(*told)
                for told in (
                    *inference_rows(),
                    *ranking_rows(),
                    *company_rows(),
                    *market_rows(),
                    *wired_rows(),
                    *bridge_rows(),
                    *uncertainty_rows(),
                    *workbook_rows(),
                )
            ),
            *start_rows(),
        ]
    about["load after"] = str(np.round(os.getloadavg(), 2).tolist())
    if as_json:
        print(json.dumps({"machine": about, "rows": [row._asdict() for row in rows]}, indent=2))
        return
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    console.print("\n".join(f"{name:12} {text}" for name, text in about.items()))
    console.print(table(rows))
    console.print(f"Medians of {TURNS} turns ({PROCESSES} processes). Answers agree to 1e-9, slopes to 1e-4.")
    console.print("Load is over 1, 5 and 15 minutes; others may share the cores: trust ratios before times.")


if __name__ == "__main__":
    main()
