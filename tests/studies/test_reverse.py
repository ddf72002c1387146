"""Reverse questions: the implied input, put back, gives the target; what cannot be reached is said to be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model.overlay import Change
from siliconomics.studies.reverse import reverse

COMPANIES = ("Cambricon", "Iluvatar", "MetaX")
QUICK = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        return siliconomics.load()


def put_back(model, found, **where):
    change = Change(found.input, found.value, found.labels)
    return model.with_changes(change).solve("price_target", **where).value


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("by", ["terminal_growth", "cost_of_equity", "valuation_shares", "medium_term_growth"])
def test_the_implied_input_put_back_gives_the_target(model, company, by):
    price = model.solve("share_price", company=company).value
    found = reverse(model, "price_target", price, by, {"company": company})
    assert found.feasible
    assert found.achieved == pytest.approx(price, rel=1e-9)
    assert put_back(model, found, company=company) == pytest.approx(price, rel=1e-9)


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("by", ["terminal_growth", "cost_of_equity"])
def test_the_present_target_implies_the_present_input(model, company, by):
    now = model.solve("price_target", company=company).value
    found = reverse(model, "price_target", now, by, {"company": company})
    assert found.value == pytest.approx(model.solve(by, company=company).value, rel=1e-6)


@QUICK
@given(share=st.floats(0.3, 3), company=st.sampled_from(COMPANIES))
def test_any_reachable_target_is_met(model, share, company):
    target = share * model.solve("price_target", company=company).value
    found = reverse(model, "price_target", target, "terminal_growth", {"company": company})
    if found.feasible:
        assert put_back(model, found, company=company) == pytest.approx(target, rel=1e-8)
    else:
        assert abs(found.achieved - target) > 0


@QUICK
@given(low=st.floats(0.8, 1.4), step=st.floats(0.05, 0.5))
def test_a_higher_price_needs_a_lower_cost_of_equity(model, low, step):
    base = model.solve("price_target", company="Cambricon").value
    where = {"company": "Cambricon"}
    one = reverse(model, "price_target", low * base, "cost_of_equity", where)
    other = reverse(model, "price_target", (low + step) * base, "cost_of_equity", where)
    assert one.feasible
    assert other.feasible
    assert other.value < one.value


@QUICK
@given(low=st.floats(0.8, 1.4), step=st.floats(0.05, 0.5))
def test_a_higher_price_needs_more_growth(model, low, step):
    base = model.solve("price_target", company="MetaX").value
    where = {"company": "MetaX"}
    one = reverse(model, "price_target", low * base, "terminal_growth", where)
    other = reverse(model, "price_target", (low + step) * base, "terminal_growth", where)
    assert other.value > one.value


def test_the_years_of_excess_return_put_back_give_the_price(model):
    fade = model.under("fade")
    target = fade.solve("price_target", company="Iluvatar").value * 1.1
    found = reverse(fade, "price_target", target, "fade_years", {"company": "Iluvatar"})
    assert found.feasible
    assert found.value > fade.solve("fade_years", company="Iluvatar").value
    assert put_back(fade, found, company="Iluvatar") == pytest.approx(target, rel=1e-9)


@pytest.mark.parametrize("target", [-100.0, 0.0, 1e12])
def test_what_cannot_be_reached_says_so_with_the_best_value(model, target):
    found = reverse(model, "price_target", target, "payout_ratio", {"company": "Cambricon"})
    assert not found.feasible
    assert "reachable is" in found.note
    assert 0 <= found.value <= 1
    assert put_back(model, found, company="Cambricon") == pytest.approx(found.achieved, rel=1e-9)
    ends = [
        model.with_changes(Change("payout_ratio", end, found.labels)).solve("price_target", company="Cambricon").value
        for end in (0.0, 1.0)
    ]
    assert min(ends) - 1e-3 <= found.achieved <= max(ends) + 1e-3
    assert abs(found.achieved - target) <= min(abs(end - target) for end in ends) * (1 + 1e-6)


def test_an_implied_rate_stays_above_growth(model):
    for target in (1e4, 1e5, 1e6):
        found = reverse(model, "price_target", target, "cost_of_equity", {"company": "Cambricon"})
        assert found.value > model.solve("terminal_growth", company="Cambricon").value


def test_asking_backwards_leaves_the_model_unchanged(model):
    before = model.solve("price_target").values
    reverse(model, "price_target", 1000.0, "beta", {"company": "Cambricon"})
    assert model.solve("price_target").values == before


def test_a_chip_can_be_asked_backwards_too(model):
    found = reverse(model, "die_cost_usd", 500.0, "die_yield", {"chip": "910C"})
    assert found.feasible
    change = Change("die_yield", found.value, found.labels)
    assert model.with_changes(change).solve("die_cost_usd", chip="910C").value == pytest.approx(500.0)


def test_the_answer_is_plain_data(model):
    found = reverse(model, "price_target", 1352.5, "beta", {"company": "Cambricon"}).as_dict()
    assert list(found) == ["input", "labels", "value", "achieved", "target", "feasible", "note"]
    assert found["labels"] == {"company": "Cambricon"}


@pytest.mark.parametrize(
    ("quantity", "target", "by", "where", "words"),
    [
        ("price_targt", 1, "beta", {"company": "Cambricon"}, "'price_target'"),
        ("price_target", 1, "betta", {"company": "Cambricon"}, "'beta'"),
        ("price_target", 1, "beta", {}, "values here"),
        ("price_target", 1, "beta", {"company": "Huawei"}, "is unknown"),
        ("price_target", 1, "beta", {"company": "MetaX"}, "does not rest on beta"),
        ("price_target", 1, "die_yield", {"company": "MetaX"}, "does not rest on die_yield"),
        ("price_target", 1, "net_income", {"company": "MetaX"}, "cells of net_income"),
        ("price_target", 1, "terminal_year", {"company": "MetaX"}, "cannot be solved for"),
        ("price_target", float("nan"), "terminal_growth", {"company": "MetaX"}, "no value to aim at"),
        ("price_target", float("inf"), "terminal_growth", {"company": "MetaX"}, "no value to aim at"),
        ("memory_type", 1, "beta", {"chip": "910C"}, "is unknown"),
    ],
)
def test_a_wrong_question_is_refused(model, quantity, target, by, where, words):
    with pytest.raises(BadRequest) as refused:
        reverse(model, quantity, target, by, where)
    assert words.casefold() in str(refused.value).casefold()


def test_an_input_that_has_no_value_is_held_first(model):
    drivers = model.under("from-drivers")
    with pytest.raises(BadRequest, match="nothing to move"):
        reverse(drivers, "price_target", 1352.5, "price_cut", {"company": "Cambricon"})
    held = drivers.with_changes(drivers.change("price_cut", 0, chip="MLU 590", year=2027))
    found = reverse(held, "price_target", 1352.5, "price_cut", {"company": "Cambricon"})
    assert found.labels == {"chip": "MLU 590", "year": 2027}
    changed = drivers.with_changes(Change("price_cut", found.value, found.labels))
    assert changed.solve("price_target", company="Cambricon").value == pytest.approx(1352.5)
