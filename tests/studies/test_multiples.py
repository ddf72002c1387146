"""Multiples of peers and of history: a user's table by hand, what it refuses, and the source's claims."""

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import multiples as study

HEAD = "ticker,year,currency,revenue_mn,net_income_mn,equity_mn,net_cash_mn,shares_mn,price,price_currency,exchange_rate,year_end_month,source,as_of\n"  # noqa: E501
GOOD = HEAD + (
    "AAA,2026,USD,100,10,50,20,10,30,USD,,12,mine,2026-04-24\n"  # 300 of value
    "BBB,2026,USD,40,-5,30,,2,100,USD,,6,mine,2026-04-24\n"  # fiscal year ends in June
    "BBB,2027,USD,60,15,50,,,,,,,mine,2026-04-24\n"
)


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def own(model):
    return [study.multiples(model, one) for one in study.companies(model)]


def table(model, own, tmp_path, text, year=2026):
    path = tmp_path / "peers.csv"
    path.write_text(text, encoding="utf-8")
    return study.peer_table(model, study.read_peers(path), own, year)


def refused(call, *arguments):
    with pytest.raises(BadRequest) as caught:
        call(*arguments)
    return [str(problem) for problem in caught.value.problems]


# -- peers ------------------------------------------------------------------------------------


def test_a_peers_multiples_are_its_value_over_its_figures(model, own, tmp_path):
    first = table(model, own, tmp_path, GOOD)[0]
    found = {kind: cell.value for kind, cell in first.multiples.items()}
    assert found == {"price to sales": 3, "price to earnings": 30, "price to book": 6, "EV to sales": 2.8}


def test_a_fiscal_year_that_ends_in_june_is_half_and_half(model, own, tmp_path):
    """200 of value; sales of the calendar year (40 + 60) / 2, income (-5 + 15) / 2, book (30 + 50) / 2."""
    second = table(model, own, tmp_path, GOOD)[1]
    found = {kind: cell.value for kind, cell in second.multiples.items()}
    assert found == {"price to sales": 4, "price to earnings": 40, "price to book": 5, "EV to sales": None}
    assert "net_cash_mn" in second.multiples["EV to sales"].missing
    later = table(model, own, tmp_path, GOOD, 2027)[1]
    assert later.multiples["price to sales"].value is None
    assert "2028" in later.multiples["price to sales"].missing


def test_a_covered_stock_takes_its_price_from_the_coverage_table(model, own, tmp_path):
    text = HEAD + "2330.TW,2026,TWD,5000000,,,,25000,,,,,mine,2026-04-24\n"
    first = table(model, own, tmp_path, text)[0]
    assert (first.name, first.price, first.rating) == ("TSMC", 2185.0, "O")
    assert first.multiples["price to sales"].value == pytest.approx(2185 * 25_000 / 5_000_000)
    assert "net income" in first.multiples["price to earnings"].missing


def test_every_covered_stock_has_a_row_and_the_reason_why_it_has_no_multiple(model, own):
    rows = study.peer_table(model, [], own, 2026)
    assert len(rows) == len(model.facts.coverage) == 66
    covered = [row for row in rows if row.origin == "covered"]
    assert len(covered) == 63
    for row in covered:
        assert row.price
        assert row.rating in "OEU"
        assert row.rating_date
        assert all(cell.value is None and "--peers" in cell.missing for cell in row.multiples.values())


def test_premium_is_over_the_median_of_the_others(model, own, tmp_path):
    rows = table(model, own, tmp_path, GOOD)
    cambricon = next(one for one in own if one.company == "Cambricon")
    premium = study.premiums(rows, cambricon, 2026)[0]
    assert (premium.count, premium.median, premium.mean) == (2, 3.5, 3.5)
    assert premium.over_median == pytest.approx(cambricon.at_market["price to sales"]["2026"].value / 3.5 - 1)


def test_without_peers_the_group_is_our_other_companies_never_oneself(model, own):
    rows = study.peer_table(model, [], own, 2026)
    values = {row.name: row.multiples["price to sales"].value for row in rows if row.origin == "ours"}
    for one in own:
        others = [value for name, value in values.items() if name != one.company]
        premium = study.premiums(rows, one, 2026)[0]
        assert premium.count == 2
        assert premium.mean == pytest.approx(sum(others) / 2)


def test_a_multiple_of_a_loss_is_left_out_of_the_group(model, own):
    rows = study.peer_table(model, [], own, 2026)
    cambricon = next(one for one in own if one.company == "Cambricon")
    earnings = study.premiums(rows, cambricon, 2026)[1]
    assert earnings.count == 1  # MetaX; Iluvatar makes a loss in 2026


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("AAA,2026,USD,x,,,,1,2,USD,,,m,2026-04-24\n", ["line 2", "revenue_mn", "'x' is not a number"]),
        ("AAA,2026,USD,1,,,,1,2,USD,,,m,2026-04-24\n" * 2, ["line 3", "column ticker", "already in line 2"]),
        ("AAA,2026,USD,1,,,,1,2,EUR,,,m,2026-04-24\n", ["line 2", "EUR", "USD", "exchange_rate"]),
        (
            "AAA,2026,USD,1,,,,1,2,USD,,,m,2026-04-24\nAAA,2027,CNY,1,,,,,,,,,m,2026-04-24\n",
            ["line 3", "column currency", "CNY here, USD"],
        ),
        ("AAA,2026,USD,1,,,,1,2,,,,m,2026-04-24\n", ["price_currency", "beside a price"]),
        ("AAA,2026,USD,1,,,,0,2,USD,,,m,2026-04-24\n", ["shares_mn", "impossible"]),
        ("AAA,2026,USD,1,,,,1,2,USD,,13,m,2026-04-24\n", ["year_end_month", "impossible"]),
        ("AAA,2026,USD,-1,,,,1,2,USD,,,m,2026-04-24\n", ["revenue_mn", "impossible"]),
        ("AAA,2026,USD,1,,,,1,2,USD,,,,2026-04-24\n", ["column source", "is empty"]),
        ("AAA,2026,USD,1,,,,1,2,USD,,,m,2026\n", ["column as_of", "not a day"]),
        (",2026,USD,1,,,,1,2,USD,,,m,2026-04-24\n", ["column ticker", "is empty"]),
        ("AAA,2026,USD,1\n", ["line 2", "4 cells"]),
    ],
)
def test_a_bad_table_of_peers_is_refused_with_line_and_column(tmp_path, rows, words):
    path = tmp_path / "peers.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    said = " ".join(refused(study.read_peers, path))
    for word in words:
        assert word in said


def test_a_coverage_price_in_another_currency_is_refused_with_the_line(model, own, tmp_path):
    text = HEAD + "0981.HK,2026,USD,10000,,,,8000,,,,,mine,2026-04-24\n"
    (said,) = refused(table, model, own, tmp_path, text)
    assert "line 2" in said
    assert "HKD" in said
    assert "USD" in said
    priced = table(model, own, tmp_path, text.replace("8000,,,,", "8000,,,0.128,"))[0]
    assert priced.multiples["price to sales"].value == pytest.approx(64.30 * 8000 * 0.128 / 10_000)


def test_all_problems_are_told_at_once(tmp_path):
    path = tmp_path / "peers.csv"
    path.write_text(HEAD + "AAA,x,USD,y,,,,1,2,USD,,,m,2026-04-24\nBBB,2026,,1,,,,1,2,USD,,,m,bad\n", encoding="utf-8")
    assert len(refused(study.read_peers, path)) >= 4


# -- history ----------------------------------------------------------------------------------


def history(model, tmp_path, text, company="Cambricon"):
    path = tmp_path / "closes.csv"
    path.write_text(text, encoding="utf-8")
    return study.read_prices(model, company, path)


def test_the_band_is_mean_and_sample_deviation(model, tmp_path):
    """1,000, 1,300 and 1,600: mean 1,300, deviation 300; today's 1,352.5 is above two of three."""
    found = history(model, tmp_path, "date,close\n2026-01-02,1600\n2026-01-01,1000\n2026-01-03,1300\n")
    assert found.days == ("2026-01-01", "2026-01-02", "2026-01-03")
    close, sales, earnings, book = study.bands(model, "Cambricon", found)
    assert (close.mean, close.low, close.high) == (1300, 1000, 1600)
    assert close.percentile == pytest.approx(2 / 3)
    assert close.today == 1352.5
    assert sales.mean is None
    assert "forward_revenue_mn" in sales.missing
    assert "forward_net_income_mn" in earnings.missing
    assert "forward_equity_mn" in book.missing


def test_with_expected_sales_the_multiple_has_a_band_too(model, tmp_path):
    text = "date,close,forward_revenue_mn\n2026-01-01,1000,10000\n2026-01-02,1000,20000\n"
    _, sales, _, _ = study.bands(model, "Cambricon", history(model, tmp_path, text))
    assert sales.mean == pytest.approx(424.8 * 1000 * (1 / 10_000 + 1 / 20_000) / 2)
    assert "the valuation's shares on 2 days" in sales.note


def test_a_multiple_takes_the_shares_of_its_own_day(model, tmp_path):
    """400 mn shares until the 2nd, 500 mn from then on: 400 x 10 / 1,000 and 500 x 10 / 1,000."""
    text = (
        "date,close,shares_mn,forward_revenue_mn\n2026-01-01,10,400,1000\n2026-01-02,10,500,1000\n2026-01-03,10,,1000\n"
    )
    _, sales, _, _ = study.bands(model, "Cambricon", history(model, tmp_path, text))
    assert sales.mean == pytest.approx((4 + 5 + 5) / 3)
    assert not sales.note


def test_earnings_and_book_have_bands_and_a_loss_is_left_out(model, tmp_path):
    heading = "date,close,shares_mn,forward_net_income_mn,forward_equity_mn\n"
    text = heading + "2026-01-01,10,100,50,500\n2026-01-02,20,,-5,500\n2026-01-03,30,,50,1000\n"
    _, _, earnings, book = study.bands(model, "Cambricon", history(model, tmp_path, text))
    assert (earnings.count, earnings.mean) == (2, pytest.approx((20 + 60) / 2))
    assert (book.count, book.mean) == (3, pytest.approx((2 + 4 + 3) / 3))


def test_without_a_history_the_band_is_unknown(model):
    for band in study.bands(model, "MetaX", None):
        assert band.mean is None
        assert "--prices" in band.missing


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2026-01-01,10,\n2026-01-01,11,\n", ["line 3", "line 2"]),
        ("2026-01,10,\n", ["line 2", "not a day"]),
        ("2026-01-01,-1,\n", ["line 2", "column close", "impossible"]),
        ("2026-01-01,10,HKD\n", ["line 2", "HKD", "CNY"]),
    ],
)
def test_a_bad_history_is_refused_with_the_line(model, tmp_path, rows, words):
    said = " ".join(refused(history, model, tmp_path, "date,close,currency\n" + rows))
    for word in words:
        assert word in said


# -- claims -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def said(model, own):
    bands = {one.company: study.bands(model, one.company, None) for one in own}
    return study.claims(model, own, study.peer_table(model, [], own, 2026), 2026, bands)


def test_the_eighteen_and_twenty_times_follow_from_our_targets(said):
    found = {(one.about, one.printed): one for one in said if one.multiple == "ev_to_sales_at_target"}
    assert found["Cambricon", "20x"].status == found["Iluvatar", "18x"].status == "reproduced"
    assert "net of cash" in found["Iluvatar", "18x"].note
    parts = [one for one in said if one.multiple == "part_sales_multiple"]
    assert {(one.about, one.status) for one in parts} == {("T-Head", "reproduced"), ("Kunlunxin", "reproduced")}
    assert all(17.5 <= one.computed <= 18.5 for one in parts)


def test_the_peer_average_is_unknown_and_says_what_it_needs(said):
    peers = [one for one in said if one.multiple == "peer_average_price_to_sales"]
    assert {one.printed for one in peers} == {"75x", "<75x"}
    assert all(one.status == "unknown" and "--peers" in one.note for one in peers)


def test_every_case_is_shown_on_base_sales(said):
    cases = {(one.about, one.case): one for one in said if one.multiple == "price_to_sales_at_target"}
    assert len(cases) == 9
    assert {one.status for one in cases.values()} == {"reproduced"}


def test_the_marks_of_a_lost_axis_are_bounds_not_values(said):
    marks = [one for one in said if one.multiple == "forward_price_to_sales"]
    assert {one.printed for one in marks} == {">=40x", "<=75x"}
    assert {one.status for one in marks} == {"consistent"}


@pytest.mark.parametrize(("price", "status"), [(75.2, "reproduced"), (30, "differs")])
def test_imported_peers_test_the_average(model, own, tmp_path, price, status):
    rows = table(model, own, tmp_path, HEAD + f"AAA,2026,USD,1,,,,1,{price},USD,,,m,2026-04-24\n")
    (average,) = (
        one
        for one in study.claims(model, own, rows, 2026)
        if one.multiple == "peer_average_price_to_sales" and one.printed == "75x"
    )
    assert (average.status, average.computed) == (status, price)


def test_a_what_if_moves_every_multiple_at_the_target(model):
    changed = model.with_changes(model.change("beta", 1.2, company="Cambricon"))
    before, after = (study.multiples(one, "Cambricon") for one in (model, changed))
    for name, cells in before.at_target.items():
        for column, cell in cells.items():
            if cell.value is not None:
                assert after.at_target[name][column].value < cell.value
    assert after.at_market["price to sales"] == before.at_market["price to sales"]


# -- calendar years ---------------------------------------------------------------------------


def test_a_fiscal_year_that_ends_in_june_is_half_of_two_calendar_years(model, monkeypatch):
    """One price over half of the sales of 2026 and half of those of 2027."""
    whole = study.multiples(model, "Cambricon")
    monkeypatch.setitem(model.facts.cards["company"]["Cambricon"], "fiscal_year_end", "06-30")
    found = study.multiples(model, "Cambricon")
    of = {year: model.solve("revenue", company="Cambricon", year=year).value for year in (2026, 2027)}
    value = model.solve("market_value", company="Cambricon").value
    assert found.at_market["price to sales"]["2026"].value == pytest.approx(value / (0.5 * of[2026] + 0.5 * of[2027]))
    assert whole.at_market["price to sales"]["2026"].value == pytest.approx(value / of[2026])
    assert found.at_market["price to sales"]["ahead"].value is None
    assert "ends in month 6" in found.at_market["price to sales"]["ahead"].missing


def test_the_months_ahead_are_unknown_where_the_price_is_of_another_year(model):
    held = model.with_changes(model.change("valuation_year", 2027, company="Cambricon"))
    ahead = study.multiples(held, "Cambricon").at_market["price to sales"]["ahead"]
    assert ahead.value is None
    assert "the price is of 2026-04-24 and the valuation year is 2027" in ahead.missing
