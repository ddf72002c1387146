"""The command of cases and the guide to drivers, as other programs and careless hands call them."""

import json
import re
import shlex
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "change-a-driver.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    siliconomics (.+)$", GUIDE, re.MULTILINE)
TARGETS = re.findall(r"^\| `(--scenario .+)` \| ([\d,]+) \|$", GUIDE, re.MULTILINE)


def target(cli, *options):
    done = cli("show", "price_target", "--where", "company=Cambricon", *options, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)[0]["value"]


def test_records_have_every_case(cli):
    done = cli("cases", "--json")
    assert done.code == 0
    records = json.loads(done.out)
    assert len({(one["company"], one["case"]) for one in records}) == 9
    for one in records:
        assert one["gap"] == pytest.approx(one["value"] / one["published"] - 1)
        assert len(one["needed"]) == (0 if one["case"] == "base" else 4)


def test_the_command_and_show_give_the_same_figure(cli):
    records = json.loads(cli("cases", "--company", "cambricon", "--json").out)
    for one in records:
        assert target(cli, "--scenario", f"case-{one['case']}") == one["value"]


def test_the_table_has_the_published_value_below_ours(cli):
    done = cli("cases", "--company", "9903.HK")
    assert done.code == 0
    rows = {line[:30].strip(): line[30:].split() for line in done.out.splitlines()}
    assert rows["published"] == ["1,100.0", "600.0", "300.0"]
    assert "stated first profit 2028 (line 1202), the drivers give 2027" in done.out
    assert "against the case's own gross margin 2026 <45%" in done.out


def test_a_multiple_of_a_value_below_nothing_is_not_meaningful(cli):
    done = cli("cases", "--company", "MetaX")
    assert done.out.count("n/m") == 2
    assert "the method has no meaning" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_guide_run(cli, command):
    assert cli(*shlex.split(command)).code == 0


@pytest.mark.parametrize(("options", "printed"), TARGETS)
def test_the_targets_of_the_guide_are_those_of_the_model(cli, options, printed):
    assert f"{target(cli, *shlex.split(options)):,.0f}" == printed


def test_the_guide_shows_targets():
    assert len(TARGETS) == 4


def test_the_trap_of_the_guide_is_there(cli):
    held = ("--set", "planned_gross_margin@Cambricon,2027=40%")
    idle = ("--set", "deposit_rate@Cambricon=0")
    assert target(cli, "-s", "from-drivers", *idle, *held) > target(cli, "-s", "from-drivers", *idle)
    lost = target(cli, "-s", "from-drivers") - target(cli, "-s", "from-drivers", *held)
    assert 0 < lost < 2.5  # of the 5.5 yuan a share that are not earned
    assert target(cli, "-s", "from-drivers", "-s", "fade", *held) < target(cli, "-s", "from-drivers", "-s", "fade")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--company", "Cambrikon"), "'Cambricon'"),
        (("--company", "Huawei"), "planned_units"),
        (("--set", "price_cut@MLU 591=0.2"), "MLU 590"),
        (("--set", "price_cut@MLU 590,2027=1.2"), "price_cut"),
        (("--set", "planned_units@Cambricon=-1"), "planned_units"),
        (("--set", "case_revenue_cagr@Cambricon=-2"), "case_revenue_cagr"),
        (("--set", "variable_share_of_operating_expense=2"), "lies in [0, 1]"),
        (("--scenario", "case-bul"), "case-bull"),
    ],
)
def test_a_bad_request_is_refused_by_name(cli, asked, said):
    done = cli("cases", *asked)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
