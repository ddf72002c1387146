"""Sizing, training, offers and ranking models: formulas against cases worked by hand, and what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from siliconomics.formulas.ownership._standby import fewest_spares, most_to_count_on
from siliconomics.formulas.ownership.quote import (
    offer_delivered_cost_usd,
    offer_duty_usd,
    offer_freight_usd,
    offer_net_price_usd,
    offer_payment_usd,
    offer_tying_price_usd,
    offer_vat_usd,
    offer_waiting_usd,
    offer_warranty_gap_usd,
)
from siliconomics.formulas.ownership.ranking import (
    ranking_chips_for_tables,
    ranking_compute_time_s,
    ranking_gb_per_sample,
    ranking_memory_over_compute,
    ranking_memory_time_s,
    ranking_samples_per_s_per_chip,
    ranking_samples_per_s_per_usd,
)
from siliconomics.formulas.ownership.sizing import (
    cluster_capital_usd,
    copies_needed,
    dependable_output_tokens_per_s,
    dependable_requests_per_day,
    installed_chips,
    meter_power_mw,
    peak_output_tokens_per_s,
    peak_requests_per_s,
    racks_needed,
    requests_in_flight_at_peak,
    server_availability,
    servers_within_budget,
    servers_within_power,
    working_chips_needed,
    working_servers,
)
from siliconomics.formulas.ownership.training import (
    checkpoint_interval_s,
    run_time_between_failures_s,
    training_chip_hours,
    training_days,
    training_energy_mwh,
    training_failures,
    training_goodput,
    training_rate_tflops,
    training_utilisation,
    training_work_tflop,
)

unknown = math.nan
shares = st.floats(0.5, 0.9999)

# -- the load and the chips -------------------------------------------------------------------


def test_a_request_a_second_all_day_with_a_peak_of_twice_that_is_two_a_second():
    assert peak_requests_per_s(86_400, 2) == 2
    assert peak_output_tokens_per_s(2, 1_000) == 2_000


def test_requests_in_flight_are_arrivals_times_their_stay():
    """2 a second, each 1,000 tokens at 50 ms: 50 s each, so 100 at once; worse software keeps them longer."""
    assert requests_in_flight_at_peak(2_000, 0.05, 1, 1_000) == pytest.approx(100)
    assert requests_in_flight_at_peak(2_000, 0.05, 0.5, 1_000) == pytest.approx(200)


def test_chips_come_in_whole_copies_and_whole_servers():
    chips = working_chips_needed(10_000, 500, 0.8)
    assert chips == pytest.approx(25)
    assert copies_needed(chips, 16) == 2
    assert working_servers(2, 16, 8) == 4
    assert working_servers(copies_needed(1, 4), 4, 8) == 1
    assert installed_chips(5, 8) == 40


def test_power_racks_and_cheque_add_up():
    assert meter_power_mw(1_000, 1.0, 1.25) == pytest.approx(1.25)
    assert racks_needed(9, 8, 1.25, 40) == 3  # 10 kW a server, four to a rack
    assert cluster_capital_usd(72, 25_000) == 1_800_000


def test_a_budget_buys_whole_servers_only():
    assert servers_within_power(1, 1.25, 1.0, 8) == 100
    assert servers_within_power(0.009, 1.25, 1.0, 8) == 0
    assert servers_within_budget(1_000_000, 20_000, 8) == 6


def test_what_a_fleet_serves_undoes_what_a_load_needs():
    rate, load = 500, 0.8
    served = dependable_output_tokens_per_s(10, 8, 16, rate, load)
    assert served == pytest.approx(80 * rate * load)
    requests = dependable_requests_per_day(served, 1_000, 2)
    back = peak_output_tokens_per_s(peak_requests_per_s(requests, 2), 1_000)
    assert working_chips_needed(back, rate, load) == pytest.approx(80)


# -- spares ------------------------------------------------------------------------------------


def test_spares_of_ten_servers_of_99_percent_are_those_counted_by_hand():
    """All 10 of 10 work with 0.904, 10 of 11 with 0.995, 10 of 12 with 0.9998."""
    assert fewest_spares(10, 0.99, 0.90) == 0
    assert fewest_spares(10, 0.99, 0.99) == 1
    assert fewest_spares(10, 0.99, 0.999) == 2


@given(st.integers(1, 400), st.floats(0.6, 0.9999), st.floats(0.5, 0.99999))
def test_spares_are_the_fewest_that_keep_the_promise(needed, availability, promise):
    spares = int(fewest_spares(needed, availability, promise))

    def chance(spare):
        return binom.sf(needed - 1, needed + spare, availability)

    assert chance(spares) >= promise * (1 - 1e-9)
    assert spares == 0 or chance(spares - 1) < promise * (1 + 1e-9)


@given(st.integers(1, 400), st.floats(0.6, 0.9999), st.floats(0.5, 0.99999))
def test_a_fleet_with_its_spares_can_count_on_what_was_needed(needed, availability, promise):
    installed = needed + fewest_spares(needed, availability, promise)
    assert most_to_count_on(installed, availability, promise) >= needed
    assert most_to_count_on(installed - 1, availability, promise) < needed or installed == needed


def test_promises_that_cannot_be_kept_or_need_no_care_have_no_answer():
    assert np.isnan(fewest_spares(10, 0.99, 1.0))
    assert np.isnan(fewest_spares(10, 1.0, 0.99))
    assert np.isnan(most_to_count_on(10, 0.0, 0.99))


@given(st.integers(1, 60), st.floats(0.7, 0.99))
def test_worse_servers_and_bolder_promises_take_more_spares(needed, availability):
    base = fewest_spares(needed, availability, 0.99)
    assert fewest_spares(needed, availability - 0.05, 0.99) >= base
    assert fewest_spares(needed, availability, 0.9999) >= base


def test_a_server_of_eight_chips_fails_eight_times_as_often_as_a_chip():
    assert server_availability(48_000, 8, 24) == pytest.approx(6_000 / 6_024)
    assert server_availability(48_000, 1, 24) == pytest.approx(48_000 / 48_024)


# -- training ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "tokens", "stated"),
    [(175e9, 300e9, 3.14e23), (405e9, 15.6e12, 3.8e25)],
    ids=["GPT-3", "Llama 3.1 405B"],
)
def test_six_operations_a_parameter_and_token_give_the_published_arithmetic(parameters, tokens, stated):
    """Published totals, recalled from the papers of both models."""
    assert training_work_tflop(unknown, 6, parameters, tokens) * 1e12 == pytest.approx(stated, rel=0.005)


def test_a_stated_amount_of_work_comes_first():
    assert training_work_tflop(5e12, 6, 1e9, 1e12) == 5e12
    assert training_utilisation(0.4, 0.2) == 0.4
    assert training_utilisation(unknown, 0.2) == 0.2


def test_days_hours_and_energy_follow_by_hand():
    """1,000 chips at 500 TFLOPS of use: 0.5 EFLOPS; 43.2e9 TFLOP take a day."""
    rate = training_rate_tflops(1_000, 0.5)
    days = training_days(43.2e9, 1_000, rate, 1)
    assert days == pytest.approx(1)
    assert training_days(43.2e9, 1_000, rate, 0.5) == pytest.approx(2)
    hours = training_chip_hours(days, 1_000)
    assert hours == pytest.approx(24_000)
    assert training_energy_mwh(hours, 1.25, 1.2) == pytest.approx(36)
    assert training_failures(1, 43_200) == pytest.approx(2)


def test_many_chips_fail_often():
    """The run of 16,384 chips whose 419 unexpected stops in 54 days the fact comes from."""
    between = run_time_between_failures_s(54 * 24 * 16_384 / 419, 16_384)
    assert 54 * 86_400 / between == pytest.approx(419)


def test_youngs_interval_is_the_root_of_twice_checkpoint_and_failure():
    assert checkpoint_interval_s(50, 40_000) == pytest.approx(2_000)


@given(st.floats(1, 300), st.floats(5e3, 1e6), st.floats(0, 2_000), st.floats(0.2, 0.8))
def test_no_other_interval_is_much_better_than_youngs(checkpoint, between, restart, other):
    best = checkpoint_interval_s(checkpoint, between)
    here = training_goodput(best, checkpoint, restart, between)
    assert 0 < here < 1
    for factor in (other, 1 / other):
        assert training_goodput(factor * best, checkpoint, restart, between) < here * 1.02


def test_goodput_is_near_one_where_nothing_fails():
    assert training_goodput(checkpoint_interval_s(1, 1e12), 1, 600, 1e12) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("checkpoint", "restart", "between"), [(60, 900, 11_000), (300, 600, 20_000), (30, 60, 2_000)])
def test_goodput_is_what_a_simulated_run_with_random_failures_keeps(checkpoint, restart, between):
    interval = checkpoint_interval_s(checkpoint, between)
    simulated = simulated_goodput(interval, checkpoint, restart, between, segments=40_000)
    assert training_goodput(interval, checkpoint, restart, between) == pytest.approx(simulated, rel=0.01)


def simulated_goodput(interval, checkpoint, restart, between, segments):
    """Time on the clock, failure by failure: a failed segment starts again, after a restart that may itself fail."""
    random = np.random.default_rng(20261125)
    clock = 0.0
    next_failure = random.exponential(between)
    for _ in range(segments):
        left = interval + checkpoint
        while next_failure < left:
            clock += next_failure
            while (next_failure := random.exponential(between)) < restart:
                clock += next_failure
            clock += restart
            next_failure -= restart
        clock += left
        next_failure -= left
    return segments * interval / clock


# -- offers ------------------------------------------------------------------------------------


def test_an_offer_with_tax_duty_and_freight_comes_to_what_hand_and_paper_give():
    """113,000 with 13 % tax: 100,000 net, 1,000 freight, 5 % duty on both, tax on all three."""
    net = offer_net_price_usd(113_000, 1, 0.13)
    freight = float(offer_freight_usd(unknown, 0.01, net))
    duty = offer_duty_usd(0.05, net, freight)
    vat = offer_vat_usd(0.13, net, freight, duty)
    assert (net, freight, duty, vat) == pytest.approx((100_000, 1_000, 5_050, 13_786.5))
    assert offer_payment_usd(net, freight, duty, vat, 0) == pytest.approx(119_836.5)
    assert offer_payment_usd(net, freight, duty, vat, 1) == pytest.approx(106_050)


def test_a_price_without_tax_is_net_and_a_stated_freight_comes_first():
    assert offer_net_price_usd(100_000, 0, 0.13) == 100_000
    assert offer_freight_usd(700, 0.01, 100_000) == 700


def test_years_without_warranty_cost_repairs_and_more_than_wanted_is_worth_nothing():
    assert offer_warranty_gap_usd(3, 1, 0.04, 100_000) == pytest.approx(8_000)
    assert offer_warranty_gap_usd(3, 5, 0.04, 100_000) == 0


def test_money_paid_early_bears_interest():
    assert offer_waiting_usd(100, 0.5, 365, 0, 0.1) == pytest.approx(5)
    assert offer_waiting_usd(100, 0, 365, 365, 0.1) == pytest.approx(10)
    assert offer_waiting_usd(100, 0, 365, 0, 0.1) == 0


def test_a_card_bears_what_it_lacks_of_a_server():
    assert offer_delivered_cost_usd(700, 80, 20, 8, 0) == 100
    assert offer_delivered_cost_usd(700, 80, 20, 8, 50) == 150


@given(st.floats(100, 1e6), st.floats(0, 500), st.floats(1_000, 50_000), st.floats(0.01, 3))
def test_at_the_tying_price_an_offer_costs_what_its_rival_does(price, fixed, rival, slope):
    tying = offer_tying_price_usd(price, slope * price + fixed, fixed, rival)
    assert slope * tying + fixed == pytest.approx(rival)


# -- ranking models ----------------------------------------------------------------------------


def test_the_slower_of_memory_and_arithmetic_bounds_a_ranking_model():
    gathered = ranking_gb_per_sample(1_000, 250)
    assert gathered == pytest.approx(250e-6)
    memory = ranking_memory_time_s(gathered, 2_000, 0.5)
    compute = ranking_compute_time_s(0.1, 400, 0.25)
    assert memory == pytest.approx(250e-9)
    assert compute == pytest.approx(1e-6)
    assert ranking_samples_per_s_per_chip(memory, compute) == pytest.approx(1e6)
    assert ranking_memory_over_compute(memory, compute) == pytest.approx(0.25)
    assert ranking_samples_per_s_per_usd(1e6, 10_000) == 100
    assert ranking_chips_for_tables(1_000, 80, 0.8) == 16


def test_a_ranking_model_as_published_runs_within_a_factor_of_three_of_the_published_rate(known):
    """MLPerf inference, DLRM-v2 offline on eight H100: recalled, about 344,000 queries of 270 candidates a second.

    Its shape, recalled too: 214 rows of 128 numbers of 16 bits, some 33 million operations a candidate. Our
    efficiencies were assumed for every chip; here the roofline as a whole is held against one published rate.
    """
    published = 344_000 * 270 / 8
    memory = ranking_memory_time_s(ranking_gb_per_sample(214, 256), 3_350, known("ranking_gather_efficiency"))
    compute = ranking_compute_time_s(0.033, 989.4, known("ranking_compute_efficiency"))
    ours = ranking_samples_per_s_per_chip(memory, compute)
    assert published / 3 < ours < published * 3


@pytest.fixture
def known():
    from siliconomics import facts

    table = facts.load()
    return lambda name: table.of(name, ()).value
