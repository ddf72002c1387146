"""Actuals beside forecasts: surprise by hand, the base rolled, the target restated with a bridge that adds up."""

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.facts import LIBRARY
from siliconomics.facts.reader import read
from siliconomics.model import Model
from siliconomics.studies.actuals import actuals
from siliconomics.studies.shares import COUNTS

pytestmark = pytest.mark.slow  # models built anew, several a test


@pytest.fixture(scope="module")
def formulas():
    return siliconomics.load(checked=False).formulas


@pytest.fixture(scope="module")
def plain(formulas):
    return Model(read([LIBRARY]), formulas)


def facts_of(folder, company, observed, known="reported"):
    """A folder with figures that a company reported; the period is the last label."""
    (folder / "sources.toml").write_text('[results]\ntitle = "Results"\nkind = "filing"\n')
    text = ""
    for quantity, period, value in observed:
        if quantity in ("valuation_shares", "share_count"):
            label = "" if not period else f', share_basis = "{period}"'
            unit = "mn share"
        else:
            axis = {4: "year", 6: "half" if "H" in str(period) else "quarter"}[len(str(period))]
            label = f", {axis} = {period}" if axis == "year" else f', {axis} = "{period}"'
            unit = "mn CNY"
        text += (
            f'[[observed]]\nquantity = "{quantity}"\nlabels = {{ company = "{company}"{label} }}\nvalue = {value}\n'
            f'unit = "{unit}"\nknown = "{known}"\nsource = "results#page-3"\nas_of = 2026-08-28\n\n'
        )
    (folder / "results.toml").write_text(text)


@pytest.fixture
def reported(tmp_path, formulas):
    def build(company, *observed, known="reported"):
        facts_of(tmp_path, company, observed, known)
        return Model(read([LIBRARY, tmp_path]), formulas)

    return build


HALF = (
    ("half_year_revenue", "2026H1", 1050.0),
    ("half_year_net_income", "2026H1", -380.0),
)
YEAR = (
    ("forecast_revenue", 2026, 22000.0),
    ("forecast_net_income", 2026, 6500.0),
    ("forecast_total_equity", 2026, 18000.0),
)


def by_name(found):
    return {one.quantity: one for one in found.outcomes}


# -- lines ----------------------------------------------------------------------------------------


def test_a_surprise_is_actual_over_the_printed_forecast(reported):
    """Exhibit 33 prints 976.0 of sales and a loss of 410.6 for the first half of 2026."""
    lines = by_name(actuals(reported("Iluvatar", *HALF), "Iluvatar"))
    assert lines["half_year_revenue"].forecast.printed == "976.0"
    assert lines["half_year_revenue"].surprise == pytest.approx(1050 / 976 - 1)
    loss = lines["half_year_net_income"]
    assert loss.surprise is None  # of a loss a ratio says nothing
    assert loss.as_dict()["difference"] == pytest.approx(-380.0 + 410.6)
    assert lines["half_year_gross_profit"].actual is None


def test_consensus_stands_beside_with_each_provider_apart(reported):
    lines = by_name(actuals(reported("Cambricon", *YEAR), "Cambricon"))
    consensus = {name: fact.printed for name, fact in lines["revenue"].consensus.items()}
    assert consensus == {"bloomberg": "14,057", "refinitiv": "14,763.6"}
    assert lines["revenue"].surprise_to("bloomberg") == pytest.approx(22000 / 14057 - 1)
    assert lines["total_equity"].consensus == {}


def test_a_part_of_a_year_that_nobody_forecast_shows_how_much_of_the_year_is_done(reported):
    found = actuals(reported("Cambricon", ("half_year_revenue", "2026H1", 5000.0)), "Cambricon", "2026H1")
    (line,) = found.outcomes
    assert line.as_dict()["share_of_year"] == pytest.approx(5000 / 20944, rel=1e-4)
    assert found.bridge is None
    assert "the year's forecast stands" in found.why_no_bridge


def test_without_an_actual_the_next_period_is_shown_and_nothing_is_made_up(plain):
    found = actuals(plain, "Iluvatar")
    assert {one.period for one in found.outcomes} == {2026, "2026H1"}
    assert found.entered == []
    assert found.bridge is None


def test_an_own_estimate_is_no_actual(reported):
    found = actuals(reported("Cambricon", *YEAR, known="assumed"), "Cambricon")
    assert found.entered == []
    assert found.bridge is None


# -- the bridge -----------------------------------------------------------------------------------


def test_the_bridge_leads_from_the_target_without_the_actuals_to_the_one_with_them(plain, reported):
    bridge = actuals(reported("Cambricon", *YEAR), "Cambricon").bridge
    assert bridge.old == plain.solve("price_target", company="Cambricon").value
    assert bridge.old + sum(step.change for step in bridge.steps) == pytest.approx(bridge.new, abs=1e-9)
    changes = [
        plain.change("forecast_net_income", 6500.0, company="Cambricon", year=2026),
        *(
            plain.change("forecast_total_equity", printed + 18000.0 - 17499.0, company="Cambricon", year=year)
            for year, printed in (
                (year, plain.facts.of("forecast_total_equity", ("Cambricon", year)).value)
                for year in (2026, 2027, 2028)
            )
        ),
    ]
    expected = plain.solve("price_target", company="Cambricon", changes=changes).value
    assert plain.facts.of("forecast_total_equity", ("Cambricon", 2026)).value == 17499
    assert bridge.new == pytest.approx(expected, abs=1e-9)


def test_the_book_of_the_year_adds_its_own_worth_and_carried_on_costs_its_charge(plain, reported):
    """More book at the valuation date, and the charge on it in every later year that earns no more."""
    steps = {step.name: step.change for step in actuals(reported("Cambricon", *YEAR), "Cambricon").bridge.steps}
    assert steps["net income"] > 0
    assert steps["equity of the year"] > 0
    assert steps["equity carried on"] < 0
    assert steps["shares"] == steps["other lines"] == 0


def test_a_half_rolls_the_year_by_what_it_missed(reported):
    rolled = actuals(reported("Iluvatar", *HALF), "Iluvatar").bridge.rolled
    gained = -380.0 + 410.6
    income = [(one.year, one.new - one.old) for one in rolled if one.quantity == "forecast_net_income"]
    book = [(one.year, one.new - one.old) for one in rolled if one.quantity == "forecast_total_equity"]
    assert income == [(2026, pytest.approx(gained))]
    assert book == [(year, pytest.approx(gained)) for year in (2026, 2027, 2028)]


def test_the_reported_year_stands_before_its_halves(reported):
    observed = (*HALF, ("forecast_net_income", 2026, -200.0))
    rolled = actuals(reported("Iluvatar", *observed), "Iluvatar").bridge.rolled
    assert [one.new for one in rolled if one.quantity == "forecast_net_income"] == [-200.0]


def test_more_shares_lower_the_target_in_their_proportion(plain, reported):
    old = plain.solve("price_target", company="Cambricon").value
    bridge = actuals(reported("Cambricon", ("valuation_shares", "", 450.0)), "Cambricon").bridge
    steps = {step.name: step.change for step in bridge.steps}
    assert steps["shares"] == pytest.approx(old * (424.8 / 450.0 - 1))
    assert bridge.new == pytest.approx(old * 424.8 / 450.0)


def test_an_actual_as_forecast_moves_nothing(plain, reported):
    printed = plain.facts.of("forecast_net_income", ("Cambricon", 2026)).value
    bridge = actuals(reported("Cambricon", ("forecast_net_income", 2026, printed)), "Cambricon").bridge
    assert bridge.new == pytest.approx(bridge.old, abs=1e-9)


# -- shares and leading indicators ----------------------------------------------------------------


def test_value_per_share_on_each_count_that_the_source_states_and_unknown_on_the_rest(plain):
    found = actuals(plain, "Iluvatar")
    counts = {one.basis: one for one in found.counts}
    target = plain.solve("price_target", company="Iluvatar").value
    assert counts["in the valuation"].value == target
    assert counts["outstanding"].value == pytest.approx(target * counts["in the valuation"].shares / 254)
    for basis in ("diluted", "A shares", "H shares", "placement"):
        assert counts[basis].shares is None
        assert counts[basis].value is None
        assert "share_count" in counts[basis].missing
    assert set(COUNTS) <= counts.keys()


def test_a_count_of_ones_own_is_valued_too(reported):
    found = actuals(reported("Cambricon", ("share_count", "diluted", 430.0)), "Cambricon")
    (diluted,) = [one for one in found.counts if one.basis == "diluted"]
    assert diluted.value == pytest.approx(found.counts[0].value * 424.8 / 430.0)
    assert diluted.source == "results#page-3"


def test_leading_indicators_come_from_the_statements_where_there_are_any(plain, reported):
    """Exhibit 32: receivables and inventories of Iluvatar; Cambricon's balance sheet is only assumed, which leads nowhere."""
    days = {one.quantity: one for one in actuals(plain, "Iluvatar").indicators}
    receivables = plain.facts.of("trade_receivables", ("Iluvatar", 2025)).value
    sales = plain.facts.of("forecast_revenue", ("Iluvatar", 2025)).value
    assert days["receivable_days"].values[2025] == pytest.approx(receivables / sales * 365)
    assert days["prepayment_days"].values == {}
    assert all(one.values == {} and one.missing for one in actuals(plain, "Cambricon").indicators)


@pytest.mark.parametrize(
    ("company", "period", "words"),
    [
        ("Zoo", "", "no company"),
        ("Iluvatar", "spring", "'spring' is no period"),
        ("Huawei", "2026H1", "Nothing is known of Huawei in 2026H1"),
    ],
)
def test_what_is_not_there_is_refused(plain, company, period, words):
    with pytest.raises(BadRequest, match=words):
        actuals(plain, company, period)
