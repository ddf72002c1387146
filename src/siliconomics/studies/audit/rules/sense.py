"""Inputs outside sense, and figures that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scipy.optimize import brentq

from siliconomics.core import Cell, Undefined
from siliconomics.model import Model
from siliconomics.model.overlay import Change

from ..recompute import ENOUGH, in_unit, rounding, spoken
from ..report import Finding, Verdict
from .naming import name, place, power_of_ten


def out_of_sense(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """An input outside its plausible range, or a result outside what is possible."""
    for verdict in verdicts:
        figure = verdict.figure
        if not isinstance(verdict.printed, float) or figure.scenario != "base":
            continue
        declared = model.facts.declarations.get(figure.feeds or figure.quantity)
        limit, why = (declared.plausible, declared.meaning) if declared else (None, "")
        formula = next(iter(model.graph.roles.get(figure.quantity, {}).values()), None)
        if limit is None and formula is not None and formula.possible is not None:
            limit, why = formula.possible, formula.meaning.split("\n")[0]
        if limit is None or verdict.printed in limit:
            continue
        nearest_end = min((limit.low, limit.high), key=lambda end: abs(end - float(verdict.printed or 0)))
        verdict.contradict("outside sense", f"outside the plausible {limit} for: {why}", nearest_end)
        yield Finding(
            "outside economic or physical sense",
            f"{name(figure)} = {figure.printed} ({place(figure)}); plausible is {limit}",
            (figure.place,),
        )


def implied_by_others(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A figure that nothing computes, put into the model: do the figures that follow from it agree?"""
    for verdict in verdicts:
        figure = verdict.figure
        if verdict.status != "not_computable" or figure.role == "input" or figure.scenario != "base":
            continue
        if not isinstance(verdict.printed, float) or not model.graph.exists(figure.quantity):
            continue
        if set(figure.labels) != set(model.graph.dimensions_of(figure.quantity)):
            continue
        held = model.with_changes(Change(figure.quantity, verdict.printed, dict(figure.labels), "as printed"))
        for other in verdicts:
            if other is verdict or other.status != "not_computable" or other.figure.role == "input":
                continue
            yield from _consequence(held, verdict, other)


def _consequence(held: Model, verdict: Verdict, other: Verdict) -> Iterator[Finding]:
    """Whether a figure that becomes computable when another is held agrees with what is printed for it."""
    graph, figure = held.graph, other.figure
    if not graph.exists(figure.quantity) or set(figure.labels) != set(graph.dimensions_of(figure.quantity)):
        return
    cell = graph.cell(figure.quantity, figure.labels)
    cause = graph.cell(verdict.figure.quantity, verdict.figure.labels)
    printed = in_unit(held, figure)
    if cell.node is None or cause.node is None or printed is None or cell is cause:
        return
    if cause not in graph.facts_under(cell):
        return
    mine = in_unit(held, verdict.figure)
    slope = graph.tape.slopes(cell.node).get(cause.node, 0.0)
    allowed = printed[1] + rounding(held, cell) + abs(slope) * (mine[1] if mine else 0.0)
    computed = graph.tape.values[cell.node]
    other.computed, other.tolerance = computed, allowed
    if abs(computed - printed[0]) <= allowed + ENOUGH:
        other.status = "reproduced"
        other.notes = [f"from the {name(verdict.figure)} printed on {place(verdict.figure)}"]
        return
    needed = _solve(held, cell, cause, printed[0])
    assert isinstance(verdict.printed, float)
    power = power_of_ten(verdict.printed / needed) if needed else 0
    if power:
        verdict.contradict(
            "order of magnitude",
            f"off by a factor of about {10.0**power:g}: "
            f"{name(figure)} of {figure.printed} ({place(figure)}) needs {spoken(held, verdict.figure.quantity, needed)}",
            needed,
        )
        other.computed, other.tolerance = None, None
        other.notes = [
            f"holds only if {name(verdict.figure)} is {10.0**-power:g} times what {place(verdict.figure)} prints"
        ]
        yield Finding(
            "an order of magnitude off",
            f"{name(verdict.figure)} = {verdict.figure.printed} ({place(verdict.figure)}); "
            f"{name(figure)} of {figure.printed} ({place(figure)}) needs {spoken(held, verdict.figure.quantity, needed)}",
            (verdict.figure.place, figure.place),
        )
        return
    words = f"{name(figure)} of {figure.printed} ({place(figure)})"
    if needed is None:
        verdict.contradict("consequence", f"cannot hold together with {words}")
    else:
        times = f", {verdict.printed / needed:.1f} times less" if abs(verdict.printed / needed) > 2 else ""
        verdict.contradict(
            "consequence", f"{words} needs {spoken(held, verdict.figure.quantity, needed)}{times}", needed
        )
    other.contradict(
        "consequence",
        f"with the {name(verdict.figure)} printed on {place(verdict.figure)} it is {spoken(held, figure.quantity, computed)}",
        computed,
    )
    yield Finding(
        "figures that cannot hold together",
        f"{name(verdict.figure)} = {verdict.figure.printed} ({place(verdict.figure)}) and {words}",
        (verdict.figure.place, figure.place),
    )


def _solve(held: Model, cell: Cell, cause: Cell, target: float) -> float | None:
    """The value of the cause at which the consequence is as printed (bracketed over six powers of ten)."""
    program = held.program([cell], [cause])
    start = held.graph.value(cause)
    assert start is not None

    def miss(x: float) -> float:
        try:
            return program([x])[0] - target
        except Undefined:
            return float("nan")

    ends = sorted((start * 1e-3, start * 1e3))
    low, high = miss(ends[0]), miss(ends[1])
    if low != low or high != high or low * high > 0:
        return None
    return float(brentq(miss, *ends))
