"""Names as people read them, in English and Chinese: a rule, and a file for what no rule can say.

English follows from the name; ``en.csv`` holds only what the rule would say badly. Chinese stands in ``zh.csv``,
name by name. A name in neither (a company, a chip, a formula of a user's own) is shown as English makes it.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from importlib import resources

from siliconomics.core.errors import BadRequest, Problem, nearest

__all__ = ["LANGUAGES", "UNIT", "kinds", "label", "table", "unit"]

LANGUAGES = ("en", "zh")
UNIT = "unit"
"""The kind whose names are put together from words: ``mn CNY`` from ``mn`` and ``CNY``."""
NAMED = ("chapter", "dimension", "known", "quantity", "scenario", UNIT)
"""Kinds that are words of the house; every other kind is a dimension, and its names are labels of it."""
PROPER = ("chip", "company", "model", "system")
"""Dimensions whose labels are proper names, shown as they are spelt unless a file says otherwise."""

_CURRENCY = "usd|cny|hkd|twd"
_MEASURE = rf"(?:{_CURRENCY})(?:_bn|_mn)?|bn|mn|tn|gb_s|gb|tflops|tflop|tops|gflop|kwh|mwh|kw|mw|wh|mm2|mm|kg|ms|[shjw]"
_PER = "year|month|h|kw|kwh|mtoken|mm2|cm2|chip_hour|chip_year|kw_year"
_SUFFIX = re.compile(
    rf"_(?:(?:{_MEASURE}|wafers|packages)_per_(?:{_PER})|{_MEASURE}|per_cm2)$"
    r"|(?:(?<=_time)|(?<=_cover)|(?<=_horizon))_(?:months|years)$"
)
"""A unit at the end of a name; a face shows it in a column of its own."""
_HANGING = ("per", "of", "in", "to", "by", "and", "or")
"""Words that cannot end a label: what follows them is no mere unit."""
_ENDINGS = {
    "_of_lines": " (from lines)",
    "_of_roll": " (rolled forward)",
    "_of_movements": " (with movements)",
    "_of_balances": " (from balance sheets)",
    "_of_drivers": " (from drivers)",
    "_expense_share": " expense ratio",
    "_goods_sold_share": " goods sold ratio",
    "_high": ", upper bound",
    "_low": ", lower bound",
}
_BEGINNINGS = {"printed_": " (as printed)", "vintage_": " (past forecasts)"}
"""What a name begins with and a label ends with."""
_WORDS = {
    "half year": "half-year",
    "scaleup": "scale-up",
    "scaleout": "scale-out",
    "ev to sales": "EV/sales",
    "price to earnings": "P/E",
    "price to book": "P/B",
    "price to sales": "P/S",
    "earnings per share": "EPS",
    "eight bit": "8-bit",
    "sixteen bit": "16-bit",
    "four bit": "4-bit",
    "five nm": "5 nm",
    "seven nm": "7 nm",
    "ten nm": "10 nm",
    "sixteen nm": "16 nm",
    "non (operating|current)": r"non-\1",
    "(long|short|medium) term": r"\1-term",
    "paid in capital": "paid-in capital",
    "known good": "known-good",
    "self sufficiency": "self-sufficiency",
    "risk free": "risk-free",
    "(back|front) end (?=critical|defect|yield)": r"\1-end ",
    "sum of parts": "sum-of-the-parts",
    "stock compensation": "stock-based compensation",
    "research": "R&D",
}
"""Words that read better another way, as patterns."""
_KEPT = (
    "AI CAGR CNY CSP CUDA EBITA FP16 FP4 FP8 GB GEMM GPGPU H100 H200 HBM HKD INT8 IPO KV LoRA MLP MoE NRE RoPE TAM "
    "TPP TSV US USD VAT TFLOPS kW nm China Huawei Ascend"
)
_SPELT = {word.lower(): word for word in _KEPT.split()}


@functools.cache
def label(kind: str, name: object, language: str = "en") -> str:
    """How a name reads in a language: ``label("quantity", "good_die_cost_usd", "zh")`` is 合格裸片成本.

    ``kind`` is one of chapter, dimension, known (how well something is known), quantity, scenario and unit, or a
    dimension, whose labels are meant: ``label("company", "Cambricon", "zh")`` is 寒武纪.
    """
    text = str(name)
    written = table(language)
    if kind not in NAMED and ("dimension", kind) not in table("zh"):
        known = [*NAMED, *kinds()]
        raise BadRequest(Problem(f"there are no words of the kind {kind!r}", remedy=nearest(kind, known)))
    if kind == UNIT:
        return unit(text, language)
    found = written.get((kind, text))
    if found is None and language != "en":
        found = table("en").get((kind, text))
    if found is not None:
        return found
    return _sentence(kind, text) if kind in NAMED or _is_words(kind, text) else text


@functools.cache
def table(language: str) -> Mapping[tuple[str, str], str]:
    """What a language's file says, by kind and name."""
    if language not in LANGUAGES:
        raise BadRequest(
            Problem(
                f"there are no labels in the language {language!r}",
                remedy="Use en (English) or zh (Chinese)",
            )
        )
    text = resources.files(__name__).joinpath(f"{language}.csv").read_text(encoding="utf-8")
    return {(row["kind"], row["name"]): row["text"] for row in csv.DictReader(text.splitlines(), strict=True)}


def kinds() -> list[str]:
    """Kinds that have a word in Chinese: those of the house, and dimensions whose labels are words."""
    return sorted({kind for kind, _ in table("zh")})


def unit(text: str, language: str = "en") -> str:
    """A unit as people write it; nothing for a pure number, which has none."""
    written = table(language)
    if (UNIT, text) in written:
        return written[UNIT, text]
    blank = "" if language == "zh" else " "
    signs = {"*": "·", " ": blank}
    per, words = (written[UNIT, "1/"] + blank, text[2:]) if text.startswith("1/") else ("", text)
    return per + "".join(signs.get(part, written.get((UNIT, part), part)) for part in re.split(r"([ */()])", words))


def _is_words(kind: str, text: str) -> bool:
    """Whether a label is words that a sentence may begin with, and no proper name."""
    return kind not in PROPER and re.fullmatch("[a-z_ -]+", text) is not None


def _sentence(kind: str, name: str) -> str:
    """English by the rule: words with blanks between them, the unit off, a capital in front."""
    text = _reordered(_without_unit(name)) if kind == "quantity" else name
    text = text.replace("_", " ") if kind not in ("scenario", "chapter") else re.sub("[_-]", " ", text)
    for words, told in _WORDS.items():
        text = re.sub(rf"\b{words}(?!\w)", told, text)
    parts = [_SPELT.get(word, word) for word in re.split(r"(\W)", text)]
    sentence = "".join(parts)
    return sentence if parts[0] in _SPELT.values() else sentence[:1].upper() + sentence[1:]


def _reordered(name: str) -> str:
    """What kind of figure it is, behind what it is a figure of."""
    for beginning, told in _BEGINNINGS.items():
        if name.startswith(beginning):
            return _reordered(name.removeprefix(beginning)) + told
    name = re.sub("^quarter_", "quarterly_", name)
    for ending, told in _ENDINGS.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + told
    return name


def _without_unit(name: str) -> str:
    """The name up to its unit, if what is left says what it is."""
    shorter = _SUFFIX.sub("", name)
    return name if shorter.rpartition("_")[2] in _HANGING else shorter
