"""An actual in a folder of the user's contradicts no forecast of a source: it was made before."""

import pytest

import siliconomics
from siliconomics.facts import LIBRARY
from siliconomics.facts.reader import read
from siliconomics.model import Model
from siliconomics.studies.audit import audit
from siliconomics.studies.statements import statements

OBSERVED = '[[observed]]\nquantity = "{}"\nlabels = {{ company = "Iluvatar", {} }}\nvalue = {}\nunit = "mn CNY"\nknown = "{}"\n'
SOURCED = 'source = "results#page-3"\nas_of = 2027-03-28\n\n'
LINES = (
    ("forecast_revenue", "year = 2026", 3200.0),
    ("forecast_net_income", "year = 2026", -200.0),
    ("forecast_total_equity", "year = 2026", 5500.0),
    ("half_year_revenue", 'half = "2026H1"', 1050.0),
)


@pytest.fixture(scope="module")
def formulas():
    return siliconomics.load(checked=False).formulas


@pytest.fixture(scope="module")
def plain(formulas):
    return audit(Model(read([LIBRARY]), formulas))


@pytest.fixture
def build(tmp_path, formulas):
    def made(lines=LINES, known="reported", more=None):
        (tmp_path / "sources.toml").write_text('[results]\ntitle = "Results"\nkind = "filing"\n')
        text = "".join(OBSERVED.format(quantity, labels, value, known) + SOURCED for quantity, labels, value in lines)
        (tmp_path / "results.toml").write_text(text)
        for name, content in (more or {}).items():
            (tmp_path / name).write_text(content)
        return Model(read([LIBRARY, tmp_path]), formulas)

    return made


def statuses(report):
    return [(one.figure.line, one.figure.quantity, one.period, one.status) for one in report.verdicts]


def test_a_reported_actual_contradicts_no_forecast(plain, build):
    report = audit(build())
    assert statuses(report) == statuses(plain)
    assert report.findings == plain.findings
    (note,) = report.notes
    assert "net income Iluvatar 2026" in note
    assert plain.notes == ()


def test_an_own_estimate_is_no_actual_and_its_departures_are_shown(plain, build):
    """What is not reported is another opinion; the source's own lines then no longer follow from it."""
    report = audit(build(known="assumed"))
    assert report.notes == ()
    assert report.counts()["contradicted"] > plain.counts()["contradicted"]


def test_a_filing_against_a_reported_figure_of_the_source_still_counts(plain, build):
    """Sales of 2025 were reported when the source was written: a filing that differs is a contradiction."""
    report = audit(build(lines=(("forecast_revenue", "year = 2025", 1234.0),)))
    assert report.notes == ()
    assert report.counts()["contradicted"] > plain.counts()["contradicted"]


def test_figures_of_the_users_own_table_are_judged_by_what_was_reported(plain, build):
    card = (
        'title = "Iluvatar: results"\nsource = "results"\nas_of = 2027-03-28\nknown = "reported"\ncolumns = "year"\n'
        'labels = { company = "Iluvatar" }\nstatement = "income statement"\n\n'
        '[[row]]\nrow = "Net sales"\nquantity = "revenue"\nunit = "mn CNY"\n'
    )
    model = build(more={"own.toml": card, "own.csv": "line,row,2026\n1,Net sales,3200.0\n"})
    report = audit(model)
    assert len(report.verdicts) == len(plain.verdicts) + 1
    (mine,) = [one for one in report.verdicts if one.figure.source == "results"]
    assert (mine.status, mine.computed) == ("reproduced", 3200.0)
    assert report.counts()["contradicted"] == plain.counts()["contradicted"]


def test_what_was_reported_is_not_held_against_what_was_only_forecast(plain, build):
    """Cash would follow from the change of cash, which nobody has reported."""
    card = (
        'title = "Iluvatar: results"\nsource = "results"\nas_of = 2027-03-28\nknown = "reported"\ncolumns = "year"\n'
        'labels = { company = "Iluvatar" }\nstatement = "balance sheet"\n\n'
        '[[row]]\nrow = "Cash"\nquantity = "cash_and_equivalents"\nunit = "mn CNY"\ninputs = "all"\n'
        'recomputed_by = "cash_of_roll"\n'
    )
    report_model = build(more={"own.toml": card, "own.csv": "line,row,2026\n1,Cash,2600.0\n"})
    report = audit(report_model)
    (mine,) = [one for one in report.verdicts if one.figure.source == "results"]
    assert (mine.status, mine.computed) == ("not_computable", None)
    assert "net change in cash is not reported, only forecast" in mine.notes[0]
    (line,) = [one for one in statements(report_model, "Iluvatar").lines if one.figure.source == "results"]
    assert (line.status, line.note) == ("cannot_be_tied", "net change in cash is not reported, only forecast")
    assert report.counts()["contradicted"] == plain.counts()["contradicted"]
