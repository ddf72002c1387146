"""Public data by its packages: snapshots made for the purpose, in the shapes the packages return; no network is asked.

Every figure is made up. The frames have the columns, the order and the types that akshare 1.19, yfinance 1.7 and
edgartools 5.62 give; the names of columns were read in their code.
"""

import datetime as dt
import sys
import types

import pandas as pd
import pytest

from siliconomics.core import BadRequest
from siliconomics.facts.public_data import PROVIDERS, china, closes, edgar, snapshot, yahoo
from siliconomics.facts.statement_lines import BY_QUANTITY

NOTHING = float("nan")


def module(monkeypatch, name, **members):
    made = types.ModuleType(name)
    for member, value in {"__version__": "0.0.1", **members}.items():
        setattr(made, member, value)
    monkeypatch.setitem(sys.modules, name, made)


# -- yfinance -------------------------------------------------------------------------------------


@pytest.fixture
def yahoo_says(monkeypatch):
    def install(days=("2025-12-31", "2024-12-31"), currency="CNY", quoted="CNY", prices=None, counts=None):
        ends = pd.to_datetime(list(days))
        income = pd.DataFrame(
            {
                "Tax Effect Of Unusual Items": [1.0, 2.0],
                "Net Income": [27e6, NOTHING],
                "Basic Average Shares": [10.5e6, 10e6],
                "Gross Profit": [66e6, 40e6],
                "Cost Of Revenue": [84e6, 60e6],
                "Total Revenue": [150e6, 100e6],
            },
            index=ends,
        ).T
        balance = pd.DataFrame(
            {
                "Total Assets": [152e6, 125e6],
                "Total Liabilities Net Minority Interest": [50e6, 45e6],
                "Total Equity Gross Minority Interest": [102e6, 80e6],
            },
            index=ends,
        ).T

        class Ticker:
            def __init__(self, ticker):
                self.income_stmt, self.balance_sheet, self.cashflow = income, balance, pd.DataFrame()
                self.info = {"financialCurrency": currency, "currency": quoted}

            def history(self, period, auto_adjust, actions):
                assert (period, auto_adjust, actions) == ("max", False, True)
                return pd.DataFrame() if prices is None else prices

            def get_shares_full(self, start):
                return counts

        module(monkeypatch, "yfinance", Ticker=Ticker)

    return install


def test_a_snapshot_keeps_the_names_and_figures_of_the_provider(yahoo_says):
    yahoo_says()
    found = snapshot("yfinance", "999999.XX")
    assert (found.currency, found.version) == ("CNY", "0.0.1")
    lines = found.sheet(2024).splitlines()
    assert lines[0] == "line,unit,2024-12-31,2025-12-31"
    assert "Total Revenue,,100000000,150000000" in lines
    assert "Net Income,,,27000000" in lines  # what is missing stays missing
    assert "Basic Average Shares,shares,10000000,10500000" in lines
    assert "Unusual" not in found.sheet(2024)
    assert found.sheet(2025).splitlines()[0] == "line,unit,2025-12-31"
    assert found.sheet(2030) == ""


def test_a_year_that_does_not_end_in_december_is_refused(yahoo_says):
    yahoo_says(days=("2026-01-25", "2025-01-26"))
    with pytest.raises(BadRequest, match="end on 2026-01-25"):
        snapshot("yfinance", "NVDA")


@pytest.mark.parametrize(("currency", "words"), [(None, "names no currency"), ("GBp", "no currency of three capital")])
def test_a_provider_without_a_currency_is_refused(yahoo_says, currency, words):
    yahoo_says(currency=currency)
    with pytest.raises(BadRequest, match=words):
        snapshot("yfinance", "X")


def test_closes_before_a_split_are_as_they_were_quoted(yahoo_says):
    """Two for one on the 5th: Yahoo prints 50 for the 100 of the 2nd."""
    days = pd.DatetimeIndex(["2026-01-02", "2026-01-05", "2026-01-06"], tz="Asia/Shanghai")
    prices = pd.DataFrame({"Close": [50.0, 51.0, 52.0], "Stock Splits": [0.0, 2.0, 0.0]}, index=days)
    counts = pd.Series([10e6, 20e6], index=pd.DatetimeIndex(["2025-12-01", "2026-01-05"], tz="Asia/Shanghai"))
    yahoo_says(prices=prices, counts=counts)
    found = closes("yfinance", "999999.XX")
    assert found.closes == {"2026-01-02": 100.0, "2026-01-05": 51.0, "2026-01-06": 52.0}
    assert found.shares_mn == {"2025-12-01": 10.0, "2026-01-05": 20.0}
    assert found.notes == ("closes before 1 splits are multiplied back",)
    assert found.sheet(2026).splitlines() == [
        "date,close,shares_mn",
        "2025-12-01,,10",  # the count that held on the first day
        "2026-01-02,100,",
        "2026-01-05,51,20",
        "2026-01-06,52,",
    ]


def test_no_closes_are_told(yahoo_says):
    yahoo_says()
    with pytest.raises(BadRequest, match="has no closes of 'X'"):
        closes("yfinance", "X")


# -- akshare --------------------------------------------------------------------------------------


@pytest.fixture
def akshare_says(monkeypatch):
    def install(currencies=("CNY",) * 4, starts=None, hong_kong="HKD"):
        sales = {"20251231": 210e6, "20250930": 145e6, "20250630": 90e6, "20250331": 40e6}

        def a_share(stock, symbol):
            assert stock == "sh999999"
            lines = {
                "利润表": "营业收入",
                "资产负债表": "所有者权益（或股东权益）合计",
                "现金流量表": "经营活动产生的现金流量净额",
            }
            figures = list(sales.values()) if symbol == "利润表" else [28e6, NOTHING, NOTHING, None]
            frame = {"报告日": list(sales), lines[symbol]: figures, "其他": [1.0] * 4, "数据源": ["定期报告"] * 4}
            return pd.DataFrame({**frame, "币种": list(currencies)}, dtype=object)

        def h_share(stock, symbol, indicator):
            assert (stock, indicator) == ("09999", "报告期")
            days = ["2025-12-31 00:00:00"] * 2 + ["2025-06-30 00:00:00"] * 2
            items = {"利润表": ("营运收入", "营业额"), "资产负债表": ("总资产", "净资产")}.get(
                symbol, ("经营业务现金净额", "其他")
            )
            frame = pd.DataFrame({"REPORT_DATE": days, "STD_ITEM_NAME": items * 2, "AMOUNT": [210e6, 1e6, 90e6, 1e6]})
            if symbol != "资产负债表":
                frame["START_DATE"] = starts or ["2025-01-01 00:00:00"] * 4
            return frame

        def currency(symbol, indicator):
            return pd.DataFrame({"REPORT_DATE": ["2025-12-31 00:00:00"], "CURRENCY": [hong_kong]})

        def quoted(symbol, period, adjust):
            assert adjust == ""
            return pd.DataFrame({"日期": [dt.date(2026, 1, 5), dt.date(2026, 1, 6)], "收盘": [10.5, 11.0]})

        def counted(symbol):
            assert symbol == "999999.SH"
            return pd.DataFrame({"变更日期": [dt.date(2026, 1, 6), dt.date(2024, 1, 1)], "总股本": [110e6, 100e6]})

        module(
            monkeypatch,
            "akshare",
            stock_financial_report_sina=a_share,
            stock_financial_hk_report_em=h_share,
            stock_financial_hk_analysis_indicator_em=currency,
            stock_zh_a_hist=quoted,
            stock_hk_hist=quoted,
            stock_zh_a_gbjg_em=counted,
        )

    return install


@pytest.mark.parametrize("ticker", ["sh999999", "999999.SS", "999999.SH"])
def test_cumulative_statements_keep_their_days(akshare_says, ticker):
    akshare_says()
    sheet = snapshot("akshare", ticker).sheet(2025).splitlines()
    assert sheet[0] == "line,unit,2025-03-31,2025-06-30,2025-09-30,2025-12-31"
    assert sheet[1] == "营业收入,,40000000,90000000,145000000,210000000"
    assert sheet[2] == "所有者权益(或股东权益)合计,,,,,28000000"


def test_statements_of_an_h_share_are_long_tables_with_a_currency_of_their_own(akshare_says):
    akshare_says()
    found = snapshot("akshare", "09999")
    assert found.currency == "HKD"
    assert found.sheet(2025).splitlines()[:2] == ["line,unit,2025-06-30,2025-12-31", "营运收入,,90000000,210000000"]
    assert "营业额" not in found.sheet(2025)


def test_figures_that_do_not_run_from_january_are_refused(akshare_says):
    akshare_says(starts=["2025-04-01 00:00:00"] * 4)
    with pytest.raises(BadRequest, match="up to 2025-12-31 run from 2025-04-01"):
        snapshot("akshare", "09999")


def test_two_currencies_in_one_statement_are_refused(akshare_says):
    akshare_says(currencies=("CNY", "CNY", "USD", "CNY"))
    with pytest.raises(BadRequest, match="names CNY and USD"):
        snapshot("akshare", "sh999999")


def test_a_ticker_of_no_exchange_is_refused(akshare_says):
    akshare_says()
    with pytest.raises(BadRequest, match=r"'NVDA'.*sh688256"):
        snapshot("akshare", "NVDA")


def test_closes_of_an_a_share_come_with_the_shares_of_each_day(akshare_says):
    akshare_says()
    found = closes("akshare", "999999.SS")
    assert (found.currency, found.closes) == ("CNY", {"2026-01-05": 10.5, "2026-01-06": 11.0})
    assert found.shares_mn == {"2026-01-06": 110.0, "2024-01-01": 100.0}


def test_closes_of_an_h_share_say_that_no_count_comes_with_them(akshare_says):
    akshare_says()
    found = closes("akshare", "09999.HK")
    assert (found.currency, found.shares_mn) == ("HKD", {})
    assert "no history of share counts" in found.notes[0]


# -- edgartools -----------------------------------------------------------------------------------

FIELDS = ("concept", "numeric_value", "unit", "period_start", "period_end", "fiscal_year", "filing_date", "form_type",
          "accession")  # fmt: skip


def filed(*rows):
    """Facts of filings as `to_dataframe(include_metadata=True)` gives them, days as dates."""
    days = {"period_start", "period_end", "filing_date"}
    made = [
        {
            name: dt.date.fromisoformat(cell) if name in days and cell else cell
            for name, cell in zip(FIELDS, row, strict=True)
        }
        for row in rows
    ]
    return pd.DataFrame(made)


YEAR_26 = ("2025-01-27", "2026-01-25")
YEAR_25 = ("2024-01-29", "2025-01-26")
FILED = (
    ("us-gaap:Revenues", 100e6, "USD", *YEAR_25, 2025, "2025-02-26", "10-K", "a-25"),
    ("us-gaap:Revenues", 101e6, "USD", *YEAR_25, 2026, "2026-02-25", "10-K", "a-26"),  # changed a year later
    ("us-gaap:Revenues", 150e6, "USD", *YEAR_26, 2026, "2026-02-25", "10-K", "a-26"),
    ("us-gaap:Revenues", 40e6, "USD", "2025-10-27", "2026-01-25", 2026, "2026-02-25", "10-K", "a-26"),  # a quarter
    ("us-gaap:Revenues", 30e6, "USD", "2025-01-27", "2025-04-27", 2026, "2025-05-28", "10-Q", "q-26"),
    ("us-gaap:Assets", 152e6, "USD", None, "2026-01-25", 2026, "2026-02-25", "10-K", "a-26"),
    ("us-gaap:Assets", NOTHING, "USD", None, "2025-01-26", 2025, "2025-02-26", "10-K", "a-25"),
    (
        "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic",
        24e6,
        "shares",
        *YEAR_26,
        2026,
        "2026-02-25",
        "10-K",
        "a-26",
    ),
    ("us-gaap:PaymentsOfDividends", 2e6, "USD", *YEAR_26, 2026, "2026-02-25", "10-K", "a-26"),
)


@pytest.fixture
def sec_says(monkeypatch):
    def install(rows=FILED, identity="A Reader reader@example.com"):
        facts = types.SimpleNamespace(to_dataframe=lambda include_metadata: filed(*rows))
        module(
            monkeypatch,
            "edgar",
            Company=lambda ticker: types.SimpleNamespace(get_facts=lambda: facts if rows else None),
        )
        if identity:
            monkeypatch.setenv("EDGAR_IDENTITY", identity)
        else:
            monkeypatch.delenv("EDGAR_IDENTITY", raising=False)

    return install


def test_fiscal_years_are_called_what_the_company_calls_them(sec_says):
    """A year of 52 weeks that ends in January 2026 is the filing's 2026; quarters and their filings are left."""
    sec_says()
    found = snapshot("edgartools", "QRY")
    assert (found.currency, found.year_end) == ("USD", "01-25")
    assert found.sheet(2020).splitlines() == [
        "line,unit,2025,2026",
        "Revenues,,101000000,150000000",
        "WeightedAverageNumberOfSharesOutstandingBasic,shares,,24000000",
        "Assets,,,152000000",
        "PaymentsOfDividends,,,2000000",
    ]
    assert found.notes == ("1 figures were changed by a later filing; the later ones are taken",)


def test_a_line_takes_the_first_concept_that_a_year_has(sec_says):
    later = "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"
    sec_says([FILED[0], (later, 150e6, "USD", *YEAR_26, 2026, "2026-02-25", "10-K", "a-26")])
    found = snapshot("edgartools", "QRY")
    assert found.cells == {"Revenues": {"2025": 100e6, "2026": 150e6}}


def test_the_sec_is_told_who_asks(sec_says):
    sec_says(identity="")
    with pytest.raises(BadRequest, match="EDGAR_IDENTITY is not set"):
        snapshot("edgartools", "QRY")


def test_a_company_without_filings_is_told(sec_says):
    sec_says(rows=())
    with pytest.raises(BadRequest, match="no statements of 'QRY'"):
        snapshot("edgartools", "QRY")


def test_the_sec_has_no_prices(sec_says):
    sec_says()
    with pytest.raises(BadRequest, match=r"has no prices.*akshare, yfinance"):
        closes("edgartools", "QRY")


# -- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_missing_package_is_told_with_what_to_do(monkeypatch, provider):
    monkeypatch.setitem(sys.modules, PROVIDERS[provider].module, None)
    with pytest.raises(BadRequest, match=rf"package {provider} is not installed.*pip install {provider}.*\[data\]"):
        snapshot(provider, "X")


def test_an_unknown_provider_is_refused():
    with pytest.raises(BadRequest, match=r"no provider 'yfinace'.*'yfinance'"):
        snapshot("yfinace", "X")


def test_what_the_network_raises_is_one_message(monkeypatch):
    def ticker(name):
        raise ConnectionError("no\nroute")

    module(monkeypatch, "yfinance", Ticker=ticker)
    with pytest.raises(BadRequest, match=r"did not answer for 'X': ConnectionError: no route.*[Nn]othing was written"):
        snapshot("yfinance", "X")


def test_every_mapped_line_is_one_of_a_statement_and_mapped_once():
    for names in (yahoo.LINES, china.A_LINES, china.H_LINES):
        assert set(names.values()) <= BY_QUANTITY.keys()
        assert len(set(names.values())) == len(names)
    assert edgar.CONCEPTS.keys() <= BY_QUANTITY.keys()
    concepts = [one for several in edgar.CONCEPTS.values() for one in several]
    assert len(set(concepts)) == len(concepts)
