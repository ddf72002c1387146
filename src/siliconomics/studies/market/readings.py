"""What measures a printed figure of the market: quantities of the model, and what each gives where and when it was printed.

By rule. A quantity measures a figure if it has its unit and its name, or its name with words of definition behind it
(``self_sufficiency_by_units``). Only where our name for a thing is another is it written down (ALSO).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import Cell
from siliconomics.facts import Fact, Figure
from siliconomics.model import Model
from siliconomics.studies.calibrated import SOURCE as CALIBRATION

CHAPTERS = ("market", "silicon")
ALSO = {
    "ai_deployment_margin": "ai_operating_margin",
    "china_csp_ai_capex_cny_bn": "counted_platform_capex_cny_bn",
    "china_ai_chip_tam_cagr": "capex_route_tam_cagr",
    "china_ai_chip_tam_usd_bn": "token_route_tam_usd_bn",
    "daily_tokens_tn": "daily_tokens_at_year_end_tn",
}
"""A printed figure and what it is called here as well."""
CROSSINGS = {
    "ai_deployment_breakeven_year": "ai_operating_margin",
    "local_chips_surpass_us_year": "local_over_us_value_usd_bn",
}
"""A printed year, and the quantity that is above zero from that year on."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Reading:
    """A way to read a printed figure: which quantity under which scenario, and what it gives."""

    scenario: str
    quantity: str
    labels: dict[str, Any]
    value: float
    holds: bool
    how: str
    """computed; calibrated: from figures set so that published ones come out; as printed: nothing but this very figure."""
    meaning: str

    def as_dict(self) -> dict[str, Any]:
        return {**self.__dict__}


def measures(model: Model, figure: Figure) -> list[str]:
    """Quantities of a model that measure what a figure measures."""
    if figure.quantity in CROSSINGS:
        return [CROSSINGS[figure.quantity]]
    stem = _stem(figure.quantity)
    found = [
        name
        for name in model.graph.quantities
        if not name.endswith("_from_year")  # from when on is no share
        and (_stem(name) == stem or (_stem(name).startswith(stem + "_") and _chapter(model, name) in CHAPTERS))
    ]
    also = ALSO.get(figure.quantity)
    unit = model.graph.unit_of(figure.quantity) if model.graph.exists(figure.quantity) else _unit(figure)
    return [name for name in [*found, *([also] if also else [])] if name == also or model.graph.unit_of(name) == unit]


def read(models: Sequence[Model], figure: Figure, printed: float, tolerance: float) -> Iterator[Reading]:
    """Every reading of a figure, once for each value that it takes."""
    seen: set[tuple[Any, ...]] = set()
    for model in models:
        for name in measures(model, figure):
            if figure.quantity in CROSSINGS:
                found = _crossing(model, name)
            else:
                found = _values(model, name, figure)
            for labels, value, cell in found:
                key = (name, *labels.values(), f"{value:.9g}")
                if key not in seen:
                    seen.add(key)
                    how = "calibrated" if cell is None else _how(model, cell, figure)
                    held = holds(value, printed, tolerance, figure.qualifier)
                    yield Reading(model.scenario, name, labels, value, held, how, meaning(model, name))


def holds(value: float, printed: float, tolerance: float, qualifier: str) -> bool:
    """Whether a value agrees with a printed one as exactly as it is printed."""
    if qualifier in (">", ">="):
        return value > printed or (qualifier == ">=" and value == printed)
    if qualifier in ("<", "<="):
        return value < printed or (qualifier == "<=" and value == printed)
    return abs(value - printed) <= tolerance + ROUNDING * abs(printed)


def meaning(model: Model, name: str) -> str:
    """What a quantity is, in one sentence: of the formula that plays its role here, else as declared."""
    if name in model.graph.roles:
        players = model.graph.roles[name]
        chosen = next((cell.formula for cell in model.graph.cells.values() if cell.name == name and cell.formula), None)
        return (chosen or next(iter(players.values()))).meaning.split("\n")[0]
    return model.facts.declarations[name].meaning


def _how(model: Model, cell: Cell, figure: Figure) -> str:
    """As printed if nothing but this very figure is below; calibrated if it, or a fact set for a published one, is too."""
    origins = [
        origin for one in model.graph.facts_under(cell) if one.given and isinstance(origin := one.given.origin, Fact)
    ]
    own = [origin for origin in origins if _is_of(origin, figure)]
    if own and len(own) == len(origins):
        return "as printed"
    return "calibrated" if own or any(one.source.startswith(CALIBRATION) for one in origins) else "computed"


def calibrated_to(model: Model, cell: Cell) -> set[int]:
    """Lines of the source to which calibrated facts below a cell say they are set."""
    origins = [one.given.origin for one in model.graph.facts_under(cell) if one.given is not None]
    notes = [one.note for one in origins if isinstance(one, Fact) and one.source.startswith(CALIBRATION)]
    spans = [found for note in notes for found in re.findall(r"[Ll]ines? ((?:\d+(?:, | and )?)+)", note)]
    return {int(line) for span in spans for line in re.findall(r"\d+", span)}


def _is_of(origin: Fact, figure: Figure) -> bool:
    """Whether a fact says what a figure says, or was solved from it."""
    if not origin.source.startswith(figure.source):
        return False
    if _stem(origin.quantity) == figure.quantity and dict(origin.labels) == figure.labels:
        return True
    lines = re.findall(r"lines?[ -](\d+)", origin.source)
    return str(figure.line) in lines and (origin.known == "derived" or origin.value == _figure_value(figure))


def _figure_value(figure: Figure) -> float | None:
    if figure.number is None:
        return None
    return figure.number.value / 100 if figure.unit == "%" else figure.number.value


def _values(model: Model, name: str, figure: Figure) -> Iterator[tuple[dict[str, Any], float, Cell]]:
    for labels in _labels(model, name, figure):
        cell = model.graph.cell(name, labels)
        value = model.graph.value(cell)
        if value is not None:
            yield labels, value, cell


def _labels(model: Model, name: str, figure: Figure) -> Iterator[dict[str, Any]]:
    """Where a quantity is read: all that the figure says, each year of its period or of the data, the year's last quarter."""
    axes = model.graph.dimensions_of(name)
    own = dict(figure.labels)
    if "quarter" in axes and "year" in own:
        year = own.pop("year")
        own["quarter"] = [
            quarter for quarter in model.graph.labels_of("quarter") if str(quarter).startswith(str(year))
        ][-1]
    if not set(own) <= set(axes):
        return  # less finely told apart than the figure
    open_ = [axis for axis in axes if axis not in own]
    if not open_:
        yield {axis: own[axis] for axis in axes}
    elif open_ == ["node"] and model.graph.unit_of(name) == "1":  # a part of the whole is not the whole
        for node in model.graph.labels_of("node"):
            yield {axis: own.get(axis, node) for axis in axes}
    elif open_ == ["year"]:
        spoken = years(figure.period, model.graph.labels_of("year")) if figure.period else _ended(figure)
        for year in spoken:
            yield {axis: own.get(axis, year) for axis in axes}


def _ended(figure: Figure) -> list[int]:
    """The year that had ended when a figure without a time was printed."""
    found = re.search(r"(\d{4})-\d{2}-\d{2}", figure.source)
    return [int(found[1]) - 1] if found else []


def years(period: str, known: Sequence[int]) -> list[int]:
    """Years of a period written as 2026-30."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", period.strip())
    if found is None:
        return []
    first = int(found[1])
    last = first // 100 * 100 + int(found[2])
    return [year for year in known if first <= year <= last]


def _crossing(model: Model, name: str) -> Iterator[tuple[dict[str, Any], float, Cell | None]]:
    """Each year in which a quantity comes above zero; the last of them is the one from which it stays."""
    before: float | None = None
    for year in model.graph.labels_of("year"):
        value = model.graph.value(model.graph.cell(name, {"year": year}))
        if value is not None and before is not None and before < 0 <= value:
            yield {"year": year}, float(year), model.graph.cell(name, {"year": year})
        before = value if value is not None else before


def _chapter(model: Model, name: str) -> str:
    if name in model.graph.roles:
        return next(iter(model.graph.roles[name].values())).chapter
    declared = model.facts.declarations.get(name)
    return "" if declared is None else declared.chapter or declared.place.split("_")[0].split("/")[0]


def _stem(name: str) -> str:
    """What a quantity measures, whoever says it."""
    for word in ("stated_", "forecast_"):
        name = name.removeprefix(word)
    return name


def _unit(figure: Figure) -> str:
    return "1" if figure.unit == "%" else figure.unit


__all__ = ["ALSO", "CROSSINGS", "Reading", "calibrated_to", "holds", "meaning", "measures", "read", "years"]
