"""Predictions: every kind of point answered in its own metric, with a range that means something, or refused by name."""

import csv
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siliconomics.core import BadRequest
from siliconomics.faces.cli import inference as face
from siliconomics.facts import LIBRARY
from siliconomics.facts.reader import read as read_facts
from siliconomics.studies.belief import EIGHTY
from siliconomics.studies.prediction import COLUMNS, Refused, measured, parse, read
from siliconomics.studies.prediction.cases import _acceptance, case
from siliconomics.studies.prediction.machine import chip_columns, shape, software_age, year_of
from siliconomics.studies.prediction.points import MEASURED
from siliconomics.studies.prediction.predict import layout_text, predict
from siliconomics.studies.prediction.ratios import request
from siliconomics.studies.prediction.software import FOLDER, IDEAL, calibration, levels, software, values

NOW = 2026.9
QUICK = settings(max_examples=40, deadline=None)
ADDED = ("prediction", "low", "high", "bound_by", "layout", "batch", "note")
FULL = dict(
    zip(COLUMNS, [""] * len(COLUMNS), strict=True),
    id="MY-1", chip="H200", n_chips="8", model="DeepSeek-R1", weight_precision="FP8", kv_or_act_precision="FP8 KV",
    date="2026-06", framework="TensorRT-LLM", parallelism="DP8 EP8", isl="1024", osl="1024",
    concurrency_or_batch="max", phase="mixed", metric="output_tok_s", scope="system", latency_constraint="none",
    speculative_decoding="no", notes="tier A",
)  # fmt: skip


@pytest.fixture(scope="module")
def facts():
    return read_facts([LIBRARY])


def setting(facts, name):
    return facts.of(name, ()).value


@pytest.fixture(scope="module")
def learned():
    return calibration()


def point(**cells):
    return parse(FULL | cells, "points.csv, row 2")


@pytest.fixture(scope="module")
def ask(facts, learned):
    """One prediction for each set of cells, all in one call; a single one for a single set."""

    def asked(*rows, **cells):
        found = predict(facts, [point(**row) for row in rows or [cells]], learned, NOW)
        return found if rows else found[0]

    return asked


# -- metrics, scopes and phases -------------------------------------------------------------------------
def test_scopes_are_multiples_of_one_chip(ask):
    system, chip, node = ask(*({"scope": scope, "n_chips": "16"} for scope in ("system", "per_chip", "per_node")))
    assert system.value == pytest.approx(16 * chip.value)
    assert node.value == pytest.approx(8 * chip.value)
    assert chip.value == chip.per_chip == system.per_chip
    assert (system.low / system.value, system.high / system.value) == pytest.approx(
        (chip.low / chip.value, chip.high / chip.value)
    )


def test_total_tokens_count_prompts_too(ask):
    output, total = ask(*({"metric": metric, "isl": "3000"} for metric in ("output_tok_s", "total_tok_s")))
    assert total.value == pytest.approx(output.value * (3000 + 1024) / 1024)


def test_a_user_sees_one_over_the_time_for_a_token(ask):
    one, system = ask(
        {"metric": "tok_s_per_user", "scope": "per_user", "concurrency_or_batch": "64"},
        {"concurrency_or_batch": "64"},
    )
    assert one.value == pytest.approx(1000 / one.tpot_ms)
    assert system.value == pytest.approx(64 * one.value)


def test_phases_differ_in_what_they_count(ask):
    load = {"concurrency_or_batch": "512"}
    mixed, decode, prefill = ask(
        load, load | {"phase": "decode"}, load | {"phase": "prefill", "metric": "input_tok_s", "osl": ""}
    )
    assert decode.value > mixed.value
    assert decode.tpot_ms < mixed.tpot_ms
    assert 1 / mixed.value == pytest.approx(1 / decode.value + 1 / prefill.value, rel=1e-6)
    assert prefill.bound_by == "arithmetic of the prompt"
    assert prefill.tpot_ms is None
    assert decode.ttft_ms is None
    assert decode.value == pytest.approx(512 * 1000 / decode.tpot_ms)


def test_pools_of_their_own_combine_harmonically(ask):
    """8 chips that decode and as many that read prompts as keep up with them."""
    pools = ask(parallelism="PD: 4 GPUs prefill, 8 GPUs decode DEP8", n_chips="12", scope="per_chip", isl="2048")
    decode = ask(parallelism="DEP8", phase="decode", n_chips="8", scope="per_chip", isl="2048")
    prefill = ask(parallelism="DEP8", phase="prefill", metric="input_tok_s", n_chips="8", scope="per_chip", isl="2048")
    assert 1 / pools.value == pytest.approx(2048 / 1024 / prefill.value + 1 / decode.value, rel=1e-6)
    assert "pools of their own" in pools.note
    assert pools.tpot_ms == pytest.approx(decode.tpot_ms)


@pytest.mark.parametrize(
    ("cells", "layout"),
    [
        ({"parallelism": "TP8"}, "TP8"),
        ({"parallelism": "DEP8"}, "DP8 EP8"),
        ({"parallelism": "TP2 DP4 EP8"}, "TP2 DP4 EP8"),
        ({"parallelism": "TP8", "model": "Llama-3.1-70B"}, "TP8"),
        ({"parallelism": "TP4 PP2", "model": "Llama-3.1-70B"}, "TP4 PP2"),
        ({"parallelism": "TP1 DP8", "model": "Llama-3.1-8B"}, "TP1"),
    ],
)
def test_the_layout_meant_is_shown(ask, cells, layout):
    assert ask(**cells).layout == layout


def test_words_for_layouts():
    assert layout_text(8, 8, True) == "TP8"
    assert layout_text(8, 1, True) == "DP8 EP8"
    assert layout_text(16, 4, True) == "TP4 DP4 EP16"


def test_a_given_load_is_kept_and_a_larger_one_says_what_fits(ask, facts):
    few, many, most = ask(*({"concurrency_or_batch": load} for load in ("64", "100000", "max")))
    assert few.batch == 64
    assert "fit a copy" in many.note
    assert many.batch < 100000
    assert most.batch <= max(setting(facts, "most_sequences"), setting(facts, "most_sequences_per_rank") * 8)
    per_chip = ask(concurrency_or_batch="8 per GPU")
    assert per_chip.batch == 64
    assert per_chip.value == pytest.approx(few.value)


def test_what_an_engine_takes_bounds_the_batch(ask, facts):
    dense = {"model": "Llama-3.1-8B", "parallelism": "TP1", "n_chips": "1", "isl": "16", "osl": "16"}
    assert ask(**dense).batch == setting(facts, "most_sequences")
    assert ask(**dense, concurrency_or_batch="max; <=3000 requests per engine").batch == 3000


def test_fewer_sequences_than_copies_leave_copies_idle(ask):
    """One sequence on eight copies is one copy at work, not eight working on an eighth of a token each."""
    model = {"model": "Qwen3-30B-A3B", "parallelism": "TP1", "concurrency_or_batch": "1"}
    alone, eight = ask(model | {"n_chips": "1"}, model | {"n_chips": "8"})
    assert eight.value == pytest.approx(alone.value)
    assert eight.tpot_ms == pytest.approx(alone.tpot_ms)
    assert eight.batch == 1
    assert "at work 12%" in eight.note


# -- limits ---------------------------------------------------------------------------------------------
def test_a_limit_on_the_time_for_a_token_is_kept(ask):
    limits = (15, 20, 30, 50, 100, 200)
    found = ask(*({"parallelism": "", "latency_constraint": f"TPOT <= {limit} ms"} for limit in limits))
    rates = [one.value for one in found]
    assert rates == sorted(rates)
    for limit, one in zip(limits, found, strict=True):
        assert one.tpot_ms <= limit
        assert "no batch" not in one.note


def test_a_limit_that_nothing_meets_gives_the_quickest_and_says_so(ask):
    hasty, alone = ask(
        {"parallelism": "", "latency_constraint": "TPOT <= 0.5 ms"}, {"parallelism": "", "concurrency_or_batch": "1"}
    )
    assert "no batch meets 0.5 ms" in hasty.note
    assert hasty.batch == 1
    assert hasty.tpot_ms <= alone.tpot_ms * (1 + 1e-9)


def test_a_batch_that_misses_its_own_limit_says_so(ask):
    found = ask(concurrency_or_batch="256 per GPU", latency_constraint="TPOT <= 20 ms")
    assert "the batch given misses 20 ms" in found.note
    assert found.batch == 2048


def test_a_server_without_printed_limits_is_held_to_a_usual_one(ask):
    found = ask(concurrency_or_batch="Poisson arrivals (server)")
    assert "80 ms for a token assumed" in found.note
    assert found.tpot_ms <= 80


# -- drafts ---------------------------------------------------------------------------------------------
def test_drafts_help_small_batches_and_cost_large_ones(ask):
    rows = [
        {"concurrency_or_batch": load, "speculative_decoding": drafts}
        for load in ("8", "4096")
        for drafts in ("no", "MTP1")
    ]
    small, small_drafted, large, large_drafted = ask(*rows)
    assert small_drafted.value > small.value
    assert large_drafted.value / large.value < small_drafted.value / small.value


def test_more_accepted_drafts_never_lower_a_rate(ask):
    rates = ask(*({"speculative_decoding": "MTP3", "notes": f"tier A; {share} % acceptance"} for share in (20, 50, 90)))
    assert [one.value for one in rates] == sorted(one.value for one in rates)


@given(st.integers(1, 6), st.floats(0.05, 0.95))
def test_the_chance_of_a_draft_gives_back_the_tokens_of_a_step(drafts, share):
    one = replace(point(), draft_tokens=drafts, acceptance=share)
    chance = _acceptance(one)
    gained = sum(chance**power for power in range(1, drafts + 1))
    if 0.0101 < chance < 0.9989:
        assert gained == pytest.approx(share * drafts, rel=1e-9)


# -- ranges ---------------------------------------------------------------------------------------------
def test_a_range_holds_its_middle_for_every_point(facts, learned):
    found = predict(facts, measured(), learned, NOW)
    answered = [one for one in found if one.value is not None]
    assert len(found) == len(measured())
    assert len(answered) > 700
    for one in answered:
        assert 0 < one.low < one.value <= one.high < math.inf
        assert one.high / one.value <= one.value / one.low * (1 + 1e-9)  # shorter above where physics ends it
        assert one.layout
        assert one.batch >= 0.95
        assert one.bound_by
    for one in found:
        if one.value is None:
            assert (one.low, one.high, one.batch, one.bound_by, one.layout) == (None, None, None, "", "")
            assert "does not fit" in one.note or "input length" in one.note or "how many chips" in one.note


def test_a_range_is_never_narrower_than_what_stays_unexplained(ask, learned):
    found = ask()
    assert math.log(found.high / found.value) >= EIGHTY * learned.unexplained * (1 - 1e-9)


@pytest.mark.parametrize("weak", ["C500", "MLU 590"])
def test_a_chip_with_weak_specifications_gets_a_wide_range(facts, ask, weak):
    """Among chips without a point to learn from; S5000 has all its figures."""
    _, notes = chip_columns(facts, weak, "bf16", "bf16")
    assert any("assumed" in note or "not stated" in note for note in notes)
    model = {"model": "Llama-3.1-70B", "weight_precision": "BF16", "parallelism": "TP8"}
    sure, wide = ask(model | {"chip": "S5000"}, model | {"chip": weak})
    assert wide.high / wide.value > 1.05 * sure.high / sure.value


def test_an_unmeasured_vendor_gets_a_wider_range(ask):
    model = {"model": "Llama-3.1-70B", "weight_precision": "BF16", "parallelism": "TP8", "framework": ""}
    known, unknown = ask(model, model | {"chip": "S5000"})
    assert unknown.high / unknown.low > 1.3 * known.high / known.low


# -- the physical roofline ------------------------------------------------------------------------------
def test_no_prediction_is_above_the_physical_roofline(facts, learned):
    """On any chip with any engine: at most the peak over two operations a weight, and its bandwidth over the weights."""
    points = []
    for chip in facts.labels["chip"]:
        for model, weights, size in (("Llama-3.1-8B", "FP8", 1.0), ("Qwen3-32B", "BF16", 2.0)):
            for phase, metric in (("mixed", "output_tok_s"), ("decode", "output_tok_s"), ("prefill", "input_tok_s")):
                for load in ("1", "max"):
                    for engine in ("my own", "TensorRT-LLM"):
                        cells = dict(
                            chip=chip, model=model, weight_precision=weights, phase=phase, metric=metric,
                            concurrency_or_batch=load, framework=engine, n_chips="8", parallelism="", isl="64",
                            osl="64", scope="per_chip",
                        )  # fmt: skip
                        points.append((point(**cells), size))
    found = predict(facts, [one for one, _ in points], learned, NOW)
    answered = 0
    for (one, size), prediction in zip(points, found, strict=True):
        if prediction.value is None:
            continue
        answered += 1
        columns, _ = chip_columns(facts, one.chip, one.activations, one.attention)
        about = shape(facts, one.model)
        head = about["vocabulary"] * about["hidden_width"]
        attention = (
            2 * about["hidden_width"] * about["head_width"] * (about["attention_heads"] + about["key_value_heads"])
        )
        weights = about["transformer_layers"] * (attention + 3 * about["hidden_width"] * about["dense_mlp_width"])
        weights += head if one.phase != "prefill" else 0  # of a prompt the head is needed once
        assert prediction.value <= columns["gemm_peak_tflops"] * 1e12 / (2 * weights) * (1 + 1e-9), (
            one.chip,
            one.phase,
        )
        if one.phase != "prefill" and one.concurrency == 1:
            assert prediction.value * 8 <= columns["memory_bandwidth_gb_s"] * 8e9 / (weights * size) * (1 + 1e-9)
    assert answered > 500


def test_a_software_level_above_physics_is_held_at_the_bound(ask):
    cells = dict(
        chip="H20", model="Qwen3-32B", n_chips="1", parallelism="TP1", weight_precision="BF16", phase="prefill",
        metric="input_tok_s",
    )  # fmt: skip
    ours, own = ask(cells, cells | {"framework": "DeepSeek in-house"})
    assert "held at the bound" not in ours.note
    assert "held at the bound" in own.note
    assert own.low < own.value <= own.high
    assert ours.value < own.value <= 148e12 / (2 * 31e9)


# -- directions -----------------------------------------------------------------------------------------
@QUICK
@given(
    st.sampled_from(["H20", "H200", "B200", "910C", "MI300X"]),
    st.sampled_from(["TP8", "DP8 EP8", ""]),
    st.sampled_from(["1", "32", "512", "max"]),
    st.integers(64, 8192),
    st.floats(1, 6),
)
def test_a_longer_prompt_never_raises_a_prediction(ask, chip, layout, load, prompt, times):
    cells = {"chip": chip, "n_chips": "16", "parallelism": layout, "concurrency_or_batch": load}
    short, long = ask(cells | {"isl": str(prompt)}, cells | {"isl": str(int(prompt * times))})
    if short.value is None:
        assert long.value is None
    elif long.value is not None:
        assert long.value <= short.value * (1 + 1e-9)


@QUICK
@given(
    st.sampled_from(["H20", "H200", "910C"]), st.floats(5, 300), st.floats(1, 5), st.sampled_from(["mixed", "decode"])
)
def test_a_looser_limit_never_lowers_a_prediction(ask, chip, limit, times, phase):
    cells = {"chip": chip, "n_chips": "16", "parallelism": "", "phase": phase}
    tight, loose = ask(*(cells | {"latency_constraint": f"TPOT <= {most:.4f} ms"} for most in (limit, limit * times)))
    if "no batch" not in tight.note:
        assert loose.value >= tight.value * (1 - 1e-9)


@QUICK
@given(st.integers(0, 40), st.integers(0, 40))
def test_software_never_gets_worse_with_time(ask, first, later):
    months = sorted((first, first + later))
    early, late = ask(*({"date": f"{2024 + month // 12}-{month % 12 + 1:02}"} for month in months))
    assert late.value >= early.value * (1 - 1e-9)


def test_more_chips_never_lower_the_best_rate(ask):
    rates = [one.value for one in ask(*({"n_chips": str(chips), "parallelism": ""} for chips in (8, 16, 32, 64)))]
    assert rates == sorted(rates)


# -- what is missing ------------------------------------------------------------------------------------
def test_missing_fields_mean_the_best_or_the_default_and_are_noted(ask):
    blank = dict.fromkeys(COLUMNS, "") | {
        "chip": "H200", "model": "DeepSeek-R1", "isl": "1024", "osl": "1024", "n_chips": "8",
    }  # fmt: skip
    found = ask(blank)[0]
    assert found.value > 0
    for part in (
        "layout not given: the best is meant",
        "phase not stated: mixed",
        "scope not stated: system",
        "metric not stated: output_tok_s",
        "weight precision not stated: fp8",
        "KV precision not stated: bf16",
    ):
        assert part in found.note, part


def test_no_date_means_the_software_of_the_day_given(facts, learned):
    one = point(date="")
    early, late = (predict(facts, [one], learned, day)[0].value for day in (2024.5, 2026.9))
    assert early < late
    assert predict(facts, [point(date="2024-06")], learned, NOW)[0].value == pytest.approx(early, rel=0.1)


def test_no_layout_means_the_best(ask):
    best, *others = ask(*({"parallelism": layout} for layout in ("", "TP8", "DP8 EP8", "TP2 DP4 EP8", "TP4 DP2 EP8")))
    assert best.value >= max(one.value for one in others) * (1 - 1e-9)


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"chip": "H2000"}, ("no chip 'H2000'", "H200")),
        ({"model": "DeepSeek-R2"}, ("no model 'DeepSeek-R2'", "DeepSeek-R1")),
        ({"isl": ""}, ("MY-1", "no input length", "isl")),
        ({"osl": ""}, ("MY-1", "no output length", "osl")),
        ({"n_chips": "", "parallelism": ""}, ("MY-1", "how many chips", "n_chips")),
        ({"chip": "950DT"}, ("950DT", "fp16_dense_tflops", "--facts")),
        ({"chip": "P800"}, ("P800", "memory_bandwidth_gb_s")),
        ({"chip": "BW1000"}, ("BW1000", "memory_size_gb", "memory_bandwidth_gb_s", "fp16_dense_tflops")),
        ({"n_chips": "2", "parallelism": "TP2"}, ("does not fit", "671 GB of weights", "2 x H200 as TP2", "8 chips")),
        ({"chip": "H20", "parallelism": "DEP8"}, ("does not fit", "8 x H20 as DP8 EP8", "8 chips would hold it as TP8")),
        ({"isl": "1e8"}, ("does not fit", "a cache of", "for one sequence of 100,001,024 tokens")),
        ({"isl": "1e12"}, ("does not fit", "not even 4096 chips")),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_predicted_says_why_by_name(ask, cells, parts):
    found = ask(**cells)
    assert found.value is None
    for part in parts:
        assert part in found.note, found.note


def test_the_chips_named_would_hold_the_model(ask):
    for model in ("DeepSeek-R1", "Kimi-K2", "Llama-3.1-405B"):
        small = ask(model=model, chip="A800-40G", n_chips="1", parallelism="", weight_precision="BF16")
        chips = int(small.note.split("; ")[-1].split()[0])
        enough, fewer = ask(
            *(
                {"model": model, "chip": "A800-40G", "n_chips": str(n), "parallelism": "", "weight_precision": "BF16"}
                for n in (chips, chips // 2)
            )
        )
        assert enough.value is not None
        assert fewer.value is None


def test_one_bad_row_stops_no_other(facts, learned):
    alone = predict(facts, [point()], learned, NOW)[0]
    bad = Refused("points.csv, row 3", "X", {}, ())
    rows = [point(chip="H2000"), point(), bad, point(isl=""), point(model="nothing"), point()]
    found = predict(facts, rows, learned, NOW)
    assert [one.value is None for one in found] == [True, False, True, True, True, False]
    assert found[1].value == found[5].value == pytest.approx(alone.value, rel=1e-12)


def test_nothing_asked_nothing_answered(facts, learned):
    assert predict(facts, [], learned, NOW) == []


# -- files ----------------------------------------------------------------------------------------------
@pytest.fixture
def library_head(tmp_path):
    """The first 30 rows of the library's table."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:31]
    path = tmp_path / "head.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path, rows


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_file_comes_back_with_its_columns_and_a_prediction_for_each_row(facts, library_head, tmp_path, capsys):
    path, rows = library_head
    out = tmp_path / "made" / "out.csv"
    face.file(facts, path, out)
    assert "30 of 30 rows predicted" in capsys.readouterr().out
    found = table(out)
    assert found[0] == [*COLUMNS, *ADDED]
    assert [row[: len(COLUMNS)] for row in found] == rows
    for row in found[1:]:
        added = dict(zip(found[0], row, strict=True))
        assert 0 < float(added["low"]) < float(added["prediction"]) < float(added["high"])
        assert added["bound_by"]
        assert added["layout"]
        assert float(added["batch"]) >= 1
    ours = [float(row[len(COLUMNS)]) for row in found[1:]]
    misses = [abs(math.log(one / float(row[COLUMNS.index("value")]))) for one, row in zip(ours, found[1:], strict=True)]
    assert np.median(misses) < 0.5


def test_the_answer_to_a_file_can_be_asked_again(facts, library_head, tmp_path):
    path, _ = library_head
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"
    face.file(facts, path, once)
    face.file(facts, once, twice)
    assert once.read_text() == twice.read_text()


def test_a_file_with_bad_rows_answers_the_others(facts, tmp_path, capsys):
    path, out = tmp_path / "points.csv", tmp_path / "out.csv"
    path.write_text(
        "chip,n_chips,model,isl,osl,mine\n"
        "H200,8\n"  # too short: stands first, and takes no column from the others
        "H200,8,DeepSeek-R1,1024,1024,kept\n"
        "H200,eight,DeepSeek-R1,1024,1024,\n"
        "H2000,8,DeepSeek-R1,1024,1024,\n"
        "\n"
        "H200,8,DeepSeek-R1,1024,1024,a,b\n"
        "H200,8,DeepSeek-R1,1024,1024,last\n"
    )
    face.file(facts, path, out)
    assert "2 of 6 rows predicted, 3 could not be read" in capsys.readouterr().out
    found = [dict(zip(table(out)[0], row, strict=True)) for row in table(out)[1:]]
    assert table(out)[0] == ["chip", "n_chips", "model", "isl", "osl", "mine", *ADDED]
    assert [bool(row["prediction"]) for row in found] == [False, True, False, False, False, True]
    assert [row["mine"] for row in found] == ["", "kept", "", "", "a", "last"]
    for row, parts in zip(
        (found[0], found[2], found[3], found[4]),
        (("row 2", "2 cells"), ("row 4", "column n_chips", "'eight'"), ("H2000", "H200"), ("row 7", "7 cells")),
        strict=True,
    ):
        for part in parts:
            assert part in row["note"], row["note"]


def test_a_file_of_a_heading_alone_comes_back_as_a_heading(facts, tmp_path):
    path, out = tmp_path / "points.csv", tmp_path / "out.csv"
    path.write_text("chip,model,isl,osl\n")
    face.file(facts, path, out)
    assert table(out) == [["chip", "model", "isl", "osl", *ADDED]]
    assert read(path) == []


# -- from facts to columns ------------------------------------------------------------------------------
def test_every_model_card_has_a_shape(facts):
    for model in facts.labels["model"]:
        found = shape(facts, model)
        assert found["transformer_layers"] == found["dense_mlp_layers"] + found["moe_layers"]
        assert 1 <= found["active_routed_experts"] <= found["routed_experts"]
        assert found["sliding_window_tokens"] > 0
        assert found["sparse_attention_tokens"] > 0


@pytest.mark.parametrize(
    ("text", "year"), [("2025-02", 2025.125), ("2025", 2025.5), ("2025-01-01", 2025 + 1 / 31 / 12), ("2025-12", 2025 + 11.5 / 12)]
)  # fmt: skip
def test_a_date_as_a_year(text, year):
    assert year_of(text) == pytest.approx(year)


@pytest.mark.parametrize("text", ["", "soon", "2025-13", "2025-00", "2025-02-30", "2025-02-99", "2025-1-1-1", "2025-x"])
def test_what_is_no_date(text):
    assert year_of(text) is None


def test_software_ages_from_the_later_of_chip_and_architecture(facts):
    ages = [software_age(facts, "H200", model, 2025.5) for model in ("DeepSeek-R1", "Llama-3.1-70B")]
    assert ages[0] < ages[1]
    assert software_age(facts, "B200", "DeepSeek-R1", 2020.0) == 0.04


# -- software -------------------------------------------------------------------------------------------
def test_levels_by_engine_and_vendor(facts):
    def of(engine, chip):
        one = case(facts, point(framework=engine, chip=chip, weight_precision="BF16"), NOW)
        return levels(one)

    assert of("", "H200") == of("TensorRT-LLM", "H200") == []
    assert of("vLLM", "MI300X") == ["level_vllm", "level_amd"]
    assert of("my own", "910B") == ["level_other", "level_huawei"]
    assert of("CloudMatrix-Infer", "910C") == ["level_maker", "level_huawei"]
    assert of("", "MLU 590") == ["level_vendor"]


def test_no_more_sequences_are_in_flight_than_were_sent(facts, learned):
    sent = [point(concurrency_or_batch=f"{many} prompts at unlimited rate", parallelism="TP8") for many in (20, 40)]
    few, more = predict(facts, sent, learned, NOW)
    assert (few.batch, more.batch) == (20, 40)
    assert few.value < more.value


def test_a_share_of_a_peak_stays_under_one():
    found = values(["gemm_efficiency", "level_other"], np.log([1.3, 1.3]))
    assert found == {"gemm_efficiency": 1.0, "level_other": pytest.approx(1.3)}


def test_ideal_software_names_every_parameter(learned):
    assert set(IDEAL) >= set(learned.names) - {"unexplained"}


def test_the_software_of_a_case_multiplies_its_levels(facts, learned):
    one = case(facts, point(framework="vLLM", chip="MI300X", weight_precision="BF16"), NOW)
    found = software([one], learned.values)
    assert found["engine_level"][0] == pytest.approx(learned.values["level_vllm"] * learned.values["level_amd"])


def test_a_calibration_that_is_not_whole_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="cannot be read"):
        calibration(tmp_path)
    lines = (FOLDER / "parameters.csv").read_text(encoding="utf-8").splitlines()
    for name, text in {
        "short": "\n".join(lines[:-1]),
        "word": "\n".join([lines[0], lines[1].replace(lines[1].split(",")[1], "much"), *lines[2:]]),
        "column": "\n".join([lines[0].replace("value", "number"), *lines[1:]]),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "parameters.csv").write_text(text, encoding="utf-8")
        with pytest.raises(BadRequest, match="siliconomics calibrate inference"):
            calibration(folder)


@pytest.mark.parametrize("limit", [None, 50.0])
def test_no_range_reaches_past_physics(facts, learned, limit):
    """A chip with a wide range: its upper end stops where ideal software would stand."""
    asked = [replace(request(chip, 64, limit), weights="int8", activations="int8") for chip in ("MLU 590", "C500")]
    for one, found in zip(asked, predict(facts, asked, learned, NOW), strict=True):
        ready = case(facts, one, NOW)
        peak = ready.columns["gemm_peak_tflops"] * 1e12 / (2 * 36.6e9)
        assert found.value <= found.high <= peak * 64 * 1.01
