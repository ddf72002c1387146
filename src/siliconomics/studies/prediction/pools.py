"""Two pools of one chip: some copies read prompts, others write answers; the division that serves most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import LAYOUT

from ..belief import EIGHTY
from .cases import Case, case
from .choice import answered, candidates, settle, software_columns, time_per_token_ms
from .points import Point
from .predict import layout_text
from .rates import log_slopes
from .software import Calibration, software


@dataclass(frozen=True)
class Pools:
    """The best division of a system into copies that read prompts and copies that write answers."""

    output_rate: float
    """Output tokens a second of the whole system, chips that are left over counted as idle."""
    low: float
    high: float
    prefill_layout: str
    prefill_chips: int
    decode_layout: str
    decode_chips: int
    decode_batch: float
    tpot_ms: float

    @property
    def layout(self) -> str:
        return (
            f"{self.prefill_chips} chips read ({self.prefill_layout}), {self.decode_chips} write ({self.decode_layout})"
        )


def _pool(facts: Facts, point: Point, phase: str, learned: Calibration, date: float) -> tuple[Case, Any, Any]:
    """A pool's case, its settled layouts and their answers; only those that fit and meet the limit."""
    one = case(facts, replace(point, phase=phase, layout=None), date)
    columns, index, cap = candidates([one])
    if phase == "prefill":
        columns["sequences_in_group"] = np.ones_like(cap)
    soft = software_columns(software([one], learned.values), index)
    settled = settle([one], columns, index, cap, soft)
    answers = answered(settled, soft)
    good = settled["fits"].copy()
    if phase == "decode" and one.limit_ms is not None:
        good &= time_per_token_ms(one, answers) <= one.limit_ms * (1 + 1e-9)
    keep = np.flatnonzero(good)

    def kept(some: dict[str, Any]) -> dict[str, Any]:
        return {name: value[keep] if np.ndim(value) else value for name, value in some.items()}

    return one, kept(settled), kept(answers)


def pools(facts: Facts, point: Point, learned: Calibration, date: float) -> Pools | None:
    """The best two pools on the chips of a point, whole copies only; None where no two pools fit.

    Every layout of one pool is joined with every layout of the other and every number of copies that read prompts;
    the rest of the chips write. A pool that waits for the other counts at the other's pace.
    """
    reader, reads, read = _pool(facts, point, "prefill", learned, date)
    writer, writes, wrote = _pool(facts, point, "decode", learned, date)
    total = int(point.chips or 1)
    if not len(reads["group_chips"]) or not len(writes["group_chips"]):
        return None
    read_copy = (reads["group_chips"] * reads["pipeline_stages"])[:, None]
    write_copy = (writes["group_chips"] * writes["pipeline_stages"])[None, :]
    outputs = reader.columns["output_tokens"] / reader.columns["input_tokens"]
    read_rate, write_rate = read["prefill_input_rate"][:, None], wrote["decode_output_rate"][None, :]

    def rates(copies: Any) -> tuple[Any, Any, Any]:
        """Chips that write, what reading feeds them, and what they write."""
        used = copies * read_copy
        left = np.floor((total - used) / write_copy) * write_copy
        return left, read_rate * used * outputs, write_rate * left

    fewer = _turn(rates, total, (len(read_copy), write_copy.shape[1]))
    both = np.stack([np.maximum(fewer, 1.0), fewer + 1.0])
    left, served, written = rates(both)
    rate = np.where(left > 0, np.minimum(served, written), 0.0)
    best = float(rate.max())
    if not best > 0:
        return None
    _, i, j, at = min((float(both[at, i, j]), int(i), int(j), int(at)) for at, i, j in np.argwhere(rate == best))
    reading, writing = float(both[at, i, j] * read_copy[i, 0]), float(left[at, i, j])
    share = reading / (reading + writing)
    slopes = share * _slopes(reader, reads, i, learned) + (1 - share) * _slopes(writer, writes, j, learned)
    spread = float(np.sqrt(slopes @ learned.covariance @ slopes + learned.unexplained**2))
    mixture = reader.columns["moe_layers"] > 0
    alone = {name: value[j] for name, value in wrote.items()}
    return Pools(
        best,
        best * float(np.exp(-EIGHTY * spread)),
        best * float(np.exp(EIGHTY * spread)),
        _layout(reads, i, mixture),
        int(reading),
        _layout(writes, j, mixture),
        int(writing),
        float(writes["sequences_in_group"][j]),
        float(time_per_token_ms(writer, alone)),
    )


def _turn(rates: Any, total: int, shape: tuple[int, int]) -> Any:
    """Of each pair of layouts the most copies that read no more than the rest can write.

    With each copy more is read and less, or as much, is written. So the slower of both is greatest here or one further.
    """
    low, high = np.zeros(shape), np.full(shape, float(total + 1))
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        _, served, written = rates(middle)
        feeds = served <= written
        low, high = np.where(feeds, middle, low), np.where(feeds, high, middle)
    return low


def _layout(settled: dict[str, Any], row: Any, mixture: bool) -> str:
    group, split, stages = (float(settled[name][row]) for name in LAYOUT[:3])
    return layout_text(group, split, mixture, stages)


def _slopes(one: Case, settled: dict[str, Any], row: Any, learned: Calibration) -> Any:
    fixed = {name: value[row : row + 1] if np.ndim(value) else value for name, value in settled.items()}
    return log_slopes([one], fixed, learned)[0]
