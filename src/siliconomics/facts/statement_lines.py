"""Lines of a company's statements: which quantity each is, its sign, and the names it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .table import Facts, fold

Sign = Literal["plus", "minus", "either"]
PARTS = {"half": "half_year_", "quarter": "quarter_"}
"""What stands before a line's name where it is of a half year or a quarter."""


@dataclass(frozen=True)
class Line:
    """One line: the quantity it states, the statement it stands in, and how it is called."""

    quantity: str
    statement: str
    names: tuple[str, ...]
    sign: Sign = "either"
    """What it cannot be otherwise: costs and balances plus, cash that only flows out minus."""
    unit: Literal["money", "shares", "money a share"] = "money"
    stock: bool = False
    """A balance at the end of the period, not a flow of it."""

    def of(self, dimension: str) -> str:
        """The quantity of the line by year, half or quarter."""
        return PARTS.get(dimension, "") + self.quantity


INCOME, BALANCE, CASH = "income statement", "balance sheet", "cash flow statement"
STATEMENTS = (INCOME, BALANCE, CASH)


def _lines() -> tuple[Line, ...]:
    income = (
        Line(
            "revenue", INCOME, ("Revenue", "Net sales", "Sales", "Turnover", "营业收入", "营业总收入", "收入"), "plus"
        ),
        Line(
            "cost_of_goods_sold",
            INCOME,
            ("Cost of goods sold", "Cost of sales", "Cost of revenue", "COGS", "营业成本", "销售成本"),
            "plus",
        ),
        Line("gross_profit", INCOME, ("Gross profit", "毛利", "毛利润")),
        Line("research_expense", INCOME, ("Research expense", "R&D", "R&D expense", "研发费用", "研发开支"), "plus"),
        Line(
            "administrative_expense",
            INCOME,
            ("Administrative expense", "G&A", "General and administrative", "管理费用", "行政开支"),
            "plus",
        ),
        Line(
            "selling_expense",
            INCOME,
            ("Selling expense", "S&M", "Selling and marketing", "销售费用", "销售开支"),
            "plus",
        ),
        Line("operating_expense", INCOME, ("Operating expense", "Opex", "营业费用合计", "经营开支"), "plus"),
        Line("operating_income", INCOME, ("Operating income", "Operating profit", "EBIT", "营业利润", "经营利润")),
        Line("other_operating_income", INCOME, ("Other operating items", "Other operating income", "其他经营损益")),
        Line(
            "non_operating_income",
            INCOME,
            ("Non-operating income", "Other income, net", "营业外收支净额", "其他收益净额"),
        ),
        Line("pretax_income", INCOME, ("Pretax income", "Profit before tax", "利润总额", "税前利润", "除税前溢利")),
        Line("income_tax", INCOME, ("Income tax", "Tax", "所得税费用", "所得税")),
        Line("minority_interest", INCOME, ("Minority interest", "Non-controlling interests", "少数股东损益")),
        Line(
            "net_income",
            INCOME,
            (
                "Net income",
                "Net profit",
                "Profit attributable to shareholders",
                "净利润",
                "归属于母公司股东的净利润",
                "归母净利润",
            ),
        ),
        Line(
            "weighted_average_shares",
            INCOME,
            ("Weighted average shares", "加权平均股数", "加权平均股本"),
            "plus",
            "shares",
        ),
        Line(
            "reported_earnings_per_share",
            INCOME,
            ("Earnings per share", "Basic earnings per share", "EPS", "基本每股收益", "每股收益"),
            unit="money a share",
        ),
    )
    balances = (
        (
            "cash_and_equivalents",
            ("Cash", "Cash and equivalents", "Cash and cash equivalents", "货币资金", "现金及现金等价物"),
        ),
        ("marketable_securities", ("Marketable securities", "Financial assets held for trading", "交易性金融资产")),
        ("trade_receivables", ("Trade receivables", "Accounts receivable", "AR/NR", "应收账款", "应收票据及应收账款")),
        ("inventories", ("Inventories", "Inventory", "存货")),
        ("other_current_assets", ("Other current assets", "其他流动资产")),
        ("current_assets", ("Current assets", "Total current assets", "流动资产合计")),
        ("long_term_investments", ("Long-term investments", "长期股权投资", "长期投资")),
        ("property_plant_equipment", ("Property, plant and equipment", "Fixed assets", "PP&E", "固定资产")),
        ("intangible_assets", ("Intangible assets", "无形资产")),
        ("other_non_current_assets", ("Other non-current assets", "其他非流动资产")),
        ("total_assets", ("Total assets", "资产总计", "资产合计", "总资产")),
        ("short_term_debt", ("Short-term debt", "Short-term borrowings", "短期借款")),
        ("trade_payables", ("Trade payables", "Accounts payable", "应付账款", "应付票据及应付账款")),
        ("other_current_liabilities", ("Other current liabilities", "其他流动负债")),
        ("long_term_debt", ("Long-term debt", "Long-term borrowings", "长期借款")),
        ("other_non_current_liabilities", ("Other non-current liabilities", "其他非流动负债")),
        ("total_liabilities", ("Total liabilities", "负债合计", "总负债")),
        ("share_capital", ("Share capital", "股本", "实收资本")),
    )
    capital = (
        ("additional_paid_in_capital", ("Additional paid-in capital", "Capital reserve", "资本公积")),
        ("retained_earnings", ("Retained earnings", "Accumulated losses", "未分配利润", "留存收益")),
        ("other_equity", ("Other equity", "Other reserves", "其他综合收益", "其他权益")),
        (
            "total_equity",
            ("Total equity", "Shareholders' equity", "Equity", "所有者权益合计", "股东权益合计", "总权益"),
        ),
    )
    beside = (
        ("prepayments", ("Prepayments", "of which prepayments", "预付款项", "预付账款")),
        ("contract_liabilities", ("Contract liabilities", "of which contract liabilities", "合同负债")),
        ("purchase_commitments", ("Purchase commitments", "Commitments to suppliers", "采购承诺", "采购承担")),
    )
    movements = (
        ("other_cash_movement", ("Other movements of cash", "受限资金变动")),
        ("other_fixed_asset_movement", ("Other movements of fixed assets", "固定资产其他变动")),
        ("other_retained_earnings_movement", ("Other movements of retained earnings", "未分配利润其他变动")),
        ("other_equity_movement", ("Other movements of equity", "所有者权益其他变动")),
    )
    shares = (
        Line(
            "shares_outstanding", BALANCE, ("Shares outstanding", "期末总股本", "总股本"), "plus", "shares", stock=True
        ),
        Line("shares_issued", BALANCE, ("Shares issued", "新增股份"), unit="shares"),
    )
    flows = (
        ("depreciation", ("Depreciation", "固定资产折旧", "折旧"), "plus"),
        (
            "stock_compensation",
            ("Stock compensation", "Share-based payment", "Share-based compensation", "股份支付", "股份支付费用"),
            "plus",
        ),
        ("working_capital_change", ("Change of working capital", "营运资金变动"), "either"),
        ("other_operating_cash", ("Other operating cash", "Other operating cash flow", "其他经营活动现金"), "either"),
        (
            "cash_from_operations",
            ("Cash from operations", "Operating cash flow", "经营活动产生的现金流量净额"),
            "either",
        ),
        ("capital_expenditure", ("Capital expenditure", "Capex", "购建固定资产支付的现金", "资本开支"), "minus"),
        ("long_term_investment_change", ("Change of long-term investments", "长期投资变动"), "either"),
        ("short_term_investment_change", ("Change of short-term investments", "短期投资变动"), "either"),
        ("other_investing_cash", ("Other investing cash", "Other investing cash flow", "其他投资活动现金"), "either"),
        ("cash_from_investing", ("Cash from investing", "Investing cash flow", "投资活动产生的现金流量净额"), "either"),
        ("long_term_debt_change", ("Change of long-term debt", "长期借款变动"), "either"),
        ("short_term_debt_change", ("Change of short-term debt", "短期借款变动"), "either"),
        ("dividends_paid", ("Dividends paid", "Dividends", "分配股利支付的现金", "支付股息"), "minus"),
        ("share_issuance", ("Share issuance", "Proceeds from share issue", "吸收投资收到的现金", "发行股份"), "either"),
        ("other_financing_cash", ("Other financing cash", "Other financing cash flow", "其他筹资活动现金"), "either"),
        ("cash_from_financing", ("Cash from financing", "Financing cash flow", "筹资活动产生的现金流量净额"), "either"),
        ("exchange_rate_effect", ("Exchange rate effect", "汇率变动对现金的影响"), "either"),
        ("net_change_in_cash", ("Net change in cash", "现金及现金等价物净增加额", "现金净增加额"), "either"),
    )
    return (
        *income,
        *(Line(name, BALANCE, names, "plus", stock=True) for name, names in balances),
        *(Line(name, BALANCE, names, stock=True) for name, names in capital),
        *(Line(name, BALANCE, names, "plus", stock=True) for name, names in beside),
        *(Line(name, BALANCE, names) for name, names in movements),
        *shares,
        *(Line(name, CASH, names, sign) for name, names, sign in flows),  # type: ignore[arg-type]
    )


LINES = _lines()
BY_QUANTITY = {line.quantity: line for line in LINES}
BY_NAME = {fold(name): line for line in LINES for name in (*line.names, line.quantity)}


def input_of(facts: Facts, quantity: str) -> str:
    """The declared input that states a quantity: its own name, or the forecast_ or stated_ of it; empty for none."""
    names = (quantity, f"forecast_{quantity}", f"stated_{quantity}")
    return next((name for name in names if name in facts.declarations), "")


def line_of(declared: str) -> tuple[Line, str] | None:
    """The line that an input states, and by what it runs."""
    name = declared.removeprefix("forecast_").removeprefix("stated_")
    for dimension, prefix in PARTS.items():
        if name.startswith(prefix) and name.removeprefix(prefix) in BY_QUANTITY:
            return BY_QUANTITY[name.removeprefix(prefix)], dimension
    line = BY_QUANTITY.get(name)
    return (line, "year") if line is not None else None
