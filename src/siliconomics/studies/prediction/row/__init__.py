"""One row of a points file as a point: every word read, or refused with its row and column.

A blank cell leaves its field open; whatever was filled in, or read in one of several ways, stands in the notes.
"""

from __future__ import annotations

import re

from siliconomics.core import BadRequest

from ..layouts import read_layout
from ..point import Point
from .cells import OPEN
from .run import ENGINES, Run, engine_named
from .table import MEASURED, doubt
from .work import Work

PHASES = ("mixed", "prefill", "decode")
METRICS = ("output_tok_s", "total_tok_s", "input_tok_s", "tok_s_per_user")
SCOPES = ("system", "per_chip", "per_node", "per_user")
CHIPS_PER_NODE = 8
"""The source of the table says so for every rate per node."""
_EAGER = re.compile(r"no cuda graph|eager", re.IGNORECASE)


class Row(Run, Work):
    """A row being read: its cells, the problems found and the notes taken."""

    def point(self) -> Point:
        id_ = self.cell("id") or re.sub(r".*\brow ", "row-", self.place)
        source = id_.rpartition("-")[0] or id_
        chip, model = self.cell("chip"), self.model()
        if not chip:
            self.wrong("chip", "no chip is named", "name a chip, such as H200")
        phase = self.word("phase", PHASES, "mixed")
        metric = self.word("metric", METRICS, "output_tok_s")
        scope = self.word("scope", SCOPES, "system")
        chips = self.chips()
        spread = read_layout(self.cell("parallelism"), chips, phase)
        self.notes.extend(spread.notes)
        if chips is None and spread.chips is not None:
            chips = spread.chips
            self.notes.append(f"chip count not stated: {chips}, from the layout")
        copy = spread.layout.chips if spread.layout else None
        if chips and copy and not spread.disaggregated and chips % copy:
            self.notes.append(f"the layout takes {copy} chips, {chips} are counted")
        weights, activations, kv, attention = self.precisions(chip, model)
        engine, date = self.engine(), self.date()
        isl, osl = self.lengths(model, phase)
        concurrency, batch, max_load, most_requests = self.load(chips, isl)
        tpot_limit, ttft_limit, tpot, ttft = self.latency()
        draft_tokens, acceptance = self.drafts(model, spread.drafts)
        prefix_share = self.prefix()
        tier = re.match(r"tier ([A-D])\b", self.cell("notes"))
        if tier is None:
            self.notes.append("tier not stated: B")
        value = None if OPEN.fullmatch(self.cell("value")) else self.number("value", self.cell("value"))
        if self.problems:
            raise BadRequest(*self.problems)
        rate = _rate(value, metric, scope, chips)
        why = self.unscored(id_, model, chips, rate, isl, tier[1] if tier else "B")
        if why:
            self.notes.append(f"not scored: {why}")
        return Point(
            id=id_,
            source=source,
            row=self.row,
            chip=chip,
            chips=chips,
            model=model,
            weights=weights,
            activations=activations,
            kv=kv,
            attention=attention,
            engine=engine,
            date=date,
            layout=spread.layout,
            phase=phase,
            metric=metric,
            scope=scope,
            input_tokens=isl,
            output_tokens=osl,
            concurrency=concurrency,
            batch_per_chip=batch,
            max_load=max_load,
            most_requests=most_requests,
            tpot_limit_ms=tpot_limit,
            ttft_limit_ms=ttft_limit,
            draft_tokens=draft_tokens,
            acceptance=acceptance,
            prefix_share=prefix_share,
            tier=tier[1] if tier else "B",
            value_per_chip=rate,
            scored=not why,
            notes=tuple(self.notes),
            value=value,
            tpot_ms=tpot,
            ttft_ms=ttft,
            disaggregated=spread.disaggregated,
            length_variation=self.length_variation(model),
            eager=bool(_EAGER.search(self.cell("parallelism"))),
        )

    def unscored(
        self, id_: str, model: str, chips: int | None, rate: float | None, isl: float | None, tier: str
    ) -> str | None:
        if tier in "CD":
            return f"tier {tier}"
        if doubted := doubt(id_, model):
            return doubted
        if rate is None:
            return "no rate per chip"
        if chips is None:
            return "chip count unknown"
        if isl is None:
            return "input length unknown"
        return None


def _rate(value: float | None, metric: str, scope: str, chips: int | None) -> float | None:
    """The README's rule; a rate of one user stays as it is."""
    if value is None or metric == "tok_s_per_user" or scope in ("per_chip", "per_user"):
        return value
    if scope == "per_node":
        return value / CHIPS_PER_NODE
    return value / chips if chips else None


__all__ = ["ENGINES", "MEASURED", "PHASES", "SCOPES", "Row", "engine_named"]
