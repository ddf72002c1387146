"""Which layout and batch stand for a case: every layout it leaves open is tried, at the largest batch allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from siliconomics.core.late import np
from siliconomics.formulas.inference.search import INPUTS, SOFTWARE, evaluate, largest_batch_within

from .cases import Case
from .rates import BUSY, rate


def candidates(cases: Sequence[Case]) -> tuple[dict[str, Any], Any, Any]:
    """All layouts of all cases as columns, the case each belongs to, and the cap on each one's batch.

    The batch is the one asked for, or infinite where as many sequences as may be are meant.
    """
    sizes = [len(one.choices) for one in cases]
    index = np.repeat(np.arange(len(cases)), sizes)
    pairs = np.array([pair for one in cases for pair in one.choices], dtype=float)
    group, split, stages = pairs.T
    columns: dict[str, Any] = {
        name: np.array([one.columns[name] for one in cases])[index] for name in INPUTS if name in cases[0].columns
    }
    asked = np.array([np.inf if one.batch is None else one.batch for one in cases])[index]
    queue = np.array([np.inf if one.queue is None else one.queue for one in cases])[index] * group
    columns.update(group_chips=group, attention_split=split, pipeline_stages=stages, sequences_in_group=asked * group)
    copy, rank = (cases[0].settings[name] for name in ("most_sequences", "most_sequences_per_rank"))
    usual = np.maximum(copy, rank * group / split) / stages
    return columns, index, np.where(np.isfinite(queue), queue, usual)


def software_columns(software: Mapping[str, Any], index: Any) -> dict[str, Any]:
    """Software as columns: a number for all, or one for each case."""
    found: dict[str, Any] = {}
    for name in SOFTWARE:
        if name in software:
            value = np.asarray(software[name], dtype=float)
            found[name] = value[index] if value.ndim else float(value)
    return found


def settle(
    cases: Sequence[Case], columns: dict[str, Any], index: Any, cap: Any, software: Mapping[str, Any]
) -> dict[str, Any]:
    """Fix each candidate's batch to what is asked, what fits, what an engine takes and what a limit allows.

    A copy that is asked for less than one sequence works on one, part of the time: ``busy`` is that part.
    """
    asked = columns["sequences_in_group"]
    both = {**columns, **software}
    fit = evaluate({**both, "sequences_in_group": np.ones_like(cap)}, ("largest_batch",))["largest_batch"]
    most = np.maximum(np.minimum(fit * cases[0].settings["cache_fill"], cap), 1.0)
    settled = np.where(np.isinf(asked), most, np.minimum(np.maximum(asked, 1.0), fit))
    limits = np.array([one.limit_ms / 1000 if one.limit_ms and one.batch is None else np.inf for one in cases])[index]
    for decoding in (False, True):
        rows = np.flatnonzero(np.isfinite(limits) & (np.array([_decodes(one) for one in cases])[index] == decoding))
        if rows.size:
            part = {name: value[rows] if np.ndim(value) else value for name, value in both.items()}
            settled[rows] = largest_batch_within(part, limits[rows], settled[rows], decoding)
    busy = np.minimum(asked, 1.0)
    return {**columns, "sequences_in_group": np.maximum(settled, 1e-6), "fits": fit >= 1.0, "busy": busy}


def answered(columns: Mapping[str, Any], software: Mapping[str, Any]) -> dict[str, Any]:
    """What the chapter answers to settled columns; copies that stand idle part of the time give less."""
    answers = evaluate({**columns, **software})
    return answers | {name: answers[name] * columns["busy"] for name in BUSY}


def _decodes(one: Case) -> bool:
    """Whether a pool only decodes, so that no prompt is read between two tokens."""
    return one.point.phase == "decode" or one.point.disaggregated


def best(one: Case, answers: Mapping[str, Any], settled: Mapping[str, Any], rows: Any) -> int:
    """The candidate with the highest rate among those that fit and meet the limit; if none does, the quickest."""
    if len(rows) == 1:
        return int(rows[0])
    good = settled["fits"][rows]
    if one.limit_ms is not None:
        times = time_per_token_ms(one, answers, rows)
        within = good & (times <= one.limit_ms * (1 + 1e-9))
        if not within.any():
            return int(rows[int(np.argmin(np.where(good, times, np.inf)))])
        good = within
    return int(rows[int(np.argmax(np.where(good, rate(one, answers, rows), -1.0)))])


def chosen(
    cases: Sequence[Case], columns: dict[str, Any], index: Any, cap: Any, software: Mapping[str, Any]
) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """The row that stands for each case, all rows settled, and their answers."""
    settled = settle(cases, columns, index, cap, software)
    answers = answered(settled, software)
    starts = np.searchsorted(index, np.arange(len(cases) + 1))
    rows = np.array(
        [best(one, answers, settled, np.arange(starts[k], starts[k + 1])) for k, one in enumerate(cases)], dtype=int
    )
    return rows, settled, answers


def time_per_token_ms(one: Case, answers: Mapping[str, Any], rows: Any = ...) -> Any:
    """Time between two tokens of a sequence, at the software's level; a pool that only decodes reads no prompts."""
    if _decodes(one):
        time = answers["decode_step_time_s"] / answers["tokens_per_step"]
    else:
        time = answers["time_per_output_token_s"]
    return np.asarray(time * 1000 / answers["software_level"])[rows]


__all__ = [
    "answered",
    "best",
    "candidates",
    "chosen",
    "settle",
    "software_columns",
    "time_per_token_ms",
]
