"""The best layouts of a system, in the terminal and as JSON."""

from __future__ import annotations

from typing import Any

from siliconomics.facts import Facts
from siliconomics.studies.prediction.pools import Pools
from siliconomics.studies.prediction.search import Search
from siliconomics.studies.prediction.search import search as study
from siliconomics.studies.prediction.software import calibration
from siliconomics.studies.workers import crew

from ..records import print_json
from .asked import NOW, point_of


def search(
    facts: Facts, asked: dict[str, Any], top: int, as_json: bool, smallest: bool = False, scheduler: str = ""
) -> None:
    """Print the best layouts for a chip count, or for the smallest system that fits."""
    found = study(facts, point_of(facts, asked), calibration(), NOW, smallest=smallest, crew=crew(scheduler))
    if as_json:
        print_json(_records(found, top))
    else:
        _print(found, top)


def _records(found: Search, top: int) -> list[dict[str, Any]]:
    records = [
        {
            "layout": text,
            **{k: v for k, v in p.as_dict().items() if k != "layout"},
            "per_chip": p.per_chip,
            "tpot_ms": p.tpot_ms,
        }
        for text, p in found.good[:top]
    ]
    if found.apart is not None:
        records.append(_apart(found.apart, int(found.point.chips or 1)))
        records.sort(key=lambda record: -float(record["prediction"]))
    return records


def _print(found: Search, top: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("layout", "tokens/s", "low", "high", "per chip", "ms a token", "batch", "bound by"):
        table.add_column(heading, justify="left" if heading in ("layout", "bound by") else "right")
    for text, p in found.good[:top]:
        table.add_row(
            text,
            f"{p.value:,.0f}",
            f"{p.low:,.0f}",
            f"{p.high:,.0f}",
            f"{p.per_chip:,.0f}",
            f"{p.tpot_ms:,.1f}",
            f"{p.batch:,.0f}",
            p.bound_by,
        )
    console = Console(highlight=False)
    console.print(table)
    if found.fewest is not None:
        console.print(f"smallest system that holds it: {found.fewest:.0f} x {found.point.chip}")
    apart = found.apart
    if apart is not None:
        console.print(
            f"in two pools: {apart.output_rate:,.0f} ({apart.low:,.0f} to {apart.high:,.0f}); {apart.layout}, "
            f"{apart.decode_batch:,.0f} sequences a copy, {apart.tpot_ms:.1f} ms a token"
        )
    for text, p in found.late:
        console.print(f"{text}: the quickest token takes {p.tpot_ms:,.1f} ms", style="dim", markup=False)
    for text, p in found.unfit:
        console.print(f"{text}: {p.note}", style="dim", markup=False)


def _apart(found: Pools, chips: int) -> dict[str, Any]:
    """Two pools as a record like that of a layout."""
    return {
        "layout": found.layout,
        "prediction": found.output_rate,
        "low": found.low,
        "high": found.high,
        "bound_by": "the slower of two pools",
        "batch": found.decode_batch,
        "note": "disaggregated: prompts and answers on chips of their own, whole copies only",
        "per_chip": found.output_rate / chips,
        "tpot_ms": found.tpot_ms,
    }


__all__ = ["search"]
