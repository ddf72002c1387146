"""The commands size, quotes and train as other programs call them."""

import json

import pytest

R1 = ("--model", "deepseek-r1")
SIZE = ("size", "--chip", "H20", *R1)
TRAIN = ("train", "--chip", "910C", "--chips", "4096", "--parameters-bn", "37", "--tokens-tn", "14.8")

WRONG = [
    ((*SIZE,), "nothing says how large the service is"),
    (("size", "--chip", "H20", "--requests-per-day", "1e6"), "--model is missing"),
    ((*SIZE, "--requests-per-day", "0"), "--requests-per-day: requests_per_day = 0 is impossible"),
    ((*SIZE, "--requests-per-day", "-1"), "is impossible"),
    ((*SIZE, "--requests-per-day", "nan"), "not a finite number"),
    ((*SIZE, "--requests-per-day", "1e6", "--availability", "1"), "promised_availability = 1 is impossible"),
    ((*SIZE, "--requests-per-day", "1e6", "--availability", "0"), "promised_availability = 0 is impossible"),
    ((*SIZE, "--requests-per-day", "1e6", "--peak-to-average", "0.5"), "peak_to_average_load = 0.5 is impossible"),
    ((*SIZE, "--requests-per-day", "1e6", "--tpot-ms", "0"), "--tpot-ms"),
    ((*SIZE, "--requests-per-day", "1e6", "--tpot-ms", "0.01"), "H20 cannot be sized"),
    ((*SIZE, "--requests-per-day", "1e6", "--ttft-ms", "-1"), "--ttft-ms -1 is not a positive number"),
    ((*SIZE, "--requests-per-day", "1e6", "--input", "0"), "--input"),
    ((*SIZE, "--requests-per-day", "1e6", "--chips-per-server", "0"), "--chips-per-server"),
    ((*SIZE, "--requests-per-day", "1e6", "--chips-per-server", "2.5"), "not a whole number"),
    ((*SIZE, "--requests-per-day", "1e6", "--site", "Atlantis"), "no site 'Atlantis'"),
    ((*SIZE, "--requests-per-day", "1e6", "--owner", "nobody"), "no owner 'nobody'"),
    ((*SIZE, "--requests-per-day", "1e6", "--by", "size"), "--by 'size' is not one of"),
    ((*SIZE, "--requests-per-day", "1e6", "--lengths", "nowhere.csv"), "cannot be read"),
    ((*SIZE, "--requests-per-day", "1e6", "--power-mw", "1"), "one follows from the other"),
    ((*SIZE, "--power-mw", "0"), "--power-mw"),
    ((*SIZE, "--budget-usd", "-5"), "--budget-usd"),
    ((*SIZE, "--budget-usd", "100"), "too small for one server"),
    ((*SIZE, "--requests-per-day", "1e6", "--set", "power_usage_effectiveness=0.9"), "0.9 is impossible"),
    (("size", "--chip", "H21", *R1, "--requests-per-day", "1"), "no chip 'H21'"),
    (("size", "--chip", "H20", "--model", "deepseek-r9", "--requests-per-day", "1"), "no model 'deepseek-r9'"),
    (("quotes",), "no file of offers is named"),
    (("quotes", "nowhere.csv"), "cannot be read"),
    (("quotes", "nowhere.csv", "--needed-by", "soon"), "--needed-by 'soon' is not a date"),
    (("quotes", "nowhere.csv", "--cost-of-capital", "-0.1"), "--cost-of-capital -0.1 is impossible"),
    (("train",), "--chip is missing"),
    (("train", "--chip", "910C"), "--chips is missing"),
    (("train", "--chip", "910C", "--chips", "8"), "nothing says how large the run is"),
    ((*TRAIN, "--flops", "1e24"), "one follows from the other"),
    ((*TRAIN, "--mfu", "1.2"), "--mfu: training_utilisation = 1.2 is impossible"),
    ((*TRAIN, "--mfu", "0"), "--mfu"),
    ((*TRAIN, "--checkpoint-s", "0"), "--checkpoint-s"),
    ((*TRAIN, "--usd-per-chip-hour", "0"), "--usd-per-chip-hour"),
    ((*TRAIN, "--mtbf-h", "-1"), "--mtbf-h"),
    ((*TRAIN, "--owner", "nobody"), "no owner 'nobody'"),
    (("train", "--chip", "910C", "--chips", "0", "--flops", "1e24"), "--chips"),
    (("train", "--chip", "910C", "--chips", "8.5", "--flops", "1e24"), "not a whole number"),
    (("train", "--chip", "BW1000", "--chips", "8", "--flops", "1e24"), "BW1000 is unknown"),
    (("train", "--chip", "910C", "--chips", "1e7", "--flops", "1e24", "--mtbf-h", "1"), "gets nowhere"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(one)[-60:] for one, _ in WRONG])
def test_a_wrong_request_says_what_and_ends_with_2(cli, arguments, said):
    result = cli(*arguments)
    assert result.code == 2
    assert said.casefold() in result.err.casefold()
    assert not result.out


def test_every_problem_of_a_request_is_told_at_once(cli):
    result = cli("size", "--chip", "H21", *R1, "--requests-per-day", "-5", "--availability", "1", "--tpot-ms", "0")
    assert result.err.count("siliconomics:") == 5  # four problems and their number


def test_a_service_is_sized_with_its_range_and_what_it_rests_on(cli):
    result = cli(*SIZE, "--chip", "P800", "--requests-per-day", "5e7", "--json")
    told = json.loads(result.out)
    first, last = told["chips"]
    assert first["chip"] == "H20"
    assert first["low"]["installed_chips"] < first["installed_chips"] < first["high"]["installed_chips"]
    assert last["why_not"]
    assert {one["quantity"] for one in told["rests_on"]} >= {"promised_availability", "power_usage_effectiveness"}
    assert all(one["known"] for one in told["rests_on"])


def test_options_reach_the_answer(cli):
    def chips(*more):
        (one,) = json.loads(cli(*SIZE, "--requests-per-day", "2e7", *more, "--json").out)["chips"]
        return one["installed_chips"]

    base = chips()
    assert chips("--tpot-ms", "30") > base
    assert chips("--output", "2048") > base
    assert chips("--peak-to-average", "4") > base
    assert chips("--availability", "0.99999") > base
    assert chips("--set", "planned_load_at_peak=0.5") > base
    assert chips("--input", "100") < base


def test_a_rate_held_by_hand_is_used_and_has_no_range(cli):
    (one,) = json.loads(cli(*SIZE, "--requests-per-day", "5e6", "--set", "mixed_output_rate@H20=500", "--json").out)[
        "chips"
    ]
    assert one["output_tokens_per_s_per_chip"] == pytest.approx(500)
    assert one["low"] == one["high"] == {}


def test_a_budget_serves_more_when_it_is_larger(cli):
    served = [
        json.loads(cli(*SIZE, "--budget-usd", budget, "--json").out)["chips"][0]["dependable_requests_per_day"]
        for budget in ("1e7", "1e8")
    ]
    assert served[1] > 9 * served[0] > 0


def test_a_table_names_every_chip(cli):
    out = cli(*SIZE, "--chip", "910C", "--requests-per-day", "5e6").out
    assert "H20" in out
    assert "910C" in out
    assert "rests on" in out
    assert "within 3 MW" in cli(*SIZE, "--power-mw", "3").out


def test_offers_go_from_template_to_ranking(cli, tmp_path):
    path = tmp_path / "offers.csv"
    path.write_text(cli("quotes", "--template").out, encoding="utf-8")
    told = json.loads(cli("quotes", path, "--model", "deepseek-r1", "--needed-by", "2027-06", "--json").out)
    assert [one["rank"] for one in told["offers"]] == [1, 2]
    assert told["terms"]["needed_by"] == "2027-06-01"
    assert "910C server" in cli("quotes", path).out
    late = json.loads(cli("quotes", path, "--needed-by", "2027-02-01", "--json").out)
    assert {one["offer"]: one["rank"] for one in late["offers"]} == {"B-7": 1, "A-1": None}


def test_a_run_is_answered_for_each_chip_and_unknown_stays_visible(cli):
    told = json.loads(cli(*TRAIN, "--chip", "H800", "--chip", "BW1000", "--json").out)
    assert [one["chip"] for one in told["runs"]] == ["H800", "910C", "BW1000"]
    assert told["runs"][-1]["training_days"] is None
    assert told["runs"][0]["low"]["training_days"] < told["runs"][0]["training_days"]
    assert "unknown" in cli(*TRAIN, "--chip", "BW1000").out


def test_a_rent_that_is_given_makes_the_rented_cost(cli):
    (run,) = json.loads(cli(*TRAIN, "--usd-per-chip-hour", "2", "--json").out)["runs"]
    assert run["rented_training_cost_usd"] == pytest.approx(2 * run["training_chip_hours"])


# -- whose and where, unless said -----------------------------------------------------------------


@pytest.fixture
def another_owner(tmp_path):
    (tmp_path / "usual.toml").write_text(
        '[[observed]]\nquantity = "usual_owner"\nvalue = "tenant"\nknown = "assumed"\n'
        'source = "siliconomics#assumption"\nas_of = 2026-11-25\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "usual"),
    [
        ((*SIZE, "--requests-per-day", "1e6"), "hyperscaler"),
        (TRAIN, "hyperscaler"),
        (("ownership", "--chip", "H20"), "hyperscaler"),
    ],
)
def test_one_fact_says_whose_the_chips_are_for_every_command(cli, another_owner, asked, usual):
    assert f"China, {usual};" in cli(*asked).out
    assert "China, tenant;" in cli(*asked, "--facts", another_owner).out
    assert cli(*asked, "--owner", usual).out == cli(*asked).out


@pytest.mark.parametrize("command", ["size", "train", "ownership"])
def test_help_shows_the_facts_that_stand_where_nothing_is_said(cli, command):
    told = " ".join(cli(command, "--help").out.replace("│", " ").split())
    assert "hyperscaler if not said" in told
    assert "China if not said" in told
    assert "{" not in told


def test_help_of_size_names_every_default_that_sizing_rests_on(cli):
    import siliconomics

    model = siliconomics.load()
    told = " ".join(cli("size", "--help").out.replace("│", " ").split())
    for name in ("peak_to_average_load", "promised_availability", "chips_per_server", "input_tokens"):
        assert f"{model.solve(name).value:,.6g} if not said" in told
