"""Cases: overlays that hold what the source states, valued by the model, and what the published values would need."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.model.overlay import Change, find
from siliconomics.studies import cases
from siliconomics.studies.audit.recompute import in_unit
from siliconomics.studies.reverse import reverse

PUBLISHED = {
    "Cambricon": {"bull": 3000, "base": 1588, "bear": 800},
    "Iluvatar": {"bull": 1100, "base": 600, "bear": 300},
    "MetaX": {"bull": 1500, "base": 758, "bear": 380},
}


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


@pytest.fixture(scope="module")
def found(model):
    return {(one.company, one.case): one for name in PUBLISHED for one in cases.cases(model, name)}


every_case = pytest.mark.parametrize(
    ("company", "case"), [(company, case) for company in PUBLISHED for case in ("bull", "base", "bear")]
)
every_other_case = pytest.mark.parametrize(
    ("company", "case"), [(company, case) for company in PUBLISHED for case in ("bull", "bear")]
)


def test_companies_with_drivers_have_cases(model):
    assert set(cases.with_cases(model)) == set(PUBLISHED)
    with pytest.raises(BadRequest, match="Alibaba has no cases"):
        cases.cases(model, "Alibaba")


@every_case
def test_the_published_value_is_read_from_the_source(found, company, case):
    assert found[company, case].published == PUBLISHED[company][case]


@pytest.mark.parametrize("company", PUBLISHED)
def test_the_base_case_is_the_published_target(found, company):
    one = found[company, "base"]
    assert one.value == pytest.approx(one.published, abs=0.5)
    assert one.own_multiple == pytest.approx(one.base_multiple)
    assert one.needed == ()


@pytest.mark.parametrize("company", PUBLISHED)
def test_bull_lies_above_base_above_bear_in_every_line(found, company):
    bull, base, bear = (found[company, case] for case in ("bull", "base", "bear"))
    assert bull.value > base.value > bear.value
    for quantity, lines in base.lines.items():
        for year, value in lines.items():
            assert bull.lines[quantity][year] > value > bear.lines[quantity][year], (quantity, year)


@pytest.mark.parametrize("case", ["bull", "bear"])
def test_an_overlay_holds_nothing_but_what_the_source_states_or_says_that_it_assumes(model, case):
    stated = {
        (figure.quantity, figure.labels["company"], figure.labels.get("year")): in_unit(model, figure)[0]
        for figure in model.facts.figures
        if figure.scenario == case and figure.quantity in ("revenue_cagr", "gross_margin")
    }
    changes = find(f"case-{case}").changes
    causes = [change for change in changes if change.quantity in ("case_price_cut", "case_import_displacement")]
    assert all(change.why.startswith("Assumed") and "line" in change.why for change in causes)
    totals = [change for change in changes if change not in causes]
    assert len(totals) == 4 * len(PUBLISHED)
    for change in totals:
        company = change.where["company"]
        if change.quantity == "case_revenue_cagr":
            assert change.value == stated["revenue_cagr", company, 2028]
        elif "Assumed" in change.why:
            assert ("gross_margin", company, change.where["year"]) not in stated
        else:
            assert change.value == stated["gross_margin", company, change.where["year"]]


@every_case
def test_growth_and_margins_of_a_case_are_those_it_states(found, company, case):
    for stated in found[company, case].stated:
        if stated.quantity != "first_profitable_year":
            assert stated.met, stated


def test_the_year_of_profit_is_an_outcome_not_an_input(found):
    (bull,) = [one for one in found["Iluvatar", "bull"].stated if one.quantity == "first_profitable_year"]
    (bear,) = [one for one in found["Iluvatar", "bear"].stated if one.quantity == "first_profitable_year"]
    assert (bull.value, bull.model, bull.met) == (2026, 2026, True)
    assert (bear.value, bear.model, bear.met) == (2028, 2027, False)


def test_expense_that_stays_as_an_amount_delays_profit_as_the_bear_case_says(model):
    fixed = model.with_changes(model.change("variable_share_of_operating_expense", 0, company="Iluvatar"))
    bear = cases.cases(fixed, "Iluvatar")[2]
    assert bear.lines["net_income"][2027] < 0


@every_case
def test_multiples_are_values_over_sales(model, found, company, case):
    one = found[company, case]
    shares = model.solve("valuation_shares", company=company).value
    rate = model.solve("exchange_rate", company=company).value
    assert one.own_multiple == pytest.approx(one.value * shares * rate / one.lines["revenue"][2026])
    base = found[company, "base"].lines["revenue"][2026]
    assert one.published_base_multiple == pytest.approx(one.published * shares * rate / base)
    assert one.published_own_multiple == pytest.approx(one.published * shares * rate / one.lines["revenue"][2026])


def test_printed_multiples_are_on_base_sales(model, found):
    printed = [
        figure
        for figure in model.facts.figures
        if figure.quantity == "price_to_sales_at_target" and figure.scenario in ("bull", "bear")
    ]
    assert len({(figure.labels["company"], figure.scenario) for figure in printed}) == 6
    for figure in printed:
        one = found[figure.labels["company"], figure.scenario]
        assert one.published_base_multiple == pytest.approx(in_unit(model, figure)[0], abs=0.55)
        assert one.published_own_multiple != pytest.approx(in_unit(model, figure)[0], abs=0.55)


@every_other_case
def test_what_a_published_value_needs_gives_it(model, found, company, case):
    one = found[company, case]
    assert [needed.driver for needed in one.needed] == list(cases.LEVERS)
    for needed in one.needed:
        if needed.needed is None:
            assert not needed.feasible
            continue
        under = model.under(f"case-{case}").with_changes(Change(needed.quantity, needed.needed, {"company": company}))
        assert under.solve("price_target", company=company).value == pytest.approx(one.published, rel=1e-6)
        assert under.solve("net_income", company=company, year=2028).value > 0
        assert under.solve("total_equity", company=company, year=2037).value > 0


def test_what_breaks_the_words_of_the_case_is_named(found):
    margin, growth, _, cost = found["MetaX", "bear"].needed
    assert margin.needed > 0.2
    assert {(one.quantity, one.year) for one in margin.breaks} == {("gross_margin", 2026)}
    assert [one.quantity for one in growth.breaks] == ["revenue_cagr"]
    assert cost.needed is None
    assert cost.note == cases.SENSELESS
    assert found["Cambricon", "bull"].needed[3].breaks == ()


def test_expense_as_a_share_of_revenue_comes_close_to_the_published_values_of_one_company(model):
    share = model.with_changes(model.change("variable_share_of_operating_expense", 1, company="Cambricon"))
    gaps = {one.case: one.gap for one in cases.cases(share, "Cambricon")}
    assert abs(gaps["bull"]) < 0.02
    assert -0.055 < gaps["bear"] < 0  # assets wear whatever is sold, and less cash earns less


def test_a_loss_that_is_grown_is_called_meaningless(found):
    assert "no meaning" in found["MetaX", "bear"].notes[0]
    assert found["MetaX", "bear"].first_profitable_year is None
    assert all(one.notes == () for key, one in found.items() if key != ("MetaX", "bear"))


def test_book_that_is_lost_is_called_meaningless(model):
    worse = model.with_changes(model.change("gross_margin_shift", -0.4, company="Iluvatar"))
    bear = cases.cases(worse, "Iluvatar")[2]
    book = model.under("case-bear").with_changes(model.change("gross_margin_shift", -0.4, company="Iluvatar"))
    gone = [year for year in range(2028, 2038) if book.solve("total_equity", company="Iluvatar", year=year).value <= 0]
    assert f"book is below nothing from {gone[0]}" in bear.notes[1]


def test_cases_stack_on_other_views_of_the_horizon(model, found):
    for view in ("fade", "growth-fades"):
        for one in cases.cases(model.under(view), "Cambricon"):
            assert one.lines == found["Cambricon", one.case].lines
            assert one.value < found["Cambricon", one.case].value


def test_a_what_if_moves_all_three_cases(model, found):
    cut = model.with_changes(model.change("price_cut", 0.2, chip="MLU 690", year=2027))
    for one in cases.cases(cut, "Cambricon"):
        before = found["Cambricon", one.case]
        assert one.value < before.value
        assert one.lines["revenue"][2026] == before.lines["revenue"][2026]
        assert one.lines["revenue"][2028] < before.lines["revenue"][2028]


def test_growth_that_fades_reaches_the_terminal_rate_at_the_horizon(model):
    fading = model.under("growth-fades")
    growth = [
        fading.solve("growth_after_forecast", company="Cambricon", year=year).value for year in (2029, 2033, 2037)
    ]
    assert growth == pytest.approx([0.16, 0.11, 0.06])
    income = [fading.solve("net_income", company="Cambricon", year=year).value for year in (2028, 2036, 2037)]
    assert income[0] == 13544
    assert income[2] / income[1] == pytest.approx(1.06)


def test_the_reverse_question_keeps_to_where_the_answer_means_something(model):
    bear = model.under("case-bear")
    asked = (bear, "price_target", 300.0, "gross_margin_shift", {"company": "Iluvatar"})
    senseless = reverse(*asked)
    book = [bear.graph.cell("total_equity", {"company": "Iluvatar", "year": year}) for year in range(2026, 2038)]
    sound = reverse(*asked, positive=book)
    assert senseless.value < 0 < sound.value  # a lower margin for a higher value: only with book below nothing
    assert sound.achieved == pytest.approx(300)
