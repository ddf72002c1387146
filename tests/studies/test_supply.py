"""The study of supply: what is held back adds up, and a shadow price is what one more unit brings."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies import supply

pytestmark = pytest.mark.slow  # models built anew, several a test

LAST = "2030Q4"


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


def delivered(model):
    return model.solve("domestic_units_so_far", quarter=LAST).value


def test_what_is_wanted_is_started_or_held_back(model):
    for one in supply.solve(model, priced=False).made:
        assert one.started / 4 + sum(one.held_back.values()) == pytest.approx(one.wanted, rel=1e-9, abs=1e-6)
        assert one.binds in (*one.held_back, "orders")


def test_the_price_of_memory_is_what_one_more_stack_in_each_quarter_brings(model):
    prices = supply.solve(model).prices
    price = next(one for one in prices if one.constraint == "memory" and one.year == 2026)
    whole = 0.0
    for quarter in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
        base = model.solve("hbm_stacks_available", quarter=quarter).value
        more = model.with_changes(model.change("hbm_stacks_available", base + 1, quarter=quarter))
        whole += delivered(more) - delivered(model)
    assert price.chips == pytest.approx(whole / 4, rel=1e-3)


def test_a_constraint_with_slack_has_no_price(model):
    prices = supply.solve(model).prices
    assert all(one.chips == 0 for one in prices if one.constraint == "test")


@pytest.mark.parametrize(
    "scenario", ["supply-semianalysis-2025-09", "huawei-first", "foundry-rule-tested", "learning-by-volume"]
)
def test_every_scenario_of_supply_solves_and_moves_it(model, scenario):
    assert delivered(model.under(scenario)) != pytest.approx(delivered(model), rel=1e-6)
    supply.solve(model.under(scenario))


def test_a_year_late_of_domestic_memory_is_the_ramp_of_the_year_before(model):
    late = model.with_changes(model.change("domestic_hbm_delay_quarters", 4))
    for year in (2027, 2028, 2029):
        now = late.solve("domestic_hbm_stacks", quarter=f"{year}Q3").value
        assert now == pytest.approx(model.solve("domestic_hbm_stacks", quarter=f"{year - 1}Q3").value)


def test_a_chip_that_nobody_in_china_makes_is_refused_and_not_zero(model):
    with pytest.raises(BadRequest, match=r"(?i)no node makes H20"):
        supply.shortfall(model, "H20", 2026, 1)
