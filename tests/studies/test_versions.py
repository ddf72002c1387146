"""Two versions of facts: what differs is named, what moved is shared out, and a kept version is read back the same."""

import shutil
import zipfile

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.facts import LIBRARY
from siliconomics.studies.versions import compare, save, side


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def model(cache):
    return siliconomics.load()


@pytest.fixture(scope="module")
def later(model, tmp_path_factory):
    """A library in which one year of a sum and one price are others."""
    folder = tmp_path_factory.mktemp("later") / "library"
    shutil.copytree(LIBRARY, folder)
    for name, old, new in (
        ("companies/cambricon.toml", 'quantity = "last_summed_year"\nvalue = 2036',
         'quantity = "last_summed_year"\nvalue = 2037'),
        ("broker-2026-04-26/text.csv", "627,company=Cambricon,beta,,base,1.06", "627,company=Cambricon,beta,,base,1.16"),
    ):  # fmt: skip
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kept(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "v1.zip"
    assert save(model, [], path) == model.facts.version
    return path


def test_a_kept_version_is_the_same_file_for_the_same_facts(model, kept, tmp_path):
    save(model, [], tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == kept.read_bytes()


def test_a_kept_version_is_no_different_from_now(model, kept):
    found = compare(side(str(kept), model), side("base", model))
    assert found.differences == ()
    assert found.moved == ()
    assert found.still > 10


def test_facts_that_changed_are_named_and_the_move_is_shared_out(model, kept, later):
    found = compare(side(str(kept), model), side(str(later), model))
    changed = {one.name: one for one in found.differences}
    assert set(changed) == {"last_summed_year@Cambricon", "beta@Cambricon"}
    beta = changed["beta@Cambricon"]
    assert (beta.before, beta.after, beta.date_after) == (1.06, 1.16, "2026-04-24")
    assert "line 627" in beta.said_after
    (moved,) = found.moved
    assert moved.labels == {"company": "Cambricon"}
    assert moved.by_code == 0
    (one,) = found.bridges
    assert {step.name for step in one.steps} == set(changed)
    assert sum(step.shapley for step in one.steps) == pytest.approx(one.difference, rel=1e-9)
    assert sum(step.ordered for step in one.steps) == pytest.approx(moved.after - moved.before, rel=1e-9)


def test_a_folder_that_lies_on_ours_brings_what_it_adds(model, tmp_path):
    (tmp_path / "companies").mkdir()
    (tmp_path / "sources.toml").write_text('[mine]\ntitle = "My note"\nkind = "note"\n')
    (tmp_path / "own.toml").write_text(
        '[[observed]]\nquantity = "terminal_growth"\nvalue = 0.05\nlabels = { company = "MetaX" }\nknown = "assumed"\n'
        'source = "mine#page-1"\nas_of = 2026-11-01\n'
    )
    found = compare(side("base", model), side(str(tmp_path), model))
    assert [one.name for one in found.differences if one.kind == "fact"] == ["terminal_growth@MetaX"]
    assert [one.labels for one in found.moved] == [{"company": "MetaX"}]
    (one,) = found.bridges
    assert sum(step.shapley for step in one.steps) == pytest.approx(one.difference, rel=1e-9)


def test_scenarios_are_sides_too(model):
    found = compare(side("base", model), side("textbook", model), [("price_target", {"company": "MetaX"})])
    (one,) = found.bridges
    assert one.difference == found.moved[0].after - found.moved[0].before
    assert (one.before, one.after) == ("base", "textbook")


@pytest.mark.parametrize("spoil", ["cut", "missing", "changed", "outside"])
def test_a_spoilt_version_is_refused(model, kept, tmp_path, spoil, monkeypatch):
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path / "cache"))
    bad = tmp_path / "bad.zip"
    if spoil == "cut":
        bad.write_bytes(kept.read_bytes()[:1000])
    else:
        with zipfile.ZipFile(kept) as old, zipfile.ZipFile(bad, "w") as archive:
            for name in old.namelist():
                content = old.read(name)
                if spoil == "missing" and name == "manifest.json":
                    continue
                if spoil == "changed" and name.endswith("cambricon.toml"):
                    content += b"\n"
                archive.writestr(name, content)
            if spoil == "outside":
                archive.writestr("../../outside.toml", b"x = 1\n")
    with pytest.raises(BadRequest):
        side(str(bad), model)
    assert not (tmp_path / "outside.toml").exists()
