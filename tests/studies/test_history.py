"""Revenue, mix and margins from 2022 on: what is stated, what follows, what is lost and said to be."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies.history import history


@pytest.fixture(scope="module")
def told():
    return history(siliconomics.load())


def one(told, company, measure, period, segment=""):
    (found,) = [
        point
        for point in told.points
        if (point.company, point.measure, point.period, point.segment) == (company, measure, period, segment)
    ]
    return found


def test_what_the_model_has_is_what_it_says(told):
    model = siliconomics.load()
    for point in told.points:
        if point.origin == "model" and not point.segment:
            assert point.value == model.solve(point.measure, company=point.company, year=point.period).value


def test_a_first_year_follows_from_growth_a_year_with_the_range_of_its_rounding(told):
    """6,497 of 2025 after three years of 107 % (line 2509), which rounding leaves between 106.5 and 107.5."""
    point = one(told, "Cambricon", "revenue", "2022")
    assert (point.origin, point.known) == ("follows", "derived")
    assert point.value == pytest.approx(6497 / 2.07**3)
    assert (point.low, point.high) == (pytest.approx(6497 / 2.075**3), pytest.approx(6497 / 2.065**3))
    assert point.source.endswith("line 2509")


def test_a_margin_follows_from_its_change(told):
    point = one(told, "Iluvatar", "gross_margin", "2024")
    assert point.value == pytest.approx(one(told, "Iluvatar", "gross_margin", "2025").value - 0.049)
    assert point.high - point.low == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("company", "measure", "period", "value", "line"),
    [
        ("Cambricon", "gross_margin", "2023", 0.31, 2518),
        ("Iluvatar", "net_income", "2022", -554, 2691),
    ],
)
def test_what_only_the_text_prints_is_there_with_its_line(told, company, measure, period, value, line):
    point = one(told, company, measure, period)
    assert (point.origin, point.value) == ("printed", pytest.approx(value))
    assert point.source.endswith(f"line {line}")


def test_a_figure_that_the_audit_contradicts_is_not_shown(told):
    """Line 818 prints a net income of 20.6 bn for 2025, ten times what the rest of the source gives."""
    assert one(told, "Cambricon", "net_income", "2025").value is None


def test_nothing_follows_from_a_row_of_growth_that_contradicts_itself(told):
    point = one(told, "Cambricon", "gross_profit", "2024")
    assert (point.value, point.origin) == (None, "unknown")
    assert "would be 543.4, but line 742 prints 195.5" in point.note


def test_the_mix_keeps_its_bounds(told):
    cloud = one(told, "Cambricon", "segment_revenue_share", "2025", "cloud")
    assert (cloud.origin, cloud.value, cloud.low, cloud.high) == ("bound", 0.99, 0.99, 1.0)
    assert one(told, "Cambricon", "segment_revenue_share", "2023", "intelligent computing cluster").value == 0.86


def test_a_year_that_is_lost_is_there_and_says_so(told):
    point = one(told, "Iluvatar", "revenue", "2023")
    assert (point.value, point.known) == (None, "unknown")
    assert "needs" in point.note or "lost" in point.note
    assert sum("are lost" in note for note in told.notes) == 3


def test_the_sum_is_unknown_where_one_company_is(told):
    years = {point.period: point for point in told.sector}
    assert years["2025"].value == pytest.approx(
        sum(one(told, name, "revenue", "2025").value for name in ("Cambricon", "MetaX", "Iluvatar"))
    )
    assert years["2023"].value is None
    assert "Cambricon, Iluvatar" in years["2023"].note


@pytest.mark.parametrize(("dimension", "company"), [("half", "Iluvatar"), ("quarter", "MetaX")])
def test_halves_and_quarters_are_those_of_the_company_that_reports_them(dimension, company):
    found = history(siliconomics.load(), dimension=dimension)
    assert {point.company for point in found.points} == {company}
    assert not found.sector


def test_a_filing_of_ones_own_fills_a_gap(tmp_path):
    (tmp_path / "sources.toml").write_text('[made-up]\ntitle = "Made up"\nkind = "filing"\n')
    (tmp_path / "mine.toml").write_text(
        'note = "Made up."\n[[observed]]\nquantity = "forecast_revenue"\nlabels = { company = "Iluvatar", year = 2023 }\n'
        'value = 300\nunit = "mn CNY"\nknown = "reported"\nsource = "made-up#page-1"\nas_of = 2026-01-01\n'
    )
    point = one(history(siliconomics.load([tmp_path])), "Iluvatar", "revenue", "2023")
    assert (point.origin, point.value, point.source) == ("model", 300, "made-up#page-1")


def test_a_mix_of_more_than_everything_is_told(tmp_path):
    (tmp_path / "sources.toml").write_text('[made-up]\ntitle = "Made up"\nkind = "filing"\n')
    rows = "".join(
        f'[[observed]]\nquantity = "segment_revenue_share"\nlabels = {{ company = "MetaX", segment = "{name}", '
        f'year = 2024 }}\nvalue = {share}\nknown = "reported"\nsource = "made-up#page-1"\nas_of = 2026-01-01\n'
        for name, share in (("cards", 0.7), ("servers", 0.4))
    )
    (tmp_path / "mix.toml").write_text(f'note = "Made up."\n{rows}')
    found = history(siliconomics.load([tmp_path]), ["MetaX"])
    assert one(found, "MetaX", "segment_revenue_share", "2024", "cards").value == 0.7
    assert "the shares of MetaX's revenue of 2024 add up to 110.0%" in found.notes


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"companies": ["Huawei"]}, "nothing of Huawei is known by year"),
        ({"companies": ["Nobody"]}, "no company 'Nobody'"),
        ({"dimension": "decade"}, "no period 'decade'"),
    ],
)
def test_what_cannot_be_told_is_refused(how, words):
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        history(siliconomics.load(), **how)
