"""`siliconomics market supply`, `market nodes`, `market capacity`: what they print, and what they refuse by name."""

import json
import re

import pytest
from typer.testing import CliRunner

from siliconomics.core import BadRequest
from siliconomics.faces.cli.app import whole

pytestmark = pytest.mark.slow  # models built anew, several a test


def run(*arguments):
    return CliRunner().invoke(whole(), ["market", *arguments])


def refused(*arguments):
    result = run(*arguments)
    assert isinstance(result.exception, BadRequest), result.output
    return str(result.exception).lower()


def test_supply_prints_vendors_what_binds_and_what_one_more_brings():
    text = run("supply").output
    for word in ("Huawei", "Cambricon", "T-Head", "memory stacks", "most by", "wafer on N+2", "H200, imported"):
        assert word in text


def test_supply_for_programs_holds_every_product_and_year():
    found = json.loads(run("supply", "--json").output)
    assert found["years"] == list(range(2024, 2031))
    products = {(one["chip"], one["year"]) for one in found["products"]}
    assert {("910C", 2026), ("MLU 690", 2030), ("BW1000", 2028)} <= products
    assert {one["constraint"] for one in found["shadow_prices"]} == {"wafers", "memory", "packaging", "test"}
    assert found["binding"]["2027"] in ("dies", "memory", "packaging", "test", "orders")


def test_one_product_shows_its_chain():
    text = run("supply", "--chip", "MLU690").output
    assert "MLU 690 (Cambricon)" in text
    assert "bank of dies" in text


def test_more_memory_moves_what_binds():
    more = json.loads(run("supply", "--json", "--set", "domestic_hbm_full_stacks_per_year=190000000").output)
    assert more["binding"]["2028"] != "memory"


def test_nodes_show_one_density_behind_printed_yields():
    found = {one["node"]: one for one in json.loads(run("nodes", "--json").output)}
    assert found["N+2"]["reference_yield"]["2025"] == pytest.approx(0.2)
    assert [product[0] for product in found["N+2"]["products"]] == ["950PR", "MLU 690"]
    assert "20.0" in run("nodes").output


def test_capacity_shows_every_dated_forecast_as_published():
    found = {one["forecast"]: one for one in json.loads(run("capacity", "--json").output)}
    assert found["broker 2026-04 advanced"]["given"]["2030"] == 50_000
    assert found["broker 2026-04 N+2"]["given"] == {"2025": 22_000, "2027": 51_000}
    assert found["MS 2025-10"]["given"] == {"2025": 22_000, "2026": 42_000}
    assert found["expert call 2025-09"]["given"] == {"2024": 15_000, "2025": 25_000}
    assert found["SemiAnalysis 2025-09"]["given"] == {"2025": 45_000, "2026": 60_000, "2027": 80_000}


def test_a_plan_beyond_supply_is_refused_with_what_lacks():
    text = refused("supply", "--require", "MLU 690@2026=90000")
    assert "mlu 690 in 2026: 90,000 are planned" in text
    assert "good dies more" in text


def test_a_plan_within_supply_is_met():
    assert "can be delivered" in run("supply", "--require", "950PR@2027=1000").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--require", "MLU 690=5"], "is not of the form chip@year=units"),
        (["--require", "MLU 690@2031=5"], "not worked out for 2031"),
        (["--require", "H100@2026=5"], "no node makes H100"),
        (["--chip", "H100"], "no node makes H100"),
        (["--chip", "no such"], "there is no chip 'no such'"),
        (["--set", "packaging_capacity_wafers_per_month=-1"], "is impossible"),
        (["--set", "stated_vendor_wafer_share@Cambricon=0.9"], "allocated_wafer_share"),
        (["--set", "test_capacity_packages_per_month@year=2050=5"], "2050"),
        (["--set", "import_licence@H20,2031=1"], "outside the data of supply. Its quarters end in 2030"),
        (["--set", "import_licence@H20,2026=2"], "lies in [0, 1]"),
        (["--set", "wafer_capacity_per_month=-5"], "wafer_capacity_per_month = -5 is impossible"),
        (["--set", "hbm_stacks_available=-1"], "hbm_stacks_available = -1 is impossible"),
        (["--set", "stated_ai_wafer_share@N+2,2025=1.2"], "lies in (0, 1]"),
    ],
)
def test_what_cannot_be_is_refused_by_name(arguments, words):
    assert words.lower() in refused("supply", *arguments)


TABLE = 'title = "Mine"\nlayout = "facts"\n'
HEAD = "quantity,company,chip,node,forecast,year,value,known,source,as_of\n"


def own(tmp_path, *rows):
    (tmp_path / "market.toml").write_text(TABLE, "utf-8")
    (tmp_path / "market.csv").write_text(HEAD + "".join(f"{row},assumed,note#1,2026-01-01\n" for row in rows), "utf-8")
    (tmp_path / "sources.toml").write_text('[note]\ntitle = "Note"\nkind = "note"\n', "utf-8")
    return ["--facts", str(tmp_path)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("stated_vendor_wafer_share,T-Head,,N+2,,2026,0.01", "T-Head gets wafers of N+2 and has no product made there"),
        ("stated_product_wafer_share,,MLU 690,N+1,,2026,0.1", "MLU 690 has wafers of N+1 and is not made_on it"),
        ("forecast_weight,,,N+2,MS 2025-10,,0.5", "the weights of the forecasts of N+2 add up to 1.5"),
        ("capacity_forecast_wafers_per_month,,,N+2,MS 2025-10,2026,-5", "-5 is impossible"),
        ("made_on,,910C,N+9,,,1", "there is no node 'N+9'"),
    ],
)
def test_a_table_of_one_s_own_is_refused_by_name(tmp_path, row, words):
    assert words.lower() in refused("supply", *own(tmp_path, row))


def test_capacity_is_readable_on_a_narrow_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = run("capacity").output
    assert "…" not in told
    assert "broker 2026-04 N+2, 2026-04-26: N+2, all chips, weight 0" in told
    assert "22,000 (36,500)   51,000" in told


def test_a_plan_says_by_how_much_which_constraint_falls_short():
    text = refused("supply", "--require", "MLU 690@2026=90000")
    more = re.search(r"([\d,.]+) (?:thousand )?good dies more", text)
    assert more, text
    assert float(more[1].replace(",", "").rstrip(".")) > 0


def test_a_missing_capacity_is_named_and_not_taken_as_zero(tmp_path):
    rows = ["made_on,,I20,N+1,,,1", "stated_product_wafer_share,,I20,N+1,,2022,0"]
    text = refused("supply", *own(tmp_path, *rows))
    assert "the supply of i20 cannot be worked out" in text
    assert "needs die_area_mm2[chip=i20]" in text
