"""The inference chapter against the worked numbers of DeepSeek-R1, at its limits, and in what must hold anywhere."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siliconomics.formulas.inference.search import (
    ANSWERS,
    INPUTS,
    SHAPE,
    compiled,
    evaluate,
    largest_batch_within,
    layouts,
    slopes,
    space,
)
from siliconomics.formulas.inference.serving import (
    free_memory_gb,
    kv_per_sequence_gb,
    largest_batch,
    prefill_attended_tokens,
    prefill_attention_tflop,
    prefill_chip_time_s,
    prefill_gemm_tflop,
    prefill_time_per_sequence_s,
    resident_weight_gb,
    software_level,
    time_per_output_token_s,
)
from siliconomics.formulas.inference.shape import (
    active_parameters,
    always_read_mlp_parameters,
    attended_tokens,
    attention_parameters,
    context_tokens,
    decode_score_operations,
    distinct_experts,
    expert_parameters,
    grouped_attention_parameters,
    head_parameters,
    kv_bytes_per_token,
    kv_elements_per_token_layer,
    latent_attention_parameters,
    prefill_score_operations,
    routed_parameters,
    total_parameters,
)
from siliconomics.formulas.inference.step import (
    all_reduce_gb_per_token,
    communication_time_s,
    exchange_time_per_token_s,
    exchanged_gb_per_copy,
    expert_destinations,
    expert_weight_read_gb,
    fixed_time_s,
    hidden_communication_time_s,
    kv_read_gb,
    kv_split,
    node_copies,
    nodes_in_group,
    sequences_per_attention_group,
    size_efficiency,
    step_tokens,
    sum_time_per_token_s,
    tokens_per_step,
)

QUICK = settings(max_examples=60, deadline=None)
NO_WINDOW = 1e12

# -- DeepSeek-R1, from the integers of its config ------------------------------------------------------
H, L, DENSE, MOE, E, K, WIDTH, DENSE_WIDTH = 7168, 61, 3, 58, 256, 8, 2048, 18432
Q_RANK, LATENT, ROPE, NOPE, VALUE, HEADS, VOCABULARY = 1536, 512, 64, 128, 128, 128, 129280
ATTENTION = latent_attention_parameters(H, HEADS, NOPE, VALUE, Q_RANK, LATENT, ROPE)
EXPERT = expert_parameters(H, WIDTH)
ROUTED = routed_parameters(MOE, E, EXPERT)
ALWAYS = always_read_mlp_parameters(DENSE, DENSE_WIDTH, MOE, 1, EXPERT, E, H)
HEAD = head_parameters(VOCABULARY, H)
TOTAL = total_parameters(L, ATTENTION, ALWAYS, ROUTED, HEAD, 0)
ACTIVE = active_parameters(L, ATTENTION, ALWAYS, MOE, K, EXPERT, HEAD)
DECODE_SCORES = decode_score_operations(1, HEADS, LATENT, ROPE, NOPE)
PREFILL_SCORES = prefill_score_operations(1, HEADS, NOPE, ROPE, VALUE)
KV_ELEMENTS = kv_elements_per_token_layer(1, LATENT, ROPE, HEADS, NOPE)
KV_BF16 = kv_bytes_per_token(KV_ELEMENTS, L, 2)

R1 = dict(
    transformer_layers=L, dense_mlp_layers=DENSE, moe_layers=MOE, hidden_width=H, attention_heads=HEADS,
    key_value_heads=HEADS, head_width=NOPE, value_head_width=VALUE, query_lora_rank=Q_RANK, latent_width=LATENT,
    rope_width=ROPE, dense_mlp_width=DENSE_WIDTH, expert_width=WIDTH, routed_experts=E, active_routed_experts=K,
    shared_experts=1, vocabulary=VOCABULARY, tied_embeddings=0, sliding_window_tokens=NO_WINDOW,
    sliding_window_layers=0, sparse_attention_tokens=NO_WINDOW, is_latent_attention=1, routing_nodes=4,
)  # fmt: skip
GROUPED = R1 | dict(
    transformer_layers=94, dense_mlp_layers=0, moe_layers=94, hidden_width=4096, attention_heads=64, key_value_heads=4,
    head_width=128, value_head_width=128, expert_width=1536, routed_experts=128, shared_experts=0, vocabulary=151936,
    is_latent_attention=0, routing_nodes=1e6,
)  # fmt: skip
SMALL = GROUPED | dict(
    transformer_layers=32, dense_mlp_layers=32, moe_layers=0, attention_heads=32, key_value_heads=8,
    dense_mlp_width=14336, expert_width=0, routed_experts=1, active_routed_experts=1, vocabulary=128256,
)  # fmt: skip
WINDOWED = GROUPED | dict(
    transformer_layers=36, moe_layers=36, hidden_width=2880, key_value_heads=8, head_width=64, expert_width=2880,
    active_routed_experts=4, sliding_window_tokens=128, sliding_window_layers=18,
)  # fmt: skip
SPARSE = R1 | dict(sparse_attention_tokens=2048)
MODELS = {"R1": R1, "grouped": GROUPED, "small": SMALL, "windowed": WINDOWED, "sparse": SPARSE}

H200 = dict(
    memory_size_gb=141, memory_bandwidth_gb_s=4800, gemm_peak_tflops=1979, attention_peak_tflops=989,
    base_peak_tflops=989, scaleup_link_gb_s=450, scaleout_link_gb_s=50, linked_chips=8,
)  # fmt: skip
WORKLOAD = dict(
    input_tokens=1024, output_tokens=1024, prefix_share=0, draft_tokens=0, draft_acceptance=0.5, weight_bytes=1,
    attention_weight_bytes=1, kv_bytes_per_element=2, dispatch_wire_bytes=1, activation_wire_bytes=2,
    answer_length_variation=0, launch_factor=1,
)  # fmt: skip
IDEAL = dict(
    memory_bandwidth_efficiency=1, gemm_efficiency=1, attention_efficiency=1, prefill_gain=1,
    half_efficiency_tflops=1e15, network_efficiency=1, fixed_time_per_layer_s=0, routing_time_per_layer_s=0,
    collective_latency_s=0, crossing_latency_s=0, communication_overlap=0, expert_imbalance=1, usable_memory_share=0.9,
    reserved_memory_gb=3.5, memory_size_factor=1, engine_level=1, software_gap=0, software_age_years=10,
    software_catch_up_years=1,
)  # fmt: skip
USUAL = IDEAL | dict(
    memory_bandwidth_efficiency=0.78, gemm_efficiency=0.8, attention_efficiency=0.6, prefill_gain=1.1,
    half_efficiency_tflops=2700, network_efficiency=0.7, fixed_time_per_layer_s=22e-6, routing_time_per_layer_s=55e-6,
    collective_latency_s=12e-6, crossing_latency_s=30e-6, communication_overlap=0.6, expert_imbalance=1.25,
    software_gap=1, software_age_years=1,
)  # fmt: skip
TP8 = dict(group_chips=8, attention_split=8, pipeline_stages=1, sequences_in_group=64)
DP8 = dict(group_chips=8, attention_split=1, pipeline_stages=1, sequences_in_group=512)


def answer(*parts, answers=ANSWERS, **changes):
    """Answers as plain numbers, for one configuration."""
    columns = {
        name: value for part in (R1, H200, WORKLOAD, IDEAL, TP8, *parts, changes) for name, value in part.items()
    }
    return {name: float(np.ravel(value)[0]) for name, value in evaluate(columns, answers).items()}


# -- parameters -----------------------------------------------------------------------------------------
def test_parameters_of_one_layer():
    assert pytest.approx(187.11e6, rel=5e-5) == ATTENTION
    parts = H * Q_RANK, Q_RANK * HEADS * (NOPE + ROPE), H * (LATENT + ROPE), LATENT * HEADS * (NOPE + VALUE)
    assert [round(part / 1e6, 2) for part in parts] == [11.01, 37.75, 4.13, 16.78]
    assert sum(parts) + HEADS * VALUE * H == ATTENTION
    assert pytest.approx(44.04e6, rel=1e-4) == EXPERT
    assert always_read_mlp_parameters(1, DENSE_WIDTH, 0, 1, EXPERT, E, H) == pytest.approx(396.36e6, rel=1e-5)
    assert always_read_mlp_parameters(0, DENSE_WIDTH, 1, 0, EXPERT, E, H) == pytest.approx(1.84e6, rel=5e-3)


def test_parameters_of_the_whole_model():
    assert pytest.approx(671.03e9, rel=1e-5) == TOTAL
    assert pytest.approx(653.91e9, rel=1e-5) == ROUTED
    assert ROUTED / TOTAL == pytest.approx(0.974, abs=1e-3)
    assert L * ATTENTION + ALWAYS + HEAD == pytest.approx(16.19e9, rel=5e-4)
    assert pytest.approx(36.62e9, rel=2e-4) == ACTIVE


def test_tied_embeddings_are_counted_once():
    assert TOTAL - total_parameters(L, ATTENTION, ALWAYS, ROUTED, HEAD, 1) == HEAD


def test_the_kind_of_attention_chooses_its_weights():
    grouped = grouped_attention_parameters(4096, 32, 8, 128)
    assert grouped == 2 * 4096 * 32 * 128 + 2 * 4096 * 8 * 128
    assert attention_parameters(1, ATTENTION, grouped) == ATTENTION
    assert attention_parameters(0, ATTENTION, grouped) == grouped


# -- arithmetic -----------------------------------------------------------------------------------------
def test_linear_part_of_a_token():
    assert 2 * ACTIVE == pytest.approx(73.25e9, rel=2e-4)


@pytest.mark.parametrize(("context", "gflop"), [(1024, 17.4), (1536, 26.1), (2048, 34.8), (4096, 69.6), (8192, 139.2)])
def test_attention_of_a_token_in_latent_form(context, gflop):
    assert L * DECODE_SCORES * context / 1e9 == pytest.approx(gflop, abs=0.06)


def test_attention_overtakes_the_linear_part_at_about_4300_tokens():
    assert 2 * ACTIVE / (L * DECODE_SCORES) == pytest.approx(4300, rel=0.01)


@pytest.mark.parametrize(("tokens", "gflop"), [(1024, 2.56), (8192, 20.5)])
def test_attention_of_a_prompt_unfolded_into_heads(tokens, gflop):
    attended = prefill_attended_tokens(tokens, L, 0, NO_WINDOW, NO_WINDOW)
    assert attended == tokens / 2
    assert prefill_attention_tflop(L, PREFILL_SCORES, tokens, attended, 0) / tokens * 1e3 == pytest.approx(
        gflop, rel=2e-3
    )


@pytest.mark.parametrize(("tokens", "tflop", "ms"), [(1024, 77.6, 14.0), (8192, None, 138)])
def test_a_prompt_on_eight_h200_at_a_third_of_their_peak(tokens, tflop, ms):
    """The worked number runs every token through the head; our formula leaves the head out, as it is needed once."""
    gemm = prefill_gemm_tflop(ACTIVE, HEAD, tokens, 0) + 2 * HEAD * tokens / 1e12
    attention = prefill_attention_tflop(L, PREFILL_SCORES, tokens, tokens / 2, 0)
    if tflop:
        assert gemm + attention == pytest.approx(tflop, abs=0.05)
    time = prefill_chip_time_s(gemm, attention, 0.35 * 1979, 0.35 * 1979, 1, 8, 1)
    assert time * 1e3 == pytest.approx(ms, rel=5e-3)


def test_operations_for_each_byte_of_cache():
    assert DECODE_SCORES / (KV_ELEMENTS * 2) == pytest.approx(242, abs=0.5)
    assert DECODE_SCORES / (KV_ELEMENTS * 1) == pytest.approx(484, abs=0.5)


@pytest.mark.parametrize(
    ("peak", "bandwidth", "ridge", "times"), [(989, 4800, 206, 1.17), (148, 4000, 37, 6.5)], ids=["H200", "H20"]
)
def test_latent_attention_is_bound_by_arithmetic(peak, bandwidth, ridge, times):
    """Just so on H200, by far on H20: more bandwidth alone changes nothing there."""
    assert peak * 1e3 / bandwidth == pytest.approx(ridge, rel=5e-3)
    assert DECODE_SCORES / (KV_ELEMENTS * 2) / (peak * 1e3 / bandwidth) == pytest.approx(times, rel=0.01)
    chip = dict(attention_peak_tflops=peak, memory_bandwidth_gb_s=bandwidth)
    one = answer(chip, DP8)["attention_time_s"]
    assert answer(chip, DP8, memory_bandwidth_gb_s=2 * bandwidth)["attention_time_s"] == one
    assert answer(chip, DP8, attention_peak_tflops=1.1 * peak)["attention_time_s"] < one


# -- distinct experts -----------------------------------------------------------------------------------
DISTINCT = [
    # tokens, experts, their share, GB at 8 bits
    (1, 8, 0.031, 20.4),
    (4, 30.5, 0.119, 78),
    (8, 57.4, 0.224, 147),
    (16, 102, 0.398, 260),
    (32, 163, 0.638, 417),
    (64, 222, 0.869, 568),
    (128, 252, 0.983, 643),
    (256, 255.9, 0.9997, 654),
]


@pytest.mark.parametrize(("tokens", "experts", "share", "gigabytes"), DISTINCT)
def test_distinct_experts_and_their_bytes(tokens, experts, share, gigabytes):
    found = distinct_experts(E, K, tokens)
    assert found == pytest.approx(experts, rel=4e-3)
    assert found / E == pytest.approx(share, abs=6e-4)
    assert expert_weight_read_gb(MOE, found, EXPERT, 1, 1, 1) == pytest.approx(gigabytes, rel=3e-3)


@pytest.mark.parametrize(("tokens", "rows"), [(1, 1.0), (64, 2.3), (128, 4.1), (256, 8), (1024, 32), (2048, 64)])
def test_rows_of_an_expert_that_is_met(tokens, rows):
    assert tokens * K / distinct_experts(E, K, tokens) == pytest.approx(rows, rel=0.02)


def test_distinct_experts_at_their_limits():
    assert distinct_experts(E, K, 1) == pytest.approx(K)
    assert distinct_experts(E, K, 1e6) == E
    assert distinct_experts(1, 1, 17) == 1
    assert distinct_experts(E, E, 1) == E


@QUICK
@given(st.integers(2, 512), st.data())
def test_distinct_experts_are_what_independent_choices_give(experts, data):
    chosen = data.draw(st.integers(1, experts))
    tokens = data.draw(st.integers(1, 2000))
    found = distinct_experts(experts, chosen, tokens)
    assert chosen * (1 - 1e-12) <= found <= min(experts, chosen * tokens) * (1 + 1e-12)
    assert found <= distinct_experts(experts, chosen, tokens + 1) * (1 + 1e-12)


def test_weights_alone_bound_a_step_on_eight_h200():
    """What a predictor forgets that takes 9.3 ms for 128 tokens, or 19.5 ms for one."""
    parts = ("attention_projection_time_s", "mlp_time_s", "expert_time_s")
    for batch, ms in ((1, 0.95), (128, 17.2)):
        found = answer(sequences_in_group=batch)
        assert sum(found[part] for part in parts) * 1e3 == pytest.approx(ms, rel=5e-3)


# -- cache and memory -----------------------------------------------------------------------------------
def test_cache_of_a_token():
    assert KV_ELEMENTS * L == 35136
    assert pytest.approx(70.3e3, rel=1e-3) == KV_BF16
    assert kv_bytes_per_token(KV_ELEMENTS, L, 1) == pytest.approx(35.1e3, rel=2e-3)
    plain = kv_bytes_per_token(kv_elements_per_token_layer(0, 0, 0, HEADS, NOPE), L, 2)
    assert plain == pytest.approx(4.0e6, rel=2e-3)
    assert plain / KV_BF16 == pytest.approx(57, rel=2e-3)
    assert KV_BF16 * 1024 == pytest.approx(72e6, rel=2e-3)


@pytest.mark.parametrize(
    ("memory", "chips", "most"),
    [(141, 8, 170), (150.755, 8, 232), (180, 8, 414), (96, 16, 173), (80, 16, 73), (128, 16, 373)],
    ids=["H200 x 8", "H200 x 8 as nvidia-smi counts", "B200 x 8", "H20 x 16", "H100 x 16", "910C x 16"],
)
def test_sequences_that_a_chip_holds_with_data_parallel_attention(memory, chips, most):
    """The worked numbers repeat both embeddings on every chip at a byte a weight: put in as such."""
    resident = (L * ATTENTION + ALWAYS + 2 * HEAD + ROUTED / chips) / 1e9
    free = free_memory_gb(memory, 1, 0.9, resident, 3.5)
    cache = kv_per_sequence_gb(1024, 1024, KV_BF16, 1)
    assert largest_batch(free, cache, chips, 1) / chips == pytest.approx(most, abs=1)


def test_resident_weights_spread_embeddings_over_the_group():
    """Ours: both embeddings at 16 bits, spread over all chips; all else as in the worked numbers."""
    repeated = (L * ATTENTION + ALWAYS + ROUTED / 8) / 1e9
    ours = resident_weight_gb(L, ATTENTION, 1, ALWAYS, HEAD, ROUTED, 1, 1, 8, 1)
    assert ours == pytest.approx(repeated + 4 * HEAD / 8 / 1e9, rel=1e-12)
    assert repeated + 2 * HEAD / 1e9 - ROUTED / 8 / 1e9 == pytest.approx(17.1, abs=0.05)
    assert resident_weight_gb(L, ATTENTION, 1, ALWAYS, HEAD, ROUTED, 1, 8, 8, 1) == pytest.approx(84, abs=0.3)


@pytest.mark.parametrize(("memory", "fits"), [(96, True), (80, False), (141, True)], ids=["H20", "H100", "H200"])
def test_eight_chips_hold_the_model_only_where_it_is_known_to_run(memory, fits):
    found = answer(memory_size_gb=memory, memory_size_factor=1.0737)
    assert (found["largest_batch"] >= 1) == fits
    data_parallel = answer(DP8, memory_size_gb=memory)
    assert (data_parallel["largest_batch"] > 0) == (memory == 141)


def test_where_weights_do_not_fit_no_sequence_does():
    found = answer(memory_size_gb=40)
    assert found["free_memory_gb"] < 0
    assert found["largest_batch"] == 0
    assert largest_batch(-5, 0.1, 8, 1) == 0


# -- the network ----------------------------------------------------------------------------------------
def test_sums_of_tensor_parallelism():
    assert all_reduce_gb_per_token(1, H, 2, 8) * 1e6 / 2 == pytest.approx(25.1, abs=0.05)
    assert all_reduce_gb_per_token(L, H, 2, 8) * 1e3 == pytest.approx(3.06, abs=0.005)
    assert all_reduce_gb_per_token(L, H, 2, 1) == 0


def test_exchange_with_experts_before_copies_are_merged():
    """8 bits with a scale of 4 bytes for every 128 elements on the way out, 16 bits on the way back."""
    assert K * exchanged_gb_per_copy(1, H, 1 + 4 / 128, 0) * 1e6 == pytest.approx(57.3 + 1.8, abs=0.05)
    assert K * exchanged_gb_per_copy(1, H, 0, 2) * 1e6 == pytest.approx(114.7, abs=0.05)
    assert K * exchanged_gb_per_copy(MOE, H, 1 + 4 / 128, 2) * 1e3 == pytest.approx(9.98, abs=0.15)


@pytest.mark.parametrize(("chips", "copies"), [(8, 5.29), (16, 6.52), (32, 7.27), (72, 7.62), (128, 7.89), (256, 8.0)])
def test_copies_of_a_token_sent_once_to_each_chip(chips, copies):
    """The worked numbers draw experts without putting back; our formula with: at most 1.5 % fewer copies."""
    ours = expert_destinations(K, chips)
    assert copies * 0.985 <= ours <= copies * 1.001
    if E % chips == 0:
        exact = chips * (1 - comb(E - E // chips, K) / comb(E, K))
        assert exact == pytest.approx(copies, abs=0.006)


def test_copies_that_leave_a_domain_stop_at_the_limit_of_the_router():
    assert node_copies(1, K, 4) == 0
    assert node_copies(40, K, 4) == pytest.approx(4 * 39 / 40)
    assert node_copies(40, K, 1e6) == pytest.approx(40 * (1 - (39 / 40) ** 8) * 39 / 40)
    assert nodes_in_group(4, 8) == 1
    assert nodes_in_group(32, 8) == 4


def test_one_chip_has_no_network():
    assert sum_time_per_token_s(all_reduce_gb_per_token(L, H, 2, 1), 1, 8, 450, 50, 0.7) == 0
    assert exchange_time_per_token_s(0.001, 1, 0, 1, 1, 450, 50, 0.7) == 0
    assert communication_time_s(0, 0, 64, 1, 1) == 0
    assert fixed_time_s(L, 20e-6, 0, 0, 1, 12e-6, 30e-6, 1, 1, 8, 1) == pytest.approx(L * 20e-6)
    assert fixed_time_s(L, 20e-6, MOE, 60e-6, 1, 12e-6, 30e-6, 8, 8, 8, 1) == pytest.approx(L * 44e-6 + MOE * 60e-6)


def test_attention_cut_over_more_than_a_domain_goes_over_the_slow_links():
    inside = sum_time_per_token_s(1, 8, 8, 450, 50, 1)
    outside = sum_time_per_token_s(1, 16, 8, 450, 50, 1)
    assert (inside, outside) == (pytest.approx(1 / 450), pytest.approx(1 / 50))


def test_the_exchange_takes_the_slower_of_inside_and_outside():
    inside = exchange_time_per_token_s(1, 6, 0, 16, 1, 450, 50, 1)
    assert inside == pytest.approx(6 * 15 / 16 / 450)
    assert exchange_time_per_token_s(1, 6, 2, 16, 1, 450, 50, 1) == pytest.approx(2 / 50)
    assert exchange_time_per_token_s(1, 6, 2, 16, 16, 450, 50, 1) == 0


def test_only_data_parallel_attention_hides_communication():
    assert hidden_communication_time_s(3, 2, 0.5, 8, 1) == 1
    assert hidden_communication_time_s(2, 3, 0.5, 8, 1) == 1
    assert hidden_communication_time_s(3, 2, 0.5, 8, 8) == 0
    assert prefill_time_per_sequence_s(3, 2, 0.5, 8, 1) == 4
    assert prefill_time_per_sequence_s(3, 2, 0.5, 8, 8) == 5


# -- the kinds of attention -----------------------------------------------------------------------------
@given(st.integers(1, 1024), st.integers(1, 128))
def test_the_cache_of_latent_attention_is_never_split(ways, heads):
    assert kv_split(1, heads, ways) == 1
    assert kv_split(0, heads, ways) == min(heads, ways)


def test_latent_attention_under_tensor_parallelism_reads_the_whole_cache_on_every_chip():
    whole = sequences_per_attention_group(64, 8, 8)
    share = sequences_per_attention_group(64, 1, 8)
    assert (whole, share) == (64, 8)
    assert kv_read_gb(whole, 1536, KV_BF16, kv_split(1, 1, 8)) == pytest.approx(64 * 1536 * KV_BF16 / 1e9)
    assert kv_read_gb(share, 1536, KV_BF16, 1) == pytest.approx(8 * 1536 * KV_BF16 / 1e9)


def test_data_parallel_attention_holds_eight_times_the_sequences():
    free = 10.0
    cache = kv_per_sequence_gb(1024, 1024, KV_BF16, 1)
    assert largest_batch(free, cache, 8, 1) == 8 * largest_batch(free, cache, 8, 8)


@pytest.mark.parametrize(
    ("context", "layers", "windowed", "window", "sparse", "read"),
    [
        (4096, 36, 0, NO_WINDOW, NO_WINDOW, 4096),
        (4096, 36, 36, 128, NO_WINDOW, 128),
        (4096, 36, 18, 128, NO_WINDOW, (4096 + 128) / 2),
        (100, 36, 18, 128, NO_WINDOW, 100),
        (4096, 61, 0, NO_WINDOW, 2048, 2048),
        (1000, 61, 0, NO_WINDOW, 2048, 1000),
    ],
    ids=["all", "window", "half the layers", "shorter than the window", "sparse", "shorter than the choice"],
)
def test_tokens_that_attention_reads(context, layers, windowed, window, sparse, read):
    assert attended_tokens(context, layers, windowed, window, sparse) == pytest.approx(read)
    assert prefill_attended_tokens(2 * context, layers, windowed, window, sparse) == pytest.approx(read)


def test_context_while_answering_is_the_prompt_and_half_the_answer():
    assert context_tokens(1024, 1024, 0) == 1536


@pytest.mark.parametrize("model", ["sparse", "windowed"])
def test_a_long_context_costs_sparse_attention_less(model):
    full = MODELS[model] | dict(sparse_attention_tokens=NO_WINDOW, sliding_window_layers=0)
    long = dict(input_tokens=32768)
    assert answer(MODELS[model], long)["attention_time_s"] < 0.6 * answer(full, long)["attention_time_s"]
    assert answer(MODELS[model], long)["largest_batch"] == answer(full, long)["largest_batch"]


# -- drafts ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("drafts", "acceptance", "tokens"), [(1, 0.8, 1.80), (1, 0.85, 1.85), (1, 0.9, 1.90), (3, 0.8, 2.95)]
)
def test_tokens_that_a_step_gains(drafts, acceptance, tokens):
    assert tokens_per_step(drafts, acceptance) == pytest.approx(tokens, abs=0.003)


def test_without_drafts_a_step_gains_one_token():
    assert tokens_per_step(0, 0.7) == pytest.approx(1, rel=1e-15)
    assert tokens_per_step(3, 0) == 1
    assert step_tokens(64, 0) == 64
    assert step_tokens(64, 3) == 256


def test_one_draft_at_batch_four_nearly_doubles_the_experts_read():
    assert distinct_experts(E, K, step_tokens(4, 1)) / distinct_experts(E, K, 4) == pytest.approx(1.9, abs=0.03)


# -- a whole step, by a second route --------------------------------------------------------------------
def by_hand(group, split, batch, soft, chip=H200, context=1536, kv=2):
    """A decode step of R1 with 8-bit weights in plain arithmetic, from the config's integers."""
    tokens, wide = batch, group > split
    bandwidth = chip["memory_bandwidth_gb_s"] * 1e9 * soft["memory_bandwidth_efficiency"]
    size = 1 / (1 + chip["base_peak_tflops"] / soft["half_efficiency_tflops"])
    gemm = chip["gemm_peak_tflops"] * 1e12 * soft["gemm_efficiency"] * size
    scores = chip["attention_peak_tflops"] * 1e12 * soft["attention_efficiency"] * size
    attention, expert, head = 187_105_280, 3 * 7168 * 2048, 129280 * 7168
    mlp = 3 * 3 * 7168 * 18432 + 58 * (expert + 256 * 7168)
    met = 256 * (1 - (1 - 8 / 256) ** tokens)
    skew = soft["expert_imbalance"]
    times = [
        max(61 * attention / split / bandwidth, 2 * 61 * attention * tokens / group / gemm),
        max((mlp / split + head / group) / bandwidth, 2 * (mlp + head) * tokens / group / gemm),
        max(
            58 * met * expert * skew / group / bandwidth,
            2 * 58 * 8 * expert * tokens * skew / group / gemm,
        ),
        max(
            batch * split / group * context * 61 * 576 * kv / bandwidth,
            61 * 2 * 128 * 1088 * tokens * context / group / scores,
        ),
        61 * (soft["fixed_time_per_layer_s"] + 2 * soft["collective_latency_s"] * (group > 1))
        + 58 * soft["routing_time_per_layer_s"],
    ]
    link = chip["scaleup_link_gb_s"] * 1e9 * soft["network_efficiency"]
    sums = 61 * 2 * 2 * (split - 1) / split * 7168 * 2 / link
    copies = group * (1 - (1 - 1 / group) ** 8)
    exchange = 58 * 7168 * 3 * copies * (group - split) / group / link
    network = tokens / group * (sums * split + exchange)
    hidden = soft["communication_overlap"] * min(sum(times), network) if wide else 0
    return sum(times) + network - hidden


@pytest.mark.parametrize("soft", [IDEAL, USUAL], ids=["ideal", "usual"])
@pytest.mark.parametrize("batch", [1, 64, 1024, 8192])
@pytest.mark.parametrize("split", [1, 2, 8])
def test_a_step_by_hand(split, batch, soft):
    found = answer(soft, group_chips=8, attention_split=split, sequences_in_group=batch)
    assert found["decode_step_time_s"] == pytest.approx(by_hand(8, split, batch, soft), rel=1e-9)


def test_parts_add_up_to_the_step():
    found = answer(USUAL)
    parts = "attention_projection", "attention", "mlp", "expert", "communication", "fixed"
    assert sum(found[f"{part}_time_s"] for part in parts) == pytest.approx(found["decode_step_time_s"], rel=1e-12)


# -- serving --------------------------------------------------------------------------------------------
def test_prompts_are_read_between_steps():
    assert time_per_output_token_s(0.02, 1, 100, 0.01, 1000) == pytest.approx(0.02 + 100 * 0.01 / 1000)
    assert time_per_output_token_s(0.02, 1.8, 100, 0, 1000) == pytest.approx(0.02 / 1.8)


@pytest.mark.parametrize("layout", [TP8, DP8], ids=["TP8", "DP8"])
@pytest.mark.parametrize("drafts", [0, 1])
def test_mixed_serving_is_the_harmonic_sum_of_its_two_pools(layout, drafts):
    found = answer(USUAL, layout, draft_tokens=drafts, input_tokens=3000, output_tokens=700)
    pools = 1 / (3000 / 700 / found["prefill_input_rate"] + 1 / found["decode_output_rate"])
    assert found["mixed_output_rate"] == pytest.approx(pools, rel=1e-9)


def test_utilisation_is_an_outcome():
    found = answer(USUAL)
    done = 2 * ACTIVE * found["mixed_output_rate"] / (1979e12)
    assert found["achieved_utilisation"] == pytest.approx(done, rel=1e-9)
    assert 0 < found["achieved_utilisation"] < 1


def test_a_cached_prefix_saves_work_but_no_memory():
    half = answer(USUAL, prefix_share=0.5)
    none = answer(USUAL)
    assert half["prefill_time_per_sequence_s"] == pytest.approx(none["prefill_time_per_sequence_s"] / 2, rel=1e-9)
    assert half["largest_batch"] == none["largest_batch"]


def test_software_closes_its_gap_with_age():
    assert software_level(0.8, 1, 100, 0.75) == pytest.approx(0.8)
    assert software_level(1, 1, 0, 0.75) == pytest.approx(np.exp(-1))
    assert software_level(1, 0, 0, 0.75) == 1


def test_arithmetic_at_sixteen_bits_is_halved_at_its_own_size():
    assert size_efficiency(2500, 2500) == 0.5


# -- the search -----------------------------------------------------------------------------------------
def test_every_answer_reads_only_the_inputs():
    assert len(set(INPUTS)) == len(INPUTS)
    assert compiled() is compiled()
    assert set(R1) == set(SHAPE)


def test_layouts_of_a_mixture_and_of_a_dense_model():
    found = layouts(8, 128, True)
    assert {(8, 8, 1), (8, 1, 1), (8, 2, 1), (4, 4, 1), (1, 1, 1), (4, 1, 2)} <= set(found)
    assert all(8 % group == 0 and group % split == 0 for group, split, _ in found)
    assert [way[:2] for way in layouts(8, 128, False) if way[2] == 1] == [(1, 1), (2, 2), (4, 4), (8, 8)]
    assert max(split for _, split, _ in layouts(64, 16, True)) == 16
    assert (6, 6, 1) in layouts(6, 128, True)
    assert layouts(1, 128, True) == [(1, 1, 1)]
    assert {way for way in layouts(16, 128, False) if way[2] == 4} == {(1, 1, 4), (2, 2, 4), (4, 4, 4)}
    assert all(16 % (group * stages) == 0 for group, _, stages in layouts(16, 128, True))


def test_a_pipeline_trades_nothing_but_memory_and_handing_over():
    """Two stages of eight chips: half the layers' weights on each chip, the same time but for one hop."""
    one, two = (answer(USUAL, TP8, pipeline_stages=stages) for stages in (1, 2))
    assert two["largest_batch"] > one["largest_batch"]
    assert two["decode_step_time_s"] - one["decode_step_time_s"] == pytest.approx(USUAL["crossing_latency_s"])
    assert two["expert_time_s"] == one["expert_time_s"]


BATCHES = 2.0 ** np.arange(0, 16.5, 0.5)


def test_a_space_is_every_layout_with_every_batch():
    columns = space(8, 128, True, BATCHES)
    pairs = layouts(8, 128, True)
    assert {len(column) for column in columns.values()} == {len(pairs) * len(BATCHES)}
    assert len(set(zip(*columns.values(), strict=True))) == len(pairs) * len(BATCHES)


@pytest.mark.parametrize("decoding", [False, True])
def test_the_largest_batch_within_a_limit_meets_it_and_one_more_does_not(decoding):
    one = R1 | H200 | WORKLOAD | USUAL | dict(group_chips=8.0, attention_split=1.0, pipeline_stages=1.0)
    size = largest_batch_within(one, np.array([0.05]), np.array([1e5]), decoding)
    found = evaluate(one | {"sequences_in_group": size * np.array([1.0, 1.001])})
    time = found["decode_step_time_s"] if decoding else found["time_per_output_token_s"]
    time = time / found["software_level"]
    assert time[0] == pytest.approx(0.05, rel=1e-6)
    assert time[1] > 0.05


def test_slopes_of_arrays_are_those_of_small_moves():
    one = R1 | H200 | WORKLOAD | USUAL | dict(group_chips=8.0, attention_split=1.0, pipeline_stages=1.0)
    one["sequences_in_group"] = np.array([8.0, 300.0, 2000.0])
    value, found = slopes(one, "mixed_output_rate")
    for name in ("memory_bandwidth_gb_s", "gemm_efficiency", "output_tokens", "fixed_time_per_layer_s"):
        step = one[name] * 1e-6
        moved = evaluate(one | {name: one[name] + step}, ("mixed_output_rate",))["mixed_output_rate"]
        assert found[name] == pytest.approx((moved - value) / step, rel=1e-3, abs=1e-9 * abs(value[0] / one[name]))


def test_answers_that_differ_in_length_cost_as_a_longer_context():
    """E[L^2] / 2 E[L]: of answers all alike half their length, of exponential ones all of it."""
    alike, apart = (answer(USUAL, DP8, answer_length_variation=one)["attention_time_s"] for one in (0.0, 1.0))
    twice = answer(USUAL, DP8, input_tokens=1024 + 512)["attention_time_s"]
    assert alike < apart
    assert apart == pytest.approx(twice)


def test_attention_across_domains_waits_for_the_slower_links():
    inside, across = (answer(USUAL, TP8, linked_chips=size)["fixed_time_s"] for size in (8, 4))
    assert across - inside == pytest.approx(61 * 2 * USUAL["crossing_latency_s"])


def test_launches_one_by_one_lengthen_the_fixed_time_alone():
    one, three = (answer(USUAL, TP8, launch_factor=factor) for factor in (1.0, 3.0))
    launches = 61 * USUAL["fixed_time_per_layer_s"] + 58 * USUAL["routing_time_per_layer_s"]
    assert three["fixed_time_s"] - one["fixed_time_s"] == pytest.approx(2 * launches)
    assert three["expert_time_s"] == one["expert_time_s"]


def test_arrays_give_what_numbers_give():
    columns = space(8, 128, True, BATCHES)
    together = evaluate(R1 | H200 | WORKLOAD | USUAL | columns)
    for row in range(0, len(columns["group_chips"]), 61):
        alone = answer(USUAL, {name: column[row] for name, column in columns.items()})
        for name in ("mixed_output_rate", "largest_batch", "decode_step_time_s"):
            assert np.broadcast_to(together[name], columns["group_chips"].shape)[row] == pytest.approx(alone[name])


# -- properties -----------------------------------------------------------------------------------------
RATES = ("mixed_output_rate", "decode_output_rate", "prefill_input_rate")


@st.composite
def configurations(draw):
    """A model, a chip, a workload, a layout and software, as columns of one configuration."""

    def some(low, high):
        return float(np.exp(draw(st.floats(np.log(low), np.log(high)))))

    def share(low, high=1.0):
        return draw(st.floats(low, high))

    base = some(50, 3000)
    group = 2 ** draw(st.integers(0, 8))
    split = 2 ** draw(st.integers(0, group.bit_length() - 1))
    shape = draw(st.sampled_from(sorted(MODELS)))
    if MODELS[shape]["moe_layers"] == 0:
        split = group
    chip = dict(
        memory_size_gb=some(16, 400), memory_bandwidth_gb_s=some(200, 20000), base_peak_tflops=base,
        gemm_peak_tflops=base * draw(st.sampled_from([1, 2, 4])), attention_peak_tflops=base,
        scaleup_link_gb_s=some(10, 2000), scaleout_link_gb_s=some(5, 400),
        linked_chips=2 ** draw(st.integers(0, 6)),
    )  # fmt: skip
    workload = dict(
        input_tokens=some(1, 1e5), output_tokens=some(1, 1e5), prefix_share=share(0, 0.9),
        draft_tokens=draw(st.integers(0, 4)), draft_acceptance=share(0.01, 0.95),
        weight_bytes=draw(st.sampled_from([0.5625, 1, 2])), attention_weight_bytes=draw(st.sampled_from([1, 2])),
        kv_bytes_per_element=draw(st.sampled_from([1, 2])), dispatch_wire_bytes=draw(st.sampled_from([1, 2])),
        answer_length_variation=share(0, 2), launch_factor=share(1, 4),
    )  # fmt: skip
    gemm = share(0.2)
    soft = dict(
        memory_bandwidth_efficiency=share(0.2), gemm_efficiency=gemm, attention_efficiency=share(0.2, 0.9),
        prefill_gain=share(0.5, 1 / max(gemm, 0.9)), half_efficiency_tflops=some(300, 1e5),
        network_efficiency=share(0.1), fixed_time_per_layer_s=some(1e-6, 2e-4),
        routing_time_per_layer_s=some(1e-6, 2e-4), collective_latency_s=some(1e-6, 1e-4), crossing_latency_s=some(1e-6, 1e-4),
        communication_overlap=share(0), expert_imbalance=share(1.0, 3.0), usable_memory_share=share(0.5, 0.95),
        reserved_memory_gb=share(0.0, 8.0), memory_size_factor=share(1.0, 1.0737), engine_level=share(0.3),
        software_gap=share(0.0, 2.0), software_age_years=share(0.0, 5.0), software_catch_up_years=share(0.2, 2.0),
    )  # fmt: skip
    layout = dict(
        group_chips=group,
        attention_split=split,
        pipeline_stages=draw(st.sampled_from([1, 2, 4])),
        sequences_in_group=some(1, 30000),
    )
    return MODELS[shape] | H200 | WORKLOAD | IDEAL | chip | workload | soft | layout


def pair(one, answers=ANSWERS, **moved):
    """Answers to a configuration before and after a move, in this order."""
    columns = dict(one)
    for name, value in moved.items():
        columns[name] = np.array([one[name], value], dtype=float)
    return {name: np.broadcast_to(value, (2,)) for name, value in evaluate(columns, answers).items()}


def never_falls(found, *names, slack=1e-9):
    for name in names:
        before, after = found[name]
        assert after >= before * (1 - slack), (name, before, after)


@QUICK
@given(configurations(), st.floats(1, 20))
def test_a_better_chip_never_lowers_a_rate(one, times):
    peaks = ("gemm_peak_tflops", "attention_peak_tflops", "base_peak_tflops")
    for names in (
        ("memory_bandwidth_gb_s",),
        ("gemm_peak_tflops",),
        ("attention_peak_tflops",),
        peaks,
        ("scaleup_link_gb_s",),
        ("scaleout_link_gb_s",),
        ("linked_chips",),
        ("memory_size_gb",),
    ):
        if names == ("linked_chips",) and one["scaleup_link_gb_s"] < one["scaleout_link_gb_s"]:
            continue  # a larger domain is no better where its links are the slower ones
        never_falls(pair(one, **{name: one[name] * times for name in names}), *RATES, "largest_batch")


@QUICK
@given(configurations(), st.floats(1, 20))
def test_more_memory_never_lowers_the_rate_at_the_largest_batch(one, times):
    most = pair(one, memory_size_gb=one["memory_size_gb"] * times)["largest_batch"]
    if most[0] < 1:
        assert most[1] >= most[0]
        return
    never_falls(pair(one | dict(sequences_in_group=most[0]), sequences_in_group=most[1]), *RATES[:2])


@QUICK
@given(configurations(), st.floats(1, 50))
def test_a_larger_batch_never_lowers_throughput_nor_the_time_for_a_token(one, times):
    found = pair(one, sequences_in_group=one["sequences_in_group"] * times)
    never_falls(found, *RATES[:2], "decode_step_time_s", "time_per_output_token_s")


@QUICK
@given(configurations(), st.floats(1, 50))
def test_a_longer_context_never_raises_a_rate(one, times):
    prompt = pair(one, input_tokens=one["input_tokens"] * times)
    never_falls({name: value[::-1] for name, value in prompt.items()}, *RATES, "largest_batch")
    whole = pair(one, output_tokens=one["output_tokens"] * times)
    never_falls({name: value[::-1] for name, value in whole.items()}, "decode_output_rate", "largest_batch")


@QUICK
@given(configurations(), st.floats(0, 1))
def test_more_accepted_drafts_never_lower_a_rate(one, share):
    better = one["draft_acceptance"] + share * (0.99 - one["draft_acceptance"])
    found = pair(one, draft_acceptance=better)
    never_falls(found, *RATES, "tokens_per_step")
    assert found["decode_step_time_s"][0] == found["decode_step_time_s"][1]
    assert found["tokens_per_step"][1] <= 1 + one["draft_tokens"] * (1 + 1e-9)


@QUICK
@given(configurations(), st.floats(1, 3))
def test_better_software_never_lowers_a_rate(one, times):
    for name in (
        "memory_bandwidth_efficiency",
        "gemm_efficiency",
        "network_efficiency",
        "prefill_gain",
        "engine_level",
    ):
        never_falls(pair(one, **{name: one[name] * times}), *RATES)
    for name in ("fixed_time_per_layer_s", "routing_time_per_layer_s", "collective_latency_s", "expert_imbalance"):
        never_falls(pair(one, **{name: max(one[name] / times, float(name == "expert_imbalance"))}), *RATES)
    never_falls(pair(one, communication_overlap=min(one["communication_overlap"] * times, 1.0)), *RATES)
    never_falls(pair(one, software_age_years=one["software_age_years"] * times), *RATES)


@QUICK
@given(configurations(), st.floats(1, 4))
def test_narrower_numbers_never_lower_a_rate(one, times):
    for name in ("weight_bytes", "kv_bytes_per_element", "dispatch_wire_bytes", "attention_weight_bytes"):
        never_falls(pair(one, **{name: one[name] / times}), *RATES, "largest_batch")


@QUICK
@given(configurations(), st.floats(0.001, 1), st.floats(1, 10))
def test_a_looser_limit_never_lowers_the_best_rate(one, limit, times):
    found = evaluate(one | space(8, int(one["attention_heads"]), one["moe_layers"] > 0, BATCHES))
    rate, time = found["mixed_output_rate"], found["time_per_output_token_s"] / found["software_level"]
    tight, loose = (np.max(rate, where=time <= most, initial=0.0) for most in (limit, limit * times))
    assert loose >= tight


@QUICK
@given(configurations())
def test_no_rate_is_above_the_physical_roofline(one):
    """Bytes that must be read once a step, and operations that must be done for each token, at peak rates."""
    found = {name: float(np.ravel(value)[0]) for name, value in evaluate(one).items()}
    batch = one["sequences_in_group"]
    tokens = batch * (1 + one["draft_tokens"])
    context = one["input_tokens"] + one["output_tokens"] / 2
    read = min(context, one["sparse_attention_tokens"])
    windowed = one["sliding_window_layers"] / one["transformer_layers"]
    read += (min(context, one["sliding_window_tokens"]) - read) * windowed
    latent, heads = one["is_latent_attention"] > 0.5, one["key_value_heads"]
    elements = one["latent_width"] + one["rope_width"] if latent else 2 * heads * one["head_width"]
    cache = batch * read * elements * one["transformer_layers"] * one["kv_bytes_per_element"]
    expert = 3 * one["hidden_width"] * one["expert_width"] * one["moe_layers"]
    met = one["routed_experts"] * (1 - (1 - one["active_routed_experts"] / one["routed_experts"]) ** tokens)
    routed = expert * one["active_routed_experts"]
    slim = min(one["weight_bytes"], one["attention_weight_bytes"])
    weights = (found["active_parameters"] - routed) * slim + expert * met * one["weight_bytes"]
    bandwidth = one["memory_bandwidth_gb_s"] * 1e9
    by_bytes = batch * found["tokens_per_step"] / ((weights + cache) / bandwidth)
    by_operations = one["gemm_peak_tflops"] * 1e12 / (2 * found["active_parameters"])
    assert 0 < found["decode_output_rate"] <= by_bytes * (1 + 1e-9)
    assert found["decode_output_rate"] <= by_operations * (1 + 1e-9)
    assert 0 < found["mixed_output_rate"] <= found["decode_output_rate"] * (1 + 1e-9)
    head = one["vocabulary"] * one["hidden_width"]
    computed = 1 - one["prefix_share"]
    prompt = one["gemm_peak_tflops"] * 1e12 / (2 * (found["active_parameters"] - head)) / computed
    assert 0 < found["prefill_input_rate"] <= prompt * (1 + 1e-9)
    assert 0 < found["achieved_utilisation"] <= 1


@QUICK
@given(configurations())
def test_memory_decides_how_many_sequences_fit(one):
    found = {name: float(np.ravel(value)[0]) for name, value in evaluate(one).items()}
    if found["free_memory_gb"] <= 0:
        assert found["largest_batch"] == 0
        return
    latent = one["is_latent_attention"] > 0.5
    elements = one["latent_width"] + one["rope_width"] if latent else 2 * one["key_value_heads"] * one["head_width"]
    token = elements * one["transformer_layers"] * one["kv_bytes_per_element"]
    ways = 1 if latent else min(one["key_value_heads"], one["attention_split"])
    ranks = one["group_chips"] / one["attention_split"]
    held = found["largest_batch"] / ranks * (one["input_tokens"] + one["output_tokens"]) * token / ways
    assert held == pytest.approx(found["free_memory_gb"] * 1e9, rel=1e-9)
