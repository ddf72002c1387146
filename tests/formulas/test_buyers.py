"""Buyers differ in what they choose: closed doors, partners, and how much cost and software count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas.market import buyers


def fit(**other):
    usual = {
        "foreign_openness": 0.2,
        "partner_odds": 1.0,
        "merit_weight_of_buyer": 1.0,
        "merit_of_chip": 0.7,
        "is_local_maker": 1,
        "chip_maker": "one",
    }
    return buyers.buyer_fit(**{**usual, **other})


def test_a_buyer_without_ways_of_its_own_sees_a_local_chip_as_all_do():
    assert fit() == 1


def test_a_closed_door_keeps_foreign_chips_out_and_no_local_one():
    assert fit(foreign_openness=0, is_local_maker=0) == 0
    assert fit(foreign_openness=0, is_local_maker=1) == 1


def test_cost_and_software_move_a_buyer_who_cares_less_by_less():
    better, worse = fit(merit_weight_of_buyer=0.5, merit_of_chip=1.0), fit(merit_weight_of_buyer=0.5, merit_of_chip=0.0)
    assert better / worse == pytest.approx(np.exp(-0.5))


@given(st.floats(0.05, 0.95), st.floats(0, 1), st.floats(0.05, 0.95))
def test_partner_odds_give_a_small_maker_the_stated_part_of_its_sales(part, others, money):
    """Whatever of the rest goes to other buyers that are named."""
    odds = buyers.partner_odds(part, part + others * (1 - part), money, 2026)
    assert odds * money / (odds * money + 1 - money) == pytest.approx(part)


@given(st.lists(st.lists(st.floats(0, 1e3), min_size=4, max_size=4).filter(sum), min_size=3, max_size=3))
def test_money_of_all_buyers_is_spent_once(weights):
    shares = np.array([np.array(row) / sum(row) for row in weights])
    money = np.array([0.5, 0.3, 0.2])
    assert (money @ shares).sum() == pytest.approx(1)


def test_a_constant_is_at_rest_when_the_share_is_there():
    assert buyers.choice_constant_for_base__by_buyer(1.5, 0.2, 0.2) == 1.5
    assert buyers.choice_constant_for_base__by_buyer(1.5, 0.2, 0.1) > 1.5
