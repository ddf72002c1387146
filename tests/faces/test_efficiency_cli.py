"""The commands of efficiency and balance as other programs call them, on a narrow terminal, and with bad input."""

import json

import pytest

GRADES = {"reported", "derived", "estimated", "assumed", "unknown"}


def found(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_efficiency_answers_with_records(cli):
    answer = found(cli("efficiency", "--basis", "fp8", "--reference", "A100", "--json"))
    assert (answer["basis"], answer["reference"]) == ("fp8", "A100")
    chips = {record["chip"]: record for record in answer["chips"]}
    assert len(chips) >= 41
    for record in chips.values():
        assert record["per_watt_known"] in GRADES
        assert (record["per_watt_low"] is None) == (record["per_watt_known"] == "unknown")
        if record["per_watt_low"] is None or record["per_usd_low"] is None:
            assert record["missing"]
        else:
            assert record["per_watt_low"] <= record["per_watt_high"]
    assert chips["A100"]["per_watt_over_reference_low"] == 1.0
    assert {"lines", "said", "verdict", "why"} == set(answer["claims"][0])
    assert answer["groups"] == []


def test_balance_answers_with_the_need_and_the_chips(cli):
    answer = found(cli("balance", "--model", "deepseek-r1", "--json"))
    assert answer["need"]["model"] == "DeepSeek-R1"
    low, high = answer["need"]["operations_per_memory_byte"]
    assert 0 < low < high
    chips = {record["chip"]: record for record in answer["chips"]}
    assert chips["H20"]["network_position"] == "below"
    assert chips["L600"]["memory_position"] == "unknown"
    assert chips["A100"]["exhibit_89_ratio"] == pytest.approx(1.04)
    assert sum(record["in_exhibit_89"] for record in chips.values()) == 18


def test_systems_answer_with_ratios(cli):
    answer = found(cli("systems", "--json"))
    named = {record["system"]: record for record in answer["systems"]}
    assert named["CloudMatrix 384"]["chips"] == 384
    assert named["Atlas 950 SuperPoD"]["power_kw_low"] is None
    assert "system_power_kw" in named["Atlas 950 SuperPoD"]["missing"]["power_kw"]
    assert {"system", "over", "figure", "ratio_low", "ratio_high", "ratio_known"} == set(answer["ratios"][0])


@pytest.mark.parametrize("measure", ["fp16", "system-fp16"])
def test_the_gap_answers_year_by_year(cli, measure):
    (answer,) = found(cli("gap", "--measure", measure, "--json"))
    assert [row["date"] for row in answer["rows"]][-1] == "2026-04-26"
    assert answer["rebuilt"] is True
    assert answer["source_generations"] == 2
    for row in answer["rows"]:
        assert row["home_best_known"] in GRADES


def test_all_measures_come_at_once(cli):
    assert len(found(cli("gap", "--json"))) == 6


def test_a_day_before_a_chip_gives_another_gap(cli):
    (early,) = found(cli("gap", "--measure", "fp16", "--date", "2024-06-30", "--json"))
    assert early["rows"][-1]["home_best"] != "Huawei Ascend 910C"


@pytest.mark.parametrize(
    "command",
    [
        ("efficiency",),
        ("efficiency", "--basis", "fp8"),
        ("balance",),
        ("balance", "--basis", "fp16", "--model", "llama-3.1-70b"),
        ("systems",),
        ("gap",),
        ("gap", "--measure", "bandwidth"),
    ],
)
def test_tables_fit_eighty_columns(cli, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    result = cli(*command)
    assert result.code == 0, result.err
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_printed_and_dense_stand_in_the_same_unit(cli):
    (record,) = [one for one in found(cli("efficiency", "--json"))["chips"] if one["chip"] == "A100"]
    units, *lines = [line.split() for line in cli("efficiency").out.splitlines()[1:]]
    assert units == ["TFLOPS/W", "TFLOPS/W", "over", "TFLOPS/k$", "TFLOPS/k$", "over"]
    (row,) = [line for line in lines if line[:1] == ["A100"]]
    assert float(row[5]) == pytest.approx(1000 * record["printed_per_usd"], abs=0.5)
    assert float(row[6]) == pytest.approx(1000 * record["per_usd_low"], abs=0.5)


def test_what_is_unknown_is_told_beneath_the_table(cli):
    out = cli("efficiency").out
    assert "L600" in out
    assert "needs" in out


def test_groups_come_when_asked_for(cli):
    out = cli("efficiency", "--groups").out
    assert "GPGPU against ASIC" in out
    assert "measured throughput over the physical bound" in out


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("efficiency", "--basis", "fp4"), "'fp8'"),
        (("efficiency", "--basis", ""), "no basis"),
        (("efficiency", "--reference", "H2000"), "'H200'"),
        (("efficiency", "--reference", "🙂"), "no chip"),
        (("efficiency", "--reference", "MLU 220"), "cannot be the reference"),
        (("efficiency", "--facts", "nowhere"), "no such folder"),
        (("balance", "--model", "deepsek"), "'DeepSeek-R1'"),
        (("balance", "--model", ""), "no model"),
        (("balance", "--least-batch", "0"), "is no range"),
        (("balance", "--least-batch", "9", "--most-batch", "8"), "is no range"),
        (("balance", "--least-batch", "nan"), "is no range"),
        (("balance", "--least-batch", "many"), "--least-batch"),
        (("gap", "--measure", "fp17"), "'fp16'"),
        (("gap", "--measure", ""), "no measure"),
        (("gap", "--date", "2026-13-01"), "not a day"),
        (("gap", "--date", "1999-01-01"), "outside"),
        (("gap", "--date", "2030-01-01"), "open table"),
        (("systems", "extra"), "unexpected extra argument"),
        (("show", "system_fp16_dense_low_tflops", "-w", "system=CloudMatrx"), "'CloudMatrix 384'"),
    ],
)
def test_a_wrong_request_is_one_message_and_exit_code_two(cli, command, says):
    result = cli(*command)
    assert result.code == 2
    assert says in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


def test_an_answer_that_is_not_finite_is_refused_whole(cli):
    done = cli("balance", "--most-batch", "1e300", "--json")
    assert (done.code, done.out) == (2, "")
    assert "not finite" in done.err
