"""From the source's target to the textbook's, departure by departure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siliconomics.model import Model
from siliconomics.model.overlay import find
from siliconomics.studies.bridge.attribution import ordered


@dataclass(frozen=True)
class Step:
    """One departure mended: what it is, and what it adds to the value per share."""

    scenario: str
    meaning: str
    effect: float


@dataclass(frozen=True)
class Bridge:
    """The departures of one valuation, in order; their effects add up to the whole gap."""

    company: str
    unit: str
    printed: float | None
    base: float
    steps: tuple[Step, ...]
    textbook: float


def bridge(model: Model, company: str) -> Bridge:
    """Mend a valuation's departures from the textbook one after another.

    The order is that of the textbook scenario's own list; another order shares the same total out otherwise.
    """
    label = model.label("company", company)
    whole = find("textbook").based_on
    value = model.under().solve("price_target", company=label)
    base, after = value.value, model.under(*whole).solve("price_target", company=label).value
    assert isinstance(base, float)
    assert isinstance(after, float)

    def worth(chosen: Sequence[int]) -> list[float]:
        """The value with the first so many departures mended."""
        found = [model.under(*whole[: made.bit_count()]).solve("price_target", company=label).value for made in chosen]
        return [float(one) for one in found if isinstance(one, (int, float))]

    effects = ordered(worth, len(whole))
    steps = [Step(name, find(name).meaning, effect) for name, effect in zip(whole, effects, strict=True)]
    printed = next(
        (
            figure.number.value
            for figure in model.facts.figures
            if figure.quantity == "price_target"
            and figure.labels == {"company": label}
            and figure.number
            and figure.scenario == "base"
            and figure.exhibit is not None
        ),
        None,
    )
    return Bridge(label, value.unit, printed, base, tuple(steps), after)
