"""akshare: A-shares (sh688256) and H-shares (09903), cumulative statements, closes and share counts.

Shapes as of its release 1.19: Sina's wide statements of A-shares (a day in each row, a line in each column), Eastmoney's
long ones of H-shares (a line of a day in each row).
"""

from __future__ import annotations

from typing import Any

from siliconomics.core import BadRequest, Problem

from .snapshot import YEAR_END, Closes, Snapshot, as_day, finite, one_currency

A_LINES = {
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
H_LINES = {
    "营运收入": "revenue",
    "毛利": "gross_profit",
    "经营溢利": "operating_income",
    "除税前溢利": "pretax_income",
    "税项": "income_tax",
    "股东应占溢利": "net_income",
    "少数股东损益": "minority_interest",
    "现金及等价物": "cash_and_equivalents",
    "应收帐款": "trade_receivables",
    "存货": "inventories",
    "流动资产合计": "current_assets",
    "物业厂房及设备": "property_plant_equipment",
    "总资产": "total_assets",
    "合同负债": "contract_liabilities",
    "总负债": "total_liabilities",
    "总权益": "total_equity",
    "经营业务现金净额": "cash_from_operations",
    "投资业务现金净额": "cash_from_investing",
    "融资业务现金净额": "cash_from_financing",
}
"""Of H-shares; 营运收入 is the revenue a company reports, 营业额 only a part of it. Equity counts minorities too."""
STATEMENTS = ("利润表", "资产负债表", "现金流量表")


def _is_h(ticker: str) -> bool:
    return ticker.removesuffix(".HK").isdecimal() and len(ticker.removesuffix(".HK")) <= len("09903")


def statements(package: Any, ticker: str) -> Snapshot:
    """Of an H-share where the ticker is five digits, else of an A-share, whose ticker begins with its exchange."""
    return _h_statements(package, ticker) if _is_h(ticker) else _a_statements(package, _exchange(ticker))


def _exchange(ticker: str) -> str:
    """sh688256, from it or from 688256.SS, 688256.SH or 300308.SZ."""
    plain = ticker.strip().lower()
    code, _, exchange = plain.partition(".")
    if exchange:
        plain = {"ss": "sh"}.get(exchange, exchange) + code
    if len(plain) != len("sh688256") or plain[:2] not in ("sh", "sz", "bj") or not plain[2:].isdecimal():
        remedy = "write sh688256 for an A-share, 09903 for an H-share"
        raise BadRequest(Problem(f"akshare knows no ticker spelled {ticker!r}", remedy=remedy))
    return plain


def _plain(name: Any) -> str:
    return str(name).strip().replace("（", "(").replace("）", ")")


def _a_statements(package: Any, ticker: str) -> Snapshot:
    cells: dict[str, dict[str, float]] = {}
    currencies: set[Any] = set()
    for statement in STATEMENTS:
        frame = package.stock_financial_report_sina(stock=ticker, symbol=statement)
        days = [as_day(day) for day in frame["报告日"]]
        if "币种" in frame.columns:
            currencies |= set(frame["币种"])
        for name in frame.columns:
            if _plain(name) in A_LINES:
                cells[_plain(name)] = finite(zip(days, frame[name], strict=True))
    currency = one_currency(currencies, "akshare", ticker)
    return Snapshot("akshare", ticker, currency, A_LINES, cells, YEAR_END, _version(package))


def _h_statements(package: Any, ticker: str) -> Snapshot:
    code = ticker.removesuffix(".HK").zfill(len("09903"))
    cells: dict[str, dict[str, float]] = {}
    for statement in STATEMENTS:
        frame = package.stock_financial_hk_report_em(stock=code, symbol=statement, indicator="报告期")
        days = [as_day(day) for day in frame["REPORT_DATE"]]
        if "START_DATE" in frame.columns:
            _hold_years(dict(zip(days, frame["START_DATE"], strict=True)), ticker)
        for name, day, value in zip(frame["STD_ITEM_NAME"], days, frame["AMOUNT"], strict=True):
            if _plain(name) in H_LINES:
                cells.setdefault(_plain(name), {}).update(finite([(day, value)]))
    told = package.stock_financial_hk_analysis_indicator_em(symbol=code, indicator="报告期")
    currency = one_currency(set(told["CURRENCY"]), "akshare", ticker)
    return Snapshot("akshare", ticker, currency, H_LINES, cells, YEAR_END, _version(package))


def _hold_years(starts: dict[str, Any], ticker: str) -> None:
    """Figures up to a day run from the first of January here."""
    for day, start in starts.items():
        if as_day(start) != f"{day[:4]}-01-01":
            why = "a year here ends in December, and figures up to a day run from its start"
            what = f"the figures of {ticker!r} up to {day} run from {as_day(start)}"
            raise BadRequest(Problem(what, "", why, "import a file with the periods as the company names them"))


def closes(package: Any, ticker: str) -> Closes:
    """Closes without any adjustment; counts of shares of A-shares from the day each holds (of H-shares none is given)."""
    if _is_h(ticker):
        code = ticker.removesuffix(".HK").zfill(len("09903"))
        frame = package.stock_hk_hist(symbol=code, period="daily", adjust="")
        note = "no history of share counts is given for H-shares: add shares_mn to the file, or import one"
        return Closes("akshare", ticker, "HKD", _closes(frame), {}, _version(package), (note,))
    plain = _exchange(ticker)
    frame = package.stock_zh_a_hist(symbol=plain[2:], period="daily", adjust="")
    counted = package.stock_zh_a_gbjg_em(symbol=f"{plain[2:]}.{plain[:2].upper()}")
    shares = finite(zip(counted["变更日期"], counted["总股本"], strict=True)) if len(counted) else {}
    per_million = {day: value / 1e6 for day, value in shares.items()}
    return Closes("akshare", ticker, "CNY", _closes(frame), per_million, _version(package))


def _closes(frame: Any) -> dict[str, float]:
    return finite(zip(frame["日期"], frame["收盘"], strict=True)) if len(frame) else {}


def _version(package: Any) -> str:
    return str(getattr(package, "__version__", ""))
