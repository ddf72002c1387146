"""Which facts move together: by a shared factor of a quantity's labels, or by a matrix of the user's own."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.core.late import np

from ..rows import read_text
from .belief import Belief

SHARED = "rank_correlation_within"
"""The quantity that says how closely the facts of one quantity move together."""

ALL = "all"
"""The label of a correlation that binds all facts of its quantity."""


def normal_of_rank(rank: float) -> float:
    """The correlation of normal deviates that gives a rank correlation (Pearson 1907)."""
    return 2 * math.sin(math.pi * rank / 6)


@dataclass(frozen=True)
class Matrix:
    """Rank correlations of some facts, by name."""

    names: tuple[str, ...]
    ranks: Any

    def factor(self) -> Any:
        """The Cholesky factor of the deviates' correlations; refuses what is not positive definite."""
        wanted = 2 * np.sin(np.pi * self.ranks / 6)
        np.fill_diagonal(wanted, 1.0)
        try:
            return np.linalg.cholesky(wanted)
        except np.linalg.LinAlgError:
            near = nearest_correlation(wanted)
            far = np.unravel_index(np.argmax(np.abs(near - wanted)), wanted.shape)
            moved = 6 / np.pi * np.arcsin(near[far] / 2)
            one, other = (self.names[place] for place in far)
            raise BadRequest(
                Problem(
                    "the correlations contradict each other: their matrix is not positive definite",
                    why=f"its smallest eigenvalue is {np.linalg.eigvalsh(wanted)[0]:.3g}",
                    remedy=(
                        f"add --nearest to take the nearest one that is; most of all it moves {one} with {other} "
                        f"from {self.ranks[far]:.2f} to {moved:.2f}"
                    ),
                )
            ) from None

    def mended(self) -> Matrix:
        """The nearest matrix that is positive definite; itself, if it is."""
        wanted = 2 * np.sin(np.pi * self.ranks / 6)
        np.fill_diagonal(wanted, 1.0)
        if np.linalg.eigvalsh(wanted)[0] > 0:
            return self
        return Matrix(self.names, 6 / np.pi * np.arcsin(nearest_correlation(wanted) / 2))


LEAST = 1e-8
"""Smallest eigenvalue of a mended matrix."""


def nearest_correlation(wanted: Any, steps: int = 200) -> Any:
    """The nearest correlation matrix by alternating projections (Higham, 2002), a hair inside."""
    found, correction = wanted.copy(), np.zeros_like(wanted)
    for _ in range(steps):
        held = found - correction
        values, vectors = np.linalg.eigh(held)
        projected = (vectors * np.maximum(values, LEAST)) @ vectors.T
        correction = projected - held
        found = projected.copy()
        np.fill_diagonal(found, 1.0)
        if np.linalg.eigvalsh(found)[0] >= LEAST / 2:
            break
    smallest = np.linalg.eigvalsh(found)[0]
    if smallest < LEAST / 2:  # not yet there: a little of the identity settles it
        share = (LEAST - smallest) / (1 - smallest)
        found = (1 - share) * found + share * np.eye(len(found))
    return found


def read_matrix(path: Path, known: Sequence[str]) -> Matrix:
    """A matrix of rank correlations from CSV: names in the first row and column, both in one order."""
    try:
        cells = list(csv.reader(io.StringIO(read_text(path), newline="")))
    except csv.Error as error:
        raise BadRequest(Problem(f"is no CSV: {error}", str(path), remedy="save it as CSV")) from None
    rows = [row for row in cells if any(cell.strip() for cell in row)]
    names = [cell.strip() for cell in rows[0][1:]] if rows else []
    if not names or [row[0].strip() for row in rows[1:]] != names:
        raise BadRequest(
            Problem(
                "first row and first column do not name the same facts in the same order",
                str(path),
                remedy="write the names, as in --set, along both; the corner stays empty",
            )
        )
    problems = [
        Problem(f"{name!r} is not an uncertain fact of this question", str(path), remedy=nearest(name, known))
        for name in names
        if name not in known
    ]
    problems += [
        Problem(f"{name!r} stands twice", str(path), remedy="keep one")
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    ranks = np.full((len(names), len(names)), np.nan)
    for i, row in enumerate(rows[1:]):
        if len(row) != len(names) + 1:
            problems.append(Problem(f"{len(row) - 1} figures for {len(names)} facts", f"{path}, line {i + 2}"))
            continue
        for j, cell in enumerate(row[1:]):
            try:
                ranks[i, j] = float(cell)
            except ValueError:
                problems.append(Problem(f"{cell!r} is not a number", f"{path}, line {i + 2}", remedy="write 0.5"))
    if not problems:
        if not (np.abs(ranks) <= 1).all():
            problems.append(Problem("a correlation lies outside -1 to 1", str(path), remedy="correct it"))
        elif not np.array_equal(ranks, ranks.T) or not (np.diag(ranks) == 1).all():
            problems.append(
                Problem("the matrix is not symmetric with 1 along its diagonal", str(path), remedy="correct it")
            )
    if problems:
        raise BadRequest(*problems)
    return Matrix(tuple(names), ranks)


@dataclass(frozen=True)
class Together:
    """How independent deviates become those of the facts."""

    groups: tuple[tuple[tuple[int, ...], float], ...]
    """Places of facts that share a factor, and the correlation of their deviates."""
    tied: tuple[int, ...] = ()
    factor: Any = None
    size: int = 0

    @property
    def dimensions(self) -> int:
        """How many independent deviates a draw takes: one for each fact and one for each shared factor."""
        return self.size + len(self.groups)

    def mix(self, z: Any) -> Any:
        """Deviates of the facts from independent ones; shape (draws, facts)."""
        facts = z[:, : self.size]
        if not self.groups and not self.tied:
            return facts
        facts = facts.copy()
        for place, (members, strength) in enumerate(self.groups):
            shared = z[:, self.size + place : self.size + place + 1]
            own = facts[:, members]
            facts[:, members] = math.sqrt(strength) * shared + math.sqrt(1 - strength) * own
        if self.tied:
            facts[:, self.tied] = facts[:, self.tied] @ self.factor.T
        return facts


@dataclass(frozen=True)
class Shared:
    """A correlation that the facts declare: of one quantity's facts, all or those that share a label."""

    quantity: str
    rank: float
    within: str
    """The dimension whose labels divide them into groups; empty for one group."""
    known: str
    facts: int = 0
    groups: int = 0


def together(
    believed: Sequence[Belief], declared: Sequence[Shared], matrix: Matrix | None = None
) -> tuple[Together, tuple[Shared, ...]]:
    """Groups as the facts declare them, and a user's matrix; what the matrix names leaves its group.

    Also the declared correlations that bind facts here, with how many.
    """
    places = {belief.name: place for place, belief in enumerate(believed)}
    tied = tuple(places[name] for name in matrix.names) if matrix is not None else ()
    groups, told = [], []
    for one in declared:
        sorted_out: dict[Any, list[int]] = {}
        for place, belief in enumerate(believed):
            if belief.quantity == one.quantity and place not in tied and one.rank > 0:
                sorted_out.setdefault(dict(belief.labels).get(one.within), []).append(place)
        own = [(tuple(members), normal_of_rank(one.rank)) for members in sorted_out.values() if len(members) > 1]
        groups += own
        if own:
            told.append(replace(one, facts=sum(len(members) for members, _ in own), groups=len(own)))
    moving = Together(tuple(groups), tied, matrix.factor() if matrix is not None else None, len(believed))
    return moving, tuple(told)


__all__ = [
    "ALL",
    "SHARED",
    "Matrix",
    "Shared",
    "Together",
    "nearest_correlation",
    "normal_of_rank",
    "read_matrix",
    "together",
]
