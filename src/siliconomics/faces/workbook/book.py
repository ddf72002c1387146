"""Writing a workbook: live formulas with their values, inputs with their sources, and the sheets around them."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.reading import Labels
from siliconomics.core.typeset import NoSpreadsheetForm
from siliconomics.faces import words
from siliconomics.facts import Fact
from siliconomics.facts.writing import whole
from siliconomics.model import Model

from . import annex, case_sheet, contents, grid_sheets, model_sheets, pages, stamp
from .cases import Case, Forks, offered
from .formula_text import LONGEST_FORMULA, Pattern, written
from .grids import Grid, of_companies
from .held import Held
from .phrases import Phrases
from .places import Place, Places
from .styles import TITLE_FILL, Styles
from .worksheet import sheet_class

CASES = "Cases"


@dataclasses.dataclass
class Written:
    """What a workbook holds."""

    path: Path
    scenario: str
    sheets: int = 0
    formulas: int = 0
    inputs: int = 0
    held: int = 0
    cases: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    """Cases that no cell formula can say, and why."""
    companies: tuple[str, ...] = ()
    places: Places | None = dataclasses.field(default=None, repr=False)
    """Where each cell of the model stands: ``written.places.find("price_target", company="Cambricon")``."""

    def as_dict(self) -> dict[str, Any]:
        """The record as other programs read it."""
        return {
            "file": str(self.path),
            "scenario": self.scenario,
            "sheets": self.sheets,
            "formulas": self.formulas,
            "inputs": self.inputs,
            "held_values": self.held,
            "cases": list(self.cases),
            "cases_left_out": dict(self.left_out),
            "companies": list(self.companies),
        }


def write(
    path: Path | str,
    model: Model,
    *,
    companies: Sequence[str] = (),
    chips: bool = False,
    market: bool = False,
    language: str = "en",
    progress: Callable[[str], None] = lambda text: None,
) -> Written:
    """Write the model as a workbook of live formulas; everything, where no part is named.

    Every cell holds the formula that Python computes and the value it gives. Refuses a path that cannot be
    written, or a workbook that is open in another program; an existing file stays whole until the new one is complete.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise BadRequest(Problem(f"{path.name} is no name of a workbook", remedy="let it end in .xlsx"))
    _closed(path)
    if not path.absolute().parent.is_dir():
        raise BadRequest(
            Problem("cannot be written: there is no such folder", str(path), remedy="make it, or choose another")
        )
    _installed()
    words.table(language)
    wanted = contents.Wanted.of(model, companies=companies, chips=chips, market=market)
    progress("solving")
    with _no_collection():
        cells = contents.cells(model, wanted)
        with whole(path, "close it where it is open, or choose another place") as part:
            return Book(model, wanted, cells, language, progress).write(part, path)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """A hundred thousand cells that all stay: looking through them for garbage takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _installed() -> None:
    import importlib.util

    if importlib.util.find_spec("xlsxwriter") is None:
        raise BadRequest(
            Problem(
                "the package xlsxwriter is not installed",
                why="it writes workbooks",
                remedy="install it: pip install 'siliconomics[excel]'",
            )
        )


def _closed(path: Path) -> None:
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise BadRequest(
                Problem(
                    f"{path.name} is open in another program",
                    str(path),
                    f"that program keeps {lock.name} beside it",
                    "close it there, or write under another name",
                )
            )


class Book:
    """One workbook being written."""

    def __init__(
        self,
        model: Model,
        wanted: contents.Wanted,
        cells: Sequence[Cell],
        language: str,
        progress: Callable[[str], None],
    ) -> None:
        self.model, self.wanted, self.language, self.progress = model, wanted, language, progress
        self.graph = model.graph
        self.phrases = Phrases(language)
        possible, refused = offered(model) if wanted.companies else ([], [])
        keys = {cell.key for cell in cells}
        self.cases = [one for one in possible if not keys.isdisjoint(one.held)]
        self.forks = Forks(cells, self.cases)
        self.read = {one.key for cell in (*cells, *self.forks.only.values()) for one in cell.uses}
        """Cells that another cell of the workbook reads."""
        self.places = Places(model, [*cells, *self.forks.only.values()], wanted.companies)
        self.left_out = tuple((one.name, one.why_not) for one in refused)
        self.switched = self._switched()
        self.grids = of_companies(model, [c for c in wanted.companies if self.places.find("price_target", company=c)])
        self.held = Held(model, self.places)
        self.count = Written(
            Path(), model.scenario, cases=tuple(one.name for one in self.cases), left_out=self.left_out
        )
        self.count.companies, self.count.places = wanted.companies, self.places
        self.stamps = stamp.Stamps()
        self.stale = ""
        """Formula text for the number of held values that are out of date; empty where nothing is held."""
        self.case_results: dict[str, case_sheet.CaseResults] = {}
        self.map_rows = (0, -1)
        self._pattern = Pattern(model, self.places.at)
        self.football_rows: list[int] = []

    def _switched(self) -> dict[tuple[Any, ...], int]:
        """Cells that a case holds otherwise, and their rows on the sheet of cases."""
        keys = dict.fromkeys(key for case in self.cases for key in case.held if self.places.has(key))
        return {key: case_sheet.FIRST_CASE_ROW + number for number, key in enumerate(keys)}

    # -- the whole ------------------------------------------------------------------------------
    def write(self, part: Path, path: Path) -> Written:
        """Write the file; the count of what it holds comes back."""
        import xlsxwriter
        import xlsxwriter.exceptions

        self.count.path = path
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(part), options)
        try:
            self.book, self.styles = book, Styles(book)
            book.set_properties({"title": "siliconomics", "comments": self.phrases("made by"), "created": stamp.MADE})
            names = ["Cover", *([CASES] if self.cases else []), "Checks"]
            results = [sheet for sheet in self.places.sheets.values() if not sheet.inputs]
            inputs = [sheet for sheet in self.places.sheets.values() if sheet.inputs]
            order = {
                name: number for number, name in enumerate(("Valuation", *self.wanted.companies, "Companies", "Parts"))
            }
            results.sort(key=lambda sheet: order.get(sheet.name.split(" ")[0], 99))
            grids = ["Grids"] if self.grids else []
            names += [*grids, *(sheet.name for sheet in (*results, *inputs))]
            names += [
                *(["Ranking"] if "chips" in self.wanted.parts else []),
                *([grid_sheets.WORKINGS] if self.grids else []),
            ]
            names += [*(["Held values"] if self.held.groups else []), "Sources"]
            names += ["Audit"] if self.wanted.parts == contents.PARTS else []
            self.sheets = {
                name: book.add_worksheet(name, sheet_class()) for name in [*names, stamp.FORMULAS, stamp.INPUTS]
            }
            self.progress("formulas")
            for sheet in (*results, *inputs):
                model_sheets.sheet(self, sheet)
            if self.grids:
                grid_sheets.workings(self)
                grid_sheets.tables(self)
            self.progress("pages")
            if self.cases:
                case_sheet.cases(self)
            if "Held values" in self.sheets:
                pages.held(self)
            if "Ranking" in self.sheets:
                annex.ranking(self)
            annex.sources(self)
            if "Audit" in self.sheets:
                annex.audit(self)
            passed = pages.checks(self)
            pages.cover(self, passed)
            stamp.write(self)
            self.sheets["Cover"].activate()
            self.count.sheets = len(self.sheets) - 2
            self.progress("file")
        finally:
            try:
                book.close()
            except xlsxwriter.exceptions.FileCreateError as error:
                raise OSError(str(error)) from error
        return self.count

    def value(self, cell: Cell) -> float:
        """A cell's value in the base; nothing for one that only a case has."""
        own = self.graph.cells.get(cell.key)
        if own is not None and own.node is not None:
            return self.graph.value(own) or 0.0
        return cell.given.value if cell.given is not None and cell.key not in self.switched else 0.0

    def formula(self, cell: Cell, place: Place) -> str | None:
        """A cell's formula as it stands at a place; None where only a value can stand."""

        def reference(name: str, labels: Labels) -> str:
            return self.places.at((name, *labels.values())).seen_from(place.sheet)

        try:
            forms = self.forks.formulas.get(cell.key)
            if forms is None:
                text: str = self._pattern(cell, place.sheet)
            else:
                models = [self.model, *(case.model for case in self.cases)]
                texts = [
                    "0" if form is None else written(model, form, reference)[1:]
                    for model, form in zip(models, forms, strict=True)
                    if model is not None
                ]
                text = f"=CHOOSE({case_sheet.CASE_NAME},{','.join(texts)})"
        except NoSpreadsheetForm:
            return None
        if "/" in text and cell.key not in self.read:
            text = f'=IFERROR({text[1:]},"n/a")'  # a ratio at the end of a chain; the model calls it unknown there
        return text if len(text) <= LONGEST_FORMULA else None

    def choice(self, cell: Cell, place: Place) -> str:
        row = self.switched[cell.key]
        first = Place(CASES, row, case_sheet.FIRST_CASE_COLUMN)
        last = Place(CASES, row, case_sheet.FIRST_CASE_COLUMN + len(self.cases))
        return f"=INDEX({first.seen_from(place.sheet)}:{last.cell},{case_sheet.CASE_NAME})"

    def origin(self, cell: Cell) -> str:
        """Where an input's value comes from: source, how well known, as of when."""
        assert cell.given is not None
        fact = cell.given.origin
        if isinstance(fact, Fact):
            lines = [fact.source, f"{words.label('grade', fact.known, self.language)}, {fact.as_of}"]
            if fact.low is not None and fact.high is not None:
                lines.append(f"80 %: {fact.low:g} .. {fact.high:g}")
            return "\n".join([*lines, *([fact.note] if fact.note else [])])
        return str(getattr(fact, "why", "") or self.phrases("held by scenario"))

    # -- words ----------------------------------------------------------------------------------
    def title(self, page: Any, name: str, text: str) -> None:
        """A sheet's first lines: what it is, under which scenario."""
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&8siliconomics&C&8&A&R&8&P / &N")
        page.write_string(0, 0, f"siliconomics: {self.phrases.sheet(name)}", self.styles(bold=True, font_size=14,
                          font_color=TITLE_FILL))  # fmt: skip
        page.write_string(
            1, 0, f"{self.phrases('scenario')}: {self.model.scenario}. {text}", self.styles(font_color="#555555")
        )

    def label(self, axis: str, label: Any) -> str:
        """A label in the workbook's language."""
        return str(label) if isinstance(label, int) else words.label(axis, str(label), self.language)

    def whose(self, cell: Cell) -> str:
        """A cell's labels in one line."""
        return ", ".join(self.label(axis, one) for axis, one in cell.labels.items())


__all__ = ["Book", "Case", "Grid", "Written", "write"]
