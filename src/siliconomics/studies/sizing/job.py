"""What is asked of a sizing: the service, its lengths, and a power or a cheque."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from siliconomics.core import BadRequest, Problem

from ..rows import read_rows

ALIKE = 1e-6
"""Rounding of shares that must add up to 1."""


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


__all__ = ["Job", "Length", "read_lengths"]
