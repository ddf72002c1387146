"""How a model is spread over chips, read from the words of a published point or of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PART = re.compile(r"(?<![A-Za-z])(DEP|TEP|TP|EP|DP|PP)[-=: ]?(\d+)", re.IGNORECASE)
_ATTENTION_DP = re.compile(
    r"attention[- ]?(?:dp|data[- ]parallel)|dp[- ]?attention|(?<![a-z])dpa(?![a-z])", re.IGNORECASE
)
_POOLS = re.compile(r"disaggregat|\bPD:|\bP/D\b", re.IGNORECASE)
_POOL = re.compile(r"(?<![\d.])(\d+) ?(?:x )?(?:GPUs? |NPUs? |chips? )?(prefill|decode)\b", re.IGNORECASE)
_PACKAGES = re.compile(r"\bdies\b.*?\((\d+) [^()]*packages?\)", re.IGNORECASE)
_INSTANCE = re.compile(r"instance of (\d+)", re.IGNORECASE)
_DRAFTS = re.compile(r"(?<![A-Za-z])MTP-?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """One copy of the model: `tensor` x `data` x `pipeline` chips.

    Attention is cut `tensor` ways and repeated over `data` ranks. The routed experts lie on the same
    tensor x data chips in `expert` groups, each expert cut tensor x data / expert ways. Where prefill and
    decode have pools of their own, the four numbers are those of one decode copy.
    """

    tensor: int
    data: int
    expert: int
    pipeline: int
    prefill_chips: int | None
    decode_chips: int | None
    disaggregated: bool
    text: str

    @property
    def chips(self) -> int:
        """Chips of one copy."""
        return self.tensor * self.data * self.pipeline


@dataclass(frozen=True)
class Reading:
    """What the words of a layout say: the layout (None where they do not), drafts, and what was assumed."""

    layout: Layout | None
    disaggregated: bool = False
    drafts: int | None = None
    chips: int | None = None
    notes: list[str] = field(default_factory=list)


def read_layout(text: str, chips: int | None = None, phase: str = "mixed") -> Reading:
    """The layout in words such as TP8, DEP4, TP8 EP8 attention-DP, dp8ep8, decode DP16 EP16 or EP320 dies (160 ...).

    `chips` (those counted by the point) decides between the two meanings of TP and DP written together.
    """
    notes: list[str] = []
    disaggregated = bool(_POOLS.search(text)) and "MoE-attention" not in text
    drafted = _DRAFTS.search(text)
    drafts = int(drafted[1]) if drafted else None
    if disaggregated:
        notes.append("prefill and decode on pools of their own")
    if text.lower().startswith(("not stated", "not in log", "varies", "best")) or not text:
        if text.lower().startswith("not stated ("):
            notes.append(f"layout {text!r}: the presumed one is not taken")
        return Reading(None, disaggregated, drafts, None, notes)

    pools = {name.lower(): int(count) for count, name in _POOL.findall(text)} if disaggregated else {}
    words, prefill_words = _decode_words(text) if disaggregated else (text, "")
    sizes: dict[str, int] = {}
    for kind, count in _PART.findall(words):
        sizes.setdefault(kind.upper(), int(count))
    if any(count == 0 for count in sizes.values()):
        return Reading(None, disaggregated, drafts, None, [*notes, f"layout {text!r} has a part of size 0: left open"])
    instance = _INSTANCE.search(text)
    if not sizes and instance:
        sizes["DEP"] = int(instance[1])
        notes.append(f"{text!r} read as attention data parallel and expert parallel over {instance[1]} chips")
    if not sizes or set(sizes) == {"PP"}:
        return Reading(None, disaggregated, drafts, None, [*notes, f"layout {text!r} names no sizes: left open"])

    packages = _PACKAGES.search(text)
    if packages and "EP" in sizes:
        notes.append(f"EP{sizes['EP']} counts dies: {packages[1]} chips (packages)")
        sizes["EP"] = int(packages[1])
    pool = pools.get("decode") if disaggregated else None
    tensor, data, expert, pipeline = _sizes(sizes, bool(_ATTENTION_DP.search(words)), pool or chips, text, notes)
    copy = tensor * data * pipeline
    if "mixed TP/EP" in text:
        notes.append("experts cut partly by tensor, partly by expert: share not stated, taken as tensor")
    if prefill_words:
        notes.append(f"prefill pool: {prefill_words}")
    layout = Layout(
        tensor,
        data,
        expert,
        pipeline,
        pools.get("prefill") if disaggregated else (chips or copy) if phase == "prefill" else None,
        (pool or copy) if disaggregated else (chips or copy) if phase == "decode" else None,
        disaggregated,
        text,
    )
    if disaggregated:
        known = layout.prefill_chips + pool if layout.prefill_chips and pool else None
    else:
        known = copy
    return Reading(layout, disaggregated, drafts, known, notes)


def _decode_words(text: str) -> tuple[str, str]:
    """The part of the words about the decode pool, and that about the prefill pool."""
    parts = [part for part in re.split(r"[,;+](?![^()]*\))|\((?=decode|prefill)", text) if part]
    decode = [part for part in parts if "decode" in part.lower()]
    prefill = [part for part in parts if "prefill" in part.lower() and "decode" not in part.lower()]
    return " ".join(decode) if decode else text, ", ".join(part.strip(" )") for part in prefill)


def _sizes(
    sizes: dict[str, int], attention_dp: bool, chips: int | None, text: str, notes: list[str]
) -> tuple[int, int, int, int]:
    """Tensor, data, expert and pipeline from the parts that are named."""
    pipeline = sizes.get("PP", 1)
    if "DEP" in sizes:
        return sizes.get("TP", 1), sizes["DEP"], sizes.get("EP", sizes["DEP"]), pipeline
    if "TEP" in sizes:
        return sizes["TEP"], sizes.get("DP", 1), sizes.get("EP", sizes["TEP"]), pipeline
    tensor, data, expert = sizes.get("TP"), sizes.get("DP"), sizes.get("EP", 1)
    if tensor is not None and data is not None:
        if (
            chips is not None
            and tensor * data * pipeline != chips
            and tensor % data == 0
            and tensor * pipeline == chips
        ):
            notes.append(f"{text!r} on {chips} chips: data parallel ranks lie inside the TP{tensor} group")
            return tensor // data, data, expert, pipeline
        return tensor, data, expert, pipeline
    if tensor is not None:
        if tensor == 1 and expert > 1:
            notes.append("attention data parallel over the chips of the experts")
            return 1, expert, expert, pipeline
        if attention_dp:
            notes.append(f"attention data parallel over the {tensor} chips")
            return 1, tensor, expert, pipeline
        return tensor, 1, expert, pipeline
    if data is not None:
        return 1, data, expert, pipeline
    if not attention_dp:
        notes.append(f"only EP{expert} is stated: attention read as data parallel over the same chips")
    return 1, expert, expert, pipeline
