"""What other sources say: listed, never merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from siliconomics.facts import fold
from siliconomics.model import Model

from ..report import Finding, Verdict


def other_sources(model: Model, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """What another source has for the same figure, where it differs: listed, never merged."""
    for key, found in model.facts.facts.items():
        ours = found[0]
        for other in found[1:]:
            mine, theirs = ours.source.partition("#")[0], other.source.partition("#")[0]
            if mine == theirs or ours.value == other.value:
                continue
            if isinstance(ours.value, float) and isinstance(other.value, float):
                if abs(ours.value - other.value) <= ours.half + 1e-3 * abs(ours.value):
                    continue
            elif fold(ours.value) in fold(other.value) or fold(other.value) in fold(ours.value):
                continue
            labels = ", ".join(str(label) for label in key[1:])
            yield Finding(
                "another source differs",
                f"{key[0]} of {labels}: {_plain(ours.value)} here, {_plain(other.value)} in {theirs}",
                (ours.source, other.source),
            )


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
