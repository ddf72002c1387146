"""Speed of the ranking: chips, segments and draws of the study, from facts to acceptabilities."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator

from inference import Told, timed
from siliconomics.model import load
from siliconomics.studies.ranking import SEGMENTS, rankings

DRAWS = 10_000


def ranking_rows() -> Iterator[Told]:
    """All segments at once, as the command line asks for one; a model is loaded anew for each call's graph."""
    model = load(checked=False)
    found = rankings(model, SEGMENTS, chips=True, draws=DRAWS)
    question = f"ranking of {len(found[0].places)} chips x {len(found)} segments x {DRAWS:,} draws"
    note = f"rates, prices, evidence and draws; {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"

    def whole() -> None:
        rankings(load(checked=False), SEGMENTS, chips=True, draws=DRAWS)

    yield question, "ours", timed(whole), None, "", "< 2 s", note


if __name__ == "__main__":
    for question, by, seconds, _, _, aim, note in ranking_rows():
        print(f"{question}: {by} {seconds:.2f} s (aim {aim}); {note}")
