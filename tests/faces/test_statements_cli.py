"""The command of statements, as a person and as another program call it."""

import csv
import io
import json
import re
from pathlib import Path

import pytest


def told(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_without_a_company_those_with_a_statement_are_listed(cli):
    known = told(cli("statements", "--json"))
    assert {one["company"] for one in known} == {"Cambricon", "Iluvatar", "MetaX"}
    text = cli("statements").out
    rows = list(csv.DictReader(io.StringIO(cli("statements", "--csv").out)))
    assert [row["company"] for row in rows] == [one["company"] for one in known]
    assert all(f"{one['company']}: by {', '.join(one['periods'])}" in text for one in known)


def test_records_hold_the_printed_figure_its_place_and_its_tie(cli):
    found = told(cli("statements", "--company", "Iluvatar", "--json"))
    lines = {(one["line"], one["statement"], one["period"]): one for one in found["lines"]}
    assets = lines[1084, "balance sheet", "2027"]
    assert (assets["printed"], assets["value"], assets["unit"]) == ("9,049.2", 9049.2, "mn CNY")
    assert (assets["status"], assets["source"]) == ("ties", "broker-2026-04-26#exhibit-32, line 1084")
    assert abs(assets["gap"]) <= assets["tolerance"]
    cost = lines[1032, "income statement", "2025"]
    assert (cost["printed"], cost["value"], cost["status"]) == ("(475.6)", 475.6, "stated")
    assert lines[1357, "income statement", "2026H2"]["printed"] == "2,084.0"
    assert sum(found["counts"].values()) == len(found["lines"])
    assert {one["tie"] for one in found["ties"]} >= {"both sides of the balance sheet", "halves make the year"}


@pytest.mark.parametrize("company", ["Cambricon", "Iluvatar", "MetaX"])
def test_json_csv_and_text_hold_the_same_figures(cli, company):
    lines = told(cli("statements", "--company", company, "--json"))["lines"]
    rows = list(csv.DictReader(io.StringIO(cli("statements", "--company", company, "--csv").out)))
    text = cli("statements", "--company", company).out
    assert [(row["row"], row["period"], row["printed"]) for row in rows] == [
        (one["row"], one["period"], one["printed"]) for one in lines
    ]
    assert all(one["printed"] in text and one["row"] in text for one in lines)
    assert f"{len(lines)} figures" in text


@pytest.mark.parametrize(("period", "label"), [("year", "2026"), ("half", "2026H1")])
def test_a_period_leaves_only_its_columns(cli, period, label):
    lines = told(cli("statements", "--company", "iluvatar", "--period", period, "--json"))["lines"]
    assert {one["dimension"] for one in lines} == {period}
    assert label in {one["period"] for one in lines}


def test_ties_that_fail_are_marked_and_told_with_their_gap(cli):
    text = cli("statements", "--company", "Iluvatar", "--period", "year").out
    assert "1,197.1 !" in text
    assert "2,655.4 =" in text
    assert "line 1064 Net change in cash, 2025: printed 1,197.1, its lines give 1,191.1, gap -6.0 mn CNY" in text
    assert "both sides of the balance sheet: 4 of 4 hold" in text


def test_what_did_not_survive_is_said(cli):
    assert "2027E and 2028E are cut off" in cli("statements", "--company", "MetaX").out
    assert "did not survive" in cli("statements", "--company", "Cambricon").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "Iluvatr"], "Did you mean 'Iluvatar'"),
        (["--company", "Huawei"], "no statement of Huawei is transcribed"),
        (["--company", "MetaX", "--period", "half"], "runs by year and by quarter"),
        (["--company", "MetaX", "--period", "month"], "Choose year, half, quarter"),
        (["--period", "half"], "--company"),
        (["--company", "MetaX", "--json", "--csv"], "hoose one"),
    ],
)
def test_bad_requests_are_one_message_and_exit_code_2(cli, arguments, words):
    result = cli("statements", *arguments)
    assert result.code == 2
    assert result.out == ""
    assert words in result.err
    assert "Traceback" not in result.err


GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "read-a-statement.md"


def test_the_company_of_the_guide_is_read_and_its_misprint_told(cli, tmp_path):
    """The files of the guide, each under the name in its first line."""
    blocks = re.findall(r"^```(?:toml|csv)\n# (\S+)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 4
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ("statements", "--company", "Zoo", "--facts", tmp_path / "my_facts", "--json")
    refused = cli(*command)
    assert (refused.code, refused.out) == (2, "")
    assert "zoo-income.csv, line 14: gross_profit is not what its lines give for Zoo 2026: gap -5 mn CNY" in refused.err
    table = tmp_path / "my_facts" / "zoo-income.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("65.0", "60.0"), encoding="utf-8")
    found = told(cli(*command))
    status = {(one["row"], one["period"]): one for one in found["lines"]}
    assert status["Gross profit", "2025"]["status"] == status["Gross profit", "2026"]["status"] == "ties"
    assert status["Cost of sales", "2026"]["value"] == 90.0


def test_the_commands_of_the_guide_run(cli):
    for command in re.findall(r"^    siliconomics (\S.*?)(?:  .*)?$", GUIDE.read_text(encoding="utf-8"), re.M):
        result = cli(*command.split())
        assert (result.code, result.err) == (0, ""), command


def test_half_years_and_quarters_are_quantities_like_any_other(cli):
    found = told(
        cli("show", "half_year_gross_margin", "--where", "company=Iluvatar", "--where", "half=2026H2", "--json")
    )
    assert found[0]["value"] == pytest.approx(1085.7 / 2084.0)
    shown = told(cli("show", "quarter_net_income", "--where", "company=MetaX", "--json"))
    assert next(one["labels"]["quarter"] for one in shown if one["value"] is not None) == "2025Q1"


# -- from drivers -----------------------------------------------------------------------------


def test_under_drivers_all_three_statements_and_their_ties_are_shown(cli):
    done = cli("statements", "--company", "Iluvatar", "--scenario", "from-drivers")
    assert done.code == 0
    for words in (
        "income statement by half",
        "balance sheet by half",
        "cash flow statement by half",
        "balance sheet by year",
        "cash flow statement by year",
        "ratios by year",
    ):
        assert words in done.out
    assert "both sides of the balance sheet: 4 of 4 hold" in done.out
    assert re.search(r"(\d+) of \1 printed figures", done.out)


def test_a_driver_marks_the_lines_it_moves(cli):
    done = cli("statements", "--company", "MetaX", "-s", "from-drivers", "--set", "price_cut@C500,2027=20%")
    rows = [row for row in done.out.splitlines() if row.startswith("trade receivables")]
    assert [mark in rows[0] for mark in "↓↑"] == [True, False]
    assert "figures moved" in done.out


def test_records_of_driven_statements_hold_plan_print_and_ties(cli):
    arguments = ("statements", "--company", "Iluvatar", "-s", "from-drivers", "--set", "planned_payable_days=60")
    found = told(cli(*arguments, "--json"))
    lines = {(one["quantity"], one["statement"], one["period"]): one for one in found["lines"]}
    payables = lines["trade_payables", "balance sheet", "2027"]
    assert payables["value"] == pytest.approx(60 * 3650.6 / 365, abs=0.1)
    assert payables["moved"] == pytest.approx(payables["value"] - payables["plan"])
    assert payables["printed"] == 900.1
    assert all(tie["holds"] for tie in found["ties"])
    rows = list(csv.DictReader(io.StringIO(cli(*arguments, "--csv").out)))
    assert len(rows) == len(found["lines"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--company", "MetaX", "--set", "other_revenue=1"], ["stand as printed", "from-drivers"]),
        (["--company", "MetaX", "--scenario", "textbook"], ["stand as printed", "from-drivers"]),
        (["--scenario", "from-drivers"], ["need a company"]),
        (["--company", "Huawei", "--scenario", "from-drivers"], ["follows from drivers", "Iluvatar"]),
        (["--company", "MetaX", "--scenario", "from-drivers", "--through", "2060"], ["2060", "2038"]),
        (["--company", "MetaX", "--through", "2030"], ["from-drivers"]),
    ],
)
def test_printed_statements_are_never_shown_as_if_a_driver_had_moved_them(cli, arguments, words):
    done = cli("statements", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert all(word in done.err for word in words)
