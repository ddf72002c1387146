"""The rival with one utilisation: proportional to the peak, and right at its own anchor by construction."""

import pytest

from siliconomics.formulas.inference.one_knob import one_knob_output_rate, one_knob_utilisation


def test_the_anchor_comes_out_at_its_own_peak():
    share = one_knob_utilisation(5899, 1979, 36.6e9)
    assert one_knob_output_rate(share, 1979, 36.6e9) == pytest.approx(5899)
    assert share == pytest.approx(5899 * 2 * 36.6e9 / 1979e12)


def test_it_sees_nothing_but_the_peak():
    share = one_knob_utilisation(5899, 1979, 36.6e9)
    assert one_knob_output_rate(share, 296, 36.6e9) == pytest.approx(5899 * 296 / 1979)
