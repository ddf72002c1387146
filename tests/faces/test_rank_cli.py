"""`siliconomics rank`: records, tables, and refusals."""

import json

import pytest

pytestmark = pytest.mark.slow  # models built anew, several a test

HEADING = "id,about,date,as_of,source,known,status,criterion,direction,weight,level,statement"
KEYS = {"name", "rank", "score", "low", "high", "rank_acceptability"}
QUICK = ("--draws", "300")


def test_records_hold_what_is_promised(cli):
    done = cli("rank", "--segment", "cloud", "--vendors", "--json", *QUICK)
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert len(found) == 11
    for record in found:
        assert record.keys() >= KEYS
        assert record["low"] <= record["high"]
        assert sum(record["rank_acceptability"]) == pytest.approx(1)
        assert record["segment"] == "cloud"
        assert all(one["rests_on"] for one in record["criteria"])


@pytest.mark.parametrize("segment", ["cloud", "sovereign", "startups"])
def test_chips_are_ranked_for_every_segment(cli, segment):
    found = json.loads(cli("rank", "--chips", "--segment", segment, "--json", *QUICK).out)
    assert len(found) == 18
    assert {record["segment"] for record in found} == {segment}


def test_a_seed_repeats_to_the_byte(cli):
    first = cli("rank", "--json", "--seed", "5", *QUICK).out
    assert cli("rank", "--json", "--seed", "5", *QUICK).out == first
    assert cli("rank", "--json", "--seed", "6", *QUICK).out != first


def test_the_table_shows_the_map_the_chance_and_the_swap(cli):
    out = cli("rank", *QUICK).out
    for word in ("econ.", "exec.", "first", "would swap", "Huawei", "910C", "The source puts Cambricon before MetaX"):
        assert word in out


def test_the_next_generation_stands_by_other_chips(cli):
    now, then = (
        {one["name"]: one["chip"] for one in json.loads(cli("rank", "--json", "--generation", which, *QUICK).out)}
        for which in ("now", "next")
    )
    assert (now["Cambricon"], then["Cambricon"]) == ("MLU 590", "MLU 690")
    assert then["Biren"] is None


def test_other_use_is_in_the_record_and_unknown_where_nobody_says(cli):
    found = {one["name"]: one for one in json.loads(cli("rank", "--chips", "--json", *QUICK).out)}
    assert "recommendation" in found["MLU 590"]["other_use_than_language_models"]
    assert found["910C"]["other_use_than_language_models"] is None


def test_weights_by_hand_are_held_and_shown(cli):
    found = json.loads(cli("rank", "--json", "--weights", "cost_per_token=0.6,software_maturity=0.4", *QUICK).out)
    assert {one["criterion"]: one["weight"] for one in found[0]["criteria"]} == {
        "cost_per_token": 0.6,
        "software_maturity": 0.4,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--segment", "clod"), "'cloud'"),
        (("--segment", ""), "no customer segment"),
        (("--generation", "nxt"), "'next'"),
        (("--weights", "cost_per_token=0.5,roadmap=0.4"), "sum to 0.9, not to 1"),
        (("--weights", "softwre_maturity=1"), "'software_maturity'"),
        (("--weights", "cost_per_token"), "not of the form"),
        (("--draws", "0"), "0 draws"),
        (("--draws", "999999999"), "cannot be made"),
        (("--draws", "many"), "Invalid value"),
        (("--seed", "-1"), "negative"),
        (("--chips", "--vendors"), "exclude"),
        (("--chips", "--generation", "next"), "Leave one"),
    ],
)
def test_a_wrong_request_is_refused_with_its_remedy(cli, arguments, said):
    done = cli("rank", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x-1,Huawei,2026-01,,siliconomics#here,assumed,stated,roadmap,+,B,4,Said.", "as_of"),
        ("x-1,Huawei,2026-01,2026-02-01,,assumed,stated,roadmap,+,B,4,Said.", "source"),
        ("x-1,Huawei,soon,2026-02-01,siliconomics#here,assumed,stated,roadmap,+,B,4,Said.", "no date"),
        ("x-1,Huawei,2026-01,2026-02-01,siliconomics#here,assumed,stated,roadmap,+,B,6,Said.", "impossible"),
        ("x-1,Huawei,2026-01,2026-02-01,siliconomics#here,assumed,stated,charm,+,B,4,Said.", "none of its words"),
        ("x-1,Nobody,2026-01,2026-02-01,siliconomics#here,assumed,stated,roadmap,+,B,4,Said.", "no card"),
    ],
)
def test_evidence_that_nobody_could_check_is_refused(cli, tmp_path, row, said):
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "evidence.csv").write_text(f"{HEADING}\n{row}\n", encoding="utf-8")
    done = cli("rank", "--facts", tmp_path, *QUICK)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_weights_of_your_own_facts_that_do_not_sum_are_refused_with_the_segment(cli, tmp_path):
    (tmp_path / "weights.toml").write_text(
        '[[observed]]\nquantity = "criterion_weight"\n'
        'labels = { customer_segment = "cloud", ranking_criterion = "roadmap" }\n'
        'value = 0.5\nknown = "assumed"\nsource = "siliconomics#assumption"\nas_of = 2026-11-25\n',
        encoding="utf-8",
    )
    done = cli("rank", "--facts", tmp_path, *QUICK)
    assert done.code == 2
    assert "criterion_weight of cloud" in done.err
    assert "sum to 1.42" in done.err
