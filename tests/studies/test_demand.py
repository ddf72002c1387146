"""The study of demand: paths by year with their reach, and the source's endpoints beside ours."""

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load
from siliconomics.studies import demand as study


@pytest.fixture(scope="module")
def model():
    return load()


@pytest.fixture(scope="module")
def ends(model):
    return {one.what: one for one in study.endpoints(model)}


def test_every_view_has_every_year_of_the_market(model):
    for name in study.VIEWS:
        for path in study.view(model, name):
            assert [one.year for one in path.years] == list(range(2024, 2031))
            assert None not in [one.value for one in path.years], path.quantity


def test_a_path_lies_inside_its_own_reach(model):
    paths = {path.quantity: path for path in study.view(model, "tokens") + study.view(model, "spending")}
    for name in ("capex_route_tam_usd_bn", "token_route_tam_usd_bn"):
        assert all(one.low < one.value < one.high for one in paths[name].years)
    spread = [path.years[-1].high / path.years[-1].low for path in paths.values() if path.years[-1].low]
    assert min(spread) > 1


def test_an_unknown_view_is_refused_with_the_nearest(model):
    with pytest.raises(BadRequest, match="Did you mean 'money'"):
        study.view(model, "moneyy")


def test_what_is_calibrated_is_reproduced(ends):
    calibrated = [one for one in ends.values() if one.how == "calibrated"]
    assert [one.verdict for one in calibrated] == ["reproduced"] * 2


def test_growth_and_the_six_platforms_contradict_the_other_figures(ends):
    verdicts = {what: one.verdict for what, one in ends.items()}
    assert verdicts["its growth, 2024-30"] == "contradicted"
    assert verdicts["spending of six platforms, 2026"] == "contradicted"
    assert verdicts["AI chips in all spending, 2030"] == "reproduced"
    assert ends["spending of six platforms, 2026"].all_spending == pytest.approx(597)


def test_breakeven_lies_between_the_counted_spending_and_all_of_it(ends):
    one = ends["breakeven of AI"]
    assert (one.stated, one.ours, one.all_spending, one.verdict) == (2028, 2027, None, "between the two")


def test_the_verdict_follows_a_change(model):
    dear = model.with_changes(model.change("token_price_at_reference_cny_per_mtoken", 0.4))
    found = {one.what: one for one in study.endpoints(dear)}
    assert found["breakeven of AI"].ours > 2027
    larger = model.with_changes(model.change("accelerator_content_share", 0.7))
    found = {one.what: one for one in study.endpoints(larger)}
    assert found["market for AI chips, 2030"].verdict == "contradicted"


def test_every_verdict_that_is_not_a_match_says_under_which_definition_it_holds(ends):
    assert all(one.definition for one in ends.values())
