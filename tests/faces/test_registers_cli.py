"""The command of registers, as a person and as another program call it."""

import csv
import io
import json

import pytest

FIXED = ["id", "about", "date", "as_of", "source", "known", "status"]
SOURCES = '[my-source]\ntitle = "My notes"\nkind = "notes"\n'


def records(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_the_list_tells_rows_dates_and_what_uses_them(cli):
    found = {one["name"]: one for one in records(cli("registers", "--json"))}
    assert {"evidence", "events", "orders", "vendors", "roadmaps"} <= set(found)
    shareholders = found["shareholders"]
    assert shareholders["quantities"] == ["shareholder_stake"]
    assert shareholders["quantities_read_by_formulas"] == []
    assert "fp16_tflops" in found["products"]["quantities_read_by_formulas"]
    assert found["evidence"]["used_by"]
    for one in found.values():
        assert one["rows"] > one["lost_rows"] >= 0
        assert one["own_rows"] == 0
        assert (one["first"] is None) == (one["rows"] == one["undated_rows"])


def test_the_list_for_people_and_as_csv_name_the_same_registers(cli):
    names = [one["name"] for one in records(cli("registers", "--json"))]
    rows = list(csv.DictReader(io.StringIO(cli("registers", "--csv").out)))
    assert [row["name"] for row in rows] == names
    text = cli("registers").out
    assert all(name in text for name in names)


def test_rows_come_as_records_with_source_grade_and_dates(cli):
    rows = records(cli("registers", "evidence", "--json"))
    assert len(rows) >= 100
    for row in rows:
        assert row["register"] == "evidence"
        assert "#" in row["source"]
        assert set(FIXED) < set(row)
    assert rows == records(cli("registers", "Evidence", "--json"))


def test_json_csv_and_text_show_the_same_rows(cli):
    rows = records(cli("registers", "orders", "--json"))
    table = list(csv.DictReader(io.StringIO(cli("registers", "orders", "--csv").out)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    assert [row["value"] for row in table] == ["" if row["value"] is None else f"{row['value']:.12g}" for row in rows]
    text = cli("registers", "orders").out
    assert all(row["id"] in text for row in rows)
    assert f"{len(rows)} rows" in text


def test_about_takes_any_spelling_and_counts_a_companys_chips_to_it(cli):
    rows = records(cli("registers", "events", "--about", "寒武纪", "--json"))
    assert {row["about"] for row in rows} == {"Cambricon", "MLU 690"}
    assert rows == records(cli("registers", "events", "--about", "cambricon", "--json"))
    assert {row["about"] for row in records(cli("registers", "events", "--about", "MLU690", "--json"))} == {"MLU 690"}


def test_about_takes_a_name_without_a_card(cli):
    rows = records(cli("registers", "prices", "--about", "rtx 5090", "--json"))
    assert {row["about"] for row in rows} == {"RTX 5090"}


def test_a_span_takes_rows_that_touch_it_and_says_what_is_undated(cli):
    found = cli("registers", "events", "--from", "2026-07", "--to", "2026-09", "--json")
    names = {row["id"] for row in records(found)}
    assert "waic-01" in names
    assert "mlu-690-01" not in names
    assert all(row["date"] for row in records(found))
    assert "undated rows left out" in found.err


def test_one_day_takes_the_year_and_the_half_around_it(cli):
    names = {
        row["id"] for row in records(cli("registers", "events", "--from", "2026-08-15", "--to", "2026-08-15", "--json"))
    }
    assert {"iluvatar-03", "metax-01"} <= names


def test_what_is_lost_is_shown_as_unknown_and_has_no_grade(cli):
    text = cli("registers", "prices").out
    assert "unknown: lost in the source's text" in text
    lost = [row for row in records(cli("registers", "prices", "--json")) if row["status"] == "lost"]
    assert lost
    assert all(row["known"] is None and row["value"] is None for row in lost)


def test_a_company_without_a_row_is_unknown_and_no_error(cli):
    found = cli("registers", "management", "--about", "Huawei", "--json")
    assert records(found) == []
    assert "unknown, not none" in found.err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("registers", "evidense"), "'evidence'"),
        (("registers", ""), None),
        (("registers", "../../etc/passwd"), "no register"),
        (("registers", "\udcff"), "no register"),
        (("registers", "evidence", "--about", "Cambrcon"), "'Cambricon'"),
        (("registers", "evidence", "--about", "🙂"), "no row and no card"),
        (("registers", "evidence", "--from", "yesterday"), "--from 'yesterday' is no date"),
        (("registers", "evidence", "--to", "2026-13"), "--to '2026-13' is no date"),
        (("registers", "evidence", "--from", "2027", "--to", "2026"), "lies before"),
        (("registers", "--about", "Cambricon"), "--about needs the name of a register"),
        (("registers", "--template"), "--template needs the name of a register"),
        (("registers", "evidence", "--facts", "/nowhere"), "no such folder"),
        (("registers", "evidence", "more"), "unexpected extra argument"),
    ],
)
def test_a_wrong_call_is_one_message_and_exit_code_2(cli, arguments, what):
    found = cli(*arguments)
    if what is None:
        assert found.code == 0
        return
    assert found.code == 2
    assert what in found.err
    assert found.out == ""


def test_the_template_of_every_register_can_be_read_back(cli, tmp_path):
    names = [one["name"] for one in records(cli("registers", "--json"))]
    (tmp_path / "registers").mkdir()
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    for name in names:
        found = cli("registers", name, "--template")
        assert found.code == 0
        assert "siliconomics:" not in found.out
        (tmp_path / "registers" / f"{name}.csv").write_text(found.out, encoding="utf-8")
    listed = records(cli("registers", "--json", "--facts", tmp_path))
    assert {one["name"]: one["own_rows"] for one in listed} == dict.fromkeys(names, 1)
    checked = cli("facts", "check", tmp_path)
    assert checked.code == 0
    assert f"{len(names)} rows of registers" in checked.out


def test_rows_of_ones_own_are_marked_and_a_shadowed_row_is_told(cli, tmp_path):
    (tmp_path / "registers").mkdir()
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    head = ",".join([*FIXED, "event", "kind", "quantity", "statement"])
    row = "waic-01,WAIC,2026-07-04,2026-11-25,my-source#p1,reported,stated,WAIC opened,conference,,\n"
    (tmp_path / "registers" / "events.csv").write_text(f"{head}\n{row}", encoding="utf-8")
    found = cli("registers", "events", "--about", "WAIC", "--facts", tmp_path, "--json")
    assert [(one["event"], one["own"]) for one in records(found)] == [("WAIC opened", True)]
    assert "waic-01 stands before a row" in found.err
    assert "yours" in cli("registers", "events", "--about", "WAIC", "--facts", tmp_path).out


def test_a_bad_import_tells_every_problem_and_prints_no_row(cli, tmp_path):
    (tmp_path / "registers").mkdir()
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    head = ",".join([*FIXED, "event", "kind", "quantity", "statement"])
    rows = "a,WAIC,soon,2026-11-25,my-source#p1,reported,stated,x,conference,,\nb,WAIC,2026,,nowhere,sure,stated,,party,,\n"
    (tmp_path / "registers" / "events.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    found = cli("registers", "events", "--facts", tmp_path)
    assert (found.code, found.out) == (2, "")
    for what in (
        "row 2, column date",
        "row 3, column as_of",
        "row 3, column source",
        "row 3, column known",
        "row 3, column kind",
    ):
        assert what in found.err
