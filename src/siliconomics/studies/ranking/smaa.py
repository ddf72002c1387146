"""Stochastic multicriteria acceptability analysis (SMAA-2): how often each alternative takes each rank.

R. Lahdelma and P. Salminen, Operations Research 49(3), 2001. Weights and values are drawn; every draw ranks the
alternatives by the sum of weight times value; what is counted is all there is. Knows nothing about chips.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from siliconomics.core.late import np

TIE = 1e-9
"""Below this, two utilities are equal; chance orders them, anew in every draw."""


@dataclass(frozen=True)
class Acceptability:
    """What many draws say of some alternatives, in their order."""

    ranks: Any
    """Draws x alternatives: 0 is first."""
    acceptability: Any
    """Alternatives x ranks: share of the draws in which the alternative takes the rank."""
    ahead: Any
    """Alternatives x alternatives: share of the draws in which the first is ahead of the second."""
    central_weights: Any
    """Alternatives x criteria: mean of the weights that put it first; not a number where none do."""
    confidence: Any
    """Share of the draws of values in which it is first under its central weights; not a number without them."""


def around(generator: Any, mean: Any, deviation: Any, draws: int) -> Any:
    """Weights around means, each drawn with its own deviation, then divided by their sum.

    Gamma laws: with deviations that grow as the square root of the mean this is a Dirichlet law; a weight without a
    deviation is held until the division.
    """
    mean, deviation = np.asarray(mean, dtype=float), np.asarray(deviation, dtype=float)
    found = np.broadcast_to(mean, (draws, mean.size)).copy()
    loose = (deviation > 0) & (mean > 0)
    shape, size = (mean[loose] / deviation[loose]) ** 2, deviation[loose] ** 2 / mean[loose]
    found[:, loose] = generator.gamma(shape, size, size=(draws, int(loose.sum())))
    return found / found.sum(axis=1, keepdims=True)


def simplex(generator: Any, criteria: int, draws: int) -> Any:
    """Weights of which nothing is known but that they add up to one: uniform over all such weights."""
    return generator.dirichlet(np.ones(criteria), size=draws)


def utilities(values: Any, weights: Any) -> Any:
    """Sum of weight times value: values (draws x alternatives x criteria), weights (draws x criteria or criteria)."""
    weights = np.asarray(weights)
    if weights.ndim == 1:
        return values @ weights
    return np.matmul(values, weights[:, :, None])[:, :, 0]


def ranked(found: Any, generator: Any) -> Any:
    """Rank of each alternative in each draw, 0 first; ties are settled by chance."""
    size = np.maximum(np.abs(found).max(), 1.0)
    order = np.argsort(-(found + TIE * size * generator.random(found.shape)), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(order.shape[1]), order.shape), axis=1)
    return ranks


def analyse(values: Any, weights: Any, generator: Any) -> Acceptability:
    """Rank acceptability, pairs, central weights and confidence of values and weights drawn together."""
    ranks = ranked(utilities(values, weights), generator)
    draws, many = ranks.shape
    acceptability = np.stack([np.bincount(ranks[:, i], minlength=many) for i in range(many)]) / draws
    ahead = np.stack([(ranks[:, i : i + 1] < ranks).mean(axis=0) for i in range(many)])
    held = np.asarray(weights)
    central = np.full((many, values.shape[2]), np.nan)
    confidence = np.full(many, np.nan)
    for i in range(many):
        first = ranks[:, i] == 0
        if first.any():
            central[i] = held if held.ndim == 1 else held[first].mean(axis=0)
            confidence[i] = (ranked(utilities(values, central[i]), generator)[:, i] == 0).mean()
    return Acceptability(ranks, acceptability, ahead, central, confidence)


def dominates(low: Any, high: Any) -> Any:
    """Whether one is at least as good as another on every criterion whatever the ranges hold, and better on one."""
    sure = low[:, None, :] >= high[None, :, :]
    better = low[:, None, :] > high[None, :, :]
    return sure.all(axis=2) & better.any(axis=2)
