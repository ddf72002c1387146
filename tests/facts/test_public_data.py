"""Public data by its packages: a recorded, made-up snapshot in the packages' own shapes; no network is asked."""

import sys
import types

import pytest

from siliconomics.core import BadRequest
from siliconomics.facts.public_data import PROVIDERS, SINA, YAHOO, snapshot
from siliconomics.facts.statement_lines import BY_QUANTITY


class Frame:
    """As much of a data frame as the adapters read, from rows by name."""

    def __init__(self, rows, columns):
        self.rows, self.columns, self.index = rows, columns, list(rows)
        self.loc = {name: dict(zip(columns, cells, strict=True)) for name, cells in rows.items()}

    def __getitem__(self, column):
        return [cells[self.columns.index(column)] for cells in self.rows.values()]


def module(monkeypatch, name, **members):
    made = types.ModuleType(name)
    for member, value in members.items():
        setattr(made, member, value)
    monkeypatch.setitem(sys.modules, name, made)


@pytest.fixture
def yahoo(monkeypatch):
    def install(days=("2025-12-31 00:00:00", "2024-12-31 00:00:00"), currency="CNY"):
        income = {
            "Total Revenue": [150e6, 100e6],
            "Cost Of Revenue": [84e6, 60e6],
            "Gross Profit": [66e6, 40e6],
            "Tax Effect Of Unusual Items": [1.0, 2.0],
            "Net Income": [27e6, float("nan")],
        }
        balance = {
            "Total Assets": [152e6, 125e6],
            "Total Liabilities Net Minority Interest": [50e6, 45e6],
            "Total Equity Gross Minority Interest": [102e6, 80e6],
        }

        class Ticker:
            def __init__(self, ticker):
                self.income_stmt, self.balance_sheet = Frame(income, days), Frame(balance, days)
                self.cashflow = Frame({}, days)
                self.info = {"financialCurrency": currency}

        module(monkeypatch, "yfinance", Ticker=Ticker)

    return install


@pytest.fixture
def sina(monkeypatch):
    sales = {"20251231": 210e6, "20250930": 145e6, "20250630": 90e6, "20250331": 40e6}
    tables = {
        "利润表": (["报告日", "营业收入", "其他"], [[day, value, 1] for day, value in sales.items()]),
        "资产负债表": (["报告日", "存货"], [["20251231", 28e6]]),
        "现金流量表": (["报告日", "经营活动产生的现金流量净额"], [["20251231", None]]),
    }

    def report(stock, symbol):
        columns, rows = tables[symbol]
        return Frame(dict(enumerate(rows)), columns)

    module(monkeypatch, "akshare", stock_financial_report_sina=report)


def test_a_snapshot_keeps_the_names_and_figures_of_the_provider(yahoo):
    yahoo()
    found = snapshot("yfinance", "999999.XX")
    assert found.currency == "CNY"
    assert found.sheet(2024).splitlines()[:2] == ["line,2024-12-31,2025-12-31", "Total Revenue,100000000,150000000"]
    assert "Net Income,,27000000" in found.sheet(2024).splitlines()  # what is missing stays missing
    assert "Unusual" not in found.sheet(2024)
    assert found.sheet(2025).splitlines()[0] == "line,2025-12-31"


def test_cumulative_statements_keep_their_days(sina):
    sheet = snapshot("akshare", "sh999999").sheet(2025).splitlines()
    assert sheet[0] == "line,2025-03-31,2025-06-30,2025-09-30,2025-12-31"
    assert sheet[1] == "营业收入,40000000,90000000,145000000,210000000"
    assert sheet[2] == "存货,,,,28000000"


def test_a_year_that_does_not_end_in_december_is_refused(yahoo):
    yahoo(days=("2026-01-25 00:00:00", "2025-01-26 00:00:00"))
    with pytest.raises(BadRequest, match="end on 2026-01-25"):
        snapshot("yfinance", "NVDA")


def test_a_provider_without_a_currency_is_refused(yahoo):
    yahoo(currency=None)
    with pytest.raises(BadRequest, match="names no currency"):
        snapshot("yfinance", "X")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_missing_package_is_told_with_what_to_do(monkeypatch, provider):
    monkeypatch.setitem(sys.modules, provider, None)
    with pytest.raises(BadRequest, match=f"package {provider} is not installed.*pip install {provider}"):
        snapshot(provider, "X")


def test_an_unknown_provider_is_refused():
    with pytest.raises(BadRequest, match=r"no provider 'yfinace'.*'yfinance'"):
        snapshot("yfinace", "X")


def test_what_the_network_raises_is_one_message(monkeypatch):
    def ticker(name):
        raise ConnectionError("no route")

    module(monkeypatch, "yfinance", Ticker=ticker)
    with pytest.raises(BadRequest, match="did not answer for 'X': ConnectionError: no route"):
        snapshot("yfinance", "X")


def test_every_mapped_line_is_one_of_a_statement_and_mapped_once():
    for names in (YAHOO, SINA):
        assert set(names.values()) <= BY_QUANTITY.keys()
        assert len(set(names.values())) == len(names)
