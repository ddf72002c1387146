"""What the reader says of bad files: file, place, reason, remedy; everything wrong at once; nothing of a traceback.

A small library of one chip and one company stands for ours; the bad file lies in a user's folder on top of it.
"""

import re

import pytest

from siliconomics.core import BadRequest
from siliconomics.facts.reader import read

QUANTITIES = """
[die_area_mm2]
meaning = "Area of one die."
unit = "mm2"
dimensions = ["chip"]
possible = "(0, 5000]"
plausible = "[10, 858]"

[stated_die_yield]
meaning = "Share of dies that work."
unit = "1"
dimensions = ["chip"]
possible = "(0, 1]"

[memory_type]
meaning = "Kind of memory."
unit = "text"
dimensions = ["chip"]
text = true

[forecast_revenue]
meaning = "Sales of a year."
unit = "mn reporting_currency"
dimensions = ["company", "year"]
possible = "[0, inf)"

[valuation_year]
meaning = "Year of the valuation."
unit = "1"
dimensions = ["company"]
possible = "[2023, 2037]"
structural = true
"""
SOURCES = """
[report]
title = "A report"
kind = "report"
"""
OWN_SOURCE = """
[my-source]
title = "A data sheet"
kind = "datasheet"
"""
CHIP = 'name = "Old"\nvendor = "Maker"\naliases = ["Old One"]\n'
COMPANY = 'name = "Ant"\nreporting_currency = "CNY"\n'


def observed(quantity="die_area_mm2", value="600", unit="mm2", extra="", **keys):
    """One block of a card, with parts replaced."""
    known = {"known": "assumed", "source": "my-source#page-1", "as_of": "2026-01-02"} | keys
    lines = [f'quantity = "{quantity}"', f"value = {value}", f'unit = "{unit}"']
    lines += [f'{key} = "{text}"' for key, text in known.items()]
    return "\n[[observed]]\n" + "\n".join(lines) + f"\n{extra}\n"


NEW = 'name = "New"\nvendor = "Me"\n'
TABLE = """
title = "Sales"
source = "my-source"
as_of = 2026-01-02
known = "assumed"
columns = "year"
labels = { company = "Ant" }
column_labels = { "2026E" = 2026 }
[[row]]
row = "Revenue"
quantity = "revenue"
unit = "mn CNY"
inputs = "all"
"""
CELLS = "line,row,2026E\n7,Revenue,500\n"


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return write(
        tmp_path_factory.mktemp("ours"),
        {
            "quantities/all.toml": QUANTITIES,
            "sources.toml": SOURCES,
            "chips/old.toml": CHIP + observed(source="report#page-3"),
            "companies/ant.toml": COMPANY,
        },
    )


@pytest.fixture
def problems(ours, tmp_path):
    """Reads files on top of the small library; gives the problems found."""

    def find(**files):
        names = {
            name.replace("__", "/").replace("_toml", ".toml").replace("_csv", ".csv"): t for name, t in files.items()
        }
        write(tmp_path, {"sources.toml": OWN_SOURCE} | names)
        try:
            read([ours, tmp_path])
        except BadRequest as refused:
            return list(refused.problems)
        return []

    return find


def test_a_good_card_is_no_problem(problems):
    assert problems(chips__new_toml=NEW + observed()) == []


def test_a_good_table_is_no_problem(problems):
    assert problems(sales_toml=TABLE, sales_csv=CELLS) == []


CARDS = [
    ("unknown key with the nearest", NEW + 'vendr = "x"' + observed(), "unknown key 'vendr'", "'vendor'"),
    ("missing key", 'name = "New"' + observed(), "key 'vendor' is missing", "facts new chip"),
    (
        "missing key of a figure",
        NEW + observed().replace("value = 600\n", ""),
        "key 'observed.0.value' is missing",
        "add it",
    ),
    ("another dimension's unit", NEW + observed(unit="USD"), "cannot be turned into 'mm2'", "mm2"),
    ("no unit at all", NEW + observed(unit="lightyearz"), "not a unit", "mm2"),
    ("unit with code in it", NEW + observed(unit="mm2; import os"), "not a unit", "mm2"),
    ("unit that would compute for ever", NEW + observed(unit="9**9**9**9"), "not written as a unit", "correct"),
    ("negative area", NEW + observed(value="-3"), "-3 is impossible", "correct the figure"),
    ("yield of nothing", NEW + observed("stated_die_yield", "0", "1"), "0 is impossible", "correct"),
    ("yield above one", NEW + observed("stated_die_yield", "1.3", "1"), "1.3 is impossible", "correct"),
    ("not a number", NEW + observed(value="nan"), "not a finite number", "correct"),
    ("infinite", NEW + observed(value="inf"), "not a finite number", "correct"),
    ("yes for a number", NEW + observed(value="true"), "not a finite number", "correct"),
    ("number in quotes", NEW + observed(value='"600"'), "is not a number", "plain number"),
    ("number for a word", NEW + observed("memory_type", "3", "text"), "is not a word", "quotes"),
    ("list for a number", NEW + observed(value="[1, 2]"), "neither a number nor a word", "correct"),
    ("unknown quantity with the nearest", NEW + observed("die_aera_mm2"), "'die_aera_mm2'", "'die_area_mm2'"),
    ("source without a place", NEW + observed(source="my-source"), "no place inside the source", ""),
    ("unknown source with the nearest", NEW + observed(source="my-sauce#p1"), "'my-sauce'", "'my-source'"),
    ("grade that does not exist", NEW + observed(known="guessed"), "'guessed'", ""),
    ("no day", NEW + observed(as_of="2026"), "not a day", ""),
    ("day that does not exist", NEW + observed(as_of="2026-02-30"), "not a day", ""),
    ("range reversed", NEW + observed(extra="range = [700, 500]"), "low end above its high end", ""),
    ("value outside its range", NEW + observed(extra="range = [700, 800]"), "outside its own range", "correct"),
    ("range into the impossible", NEW + observed(extra="range = [-1, 800]"), "range reaches -1", "narrow"),
    ("too many labels", NEW + observed(extra="labels = { year = 2026 }"), "declared over (chip)", "exactly"),
    ("another chip's figure", NEW + observed(extra='labels = { chip = "Old" }'), "on the card of New", "label out"),
    ("alias naming two chips", NEW + 'aliases = ["old-one"]' + observed(), "names both Old and New", "drop one"),
    ("card without a name", 'name = ""\nvendor = "Me"' + observed(), "name = ''", ""),
    ("broken TOML", 'name = "New', "not valid TOML", "close the quote"),
    ("half-written", NEW + '[[observed]]\nquantity = "die_a', "not valid TOML", "close the quote"),
    ("nothing in it", "", "holds nothing", "remove"),
    ("not UTF-8", b'name = "\xff"', "byte 8 is not UTF-8", "UTF-8"),
    ("brackets beyond all depth", "name = " + "[" * 5000, "cannot be read", "check the file"),
]


@pytest.mark.parametrize(("text", "reason", "remedy"), [one[1:] for one in CARDS], ids=[one[0] for one in CARDS])
def test_a_bad_card_is_refused_with_file_reason_and_remedy(problems, text, reason, remedy):
    found = problems(chips__new_toml=text)
    assert len(found) == 1, found
    assert "new.toml" in found[0].where
    assert reason in found[0].what + found[0].why
    assert remedy.casefold() in f"{found[0].what} {found[0].remedy}".casefold()


TABLES = [
    ("too few cells", {"csv": "line,row,2026E\n7,Revenue\n"}, "different number of cells", "sales.csv, row 2"),
    ("too many cells", {"csv": "line,row,2026E\n7,Revenue,5,6\n"}, "different number of cells", "sales.csv, row 2"),
    ("unclosed quote", {"csv": 'line,row,2026E\n7,"Revenue,5\n'}, "not valid CSV", "sales.csv"),
    ("table not UTF-8", {"csv": b"line,row,2026E\n7,Revenue\xff,5\n"}, "not UTF-8", "sales.csv"),
    ("no column line", {"csv": "row,2026E\nRevenue,5\n"}, "starts with the columns line", "sales.csv, row 2"),
    ("line is a word", {"csv": "line,row,2026E\nx,Revenue,5\n"}, "starts with the columns line", "sales.csv, row 2"),
    ("row unknown to the card", {"csv": "line,row,2026E\n7,Revenu,5\n"}, "row 'Revenu'", "sales.csv, row 2"),
    ("cell without a number", {"csv": "line,row,2026E\n7,Revenue,lots\n"}, "'lots' holds no number", "line 7"),
    ("column that is no year", {"csv": "line,row,2026E,soon\n7,Revenue,5,6\n"}, "'soon' is not a year", "line 7"),
    ("inputs of no column", {"toml": TABLE.replace('"all"', '["2027E"]')}, "column '2027E'", "sales.toml"),
    ("label unknown", {"toml": TABLE.replace('"Ant"', '"Ent"')}, "there is no company 'Ent'", "sales.toml"),
    ("quantity unknown", {"toml": TABLE.replace('"revenue"', '"revenu"')}, "quantity 'revenu'", "line 7"),
    ("feeds nothing known", {"toml": TABLE + 'feeds = "forecast_revenu"\n'}, "'forecast_revenu'", "line 7"),
    ("another currency", {"toml": TABLE.replace("mn CNY", "mn USD")}, "cannot be turned into", "sales.toml"),
    ("unknown key of a row", {"toml": TABLE + 'bassis = "x"\n'}, "unknown key 'row.0.bassis'", "sales.toml"),
    ("below zero", {"csv": "line,row,2026E\n7,Revenue,(5)\n"}, "-5 is impossible", "sales.toml"),
]


@pytest.mark.parametrize(("files", "reason", "place"), [one[1:] for one in TABLES], ids=[one[0] for one in TABLES])
def test_a_bad_table_is_refused_with_file_place_and_reason(problems, files, reason, place):
    found = problems(sales_toml=files.get("toml", TABLE), sales_csv=files.get("csv", CELLS))
    assert len(found) == 1, found
    assert place in found[0].where
    assert reason in found[0].what.replace("observed.", "")


def test_a_table_without_cells_is_refused(problems):
    assert any("sales.csv" in one.where and "cannot be read" in one.what for one in problems(sales_toml=TABLE))


def test_cells_without_a_card_are_refused(problems):
    (found,) = problems(sales_csv=CELLS)
    assert "no card beside it" in found.what
    assert "sales.toml" in found.remedy


@pytest.mark.parametrize("year", ["99999999", '"2026E"', "-1", "2026.5", '"soon"'])
def test_a_label_that_is_no_year_is_refused(problems, year):
    extra = f"labels = {{ year = {year} }}"
    found = problems(
        companies__bee_toml='name = "Bee"\n' + observed("forecast_revenue", "5", "mn reporting_currency", extra)
    )
    assert found
    assert all("bee.toml" in one.where for one in found)


def test_a_year_between_years_is_refused(problems):
    found = problems(companies__bee_toml='name = "Bee"\n' + observed("valuation_year", "2026.5", "1"))
    assert "is not a whole number" in found[0].what


def test_two_cards_of_one_chip_are_refused_naming_both_files(problems):
    (found,) = problems(chips__new_toml=NEW + observed(), chips__other_toml=NEW + observed())
    assert "two cards" in found.what
    assert {"new.toml", "other.toml"} == set(re.findall(r"\w+\.toml", f"{found.where} {found.why}"))


def test_a_quantity_declared_twice_is_refused_once(problems):
    again = '[die_area_mm2]\nmeaning = "Mine."\nunit = "1"\n'
    (found,) = problems(quantities__mine_toml=again)
    assert "declared twice" in found.what
    assert "all.toml" in found.why


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[mine]\nmeaning = "m"\nunit = "USDD"\n', "not a unit"),
        ('[mine]\nmeaning = "m"\nunit = "1"\npossible = "[1, 0]"\n', "wrong way round"),
        ('[mine]\nmeaning = "m"\nunit = "1"\npossible = "0 to 1"\n', "not an interval"),
        ('[mine]\nunit = "1"\n', "'mine.meaning' is missing"),
        ("mine = 3\n", "mine = 3"),
    ],
)
def test_a_bad_declaration_is_refused(problems, text, reason):
    (found,) = problems(quantities__mine_toml=text)
    assert "mine.toml" in found.where
    assert reason in found.what


def test_a_bad_exchange_rate_is_refused(problems):
    rates = "date,pair,rate,known,source,used_for,note\n2026-01-02,CNY/USD,0,derived,my-source#1,,\n"
    (found,) = problems(exchange_rates_csv=rates)
    assert "row 2.rate" in found.what
    assert "exchange_rates.csv" in found.where


def test_every_bad_key_of_a_row_of_running_text_is_reported(problems):
    card = 'title = "t"\nsource = "my-source"\nas_of = 2026-01-02\nknown = "assumed"\n'
    rows = "line,labels,metric,period,scenario,printed,unit,qualifier,role,note\nx,,m,,base,3,1,?,inputt,\n"
    found = problems(text_toml=card, text_csv=rows)
    assert {one.what.split(" = ")[0] for one in found} == {"row 2.line", "row 2.qualifier", "row 2.role"}


def test_all_problems_of_all_files_are_reported_at_once(problems):
    found = problems(
        chips__a_toml='name = "A"\nvendr = "x"\n',
        chips__b_toml='name = "B"\nvendor = "x"\n' + observed(value="-3") + observed("die_aera_mm2"),
        chips__c_toml=b"\xff",
        sales_toml=TABLE,
        sales_csv="line,row,2026E\n7,Revenue\n",
    )
    assert {name for name in ("a.toml", "b.toml", "c.toml", "sales.csv") if any(name in p.where for p in found)} == {
        "a.toml",
        "b.toml",
        "c.toml",
        "sales.csv",
    }
    assert len(found) == 6


def test_no_remedy_is_missing(problems):
    for text in (one[1] for one in CARDS):
        for found in problems(chips__new_toml=text):
            assert found.remedy, found


@pytest.mark.parametrize("kind", ["missing", "a file", "empty", "a name too long", "a dangling link"])
def test_a_folder_that_cannot_be_read_is_refused(ours, tmp_path, kind):
    folder = tmp_path / {"a name too long": "x" * 5000}.get(kind, "there")
    if kind == "a file":
        folder.write_text("x")
    if kind in ("empty", "a dangling link"):
        folder.mkdir()
    if kind == "a dangling link":
        (folder / "chip.toml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(BadRequest) as refused:
        read([ours, folder])
    assert str(folder) in refused.value.problems[0].where
    assert refused.value.problems[0].remedy


# -- shadowing --------------------------------------------------------------------------------


def test_a_users_figure_shadows_ours_and_ours_stays_known(ours, tmp_path):
    write(tmp_path, {"sources.toml": OWN_SOURCE, "chips/old.toml": CHIP + observed(value="700")})
    facts = read([ours, tmp_path])
    assert [fact.value for fact in facts.facts["die_area_mm2", "Old"]] == [700, 600]
    assert any("shadows" in warning and "Old" in warning for warning in facts.warnings)


def test_the_order_of_files_does_not_matter(ours, tmp_path):
    files = {"chips/z.toml": NEW + observed(), "chips/a.toml": 'name = "Other"\nvendor = "Me"\n' + observed(value="50")}
    write(tmp_path, {"sources.toml": OWN_SOURCE} | files)
    assert {"New", "Other", "Old"} <= set(read([ours, tmp_path]).labels["chip"])


def test_a_byte_order_mark_is_no_problem(problems):
    assert problems(chips__new_toml=b"\xef\xbb\xbf" + (NEW + observed()).encode()) == []


def test_a_value_outside_the_plausible_is_kept_with_a_warning(ours, tmp_path):
    write(tmp_path, {"sources.toml": OWN_SOURCE, "chips/new.toml": NEW + observed(value="2000")})
    facts = read([ours, tmp_path])
    assert facts.facts["die_area_mm2", "New"][0].value == 2000
    assert any("outside the plausible" in warning for warning in facts.warnings)


def test_reading_changes_no_file(ours):
    before = {path: path.read_bytes() for path in ours.rglob("*.toml")}
    read([ours])
    assert {path: path.read_bytes() for path in ours.rglob("*.toml")} == before
