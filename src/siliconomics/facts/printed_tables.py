"""Tables of facts: as printed, running text, exchange rates, coverage and open tables; each figure to a fact."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from siliconomics.core import Problem, nearest

from . import schema
from .files import Files
from .periods import PARTS_OF_A_YEAR, YEARS, is_part, parts_of
from .table import NOTHING, Fact, Figure, fold, number


def _latest_first(known: str, as_of: str) -> float:
    """Rank among a user's statements: what was reported before any estimate, then the latest (a restatement)."""
    later = dt.date.max.toordinal() if known in ("estimated", "assumed") else 0
    return float(later - dt.date.fromisoformat(as_of).toordinal())


COVERAGE = frozenset({"company", "ticker", "rating", "price", "currency"})
"""Columns of a table of covered stocks."""


class Tables(Files):
    """Reads tables into figures, and what they feed into facts that wait for their labels."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.pending: list[tuple[Fact, str, str]] = []

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


__all__ = ["COVERAGE", "Tables"]
