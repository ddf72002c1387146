"""What was asked of a run, as a row says it: lengths, load, limits of time, drafts and the share of prompts cached."""

from __future__ import annotations

import re

from .cells import OPEN, Cells
from .table import lengths, variations

TOKENS_PER_STEP = {1: 1.85, 2: 2.55, 3: 2.85}
"""DeepSeek's tokens per step by draft tokens: middles of the ranges in the table's README and rows ANT-003 to 005."""


class Work(Cells):
    """The part of a row that says what was asked of the run."""

    def lengths(self, model: str, phase: str) -> tuple[float | None, float | None]:
        sizes: list[float | None] = []
        for column, at in (("isl", 0), ("osl", 1)):
            text = self.cell(column)
            if match := re.match(r"(dataset|sharegpt)\b", text, re.IGNORECASE):
                known = lengths().get((model.lower(), match[1].lower())) or lengths().get(("*", match[1].lower()))
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
            elif OPEN.fullmatch(text):
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
                found = variations().get((model.lower(), name)) or variations().get(("*", name), 0.0)
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


__all__ = ["Work"]
