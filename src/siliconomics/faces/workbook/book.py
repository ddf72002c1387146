"""Writing a workbook: live formulas with their values, inputs with their sources, and the sheets around them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from siliconomics.core import BadRequest, Cell, Problem
from siliconomics.core.reading import Labels
from siliconomics.core.typeset import NoSpreadsheetForm, equation
from siliconomics.faces import words
from siliconomics.facts import Fact
from siliconomics.facts.writing import whole
from siliconomics.model import Model

from . import annex, contents, pages, stamp
from .cases import Case, Forks, offered
from .formula_text import LONGEST_FORMULA, Pattern, written
from .grids import JUST_BELOW, Grid, of_companies
from .held import Held
from .phrases import Phrases
from .places import FIRST_COLUMN, HEADER_ROW, Place, Places, Row, Sheet
from .styles import SECTION_FILL, TITLE_FILL, Styles, number_format
from .worksheet import sheet_class

CASES = "Cases"
WORKINGS = "Grid workings"


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
    _installed()
    words.table(language)
    wanted = contents.Wanted.of(model, companies=companies, chips=chips, market=market)
    progress("solving")
    cells = contents.cells(model, wanted)
    with whole(path, "close it where it is open, or choose another place") as part:
        return Book(model, wanted, cells, language, progress).write(part, path)


def _installed() -> None:
    import importlib.util

    if importlib.util.find_spec("xlsxwriter") is None:
        raise BadRequest(
            Problem("xlsxwriter is not installed", why="it writes workbooks", remedy="pip install 'siliconomics[excel]'")
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
        self.places = Places(model, [*cells, *self.forks.only.values()], wanted.companies)
        self.left_out = tuple((one.name, one.why_not) for one in refused)
        self.switched = self._switched()
        self.grids = of_companies(model, [c for c in wanted.companies if self.places.find("price_target", company=c)])
        self.held = Held(model, self.places)
        self.count = Written(Path(), model.scenario, cases=tuple(one.name for one in self.cases), left_out=self.left_out)
        self.count.companies = wanted.companies
        self.stamps = stamp.Stamps()
        self.stale = ""
        """Formula text for the number of held values that are out of date; empty where nothing is held."""
        self.case_results: dict[str, tuple[int, list[str], list[float | None]]] = {}
        self.map_rows = (0, -1)
        self._patterns: dict[str, Pattern] = {}
        self.football_rows: list[int] = []

    @property
    def stamps_changed(self) -> str:
        """Formula text for the number of inputs changed; every input is written by then."""
        return self.stamps.changed

    def _switched(self) -> dict[tuple[Any, ...], int]:
        """Cells that a case holds otherwise, and their rows on the sheet of cases."""
        keys = dict.fromkeys(key for case in self.cases for key in case.held if self.places.has(key))
        return {key: pages.FIRST_CASE_ROW + number for number, key in enumerate(keys)}

    # -- the whole ------------------------------------------------------------------------------
    def write(self, part: Path, path: Path) -> Written:
        """Write the file; the count of what it holds comes back."""
        import xlsxwriter

        self.count.path = path
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(part), options)
        try:
            self.book, self.styles = book, Styles(book)
            book.set_properties({"title": "siliconomics", "comments": self.phrases("made by"), "created": stamp.MADE})
            names = ["Cover", *([CASES] if self.cases else []), "Checks"]
            results = [sheet for sheet in self.places.sheets.values() if not sheet.inputs]
            inputs = [sheet for sheet in self.places.sheets.values() if sheet.inputs]
            order = {name: number for number, name in enumerate(("Valuation", *self.wanted.companies, "Companies", "Parts"))}
            results.sort(key=lambda sheet: order.get(sheet.name.split(" ")[0], 99))
            grids = ["Grids"] if self.grids else []
            names += [*grids, *(sheet.name for sheet in (*results, *inputs))]
            names += [*(["Ranking"] if "chips" in self.wanted.parts else []), *([WORKINGS] if self.grids else [])]
            names += [*(["Held values"] if self.held.groups else []), "Sources"]
            names += ["Audit"] if self.wanted.parts == contents.PARTS else []
            self.sheets = {name: book.add_worksheet(name, sheet_class()) for name in [*names, stamp.FORMULAS, stamp.INPUTS]}
            self.progress("formulas")
            for sheet in (*results, *inputs):
                self._sheet(sheet)
            if self.grids:
                self._grid_workings()
                pages.grids(self)
            self.progress("pages")
            if self.cases:
                pages.cases(self)
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
        finally:
            self.progress("file")
            book.close()
        return self.count

    # -- a sheet of the model -------------------------------------------------------------------
    def _sheet(self, sheet: Sheet) -> None:
        page = self.sheets[sheet.name]
        page.set_tab_color("#3366CC" if sheet.inputs else "#1F3A5F")
        self.title(page, sheet.name, self.phrases("inputs of" if sheet.inputs else "formulas of", sheet.name))
        head = self.styles(bold=True, bottom=1, bg_color=SECTION_FILL, align="right")
        left = self.styles(bold=True, bottom=1, bg_color=SECTION_FILL)
        for column, key in enumerate(("quantity", "for", "unit", "known")):
            page.write_string(HEADER_ROW, column, self.phrases(key), left)
        page.write_string(HEADER_ROW, FIRST_COLUMN, self.phrases("value"), head)
        for label in sheet.columns:
            text = self.label(sheet.across, label)
            if isinstance(label, int):
                page.write_string(HEADER_ROW, sheet.column(label), text, head)
            else:
                page.write_string(HEADER_ROW, sheet.column(label), text, self.styles.text(text, bold=True, bottom=1,
                                  bg_color=SECTION_FILL, align="right", text_wrap=True))  # fmt: skip
        page.set_column(0, 0, 44)
        page.set_column(1, 1, 22)
        page.set_column(2, 2, 16)
        page.set_column(3, 3, 9)
        page.set_column(FIRST_COLUMN, FIRST_COLUMN + len(sheet.columns), 11)
        page.freeze_panes(HEADER_ROW + 1, FIRST_COLUMN)
        page.repeat_rows(HEADER_ROW)
        page.repeat_columns(0, 0)
        page.set_comments_author("siliconomics")
        number = HEADER_ROW
        for line in sheet.lines:
            number += 1
            if isinstance(line, str):
                text = self.phrases.section(line)
                page.write_string(number, 0, text, self.styles(bold=True, bg_color=SECTION_FILL))
                for column in range(1, FIRST_COLUMN + len(sheet.columns) + 1):
                    page.write_blank(number, column, None, self.styles(bg_color=SECTION_FILL))
                continue
            page.set_row(number, None, None, {"level": 1})
            self._row(page, sheet, line)

    def _row(self, page: Any, sheet: Sheet, row: Row) -> None:
        first = next(iter(row.cells.values()))
        unit = self.model.unit(row.quantity, first.labels)
        page.write_string(row.number, 0, words.label("quantity", row.quantity, self.language), self.styles(indent=1))
        whose = ", ".join(self.label(axis, label) for axis, label in row.labels.items())
        page.write_string(row.number, 1, whose, self.styles.text(whose, font_color="#555555"))
        page.write_string(row.number, 2, words.label("unit", unit, self.language), self.styles(font_color="#555555"))
        known = [self.graph.known(cell) for cell in row.cells.values() if cell.key in self.graph.cells] or ["assumed"]
        worst = max(known, key=("reported", "derived", "estimated", "assumed").index)
        page.write_string(row.number, 3, words.label("known", worst, self.language), self.styles(font_color="#555555"))
        if not sheet.inputs:
            page.write_comment(row.number, 0, _meaning(first), {"x_scale": 2.6, "y_scale": 1.8, "font_size": 8})
        form = number_format(row.quantity, unit, (self.value(cell) for cell in row.cells.values()))
        formulas: dict[int, str] = {}
        inputs: dict[int, float] = {}
        for column, cell in row.cells.items():
            place = Place(sheet.name, row.number, column)
            value = self.value(cell)
            if cell.key in self.switched:
                text = self._choice(cell, place)
                page.write_formula(place.row, place.column, text, self.styles.number("link", form), value)
                formulas[column] = text
            elif cell.given is not None:
                self._input(page, place, cell, form)
                inputs[column] = value
            else:
                text = self.formula(cell, place)
                if text is None:
                    page.write_number(place.row, place.column, value, self.styles.number("held", form))
                    page.write_comment(place.row, place.column, self.phrases("held comment"), {"x_scale": 2})
                    self.count.held += 1
                    continue
                kind = "link" if "!" in text else "formula"
                page.write_formula(place.row, place.column, text, self.styles.number(kind, form), value)
                formulas[column] = text
        self.count.formulas += len(formulas)
        self.count.inputs += len(inputs)
        for column, text in formulas.items():
            self.stamps.formula(Place(sheet.name, row.number, column), row.quantity, whose, text)
        for column, value in inputs.items():
            self.stamps.input(Place(sheet.name, row.number, column), row.quantity, row.cells[column].labels, value)

    def value(self, cell: Cell) -> float:
        """A cell's value in the base; nothing for one that only a case has."""
        own = self.graph.cells.get(cell.key)
        return 0.0 if own is None or own.node is None else self.graph.value(own) or 0.0

    def formula(self, cell: Cell, place: Place) -> str | None:
        """A cell's formula as it stands at a place; None where only a value can stand."""

        def reference(name: str, labels: Labels) -> str:
            return self.places.at((name, *labels.values())).seen_from(place.sheet)

        try:
            forms = self.forks.formulas.get(cell.key)
            if forms is None:
                text = self._pattern(place.sheet)(cell)
            else:
                models = [self.model, *(case.model for case in self.cases)]
                texts = [
                    "0" if form is None else written(model, form, reference)[1:]
                    for model, form in zip(models, forms, strict=True)
                    if model is not None
                ]
                text = f"=CHOOSE({pages.CASE_NAME},{','.join(texts)})"
        except NoSpreadsheetForm:
            return None
        return text if len(text) <= LONGEST_FORMULA else None

    def _pattern(self, sheet: str) -> Pattern:
        if sheet not in self._patterns:
            known = self.places.sheets.get(sheet)
            self._patterns[sheet] = Pattern(self.model, known.across if known else "", self.places.at, sheet)
        return self._patterns[sheet]

    def _choice(self, cell: Cell, place: Place) -> str:
        row = self.switched[cell.key]
        first = Place(CASES, row, pages.FIRST_CASE_COLUMN)
        last = Place(CASES, row, pages.FIRST_CASE_COLUMN + len(self.cases))
        return f"=INDEX({first.seen_from(place.sheet)}:{last.cell},{pages.CASE_NAME})"

    def _input(self, page: Any, place: Place, cell: Cell, form: str) -> None:
        assert cell.given is not None and cell.node is not None
        shape = cell.node in self.graph.tape.fixed
        page.write_number(
            place.row, place.column, cell.given.value, self.styles.number("shape" if shape else "input", form)
        )
        text = self.origin(cell) + (f"\n{self.phrases('shapes')}" if shape else "")
        page.write_comment(place.row, place.column, text, {"x_scale": 2, "y_scale": 1.2, "font_size": 8})

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

    # -- grids ----------------------------------------------------------------------------------
    def _grid_workings(self) -> None:
        page = self.sheets[WORKINGS]
        self.title(page, WORKINGS, self.phrases("grid workings"))
        page.set_column(0, 0, 40)
        page.set_column(1, 2, 14)
        page.freeze_panes(HEADER_ROW, 3)
        top = HEADER_ROW
        for number, grid in enumerate(self.grids):
            grid.workings, grid.top = WORKINGS, top
            downs, across = pages.grid_axes(self, number)
            values = grid.values(self.model)
            for offset, driver in enumerate((grid.across, grid.down)):
                page.write_string(top + offset, 0, words.label("quantity", driver.name, self.language), self.styles(bold=True))
                page.write_string(top + offset, 1, self.whose(driver), self.styles())
                for point, (down, step) in enumerate(grid.points):
                    moved = grid.moved(self.model, down, step)
                    rate, growth = (
                        place.seen_from(WORKINGS) for place in (downs[grid.steps.index(down)], across[grid.steps.index(step)])
                    )
                    text = f"=IF({rate}-{growth}<0.000000001,{rate}-{JUST_BELOW},{growth})" if offset == 0 else f"={rate}"
                    style = self.styles.number("link", "0.00%")
                    page.write_formula(top + offset, 3 + point, text, style, moved[1 - offset])
            for row, (cell, texts) in enumerate(grid.formulas(self.model, self.places)):
                at = top + 2 + row
                page.write_string(at, 0, words.label("quantity", cell.name, self.language), self.styles(indent=1))
                page.write_string(at, 1, self.whose(cell), self.styles(font_color="#555555"))
                unit = self.model.unit(cell.name, cell.labels)
                page.write_string(at, 2, words.label("unit", unit, self.language), self.styles(font_color="#555555"))
                style = self.styles.number("formula", number_format(cell.name, unit, (float(v) for v in values[row])))
                for point, text in enumerate(texts):
                    page.write_formula(at, 3 + point, text, style, float(values[row][point]))
                self.count.formulas += len(texts)
            top += grid.height

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
        page.write_string(1, 0, f"{self.phrases('scenario')}: {self.model.scenario}. {text}", self.styles(font_color="#555555"))

    def label(self, axis: str, label: Any) -> str:
        """A label in the workbook's language."""
        return str(label) if isinstance(label, int) else words.label(axis, str(label), self.language)

    def whose(self, cell: Cell) -> str:
        """A cell's labels in one line."""
        return ", ".join(self.label(axis, one) for axis, one in cell.labels.items())


def _meaning(cell: Cell) -> str:
    if cell.formula is None:
        return ""
    formula = cell.formula
    player = f"\n({formula.player})" if formula.player else ""
    text = f"{formula.meaning.splitlines()[0]}\n{formula.role} = {equation(formula.record)}{player}\n{formula.source}"
    return text[:30_000]


__all__ = ["Book", "Case", "Grid", "Written", "write"]
