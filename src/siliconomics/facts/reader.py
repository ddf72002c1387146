"""Reading folders of facts into one table of facts, with every problem of every file reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Declaration, Interval, Problem, nearest, units

from . import schema
from .evidence import read_evidence
from .in_unit import in_unit
from .periods import PARTS_OF_A_YEAR, calendar, parts_between
from .printed_tables import Tables
from .register_reader import is_register, read_registers
from .table import (
    Fact,
    Facts,
    ensure_folder,
    files_of,
    fold,
    version_of,
)
from .upstream import read_upstream
from .vendors import vendor_facts
from .vintages import read_capacity_forecasts, read_vintages


def read(folders: Sequence[Path]) -> Facts:
    """All facts of the given folders, later folders shadowing earlier ones."""
    for folder in folders:
        ensure_folder(folder)
    reader = _Reader(version_of(folders))
    for layer, folder in enumerate(folders):
        reader.layer(folder, layer)
    return reader.finish()


LONG_TABLE = frozenset({"low", "high", *schema.Observed.model_fields})
"""Columns of a table of facts that are no dimension."""


def _plain(cell: str) -> float | str:
    """A cell as the number it holds, else as the word it is."""
    try:
        return float(cell)
    except ValueError:
        return cell


class _Reader(Tables):
    """Collects facts and problems layer by layer."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.seen_labels: dict[str, dict[Any, None]] = {}
        self.declared_in: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        """Former names of inputs, and what they are called now."""
        self.register_files: list[tuple[int, Path]] = []

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
                card.driven,
                "",
                path.stem,
                path.name,
            )
            if card.driven:
                declared = self.facts.declarations[name]
                meaning = f"{card.meaning.rstrip('.')}; as stated, whatever drivers make of it."
                self.facts.declarations[f"printed_{name}"] = replace(
                    declared, name=f"printed_{name}", meaning=meaning, driven=False, printed_of=name
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
        if data.get("layout") in ("points", "rules", "prices", "snapshot"):
            return  # measured points, dated rules, histories of prices: read by the study that asks for them;
            # snapshots of public data: read in when they were fetched
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
        self.calendar()
        read_registers(self, self.register_files)
        if self.problems:
            raise BadRequest(*self.problems)
        read_evidence(self.facts)
        read_vintages(self.facts)
        read_capacity_forecasts(self.facts)
        read_upstream(self.facts)
        return self.facts

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

    def calendar(self) -> None:
        """Where each half year and quarter lies in its year: a fact of its label, if the model asks for it."""
        for dimension in PARTS_OF_A_YEAR:
            for label in self.facts.labels.get(dimension, []):
                for name, value in calendar(dimension, label).items():
                    if name in self.facts.declarations:
                        place = "siliconomics#definition"
                        fact = Fact(name, {dimension: label}, float(value), "reported", place, "2026-11-25")
                        self.facts.facts[name, label] = [fact]

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
        if not declared.text and not in_unit(self.facts, self.problems, fact, unit, declared, where):
            return
        key = (fact.quantity, *(fact.labels[dimension] for dimension in declared.dimensions))
        self.facts.facts.setdefault(key, []).append(fact)
