"""What a workbook looks like to whoever opens it: sheets, colours, comments, names; and what it refuses."""

import re
import zipfile

import openpyxl
import pytest

from siliconomics.core import BadRequest
from siliconomics.faces.workbook import write
from siliconomics.faces.workbook.formula_text import summed
from siliconomics.faces.workbook.styles import HELD, INPUT, LINK

ALLOWED = {
    "ABS", "AND", "CHOOSE", "COUNTIF", "EXP", "IF", "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "LN", "MATCH", "MAX",
    "MIN", "OR", "PI", "POWER", "SQRT", "SUM", "SUMIF", "SUMPRODUCT",
}  # fmt: skip
"""Functions that Excel 2016, LibreOffice 7.4 and WPS compute alike."""


@pytest.fixture(scope="module")
def book(company):
    return openpyxl.load_workbook(company.path)


@pytest.mark.slow
def test_the_sheets_an_analyst_looks_for_are_there(whole):
    names = openpyxl.load_workbook(whole.path, read_only=True).sheetnames
    wanted = (
        "Cover Cases Checks Grids Valuation Cambricon MetaX Iluvatar Parts Ranking Market Silicon Package Inference"
    )
    more = ("Ownership", "Policy", "Execution", "Held values", "Sources", "Audit")
    assert {*wanted.split(), *more} <= set(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert any(name.startswith("Inputs") for name in names)


def test_inputs_are_blue_links_green_formulas_black_and_every_input_says_where_it_comes_from(company, book):
    for cell in company.cells:
        place = company.places.of(cell)
        shown = book[place.sheet][place.cell]
        colour = f"#{shown.font.color.rgb[-6:]}" if shown.font.color and shown.font.color.rgb else "#000000"
        if isinstance(shown.value, str) and shown.value.startswith("="):
            assert colour in ((LINK,) if "!" in shown.value else ("#000000",)), place
        elif cell.given is not None and cell.node not in company.model.graph.tape.fixed:
            assert colour == INPUT
            assert shown.comment is not None, place
            assert shown.comment.text.strip(), place
        else:
            assert colour in (HELD, "#808080")


def test_every_result_says_what_it_means_and_its_equation(company, book):
    for sheet in company.places.sheets.values():
        if sheet.inputs:
            continue
        for row in sheet.rows:
            said = book[sheet.name].cell(row.number + 1, 1).comment
            assert said is not None
            assert f"{row.quantity} = " in said.text


@pytest.mark.slow
def test_only_functions_that_every_program_has_are_used(whole):
    import engines

    used = {name for text in engines.formulas(whole.path).values() for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)}
    assert used <= ALLOWED


def test_one_formula_runs_across_a_row_of_forecast_years(company, book):
    """Shifted back to one column, a row's formulas are the same text, wherever the same figures are known."""
    from siliconomics.faces.workbook.places import column_name

    found = company.places.row("net_margin", company="Cambricon")
    assert found is not None
    sheet, row = found
    texts = {
        re.sub(rf"\b{column_name(column)}(?=\d)", "X", str(book[sheet.name].cell(row.number + 1, column + 1).value))
        for column in row.cells
    }
    assert len(texts) == 1


@pytest.mark.slow
def test_the_whole_is_small_and_full(whole):
    assert whole.written.formulas > 20_000
    assert whole.path.stat().st_size < 5_000_000
    with zipfile.ZipFile(whole.path) as archive:
        names = archive.namelist()
    assert not any("externalLink" in name or "vbaProject" in name for name in names)
    assert any("charts/chart" in name for name in names)


def test_the_cover_says_what_it_is_and_whether_all_holds(company):
    book = openpyxl.load_workbook(company.path, data_only=True)
    said = {row[0]: row[1] for row in book["Cover"].iter_rows(values_only=True, max_row=12) if row[0]}
    assert said["Scenario"] == "margin-from-chip-costs"
    assert said["Facts version"] == company.model.facts.version
    assert said["Checks"] == "All checks pass"
    assert said["Inputs changed since"] == 0
    names = set(book.defined_names)
    assert {"price_target_Cambricon", "beta_Cambricon", "stated_die_yield_MLU_690", "Case"} <= names


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A0"])
def test_text_of_facts_cannot_become_a_formula(tmp_path, company, text):
    import xlsxwriter

    from siliconomics.faces.workbook.styles import Styles

    path = tmp_path / "text.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        styles = Styles(book)
        book.add_worksheet("A").write_string(0, 0, text, styles.text(text))
    cell = openpyxl.load_workbook(path)["A"]["A1"]
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.quotePrefix


def test_neighbours_are_summed_as_ranges_and_no_call_has_too_many_parts():
    assert summed(["F5", "F6", "F7"]) == "SUM(F5:F7)"
    assert summed(["F5", "G5", "H5", "J5"]) == "SUM(F5:H5,J5)"
    assert summed(["'In market'!F5", "'In market'!F6", "'In market'!F7", "2*A1"]) == "SUM('In market'!F5:F7,2*A1)"
    text = summed([f"A{2 * i}" for i in range(1, 700)])
    assert max(part.count(",") for part in re.findall(r"SUM\(([^()]*)\)", text)) < 255


def test_chinese_labels(tmp_path, company):
    path = tmp_path / "zh.xlsx"
    write(path, company.model, companies=["Cambricon"], language="zh")
    book = openpyxl.load_workbook(path, read_only=True)
    words = {row[0] for row in book["Valuation"].iter_rows(max_col=1, values_only=True)}
    assert "目标价" in words


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"companies": ["Huawei"]}, "no company model"),
        ({"companies": ["Nobody"]}, "Nobody"),
        ({"language": "fr"}, "fr"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_left(tmp_path, company, asked, says):
    with pytest.raises(BadRequest, match=says):
        write(tmp_path / "x.xlsx", company.model, **asked)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_place_is_refused_and_an_old_file_stays(tmp_path, company):
    with pytest.raises(BadRequest, match=r"xlsx"):
        write(tmp_path / "x.csv", company.model, companies=["Cambricon"])
    with pytest.raises(BadRequest, match="cannot be written"):
        write(tmp_path / "no" / "x.xlsx", company.model, companies=["Cambricon"])
    old = tmp_path / "x.xlsx"
    old.write_bytes(b"old")
    (tmp_path / "~$x.xlsx").write_bytes(b"")
    with pytest.raises(BadRequest, match="open in another program"):
        write(old, company.model, companies=["Cambricon"])
    assert old.read_bytes() == b"old"


def test_the_same_model_gives_the_same_sheets(tmp_path, company):
    again = tmp_path / "again.xlsx"
    write(again, company.model, companies=["Cambricon"])
    with zipfile.ZipFile(company.path) as one, zipfile.ZipFile(again) as other:
        for name in one.namelist():
            if name.startswith("xl/worksheets/sheet") and not name.endswith("sheet1.xml"):
                assert one.read(name) == other.read(name), name
