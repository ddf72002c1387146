"""The command of consensus as other programs and careless hands call it."""

import json

import pytest


def test_records_hold_every_covered_company(cli):
    found = {one["company"]: one for one in json.loads(cli("consensus", "--json").out)}
    assert set(found) == {"Cambricon", "Iluvatar", "MetaX"}
    assert len(found["Cambricon"]["gaps"]) == 21
    assert found["MetaX"]["gaps"] == []
    assert found["MetaX"]["none"]


def test_the_command_and_show_give_the_same_figure(cli):
    (one,) = json.loads(cli("consensus", "--company", "688256", "--json").out)
    where = ["-w", "company=Cambricon", "-w", "year=2026", "-w", "provider=refinitiv"]
    shown = json.loads(cli("show", "net_income_difference_from_consensus", *where, "--json").out)
    (gap,) = (g for g in one["gaps"] if (g["provider"], g["line"], g["year"]) == ("refinitiv", "net_income", 2026))
    assert gap["difference"] == pytest.approx(shown[0]["value"], rel=1e-12)


def test_the_page_says_none_where_there_is_none(cli):
    done = cli("consensus", "--company", "MetaX")
    assert done.code == 0
    assert "None: too few brokers" in done.out
    assert "revisions: none known" in done.out


def test_a_what_if_is_told_as_a_revision(cli):
    done = cli("consensus", "--company", "Cambricon", "--set", "forecast_net_income@Cambricon,2026=7000")
    assert done.code == 0
    assert "revised" in done.out
    assert "+38.8%" in done.out  # 7,000 over Bloomberg's 5,042


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "Cambricn"], ["Cambricon"]),
        (["--estimates", "none.csv"], ["none.csv", "cannot be read"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("consensus", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err
