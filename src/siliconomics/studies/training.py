"""What a training run takes on each of several chips, with the range of what they are believed to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import weakest
from siliconomics.model import Model

from .sizing.figures import by_hand, figure

RUN = (
    "training_work_tflop",
    "training_rate_tflops",
    "training_utilisation",
    "run_time_between_failures_s",
    "checkpoint_interval_s",
    "training_goodput",
    "training_failures",
    "training_days",
    "training_chip_hours",
    "training_energy_mwh",
    "owned_training_cost_usd",
    "rented_training_cost_usd",
)
SPREAD = ("training_days", "training_chip_hours", "training_energy_mwh", "owned_training_cost_usd")
RENTAL_UNIT = "USD/chip/hour"


@dataclass(frozen=True)
class Run:
    """One chip's answer; a figure is None where it is unknown."""

    chip: str
    values: dict[str, float | None]
    low: dict[str, float] = field(default_factory=dict)
    high: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    known: str = "unknown"
    rental_source: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "chip": self.chip,
            **self.values,
            "low": self.low,
            "high": self.high,
            "known": self.known,
            "rental_source": self.rental_source or None,
            "missing": self.missing,
        }


def train(model: Model, chips: Sequence[str], site: str, owner: str) -> list[Run]:
    """A run on each chip, the shortest first; those that lack a figure stand last."""
    found = [_run(model, chip, site, owner) for chip in chips]
    return sorted(found, key=lambda one: (one.values["training_days"] is None, one.values["training_days"] or 0.0))


def rental(model: Model, chip: str) -> tuple[float, str] | None:
    """The newest rent of a chip in the register of prices, and where it is from."""
    register = model.facts.registers.get("prices")
    rows = [
        entry
        for entry in (register.entries if register else ())
        if entry.about == chip
        and entry.values.get("series") == "rental"
        and entry.values.get("unit") == RENTAL_UNIT
        and isinstance(entry.values.get("value"), float)
    ]
    if not rows:
        return None
    newest = max(rows, key=lambda entry: (entry.as_of, entry.date, entry.id))
    return float(newest.values["value"] or 0.0), newest.source


def _run(model: Model, chip: str, site: str, owner: str) -> Run:
    where = {"chip": chip, "site": site, "owner": owner}
    source = ""
    if figure(model, "rental_price_usd_per_chip_hour", where).value is None:
        rent = rental(model, chip)
        if rent is not None:
            price, source = rent
            model = model.with_changes(model.change("rental_price_usd_per_chip_hour", price, why=source, chip=chip))
    records = {name: figure(model, name, where) for name in RUN}
    values = {name: None if record.value is None else float(record.value) for name, record in records.items()}
    missing = {name: record.missing for name, record in records.items() if record.value is None}
    graded = [record.known for record in records.values() if record.value is not None]
    low, high = _ends(model, where, values)
    return Run(chip, values, low, high, missing, weakest(graded) if graded else "unknown", source)


def _ends(
    model: Model, where: Mapping[str, Any], values: Mapping[str, float | None]
) -> tuple[dict[str, float], dict[str, float]]:
    """Low and high of what follows from the ranges of utilisation and failures, all of them good or all of them bad.

    The bad end also takes the peak as sparse where no source says that it is dense.
    """
    facts = model.facts
    moved = {
        "training_utilisation": facts.of("stated_training_utilisation", (where["chip"],))
        or facts.of("usual_training_utilisation", ()),
        "chip_time_between_failures_h": facts.of("chip_time_between_failures_h", ()),
    }
    ranges = {
        name: (fact.low, fact.high)
        for name, fact in moved.items()
        if fact is not None and fact.low is not None and fact.high is not None
        if not by_hand(figure(model, name, where))
    }
    if not ranges:
        return {}, {}
    best = _moved(model, where, values, {name: high for name, (_, high) in ranges.items()})
    low = {name: low for name, (low, _) in ranges.items()}
    if "training_utilisation" in low:
        low["training_utilisation"] *= _dense(model, where)
    return best, _moved(model, where, values, low)


def _dense(model: Model, where: Mapping[str, Any]) -> float:
    """Least of a chip's peak that may be dense: 1 where a source says that it is, a half where none does."""
    ends = [figure(model, f"fp16_dense_{end}_tflops", where).value for end in ("low", "high")]
    return 1.0 if ends[0] is None or ends[1] is None else float(ends[0]) / float(ends[1])


def _moved(
    model: Model, where: Mapping[str, Any], values: Mapping[str, float | None], held: Mapping[str, float]
) -> dict[str, float]:
    changes = [model.change(name, value, why="end of its range") for name, value in held.items()]
    other = model.with_changes(*changes)
    found = {name: figure(other, name, where).value for name in SPREAD if values.get(name) is not None}
    return {name: float(value) for name, value in found.items() if value is not None}


__all__ = ["Run", "rental", "train"]
