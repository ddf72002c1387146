"""Consensus: the source's own differences, the two providers apart, the gap explained, and revisions."""

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import consensus as study

HEAD = "company,provider,line,year,mean,low,high,count,currency,source,as_of,why\n"


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def cambricon(model):
    return study.consensus(model, "Cambricon")


def brought(model, tmp_path, rows):
    path = tmp_path / "estimates.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return study.read_estimates(model, path)


def test_the_printed_differences_of_exhibit_26_are_given_again(cambricon):
    printed = [gap for gap in cambricon.gaps if gap.printed]
    assert len(printed) == 12
    for gap in printed:
        assert gap.provider == "bloomberg"
        assert gap.difference == pytest.approx(float(gap.printed.removesuffix("%")) / 100, abs=0.005)


def test_the_third_year_that_the_source_cut_off_is_below_consensus(cambricon):
    """The study speaks of more than consensus; for 2028 its own columns say less (44,256 against 47,904)."""
    later = {gap.line: gap.difference for gap in cambricon.gaps if gap.year == 2028}
    assert len(later) == 6
    assert max(later.values()) < 0
    assert later["revenue"] == pytest.approx(44_256 / 47_904 - 1, abs=1e-4)


def test_the_two_providers_stay_apart(cambricon):
    assert cambricon.providers == ("bloomberg", "refinitiv")
    means = {gap.provider: gap.mean for gap in cambricon.gaps if (gap.line, gap.year) == ("revenue", 2026)}
    assert means == {"bloomberg": 14_057, "refinitiv": 14_763.6}
    lows = {gap.line: gap.low for gap in cambricon.gaps if gap.provider == "refinitiv"}
    assert lows == {"revenue": 12_184.9, "net_income": 3_665.1, "earnings_per_share": 8.7}
    assert all(gap.low is None for gap in cambricon.gaps if gap.provider == "bloomberg")
    assert all(gap.count is None for gap in cambricon.gaps)


def test_every_gap_has_a_source_and_a_day(cambricon):
    for gap in cambricon.gaps:
        assert gap.as_of == "2026-04-24"
        assert gap.source.startswith("broker-2026-04-26#")


def test_the_steps_of_the_bridge_add_up(cambricon):
    assert [one.year for one in cambricon.bridges] == [2026, 2027, 2028]
    for one in cambricon.bridges:
        assert one.theirs + sum(one.steps.values()) == pytest.approx(one.ours, rel=1e-12)


def test_the_bridge_of_2026_by_hand(cambricon):
    """Exhibit 26: more sales at their margin of 7,703 / 14,057, less margin, more expense."""
    steps = cambricon.bridges[0].steps
    assert steps["sales"] == pytest.approx((20_944 - 14_057) * 7_703 / 14_057, abs=1)
    assert steps["gross margin"] == pytest.approx(10_588 - 20_944 * 7_703 / 14_057, abs=1)
    assert steps["operating expense"] == pytest.approx((7_703 - 5_221) - (10_588 - 6_240), abs=1.5)


def test_ratings_of_others_add_up(cambricon):
    assert sum(one.share for one in cambricon.ratings) == pytest.approx(1)
    assert {one.rating: one.share for one in cambricon.ratings}["Overweight"] == 0.86


@pytest.mark.parametrize("company", ["Iluvatar", "MetaX"])
def test_where_there_is_no_consensus_it_says_so_and_why(model, company):
    found = study.consensus(model, company)
    assert found.gaps == found.bridges == found.revisions == ()
    assert "too few brokers" in found.none
    assert "line-" in found.none


def test_an_imported_estimate_is_compared_and_counted(model, tmp_path):
    rows = "metax,FactSet,revenue,2026,3500,3000,4000,4,CNY,my-terminal,2026-05-01,\n"
    found = study.consensus(model, "MetaX", brought(model, tmp_path, rows))
    (gap,) = found.gaps
    assert (gap.provider, gap.count, gap.low, gap.high) == ("factset", 4, 3000, 4000)
    assert gap.difference == pytest.approx(4_029.9 / 3500 - 1, rel=1e-4)
    assert found.none == ""


def test_two_days_of_an_estimate_are_a_revision_with_its_why(model, tmp_path):
    rows = (
        "MetaX,factset,revenue,2026,3850,,,5,CNY,t,2026-08-01,orders\n"
        "MetaX,factset,revenue,2026,3500,,,4,CNY,t,2026-05-01,\n"
        "MetaX,factset,revenue,2026,3850,,,6,CNY,t,2026-09-01,\n"
    )
    found = study.consensus(model, "MetaX", brought(model, tmp_path, rows))
    (one,) = found.revisions
    assert (one.old, one.new, one.old_as_of, one.new_as_of, one.why) == (
        3500, 3850, "2026-05-01", "2026-08-01", "orders",
    )  # fmt: skip
    assert one.change == pytest.approx(0.10)
    assert [gap.count for gap in found.gaps] == [6]


def test_a_later_estimate_revises_a_fact(model, tmp_path):
    rows = "Cambricon,Bloomberg,revenue,2026,16000,,,,CNY,t,2026-06-01,results\n"
    found = study.consensus(model, "Cambricon", brought(model, tmp_path, rows))
    (one,) = found.revisions
    assert (one.provider, one.old, one.new, one.why) == ("bloomberg", 14_057, 16_000, "results")


def test_an_earlier_estimate_of_our_own_is_a_revision_of_ours(model, tmp_path):
    rows = "Cambricon,own,revenue,2026,18000,,,,CNY,note,2026-01-01,new orders\n"
    found = study.consensus(model, "Cambricon", brought(model, tmp_path, rows))
    (one,) = found.revisions
    assert (one.provider, one.old, one.why) == ("own", 18_000, "new orders")
    assert one.new == pytest.approx(20_944, abs=1)
    assert "own" not in found.providers


def test_a_what_if_is_a_revision_of_our_own_and_moves_the_gap(model):
    changed = model.with_changes(model.change("forecast_net_income", 7000, company="Cambricon", year=2026))
    found = study.consensus(changed, "Cambricon", before=model)
    revised = {(one.line, one.year): one for one in found.revisions}
    assert set(revised) == {("net_income", 2026), ("earnings_per_share", 2026)}
    assert revised["net_income", 2026].new == 7000
    gap = next(gap for gap in found.gaps if (gap.provider, gap.line, gap.year) == ("bloomberg", "net_income", 2026))
    assert gap.difference == pytest.approx(7000 / 5042 - 1)


def test_across_zero_there_is_no_difference(model, tmp_path):
    rows = "Iluvatar,factset,net_income,2026,100,,,,CNY,t,2026-05-01,\n"
    (gap,) = study.consensus(model, "Iluvatar", brought(model, tmp_path, rows)).gaps
    assert gap.own < 0
    assert gap.difference is None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Cambricn,b,revenue,2026,1,,,,CNY,t,2026-05-01,\n", ["line 2, column company", "Cambricon"]),
        ("MetaX,b,sales,2026,1,,,,CNY,t,2026-05-01,\n", ["column line", "'sales' is not one of"]),
        ("MetaX,b,revenue,2026,1,,,,USD,t,2026-05-01,\n", ["column currency", "USD", "CNY"]),
        ("MetaX,b,revenue,2026,x,,,,CNY,t,2026-05-01,\n", ["column mean", "not a number"]),
        ("MetaX,b,revenue,2026,5,6,7,,CNY,t,2026-05-01,\n", ["column mean", "outside its own range"]),
        ("MetaX,b,revenue,2026,5,,,0,CNY,t,2026-05-01,\n", ["column count", "impossible"]),
        ("MetaX,b,revenue,2026,5,,,,CNY,t,May,\n", ["column as_of", "not a day"]),
        ("MetaX,,revenue,2026,5,,,,CNY,t,2026-05-01,\n", ["column provider", "is empty"]),
        ("MetaX,b,revenue,2026,5,,,,CNY,t,2026-05-01,\n" * 2, ["line 3", "in line 2 already"]),
    ],
)
def test_a_bad_table_is_refused_with_line_and_column(model, tmp_path, rows, words):
    with pytest.raises(BadRequest) as caught:
        brought(model, tmp_path, rows)
    for word in words:
        assert word in str(caught.value)
