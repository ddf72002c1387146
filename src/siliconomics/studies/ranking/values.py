"""Steps of what is ranked on every criterion: at the centre, their ranges, and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from siliconomics.core.late import np
from siliconomics.model import Model

from . import economics, execution
from .alternatives import Alternative

CAUSES = ("rate", "ceiling", "price", "power", "hour")
ECONOMICS, EXECUTION = "economics", "execution"


class Values:
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
