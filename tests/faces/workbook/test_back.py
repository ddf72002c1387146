"""An edited workbook read back: each change found, and nothing else let through."""

import json
import shutil
import zipfile

import openpyxl
import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.faces.workbook import read_back, write
from siliconomics.faces.workbook.formula_text import canonical
from siliconomics.studies.scenarios import text_of


@pytest.fixture
def edited(company, tmp_path):
    """Applies edits {(sheet, cell): value} with a program that writes workbooks, as a user's does."""

    def apply(edits, name="edited.xlsx"):
        book = openpyxl.load_workbook(company.path)
        for (sheet, cell), value in edits.items():
            book[sheet][cell] = value
        book.save(tmp_path / name)
        return tmp_path / name

    return apply


def place(example, quantity, **labels):
    found = example.places.find(quantity, **labels)
    return found.sheet, found.cell


def refusal(path, model, **options):
    with pytest.raises(BadRequest) as refused:
        read_back(path, model, **options)
    return str(refused.value)


def test_a_workbook_as_written_has_no_changes(company):
    found = read_back(company.path, company.model)
    assert found.edits == ()
    assert found.scenarios == ("margin-from-chip-costs",)


def test_a_changed_yield_comes_back_and_gives_the_target_that_the_workbook_shows(company, edited, tmp_path):
    import engines

    cell = place(company, "stated_die_yield", chip="MLU 690")
    path = edited({cell: 0.4})
    found = read_back(path, company.model)
    assert [(one.quantity, one.labels, one.before, one.after) for one in found.edits] == [
        ("stated_die_yield", {"chip": "MLU 690"}, 0.25, 0.4)
    ]
    overlay = tmp_path / "mine.toml"
    overlay.write_text(text_of(found.overlay("mine", "a better process")), encoding="utf-8")
    ours = siliconomics.load(scenario=[str(overlay)]).solve("price_target", company="Cambricon").value
    target = place(company, "price_target", company="Cambricon")
    assert engines.formualizer(path, [target])[target] == pytest.approx(ours, rel=1e-9)
    assert ours > company.model.solve("price_target", company="Cambricon").value


def test_a_changed_formula_is_refused_by_cell(company, edited):
    sheet, cell = place(company, "price_target", company="Cambricon")
    said = refusal(edited({(sheet, cell): 2000}), company.model)
    assert f"{sheet}!{cell} was the formula of price_target" in said
    assert "2000" in said
    said = refusal(edited({(sheet, cell): "=1+1"}), company.model)
    assert f"{sheet}!{cell}" in said


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("a lot", "not a number"),
        (None, "is empty"),
        ("=0.2+0.2", "not a number"),
        (1.7, "impossible"),
        (True, "not a number"),
    ],
)
def test_an_input_that_is_no_possible_number_is_refused_by_cell(company, edited, value, says):
    sheet, cell = place(company, "stated_die_yield", chip="MLU 690")
    said = refusal(edited({(sheet, cell): value}), company.model)
    assert f"{sheet}!{cell}" in said
    assert says in said


def test_a_row_put_in_is_told_as_such(company, tmp_path):
    book = openpyxl.load_workbook(company.path)
    book["Cambricon"].insert_rows(5)
    book["Valuation"].insert_rows(5)
    book.save(tmp_path / "moved.xlsx")
    assert "put in, moved or taken out" in refusal(tmp_path / "moved.xlsx", company.model)


def test_the_chosen_case_is_part_of_the_scenario_and_figures_of_others_are_left_out(company, edited):
    row = next(
        cell.row for cell in openpyxl.load_workbook(company.path)["Cases"]["A"] if cell.value == "Planned gross margin"
    )
    found = read_back(
        edited({("Cases", "B4"): "case-bear", ("Cases", f"E{row}"): 0.3, ("Cases", f"F{row}"): 0.7}), company.model
    )
    assert found.scenarios == ("margin-from-chip-costs", "case-bear")
    assert [one.after for one in found.edits] == [0.3]
    assert [one.after for one in found.elsewhere] == [0.7]
    assert "no case" in refusal(edited({("Cases", "B4"): "case-best"}), company.model)


def test_another_version_is_refused_with_the_way_to_map_it(company, edited):
    about = json.loads(openpyxl.load_workbook(company.path)["Map"]["A1"].value)
    path = edited(
        {
            ("Map", "A1"): json.dumps({**about, "facts": "another"}),
            place(company, "stated_die_yield", chip="MLU 690"): 0.4,
        }
    )
    said = refusal(path, company.model)
    assert "another" in said
    assert "--across-versions" in said
    assert [one.after for one in read_back(path, company.model, across_versions=True).edits] == [0.4]


@pytest.mark.parametrize(
    ("part", "says"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "links")]
)
def test_macros_and_links_are_refused(company, tmp_path, part, says):
    path = tmp_path / "more.xlsx"
    shutil.copy(company.path, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"x")
    before = path.read_bytes()
    assert says in refusal(path, company.model)
    assert path.read_bytes() == before


@pytest.mark.parametrize("what", ["empty", "text", "cut", "other", "missing", "named"])
def test_what_is_no_workbook_of_ours_is_refused(company, tmp_path, what):
    path = tmp_path / ("book.xlsm" if what == "named" else "book.xlsx")
    if what == "empty":
        path.write_bytes(b"")
    elif what == "text":
        path.write_text("quantity,value")
    elif what == "cut":
        path.write_bytes(company.path.read_bytes()[:-2000])
    elif what == "other":
        openpyxl.Workbook().save(path)
    elif what == "named":
        shutil.copy(company.path, path)
    said = refusal(path, company.model)
    assert "book.xls" in said


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("=SUM(F5:F9)/2", "=SUM(F5:F9)/2.0", True),
        ("='Inputs market'!F5*1E-9", "=$'Inputs market'!$F$5*0.000000001", True),
        ("=F5+1", "=F5+2", False),
        ("=F5+1", "=F6+1", False),
        ("=MAX(A10,0)", "=max(A10, 0)", True),
        ("=POWER(A1,0.3333333333333333)", "=POWER(A1,0.333333333333333)", True),
    ],
)
def test_a_formula_is_known_again_however_a_program_spells_it(one, other, same):
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_another_program_is_still_ours(company, tmp_path):
    import engines

    engines.libreoffice([company.path], tmp_path)
    assert read_back(tmp_path / "recalculated" / company.path.name, company.model).edits == ()


def test_what_ifs_that_a_workbook_was_written_with_stay_in_its_scenario(company, tmp_path):
    model = company.model.with_changes(company.model.change("stated_die_yield", 0.5, chip="MLU 590"))
    write(tmp_path / "what-if.xlsx", model, companies=["Cambricon"])
    found = read_back(tmp_path / "what-if.xlsx", company.model)
    assert [(one.quantity, one.value) for one in found.changes] == [("stated_die_yield", 0.5)]
    assert found.edits == ()
