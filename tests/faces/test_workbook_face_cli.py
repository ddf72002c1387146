"""`workbook` and `import` as a user types them."""

import json

import openpyxl
import pytest


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return tmp_path_factory.mktemp("book") / "cambricon.xlsx"


def test_a_yield_changed_in_the_workbook_comes_back_as_a_scenario_and_moves_the_target(cli, written, tmp_path):
    said = cli("workbook", written, "--company", "cambricon", "--json")
    assert said.code == 0
    told = json.loads(said.out)
    assert told["scenario"] == "margin-from-chip-costs"
    assert told["companies"] == ["Cambricon"]
    assert told["formulas"] > 1_000

    book = openpyxl.load_workbook(written)
    about = {
        (row[2], row[3]): (row[0], row[1]) for row in book["Inputs as written"].iter_rows(min_row=3, values_only=True)
    }
    sheet, cell = about["stated_die_yield", '{"chip": "MLU 690"}']
    book[sheet][cell] = 0.4
    book.save(tmp_path / "edited.xlsx")

    out = tmp_path / "mine.toml"
    said = cli("import", tmp_path / "edited.xlsx", "--out", out, "--why", "a better process")
    assert said.code == 0
    assert "stated_die_yield[MLU 690]  25.0% -> 40.0%" in said.out
    before = json.loads(
        cli("show", "price_target", "-w", "company=Cambricon", "-s", "margin-from-chip-costs", "--json").out
    )
    after = json.loads(cli("show", "price_target", "-w", "company=Cambricon", "-s", out, "--json").out)
    assert after[0]["value"] > before[0]["value"]
    listed = json.loads(cli("import", tmp_path / "edited.xlsx", "--json").out)
    assert [one["after"] for one in listed["changes"]] == [0.4]
    assert listed["based_on"] == ["margin-from-chip-costs"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["workbook", "out.xlsx", "--company", "Huawei"], "Huawei has no company model"),
        (["workbook", "out.csv"], ".xlsx"),
        (["workbook", "out.xlsx", "--all", "--chips"], "--all"),
        (["workbook", "out.xlsx", "--language", "fr"], "zh"),
        (["workbook", "nowhere/out.xlsx", "--chips"], "no such folder"),
        (["workbook", "out.xlsx", "--scenario", "nosuch"], "nosuch"),
        (["import", "missing.xlsx"], "missing.xlsx"),
        (["import", "model.ods"], "is taken back"),
    ],
)
def test_a_bad_request_is_told_and_leaves_nothing(cli, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    said = cli(*arguments)
    assert said.code == 2
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_unchanged_workbook_makes_no_scenario(cli, written, tmp_path):
    cli("workbook", written, "--company", "cambricon")
    said = cli("import", written, "--out", tmp_path / "mine.toml")
    assert said.code == 2
    assert "no input was changed" in said.err
    assert not (tmp_path / "mine.toml").exists()
