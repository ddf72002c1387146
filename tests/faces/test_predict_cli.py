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
