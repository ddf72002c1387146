"""``show --compare``: before, after, and the chain between."""

import json

ASK = ("show", "price_target", "-w", "company=Cambricon", "-s", "margin-from-chip-costs")
SET = ("--set", "die_yield@MLU 690=0.4")


def test_a_comparison_prints_the_chain_from_the_change_to_the_target(cli):
    found = cli(*ASK, *SET, "--compare")
    assert found.code == 0, found.err
    order = [
        found.out.index(name) for name in ("die_yield", "manufacturing_cost_usd", "residual_income", "equity_value")
    ]
    assert order == sorted(order)
    assert "+60.0%" in found.out


def test_json_and_screen_say_the_same(cli):
    plain = json.loads(cli(*ASK, *SET, "--compare", "--json").out)
    (answer,) = plain["answers"]
    alone = json.loads(cli(*ASK, *SET, "--json").out)
    assert answer["after"] == alone[0]["value"]
    assert answer["before"] != answer["after"]
    assert plain["chain"][0]["quantity"] == "die_yield"
    assert plain["chain"][-1]["after"] == answer["after"]


def test_all_shows_every_step(cli):
    few = json.loads(cli(*ASK, *SET, "--compare", "--json").out)
    every = json.loads(cli(*ASK, *SET, "--compare", "--all", "--json").out)
    assert every["steps_left_out"] == 0
    assert len(every["chain"]) == len(few["chain"]) + few["steps_left_out"]


def test_another_scenario_can_be_the_left_side(cli):
    plain = json.loads(cli(*ASK, "--against", "base", "--json").out)
    assert plain["before"] == "base"


def test_several_answers_ask_for_one(cli):
    found = cli(*ASK[:2], *ASK[4:], "--set", "risk_free_rate=0.03", "--compare")
    assert found.code == 0
    assert "name one with --where" in found.out


def test_what_cannot_be_compared_is_refused(cli):
    for arguments in ((*ASK[:4], "--compare"), (*ASK, "--all"), (*ASK, *SET, "--compare", "--csv")):
        found = cli(*arguments)
        assert found.code == 2
        assert found.err
        assert not found.out
