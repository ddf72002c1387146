"""Choice of chips, and the answer of prices: what wins orders, and that shares stay shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas.market import choice, sales

weights = st.lists(st.floats(0, 1e6), min_size=2, max_size=30).filter(lambda found: sum(found) > 0)


@given(weights)
def test_shares_of_the_choice_add_up_to_one(found):
    shares = choice.fresh_choice_share__one_pool(np.array(found))
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()


@given(weights, st.floats(0, 0.99))
def test_habit_keeps_shares_a_whole(found, lock_in):
    fresh = choice.fresh_choice_share__one_pool(np.array(found))
    before = fresh[::-1]
    after = choice.order_share__locked_in(before, fresh, lock_in)
    assert after.sum() == pytest.approx(1)


MERIT = {
    "market_cost_per_token_usd": 0.4,
    "token_cost_elasticity": 1.0,
    "vendor_execution_score": 3.0,
    "scale_middle": 3.0,
    "execution_weight": 0.4,
}


def attraction(**other):
    merit = choice.merit_of_chip(**{**MERIT, **{name: value for name, value in other.items() if name in MERIT}})
    pull = {"domestic_preference": 0.3, "is_local_maker": 1, "chip_maker": "one"}
    return choice.attraction_without_constant(
        merit, **{**pull, **{name: value for name, value in other.items() if name in pull}}
    )


def test_cheaper_tokens_win_orders():
    """A tenth less at an elasticity of one adds a ninth to the odds."""
    odds = np.exp(attraction(market_cost_per_token_usd=0.36) - attraction())
    assert odds == pytest.approx(1 / 0.9)


def test_better_software_wins_orders():
    assert np.exp(attraction(vendor_execution_score=4.0) - attraction()) == pytest.approx(np.exp(0.4))


def test_the_pull_towards_local_chips_leaves_foreign_ones_alone():
    assert attraction(is_local_maker=0, domestic_preference=2.0) == attraction(
        is_local_maker=0, domestic_preference=0.0
    )


def test_a_cut_lowers_the_cost_of_a_token_by_the_part_that_the_price_makes_up():
    assert choice.market_cost_per_token_usd(0.4, 0.5, 1, 0.8, 1) == pytest.approx(0.4 * 0.9)


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_the_record_of_deliveries_is_a_share_and_one_where_nothing_was_ordered(came, asked):
    record = float(choice.delivery_record(came, asked))
    assert 0 <= record <= 1
    assert float(choice.delivery_record(came, 0.0)) == 1


def test_more_demand_unmet_than_planned_lifts_the_price_and_less_lowers_it():
    assert choice.price_answer_to_balance(0.3, 0.1, 0.3) > 1
    assert choice.price_answer_to_balance(0.0, 0.1, 0.3) < 1
    assert choice.price_answer_to_balance(0.1, 0.1, 0.3) == 1


def test_cuts_of_rivals_lower_the_price_in_part():
    """All others cut by a tenth; a fifth of it is followed."""
    own, rest = 0.25, 0.75
    index = own * 1 + rest * 0.9
    assert choice.price_answer_to_rivals(index, own, 1.0, 0.2) == pytest.approx(0.9**0.2)


def test_units_ordered_are_money_over_price():
    assert choice.units_ordered__by_choice(2.0, 0.1, 10_000, 2026) == pytest.approx(20_000)


def test_more_self_sufficiency_by_compute_than_by_units_takes_larger_local_chips():
    units, local = np.array([100.0, 100.0]), np.array([1, 0])
    assert sales.self_sufficiency_by_units(units, local) == pytest.approx(0.5)
    assert sales.self_sufficiency_by_compute(units * np.array([2, 1]), local) == pytest.approx(2 / 3)
