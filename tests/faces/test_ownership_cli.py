"""The ownership command as other programs and careless hands call it."""

from __future__ import annotations

import json

import pytest


def test_records_have_their_keys(cli):
    done = cli("ownership", "--chip", "H20", "--chip", "P800", "--site", "inner mongolia", "--owner", "cloud", "--json")
    assert done.code == 0
    first, last = json.loads(done.out)
    assert first["name"] == "H20"
    assert first["chip_hour_price_usd_low"] < first["chip_hour_price_usd"]
    assert first["cost_per_million_output_tokens_usd"] > 0
    assert 0 <= first["cost_per_million_output_tokens_usd_assumed_share"] <= 1
    assert last["cost_per_million_output_tokens_usd"] is None
    assert last["missing"]


def test_the_command_and_show_give_the_same_figure(cli):
    record = json.loads(cli("ownership", "--chip", "H20", "--json").out)[0]
    where = ("--where", "chip=H20", "--where", "site=China", "--where", "owner=hyperscaler")
    shown = json.loads(cli("show", "owned_cost_per_chip_hour_usd", *where, "--json").out)
    assert shown[0]["value"] == record["owned_cost_per_chip_hour_usd"]


def test_claims_are_judged_with_their_chance(cli):
    records = json.loads(cli("ownership", "--claims", "--chip", "910B", "--json").out)
    assert {one["against"] for one in records} == {"H20", "A100"}
    assert all(0 <= one["chance_30_to_60_lower"] <= 1 for one in records)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--chip", "H2O"), "H20"),
        (("--site", "Mongolia Inner"), "site"),
        (("--owner", "landlord"), "owner"),
        (("--model", "deepsek-r1"), "DeepSeek-R1"),
        (("--tpot-ms", "0"), "tpot-ms"),
        (("--set", "power_usage_effectiveness@China=0.9"), "power_usage_effectiveness"),
        (("--set", "equipment_life_years=-1"), "equipment_life_years"),
        (("--set", "utilisation@hyperscaler=1.5"), "utilisation"),
        (("--set", "market_price_usd@H20=0"), "market_price_usd"),
        (("--prices", "--claims"), "--prices"),
        (("--claims", "--chip", "H20"), "domestic"),
    ],
)
def test_a_bad_request_is_refused_by_name(cli, asked, said):
    done = cli("ownership", *asked)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_lost_exhibits_are_rebuilt_and_say_so(cli):
    records = json.loads(cli("ownership", "--prices", "--json").out)
    assert {one["status"] for one in records} == {"rebuilt"}
    assert {one["exhibit"] for one in records} == {16, 17}
    prices = [one["electricity_price_usd_per_kwh"] for one in records if one["exhibit"] == 17]
    assert prices == sorted(prices)


@pytest.mark.parametrize("asked", [("--chip", "C600"), ("--chip", "H20", "--tpot-ms", "0.01")])
def test_a_chip_without_a_rate_is_shown_as_unknown(cli, asked):
    done = cli("ownership", *asked)
    assert done.code == 0
    assert "unknown" in done.out


def test_published_rents_stand_beside_our_cost_with_their_ratio(cli):
    (record,) = json.loads(cli("ownership", "--chip", "H200", "--json").out)
    assert record["rented_over_owned"] == pytest.approx(
        record["rental_price_usd_per_chip_hour"] / record["owned_cost_per_chip_hour_usd"]
    )
    table = cli("ownership", "--chip", "H200", "--chip", "910C").out.split("Published beside it")[1]
    assert f"{record['rental_price_usd_per_chip_hour']:.2f}" in table
    assert f"{record['rented_over_owned']:.2f}" in table
    assert "910C" not in table
    assert "Published" not in cli("ownership", "--chip", "910C").out
