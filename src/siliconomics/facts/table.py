"""What is known: facts, the printed figures they come from, and the table that holds them all.

Nothing here reads a file format; a compiled table loads without the reader.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Declaration, Problem, nearest

from .register import Register

LIBRARY = Path(__file__).parent / "library"
Key = tuple[Any, ...]

NOTHING = frozenset({"", "NA", "N/A", "NM", "X", "-", "–", "n/a", "nm", "na"})
"""Cells that print no figure: not available, not meaningful, not offered."""

_NUMBER = re.compile(r"(?P<open>\()?(?P<sign>[-−+])?[^\d()+−-]*?(?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<kilo>k\b)?")


WORDS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "eight": 8.0, "ten": 10.0,
    "a decade": 10.0, "one-tenth": 0.1,
}  # fmt: skip
"""Numbers that running text spells out."""


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number and half of its last printed digit."""

    value: float
    half: float


def number(text: str) -> Number | None:
    """The number in a printed cell; None where nothing is printed. Parentheses and a minus sign negate."""
    text = text.strip()
    if text in NOTHING:
        return None
    if text in WORDS:
        return Number(WORDS[text], 0.0)
    match = _NUMBER.search(text)
    if match is None:
        raise ValueError(f"{text!r} holds no number")
    digits = match["digits"].replace(",", "")
    value = float(digits)
    decimals = len(digits.partition(".")[2])
    half = 0.5 * 10.0**-decimals
    if match["kilo"]:
        value, half = value * 1000, half * 1000
    closes = ")" in text[match.end() :] if match["open"] else False
    negative = match["sign"] in ("-", "−") or (match["open"] is not None and closes and match["sign"] is None)
    return Number(-value if negative else value, half)


@dataclass(slots=True)
class Figure:
    """One printed figure: where it stands, what it is of, what it says."""

    source: str
    exhibit: int | None
    line: int
    quantity: str
    labels: dict[str, Any]
    printed: str
    unit: str
    period: str = ""
    scenario: str = "base"
    qualifier: str = ""
    role: str = "check"
    """input (stated), check (follows from others) or claim (would follow from something lost)."""
    number: Number | None = None
    text: str | None = None
    basis: str = ""
    note: str = ""
    feeds: str = ""
    row: str = ""
    known: str = ""
    unit_as_printed: str = ""
    factor: float = 1.0
    """From the number as printed to the quantity's own sign."""
    recomputed_by: str = ""
    """The quantity that gives a stated figure again from other printed lines."""
    statement: str = ""
    column: str = ""
    opposite: bool = False
    """Printed with the other sign than the rest of its row."""

    @property
    def place(self) -> str:
        where = f"exhibit-{self.exhibit}, " if self.exhibit is not None else ""
        return f"{self.source}#{where}line {self.line}"


@dataclass(slots=True)
class Fact:
    """A value with its origin; several may speak of the same cell, the first is used."""

    quantity: str
    labels: dict[str, Any]
    value: float | str
    known: str
    source: str
    as_of: str
    low: float | None = None
    high: float | None = None
    half: float = 0.0
    basis: str = ""
    note: str = ""
    file: str = ""
    printed: str = ""
    rank: tuple[Any, ...] = field(default=(), repr=False)
    """Smaller is preferred: the user's own, then marked, then the finest printing, then tables before text."""


@dataclass
class Facts:
    """What is known, and from where."""

    version: str
    declarations: dict[str, Declaration] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, list[Any]] = field(default_factory=dict)
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    """For each dimension: every spelling, folded, and the label it means."""
    cards: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    facts: dict[Key, list[Fact]] = field(default_factory=dict)
    """(quantity, *labels) -> the facts that speak of it; the first is used."""
    figures: list[Figure] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    """Raw tables of statements: whose, which, and what is to be known of them (columns that did not survive)."""
    coverage: list[dict[str, Any]] = field(default_factory=list)
    exchange_rates: list[dict[str, Any]] = field(default_factory=list)
    accelerators: list[dict[str, Any]] = field(default_factory=list)
    """Open tables of chips, row by row, each kept apart as its own source."""
    registers: dict[str, Register] = field(default_factory=dict)
    """Dated rows about companies, chips and the market, by register."""
    warnings: list[str] = field(default_factory=list)

    def of(self, quantity: str, labels: Key) -> Fact | None:
        """The fact in use; of ``printed_...`` the one that the driven quantity is stated by."""
        declared = self.declarations.get(quantity)
        found = self.facts.get(((declared.printed_of if declared else "") or quantity, *labels))
        return found[0] if found else None

    def usual(self, dimension: str) -> Any:
        """The label that stands where a request names none: the fact ``usual_<dimension>``."""
        fact = self.of(f"usual_{dimension}", ())
        if fact is None:
            remedy = f"give usual_{dimension} in a folder of --facts"
            raise BadRequest(Problem(f"no {dimension} is named, and none is the usual one", remedy=remedy))
        return self.label(dimension, fact.value)

    def label(self, dimension: str, spelling: Any) -> Any:
        """The label a spelling means; refuses one that is unknown, with the nearest names."""
        known = self.labels.get(dimension)
        if known is None:
            raise BadRequest(Problem(f"there is no dimension {dimension!r}", remedy=nearest(dimension, self.labels)))
        if spelling in known:
            return spelling
        found = self.names.get(dimension, {}).get(fold(spelling))
        if found is None:
            raise BadRequest(Problem(f"there is no {dimension} {str(spelling)!r}", remedy=nearest(spelling, known)))
        return found


def fold(spelling: Any) -> str:
    """A spelling without what does not distinguish: case, spaces, hyphens, footnote asterisks."""
    return "".join(character for character in str(spelling).casefold() if character not in " -_*·.")


def files_of(folder: Path) -> list[Path]:
    """The files of facts in a folder and those below it; scenarios may lie among them, in folders of that name."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in (".toml", ".csv")
        and (path.is_file() or path.is_symlink())
        and "scenarios" not in path.relative_to(folder).parts[:-1]
    )


def ensure_folder(folder: Path) -> None:
    """Refuse what is not a folder with fact files in it."""
    try:
        there, is_folder = folder.exists(), folder.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        there = is_folder = False
    remedy = "check the path given to --facts"
    if not there:
        raise BadRequest(Problem("there is no such folder of facts", str(folder), remedy=remedy))
    if not is_folder:
        raise BadRequest(
            Problem("it is a file, not a folder of facts", str(folder), remedy="name the folder it lies in")
        )
    if not files_of(folder):
        raise BadRequest(
            Problem(
                "there is no fact file in this folder",
                str(folder),
                "facts are .toml and .csv files",
                "`siliconomics facts new chip --out` makes a first card; or " + remedy,
            )
        )


def version_of(folders: Sequence[Path]) -> str:
    """A hash of every fact file's name and content."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in folders:
        for path in files_of(folder):
            digest.update(str(path.relative_to(folder)).encode())
            try:
                digest.update(path.read_bytes())
            except OSError as error:
                raise BadRequest(unreadable(path, error)) from None
    return digest.hexdigest()


def unreadable(path: Path, error: Exception) -> Problem:
    """Why a file of facts cannot be read."""
    if isinstance(error, UnicodeDecodeError):
        return Problem(
            f"byte {error.start} is not UTF-8", str(path), "every fact file is UTF-8 text", "save it again as UTF-8"
        )
    if isinstance(error, tomllib.TOMLDecodeError):
        return Problem(f"not valid TOML: {error}", str(path), remedy="close the quote or bracket at that place")
    return Problem(f"cannot be read: {error}", str(path), remedy="check the file and its permissions")


def currencies_of(facts: Facts, labels: Mapping[str, Any]) -> dict[str, Any]:
    """The card that says which currencies the figures at these labels are in: the company's, else the part's."""
    for dimension in ("company", "part"):
        if dimension in labels:
            return facts.cards.get(dimension, {}).get(labels[dimension], {})
    return {}


def local_unit(facts: Facts, unit: str, labels: dict[str, Any], wanted: str) -> str:
    """``mn CNY`` as ``mn reporting_currency`` for a company (or a part of one) that reports in CNY, where wanted."""
    if unit == wanted:  # spelled as declared, though a currency in it may be the company's own
        return unit
    card = currencies_of(facts, labels)
    for role in ("listing_currency", "reporting_currency"):
        currency = card.get(role)
        if role in wanted and currency:
            unit = unit.replace(currency, role)
    return unit
