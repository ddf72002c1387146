"""The audit: one verdict for each printed figure, and findings that rules make among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import Figure
from siliconomics.model import Model

STATUSES = ("reproduced", "contradicted", "not_computable")
COLUMNS = (
    "exhibit",
    "line",
    "entity",
    "metric",
    "period",
    "scenario",
    "printed",
    "computed",
    "unit",
    "tolerance",
    "status",
    "note",
)
TIME = ("year", "half", "quarter")


@dataclass
class Verdict:
    """One printed figure and what became of it."""

    figure: Figure
    unit: str = ""
    printed: float | str | None = None
    """In ``unit``, per cent as a fraction."""
    computed: float | str | None = None
    tolerance: float | None = None
    status: str = "not_computable"
    notes: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    """Names of the rules that spoke against it."""

    def contradict(self, rule: str, note: str, computed: float | str | None = None) -> None:
        """Speak against the figure; the first number given stands."""
        if self.status != "contradicted":
            self.status = "contradicted"
            if computed is not None:
                self.computed = computed
        if rule not in self.rules:
            self.rules.append(rule)
        if note not in self.notes:
            self.notes.append(note)

    @property
    def entity(self) -> str:
        return "; ".join(str(label) for dimension, label in self.figure.labels.items() if dimension not in TIME)

    @property
    def period(self) -> str:
        own = [str(label) for dimension, label in self.figure.labels.items() if dimension in TIME]
        return self.figure.period or "; ".join(own)

    def as_dict(self) -> dict[str, Any]:
        """The row as other programs read it (COLUMNS)."""
        return {
            "exhibit": self.figure.exhibit,
            "line": self.figure.line,
            "entity": self.entity,
            "metric": self.figure.quantity,
            "period": self.period,
            "scenario": self.figure.scenario,
            "printed": self.printed,
            "computed": self.computed,
            "unit": self.unit,
            "tolerance": self.tolerance,
            "status": self.status,
            "note": "; ".join(self.notes),
        }

    def record(self) -> dict[str, Any]:
        """The row, and beside it what the figure is in the source: an input, a check or a claim."""
        return {**self.as_dict(), "role": self.figure.role}

    @property
    def is_input(self) -> bool:
        """Stated, and nothing else gives it: there is nothing to compute, so nothing is lacking either."""
        return self.status == "not_computable" and self.figure.role == "input"


@dataclass(frozen=True)
class Finding:
    """What a rule found among the figures: one sentence, the rule's name, and the places."""

    rule: str
    sentence: str
    places: tuple[str, ...]


@dataclass
class Report:
    """All verdicts, in the order of the source."""

    verdicts: list[Verdict]
    findings: list[Finding]
    notes: tuple[str, ...] = ()

    def select(self, exhibit: int | None = None, status: str | None = None) -> Report:
        """The verdicts of one exhibit or status; refuses an exhibit that is not transcribed."""
        _ensure([verdict.figure for verdict in self.verdicts], exhibit, status)
        chosen: Iterable[Verdict] = self.verdicts
        if exhibit is not None:
            chosen = [verdict for verdict in chosen if verdict.figure.exhibit == exhibit]
        if status is not None:
            chosen = [verdict for verdict in chosen if verdict.status == status]
        kept = list(chosen)
        places = {verdict.figure.place for verdict in kept}
        findings = [one for one in self.findings if places.intersection(one.places)]
        return Report(kept, findings, self.notes)

    def counts(self) -> dict[str, int]:
        """Figures by status; inputs, which nothing recomputes, apart."""
        counts = dict.fromkeys((*STATUSES, "input"), 0)
        for verdict in self.verdicts:
            counts["input" if verdict.is_input else verdict.status] += 1
        return counts


def _ensure(figures: Sequence[Figure], exhibit: int | None, status: str | None) -> None:
    """Refuse an exhibit that is not transcribed and a status that does not exist."""
    known = sorted({figure.exhibit for figure in figures if figure.exhibit is not None})
    if exhibit is not None and exhibit not in known:
        raise BadRequest(
            Problem(
                f"exhibit {exhibit} is not among the transcribed exhibits",
                remedy=f"they are {', '.join(str(number) for number in known)}",
            )
        )
    if status is not None and status not in STATUSES:
        raise BadRequest(Problem(f"there is no status {status!r}", remedy=f"choose {', '.join(STATUSES)}"))


def audit(model: Model, exhibit: int | None = None, status: str | None = None) -> Report:
    """Recompute every printed figure under the base scenario and apply every rule.

    A forecast is judged by what its source knew: what a folder of the user's reports of the same line and period since is
    left out for the source's figures, and used for those of the user's own tables.

    Raises BadRequest for an exhibit that is not transcribed or a status that does not exist.
    """
    from . import rules, since
    from .recompute import verdicts

    _ensure(model.facts.figures, exhibit, status)
    base = model if not model.overlays else model.under()
    came = since.reported_since(base)
    sources, own = since.apart(base) if came else (list(base.facts.figures), [])
    found: list[Verdict] = []
    findings: list[Finding] = []
    for judge, figures in ((since.before(base, came) if came else base, sources), (base, own)):
        judged = verdicts(judge, figures) if figures else []
        judged = since.spare(judge, judged) if figures is own else judged
        for rule in rules.RULES if judged else ():
            findings.extend(rule(judge, judged))
        found += judged
    found.sort(key=_order)
    report = Report(found, findings, (since.told(came),) if came else ())
    return report.select(exhibit, status) if exhibit is not None or status is not None else report


def _order(verdict: Verdict) -> tuple[int, int]:
    return verdict.figure.line, verdict.figure.exhibit or 0


__all__: Sequence[str] = ("COLUMNS", "STATUSES", "Finding", "Report", "Verdict", "audit")
