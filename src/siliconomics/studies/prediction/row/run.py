"""What ran, as a row says it: the model, chips, date, engine and precisions."""

from __future__ import annotations

import re

from .cells import OPEN, Cells

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
_DEEPSEEK = re.compile(r"^deepseek[- ]?(?:r1|v3)(?:[-/ ]+(?:r1|v3|0528|0324|671b))*$", re.IGNORECASE)


def engine_named(text: str) -> str | None:
    """The engine that words name, however spelled; None where they name none that is known."""
    return next((name for word, name in _ENGINES if word in text.lower()), None)


class Run(Cells):
    """The part of a row that says what ran."""

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
        if OPEN.fullmatch(text):
            return None
        value = self.number("n_chips", re.sub(r"\s*\(.*\)$", "", text), whole=True)
        return None if value is None else int(value)

    def date(self) -> float | None:
        text = self.cell("date")
        if OPEN.fullmatch(text):
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
        if OPEN.fullmatch(text):
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
            if low and not OPEN.fullmatch(text):
                self.notes.append(f"KV precision {text!r}: bf16 taken")
            else:
                self.notes.append("KV precision not stated: bf16")
            kv = "bf16"
        elif re.search(r"NOT CHECKED|NOT STATED|DEFAULT|ASSUMED", low):
            self.notes.append(f"KV precision {text!r}: {kv} taken")
        if attention is None and kv != "bf16":
            self.notes.append("attention precision not stated: bf16")
        return kv, ("fp8" if attention == "fp8" else "bf16")


def _precision(match: re.Match[str] | None) -> str | None:
    """The first precision named."""
    if match is None:
        return None
    first = match[1].partition("/")[0].lower()
    return "bf16" if first == "fp16" else first


__all__ = ["ENGINES", "Run", "engine_named"]
