"""How large a cluster a service needs, on each of several chips; and what a fixed power or cheque serves.

The arithmetic is the model's. This study tries systems of several sizes, mixes lengths of requests, and carries the
80 % range of the predicted rate through to chips.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import KNOWN, BadRequest, Problem, weakest
from siliconomics.model import Model
from siliconomics.model.answer import Record
from siliconomics.model.overlay import Change

from .prediction.points import Point
from .prediction.predict import Prediction, predict
from .prediction.software import calibration
from .rows import read_rows

ALIKE = 1e-6
"""Rounding of shares that must add up to 1."""
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
class Length:
    """Requests of one length and their share of all."""

    input: float
    output: float
    share: float = 1.0


@dataclass(frozen=True)
class Job:
    """What is asked: for whom, how long, where; and a power or a cheque where the fleet is fixed by those."""

    model: str
    site: str
    lengths: tuple[Length, ...]
    power_mw: float | None = None
    budget_usd: float | None = None
    ttft_ms: float | None = None
    by: str = "capex"
    owner: str = ""
    """Whose cheque it is, where that makes a difference."""

    @property
    def reverse(self) -> bool:
        return self.power_mw is not None or self.budget_usd is not None

    @property
    def output_tokens(self) -> float:
        return math.fsum(one.share * one.output for one in self.lengths)

    @property
    def input_tokens(self) -> float:
        return math.fsum(one.share * one.input for one in self.lengths)


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


# -- lengths -----------------------------------------------------------------------------------


def read_lengths(path: Path | str) -> tuple[Length, ...]:
    """A distribution of lengths, columns input, output, share; shares must add up to 1."""
    rows = read_rows(path, ("input", "output", "share"), most=1000)
    found = tuple(
        Length(row.number("input", "[1, 1e7]"), row.number("output", "[1, 1e7]"), row.number("share", "(0, 1]"))
        for row in rows
    )
    problems = [problem for row in rows for problem in row.problems]
    total = math.fsum(one.share for one in found)
    if not problems and abs(total - 1) > ALIKE:
        problems.append(
            Problem(
                f"the shares add up to {total:g}, not to 1",
                str(path),
                "nobody could say what the rest of the requests is",
                f"divide each by {total:g}, or add what is missing",
            )
        )
    if problems:
        raise BadRequest(*problems)
    return found


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
        self.largest = _must(self.model, "system_chips")
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
            changes = [self.model.change("system_chips", system, why="a size tried")]
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
            found = _one(model, "mixed_output_rate", where)
            copy = _one(model, "group_chips", where)
            for record in (found, copy):
                if record.value is None:
                    return _reason(record)
            time += length.share * length.output / _must(model, "mixed_output_rate", where)
            group = max(group, _must(model, "group_chips", where))
            own = _must(model, "time_per_output_token_s", where) / _must(model, "software_level", where)
            pace += length.share * length.output * own
        rate = self.job.output_tokens / time
        return _Rate(system, rate, rate, rate, group, pace / self.job.output_tokens)

    def held(self, chip: str, rate: _Rate, value: float) -> Model:
        """The model with the mix's rate (or an end of its range) and the copies it is reached in."""
        labels = {"chip": chip, "model": self.job.model}
        held = [
            self.model.change("system_chips", rate.size, why="the size chosen"),
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
        records = {name: _one(model, name, where) for name in names}
        values = {name: _number(record) for name, record in records.items()}
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
        values["system_chips"] = rate.size
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
            record = _one(model.with_changes(model.change(budget, asked, why="asked")), name, where)
            if record.value is None:
                return _reason(record)
            found.append(float(record.value))
        return min(found)

    @staticmethod
    def _installed(model: Model, servers: float) -> Iterable[Change]:
        return [model.change("installed_servers", servers, why="as power and cheque allow")]

    def _too_small(self, model: Model, where: Mapping[str, Any]) -> str:
        needs = []
        chips = _must(model, "chips_per_server")
        for name, text in (("all_in_power_per_chip_kw", "kW before cooling"), ("capital_per_chip_usd", "USD")):
            record = _one(model, name, where)
            if record.value is not None:
                needs.append(f"{float(record.value) * chips:,.4g} {text}")
        return f"too small for one server of {chips:g}: it takes {' and '.join(needs)}"

    @staticmethod
    def _rack(model: Model, where: Mapping[str, Any]) -> str:
        """Why no rack takes a server, where that is the reason."""
        power = _one(model, "all_in_power_per_chip_kw", where).value
        if power is None:
            return ""
        server, rack = float(power) * _must(model, "chips_per_server"), _must(model, "rack_power_kw", where)
        return f"a server draws {server:,.4g} kW, a rack may draw {rack:g}; --set rack_power_kw=..." * (server > rack)

    def _no_copy(self, values: Mapping[str, float | None], rate: _Rate) -> str:
        return (
            f"too small for one system: {values['dependable_servers']:g} of {values['installed_servers']:g} servers work "
            f"with the promised chance, one copy of {self.job.model} lies on {rate.group:g} chips"
        )

    def ranged(self, chip: str, best: Sized) -> Sized:
        """With the ends that the 80 % range of the rate gives; refused where the first token comes too late."""
        rate = self.rate(chip, best.values["system_chips"] or self.largest)
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


def predicted(model: Model, chip: str, language_model: str, system: float, length: Length) -> Prediction:
    """The rate that the model gives, from the study of predictions and so with its range."""
    limit = _must(model, "time_per_token_limit_s") * 1000
    variation = _must(model, "answer_length_variation")
    point = _point(chip, system, language_model, length, limit, variation)
    return predict(model.facts, [point], calibration(), _must(model, "serving_year"))[0]


# -- small parts -------------------------------------------------------------------------------


def _point(chip: str, system: float, model: str, length: Length, limit_ms: float, variation: float) -> Point:
    return Point(
        id="",
        source="",
        row={},
        chip=chip,
        chips=int(system),
        model=model,
        weights="fp8",
        activations="fp8",
        kv="fp8",
        attention="bf16",
        engine=None,
        date=None,
        layout=None,
        phase="mixed",
        metric="output_tok_s",
        scope="per_chip",
        input_tokens=length.input,
        output_tokens=length.output,
        concurrency=None,
        batch_per_chip=None,
        max_load=True,
        most_requests=None,
        tpot_limit_ms=limit_ms,
        ttft_limit_ms=None,
        draft_tokens=0,
        acceptance=None,
        prefix_share=0.0,
        tier="",
        value_per_chip=None,
        scored=False,
        notes=(),
        length_variation=variation,
    )


def rate_range(model: Model, chip: str, language_model: str, said: Prediction) -> tuple[float, float] | None:
    """Ends of the 80 % range of the model's rate; the upper one never above what the chip's peak could compute.

    None where nothing is predicted, or where the rate is held by hand.
    """
    where = {"chip": chip, "model": language_model}
    cell = _one(model, "mixed_output_rate", where).cell
    by_hand = cell is not None and cell.given is not None and isinstance(cell.given.origin, Change)
    if by_hand or not said.value or said.low is None or said.high is None:
        return None
    rate, used = _must(model, "mixed_output_rate", where), _must(model, "achieved_utilisation", where)
    prompts = _must(model, "input_tokens") / _must(model, "output_tokens") * (1 - _must(model, "prefix_share"))
    bound = rate / used / (1 + prompts)
    return rate * said.low / said.value, max(rate, min(rate * said.high / said.value, bound))


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


def _one(model: Model, name: str, where: Mapping[str, Any]) -> Record:
    axes = model.graph.dimensions_of(name)
    (record,) = model.solve(name, **{axis: label for axis, label in where.items() if axis in axes})
    return record


def _number(record: Record) -> float | None:
    return None if record.value is None else float(record.value)


def _must(model: Model, name: str, where: Mapping[str, Any] | None = None) -> float:
    """A figure without which nothing can be said."""
    record = _one(model, name, where or {})
    if record.value is None:
        raise BadRequest(Problem(f"{name} is unknown", why=record.missing, remedy="give it in a folder of --facts"))
    return float(record.value)


def _reason(record: Record) -> str:
    """What it would take, said once where several figures lack the same."""
    return (record.missing or f"{record.quantity} is unknown").split("; ")[0]


def _weakest(grades: Sequence[str]) -> str:
    return weakest(grades) if grades else "unknown"


__all__ = ["ORDERS", "Job", "Length", "Sized", "predicted", "rate_range", "read_lengths", "size"]
