"""Records for other programs: one form of JSON for every command."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from typing import Any

from siliconomics.core import BadRequest, Problem


def print_json(found: Any) -> None:
    """Print records as JSON that any program reads, whole or not at all; refuses a number that JSON does not have."""
    try:
        text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise BadRequest(
            Problem(
                "the answer holds a figure that is not finite",
                why="JSON has no such number",
                remedy="ask with smaller numbers",
            )
        ) from None
    print(text)


def print_csv(records: Sequence[dict[str, Any]]) -> None:
    """Print records as CSV, one a row."""
    writer = csv.DictWriter(sys.stdout, list(records[0]) if records else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
