"""The command of vintages as other programs and careless hands call it."""

import json

import pytest

MAY, SEPTEMBER = "MS 2025-05-06", "MS 2025-09-07"


def test_the_list_names_every_forecast_by_day(cli):
    found = json.loads(cli("vintages", "list", "--json").out)
    days = [one["as_of"] for one in found]
    assert days == sorted(days)
    assert {MAY, "MS 2025-09-06", SEPTEMBER, "MS 2025-10-21", "MS 2026-04-26"} <= {one["name"] for one in found}
    assert cli("vintages").out == cli("vintages", "list").out


def test_the_replay_and_show_give_the_same_figure(cli):
    found = json.loads(cli("vintages", "replay", MAY, "--json").out)
    (one,) = [one for one in found["results"] if one["quantity"] == "vintage_china_tam_usd_bn"]
    shown = json.loads(cli("show", one["quantity"], "-w", f"vintage={MAY}", "-w", "year=2027", "--json").out)
    assert one["replayed"] == pytest.approx(shown[0]["value"], rel=1e-12)


def test_a_what_if_shows_what_moves_and_leaves_the_stated_results(cli):
    found = json.loads(cli("vintages", "replay", MAY, "--set", "die_yield=50%", "--json").out)
    (one,) = [one for one in found["moved"] if one["quantity"] == "vintage_local_revenue_cny_bn"]
    assert one["after"] / one["before"] == pytest.approx(1.25)
    (same,) = [one for one in found["results"] if one["quantity"] == "vintage_local_revenue_cny_bn"]
    assert same["replayed"] == pytest.approx(286.5)
    assert "what the change moves" in cli("vintages", "replay", MAY, "--set", "die_yield=0.5").out


def test_the_bridge_adds_up_on_the_page_and_in_records(cli):
    found = json.loads(cli("vintages", "compare", MAY, SEPTEMBER, "--json").out)
    gap = found["value_after"] - found["value_before"]
    assert sum(one["shapley"] for one in found["steps"]) == pytest.approx(gap)
    assert "Shapley" in cli("vintages", "compare", MAY, SEPTEMBER).out


def test_scores_and_rules_come_as_page_and_records(cli):
    assert json.loads(cli("vintages", "score", "--json").out)["scores"]
    assert {one["year"] for one in json.loads(cli("vintages", "score", "--of", "die_yield", "--json").out)["pairs"]}
    assert "mean size of it" in cli("vintages", "score").out
    assert any(one["rule"] == "one_node_above_all" for one in json.loads(cli("vintages", "rules", "--json").out))
    assert "holds if" in cli("vintages", "rules").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["replay", "MS 2025-05-07"], ["MS 2025-05-06"]),
        (["replay", MAY, "--set", "die_yeld=0.5"], ["die_yield"]),
        (["compare", MAY, SEPTEMBER, "--of", "self_suficiency"], ["self_sufficiency"]),
        (["compare", MAY, SEPTEMBER, "--year", "2050"], ["2050"]),
        (["compare", MAY, "Bloomberg 2025-09"], ["states no"]),
        (["score", "--of", "price"], ["scored"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("vintages", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err
