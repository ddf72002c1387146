"""Commands that bring in a company of one's own: empty tables to fill in, or a statement file read whole."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest

from .app import FactsFolders, _model, _split, app

company_app = typer.Typer(no_args_is_help=True, help="A company of your own: empty tables, or a statement read in.")
app.add_typer(company_app, name="company")

YEAR_END = "12-31"
CARD = """name = "{name}"
full_name = ""
ticker = "{ticker}"
reporting_currency = "{currency}"
listing_currency = "{listing}"
fiscal_year_end = "{year_end}"
aliases = []

# Figures stand in the tables beside the folder companies/: statements, consensus, valuation.
"""
SOURCE = """["{id}"]
title = "{title}"
kind = "filing"
date = "{as_of}"
"""
Into = Annotated[Path, typer.Option("--into", help="Your folder of facts; made if it is not there.")]
LeaveOut = Annotated[list[str], typer.Option("--leave-out", metavar="ROW", help="A row not to take; repeat.")]


@company_app.command("new")
def company_new(
    name: Annotated[str, typer.Argument(help="The company's name.")],
    into: Into,
    ticker: Annotated[str, typer.Option("--ticker", help="As on its exchange, for example 688256.SS.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="The currency it reports in.")] = "CNY",
    listing: Annotated[str, typer.Option("--listing", help="The currency its share trades in.")] = "",
    reported: Annotated[int, typer.Option("--reported", min=1900, max=2190, help="Last reported year.")] = 2025,
    as_of: Annotated[str, typer.Option("--as-of", help="Day the figures are known; today, if left out.")] = "",
    xlsx: Annotated[bool, typer.Option("--xlsx", help="One Excel workbook to fill in instead of CSV tables.")] = False,
    product: Annotated[
        list[str], typer.Option("--product", help="A chip it sells: tables of its price and units too; repeat.")
    ] = [],
) -> None:
    """A card and empty tables for statements by year, half and quarter, consensus and valuation: CSV, or a workbook."""
    from siliconomics.facts import statement_tables as tables
    from siliconomics.facts import workbook_file
    from siliconomics.facts.driver_tables import driver_tables
    from siliconomics.model import load

    from . import cards

    cards.hold_name(name)
    for code in (currency, listing or currency):
        _hold_currency(code)
    day = _day(as_of or dt.date.today().isoformat())
    model = load()
    source = f"{tables.slug(name)}-filings"
    card = CARD.format(name=name, ticker=ticker, currency=currency, listing=listing or currency, year_end=YEAR_END)
    files = {f"companies/{tables.slug(name)}.toml": card}
    files |= driver_tables(name, product, currency, reported, day, source)
    book = into / f"{tables.slug(name)}.xlsx"
    if not xlsx:
        files |= tables.templates(name, currency, reported, day, source, model.facts, model.graph.roles)
    elif cards._is_there(book):
        why = "what stands there would be lost"
        raise BadRequest(
            Problem("the file exists already", str(book), why, "remove it first, or choose another folder")
        )
    sources = {source: SOURCE.format(id=source, title=f"{name}: filings", as_of=day)}
    _tried(into, files, sources)
    if xlsx:
        workbook_file.workbook(book, name, currency, reported, day, model.facts)
    _add(into, files, sources)
    print("\n".join(f"wrote {into / one}" for one in files))
    if xlsx:
        print(f"wrote {book}")
        print(f"fill it in; what you do not know stays empty. Then: siliconomics company import {book} "
              f"--company '{name}' --into {into} --as-of {day}")  # fmt: skip
        return
    print(f"fill in the tables; what you do not know stays empty. Then: siliconomics facts check {into}")


@company_app.command("import")
def company_import(
    file: Annotated[
        Path, typer.Argument(help="CSV or .xlsx: a line of the statement in each row, a period in each column.")
    ],
    company: Annotated[str, typer.Option("--company", help="Whose statement it is.")],
    into: Into,
    as_of: Annotated[str, typer.Option("--as-of", help="Day of the filing, for example 2026-03-30.")],
    unit: Annotated[str, typer.Option("--unit", help="As mn CNY or 百万元; or a column or row named unit.")] = "",
    source: Annotated[str, typer.Option("--source", help="Id of a source in your sources.toml.")] = "",
    named: Annotated[
        list[str], typer.Option("--map", metavar="ROW=QUANTITY", help="A row under a name of its own; repeat.")
    ] = [],
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="Leave out rows that are not known.")] = False,
    leave_out: LeaveOut = [],
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Columns named by a day run from the start of the year.")
    ] = False,
    sheet: Annotated[list[str], typer.Option("--sheet", help="Of a workbook only this sheet; repeat.")] = [],
    again: Annotated[
        bool, typer.Option("--again", help="Write over the tables of an earlier import of the same day.")
    ] = False,
) -> None:
    """Read a statement file into a folder of facts, or say with line and gap why not; then nothing is written."""
    from siliconomics.facts import workbook_file
    from siliconomics.facts.statement_file import read_statement

    day, rows = _day(as_of), _split(named, "--map")
    if not workbook_file.is_workbook(file):
        if sheet:
            raise BadRequest(Problem("--sheet is of a workbook", str(file), remedy="leave it out, or give an .xlsx"))
        read = read_statement(file, unit, rows, skip_unknown, cumulative, leave_out)
        _bring_in([read], file, company, into, day, source, again=again)
        return
    sheets = workbook_file.sheets_of(file, sheet)
    reads = workbook_file.read_workbook(sheets, unit, rows, skip_unknown, cumulative, leave_out)

    def rest(label: str, cited: str) -> tuple[dict[str, str], dict[str, Path]]:
        return workbook_file.beside_statements(sheets, label, reads[0].currency, day, cited)

    _bring_in(reads, file, company, into, day, source, rest=rest, again=again)


def _bring_in(
    reads: Sequence[Any],
    file: Path,
    company: str,
    into: Path,
    day: str,
    source: str,
    beside: Mapping[str, str] = MappingProxyType({}),
    year_end: str = YEAR_END,
    rest: Callable[[str, str], tuple[dict[str, str], dict[str, Path]]] | None = None,
    again: bool = False,
) -> None:
    """Tables, card and source of what was read, tried in a copy and then written with whatever lies beside."""
    from siliconomics.facts import statement_tables as tables
    from siliconomics.model import load

    there = into.is_dir() and any(into.rglob("*.toml"))
    known = load([str(into)] if there else [], checked=False)
    files: dict[str, str] = dict(beside)
    label, reports_in = _company(known, company)
    currency = reads[0].currency
    if not label:
        label = company
        card = CARD.format(name=label, ticker="", currency=currency, listing=currency, year_end=year_end)
        files[f"companies/{tables.slug(label)}.toml"] = card
    elif reports_in and reports_in != currency:
        what = f"the figures are in {currency}, {label} reports in {reports_in}"
        raise BadRequest(Problem(what, str(file), remedy="translate them with a dated rate first, or correct the card"))
    elif not reports_in:
        what = f"the card of {label} names no reporting currency"
        raise BadRequest(Problem(what, str(file), remedy=f'write reporting_currency = "{currency}" on it'))
    cards_source = source or f"{tables.slug(label)}-filing-{day}"
    left_out: list[str] = []
    origins: dict[str, Path] = {}
    for read in reads:
        made, without = tables.tables_of(read, label, known.facts, cards_source, day, known.graph.roles)
        files |= made
        origins |= dict.fromkeys(made, read.path if len(reads) > 1 or rest else file)
        left_out += without
    if rest is not None:
        made, came_from = rest(label, cards_source)
        files, origins = files | made, origins | came_from
    new_sources = {}
    if cards_source not in known.facts.sources:
        if source:
            remedy = nearest(source, known.facts.sources)
            raise BadRequest(Problem(f"there is no source {source!r}", str(into / "sources.toml"), remedy=remedy))
        title = f"{label}: {file.name}".replace('"', "'").replace("\\", "/")
        new_sources = {cards_source: SOURCE.format(id=cards_source, title=title, as_of=day)}
    model = _tried(into, files, new_sources, origins, again)
    _add(into, files, new_sources, again=again)
    print("\n".join(f"wrote {into / one}" for one in files))
    _tell(reads, left_out, model, label, cards_source)
    print(f"next: siliconomics statements --company '{label}' --facts {into}")


@company_app.command("export")
def company_export(
    company: Annotated[str, typer.Option("--company", help="Whose statements.")],
    period: Annotated[str, typer.Option("--period", help="year, half or quarter.")] = "year",
    facts: FactsFolders = [],
) -> None:
    """Statements as one sheet, lines down and periods across, as `company import` reads it."""
    from siliconomics.facts.periods import PARTS_OF_A_YEAR
    from siliconomics.facts.statement_tables import one_sheet

    if period not in ("year", *PARTS_OF_A_YEAR):
        raise BadRequest(Problem(f"there is no period {period!r}", remedy="choose year, half or quarter"))
    model = _model(facts, [], [])
    label = model.label("company", company)
    sheet = one_sheet(model.facts, label, period, model.facts.cards["company"][label].get("reporting_currency") or "")
    if sheet.count("\n") == 1:
        raise BadRequest(
            Problem(f"no line of {label} is known by {period}", remedy="`siliconomics statements` lists them")
        )
    print(sheet, end="")


def _company(model: Any, spelling: str) -> tuple[str, str]:
    """The name a company is kept by and its currency; empty for one that has no card."""
    try:
        label = str(model.facts.label("company", spelling))
    except BadRequest:
        from . import cards

        cards.hold_name(spelling)
        return "", ""
    return label, str(model.facts.cards["company"][label].get("reporting_currency") or "")


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadRequest(Problem(f"--as-of {text!r} is not a day", remedy="write for example 2026-03-30")) from None


def _hold_currency(code: str) -> None:
    if not (len(code) == len("CNY") and code.isascii() and code.isupper()):
        raise BadRequest(Problem(f"{code!r} is no currency", remedy="write its three letters, for example CNY"))


def _tried(
    into: Path,
    files: Mapping[str, str],
    sources: Mapping[str, str],
    origins: Mapping[str, Path] = MappingProxyType({}),
    again: bool = False,
) -> Any:
    """The model with the new files, built in a copy of the folder, so that a refusal leaves nothing behind."""
    from siliconomics.model import load

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "facts"
        if into.is_dir():
            shutil.copytree(into, copy)
        _add(copy, files, sources, into, again)
        try:
            return load([str(copy)])
        except BadRequest as refused:
            raise BadRequest(*(_placed(one, copy, into, origins) for one in refused.problems)) from None


def _placed(problem: Problem, copy: Path, into: Path, origins: Mapping[str, Path]) -> Problem:
    """A problem of a table just made, told by the line of the file that it was read from."""
    where = problem.where.replace(str(copy), str(into))
    for name, file in origins.items():
        where = where.replace(str(into / name), str(file)).replace(name, str(file))
    return Problem(problem.what, where, problem.why, problem.remedy)


def _add(
    folder: Path, files: Mapping[str, str], sources: Mapping[str, str], told: Path | None = None, again: bool = False
) -> None:
    """Write new files, none over another unless it is done again, and sources behind those there are."""
    from siliconomics.facts.table import unreadable

    from . import cards

    for name in files if not again else ():
        if cards._is_there(folder / name):
            why = "what stands there would be lost"
            remedy = "--again writes over an earlier import; or remove it first, or choose another name or day"
            raise BadRequest(Problem("the file exists already", str((told or folder) / name), why, remedy))
    path = folder / "sources.toml"
    try:
        before = path.read_text(encoding="utf-8-sig") if cards._is_there(path) else ""
        known = tomllib.loads(before)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(unreadable(told / "sources.toml" if told else path, error)) from None
    added = "".join(text for name, text in sources.items() if name not in known)
    for name, text in files.items():
        cards._write(folder / name, text)
    if added:
        cards._write(path, before.rstrip("\n") + "\n\n" * bool(before) + added)


def _tell(reads: Sequence[Any], left_out: list[str], model: Any, label: str, source: str) -> None:
    """What was turned, left out, and what could not be tied."""
    from siliconomics.studies.statements import statements

    turned = dict.fromkeys(row[1] for read in reads for name, row in read.rows.items() if read.factor(_line(name)) < 0)
    if turned:
        print(f"printed with the other sign, turned by factor = -1 on the card: {', '.join(turned)}")
    for words, names in (
        ("rows left out", [one for read in reads for one in read.left_out]),
        ("no input takes", left_out),
    ):
        if names:
            print(f"{words}: {', '.join(names)}")
    mine = [line for line in statements(model, label).lines if line.figure.source == source]
    counts = Counter(line.status for line in mine)
    print(f"{counts['ties']} figures tie; {counts['stated']} are stated; {counts['cannot_be_tied']} cannot be tied")
    untied = dict.fromkeys(line.figure.row for line in mine if line.status == "cannot_be_tied")
    if untied:
        print(f"not tied in some period, because a line or the period before is not given: {', '.join(untied)}")


def _line(quantity: str) -> Any:
    from siliconomics.facts.statement_lines import BY_QUANTITY

    return BY_QUANTITY[quantity]
