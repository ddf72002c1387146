"""Three methods on one forecast: residual income, dividends and free cash flow to equity give one value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siliconomics import load
from siliconomics.formulas.valuation.cash_flow import free_cash_flow_to_equity_of_lines
from siliconomics.formulas.valuation.dividends import (
    first_distribution_after_terminal_year,
    terminal_equity_value_by_gordon,
)

COMPANIES = ("Cambricon", "Iluvatar", "MetaX")
METHODS = ("equity_value", "equity_value_by_dividends", "equity_value_by_cash_flow")
VIEWS = ("textbook", "normalised", "persistence", "fade", "horizon-price-to-book")
FIRST, LAST = 2026, 2037
"""Year of the valuation, and the last that any of the three companies is forecast for."""


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


def by_hand(incomes, books, rate, growth):
    """What the flows to owners are worth, year by year, and then for ever; ``books`` starts with the opening one."""
    worth, shrink = 0.0, 1.0
    for income, opening, closing in zip(incomes, books, books[1:], strict=False):
        shrink /= 1 + rate
        worth += (income - (closing - opening)) * shrink
    beyond = (incomes[-1] - rate * books[-2]) * (1 + growth)
    for_ever = (beyond + (rate - growth) * books[-1]) / (rate - growth)
    return worth + for_ever * shrink


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("view", VIEWS)
def test_three_methods_agree_whatever_is_said_to_last(model, company, view):
    income, dividends, cash = (model.solve(name, company=company, under=view).value for name in METHODS)
    assert income > 0
    assert dividends == pytest.approx(income, rel=1e-12)
    assert cash == pytest.approx(income, rel=1e-12)
    for name in ("equity_value_difference_by_dividends", "equity_value_difference_by_cash_flow"):
        assert abs(model.solve(name, company=company, under=view).value) < 1e-9 * income


@pytest.mark.parametrize("company", COMPANIES)
def test_the_value_is_that_of_the_flows_discounted_by_hand(model, company):
    def of(name, **where):
        return model.solve(name, company=company, under="textbook", **where).value

    incomes = [of("net_income", year=year) for year in range(FIRST + 1, LAST + 1)]
    books = [of("total_equity", year=year) for year in range(FIRST, LAST + 1)]
    worth = by_hand(incomes, books, of("cost_of_equity"), of("terminal_growth"))
    assert of("equity_value_by_dividends") == pytest.approx(worth, rel=1e-12)
    per_share = worth / of("valuation_shares") / of("exchange_rate")
    assert of("price_target_by_cash_flow") == pytest.approx(per_share, rel=1e-12)
    assert of("price_target_by_dividends") == pytest.approx(of("price_target"), rel=1e-12)


@pytest.fixture(scope="module")
def program(model):
    """Cambricon's valuation as a function of its forecast, its rates and its policy."""
    graph = model.under("textbook").graph
    years = (2026, 2027, 2028)
    inputs = [graph.cell(f"forecast_{name}", {"company": "Cambricon", "year": year})
              for name in ("net_income", "total_equity") for year in years]  # fmt: skip
    inputs += [graph.cell(name, {"company": "Cambricon"})
               for name in ("beta", "payout_ratio", "medium_term_growth", "terminal_growth")]  # fmt: skip
    answers = [graph.cell(name, {"company": "Cambricon"}) for name in METHODS]
    return model.under("textbook").program(answers, inputs)


@settings(max_examples=200)
@given(
    incomes=st.lists(st.floats(-5_000, 30_000), min_size=3, max_size=3),
    books=st.lists(st.floats(1_000, 90_000), min_size=3, max_size=3),
    beta=st.floats(0.7, 2.5),
    payout=st.floats(0, 1),
    medium=st.floats(-0.3, 0.4),
    terminal=st.floats(-0.1, 0.05),
)
def test_three_methods_agree_on_any_forecast(program, incomes, books, beta, payout, medium, terminal):
    values = program([*incomes, *books, beta, payout, medium, terminal])
    rate = 0.02 + beta * 0.06
    earned, book = list(incomes), list(books)
    for _ in range(2029, LAST + 1):
        earned.append(earned[-1] * (1 + medium))
        book.append(book[-1] + earned[-1] * (1 - payout))
    expected = by_hand(earned[1:], book, rate, terminal)
    size = max(map(abs, [*earned, *book])) / (rate - terminal)  # of what is added up, lest terms cancel
    for value in values:
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12 * size)


def test_a_steady_firm_is_worth_its_next_payout_over_rate_less_growth():
    """Return 15 %, rate 10 %, growth 4 %: of 100 of book 15 are earned, 4 kept and 11 paid, worth 11 / 0.06."""
    payout = first_distribution_after_terminal_year((0.15 - 0.10) * 100 / 1.04, 2030, 0.04, 100.0, 0.10 - 0.04)
    assert payout == pytest.approx(11)
    assert terminal_equity_value_by_gordon(payout, 0.06) == pytest.approx(11 / 0.06)


@pytest.mark.parametrize("company", COMPANIES)
def test_the_growing_perpetuity_is_book_and_continuing_value(model, company):
    by_gordon = model.solve("terminal_equity_value_by_gordon", company=company, under="textbook").value
    shared = model.solve("terminal_equity_value", company=company, under="textbook").value
    assert by_gordon == pytest.approx(shared, rel=1e-12)


@pytest.mark.parametrize("company", COMPANIES)
def test_another_terminal_assumption_parts_the_methods(model, company):
    """Book of 2037 still grows faster than for ever: its last payout is too low to be grown."""
    under = "last-distribution-grows"
    book = {year: model.solve("total_equity", company=company, year=year, under=under).value for year in (2036, LAST)}
    assert book[LAST] / book[2036] - 1 > model.solve("terminal_growth", company=company).value
    gaps = [model.solve(name, company=company, under=under).value
            for name in ("equity_value_difference_by_dividends", "equity_value_difference_by_cash_flow")]  # fmt: skip
    assert gaps[0] < -0.1 * model.solve("equity_value", company=company, under=under).value
    assert gaps[1] == pytest.approx(gaps[0])


@pytest.mark.parametrize("company", COMPANIES)
def test_the_sources_conventions_part_the_methods(model, company):
    """The source leaves 2037 out of its sum and charges less than the opening book."""
    assert model.solve("equity_value_difference_by_dividends", company=company).value > 0


def test_cash_put_by_is_the_change_of_cash_and_securities(model):
    """Iluvatar's statements (Exhibit 32): what is left for owners and not paid to them lies in the bank."""
    printed = {figure.labels["year"]: figure.number.value for figure in model.facts.figures
               if figure.exhibit == 32 and figure.quantity == "net_change_in_cash"
               and figure.labels.get("company") == "Iluvatar"}  # fmt: skip
    for year in (2026, 2027, 2028):
        put_by = model.solve("cash_put_by", company="Iluvatar", year=year).value
        bought = sum(model.solve(name, company="Iluvatar", year=year).value
                     for name in ("short_term_investment_change", "long_term_investment_change"))  # fmt: skip
        assert put_by + bought == pytest.approx(printed[year], abs=2)


def test_cash_to_owners_falls_with_spending_and_rises_with_debt():
    assert free_cash_flow_to_equity_of_lines(100, -30, -5, 10, -2) == pytest.approx(73)


CHANGED = {
    "Cambricon": ("price_cut", 0.2, {"chip": "MLU 590", "year": 2027}),
    "Iluvatar": ("planned_capital_expenditure_share", 0.2, {"company": "Iluvatar", "year": 2026}),
    "MetaX": ("long_term_debt_change", 2000.0, {"company": "MetaX", "year": 2027}),
}


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("view", ["textbook", "fade"])
def test_three_methods_agree_on_the_statements_of_a_changed_driver(model, company, view):
    """The third is worked out here from the lines of the driven statements: operations, investing and debt less what
    cash grows by. So it agrees only if the statements tie."""
    drivers = model.under(view, "from-drivers")
    quantity, to, where = CHANGED[company]
    after = drivers.with_changes(drivers.change(quantity, to, **where))

    def of(name, **labels):
        return after.solve(name, company=company, **labels).value

    income, dividends, cash = (of(name) for name in METHODS)
    assert income != pytest.approx(model.solve("equity_value", company=company, under=view).value, rel=1e-6)
    assert dividends == pytest.approx(income, rel=1e-12)
    assert cash == pytest.approx(income, rel=1e-12)
    worth, shrink = 0.0, 1.0
    for year in range(FIRST + 1, LAST + 1):
        shrink /= 1 + of("cost_of_equity")
        flows = of("cash_from_operations", year=year) + of("cash_from_investing", year=year)
        borrowed = of("long_term_debt_change", year=year) + of("short_term_debt_change", year=year)
        kept = of("cash_and_equivalents", year=year) - of("cash_and_equivalents", year=year - 1)
        worth += (flows + borrowed - kept) * shrink
    assert worth + of("terminal_equity_value") * shrink == pytest.approx(income, rel=1e-9)
