"""Points of the unit cube, the same for every way of cutting them into blocks."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np

MOST = 21201
"""Dimensions that SciPy has direction numbers for."""
EDGE = 2.0**-53
"""How near to 0 and 1 a point may come: its deviate stays finite."""


@dataclass(frozen=True)
class Points:
    """Scrambled Sobol points: they fill the cube evenly, and any stretch of them can be made on its own."""

    dimensions: int
    seed: int

    def __post_init__(self) -> None:
        if self.dimensions > MOST:
            raise BadRequest(
                Problem(f"{self.dimensions} uncertain facts at once", why=f"points have {MOST}", remedy="ask less")
            )

    def uniform(self, start: int, stop: int) -> Any:
        """Points ``start`` to ``stop``, in (0, 1); shape (points, dimensions)."""
        if not self.dimensions:
            return np.zeros((stop - start, 0))
        from scipy.stats import qmc

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a number of points that is no power of two; convergence is shown instead
            sobol = qmc.Sobol(self.dimensions, rng=np.random.default_rng(self.seed))
            if start:
                sobol.fast_forward(start)
            return np.clip(sobol.random(stop - start), EDGE, 1 - EDGE)

    def normal(self, start: int, stop: int) -> Any:
        """The same points as standard normal deviates."""
        from scipy.special import ndtri

        return ndtri(self.uniform(start, stop))


__all__ = ["Points"]
