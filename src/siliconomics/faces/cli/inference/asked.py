"""A request of the throughput commands as a point: unknown names, contradictions and impossible numbers refused."""

from __future__ import annotations

import re
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import Facts
from siliconomics.studies.prediction import Layout, Point, read_layout
from siliconomics.studies.prediction.machine import number, year_of
from siliconomics.studies.prediction.points import ENGINES, engine_named

PRECISIONS = ("fp4", "fp8", "int8", "bf16")
KV = ("fp8", "int8", "bf16")
SPELLED = {"fp16": "bf16", "nvfp4": "fp4", "mxfp4": "fp4", "w8a8": "int8"}
PHASES = {"mixed": "output_tok_s", "prefill": "input_tok_s", "decode": "output_tok_s"}
DRAFTS = {"none": (0, None), "mtp1": (1, 0.85), "mtp2": (2, 0.775), "mtp3": (3, 0.617)}
NOW = 2026.9
"""Software of today."""
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


__all__ = ["NOW", "point_of"]
