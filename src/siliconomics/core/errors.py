"""What went wrong, where, why, and what to do: the words every room uses to refuse."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, in the four parts of a good message."""

    what: str
    where: str = ""
    why: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join(_sentence(part) for part in (head, self.why, self.remedy) if part)


def _sentence(part: str) -> str:
    """With a capital and a full stop, unless it starts with a name or ends otherwise."""
    first = part.split(" ", 1)[0]
    plain = first.isalpha() and first.islower()
    text = part[0].upper() + part[1:] if plain else part
    return text if text.endswith((".", "?", "...")) else text + "."


class BadRequest(Exception):
    """A request or an input that cannot be honoured; carries every problem found, not only the first."""

    def __init__(self, *problems: Problem) -> None:
        self.problems: Sequence[Problem] = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def nearest(word: object, known: Iterable[object], count: int = 3) -> str:
    """A remedy naming the known words nearest to a wrong one: 'Did you mean ...?'."""
    words = [str(candidate) for candidate in known]
    lowered = {candidate.lower(): candidate for candidate in words}
    close = difflib.get_close_matches(str(word).lower(), list(lowered), count, 0.5)
    if close:
        return "Did you mean " + " or ".join(repr(lowered[match]) for match in close) + "?"
    if not words:
        return "None is known here"
    shown = ", ".join(sorted(words)[:12])
    return f"Known: {shown}" + (" ..." if len(words) > 12 else "")
