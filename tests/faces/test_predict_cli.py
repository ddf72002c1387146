"""The throughput commands as other programs call them."""

import csv
import json

import pytest

ASK = ("predict", "--chip", "H20", "--chips", "16", "--model", "deepseek-r1")

WRONG = [
    (("predict", "--chip", "NOPE", "--chips", "8", "--model", "deepseek-r1"), "no chip 'NOPE'"),
    (("predict", "--chip", "H20", "--chips", "0", "--model", "deepseek-r1"), "not a positive number"),
    (("predict", "--chip", "H20", "--chips", "8", "--model", "nope"), "no model 'nope'"),
    (("predict", "--points", "nowhere.csv"), "needs --out"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), WRONG, ids=lambda one: "-".join(one)[:40] if isinstance(one, tuple) else ""
)
def test_a_wrong_request_says_what_and_ends_with_2(cli, arguments, said):
    result = cli(*arguments)
    assert result.code == 2
    assert said in result.err
    assert not result.out


def test_a_prediction_is_a_number_inside_its_range_with_what_was_meant(cli):
    answer = json.loads(cli(*ASK, "--json").out)
    assert {"prediction", "low", "high", "bound_by", "layout", "batch", "note"} <= set(answer)
    assert 0 < answer["low"] < answer["prediction"] < answer["high"]
    assert answer["layout"]
    assert answer["bound_by"]


def test_a_limit_costs_rate_and_widens_the_range(cli):
    """A faster system also takes a larger batch under a limit, so the range cannot be narrower."""
    free, limited = (json.loads(cli(*ASK, *more, "--json").out) for more in ((), ("--tpot-ms", "30")))
    assert limited["batch"] < free["batch"]
    assert limited["prediction"] < free["prediction"]
    assert limited["high"] / limited["low"] >= free["high"] / free["low"]


def test_points_without_their_columns_leave_no_file(cli, tmp_path):
    asked, answered = tmp_path / "points.csv", tmp_path / "out.csv"
    with asked.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "chip"], ["x", "H20"]])
    result = cli("predict", "--points", asked, "--out", answered)
    assert result.code == 2
    assert "there is no column" in result.err
    assert not answered.exists()


def test_a_layout_past_the_limit_is_told_apart_and_never_first(cli):
    asked = ("search", "--chip", "H20", "--chips", "16", "--model", "deepseek-r1", "--tpot-ms", "12")
    records = json.loads(cli(*asked, "--json").out)
    assert records
    assert all(one["tpot_ms"] <= 12 * (1 + 1e-9) for one in records)
    best = json.loads(cli("predict", *asked[1:], "--json").out)
    assert max(one["prediction"] for one in records if "disaggregated" not in one["note"]) == pytest.approx(
        best["prediction"]
    )
    assert "the quickest token takes" in cli(*asked).out
    late = cli(*asked[:-1], "1")
    assert late.code == 2
    assert "within 1 ms" in late.err


def test_a_limit_never_raises_the_upper_end(cli):
    asked = ("predict", "--chip", "MLU 590", "--chips", "64", "--model", "deepseek-r1", "--json")
    free, limited = (json.loads(cli(*asked, *more).out) for more in ((), ("--tpot-ms", "50")))
    assert limited["high"] <= free["high"] * (1 + 1e-9)
