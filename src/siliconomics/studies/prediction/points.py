"""Published points of throughput: files read row by row, and the table that comes with the library.

A row that cannot be read is refused by itself; a file that is no table of points is refused as a whole.
"""

from __future__ import annotations

import csv
import functools
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.core.late import np
from siliconomics.studies.rows import read_text

from .point import Point, Refused
from .row import ENGINES, MEASURED, PHASES, SCOPES, Row, engine_named

COLUMNS = (
    "id",
    "source_title",
    "source_ref",
    "date",
    "chip",
    "n_chips",
    "model",
    "weight_precision",
    "kv_or_act_precision",
    "framework",
    "parallelism",
    "isl",
    "osl",
    "concurrency_or_batch",
    "phase",
    "metric",
    "value",
    "scope",
    "latency_constraint",
    "speculative_decoding",
    "notes",
)
NEEDED = ("chip", "model", "isl", "osl")


def read(path: Path | str) -> list[Point | Refused]:
    """Every row of a points file, a bad one as `Refused`; refused as a whole where it is no table of points."""
    path = Path(path)
    text = read_text(path)
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Point | Refused] = []
    try:
        heading = [name.strip() for name in next(table, [])]
        _check_heading(heading, path)
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            place = f"{path}, row {table.line_num}"
            row = dict(zip(heading, cells, strict=False))
            try:
                if len(cells) != len(heading):
                    raise BadRequest(
                        Problem(
                            f"{len(cells)} cells under a heading of {len(heading)}",
                            place,
                            remedy="quote cells that hold a comma",
                        )
                    )
                found.append(parse(row, place))
            except BadRequest as refused:
                found.append(Refused(place, row.get("id", "").strip(), row, tuple(refused.problems)))
    except csv.Error as error:
        raise BadRequest(Problem(f"not valid CSV: {error}", f"{path}, row {table.line_num}")) from None
    return found


def _check_heading(heading: list[str], path: Path) -> None:
    problems = [
        Problem(f"there is no column {name!r}", f"{path}, row 1", remedy=nearest(name, heading))
        for name in NEEDED
        if name not in heading
    ]
    problems += [
        Problem(f"column {name!r} stands there {count} times", f"{path}, row 1", remedy="remove one")
        for name, count in Counter(heading).items()
        if count > 1 and name
    ]
    if problems:
        raise BadRequest(*problems)


@functools.cache
def _library() -> tuple[Point, ...]:
    points = []
    problems: list[Problem] = []
    for one in read(MEASURED):
        if isinstance(one, Refused):
            problems.extend(one.problems)
        else:
            points.append(one)
    if problems:
        raise BadRequest(*problems)
    return tuple(points)


def measured() -> list[Point]:
    """The points of the library."""
    return list(_library())


def weight(points: Sequence[Point]) -> Any:
    """Weights that sum to one: every source the same, shared equally by its points."""
    rows = Counter(point.source for point in points)
    return np.array([1.0 / (len(rows) * rows[point.source]) for point in points])


def parse(row: Mapping[str, str], place: str) -> Point:
    """One row as a point; every malformed cell is named at once."""
    return Row(row, place).point()


# -- facts beside the table ---------------------------------------------------------------------------


__all__ = [
    "COLUMNS",
    "ENGINES",
    "MEASURED",
    "NEEDED",
    "PHASES",
    "SCOPES",
    "Point",
    "Refused",
    "engine_named",
    "measured",
    "parse",
    "read",
    "weight",
]
