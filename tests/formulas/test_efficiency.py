"""Efficiency, systems and balance against published comparisons and hand-made cases, and which way they move."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.facts import LIBRARY, number
from siliconomics.formulas.inference import balance
from siliconomics.formulas.inference.search import INPUTS, evaluate
from siliconomics.formulas.ownership import efficiency
from siliconomics.formulas.package.price import performance_per_usd, performance_per_watt, performance_tflops__printed

positive = st.floats(0.1, 1e6)


# -- as printed --------------------------------------------------------------------------------


def exhibit_21():
    with (LIBRARY / "broker-2026-04-26" / "exhibit-21.csv").open(encoding="utf-8") as file:
        rows = {cells.pop("row"): cells for cells in csv.DictReader(file)}
    return rows, [column for column in rows["Type"] if column != "line"]


ROWS, CHIPS = exhibit_21()


def printed(row, chip):
    return number(ROWS[row][chip])


@pytest.mark.parametrize("chip", CHIPS)
def test_the_printed_rows_follow_from_the_printed_inputs(chip):
    fp16, fp8 = (printed(f"Peformance (TFLOPS at {one})", chip) for one in ("FP16", "FP8"))
    peak = performance_tflops__printed(fp8.value if fp8 else np.nan, fp16.value)
    watt, usd = printed("Performance/watt", chip), printed("Performance/Cost", chip)
    price = printed("Market price (US$)", chip)
    assert performance_per_watt(peak, printed("Power consumption (W)", chip).value) == pytest.approx(
        watt.value, abs=watt.half + 1e-9
    )
    low, high = (performance_per_usd(peak, price.value + side * price.half) for side in (1, -1))
    assert low - usd.half <= usd.value <= high + usd.half


# -- corrected ---------------------------------------------------------------------------------


def test_a_sparse_print_halves_when_only_dense_counts():
    """A100: 624 printed, 312 dense, 400 W: 1.56 becomes 0.78."""
    assert performance_per_watt(624.0, 400.0) == pytest.approx(1.56)
    assert efficiency.fp16_dense_low_tflops_per_watt(312.0, 400.0) == pytest.approx(0.78)
    assert efficiency.fp16_dense_high_tflops_per_watt(312.0, 400.0) == pytest.approx(0.78)


def test_eight_bits_are_fp8_where_there_is_any_else_int8():
    assert efficiency.eight_bit_dense_low_tflops(1979.0, 1979.0) == 1979.0
    assert efficiency.eight_bit_dense_low_tflops(4500.0, 158.0) == 4500.0
    assert efficiency.eight_bit_dense_high_tflops(np.nan, 624.0) == 624.0
    assert np.isnan(efficiency.eight_bit_dense_high_tflops(np.nan, np.nan))


def test_all_dies_of_a_package_share_its_throughput():
    area = efficiency.logic_area_mm2(500.0, 2.0)
    assert area == 1000.0
    assert efficiency.fp16_dense_low_tflops_per_mm2(400.0, area) == pytest.approx(0.4)


@given(positive, positive, st.floats(1.01, 100))
def test_more_watts_or_dollars_for_the_same_peak_are_worse(peak, cost, factor):
    for formula in (
        efficiency.fp16_dense_low_tflops_per_watt,
        efficiency.eight_bit_dense_high_tflops_per_watt,
        efficiency.fp16_dense_high_tflops_per_usd,
        efficiency.eight_bit_dense_low_tflops_per_usd,
    ):
        assert formula(peak, cost * factor) < formula(peak, cost) < formula(peak * factor, cost)


# -- systems: the published comparison of CloudMatrix 384 and GB200 NVL72 ------------------------


def test_chips_add_up_to_the_published_systems():
    assert efficiency.system_fp16_dense_low_tflops(384, 780.0) == pytest.approx(300_000, rel=0.005)
    assert efficiency.system_fp16_dense_high_tflops(72, 2500.0) == pytest.approx(180_000)
    assert efficiency.system_memory_gb(384, 128.0) == pytest.approx(49_200, rel=0.005)
    assert efficiency.system_memory_bandwidth_gb_s(384, 3200.0) == pytest.approx(1_229_000, rel=0.001)
    assert efficiency.system_memory_bandwidth_gb_s(72, 8000.0) == pytest.approx(576_000)


def test_watts_of_the_systems_compare_as_published():
    """2.3 times less throughput and 1.8 times less bandwidth per watt, printed beside 559 and 145 kW."""
    ours = efficiency.system_fp16_dense_low_tflops_per_kw(300_000.0, 559.0)
    theirs = efficiency.system_fp16_dense_high_tflops_per_kw(180_000.0, 145.0)
    assert round(theirs / ours, 1) == 2.3
    bytes_ = [
        efficiency.system_memory_bandwidth_gb_s_per_kw(*pair) for pair in ((1_229_000.0, 559.0), (576_000.0, 145.0))
    ]
    assert round(bytes_[1] / bytes_[0], 1) == 1.8
    assert efficiency.system_power_kw_per_chip(145.0, 72) == pytest.approx(2.01, abs=0.005)


# -- balance: a chip ---------------------------------------------------------------------------


def test_operations_per_byte_of_a_known_chip():
    """H200: 989.5 dense TFLOPS over 4.8 TB/s is 206 operations a byte; over 450 GB/s one way 2,199."""
    assert balance.fp16_operations_per_memory_byte_low(989.5, 4800.0) == pytest.approx(206.1, abs=0.05)
    assert balance.fp16_operations_per_network_byte_high(989.5, 450.0) == pytest.approx(2198.9, abs=0.05)


def test_the_sources_ratio_is_sparse_over_both_ways():
    """A100: 624 over 600 GB/s and 910C: 800 over 784, the two that stand near its best line of 1.0."""
    assert balance.network_bandwidth_both_ways_gb_s(np.nan, 300.0) == 600.0
    assert balance.network_bandwidth_both_ways_gb_s(425.0, 425.0) == 425.0
    assert balance.compute_to_network_ratio__broker_2026(624.0, 600.0) == pytest.approx(1.04)
    assert balance.compute_to_network_ratio__broker_2026(800.0, 784.0) == pytest.approx(1.02, abs=0.001)
    assert balance.compute_to_network_ratio__dense_one_way(312.0, 300.0) == pytest.approx(1.04)


# -- balance: what a workload needs --------------------------------------------------------------

DENSE = {
    "transformer_layers": 10, "dense_mlp_layers": 10, "moe_layers": 0, "hidden_width": 1000, "attention_heads": 10,
    "key_value_heads": 10, "head_width": 100, "value_head_width": 100, "query_lora_rank": 0, "latent_width": 0,
    "rope_width": 0, "dense_mlp_width": 4000, "expert_width": 0, "routed_experts": 1, "active_routed_experts": 1,
    "shared_experts": 0, "vocabulary": 1000, "tied_embeddings": 0, "sliding_window_tokens": 1e12,
    "sliding_window_layers": 0, "sparse_attention_tokens": 1e12, "is_latent_attention": 0, "routing_nodes": 1e6,
}  # fmt: skip
WORK = {
    "input_tokens": 1e-6, "output_tokens": 1e-6, "prefix_share": 0, "draft_tokens": 0, "draft_acceptance": 0.5,
    "weight_bytes": 1, "attention_weight_bytes": 1, "kv_bytes_per_element": 1, "dispatch_wire_bytes": 1,
    "activation_wire_bytes": 2, "answer_length_variation": 0, "launch_factor": 1,
}  # fmt: skip


def need(batch, group=1, split=1, **other):
    columns = {
        **dict.fromkeys(INPUTS, 1.0), **DENSE, **WORK, "group_chips": group, "attention_split": split,
        "sequences_in_group": batch, **other,
    }  # fmt: skip
    names = ("decode_operations_per_memory_byte", "decode_operations_per_network_byte", "decode_step_sent_gb")
    found = evaluate(columns, names)
    return {name: float(np.ravel(value)[0]) for name, value in found.items()}


def test_one_sequence_does_two_operations_for_each_weight_it_reads():
    """A multiplication and an addition; without context there is no cache to read."""
    assert need(1, split=2, group=2)["decode_operations_per_memory_byte"] == pytest.approx(2.0, rel=1e-6)
    assert need(1, split=2, group=2, weight_bytes=2, attention_weight_bytes=2)[
        "decode_operations_per_memory_byte"
    ] == pytest.approx(1.0, rel=1e-6)


def test_a_batch_shares_the_weights_until_the_cache_outgrows_them():
    assert need(64, 2, 2)["decode_operations_per_memory_byte"] == pytest.approx(128, rel=1e-6)
    long = [
        need(batch, 2, 2, input_tokens=4000)["decode_operations_per_memory_byte"] for batch in (1, 8, 64, 512, 4096)
    ]
    assert long == sorted(long)
    assert long[-1] / long[-2] < 1.2
    """Attention does four operations for two elements of cache, whatever the batch: no gain without end."""


def test_the_bytes_sent_for_split_layers_are_two_ring_sums_each():
    """8 chips: 10 layers x 2 sums x 2 x 7/8 x 1,000 wide x 2 bytes, by each chip for each token."""
    expected = 10 * 2 * 2 * 7 / 8 * 1000 * 2 / 1e9
    assert need(8, 8, 8)["decode_step_sent_gb"] == pytest.approx(8 * expected)


def test_the_network_need_does_not_move_with_the_batch():
    few, many = need(8, 8, 8), need(800, 8, 8)
    assert few["decode_operations_per_network_byte"] == pytest.approx(many["decode_operations_per_network_byte"])


def test_a_wider_split_needs_more_network():
    assert need(8, 8, 8)["decode_operations_per_network_byte"] < need(8, 4, 4)["decode_operations_per_network_byte"]
