"""A what-if that is impossible leaves the next of the same inputs as it found it."""

import pytest

from siliconomics.core import BadRequest
from siliconomics.model import load


def test_the_next_what_if_does_not_suffer_from_an_impossible_one():
    model = load(checked=False)
    model.solve("price_target", company="Cambricon")
    for growth in (0.15, 0.05, 0.055):
        held = model.with_changes(model.change("terminal_growth", growth, company="Cambricon"))
        if growth == 0.15:
            with pytest.raises(BadRequest, match="impossible"):
                held.solve("price_target", company="Cambricon")
        else:
            assert held.solve("price_target", company="Cambricon").value == pytest.approx(
                load(checked=False)
                .with_changes(model.change("terminal_growth", growth, company="Cambricon"))
                .solve("price_target", company="Cambricon")
                .value
            )
