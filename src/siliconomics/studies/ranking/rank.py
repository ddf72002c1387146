"""Economics x execution: the map, the ranking, and how robust each rank is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.core.late import np
from siliconomics.facts import Facts
from siliconomics.model import Model
from siliconomics.studies.prediction import ratios

from . import calls, economics, execution, purchase, smaa, swap, weights

GENERATIONS = {"now": "chip_in_volume", "next": "next_chip"}
"""The quantity that says which chip stands for a maker."""
DRAWS, SEED = 10_000, 1
MOST_DRAWS = 1_000_000
TENTHS = (0.1, 0.9)
"""Ends of an 80 % range."""
CAUSES = ("rate", "price", "power")
ECONOMICS, EXECUTION = "economics", "execution"
NOT_KNOWN = "not_known"
GROUPS = {**purchase.SAID, NOT_KNOWN: "nothing known on one axis: no place on the map, ranked apart by the other"}
"""Each is ranked by itself."""


@dataclass(frozen=True)
class Alternative:
    """What is ranked: a maker with the chip that stands for it, or a chip with its maker."""

    name: str
    company: str
    chip: str | None
    """A chip with a card; None where none stands for the maker."""
    stands: str
    """Which chip, and how well that is known."""
    purchase: purchase.Purchase


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
    strong_in_both: float
    """Share of the draws in which it stands above the middle on both axes."""
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
    parts: tuple[Part, ...]
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
) -> Ranking:
    """Rank makers or chips for a segment; refuses what cannot be asked."""
    name = weights.segment(model.facts, segment)
    asked = {"chips": chips, "generation": generation, "draws": draws, "seed": seed, "by_hand": by_hand}
    return rankings(model, [name], setting=setting, **asked)[0]  # type: ignore[arg-type]


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
) -> list[Ranking]:
    """The same for several segments, every figure worked out once."""
    _sensible(generation, draws, seed)
    facts = model.facts
    known = [*economics.CRITERIA, *execution.criteria(facts)]
    held = weights.by_hand(by_hand, known) if by_hand is not None else None
    found = _chips(model) if chips else _vendors(model, generation)
    evaluated = _Values(model, found, draws, seed, setting)
    return [
        _one(model, evaluated, segment, held or weights.of_segment(facts, segment), chips, generation)
        for segment in (weights.segment(facts, one) for one in segments)
    ]


def _sensible(generation: str, draws: int, seed: int) -> None:
    if generation not in GENERATIONS:
        raise BadRequest(Problem(f"there is no generation {generation!r}", remedy=nearest(generation, GENERATIONS)))
    if not 1 <= draws <= MOST_DRAWS:
        raise BadRequest(Problem(f"{draws} draws cannot be made", remedy=f"ask for 1 to {MOST_DRAWS:,}"))
    if seed < 0:
        raise BadRequest(Problem(f"the seed {seed} is negative", remedy="give a whole number from 0 on"))


# -- what is ranked ---------------------------------------------------------------------------


def today(facts: Facts) -> dt.date:
    """The day of the ranking."""
    date = economics.constant(facts, "execution_date")
    year = math.floor(date)
    return dt.date(year, 1, 1) + dt.timedelta(days=round((date - year) * 365))


def _chips(model: Model) -> list[Alternative]:
    facts, day = model.facts, today(model.facts)
    found = []
    for chip in ratios.PRODUCTS:
        company = str(facts.label("company", facts.cards["chip"][chip]["vendor"]))
        said = f"card of the chip: {facts.cards['chip'][chip]['status'] or 'unknown'}"
        found.append(Alternative(chip, company, chip, said, purchase.status(facts, chip, company, day)))
    return found


def _vendors(model: Model, generation: str) -> list[Alternative]:
    facts, day = model.facts, today(model.facts)
    found = []
    for company in execution.vendors(facts):
        fact = facts.of(GENERATIONS[generation], (company,))
        chip = None
        if fact is None:
            said = f"unknown: no fact {GENERATIONS[generation]} of {company}"
        else:
            said = f"{fact.value} ({fact.known}, {fact.source}): {fact.note}".rstrip(": ")
            try:
                chip = str(facts.label("chip", fact.value))
            except BadRequest:
                said += "; no card of this chip"
        found.append(Alternative(company, company, chip, said, purchase.status(facts, chip, company, day)))
    return found


# -- values -----------------------------------------------------------------------------------


OTHERWISE: Mapping[str, economics.Setting] = {
    "within 50 ms a token": economics.Setting(limit_ms=50),
    "within 200 ms a token": economics.Setting(limit_ms=200),
    "software equally mature": economics.Setting(software=ratios.EQUAL),
    "a step is a factor of 2": economics.Setting(factor=2),
    "a step is a factor of 4": economics.Setting(factor=4),
}
"""Other choices of ours on the economic axis; each alone."""


def otherwise(
    model: Model, segment: str, *, chips: bool = False, generation: str = "now", by_hand: str | None = None
) -> dict[str, dict[str, tuple[str, int]]]:
    """For each other choice: the group and the rank that every alternative would have."""
    found = {}
    for said, setting in OTHERWISE.items():
        one = rank(model, segment, chips=chips, generation=generation, draws=1, by_hand=by_hand, setting=setting)
        found[said] = {place.alternative.name: (place.group, place.rank) for place in one.places}
    return found


class _Values:
    """Steps of every alternative on every criterion: at the centre, their ranges, and drawn."""

    def __init__(
        self, model: Model, alternatives: Sequence[Alternative], draws: int, seed: int, setting: economics.Setting
    ) -> None:
        facts = model.facts
        self.alternatives, self.draws, self.seed = list(alternatives), draws, seed
        self.scale = economics.scale(facts, setting)
        self.criteria = [*economics.CRITERIA, *execution.criteria(facts)]
        self.axis = [ECONOMICS] * len(economics.CRITERIA) + [EXECUTION] * len(execution.criteria(facts))
        self.reference = economics.reference(facts)
        chips = [one.chip for one in alternatives if one.chip]
        self.entries = economics.table(model, [*dict.fromkeys((*chips, self.reference))], setting)
        companies = [*dict.fromkeys(one.company for one in alternatives)]
        self.scores = execution.scores(model, companies)
        self._centre()
        self._draw(companies)

    def _centre(self) -> None:
        shape = (len(self.alternatives), len(self.criteria))
        self.value, self.low, self.high = np.empty(shape), np.empty(shape), np.empty(shape)
        self.known = np.zeros(shape, dtype=bool)
        for i, one in enumerate(self.alternatives):
            for j, criterion in enumerate(self.criteria):
                if self.axis[j] == ECONOMICS:
                    entry = self.entries.get((one.chip or "", criterion))
                    middle = self.entries[self.reference, criterion]
                    found = economics.at_centre(entry, middle, self.scale)
                else:
                    score = self.scores[one.company, criterion]
                    centre = self.scale.middle if score.value is None else score.value
                    found = (centre, score.low, score.high, score.value is not None)
                self.value[i, j], self.low[i, j], self.high[i, j], self.known[i, j] = found

    def _draw(self, companies: Sequence[str]) -> None:
        """One stream of chance for all segments; alternatives that share a chip or a maker share its draws."""
        generator = np.random.default_rng(self.seed)
        names = [one.chip or one.name for one in self.alternatives]
        noise: dict[str, Any] = {cause: generator.standard_normal((self.draws, len(names))) for cause in CAUSES}
        noise["unknown"] = generator.random((self.draws, len(names), len(economics.CRITERIA)))
        asked = self.criteria[len(economics.CRITERIA) :]
        uniform = generator.random((self.draws, len(companies), len(asked)))
        makers = execution.drawn(self.scores, companies, asked, uniform)
        places = [list(companies).index(one.company) for one in self.alternatives]
        chips = economics.steps(self.entries, names, self.reference, self.scale, noise)
        self.drawn = np.concatenate([chips, makers[:, places, :]], axis=2)
        self.generator = generator


def _one(model: Model, at: _Values, segment: str, asked: weights.Weights, chips: bool, generation: str) -> Ranking:
    generator = np.random.default_rng([at.seed, 1])
    columns = [at.criteria.index(criterion) for criterion in asked.mean]
    mean = np.array(list(asked.mean.values()))
    held = np.array(mean / mean.sum())
    deviation = [asked.deviation[criterion] for criterion in asked.mean]
    drawn = smaa.around(generator, held, deviation, at.draws)
    anything = smaa.simplex(generator, held.size, at.draws)
    placed: list[Place] = []
    ahead: dict[tuple[str, str], float] = {}
    groups = [_group_of(at, i, columns) for i in range(len(at.alternatives))]
    for group in GROUPS:
        members = [i for i, one in enumerate(groups) if one == group]
        if members:
            placed += _group(model, at, group, members, columns, held, drawn, anything, generator, ahead)
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


def _group_of(at: _Values, i: int, columns: Sequence[int]) -> str:
    """With whom an alternative is ranked: what may be bought, what may not, and what nobody can place on the map."""
    for axis in (ECONOMICS, EXECUTION):
        asked = [j for j in columns if at.axis[j] == axis]
        if asked and not at.known[i, asked].any():
            return NOT_KNOWN
    return at.alternatives[i].purchase.group


def _group(
    model: Model,
    at: _Values,
    group: str,
    members: list[int],
    columns: list[int],
    held: Any,
    drawn: Any,
    anything: Any,
    generator: Any,
    ahead: dict[tuple[str, str], float],
) -> list[Place]:
    """Rank the members of one group among themselves."""
    values = np.ascontiguousarray(at.drawn[:, members][:, :, columns])
    found = smaa.analyse(values, drawn, generator)
    other = smaa.analyse(values, anything, generator)
    scores = smaa.utilities(values, drawn)
    centre, low, high, known = (one[np.ix_(members, columns)] for one in (at.value, at.low, at.high, at.known))
    central = centre @ held
    order = sorted(range(len(members)), key=lambda i: (-central[i], at.alternatives[members[i]].name))
    surer = smaa.dominates(low, high)
    names = [at.alternatives[i].name for i in members]
    criteria = [at.criteria[j] for j in columns]
    side = np.array([at.axis[j] == ECONOMICS for j in columns])
    positions = [_position(values, drawn, one) for one in (side, ~side)]
    both = np.logical_and(*(one > at.scale.middle for one in positions)).mean(axis=0)
    for i, name in enumerate(names):
        for j, another in enumerate(names):
            ahead[name, another] = float(found.ahead[i, j])
    placed = []
    for place, i in enumerate(order):
        alternative = at.alternatives[members[i]]
        after = order[place + 1] if place + 1 < len(order) else None
        ranks = [1 + int(np.quantile(found.ranks[:, i], end, method="inverted_cdf")) for end in TENTHS]
        ends = [float(np.quantile(scores[:, i], end)) for end in TENTHS]
        confident = float(found.confidence[i])
        first = not math.isnan(confident)
        swaps = _swaps(at, names, centre, held, criteria, ~side, i, after)
        placed.append(
            Place(
                alternative,
                group,
                place + 1,
                ranks[0],
                ranks[1],
                float(central[i]),
                ends[0],
                ends[1],
                _side(centre[i], held, known[i], side),
                _side(centre[i], held, known[i], ~side),
                float(both[i]),
                tuple(float(share) for share in found.acceptability[i]),
                tuple(float(share) for share in other.acceptability[i]),
                dict(zip(criteria, map(float, found.central_weights[i]), strict=True)) if first else None,
                confident if first else None,
                None if after is None else float(found.ahead[i, after]),
                tuple(names[j] for j in range(len(names)) if surer[i, j]),
                *swaps,
                () if after is None else _hangs(values, drawn, i, after, criteria),
                float(held[~known[i]].sum()),
                tuple(_part(at, members[i], j, float(w)) for j, w in zip(columns, held, strict=True)),
                _other_use(model.facts, alternative.chip),
            )
        )
    return placed


Swaps = tuple[swap.ScoreChange | None, swap.ScoreChange | None, swap.WeightChange | None]


def _swaps(
    at: _Values,
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


def _position(values: Any, drawn: Any, side: Any) -> Any:
    """Draws x alternatives: position on one axis; the middle of nothing is not a number."""
    share = drawn[:, side]
    with np.errstate(invalid="ignore", divide="ignore"):
        return smaa.utilities(values[:, :, side], share) / share.sum(axis=1)[:, None]


def _side(values: Any, held: Any, known: Any, side: Any) -> float | None:
    """Position on one axis; None where nothing known has weight on it."""
    if not (held[side & known] > 0).any():
        return None
    return float(values[side] @ held[side] / held[side].sum())


def _hangs(values: Any, drawn: Any, i: int, after: int, criteria: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Each criterion's share of the variance of the gap to the next: they add up to one, and one may be negative."""
    parts = (values[:, i] - values[:, after]) * drawn
    parts = parts - parts.mean(axis=0)
    gap = parts.sum(axis=1)
    whole = float(gap @ gap)
    if whole <= 0:
        return ()
    shares = gap @ parts / whole
    order = sorted(range(len(criteria)), key=lambda j: -shares[j])
    return tuple((criteria[j], float(shares[j])) for j in order)


def _part(at: _Values, i: int, j: int, weight: float) -> Part:
    one, criterion = at.alternatives[i], at.criteria[j]
    figure, unit, basis = None, "step", ""
    if at.axis[j] == ECONOMICS:
        entry = at.entries.get((one.chip or "", criterion))
        basis = entry.basis if entry else "missing: a chip with a card that stands for the maker"
        figure, unit = (entry.value if entry else None), economics.UNITS[criterion]
    else:
        items = at.scores[one.company, criterion].items
        basis = f"evidence {', '.join(items)}" if items else "missing: a row of the register evidence"
    centre, low, high = (float(part[i, j]) for part in (at.value, at.low, at.high))
    return Part(criterion, at.axis[j], weight, centre, low, high, bool(at.known[i, j]), figure, unit, basis)


def _other_use(facts: Facts, chip: str | None) -> str:
    fact = facts.of("proven_other_use", (chip,)) if chip else None
    return f"{fact.value} ({fact.source})" if fact else "unknown"
