"""Published cases stand beside what the drivers give under the same case."""

import pytest

import siliconomics
from siliconomics.studies.cases import cases as by_drivers
from siliconomics.studies.risk_reward.cases import cases


@pytest.mark.parametrize("company", ["Cambricon", "MetaX", "Iluvatar"])
def test_the_page_and_the_cases_give_one_value(company):
    model = siliconomics.load()
    ours = {one.case: one.value for one in by_drivers(model, company)}
    for one in cases(model, company, 2026):
        assert one.own == pytest.approx(ours[one.case], rel=1e-6)
