"""Commands that bring in prices, and snapshots of public data; a model never asks the network, only these do."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .company_import import SOURCE, Into, LeaveOut, _add, _bring_in, _company, _day, _tried, company_app

PRICES = """# Closes as quoted and shares_mn from the day a count holds. Read by market-cap and multiples, not by the model.
layout = "prices"
company = "{company}"
currency = "{currency}"
source = "{source}"
as_of = {as_of}
"""
SNAPSHOT = """# As the provider gave it on the day; the tables beside it say which line of it each figure is.
layout = "snapshot"
provider = "{provider}"
package_version = "{version}"
ticker = "{ticker}"
company = "{company}"
currency = "{currency}"
as_of = {as_of}
"""


@company_app.command("prices")
def company_prices(
    file: Annotated[Path, typer.Argument(help="A CSV: date, close; and where known shares_mn, currency.")],
    company: Annotated[str, typer.Option("--company", help="Whose share it is.")],
    into: Into,
    as_of: Annotated[str, typer.Option("--as-of", help="Day the file was made.")],
    source: Annotated[str, typer.Option("--source", help="Id of a source in your sources.toml.")] = "",
) -> None:
    """Closes and counts of shares into your folder, for market-cap; refused with the line where they cannot be."""
    day = _day(as_of)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRequest(Problem(f"cannot be read: {error.strerror}", str(file), remedy="check the path")) from None
    except UnicodeDecodeError as error:
        raise BadRequest(Problem(f"is not UTF-8: {error.reason}", str(file), remedy="save it as UTF-8")) from None
    _bring_prices(text, file, company, into, day, source, "")


@company_app.command("fetch")
def company_fetch(
    provider: Annotated[str, typer.Argument(help="akshare (A- and H-shares), yfinance or edgartools (SEC).")],
    ticker: Annotated[str, typer.Argument(help="As the provider spells it: sh688256, 09903; 688256.SS; NVDA.")],
    company: Annotated[str, typer.Option("--company", help="Whose figures they are.")],
    into: Into,
    first_year: Annotated[int, typer.Option("--from", min=1990, max=2190, help="First year to take.")] = 2023,
    prices: Annotated[bool, typer.Option("--prices", help="Closes and share counts instead of statements.")] = False,
    leave_out: LeaveOut = [],
) -> None:
    """A snapshot of public data, dated today, into your folder: pip install 'siliconomics[data]' first."""
    from siliconomics.facts import public_data
    from siliconomics.facts.statement_file import read_statement
    from siliconomics.facts.statement_tables import slug

    day = dt.date.today().isoformat()
    name = f"{provider}-{slug(ticker)}-{day}"
    if prices:
        quoted = public_data.closes(provider, ticker)
        sheet = _since(quoted.sheet(first_year), provider, ticker, first_year)
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / f"{name}.csv"
            file.write_text(sheet, encoding="utf-8")
            _bring_prices(sheet, file, company, into, day, "", quoted.currency, Path(file.name))
        _notes(quoted)
        return
    found = public_data.snapshot(provider, ticker)
    sheet = _since(found.sheet(first_year), provider, ticker, first_year)
    card = SNAPSHOT.format(
        provider=provider, version=found.version, ticker=_plain(ticker), company=_plain(company),
        currency=found.currency, as_of=day,
    )  # fmt: skip
    beside = {f"snapshots/{name}.toml": card, f"snapshots/{name}.csv": sheet}
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / f"{name}.csv"
        file.write_text(sheet, encoding="utf-8")
        read = read_statement(file, found.currency, found.names, False, True, leave_out)
        _bring_in([read], Path(f"snapshots/{name}.csv"), company, into, day, "", beside, found.year_end)
    _notes(found)


def _since(sheet: str, provider: str, ticker: str, first_year: int) -> str:
    if not sheet:
        what = f"{provider} has nothing of {ticker!r} from {first_year} on"
        raise BadRequest(Problem(what, remedy="give an earlier year with --from"))
    return sheet


def _plain(text: str) -> str:
    return text.replace('"', "'").replace("\\", "/")


def _notes(found: Any) -> None:
    for note in found.notes:
        print(f"note: {note}")


def _bring_prices(
    text: str, file: Path, company: str, into: Path, day: str, source: str, currency: str, told: Path | None = None
) -> None:
    """The file under prices/ with its card, checked and tried in a copy first."""
    from siliconomics.facts.statement_tables import slug
    from siliconomics.model import load
    from siliconomics.studies.price_history import check_prices, listed_in

    there = into.is_dir() and any(into.rglob("*.toml"))
    known = load([str(into)] if there else [], checked=False)
    label, _ = _company(known, company)
    if not label:
        remedy = "bring its statements first, or `siliconomics company new`"
        raise BadRequest(Problem(f"there is no company {company!r} to have a price", "--company", remedy=remedy))
    listed = listed_in(known, label)
    if not listed:
        remedy = "write listing_currency on it"
        raise BadRequest(Problem(f"the card of {label} names no listing currency", str(file), remedy=remedy))
    if currency and currency != listed:
        what = f"the closes are in {currency}, and {label} is listed in {listed}"
        raise BadRequest(Problem(what, remedy="ask for the ticker of its own listing, or correct the card"))
    count, first, last, counts = check_prices(file, label, listed)
    cited = source or f"{slug(label)}-prices-{day}"
    sources = {}
    if cited not in known.facts.sources:
        if source:
            raise BadRequest(
                Problem(f"there is no source {source!r}", str(into / "sources.toml"), remedy="add it there")
            )
        title = _plain(f"{label}: closes, {(told or file).name}")
        sources = {cited: SOURCE.format(id=cited, title=title, as_of=day).replace('"filing"', '"data"')}
    name = f"prices/{slug(label)}-{day}"
    card = PRICES.format(company=_plain(label), currency=listed, source=cited, as_of=day)
    files = {f"{name}.toml": card, f"{name}.csv": text}
    _tried(into, files, sources)
    _add(into, files, sources)
    print("\n".join(f"wrote {into / one}" for one in files))
    print(f"{count} closes from {first} to {last}, {counts} counts of shares")
    print(f"next: siliconomics market-cap --company '{label}' --facts {into}")
