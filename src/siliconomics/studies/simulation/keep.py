"""Draws kept in a file: Parquet or CSV, whole or not at all, with what made them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siliconomics.core import BadRequest, Problem, named
from siliconomics.core.late import np
from siliconomics.facts.writing import whole

if TYPE_CHECKING:
    from .run import Simulation


REMEDY = "free some space or choose another place"


def write_draws(found: Simulation, path: Path) -> None:
    """Every draw of every answer, one column each; the seed and the versions of facts and code stand with them."""
    if path.suffix == ".parquet":
        _parquet(found, path)
        return
    with whole(path, REMEDY) as partial:
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
    with whole(path, REMEDY) as partial:
        parquet.write_table(table.replace_schema_metadata(told), partial)


__all__ = ["write_draws"]
