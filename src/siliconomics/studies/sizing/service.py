"""How large a cluster a service needs, on each of several chips; and what a fixed power or cheque serves.

The arithmetic is the model's. This study tries systems of several sizes, mixes lengths of requests, and carries the
80 % range of the predicted rate through to chips.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import KNOWN, weakest
from siliconomics.model import Model
from siliconomics.model.overlay import Change

from ..prediction.predict import Prediction
from .figures import figure, must, number, reason
from .job import Job, Length
from .rate import predicted, rate_range

DEMAND = (
    "working_chips_needed",
    "copies_needed",
    "working_servers",
    "requests_in_flight_at_peak",
)
FLEET = (
    "spare_servers",
    "installed_servers",
    "installed_chips",
    "racks_needed",
    "meter_power_mw",
    "cluster_capital_usd",
    "dependable_servers",
    "dependable_output_tokens_per_s",
    "dependable_requests_per_day",
)
USUAL = "layout not given: the best is meant"
"""What a prediction says of every request of this study."""
ORDERS = {"capex": "cluster_capital_usd", "chips": "installed_chips", "power": "meter_power_mw"}


@dataclass(frozen=True)
class Sized:
    """One chip's answer; a figure is None where it is unknown, and ``missing`` says what it would take."""

    chip: str
    values: dict[str, float | None] = field(default_factory=dict)
    low: dict[str, float | None] = field(default_factory=dict)
    high: dict[str, float | None] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    known: str = "unknown"
    layout: str = ""
    facts: dict[str, int] = field(default_factory=dict)
    """How many facts the answer rests on, by how well they are known."""
    why_not: str = ""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "chip": self.chip,
            **self.values,
            "low": self.low,
            "high": self.high,
            "layout": self.layout or None,
            "known": self.known,
            "facts": self.facts,
            "missing": self.missing,
            "why_not": self.why_not or None,
            "notes": list(self.notes),
        }


# -- the study ---------------------------------------------------------------------------------


def size(model: Model, job: Job, chips: Sequence[str]) -> list[Sized]:
    """An answer for each chip, best first; those that cannot be answered stand last and say why."""
    service = _Service(model, job)
    found = [service.on(chip) for chip in chips]
    return sorted(found, key=lambda one: _rank(one, job))


def _rank(one: Sized, job: Job) -> tuple[int, float, str]:
    if one.why_not:
        return 2, 0.0, one.chip
    if job.reverse:
        served = one.values["dependable_requests_per_day"]
        return 0, -(served or 0.0), one.chip
    value = one.values.get(ORDERS[job.by])
    return (1, 0.0, one.chip) if value is None else (0, value, one.chip)


@dataclass(frozen=True)
class _Rate:
    """What one system size makes of the mix of lengths."""

    size: float
    rate: float
    low: float
    high: float
    group: float
    pace_s: float


class _Service:
    """A job on a model, with the models of every system size kept."""

    def __init__(self, model: Model, job: Job) -> None:
        self.job = job
        means = (
            model.change("input_tokens", job.input_tokens, why="mean of the lengths"),
            model.change("output_tokens", job.output_tokens, why="mean of the lengths"),
        )
        self.model = model.with_changes(*means)
        self.largest = must(self.model, "cluster_chips")
        self._models: dict[tuple[float, Length], Model] = {}

    def on(self, chip: str) -> Sized:
        tried: list[Sized] = []
        why = ""
        for system in self.sizes():
            rate = self.rate(chip, system)
            if isinstance(rate, str):
                why = rate
                continue
            tried.append(self.fleet(chip, rate))
        good = [one for one in tried if not one.why_not]
        if not good:
            return tried[0] if tried else Sized(chip, why_not=why)
        best = min(good, key=self._least)
        return self.ranged(chip, best)

    def _least(self, one: Sized) -> tuple[float, float]:
        if self.job.reverse:
            return -(one.values["dependable_requests_per_day"] or 0.0), 0.0
        return one.values["installed_chips"] or math.inf, one.values["working_chips_needed"] or math.inf

    def sizes(self) -> list[float]:
        """Systems over which copies are laid: powers of two up to the model's own."""
        powers = [float(1 << power) for power in range(20) if 1 << power < self.largest]
        return [*powers, self.largest]

    def at(self, system: float, length: Length) -> Model:
        key = (system, length)
        if key not in self._models:
            changes = [self.model.change("cluster_chips", system, why="a size tried")]
            if len(self.job.lengths) > 1:
                changes.append(self.model.change("input_tokens", length.input, why="one of the lengths"))
                changes.append(self.model.change("output_tokens", length.output, why="one of the lengths"))
            self._models[key] = self.model.with_changes(*changes)
        return self._models[key]

    def rate(self, chip: str, system: float) -> _Rate | str:
        """Rate of the mix: chip time adds up over its lengths, each served at its own rate."""
        where = {"chip": chip, "model": self.job.model}
        time, group, pace = 0.0, 1.0, 0.0
        for length in self.job.lengths:
            model = self.at(system, length)
            found = figure(model, "mixed_output_rate", where)
            copy = figure(model, "group_chips", where)
            for record in (found, copy):
                if record.value is None:
                    return reason(record)
            time += length.share * length.output / must(model, "mixed_output_rate", where)
            group = max(group, must(model, "group_chips", where))
            own = must(model, "time_per_output_token_s", where) / must(model, "software_level", where)
            pace += length.share * length.output * own
        rate = self.job.output_tokens / time
        return _Rate(system, rate, rate, rate, group, pace / self.job.output_tokens)

    def held(self, chip: str, rate: _Rate, value: float) -> Model:
        """The model with the mix's rate (or an end of its range) and the copies it is reached in."""
        labels = {"chip": chip, "model": self.job.model}
        held = [
            self.model.change("cluster_chips", rate.size, why="the size chosen"),
            self.model.change("mixed_output_rate", value, why="rate of the mix of lengths", **labels),
            self.model.change("group_chips", rate.group, why="its largest copy", **labels),
        ]
        return self.model.with_changes(*held)

    def fleet(self, chip: str, rate: _Rate, value: float | None = None) -> Sized:
        """Everything that follows from one rate."""
        model = self.held(chip, rate, value or rate.rate)
        where = {"chip": chip, "model": self.job.model, "site": self.job.site, "owner": self.job.owner}
        limits: dict[str, float | None] = {}
        if self.job.reverse:
            servers = self.servers(model, where)
            if isinstance(servers, str):
                return Sized(chip, why_not=servers)
            if servers < 1:
                return Sized(chip, why_not=self._too_small(model, where))
            model = model.with_changes(*self._installed(model, servers))
            limits["installed_servers"] = servers
        names = FLEET if self.job.reverse else (*DEMAND, *FLEET)
        records = {name: figure(model, name, where) for name in names}
        values = {name: number(record) for name, record in records.items()}
        if self.job.reverse:
            values.pop("spare_servers")
            if not values["dependable_requests_per_day"]:
                return Sized(chip, why_not=self._no_copy(values, rate))
        missing = {name: record.missing for name, record in records.items() if record.value is None}
        if "racks_needed" in missing:
            missing["racks_needed"] = self._rack(model, where) or missing["racks_needed"]
        values["output_tokens_per_s_per_chip"] = value or rate.rate
        values["time_per_token_ms"] = rate.pace_s * 1000
        values["chips_per_copy"] = rate.group
        values["cluster_chips"] = rate.size
        graded = [record.known for record in records.values() if record.value is not None]
        return Sized(chip, values, missing=missing, known=_weakest(graded))

    def servers(self, model: Model, where: Mapping[str, Any]) -> float | str:
        """Servers that the power and the cheque allow; the tighter of the two."""
        found = []
        for asked, name, budget in (
            (self.job.power_mw, "servers_within_power", "power_budget_mw"),
            (self.job.budget_usd, "servers_within_budget", "capital_budget_usd"),
        ):
            if asked is None:
                continue
            record = figure(model.with_changes(model.change(budget, asked, why="asked")), name, where)
            if record.value is None:
                return reason(record)
            found.append(float(record.value))
        return min(found)

    @staticmethod
    def _installed(model: Model, servers: float) -> Iterable[Change]:
        return [model.change("installed_servers", servers, why="as power and cheque allow")]

    def _too_small(self, model: Model, where: Mapping[str, Any]) -> str:
        needs = []
        chips = must(model, "chips_per_server")
        for name, text in (("machine_power_per_chip_kw", "kW before cooling"), ("capital_per_chip_usd", "USD")):
            record = figure(model, name, where)
            if record.value is not None:
                needs.append(f"{float(record.value) * chips:,.4g} {text}")
        return f"too small for one server of {chips:g}: it takes {' and '.join(needs)}"

    @staticmethod
    def _rack(model: Model, where: Mapping[str, Any]) -> str:
        """Why no rack takes a server, where that is the reason."""
        power = figure(model, "machine_power_per_chip_kw", where).value
        if power is None:
            return ""
        server, rack = float(power) * must(model, "chips_per_server"), must(model, "rack_power_kw", where)
        return f"a server draws {server:,.4g} kW, a rack may draw {rack:g}; --set rack_power_kw=..." * (server > rack)

    def _no_copy(self, values: Mapping[str, float | None], rate: _Rate) -> str:
        return (
            f"too small for one system: {values['dependable_servers']:g} of {values['installed_servers']:g} servers work "
            f"with the promised chance, one copy of {self.job.model} lies on {rate.group:g} chips"
        )

    def ranged(self, chip: str, best: Sized) -> Sized:
        """With the ends that the 80 % range of the rate gives; refused where the first token comes too late."""
        rate = self.rate(chip, best.values["cluster_chips"] or self.largest)
        assert isinstance(rate, _Rate)
        predictions = [self.predicted(chip, rate.size, length) for length in self.job.lengths]
        layouts = dict.fromkeys(one.layout for one in predictions if one.layout)
        said = [part for one in predictions for part in one.note.split("; ") if part and part != USUAL]
        notes = dict.fromkeys(said)
        waits = [one.ttft_ms for one in predictions if one.ttft_ms is not None]
        values = {**best.values, "time_to_first_token_ms": max(waits, default=None)}
        limit = self.job.ttft_ms
        if limit is not None and waits and max(waits) > limit:
            return Sized(chip, why_not=f"the first token comes after {max(waits):,.0f} ms, the limit is {limit:g} ms")
        ends: list[dict[str, float | None]] = []
        pairs = [
            rate_range(self.at(rate.size, length), chip, self.job.model, one)
            for length, one in zip(self.job.lengths, predictions, strict=True)
        ]
        for place in (0, 1):
            time = 0.0
            for length, pair in zip(self.job.lengths, pairs, strict=True):
                time += math.nan if pair is None else length.share * length.output / pair[place]
            ends.append({} if math.isnan(time) else self.fleet(chip, rate, self.job.output_tokens / time).values)
        at_low, at_high = ends
        low, high = _between(at_low, at_high)
        return Sized(
            chip,
            values,
            low,
            high,
            best.missing,
            best.known,
            " / ".join(layouts),
            self.grades(chip, rate),
            notes=tuple(notes),
        )

    def grades(self, chip: str, rate: _Rate) -> dict[str, int]:
        """Facts under the answer, counted by how well they are known."""
        name = "dependable_requests_per_day" if self.job.reverse else "installed_chips"
        graph = self.at(rate.size, self.job.lengths[0]).graph
        cell = graph.cell(name, {"chip": chip, "model": self.job.model})
        found = Counter(one.given.known for one in graph.facts_under(cell) if one.given is not None)
        return {grade: found[grade] for grade in KNOWN if found[grade]}

    def predicted(self, chip: str, system: float, length: Length) -> Prediction:
        return predicted(self.model, chip, self.job.model, system, length)


def _between(
    first: Mapping[str, float | None], second: Mapping[str, float | None]
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """The lower and the upper of two answers, name by name."""
    low: dict[str, float | None] = {}
    high: dict[str, float | None] = {}
    for name in dict.fromkeys((*first, *second)):
        both = [one for one in (first.get(name), second.get(name)) if one is not None]
        if len(both) == len((first, second)):
            low[name], high[name] = min(both), max(both)
    return low, high


def _weakest(grades: Sequence[str]) -> str:
    return weakest(grades) if grades else "unknown"


__all__ = ["ORDERS", "Sized", "size"]
