"""Commands of the market: bottom-up, endpoints, calibration."""

import json

import pytest

pytestmark = pytest.mark.slow  # models built anew, several a test


def test_bottom_up_says_the_same_on_screen_and_as_records(cli):
    plain = json.loads(cli("market", "bottom-up", "--json").out)
    year = next(one for one in plain["years"] if one["year"] == 2027)
    assert year["above_half_possible_booked"] is False
    shown = cli("market", "bottom-up")
    assert shown.code == 0, shown.err
    assert "impossible" in shown.out
    assert "Huawei above half?" in shown.out


def test_endpoints_are_listed_with_line_and_reading(cli):
    found = cli("market", "endpoints")
    assert found.code == 0, found.err
    assert "3316" in found.out
    assert "contradicted" in found.out
    assert "both hold as self_sufficiency_of_revenue_before_tax" in found.out
    assert "not computable" not in found.out
    assert "would come out with" in found.out
    assert {"quantity", "line", "printed", "readings"} <= set(json.loads(cli("market", "endpoints", "--json").out)[0])


def test_calibration_is_written_as_facts(cli, tmp_path):
    out = tmp_path / "calibration.csv"
    found = cli("calibrate", "market", "--out", out, "--as-of", "2026-11-25")
    assert found.code == 0, found.err
    head, *rows = out.read_text().splitlines()
    assert head.startswith("quantity,company,chip,year,value")
    assert any(row.startswith("plan_over_market,Cambricon,MLU 690,2027,") for row in rows)
    assert (tmp_path / "calibration.toml").exists()


def test_a_bad_place_or_date_is_refused(cli, tmp_path):
    for arguments in (("--out", tmp_path / "no" / "x.csv"), ("--out", tmp_path / "x.txt"), ("--as-of", "soon")):
        found = cli("calibrate", "market", *arguments)
        assert found.code == 2
        assert found.err
        assert not found.out


def test_buyers_named_for_a_maker_cannot_take_more_than_all_it_sells(cli):
    found = cli(
        "show", "price_target", "-s", "wired", "-w", "company=Cambricon",
        "--set", "stated_buyer_share_of_maker@company=Cambricon,buyer=Alibaba=0.7",
    )  # fmt: skip
    assert found.code == 2
    assert not found.out
    assert "partner_share_of_maker[company=Cambricon] comes out as 1.3" in found.err
    alone = cli("show", "price_target", "-s", "wired", "--set", "stated_buyer_share_of_maker@Cambricon,ByteDance=1.2")
    assert alone.code == 2
    assert "is impossible" in alone.err


def test_a_tree_and_a_path_say_which_calibrated_figures_they_rest_on(cli):
    assert (
        "rests on calibrated figures"
        in cli("why", "market_units", "-s", "wired", "-w", "chip=MLU 690", "-w", "year=2027").out
    )
    assert "rests on calibrated figures" in cli("market", "demand").out
    assert "rests on calibrated figures" not in cli("why", "good_die_cost_usd", "-w", "chip=MLU 690").out


def test_the_whole_chain_in_one_command(cli):
    found = cli(
        "show", "price_target", "--where", "company=Cambricon", "--scenario", "wired",
        "--set", "stated_node_yield@N+2=0.3", "--compare", "--all", "--json",
    )  # fmt: skip
    plain = json.loads(found.out)
    names = [step["quantity"] for step in plain["chain"]]
    for earlier, later in zip(
        ["defect_density_per_cm2", "node_die_yield", "market_units", "units_sold", "equity_value"],
        ["node_die_yield", "market_units", "units_sold", "equity_value", "price_target"],
        strict=True,
    ):
        assert names.index(earlier) < names.index(later)
