"""The commands of export rules as other programs call them, and what they refuse."""

import json

import pytest

FIELDS = ("rule", "status", "binding_test", "value", "threshold", "margin", "missing")
DATE = ("--date", "2025-05-01")


def asked(cli, *arguments):
    found = cli("export-status", *arguments, "--json")
    assert (found.code, found.err) == (0, "")
    return json.loads(found.out)


def record(told, rule):
    (one,) = [one for one in told["records"] if one["rule"] == rule]
    return one


def test_one_record_per_rule_with_the_promised_fields(cli):
    told = asked(cli, "--chip", "H20", *DATE)
    assert told["tpp"] == 2368
    assert told["performance_density"] == pytest.approx(2368 / 814)
    assert len({one["rule"] for one in told["records"]}) == len(told["records"]) >= 6
    for one in told["records"]:
        assert one.keys() >= set(FIELDS)
        assert one["status"] in ("controlled", "not_controlled", "unknown")
        assert isinstance(one["missing"], list)
        assert one["source"]
    letters = record(told, "letters-2025")
    assert (letters["status"], letters["value"], letters["threshold"], letters["margin"]) == (
        "controlled", 4000, 1400, -2600,
    )  # fmt: skip
    assert "no legal advice" in told["notice"]


def test_figures_by_hand_may_be_repeated_or_put_in_one(cli):
    area = ("--die-mm2", "814", "--dram-gb-s", "4800")
    apart = asked(cli, "--tflops", "fp16=989.5", "--tflops", "fp8=1979", *area, *DATE)
    joined = asked(cli, "--tflops", "fp16=989.5,FP8=1979", *area, *DATE)
    assert apart == joined
    assert apart["tpp"] == 15832
    assert record(apart, "3A090.a")["status"] == "controlled"
    assert record(apart, "letters-2025")["binding_test"].startswith("memory")


@pytest.mark.parametrize(
    ("rates", "total"),
    [("int8=296", 2368), ("fp4=9000", 36000), ("bf16=100,int4=100", 1600), ("fp6=100", 600), ("tf32=10", 320)],
)
def test_bit_length_of_each_precision(cli, rates, total):
    assert asked(cli, "--tflops", rates, *DATE)["tpp"] == total


def test_several_dies_add_up(cli):
    told = asked(cli, "--tflops", "fp16=752", "--die-mm2", "665.6", "--die-mm2", "665.6", *DATE)
    assert told["die_mm2"] == pytest.approx(1331.2)


def test_unknown_area_is_null_and_missing(cli):
    told = asked(cli, "--tflops", "fp16=125", *DATE)
    assert told["performance_density"] is None
    assert record(told, "3A090.a")["status"] == "unknown"
    assert record(told, "3A090.a")["missing"] == ["die_mm2"]


def test_before_any_rule_the_answer_is_plain(cli):
    told = asked(cli, "--chip", "H100", "--date", "2021-05-01")
    assert (told["status"], told["records"]) == ("no_rule", [])
    assert any("2022-10-07" in note for note in told["notes"])


def test_inverse_stands_beside_the_status(cli):
    told = asked(cli, "--tflops", "fp16=149", "--die-mm2", "814", "--node-nm", "7", "--inverse", *DATE)
    both = told["inverse"]["outside 3A090.a or b"]
    assert both["tpp_below"] == 2400
    assert both["tflops_below"]["fp16"] == 150
    assert both["die_mm2_above"] == pytest.approx(745)
    assert told["inverse"]["within the foundry limit"]["die_mm2_below"] == pytest.approx(457, rel=0.01)


def test_rules_about_parties_are_named_as_not_tested(cli):
    told = asked(cli, "--chip", "H100", "--date", "2026-06-02")
    assert "affiliates-2025" in {one["rule"] for one in told["not_tested"]}


def test_the_table_says_status_margin_and_that_it_is_no_advice(cli):
    found = cli("export-status", "--chip", "H20", *DATE, "--inverse")
    assert found.code == 0
    for words in ("H20 on 2025-05-01: controlled", "letters-2025", "-2,600", "no legal advice", "below 2,400 in total"):
        assert words in found.out


def test_memory_on_its_own(cli):
    told = asked(cli, "--stack-gb-s", "1200", "--stack-mm2", "121", *DATE)
    assert told["hbm_density_gb_s_per_mm2"] == pytest.approx(1200 / 121)
    assert told["status"] == "controlled"


def test_a_chip_of_ones_own_is_read_from_its_card(cli, tmp_path):
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "mine.toml").write_text(
        'name = "Mine 1"\nvendor = "Mine"\n'
        + "".join(
            f'[[observed]]\nquantity = "{name}"\nvalue = {value}\nknown = "assumed"\n'
            'source = "siliconomics#assumption"\nas_of = 2026-11-25\n'
            for name, value in (("fp16_dense_tflops", 300), ("die_area_mm2", 400), ("dies_per_package", 2))
        ),
        encoding="utf-8",
    )
    told = asked(cli, "--chip", "mine1", "--facts", tmp_path, *DATE)
    assert (told["tpp"], told["performance_density"]) == (4800, 6)
    assert record(told, "3A090.a")["known"] == "assumed"


def test_routes_have_a_verdict_and_a_risk_with_its_ends(cli):
    found = cli("foundry-routes", "--json")
    assert found.code == 0
    told = json.loads(found.out)
    assert "no legal advice" in told["notice"]
    tested = [one for one in told["routes"] if one["supply_risk"] is not None]
    assert len(tested) >= 14
    assert all(0 <= one["supply_risk_low"] <= one["supply_risk"] <= one["supply_risk_high"] <= 1 for one in tested)
    assert "BI-V200" in cli("foundry-routes").out


WRONG = [
    ((), "neither a chip nor its throughput"),
    (("--chip", "H2O"), "'H20'"),
    (("--chip", ""), "there is no chip"),
    (("--chip", "🙂"), "there is no chip"),
    (("--chip", "H20", "--tflops", "fp16=1"), "both given"),
    (("--tflops", "fp9=1"), "'fp8'"),
    (("--tflops", "fp16"), "not of the form"),
    (("--tflops", ""), "not of the form"),
    (("--tflops", "fp16=1,"), "not of the form"),
    (("--tflops", "=3"), "not of the form"),
    (("--tflops", "fp16=-1"), "more than 0"),
    (("--tflops", "fp16=0"), "more than 0"),
    (("--tflops", "fp16=nan"), "more than 0"),
    (("--tflops", "fp16=inf"), "more than 0"),
    (("--tflops", "fp16=1e400"), "more than 0"),
    (("--tflops", "fp16=many"), "more than 0"),
    (("--tflops", "fp16=1", "--tflops", "fp16=2"), "twice"),
    (("--tflops", "fp16=1", "--die-mm2", "-814"), "--die-mm2 '-814'"),
    (("--tflops", "fp16=1", "--die-mm2", "0"), "more than 0"),
    (("--tflops", "fp16=1", "--die-mm2", "1,600"), "'1,600'"),
    (("--tflops", "fp16=1,979"), "not of the form"),
    (("--tflops", "fp16=1", "--die-mm2", ""), "more than 0"),
    (("--tflops", "fp16=1", "--dram-gb-s", "-1"), "0 or more"),
    (("--tflops", "fp16=1", "--io-gb-s", "fast"), "0 or more"),
    (("--tflops", "fp16=1", "--transistors-bn", "-30"), "more than 0"),
    (("--tflops", "fp16=1", "--node-nm", "N7"), "more than 0"),
    (("--tflops", "fp16=1", "--designer", "friend"), "approved, authorised"),
    (("--tflops", "fp16=1", "--packager", "me"), "trusted, other"),
    (("--tflops", "fp16=1", "--foundry", "TSCM"), "'TSMC'"),
    (("--tflops", "fp16=1", "--designer-country", "China"), "two letters"),
    (("--stack-mm2", "0"), "more than 0"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, tuple) else "")
def test_a_wrong_request_is_refused_with_what_to_do(cli, arguments, words):
    found = cli("export-status", *arguments, *DATE)
    assert (found.code, found.out) == (2, "")
    assert words.casefold() in found.err.casefold()
    assert "Traceback" not in found.err


@pytest.mark.parametrize(
    "date", ["", "2025-5-1", "2025-02-30", "20250501", "yesterday", "2025-05-01T00:00", "0000-01-01"]
)
def test_a_day_that_is_none_is_refused(cli, date):
    for command in (("export-status", "--chip", "H20"), ("foundry-routes",)):
        found = cli(*command, "--date", date)
        assert (found.code, found.out) == (2, "")
        assert "2025-05-01" in found.err


def test_a_missing_day_is_refused(cli):
    found = cli("export-status", "--chip", "H20")
    assert found.code == 2
    assert "--date is missing" in found.err


def test_every_problem_is_told_at_once(cli):
    found = cli("export-status", "--tflops", "fp9=1", "--die-mm2", "-1", "--date", "soon")
    assert found.code == 2
    assert "3 problems" in found.err


def test_routes_refuse_an_unknown_chip(cli):
    found = cli("foundry-routes", "--chip", "H2O")
    assert (found.code, found.out) == (2, "")
    assert "'H20'" in found.err
    assert cli("foundry-routes", "--chip", "L600").code == 2
