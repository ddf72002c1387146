"""One command opens a company: target, consensus gap and reason, before and after."""

import json

import pytest

CUT = ["--set", "price_cut@MLU 590,2027=20%"]


def test_one_command_shows_target_gap_and_reason(cli):
    done = cli("company", "show", "Cambricon", *CUT)
    assert done.code == 0
    for words in ("price target", "before 1,588", "why net income differs from consensus", "what moved the target"):
        assert words in done.out
    assert "−10.6% (+10.6%)" in done.out  # own net income of 2027 against Bloomberg's mean, before in brackets


def test_the_page_and_show_give_the_same_figure(cli):
    page = json.loads(cli("company", "show", "Cambricon", *CUT, "--json").out)
    (shown,) = json.loads(
        cli("show", "price_target", "-w", "company=Cambricon", "-s", "from-drivers", *CUT, "--json").out
    )
    (target,) = (one for one in page["headline"] if one["name"] == "price_target")
    assert target["after"] == shown["value"]


def test_without_a_change_it_shows_the_company_as_it_is(cli):
    done = cli("company", "show", "MetaX")
    assert done.code == 0
    assert "None: too few brokers" in done.out
    assert "before" not in done.out


def test_a_change_that_does_not_reach_the_target_says_so(cli):
    done = cli("company", "show", "Cambricon", "--scenario", "base", *CUT)
    assert "nothing: the change does not reach it" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Cambricn"], ["Cambricon"]),
        (["Huawei"], ["no price target", "company new"]),
        (["Cambricon", "--set", "price_cut@MLU 59,2027=20%"], ["MLU 590"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("company", "show", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err
