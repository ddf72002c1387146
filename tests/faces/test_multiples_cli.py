"""The command of multiples as other programs and careless hands call it."""

import json

import pytest


def test_records_have_companies_peers_and_claims(cli):
    record = json.loads(cli("multiples", "--json").out)
    assert {one["company"] for one in record["companies"]} == {"Cambricon", "Iluvatar", "MetaX"}
    assert len(record["peers"]) == 66
    assert {one["status"] for one in record["claims"]} == {"reproduced", "consistent", "unknown"}
    assert record["year"] == 2026


def test_the_command_and_show_give_the_same_figure(cli):
    (one,) = json.loads(cli("multiples", "--company", "寒武纪", "--json").out)["companies"]
    shown = json.loads(cli("show", "forward_price_to_sales_at_target", "-w", "company=Cambricon", "--json").out)
    assert one["at_target"]["price to sales"]["ahead"]["value"] == shown[0]["value"]


def test_the_table_says_loss_and_unknown_rather_than_a_number(cli):
    done = cli("multiples", "--company", "Iluvatar")
    assert done.code == 0
    rows = [line.split() for line in done.out.splitlines() if line.startswith("price to earnings")]
    assert rows[0][4:6] == ["loss", "loss"]
    assert "63 covered stocks n/a" in done.out
    assert "unknown" in cli("multiples", "--company", "Cambricon").out


def test_an_enterprise_multiple_on_an_assumed_balance_sheet_says_so(cli):
    assert "EV to sales rests on figures that are assumed" in cli("multiples", "--company", "Cambricon").out
    assert "that are assumed" not in cli("multiples", "--company", "Iluvatar").out


def test_coverage_prints_every_stock(cli):
    assert "Winway Technology" in cli("multiples", "--coverage").out
    assert "Winway Technology" not in cli("multiples").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "Cambricn"], ["Cambricon"]),
        (["--company", "Huawei"], ["no target", "valuation_year"]),
        (["--prices", "x.csv"], ["needs a company"]),
        (["--company", "MetaX", "--prices", "none.csv"], ["none.csv", "cannot be read"]),
        (["--peers", "none.csv"], ["none.csv", "cannot be read"]),
        (["--year", "2050"], ["2050", "2026"]),
    ],
)
def test_a_wrong_request_is_a_message_and_exit_code_2(cli, arguments, words):
    done = cli("multiples", *arguments)
    assert done.code == 2
    assert done.out == ""
    for word in words:
        assert word in done.err


def test_a_history_may_lie_in_a_folder_of_facts(cli, tmp_path):
    (tmp_path / "prices").mkdir()
    closes = tmp_path / "prices" / "cambricon.csv"
    closes.write_text("date,close\n2026-04-23,1300\n2026-04-24,1352.5\n", encoding="utf-8")
    closes.with_suffix(".toml").write_text('layout = "prices"\n', encoding="utf-8")
    done = cli("multiples", "--company", "Cambricon", "--facts", tmp_path, "--prices", closes)
    assert done.code == 0, done.err
    assert "2 days 2026-04-23 to 2026-04-24" in done.out


def test_a_return_below_growth_justifies_nothing_rather_than_a_negative_multiple(cli):
    out = cli("multiples", "--company", "MetaX").out
    (row,) = (line.split() for line in out.splitlines() if line.startswith("justified price to book"))
    assert row[4:] == ["unknown", "none", "none", "2.602x"]
