"""yfinance: yearly statements, closes and share counts. Shapes as of its release 1.7."""

from __future__ import annotations

from typing import Any

from siliconomics.core import BadRequest, Problem

from .snapshot import YEAR_END, Closes, Snapshot, as_day, finite, one_currency

LINES = {
    "Total Revenue": "revenue",
    "Cost Of Revenue": "cost_of_goods_sold",
    "Gross Profit": "gross_profit",
    "Research And Development": "research_expense",
    "Pretax Income": "pretax_income",
    "Tax Provision": "income_tax",
    "Net Income": "net_income",
    "Basic Average Shares": "weighted_average_shares",
    "Cash And Cash Equivalents": "cash_and_equivalents",
    "Accounts Receivable": "trade_receivables",
    "Inventory": "inventories",
    "Current Assets": "current_assets",
    "Net PPE": "property_plant_equipment",
    "Total Assets": "total_assets",
    "Accounts Payable": "trade_payables",
    "Total Liabilities Net Minority Interest": "total_liabilities",
    "Total Equity Gross Minority Interest": "total_equity",
    "Operating Cash Flow": "cash_from_operations",
    "Investing Cash Flow": "cash_from_investing",
    "Financing Cash Flow": "cash_from_financing",
    "Capital Expenditure": "capital_expenditure",
}


def statements(package: Any, ticker: str) -> Snapshot:
    """Frames with a line in each row and the day that ends the year in each column.

    The currency is asked first: of a network that is down the frames only come back empty.
    """
    asked = package.Ticker(ticker)
    currency = one_currency([asked.info.get("financialCurrency")], "yfinance", ticker)
    cells: dict[str, dict[str, float]] = {}
    for frame in (asked.income_stmt, asked.balance_sheet, asked.cashflow):
        for name in frame.index:
            if str(name) in LINES:
                cells[str(name)] = finite(frame.loc[name].items())
    odd = sorted({day for row in cells.values() for day in row if not day.endswith(YEAR_END)})
    if odd:
        what = f"the years of {ticker!r} end on {odd[-1]}"
        why = "a year here ends in December; which year it is called is the company's choice"
        remedy = "import a file with the years as the company names them, or take it from edgartools"
        raise BadRequest(Problem(what, "", why, remedy))
    return Snapshot("yfinance", ticker, currency, LINES, cells, YEAR_END, _version(package))


def closes(package: Any, ticker: str) -> Closes:
    """Closes as they were quoted: Yahoo divides those before a split by it, which is undone by its own list of splits."""
    asked = package.Ticker(ticker)
    currency = one_currency([asked.info.get("currency")], "yfinance", ticker)
    frame = asked.history(period="max", auto_adjust=False, actions=True)
    if not len(frame):
        return Closes("yfinance", ticker, currency, {})
    adjusted = finite(frame["Close"].items())
    splits = {day: ratio for day, ratio in finite(frame["Stock Splits"].items()).items() if ratio}
    quoted: dict[str, float] = {}
    ahead = 1.0
    for day in sorted(adjusted, reverse=True):
        quoted[day] = adjusted[day] * ahead
        ahead *= splits.get(day, 1.0)
    counted = asked.get_shares_full(start=min(adjusted))
    shares = {} if counted is None else {as_day(day): value / 1e6 for day, value in finite(counted.items()).items()}
    notes = (f"closes before {len(splits)} splits are multiplied back",) if splits else ()
    return Closes("yfinance", ticker, currency, dict(sorted(quoted.items())), shares, _version(package), notes)


def _version(package: Any) -> str:
    return str(getattr(package, "__version__", ""))
