"""From facts to the columns that the inference chapter reads: a chip, a model, a precision, a software level."""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.facts import LIBRARY, Facts
from siliconomics.formulas.inference.search import SHAPE

NO_WINDOW = 1e12
SHAPE_DEFAULTS = {
    "sliding_window_tokens": NO_WINDOW,
    "sliding_window_layers": 0.0,
    "sparse_attention_tokens": NO_WINDOW,
    "is_latent_attention": 0.0,
    "routing_nodes": 1e6,
    "query_lora_rank": 0.0,
    "latent_width": 0.0,
    "rope_width": 0.0,
    "shared_experts": 0.0,
    "dense_mlp_width": 0.0,
    "expert_width": 0.0,
    "moe_layers": 0.0,
    "tied_embeddings": 0.0,
}
"""What a card means by leaving a shape out: the thing is not there."""

WEIGHT_BYTES = {"fp4": 0.5625, "fp8": 1.0, "int8": 1.0, "bf16": 2.0}
"""Bytes a weight takes, scales of small blocks included."""
ATTENTION_WEIGHT_BYTES = {"fp4": 1.0, "fp8": 1.0, "int8": 1.0, "bf16": 2.0}
KV_BYTES = {"fp8": 1.0, "int8": 1.0, "bf16": 2.0, "fp4": 0.5625}
PEAKS = {
    "fp4": ("fp4_dense_tflops", "fp8_dense_tflops", "fp16_dense_tflops"),
    "fp8": ("fp8_dense_tflops", "int8_dense_tops", "fp16_dense_tflops"),
    "int8": ("int8_dense_tops", "fp8_dense_tflops", "fp16_dense_tflops"),
    "bf16": ("fp16_dense_tflops",),
}
"""Dense peaks that a precision can compute at, fastest first."""
UNKNOWN_DENSITY = {"fp8_dense_tflops": "fp8_tflops", "fp16_dense_tflops": "fp16_tflops", "int8_dense_tops": "int8_tops"}
"""A peak whose density no source states: taken as dense, said so."""


SECONDHAND = "broker-"
"""A research note on many chips gives way to any source about the chip itself."""


LINKS = {
    "scaleup_link_gb_s": "scaleup_bandwidth_gb_s",
    "linked_chips": "scaleup_domain_chips",
    "scaleout_link_gb_s": "scaleout_bandwidth_gb_s",
}
"""What the chapter reads of a chip's links, and the fact it is; what is usual where a chip has none."""


def number(facts: Facts, quantity: str, *label: str) -> float | None:
    """A fact's value as a number, a source about the thing itself before a note on many; None if there is none."""
    found = facts.facts.get((quantity, *label), [])
    own = [fact for fact in found if not fact.source.startswith(SECONDHAND)]
    for fact in own or found:
        if not isinstance(fact.value, str):
            return float(fact.value)
    return None


def shape(facts: Facts, model: str) -> dict[str, float]:
    """A model's shape; refuses one with a card that leaves out what cannot be left out."""
    found: dict[str, float] = {}
    missing = []
    for name in SHAPE:
        value = number(facts, "routing_node_limit" if name == "routing_nodes" else name, model)
        if value is None:
            value = SHAPE_DEFAULTS.get(name)
        if value is None and name in (
            "routed_experts",
            "active_routed_experts",
            "dense_mlp_layers",
            "value_head_width",
        ):
            continue
        if value is None:
            missing.append(name)
        else:
            found[name] = value
    if missing:
        raise BadRequest(Problem(f"model {model} has no {', '.join(missing)}", remedy="add them to its card"))
    if found["sliding_window_tokens"] == 0:
        found["sliding_window_tokens"] = NO_WINDOW
    if found["sparse_attention_tokens"] == 0:
        found["sparse_attention_tokens"] = NO_WINDOW
    found.setdefault("value_head_width", found["head_width"])
    if found["moe_layers"] == 0:
        found.update(routed_experts=1.0, active_routed_experts=1.0)
    found.setdefault("dense_mlp_layers", found["transformer_layers"] - found["moe_layers"])
    return found


def peak(facts: Facts, chip: str, precision: str) -> tuple[float, str] | None:
    """The dense peak a precision computes at on a chip, and a note where it is not what was asked."""
    for rank, quantity in enumerate(PEAKS[precision]):
        for name, note in ((quantity, ""), (UNKNOWN_DENSITY.get(quantity, ""), "density not stated, taken as dense")):
            value = number(facts, name, chip) if name else None
            if value:
                slower = f"no {precision} peak; {quantity.split('_')[0]} used" if rank else ""
                return value, "; ".join(filter(None, (slower, note)))
    return None


def chip_columns(facts: Facts, chip: str, activations: str, attention: str) -> tuple[dict[str, float], list[str]]:
    """What the chapter needs of a chip; refuses one without it, saying which and what it would take."""
    found: dict[str, float] = {}
    notes: list[str] = []
    missing = []
    for name in ("memory_size_gb", "memory_bandwidth_gb_s"):
        value = number(facts, name, chip)
        if value is None:
            missing.append(name)
        else:
            found[name] = value
    for name, precision in (
        ("gemm_peak_tflops", activations),
        ("attention_peak_tflops", attention),
        ("base_peak_tflops", "bf16"),
    ):
        best = peak(facts, chip, precision)
        if best is None:
            missing.append(PEAKS[precision][-1])
        else:
            found[name] = best[0]
            if best[1] and best[1] not in notes:
                notes.append(best[1])
    if missing:
        needed = ", ".join(dict.fromkeys(missing))
        raise BadRequest(
            Problem(
                f"chip {chip} has no {needed}",
                why="without it neither a bound nor a prediction exists",
                remedy=f"a card with {needed} (--facts) is enough",
            )
        )
    for column, name in LINKS.items():
        value = number(facts, name, chip)
        if not value:
            value = number(facts, f"usual_{name}")
            assert value is not None
            notes.append(f"{name} unknown, {value:g} assumed")
        found[column] = value
    return found, notes


def day(facts: Facts, dimension: str, label: str, key: str) -> float | None:
    """A date on a card as a year with a fraction."""
    text = str(facts.cards.get(dimension, {}).get(label, {}).get(key) or "")
    return year_of(text)


def year_of(text: str) -> float | None:
    """'2025-02', '2025-02-18' or '2025' as a year with a fraction (the middle of what is named)."""
    parts = text.split("-")
    if len(parts) > 3:
        return None
    try:
        year = int(parts[0])
        if len(parts) == 1:
            return year + 0.5
        month = int(parts[1])
        day = int(parts[2][:2]) if len(parts) == 3 else 1
        dt.date(year, month, day)
        return year + (month - 0.5) / 12 if len(parts) == 2 else year + (month - 1 + day / 31) / 12
    except (ValueError, IndexError):
        return None


@functools.cache
def _architectures() -> dict[str, float]:
    """Since when an architecture has been there to be tuned for, by family."""
    text = (LIBRARY / "measured" / "architectures.csv").read_text(encoding="utf-8")
    return {row["family"]: year_of(row["since"]) or 2023.0 for row in csv.DictReader(text.splitlines())}


def software_age(facts: Facts, chip: str, model: str, date: float) -> float:
    """Years that software has had for both the chip's generation and the model's architecture; at least two weeks."""
    launched = day(facts, "chip", chip, "launched") or number(facts, "usual_chip_launch_year")
    since = architecture_year(facts, model) or number(facts, "usual_architecture_year")
    least = number(facts, "least_software_age_years")
    assert launched is not None and since is not None and least is not None
    return max(date - max(launched, since), least)


def architecture_year(facts: Facts, model: str) -> float | None:
    """Since when a model's architecture has been there: its family's date, else the model's own."""
    family = str(facts.cards["model"][model].get("family", ""))
    return _architectures().get(family) or day(facts, "model", model, "released")


def workload(weights: str, kv: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Bytes on memory and on the wire for a choice of precisions, and the lengths given."""
    return {
        "weight_bytes": WEIGHT_BYTES[weights],
        "attention_weight_bytes": ATTENTION_WEIGHT_BYTES[weights],
        "kv_bytes_per_element": KV_BYTES[kv],
        "dispatch_wire_bytes": 1.0 if weights in ("fp4", "fp8", "int8") else 2.0,
        "activation_wire_bytes": 2.0,
        "answer_length_variation": 0.0,
        "launch_factor": 1.0,
        "prefix_share": 0.0,
        "draft_tokens": 0.0,
        "draft_acceptance": 0.5,
        **extra,
    }
