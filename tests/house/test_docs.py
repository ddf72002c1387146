"""The pages in docs/ say what the model says, and their links and examples hold."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from siliconomics.model import load

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"


def builder():
    """docs/build.py as a module; it stands outside the package."""
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = builder()


# -- what is generated --------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["quantities.md", "formulas.md", "sources.md"])
def test_the_reference_is_what_would_be_written_now(page):
    path = DOCS / "reference" / page
    same = path.read_text(encoding="utf-8") == build.reference()[path]
    assert same, f"docs/reference/{page} is out of date; `make docs` writes it anew"


@pytest.fixture(scope="module")
def reports():
    return build.reports()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["validation.md", "claims.md", "pictures/validation.svg"])
def test_validation_and_claims_are_what_would_be_written_now(page, reports):
    path = DOCS / page
    same = path.read_text(encoding="utf-8") == reports[path]
    assert same, f"docs/{page} is out of date; `make docs` writes it anew"


def test_the_picture_reaches_for_nothing_outside_itself():
    picture = (DOCS / "pictures" / "validation.svg").read_text(encoding="utf-8")
    assert re.findall(r"(?:href|src|url)\s*=|https?://(?!www\.w3\.org/2000/svg)|<script|<image", picture) == []


@pytest.mark.slow
def test_the_validation_page_judges_its_aims_and_says_that_it_flatters(reports):
    page = reports[DOCS / "validation.md"]
    assert "| DeepSeek at most 0.35 |" in page
    assert "somewhat flattering" in page


def test_every_formula_and_every_input_is_in_the_reference():
    model = load(checked=False)
    pages = build.reference()
    formulas = build.anchors(pages[DOCS / "reference" / "formulas.md"])
    quantities = build.anchors(pages[DOCS / "reference" / "quantities.md"])
    assert {formula.name for formula in model.formulas} <= formulas
    assert model.facts.declarations.keys() <= quantities


# -- links --------------------------------------------------------------------------------------


def test_every_relative_link_leads_somewhere():
    assert build.broken_links() == []


def test_a_link_that_leads_nowhere_is_found():
    page = DOCS / "crooked.md"
    text = """# One place

[good](tutorial.md), [good](#one-place), [good](https://example.org/no#where), [good](guides/)
[`lost`](nowhere.md), [lost](#another-place), [lost](tutorial.md#no-such-step)

```text
[not a link](nowhere-either.md)
```
"""
    broken = [line.split(": ")[1].split()[0] for line in build.broken_links({page: text})]
    assert broken == ["nowhere.md", "#another-place", "tutorial.md#no-such-step"]


def test_headings_are_places_as_web_pages_name_them():
    text = "# A first hour\n## 1. Install and run\n### `die_yield`\n## Notes\n## Notes\n"
    assert build.anchors(text) == {"a-first-hour", "1-install-and-run", "die_yield", "notes", "notes-1"}


# -- output of commands -------------------------------------------------------------------------

PAGE = """Before.

<!-- output: siliconomics one -->

Between.

<!-- output: siliconomics two -->
```text
$ siliconomics two
what it printed last time
```
<!-- end -->

After.
"""


def test_outputs_stand_between_their_marks_and_the_rest_stays():
    page = build.filled(PAGE, lambda command: f"output of {command}")
    assert page.count("<!-- end -->") == 2
    assert "```text\n$ siliconomics one\noutput of siliconomics one\n```\n<!-- end -->\n\nBetween." in page
    assert "output of siliconomics two\n```\n<!-- end -->\n\nAfter.\n" in page
    assert "last time" not in page
    assert page.startswith("Before.\n\n<!-- output: siliconomics one -->\n")


def test_filling_a_page_twice_changes_nothing_more():
    once = build.filled(PAGE, lambda command: f"output of {command}")
    assert build.filled(once, lambda command: f"output of {command}") == once


def test_a_command_that_fails_leaves_its_block_as_it_was():
    assert build.filled(PAGE, lambda command: None) == PAGE


def test_pages_show_few_commands_and_only_ours():
    """Building the pages stays quick; nothing here runs them."""
    commands = [
        command
        for page in DOCS.rglob("*.md")
        for command in re.findall(r"^<!-- output: (.+?) -->$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(commands) <= 8
    assert all(shlex.split(command)[0] == "siliconomics" for command in commands)


def test_pages_hold_no_path_of_the_machine_they_were_built_on():
    wrong = [page.name for page in build.pages() if str(HOUSE) in page.read_text(encoding="utf-8")]
    assert wrong == []


# -- examples -----------------------------------------------------------------------------------


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes the files that a guide shows (their first line is their name) and works beside them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path / "cache"))

    def write(page: str) -> list[Path]:
        files = []
        for block in blocks(page, "toml"):
            if named := re.match(r"# (\S+\.toml)\n", block):
                files.append(tmp_path / named[1])
                files[-1].parent.mkdir(parents=True, exist_ok=True)
                files[-1].write_text(block, encoding="utf-8")
        return files

    return write


def test_the_card_of_the_guide_gives_an_answer(written):
    assert len(written("guides/add-a-chip.md")) == 3
    model = load(facts=["my_facts"])
    answer = model.solve("die_cost_usd", chip="X1")
    assert answer.known == "assumed"
    assert {leaf.source for leaf in answer.why().facts()} >= {"my-notes#page-1", "my-notes#page-2"}
    assert "memory_size_gb" in next(iter(model.solve("manufacturing_cost_usd", chip="X1"))).missing


def test_the_correction_of_the_guide_is_used_and_ours_stands_beside_it(written):
    written("guides/add-a-chip.md")
    (fact,) = load(facts=["my_facts"]).solve("die_yield", chip="910C").why().facts()
    assert (fact.value, fact.source) == (0.40, "my-notes#page-3")
    assert [other["source"].partition("#")[0] for other in fact.others] == ["broker-2026-04-26"]


def test_the_scenarios_of_the_guide_move_the_answer(written):
    files = written("guides/write-a-scenario.md")
    assert [file.name for file in files] == ["patient.toml", "fading.toml"]
    model = load(checked=False)
    base = model.solve("price_target", company="Cambricon").value
    for file in files:
        assert model.solve("price_target", company="Cambricon", under=file.name).value < base


@pytest.mark.parametrize("page", ["tutorial.md", "guides/write-a-scenario.md"])
def test_the_python_of_a_page_runs(page, written, capsys):
    written(page)
    for block in blocks(page, "python"):
        exec(compile(block, page, "exec"), {})
    assert capsys.readouterr().out
