"""Economics x execution: the map, the ranking, and how robust each rank is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.model import Model
from siliconomics.studies.export import Route
from siliconomics.studies.prediction import ratios
from siliconomics.studies.workers import Crew, in_process

from . import calls, economics, execution, purchase, smaa, swap, weights
from .alternatives import GENERATIONS, Alternative, chips_ranked, vendors_ranked
from .draws import Group, Tally, tallied
from .values import ECONOMICS, EXECUTION, Values

DRAWS, SEED = 10_000, 1
MOST_DRAWS = 100_000
TENTHS = (0.1, 0.9)
"""Ends of an 80 % range."""
NOT_KNOWN = "not_known"
GROUPS = {**purchase.SAID, NOT_KNOWN: "nothing known on one axis: no place on the map, ranked apart by the other"}
"""Each is ranked by itself."""


@dataclass(frozen=True)
class Part:
    """One criterion of one alternative."""

    criterion: str
    axis: str
    weight: float
    value: float
    """Step of the scale; the middle where nothing is known."""
    low: float
    high: float
    known: bool
    grade: str
    """How well the figure is known; a score of execution rests on levels, which are our reading: assumed."""
    figure: float | None
    unit: str
    basis: str


@dataclass(frozen=True)
class Place:
    """One alternative, placed."""

    alternative: Alternative
    group: str
    """With whom it is ranked; ranks and acceptabilities are those of the group."""
    rank: int
    rank_low: int
    rank_high: int
    score: float
    low: float
    high: float
    economics: float | None
    execution: float | None
    """Position on each axis; None where no criterion with weight is known, or none is asked."""
    strong_in_both: float | None
    """Share of the draws in which it stands above the middle on both axes; None where one is not asked."""
    acceptability: tuple[float, ...]
    acceptability_any: tuple[float, ...]
    """The same when nothing is known of the weights."""
    central_weights: dict[str, float] | None
    confidence: float | None
    ahead_of_next: float | None
    dominates: tuple[str, ...]
    score_swap: swap.ScoreChange | None
    judgement_swap: swap.ScoreChange | None
    """The same among the criteria of execution, whose scores are judgements."""
    weight_swap: swap.WeightChange | None
    hangs_on: tuple[tuple[str, float], ...]
    """Criteria whose doubt makes the gap to the next: shares of its variance, largest first."""
    unknown_share: float
    """Weight on criteria of which nothing is known."""
    assumed_share: float
    """Weight on criteria whose figure or level is assumed."""
    parts: tuple[Part, ...]
    route: Route | None
    """What the rules say of the way the chip is made."""
    other_use: str
    """Proven use other than language models, of the chip."""


@dataclass(frozen=True)
class Ranking:
    """Places of one segment, group by group, and what the study called beside them."""

    segment: str
    what: str
    generation: str
    draws: int
    seed: int
    weights: weights.Weights
    places: tuple[Place, ...]
    calls: tuple[calls.Verdict, ...]
    reference: str
    """Chip in the middle of the economic scale."""
    factor: float
    """How many times better a chip is that stands one step higher."""


def rank(
    model: Model,
    segment: str = "cloud",
    *,
    chips: bool = False,
    generation: str = "now",
    draws: int = DRAWS,
    seed: int = SEED,
    by_hand: str | None = None,
    setting: economics.Setting = economics.AS_STATED,
    crew: Crew = in_process,
) -> Ranking:
    """Rank makers or chips for a segment; refuses what cannot be asked."""
    name = weights.segment(model.facts, segment)
    asked = {"chips": chips, "generation": generation, "draws": draws, "seed": seed, "by_hand": by_hand}
    return rankings(model, [name], setting=setting, crew=crew, **asked)[0]  # type: ignore[arg-type]


def rankings(
    model: Model,
    segments: Sequence[str],
    *,
    chips: bool = False,
    generation: str = "now",
    draws: int = DRAWS,
    seed: int = SEED,
    by_hand: str | None = None,
    setting: economics.Setting = economics.AS_STATED,
    crew: Crew = in_process,
) -> list[Ranking]:
    """The same for several segments, every figure worked out once; ``crew`` makes the draws, block by block."""
    _sensible(generation, draws, seed)
    facts = model.facts
    known = [*economics.CRITERIA, *execution.criteria(facts)]
    held = weights.by_hand(by_hand, known) if by_hand is not None else None
    found = chips_ranked(model) if chips else vendors_ranked(model, generation)
    evaluated = Values(model, found, draws, seed, setting)
    named = [weights.segment(facts, one) for one in segments]
    asked = [held or weights.of_segment(facts, segment) for segment in named]
    plans = [_groups(evaluated, one) for one in asked]
    made = iter(zip(*tallied(evaluated, [group for plan in plans for group in plan.values()], crew), strict=True))
    return [
        _one(
            model,
            evaluated,
            segment,
            own,
            {name: (group, *next(made)) for name, group in plan.items()},
            chips,
            generation,
        )
        for segment, own, plan in zip(named, asked, plans, strict=True)
    ]


def _sensible(generation: str, draws: int, seed: int) -> None:
    if generation not in GENERATIONS:
        raise BadRequest(Problem(f"there is no generation {generation!r}", remedy=nearest(generation, GENERATIONS)))
    if not 1 <= draws <= MOST_DRAWS:
        raise BadRequest(Problem(f"{draws} draws cannot be made", remedy=f"ask for 1 to {MOST_DRAWS:,}"))
    if seed < 0:
        raise BadRequest(Problem(f"the seed {seed} is negative", remedy="give a whole number from 0 on"))


@dataclass(frozen=True)
class Other:
    """Another choice than ours: of the economic axis, or of a number of the rule from evidence to score."""

    setting: economics.Setting = economics.AS_STATED
    held: tuple[tuple[str, float, Mapping[str, str]], ...] = ()
    """Quantity, value and labels."""


OTHERWISE: Mapping[str, Other] = {
    "within 50 ms a token": Other(economics.Setting(limit_ms=50)),
    "within 200 ms a token": Other(economics.Setting(limit_ms=200)),
    "software equally mature": Other(economics.Setting(software=ratios.EQUAL)),
    "domestic prices a third lower": Other(economics.Setting(domestic_price_factor=2 / 3)),
    "a step is a factor of 2": Other(economics.Setting(factor=2)),
    "a step is a factor of 4": Other(economics.Setting(factor=4)),
    "security of supply by the foundry rules alone": Other(economics.Setting(supply_by_rule=True)),
    "evidence ages twice as fast": Other(held=(("evidence_half_life_years", 1, {}),)),
    "opinion and hearsay (grade C) count nothing": Other(held=(("evidence_grade_weight", 0, {"grade": "3"}),)),
    "what is absent counts half": Other(held=(("absent_evidence_weight", 0.25, {}),)),
}
"""Other choices; each alone."""


def otherwise(
    model: Model, segment: str, *, chips: bool = False, generation: str = "now", by_hand: str | None = None
) -> dict[str, dict[str, tuple[str, int]]]:
    """For each other choice: the group and the rank that every alternative would have."""
    found = {}
    for said, other in OTHERWISE.items():
        changes = [model.change(quantity, value, said, **where) for quantity, value, where in other.held]
        under = model.with_changes(*changes) if changes else model
        one = rank(under, segment, chips=chips, generation=generation, draws=1, by_hand=by_hand, setting=other.setting)
        found[said] = {place.alternative.name: (place.group, place.rank) for place in one.places}
    return found


Told = tuple[Group, Tally, Any]
"""A group, what is counted of it, and how sure its members are first."""


def _groups(at: Values, asked: weights.Weights) -> dict[str, Group]:
    """Who is ranked with whom for a segment, and by which weights."""
    columns = [at.criteria.index(criterion) for criterion in asked.mean]
    mean = np.array(list(asked.mean.values()))
    held = np.array(mean / mean.sum())
    deviation = np.array([asked.deviation[criterion] for criterion in asked.mean])
    economic = np.array([at.axis[j] == ECONOMICS for j in columns])
    groups = [_group_of(at, i, columns) for i in range(len(at.alternatives))]
    found = {}
    for group in GROUPS:
        members = tuple(i for i, one in enumerate(groups) if one == group)
        if members:
            central = at.value[np.ix_(members, columns)] @ held
            order = sorted(range(len(members)), key=lambda i: (-central[i], at.alternatives[members[i]].name))
            found[group] = Group(members, tuple(columns), held, deviation, economic, tuple(order))
    return found


def _one(
    model: Model,
    at: Values,
    segment: str,
    asked: weights.Weights,
    told: Mapping[str, Told],
    chips: bool,
    generation: str,
) -> Ranking:
    placed: list[Place] = []
    ahead: dict[tuple[str, str], float] = {}
    for group, one in told.items():
        placed += _placed(model, at, group, *one, ahead)
    makers = None if chips else ahead
    return Ranking(
        segment,
        "chips" if chips else "vendors",
        generation,
        at.draws,
        at.seed,
        asked,
        tuple(placed),
        calls.compare(model.facts, placed, makers),
        at.reference,
        at.scale.factor,
    )


def _group_of(at: Values, i: int, columns: Sequence[int]) -> str:
    """With whom an alternative is ranked: what may be bought, what may not, and what nobody can place on the map."""
    for axis in (ECONOMICS, EXECUTION):
        asked = [j for j in columns if at.axis[j] == axis]
        if asked and not at.known[i, asked].any():
            return NOT_KNOWN
    return at.alternatives[i].purchase.group


def _placed(
    model: Model,
    at: Values,
    name_of_group: str,
    group: Group,
    tally: Tally,
    sure: Any,
    ahead: dict[tuple[str, str], float],
) -> list[Place]:
    """The members of one group in the order of their scores."""
    members, columns, held, order = group.members, group.columns, group.mean, group.order
    found, side, draws = tally.found, group.economic, at.draws
    centre, low, high, known = (one[np.ix_(members, columns)] for one in (at.value, at.low, at.high, at.known))
    central, weighing = centre @ held, found.central_weights
    surer = smaa.dominates(low, high)
    names = [at.alternatives[i].name for i in members]
    criteria = [at.criteria[j] for j in columns]
    chance, ends_of_rank = found.chance_ahead, [found.rank_at(end) for end in TENTHS]
    for i, name in enumerate(names):
        for j, another in enumerate(names):
            ahead[name, another] = float(chance[i, j])
    placed = []
    for place, i in enumerate(order):
        alternative = at.alternatives[members[i]]
        after = order[place + 1] if place + 1 < len(order) else None
        ends = [float(np.quantile(tally.scores[:, i], end)) for end in TENTHS]
        confident = float(sure[i])
        first = not math.isnan(confident)
        parts = tuple(_part(at, members[i], j, float(w)) for j, w in zip(columns, held, strict=True))
        swaps = _swaps(at, names, centre, held, criteria, ~side, i, after)
        placed.append(
            Place(
                alternative,
                name_of_group,
                place + 1,
                1 + int(ends_of_rank[0][i]),
                1 + int(ends_of_rank[1][i]),
                float(central[i]),
                ends[0],
                ends[1],
                _side(centre[i], held, known[i], side),
                _side(centre[i], held, known[i], ~side),
                float(tally.both[i] / draws) if side.any() and not side.all() else None,
                tuple(float(share) for share in found.acceptability[i]),
                tuple(float(share) for share in tally.other.acceptability[i]),
                dict(zip(criteria, map(float, weighing[i]), strict=True)) if first else None,
                confident if first else None,
                None if after is None else float(chance[i, after]),
                tuple(names[j] for j in range(len(names)) if surer[i, j]),
                *swaps,
                () if after is None else _hangs(tally.hangs_on(place), criteria),
                float(held[~known[i]].sum()),
                sum(part.weight for part in parts if part.grade == "assumed"),
                parts,
                at.routes.get(alternative.chip or ""),
                _other_use(model.facts, alternative.chip),
            )
        )
    return placed


Swaps = tuple[swap.ScoreChange | None, swap.ScoreChange | None, swap.WeightChange | None]


def _swaps(
    at: Values,
    names: Sequence[str],
    centre: Any,
    held: Any,
    criteria: Sequence[str],
    judged: Any,
    i: int,
    after: int | None,
) -> Swaps:
    """What would level an alternative and the next: any score, a score of execution, weight moved."""
    if after is None:
        return None, None, None
    pair, both = np.stack([centre[i], centre[after]]), (names[i], names[after])
    ends = (at.scale.low, at.scale.high)
    every = np.ones(len(criteria), dtype=bool)
    return (
        swap.score_change(both, pair, held, criteria, every, ends),
        swap.score_change(both, pair, held, criteria, judged, ends),
        swap.weight_change(pair, held, criteria),
    )


def _side(values: Any, held: Any, known: Any, side: Any) -> float | None:
    """Position on one axis; None where nothing known has weight on it."""
    if not (held[side & known] > 0).any():
        return None
    return float(values[side] @ held[side] / held[side].sum())


def _hangs(shares: Any, criteria: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Criteria by their share of the variance of a gap, largest first."""
    if shares is None:
        return ()
    order = sorted(range(len(criteria)), key=lambda j: -shares[j])
    return tuple((criteria[j], float(shares[j])) for j in order)


def _part(at: Values, i: int, j: int, weight: float) -> Part:
    one, criterion = at.alternatives[i], at.criteria[j]
    figure, unit, grade = None, "step", "assumed"
    if at.axis[j] == ECONOMICS:
        entry = at.entries.get((one.chip or "", criterion))
        basis = entry.basis if entry else "missing: a chip with a card that stands for the maker"
        figure, unit, grade = entry.value if entry else None, economics.UNITS[criterion], entry.known if entry else ""
    else:
        items = at.scores[one.name, criterion].items
        basis = f"evidence {', '.join(items)}" if items else "missing: a row of the register evidence"
    centre, low, high = (float(part[i, j]) for part in (at.value, at.low, at.high))
    known = bool(at.known[i, j])
    grade = grade if known else "unknown"
    return Part(criterion, at.axis[j], weight, centre, low, high, known, grade, figure, unit, basis)


def _other_use(facts: Facts, chip: str | None) -> str:
    fact = facts.of("proven_other_use", (chip,)) if chip else None
    return f"{fact.value} ({fact.source})" if fact else "unknown"
