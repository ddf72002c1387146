"""Leading indicators: balances at the opening of a year against what the forecast of that year asks for."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.studies import indicators

OPENING = {"inventories": 5000.0, "prepayments": 1200.0, "purchase_commitments": 3000.0, "contract_liabilities": 900.0}


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Cambricon with balances of 2025, made up."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "sources.toml").write_text('[mine]\ntitle = "Made up"\nkind = "own estimate"\n', encoding="utf-8")
    (folder / "balances.toml").write_text(
        "\n".join(
            f'[[observed]]\nquantity = "{quantity}"\nlabels = {{ company = "Cambricon", year = 2025 }}\nvalue = {value}\n'
            'known = "assumed"\nsource = "mine#page-1"\nas_of = 2026-05-01\n'
            for quantity, value in OPENING.items()
        )
        + '\n[[observed]]\nquantity = "half_year_contract_liabilities"\n'
        'labels = { company = "Iluvatar", half = "2026H1" }\nvalue = 600\nknown = "assumed"\nsource = "mine#page-1"\n'
        "as_of = 2026-05-01\n",
        encoding="utf-8",
    )
    return siliconomics.load([folder])


def of(model, company):
    return {one.quantity: one for one in indicators.indicators(model, company).indicators}


def test_the_cost_that_a_forecast_implies_is_the_printed_one_where_it_is_printed(model):
    for year, cost in of(model, "Iluvatar")["cost_of_forecast"].values.items():
        printed = model.solve("cost_of_goods_sold", company="Iluvatar", year=int(year)).value
        assert cost == pytest.approx(printed, abs=0.2)


def test_printed_stock_covers_less_than_half_a_year_of_the_forecast(model):
    found = of(model, "Iluvatar")
    assert found["inventory_cover_months"].values["2026"] == pytest.approx(709.8 / 1488.3 * 12, rel=1e-3)
    assert found["supply_cover_at_least_months"].values == found["inventory_cover_months"].values
    assert found["inventory_days_of_forecast"].values["2027"] == pytest.approx(320, abs=0.5)


def test_a_line_that_nobody_gives_is_unknown_and_not_nothing(model):
    found = indicators.indicators(model, "Iluvatar")
    assert found.unknown_lines == ("prepayments", "purchase_commitments", "contract_liabilities")
    by_name = {one.quantity: one for one in found.indicators}
    assert by_name["supply_cover_months"].values == {}
    assert "prepayments" in by_name["supply_cover_months"].missing
    given = {"inventories", "trade_receivables"}  # assumed, tied to the printed equity
    assert set(indicators.indicators(model, "MetaX").unknown_lines) == set(indicators.LINES) - given


def test_balances_of_ones_own_are_held_against_the_supply_the_forecast_implies(filled):
    found = of(filled, "Cambricon")
    cost = 20944 - 10588
    assert found["cost_of_forecast"].values["2026"] == pytest.approx(cost)
    assert found["inventory_cover_months"].values["2026"] == pytest.approx(5000 / cost * 12)
    assert found["prepayment_cover_months"].values["2026"] == pytest.approx(1200 / cost * 12)
    assert found["supply_cover_months"].values["2026"] == pytest.approx(9200 / cost * 12)
    margin = 10588 / 20944
    assert found["revenue_of_supply_in_hand"].values["2026"] == pytest.approx(9200 / (1 - margin))
    assert found["revenue_beyond_supply_in_hand"].values["2026"] == pytest.approx(20944 - 9200 / (1 - margin))
    assert found["contract_liability_cover_share"].values["2026"] == pytest.approx(900 / 20944)
    chips = found["chips_of_forecast"].values["2026"]
    assert chips == 410_000
    assert found["chips_of_supply_in_hand"].values["2026"] == pytest.approx(chips * 9200 / cost)


def test_contract_liabilities_cover_part_of_the_next_half(filled):
    cover = of(filled, "Iluvatar")["half_year_contract_liability_cover_share"].values
    half = filled.solve("half_year_revenue", company="Iluvatar", half="2026H2").value
    assert cover == {"2026H2": pytest.approx(600 / half)}


def test_a_larger_forecast_asks_more_of_the_same_stock(model):
    bull, bear = (
        of(model.under(f"case-{case}"), "Iluvatar")["inventory_cover_months"].values for case in ("bull", "bear")
    )
    base = of(model, "Iluvatar")["inventory_cover_months"].values
    assert bear["2027"] > base["2027"] > bull["2027"]


def test_receivables_drift_and_the_cash_it_frees_tie(model):
    found = of(model, "Iluvatar")
    for year in ("2026", "2027", "2028"):
        drift = found["receivable_days"].values[year] - found["receivable_days"].values[str(int(year) - 1)]
        assert found["receivable_days_drift"].values[year] == pytest.approx(drift)
        balance, before = (found["trade_receivables"].values[str(one)] for one in (int(year), int(year) - 1))
        growth = found["revenue"].values[year] / found["revenue"].values[str(int(year) - 1)]
        assert found["cash_tied_up_by_receivable_drift"].values[year] == pytest.approx(balance - before * growth)


def test_a_company_without_a_forecast_is_refused(model):
    with pytest.raises(BadRequest, match="othing is known of Huawei"):
        indicators.indicators(model, "Huawei")
