"""Sizing: what a service needs follows from its rate, and comes back from the fleet."""

import json

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies.sizing import Job, Length, predicted, rate_range, read_lengths, size

HELD = {"machine_power_per_chip_kw": 1.0, "power_usage_effectiveness": 1.25, "capital_per_chip_usd": 20_000.0}
"""Of every chip at every site, so that nothing here hangs on the cost chapter's own figures."""
MODEL = "DeepSeek-R1"
EVEN = (Length(1024, 1024),)


@pytest.fixture(scope="module")
def plain():
    model = load()
    return model.with_changes(*(model.change(name, value) for name, value in HELD.items()))


def at(model, **held):
    return model.with_changes(*(model.change(name, value) for name, value in held.items()))


def job(model, lengths=EVEN, **more):
    site, owner = (model.graph.labels[axis][0] for axis in ("site", "owner"))
    return Job(MODEL, site, lengths, owner=owner, **more)


def sized(model, chip="H20", lengths=EVEN, **more):
    (found,) = size(model, job(model, lengths, **more), [chip])
    return found


def test_the_rate_of_the_model_is_that_of_the_study_of_predictions(plain):
    for chip in ("H20", "910C"):
        rate = plain.solve("mixed_output_rate", chip=chip, model=MODEL).value
        assert predicted(plain, chip, MODEL, 64, EVEN[0]).per_chip == pytest.approx(rate, rel=1e-6)


def test_chips_are_peak_over_rate_in_whole_copies_with_spares_and_power_and_cheque_follow(plain):
    model = at(plain, requests_per_day=5e6)
    found = sized(model)
    values = found.values
    peak = 5e6 / 86_400 * 2 * 1024
    assert values["working_chips_needed"] == pytest.approx(peak / values["output_tokens_per_s_per_chip"] / 0.85)
    assert values["copies_needed"] * values["chips_per_copy"] >= values["working_chips_needed"]
    assert values["working_servers"] * 8 == values["copies_needed"] * values["chips_per_copy"]
    assert values["installed_chips"] == 8 * (values["working_servers"] + values["spare_servers"])
    assert values["meter_power_mw"] == pytest.approx(values["installed_chips"] * 1.25 / 1000)
    assert values["cluster_capital_usd"] == values["installed_chips"] * 20_000
    assert found.known == "assumed"
    assert sum(found.facts.values()) > 0


@pytest.mark.parametrize("requests", [1e3, 3e5, 5e6, 2e8])
def test_a_fleet_holds_what_it_was_sized_for(plain, requests):
    found = sized(at(plain, requests_per_day=requests))
    assert found.values["dependable_requests_per_day"] >= requests * (1 - 1e-9)


def test_a_cheque_for_the_fleet_serves_at_least_what_it_was_sized_for(plain):
    forward = sized(at(plain, requests_per_day=5e6))
    back = sized(plain, budget_usd=forward.values["cluster_capital_usd"])
    assert back.values["installed_chips"] == forward.values["installed_chips"]
    assert back.values["dependable_requests_per_day"] >= 5e6


def test_power_and_cheque_together_give_the_tighter(plain):
    power = sized(plain, power_mw=1)
    assert power.values["installed_chips"] == 800
    both = sized(plain, power_mw=1, budget_usd=8e6)
    assert both.values["installed_chips"] == 400


def test_the_range_of_the_rate_reaches_the_chips_and_encloses_them(plain):
    found = sized(at(plain, requests_per_day=5e7))
    low, value, high = (part["installed_chips"] for part in (found.low, found.values, found.high))
    assert low < value < high
    said = predicted(plain, "H20", MODEL, found.values["cluster_chips"], EVEN[0])
    assert high / value == pytest.approx(said.value / said.low, rel=0.02)


def test_no_range_goes_beyond_what_the_peak_can_compute(plain):
    for chip in ("H20", "MLU 590"):
        said = predicted(plain, chip, MODEL, 64, EVEN[0])
        low, high = rate_range(plain, chip, MODEL, said)
        peak = plain.solve("gemm_peak_tflops", chip=chip).value
        active = plain.solve("active_parameters", model=MODEL).value
        assert low < high
        assert high <= peak * 1e12 / (2 * active) / 2 * (1 + 1e-9)  # as many tokens are read as written


def test_more_load_a_tighter_limit_or_a_bolder_promise_never_takes_fewer_chips(plain):
    base = sized(at(plain, requests_per_day=2e7)).values["installed_chips"]
    for held in (
        {"requests_per_day": 4e7},
        {"requests_per_day": 2e7, "time_per_token_limit_s": 0.03},
        {"requests_per_day": 2e7, "promised_availability": 0.99999},
        {"requests_per_day": 2e7, "peak_to_average_load": 3},
        {"requests_per_day": 2e7, "planned_load_at_peak": 0.7},
    ):
        assert sized(at(plain, **held)).values["installed_chips"] > base


def test_equal_lengths_in_pieces_are_one_length(plain):
    model = at(plain, requests_per_day=5e6)
    pieces = tuple(Length(1024, 1024, share) for share in (0.5, 0.3, 0.2))
    assert sized(model, lengths=pieces).values["installed_chips"] == sized(model).values["installed_chips"]


def test_a_mix_costs_the_chip_time_of_its_parts(plain):
    """At large loads, where whole copies do not matter: chips of a mix are those of its parts alone."""
    long, short = Length(8192, 1024), Length(512, 256)
    requests = 1e10
    mixed = sized(
        at(plain, requests_per_day=requests),
        lengths=(Length(8192, 1024, 0.25), Length(512, 256, 0.75)),
    ).values
    apart = [
        sized(at(plain, requests_per_day=requests * share), lengths=(length,)).values["working_chips_needed"]
        for length, share in ((long, 0.25), (short, 0.75))
    ]
    assert mixed["working_chips_needed"] == pytest.approx(sum(apart), rel=0.03)


def test_chips_are_ordered_and_those_without_an_answer_say_what_they_lack(plain):
    model = at(plain, requests_per_day=5e6)
    found = size(model, job(model, by="chips"), ["P800", "MLU 590", "H20", "910C"])
    counts = [one.values["installed_chips"] for one in found[:3]]
    assert counts == sorted(counts)
    assert found[-1].chip == "P800"
    assert "memory_bandwidth_gb_s" in found[-1].why_not


def test_too_little_for_a_server_or_a_copy_is_no_system(plain):
    assert "too small for one server of 8" in sized(plain, budget_usd=100_000).why_not
    assert "too small for one system" in sized(plain, budget_usd=160_000).why_not


def test_a_first_token_that_comes_too_late_is_refused(plain):
    assert "first token" in sized(at(plain, requests_per_day=1e6), ttft_ms=0.1).why_not


def test_a_server_too_strong_for_its_rack_leaves_the_racks_unknown(plain):
    found = sized(at(plain, requests_per_day=1e6, chips_per_server=72))
    assert found.values["racks_needed"] is None
    assert "a server draws 72 kW" in found.missing["racks_needed"]


# -- files of lengths --------------------------------------------------------------------------


def written(folder, text):
    path = folder / "lengths.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_lengths_is_read(tmp_path):
    found = read_lengths(written(tmp_path, "input,output,share\n500,200,75%\n\n4000,1500,0.25\n"))
    assert found == (Length(500, 200, 0.75), Length(4000, 1500, 0.25))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("input,output,share\n500,200,0.7\n400,100,0.2\n", "add up to 0.9"),
        ("input,output\n500,200\n", "no column 'share'"),
        ("input,output,share,shape\n5,2,1,x\n", "'shape' is unknown"),
        ("input,output,share\n", "no rows"),
        ("input,output,share\n0,2,1\n", "line 2, column input: 0 is impossible"),
        ("input,output,share\n5,2,-1\n", "column share: -1 is impossible"),
        ("input,output,share\n5,two,1\n", "'two' is not a number"),
        ("input,output,share\n5,2\n", "has 2 cells"),
    ],
)
def test_a_bad_file_of_lengths_says_where_and_why(tmp_path, text, said):
    with pytest.raises(BadRequest) as refused:
        read_lengths(written(tmp_path, text))
    assert said in str(refused.value)


def test_every_problem_of_a_file_is_told_at_once(tmp_path):
    with pytest.raises(BadRequest) as refused:
        read_lengths(written(tmp_path, "input,output,share\n0,2,1\n5,-2,x\n"))
    assert len(refused.value.problems) == 3


def test_an_answer_is_plain_numbers_for_other_programs(plain):
    record = sized(at(plain, requests_per_day=5e6)).as_dict()
    again = json.loads(json.dumps(record, allow_nan=False))
    assert again == record
