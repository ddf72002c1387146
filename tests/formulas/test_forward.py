"""Multiples of the months ahead, of the enterprise and for growth, and those that a return justifies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics import load
from siliconomics.formulas.valuation.continuing import capitalisation_rate
from siliconomics.formulas.valuation.forward import (
    enterprise_value_at_market,
    ev_to_sales_at_market,
    justified_price_to_sales,
    net_cash_of_lines,
    payout_that_growth_allows,
    valuation_year_share_ahead,
)
from siliconomics.formulas.valuation.multiples import justified_price_to_book

MULTIPLES = ("price_to_sales", "price_to_earnings", "price_to_book")


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


def test_the_year_counts_by_the_days_of_it_that_lie_ahead():
    """From 24 April to 31 December are 251 days."""
    assert valuation_year_share_ahead(251) == pytest.approx(251 / 365)
    assert valuation_year_share_ahead(0) == 0
    assert valuation_year_share_ahead(800) == 1


def test_sales_ahead_of_cambricon_are_those_of_two_printed_years(model):
    """Exhibit 26 prints 20,944 for 2026 and 33,186 for 2027."""
    expected = (251 * 20_944 + 114 * 33_186) / 365
    assert model.solve("forward_revenue", company="Cambricon").value == pytest.approx(expected, abs=1)
    market = 1352.5 * 424.8
    assert model.solve("forward_price_to_sales_at_market", company="Cambricon").value == pytest.approx(
        market / expected, rel=1e-4
    )


@pytest.mark.parametrize("company", ["Cambricon", "Iluvatar", "MetaX"])
@pytest.mark.parametrize("kind", MULTIPLES)
@pytest.mark.parametrize("where", ["market", "target"])
def test_the_multiple_ahead_lies_between_those_of_the_two_years(model, company, kind, where):
    ahead = model.solve(f"forward_{kind}_at_{where}", company=company).value
    two = [model.solve(f"{kind}_at_{where}", company=company, year=year).value for year in (2026, 2027)]
    low, high = sorted(1 / one for one in two)  # the yield is the straight line, of a loss it is negative
    assert low < 1 / ahead < high


@pytest.mark.parametrize("company", ["Cambricon", "Iluvatar", "MetaX"])
def test_market_and_target_multiples_differ_by_the_upside(model, company):
    upside = model.solve("upside", company=company).value
    for kind in MULTIPLES:
        at = {where: model.solve(f"forward_{kind}_at_{where}", company=company).value for where in ("market", "target")}
        assert at["target"] / at["market"] - 1 == pytest.approx(upside, rel=1e-9)


def test_metax_trades_above_seventy_times_sales_as_the_source_says(model):
    """Line 1852; 718 yuan a share, 400.1 million shares, sales of 4,029.9 million."""
    value = model.solve("price_to_sales_at_market", company="MetaX", year=2026).value
    assert value > 70
    assert value == pytest.approx(718 * 400 / 4029.9, rel=1e-3)


def test_cash_behind_the_price_holds_what_the_new_shares_brought(model):
    """Iluvatar's share count has the shares of its listing, so its cash must too (Exhibit 32: 3,340.4)."""
    old = model.solve("net_cash_of_lines", company="Iluvatar", year=2025).value
    behind = model.solve("net_cash_behind_price", company="Iluvatar").value
    assert behind - old == pytest.approx(3340.4, abs=0.1)
    assert net_cash_of_lines(100, 20, 5, 15) == 100


def test_of_net_cash_the_enterprise_is_cheaper_than_its_shares():
    assert ev_to_sales_at_market(enterprise_value_at_market(1000, 200), 100) == 8


@pytest.mark.parametrize(("company", "cash"), [("Cambricon", 5400 + 400 - 100), ("MetaX", 9000 + 1000 - 700 + 4)])
def test_where_no_balance_sheet_is_printed_enterprise_value_rests_on_an_assumed_one_and_says_so(model, company, cash):
    (record,) = model.solve("enterprise_value_at_market", company=company)
    market = model.solve("market_value", company=company).value
    assert market - record.value == pytest.approx(cash, abs=0.1)
    assert record.known == "assumed"


def test_where_there_is_no_balance_sheet_at_all_enterprise_value_is_unknown_not_market_value(model):
    (record,) = model.solve("net_cash_behind_price", company="Hygon")
    assert record.value is None
    assert record.missing


def test_growth_ahead_is_compound(model):
    """Iluvatar, Exhibit 33: 3,060 in 2026 and 11,379 in 2028; at 44 times sales, 0.47 for each point."""
    growth = (11_379 / 3_060) ** 0.5 - 1
    assert model.solve("revenue_growth_ahead", company="Iluvatar").value == pytest.approx(growth, rel=1e-3)
    value = model.solve("price_to_sales_per_growth_point_at_target", company="Iluvatar").value
    assert value == pytest.approx(43.9 / (growth * 100), rel=2e-3)


@given(
    margin=st.floats(0.01, 0.6),
    turnover=st.floats(0.2, 4),
    growth=st.floats(0.0, 0.05),
    spread=st.floats(0.01, 0.1),
)
def test_justified_sales_and_book_multiples_are_one_value(margin, turnover, growth, spread):
    """The same value over book and over sales: return on book is margin times sales over book."""
    rate = capitalisation_rate(growth + spread, growth)
    roe = margin * turnover
    to_book = justified_price_to_book(roe, growth, rate)
    to_sales = justified_price_to_sales(margin, payout_that_growth_allows(growth, roe), rate)
    assert to_sales * turnover == pytest.approx(to_book, rel=1e-9, abs=1e-9)
