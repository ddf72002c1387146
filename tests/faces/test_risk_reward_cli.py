"""The command of risk and reward, and the commands of the guide."""

import json
import re
import shlex
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # models built anew, several a test

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "multiples-and-risk-reward.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ +siliconomics (.+)$", GUIDE, re.MULTILINE)
TABLES = re.findall(r"as\s`(\w+\.csv)`.*?```csv\n(.+?)```", GUIDE, re.DOTALL)


def test_records_are_pages(cli):
    found = json.loads(cli("risk-reward", "--json").out)
    assert [one["company"] for one in found] == ["Cambricon", "MetaX", "Iluvatar"]
    for one in found:
        assert [case["case"] for case in one["cases"]] == ["bull", "base", "bear"]
        assert one["catalysts"]
        assert one["thesis"]
        assert one["risks"]["up"]
        assert one["risks"]["down"]


def test_the_page_and_show_give_the_same_target(cli):
    (one,) = json.loads(cli("risk-reward", "--company", "9903.HK", "--json").out)
    shown = json.loads(cli("show", "price_target", "-w", "company=Iluvatar", "--json").out)
    assert one["target"] == shown[0]["value"]


def test_the_page_prints_cases_catalysts_and_what_is_unknown(cli):
    out = cli("risk-reward", "--company", "Cambricon").out
    assert "+121.81%" in out
    assert "2026-Q4" in out
    assert "unknown of ours" not in out  # drivers value every case
    assert "history of close unknown" in out


def test_a_what_if_moves_the_target_but_not_what_is_published(cli):
    asked = ("risk-reward", "--company", "MetaX", "--json")
    (before,) = json.loads(cli(*asked).out)
    (after,) = json.loads(cli(*asked, "--set", "terminal_growth@MetaX=0.05").out)
    assert after["target"] < before["target"]
    assert [case["published"] for case in after["cases"]] == [case["published"] for case in before["cases"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "Metx"], ["MetaX"]),
        (["--company", "NVIDIA"], ["no target"]),
        (["--prices", "x.csv"], ["needs a company"]),
        (["--company", "MetaX", "--weight", "bull=0.5"], ["miss one by -0.5"]),
        (["--company", "MetaX", "--weight", "bull"], ["--weight", "name=value"]),
        (["--company", "Metx", "--prices", "x.csv"], ["MetaX"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("risk-reward", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_guide_run(cli, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(TABLES) == 3
    for name, text in TABLES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = cli(*shlex.split(command))
    assert done.code == 0, done.err
