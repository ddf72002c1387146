"""Arithmetic against memory and network: what each chip has, and the band that a language model needs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.core.late import np
from siliconomics.formulas.inference.search import INPUTS, evaluate
from siliconomics.model import Model

from ..prediction import machine
from .chips import FRONTIER, Claim, basis
from .figures import Bounds, Figure, asked, bounds, domestic

EXHIBIT_89 = (
    "A100", "H200", "910B", "910C", "950PR", "MLU 370", "MLU 590", "MLU 690", "BW1000", "C500", "C600", "S5000",
    "BI-V100", "BI-V200", "PPU", "P800", "I20", "L600",
)  # fmt: skip
"""Names in the picture, lines 3094 to 3126; its points are lost, so every point here is rebuilt."""
GROUPS = (8, 64)
"""Chips that hold one copy of the model: a server of eight, and a wide group."""
WIDE = (64, 1)
"""Group and attention split at which a batch shares its weights most."""
LEAST, MOST = 8.0, 256.0
"""Sequences in flight per chip between which a busy service works; an assumption, an option of the command."""
WEIGHTS = {"fp16": "bf16", "fp8": "fp8"}
"""Precision of weights that goes with a basis."""
KV = "bf16"
TOKENS = 1024.0
"""Of a prompt and of an answer, line 358."""
DECODE = ("decode_operations_per_memory_byte", "decode_operations_per_network_byte")


@dataclass(frozen=True)
class Band:
    """What a workload needs: operations per byte between a small batch and a large one, over layouts."""

    model: str
    weights: str
    least_batch: float
    most_batch: float
    memory: tuple[float, float]
    decode_network: tuple[float, float]
    prefill_network: tuple[float, float]
    layouts: tuple[str, ...]
    curve: tuple[tuple[float, float], ...]
    """Sequences per chip and operations per byte read, in the wide group."""

    @property
    def network(self) -> tuple[float, float]:
        """Decoding and reading prompts together."""
        return min(self.decode_network[0], self.prefill_network[0]), max(
            self.decode_network[1], self.prefill_network[1]
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "weights": self.weights,
            "least_sequences_per_chip": self.least_batch,
            "most_sequences_per_chip": self.most_batch,
            "layouts": list(self.layouts),
            "operations_per_memory_byte": list(self.memory),
            "operations_per_network_byte_decode": list(self.decode_network),
            "operations_per_network_byte_prefill": list(self.prefill_network),
            "network_direction": "one way, sent by a chip",
        }


@dataclass(frozen=True)
class Row:
    """One chip beside the band."""

    chip: str
    in_exhibit_89: bool
    peak: str
    """Precision of the peak: the basis, or FP16 where the chip has no 8-bit peak on record."""
    memory: Bounds
    network: Bounds
    memory_position: str
    network_position: str
    balanced_batch: float | None
    """Sequences per chip of a wide group at which arithmetic and memory take as long; None where never or unknown."""
    printed_ratio: Figure
    """The source's own ratio, rebuilt: FP16 as printed over GB/s as printed, 1.0 best."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "chip": self.chip,
            "in_exhibit_89": self.in_exhibit_89,
            "peak": self.peak,
            **self.memory.as_dict("operations_per_memory_byte"),
            "memory_position": self.memory_position,
            "balanced_sequences_per_chip": self.balanced_batch,
            **self.network.as_dict("operations_per_network_byte"),
            "network_position": self.network_position,
            "exhibit_89_ratio": self.printed_ratio.value,
            "exhibit_89_ratio_known": self.printed_ratio.known,
            "rebuilt": True,
            "missing": "; ".join(
                dict.fromkeys(filter(None, (self.memory.missing, self.network.missing, self.printed_ratio.missing)))
            ),
        }


@dataclass(frozen=True)
class Table:
    basis: str
    band: Band
    rows: list[Row]
    claims: list[Claim]


def position(chip: Bounds, band: tuple[float, float]) -> str:
    """Below the band arithmetic is always the limit, above it always the bytes, inside the load decides.

    Where the ends of a chip's figure fall differently, both are named.
    """
    if chip.low is None or chip.high is None:
        return "unknown"
    ends = ["below" if one < band[0] else "above" if one > band[1] else "inside" for one in (chip.low, chip.high)]
    return " or ".join(dict.fromkeys(ends))


def band(model: Model, name: str, on: str = "fp8", least: float = LEAST, most: float = MOST) -> Band:
    """The operations per byte that a language model needs over layouts and a range of batches."""
    basis(on)
    if not (np.isfinite(least) and np.isfinite(most) and 0 < least <= most):
        raise BadRequest(
            Problem(
                f"a batch from {least:g} to {most:g} sequences per chip is no range",
                remedy="give two positive numbers, the smaller first",
            )
        )
    label = model.label("model", name)
    shape = machine.shape(model.facts, label)
    lengths = {"input_tokens": TOKENS, "output_tokens": TOKENS}
    work = machine.workload(WEIGHTS[on], KV, lengths)
    mixture = shape["moe_layers"] > 0
    pairs = [(group, split) for group in GROUPS for split in (8, 1) if mixture or group == split]

    def need(group: int, split: int, batch: Any, answers: tuple[str, ...]) -> dict[str, Any]:
        columns: dict[str, Any] = {**dict.fromkeys(INPUTS, 1.0), **shape, **work}
        columns |= {
            "group_chips": float(group),
            "attention_split": float(split),
            "pipeline_stages": 1.0,
            "sequences_in_group": batch * group,
        }
        return evaluate(columns, answers)

    ends = np.array([least, most])
    memory, decode, prefill = [], [], []
    for pair in pairs:
        found = need(*pair, ends, (*DECODE, "prefill_operations_per_network_byte"))
        memory += [float(one) for one in np.ravel(found[DECODE[0]])]
        decode += [float(one) for one in np.ravel(found[DECODE[1]])]
        prefill += [float(one) for one in np.ravel(found["prefill_operations_per_network_byte"])]
    sizes = np.unique(np.round(2.0 ** np.arange(0, 13.25, 0.5)))
    wide = WIDE if mixture else pairs[0]
    rising = np.ravel(need(*wide, sizes, (DECODE[0],))[DECODE[0]])
    return Band(
        label,
        WEIGHTS[on],
        least,
        most,
        (min(memory), max(memory)),
        (min(decode), max(decode)),
        (min(prefill), max(prefill)),
        tuple(_layout(group, split) for group, split in pairs),
        tuple((float(size), float(one)) for size, one in zip(sizes, rising, strict=True)),
    )


def _layout(group: int, split: int) -> str:
    return f"TP{split}" if group == split else f"DP{group // split} EP{group}" + (f" TP{split}" if split > 1 else "")


def balanced_batch(curve: tuple[tuple[float, float], ...], ratio: float | None) -> float | None:
    """The batch at which a rising need meets what a chip has, between the sizes that were tried."""
    if ratio is None:
        return None
    before = (0.0, 0.0)
    for size, need in curve:
        if need >= ratio:
            return before[0] + (size - before[0]) * (ratio - before[1]) / (need - before[1])
        before = size, need
    return None


def balance(
    model: Model, name: str = "DeepSeek-R1", on: str = "fp8", least: float = LEAST, most: float = MOST
) -> Table:
    """Every chip beside what a model needs."""
    needed = band(model, name, on, least, most)
    rows = []
    for chip in model.facts.labels["chip"]:
        stem, told = _stem(model, chip, on)
        memory, network = (
            bounds(model, f"{stem}_operations_per_{of}_byte_low", f"{stem}_operations_per_{of}_byte_high", chip=chip)
            for of in ("memory", "network")
        )
        rows.append(
            Row(
                chip,
                chip in EXHIBIT_89,
                told,
                memory,
                network,
                position(memory, needed.memory),
                position(network, needed.network),
                balanced_batch(needed.curve, memory.high),
                asked(model, "compute_to_network_ratio", chip=chip),
            )
        )
    return Table(on, needed, rows, claims(model, rows))


def claims(model: Model, rows: list[Row]) -> list[Claim]:
    """The source's two sentences on balance (lines 3084 to 3089), on its own ratio and on what the workload needs."""
    named = {row.chip: row for row in rows if row.in_exhibit_89}
    home = set(domestic(model.facts, list(named)))
    ratios = {chip: row.printed_ratio.value for chip, row in named.items() if row.printed_ratio.value is not None}
    ours, theirs = ([ratios[chip] for chip in ratios if (chip in home) == side] for side in (True, False))
    made = []
    if ours and theirs:
        off = [median(abs(float(np.log(ratio))) for ratio in side) for side in (ours, theirs)]
        wide = [chip for chip, row in named.items() if chip in home and row.network_position == "below"]
        why = (
            f"rebuilt ratios: {len(ours)} domestic {min(ours):.2f} to {max(ours):.2f} (median {median(ours):.2f}), "
            f"{len(theirs)} of NVIDIA {min(theirs):.2f} to {max(theirs):.2f}; the typical one is off 1.0 by a factor of "
            f"{np.exp(off[0]):.1f} and {np.exp(off[1]):.1f}, too few for a test. Against the workload {len(wide)} of "
            f"{len(home & ratios.keys())} domestic chips have more network than it ever needs"
        )
        verdict = "consistent" if off[0] < off[1] else "contradicted"
        made.append(
            Claim("3086-3087", "domestic systems are nearer the best ratio of compute to network", verdict, why)
        )
    new, old = (asked(model, "scaleup_bandwidth_gb_s", chip=chip) for chip in ("950DT", FRONTIER))
    if new.value is not None and old.value is not None:
        verdict = "consistent" if new.value > old.value else "contradicted"
        why = f"Ascend 950 {new.value:,.0f} GB/s one way by the maker's plan, {FRONTIER} {old.value:,.0f}"
        made.append(Claim("3084-3086", "next Chinese systems pass NVIDIA's interconnect on paper", verdict, why))
    return made


def _stem(model: Model, chip: str, on: str) -> tuple[str, str]:
    """The peak a chip computes at: 8-bit weights run on FP16 units where there is no other."""
    if on == "fp8" and asked(model, "eight_bit_dense_high_tflops", chip=chip).value is not None:
        return "eight_bit", "8 bit"
    return "fp16", "16 bit"
