"""The economic axis: figures of each chip with the spread of their logarithm, and their step on the scale.

``table`` is the one provider: whoever has a better cost of a token replaces ``_cost_per_token`` here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from siliconomics.core import BadRequest, Cell
from siliconomics.core.graph import weakest
from siliconomics.core.late import np
from siliconomics.facts import Fact, Facts
from siliconomics.model import Model
from siliconomics.studies.belief import EIGHTY
from siliconomics.studies.prediction import ratios
from siliconomics.studies.prediction.software import calibration
from siliconomics.studies.reach import of_cell

from .purchase import FOREIGN

COST, PER_CHIP, PER_USD, PER_WATT = "cost_per_token", "rate_per_chip", "rate_per_usd", "rate_per_watt"
CRITERIA: Mapping[str, int] = {COST: -1, PER_USD: 1, PER_WATT: 1, PER_CHIP: 1}
"""Economic criteria, and whether more is better (1) or less (-1)."""
UNITS = {
    COST: "USD per million output tokens",
    PER_USD: "output tokens/s per 1,000 USD",
    PER_WATT: "output tokens/s per kW",
    PER_CHIP: "output tokens/s per chip",
}
SECONDS_PER_HOUR, MILLION, THOUSAND = 3600.0, 1e6, 1e3
HOUR = "chip_hour_in_use_usd"
PRICES = ("market_price_cny", "quoted_market_price_usd")


RATE, PRICE = "rate", "price"


@dataclass(frozen=True)
class Room:
    """A rate under a limit is no higher than the rate without it: by how much that lies above, and its doubt."""

    logarithm: float
    spread: float


@dataclass(frozen=True)
class Entry:
    """One figure of one chip."""

    chip: str
    criterion: str
    value: float | None
    causes: Mapping[str, float] = field(default_factory=dict)
    """How far each cause of doubt moves the logarithm, one standard deviation of the cause up; a cause that moves
    several figures of a chip (its rate, its price) moves them together."""
    room: Room | None = None
    """What holds its rate down, where something does."""
    known: str = "unknown"
    basis: str = ""
    """What it rests on; or, where the value is unknown, what is missing."""

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm."""
        return math.sqrt(sum(one**2 for one in self.causes.values()))


Table = dict[tuple[str, str], Entry]


@dataclass(frozen=True)
class Setting:
    """Choices of ours that may be made otherwise; None is as the facts state."""

    limit_ms: float | None = None
    software: str = ratios.VENDOR
    factor: float | None = None
    domestic_price_factor: float = 1.0
    """What Chinese makers' prices are multiplied by: a price war among them."""
    supply_by_rule: bool = False
    """Security of supply as the foundry rules have it, in the place of what the evidence says."""


AS_STATED = Setting()


@dataclass(frozen=True)
class _Figure:
    """A positive figure with the spread of its logarithm."""

    value: float
    spread: float
    known: str
    said: str
    room: Room | None = None


def table(model: Model, chips: Sequence[str], setting: Setting = AS_STATED) -> Table:
    """Every economic figure of the chips; a figure that cannot be had says what it lacks."""
    found: Table = {}
    rates = _rates(model.facts, [*dict.fromkeys((*chips, reference(model.facts)))], setting)
    for chip in chips:
        domestic = model.facts.cards["chip"][chip]["vendor"] not in FOREIGN
        factor = setting.domestic_price_factor if domestic else 1.0
        rate, lacking = rates[chip]
        price, power = _figure(model, "market_price_usd", chip), _figure(model, "power_w", chip)
        found[chip, COST] = _cost_per_token(model, chip, rate or lacking, price, factor)
        found[chip, PER_CHIP] = (
            Entry(chip, PER_CHIP, rate.value, {RATE: rate.spread}, rate.room, rate.known, rate.said)
            if rate
            else _missing(chip, PER_CHIP, lacking)
        )
        cheaper = price and replace(price, value=price.value * factor)
        found[chip, PER_USD] = _over(chip, PER_USD, rate or lacking, cheaper or "market_price_usd", PRICE)
        found[chip, PER_WATT] = _over(chip, PER_WATT, rate or lacking, power or "power_w", "power")
    return found


def _missing(chip: str, criterion: str, *parts: _Figure | str) -> Entry:
    lacking = [part for part in parts if isinstance(part, str)]
    return Entry(chip, criterion, None, basis=f"missing: {', '.join(lacking)}")


def _over(chip: str, criterion: str, rate: _Figure | str, other: _Figure | str, cause: str) -> Entry:
    """A rate per dollar or per watt; a part that is a word says what is missing."""
    if isinstance(rate, str) or isinstance(other, str):
        return _missing(chip, criterion, rate, other)
    causes = {RATE: rate.spread, cause: -other.spread}
    known = weakest([rate.known, other.known])
    value, said = rate.value / other.value * THOUSAND, f"{rate.said}; {other.said}"
    return Entry(chip, criterion, value, causes, rate.room, known, said)


def _cost_per_token(model: Model, chip: str, rate: _Figure | str, price: _Figure | None, factor: float) -> Entry:
    """What an hour in use costs, of the ownership chapter, over the tokens of the hour.

    Its doubt: that of the rate; of the price, by its share in the hour; and of all else, less what the reference shares.
    """
    where = {"site": model.facts.usual("site"), "owner": model.facts.usual("owner")}
    cells = [model.graph.cell(HOUR, {"chip": one, **where}) for one in (chip, reference(model.facts))]
    if isinstance(rate, str) or price is None or cells[0].missing is not None:
        return _missing(
            chip, COST, rate, price or "market_price_usd", *(cells[0].missing.needs if cells[0].missing else ())
        )
    hour, base = (of_cell(model, cell) for cell in cells)
    share = _price_share(model, cells[0], hour.value)
    others = math.sqrt(sum(term.spread**2 for term in hour.over(base).terms if term.quantity not in PRICES))
    causes = {RATE: -rate.spread, PRICE: share * price.spread, "hour": others}
    paid = hour.value * (1 + share * (factor - 1))
    said = (
        f"{rate.said}; {HOUR} {paid:.2f} ({where['owner']}, {where['site']}), {share:.0%} of it the price of the chip"
    )
    value = paid / (rate.value * SECONDS_PER_HOUR) * MILLION
    return Entry(chip, COST, value, causes, rate.room, "assumed", f"{said}; {price.said}")


def _price_share(model: Model, cell: Cell, hour: float) -> float:
    """What part of an hour's cost grows with the price of the chip: its elasticity, exact, for the cost is linear in it."""
    if cell.node is None:
        return 0.0
    slopes, values = model.graph.tape.slopes(cell.node), model.graph.tape.values
    prices = [one.node for one in model.graph.facts_under(cell) if one.name in PRICES and one.node is not None]
    return math.fsum(float(slopes.get(node, 0.0)) * float(values[node]) for node in prices) / hour


def _rates(facts: Facts, chips: Sequence[str], setting: Setting) -> dict[str, tuple[_Figure | None, str]]:
    """Output tokens a second and chip in the best system up to 64 chips; spreads are those of the ratio to the reference."""
    learned = ratios.level_of(calibration(), setting.software)
    limit = setting.limit_ms or constant(facts, "ranking_time_per_token_limit_ms")
    lacking: dict[str, str] = {}
    cases = []
    for chip in chips:
        try:
            weights, date = ratios.weights_of(facts, chip), constant(facts, "execution_date")
            cases += [
                (chip, held, ratios.on(facts, chip, size, held, weights, date))
                for size in ratios.SIZES
                for held in (limit, None)
            ]
        except BadRequest as refused:
            lacking[chip] = ratios.lacking(str(refused.problems[0]))
    answers = ratios.answers([one for *_, one in cases], learned, setting.software)
    got: dict[str, ratios.Answer] = {}
    free: dict[str, ratios.Answer] = {}
    for (chip, held, _), answer in zip(cases, answers, strict=True):
        best = free if held is None else got
        if answer is not None and (chip not in best or answer.rate > best[chip].rate):
            best[chip] = answer
    unexplained, base = ratios.ratio_spread(), got.get(reference(facts))
    found: dict[str, tuple[_Figure | None, str]] = {}
    for chip in chips:
        if chip not in got:
            slow = f"a rate: no system up to {ratios.SIZES[-1]} chips holds the model within {limit:g} ms a token"
            found[chip] = (None, lacking.get(chip, slow))
            continue
        answer = got[chip]
        spread = _against(answer, base, learned, unexplained)
        most = free[chip]
        room = Room(max(math.log(most.rate / answer.rate), 0.0), _against(most, base, learned, unexplained))
        said = f"{answer.rate:.3g} tokens/s per chip on {answer.chips} chips within {limit:g} ms"
        found[chip] = (_Figure(answer.rate, spread, "assumed" if answer.weak else "estimated", said, room), "")
    return found


def _against(answer: ratios.Answer, base: ratios.Answer | None, learned: Any, unexplained: float) -> float:
    """Spread of the ratio to the reference: what both share cancels, and the reference has none."""
    if base is None:
        return answer.spread
    if answer.chip == base.chip:
        return 0.0
    return ratios.between(answer, base, learned.covariance, unexplained).spread


def _figure(model: Model, quantity: str, chip: str) -> _Figure | None:
    cell = model.graph.cell(quantity, {"chip": chip})
    value = model.graph.value(cell)
    if value is None:
        return None
    known = model.graph.known(cell)
    ranged = [one.given.origin for one in model.graph.facts_under(cell) if one.given]
    spreads = [_spread(model.facts, fact) for fact in ranged if isinstance(fact, Fact)]
    return _Figure(value, math.sqrt(sum(one**2 for one in spreads)), known, f"{quantity} {value:,.0f}, {known}")


def _spread(facts: Facts, fact: Fact) -> float:
    """Of a fact's logarithm: from its range, which is 80 % of belief; without one, by how well it is known."""
    if fact.low is not None and fact.high is not None and fact.low > 0:
        return math.log(fact.high / fact.low) / (2 * EIGHTY)
    return constant(facts, "unranged_log_spread", fact.known)


def constant(facts: Facts, quantity: str, *labels: str) -> float:
    """A numeric fact of the ranking."""
    fact = facts.of(quantity, labels)
    assert fact is not None, quantity
    return float(fact.value)


def reference(facts: Facts) -> str:
    """The chip in the middle of the scale."""
    fact = facts.of("reference_chip", ())
    assert fact is not None
    return str(facts.label("chip", fact.value))


# -- on the scale -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """How a ratio to the reference becomes a step."""

    low: float
    middle: float
    high: float
    factor: float

    def step(self, logarithm: Any) -> Any:
        """Step of a ratio's logarithm, better being positive; the ends of the scale hold what lies beyond them."""
        return np.clip(self.middle + logarithm / math.log(self.factor), self.low, self.high)


def scale(facts: Facts, setting: Setting = AS_STATED) -> Scale:
    """The scale of the facts."""
    low, high = constant(facts, "scale_lowest"), constant(facts, "scale_highest")
    return Scale(low, (low + high) / 2, high, setting.factor or constant(facts, "economic_factor_per_step"))


def steps(entries: Table, chips: Sequence[str], against: str, on: Scale, noise: Mapping[str, Any]) -> Any:
    """Draws x chips x criteria: steps on the scale.

    ``noise``: standard normal draws (draws x chips) of each cause and of the ``ceiling`` of rates; and ``unknown``
    uniform ones (draws x chips x criteria): what is unknown may stand anywhere.
    """
    draws = noise["unknown"].shape[0]
    found = np.empty((draws, len(chips), len(CRITERIA)))
    for at, (criterion, better) in enumerate(CRITERIA.items()):
        middle = entries[against, criterion].value
        for place, chip in enumerate(chips):
            entry = entries.get((chip, criterion))
            if entry is None or entry.value is None or middle is None:
                found[:, place, at] = on.low + (on.high - on.low) * noise["unknown"][:, place, at]
                continue
            moved = sum(_moved(entry, cause, size, noise, place) for cause, size in entry.causes.items())
            found[:, place, at] = on.step(better * (math.log(entry.value / middle) + moved))
    return found


def _moved(entry: Entry, cause: str, size: float, noise: Mapping[str, Any], place: int) -> Any:
    """How far a cause moves the logarithm in each draw; a rate stops at its ceiling."""
    drawn = abs(size) * noise[cause][:, place]
    if cause == RATE and entry.room is not None:
        drawn = np.minimum(drawn, entry.room.logarithm + entry.room.spread * noise["ceiling"][:, place])
    return math.copysign(1.0, size) * drawn


def at_centre(entry: Entry | None, middle: Entry, on: Scale) -> tuple[float, float, float, bool]:
    """Step of a figure, its 80 % range, and whether it is known at all."""
    if entry is None or entry.value is None or middle.value is None:
        return on.middle, on.low, on.high, False
    better, ratio = CRITERIA[entry.criterion], math.log(entry.value / middle.value)
    down = up = EIGHTY * entry.spread
    if entry.room is not None:
        others = sum(size**2 for cause, size in entry.causes.items() if cause != RATE)
        up = min(up, entry.room.logarithm + EIGHTY * math.sqrt(entry.room.spread**2 + others))
    centre, low, high = (float(on.step(better * ratio + side)) for side in (0.0, -down, up))
    return centre, low, high, True
