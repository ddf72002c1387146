"""What each idea of the model is worth: take it out, fit again, and predict chips that were left out.

Every fit here starts from the middles of the priors, so nothing of a chip that is left out can reach it.
`python -m siliconomics.studies.calibration.ablation` writes the table anew (some minutes).
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from siliconomics.core.late import np
from siliconomics.facts import LIBRARY, Facts

from ..prediction.cases import Case
from .fit import held_out
from .run import one_utilisation, ready, score, without_offsets

PATH = LIBRARY / "calibration" / "ablations.csv"
COLUMNS = ("variant", "left_out", "rows", "score", "score_deepseek", "shape", "worse_by", "low", "high", "meaning")
DRAWS = 4000
"""Draws of sources, with replacement, for the range of a difference."""


@dataclass(frozen=True)
class Variant:
    """A form of the model: parameters held where their idea has no effect."""

    name: str
    meaning: str
    held: Mapping[str, float]
    columns: Mapping[str, float] = field(default_factory=dict)
    """What the cases are given instead of their own."""

    def of(self, cases: Sequence[Case]) -> list[Case]:
        return [replace(one, columns={**one.columns, **self.columns}) for one in cases]


WHOLE = Variant("whole model", "all parameters fitted", {})
VARIANTS = (
    Variant("no software date", "software is as good on the first day as after years", {"software_gap": 1e-9}),
    Variant("no imbalance", "every chip holds the same share of the experts' work", {"expert_imbalance": 1.0}),
    Variant(
        "no size efficiency", "large chips are as easy to keep fed as small ones", {"half_efficiency_tflops": 1e12}
    ),
    Variant("no overlap", "no communication hides behind arithmetic", {"communication_overlap": 1e-9}),
    Variant("answers alike", "all answers of a data set have their mean length", {}, {"answer_length_variation": 0.0}),
    Variant("no eager launches", "kernels launched one by one cost no more", {}, {"launch_factor": 1.0}),
)
ONE_KNOB = "one utilisation"


def by_chip(one: Case) -> str:
    return one.chip


def by_source(one: Case) -> str:
    return one.point.source


def one_knob(cases: Sequence[Case], by: Callable[[Case], str]) -> Any:
    """The rival: its one utilisation is the median of the rows that are not left out."""
    offsets, _ = one_utilisation(cases)
    keys = np.array([by(one) for one in cases])
    misses = np.full(len(cases), np.nan)
    for key in set(keys):
        misses[keys == key] = offsets[keys == key] - np.median(offsets[keys != key])
    return misses


def worse_by(misses: Any, whole: Any, cases: Sequence[Case]) -> tuple[float, float, float]:
    """Difference of two scores, with 80 % of the draws of sources: a paired bootstrap, as rows of a source go together."""
    tables = [score(one, cases).by_source for one in (misses, whole)]
    paired = np.array([tables[0][name][1] - tables[1][name][1] for name in tables[1] if name in tables[0]])
    random = np.random.default_rng(20261123)
    means = paired[random.integers(0, len(paired), (DRAWS, len(paired)))].mean(axis=1)
    return float(paired.mean()), float(np.quantile(means, 0.1)), float(np.quantile(means, 0.9))


def ablations(facts: Facts, told: Callable[[str], None] = lambda step: None) -> str:
    """The table as CSV: the whole model with chips and with sources left out, then each variant with chips left out."""
    cases, _ = ready(facts)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)

    def row(name: str, group: str, misses: Any, whole: Any, meaning: str) -> None:
        own = [position for position, one in enumerate(cases) if one.model.startswith("DeepSeek")]
        change = ("", "", "") if whole is None else tuple(f"{one:.4f}" for one in worse_by(misses, whole, cases))
        writer.writerow(
            [
                name,
                group,
                int(np.isfinite(misses).sum()),
                f"{score(misses, cases).mean:.4f}",
                f"{score(misses[own], [cases[position] for position in own]).mean:.4f}",
                f"{score(without_offsets(misses, cases), cases).mean:.4f}",
                *change,
                meaning,
            ]
        )
        told(text.getvalue().splitlines()[-1])

    whole = held_out(cases, by_chip, "chip").misses
    row(WHOLE.name, "chip", whole, None, WHOLE.meaning)
    for variant in VARIANTS:
        row(
            variant.name,
            "chip",
            held_out(variant.of(cases), by_chip, "chip", variant.held).misses,
            whole,
            variant.meaning,
        )
    row(ONE_KNOB, "chip", one_knob(cases, by_chip), whole, "a roofline on ideal software times one utilisation")
    sources = held_out(cases, by_source, "source").misses
    row(WHOLE.name, "source", sources, None, WHOLE.meaning)
    row(ONE_KNOB, "source", one_knob(cases, by_source), sources, "a roofline on ideal software times one utilisation")
    return text.getvalue()


def main(path: Path = PATH) -> None:
    from siliconomics.model import load

    text = ablations(load(checked=False).facts, lambda step: print(step, file=sys.stderr, flush=True))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
