"""Files written: whole or not at all, and rows as CSV."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from siliconomics.core import BadRequest, Problem


@contextlib.contextmanager
def whole(path: Path, remedy: str = "choose another folder", *, make_folder: bool = False) -> Iterator[Path]:
    """A file beside the wanted one, which takes its place once it is complete; refuses a place that takes none."""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadRequest(Problem(f"cannot be written: {reason}", str(path), remedy=remedy)) from None


def csv_text(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue()


__all__ = ["csv_text", "whole"]
