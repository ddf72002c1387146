"""The chips of the measured points have cards, and what sources say of them is kept apart."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from siliconomics.facts import LIBRARY, load
from siliconomics.facts.schema import ChipCard

FACTS = load()


def table(name: str) -> list[dict[str, str]]:
    with (LIBRARY / "measured" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def values(quantity: str, chip: str) -> list[float]:
    return [float(fact.value) for fact in FACTS.facts.get((quantity, chip), [])]


def used(quantity: str, chip: str) -> float:
    return values(quantity, chip)[0]


@pytest.mark.parametrize("spelling", [row["name"] for row in table("chip_specs.csv")])
def test_every_row_of_the_specifications_has_a_card(spelling):
    label = FACTS.label("chip", spelling)
    assert spelling in {row["name"] for row in FACTS.accelerators if row["label"] == label}


def test_the_two_tables_of_numbers_split_the_specifications():
    printed, read, estimated = (table(f"chip_specs{kind}.csv") for kind in ("", "_read", "_estimated"))
    assert [row["name"] for row in printed] == [row["name"] for row in read] == [row["name"] for row in estimated]
    for words, sure, unsure in zip(printed, read, estimated, strict=True):
        for column in sure.keys() - {"name", "scaleup_gb_s_one_direction"}:
            assert not (sure[column] and unsure[column]), (words["name"], column)
            number = sure[column] or unsure[column]
            try:
                plain = float(words[column])
            except ValueError:
                assert not number or number in words[column].replace(",", ""), (words["name"], column)
            else:
                assert float(number) == plain, (words["name"], column)


def test_scale_up_bandwidth_is_one_direction():
    for row in table("chip_specs.csv"):
        chip = FACTS.label("chip", row["name"])
        if "bidirectional" in row["scaleup_convention"]:
            assert used("scaleup_bandwidth_gb_s", chip) == float(row["scaleup_gb_s"]) / 2
        elif row["scaleup_convention"].startswith("per direction"):
            assert used("scaleup_bandwidth_gb_s", chip) == float(row["scaleup_gb_s"])


@pytest.mark.parametrize(
    ("quantity", "chip", "kept"),
    [
        ("memory_size_gb", "950PR", {128, 112}),
        ("fp8_dense_tflops", "950PR", {1000, 804}),
        ("memory_bandwidth_gb_s", "C500", {1800, 18000}),
        ("memory_size_gb", "MLU 690", {144, 96}),
        ("memory_bandwidth_gb_s", "910B", {1600, 1228}),
        ("memory_size_gb", "910C", {96, 128}),
        ("fp8_dense_tflops", "MI355X", {5033, 4600}),
    ],
)
def test_contradicting_figures_all_stay(quantity, chip, kept):
    assert set(values(quantity, chip)) == kept


def test_the_throughput_of_the_bi_v100_is_contested():
    assert used("fp16_tflops", "BI-V100") == 128
    assert used("fp16_dense_tflops", "BI-V100") == 147


def test_grades_of_the_910b_differ():
    assert [used("fp16_dense_tflops", f"910B{grade}") for grade in (1, 2, 3, 4)] == [400, 376, 313, 280]


def test_specifications_come_after_the_tables_of_the_note():
    fact = FACTS.of("memory_size_gb", ("H200",))
    assert fact is not None
    assert fact.source.startswith("broker-2026-04-26")


def test_a_chip_that_was_measured_has_what_a_prediction_needs():
    needed = (
        "fp16_dense_tflops", "memory_size_gb", "memory_bandwidth_gb_s", "scaleup_bandwidth_gb_s", "scaleup_domain_chips",
        "scaleout_bandwidth_gb_s", "power_w",
    )  # fmt: skip
    measured = "H200 H100 B200 MI300X GB200 A100 Ascend910B H20 H800 Ascend910C B300 GB300 MI325X MI355X"
    for spelling in measured.split():
        chip = FACTS.label("chip", spelling)
        assert [quantity for quantity in needed if not values(quantity, chip)] == [], spelling
        assert FACTS.cards["chip"][chip]["launched"], spelling


def test_a_launch_is_a_day_or_a_month():
    for spelling in ("2025-06", "2025-06-12"):
        assert ChipCard(name="x", vendor="y", launched=spelling).launched == spelling
    assert ChipCard(name="x", vendor="y", launched=dt.date(2025, 6, 12)).launched == "2025-06-12"
    for wrong in ("2025", "2025-13", "June"):
        with pytest.raises(ValueError, match="launched"):
            ChipCard(name="x", vendor="y", launched=wrong)


def test_every_measured_engine_is_in_the_register():
    rows = table("software.csv")
    assert {"TensorRT-LLM", "vLLM", "SGLang", "MindIE"} <= {row["engine"] for row in rows}
    assert sum(int(row["points"]) for row in rows) == len(table("measured.csv"))
