"""Stochastic multicriteria acceptability analysis (SMAA-2): how often each alternative takes each rank.

R. Lahdelma and P. Salminen, Operations Research 49(3), 2001. Weights and values are drawn; every draw ranks the
alternatives by the sum of weight times value; what is counted is all there is. Knows nothing about chips, and takes
chance as uniform numbers, so that whoever asks says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core.late import np

TIE = 1e-9
"""Below this, two utilities are equal; chance orders them, anew in every draw."""


@dataclass(frozen=True)
class Count:
    """What is counted in some draws of some alternatives, in their order; counts of several stretches add up."""

    draws: int
    ranks: Any
    """Alternatives x ranks: in how many draws the alternative takes the rank, 0 being first."""
    ahead: Any
    """Alternatives x alternatives: in how many draws the first is ahead of the second."""
    weights: Any
    """Alternatives x criteria: sum of the weights that put it first."""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.draws + other.draws,
            self.ranks + other.ranks,
            self.ahead + other.ahead,
            self.weights + other.weights,
        )

    @property
    def acceptability(self) -> Any:
        """Alternatives x ranks: share of the draws in which the alternative takes the rank."""
        return self.ranks / self.draws

    @property
    def chance_ahead(self) -> Any:
        return self.ahead / self.draws

    @property
    def central_weights(self) -> Any:
        """Alternatives x criteria: mean of the weights that put it first; not a number where none do."""
        times = self.ranks[:, :1]
        return np.where(times > 0, self.weights / np.maximum(times, 1), np.nan)

    def rank_at(self, share: float) -> Any:
        """The rank, 0 being first, that each alternative takes or betters in at least such a share of the draws."""
        needed = int(np.ceil(share * self.draws - TIE))
        return (self.ranks.cumsum(axis=1) < needed).sum(axis=1)


def around(uniform: Any, mean: Any, deviation: Any) -> Any:
    """Weights around means, each drawn with its own deviation, then divided by their sum; uniform: draws x criteria.

    Gamma laws: with deviations that grow as the square root of the mean this is a Dirichlet law; a weight without a
    deviation is held until the division.
    """
    from scipy.special import gammaincinv

    mean, deviation = np.asarray(mean, dtype=float), np.asarray(deviation, dtype=float)
    found = np.broadcast_to(mean, uniform.shape).copy()
    loose = (deviation > 0) & (mean > 0)
    shape, size = (mean[loose] / deviation[loose]) ** 2, deviation[loose] ** 2 / mean[loose]
    found[:, loose] = size * gammaincinv(shape, uniform[:, loose])
    return found / found.sum(axis=1, keepdims=True)


def simplex(uniform: Any) -> Any:
    """Weights of which nothing is known but that they add up to one: uniform over all such weights."""
    found = -np.log(uniform)
    return found / found.sum(axis=1, keepdims=True)


def utilities(values: Any, weights: Any) -> Any:
    """Sum of weight times value: values (draws x alternatives x criteria), weights (draws x criteria or criteria)."""
    return (values * (weights[:, None, :] if np.ndim(weights) > 1 else weights)).sum(axis=2)


def ranked(found: Any, ties: Any) -> Any:
    """Rank of each alternative in each draw, 0 first; ``ties``, uniform and of the same shape, settles equals."""
    size = np.maximum(np.abs(found).max(axis=1, keepdims=True), 1.0)
    order = np.argsort(-(found + TIE * size * ties), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
    return ranks


def counted(values: Any, weights: Any, ties: Any) -> Count:
    """What is counted in draws of values (draws x alternatives x criteria) and weights (draws x criteria)."""
    ranks = ranked(utilities(values, weights), ties)
    draws, many = ranks.shape
    return Count(
        draws,
        np.stack([np.bincount(ranks[:, i], minlength=many) for i in range(many)]),
        np.stack([(ranks[:, i : i + 1] < ranks).sum(axis=0) for i in range(many)]),
        np.stack([weights[ranks[:, i] == 0].sum(axis=0) for i in range(many)]),
    )


def firsts(values: Any, central: Any, ties: Any) -> Any:
    """In how many draws each alternative is first under its central weights; nought where it has none."""
    return np.array(
        [
            0 if np.isnan(own).any() else int((ranked(utilities(values, own), ties)[:, i] == 0).sum())
            for i, own in enumerate(central)
        ]
    )


def dominates(low: Any, high: Any) -> Any:
    """Whether one is at least as good as another on every criterion whatever the ranges hold, and better on one."""
    sure = low[:, None, :] >= high[None, :, :]
    better = low[:, None, :] > high[None, :, :]
    return sure.all(axis=2) & better.any(axis=2)
