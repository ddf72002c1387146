"""Demand: the source's endpoints come out of the chain, and where they contradict each other both figures are shown."""

import pytest

from siliconomics.model import load

YEARS = range(2024, 2031)


@pytest.fixture(scope="module")
def model():
    return load()


@pytest.fixture(scope="module")
def announced(model):
    return load(scenario="announced-capex")


def at(model, quantity, /, **where):
    (record,) = model.solve(quantity, **where)
    return record.value


# -- what ties the chain to its endpoints ------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "solved", "where"),
    [
        ("calibrated_csp_share_of_capex", "csp_share_for_stated_tam", {"year": 2030}),
        ("cloud_capex_at_start_usd_bn", "cloud_capex_for_stated_tam_usd_bn", {"year": 2024}),
        ("capex_pass_through", "capex_pass_through_for_stated_capex", {}),
    ],
)
def test_a_calibrated_fact_is_the_solution_of_what_it_is_calibrated_to(model, fact, solved, where):
    assert at(model, fact) == pytest.approx(at(model, solved, **where), rel=1e-9)


def test_130_times_the_stated_shares_gives_67_only_if_cloud_providers_are_half_of_spending(model):
    share = at(model, "csp_share_for_stated_tam", year=2030)
    assert 130 * (1 - share * 0.3) * 0.9 * 0.85 * 0.8 == pytest.approx(67)
    assert 0.5 < share < 0.55
    without_abroad, all_abroad = 130 * 0.612, 130 * 0.7 * 0.612
    assert all_abroad < 67 < without_abroad


def test_the_chain_from_spending_gives_the_stated_endpoints(model):
    assert at(model, "cloud_capex_from_buyers_usd_bn", year=2030) == pytest.approx(130, rel=1e-9)
    assert at(model, "capex_route_tam_usd_bn", year=2030) == pytest.approx(67, rel=1e-9)
    assert at(model, "capex_route_tam_usd_bn", year=2024) == pytest.approx(6 / 0.33, rel=1e-9)
    assert at(model, "accelerator_share_of_china_cloud_capex", year=2030) == pytest.approx(67 / 130, rel=1e-9)


def test_the_market_follows_the_player_that_is_chosen(model):
    from_capex = load(scenario="demand-from-capex")
    for year in YEARS:
        assert at(from_capex, "china_ai_chip_tam_usd_bn", year=year) == at(model, "capex_route_tam_usd_bn", year=year)
    assert at(from_capex, "china_ai_chip_tam_cagr", year=2030) == pytest.approx(0.243, abs=0.0005)  # 23 % is printed
    assert at(model, "china_ai_chip_tam_usd_bn", year=2030) == 67
    assert at(model, "china_ai_chip_tam_usd_bn", year=2027) is None


def test_the_quarters_of_a_year_add_up_to_it():
    model = load(scenario="demand-from-capex")
    for year in YEARS:
        quarters = [at(model, "accelerator_demand_usd_bn", quarter=f"{year}Q{part}") for part in (1, 2, 3, 4)]
        assert sum(quarters) == pytest.approx(at(model, "china_ai_chip_tam_usd_bn", year=year))
        assert quarters == sorted(quarters)


# -- buyers ------------------------------------------------------------------------------------


def test_the_six_platforms_spend_what_is_stated_of_them(model):
    six = ["ByteDance", "Alibaba", "Tencent", "Baidu", "Meituan", "Kuaishou"]
    spent = {
        year: sum(at(model, "announced_capex_of_buyer_cny_bn", buyer=one, year=year) for one in six) for year in YEARS
    }
    assert spent[2026] == pytest.approx(597)
    assert spent[2026] / spent[2025] - 1 == pytest.approx(0.38)


@pytest.mark.parametrize("scenario", [(), "announced-capex"])
def test_the_parts_of_buyers_add_up_to_the_market(scenario):
    model = load(scenario=scenario)
    buyers = model.graph.labels_of("buyer")
    for year in (2025, 2030):
        parts = [at(model, "accelerator_spending_of_buyer_usd_bn", buyer=one, year=year) for one in buyers]
        assert sum(parts) == pytest.approx(at(model, "capex_route_tam_usd_bn", year=year))


def test_the_six_platforms_alone_contradict_the_stated_total(model, announced):
    """Rmb597bn of six in 2026 are two thirds of the 130 bn dollars that all buyers are said to spend in 2030."""
    assert at(model, "platforms_over_stated_total", year=2026) == pytest.approx(597 / 7 / 130)
    assert at(announced, "cloud_capex_from_buyers_usd_bn", year=2026) > 120
    assert at(announced, "capex_route_tam_usd_bn", year=2030) > 90
    counted = [at(model, "capex_counted_share", buyer="Alibaba", year=year) for year in YEARS]
    assert all(0.4 < one < 0.65 for one in counted)


def test_all_of_announced_spending_is_counted_where_it_is_the_player(announced):
    assert at(announced, "capex_counted_share", buyer="telecom", year=2026) == pytest.approx(1)


def test_less_spending_abroad_is_a_larger_market_at_home(model):
    less = model.with_changes(model.change("csp_overseas_share", 0.1, year=2026))
    assert at(less, "capex_route_tam_usd_bn", year=2030) > at(model, "capex_route_tam_usd_bn", year=2030)
    assert at(less, "capex_route_tam_usd_bn", year=2025) == at(model, "capex_route_tam_usd_bn", year=2025)


def test_servers_with_accelerators_grow_on_a_straight_line_between_two_statements(model):
    shares = [at(model, "ai_server_share_of_year", year=year) for year in range(2025, 2031)]
    assert shares == pytest.approx([0.75, 0.77, 0.79, 0.81, 0.83, 0.85])


# -- tokens ------------------------------------------------------------------------------------


def test_the_stated_bound_of_tokens_is_true_and_ten_times_too_low(model):
    bound = next(one for one in model.facts.figures if one.quantity == "daily_tokens_tn")
    assert (bound.qualifier, bound.number.value) == (">", 10)
    assert at(model, "daily_tokens_at_year_end_tn", year=2025) == 10 * bound.number.value


def test_chips_for_tokens_serve_those_tokens(model):
    chips = at(model, "chips_needed_for_tokens", year=2026) * 1e6
    a_day = chips * at(model, "fleet_rate", year=2026) * at(model, "utilisation", owner="hyperscaler") * 86400
    assert a_day == pytest.approx(at(model, "daily_tokens_at_year_end_tn", year=2026) * 1e12)


def test_a_part_of_the_fleet_serves_at_the_rates_of_the_inference_chapter(model):
    read = at(model, "prefill_input_rate", chip="910C", model="DeepSeek-R1")
    written = at(model, "decode_output_rate", chip="910C", model="DeepSeek-R1")
    rate = at(model, "fleet_part_rate", fleet="Huawei 910C and later")
    assert 1000 / rate == pytest.approx(425 / read + 150 / written)


def test_shares_of_the_fleet_add_up_to_one(model):
    for year in YEARS:
        parts = [at(model, "fleet_share", fleet=one, year=year) for one in model.graph.labels_of("fleet")]
        assert sum(parts) == pytest.approx(1)


def test_tokens_counted_explain_less_than_the_spending(model):
    """The independent route stays below the first in every year; both figures are shown, neither is tuned."""
    assert all(at(model, "tam_reconciliation", year=year) < 1 for year in YEARS)
    assert all(at(model, "tokens_over_servable", year=year) < 1 for year in YEARS)


def test_tokens_that_grow_as_needed_fill_the_chips(model):
    growth = at(model, "daily_tokens_growth_to_fill")
    filled = at(model, "daily_tokens_at_year_end_tn", year=2025) * (1 + growth) ** 5
    assert filled == pytest.approx(at(model, "daily_tokens_servable_tn", year=2030))


def test_heavier_models_close_the_gap_between_the_routes(model):
    load_ = 1 / at(model, "tam_reconciliation", year=2030)
    heavier = model.with_changes(model.change("served_model_load", load_))
    assert at(heavier, "tam_reconciliation", year=2030) == pytest.approx(1)


def test_the_mean_of_a_year_lies_between_its_ends(model):
    for year in YEARS:
        low, high = (at(model, "daily_tokens_at_year_end_tn", year=one) for one in (year - 1, year))
        assert low < at(model, "daily_tokens_mean_tn", year=year) < (low + high) / 2


# -- monetisation ------------------------------------------------------------------------------


def test_at_the_breakeven_price_a_year_breaks_even(model):
    price = at(model, "breakeven_token_price_cny_per_mtoken", year=2028)
    held = model.with_changes(model.change("token_price_cny_per_mtoken", price, year=2028))
    assert at(held, "ai_operating_margin", year=2028) == pytest.approx(0, abs=1e-9)


def test_at_the_price_for_the_target_margin_a_year_has_it(model):
    price = at(model, "token_price_for_target_margin_cny_per_mtoken", year=2030)
    held = model.with_changes(model.change("token_price_cny_per_mtoken", price, year=2030))
    assert at(held, "ai_operating_margin", year=2030) == pytest.approx(0.5)


def test_breakeven_lies_before_the_stated_year_with_the_counted_spending_and_after_it_with_all(model, announced):
    """The source has breakeven by 2028 and about 50 % in 2030, from a model that it does not show."""

    def first(one):
        return next((year for year in YEARS if at(one, "ai_operating_margin", year=year) > 0), None)

    assert first(model) == 2027
    assert first(announced) is None
    assert 0.35 < at(model, "ai_operating_margin", year=2030) < 0.5


def test_cost_is_depreciation_power_and_infrastructure(model):
    parts = [at(model, f"ai_{one}_cny_bn", year=2028) for one in ("depreciation", "power", "infrastructure")]
    assert at(model, "ai_cost_cny_bn", year=2028) == pytest.approx(sum(parts))
    assert parts[0] > parts[2] > parts[1] > 0


# -- China beside the world --------------------------------------------------------------------


def test_serving_and_training_are_the_whole(model):
    from_capex = load(scenario="demand-from-capex")
    parts = [at(from_capex, f"{one}_accelerator_demand_usd_bn", year=2027) for one in ("inference", "training")]
    assert sum(parts) == pytest.approx(at(from_capex, "china_ai_chip_tam_usd_bn", year=2027))


def test_the_share_of_accelerators_in_the_world_lies_between_china_and_the_rest(model):
    for year in YEARS:
        inside = at(model, "accelerator_share_of_china_cloud_capex", year=year)
        outside = at(model, "accelerator_share_outside_china", year=year)
        assert (
            min(inside, outside)
            <= at(model, "accelerator_share_of_global_cloud_capex", year=year)
            <= max(inside, outside)
        )
