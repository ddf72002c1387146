"""Tables of facts from a statement file, and empty ones to fill in: a card in TOML and the rows in CSV beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .periods import PARTS_OF_A_YEAR
from .statement_file import Period, StatementFile
from .statement_lines import BY_QUANTITY, LINES, STATEMENTS, Line, input_of
from .table import Facts, number
from .writing import csv_text

RECOMPUTED = ("{}_with_other_items", "{}_of_movements", "{}_of_lines")
"""Formulas that give a stated figure again, the fullest first."""
ROLLED = {"total_equity": "total_equity_of_lines", "cash_and_equivalents": "cash_of_movements"}
"""Where the rule above would choose another."""


@dataclass
class Table:
    """Columns of one kind and date, with what is printed by line."""

    dimension: str
    restated: str = ""
    differences: bool = False
    columns: dict[str, Period] = field(default_factory=dict)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)


def slug(name: str) -> str:
    """A name as part of a file's name and a source's id."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-") or "card"


def tables_of(
    read: StatementFile, company: str, facts: Facts, source: str, as_of: str, recomputable: Collection[str]
) -> tuple[dict[str, str], list[str]]:
    """Files by name, and lines that had to be left out because no input takes them by that period."""
    files: dict[str, str] = {}
    left_out: list[str] = []
    for table in _split(read):
        for statement in STATEMENTS:
            lines = [one for one in LINES if one.statement == statement and one.quantity in table.cells]
            kept = [one for one in lines if input_of(facts, one.of(table.dimension))]
            left_out += [f"{one.quantity} by {table.dimension}" for one in lines if one not in kept]
            if not kept:
                continue
            day = table.restated or as_of
            name = f"{slug(company)}-{slug(statement)}-by-{table.dimension}-{day}"
            name += "-restated" * bool(table.restated) + "-differences" * table.differences
            where = f"Read from {read.path.name}"
            note = f"{where}; {'differences of cumulative filings' if table.differences else 'as printed there'}."
            rows = []
            body: list[list[str]] = []
            for line in kept:
                place, printed_name, _ = read.rows[line.quantity]
                rows.append(_row(line, printed_name, table.dimension, read.currency, read.factor(line), recomputable))
                cells = table.cells[line.quantity]
                body.append([str(place), printed_name, *(cells.get(column, "") for column in table.columns)])
            known = "derived" if table.differences else "reported"
            card = _card(company, statement, table, source, day, known, note)
            files[f"{name}.toml"] = card + "".join(rows)
            files[f"{name}.csv"] = csv_text(["line", "row", *table.columns], body)
    return files, left_out


def _split(read: StatementFile) -> Iterable[Table]:
    """The columns of a file apart: by year, half and quarter, restated ones by their date, differences by themselves."""
    found: dict[tuple[str, str, bool], Table] = {}

    def put(period: Period, label: str, dimension: str, column: str, cells: Mapping[str, str], differs: bool) -> None:
        if not cells:
            return
        key = (dimension, period.restated, differs)
        table = found.setdefault(key, Table(dimension, period.restated, differs))
        table.columns[column] = Period(column, dimension, label, period.estimated, period.restated)
        for quantity, text in cells.items():
            table.cells.setdefault(quantity, {})[column] = text

    for period in read.periods:
        cells = {name: row[2][period.column] for name, row in read.rows.items() if period.column in row[2]}
        if period.dimension != "day":
            put(period, period.label, period.dimension, period.column, cells, False)
            continue
        if period.quarters == PARTS_OF_A_YEAR["quarter"][1]:
            put(period, period.label, "year", period.column, cells, False)
        flows = {name: text for name, text in cells.items() if not BY_QUANTITY[name].stock}
        flows = {name: text for name, text in flows.items() if BY_QUANTITY[name].unit == "money"}
        year = [one for one in read.periods if one.dimension == "day" and one.label == period.label]
        for dimension, (letter, count) in PARTS_OF_A_YEAR.items():
            step = PARTS_OF_A_YEAR["quarter"][1] // count
            if period.quarters % step:
                continue
            label = f"{period.label}{letter}{period.quarters // step}"
            before = next((one for one in year if one.quarters == period.quarters - step), None)
            if before is None and period.quarters != step:
                continue
            earlier = {} if before is None else {name: row[2].get(before.column, "") for name, row in read.rows.items()}
            less = {
                name: _less(text, earlier.get(name, "0"))
                for name, text in flows.items()
                if before is None or earlier.get(name)
            }
            put(period, label, dimension, label, less, True)
    return found.values()


def _less(later: str, earlier: str) -> str:
    """The difference of two printed figures, in their own decimals."""
    one, other = number(later), number(earlier)
    if one is None or other is None:
        return ""
    finest = min(one.half, other.half if earlier != "0" else one.half) * 2
    return str((Decimal(repr(one.value)) - Decimal(repr(other.value))).quantize(Decimal(repr(finest)).normalize()))


def _card(company: str, statement: str, table: Table, source: str, as_of: str, known: str, note: str) -> str:
    odd = {name: one.label for name, one in table.columns.items() if name != one.label}
    spelled = ", ".join(
        f"{_text(name)} = {label if table.dimension == 'year' else _text(label)}" for name, label in odd.items()
    )
    estimated = [name for name, one in table.columns.items() if one.estimated]
    return "".join(
        (
            f"title = {_text(f'{company}: {statement} by {table.dimension}')}\n",
            f'source = "{source}"\nas_of = {as_of}\nknown = "{known}"\ncolumns = "{table.dimension}"\n',
            f"labels = {{ company = {_text(company)} }}\n",
            f"column_labels = {{ {spelled} }}\n" if odd else "",
            f"estimated_columns = {json.dumps(estimated, ensure_ascii=False)}\n" if estimated else "",
            f'statement = "{statement}"\n',
            f"note = {_text(note)}\n" if note else "",
        )
    )


def _row(line: Line, name: str, dimension: str, currency: str, factor: float, recomputable: Collection[str]) -> str:
    unit = {"money": f"mn {currency}", "shares": "mn share", "money a share": f"{currency}/share"}[line.unit]
    text = f'\n[[row]]\nrow = {_text(name)}\nquantity = "{line.of(dimension)}"\nunit = "{unit}"\ninputs = "all"\n'
    names = [one.format(line.of(dimension)) for one in RECOMPUTED]
    again = next((one for one in names if one in recomputable), "")
    again = ROLLED.get(line.of(dimension), again)
    if again in recomputable:
        text += f'recomputed_by = "{again}"\n'
    return text + (f"factor = {factor:.12g}\n" if factor != 1 else "")


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


# -- to hand on ---------------------------------------------------------------------------------


def one_sheet(facts: Facts, company: str, dimension: str, currency: str) -> str:
    """A company's statements as one sheet that ``read_statement`` reads: lines down, periods across, the model's signs.

    A column ends in E where any of its figures is an estimate. Of two figures the one in use is handed on.
    """
    names = {input_of(facts, line.of(dimension)): line for line in LINES}
    used = {
        (names[key[0]].quantity, str(key[2])): found[0]
        for key, found in facts.facts.items()
        if key[0] in names and key[1] == company
    }
    labels = sorted({label for _, label in used})
    guessed = {label for (_, label), fact in used.items() if fact.known in ("estimated", "assumed")}
    body = []
    for line in LINES:
        cells = [used.get((line.quantity, label)) for label in labels]
        if any(cells):
            unit = {"money": f"mn {currency}", "shares": "mn shares", "money a share": ""}[line.unit]
            body.append([line.names[0], unit, *("" if one is None else f"{one.value:.12g}" for one in cells)])
    return csv_text(["line", "unit", *(label + "E" * (label in guessed) for label in labels)], body)


# -- to fill in ---------------------------------------------------------------------------------

BY_PART = (
    "revenue",
    "cost_of_goods_sold",
    "gross_profit",
    "research_expense",
    "administrative_expense",
    "selling_expense",
    "operating_expense",
    "other_operating_income",
    "operating_income",
    "non_operating_income",
    "pretax_income",
    "income_tax",
    "net_income",
    "weighted_average_shares",
)
ESTIMATES = tuple(
    BY_QUANTITY[name] for name in ("revenue", "gross_profit", "operating_income", "pretax_income", "net_income")
)
"""Lines that others estimate."""
VALUATION = (
    ("beta", "Beta", "1"),
    ("risk_free_rate", "Risk-free rate", "%"),
    ("equity_risk_premium", "Equity risk premium", "%"),
    ("payout_ratio", "Payout ratio after the forecast", "%"),
    ("medium_term_growth", "Growth of net income after the forecast", "%"),
    ("terminal_growth", "Growth for ever", "%"),
    ("valuation_shares", "Shares the value is divided by", "mn share"),
    ("exchange_rate", "Reporting currency for one unit of listing currency", "reporting_currency/listing_currency"),
    ("share_price", "Share price", "listing_currency/share"),
    ("valuation_year", "Year whose closing book is in the value", "1"),
    ("first_charged_year", "First year of residual income that counts", "1"),
    ("last_summed_year", "Last year of residual income that counts", "1"),
    ("terminal_year", "Year from which the continuing value starts", "1"),
)
"""What a price target takes beside statements: the input, its row, its unit as a person writes it."""


def spans(reported: int, facts: Facts) -> list[tuple[str, dict[str, str], dict[str, list[Line]]]]:
    """By year, half and quarter: the columns to fill, each with its period, and the lines of each statement."""
    years = range(reported - 2, reported + 4)
    annual = {f"{year}{'E' * (year > reported)}": str(year) for year in years}
    found: list[tuple[str, dict[str, str], tuple[str, ...]]] = [("year", annual, tuple(one.quantity for one in LINES))]
    for dimension, (letter, count) in PARTS_OF_A_YEAR.items():
        some = {
            f"{year}{letter}{part}{'E' * (year > reported)}": f"{year}{letter}{part}"
            for year in (reported, reported + 1)
            for part in range(1, count + 1)
        }
        found.append((dimension, some, BY_PART))
    return [
        (dimension, columns, {name: _taken(name, dimension, only, facts) for name in STATEMENTS})
        for dimension, columns, only in found
    ]


def _taken(statement: str, dimension: str, only: Collection[str], facts: Facts) -> list[Line]:
    return [
        one
        for one in LINES
        if one.statement == statement and one.quantity in only and input_of(facts, one.of(dimension))
    ]


def templates(
    company: str,
    currency: str,
    reported: int,
    as_of: str,
    source: str,
    facts: Facts,
    recomputable: Collection[str] = (),
) -> dict[str, str]:
    """Empty tables of a company's statements, consensus and valuation; an empty cell is a figure not known."""
    files: dict[str, str] = {}
    for dimension, columns, statements in spans(reported, facts):
        for statement, lines in statements.items():
            if not lines:
                continue
            periods = {name: Period(name, dimension, label, name.endswith("E")) for name, label in columns.items()}
            card = COMMENT[statement] + _card(
                company, statement, Table(dimension, columns=periods), source, as_of, "reported", ""
            )
            rows = "".join(_row(one, one.names[0], dimension, currency, 1.0, recomputable) for one in lines)
            name = f"{slug(company)}-{slug(statement)}-by-{dimension}"
            files[f"{name}.toml"] = card + rows
            files[f"{name}.csv"] = csv_text(
                ["line", "row", *columns],
                ([str(place), one.names[0], *[""] * len(columns)] for place, one in enumerate(lines, 2)),
            )
    columns = {f"{year}E": str(year) for year in range(reported + 1, reported + 4)}
    estimates = [(place, one, [""] * len(columns)) for place, one in enumerate(ESTIMATES, 2)]
    files |= consensus_table(company, currency, columns, estimates, "provider", as_of, source)
    return files | valuation_table(company, {}, as_of, source)


COMMENT = {
    "income statement": "# Costs are positive. Your figures go into the CSV beside this; an empty cell is not known, 0 is none.\n"
    "# A column that ends in E is an estimate. Where a source prints costs in parentheses: factor = -1 in the row.\n",
    "balance sheet": "# Balances at the end of the period. Other movements: what closes a roll-forward, by name.\n",
    "cash flow statement": "# Cash that flows out is negative; factor = -1 in the row where a source prints it without a sign.\n",
}


def consensus_table(
    company: str,
    currency: str,
    columns: Mapping[str, str],
    rows: Sequence[tuple[int, Line, Sequence[str]]],
    provider: str,
    as_of: str,
    source: str,
    name: str = "",
) -> dict[str, str]:
    """Mean estimates of one provider on one day: lines with their place, figures by column."""
    head = (
        "# Mean estimates of others. scenario = consensus-PROVIDER: one table a provider, with the day it was read.\n"
        f"title = {_text(f'{company}: consensus')}\n"
        f'source = "{source}"\nas_of = {as_of}\nknown = "estimated"\ncolumns = "year"\n'
        f"labels = {{ company = {_text(company)} }}\n"
        f"column_labels = {{ {', '.join(f'{_text(name)} = {label}' for name, label in columns.items())} }}\n"
        f'scenario = "consensus-{slug(provider)}"\n'
    )
    described = "".join(_row(one, one.names[0], "year", currency, 1.0, ()) for _, one, _ in rows)
    body = ([str(place), one.names[0], *cells] for place, one, cells in rows)
    name = name or f"{slug(company)}-consensus"
    return {f"{name}.toml": head + described, f"{name}.csv": csv_text(["line", "row", *columns], body)}


def valuation_table(
    company: str, values: Mapping[str, tuple[int, str]], as_of: str, source: str, name: str = ""
) -> dict[str, str]:
    """What a price target takes besides: by quantity, the place and what is given there; all rows where nothing is."""
    head = (
        "# What a price target takes beside net income and total equity. Years as four digits, rates in per cent.\n"
        f"title = {_text(f'{company}: valuation')}\n"
        f'source = "{source}"\nas_of = {as_of}\nknown = "assumed"\nlabels = {{ company = {_text(company)} }}\n'
    )
    kept = [one for one in VALUATION if one[0] in values or not values]
    rows = "".join(
        f'\n[[row]]\nrow = "{words}"\nquantity = "{quantity}"\nunit = "{unit}"\ninputs = "all"\n'
        for quantity, words, unit in kept
    )
    cells = {quantity: values.get(quantity, (place, "")) for place, (quantity, _, _) in enumerate(kept, 2)}
    body = ([str(cells[quantity][0]), words, cells[quantity][1]] for quantity, words, _ in kept)
    name = name or f"{slug(company)}-valuation"
    return {f"{name}.toml": head + rows, f"{name}.csv": csv_text(["line", "row", "value"], body)}
