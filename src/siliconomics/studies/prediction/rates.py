"""A case's answer in its point's own metric, and its exact slopes to the fitted parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from siliconomics.core.late import np
from siliconomics.formulas.inference.search import slopes

from .cases import Case
from .software import MOST, Calibration, levels, software

BUSY = ("mixed_output_rate", "decode_output_rate")
"""Rates that fall where copies stand idle part of the time."""


def answer_of(one: Case) -> str:
    """The chapter's answer that a point's number is."""
    point = one.point
    if point.metric == "tok_s_per_user":
        return "user_output_rate"
    if point.phase == "prefill" or point.metric == "input_tok_s":
        return "prefill_input_rate"
    if point.phase == "decode":
        return "decode_output_rate"
    return "disaggregated_output_rate" if point.disaggregated else "mixed_output_rate"


def factor_of(one: Case) -> float:
    """From output tokens to the tokens that the point counts."""
    if one.point.metric != "total_tok_s":
        return 1.0
    return (one.columns["input_tokens"] + one.columns["output_tokens"]) / one.columns["output_tokens"]


def rate(one: Case, answers: Mapping[str, Any], rows: Any) -> Any:
    """The answers of a case's candidates in its point's own metric, per chip (or per user)."""
    return answers[answer_of(one)][rows] * factor_of(one)


def by_answer(cases: Sequence[Case]) -> Iterator[tuple[str, Any]]:
    """Positions of the cases that each answer speaks for."""
    kinds = np.array([answer_of(one) for one in cases])
    for kind in sorted(set(kinds)):
        yield str(kind), np.flatnonzero(kinds == kind)


def rates(cases: Sequence[Case], answers: Mapping[str, Any]) -> Any:
    """The rate of each case, its answers standing in the same order."""
    found = np.empty(len(cases))
    for kind, rows in by_answer(cases):
        found[rows] = answers[kind][rows]
    return found * np.array([factor_of(one) for one in cases])


def log_slopes(cases: Sequence[Case], fixed: Mapping[str, Any], learned: Calibration) -> Any:
    """Slopes of each case's logarithm to the logarithm of each parameter, layout and batch held: cases x parameters."""
    soft = software(cases, learned.values)
    found = np.zeros((len(cases), len(learned.names)))
    applies = np.array([levels(one) for one in cases], dtype=object)
    fp4 = np.array([one.fp4 for one in cases])
    for kind, rows in by_answer(cases):
        columns = {
            name: np.asarray(value)[rows] if np.ndim(value) else value for name, value in {**fixed, **soft}.items()
        }
        value, parts = slopes(columns, kind)
        for position, name in enumerate(learned.names):
            if name.startswith("level_"):
                found[rows, position] = [name in applies[row] for row in rows]  # a rate is proportional to its level
            elif name == "fp4_level":
                relative = parts["gemm_efficiency"] * columns["gemm_efficiency"] / value
                found[rows, position] = np.where(fp4[rows], relative, 0.0)
            elif not (name in MOST and learned.theta[position] > 0):
                found[rows, position] = parts[name] * columns[name] / value
    return found
