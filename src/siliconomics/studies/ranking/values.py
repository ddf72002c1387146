"""Steps of what is ranked on every criterion: at the centre, their ranges, and drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

from siliconomics.core.late import np
from siliconomics.model import Model
from siliconomics.studies.simulation.points import Points

from . import economics, execution, route
from .alternatives import Alternative, today
from .draws import Drawn

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
        self.companies = [*dict.fromkeys(one.company for one in alternatives)]
        makers = execution.scores(model, self.companies)
        self.routes = route.verdicts(facts, chips, today(facts))
        self.scores = {
            (one.name, criterion): makers[one.company, criterion]
            for one in alternatives
            for criterion in execution.criteria(facts)
        }
        if setting.supply_by_rule:
            for one in alternatives:
                ruled = route.score(self.routes.get(one.chip or ""), self.scale)
                if ruled is not None:
                    self.scores[one.name, route.CRITERION] = ruled
        self._centre()

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
                    score = self.scores[one.name, criterion]
                    centre = self.scale.middle if score.value is None else score.value
                    found = (centre, score.low, score.high, score.value is not None)
                self.value[i, j], self.low[i, j], self.high[i, j], self.known[i, j] = found

    def drawn(self, start: int, stop: int) -> Drawn:
        """Draws ``start`` to ``stop``: one stream of chance for all segments.

        Alternatives that share a chip or a maker share its draws.
        """
        from scipy.special import ndtri

        names = [one.chip or one.name for one in self.alternatives]
        asked, many = self.criteria[len(economics.CRITERIA) :], len(names)
        sizes = {
            **dict.fromkeys(CAUSES, (many,)),
            "unknown": (many, len(economics.CRITERIA)),
            "makers": (len(self.companies), len(asked)),
            "weights": (len(self.criteria),),
            "anything": (len(self.criteria),),
            "ties": (many,),
        }
        ends = np.cumsum([0, *(math.prod(size) for size in sizes.values())])
        uniform = Points(int(ends[-1]), self.seed).uniform(start, stop)
        chance = {
            name: uniform[:, ends[place] : ends[place + 1]].reshape(-1, *size)
            for place, (name, size) in enumerate(sizes.items())
        }
        noise = {**{cause: ndtri(chance[cause]) for cause in CAUSES}, "unknown": chance["unknown"]}
        places = [self.companies.index(one.company) for one in self.alternatives]
        own = [one.name for one in self.alternatives]
        makers = execution.drawn(self.scores, own, asked, chance["makers"][:, places, :])
        chips = economics.steps(self.entries, names, self.reference, self.scale, noise)
        steps = np.concatenate([chips, makers], axis=2)
        return Drawn(steps, chance["weights"], chance["anything"], chance["ties"])
