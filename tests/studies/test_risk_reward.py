"""The page of risk and reward: what is printed beside what follows, and what nobody has printed."""

from collections import Counter

import pytest

from siliconomics import load
from siliconomics.core import BadRequest
from siliconomics.studies import risk_reward as study
from siliconomics.studies.audit.recompute import verdicts
from siliconomics.studies.cases import cases as by_drivers

PUBLISHED = {
    "Cambricon": (3000, 1588, 800),
    "Iluvatar": (1100, 600, 300),
    "MetaX": (1500, 758, 380),
}
UPSIDES = {
    "Cambricon": ("+121.81%", "+17.41%", "-40.85%"),
    "Iluvatar": ("+140.70%", "+31.29%", "-34.35%"),
    "MetaX": ("+108.91%", "+5.57%", "-47.08%"),
}
MULTIPLES = {"Cambricon": (61, 32, 16), "Iluvatar": (80, 44, 22), "MetaX": (149, 75, 38)}
"""As printed, lines 664 to 722, 1163 to 1222 and 1583 to 1642."""


@pytest.fixture(scope="module")
def model():
    return load(checked=False)


@pytest.fixture(scope="module")
def pages(model):
    return {company: study.page(model, company) for company in study.companies(model)}


@pytest.mark.parametrize("company", PUBLISHED)
def test_the_published_cases_give_the_printed_upsides_and_multiples(pages, company):
    cases = pages[company].cases
    assert [one.case for one in cases] == ["bull", "base", "bear"]
    assert tuple(one.published for one in cases) == PUBLISHED[company]
    assert tuple(f"{one.upside:+.2%}" for one in cases) == UPSIDES[company]
    assert tuple(round(one.price_to_sales) for one in cases) == MULTIPLES[company]
    for one in cases:
        assert one.printed_upside.strip("()") in UPSIDES[company]
        assert one.printed_price_to_sales == f"{round(one.price_to_sales)}x"
        assert one.source.startswith("broker-2026-04-26#")


def test_the_page_and_the_audit_agree_on_every_case(model, pages):
    figures = [one for one in model.facts.figures if one.quantity == "upside"]
    audited = {(one.figure.labels["company"], one.figure.scenario): one for one in verdicts(model, figures)}
    assert len(audited) == 9
    for (company, case), verdict in audited.items():
        shown = next(one for one in pages[company].cases if one.case == case)
        assert shown.upside == pytest.approx(verdict.computed, abs=2e-3)  # of base the audit takes the unrounded target


def test_each_case_has_the_value_that_its_drivers_give(model, pages):
    for company, page in pages.items():
        own = {one.case: one.own for one in page.cases}
        assert own["bull"] > own["base"] > own["bear"]
        assert own["base"] == model.solve("price_target", company=company).value
        assert {one.case: one.value for one in by_drivers(model, company)} == pytest.approx(own, rel=1e-6)


def test_gain_and_loss_by_hand(pages):
    """MetaX at 718 between 380 and 1,500: 782 up, 338 down."""
    skew = pages["MetaX"].skew
    assert skew.gain_over_loss == pytest.approx(782 / 338)
    assert skew.price_between == pytest.approx(338 / 1120)


def test_outside_the_cases_the_price_lies_between_nothing(model):
    dear = model.with_changes(model.change("share_price", 1600, company="MetaX"))
    skew = study.page(dear, "MetaX").skew
    assert skew.gain < 0
    assert skew.gain_over_loss is None
    assert skew.price_between is None


def test_the_words_are_those_of_the_register(pages):
    expected = {"Cambricon": (4, 8, 3, 3, 3), "Iluvatar": (5, 8, 3, 3, 2), "MetaX": (4, 6, 3, 3, 2)}
    for company, counts in expected.items():
        page = pages[company]
        parts = (page.thesis, page.drivers, page.risks.up, page.risks.down, page.themes)
        assert tuple(map(len, parts)) == counts
        assert all(point.source and point.statement for part in parts for point in part)
        assert {point.printed for point in page.themes} == {"Positive"}


def test_catalysts_are_of_the_company_its_chips_and_the_market_in_order(pages):
    found = pages["Cambricon"].catalysts
    assert {one.about for one in found if not one.about.startswith("market")} == {"Cambricon", "MLU 690"}
    assert not [one for one in found if "Iluvatar" in one.about]
    dated = [one.date for one in found if one.date]
    assert [one.date for one in found][: len(dated)] == dated  # undated last
    assert Counter(one.when for one in found)["past"] >= 2
    assert next(one for one in found if one.about == "MLU 690").when == "ahead"


def test_two_dates_of_one_event_both_stay(pages):
    """The source has TianGai-150 ship from the second quarter and from the second half."""
    ships = {one.date for one in pages["Iluvatar"].catalysts if "TianGai-150" in one.event}
    assert ships == {"2026-Q2", "2026-H2"}


def test_assumptions_carry_their_sources(pages):
    found = {one.quantity: one for one in pages["Cambricon"].assumptions}
    assert found["beta"].value == 1.06
    assert found["beta"].source == "broker-2026-04-26#line 627"
    assert found["cost_of_equity"].value == pytest.approx(0.02 + 1.06 * 0.06)


def test_consensus_is_there_for_one_and_none_for_two(pages):
    assert pages["Cambricon"].consensus.providers == ("bloomberg", "refinitiv")
    assert pages["MetaX"].consensus.none
    assert all(band.missing for page in pages.values() for band in page.price_history)


# -- weights ----------------------------------------------------------------------------------


def test_there_is_no_weighted_value_unless_weights_are_given(model, pages):
    assert all(page.weighted is None for page in pages.values())
    found = study.page(model, "MetaX", weights={"bull": "0.2", "base": "50%", "bear": "0.3"}).weighted
    assert found.value == pytest.approx(0.2 * 1500 + 0.5 * 758 + 0.3 * 380)
    assert found.upside == pytest.approx(found.value / 718 - 1)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"bull": "0.5", "bear": "0.4"}, ["miss one by -0.1"]),
        ({"bul": "1"}, ["'bul'", "bull"]),
        ({"bull": "2"}, ["no share"]),
        ({"bull": "x"}, ["no share"]),
        ({"bull": "nan"}, ["no share"]),
    ],
)
def test_weights_that_are_none_are_refused(model, weights, words):
    with pytest.raises(BadRequest) as caught:
        study.page(model, "MetaX", weights=weights)
    for word in words:
        assert word in str(caught.value)


def test_a_company_without_a_target_has_no_page(model):
    with pytest.raises(BadRequest, match="no target"):
        study.page(model, "Huawei")
