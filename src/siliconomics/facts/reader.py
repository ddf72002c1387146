"""Reading folders of facts into one table of facts, with every problem of every file reported at once."""

from __future__ import annotations

import csv
import datetime as dt
import math
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from siliconomics.core import BadRequest, Declaration, Interval, Problem, nearest, units

from . import schema
from .evidence import read_evidence
from .periods import PARTS_OF_A_YEAR, YEARS, is_part, parts_between, parts_of
from .register_reader import is_register, read_registers
from .table import (
    NOTHING,
    Fact,
    Facts,
    Figure,
    ensure_folder,
    files_of,
    fold,
    local_unit,
    number,
    unreadable,
    version_of,
)
from .vendors import vendor_facts

M = TypeVar("M", bound=BaseModel)


def read(folders: Sequence[Path]) -> Facts:
    """All facts of the given folders, later folders shadowing earlier ones."""
    for folder in folders:
        ensure_folder(folder)
    reader = _Reader(version_of(folders))
    for layer, folder in enumerate(folders):
        reader.layer(folder, layer)
    return reader.finish()


def _latest_first(known: str, as_of: str) -> float:
    """Rank among a user's statements: what was reported before any estimate, then the latest (a restatement)."""
    later = dt.date.max.toordinal() if known in ("estimated", "assumed") else 0
    return float(later - dt.date.fromisoformat(as_of).toordinal())


LONG_TABLE = frozenset({"low", "high", *schema.Observed.model_fields})
"""Columns of a table of facts that are no dimension."""


def _plain(cell: str) -> float | str:
    """A cell as the number it holds, else as the word it is."""
    try:
        return float(cell)
    except ValueError:
        return cell


COVERAGE = frozenset({"company", "ticker", "rating", "price", "currency"})
"""Columns of a table of covered stocks."""


class _Reader:
    """Collects facts and problems layer by layer."""

    def __init__(self, version: str) -> None:
        self.facts = Facts(version)
        self.problems: list[Problem] = []
        self.pending: list[tuple[Fact, str, str]] = []
        self.seen_labels: dict[str, dict[Any, None]] = {}
        self.declared_in: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        """Former names of inputs, and what they are called now."""
        self.register_files: list[tuple[int, Path]] = []

    # -- files ----------------------------------------------------------------------------------
    def toml(self, path: Path) -> dict[str, Any]:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            self.problems.append(unreadable(path, error))
            return {}
        if not found:
            self.problems.append(Problem("the file holds nothing", str(path), remedy="fill it in, or remove it"))
        return found

    def rows(self, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(unreadable(path, error))
            return
        reader = csv.DictReader(text.splitlines(), strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    self.problems.append(
                        Problem(
                            "a row has a different number of cells than the heading",
                            f"{path}, row {reader.line_num}",
                            remedy="quote cells that hold a comma",
                        )
                    )
                    continue
                yield reader.line_num, row
        except csv.Error as error:
            self.problems.append(Problem(f"not valid CSV: {error}", f"{path}, row {reader.line_num}"))

    def fit(self, model: type[M], data: Any, path: Path, at: str = "") -> M | None:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for one in error.errors():
                key = ".".join(str(part) for part in (*([at] if at else []), *one["loc"]))
                reason = one["msg"].removeprefix("Value error, ")
                if one["type"] == "extra_forbidden":
                    what = f"unknown key {key!r}"
                    remedy = nearest(one["loc"][-1], list(model.model_fields))
                elif one["type"] == "missing":
                    what, remedy = f"key {key!r} is missing", "add it; `siliconomics facts new chip` shows a whole card"
                elif isinstance(one["input"], dict):
                    about = one["input"].get("quantity")
                    what, remedy = f"{key}{f' ({about})' if about else ''}: {reason}", "correct it"
                else:
                    what, remedy = f"{key} = {one['input']!r}: {reason}", "correct it"
                self.problems.append(Problem(what, str(path), remedy=remedy))
            return None

    # -- layers ---------------------------------------------------------------------------------
    def layer(self, folder: Path, layer: int) -> None:
        every = files_of(folder)
        self.register_files += [(layer, path) for path in every if is_register(path)]
        files = [path for path in every if not is_register(path)]
        for path in files:
            if path.suffix == ".toml":
                if path.parent.name == "quantities":
                    self.declarations(path)
                elif path.name == "sources.toml":
                    self.sources(path)
        for path in files:
            if path.suffix == ".toml" and path.parent.name in schema.FOLDERS:
                self.card(path, schema.FOLDERS[path.parent.name], layer)
        for path in files:
            if path.suffix == ".toml":
                if path.parent.name in (*schema.FOLDERS, "quantities") or path.name == "sources.toml":
                    continue
                self.table_or_card(path, layer)
            elif path.name == "text.csv":
                self.text(path, layer)
            elif path.name == "exchange_rates.csv":
                self.exchange_rates(path, layer)
            elif layer and path.with_suffix(".toml") not in files:
                self.problems.append(
                    Problem(
                        "the table has no card beside it, so nothing says what its rows are",
                        str(path),
                        remedy=f"write {path.with_suffix('.toml').name}",
                    )
                )

    def declarations(self, path: Path) -> None:
        for name, data in self.toml(path).items():
            card = self.fit(schema.DeclarationCard, data, path, name)
            if card is None:
                continue
            if name in self.declared_in:
                self.problems.append(
                    Problem(
                        f"{name} is declared twice",
                        str(path),
                        f"it stands in {self.declared_in[name]} too",
                        "remove one",
                    )
                )
                continue
            self.declared_in[name] = path.name
            if card.once:
                self.renamed[card.once] = name
            if not card.text:
                try:
                    units.parse(card.unit)
                except ValueError as error:
                    self.problems.append(Problem(f"{name}: {error}", str(path), remedy="write it in pint's syntax"))
            self.facts.declarations[name] = Declaration(
                name,
                card.meaning,
                card.unit,
                tuple(card.dimensions),
                Interval.parse(card.possible) if card.possible else None,
                Interval.parse(card.plausible) if card.plausible else None,
                card.text,
                card.structural,
                card.unread,
                card.whole,
                card.mean_of,
                path.stem,
                path.name,
            )
            for dimension in card.dimensions:
                self.seen_labels.setdefault(dimension, {})

    def sources(self, path: Path) -> None:
        for name, data in self.toml(path).items():
            card = self.fit(schema.SourceCard, data, path, name)
            if card is not None:
                self.facts.sources[name] = card.model_dump(mode="json")

    def card(self, path: Path, dimension: str, layer: int) -> None:
        data = self.toml(path)
        if not data:
            return
        card = self.fit(schema.CARDS[dimension], data, path)
        if card is None:
            return
        attributes = card.model_dump(mode="json", exclude={"observed"})
        cards = self.facts.cards.setdefault(dimension, {})
        if card.name in cards and cards[card.name]["layer"] == layer:
            self.problems.append(
                Problem(
                    f"{dimension} {card.name!r} has two cards",
                    str(path),
                    f"the other is {cards[card.name]['file']}",
                    "join them",
                )
            )
        if card.name in cards:
            self.facts.warnings.append(f"{path.name} shadows our card of {dimension} {card.name}")
        cards[card.name] = {**attributes, "file": path.name, "layer": layer}
        self.seen_labels.setdefault(dimension, {}).setdefault(card.name)
        names = self.facts.names.setdefault(dimension, {})
        sure = [alias.name for alias in card.alias if alias.grade in ("reported", "derived")]
        for spelling in (card.name, *card.aliases, *sure):
            other = names.setdefault(fold(spelling), card.name)
            if other != card.name:
                self.problems.append(
                    Problem(f"{spelling!r} names both {other} and {card.name}", str(path), remedy="drop one alias")
                )
        for observed in card.observed:
            if observed.labels.get(dimension, card.name) != card.name:
                self.problems.append(
                    Problem(
                        f"{observed.quantity} speaks of {dimension} {observed.labels[dimension]!r} on the card of {card.name}",
                        str(path),
                        remedy="leave that label out, or write it on the other card",
                    )
                )
                continue
            self.observed(observed, {dimension: card.name, **observed.labels}, path, layer)

    def table_or_card(self, path: Path, layer: int) -> None:
        data = self.toml(path)
        if not data:
            return
        if path.name == "text.toml":
            return  # read with its figures
        if data.get("layout") in ("points", "rules", "prices"):
            return  # measured points, dated rules, histories of prices: read by the study that asks for them
        if data.get("layout") == "coverage":
            self.coverage(path, data)
        elif data.get("layout") == "facts":
            if self.fit(schema.LongTableCard, data, path):
                self.long_table(path.with_suffix(".csv"), layer)
        elif data.get("layout"):
            foreign = self.fit(schema.ForeignCard, data, path)
            if foreign is not None:
                self.foreign(foreign, path, layer)
        elif "row" in data or "columns" in data:
            card = self.fit(schema.TableCard, data, path)
            if card is not None:
                self.table(card, path, layer)
        else:
            facts = self.fit(schema.FactsCard, data, path)
            for observed in facts.observed if facts else []:
                self.observed(observed, dict(observed.labels), path, layer)

    def long_table(self, path: Path, layer: int) -> None:
        """A table with one fact a row; a column that is no part of a fact is a dimension, empty where it has none."""
        for line, row in self.rows(path):
            filled = {name: cell for name, cell in row.items() if cell}
            labels = {name: cell for name, cell in filled.items() if name not in LONG_TABLE}
            data: dict[str, Any] = {name: cell for name, cell in filled.items() if name in schema.Observed.model_fields}
            data.update(labels=labels, value=_plain(filled.get("value", "")))
            if "low" in filled or "high" in filled:
                data["range"] = (filled.get("low"), filled.get("high"))
            one = self.fit(schema.Observed, data, path, f"row {line}")
            if one is not None:
                self.observed(one, dict(labels), path, layer)

    def coverage(self, path: Path, data: dict[str, Any]) -> None:
        for line, row in self.rows(path.with_suffix(".csv")):
            lacking = COVERAGE - row.keys()
            if lacking:
                where = f"{path.with_suffix('.csv')}, row {line}"
                self.problems.append(Problem(f"no column {', '.join(sorted(lacking))}", where, remedy="add it"))
                return
            self.facts.coverage.append({**row, "source": data.get("source", ""), "as_of": str(data.get("as_of", ""))})

    def exchange_rates(self, path: Path, layer: int) -> None:
        for line, row in self.rows(path):
            card = self.fit(schema.ExchangeRate, {k: v for k, v in row.items() if v}, path, f"row {line}")
            if card is None:
                continue
            self.facts.exchange_rates.append(card.model_dump(mode="json"))
            for use in filter(None, (part.strip() for part in card.used_for.split(";"))):
                quantity, _, label = use.partition("@")
                labels: dict[str, Any] = {"company": label} if label else {}
                fact = Fact(
                    quantity,
                    labels,
                    card.rate,
                    card.known,
                    card.source,
                    str(card.date),
                    note=card.note,
                    file=path.name,
                    rank=(-layer, 1, 0.0, 0),
                )
                self.pending.append((fact, "", str(path)))

    def foreign(self, card: schema.ForeignCard, path: Path, layer: int) -> None:
        """An open table of chips: rows that one of our cards names become facts of that table, ranked last."""
        names = {
            fold(alias["name"]): label
            for label, one in self.facts.cards.get(card.columns, {}).items()
            for alias in one["alias"]
            if alias["grade"] in ("reported", "derived")
        }
        for line, row in self.rows(path.with_suffix(".csv")):
            spelling = row.get(card.label_column, "")
            label = names.get(fold(spelling))
            kept: dict[str, Any] = {"name": spelling, "label": label, "source": card.source, "row": line}
            for column in card.column:
                cell = row.get(column.column, "").strip()
                if not cell:
                    continue
                try:
                    value: float | str = cell if column.text else float(f"{float(cell) * column.factor:.12g}")
                except ValueError:
                    self.problems.append(
                        Problem(
                            f"{cell!r} is not a number",
                            f"{path.with_suffix('.csv')}, row {line}, {column.column}",
                            remedy="leave it empty or write a plain number",
                        )
                    )
                    continue
                kept[column.quantity] = value
                declared = self.facts.declarations.get(column.quantity)
                if label is not None and declared is not None and set(declared.dimensions) == {card.columns}:
                    fact = Fact(
                        column.quantity,
                        {card.columns: label},
                        value,
                        card.known,
                        f"{card.source}#row {line}, {column.column}",
                        str(card.as_of),
                        file=path.name,
                        printed=cell,
                        rank=(-layer, 2, 0.0, 0),
                    )
                    self.pending.append((fact, column.unit, str(path)))
            self.facts.accelerators.append(kept)

    # -- observations ---------------------------------------------------------------------------
    def observed(self, one: schema.Observed, labels: dict[str, Any], path: Path, layer: int) -> None:
        low, high = one.range if one.range else (None, None)
        fact = Fact(
            one.quantity,
            labels,
            one.value,
            one.known,
            one.source,
            str(one.as_of),
            low,
            high,
            basis=one.basis,
            note=one.note,
            file=path.name,
            rank=(-layer, 0 if one.preferred else 1, 0.0, 0),
        )
        self.pending.append((fact, one.unit or "", str(path)))

    def table(self, card: schema.TableCard, path: Path, layer: int) -> None:
        rows = {(row.row, row.line): row for row in card.row}
        names = dict.fromkeys(row.row for row in card.row)
        met: set[tuple[str, int]] = set()
        if len(rows) < len(card.row):
            twice = next(row for row in card.row if sum((r.row, r.line) == (row.row, row.line) for r in card.row) > 1)
            remedy = "tell them apart by line = ..., the row's line in the source"
            self.problems.append(Problem(f"row {twice.row!r} is described twice", str(path), remedy=remedy))
        if card.statement:
            kept = card.model_dump(mode="json", include={"title", "source", "exhibit", "statement", "labels", "note"})
            self.facts.tables.append({**kept, "dimension": card.columns})
        if card.unit_as_printed:
            self.facts.figures.append(
                Figure(
                    card.source,
                    card.exhibit,
                    card.unit_line,
                    "unit_of_the_table",
                    dict(card.labels),
                    card.unit_as_printed,
                    "text",
                    scenario=card.scenario,
                    text=card.unit_as_printed,
                    note=card.row[0].unit if card.row else "",
                    row="heading",
                )
            )
        before = len(self.problems)
        for csv_line, cells in self.rows(path.with_suffix(".csv")):
            name = cells.get("row", "")
            if not self.table_shape(card, cells, path, csv_line):
                return
            row = rows.get((name, int(cells["line"]))) or rows.get((name, 0))
            if row is None:
                self.problems.append(
                    Problem(
                        f"row {name!r} is not described in the card",
                        f"{path.with_suffix('.csv')}, row {csv_line}",
                        remedy=nearest(name, names),
                    )
                )
                continue
            met.add((name, row.line))
            for column, printed in cells.items():
                if column in ("line", "row") or not printed.strip():
                    continue
                self.table_cell(card, row, column, printed, int(cells["line"]), path, layer)
        for name, _ in sorted(rows.keys() - met) if len(self.problems) == before else ():
            there = dict.fromkeys(one for one, _ in met)
            self.problems.append(Problem(f"row {name!r} is not in the table", str(path), remedy=nearest(name, there)))

    def table_shape(self, card: schema.TableCard, cells: dict[str, str], path: Path, csv_line: int) -> bool:
        """Whether a row of a table has what every row needs, and the card's columns are the table's."""
        where = f"{path.with_suffix('.csv')}, row {csv_line}"
        if not cells.get("line", "").isdecimal() or "row" not in cells:
            what = "a table starts with the columns line (a whole number) and row"
            self.problems.append(Problem(what, where, remedy="add them; line is the place in the source"))
            return False
        named = {*card.estimated_columns, *card.column_labels}
        named.update(one for row in card.row if row.inputs != "all" for one in row.inputs)
        named.update(one for row in card.row for one in row.opposite)
        for column in sorted(named - cells.keys()):
            self.problems.append(
                Problem(
                    f"the card speaks of a column {column!r}", str(path), "the table has none", nearest(column, cells)
                )
            )
        return not named - cells.keys()

    def table_cell(
        self, card: schema.TableCard, row: schema.Row, column: str, printed: str, line: int, path: Path, layer: int
    ) -> None:
        labels = {**card.labels, **row.labels}
        if column != "value":
            labels[card.columns] = card.column_labels.get(column, column)
        known: str = row.known or card.known
        if column in card.estimated_columns and known == "reported":
            known = "estimated"
        is_input = row.inputs == "all" or column in row.inputs
        opposite = column in row.opposite
        figure = Figure(
            card.source,
            card.exhibit,
            line,
            row.quantity,
            labels,
            printed,
            row.unit,
            scenario=card.scenario,
            role="input" if is_input else "check",
            basis=row.basis,
            note=row.note,
            row=row.row,
            feeds=(row.feeds or row.quantity) if is_input else "",
            known=known,
            unit_as_printed=card.unit_as_printed,
            factor=-row.factor if opposite else row.factor,
            recomputed_by=row.recomputed_by,
            statement=card.statement,
            column=column,
            opposite=opposite,
        )
        self.figure(figure, row.text, str(card.as_of), path, layer)

    def text(self, path: Path, layer: int) -> None:
        data = self.toml(path.with_suffix(".toml"))
        card = self.fit(schema.TableCard, data, path.with_suffix(".toml")) if data else None
        for csv_line, cells in self.rows(path):
            row = self.fit(schema.TextRow, cells, path, f"row {csv_line}")
            if row is None or card is None:
                continue
            labels: dict[str, Any] = {}
            for part in filter(None, (part.strip() for part in row.labels.split(";"))):
                dimension, _, label = part.partition("=")
                labels[dimension.strip()] = (
                    int(label) if label.strip().isdecimal() and len(label) < 10 else label.strip()
                )
            figure = Figure(
                card.source,
                None,
                row.line,
                row.metric,
                labels,
                row.printed,
                row.unit,
                row.period,
                row.scenario,
                row.qualifier,
                row.role,
                note=row.note,
                known=card.known,
                feeds=row.metric if row.role == "input" else "",
            )
            self.figure(figure, row.unit in ("text", "date"), str(card.as_of), path, layer)

    def figure(self, figure: Figure, is_text: bool, as_of: str, path: Path, layer: int) -> None:
        try:
            if is_text:
                figure.text = figure.printed
            else:
                figure.number = number(figure.printed)
        except ValueError as error:
            self.problems.append(Problem(str(error), f"{path}, line {figure.line}", remedy="write a number, NA or NM"))
            return
        if not self.is_period(figure.labels, f"{path}, line {figure.line}"):
            return
        self.facts.figures.append(figure)
        meant, figure.feeds = figure.feeds, self.fed_by(figure)
        if not figure.feeds:
            if layer and meant and figure.scenario == "base" and figure.qualifier in ("", "=", "~"):
                what = f"there is no input quantity {meant!r}"
                remedy = nearest(meant, self.facts.declarations)
                self.problems.append(Problem(what, f"{path}, line {figure.line}", remedy=remedy))
            return
        value: float | str
        if is_text:
            if figure.printed.strip() in NOTHING - {"X"}:  # as a word, X says no
                return
            value, half = figure.printed, 0.0
        else:
            if figure.number is None:
                return
            value, half = figure.number.value * figure.factor, figure.number.half * abs(figure.factor)
        in_text = figure.exhibit is None
        labels = dict(figure.labels)
        if figure.feeds.startswith("consensus_"):
            labels["provider"] = figure.scenario.removeprefix("consensus-")
        first = _latest_first(figure.known, as_of) if layer and figure.statement else half
        fact = Fact(
            figure.feeds,
            labels,
            value,
            figure.known,
            figure.place,
            as_of,
            half=half,
            basis=figure.basis,
            note=figure.note,
            file=path.name,
            printed=figure.printed,
            rank=(-layer, 1, first, int(in_text)),
        )
        self.pending.append((fact, figure.unit, str(path)))

    def is_period(self, labels: dict[str, Any], where: str) -> bool:
        """Whether every label of time is a period: a year, or a half or quarter of one."""
        wrong = [one for one in PARTS_OF_A_YEAR if one in labels and not is_part(one, str(labels[one]))]
        for dimension in wrong:
            remedy = (
                f"write for example {parts_of(dimension, 2026)[0]}; a column's other name stands under column_labels"
            )
            self.problems.append(Problem(f"{labels[dimension]!r} is not a {dimension} of a year", where, remedy=remedy))
        return self.is_year(labels, where) and not wrong

    def is_year(self, labels: dict[str, Any], where: str) -> bool:
        """Whether the label year, if there is one, is a year; written as text it is turned into its number."""
        year = labels.get("year", YEARS[0])
        if isinstance(year, str) and year.isdecimal() and len(year) == 4:
            year = labels["year"] = int(year)
        if isinstance(year, int) and year in YEARS:
            return True
        self.problems.append(
            Problem(
                f"{year!r} is not a year",
                where,
                remedy="write four digits; a column's other name stands under column_labels",
            )
        )
        return False

    def fed_by(self, figure: Figure) -> str:
        """The input that a printed figure feeds: its own name, or the forecast_ or stated_ of it."""
        if not figure.feeds or figure.qualifier not in ("", "=", "~"):
            return ""  # a bound is no value
        if figure.scenario.startswith("consensus-"):
            return f"consensus_{figure.feeds}" if f"consensus_{figure.feeds}" in self.facts.declarations else ""
        if figure.scenario != "base":
            return ""
        names = (figure.feeds, f"forecast_{figure.feeds}", f"stated_{figure.feeds}")
        return next((name for name in names if name in self.facts.declarations), "")

    # -- putting it together --------------------------------------------------------------------
    def finish(self) -> Facts:
        self.pending = [one for one in self.pending if self.is_period(one[0].labels, f"{one[2]}: {one[0].quantity}")]
        for fact, _, _ in self.pending:
            for dimension, label in fact.labels.items():
                self.seen_labels.setdefault(dimension, {}).setdefault(label)
        self.labels()
        self.pending += [(fact, "", fact.file) for fact in vendor_facts(self.facts)]
        for fact, unit, place in self.pending:
            self.settle(fact, unit, place)
        for found in self.facts.facts.values():
            found.sort(key=lambda fact: fact.rank)
        read_registers(self, self.register_files)
        if self.problems:
            raise BadRequest(*self.problems)
        read_evidence(self.facts)
        return self.facts

    def labels(self) -> None:
        order: dict[str, dict[Any, None]] = {dimension: {} for dimension in self.seen_labels}
        for figure in self.facts.figures:
            for dimension, label in figure.labels.items():
                if label in self.facts.cards.get(dimension, {}):
                    order[dimension].setdefault(label)
        for dimension, labels in self.seen_labels.items():
            carded = self.facts.cards.get(dimension)
            for label in labels:
                if carded is None or label in carded:
                    order[dimension].setdefault(label)
        for dimension, found in order.items():
            labels_ = list(found)
            if dimension == "year" and labels_:
                labels_ = list(range(min(labels_), max(labels_) + 1))
            if dimension in PARTS_OF_A_YEAR and labels_:
                labels_ = parts_between(dimension, min(labels_), max(labels_))
            self.facts.labels[dimension] = labels_
            names = self.facts.names.setdefault(dimension, {})
            for label in labels_:
                names.setdefault(fold(label), label)

    def settle(self, fact: Fact, unit: str, place: str) -> None:
        declared = self.facts.declarations.get(fact.quantity)
        now = self.facts.declarations.get(self.renamed.get(fact.quantity, ""))
        if now is not None and set(fact.labels) == set(now.dimensions):
            whose = ", ".join(str(label) for label in fact.labels.values())
            self.facts.warnings.append(f"{fact.file}: {fact.quantity} of {whose} is read as {now.name}")
            fact.quantity, declared = now.name, now
        if declared is None:
            self.problems.append(
                Problem(
                    f"there is no input quantity {fact.quantity!r}",
                    place,
                    remedy=nearest(fact.quantity, self.facts.declarations),
                )
            )
            return
        where = f"{place}: {fact.quantity}"
        if set(fact.labels) != set(declared.dimensions):
            self.problems.append(
                Problem(
                    f"it is given for ({', '.join(fact.labels)}) but declared over ({', '.join(declared.dimensions)})",
                    where,
                    remedy="name exactly these labels",
                )
            )
            return
        for dimension, label in fact.labels.items():
            try:
                fact.labels[dimension] = self.facts.label(dimension, label)
            except BadRequest as refused:
                one = refused.problems[0]
                self.problems.append(Problem(one.what, where, "no card names it", one.remedy))
                return
        if self.facts.sources and fact.source.partition("#")[0] not in self.facts.sources:
            self.problems.append(
                Problem(
                    f"source {fact.source.partition('#')[0]!r} is not in sources.toml",
                    where,
                    remedy=nearest(fact.source.partition("#")[0], self.facts.sources),
                )
            )
        if declared.text and not isinstance(fact.value, str):
            self.problems.append(Problem(f"{fact.value:g} is not a word", where, remedy="write it in quotes"))
            return
        if not declared.text and not self._in_unit(fact, unit, declared, where):
            return
        key = (fact.quantity, *(fact.labels[dimension] for dimension in declared.dimensions))
        self.facts.facts.setdefault(key, []).append(fact)

    def _in_unit(self, fact: Fact, unit: str, declared: Declaration, where: str) -> bool:
        """Turn a figure into the declared unit and hold it against what is possible."""
        if not isinstance(fact.value, (int, float)):
            self.problems.append(Problem(f"{fact.value!r} is not a number", where, remedy="write a plain number"))
            return False
        try:
            scale = units.factor(self.local(unit, fact.labels, declared.unit), declared.unit) if unit else 1.0
        except ValueError as error:
            self.problems.append(Problem(str(error), where, remedy=self._unit_remedy(fact, declared)))
            return False
        fact.value = units.scaled(float(fact.value), scale)
        fact.half = 0.0 if declared.whole else fact.half * scale
        fact.low = None if fact.low is None else units.scaled(fact.low, scale)
        fact.high = None if fact.high is None else units.scaled(fact.high, scale)
        if declared.structural and math.isfinite(fact.value) and fact.value != int(fact.value):
            self.problems.append(
                Problem(f"{fact.value:g} is not a whole number", where, declared.meaning, "write a year")
            )
            return False
        if declared.possible is not None and fact.value not in declared.possible:
            self.problems.append(
                Problem(
                    f"{fact.value:g} is impossible",
                    where,
                    f"{declared.meaning} It lies in {declared.possible}",
                    "correct the figure or its unit",
                )
            )
            return False
        for end in (fact.low, fact.high):
            if end is not None and declared.possible is not None and end not in declared.possible:
                self.problems.append(
                    Problem(
                        f"its range reaches {end:g}, which is impossible",
                        where,
                        f"it lies in {declared.possible}",
                        "narrow the range",
                    )
                )
                return False
        if fact.low is not None and fact.high is not None and not fact.low <= fact.value <= fact.high:
            self.problems.append(
                Problem(
                    f"{fact.value:g} lies outside its own range [{fact.low:g}, {fact.high:g}]",
                    where,
                    remedy="correct the value or the range",
                )
            )
            return False
        if declared.plausible is not None and fact.value not in declared.plausible:
            labels = ", ".join(str(label) for label in fact.labels.values())
            self.facts.warnings.append(
                f"{fact.file}: {fact.quantity} of {labels} = {fact.value:g} lies outside the plausible {declared.plausible}"
            )
        return True

    def _unit_remedy(self, fact: Fact, declared: Declaration) -> str:
        """What to do about a unit that does not fit: of a company without a currency, name the currency."""
        company = fact.labels.get("company")
        card = self.facts.cards.get("company", {}).get(company, {})
        for role in ("reporting_currency", "listing_currency"):
            if company and role in declared.unit and not card.get(role):
                return f"write {role} on the card of {company}"
        return f"give it in {declared.unit!r}"

    def local(self, unit: str, labels: dict[str, Any], wanted: str) -> str:
        """A company's own currency under the name the formulas know it by."""
        return local_unit(self.facts, unit, labels, wanted)
