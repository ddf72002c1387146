"""One row of a points file as a point: every word read, or refused with its row and column.

A blank cell leaves its field open; whatever was filled in, or read in one of several ways, stands in the notes.
"""

from __future__ import annotations

import csv
import functools
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest
from siliconomics.facts import LIBRARY

from .layouts import read_layout
from .point import Point

MEASURED = LIBRARY / "measured" / "measured.csv"
PHASES = ("mixed", "prefill", "decode")
METRICS = ("output_tok_s", "total_tok_s", "input_tok_s", "tok_s_per_user")
SCOPES = ("system", "per_chip", "per_node", "per_user")
CHIPS_PER_NODE = 8
"""The source of the table says so for every rate per node."""
TOKENS_PER_STEP = {1: 1.85, 2: 2.55, 3: 2.85}
"""DeepSeek's tokens per step by draft tokens: middles of the ranges in the table's README and rows ANT-003 to 005."""


@functools.cache
def _lengths() -> dict[tuple[str, str], tuple[float | None, float | None]]:
    with (MEASURED.parent / "dataset_lengths.csv").open(encoding="utf-8", newline="") as file:
        return {
            (one["model"].lower(), one["dataset"].lower()): (
                float(one["input_tokens"]) if one["input_tokens"] else None,
                float(one["output_tokens"]) if one["output_tokens"] else None,
            )
            for one in csv.DictReader(file)
        }


@functools.cache
def _variations() -> dict[tuple[str, str], float]:
    with (MEASURED.parent / "dataset_lengths.csv").open(encoding="utf-8", newline="") as file:
        return {
            (one["model"].lower(), one["dataset"].lower()): float(one["answer_length_variation"] or 0)
            for one in csv.DictReader(file)
        }


@functools.cache
def _doubts() -> list[dict[str, Any]]:
    card = tomllib.loads(MEASURED.with_suffix(".toml").read_text(encoding="utf-8"))
    return list(card["doubtful"])


def _doubt(id_: str, model: str) -> str | None:
    """Why the label of a row is doubtful; None where it is not."""
    prefix, _, last = id_.rpartition("-")
    for doubt in _doubts():
        if doubt.get("model", model) != model:
            continue
        for rows in doubt["rows"]:
            start, _, end = rows.partition("..")
            head, _, first = start.rpartition("-")
            if rows in (id_, prefix):
                return str(doubt["why"])
            if end and head == prefix and last.isdigit() and int(first) <= int(last) <= int(end):
                return str(doubt["why"])
    return None


# -- one row ------------------------------------------------------------------------------------------
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*(?:[eE][+-]?\d+)?")
_OPEN = re.compile(
    r"(?:|-|none|n/a|any|best|(?:not|unknown|varies|varied|various|default|see|production|mix|trace|random)\b.*)",
    re.IGNORECASE,
)
_HAS_FP4 = re.compile(r"B[23]00|MI35\d|950|Rubin", re.IGNORECASE)
_HAS_NO_FP8 = re.compile(r"\bA[18]00|\bV100|910|MI2\d\d", re.IGNORECASE)
_ENGINES = (
    ("moreh", "other"),
    ("vllm-ascend", "vllm-ascend"),
    ("vllm ascend", "vllm-ascend"),
    ("dynamo", "dynamo"),
    ("tensorrt", "tensorrt-llm"),
    ("trt-llm", "tensorrt-llm"),
    ("trtllm", "tensorrt-llm"),
    ("vllm", "vllm"),
    ("sglang", "sglang"),
    ("mindie", "mindie"),
    ("cloudmatrix", "cloudmatrix"),
    ("deepseek", "deepseek"),
)
ENGINES = tuple(dict.fromkeys([*(name for _, name in _ENGINES), "other"]))
_EAGER = re.compile(r"no cuda graph|eager", re.IGNORECASE)
_DEEPSEEK = re.compile(r"^deepseek[- ]?(?:r1|v3)(?:[-/ ]+(?:r1|v3|0528|0324|671b))*$", re.IGNORECASE)


def engine_named(text: str) -> str | None:
    """The engine that words name, however spelled; None where they name none that is known."""
    return next((name for word, name in _ENGINES if word in text.lower()), None)


class Row:
    """A row being read: its cells, the problems found and the notes taken."""

    def __init__(self, row: Mapping[str, str], place: str) -> None:
        self.row = {str(name): (value or "").strip() for name, value in row.items()}
        self.place = place
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def cell(self, column: str) -> str:
        return self.row.get(column, "")

    def wrong(self, column: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(what, f"{self.place}, column {column}", remedy=remedy))

    # -- numbers and words ------------------------------------------------------------------------
    def number(self, column: str, text: str, *, whole: bool = False) -> float | None:
        """A positive number, or None with a problem."""
        try:
            value = float(text.replace(",", "") if _NUMBER.fullmatch(text) else "not a number at all")
        except ValueError:
            self.wrong(column, f"{text!r} is not a number", "write a plain number, or leave it empty")
            return None
        if not math.isfinite(value) or value <= 0:
            self.wrong(column, f"{text} is not a number above 0", "write a plain number, or leave it empty")
            return None
        if whole and value != int(value):
            self.wrong(column, f"{text} is not a whole number", "count the chips of the system")
            return None
        return value

    def word(self, column: str, known: Iterable[str], default: str) -> str:
        text = self.cell(column)
        if not text:
            self.notes.append(f"{column} not stated: {default}")
            return default
        if text not in known:
            self.wrong(column, f"unknown {column} {text!r}", nearest(text, known))
            return default
        return text

    # -- the parts of a point ---------------------------------------------------------------------
    def model(self) -> str:
        text = self.cell("model")
        name = re.sub(r"\s*[(\[].*?[)\]]", "", text).strip()
        if not name:
            self.wrong("model", "no model is named", "name a model, such as DeepSeek-R1")
        if _DEEPSEEK.match(name):
            name = "DeepSeek-R1"
        return name

    def chips(self) -> int | None:
        text = self.cell("n_chips")
        if _OPEN.fullmatch(text):
            return None
        value = self.number("n_chips", re.sub(r"\s*\(.*\)$", "", text), whole=True)
        return None if value is None else int(value)

    def date(self) -> float | None:
        text = self.cell("date")
        if _OPEN.fullmatch(text):
            return None
        match = re.fullmatch(r"~?(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|[- ]?Q([1-4]))?(?:[ ,;(].*)?", text)
        if not match or not 1 <= int(match[2] or 1) <= 12 or not 1 <= int(match[3] or 1) <= 31:
            self.wrong("date", f"{text!r} is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD")
            return None
        if match[4]:
            self.notes.append(f"date {text}: middle of the quarter taken")
            return int(match[1]) + (int(match[4]) - 0.5) / 4
        if match[2] is None:
            self.notes.append(f"date {text}: middle of the year taken")
            return int(match[1]) + 0.5
        return int(match[1]) + (int(match[2]) - 0.5) / 12

    def engine(self) -> str | None:
        text = self.cell("framework").lower()
        if not text:
            return None
        if text.startswith(("best ", "see ", "not ", "unknown", "varies")):
            engine = None
        else:
            engine = engine_named(text) or "other"
        if engine is None:
            self.notes.append(f"engine {self.cell('framework')!r}: left open")
        return engine

    def precisions(self, chip: str, model: str) -> tuple[str, str, str, str]:
        """Weights, what the GEMMs compute in, KV cache, what attention computes in."""
        text, low = self.cell("weight_precision"), self.cell("weight_precision").upper()
        gpt_oss = model.lower().startswith("gpt-oss")
        if match := re.search(r"W(4|8)A(4|8|16)(?!\d)", low):
            eight = "fp8" if "FP8" in low else "int8"
            weights = "fp4" if match[1] == "4" else eight
            activations = {"4": "fp4", "8": eight, "16": "bf16"}[match[2]]
            self.notes.append(f"weight precision {text!r}: weights {weights}, GEMMs compute in {activations}")
            return weights, activations, *self.cache(weights)
        if _OPEN.fullmatch(text):
            natural = "fp8" if re.match(r"deepseek|kimi", model, re.IGNORECASE) else "bf16"
            weights = "fp4" if gpt_oss else "int8" if chip.lower().startswith("ascend") else natural
            self.notes.append(f"weight precision not stated: {weights}")
        elif "FP4" in low or "INT4" in low:
            weights = "fp4"
        elif "FP8" in low or "INT8" in low:
            weights = "fp8" if "FP8" in low else "int8"
        elif "BF16" in low or "FP16" in low:
            weights = "bf16"
        else:
            self.wrong("weight_precision", f"unknown precision {text!r}", "write FP4, FP8, INT8, BF16 or W8A16")
            weights = "bf16"
        activations = weights
        if weights == "fp4" and "FP8 ACT" in low:
            activations = "fp8"
        elif weights == "fp4" and ("INT4" in low or not _HAS_FP4.search(chip)):
            activations = "bf16"
        elif weights == "fp4" and gpt_oss:
            activations = "fp8"
        elif weights == "fp8" and _HAS_NO_FP8.search(chip):
            activations = "bf16"
        if activations != weights and "ACT" not in low:
            self.notes.append(f"{weights} weights on {chip}, activations not stated: GEMMs compute in {activations}")
        kv, attention = self.cache(weights)
        return weights, activations, kv, attention

    def cache(self, weights: str) -> tuple[str, str]:
        text, low = self.cell("kv_or_act_precision"), self.cell("kv_or_act_precision").upper()
        if low.startswith("SAME AS WEIGHTS"):
            self.notes.append("KV precision follows the weights (assumed)")
            return ("fp8" if weights == "fp8" else "bf16"), "bf16"
        stated = low.partition("(")[0]
        attention = _precision(re.search(r"((?:BF16|FP16|FP8|INT8)(?:/\w+)?)(?= (?:ATTENTION|MLA))", stated))
        kv = _precision(re.search(r"((?:BF16|FP16|FP8|INT8)(?:/\w+)?)(?= KV)", stated)) or attention
        if kv is None:
            kv = _precision(re.fullmatch(r"\s*(BF16|FP16|FP8|INT8)\s*", stated))
        if kv is None:
            if low and not _OPEN.fullmatch(text):
                self.notes.append(f"KV precision {text!r}: bf16 taken")
            else:
                self.notes.append("KV precision not stated: bf16")
            kv = "bf16"
        elif re.search(r"NOT CHECKED|NOT STATED|DEFAULT|ASSUMED", low):
            self.notes.append(f"KV precision {text!r}: {kv} taken")
        if attention is None and kv != "bf16":
            self.notes.append("attention precision not stated: bf16")
        return kv, ("fp8" if attention == "fp8" else "bf16")

    def lengths(self, model: str, phase: str) -> tuple[float | None, float | None]:
        sizes: list[float | None] = []
        for column, at in (("isl", 0), ("osl", 1)):
            text = self.cell(column)
            if match := re.match(r"(dataset|sharegpt)\b", text, re.IGNORECASE):
                known = _lengths().get((model.lower(), match[1].lower())) or _lengths().get(("*", match[1].lower()))
                size = known[at] if known else None
                sizes.append(size)
                filled = "unknown" if size is None else f"{size:g} tokens (assumed)"
                self.notes.append(f"{column} of {text} for {model}: {filled}")
            elif match := re.fullmatch(r"not retained \((\d+)K test\)", text):
                sizes.append(1000.0 * int(match[1]))
                self.notes.append(f"{column} {text!r}: {match[1]}000 taken")
            elif match := re.fullmatch(r"avg KV (\d+)", text):
                sizes.append(float(match[1]))
                self.notes.append("only the average context is stated: read as input length without output")
            elif _OPEN.fullmatch(text):
                sizes.append(None)
                if text:
                    self.notes.append(f"{column} {text!r}: left open")
            elif match := re.fullmatch(
                r"(~|(?:about|avg|mean|median) )?([\d.,]+)(k)?( tokens)?(?: \(.*\))?", text, re.IGNORECASE
            ):
                size = self.number(column, match[2])
                sizes.append(size if size is None else size * (1024.0 if match[3] else 1.0))
                if match[1] or match[3]:
                    self.notes.append(f"{column} {text!r}: {sizes[-1]:g} taken" if size else f"{column} {text!r}")
            else:
                sizes.append(self.number(column, text))
        if phase == "decode" and sizes[0] is not None and sizes[1] is None:
            self.notes.append("output length not stated: the context is the input alone")
        return sizes[0], sizes[1]

    def length_variation(self, model: str) -> float:
        """How answers differ in length: of a data set as assumed for it, else not at all."""
        for column in ("isl", "osl"):
            if match := re.match(r"(dataset|sharegpt)\b", self.cell(column), re.IGNORECASE):
                name = match[1].lower()
                found = _variations().get((model.lower(), name)) or _variations().get(("*", name), 0.0)
                if found:
                    self.notes.append(f"answers of {name} differ in length: {found:g} of their mean (assumed)")
                return found
        return 0.0

    def load(self, chips: int | None, isl: float | None) -> tuple[float | None, float | None, bool, float | None]:
        """Sequences in flight, batch per chip, whether the load is as high as it gets, requests per engine."""
        text = self.cell("concurrency_or_batch")
        low = text.lower()
        if match := re.fullmatch(r"(?:concurrency |batch )?([\d.,]+)(?: concurrent.*| \(.*\))?", low):
            if "batch size printed" in self.cell("notes").lower():
                self.notes.append("static batch of the engine: all its sequences start together")
            elif "submitted at once" in self.cell("notes").lower():
                self.notes.append("requests submitted at once, none added later")
            return self.number("concurrency_or_batch", match[1]), None, False, None
        if match := re.match(
            r"(?:batch )?([\d.,]+) (tokens )?per (decode )?(gpu|npu|chip|card|die)(?: \((\d+)\))?", low
        ):
            batch = self.number("concurrency_or_batch", match[1])
            if batch is not None and match[4] == "die" and "910C" in self.cell("chip"):
                self.notes.append(f"{text}: a chip is a package of two dies")
                batch *= 2
            if batch is not None and match[2]:
                self.notes.append(f"{text}: tokens of a prefill batch, divided by the input length")
                batch = batch / isl if isl else None
            if batch is None:
                return None, None, False, None
            total = float(match[5]) if match[5] else None if match[3] or not chips else batch * chips
            return total, batch, False, None
        if low.startswith("max"):
            match = re.search(r"<= ?([\d,]+) requests", low)
            return None, None, True, self.number("concurrency_or_batch", match[1]) if match else None
        if match := re.match(r"(\d+)(\+?) prompts", low):
            if match[2]:
                self.notes.append(f"{text}: at least so many")
            return None, None, True, float(match[1])
        if low.startswith("offline"):
            return None, None, True, None
        if low.startswith("poisson"):
            self.notes.append("load as high as the server's limits allow")
            return None, None, True, None
        if re.match(r"[-+]?\.?\d", text):
            self.wrong(
                "concurrency_or_batch", f"{text!r} is no load", "write a number, N per GPU, max or leave it empty"
            )
        elif text:
            self.notes.append(f"load {text!r}: left open")
        return None, None, False, None

    def latency(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Limits of time per output token and to the first, then what was measured, in ms."""
        text = self.cell("latency_constraint")
        found: dict[tuple[str, bool], float | None] = {}
        for kind, sign, figure, unit in re.findall(
            r"(TPOT|ITL|TTFT)(?: measured)?\s*(<=|<|≤|about)?\s*([^\s,()]*?)\s*(ms|s)\b", text
        ):
            if not figure and not sign:
                continue
            value = self.number("latency_constraint", figure)
            if value is not None and unit == "s":
                value *= 1000.0
            found[("TTFT" if kind == "TTFT" else "TPOT", sign in ("<=", "<", "≤"))] = value
        if slo := re.search(r"SLO ([\d/]+)", text):
            limits = sorted(float(one) for one in slo[1].split("/") if one)
            reached = found.get(("TPOT", False)) or 0.0
            found["TPOT", True] = next((limit for limit in limits if limit >= reached), None)
            self.notes.append(f"limit of {found['TPOT', True]} ms: the tightest of {slo[1]} that the run kept")
        users = re.search(r"([\d.]+)(?:-([\d.]+))? tok/s(?: per |/)user", text)
        if users and ("TPOT", True) not in found:
            low = self.number("latency_constraint", users[1])
            high = self.number("latency_constraint", users[2]) if users[2] else low
            if low is not None and high is not None:
                found["TPOT", True] = 2000.0 / (low + high)
                self.notes.append(f"{users[0]}: limit of {2000.0 / (low + high):.4g} ms per token")
        if "FROM MEMORY" in text:
            self.notes.append("limits recalled, not checked")
        elif "not checked" in text or "production SLO" in text:
            self.notes.append(f"{text!r}: limits unknown")
        elif text and not found and not re.match(r"none|offline|min latency|measured TPOT not retained|not |-$", text):
            self.notes.append(f"limit {text!r}: not read")
        if "p99" in text:
            self.notes.append("limits hold for the 99th percentile")
        return (
            found.get(("TPOT", True)),
            found.get(("TTFT", True)),
            found.get(("TPOT", False)),
            found.get(("TTFT", False)),
        )

    def drafts(self, model: str, stated: int | None) -> tuple[int, float | None]:
        """Draft tokens per step, and the share of them that is accepted."""
        text, notes = self.cell("speculative_decoding").lower(), self.cell("notes")
        own = re.search(r"(?:mtp|drafts?|eagle3?)[-= ]?(\d+)|(\d+) drafts?", text)
        if not own and not re.search(r"yes|mtp|eagle|draft|specul|medusa", text.partition("(")[0]):
            if text and not re.match(r"no(?:ne)?\b(?! stated)|not used", text):
                self.notes.append(f"speculative decoding {text!r}: none taken")
            return 0, None
        count = int(own[1] or own[2]) if own else stated
        if count == 0:
            return 0, None
        if count is None and (match := re.search(r"MTP(?: depth |-)(\d+)", notes)):
            count = int(match[1])
        if count is None and (match := re.search(r"draft (\d+)", notes)):
            count = max(1, int(match[1]) - 1)
            self.notes.append(f"draft {match[1]} counts the token that is checked: {count} drafted")
        if count is None and "more draft tokens" in notes:
            count = 2
            self.notes.append("more draft tokens: 2 drafted, as in the source's next setting")
        if count is None:
            count = 1
            self.notes.append("draft tokens not stated: 1")
        if match := re.search(r"(\d+(?:\.\d+)?) ?% acceptance", notes):
            return count, float(match[1]) / 100.0
        if match := re.search(r"accept(?:ed|ance)? length:? (\d+(?:\.\d+)?)(?![-\d.])", notes):
            return count, min(1.0, max(0.0, (float(match[1]) - 1.0) / count))
        if model == "DeepSeek-R1" and count in TOKENS_PER_STEP:
            share = round((TOKENS_PER_STEP[count] - 1.0) / count, 6)
            self.notes.append(f"acceptance of {count} drafts not stated for the row: {share:.3g}")
            return count, share
        self.notes.append("acceptance not stated")
        return count, None

    def prefix(self) -> float:
        match = re.search(r"(\d+(?:\.\d+)?) ?%[^;:]*\bcache hits", self.cell("notes"))
        if match:
            return float(match[1]) / 100.0
        if "prefix cache" in self.cell("framework"):
            self.notes.append("prefix cache on, share of hits not stated: 0")
        return 0.0

    def point(self) -> Point:
        id_ = self.cell("id") or re.sub(r".*\brow ", "row-", self.place)
        source = id_.rpartition("-")[0] or id_
        chip, model = self.cell("chip"), self.model()
        if not chip:
            self.wrong("chip", "no chip is named", "name a chip, such as H200")
        phase = self.word("phase", PHASES, "mixed")
        metric = self.word("metric", METRICS, "output_tok_s")
        scope = self.word("scope", SCOPES, "system")
        chips = self.chips()
        spread = read_layout(self.cell("parallelism"), chips, phase)
        self.notes.extend(spread.notes)
        if chips is None and spread.chips is not None:
            chips = spread.chips
            self.notes.append(f"chip count not stated: {chips}, from the layout")
        copy = spread.layout.chips if spread.layout else None
        if chips and copy and not spread.disaggregated and chips % copy:
            self.notes.append(f"the layout takes {copy} chips, {chips} are counted")
        weights, activations, kv, attention = self.precisions(chip, model)
        engine, date = self.engine(), self.date()
        isl, osl = self.lengths(model, phase)
        concurrency, batch, max_load, most_requests = self.load(chips, isl)
        tpot_limit, ttft_limit, tpot, ttft = self.latency()
        draft_tokens, acceptance = self.drafts(model, spread.drafts)
        prefix_share = self.prefix()
        tier = re.match(r"tier ([A-D])\b", self.cell("notes"))
        if tier is None:
            self.notes.append("tier not stated: B")
        value = None if _OPEN.fullmatch(self.cell("value")) else self.number("value", self.cell("value"))
        if self.problems:
            raise BadRequest(*self.problems)
        rate = _rate(value, metric, scope, chips)
        why = self.unscored(id_, model, chips, rate, isl, tier[1] if tier else "B")
        if why:
            self.notes.append(f"not scored: {why}")
        return Point(
            id=id_,
            source=source,
            row=self.row,
            chip=chip,
            chips=chips,
            model=model,
            weights=weights,
            activations=activations,
            kv=kv,
            attention=attention,
            engine=engine,
            date=date,
            layout=spread.layout,
            phase=phase,
            metric=metric,
            scope=scope,
            input_tokens=isl,
            output_tokens=osl,
            concurrency=concurrency,
            batch_per_chip=batch,
            max_load=max_load,
            most_requests=most_requests,
            tpot_limit_ms=tpot_limit,
            ttft_limit_ms=ttft_limit,
            draft_tokens=draft_tokens,
            acceptance=acceptance,
            prefix_share=prefix_share,
            tier=tier[1] if tier else "B",
            value_per_chip=rate,
            scored=not why,
            notes=tuple(self.notes),
            value=value,
            tpot_ms=tpot,
            ttft_ms=ttft,
            disaggregated=spread.disaggregated,
            length_variation=self.length_variation(model),
            eager=bool(_EAGER.search(self.cell("parallelism"))),
        )

    def unscored(
        self, id_: str, model: str, chips: int | None, rate: float | None, isl: float | None, tier: str
    ) -> str | None:
        if tier in "CD":
            return f"tier {tier}"
        if doubt := _doubt(id_, model):
            return doubt
        if rate is None:
            return "no rate per chip"
        if chips is None:
            return "chip count unknown"
        if isl is None:
            return "input length unknown"
        return None


def _precision(match: re.Match[str] | None) -> str | None:
    """The first precision named."""
    if match is None:
        return None
    first = match[1].partition("/")[0].lower()
    return "bf16" if first == "fp16" else first


def _rate(value: float | None, metric: str, scope: str, chips: int | None) -> float | None:
    """The README's rule; a rate of one user stays as it is."""
    if value is None or metric == "tok_s_per_user" or scope in ("per_chip", "per_user"):
        return value
    if scope == "per_node":
        return value / CHIPS_PER_NODE
    return value / chips if chips else None
