"""What the table of measured points says beside its rows: lengths of data sets, and labels that are doubtful."""

from __future__ import annotations

import csv
import functools
import tomllib
from typing import Any

from siliconomics.facts import LIBRARY

MEASURED = LIBRARY / "measured" / "measured.csv"


@functools.cache
def lengths() -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Mean tokens of prompts and answers by model and data set."""
    with (MEASURED.parent / "dataset_lengths.csv").open(encoding="utf-8", newline="") as file:
        return {
            (one["model"].lower(), one["dataset"].lower()): (
                float(one["input_tokens"]) if one["input_tokens"] else None,
                float(one["output_tokens"]) if one["output_tokens"] else None,
            )
            for one in csv.DictReader(file)
        }


@functools.cache
def variations() -> dict[tuple[str, str], float]:
    """How answers differ in length by model and data set: standard deviation over mean."""
    with (MEASURED.parent / "dataset_lengths.csv").open(encoding="utf-8", newline="") as file:
        return {
            (one["model"].lower(), one["dataset"].lower()): float(one["answer_length_variation"] or 0)
            for one in csv.DictReader(file)
        }


@functools.cache
def _doubts() -> list[dict[str, Any]]:
    card = tomllib.loads(MEASURED.with_suffix(".toml").read_text(encoding="utf-8"))
    return list(card["doubtful"])


def doubt(id_: str, model: str) -> str | None:
    """Why the label of a row is doubtful; None where it is not."""
    prefix, _, last = id_.rpartition("-")
    for one in _doubts():
        if one.get("model", model) != model:
            continue
        for rows in one["rows"]:
            start, _, end = rows.partition("..")
            head, _, first = start.rpartition("-")
            if rows in (id_, prefix):
                return str(one["why"])
            if end and head == prefix and last.isdigit() and int(first) <= int(last) <= int(end):
                return str(one["why"])
    return None


__all__ = ["MEASURED", "doubt", "lengths", "variations"]
