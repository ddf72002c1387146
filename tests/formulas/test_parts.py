"""Parts: worked cells of the source, done by hand; and what must hold whatever the figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas.valuation import parts

amounts = st.floats(0.1, 1e6)
shares = st.floats(0.01, 0.95)


def test_the_middle_of_t_head_by_hand():
    """20bn yuan at 18x and 6.95 yuan a dollar; 30 % off; spread over 2,375.4 mn depositary shares."""
    value = parts.part_value__multiple_of_sales(20_000, 18, 6.95)
    assert value == pytest.approx(51_799, abs=0.5)
    reaching = parts.part_value_to_parent(value, 1, 0.3)
    assert reaching == pytest.approx(36_259, abs=0.5)
    assert parts.part_value_per_share(reaching, 2375.4) == pytest.approx(15.3, abs=0.05)


def test_a_corner_of_kunlunxin_by_hand():
    value = parts.part_value_in_grid(12_000, 24, 6.95)
    assert value == pytest.approx(41_439, abs=0.5)
    reaching = parts.part_value_to_parent_in_grid(value, 0.594505, 0.3)
    assert reaching == pytest.approx(17_245, abs=0.5)
    assert parts.part_value_per_share_in_grid(reaching, 342.52) == pytest.approx(50.3, abs=0.05)


def test_sixty_per_cent_would_not_give_the_printed_cell():
    reaching = parts.part_value_to_parent_in_grid(parts.part_value_in_grid(12_000, 24, 6.95), 0.60, 0.3)
    assert abs(reaching - 17_245) > 100


def test_the_midpoint_of_a_range():
    assert parts.part_revenue__midpoint(12_000, 18_000) == 15_000


def test_a_tenth_below_the_peer():
    assert parts.part_sales_multiple__peer_less_discount(1, 20, 0.1, 7) == pytest.approx(18)
    assert parts.part_sales_multiple__peer_less_discount(0, 20, 0.1, 7) == 7


@given(per_share=st.floats(-500, 500), count=amounts, stake=shares, discount=shares)
def test_a_stated_value_per_share_comes_back(per_share, count, stake, discount):
    value = parts.part_value__stated_per_share(per_share, count, stake, discount)
    again = parts.part_value_per_share(parts.part_value_to_parent(value, stake, discount), count)
    assert again == pytest.approx(per_share, rel=1e-9, abs=1e-9)


@given(sales=amounts, multiple=st.floats(0.1, 100), rate=st.floats(0.1, 20))
def test_what_a_multiple_asks_is_what_it_was_given(sales, multiple, rate):
    for value, asked in (
        (parts.part_value__multiple_of_sales, parts.implied_part_revenue),
        (parts.part_value__multiple_of_ebita, parts.implied_part_ebita),
        (parts.part_value__multiple_of_operating_profit, parts.implied_part_operating_profit),
    ):
        assert asked(value(sales, multiple, rate), rate, multiple) == pytest.approx(sales)


@given(value=amounts, stake=shares, discount=shares)
def test_less_reaches_the_parent_than_there_is(value, stake, discount):
    reaching = parts.part_value_to_parent(value, stake, discount)
    assert 0 < reaching < value
    assert parts.part_value_to_parent(value, 1, 0) == value
