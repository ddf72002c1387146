"""Recomputing printed figures from what else is printed, with the tolerance that rounding allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from siliconomics.core import BadRequest, Cell, Program, Undefined, units
from siliconomics.facts import Fact, Figure, local_unit
from siliconomics.model import Model
from siliconomics.model.figures import shown
from siliconomics.model.overlay import Change

from .report import Verdict

APPROXIMATE = 0.05
"""How far a figure printed with 'about' may lie from the exact one, as a share of it."""
ENOUGH = 1e-9


def verdicts(model: Model, figures: Sequence[Figure] | None = None) -> list[Verdict]:
    """A verdict for every printed figure (or some), before the rules that compare figures with each other."""
    cases = _cases(model)
    return [
        _verdict(cases.get(figure.scenario, model), figure)
        for figure in (model.facts.figures if figures is None else figures)
    ]


def _cases(model: Model) -> dict[str, Model]:
    """For bull, bear and each consensus: the base with that scenario's own stated figures held."""
    stated: dict[str, dict[tuple[Any, ...], Change]] = {}
    for figure in model.facts.figures:
        if figure.scenario == "base" or figure.number is None or figure.qualifier not in ("", "=", "~"):
            continue
        changes = stated.setdefault(figure.scenario, {})
        if figure.role == "check" or not model.graph.exists(figure.quantity):
            continue
        if set(figure.labels) != set(model.graph.dimensions_of(figure.quantity)):
            continue
        value = in_unit(model, figure)
        if value is not None:
            key = (figure.quantity, *figure.labels.values())
            changes.setdefault(
                key, Change(figure.quantity, value[0], dict(figure.labels), f"as printed, {figure.place}")
            )
    return {name: model.with_changes(*changes.values()) for name, changes in stated.items()}


def in_unit(model: Model, figure: Figure) -> tuple[float, float] | None:
    """A printed number and half its last digit, in the unit of its quantity; None without a number."""
    if figure.number is None:
        return None
    wanted = _unit(model, figure)
    try:
        scale = units.factor(local_unit(model.facts, figure.unit, figure.labels, wanted), wanted)
    except ValueError:
        return None
    half = figure.number.half * scale * abs(figure.factor)
    value = units.scaled(figure.number.value, scale) * figure.factor
    if figure.qualifier == "~":
        half = max(half, APPROXIMATE * abs(value))
    return value, half


def _unit(model: Model, figure: Figure) -> str:
    if model.graph.exists(figure.quantity):
        return model.graph.unit_of(figure.quantity)
    return "1" if figure.unit == "%" else figure.unit


def _verdict(model: Model, figure: Figure) -> Verdict:
    verdict = Verdict(figure)
    if figure.text is not None:
        verdict.unit, verdict.printed = "text", figure.text
        verdict.notes.append(_inputs_note(figure))
        return verdict
    known = model.graph.exists(figure.quantity)
    wanted = _unit(model, figure)
    verdict.unit = model.unit(figure.quantity, figure.labels) if known else wanted
    printed = in_unit(model, figure)
    verdict.printed = printed[0] if printed else None
    if figure.role == "input":
        if figure.recomputed_by and figure.scenario == "base":
            return _stated(model, verdict, printed)
        verdict.notes.append(_inputs_note(figure))
        return verdict
    if not known:
        verdict.notes.append(figure.note or "no formula of the model gives it")
        return verdict
    if set(figure.labels) != set(model.graph.dimensions_of(figure.quantity)):
        verdict.notes.append(figure.note or "stated for something the model does not tell apart")
        return verdict
    cell = model.graph.cell(figure.quantity, figure.labels)
    if cell.node is None:
        if printed is None:
            verdict.status = "reproduced"
            verdict.notes.append("printed as not meaningful, and the model has no value either")
        else:
            assert cell.missing is not None
            verdict.notes.append(f"{cell.missing.reason}" + (f" ({figure.note})" if figure.note else ""))
        return verdict
    if figure.scenario != "base" and (cell.given is not None or not _moved_by_case(model, cell)):
        verdict.notes.append("an assumption of the case; the forecast behind it is not printed")
        return verdict
    judge(model, verdict, cell, printed)
    return verdict


def _stated(model: Model, verdict: Verdict, printed: tuple[float, float] | None) -> Verdict:
    """A stated figure that other printed lines give again: judged where they are printed, else an input."""
    cell = model.graph.cell(verdict.figure.recomputed_by, verdict.figure.labels)
    if cell.node is not None and printed is not None:
        judge(model, verdict, cell, printed)
    else:
        why = cell.missing.reason if cell.missing is not None else "nothing is printed"
        verdict.notes.append(f"{_inputs_note(verdict.figure)}; to tie it {why}")
    return verdict


def _moved_by_case(model: Model, cell: Cell) -> bool:
    """Whether a cell rests on anything that the scenario itself states."""
    return any(isinstance(one.given.origin, Change) for one in model.graph.facts_under(cell) if one.given)


def _inputs_note(figure: Figure) -> str:
    return "an input: stated, not derived" + (f" ({figure.note})" if figure.note else "")


def judge(model: Model, verdict: Verdict, cell: Cell, printed: tuple[float, float] | None) -> None:
    """Hold a computed cell against its printed figure."""
    assert cell.node is not None
    figure = verdict.figure
    computed = model.graph.tape.values[cell.node]
    verdict.computed = computed
    if printed is None:
        meaningless = _not_meaningful(computed)
        verdict.status = "reproduced" if meaningless else "contradicted"
        verdict.notes.append(
            f"printed {figure.printed}; computed a {'negative' if computed < 0 else 'positive'} figure"
            + (", which is not meaningful as a return" if meaningless else "")
        )
        return
    value, half = printed
    allowed = float(f"{half + rounding(model, cell):.12g}")  # slopes are summed in the order of asking
    verdict.tolerance = allowed
    slack = ENOUGH * max(1.0, abs(value), abs(computed))
    if figure.qualifier in (">", ">="):
        fits = computed >= value - allowed - slack
    elif figure.qualifier in ("<", "<="):
        fits = computed <= value + allowed + slack
    else:
        fits = abs(computed - value) <= allowed + slack
    if fits:
        verdict.status = "reproduced"
        verdict.notes += circular(model, figure, cell)
        return
    verdict.contradict("does not follow", reason(model, verdict, cell, value, allowed), computed)


CIRCULAR = "rests on this very figure"
_LINES = re.compile(r"\blines?[ -](\d+)(?: (to|and) (\d+))?")


def circular(model: Model, figure: Figure, cell: Cell) -> list[str]:
    """Facts under a cell that were solved from the one figure it reproduces: to agree is then no news."""
    return [
        f"{one} {CIRCULAR}"
        for one in model.graph.facts_under(cell)
        if _solved_from(one, figure) and not any(one in parts for parts in _rest_of_line(model, figure))
    ]


def _solved_from(cell: Cell, figure: Figure) -> bool:
    """Whether a fact names the line of a figure as the place that it was derived from."""
    origin = cell.given.origin if cell.given else None
    if not isinstance(origin, Fact) or origin.known != "derived" or origin.printed:
        return False
    source, _, place = origin.source.partition("#")
    lines: set[int] = set()
    for first, word, last in _LINES.findall(place):
        lines.update(range(int(first), int(last) + 1) if word == "to" else [int(one) for one in (first, last) if one])
    return source == figure.source and figure.line in lines


def _rest_of_line(model: Model, figure: Figure) -> Iterable[list[Cell]]:
    """What the other figures of a line rest on."""
    for other in model.facts.figures:
        if other is figure or (other.line, other.source, other.scenario) != (figure.line, figure.source, "base"):
            continue
        known = other.role == "check" and model.graph.exists(other.quantity)
        if known and set(other.labels) == set(model.graph.dimensions_of(other.quantity)):
            yield model.graph.facts_under(model.graph.cell(other.quantity, other.labels))


def _not_meaningful(computed: float) -> bool:
    """NM is printed for a return or multiple of a loss."""
    return computed <= 0


def rounding(model: Model, cell: Cell) -> float:
    """How far an answer can move within the rounding of the printed figures it rests on."""
    graph = model.graph
    assert cell.node is not None
    inputs = [(one, half) for one in graph.facts_under(cell) if (half := _half(one))]
    inputs = [(one, half) for one, half in inputs if one.node is not None and one.node not in graph.tape.fixed]
    if not inputs:
        return 0.0
    if not graph.tape.kinks(cell.node):
        slopes = graph.tape.slopes(cell.node)
        return sum(abs(slopes.get(one.node, 0.0)) * half for one, half in inputs if one.node is not None)
    nodes = [one.node for one, _ in inputs if one.node is not None]
    program = Program(graph.tape, [cell.node], nodes)
    here = [graph.tape.values[node] for node in nodes]
    base = graph.tape.values[cell.node]
    moved = 0.0
    for position, (_, half) in enumerate(inputs):
        reach = 0.0
        for side in (-half, half):
            there = list(here)
            there[position] += side
            try:
                reach = max(reach, abs(program(there)[0] - base))
            except Undefined:
                continue
        moved += reach
    return moved


def _half(cell: Cell) -> float:
    """Half the last printed digit of the fact behind a cell; of a solved one, half its range."""
    origin = cell.given.origin if cell.given else None
    if not isinstance(origin, Fact):
        return 0.0
    if origin.half:
        return origin.half
    if origin.known == "derived" and origin.low is not None and origin.high is not None:
        return (origin.high - origin.low) / 2
    return 0.0


def reason(model: Model, verdict: Verdict, cell: Cell, value: float, allowed: float) -> str:
    """Why a figure does not follow, as far as what else is printed can tell."""
    for explain in (_from_printed_parts, _by_another_player, _off_by_ten, _another_figure):
        words = explain(model, verdict, cell, value, allowed)
        if words:
            return words
    computed = model.graph.value(cell)
    assert computed is not None
    share = f", {computed / value - 1:+.1%}" if value and not cell.name.endswith("_year") else ""
    return f"its own inputs give {spoken(model, cell.name, computed)}{share}" + (
        f" ({verdict.figure.note})" if verdict.figure.note else ""
    )


def spoken(model: Model, quantity: str, value: float | None) -> str:
    """A value in a sentence, as a person reads it."""
    unit = model.graph.unit_of(quantity) if model.graph.exists(quantity) else "1"
    return shown(quantity, value, unit)


def _from_printed_parts(model: Model, verdict: Verdict, cell: Cell, value: float, allowed: float) -> str:
    """Whether it follows from intermediate figures as printed, one of which is itself off."""
    printed: list[tuple[Figure, Change]] = []
    for figure in model.facts.figures:
        if figure.role != "check" or figure.scenario != verdict.figure.scenario or figure is verdict.figure:
            continue
        if figure.exhibit != verdict.figure.exhibit or figure.exhibit is None:
            continue
        for part in model.graph.below(cell):
            if part.formula is not None and figure.quantity == part.name and figure.labels == part.labels:
                number = in_unit(model, figure)
                if number is not None and abs(number[0] - (model.graph.value(part) or 0)) > number[1]:
                    printed.append((figure, Change(part.name, number[0], dict(part.labels), "as printed")))
    for figure, change in printed:
        try:
            other = model.with_changes(change).graph.cell(cell.name, cell.labels)
        except BadRequest:
            continue
        if other.node is not None:
            again = model.graph.value(cell)
            other_value = _value_with(model, change, cell)
            if other_value is not None and again is not None and abs(other_value - value) <= allowed + ENOUGH:
                return (
                    f"follows from the printed {figure.quantity} of {figure.printed} (line {figure.line}), "
                    f"which its own inputs do not give"
                )
    return ""


def _value_with(model: Model, change: Change, cell: Cell) -> float | None:
    other = model.with_changes(change)
    return other.graph.value(other.graph.cell(cell.name, cell.labels))


def _by_another_player(model: Model, verdict: Verdict, cell: Cell, value: float, allowed: float) -> str:
    """Whether another way of playing the same role gives the printed figure."""
    if cell.formula is None:
        return ""
    for player in model.graph.roles[cell.name]:
        if player == cell.formula.player:
            continue
        other = played(model, cell, player)
        if other is not None and abs(other - value) <= allowed + ENOUGH:
            return f"follows by the convention {player!r}, not by {cell.formula.player!r}"
    return ""


def played(model: Model, cell: Cell, player: str) -> float | None:
    """The value of a cell if another player had its role."""
    formula = model.graph.roles[cell.name][player]
    values = []
    for name in formula.arguments:
        if model.graph.is_dimension(name):
            values.append(float(cell.labels[name]))
            continue
        axes = model.graph.dimensions_of(name)
        if not set(axes) <= set(cell.labels) or any(
            node.operation in ("previous", "at", "total") for node in formula.record.walk()
        ):
            return None
        one = model.graph.cell(name, {axis: cell.labels[axis] for axis in axes})
        value = model.graph.value(one)
        values.append(float("nan") if value is None else value)
    try:
        result = float(formula.function(*values))
    except (ArithmeticError, ValueError):
        return None
    return None if result != result else result


def _off_by_ten(model: Model, verdict: Verdict, cell: Cell, value: float, allowed: float) -> str:
    """Whether it is off by a whole power of ten."""
    computed = model.graph.value(cell)
    if not computed or not value:
        return ""
    for power in (-6, -3, -2, -1, 1, 2, 3, 6):
        if abs(computed * 10.0**power - value) <= max(allowed * 10.0**power, 0.03 * abs(value)):
            return f"off by a factor of about {10.0**power:g}: its own inputs give {spoken(model, cell.name, computed)}"
    return ""


def _another_figure(model: Model, verdict: Verdict, cell: Cell, value: float, allowed: float) -> str:
    """Whether it is the printed figure of another quantity of the same thing and time."""
    figure = verdict.figure
    if not value:
        return ""  # many lines print nothing
    for other in model.facts.figures:
        if other.quantity == figure.quantity or other.labels != figure.labels or other.scenario != figure.scenario:
            continue
        if other.exhibit is None or not model.graph.exists(other.quantity):
            continue
        if model.graph.unit_of(other.quantity) != model.graph.unit_of(figure.quantity):
            continue
        number = in_unit(model, other)
        half = in_unit(model, figure)
        if number is not None and half is not None and abs(number[0] - value) <= number[1] + half[1]:
            return (
                f"is the {other.quantity} of Exhibit {other.exhibit}, line {other.line} ({other.printed}); "
                f"its own inputs give {spoken(model, cell.name, model.graph.value(cell))}"
            )
    return ""


__all__ = ["in_unit", "judge", "reason", "rounding", "spoken", "verdicts"]
