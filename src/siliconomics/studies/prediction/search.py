"""Every layout of a system beside the others, the two pools, and the smallest system: what a search answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Facts
from siliconomics.formulas.inference.search import layouts
from siliconomics.studies.workers import Crew, in_process

from .cases import case
from .layouts import read_layout
from .machine import shape
from .point import Point
from .pools import Pools, pools
from .predict import Prediction, fewest_chips, predict
from .software import Calibration


@dataclass(frozen=True)
class Search:
    """The layouts of a system by what became of them, each with the word for it."""

    point: Point
    good: list[tuple[str, Prediction]]
    """Those that fit and keep the limit, the highest rate first."""
    late: list[tuple[str, Prediction]]
    """Those that fit, with no token within the limit."""
    unfit: list[tuple[str, Prediction]]
    """Those that hold no copy of the model."""
    apart: Pools | None
    """Prompts and answers on chips of their own."""
    fewest: float | None
    """Chips of the smallest system that holds the model."""


def search(
    facts: Facts,
    point: Point,
    learned: Calibration,
    date: float,
    *,
    smallest: bool = False,
    crew: Crew = in_process,
) -> Search:
    """All layouts of the point's system, or of the smallest that holds the model; refuses where none answers.

    ``crew`` makes the predictions, some layouts at a time.
    """
    fewest = fewest_chips(case(facts, point, date), learned)
    if smallest and fewest is not None:
        point = replace(point, chips=int(fewest[0]))
    words = _words(facts, point)
    readings = [read_layout(text, point.chips, point.phase) for text in words]
    points = [replace(point, layout=one.layout, notes=(*point.notes, *one.notes)) for one in readings]
    found = list(zip(words, predict(facts, points, learned, date, crew), strict=True))
    fits = [one for one in found if one[1].value is not None]
    if not fits:
        raise BadRequest(Problem(found[0][1].note))
    limit = point.tpot_limit_ms
    late = [one for one in fits if limit is not None and (one[1].tpot_ms or 0.0) > limit * (1 + 1e-9)]
    good = sorted((one for one in fits if one not in late), key=lambda one: -(one[1].value or 0.0))
    if not good:
        quickest = min(one[1].tpot_ms or 0.0 for one in late)
        raise BadRequest(
            Problem(
                f"no layout and batch gives a token within {limit:g} ms: the quickest takes {quickest:.3g} ms",
                remedy="use more chips, drafts or a looser limit",
            )
        )
    unfit = [one for one in found if one[1].value is None]
    return Search(point, good, late, unfit, pools(facts, point, learned, date), fewest[0] if fewest else None)


def _words(facts: Facts, point: Point) -> list[str]:
    """Every layout worth trying, as it is written."""
    about = shape(facts, point.model)
    words = []
    for group, split, stages in layouts(point.chips or 1, int(about["attention_heads"]), about["moe_layers"] > 0):
        text = f"tp{split}dp{group // split}ep{group}" if group != split else f"tp{group}"
        words.append(text + (f"pp{stages}" if stages > 1 else ""))
    return words


__all__ = ["Search", "search"]
