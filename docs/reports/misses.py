"""Where predictions miss: by chip and source, against the spread between submitters, the worst rows, the ablations."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from statistics import median

from siliconomics.facts import LIBRARY

from .scores import CHIP, FITTED, FOLDER, SOURCE, Lines, Row, Table, grouped, known, rows_of, unmoved

SOURCES_TOLD = {
    "NVFEB": "a launch chart of February 2025 without batch, layout or cache precision: the model takes the best layout and "
    "the largest batch, on software of the first month",
    "DSK": "a maker's own pools for this one model: a production average, and runs with perfectly balanced routing",
    "LMS": "wide pools tuned for one post; with them left out little else teaches the network's terms",
    "H800S": "a user's report with launches not bundled (no CUDA graphs) and tensor parallelism across two nodes",
    "GPS": "prompts sent all at once, total tokens that are mostly prompts; reuse of prefixes not excluded, dates approximate",
    "VLLM": "early software before and after one change, and pools whose batch is not stated",
    "IXR": "mostly low concurrency, where fixed times decide, on engines of 2026: older rows teach longer fixed times",
    "TRT009": "static batches on an engine of 2024, all sequences starting together",
}


_RANGE = re.compile(r"(\d+) submissions of same chip count, range ([\d.]+)-([\d.]+)")


def submitters() -> list[tuple[str, str, str, str, int, float]]:
    """Round, system, model, scenario, submissions and their highest over lowest, of the MLPerf rows."""
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for row in rows_of(LIBRARY / "measured" / "measured.csv"):
        head = row["id"].rpartition("-")[0]
        if not head.startswith("ML"):
            continue
        scenario = "offline" if row["concurrency_or_batch"].startswith("offline") else "server"
        key = (head, f"{row['n_chips']} x {row['chip']}", row["model"], scenario, row["latency_constraint"])
        key += (row["weight_precision"], row["phase"], row["metric"])
        if match := _RANGE.search(row["notes"]):
            groups[key, row["id"]] += [float(match[2])] + [float(match[3])] * (int(match[1]) - 1)
        else:
            groups[key, ""].append(float(row["value"]))
    found = []
    for (key, _), values in sorted(groups.items(), key=lambda item: (item[0][0][:4], item[0][1])):
        if len(values) > 1:
            found.append((*key[:4], len(values), max(values) / min(values)))
    return found


def groups(rows: list[Row], table: Table) -> Lines:
    lines = [
        "## By chip and by source",
        "",
        "Left-out predictions. *Bias* is the median miss (above 0: predicted too high), *miss* the median absolute one.",
        "",
    ]
    stuck = {key: unmoved(rows, column, key) for key, column in (("chip", CHIP), ("source", SOURCE))}
    for key in ("chip", "source"):
        body = []
        for (name,), part in sorted(grouped(rows, key).items()):
            cells = []
            for column in (CHIP, SOURCE):
                found = known(part, column)
                cells += [f"{median(found):+.2f}", f"{median(map(abs, found)):.2f}"] if found else ["", ""]
            shown = f"{name} \\*" if name in stuck[key] else name
            body.append((shown, str(len(part)), *cells, f"{median(map(abs, known(part, FITTED))):.2f}"))
        heading = (
            key,
            "rows",
            "bias, chip out",
            "miss, chip out",
            "bias, source out",
            "miss, source out",
            "miss, fitted",
        )
        lines += [f"### By {key}", "", *table(heading, body)]
        if stuck[key]:
            lines += [f"\\* Not left out in earnest when its {key} is: see [scores](#scores).", ""]
    return lines


def noise(table: Table) -> Lines:
    found = submitters()

    def shown(one: tuple[str, str, str, str, int, float]) -> bool:
        return one[5] >= 1.1 or one[2].startswith("DeepSeek")

    logs = {name: [math.log(one[-1]) for one in found if one[3] == name] for name in ("offline", "server")}
    lines = [
        "## The noise floor",
        "",
        (
            "Different submitters run the same chips, model, scenario and limits in one round of MLPerf and publish different "
            "numbers. No model that sees only the system can be closer than this. Highest over lowest of each such system:"
        ),
        "",
    ]
    lines += table(
        ("round", "system", "model", "scenario", "submissions", "highest / lowest"),
        [(*one[:4], str(one[4]), f"{one[5]:.2f}") for one in found if shown(one)],
    )
    hidden = sum(not shown(one) for one in found)
    lines += [
        (
            f"{hidden} more systems lie below 1.10. Medians: offline {math.exp(median(logs['offline'])):.2f} over "
            f"{len(logs['offline'])} systems, server {math.exp(median(logs['server'])):.2f} over {len(logs['server'])}. Where "
            "the limits of a server run were not checked, two of them may hide in one line, so its spread is an upper "
            "figure; a spread of more than two offline rather means two forms of a chip under one name. "
            "Submitters of one round mostly share one engine and tune for the same contest: between engines and months the "
            "spread is larger, as the offsets by source and chip show."
        ),
        "",
    ]
    return lines


def worst(rows: list[Row], table: Table) -> Lines:
    lines = ["## Where it is worst", "", "Sources by their miss when left out:", ""]
    order = sorted(
        ((name, part) for (name,), part in grouped(rows, "source").items() if known(part, SOURCE)),
        key=lambda item: -median(map(abs, known(item[1], SOURCE))),
    )
    lines += table(
        ("source", "rows", "bias", "miss", "what may be behind it"),
        [
            (
                name,
                str(len(part)),
                f"{median(known(part, SOURCE)):+.2f}",
                f"{median(map(abs, known(part, SOURCE))):.2f}",
                SOURCES_TOLD.get(name, "not looked into"),
            )
            for name, part in order[:8]
        ],
    )
    lines += [
        "These are readings of the rows, not findings: none of them was tested.",
        "",
        "One source on one chip, chip left out:",
        "",
    ]
    pairs = sorted(
        ((key, part) for key, part in grouped(rows, "source", "chip").items() if known(part, CHIP)),
        key=lambda item: -median(map(abs, known(item[1], CHIP))),
    )
    lines += table(
        ("source", "chip", "rows", "bias", "factor"),
        [
            (*key, str(len(part)), f"{median(known(part, CHIP)):+.2f}", f"{math.exp(median(known(part, CHIP))):.2f}")
            for key, part in pairs[:8]
        ],
    )
    models = sorted(
        ((name, part) for (name,), part in grouped(rows, "model").items() if len(part) >= 10),
        key=lambda item: -median(map(abs, known(item[1], CHIP))),
    )
    told = ", ".join(f"{name} {median(map(abs, known(part, CHIP))):.2f}" for name, part in models[:3])
    lines += [f"Models with ten rows or more that are worst with their chip left out: {told}.", ""]
    return lines


def ablations(table: Table) -> Lines:
    found = rows_of(FOLDER / "ablations.csv")
    lines = [
        "## Ablations",
        "",
        (
            "One idea taken out at a time, all other numbers fitted anew from the priors, each chip (or source) left out. "
            "*Worse by* is the difference of the score to the whole model with the range that holds 80 % of the draws when "
            "sources are drawn anew (a paired bootstrap). A range that spans 0 shows nothing, and a difference under 0.1 is "
            "little in any case."
        ),
        "",
    ]
    body = []
    for row in found:
        change = (
            f"{float(row['worse_by']):+.3f} ({float(row['low']):+.3f} to {float(row['high']):+.3f})"
            if row["low"]
            else ""
        )
        figures = (f"{float(row[name]):.3f}" for name in ("score", "score_deepseek", "shape"))
        body.append((row["variant"], row["left_out"], row["rows"], *figures, change, row["meaning"]))
    lines += table(("", "left out", "rows", "all models", "DeepSeek", "shape", "worse by", ""), body)
    small = [
        row["variant"]
        for row in found
        if row["low"] and row["variant"] != "one utilisation" and float(row["worse_by"]) < 0.1
    ]
    open_ = [row["variant"] for row in found if row["low"] and float(row["low"]) <= 0 <= float(row["high"])]
    if small:
        text = f"What these points do not prove: {', '.join(small)} each cost less than 0.1."
        if open_:
            text += f" Of {' and '.join(open_)} not even the sign is settled."
        lines += [text + " These ideas stay because physics asks for them, not because the score does.", ""]
    return lines


def limits(rows: list[Row]) -> Lines:
    chips = Counter(row["chip"] for row in rows)
    few = ", ".join(
        f"{chip} ({count})" for chip, count in sorted(chips.items(), key=lambda item: item[1]) if count < 20
    )
    return [
        "## What this page cannot show",
        "",
        (
            "- No point of a Chinese chip other than Huawei's is trusted enough to be scored. `level_vendor` is a prior and "
            "nothing else: every figure for Cambricon, MetaX, Iluvatar, Moore Threads and their like rests on it."
        ),
        (
            f"- Few rows for {few}; H20 and 910C come from one source each, so that leaving out the chip and leaving out the "
            "source are the same test."
        ),
        (
            "- H100, H200, H20 and H800 share one design. With one left out the others are still there: an unseen chip of an "
            "unseen maker is a harder test than these."
        ),
        (
            "- MI300X is AMD's only chip here: left out, AMD's level falls back on its prior, and the priors "
            "were not written blind to these rows."
        ),
        (
            "- Input lengths of MLPerf data sets, limits of some server runs and acceptance of drafts are assumed where no "
            "source states them; the assumption stands in each row's note and is in no interval."
        ),
        "- A chip whose launch date no card states counts as on mature software. That flatters it, and no interval says so.",
        "",
        (
            "`siliconomics calibrate inference` fits anew; `python -m siliconomics.studies.calibration.ablation` writes the "
            "ablations anew."
        ),
        "",
    ]
