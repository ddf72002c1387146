"""`sensitivity`, `simulate` and `sure`: names, options, records and exit codes that other programs may rely on."""

import json
import re
import shlex
from pathlib import Path

import pytest

from siliconomics.model import load
from siliconomics.studies import simulation as study

CHIPS = ("-s", "margin-from-chip-costs", "-w", "company=Cambricon")
GUIDES = Path(__file__).parents[2] / "docs" / "guides"
COMMANDS = [
    command
    for name in ("sensitivity", "simulation")
    for command in re.findall(
        r"^    siliconomics (.+)$", (GUIDES / f"{name}.md").read_text(encoding="utf-8"), re.MULTILINE
    )
]


@pytest.fixture(scope="module")
def names():
    model = load(scenario="margin-from-chip-costs", checked=False)
    cell = model.graph.cell("price_target", {"company": "Cambricon"})
    return [one.name for one, _ in study.beliefs(model, [cell])]


# -- sensitivity ------------------------------------------------------------------------------


def test_sensitivity_as_records_has_its_keys_and_as_many_facts_as_asked(cli):
    told = json.loads(cli("sensitivity", "price_target", *CHIPS, "--top", "4", "--json").out)
    assert list(told) == [
        "quantity", "labels", "unit", "value", "scenario", "facts_version", "assumed_share_of_variance", "kinks", "facts",
        "interactions", "sobol",
    ]  # fmt: skip
    assert len(told["facts"]) == 4
    assert list(told["facts"][0]) == [
        "quantity", "labels", "known", "value", "low", "high", "answer_at_low", "answer_at_high", "slope", "elasticity",
        "share_of_variance", "source",
    ]  # fmt: skip
    assert 0 <= told["assumed_share_of_variance"] <= 1


def test_sensitivity_prints_how_well_each_fact_is_known_and_what_rests_on_assumed_ones(cli):
    told = cli("sensitivity", "price_target", *CHIPS).out
    assert "of the variance rests on facts that are assumed" in told
    assert "price_target[company=Cambricon]" in told
    assert "answer at its ends" in told


def test_grids_interactions_and_indices_come_when_asked_for(cli):
    grid = json.loads(
        cli(
            "sensitivity", "price_target", *CHIPS, "--grid", "die_yield@MLU 690=20%,40%", "risk_free_rate", "--json"
        ).out
    )
    assert grid["axes"][0] == [0.2, 0.4]
    assert len(grid["answers"]) == 2
    assert len(grid["answers"][0]) == len(grid["axes"][1])
    one = json.loads(cli("sensitivity", "price_target", *CHIPS, "--along", "die_yield@MLU 690", "--json").out)
    assert all(len(row) == 1 for row in one["answers"])
    more = json.loads(
        cli("sensitivity", "price_target", *CHIPS, "--interactions", "--sobol", "64", "--top", "3", "--json").out
    )
    assert list(more["interactions"][0]) == ["one", "other", "together", "apart"]
    assert list(more["sobol"][0]) == [
        "quantity", "labels", "known", "first", "first_margin_95", "total", "total_margin_95",
    ]  # fmt: skip


def test_a_year_is_not_ranked_by_a_per_cent_of_it(cli):
    told = json.loads(
        cli(
            "sensitivity", "mixed_output_rate", "-w", "chip=H20", "-w", "model=DeepSeek-R1", "--top", "99", "--json"
        ).out
    )
    years = [one for one in told["facts"] if one["quantity"] == "serving_year"]
    assert years
    assert years[0]["elasticity"] is None
    why = cli("why", "mixed_output_rate", "-w", "chip=H20", "-w", "model=DeepSeek-R1").out
    assert "serving_year 2026.90: a year later moves it by" in why


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--grid", "die_yield", "beta"), "die_yield@MLU 690"),
        (("--grid", "die_yield@B300", "beta"), "It rests on die_yield@MLU 690"),
        (("--grid", "die_yeild", "beta"), "'die_yield'"),
        (("--grid", "die_yield@MLU 690=low", "beta"), "not a list of numbers"),
        (("--grid", "die_yield@MLU 690=2", "beta"), "die_yield"),
        (("--sobol", "1000"), "power of two"),
    ],
)
def test_sensitivity_refuses_in_words_and_names_what_is_relevant(cli, arguments, said):
    told = cli("sensitivity", "price_target", *CHIPS, *arguments)
    assert told.code == 2
    assert said in told.err
    assert not told.out


# -- simulate ---------------------------------------------------------------------------------


def test_simulate_as_records_has_its_keys_and_says_what_moves_together(cli):
    told = json.loads(cli("simulate", "price_target", *CHIPS, "--draws", "500", "--json").out)
    assert list(told) == [
        "draws", "seed", "engine", "scenario", "facts_version", "uncertain_facts", "facts_without_range", "correlations",
        "correlated_by_hand", "searches", "answers",
    ]  # fmt: skip
    assert list(told["answers"][0]) == [
        "quantity", "labels", "unit", "base", "base_percentile", "mean", "standard_deviation", "quantiles",
        "without_meaning", "held_against", "settling",
    ]  # fmt: skip
    assert {"share price"} < {one["what"] for one in told["answers"][0]["held_against"]}
    alone = json.loads(cli("simulate", "price_target", *CHIPS, "--draws", "500", "--independent", "--json").out)
    assert alone["correlations"] == []


def test_the_seed_repeats_from_the_command_line(cli):
    one, again, other = (
        json.loads(cli("simulate", "price_target", *CHIPS, "--draws", "300", "--seed", seed, "--json").out)["answers"]
        for seed in (3, 3, 4)
    )
    assert one == again
    assert one != other


def test_draws_are_written_with_what_made_them(cli, tmp_path):
    from pyarrow import parquet

    told = cli("simulate", "price_target", *CHIPS, "--draws", "64", "--out", tmp_path / "d.parquet")
    assert told.code == 0
    table = parquet.read_table(tmp_path / "d.parquet")
    assert table.num_rows == 64
    assert {b"seed", b"facts_version", b"code_version"} <= set(table.schema.metadata)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--draws", "0"), "0 draws cannot be made"),
        (("--draws", 10**12), "draws cannot be made"),
        pytest.param(
            ("--draws", "64", "--scheduler", "tcp://127.0.0.1:9"), "No scheduler answers", marks=pytest.mark.slow
        ),
        (("--engine", "fortran"), "no engine"),
        (("--seed", "-1"), "seed"),
        (("--out", "draws.txt"), ".parquet"),
        (("--engine", "jax", "--scheduler", "tcp://127.0.0.1:9"), "JAX runs in this process"),
    ],
)
def test_simulate_refuses_in_words(cli, arguments, said):
    told = cli("simulate", "price_target", *CHIPS, *arguments)
    assert told.code == 2
    assert said in told.err
    assert not told.out


def test_a_range_with_its_low_end_above_its_high_one_is_refused(cli, tmp_path):
    (tmp_path / "mine.toml").write_text(
        '[[observed]]\nquantity = "channel_margin"\nlabels = { company = "Cambricon" }\nvalue = 0.1\n'
        'range = [0.3, 0.05]\nknown = "assumed"\nsource = "siliconomics#assumption"\nas_of = 2026-11-25\n',
        encoding="utf-8",
    )
    told = cli("simulate", "price_target", *CHIPS, "--draws", "64", "--facts", tmp_path)
    assert told.code == 2
    assert "channel_margin" in told.err
    assert "range" in told.err


def test_correlations_that_contradict_themselves_are_refused_and_the_nearest_taken_when_asked(cli, tmp_path, names):
    a, b, c = (f'"{name}"' for name in names[:3])
    file = tmp_path / "c.csv"
    file.write_text(f",{a},{b},{c}\n{a},1,0.9,-0.9\n{b},0.9,1,0.9\n{c},-0.9,0.9,1\n", encoding="utf-8")
    refused = cli("simulate", "price_target", *CHIPS, "--draws", "64", "--correlations", file)
    assert refused.code == 2
    assert "not positive definite" in refused.err
    assert "--nearest" in refused.err
    taken = cli("simulate", "price_target", *CHIPS, "--draws", "64", "--correlations", file, "--nearest", "--json")
    assert taken.code == 0
    assert json.loads(taken.out)["correlated_by_hand"] == names[:3]


# -- sure -------------------------------------------------------------------------------------


def test_sure_says_how_sure_and_what_would_turn_it(cli):
    told = json.loads(cli("sure", "price_target", *CHIPS, "--draws", "2000", "--json").out)
    (limit,) = told["limits"]
    assert limit["what"] == "share price"
    assert 0 < limit["chance_above"] < 1
    assert told["facts_without_range"] > 0
    fact = told["facts"][0]
    (turn,) = fact["turns"]
    assert turn["value"] is not None
    held = f"{fact['quantity']}@{','.join(str(label) for label in fact['labels'].values())}={turn['value']!r}"
    there = json.loads(cli("show", "price_target", *CHIPS, "--set", held, "--json").out)
    assert there[0]["value"] == pytest.approx(limit["value"], rel=1e-3)


def test_sure_tells_a_fact_without_a_range_and_that_it_counts_as_certain(cli):
    told = cli("sure", "price_target", "-w", "company=Cambricon", "--draws", "500")
    assert told.code == 0
    assert "count as certain" in told.out
    assert "none stated" in told.out
    bare = cli("sure", "good_die_cost_usd", "-w", "chip=910C")
    assert bare.code == 0
    assert "none of its facts has a range" in bare.out


@pytest.mark.parametrize(("arguments", "said"), [(("--limit", "nan"), "finite"), (("--draws", "0"), "cannot be made")])
def test_sure_refuses_in_words(cli, arguments, said):
    told = cli("sure", "price_target", *CHIPS, *arguments)
    assert told.code == 2
    assert said in told.err


# -- guides -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_what_the_guides_say_can_be_run(cli, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "--scheduler" in command:
        pytest.skip("needs a scheduler")
    assert cli(*shlex.split(command)).code == 0
