"""Statements from public data, as one sheet that the import reads: a snapshot of a day, never asked by a model.

The packages are the user's own to install. What they return is theirs: names and signs are kept, nothing is filled in.
"""

from __future__ import annotations

import csv
import importlib
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from siliconomics.core import BadRequest, Problem, nearest

YAHOO = {
    "Total Revenue": "revenue",
    "Cost Of Revenue": "cost_of_goods_sold",
    "Gross Profit": "gross_profit",
    "Research And Development": "research_expense",
    "Pretax Income": "pretax_income",
    "Tax Provision": "income_tax",
    "Net Income": "net_income",
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
SINA = {
    "营业收入": "revenue",
    "营业成本": "cost_of_goods_sold",
    "研发费用": "research_expense",
    "管理费用": "administrative_expense",
    "销售费用": "selling_expense",
    "营业利润": "operating_income",
    "利润总额": "pretax_income",
    "所得税费用": "income_tax",
    "归属于母公司所有者的净利润": "net_income",
    "少数股东损益": "minority_interest",
    "货币资金": "cash_and_equivalents",
    "应收账款": "trade_receivables",
    "预付款项": "prepayments",
    "存货": "inventories",
    "流动资产合计": "current_assets",
    "固定资产": "property_plant_equipment",
    "资产总计": "total_assets",
    "短期借款": "short_term_debt",
    "合同负债": "contract_liabilities",
    "负债合计": "total_liabilities",
    "所有者权益(或股东权益)合计": "total_equity",
    "经营活动产生的现金流量净额": "cash_from_operations",
    "投资活动产生的现金流量净额": "cash_from_investing",
    "筹资活动产生的现金流量净额": "cash_from_financing",
}
STATEMENTS = ("利润表", "资产负债表", "现金流量表")


@dataclass(frozen=True)
class Snapshot:
    """What a provider says today: lines by its own names, columns by day, whole units of one currency."""

    provider: str
    ticker: str
    currency: str
    names: Mapping[str, str]
    """The provider's name of each line, and the quantity it is."""
    cells: Mapping[str, Mapping[str, float]]
    """By name and day."""

    def sheet(self, first_year: int) -> str:
        """One sheet, from a year on."""
        days = sorted({day for row in self.cells.values() for day in row if int(day[:4]) >= first_year})
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["line", *days])
        for name, row in self.cells.items():
            printed = [f"{row[day]:.12g}" if day in row else "" for day in days]
            if any(printed):
                writer.writerow([name, *printed])
        return out.getvalue()


def snapshot(provider: str, ticker: str) -> Snapshot:
    """Ask a provider; refuse with what to do where its package is missing or it has nothing."""
    if provider not in PROVIDERS:
        raise BadRequest(Problem(f"there is no provider {provider!r}", remedy=nearest(provider, PROVIDERS)))
    try:
        package = importlib.import_module(provider)
    except ImportError:
        why = "public data is optional and its packages are not part of this one"
        raise BadRequest(
            Problem(
                f"the package {provider} is not installed", "", why, f"install it beside this: pip install {provider}"
            )
        ) from None
    try:
        found = PROVIDERS[provider](package, ticker)
    except BadRequest:
        raise
    except Exception as error:  # whatever the package or the network raises
        what = f"{provider} did not answer for {ticker!r}: {type(error).__name__}: {error}"
        raise BadRequest(Problem(what, remedy="check ticker and network, or import a file instead")) from None
    if not any(found.cells.values()):
        what = f"{provider} has no statements of {ticker!r}"
        raise BadRequest(Problem(what, remedy="check how it spells the ticker, or import a file instead"))
    return found


def _yfinance(package: Any, ticker: str) -> Snapshot:
    """Yearly statements: frames with a line in each row and the day that ends the year in each column."""
    asked = package.Ticker(ticker)
    cells: dict[str, dict[str, float]] = {}
    for frame in (asked.income_stmt, asked.balance_sheet, asked.cashflow):
        for name in frame.index:
            if name in YAHOO:
                row = {str(day)[: len("2025-12-31")]: float(value) for day, value in frame.loc[name].items()}
                cells[str(name)] = {day: value for day, value in row.items() if math.isfinite(value)}
    odd = sorted({day for row in cells.values() for day in row if not day.endswith("12-31")})
    if odd:
        what = f"the years of {ticker!r} end on {odd[-1]}"
        why = "a year here ends in December; which year it is called is the company's choice"
        raise BadRequest(Problem(what, "", why, "import a file with the years as the company names them"))
    currency = str(asked.info.get("financialCurrency") or "")
    if not currency:
        raise BadRequest(Problem(f"yfinance names no currency for {ticker!r}", remedy="import a file with its unit"))
    return Snapshot("yfinance", ticker, currency, YAHOO, cells)


def _akshare(package: Any, ticker: str) -> Snapshot:
    """Cumulative statements of an A-share: frames with a day in each row and a line in each column, in yuan."""
    cells: dict[str, dict[str, float]] = {}
    for statement in STATEMENTS:
        frame = package.stock_financial_report_sina(stock=ticker, symbol=statement)
        days = [_day(day) for day in frame["报告日"]]
        for name in frame.columns:
            if name in SINA:
                row = {day: float(value) for day, value in zip(days, frame[name], strict=True) if value is not None}
                cells[str(name)] = {day: value for day, value in row.items() if math.isfinite(value)}
    return Snapshot("akshare", ticker, "CNY", SINA, cells)


def _day(day: Any) -> str:
    text = str(day).replace("-", "")[: len("20251231")]
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


PROVIDERS: dict[str, Callable[[Any, str], Snapshot]] = {"akshare": _akshare, "yfinance": _yfinance}
