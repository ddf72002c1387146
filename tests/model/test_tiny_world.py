"""The tiny world: a whole model readable by eye (see tests/worlds/tiny/README.md)."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from siliconomics.core import BadRequest, formula
from siliconomics.core.operators import at, first_known, previous, total
from siliconomics.facts.reader import read
from siliconomics.model import Model, overlay
from siliconomics.model.checks import problems_of

TINY = Path(__file__).parents[1] / "worlds" / "tiny"
YEARS = (2026, 2027, 2028)


@formula(unit="USD/chip", source="almanac#page-9", possible="(0, inf)")
def cost_usd(wafer_price_usd, chips_per_wafer, chip_yield):
    """Wafer price spread over the chips that work."""
    return wafer_price_usd / (chips_per_wafer * chip_yield)


@formula(unit="USD/chip", source="almanac#page-9", possible="(0, inf)")
def price_usd__marked_up(cost_usd, markup):
    """Cost and what is added to it."""
    return cost_usd * (1 + markup)


@formula(unit="USD/chip", source="almanac#page-9", possible="(0, inf)")
def price_usd__quoted(quoted_price_usd):
    """Price as a shop quotes it."""
    return quoted_price_usd


@formula(unit="USD", source="almanac#page-9", possible="[0, inf)")
def revenue_usd(chips_sold, price_usd, share_of_sales):
    """A company's part of the sales of all chips."""
    return total(chips_sold * price_usd * share_of_sales, over="chip")


@formula(unit="USD", source="almanac#page-9")
def book_usd(opening_book_usd, book_usd, revenue_usd, kept_share):
    """Book value at year end: as given, else last year's and what is kept of revenue."""
    return first_known(opening_book_usd, previous(book_usd) + revenue_usd * kept_share)


@formula(unit="USD/share", source="almanac#page-9")
def book_per_share_usd(book_usd, valuation_year, shares):
    """Book value of the valuation year per share."""
    return at(book_usd, year=valuation_year) / shares


FORMULAS = [
    one.__formula__
    for one in (cost_usd, price_usd__marked_up, price_usd__quoted, revenue_usd, book_usd, book_per_share_usd)
]


@pytest.fixture(autouse=True)
def scenarios_of_the_tiny_world(monkeypatch):
    monkeypatch.setattr(overlay, "FOLDER", TINY / "scenarios")


@pytest.fixture(scope="module")
def facts():
    return read([TINY / "facts"])


@pytest.fixture
def tiny(facts):
    return Model(facts, FORMULAS)


def everything(model):
    """Every value of every quantity, by labels."""
    return {name: model.solve(name).values for name in model.graph.quantities}


# -- what it says -----------------------------------------------------------------------------


def test_the_tiny_world_has_no_problem(tiny):
    assert problems_of(tiny) == []
    assert tiny.warnings == []


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("cost_usd", {("Small",): 20, ("Large",): 50}),
        ("price_usd", {("Small",): 40, ("Large",): 100}),
        ("book_per_share_usd", {("Ant",): 10, ("Bee",): 5}),
    ],
)
def test_figures_are_those_of_the_page(tiny, quantity, expected):
    assert tiny.solve(quantity).values == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("quantity", "company", "expected"),
    [
        ("revenue_usd", "Ant", (300, 600, 900)),
        ("revenue_usd", "Bee", (200, 400, 600)),
        ("book_usd", "Ant", (100, 160, 250)),
        ("book_usd", "Bee", (50, 130, 250)),
    ],
)
def test_figures_over_the_years_are_those_of_the_page(tiny, quantity, company, expected):
    found = tiny.solve(quantity, company=company)
    assert [record.value for record in found] == pytest.approx(expected, rel=1e-12)
    assert [record.labels["year"] for record in found] == list(YEARS)


def test_a_chip_answers_to_its_other_names(tiny):
    assert tiny.solve("cost_usd", chip="s 1").value == tiny.solve("cost_usd", chip="Small").value


def test_a_word_is_answered_as_a_word(tiny):
    assert tiny.solve("motto", company="Bee").value == "Carry on."


@pytest.mark.parametrize(
    ("question", "where", "answer"),
    [
        ("cost", {}, "Did you mean 'cost_usd'"),
        ("cost_usd", {"chip": "Smal"}, "Did you mean 'Small'"),
        ("cost_usd", {"company": "Ant"}, "runs over chip"),
        ("revenue_usd", {"year": 2029}, "from 2026 to 2028"),
        ("cost_usd", {"chips": "Small"}, "Did you mean 'chip'"),
    ],
)
def test_a_question_nobody_can_answer_is_refused_with_the_nearest(tiny, question, where, answer):
    with pytest.raises(BadRequest, match=answer):
        tiny.solve(question, **where)


def test_one_value_is_asked_of_one_cell(tiny):
    with pytest.raises(BadRequest, match="has 2 values here"):
        _ = tiny.solve("cost_usd").value


# -- why --------------------------------------------------------------------------------------


def test_why_ends_only_in_sources(tiny):
    reason = tiny.solve("book_per_share_usd", company="Ant").why()
    leaves = reason.facts()
    assert {leaf.quantity for leaf in leaves} == {
        "wafer_price_usd", "chips_per_wafer", "chip_yield", "markup", "chips_sold", "share_of_sales", "kept_share",
        "opening_book_usd", "shares", "valuation_year",
    }  # fmt: skip
    for leaf in leaves:
        source, _, place = leaf.source.partition("#")
        assert source in tiny.facts.sources
        assert place
        assert leaf.as_of
        assert leaf.known in ("reported", "derived", "estimated", "assumed")


def test_why_shows_the_step_with_its_numbers(tiny):
    reason = tiny.solve("book_per_share_usd", company="Ant").why()
    assert reason.value == pytest.approx(10)
    assert reason.formula == "book_usd[valuation_year] / shares"
    assert reason.numbers == "250 / 25"
    book = next(one for one in reason.because if one.quantity == "book_usd")
    assert book.numbers == "160 + 900 × 10.0%"
    assert book.labels == {"company": "Ant", "year": 2028}


def test_why_tells_of_the_other_figure_that_was_not_used(tiny):
    reason = tiny.solve("chip_yield", chip="Large").why()
    assert (reason.value, reason.range) == (0.4, (0.3, 0.5))
    assert reason.others == [{"value": 0.3, "source": "rumour#over-coffee", "known": "estimated"}]


def test_why_is_plain_data_for_other_programs(tiny):
    plain = tiny.solve("book_per_share_usd", company="Bee").why().as_dict()
    assert json.loads(json.dumps(plain)) == plain


def test_why_names_the_change_of_a_scenario(tiny):
    leaf = tiny.solve("chip_yield", chip="Large", under="better-yield").why()
    assert (leaf.source, leaf.note, leaf.known) == ("scenario", "better-yield: The maker has learnt.", "assumed")


def test_an_answer_is_as_well_known_as_its_weakest_input(tiny):
    assert tiny.solve("cost_usd", chip="Small").known == "derived"
    assert tiny.solve("cost_usd", chip="Large").known == "estimated"
    assert tiny.solve("price_usd", chip="Small").known == "assumed"
    assert tiny.solve("chips_sold", chip="Small", year=2027).known == "reported"
    assert tiny.solve("chips_sold", chip="Small", year=2028).known == "estimated"


# -- scenarios --------------------------------------------------------------------------------


def test_an_empty_overlay_changes_nothing(tiny):
    assert everything(tiny.under("nothing")) == everything(tiny)
    assert tiny.under("nothing").scenario == "nothing"
    assert tiny.scenario == "base"


@pytest.mark.parametrize(
    ("scenarios", "small", "large"),
    [
        (["better-yield"], 40, 80),
        (["cheap-wafers"], 20, 50),
        (["better-yield", "cheap-wafers"], 20, 40),
        (["cheap-wafers", "better-yield"], 20, 40),
        (["shop-prices"], 30, 80),
        (["shop-prices", "cheap-wafers"], 30, 80),
        (["best"], 20, 25),
        (["best", "better-yield"], 20, 25),
    ],
    ids=str,
)
def test_overlays_stack(tiny, scenarios, small, large):
    found = tiny.under(*scenarios).solve("price_usd")
    assert found.values == pytest.approx({("Small",): small, ("Large",): large}, rel=1e-12)


def test_a_scenario_leaves_the_base_as_it_was(tiny):
    before = everything(tiny)
    everything(tiny.under("best", "shop-prices"))
    assert everything(tiny) == before


def test_a_held_value_goes_before_a_scenario_and_is_kept_to_its_labels(tiny):
    held = tiny.change("chip_yield", 1.0, chip="Large")
    found = tiny.solve("cost_usd", under="better-yield", changes=[held])
    assert found.values == {("Small",): 20, ("Large",): 20}


def test_a_result_may_be_held_too(tiny):
    held = tiny.change("price_usd", 200, chip="Large")
    assert tiny.solve("revenue_usd", company="Ant", year=2026, changes=[held]).value == pytest.approx(400)


def test_an_impossible_value_is_refused_and_an_unlikely_one_computes_with_a_warning(tiny):
    with pytest.raises(BadRequest, match=r"chip_yield = 1.3 is impossible.*\(0, 1\]"):
        tiny.change("chip_yield", 1.3)
    held = tiny.change("chip_yield", 0.95)
    assert "outside the plausible" in tiny.warnings[0]
    assert tiny.solve("cost_usd", chip="Small", changes=[held]).value == pytest.approx(1000 / 95)


def test_a_structural_year_moves_the_whole_valuation(tiny):
    held = tiny.change("valuation_year", 2027)
    assert tiny.solve("book_per_share_usd", company="Ant", changes=[held]).value == pytest.approx(160 / 25)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[set]]\nquantity = 'markup'\nvalue = 2\n", "has no why"),
        ("[[set]]\nquantity = 'markdown'\nvalue = 2\nwhy = 'x'\n", "Did you mean 'markup'"),
        ("[[set]]\nquantity = 'markup'\nvalue = -1\nwhy = 'x'\n", "impossible"),
        ("[[set]]\nquantity = 'markup'\nvalue = 'two'\nwhy = 'x'\n", "is not a number"),
        ("[[set]]\nquantity = 'chip_yield'\nvalue = 1\nwhy = 'x'\nwhere = { chip = 'Lage' }\n", "'Large'"),
        ("player = 1\n", "Did you mean 'players'"),
        ("based_on = ['nowhere']\n", "no scenario 'nowhere'"),
        ("name = \n", "cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_scenario_file_is_refused_in_words(tiny, tmp_path, text, message):
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(BadRequest, match=message):
        tiny.under(str(path)).solve("price_usd")


def test_a_circle_of_scenarios_is_refused_by_name(tiny, tmp_path):
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(f"based_on = ['{other}']\n")
    other.write_text(f"based_on = ['{one}']\n")
    with pytest.raises(BadRequest, match=r"rests on itself: .*one.toml -> .*other.toml -> .*one.toml"):
        tiny.under(str(one))


# -- sensitivity and speed --------------------------------------------------------------------


def test_slopes_are_what_a_what_if_gives(tiny):
    slopes = tiny.solve("book_per_share_usd", company="Ant").sensitivities()
    assert "valuation_year" not in {one.quantity for one in slopes}

    def moved(one, value):
        change = tiny.change(one.quantity, value, **one.labels)
        return tiny.solve("book_per_share_usd", company="Ant", changes=[change]).value

    for one in slopes:
        step = 1e-5 * one.value
        inward = (moved(one, one.value) - moved(one, one.value - step)) / step
        assert one.slope == pytest.approx(inward, rel=1e-4), one


def test_draws_give_what_single_questions_give(tiny):
    answer = tiny.graph.cell("book_per_share_usd", {"company": "Bee"})
    wafer = tiny.graph.cell("wafer_price_usd", {})
    drawn = tiny.program([answer], [wafer]).draws([np.array([500.0, 1000.0, 2000.0])])
    assert drawn.tolist() == [pytest.approx([3, 5, 9])]


# -- the user's own facts ---------------------------------------------------------------------


def test_a_users_card_shadows_ours_and_the_answer_says_so(tmp_path):
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "mine.toml").write_text(
        "name = 'Small'\nvendor = 'Ant'\n[[observed]]\nquantity = 'chip_yield'\nvalue = 0.25\n"
        "known = 'assumed'\nsource = 'rumour#in-the-lift'\nas_of = 2026-02-01\n"
    )
    mine = Model(read([TINY / "facts", tmp_path]), FORMULAS)
    assert mine.solve("cost_usd").values == {("Small",): 40, ("Large",): 50}
    assert any("shadows our card of chip Small" in warning for warning in mine.warnings)


def test_no_file_is_changed_by_a_run(tiny):
    def fingerprint():
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in TINY.rglob("*") if path.is_file()}

    before = fingerprint()
    everything(tiny.under("best"))
    assert fingerprint() == before
