"""A difference shared out among the changes that make it: in one order, and over all orders.

Every set of changes has a worth: the answer with these changes made and no others. In an order, each change is given
what it adds to those before it; Shapley's value is the mean of that over all orders. Either way the parts add up to the
whole difference. A set is told in bits: bit ``i`` is set where change ``i`` is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from siliconomics.core.late import np

Worth = Callable[[Sequence[int]], Sequence[float]]
"""The answers for sets of changes; not a number where a set makes no sense."""

MOST = 12
"""Changes up to which every set of them is worked out; above, orders are drawn."""


@dataclass(frozen=True)
class Fair:
    """Shapley's values, and how they were come by."""

    values: tuple[float, ...]
    errors: tuple[float, ...] | None
    """Standard errors, where orders were drawn; none where all were worked out."""
    orders: int | None
    """Orders that were drawn; none where all were worked out."""


def ordered(worth: Worth, count: int) -> list[float]:
    """What each change adds to those before it."""
    values = worth([(1 << made) - 1 for made in range(count + 1)])
    return [float(after - before) for before, after in pairwise(values)]


def shapley(worth: Worth, places: Sequence[int]) -> list[float]:
    """Mean effect of each of the changes at these places over all orders; every set of them is worked out."""
    count = len(places)
    if not count:
        return []
    spread = [sum(1 << places[i] for i in range(count) if chosen >> i & 1) for chosen in range(1 << count)]
    values = np.asarray(worth(spread), dtype=float)
    sets = np.arange(1 << count)
    sizes = np.array([chosen.bit_count() for chosen in range(1 << count)])
    weight = np.array([1 / (count * math.comb(count - 1, size)) for size in range(count)])
    found = []
    for place in range(count):
        without = sets[(sets >> place & 1) == 0]
        gained = values[without | 1 << place] - values[without]
        found.append(math.fsum(weight[sizes[without]] * gained))
    return found


def drawn(worth: Worth, places: Sequence[int], orders: int, seed: int) -> Fair:
    """Mean effect of each of the changes at these places over orders drawn by chance; the sum stays exact.

    Each order is drawn beside its reverse, which takes away most of what two changes do together.
    """
    count, random = len(places), np.random.default_rng(seed)
    couples = [random.permutation(count).tolist() for _ in range(max(1, orders // 2))]
    walks = [_sets(order, places) for couple in couples for order in (couple, couple[::-1])]
    wanted = sorted({chosen for walk in walks for chosen in walk})
    values = dict(zip(wanted, worth(wanted), strict=True))
    gained = np.zeros((len(couples), count))
    for place, couple in enumerate(couples):
        for order, walk in zip((couple, couple[::-1]), walks[2 * place : 2 * place + 2], strict=True):
            for change, (before, after) in zip(order, pairwise(walk), strict=True):
                gained[place, change] += (values[after] - values[before]) / 2
    spread = gained.std(axis=0, ddof=1) / math.sqrt(len(couples)) if len(couples) > 1 else np.full(count, np.nan)
    means = [math.fsum(gained[:, change]) / len(couples) for change in range(count)]
    return Fair(tuple(means), tuple(float(one) for one in spread), 2 * len(couples))


def _sets(order: Sequence[int], places: Sequence[int]) -> list[int]:
    """The sets that an order goes through, from none to all."""
    found = [0]
    for change in order:
        found.append(found[-1] | 1 << places[change])
    return found


def interactions(worth: Worth, places: Sequence[int]) -> dict[tuple[int, int], float]:
    """For each two changes, what both together bring beyond the sum of each alone."""
    couples = list(combinations(places, 2))
    if not couples:
        return {}
    wanted = [0, *(1 << place for place in places), *(1 << one | 1 << other for one, other in couples)]
    values = dict(zip(wanted, worth(wanted), strict=True))
    return {
        (one, other): float(values[1 << one | 1 << other] - values[1 << one] - values[1 << other] + values[0])
        for one, other in couples
    }


__all__ = ["MOST", "Fair", "Worth", "drawn", "interactions", "ordered", "shapley"]
