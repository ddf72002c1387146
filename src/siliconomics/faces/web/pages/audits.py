"""What the source printed, recomputed: how much of it holds, and what does not."""

from __future__ import annotations

from typing import Any

from ..asked import Asked
from ..page import Block, Figure, Keys, Lines, Page, Table, word

STATUSES = ("reproduced", "contradicted", "not_computable", "input")
MOST = 400


def page(asked: Asked, subject: str = "") -> Page:
    """Counts by exhibit, contradictions one by one, and the rules they fall under."""
    report = _report(asked)
    counts = report.counts()
    whole = sum(counts.values())
    tested = counts["reproduced"] + counts["contradicted"]
    finding = (
        f"{counts['reproduced']} of {tested} printed figures that can be recomputed are reproduced; "
        f"{counts['contradicted']} are contradicted, each with its reason."
    )
    keys = [
        (one.replace("_", " ").capitalize(), Figure(f"{counts[one]:,}", float(counts[one])), f"of {whole:,}")
        for one in STATUSES
    ]
    note = "The audit asks the base, whatever the view holds; tolerance: half the last printed digit, plus rounding of inputs."
    findings = list(dict.fromkeys(f"{one.rule}: {one.sentence}" for one in report.findings))
    blocks: list[Block] = [
        Keys("keys", keys),
        _exhibits(report),
        _wrong(asked, report),
        Lines("distrust", "What to distrust", findings),
    ]
    return Page("audit", "What the source printed, recomputed", finding, note, blocks)


def _report(asked: Asked) -> Any:
    """The report of the base, which no scenario and no what-if of the view touches, worked out once."""
    from siliconomics.studies.audit import audit

    base = asked.published.under() if asked.published.scenarios else asked.published
    kept = base.__dict__
    if "_web_audit" not in kept:
        kept["_web_audit"] = audit(base)
    return kept["_web_audit"]


def _exhibits(report: Any) -> Table:
    from siliconomics.studies.audit import Report

    numbers = sorted({one.figure.exhibit for one in report.verdicts if one.figure.exhibit is not None})
    rows = []
    for number in [*numbers, None]:
        group = [one for one in report.verdicts if one.figure.exhibit == number]
        counts = Report(group, []).counts()
        name = "running text" if number is None else f"Exhibit {number}"
        rows.append([word(name), *(Figure(f"{counts[one]:,}", float(counts[one])) for one in STATUSES)])
    return Table(
        "exhibits",
        "By exhibit",
        "Printed figures",
        ["Where", *(one.replace("_", " ").capitalize() for one in STATUSES)],
        rows,
    )


def _wrong(asked: Asked, report: Any) -> Table:
    rows = []
    for one in [each for each in report.verdicts if each.status == "contradicted"][:MOST]:
        where = (
            f"Exhibit {one.figure.exhibit}, line {one.figure.line}"
            if one.figure.exhibit is not None
            else f"line {one.figure.line}"
        )
        rows.append(
            [
                word(" ".join(filter(None, (one.figure.quantity, one.entity, one.period)))),
                word(where),
                word(one.figure.printed),
                word(
                    ""
                    if one.computed is None
                    else one.computed
                    if isinstance(one.computed, str)
                    else f"{one.computed:,.6g}"
                ),
                word("; ".join(one.notes)),
            ]
        )
    return Table(
        "contradicted",
        "Contradicted",
        "Printed, computed and why",
        ["What", "Where", "Printed", "Computed", "Why"],
        rows,
    )


__all__ = ["page"]
