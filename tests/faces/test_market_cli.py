"""`siliconomics market demand`: the same figures in the table and as records, and what is refused."""

import json
import re
import shlex
from pathlib import Path

import pytest

from siliconomics.model import load

pytestmark = pytest.mark.slow  # models built anew, several a test

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "market-demand.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    siliconomics (.+)$", GUIDE, re.MULTILINE)


def test_it_prints_both_routes_and_the_endpoints(cli):
    told = cli("market", "demand").out
    for word in ("From spending to AI chips", "From tokens to AI chips", "Whether it pays", "67.0", "contradicted"):
        assert word in told


def test_the_records_are_the_models_own_figures(cli):
    told = json.loads(cli("market", "demand", "--view", "spending", "--json").out)
    path = next(one for one in told["views"]["spending"] if one["quantity"] == "capex_route_tam_usd_bn")
    model = load()
    for one in path["years"]:
        (record,) = model.solve("capex_route_tam_usd_bn", year=one["year"])
        assert one["value"] == pytest.approx(record.value)
        assert one["low"] < one["value"] < one["high"]
    assert {one["line"] for one in told["endpoints"]} >= {3295, 3298, 3203, 3207, 3213}


def test_a_scenario_and_a_what_if_reach_it(cli):
    scenario = json.loads(cli("market", "demand", "--view", "spending", "--json", "-s", "announced-capex").out)
    assert scenario["scenario"] == "announced-capex"
    ends = {one["what"]: one for one in scenario["endpoints"]}
    assert ends["market for AI chips, 2030"]["ours"] > 90
    held = json.loads(
        cli("market", "demand", "--view", "spending", "--json", "--set", "server_share_of_capex=0.45").out
    )
    ends = {one["what"]: one for one in held["endpoints"]}
    assert ends["market for AI chips, 2030"]["ours"] == pytest.approx(33.5)


def test_buyers_stand_one_by_one(cli):
    told = cli("market", "demand", "--view", "buyers").out
    for word in ("ByteDance", "telecom", "government and state-owned", "counted of announced"):
        assert word in told


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--view", "moneyy"), "Did you mean 'money'"),
        (("--set", "csp_overseas_share@2026=1.3"), "impossible"),
        (("--scenario", "no-such"), "no scenario"),
    ],
)
def test_bad_input_is_refused_in_one_line(cli, arguments, word):
    refused = cli("market", "demand", *arguments)
    assert refused.code == 2
    assert word in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_guide_run(cli, command):
    assert cli(*shlex.split(command)).code == 0
