"""The command line's contract: what other programs may rely on."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter

import pytest

import siliconomics
from siliconomics.faces.cli.tree import PAGE
from siliconomics.studies.audit.report import COLUMNS

KEYS = ["quantity", "unit", "labels", "value", "known"]
GRADES = {"reported", "derived", "estimated", "assumed", "unknown"}
NAMES = (
    "gross_dies_per_wafer",
    "die_cost_usd",
    "memory_cost_usd",
    "package_cost_usd",
    "manufacturing_cost_usd",
    "market_price_usd",
    "original_price_usd",
    "estimated_chip_cost_usd",
    "overhead_usd",
    "performance_per_usd",
    "performance_per_watt",
    "cost_of_equity",
    "residual_income",
    "present_value_of_forecast",
    "present_value_of_continuing_value",
    "equity_value",
    "price_target",
    "die_yield",
    "terminal_growth",
    "beta",
    "risk_free_rate",
    "equity_risk_premium",
)
COMPANIES = ("Cambricon", "Iluvatar", "MetaX")


def records(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def value(result):
    (record,) = records(result)
    return record["value"]


# -- show -------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", NAMES)
def test_every_promised_quantity_answers_with_records(cli, quantity):
    found = records(cli("show", quantity, "--json"))
    assert found
    for record in found:
        assert list(record) == KEYS
        assert record["quantity"] == quantity
        assert record["known"] in GRADES
        assert (record["value"] is None) == (record["known"] == "unknown")
        assert record["value"] is None or isinstance(record["value"], (int, float))
        assert set(record["labels"]) <= {"chip", "company", "year"}
    assert any(record["value"] is not None for record in found)


def test_what_is_unknown_is_null_and_stays_in_the_list(cli):
    (record,) = records(cli("show", "price_target", "--where", "company=Huawei", "--json"))
    assert record["value"] is None
    assert record["known"] == "unknown"


def test_json_is_strict_json(cli):
    def refuse(constant):
        raise AssertionError(constant)

    json.loads(cli("show", "price_target", "--json").out, parse_constant=refuse)


def test_values_are_not_rounded(cli):
    assert value(cli("show", "price_target", "--where", "company=Cambricon", "--json")) == pytest.approx(
        siliconomics.load().solve("price_target", company="Cambricon").value, rel=1e-15
    )


def test_units_are_the_companies_own_currencies(cli):
    units = {one["labels"]["company"]: one["unit"] for one in records(cli("show", "price_target", "--json"))}
    assert [units[name] for name in COMPANIES] == ["CNY/share", "HKD/share", "CNY/share"]


def test_company_and_chip_labels_are_those_of_the_source(cli):
    companies = {one["labels"]["company"] for one in records(cli("show", "price_target", "--json"))}
    chips = {one["labels"]["chip"] for one in records(cli("show", "die_cost_usd", "--json"))}
    assert companies >= set(COMPANIES)
    assert chips >= {"A100", "H20", "910B", "910C", "950PR", "MLU 370", "MLU 590", "C500", "BI-V100", "PPU", "P800"}


@pytest.mark.parametrize("spelling", ["MLU590", "mlu 590", "MLU 590*"])
def test_a_chip_answers_to_its_usual_spellings(cli, spelling):
    (record,) = records(cli("show", "die_cost_usd", "--where", f"chip={spelling}", "--json"))
    assert record["labels"] == {"chip": "MLU 590"}


def test_where_narrows_and_repeats_for_another_dimension(cli):
    found = records(cli("show", "net_income", "--where", "company=MetaX", "--where", "year=2028", "--json"))
    assert [one["labels"] for one in found] == [{"company": "MetaX", "year": 2028}]
    assert found[0]["value"] == pytest.approx(1001, abs=0.5)


def test_csv_has_a_header_and_plain_numbers(cli):
    result = cli("show", "residual_income", "--where", "company=Iluvatar", "--csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert list(rows[0]) == ["quantity", "company", "year", "value", "unit", "known"]
    known = [row for row in rows if row["value"]]
    assert known
    assert all(float(row["value"]) and "," not in row["value"] for row in known)
    assert {row["year"] for row in known} >= {str(year) for year in range(2027, 2038)}


def test_csv_and_json_say_the_same(cli):
    rows = list(csv.DictReader(io.StringIO(cli("show", "die_cost_usd", "--csv").out)))
    found = records(cli("show", "die_cost_usd", "--json"))
    assert [(row["chip"], float(row["value"]) if row["value"] else None) for row in rows] == [
        (one["labels"]["chip"], one["value"]) for one in found
    ]


def test_without_a_scenario_the_base_answers_and_says_so_beside_the_textbook(cli):
    out = cli("show", "price_target").out
    assert "scenario base" in out
    assert "textbook" in out
    assert "gap" in out
    for company in COMPANIES:
        line = next(line for line in out.splitlines() if line.startswith(company))
        assert line.rstrip().endswith("%")


def test_the_base_by_name_is_the_base(cli):
    assert cli("show", "price_target", "--json").out == cli("show", "price_target", "--scenario", "base", "--json").out


def test_a_scenario_changes_the_answer_and_is_named(cli):
    base = value(cli("show", "price_target", "-w", "company=MetaX", "--json"))
    textbook = value(cli("show", "price_target", "-w", "company=MetaX", "-s", "textbook", "--json"))
    assert textbook != base
    assert "scenario textbook" in cli("show", "price_target", "-w", "company=MetaX", "-s", "textbook").out


def test_the_gap_beside_the_base_is_that_of_the_textbook(cli):
    base = value(cli("show", "price_target", "-w", "company=MetaX", "--json"))
    textbook = value(cli("show", "price_target", "-w", "company=MetaX", "-s", "textbook", "--json"))
    line = next(line for line in cli("show", "price_target", "-w", "company=MetaX").out.splitlines() if "MetaX" in line)
    assert f"{(textbook / base - 1) * 100:+.1f}%".replace("-", "−") in line


def test_stacked_scenarios_are_both_named(cli):
    assert "textbook + no-moat" in cli("show", "price_target", "-s", "textbook", "-s", "no-moat").out


# -- what-if ------------------------------------------------------------------------------------


def test_a_what_if_changes_only_the_label_named(cli):
    before = {one["labels"]["chip"]: one["value"] for one in records(cli("show", "die_cost_usd", "--json"))}
    after = {
        one["labels"]["chip"]: one["value"]
        for one in records(cli("show", "die_cost_usd", "--set", "die_yield@910C=0.35", "--json"))
    }
    assert after["910C"] == pytest.approx(2 * before["910C"])
    assert {name for name in before if before[name] != after[name]} == {"910C"}


def test_a_what_if_without_a_label_holds_for_all(cli):
    found = records(cli("show", "beta", "--set", "beta=1", "--json"))
    assert {one["value"] for one in found} == {1.0}


def test_per_cent_and_share_are_the_same_what_if(cli):
    one, other = (
        cli("show", "price_target", "--set", f"terminal_growth@Cambricon={text}", "--json").out
        for text in ("5%", "0.05")
    )
    assert one == other


def test_a_what_if_names_its_dimension_where_it_wants(cli):
    one, other = (
        cli("show", "net_income", "--set", f"forecast_net_income@{text}=700", "--json").out
        for text in ("MetaX,2027", "company=MetaX,year=2027")
    )
    assert one == other
    assert 700.0 in [record["value"] for record in json.loads(one)]


def test_a_later_what_if_wins_over_an_earlier_one(cli):
    found = records(cli("show", "beta", "--set", "beta=1", "--set", "beta@MetaX=2", "--json"))
    assert {one["labels"]["company"]: one["value"] for one in found}["MetaX"] == 2.0


def test_a_what_if_outside_the_plausible_computes_and_warns(cli):
    result = cli("show", "price_target", "--set", "beta@Cambricon=4", "-w", "company=Cambricon", "--json")
    assert value(result) > 0
    assert "warning" in result.err
    assert "plausible" in result.err


def test_a_plausible_what_if_does_not_warn(cli):
    assert cli("show", "price_target", "--set", "beta@Cambricon=1.2", "--json").err == ""


# -- list ---------------------------------------------------------------------------------------


def test_list_has_everything_that_can_be_named(cli):
    found = records(cli("list", "--json"))
    assert set(found) >= {"quantities", "chips", "companies", "sources", "scenarios", "coverage"}
    assert {one["name"] for one in found["quantities"]} >= set(NAMES)
    assert {one["name"] for one in found["scenarios"]} >= {"base", "textbook"}
    assert len(found["coverage"]) == 66
    assert all(one["meaning"] for one in found["quantities"] + found["scenarios"])


def test_list_keeps_what_contains_the_word(cli):
    found = records(cli("list", "TARGET", "--json"))
    assert "price_target" in {one["name"] for one in found["quantities"]}
    assert all("target" in " ".join(map(str, one.values())).casefold() for part in found.values() for one in part)


def test_list_of_a_word_that_nothing_contains_says_so(cli):
    result = cli("list", "[zzz]")
    assert result.code == 0
    assert "nothing contains '[zzz]'" in result.out


# -- why ----------------------------------------------------------------------------------------


def leaves(tree):
    if not tree.get("because"):
        return [tree]
    return [leaf for one in tree["because"] for leaf in leaves(one)]


@pytest.mark.parametrize(
    ("quantity", "where"),
    [("price_target", f"company={name}") for name in COMPANIES]
    + [("manufacturing_cost_usd", "chip=910C"), ("performance_per_usd", "chip=H20")],
)
def test_why_ends_in_facts_with_sources(cli, quantity, where):
    tree = records(cli("why", quantity, "--where", where, "--json"))
    sources = {one["name"] for one in records(cli("list", "--json"))["sources"]}
    assert tree["formula"]
    assert tree["numbers"]
    for leaf in leaves(tree):
        if not leaf.get("repeated"):
            assert leaf["source"].partition("#")[0] in sources, leaf
            assert leaf["source"].partition("#")[2], leaf
            assert leaf["as_of"]
            assert leaf["known"] in GRADES


def test_an_answer_is_as_well_known_as_its_weakest_fact(cli):
    tree = records(cli("why", "price_target", "--where", "company=Cambricon", "--json"))
    order = ["reported", "derived", "estimated", "assumed"]
    assert order.index(tree["known"]) >= max(order.index(leaf["known"]) for leaf in leaves(tree))


def test_why_of_a_what_if_says_where_the_value_comes_from(cli):
    tree = records(cli("why", "price_target", "-w", "company=Cambricon", "--set", "beta@Cambricon=1", "--json"))
    beta = next(leaf for leaf in leaves(tree) if leaf["quantity"] == "beta")
    assert (beta["value"], beta["source"], beta["known"]) == (1.0, "scenario", "assumed")


def test_why_in_the_terminal_shows_tree_facts_and_lines(cli):
    out = cli("why", "price_target", "--where", "company=Cambricon").out
    for words in ("price_target", "equity_value", "line", "what moves it most", "as well known as the weakest"):
        assert words in out


TOKEN = ("cost_per_million_output_tokens_usd", "-w", "chip=H20", "-w", "model=DeepSeek-R1")
TOKEN += ("-w", "site=China", "-w", "owner=hyperscaler")


def test_why_of_a_token_fits_a_page_and_says_what_it_folds(cli):
    out = cli("why", *TOKEN).out
    entries = [line for line in out.splitlines() if "── " in line]
    assert 60 < len(entries) <= PAGE
    assert "`siliconomics why sequences_in_group` shows them" in " ".join(out.replace("│", " ").split())
    assert "shown above" in out
    assert "--all the whole tree" in out


def test_why_with_all_folds_nothing_and_names_every_quantity_of_the_json(cli):
    out = cli("why", *TOKEN, "--all").out
    assert "folded" not in out
    assert "--depth shows them" not in out

    def names(tree):
        return {tree["quantity"]}.union(*(names(one) for one in tree.get("because", ())))

    wanted = names(records(cli("why", *TOKEN, "--json")))
    assert not {name for name in wanted if f"── {name}" not in out} - {TOKEN[0]}


def test_a_depth_is_kept_as_asked(cli):
    shallow, deep = (cli("why", *TOKEN, "--depth", depth).out for depth in ("2", "9"))
    assert len(shallow.splitlines()) < len(cli("why", *TOKEN).out.splitlines()) < len(deep.splitlines())


def test_why_of_several_figures_asks_for_one(cli):
    result = cli("why", "price_target")
    assert result.code == 2
    assert "--where company=" in result.err


# -- audit --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_audit_csv_has_its_columns_in_order_and_plain_numbers(cli):
    result = cli("audit", "--csv")
    assert result.code == 0
    rows = list(csv.reader(io.StringIO(result.out)))
    assert rows[0] == list(COLUMNS)
    assert ",".join(rows[0]) == "exhibit,line,entity,metric,period,scenario,printed,computed,unit,tolerance,status,note"
    assert {len(row) for row in rows} == {12}
    for row in (dict(zip(COLUMNS, cells, strict=True)) for cells in rows[1:]):
        assert row["status"] in {"reproduced", "contradicted", "not_computable"}
        assert row["status"] != "contradicted" or row["note"]
        int(row["line"])
        if row["unit"] != "text":
            for key in ("printed", "computed", "tolerance"):
                assert not row[key] or float(row[key]) is not None
        assert "%" not in row["unit"]


def test_audit_json_tells_inputs_from_figures_that_cannot_be_computed(cli):
    found = records(cli("audit", "--exhibit", 21, "--json"))
    assert {tuple(one) for one in found} == {(*COLUMNS, "role")}
    assert {one["role"] for one in found} == {"input", "check"}
    nothing_to_compute = [one for one in found if one["status"] == "not_computable"]
    assert nothing_to_compute
    assert {one["role"] for one in nothing_to_compute} == {"input"}
    table = cli("audit", "--exhibit", 21).out
    assert f"input {len(nothing_to_compute)}" in table
    assert "not computable" not in table


@pytest.mark.slow
def test_audit_of_a_valuation_has_all_its_figures_reproduced(cli):
    found = Counter((one["exhibit"], one["status"]) for one in records(cli("audit", "--json")))
    assert [found[exhibit, "reproduced"] for exhibit in (27, 34, 40)] == [59, 57, 59]
    assert [found[exhibit, "contradicted"] for exhibit in (27, 34, 40)] == [0, 0, 0]


@pytest.mark.slow
def test_audit_by_status_keeps_that_status(cli):
    found = records(cli("audit", "--status", "contradicted", "--exhibit", 21, "--json"))
    assert {(one["status"], one["exhibit"]) for one in found} == {("contradicted", 21)}
    assert all(one["note"] for one in found)


@pytest.mark.slow
def test_audit_in_the_terminal_says_what_to_distrust_and_bridges_each_target(cli):
    out = cli("audit").out
    assert "What to distrust" in out
    for company in COMPANIES:
        assert company in out
    assert "the textbook" in out


# -- reverse ------------------------------------------------------------------------------------


def test_reverse_answers_and_says_what_the_answer_then_is(cli):
    found = records(
        cli("reverse", "price_target=1352.5", "--by", "terminal_growth", "-w", "company=Cambricon", "--json")
    )
    assert found["feasible"]
    held = cli(
        "show",
        "price_target",
        "--set",
        f"terminal_growth@Cambricon={found['value']!r}",
        "-w",
        "company=Cambricon",
        "--json",
    )
    assert value(held) == pytest.approx(1352.5)


def test_reverse_of_what_cannot_be_says_so(cli):
    out = cli("reverse", "price_target=-5", "--by", "payout_ratio", "-w", "company=Cambricon").out
    assert "cannot reach it" in out
    assert "reachable is" in out


# -- run ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder that one whole run has written."""
    out = tmp_path_factory.mktemp("run") / "deep" / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILICONOMICS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(sys, "argv", ["siliconomics", "run", "--out", str(out)])
        from siliconomics.faces.cli import main

        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    return out


@pytest.mark.slow
def test_run_writes_its_files_whole_and_nothing_else(written):
    names = {path.name for path in written.iterdir()}
    assert names >= {"chips.csv", "valuation.csv", "implied.csv", "audit.csv"} | {
        f"why-{company.lower()}.json" for company in COMPANIES
    }
    assert [name for name in names if name.startswith(".") or name.endswith(".part")] == []
    for path in written.glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert len({len(row) for row in rows}) == 1
    for path in written.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_what_is_written_can_be_read_by_others(written):
    """As any file of the user: not with the rights of a temporary file."""
    import os

    mask = os.umask(0)
    os.umask(mask)
    assert {path.stat().st_mode & 0o777 for path in written.iterdir()} == {0o666 & ~mask}


@pytest.mark.slow
def test_the_same_question_has_the_same_number_on_every_face(cli, written):
    model = siliconomics.load()
    rows = {row["company"]: row for row in csv.DictReader((written / "valuation.csv").open(encoding="utf-8"))}
    for company in COMPANIES:
        python = model.solve("price_target", company=company).value
        where = ("--where", f"company={company}")
        assert value(cli("show", "price_target", *where, "--json")) == python
        shown = next(csv.DictReader(io.StringIO(cli("show", "price_target", *where, "--csv").out)))
        assert float(shown["value"]) == python
        assert records(cli("why", "price_target", *where, "--json"))["value"] == python
        assert json.loads((written / f"why-{company.lower()}.json").read_text(encoding="utf-8"))["value"] == python
        assert float(rows[company]["price_target"]) == python
        textbook = value(cli("show", "price_target", *where, "-s", "textbook", "--json"))
        assert float(rows[company]["price_target_textbook"]) == textbook
        assert model.under("textbook").solve("price_target", company=company).value == textbook


@pytest.mark.slow
def test_chips_have_the_same_numbers_on_every_face(cli, written):
    rows = {row["chip"]: row for row in csv.DictReader((written / "chips.csv").open(encoding="utf-8"))}
    assert len(rows) >= 18
    for quantity in ("die_cost_usd", "manufacturing_cost_usd", "performance_per_watt"):
        for record in records(cli("show", quantity, "--json")):
            if record["labels"]["chip"] in rows and record["value"] is not None:
                assert float(rows[record["labels"]["chip"]][quantity]) == record["value"]


@pytest.mark.slow
def test_the_audit_written_is_the_audit_asked_for(cli, written):
    assert (written / "audit.csv").read_text(encoding="utf-8") == cli("audit", "--csv").out


# -- facts of one's own ---------------------------------------------------------------------------


def test_a_new_card_passes_the_check_as_it_is(cli, tmp_path):
    for kind, name in (("chip", "My Chip 9"), ("company", "My Firm"), ("chip", "寒 1")):
        assert cli("facts", "new", kind, name, "--out", tmp_path).code == 0
    result = cli("facts", "check", tmp_path)
    assert result.code == 0, result.err
    assert "no problem" in result.out


def test_a_chip_of_ones_own_answers(cli, tmp_path):
    cli("facts", "new", "chip", "My Chip", "--out", tmp_path)
    found = records(cli("show", "manufacturing_cost_usd", "--facts", tmp_path, "-w", "chip=mychip", "--json"))
    assert found[0]["value"] > 0
    assert found[0]["known"] == "assumed"


def test_a_company_of_ones_own_is_valued(cli, tmp_path):
    cli("facts", "new", "company", "My Firm", "--out", tmp_path)
    assert value(cli("show", "price_target", "--facts", tmp_path, "-w", "company=My Firm", "--json")) > 0


def test_ones_own_card_shadows_ours_and_the_output_says_so(cli, tmp_path):
    cli("facts", "new", "chip", "910C", "--out", tmp_path)
    result = cli("facts", "check", tmp_path)
    assert "shadows our card of chip 910C" in result.out
    assert "stand before facts of ours" in result.out
    (record,) = records(cli("show", "die_area_mm2", "--facts", tmp_path, "-w", "chip=910C", "--json"))
    assert record["value"] == 600.0


def test_a_card_to_fill_in_is_printed_without_a_folder(cli):
    out = cli("facts", "new", "chip", "X1").out
    assert 'name = "X1"' in out
    assert "sources.toml" in out


def test_a_run_changes_no_input(cli, tmp_path):
    cli("facts", "new", "chip", "My Chip", "--out", tmp_path)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*.toml")}
    cli("show", "die_cost_usd", "--facts", tmp_path)
    cli("facts", "check", tmp_path)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*.toml")} == before


def test_an_edited_card_is_seen_at_once(cli, tmp_path):
    cli("facts", "new", "chip", "My Chip", "--out", tmp_path)
    card = tmp_path / "chips" / "my-chip.toml"
    ask = ("show", "die_area_mm2", "--facts", tmp_path, "-w", "chip=My Chip", "--json")
    assert value(cli(*ask)) == 600.0
    card.write_text(card.read_text(encoding="utf-8").replace('value = 600\nunit = "mm2"', 'value = 601\nunit = "mm2"'))
    assert value(cli(*ask)) == 601.0


def test_a_damaged_cache_is_done_without(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path))
    right = value(cli("show", "price_target", "-w", "company=MetaX", "--json"))
    for path in tmp_path.glob("facts-*"):
        path.write_bytes(b"half")
    assert value(cli("show", "price_target", "-w", "company=MetaX", "--json")) == right


def test_a_cache_that_cannot_be_written_is_done_without(cli, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("SILICONOMICS_CACHE", str(tmp_path / "file"))
    assert value(cli("show", "price_target", "-w", "company=MetaX", "--json")) > 0


# -- as a program of its own ------------------------------------------------------------------------


def run_program(program, *arguments, **more):
    command = [sys.executable, "-m", "siliconomics", *arguments]
    return subprocess.run(command, env={**program, **more}, capture_output=True, timeout=60, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "price_target", "--json"), 0),
        (("show", "price_targt"), 2),
        (("nonsense",), 2),
        (("show", "price_target", "--set", "terminal_growth=0.09"), 2),
    ],
)
def test_exit_codes_are_those_of_the_contract(program, arguments, code):
    found = run_program(program, *arguments)
    assert found.returncode == code
    assert b"Traceback" not in found.stderr
    assert bool(found.stderr) == (code == 2)


@pytest.mark.slow
def test_a_terminal_without_our_signs_gets_no_traceback(program):
    for arguments in (("show", "price_target"), ("list", "Cambricon"), ("why", "upside", "-w", "company=MetaX")):
        found = run_program(program, *arguments, PYTHONIOENCODING="ascii")
        assert found.returncode == 0, found.stderr
        assert found.stdout.decode("ascii")


@pytest.mark.slow
def test_a_reader_that_leaves_early_gets_no_traceback(program):
    command = f"{sys.executable} -m siliconomics list | head -n 1"
    found = subprocess.run(["sh", "-c", command], env=program, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in found.stderr
    assert b"Exception ignored" not in found.stderr
