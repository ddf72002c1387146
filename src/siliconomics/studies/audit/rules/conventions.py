"""Conventions: a rate against its own inputs, two conventions in one row, sparse among dense."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from siliconomics.core import Cell
from siliconomics.model import Model
from siliconomics.model.overlay import Change

from ..recompute import ENOUGH, in_unit, played, spoken
from ..report import Finding, Verdict
from .naming import name, place


def stated_against_its_inputs(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A figure that is stated although its own stated inputs would give it, and give something else."""
    for verdict in verdicts:
        figure = verdict.figure
        players = model.graph.roles.get(figure.quantity, {})
        if "stated" not in players or figure.scenario != "base" or not isinstance(verdict.printed, float):
            continue
        if set(figure.labels) != set(model.graph.dimensions_of(figure.quantity)):
            continue
        cell = model.graph.cell(figure.quantity, figure.labels)
        for player in players:
            if player == "stated" or not _reads_inputs(model, figure.quantity, player):
                continue
            value = played(model, cell, player)
            printed = in_unit(model, figure)
            if value is None or printed is None:
                continue
            allowed = printed[1] + _rounding_of(model, cell, player)
            if abs(value - printed[0]) > allowed + ENOUGH:
                verdict.tolerance = allowed
                verdict.contradict(
                    "rate against its inputs",
                    f"its own stated inputs give {spoken(model, figure.quantity, value)} ({player})",
                    value,
                )
                yield Finding(
                    "a rate that its own inputs do not give",
                    f"{name(figure)} is printed {figure.printed} ({place(figure)}); "
                    f"its stated inputs give {spoken(model, figure.quantity, value)}",
                    (figure.place,),
                )


def _reads_inputs(model: Model, quantity: str, player: str) -> bool:
    """Whether a player reads nothing but inputs, so that what it gives is what the stated inputs say.

    A whole model of the same quantity (a market solved from wafers) is no statement of the source.
    """
    return all(name not in model.graph.roles for name in model.graph.roles[quantity][player].arguments)


def _rounding_of(model: Model, cell: Cell, player: str) -> float:
    """Rounding of the printed inputs of a player that does not play: each moved by half its last digit."""
    formula = model.graph.roles[cell.name][player]
    base = played(model, cell, player)
    if base is None:
        return 0.0
    moved = 0.0
    for argument in formula.arguments:
        axes = model.graph.dimensions_of(argument)
        fact = model.facts.of(argument, tuple(cell.labels[axis] for axis in axes))
        if fact is None or not fact.half or not isinstance(fact.value, float):
            continue
        change = Change(argument, fact.value + fact.half, dict(fact.labels))
        other = played(model.with_changes(change), cell, player)
        moved += abs(other - base) if other is not None else 0.0
    return moved


def mixed_conventions(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A printed row in which some figures follow one convention and some another."""
    rows: dict[tuple[int | None, int, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.figure.role == "check" and verdict.figure.exhibit is not None and verdict.figure.scenario == "base":
            rows[verdict.figure.exhibit, verdict.figure.line, verdict.figure.quantity].append(verdict)
    for (_, _, quantity), row in rows.items():
        players = [player for player in model.graph.roles.get(quantity, {}) if player != "stated"]
        if len(players) < 2 or len(row) < 2:
            continue
        fits = {id(verdict): _fitting(model, verdict, players) for verdict in row}
        told = [verdict for verdict in row if fits[id(verdict)]]
        if not told or any(all(player in fits[id(verdict)] for verdict in told) for player in players):
            continue
        ruling = model.base.players.get(quantity, players[0])
        odd = [verdict for verdict in told if ruling not in fits[id(verdict)]]
        for verdict in odd:
            cell = model.graph.cell(quantity, verdict.figure.labels)
            value = played(model, cell, ruling)
            other = sorted(fits[id(verdict)])[0]
            verdict.contradict(
                "mixed conventions",
                f"follows by {other!r}; the row's other figures follow by {ruling!r}, "
                f"which gives {spoken(model, quantity, value)}",
                value,
            )
        by_player: dict[str, list[str]] = defaultdict(list)
        for verdict in told:
            which = fits[id(verdict)]
            key = ruling if which == {ruling} else "either" if ruling in which else sorted(which)[0]
            by_player[key].append(verdict.entity)
        words = "; ".join(f"{player}: {', '.join(names)}" for player, names in by_player.items())
        yield Finding(
            "mixed conventions in one row", f"{quantity}: {words}", tuple(verdict.figure.place for verdict in odd)
        )


def _fitting(model: Model, verdict: Verdict, players: Sequence[str]) -> set[str]:
    """The players that give a printed figure within its tolerance."""
    cell = model.graph.cell(verdict.figure.quantity, verdict.figure.labels)
    printed = in_unit(model, verdict.figure)
    if printed is None or verdict.tolerance is None:
        return set()
    found = set()
    for player in players:
        value = played(model, cell, player)
        if value is not None and abs(value - printed[0]) <= verdict.tolerance + ENOUGH * max(1, abs(printed[0])):
            found.add(player)
    return found


DENSE = {"fp16_tflops": "fp16_dense_tflops", "fp8_tflops": "fp8_dense_tflops"}
"""A throughput whose density is not stated, and the dense figure an open table has for it."""


def sparse_among_dense(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A row of peak throughput in which some figures are twice the dense one and some are it."""
    rows: dict[tuple[str, int], list[tuple[Verdict, float]]] = defaultdict(list)
    for verdict in verdicts:
        other = DENSE.get(verdict.figure.quantity)
        if other is None or not isinstance(verdict.printed, float):
            continue
        fact = model.facts.of(other, tuple(verdict.figure.labels.values()))
        if fact is not None and isinstance(fact.value, float):
            rows[verdict.figure.quantity, verdict.figure.line].append((verdict, fact.value))
    for (quantity, _), row in rows.items():
        twice = [(verdict, dense) for verdict, dense in row if abs(float(verdict.printed or 0) / dense - 2) < 0.02]
        once = [verdict for verdict, dense in row if abs(float(verdict.printed or 0) / dense - 1) < 0.02]
        if not twice or not once:
            continue
        for verdict, dense in twice:
            verdict.contradict(
                "sparse among dense", f"twice the dense figure of {dense:g}, which others of the row print", dense
            )
        yield Finding(
            "mixed conventions in one row",
            f"{quantity}: with sparsity for {', '.join(v.entity for v, _ in twice)}; "
            f"dense for {', '.join(v.entity for v in once)}",
            tuple(verdict.figure.place for verdict, _ in twice),
        )
