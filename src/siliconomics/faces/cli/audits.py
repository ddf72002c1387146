"""The audit in the terminal, as JSON and as CSV."""

from __future__ import annotations

import csv
import sys
from typing import Any

from siliconomics.model import Model
from siliconomics.studies.audit import Bridge, Report, Verdict, bridge
from siliconomics.studies.audit.report import COLUMNS

from .records import print_json

COVERED = ("Cambricon", "Iluvatar", "MetaX")


def show(model: Model, report: Report, as_json: bool, as_csv: bool, *, whole: bool) -> None:
    """Print a report; the whole one opens with counts and findings and closes with the bridges."""
    if as_json:
        print_json([verdict.record() for verdict in report.verdicts])
    elif as_csv:
        write_csv(report, sys.stdout)
    elif whole:
        _whole(model, report)
    else:
        _part(report)


def write_csv(report: Report, file: Any) -> None:
    """One row per printed figure, plain numbers, per cent as fractions."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for verdict in report.verdicts:
        row = verdict.as_dict()
        writer.writerow(["" if row[column] is None else row[column] for column in COLUMNS])


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def counts_table(report: Report) -> Any:
    """Figures by exhibit and status."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("where", "printed figures", "reproduced", "contradicted", "not computable", "inputs"):
        table.add_column(heading, justify="left" if heading == "where" else "right")
    exhibits = sorted({v.figure.exhibit for v in report.verdicts if v.figure.exhibit is not None})
    groups = [(f"Exhibit {number}", [v for v in report.verdicts if v.figure.exhibit == number]) for number in exhibits]
    groups += [("running text", [v for v in report.verdicts if v.figure.exhibit is None]), ("all", report.verdicts)]
    for name, verdicts in groups:
        counts = Report(verdicts, []).counts()
        table.add_row(
            name,
            str(len(verdicts)),
            str(counts["reproduced"]),
            str(counts["contradicted"]),
            str(counts["not_computable"]),
            str(counts["input"]),
            style="bold" if name == "all" else None,
        )
    return table


def _whole(model: Model, report: Report) -> None:
    console = _console()
    console.print("[bold]What the source printed, recomputed[/]")
    console.print(
        "[dim]scenario base: the source's own conventions; tolerance: half the last printed digit, "
        "plus what rounding of the printed inputs allows[/]"
    )
    console.print(counts_table(report))
    console.print("\n[bold]What to distrust[/]")
    for rule in dict.fromkeys(finding.rule for finding in report.findings):
        found = list(dict.fromkeys(one.sentence for one in report.findings if one.rule == rule))
        console.print(f"\n[bold]{rule}[/] [dim]({len(found)})[/]")
        for sentence in found:
            console.print(f"  {sentence}", markup=False)
    own = [verdict for verdict in report.verdicts if verdict.rules == ["does not follow"]]
    if own:
        console.print(f"\n[bold]does not follow from its own inputs[/] [dim]({len(own)})[/]")
        for sentence in dict.fromkeys(_sentence(verdict) for verdict in own):
            console.print(f"  {sentence}", markup=False)
    for note in report.notes:
        console.print(f"\n{note}", markup=False)
    console.print("\n[bold]From the source's price target to the textbook's[/]")
    for company in COVERED:
        console.print(bridge_table(bridge(model, company)))
    console.print("[dim]siliconomics audit --exhibit N, --status contradicted, --csv show the figures one by one[/]")


def _sentence(verdict: Verdict) -> str:
    figure = verdict.figure
    where = f"Exhibit {figure.exhibit}, line {figure.line}" if figure.exhibit is not None else f"line {figure.line}"
    what = " ".join(filter(None, (figure.quantity, verdict.entity, verdict.period)))
    return f"{what}: printed {figure.printed} ({where}); {'; '.join(verdict.notes)}"


def bridge_table(found: Bridge) -> Any:
    """The departures of one valuation with their effect per share."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(width=11)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    printed = f"printed {found.printed:,.0f}" if found.printed else ""
    table.add_row(f"[bold]{found.company}[/]", f"the source's form ({printed})", f"{found.base:,.1f} {found.unit}")
    for step in found.steps:
        effect = f"{step.effect:+,.1f}".replace("-", "−") if abs(step.effect) > 5e-5 else "0"
        table.add_row("", step.meaning, effect)
    change = (found.textbook / found.base - 1) * 100
    table.add_row(
        "", "[bold]the textbook[/]", f"[bold]{found.textbook:,.1f} {found.unit} ({change:+.0f}%)[/]".replace("-", "−")
    )
    return table


def _part(report: Report) -> None:
    from rich.table import Table

    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in (
        ("line", "right"),
        ("what", "left"),
        ("printed", "right"),
        ("computed", "right"),
        ("tolerance", "right"),
        ("status", "left"),
        ("note", "left"),
    ):
        table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
    colours = {"reproduced": "green", "contradicted": "red", "not_computable": "dim"}
    for verdict in report.verdicts:
        what = " ".join(filter(None, (verdict.figure.quantity, verdict.entity, verdict.period)))
        if verdict.figure.scenario != "base":
            what += f" ({verdict.figure.scenario})"
        status = "input" if verdict.is_input else verdict.status.replace("_", " ")
        table.add_row(
            str(verdict.figure.line),
            what,
            verdict.figure.printed,
            _plain(verdict.computed),
            _plain(verdict.tolerance),
            f"[{colours[verdict.status]}]{status}[/]",
            "; ".join(verdict.notes),
        )
    console.print(table)
    counts = report.counts()
    console.print("  ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count))
    for finding in report.findings:
        console.print(f"{finding.rule}: {finding.sentence}", markup=False)
    for note in report.notes:
        console.print(note, markup=False)


def _plain(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:,.6g}".replace("-", "−")
