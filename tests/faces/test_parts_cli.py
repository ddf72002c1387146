"""The command of the sum of the parts as other programs and careless hands call it."""

import json
import re
import shlex
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # models built anew, several a test

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "sum-of-the-parts.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    siliconomics (.+)$", GUIDE, re.MULTILINE)
CARDS = re.findall(r"```toml\n(.+?)```", GUIDE, re.DOTALL)


def test_records_have_bridge_and_grids(cli):
    done = cli("parts", "--json")
    assert done.code == 0
    records = {one["company"]: one for one in json.loads(done.out)}
    assert set(records) == {"Alibaba", "Baidu"}
    for record in records.values():
        assert sum(part["value_per_share"] for part in record["parts"]) == pytest.approx(record["total"])
        assert [len(grid["points"]) for grid in record["grids"]] == [25, 25, 25]
        assert all(point["printed"] and point["line"] for grid in record["grids"] for point in grid["points"])


def test_the_command_and_show_give_the_same_figure(cli):
    (record,) = json.loads(cli("parts", "--company", "BABA", "--json").out)
    shown = json.loads(cli("show", "sum_of_parts_value_per_share", "--where", "company=Alibaba", "--json").out)
    assert shown[0]["value"] == record["total"]
    part = next(one for one in record["parts"] if one["part"] == "T-Head")
    shown = json.loads(cli("show", "part_value_per_share", "--where", "part=t-head", "--json").out)
    assert shown[0]["value"] == part["value_per_share"]


def test_the_table_has_the_printed_figure_beside_ours(cli):
    done = cli("parts", "--company", "Baidu")
    assert done.code == 0
    rows = {line.split("  ")[0]: line.split() for line in done.out.splitlines()}
    assert rows["Kunlunxin"][-2:] == ["47.20", "47"]
    assert rows["all parts"][-2:] == ["225.20", "225"]
    assert "47.20 (47.2)" in done.out
    assert "Exhibit 51" in done.out


def test_a_what_if_moves_the_part_and_the_whole_but_not_what_is_printed(cli):
    asked = ("parts", "--company", "Alibaba", "--json")
    (before,) = json.loads(cli(*asked).out)
    for held in ("part_revenue@T-Head=24000", "part_sales_multiple@T-Head=21"):
        (after,) = json.loads(cli(*asked, "--set", held).out)
        assert after["total"] > before["total"]
        assert after["printed"] == before["printed"]
        moved = [one["part"] for one, was in zip(after["parts"], before["parts"], strict=True)
                 if one["value_per_share"] != was["value_per_share"]]  # fmt: skip
        assert moved == ["T-Head"]


def test_why_ends_in_lines_of_the_source(cli):
    done = cli("why", "part_value_per_share", "--where", "part=Kunlunxin")
    assert done.code == 0
    assert "59.4505" in done.out or "0.5945" in done.out or "59.45%" in done.out
    assert "exhibit-50" in done.out


def test_a_new_card_of_a_part_can_be_used_at_once(cli, tmp_path):
    assert cli("facts", "new", "part", "Alibaba robots", "--out", tmp_path).code == 0
    assert cli("facts", "check", tmp_path).code == 0
    done = cli("parts", "--company", "Alibaba", "--facts", tmp_path, "--json")
    (record,) = json.loads(done.out)
    assert {one["part"]: one["value_per_share"] for one in record["parts"]}["Alibaba robots"] == pytest.approx(
        20_000 * 18 / 6.95 * 0.7 / 2375.4
    )
    (before,) = json.loads(cli("parts", "--company", "Alibaba", "--json").out)
    assert len(record["parts"]) == len(before["parts"]) + 1
    assert record["total"] > before["total"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_guide_run(cli, command):
    assert cli(*shlex.split(command)).code == 0


def test_the_figures_of_the_guide_go_onto_a_card(cli, tmp_path):
    assert len(CARDS) == 2
    cli("facts", "new", "part", "My part", "--out", tmp_path)
    (card,) = (tmp_path / "parts").glob("*.toml")
    card.write_text(card.read_text(encoding="utf-8") + CARDS[1], encoding="utf-8")
    shown = cli("show", "part_revenue_at_point", "--where", "part=My part", "--where", "revenue_point=low",
                "--facts", tmp_path, "--json")  # fmt: skip
    assert json.loads(shown.out)[0]["value"] == 15000


@pytest.mark.parametrize("grid", ["value", "parent", "share"])
def test_each_grid_can_be_shown(cli, grid):
    done = cli("parts", "--company", "Baidu", "--grid", grid)
    assert done.code == 0
    assert done.out.count("Exhibit") == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--company", "Alibabba"), "'Alibaba'"),
        (("--company", "Iluvatar"), "Alibaba, Baidu"),
        (("--company", "KLX"), "part of Baidu"),
        (("--grid", "shares"), "'share'"),
        (("--set", "part_stake@Kunlunxin=60"), "part_stake"),
        (("--set", "part_revenue@T-Head=-1"), "part_revenue"),
        (("--set", "part_revenue@T-Hedd=1"), "'T-Head'"),
        (("--set", "part_sales_multiple@T-Head=many"), "not a number"),
        (("--scenario", "parts-by-pear"), "parts-by-peer"),
    ],
)
def test_a_bad_request_is_refused_by_name(cli, asked, said):
    done = cli("parts", *asked)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("company", ["Alibaba", "Baidu"])
@pytest.mark.parametrize("command", ["show", "why"])
def test_an_unknown_target_points_to_the_value_by_parts(cli, command, company):
    told = " ".join(cli(command, "price_target", "--where", f"company={company}").out.split())
    value = json.loads(cli("show", "sum_of_parts_value_per_share", "--where", f"company={company}", "--json").out)
    assert f"sum_of_parts_value_per_share = {value[0]['value']:.1f} USD/share; see `siliconomics parts`" in told


def test_a_known_target_points_nowhere_and_a_maker_without_parts_points_to_its_target(cli):
    assert "another way" not in cli("show", "price_target", "--where", "company=MetaX").out
    told = " ".join(cli("show", "sum_of_parts_value_per_share", "--where", "company=MetaX").out.split())
    assert "see `siliconomics why price_target -w company=MetaX`" in told
