"""A user's table in CSV: its rows as text, each with its line, and every problem of its cells at once."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from siliconomics.core import BadRequest, Interval, Problem, nearest


@dataclass
class Row:
    """One row: its cells by column, where it stands, and what is wrong with it."""

    file: str
    line: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, what: str, why: str = "", remedy: str = "") -> None:
        self.problems.append(Problem(what, f"{self.file}, line {self.line}, column {column}", why, remedy))

    def number(self, column: str, possible: str, why: str = "", missing: float | None = None) -> float:
        """A number of a cell; a problem and not-a-number where there is none in the interval.

        An empty cell is ``missing``, where that is given, else a problem. A percent sign is read as hundredths.
        """
        text = self.cells.get(column, "")
        if not text:
            if missing is None:
                self.wrong(column, "is empty", why, "fill it in")
                return math.nan
            return missing
        try:
            value = float(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.wrong(column, f"{text!r} is not a number", why, "write a plain number with a point")
            return math.nan
        interval = Interval.parse(possible)
        if not math.isfinite(value) or value not in interval:
            self.wrong(column, f"{text} is impossible", why, f"it lies in {interval}")
            return math.nan
        return value

    def choice(self, column: str, choices: Sequence[str], why: str = "") -> str:
        """One of some words, in any case."""
        text = self.cells.get(column, "")
        found = next((one for one in choices if one.casefold() == text.casefold()), "")
        if not found:
            what = f"{text!r} is not one of {', '.join(choices)}" if text else "is empty"
            self.wrong(column, what, why, nearest(text, choices) if text else f"write {' or '.join(choices)}")
        return found


def read_text(path: Path) -> str:
    """What a user's file says; refused where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequest(Problem(f"cannot be read: {error.strerror}", str(path), remedy="check the path")) from None
    except UnicodeDecodeError as error:
        raise BadRequest(Problem(f"is not UTF-8: {error.reason}", str(path), remedy="save it as UTF-8")) from None


def read_rows(path: Path | str, needed: Sequence[str], optional: Sequence[str] = (), most: int = 100_000) -> list[Row]:
    """Every row that is not empty; refused as a whole where it is no such table."""
    path = Path(path)
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        heading = [name.strip() for name in next(reader, [])]
        problems += _heading(heading, path, needed, optional)
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if len(stripped) != len(heading):
                problems.append(
                    Problem(
                        f"has {len(stripped)} cells, the heading {len(heading)}",
                        f"{path}, line {reader.line_num}",
                        remedy="put a text with commas between quotation marks",
                    )
                )
                continue
            rows.append(Row(str(path), reader.line_num, dict(zip(heading, stripped, strict=True))))
            if len(rows) > most:
                problems.append(Problem(f"has more than {most:,} rows", str(path), remedy="split it"))
                break
    except csv.Error as error:
        problems.append(Problem(f"is no CSV: {error}", f"{path}, line {reader.line_num}"))
    if not rows and not problems:
        problems.append(Problem("has no rows", str(path), remedy="put one under the heading"))
    if problems:
        raise BadRequest(*problems)
    return rows


def _heading(heading: Sequence[str], path: Path, needed: Sequence[str], optional: Sequence[str]) -> list[Problem]:
    known = (*needed, *optional)
    found = [
        Problem(f"there is no column {name!r}", str(path), remedy=f"columns are {', '.join(known)}")
        for name in needed
        if name not in heading
    ]
    for name in dict.fromkeys(heading):
        if name not in known:
            found.append(Problem(f"column {name!r} is unknown", str(path), remedy=nearest(name, known)))
        elif heading.count(name) > 1:
            found.append(Problem(f"column {name!r} stands there twice", str(path), remedy="remove one"))
    return found


__all__ = ["Row", "read_rows"]
