"""Draws kept in a file: Parquet or CSV, whole or not at all, with what made them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siliconomics.core import BadRequest, Problem, named
from siliconomics.core.late import np

if TYPE_CHECKING:
    from .run import Simulation


def write_draws(found: Simulation, path: Path) -> None:
    """Every draw of every answer, one column each; the seed and the versions of facts and code stand with them."""
    if path.suffix == ".parquet":
        _parquet(found, path)
        return
    with _whole(path) as partial:
        names = [named(one.quantity, one.labels) for one in found.answers]
        header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
        np.savetxt(
            partial, np.column_stack([one.values for one in found.answers]), delimiter=",", header=header, comments="",
            fmt="%.17g",
        )  # fmt: skip


def _parquet(found: Simulation, path: Path) -> None:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise BadRequest(
            Problem(
                "pyarrow is not installed",
                why="Parquet is an extra",
                remedy="pip install 'siliconomics[frames]', or give a name that ends in .csv",
            )
        ) from None
    from siliconomics import __version__

    table = arrow.table({named(one.quantity, one.labels): one.values for one in found.answers})
    told = {
        "facts_version": found.facts_version,
        "code_version": __version__,
        "seed": str(found.seed),
        "draws": str(found.draws),
        "units": "; ".join(f"{named(one.quantity, one.labels)}: {one.unit}" for one in found.answers),
    }
    with _whole(path) as partial:
        parquet.write_table(table.replace_schema_metadata(told), partial)


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Any]:
    """A file beside the wanted one that takes its place once it is complete."""
    try:
        handle, partial = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            yield partial
            Path(partial).replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(partial).unlink()
    except OSError as error:
        raise BadRequest(
            Problem(
                f"the draws cannot be written: {error}", str(path), remedy="free some space or choose another place"
            )
        ) from None


__all__ = ["write_draws"]
