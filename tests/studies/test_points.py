"""The measured points: every row read or refused by name, and what the words in it mean."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconomics.core import BadRequest
from siliconomics.facts.reader import read as read_facts
from siliconomics.studies.prediction import COLUMNS, Layout, Point, Refused, measured, parse, read, read_layout, weight
from siliconomics.studies.prediction.points import MEASURED, PHASES, SCOPES

BLANK = dict.fromkeys(COLUMNS, "") | {"id": "X-1", "chip": "H200", "model": "DeepSeek-R1", "isl": "1024", "osl": "1024"}


@pytest.fixture(scope="module")
def points() -> dict[str, Point]:
    return {point.id: point for point in measured()}


def one(**cells: str) -> Point:
    return parse(BLANK | cells, "points.csv, row 2")


def refusal(**cells: str) -> str:
    with pytest.raises(BadRequest) as refused:
        one(**cells)
    return str(refused.value)


# -- the whole table ----------------------------------------------------------------------------------
def test_every_row_is_read_or_refused_with_a_reason():
    found = read(MEASURED)
    assert len(found) == 806
    assert [str(each) for each in found if isinstance(each, Refused)] == []
    with MEASURED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [dict(each.row) for each in found] == rows


def test_counts_by_phase_and_metric(points):
    assert Counter((point.phase, point.metric) for point in points.values()) == {
        ("mixed", "output_tok_s"): 656,
        ("mixed", "total_tok_s"): 98,
        ("decode", "output_tok_s"): 28,
        ("decode", "tok_s_per_user"): 10,
        ("prefill", "input_tok_s"): 14,
    }
    assert Counter(point.tier for point in points.values()) == {"A": 659, "B": 96, "C": 51}
    assert Counter(point.weights for point in points.values()) == {"fp8": 471, "fp4": 232, "bf16": 86, "int8": 17}
    assert len({point.source for point in points.values()}) == 27


def test_doubtful_rows_are_not_scored(points):
    doubtful = [f"GPS-{n:03}" for n in range(43, 51)] + [f"DSTO-{n:03}" for n in range(53, 64)]
    doubtful += [
        "XLLM-001",
        "XLLM-002",
        "DSK-001",
        "ML51-034",
        "ML51-035",
        "TTI-006",
        "CM384-002",
        "CM384-008",
        "IXR-038",
    ]
    doubtful += [point.id for point in points.values() if point.source in ("NVC", "IX")]
    doubtful += [
        point.id for point in points.values() if point.model == "gpt-oss-120b" and point.source.startswith("ML")
    ]
    assert len(doubtful) == 28 + 38 + 10
    assert not any(points[id_].scored for id_ in doubtful)
    for id_ in ("GPS-042", "GPS-051", "DSTO-052", "ML51-036", "IXR-037", "CM384-001", "TTI-005"):
        assert points[id_].scored, points[id_].notes
    assert sum(point.scored for point in points.values()) == 712
    for point in points.values():
        reasons = [note for note in point.notes if note.startswith("not scored: ")]
        assert len(reasons) == (not point.scored)
        if point.scored:
            assert point.tier in "AB"
            assert None not in (point.chips, point.value_per_chip, point.input_tokens)


def test_words_are_of_the_agreed_kind(points):
    for point in points.values():
        assert point.weights in {"fp4", "fp8", "int8", "bf16"}
        assert point.activations in {"fp4", "fp8", "int8", "bf16"}
        assert point.kv in {"fp8", "bf16", "int8"}
        assert point.attention in {"fp8", "bf16"}
        assert point.date is None or 2024 < point.date < 2027
        assert (point.draft_tokens == 0) <= (point.acceptance is None)
        assert point.acceptance is None or 0 <= point.acceptance <= 1
        assert 0 <= point.prefix_share < 1
        if point.layout and point.chips and not point.disaggregated and not point.id.startswith("GPS-0"):
            assert point.chips % point.layout.chips == 0, point.id


def test_the_facts_reader_leaves_the_points_alone(tmp_path: Path):
    for path in (MEASURED, MEASURED.with_suffix(".toml")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert not read_facts([tmp_path]).facts


# -- rows read by hand --------------------------------------------------------------------------------
def test_tensorrt_attention_dp_row(points):
    point = points["TRT11-001"]
    assert (point.source, point.chip, point.chips, point.model) == ("TRT11", "B200", 4, "DeepSeek-R1")
    assert (point.weights, point.activations, point.kv, point.attention) == ("fp4", "fp4", "fp8", "bf16")
    assert point.layout == Layout(1, 4, 4, 1, None, None, False, "DEP4")
    assert (point.max_load, point.most_requests, point.concurrency) == (True, 3000, None)
    assert (point.value_per_chip, point.engine) == (6463, "tensorrt-llm")
    assert point.date == pytest.approx(2025 + 11.5 / 12)


def test_the_5899_row(points):
    point = points["NVFEB-001"]
    assert point.value_per_chip == pytest.approx(737.375)
    assert (point.layout, point.max_load, point.draft_tokens, point.kv) == (None, True, 0, "bf16")
    assert (point.input_tokens, point.output_tokens) == (1024, 1024)
    assert any("TP8 EP8 likely" in note for note in point.notes)


def test_min_latency_row_with_drafts(points):
    point = points["TRTDS-005"]
    assert (point.concurrency, point.draft_tokens, point.kv) == (1, 3, "bf16")
    assert point.acceptance == pytest.approx(1.85 / 3, abs=1e-6)
    assert point.layout == Layout(8, 1, 4, 1, None, None, False, "TP8 EP4 MTP3")
    assert (point.tpot_limit_ms, point.value_per_chip) == (None, pytest.approx(158.07 / 8))


def test_row_of_one_user_stays_undivided(points):
    point = points["TTI-004"]
    assert (point.metric, point.scope, point.chips) == ("tok_s_per_user", "system", 16)
    assert (point.value_per_chip, point.tpot_ms, point.tpot_limit_ms) == (43.04, 23.2, None)


def test_deepseek_rows(points):
    prefill, decode = points["DSK-001"], points["DSK-005"]
    assert (prefill.prefix_share, prefill.value_per_chip, prefill.input_tokens) == (0.563, 73700 / 8, None)
    assert (decode.batch_per_chip, decode.concurrency, decode.engine) == (128, 128 * 128, "deepseek")
    assert decode.layout == Layout(1, 128, 128, 1, None, 128, False, "EP128 TP1 two micro-batches")
    assert points["DSK-004"].batch_per_chip == 4  # 16,384 tokens of 4,096 each
    average = points["DSK-003"]
    assert (average.input_tokens, average.output_tokens) == (4989, None)
    assert average.tpot_limit_ms == pytest.approx(1000 / 21)
    assert (average.draft_tokens, average.acceptance) == (1, 0.85)


def test_sglang_prefill_pool_on_h100(points):
    point = points["LMS-001"]
    assert point.layout == Layout(1, 32, 32, 1, 32, None, False, "prefill EP32 (4 nodes)")
    assert (point.value_per_chip, point.attention, point.concurrency) == (57674 / 8, "bf16", None)
    assert points["LMS-009"].input_tokens == 2000
    assert points["LMS-022"].model == "Kimi-K2"


def test_a_pool_of_unknown_size_has_no_chip_count(points):
    point = points["LMS-014"]
    assert (point.chips, point.scored, point.disaggregated, point.engine) == (None, False, True, "dynamo")
    assert (point.layout.data, point.layout.decode_chips, point.layout.prefill_chips) == (16, 16, None)
    assert (point.batch_per_chip, point.concurrency, point.ttft_ms, point.ttft_limit_ms) == (20, 320, 8600, None)


def test_ant_rows(points):
    point = points["ANT-005"]
    assert (point.draft_tokens, point.acceptance) == (2, pytest.approx((2.55 - 1) / 2))
    assert (point.attention, point.kv, point.tpot_limit_ms) == ("fp8", "fp8", 30)
    assert (point.batch_per_chip, point.concurrency, point.value_per_chip) == (12, 192, 423)
    assert (points["ANT-003"].draft_tokens, points["ANT-003"].acceptance) == (1, 0.85)
    assert points["ANT-010"].draft_tokens == 2
    assert points["ANT-002"].value_per_chip == 712.5  # the headline of the row printed as 714


def test_cloudmatrix_counts_packages(points):
    point = points["CM384-006"]
    assert (point.chips, point.layout.expert, point.layout.decode_chips) == (160, 160, 160)
    assert (point.batch_per_chip, point.draft_tokens, point.acceptance) == (24, 1, 0.7)
    assert (point.tpot_ms, point.tpot_limit_ms, point.engine) == (24.6, 30, "cloudmatrix")
    assert (point.weights, point.activations, point.kv) == ("int8", "int8", "bf16")


def test_mlperf_rows(points):
    offline, server = points["ML51-015"], points["ML51-014"]
    assert (offline.input_tokens, offline.model, offline.max_load) == (9400, "Llama-3.1-405B", True)
    assert any("9400 tokens (assumed)" in note for note in offline.notes)
    assert (server.ttft_limit_ms, server.tpot_limit_ms) == (4500, 80)
    assert points["ML51-011"].ttft_limit_ms == 450
    assert points["ML41-006"].tpot_limit_ms is None


def test_gpustack_rows(points):
    marlin = points["GPS-017"]
    assert (marlin.weights, marlin.activations, marlin.most_requests) == ("fp8", "bf16", 500)
    chat = points["GPS-005"]
    assert (chat.input_tokens, chat.output_tokens) == (220, 200)
    assert chat.layout == Layout(1, 8, 1, 1, None, None, False, "TP8 + DP attention")
    assert points["GPS-057"].weights == "int8"
    assert points["GPS-047"].layout.tensor == 2


def test_dstack_rows_keep_what_was_measured_apart_from_limits(points):
    point = points["DSTN-001"]
    assert (point.concurrency, point.tpot_ms, point.ttft_ms) == (128, 109.1, 22246)
    assert (point.tpot_limit_ms, point.ttft_limit_ms, point.max_load) == (None, None, False)


def test_disaggregated_row_names_both_pools(points):
    layout = points["IXR-038"].layout
    assert (layout.prefill_chips, layout.decode_chips, layout.disaggregated) == (12, 20, True)
    assert (layout.tensor, layout.data, layout.expert) == (1, 4, 4)
    assert points["IXR-038"].draft_tokens == 1


def test_interactivity_becomes_a_limit(points):
    assert points["IX-007"].tpot_limit_ms == pytest.approx(1000 / 42)
    assert points["IX-007"].engine is None
    assert points["XLLM-001"].tpot_limit_ms == 100


# -- words and layouts --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text", ["DeepSeek-R1", "DeepSeek-R1-0528", "DeepSeek-V3", "DeepSeek-V3/R1", "DeepSeek-R1/V3", "deepseek-r1 (FP8)"]
)
def test_names_of_one_architecture(text):
    assert one(model=text).model == "DeepSeek-R1"


def test_a_distilled_model_keeps_its_name():
    assert one(model="DeepSeek-R1-Distill-Llama-70B").model == "DeepSeek-R1-Distill-Llama-70B"
    assert one(model="DeepSeek-V3.2").model == "DeepSeek-V3.2"


@pytest.mark.parametrize(
    ("text", "chips", "sizes"),
    [
        ("TP1", 1, (1, 1, 1, 1)),
        ("tp8", 8, (8, 1, 1, 1)),
        ("DEP4 (attention DP4 + EP4)", 4, (1, 4, 4, 1)),
        ("attention-DP EP8", 8, (1, 8, 8, 1)),
        ("TP8 EP8", 8, (8, 1, 8, 1)),
        ("TP8 EP8 attention-DP", 8, (1, 8, 8, 1)),
        ("dp8ep8", 8, (1, 8, 8, 1)),
        ("TEP8", 8, (8, 1, 8, 1)),
        ("TP16 DP16 EP16", 16, (1, 16, 16, 1)),
        ("2 nodes DP2 TP8", 16, (8, 2, 1, 1)),
        ("TP8 PP2", 16, (8, 1, 1, 2)),
        ("TP16 (2 nodes)", 16, (16, 1, 1, 1)),
    ],
)
def test_layout_words(text, chips, sizes):
    layout = read_layout(text, chips).layout
    assert (layout.tensor, layout.data, layout.expert, layout.pipeline) == sizes
    assert layout.chips == chips


@pytest.mark.parametrize(
    "text", ["", "not in log", "varies", "not stated", "not stated (TP8 EP8 likely)", "wide EP", "TP0"]
)
def test_layouts_that_say_nothing(text):
    assert read_layout(text, 8).layout is None


def test_blank_cells_leave_fields_open():
    point = one()
    assert (point.chips, point.layout, point.engine, point.date, point.concurrency) == (None,) * 5
    assert (point.phase, point.metric, point.scope, point.max_load) == ("mixed", "output_tok_s", "system", False)
    assert not point.scored
    assert one(parallelism="DEP8").chips == 8


@given(
    value=st.floats(0.001, 1e7),
    chips=st.integers(1, 1000),
    scope=st.sampled_from(SCOPES),
    metric=st.sampled_from(["output_tok_s", "total_tok_s", "input_tok_s", "tok_s_per_user"]),
    phase=st.sampled_from(PHASES),
)
def test_the_rate_per_chip(value, chips, scope, metric, phase):
    point = one(value=repr(value), n_chips=str(chips), scope=scope, metric=metric, phase=phase)
    divisor = {"system": chips, "per_node": 8, "per_chip": 1, "per_user": 1}[scope]
    if metric == "tok_s_per_user":
        divisor = 1
    assert math.isclose(point.value_per_chip, value / divisor)
    assert point.value == value


def test_every_source_weighs_the_same(points):
    kept = [point for point in points.values() if point.scored]
    weights = weight(kept)
    assert weights.sum() == pytest.approx(1)
    shares = Counter()
    for point, share in zip(kept, weights, strict=True):
        shares[point.source] += share
    assert list(shares.values()) == pytest.approx([1 / len(shares)] * len(shares))
    assert len(weight([])) == 0


# -- bad input ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("value", "abc"), ("value", "-3"), ("value", "nan"), ("value", "inf"), ("value", "1_000"), ("value", "0"),
        ("n_chips", "8.5"), ("n_chips", "eight"), ("isl", "1x"), ("osl", "-1"), ("isl", "1.2.3"), ("date", "2025-13"),
        ("date", "soon"), ("concurrency_or_batch", "12x"), ("concurrency_or_batch", "-4"),
        ("latency_constraint", "TPOT<=abc ms"), ("weight_precision", "FP9"), ("phase", "training"),
        ("metric", "tokens"), ("scope", "rack"), ("chip", ""), ("model", ""),
    ],
)  # fmt: skip
def test_a_malformed_cell_is_named_with_row_and_column(column, text):
    message = refusal(**{column: text})
    assert message.startswith(f"points.csv, row 2, column {column}: ")


def test_every_malformed_cell_of_a_row_is_named():
    message = refusal(value="abc", isl="x", scope="sytem")
    assert len(message.splitlines()) == 3
    assert "Did you mean 'system'?" in message


def test_a_bad_row_does_not_stop_the_others(tmp_path: Path):
    path = tmp_path / "points.csv"
    rows = [BLANK | {"value": "5"}, BLANK | {"value": "five"}, BLANK | {"value": "7"}]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        file.write("too,short\n\n")
    found = read(path)
    assert [type(each) for each in found] == [Point, Refused, Point, Refused]
    assert re.search(r"points\.csv, row 3, column value: 'five' is not a number", str(found[1]))
    assert "2 cells under a heading of 21" in str(found[3])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "there is no column 'chip'"),
        (b"chip,model,isl\n", "there is no column 'osl'"),
        (b"chip,model,isl,osl,osl\n", "stands there 2 times"),
        (b"chip,model,isl,osl\n\xff\n", "is not UTF-8"),
        (b'chip,model,isl,osl\n"H200\n', "not valid CSV"),
    ],
)
def test_what_is_no_table_of_points_is_refused(tmp_path: Path, content, reason):
    path = tmp_path / "points.csv"
    path.write_bytes(content)
    with pytest.raises(BadRequest, match=re.escape(reason)):
        read(path)
    with pytest.raises(BadRequest, match="cannot be read"):
        read(tmp_path / "none.csv")
