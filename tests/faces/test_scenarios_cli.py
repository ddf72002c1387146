"""Commands of scenarios, of versions and of several inputs at once: records for programs, tables for people."""

import json

import pytest

METAX = ("-w", "company=MetaX")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def records(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def written(cli, name="mine", *more):
    arguments = ("--set", "terminal_growth@MetaX=4%", "--why", "Slower.", "--author", "A. Nalyst", *more)
    return cli("scenario", "new", name, *arguments)


def test_a_scenario_is_written_listed_shown_and_asked_under(cli, folder):
    result = written(cli)
    assert result.code == 0, result.err
    assert (folder / "scenarios" / "mine.toml").exists()
    (one,) = records(cli("scenario", "list", "--own", "--json"))
    assert (one["name"], one["author"], one["why"], one["values"], one["own"]) == (
        "mine",
        "A. Nalyst",
        "Slower.",
        1,
        True,
    )
    assert one["date"]
    shown = records(cli("scenario", "show", "mine", "--json"))
    assert shown["set"] == [
        {"quantity": "terminal_growth", "where": {"company": "MetaX"}, "value": 0.04, "why": "Slower."}
    ]
    (under,) = records(cli("show", "price_target", *METAX, "-s", "mine", "--json"))
    (held,) = records(cli("show", "price_target", *METAX, "--set", "terminal_growth@MetaX=0.04", "--json"))
    assert under["value"] == held["value"]


def test_what_show_prints_is_a_file_that_can_be_used(cli, folder):
    text = cli("scenario", "show", "textbook").out
    (folder / "copy.toml").write_text(text, encoding="utf-8")
    (one,) = records(cli("show", "price_target", *METAX, "-s", "copy.toml", "--json"))
    (other,) = records(cli("show", "price_target", *METAX, "-s", "textbook", "--json"))
    assert one["value"] == other["value"]


def test_ours_are_listed_with_who_when_and_why(cli):
    found = records(cli("scenario", "list", "--json"))
    assert {"base", "textbook"} <= {one["name"] for one in found}
    assert all(one["author"] and one["date"] and one["why"] for one in found)
    assert "siliconomics" in cli("scenario", "list").out


def test_a_name_is_taken_once(cli):
    assert written(cli).code == 0
    again = written(cli)
    assert again.code == 2
    assert "--replace" in again.err
    assert written(cli, "mine", "--replace").code == 0


def test_a_diff_has_both_values_unit_and_date(cli):
    written(cli)
    found = records(cli("scenario", "diff", "base", "mine", "--json"))
    (one,) = found["differences"]
    assert (one["quantity"], one["before"], one["after"], one["unit"]) == ("terminal_growth", 0.06, 0.04, "1")
    assert found["to"]["author"] == "A. Nalyst"
    told = cli("scenario", "diff", "base", "mine").out
    assert "6.0%" in told
    assert "4.0%" in told
    assert "nothing differs" in cli("scenario", "diff", "mine", "mine").out


def test_a_bridge_adds_up_and_tells_its_order(cli):
    found = records(
        cli("scenario", "bridge", "price_target", *METAX, "--from", "base", "--to", "textbook+fade", "--json")
    )
    assert found["exact"]
    assert found["difference"] == found["value_to"] - found["value_from"]
    for column in ("ordered", "shapley"):
        assert sum(step[column] for step in found["steps"]) == pytest.approx(found["difference"], rel=1e-9)
    told = cli("scenario", "bridge", "price_target@MetaX", "--to", "textbook").out
    assert "Shapley" in told
    assert "together" in told


def test_a_version_is_kept_and_compared(cli):
    kept = records(cli("facts", "save", "v1.zip", "--json"))
    found = records(cli("compare", "v1.zip", "textbook", "--answer", "price_target@MetaX", "--json"))
    assert found["before"]["facts_version"] == kept["facts_version"] == found["after"]["facts_version"]
    (moved,) = found["moved"]
    (bridge,) = found["bridges"]
    assert bridge["difference"] == pytest.approx(moved["after"] - moved["before"])
    told = cli("compare", "v1.zip", "base").out
    assert "no fact and no rule differs" in told


def test_reverse_of_one_input_keeps_its_record(cli):
    found = records(
        cli("reverse", "price_target=1352.5", "--by", "terminal_growth", "-w", "company=Cambricon", "--json")
    )
    assert list(found) == ["input", "labels", "value", "achieved", "target", "feasible", "note"]
    same = records(cli("reverse", "price_target@Cambricon=1352.5", "--by", "terminal_growth@Cambricon", "--json"))
    assert same == found


def test_reverse_of_several_inputs_and_targets(cli):
    arguments = ("price_target@Cambricon=1300", "price_target@MetaX=700", "--by", "terminal_growth@Cambricon",
                 "--by", "terminal_growth@MetaX")  # fmt: skip
    found = records(cli("reverse", *arguments, "--json"))
    assert found["feasible"]
    assert [one["achieved"] for one in found["targets"]] == pytest.approx([1300, 700])
    assert [one["labels"]["company"] for one in found["inputs"]] == ["Cambricon", "MetaX"]
    assert "reached" in cli("reverse", *arguments).out


def test_reverse_without_an_input_is_the_table_of_what_must_be_true(cli):
    found = records(cli("reverse", "price_target=2000", "-w", "company=Cambricon", "--top", "4", "--json"))
    assert len(found["facts"]) == 4
    assert {"value", "achieved", "feasible", "low", "high", "place_in_range", "inside_range"} <= set(found["facts"][0])
    assert "must be true" in cli("reverse", "price_target=2000", "-w", "company=Cambricon", "--table").out
