"""What the address says: scenario, what-ifs, labels, language, theme; read once and written in one order."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from siliconomics.core import BadRequest, Problem
from siliconomics.core.errors import nearest
from siliconomics.faces.words import LANGUAGES

THEMES = ("light", "dark")
FRESH = "set."
"""What a field of a form is called: ``set.die_yield@910C``; the address says ``set=die_yield@910C=0.5``."""
MOST_EDITS, MOST_SCENARIOS = 200, 6


@dataclass(frozen=True)
class State:
    """A view of the model: everything that a link keeps. Two equal states have the same address."""

    scenarios: tuple[str, ...] = ()
    edits: tuple[tuple[str, str], ...] = ()
    """Targets (``NAME@LABELS``) and values as written; of one target the last holds."""
    labels: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    theme: str = ""

    def without(self, target: str) -> State:
        """The same view with a what-if taken back."""
        return replace(self, edits=tuple(one for one in self.edits if one[0] != target))

    def query(self, **labels: Any) -> str:
        """The state behind the question mark: only what differs from the default, always in the same order."""
        kept = dict(self.edits)
        pairs = [("s", one) for one in self.scenarios]
        pairs += [(axis, str(label)) for axis, label in sorted((labels or dict(self.labels)).items())]
        pairs += [("set", f"{target}={value}") for target, value in sorted(kept.items())]
        pairs += [("lang", self.language)] if self.language != "en" else []
        pairs += [("theme", self.theme)] if self.theme else []
        return urlencode(pairs, safe="@,:", quote_via=quote)

    def link(self, path: str, **labels: Any) -> str:
        """The address of a page in this state."""
        query = self.query(**labels)
        return f"{path}?{query}" if query else path


def read(
    pairs: Iterable[tuple[str, str]], dimensions: Container[str], known: Container[str]
) -> tuple[State, list[tuple[str, str]], list[str]]:
    """A state, the fresh fields of a form, and a notice for every key that means nothing here.

    ``known``: names of scenarios. A name is looked up there and nowhere else: no address reaches a file.
    """
    scenarios: list[str] = []
    edits: list[tuple[str, str]] = []
    fresh: list[tuple[str, str]] = []
    labels: dict[str, str] = {}
    notices: list[str] = []
    language, theme = "en", ""
    for key, text in pairs:
        value = text.strip()
        if key == "s":
            wanted = [part.strip() for part in value.split(",") if part.strip() not in ("", "base")]
            lost = [part for part in wanted if part not in known]
            notices += [f"there is no scenario {part!r}: ignored" for part in lost]
            scenarios += [part for part in wanted if part in known and part not in scenarios]
        elif key == "set":
            target, equals, number = value.rpartition("=")
            if not equals or not target.strip() or not number.strip():
                notices.append(f"set={value!r} is not of the form NAME@LABEL=VALUE: ignored")
            else:
                edits.append((target.strip(), number.strip()))
        elif key.startswith(FRESH):
            fresh.append((key.removeprefix(FRESH), value))
        elif key == "lang" and value in LANGUAGES:
            language = value
        elif key == "theme" and (value in THEMES or not value):
            theme = value
        elif key in dimensions and value:
            labels[key] = value
        elif value:
            notices.append(f"the link's key {key}={value!r} means nothing here: ignored")
    if len(scenarios) > MOST_SCENARIOS:
        raise BadRequest(Problem(f"{len(scenarios)} scenarios at once", remedy=f"stack {MOST_SCENARIOS} at most"))
    if len(edits) + len(fresh) > MOST_EDITS:
        raise BadRequest(Problem(f"{len(edits) + len(fresh)} what-ifs", remedy=f"hold {MOST_EDITS} values at most"))
    state = State(tuple(scenarios), tuple(edits), tuple(sorted(labels.items())), language, theme)
    return state, fresh, notices


def number(text: str, target: str) -> float:
    """A number as people type it: with separators, a real minus, or per cent."""
    plain = text.replace("−", "-").replace(",", "").replace(" ", "").replace("\u00a0", "")
    try:
        value = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        raise BadRequest(
            Problem(f"{text!r} is not a number", target, remedy="write a plain number; shares lie in 0..1, or end in %")
        ) from None
    if value != value or value in (float("inf"), float("-inf")):
        raise BadRequest(Problem(f"{text!r} is not a finite number", target, remedy="write a plain number"))
    return value


def subject(spelled: str, known: Mapping[str, str] | Iterable[str], what: str) -> str:
    """A name out of an address, whatever its case."""
    found = {name.casefold(): name for name in known}
    if spelled.casefold() in found:
        return found[spelled.casefold()]
    raise BadRequest(Problem(f"there is no {what} {spelled!r}", remedy=nearest(spelled, found.values())))


__all__ = ["FRESH", "State", "number", "read", "subject"]
