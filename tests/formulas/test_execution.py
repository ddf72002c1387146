"""Execution: from evidence to a score, with figures worked by hand."""

import pytest

from siliconomics.formulas import execution as f
from siliconomics.model import load

HEADING = "id,about,date,as_of,source,known,status,criterion,direction,weight,level,statement"


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


def with_rows(folder, *rows):
    """A model with rows of evidence of one's own."""
    (folder / "registers").mkdir(parents=True)
    (folder / "registers" / "evidence.csv").write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
    return load([folder], checked=False)


def row(name, level="", direction="+", grade="B", date="2026-11-25", about="Alibaba", criterion="profitability"):
    source = "siliconomics#assumption"
    return f"{name},{about},{date},2026-11-25,{source},assumed,stated,{criterion},{direction},{grade},{level},Said."


def of(model, quantity, company="Alibaba", criterion="profitability"):
    return model.solve(quantity, company=company, criterion=criterion).value


# -- by hand ----------------------------------------------------------------------------------


def test_the_scale_has_its_middle_at_three_and_reaches_two_to_either_side():
    assert f.scale_middle(1, 5) == 3
    assert f.scale_half_range(1, 5) == 2


def test_an_item_loses_half_its_weight_with_each_half_life():
    assert f.evidence_weight(0.6, 2, 0.0, 2.0) == 0.6
    assert f.evidence_weight(0.6, 2, 4.0, 2.0) == pytest.approx(0.15)


def test_what_is_said_of_the_future_is_not_old():
    assert f.evidence_age_years(2026.9, 2028.0) == 0


def test_two_items_and_what_is_absent_share_the_score():
    # levels 5 (weight 1) and 2 (weight 0.5), absent 0.5: 3 + (2 - 0.5) / 2 = 3.75
    lean = 1.0 * (5 - 3) + 0.5 * (2 - 3)
    score = f.execution_score(lean, 1.5, 1.5, 0.5, 3, 1, 5)
    assert score == pytest.approx(3.75)
    # distances 1.25 and 1.75: (1.25 + 0.875 + 0.5 x 2) / 2
    assert f.execution_score_half_range(1.0 * 1.25 + 0.5 * 1.75, 1.5, 0.5, 2) == pytest.approx(1.5625)


def test_a_direction_pushes_and_adds_no_inertia():
    levelled = f.execution_score(1.5, 1.5, 1.5, 0.5, 3, 1, 5)
    pushed = f.execution_score(1.5 + 0.4, 1.9, 1.5, 0.5, 3, 1, 5)
    assert pushed == pytest.approx(levelled + 0.4 / 2)


def test_a_score_stays_on_the_scale():
    assert f.execution_score(9.0, 1.0, 0.1, 0.5, 3, 1, 5) == 5
    assert f.execution_score_low(1.2, 0.9, 1) == 1
    assert f.execution_score_high(4.8, 0.9, 5) == 5


# -- in the model -----------------------------------------------------------------------------


def test_without_evidence_the_score_is_unknown_and_its_range_the_whole_scale(model):
    assert of(model, "execution_score") is None
    assert (of(model, "execution_score_low"), of(model, "execution_score_high")) == (1, 5)


def test_one_fresh_item_moves_a_score_a_little_and_leaves_it_wide(tmp_path):
    model = with_rows(tmp_path, row("own-1", level=4))
    # weight 0.6 of a day's age beside 0.5 of what is absent
    assert of(model, "execution_score") == pytest.approx(3 + 0.6 / 1.1, abs=1e-3)
    half = (0.6 * (1 - 0.6 / 1.1) + 0.5 * 2) / 1.1
    assert of(model, "execution_score_half_range") == pytest.approx(half, abs=1e-3)


def test_more_items_that_agree_narrow_the_range(tmp_path):
    one = with_rows(tmp_path / "one", row("own-1", level=4))
    three = with_rows(tmp_path / "three", *(row(f"own-{i}", level=4) for i in range(3)))
    assert of(three, "execution_score_half_range") < of(one, "execution_score_half_range")
    assert of(one, "execution_score") < of(three, "execution_score") < 4


def test_items_that_disagree_widen_the_range(tmp_path):
    agree = with_rows(tmp_path / "agree", row("own-1", level=3), row("own-2", level=3))
    apart = with_rows(tmp_path / "apart", row("own-1", level=1), row("own-2", level=5))
    assert of(agree, "execution_score") == pytest.approx(of(apart, "execution_score")) == pytest.approx(3)
    assert of(apart, "execution_score_half_range") > of(agree, "execution_score_half_range")


@pytest.mark.parametrize(("direction", "sign"), [("+", 1), ("0", 0), ("-", -1)])
def test_a_direction_without_a_level_moves_a_strong_score_the_way_it_points(tmp_path, direction, sign):
    strong = [row("own-1", level=5, grade="A"), row("own-2", level=4.5, grade="A")]
    before = of(with_rows(tmp_path / "before", *strong), "execution_score")
    after = of(with_rows(tmp_path / "after", *strong, row("own-3", direction=direction)), "execution_score")
    assert (after > before) - (after < before) == sign


def test_a_better_grade_and_a_later_date_count_more(tmp_path):
    def score(name, **told):
        return of(with_rows(tmp_path / name, row("own-1", level=5, **told)), "execution_score")

    assert score("a", grade="A") > score("b", grade="B") > score("c", grade="C") > 3
    assert score("new") > score("old", date="2021-01-01") > 3


def test_why_a_score_ends_in_the_rows_and_their_sources(model):
    cell = model.graph.cell("execution_score", {"company": "Cambricon", "criterion": "profitability"})
    origins = [one.given.origin for one in model.graph.facts_under(cell) if one.given.origin]
    said = {origin.note.partition(":")[0] for origin in origins if origin.quantity == "evidence_level"}
    rows = model.facts.registers["evidence"].entries
    assert said == {r.id for r in rows if r.about == "Cambricon" and r.values["criterion"] == "profitability"}


def test_every_step_of_every_criterion_has_words(model):
    rows = model.facts.registers["scales"].entries
    said = {(entry.about, entry.values["step"]) for entry in rows if entry.values["words"]}
    assert said == {(criterion, step) for criterion in model.facts.labels["criterion"] for step in range(1, 6)}
    assert len(rows) == len(said)
