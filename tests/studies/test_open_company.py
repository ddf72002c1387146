"""A company opened on one page: the same figures as each study gives, before and after a what-if, and the way between."""

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import consensus as others
from siliconomics.studies.open_company import open_company, starting_point


@pytest.fixture(scope="module")
def model():
    return load(scenario="from-drivers", checked=False)


@pytest.fixture(scope="module")
def cut(model):
    return model.with_changes(model.change("price_cut", 0.2, chip="MLU 590", year=2027))


@pytest.fixture(scope="module")
def opened(model, cut):
    return open_company(starting_point(cut), cut, "688256.SS")


def test_target_and_upside_stand_before_and_after(model, cut, opened):
    target = next(one for one in opened.headline if one.name == "price_target")
    assert target.before == model.solve("price_target", company="Cambricon").value
    assert target.after == cut.solve("price_target", company="Cambricon").value
    assert target.after < 0.95 * target.before
    assert [one.name for one in opened.headline] == ["price_target", "share_price", "upside"]


def test_the_consensus_gap_is_that_of_the_study_before_and_after(model, cut, opened):
    for place, one in (("before", model), ("after", cut)):
        found = {(gap.provider, gap.line, gap.year): gap.difference for gap in others.consensus(one, "Cambricon").gaps}
        assert {(gap.provider, gap.line, gap.year): getattr(gap, place) for gap in opened.gaps} == found
    turned = next(gap for gap in opened.gaps if (gap.provider, gap.line, gap.year) == ("bloomberg", "net_income", 2027))
    assert turned.before > 0.1 > -0.1 > turned.after


def test_the_reasons_of_a_gap_add_up_before_and_after(opened):
    own = {(one.year, place): getattr(one, place) for one in opened.lines if one.name == "net_income"
           for place in ("before", "after")}  # fmt: skip
    theirs = {one.year: one.mean for one in opened.gaps if (one.provider, one.line) == ("bloomberg", "net_income")}
    for year in (2026, 2027, 2028):
        for place in ("before", "after"):
            steps = [getattr(one, place) for one in opened.reasons if one.year == year]
            assert len(steps) == 4
            assert theirs[year] + sum(steps) == pytest.approx(own[year, place])


def test_the_way_begins_at_the_change_and_carries_the_move(opened):
    assert opened.way[0].quantity == "price_cut"
    assert opened.way[0].changed
    carried = {one.quantity: one.carried for one in opened.way}
    assert carried["price_after_cuts"] == pytest.approx(carried["net_price_cny"], rel=0.05)
    assert 0.9 < carried["net_income_of_drivers"] < 1.2


def test_all_ties_of_the_changed_statements_hold(opened):
    assert opened.missed == ()
    assert opened.tied > 100


def test_without_a_what_if_a_company_is_shown_as_it_is(model):
    found = open_company(starting_point(model), model, "MetaX")
    assert not found.changed
    assert found.way == ()
    assert found.no_consensus
    assert all(one.before == one.after for one in (*found.headline, *found.lines))


def test_a_held_balance_is_told_as_a_tie_that_does_not_hold(model):
    held = model.with_changes(model.change("property_plant_equipment", 5000.0, company="Iluvatar", year=2027))
    assert any("fixed assets roll" in one for one in open_company(starting_point(held), held, "Iluvatar").missed)


def test_a_company_without_a_target_is_refused(model):
    with pytest.raises(BadRequest, match="Huawei has no price target"):
        open_company(model, model, "Huawei")
