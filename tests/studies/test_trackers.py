"""Trackers: every point sourced, one unit a series, and rows of a user refused by their line."""

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import trackers as study

HEAD = "series,kind,date,value,unit,as_of,known,quantity\n"


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def every(model):
    return {one.name: one for one in study.series(model)}


def read(model, tmp_path, rows, source="mine#file", head=HEAD):
    path = tmp_path / "points.csv"
    path.write_text(head + rows, encoding="utf-8")
    return study.read_points(model, path, source)


def test_capex_tokens_prices_rents_and_orders_are_tracked(every):
    assert {one.kind for one in every.values()} == {
        "capex", "tokens", "token_price", "card_price", "rental", "orders",
    }  # fmt: skip


def test_points_stand_in_order_of_time_with_source_and_day(every):
    for one in every.values():
        middles = [point.middle for point in one.points]
        assert middles == sorted(middles)
        assert all(point.source.partition("#")[2] and point.as_of for point in one.points)


def test_derived_points_follow_from_what_their_pages_print(every):
    def value(name, date):
        return next(point.value for point in every[name].points if point.date == date)

    assert value("capex-six-platforms", "2025") == pytest.approx(597 / 1.38, rel=1e-12)
    assert value("capex-six-platforms-view-of-2025", "2024") == pytest.approx(373 / 1.62, rel=1e-12)
    assert value("capex-bytedance", "2024") == pytest.approx(150 / 1.88, rel=1e-12)
    assert value("tokens-doubao", "2024-05") == pytest.approx(30 / 253, rel=1e-12)


def test_a_tracker_says_what_it_enters_and_what_the_model_has_there(every):
    one = every["capex-six-platforms"]
    (there,) = [each for each in one.enters if each.labels == {"year": 2026}]
    assert one.quantity == "china_csp_ai_capex_cny_bn"
    assert there.value == next(point.value for point in one.points if point.date == "2026")


def test_two_sources_of_a_rent_are_two_series(every):
    assert {name for name in every if name.startswith("rental-h100-usd")} == {
        "rental-h100-usd-chip-hour-company-pages", "rental-h100-usd-chip-hour-inferencex",
    }  # fmt: skip


def test_growth_is_from_the_first_point_to_the_last_by_the_year(every):
    one = every["capex-bytedance"]
    assert one.growth == pytest.approx((160 / (150 / 1.88)) ** 0.5 - 1, rel=2e-3)
    assert every["token-price-deepseek-v3-output"].growth is None


def test_a_direction_without_a_level_is_no_point(every):
    assert not [name for name in every if "rise-in-a-month" in name]


def test_rows_of_a_user_join_a_series_that_is_there(model, tmp_path):
    (row,) = read(model, tmp_path, "Tokens China,,2026-06,200,tn token/day,2026-07-01,,\n")
    assert row["series"] == "tokens-china"
    assert (row["kind"], row["quantity"], row["about"]) == ("tokens", "daily_tokens_tn", "China")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("tokens-china,,2026-06,200,bn token/day,2026-07-01,,", ["line 2", "unit", "tn token/day"]),
        ("tokens-china,,2026-06,lots,tn token/day,2026-07-01,,", ["line 2", "value", "number"]),
        ("tokens-china,,June,200,tn token/day,2026-07-01,,", ["line 2", "date"]),
        ("tokens-china,,2026-08,200,tn token/day,2026-07-01,,", ["line 2", "expected"]),
        ("tokens-china,,2026-06,200,tn token/day,soon,,", ["line 2", "as_of"]),
        ("tokens-china,,2026-06,200,tn token/day,2026-07-01,sure,", ["line 2", "known"]),
        ("my-new,,2026-06,200,USD,2026-07-01,,", ["line 2", "kind", "new series"]),
        ("my-new,rental,2026-06,200,,2026-07-01,,", ["line 2", "unit"]),
        (
            "my-new,rental,2026-06,200,USD,2026-07-01,,rental_price_usd_per_chip",
            ["line 2", "rental_price_usd_per_chip_hour"],
        ),
        (",rental,2026-06,200,USD,2026-07-01,,", ["line 2", "series"]),
        ("my-new,rental,2026-06,inf,USD,2026-07-01,,", ["line 2", "value"]),
    ],
)
def test_a_bad_row_is_refused_by_its_line(model, tmp_path, row, words):
    with pytest.raises(BadRequest) as refused:
        read(model, tmp_path, row + "\n")
    for word in words:
        assert word in str(refused.value)


def test_every_bad_row_is_told_at_once_and_none_is_taken(model, tmp_path):
    rows = "tokens-china,,2026-06,200,tn token/day,2026-07-01,,\n" + 2 * "tokens-china,,x,y,tn token/day,z,,\n"
    with pytest.raises(BadRequest) as refused:
        read(model, tmp_path, rows)
    assert {problem.where.partition("line ")[2][0] for problem in refused.value.problems} == {"3", "4"}


def test_one_date_has_one_point(model, tmp_path):
    with pytest.raises(BadRequest, match="twice"):
        read(model, tmp_path, 2 * "tokens-china,,2026-06,200,tn token/day,2026-07-01,,\n")


def test_a_row_without_a_source_is_refused_unless_all_have_one(model, tmp_path):
    with pytest.raises(BadRequest, match="source"):
        read(model, tmp_path, "tokens-china,,2026-06,200,tn token/day,2026-07-01,,\n", source="")


def test_a_tracker_that_is_not_there_is_refused_with_the_nearest(model):
    with pytest.raises(BadRequest, match="tokens-china"):
        study.one_series(model, "tokens-chin")


def test_new_rows_stand_behind_old_ones_and_replace_their_like(model, tmp_path):
    (row,) = read(model, tmp_path, "tokens-china,,2026-06,200,tn token/day,2026-07-01,,\n")
    once = study.table(model, [row])
    again = study.table(model, [{**row, "value": "210"}], once)
    assert once.count("\n") == again.count("\n") == 2
    assert "210" in again
