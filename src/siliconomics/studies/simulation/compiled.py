"""A job's arithmetic compiled by JAX: for very many draws, on a processor or a graphics card.

The draws are the same as NumPy's; the answers agree to rounding (1e-12 of their size), not bit for bit.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.core.operations import array_vocabulary
from siliconomics.studies.workers import Made

from .job import Job, finite


def compiled(job: Job) -> Iterator[Made]:
    """Blocks of a job, one after the other; the first waits for the compilation."""
    run = _compile(job)
    for start, stop in job.blocks():
        columns = job.columns(start, stop)
        yield (start, stop), finite(np.array(run(columns)))


def _compile(job: Job) -> Any:
    program = job.guarded.program
    if program.opaque:
        raise BadRequest(
            Problem(
                "JAX cannot compile this question",
                why=f"it rests on {', '.join(program.opaque[:3])}, which searches",
                remedy="take --engine numpy",
            )
        )
    try:
        jax: Any = importlib.import_module("jax")
        jnp: Any = importlib.import_module("jax.numpy")
    except ImportError:
        raise BadRequest(
            Problem("jax is not installed", why="it is an extra", remedy="pip install 'siliconomics[jax]'")
        ) from None
    jax.config.update("jax_enable_x64", True)
    spoken = program.spoken(array_vocabulary(jnp))

    def every(columns: list[Any]) -> Any:
        shape = columns[0].shape if columns else ()
        answers, bad = spoken(columns)
        return jnp.where(bad, jnp.nan, jnp.stack([jnp.broadcast_to(answer, shape) for answer in answers]))

    return jax.jit(every)


__all__ = ["compiled"]
