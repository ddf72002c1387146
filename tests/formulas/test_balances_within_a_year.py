"""Balance sheet and cash flow by half and quarter: from the year's, by the part's own sales and assumed shares."""

import pytest

import siliconomics

CHANGED = {"company": "Iluvatar", "half": "2026H1"}


@pytest.fixture(scope="module")
def model():
    return siliconomics.load(scenario="from-drivers")


def value(model, quantity, company, **labels):
    return model.solve(quantity, company=company, **labels).value


def test_receivables_of_a_first_half_are_days_on_their_way_of_twelve_months_of_sales(model):
    """Exhibits 32 and 33: 630.1 of 1,033.6, later 830.1 of 3,060.0; sold in the twelve months 709.3 + 976.0."""
    days = (630.1 / 1033.6 + 830.1 / 3060.0) / 2
    found = value(model, "half_year_trade_receivables", "Iluvatar", half="2026H1")
    assert found == pytest.approx(days * (709.3 + 976.0), abs=0.2)


@pytest.mark.parametrize(
    ("way", "received", "sold"),
    [(0.0, 630.1, 1033.6), (1.0, 830.1, 3060.0)],
)
def test_days_that_have_not_left_or_have_arrived_are_those_of_a_year(model, way, received, sold):
    held = model.with_changes(model.change("assumed_half_year_way_of_days", way, **CHANGED))
    found = value(held, "half_year_trade_receivables", "Iluvatar", half="2026H1")
    assert found == pytest.approx(received / sold * (709.3 + 976.0), abs=0.2)


def test_a_year_closes_as_it_does_however_it_is_split(model):
    """The split moves balances within a year and nothing of the year, nor what the shares are worth."""
    before = model.solve("price_target", company="Iluvatar").value
    for share in ("way_of_days", "share_of_wear", "share_of_spending", "share_of_financing", "share_of_owners_flows"):
        moved = model.with_changes(model.change(f"assumed_half_year_{share}", 0.25, **CHANGED))
        for year in (2026, 2027, 2028):
            for line in ("cash_and_equivalents", "property_plant_equipment", "total_equity", "inventories"):
                whole = value(model, line, "Iluvatar", year=year)
                assert value(moved, f"half_year_{line}", "Iluvatar", half=f"{year}H2") == pytest.approx(whole)
            assert value(moved, "half_year_balance_sheet_gap", "Iluvatar", half=f"{year}H1") == pytest.approx(
                0, abs=1e-6
            )
        assert moved.solve("price_target", company="Iluvatar").value == before


def test_an_issue_reaches_the_cash_of_the_half_that_it_falls_into(model):
    late = model.with_changes(model.change("assumed_half_year_share_of_owners_flows", 0.0, **CHANGED))
    cash = [value(one, "half_year_cash_and_equivalents", "Iluvatar", half="2026H1") for one in (model, late)]
    assert cash[0] - cash[1] == pytest.approx(3340.4, abs=0.2)
    par = [value(one, "half_year_share_capital", "Iluvatar", half="2026H1") for one in (model, late)]
    assert par == pytest.approx([254.3, 228.9])


def test_a_price_cut_reaches_the_cash_of_a_half_and_of_a_quarter(model):
    for company, chip, prefix, labels in (
        ("Iluvatar", "BI-V200", "half_year", {"half": "2027H1"}),
        ("MetaX", "C500", "quarter", {"quarter": "2027Q2"}),
    ):
        cut = model.with_changes(model.change("price_cut", 0.2, chip=chip, year=2027))
        line = f"{prefix}_cash_and_equivalents"
        assert value(cut, line, company, **labels) < value(model, line, company, **labels)
        assert value(cut, f"{prefix}_balance_sheet_gap", company, **labels) == pytest.approx(0, abs=1e-6)


def test_quarters_of_flows_make_the_year_and_shares_of_2026_go_on(model):
    for year in (2026, 2027, 2028):
        parts = [
            value(model, "quarter_capital_expenditure", "MetaX", quarter=f"{year}Q{part}") for part in (1, 2, 3, 4)
        ]
        assert sum(parts) == pytest.approx(value(model, "capital_expenditure", "MetaX", year=year))
    share = {"company": "MetaX", "quarter": "2026Q1"}
    early = model.with_changes(model.change("assumed_quarter_share_of_spending", 0.4, **share))
    moved = value(early, "quarter_capital_expenditure", "MetaX", quarter="2028Q1")
    assert moved == pytest.approx(0.4 * value(model, "capital_expenditure", "MetaX", year=2028))


def test_a_half_of_a_year_before_the_drivers_is_not_made_up(model):
    """No source prints a balance sheet of June 2025, nor the one of 2024 that it would have to start from."""
    for line in ("cash_and_equivalents", "trade_receivables", "capital_expenditure"):
        answer = model.solve(f"half_year_{line}", company="Iluvatar", half="2025H1")
        assert answer.value is None
