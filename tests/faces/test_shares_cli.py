"""The commands of shares, leading indicators and causes, and their guide, as other programs and careless hands call them."""

import json
import re
import shlex
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # models built anew, several a test

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "cases-and-shares.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    siliconomics (.+)$", GUIDE, re.MULTILINE)
FILES = re.findall(r"^```(?:toml|csv)\n# (\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_guide_run_in_their_order(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [name for name, _ in FILES] == ["my_facts/plans.toml", "my_facts/sources.toml", "balances.csv"]
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for command in COMMANDS:
        done = cli(*shlex.split(command))
        assert done.code == 0, (command, done.err)


def test_the_value_on_a_count_is_the_one_that_show_gives(cli):
    (found,) = json.loads(cli("shares", "--company", "cambricon", "--json").out)
    counts = {one["basis"]: one for one in found["counts"]}
    where = ("--where", "company=Cambricon", "--where", "share_basis=outstanding")
    shown = json.loads(cli("show", "value_per_share_on_count", *where, "--json").out)[0]["value"]
    assert counts["outstanding"]["value"] == shown
    out = cli("shares", "--company", "Cambricon").out
    assert "1,599" in out
    assert "listing 2020" in out
    assert "treasury-stock method: unknown" in out


def test_lock_ups_ahead_of_the_price_are_on_the_page_of_risk_and_reward(cli):
    (page,) = json.loads(cli("risk-reward", "--company", "Iluvatar", "--json").out)
    assert [one["date"] for one in page["locked_shares"]] == ["2026-07-08", "2027-01-08"]
    assert page["closes"] == []
    assert "18 cornerstone investors may be sold: 10.9 mn" in cli("risk-reward", "--company", "Iluvatar").out


def test_every_close_of_a_history_is_data_on_the_page(cli, tmp_path):
    file = tmp_path / "closes.csv"
    file.write_text("date,close\n2026-04-21,400\n2026-04-22,420\n", encoding="utf-8")
    (page,) = json.loads(cli("risk-reward", "--company", "Iluvatar", "--prices", file, "--json").out)
    assert [(one["date"], one["close"]) for one in page["closes"]] == [("2026-04-21", 400), ("2026-04-22", 420)]
    assert page["closes"][0]["price_since"] == pytest.approx(457 / 400 - 1)


def test_indicators_have_the_same_figures_for_people_and_programs(cli):
    (found,) = json.loads(cli("indicators", "--company", "9903.HK", "--json").out)
    stock = next(one for one in found["indicators"] if one["quantity"] == "inventories")
    assert stock["values"]["2026"] == 1631.1
    out = cli("indicators", "--company", "9903.HK").out
    row = next(line for line in out.splitlines() if line.startswith("  inventories"))
    assert row.split() == ["inventories", "709.8", "1,631", "3,200", "3,841"]
    assert "given by nobody: prepayments, purchase commitments, contract liabilities" in out


def test_causes_have_a_row_for_each_company_and_overlay(cli):
    records = json.loads(cli("cases", "--causes", "--json").out)
    assert len({(one["company"], one["cause"]) for one in records}) == len(records) == 15
    for one in records:
        assert one["change"] is None or one["change"] == pytest.approx(one["value"] / one["before"] - 1)
    out = cli("cases", "--causes", "--company", "MetaX").out
    assert "after 2028" in out
    assert "a loss in 2028 is grown after it" in out


def test_a_case_is_split_by_cause_below_its_table(cli):
    out = cli("cases", "--company", "Iluvatar").out
    assert "bear: revenue 2028 from 11,379 (base) to 6,028: foreign chips" in out
    assert "price alone would have to fall by 10.4%" in out
    assert "price of all products alone gives" in out


@pytest.mark.parametrize("command", ["shares", "indicators", "cases --causes"])
@pytest.mark.parametrize(("company", "word"), [("Metx", "MetaX"), ("Huawei", "Huawei")])
def test_a_wrong_company_is_a_message_and_exit_code_2(cli, command, company, word):
    done = cli(*shlex.split(command), "--company", company)
    assert done.code == 2
    assert done.out == ""
    assert word in done.err
