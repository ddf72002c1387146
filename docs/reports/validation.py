"""The page docs/validation.md: what was fitted, the scores, the aims."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from siliconomics.studies.calibration import PARAMETERS
from siliconomics.studies.prediction import measured

from . import misses
from .picture import picture
from .scores import (
    AIM_ALL,
    AIM_DEEPSEEK,
    AIM_RIVAL,
    AIM_SHAPE,
    CHIP,
    FEW,
    FITTED,
    FOLDER,
    RIVAL,
    SOURCE,
    Lines,
    Row,
    Table,
    coverage,
    coverage_by_source,
    nested_coverage,
    residuals,
    rows_of,
    score,
    shape,
    unmoved,
)


def validation(table: Table) -> tuple[Lines, str]:
    """The page after its heading, and its picture."""
    rows = residuals()
    parameters = rows_of(FOLDER / "parameters.csv")
    unexplained = float(next(row["value"] for row in parameters if row["parameter"] == "unexplained"))
    deepseek = [row for row in rows if row["model"].startswith("DeepSeek")]
    lines = _fitted(rows, parameters, unexplained, table)
    lines += _scores(rows, deepseek, unexplained, table)
    lines += _aims(rows, deepseek, table)
    lines += ["## Predicted against published", ""]
    lines += ["![Predicted against published, each chip left out](pictures/validation.svg)", ""]
    lines += [
        (
            "One mark is one published number, in its own metric, per chip (or per user), predicted without any point of "
            "its chip. On the line they agree; the dotted lines are twice and half."
        ),
        "",
    ]
    lines += misses.groups(rows, table)
    lines += misses.noise(table)
    lines += misses.worst(rows, table)
    lines += misses.ablations(table)
    lines += misses.limits(rows)
    return lines, picture(rows)


def _fitted(rows: list[Row], parameters: list[Row], unexplained: float, table: Table) -> Lines:
    counts = {key: len({row[key] for row in rows}) for key in ("source", "chip", "model")}
    why = Counter(
        next(note for note in point.notes if note.startswith("not scored: ")).removeprefix("not scored: ")
        for point in measured()
        if not point.scored
    )
    lines = [
        "## What was fitted",
        "",
        (
            f"{len(PARAMETERS)} numbers on {len(rows)} published points of {counts['source']} sources, {counts['chip']} chips "
            f"and {counts['model']} models, by least squares on logarithms with a robust loss and a prior on each number. A "
            "source counts as four points however many rows it has. Nothing was measured by this project."
        ),
        "",
        f"{sum(why.values())} further rows of the table are not scored, so they flatter no score and spoil none: "
        + "; ".join(f"{count} {reason}" for reason, count in why.most_common())
        + ".",
        "",
        (
            "*Learned* is how much narrower the fit is than its prior: 0 % means that no point speaks and the value is the "
            "prior's. A share that reaches past 1 is used as 1."
        ),
        "",
    ]
    prior = {one.name: one.spread for one in PARAMETERS}
    body = []
    for row in parameters:
        name = row["parameter"]
        if name in prior:
            learned = 1 - math.sqrt(float(row[name])) / prior[name]
            span = f"{float(row['low']):.3g} to {float(row['high']):.3g}"
            body.append((f"`{name}`", f"{float(row['value']):.3g}", span, f"{max(learned, 0):.0%}", row["meaning"]))
    lines += table(("parameter", "value", "80 % range", "learned", "meaning"), body)
    lines += [
        (
            f"What stays unexplained is a factor of {math.exp(unexplained):.2f} (standard deviation {unexplained:.3f} of the "
            "logarithm), added to every interval."
        ),
        "",
    ]
    return lines


def _scores(rows: list[Row], deepseek: list[Row], unexplained: float, table: Table) -> Lines:
    lines = [
        "## Scores",
        "",
        (
            "A miss is the logarithm of predicted over published: 0.30 is a factor of 1.35. A score is the median absolute "
            "miss of each source, averaged over sources, so that every source weighs the same. *Shape* is what is left once "
            "one offset for each source and chip is taken out. *Rival* is a roofline on ideal software times one utilisation, "
            "set at the median of the same points."
        ),
        "",
    ]
    body = [
        (
            name,
            f"{score(rows, column):.3f}",
            f"{score(deepseek, column):.3f}",
            f"{shape(rows, column):.3f}",
            f"{shape(rows, column, FEW):.3f}",
        )
        for name, column in (
            ("fitted", FITTED),
            ("each chip left out", CHIP),
            ("each source left out", SOURCE),
            ("rival, fitted", RIVAL),
        )
    ]
    heading = ("", "all models", "DeepSeek", "shape", f"shape, groups of {FEW} rows or more")
    lines += table(heading, body)
    absent = [row["id"] for row in rows if row[CHIP] is None or row[SOURCE] is None]
    lines += [
        (
            f"{len(absent)} rows have no left-out figure ({', '.join(absent)}): the model says that the run does not fit its "
            "chips, though it was run. They are failures that no score counts."
        ),
        "",
        "A group with a single row has no shape error at all, by its definition; the last column leaves such groups out.",
        "",
    ]
    stuck = {key: unmoved(rows, column, key) for key, column in (("chip", CHIP), ("source", SOURCE))}
    if any(stuck.values()):
        named = "; ".join(
            f"with a {key} left out: " + ", ".join(f"{name} ({count} rows)" for name, count in found.items())
            for key, found in stuck.items()
            if found
        )
        lines += [
            (
                f"**Not all of these are left out in earnest.** Each left-out fit starts from the fit on *all* points, and "
                f"some never moved from there: their misses equal the fitted ones to the last digit ({named}). These rows were "
                "seen, and the others may have kept a trace of theirs. The table of [ablations](#ablations) starts every fit "
                "from the priors instead, where no such trace is possible; its line *whole model* is the figure to quote."
            ),
            "",
        ]
    lines += ["### Do the intervals hold?", ""]
    body = []
    for name, column, key in (("each chip left out", CHIP, "chip"), ("each source left out", SOURCE, "source")):
        body.append(
            (
                name,
                f"{coverage(rows, column, unexplained):.0%}",
                f"{coverage_by_source(rows, column, unexplained):.0%}",
                f"{nested_coverage(rows, column, key):.0%}",
            )
        )
    lines += table(("share inside the 80 % interval", "rows alike", "sources alike", "spread from other groups"), body)
    lines += [
        (
            "The first column is 80 % by construction: the unexplained spread was chosen so that both kinds of left-out rows "
            "together reach it. It proves nothing. The last column sets that spread anew without the group in question, and is "
            "the test. With every source weighing the same, fewer points lie inside: small sources miss more."
        ),
        "",
    ]
    return lines


def _aims(rows: list[Row], deepseek: list[Row], table: Table) -> Lines:
    cold = {(row["variant"], row["left_out"]): row for row in rows_of(FOLDER / "ablations.csv")}
    body = []

    def add(aim: str, found: Sequence[tuple[str, float]], kept: Callable[[float], bool]) -> None:
        verdicts = ["met" if kept(value) else "**not met**" for _, value in found]
        told = "; ".join(f"{name} {value:.3f}" for name, value in found)
        whole = (
            verdicts[0]
            if len(set(verdicts)) == 1
            else "; ".join(f"{verdict} ({name})" for (name, _), verdict in zip(found, verdicts, strict=True))
        )
        body.append((aim, told, whole))

    groups = [("chip", "chip left out"), ("source", "source left out")]
    whole, rival = "whole model", "one utilisation"
    add(
        f"all models at most {AIM_ALL:.2f}",
        [(name, float(cold[whole, key]["score"])) for key, name in groups],
        lambda value: value <= AIM_ALL,
    )
    add(
        f"DeepSeek at most {AIM_DEEPSEEK:.2f}",
        [(name, float(cold[whole, key]["score_deepseek"])) for key, name in groups],
        lambda value: value <= AIM_DEEPSEEK,
    )
    add(
        f"DeepSeek at least {AIM_RIVAL:.2f} better than the rival",
        [
            (name, float(cold[rival, key]["score_deepseek"]) - float(cold[whole, key]["score_deepseek"]))
            for key, name in groups
        ],
        lambda value: value >= AIM_RIVAL,
    )
    add(
        f"shape at most {AIM_SHAPE:.2f}",
        [(name, float(cold[whole, key]["shape"])) for key, name in groups],
        lambda value: value <= AIM_SHAPE,
    )
    add(
        "80 % intervals hold 70 to 90 % of left-out rows",
        [
            ("chip, spread from other groups", nested_coverage(rows, CHIP, "chip")),
            ("source, spread from other groups", nested_coverage(rows, SOURCE, "source")),
        ],
        lambda value: 0.7 <= value <= 0.9,
    )
    held = max(float(cold[whole, key]["score_deepseek"]) for key, _ in groups)
    lines = ["## Aims", "", "Figures of the fits that start from the priors.", ""]
    lines += table(("aim", "reached", ""), body)
    if held > AIM_DEEPSEEK:
        lines += [
            (
                f"On DeepSeek the left-out miss is about {held:.2f}, a factor of {math.exp(held):.2f}, against an aim of "
                f"{AIM_DEEPSEEK:.2f}: the aim is missed. The {len(deepseek)} DeepSeek rows hold the first-month launches, the "
                "hand-tuned wide pools and the early engines, whose software differs more than one gap can tell. The wished-for "
                "0.25 is far off on either count."
            ),
            "",
        ]
    lines += [
        (
            "**These scores are somewhat flattering.** The form of the model (which effects exist, which numbers are fitted, "
            "which priors they have, which rows count as doubtful) was shaped while looking at these same left-out scores. A "
            "chip or a source that nobody here had seen is the real test, and is expected to come out worse."
        ),
        "",
    ]
    return lines
