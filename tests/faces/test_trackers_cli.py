"""The commands of trackers and of what stands above the foundry, as other programs and careless hands call them."""

import json

import pytest

HEAD = "series,kind,date,value,unit,as_of\n"


@pytest.fixture
def points(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(rows):
        (tmp_path / "points.csv").write_text(HEAD + rows, encoding="utf-8")
        return "points.csv"

    return write


def test_the_list_and_one_of_it_come_as_page_and_records(cli):
    found = {one["name"]: one for one in json.loads(cli("trackers", "list", "--json").out)}
    assert json.loads(cli("trackers", "show", "tokens-china", "--json").out) == found["tokens-china"]
    assert cli("trackers").out == cli("trackers", "list").out
    assert "It enters daily_tokens_tn" in cli("trackers", "show", "tokens-china").out
    assert cli("trackers", "show", "tokens-china", "--csv").out.startswith("date,middle,value,")


def test_points_of_a_file_are_shown_like_ours(cli, points):
    done = cli(
        "trackers", "import", points("tokens-china,,2026-06,200,tn token/day,2026-07-01\n"), "--source", "My notes"
    )
    assert (done.code, done.err) == (0, "")
    shown = json.loads(cli("trackers", "show", "tokens-china", "--facts", "my_facts", "--json").out)
    (mine,) = [point for point in shown["points"] if point["own"]]
    assert (mine["value"], mine["source"]) == (200, "my-notes#points.csv")


def test_a_second_file_adds_to_the_first(cli, points):
    cli("trackers", "import", points("my-rent,rental,2026-05,3,USD/h,2026-07-01\n"), "--source", "My notes")
    done = cli("trackers", "import", points("my-rent,rental,2026-06,4,USD/h,2026-07-01\n"), "--source", "My notes")
    assert done.code == 0, done.err
    shown = json.loads(cli("trackers", "show", "my-rent", "--facts", "my_facts", "--json").out)
    assert [point["value"] for point in shown["points"]] == [3, 4]


def test_a_bad_file_writes_nothing(cli, points, tmp_path):
    good = "my-rent,rental,2026-05,3,USD/h,2026-07-01\n"
    done = cli("trackers", "import", points(good + "my-rent,rental,May,3,USD/h,2026-07-01\n"), "--source", "My notes")
    assert done.code == 2
    assert "points.csv, line 3, column date" in done.err
    assert not (tmp_path / "my_facts").exists()


def test_the_page_above_the_foundry_and_its_records_agree(cli):
    found = json.loads(cli("upstream", "--capacity", "2026=13000", "--json").out)
    (one,) = found["bindings"]
    assert one["binding"] == "memory"
    page = cli("upstream", "--capacity", "2026=13000").out
    assert "Unknown, not free" in page
    assert "above its range" in page
    assert {one["forecast"] for one in json.loads(cli("upstream", "--json").out)["bindings"]} >= {"MS 2025-09-07"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trackers", "show", "tokens-chin"], ["tokens-china"]),
        (["trackers", "import", "none.csv"], ["none.csv", "cannot be read"]),
        (["upstream", "--capacity", "2026=many"], ["many", "number"]),
        (["upstream", "--capacity", "26=3"], ["26", "year"]),
        (["upstream", "--capacity", "2026=-3"], ["impossible"]),
        (["upstream", "--of", "gpu", "--capacity", "2026=3"], ["scope"]),
        (["upstream", "--vintage", "State plan 2026"], ["no capacity"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli(*arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err
