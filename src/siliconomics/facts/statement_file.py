"""A statement as a user has it: one CSV, rows by their usual names, columns by period, read with every problem at once."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siliconomics.core import BadRequest, Problem, nearest

from .periods import PARTS_OF_A_YEAR, YEARS, parts_between
from .statement_lines import BY_NAME, BY_QUANTITY, LINES, Line
from .table import NOTHING, fold, number

SCALES = {
    "": 1e-6, "mn": 1.0, "m": 1.0, "million": 1.0, "millions": 1.0, "bn": 1000.0, "billion": 1000.0, "k": 1e-3,
    "thousand": 1e-3, "thousands": 1e-3, "元": 1e-6, "千元": 1e-3, "万元": 1e-2, "百万元": 1.0, "亿元": 100.0,
}  # fmt: skip
"""What a word of scale is in millions."""
CURRENCIES = {
    "CNY": "CNY", "RMB": "CNY", "人民币": "CNY", "HKD": "HKD", "HK$": "HKD", "港元": "HKD", "港币": "HKD", "USD": "USD",
    "US$": "USD", "$": "USD", "美元": "USD", "EUR": "EUR", "JPY": "JPY", "TWD": "TWD", "NT$": "TWD", "KRW": "KRW",
}  # fmt: skip
UNIT_COLUMNS = {"unit", "单位", "units"}
UNIT_ROWS = {"unit", "单位", "units", "currency", "币种"}
WORDS_OF_SHARES = {
    "shares": 1e-6,
    "mn shares": 1.0,
    "mn share": 1.0,
    "股": 1e-6,
    "万股": 1e-2,
    "百万股": 1.0,
    "亿股": 100.0,
}
MONTHS = {"03-31": 1, "06-30": 2, "09-30": 3, "12-31": 4}
"""Days that end a quarter, and how many quarters of the year lie behind them."""


@dataclass(frozen=True)
class Period:
    """One column: the period it is of, whether an estimate, and of a restatement its date."""

    column: str
    dimension: str
    label: str
    estimated: bool = False
    restated: str = ""
    quarters: int = 0
    """Of a cumulative filing: how many quarters of the year it holds."""


@dataclass
class StatementFile:
    """What a file states: by line and period, as printed, with the unit and the sign each row is given in."""

    path: Path
    currency: str
    scale: float
    periods: list[Period]
    rows: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict)
    """Of each quantity: the line of the file, the row's name there, and what is printed by column."""
    share_scale: float = 1.0
    left_out: list[str] = field(default_factory=list)

    def factor(self, line: Line) -> float:
        """From what is printed to the model's unit and sign; a row printed throughout with the other sign is turned."""
        scale = {"money": self.scale, "shares": self.share_scale, "money a share": 1.0}[line.unit]
        found = [number(text) for text in self.rows[line.quantity][2].values()]
        values = [one.value for one in found if one is not None and one.value]
        wrong = {"plus": all(one < 0 for one in values), "minus": all(one > 0 for one in values), "either": False}
        return -scale if values and wrong[line.sign] else scale


def read_statement(
    path: Path,
    unit: str,
    named: Mapping[str, str],
    skip_unknown: bool,
    cumulative: bool,
    leave_out: Collection[str] = (),
) -> StatementFile:
    """Read a CSV, or refuse it with every problem and its line.

    ``named``: rows that go by a name of their own, and the quantity each is. ``leave_out``: rows not to be taken.
    """
    heading, rows = _rows(path)
    return statement_of(path, heading, rows, unit, named, skip_unknown, cumulative, leave_out)


def statement_of(
    path: Path,
    heading: list[str],
    rows: list[tuple[int, list[str]]],
    unit: str,
    named: Mapping[str, str],
    skip_unknown: bool,
    cumulative: bool,
    leave_out: Collection[str] = (),
) -> StatementFile:
    """What a heading and rows with their lines state, or every problem of them."""
    problems: list[Problem] = []
    unit_column = next((place for place, name in enumerate(heading) if fold(name) in UNIT_COLUMNS and place), 0)
    columns = {place: name for place, name in enumerate(heading) if place and place != unit_column and name}
    periods = {place: _period(name, f"{path}, line 1, column {name!r}", problems) for place, name in columns.items()}
    read = {place: period for place, period in periods.items() if period is not None}
    if not columns:
        problems.append(Problem("there is no column with a period", f"{path}, line 1", remedy="write 2025, 2026H1 ..."))
    _hold_apart(list(read.values()), path, problems, cumulative)
    own = {fold(name): quantity for name, quantity in named.items()}
    for name, quantity in named.items():
        if quantity not in BY_QUANTITY:
            problems.append(
                Problem(f"--map {name}: {quantity!r} is no line of a statement", "", "", nearest(quantity, BY_QUANTITY))
            )
    without = {fold(name) for name in leave_out}
    units: dict[str, tuple[str, float, str]] = {}
    found = StatementFile(path, "", 0.0, list(read.values()))
    for place, cells in rows:
        name = cells[0]
        where = f"{path}, line {place}"
        if fold(name) in UNIT_ROWS:
            for column, cell in enumerate(cells[1:], 1):
                if cell:
                    _note_unit(cell, f"{where}, column {heading[column]!r}", units, problems)
            continue
        if fold(name) in without:
            without.remove(fold(name))
            found.left_out.append(f"{name} (line {place})")
            continue
        line = BY_QUANTITY.get(own.get(fold(name), "")) or BY_NAME.get(fold(name))
        if line is None:
            if any(cells[1:]):
                found.left_out.append(f"{name} (line {place})")
                if not skip_unknown:
                    known = [one for each in LINES for one in each.names]
                    remedy = f"{nearest(name, known)} Or name it: --map {name!r}=QUANTITY, or leave such rows out: --skip-unknown"
                    problems.append(Problem(f"row {name!r} is no line that is known here", where, remedy=remedy))
            continue
        if line.quantity in found.rows:
            other = found.rows[line.quantity]
            why = f"line {other[0]}, {other[1]!r}, is too"
            problems.append(Problem(f"row {name!r} is {line.quantity}", where, why, "leave one of them out"))
            continue
        if unit_column and cells[unit_column]:
            if line.unit == "shares":
                found.share_scale = WORDS_OF_SHARES.get(cells[unit_column].casefold(), 0.0)
                if not found.share_scale:
                    remedy = f"write {', '.join(WORDS_OF_SHARES)}"
                    problems.append(Problem(f"{cells[unit_column]!r} is no count of shares", where, remedy=remedy))
                    found.share_scale = 1.0
            elif line.unit == "money":
                _note_unit(cells[unit_column], where, units, problems)
        printed = {period.column: cells[column] for column, period in read.items() if cells[column] not in NOTHING}
        for title, text in printed.items():
            try:
                number(text)
            except ValueError as error:
                problems.append(
                    Problem(str(error), f"{where}, column {title!r}", remedy="write a number, or leave it empty")
                )
        found.rows[line.quantity] = (place, name, printed)
    for name in leave_out:
        if fold(name) in without:
            remedy = nearest(name, [cells[0] for _, cells in rows])
            problems.append(Problem(f"there is no row {name!r} to leave out", str(path), remedy=remedy))
    if unit:
        _note_unit(unit, "--unit", units, problems)
    _hold_one_unit(units, problems, path)
    if not found.rows and not problems:
        problems.append(
            Problem("there is no line of a statement in it", str(path), remedy="name rows Revenue, Net income ...")
        )
    if problems:
        raise BadRequest(*problems)
    found.currency, found.scale = next(iter(units.values()))[:2]
    return found


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Heading and rows, each with its line; rows without a name are left out, ragged ones refused."""
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadRequest(Problem(f"cannot be read: {reason}", str(path), remedy="check the path")) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadRequest(Problem("is neither UTF-8 nor GB 18030 text", str(path), remedy="save it as CSV in UTF-8"))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if len(stripped) != len(heading):
                what = f"has {len(stripped)} cells, the heading {len(heading)}"
                remedy = "put a figure with commas between quotation marks"
                problems.append(Problem(what, f"{path}, line {reader.line_num}", remedy=remedy))
                continue
            rows.append((reader.line_num, stripped))
    except csv.Error as error:
        problems.append(Problem(f"is no CSV: {error}", f"{path}, line {reader.line_num}", remedy="save it as CSV"))
    if not rows and not problems:
        problems.append(Problem("has no rows", str(path), remedy="put one line of the statement in each"))
    if problems:
        raise BadRequest(*problems)
    return heading, rows


# -- periods ------------------------------------------------------------------------------------

RESTATED = re.compile(r"[\s(（]*(?:restated|重述|追溯调整)[\s:：]*(?P<date>[\d-]*)[\s)）]*$", re.I)
YEAR = re.compile(r"(?:FY\s?)?(\d{4})(?:年度?|年报)?$", re.I)
PART = re.compile(r"(?:FY\s?)?(\d{4})\s?([HQ])([1-4])$|([1-4])([HQ])\s?(\d{4}|\d{2})$", re.I)
IN_WORDS = re.compile(r"(\d{4})年(上半年|下半年|中报|第?([一二三四1-4])季度?)$")
DAY = re.compile(r"(\d{4})-(\d{2}-\d{2})$")


def _period(column: str, where: str, problems: list[Problem]) -> Period | None:
    text, restated = column, ""
    match = RESTATED.search(text)
    if match:
        text, restated = text[: match.start()].strip(), match["date"]
        try:
            dt.date.fromisoformat(restated)
        except ValueError:
            why = "of two figures for one period the later one is used, so the later one needs its day"
            remedy = f"write {text} restated 2026-03-30"
            problems.append(Problem("a restatement without a date", where, why, remedy))
            return None
    estimated = bool(re.search(r"\d\s?[EFef]$", text))
    text = re.sub(r"(?<=\d)\s?[AEFaef]$", "", text)
    dimension, label, quarters = _spelled(text)
    if not label or int(label[:4]) not in YEARS:
        problems.append(
            Problem(f"{column!r} is no period", where, remedy="write 2025, 2026E, 2025H1, 2025Q3 or 2025-06-30")
        )
        return None
    return Period(column, dimension, label, estimated, restated, quarters)


def is_period(text: str) -> bool:
    """Whether a heading names a period, restated or estimated or not."""
    return _period(text, "", []) is not None


def _spelled(text: str) -> tuple[str, str, int]:
    """Dimension and label of a period, and of a day the quarters behind it; empty for what is none."""
    if match := YEAR.fullmatch(text):
        return "year", match[1], 0
    if match := DAY.fullmatch(text):
        return ("day", match[1], MONTHS[match[2]]) if match[2] in MONTHS else ("", "", 0)
    if match := IN_WORDS.fullmatch(text):
        if match[3]:
            return "quarter", f"{match[1]}Q{'一二三四'.find(match[3]) + 1 or match[3]}", 0
        return "half", f"{match[1]}H{2 if match[2] == '下半年' else 1}", 0
    if match := PART.fullmatch(text):
        year = match[1] or (match[6] if len(match[6]) > 2 else f"20{match[6]}")
        letter, part = (match[2] or match[5]).upper(), match[3] or match[4]
        dimension, most = ("half", 2) if letter == "H" else ("quarter", 4)
        return (dimension, f"{year}{letter}{part}", 0) if int(part) <= most else ("", "", 0)
    return "", "", 0


def _hold_apart(periods: list[Period], path: Path, problems: list[Problem], cumulative: bool) -> None:
    """Each period once, none missing between two, and figures up to a day only where they are to be taken apart."""
    where = f"{path}, line 1"
    seen: dict[tuple[str, str, int, str], Period] = {}
    for period in periods:
        key = (period.dimension, period.label, period.quarters, period.restated)
        other = seen.setdefault(key, period)
        if other is not period:
            what = f"columns {other.column!r} and {period.column!r} are the same period"
            problems.append(Problem(what, where, "the periods overlap", "leave one out, or date the restated one"))
        if period.dimension == "day" and not cumulative:
            remedy = "give --cumulative to take differences of such filings, or write 2025Q2, 2025H1 or 2025"
            problems.append(
                Problem(f"column {period.column!r} runs from the start of its year to a day", where, remedy=remedy)
            )
    for dimension in ("year", *PARTS_OF_A_YEAR):
        labels = sorted({one.label for one in periods if one.dimension == dimension})
        if not labels:
            continue
        if dimension == "year":
            every = [str(year) for year in range(int(labels[0]), int(labels[-1]) + 1)]
        else:
            every = parts_between(dimension, labels[0], labels[-1])
        lacking = [label for label in every if label not in labels]
        if lacking:
            what = f"there is no column for {', '.join(lacking)} between {labels[0]} and {labels[-1]}"
            problems.append(Problem(what, where, "each period is read after the one before", "add it"))


# -- units --------------------------------------------------------------------------------------


def _note_unit(text: str, where: str, units: dict[str, tuple[str, float, str]], problems: list[Problem]) -> None:
    """Keep the currency and scale that a text names; only a currency, or only a scale, is both where joined later."""
    found = parse_unit(text)
    if found is None:
        remedy = "write for example mn CNY, 百万元, thousand USD"
        problems.append(Problem(f"{text!r} is no unit of money", where, remedy=remedy))
        return
    units.setdefault(f"{found[0]} x {found[1]:g}", (*found, where))


def parse_unit(text: str) -> tuple[str, float] | None:
    """Currency and scale (in millions) of a unit such as ``mn CNY``, ``人民币百万元`` or ``RMB'000``."""
    plain = text.strip().replace("'000", " thousand").replace("’000", " thousand")
    words = [word for word in re.split(r"[\s,，()（）:：]+", plain) if word]
    if len(words) == 1:
        for name in CURRENCIES:
            if words[0].startswith(name) and words[0] != name:
                words = [name, words[0].removeprefix(name)]
                break
    currency, scale = "", None
    for word in words:
        if word.upper() in CURRENCIES or word in CURRENCIES:
            currency = CURRENCIES.get(word) or CURRENCIES[word.upper()]
        elif word.casefold() in SCALES and scale is None:
            scale = SCALES[word.casefold()]
            currency = currency or ("CNY" if word.endswith("元") else "")
        else:
            return None
    return (currency, SCALES[""] if scale is None else scale) if currency else None


def _hold_one_unit(units: dict[str, tuple[str, float, str]], problems: list[Problem], path: Path) -> None:
    if not units:
        what = "nothing says in which currency and unit the figures are"
        problems.append(Problem(what, str(path), remedy="give --unit 'mn CNY', or a column or row named unit"))
    if len(units) > 1:
        told = "; ".join(f"{currency} in {scale:g} mn ({where})" for currency, scale, where in units.values())
        remedy = "give one statement in one currency and unit; translate the rest with a dated rate first"
        problems.append(Problem("currencies or units are mixed", str(path), told, remedy))
