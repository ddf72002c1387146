"""The whole calibration, reproducibly: fit, hold out chips and sources, write parameters and residuals."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest
from siliconomics.core.late import np
from siliconomics.facts import Facts

from ..belief import EIGHTY
from ..prediction import machine
from ..prediction.cases import Case, case
from ..prediction.points import measured
from ..prediction.software import IDEAL, MOST, VENDORS
from .fit import NAMES, PARAMETERS, Fit, HeldOut, Laid, fit, held_out

DEFAULT_DATE = 2025.5


@dataclass(frozen=True)
class Score:
    """Median absolute logarithm of predicted over published, per source, and its mean over sources."""

    mean: float
    by_source: dict[str, tuple[int, float]]


def score(misses: Any, cases: Sequence[Case]) -> Score:
    """Equal weight for each source, as its rows are not independent."""
    groups: dict[str, list[float]] = defaultdict(list)
    for miss, one in zip(misses, cases, strict=True):
        if np.isfinite(miss):
            groups[one.point.source].append(abs(float(miss)))
    table = {source: (len(found), float(np.median(found))) for source, found in sorted(groups.items())}
    return Score(float(np.mean([middle for _, middle in table.values()])) if table else float("nan"), table)


def without_offsets(misses: Any, cases: Sequence[Case]) -> Any:
    """Misses with one offset taken out for each source and chip: what is left is the shape's own error."""
    left = np.array(misses, dtype=float)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, one in enumerate(cases):
        groups[one.point.source, one.chip].append(position)
    for rows in groups.values():
        left[rows] -= np.nanmedian(left[rows]) if np.isfinite(left[rows]).any() else 0.0
    return left


@dataclass(frozen=True)
class Report:
    """A calibration and how well it carries."""

    cases: list[Case]
    learned: Fit
    by_chip: HeldOut
    by_source: HeldOut
    rival: Any
    """Misses of the rival: a roofline with one utilisation for everything."""
    rival_utilisation: float
    unexplained: float
    skipped: list[str]

    def covered(self, held: HeldOut) -> float:
        """Share of held-out points inside their 80 % interval."""
        sd = np.sqrt(held.deviations**2 + self.unexplained**2)
        inside = np.abs(held.misses) <= EIGHTY * sd
        return float(np.mean(inside[np.isfinite(held.misses)]))


def ready(facts: Facts) -> tuple[list[Case], list[str]]:
    """The scored points as cases, and why others are not."""
    cases, skipped = [], []
    for point in measured():
        if not point.scored:
            continue
        try:
            cases.append(case(facts, point, DEFAULT_DATE))
        except BadRequest as refused:
            skipped.append(f"{point.id}: {refused.problems[0]}")
    return cases, skipped


def calibrate(facts: Facts, told: Callable[[str], None] = lambda step: None) -> Report:
    """Fit on every scored point, then judge by leaving out each chip and each source in turn."""
    cases, skipped = ready(facts)
    told(f"fitting {len(PARAMETERS)} parameters on {len(cases)} points")
    learned = fit(cases)
    told("leaving out each chip in turn")
    by_chip = held_out(cases, lambda one: one.chip, "chip")
    told("leaving out each source in turn")
    by_source = held_out(cases, lambda one: one.point.source, "source")
    rival, utilisation = one_utilisation(cases)
    return Report(cases, learned, by_chip, by_source, rival, utilisation, _unexplained(by_chip, by_source), skipped)


def _unexplained(*held: HeldOut) -> float:
    """The spread that makes 80 % of held-out points fall inside their intervals."""
    misses = np.concatenate([one.misses for one in held])
    deviations = np.concatenate([one.deviations for one in held])
    known = np.isfinite(misses)
    low, high = 0.0, 3.0
    for _ in range(60):
        middle = (low + high) / 2
        inside = np.mean(np.abs(misses[known]) <= EIGHTY * np.sqrt(deviations[known] ** 2 + middle**2))
        low, high = (middle, high) if inside < 0.8 else (low, middle)
    return (low + high) / 2


def one_utilisation(cases: Sequence[Case]) -> tuple[Any, float]:
    """The rival to beat: the same roofline on ideal software, times one utilisation at the median of all points."""
    laid = Laid(cases)
    laid.choose(IDEAL)
    logs = np.log(laid.rates(IDEAL) / laid.observed)
    middle = float(np.median(logs))
    return logs - middle, float(np.exp(-middle))


def parameters_csv(report: Report) -> str:
    """Fitted values with their 80 % range and the covariance of their logarithms; last, what stays unexplained."""
    text = io.StringIO()
    names = [parameter.name for parameter in PARAMETERS]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["parameter", "value", "low", "high", "meaning", *names])
    for position, parameter in enumerate(PARAMETERS):
        sd = float(np.sqrt(report.learned.covariance[position, position]))
        value = report.learned.values[parameter.name]
        row = [
            parameter.name,
            f"{value:.6g}",
            f"{value * np.exp(-EIGHTY * sd):.6g}",
            f"{value * np.exp(EIGHTY * sd):.6g}",
        ]
        writer.writerow([*row, parameter.meaning, *(f"{x:.8g}" for x in report.learned.covariance[position])])
    blank = [""] * len(names)
    meaning = "spread of the logarithm of a rate that the parameters leave unexplained, from held-out points"
    writer.writerow(["unexplained", f"{report.unexplained:.6g}", "", "", meaning, *blank])
    return text.getvalue()


def software_toml(report: Report, day: str) -> str:
    """The fitted parameters that formulas read, as facts: derived, with their 80 % range."""
    lines = [
        "# Fitted by `siliconomics calibrate inference`; covariance and the spread left unexplained are in parameters.csv."
    ]
    for position, parameter in enumerate(PARAMETERS):
        if parameter.name.startswith("level_") or parameter.name == "fp4_level":
            continue
        sd = float(np.sqrt(report.learned.covariance[position, position]))
        value = report.learned.values[parameter.name]
        low, high = value * np.exp(-EIGHTY * sd), value * np.exp(EIGHTY * sd)
        if parameter.name in MOST:
            high = min(high, 1.0)
        lines += [
            "",
            "[[observed]]",
            f'quantity = "{parameter.name}"',
            f"value = {value:.6g}",
            f"range = [{min(low, value):.6g}, {max(high, value):.6g}]",
            'known = "derived"',
            'source = "measured-2026-11-23#calibration"',
            f"as_of = {day}",
            f'note = "Fitted: {parameter.meaning}."',
        ]
    return "\n".join(lines) + "\n"


def levels_toml(report: Report, facts: Facts, day: str) -> str:
    """Level of each chip's vendor, its launch and each architecture's age, as facts that the model reads."""
    place = 'source = "measured-2026-11-23#calibration"'
    lines = ["# Written by `siliconomics calibrate inference` from the fit and the dates on the cards."]

    def fact(quantity: str, value: str, labels: str, known: str, note: str, span: str = "") -> None:
        lines.extend(["", "[[observed]]", f'quantity = "{quantity}"', f"value = {value}"])
        lines.extend([f"range = {span}"] if span else [])
        lines.extend([f"labels = {{ {labels} }}"] if labels else [])
        lines.extend([f'known = "{known}"', place, f"as_of = {day}", f'note = "{note}"'])

    def level(name: str) -> tuple[str, str]:
        at = NAMES.index(name)
        sd = float(np.sqrt(report.learned.covariance[at, at]))
        value = report.learned.values[name]
        return f"{value:.6g}", f"[{value * np.exp(-EIGHTY * sd):.6g}, {value * np.exp(EIGHTY * sd):.6g}]"

    spread = float(np.exp(EIGHTY * report.unexplained))
    unexplained = "The best engine of the time; its range is what the fit leaves unexplained of a published rate."
    fact("named_engine_level", "1", "", "derived", unexplained, f"[{1 / spread:.6g}, {spread:.6g}]")
    value, span = level("level_vendor")
    fact("usual_vendor_level", value, "", "assumed", "A prior: no published point of such a vendor is trusted.", span)
    for chip in facts.labels["chip"]:
        launched = machine.day(facts, "chip", chip, "launched")
        if launched is not None:
            grade = str(facts.cards["chip"][chip].get("launched_known") or "estimated")
            fact("chip_launch_year", f"{launched:.8f}", f'chip = "{chip}"', grade, "The date on the card.")
        name = VENDORS.get(str(facts.cards["chip"][chip]["vendor"]), "level_vendor")
        if name is None:
            fact("vendor_level", "1", f'chip = "{chip}"', "derived", "The stack that levels are measured against.")
        elif name != "level_vendor":
            value, span = level(name)
            fact("vendor_level", value, f'chip = "{chip}"', "derived", "Fitted.", span)
    for model in facts.labels["model"]:
        since = machine.architecture_year(facts, model)
        if since is not None:
            fact("architecture_year", f"{since:.8f}", f'model = "{model}"', "estimated", "Of its family.")
    return "\n".join(lines) + "\n"


def residuals_csv(report: Report) -> str:
    """Every scored point with its miss: fitted, with its chip left out, with its source left out, and the rival's."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            "id",
            "source",
            "tier",
            "chip",
            "model",
            "date",
            "phase",
            "metric",
            "published_per_chip",
            "fitted",
            "chip_left_out",
            "source_left_out",
            "chip_left_out_sd",
            "source_left_out_sd",
            "one_utilisation",
        ]
    )
    for position, one in enumerate(report.cases):
        point = one.point
        figures = (
            report.learned.misses[position],
            report.by_chip.misses[position],
            report.by_source.misses[position],
            report.by_chip.deviations[position],
            report.by_source.deviations[position],
            report.rival[position],
        )
        writer.writerow(
            [
                point.id,
                point.source,
                point.tier,
                one.chip,
                one.model,
                f"{point.date or 0:.3f}",
                point.phase,
                point.metric,
                f"{point.value_per_chip:.6g}",
                *("" if not np.isfinite(x) else f"{float(x):.4f}" for x in figures),
            ]
        )
    return text.getvalue()
