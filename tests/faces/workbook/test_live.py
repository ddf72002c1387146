"""Every cell of a workbook is what Python computes, by two other engines, before and after inputs are changed."""

import math
import random

import engines
import pytest

from siliconomics.model.overlay import Change

RELATIVE = 1e-9
NOTHING = 1e-9
"""What rounding leaves where figures of billions cancel along a chain: a thousandth of a yuan in millions."""
needs_libreoffice = pytest.mark.skipif(
    not engines.have_libreoffice(), reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)


def same(ours, theirs, scale=0.0):
    """Equal to 1e-9 of the figure, or of what it was taken from: a difference of like figures is rounding."""
    if isinstance(ours, str) or isinstance(theirs, str) or theirs is None:
        return ours == theirs
    return abs(ours - theirs) <= max(RELATIVE * max(abs(ours), scale), NOTHING)


def scale_of(graph, cell, levels=4):
    """The size of what a cell was taken from, in its own unit: a difference of like figures is known to 1e-9 of these."""
    unit, found, row = graph.unit_of(cell.name), 0.0, [cell]
    for _ in range(levels):
        below = {one.key: one for cell in row for one in graph.uses(cell) if one.node is not None}
        row = [one for one in below.values() if graph.unit_of(one.name) == unit]
        found = max([found, *(abs(graph.value(one)) for one in row)])
    return found


def differing(example, model, found, places):
    """Cells whose recalculated value is not Python's."""
    graph = model.graph
    wrong = []
    for cell in example.cells:
        own = graph.cell(cell.name, cell.labels)
        place = places.of(own)
        theirs = found.get((place.sheet, place.cell))
        if own.node is None:
            if theirs != "n/a":
                wrong.append((str(own), "unknown", theirs))
        elif not same(graph.value(own), theirs) and not same(graph.value(own), theirs, scale_of(graph, own)):
            wrong.append((str(own), graph.value(own), theirs))
    return wrong


def test_cached_values_are_those_of_python(company):
    """A viewer that computes nothing shows the right figures."""
    assert differing(company, company.model, engines.values(company.path), company.places) == []


def test_formualizer_gets_every_cell_of_a_company(company, tmp_path):
    formulas = engines.formulas(company.path)
    cached = engines.values(company.path)
    found = engines.formualizer(engines.planted(company.path, tmp_path / "planted.xlsx"), formulas)
    assert len(formulas) > 4_000
    assert [
        (place, cached[place], found[place]) for place in formulas if not same(cached[place], found[place], 1.0)
    ] == []


@pytest.mark.slow
def test_formualizer_gets_every_cell_of_everything(whole, tmp_path):
    formulas = engines.formulas(whole.path)
    found = engines.formualizer(engines.planted(whole.path, tmp_path / "planted.xlsx"), formulas)
    assert len(formulas) > 20_000
    cached = engines.values(whole.path)
    assert [
        (place, cached[place], found[place]) for place in formulas if not same(cached[place], found[place], 1e3)
    ] == []


def moved(example, seed, count=10):
    """Ten inputs chosen by chance and moved by up to a tenth; none that shapes the model or feeds a held value."""
    model, chance = example.model, random.Random(seed)
    graph = model.graph
    inputs = [
        cell
        for cell in example.cells
        if cell.given is not None and cell.node not in graph.tape.fixed and cell.given.value and not held_by_case(cell)
    ]
    found = []
    for cell in chance.sample(inputs, len(inputs)):
        value = cell.given.value * (1 + chance.uniform(-0.1, 0.1))
        try:
            trial = model.with_changes(model.change(cell.name, value, **cell.labels))
            target = trial.solve("price_target", company="Cambricon").records[0].value
        except siliconomics_refusal():
            continue  # an impossible value: the model says so, and no cell formula could
        if target is not None:
            found.append((cell, value))
        if len(found) == count:
            break
    return found


def siliconomics_refusal():
    from siliconomics.core import BadRequest

    return BadRequest


def held_by_case(cell):
    """Inputs that a case holds are changed on the sheet of cases; a test of its own does that."""
    return cell.name.startswith(("planned_gross_margin", "stated_import", "case_"))


def changed_model(example, chosen):
    changes = [Change(cell.name, value, cell.labels, "moved") for cell, value in chosen]
    return example.model.with_changes(*changes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_formualizer_follows_ten_changed_inputs(company, tmp_path, seed):
    chosen = moved(company, seed)
    inputs = {(place.sheet, place.cell): value for cell, value in chosen for place in [company.places.of(cell)]}
    path = engines.planted(company.path, tmp_path / "moved.xlsx", inputs)
    wanted = [(place.sheet, place.cell) for cell in company.cells for place in [company.places.of(cell)]]
    assert differing(company, changed_model(company, chosen), engines.formualizer(path, wanted), company.places) == []


@needs_libreoffice
@pytest.mark.slow
def test_libreoffice_gets_every_cell_before_and_after_ten_changed_inputs(whole, tmp_path):
    """Forced to recalculate a file whose cached values are all wrong; held values apart, which are marked stale."""
    from siliconomics.faces.workbook.held import Held

    held = {cell.key for group in Held(whole.model, whole.places).groups for cell in group.cells}
    reads = {one.key for group in Held(whole.model, whole.places).groups for one in group.reads}
    chosen = [(cell, value) for cell, value in moved(whole, 7, 40) if not rests_under(whole, cell, reads)][:10]
    assert len(chosen) == 10
    inputs = {(place.sheet, place.cell): value for cell, value in chosen for place in [whole.places.of(cell)]}
    before = engines.planted(whole.path, tmp_path / "before.xlsx")
    after = engines.planted(whole.path, tmp_path / "after.xlsx", inputs)
    first, second = engines.libreoffice([before, after], tmp_path)
    assert differing(whole, whole.model, first, whole.places) == []
    assert held
    assert differing(whole, changed_model(whole, chosen), second, whole.places) == []
    cached = engines.values(whole.path)
    errors = [place for place, value in first.items() if isinstance(value, str) and value.startswith("#")]
    assert errors == []
    others = [
        (place, value, first.get(place))
        for place, value in cached.items()
        if isinstance(value, float) and math.isfinite(value) and not same(value, first.get(place), 1e3)
    ]
    assert others == []


def rests_under(example, cell, keys):
    """Whether a held value was worked out from an input."""
    graph = example.model.graph
    found = graph._above([graph.cells[cell.key]])
    return bool(keys & set(found))


@needs_libreoffice
@pytest.mark.slow
def test_a_case_chosen_in_the_workbook_is_that_scenario(company, tmp_path):
    import openpyxl

    paths = []
    for case in ("case-bear", "case-bull"):
        book = openpyxl.load_workbook(company.path)
        book["Cases"]["B4"] = case
        paths.append(tmp_path / f"{case}.xlsx")
        book.save(paths[-1])
    target = company.places.find("price_target", company="Cambricon")
    for case, found in zip(("case-bear", "case-bull"), engines.libreoffice(paths, tmp_path), strict=True):
        wanted = company.model.under("margin-from-chip-costs", case).solve("price_target", company="Cambricon").value
        assert same(wanted, found[target.sheet, target.cell])


def test_a_cell_of_the_grid_is_the_model_run_with_those_inputs(company):
    values = engines.values(company.path)
    for row in range(6, 13):
        for column in "CDEFGHI":
            rate, growth = values["Grids", f"B{row}"], values["Grids", f"{column}5"]
            shown = values["Grids", f"{column}{row}"]
            if rate - growth < 1e-9:
                assert shown == "n/a"
                continue
            where = {"company": "Cambricon"}
            changes = [Change("cost_of_equity", rate, where, ""), Change("terminal_growth", growth, where, "")]
            assert same(company.model.with_changes(*changes).solve("price_target", **where).value, shown)


@pytest.mark.slow
def test_a_held_value_is_marked_when_what_it_was_found_from_changes(whole, tmp_path):
    from siliconomics.faces.workbook.held import Held

    group = Held(whole.model, whole.places).groups[0]
    cell = next(one for one in group.reads if one.given is not None and one.given.value)
    place = whole.places.of(cell)
    path = engines.planted(whole.path, tmp_path / "moved.xlsx", {(place.sheet, place.cell): cell.given.value * 1.1})
    statuses = [
        place for place, value in engines.values(whole.path).items() if value == "current" and place[0] == "Held values"
    ]
    now = engines.formualizer(path, statuses)
    assert "stale" in now.values()
    assert len(statuses) == len(Held(whole.model, whole.places).groups)


def patterned(example):
    """Formulas of cells read alike, and of the same cells read each alone."""
    from siliconomics.core.typeset import NoSpreadsheetForm
    from siliconomics.faces.workbook.formula_text import Pattern, written

    pattern, wrong = Pattern(example.model, example.places.at), []
    for cell in example.cells:
        if cell.given is not None:
            continue
        sheet = example.places.of(cell).sheet

        def reference(name, labels, sheet=sheet):
            return example.places.at((name, *labels.values())).seen_from(sheet)

        try:
            alone = written(example.model, cell, reference)
        except NoSpreadsheetForm:
            continue
        if pattern(cell, sheet) != alone:
            wrong.append((str(cell), alone, pattern(cell, sheet)))
    return wrong


def test_a_formula_read_once_for_many_cells_is_what_each_reads_alone(company):
    assert patterned(company) == []


@pytest.mark.slow
def test_so_it_is_for_everything(whole):
    assert patterned(whole) == []


def test_a_grey_figure_that_was_changed_fails_a_check(company, tmp_path):
    """A year moves only what reads it as a number; the model would be shaped anew."""
    fixed = company.model.graph.tape.fixed
    cell = next(one for one in company.cells if one.given is not None and one.node in fixed and "year" in one.name)
    place = company.places.of(cell)
    inputs = {(place.sheet, place.cell): cell.given.value + 1}
    path = engines.planted(company.path, tmp_path / "reshaped.xlsx", inputs)
    found = engines.formualizer(path, [("Cover", f"B{row}") for row in range(4, 12)])
    assert any(isinstance(value, str) and "fail" in value for value in found.values())
