"""Ownership: worked cases of public calculators, and which way each figure moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.formulas.ownership.capital import (
    equipment_charge_usd_per_year,
    equipment_cost_per_chip_usd,
    equipment_recovery_factor__annuity,
    equipment_recovery_factor__straight_line,
    facility_recovery_factor__annuity,
    facility_recovery_factor__straight_line,
    machine_power_per_chip_kw,
)
from siliconomics.formulas.ownership.running import (
    chip_hour_in_use_usd,
    chip_hour_price_usd,
    drawn_power_share,
    energy_cost_usd_per_year,
    energy_per_chip_year_kwh,
    owned_cost_per_chip_hour_usd,
    owned_cost_per_chip_year_usd,
)
from siliconomics.formulas.ownership.token import (
    carbon_per_million_output_tokens_kg,
    cost_per_million_blended_tokens_usd,
    cost_per_million_output_tokens_usd,
    cost_per_million_read_tokens_usd,
    cost_per_million_written_tokens_usd,
    cost_per_request_usd,
    energy_per_output_token_j,
    output_tokens_per_usd,
    payback_years,
    revenue_per_chip_hour_usd,
    token_margin,
)


# -- worked cases of others ---------------------------------------------------------------------------
def test_dollars_an_hour_to_dollars_a_million_tokens():
    """InferenceX: 1.30 dollars an hour at 1,000 tokens a second is 0.361 dollars a million."""
    assert cost_per_million_output_tokens_usd(1.30, 1000) == pytest.approx(0.3611, abs=5e-5)


def test_power_of_a_watt_year():
    """Hamilton: at 0.07 dollars a kWh and an effectiveness of 1.7, one watt for a year costs 1.0424 dollars."""
    assert energy_cost_usd_per_year(energy_per_chip_year_kwh(0.001 * 1.7, 1.0), 0.07) == pytest.approx(1.0424, abs=5e-5)


def test_an_annuity_pays_back_price_and_interest():
    """10 years at 5 %: 0.1295 a year; without interest it becomes one tenth."""
    assert equipment_recovery_factor__annuity(0.05, 10) == pytest.approx(0.1295, abs=5e-5)
    assert equipment_recovery_factor__annuity(1e-9, 10) == pytest.approx(0.1, rel=1e-6)
    assert equipment_recovery_factor__straight_line(10) == pytest.approx(0.1)


@given(st.floats(0.01, 0.3), st.integers(1, 30))
def test_the_present_value_of_an_annuity_is_the_price(rate, years):
    payment = facility_recovery_factor__annuity(rate, years)
    assert sum(payment / (1 + rate) ** year for year in range(1, years + 1)) == pytest.approx(1)


def test_margin_of_a_broker_is_one_less_cost_over_revenue():
    """At 0.20 dollars a million tokens and 70 % use, 10,000 tokens a second earn 5.04 dollars an hour."""
    earned = revenue_per_chip_hour_usd(0.20, 10_000, 0.70)
    assert earned == pytest.approx(5.04)
    assert token_margin(earned, 1.26) == pytest.approx(0.75)


# -- what adds up -------------------------------------------------------------------------------------
@given(st.floats(10, 1e5), st.floats(10, 1e5), st.floats(1, 1e5), st.floats(1, 1e5))
def test_reading_and_writing_add_up_to_everything(reads, writes, inputs, outputs):
    """A chip that reads and writes in turn: the cost of a request is that of its prompt and that of its answer."""
    mixed = 1 / (1 / writes + inputs / outputs / reads)
    whole = cost_per_request_usd(cost_per_million_output_tokens_usd(2.0, mixed), outputs)
    read = cost_per_million_read_tokens_usd(2.0, reads) * inputs / 1e6
    written = cost_per_million_written_tokens_usd(2.0, writes) * outputs / 1e6
    assert whole == pytest.approx(read + written)
    blended = cost_per_million_blended_tokens_usd(cost_per_million_output_tokens_usd(2.0, mixed), inputs, outputs)
    assert blended * (inputs + outputs) / 1e6 == pytest.approx(whole)


def test_a_dollar_buys_what_a_token_costs():
    assert output_tokens_per_usd(0.5) == pytest.approx(2e6)


def test_energy_of_a_token_and_its_carbon():
    """1.25 kW at full draw and 1,000 tokens a second: 1.25 J; at 0.5 kg a kWh a million tokens are 0.174 kg."""
    assert energy_per_output_token_j(1.25, 1.0, 1000) == pytest.approx(1.25)
    assert carbon_per_million_output_tokens_kg(1.25e6 / 3.6e6, 0.5) == pytest.approx(0.1736, abs=5e-5)


def test_a_year_is_its_parts_and_an_hour_a_year_over_8760():
    year = owned_cost_per_chip_year_usd(1, 2, 3, 4, 5, 6)
    assert year == 21
    assert owned_cost_per_chip_hour_usd(8760 * 1.5) == pytest.approx(1.5)


# -- which way it moves -------------------------------------------------------------------------------
def test_idle_hours_are_paid_by_the_hours_in_use():
    assert chip_hour_in_use_usd(1.0, 0.5) == 2.0
    assert chip_hour_in_use_usd(1.0, 0.25) > chip_hour_in_use_usd(1.0, 0.5)


def test_a_provider_that_keeps_a_third_asks_half_as_much_again():
    assert chip_hour_price_usd(2.0, 1 / 3) == pytest.approx(3.0)


def test_power_drawn_lies_between_idle_and_busy():
    assert drawn_power_share(0.0, 0.8, 0.35) == pytest.approx(0.35)
    assert drawn_power_share(1.0, 0.8, 0.35) == pytest.approx(0.8)


def test_the_network_is_a_share_of_all_equipment():
    whole = equipment_cost_per_chip_usd(9000, 0.0, 1000, 0, 0.2)
    assert whole == pytest.approx(12_500)
    assert whole * 0.2 == pytest.approx(whole - 10_000)


def test_what_equipment_still_fetches_lowers_its_charge_by_its_present_value():
    keep, sell = (equipment_charge_usd_per_year(1000, 0, 0.3, share, 0.1, 4) for share in (0.0, 0.5))
    assert keep == pytest.approx(300)
    assert sell == pytest.approx(300 * (1 - 0.5 / 1.1**4))


def test_host_and_chip_share_the_power():
    assert machine_power_per_chip_kw(700, 550) == pytest.approx(1.25)


def test_money_is_back_when_cash_has_added_up_to_it():
    assert payback_years(30_000, 10_000, 1) == pytest.approx(3)
    assert payback_years(30_000, -5_000, 1) == 30_000


@pytest.mark.parametrize(("whole", "hardware", "left"), [(330, 367, 172.25), (807, 2273, 172.75)])
def test_100_megawatts_leave_the_same_running_cost_at_both_ends_of_hardware(whole, hardware, left):
    """Published: building and power 660 mn dollars over ten years, hardware over four; what is left is hidden opex."""
    building = 660 * facility_recovery_factor__straight_line(10)
    machines = hardware * equipment_recovery_factor__straight_line(4)
    assert whole - building - machines == pytest.approx(left)
