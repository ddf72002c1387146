"""Scenarios as files: what the model refuses is never written, and what stood there stays whole whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model import Overlay, overlay
from siliconomics.model.overlay import Change
from siliconomics.studies.scenarios import listed, new, text_of

QUICK = settings(max_examples=50, deadline=None)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def model(cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(cache))
        return siliconomics.load()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SILICONOMICS_SCENARIOS", str(tmp_path / "mine"))
    return tmp_path / "mine"


def growth(value=0.04):
    return [Change("terminal_growth", value, {"company": "MetaX"})]


def test_every_scenario_of_ours_says_who_when_and_why():
    for one in listed():
        if not one.own:
            assert one.overlay.author == "siliconomics", one.overlay.name
            assert one.overlay.date, one.overlay.name
            assert one.overlay.why.endswith("."), one.overlay.name
            assert one.overlay.why != one.overlay.meaning, one.overlay.name


def test_a_new_scenario_is_found_by_its_name_and_answers_as_the_same_what_if(model, folder):
    path = new(model, "patient", growth(), why="Slower for ever.", author="A. Nalyst", date="2026-11-01")
    assert path == folder / "patient.toml"
    assert overlay.own_names() == ["patient"]
    one = overlay.find("patient")
    assert (one.author, one.date, one.why, one.meaning) == (
        "A. Nalyst",
        "2026-11-01",
        "Slower for ever.",
        "Slower for ever.",
    )
    told = model.solve("price_target", company="MetaX", under="patient").value
    assert told == model.solve("price_target", company="MetaX", changes=growth()).value


def test_a_new_scenario_lies_on_others_and_chooses_rules(model, folder):
    new(model, "below", growth(), why="x")
    new(model.under("below"), "above", [], rules={"continuing_value": "fade"}, on=["below"], why="y")
    assert [one.name for one in overlay.stack(["above"])] == ["below", "above"]
    above = model.solve("price_target", company="MetaX", under="above").value
    assert above == model.solve("price_target", company="MetaX", under=["fade", "below"], changes=[]).value or above > 0


def test_a_scenario_finds_what_it_lies_on_beside_itself(tmp_path):
    (tmp_path / "low.toml").write_text('meaning = "low"\n')
    (tmp_path / "high.toml").write_text('based_on = ["low"]\n')
    assert [one.name for one in overlay.stack([str(tmp_path / "high.toml")])] == ["low", "high"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("terminal_growht", 0.04), "'terminal_growth'"),
        (Change("terminal_growth", 0.04, {"company": "Metaxx"}), "MetaX"),
        (Change("terminal_growth", 0.04, {"chip": "910C"}), "no dimension"),
        (Change("payout_ratio", 1.5), "is impossible"),
        (Change("terminal_year", 2037.5), "not a whole number"),
    ],
)
def test_what_the_model_refuses_is_not_written(model, folder, change, words):
    with pytest.raises(BadRequest, match=words):
        new(model, "mine", [*growth(), change], why="x")
    assert not folder.exists()


def test_an_older_scenario_gives_way_only_when_told(model, folder):
    path = new(model, "mine", growth(), why="first")
    first = path.read_text()
    with pytest.raises(BadRequest, match="--replace"):
        new(model, "mine", growth(0.05), why="second")
    assert path.read_text() == first
    new(model, "mine", growth(0.05), why="second", instead=True)
    assert overlay.find("mine").changes[0].value == 0.05


def test_a_full_disk_leaves_the_scenario_before_it_whole(model, folder, monkeypatch):
    path = new(model, "mine", growth(), why="first")
    before = path.read_text()
    real = Path.write_text

    def full(self, text, **how):
        real(self, text[: len(text) // 2], **how)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(BadRequest, match="No space left on device"):
        new(model, "mine", growth(0.05), why="second", instead=True)
    assert path.read_text() == before
    assert [one.name for one in folder.iterdir()] == ["mine.toml"]


KILLED = """
import sys, time
from pathlib import Path
import siliconomics
from siliconomics.model.overlay import Change
from siliconomics.studies.scenarios import new
real = Path.write_text
def halted(self, text, **how):
    real(self, text[: len(text) // 2], **how)
    print("half", flush=True)
    time.sleep(600)
Path.write_text = halted
new(siliconomics.load(), "mine", [Change("terminal_growth", 0.05, {"company": "MetaX"})], why="second", instead=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no such signal")
def test_a_process_killed_in_mid_save_leaves_the_scenario_before_it_whole(model, folder, cache):
    path = new(model, "mine", growth(), why="first")
    before = path.read_text()
    environment = {**os.environ, "SILICONOMICS_CACHE": str(cache), "SILICONOMICS_SCENARIOS": str(folder)}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
    assert path.read_text() == before
    assert overlay.own_names() == ["mine"]
    new(model, "mine", growth(0.05), why="third", instead=True)
    assert overlay.find("mine").why == "third"


def test_one_unreadable_scenario_does_not_hide_the_others(model, folder):
    new(model, "mine", growth(), why="x")
    (folder / "broken.toml").write_text("name = ")
    own = {one.overlay.name: one.problem for one in listed() if one.own}
    assert own["mine"] == ""
    assert "cannot be read" in own["broken"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date = 5", "not a day"),
        ('date = "2026-13-01"', "not a day"),
        ("date = 2026-11-25T10:00:00", "not a day"),
        ("author = 5", "not a text"),
        ("why = 5", "not a text"),
        ('whi = "x"', "'why'"),
    ],
)
def test_a_misshapen_who_when_or_why_is_refused(tmp_path, text, words):
    path = tmp_path / "one.toml"
    path.write_text(text)
    with pytest.raises(BadRequest, match=words):
        overlay.read(path)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@QUICK
@given(texts, texts, st.floats(allow_nan=False, allow_infinity=False), st.lists(texts, max_size=2), texts)
def test_what_is_written_is_read_back_the_same(tmp_path_factory, name, why, value, based_on, label):
    wanted = Overlay(
        name, why, tuple(based_on), {"role": why}, (Change("beta", value, {"company": label, "year": 2027}, why),),
        (2022, 2038), "", name, "2026-11-25", why,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("scenarios") / "one.toml"
    path.write_bytes(text_of(wanted).encode())
    found = overlay.read(path)
    for key in ("name", "meaning", "based_on", "players", "changes", "horizon", "author", "date", "why"):
        assert getattr(found, key) == getattr(wanted, key), key


def test_scenarios_may_lie_in_a_folder_of_facts(tmp_path):
    from siliconomics.facts.table import files_of

    (tmp_path / "scenarios").mkdir()
    (tmp_path / "chips").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text('name = "mine"\n')
    (tmp_path / "chips" / "one.toml").write_text('name = "one"\n')
    assert [path.name for path in files_of(tmp_path)] == ["one.toml"]
