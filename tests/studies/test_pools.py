"""Prompts and answers on chips of their own: whole copies, the best division, never above the ideal one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siliconomics.model import load
from siliconomics.studies.prediction.pools import pools
from siliconomics.studies.prediction.predict import predict
from siliconomics.studies.prediction.ratios import DATE, request
from siliconomics.studies.prediction.software import calibration


@pytest.fixture(scope="module")
def facts():
    return load(checked=False).facts


def asked(chips, limit=50.0, **moved):
    return replace(request("H200", chips, limit), **moved)


def test_pools_are_whole_copies_within_the_system(facts):
    found = pools(facts, asked(48), calibration(), DATE)
    assert min(found.prefill_chips, found.decode_chips) > 0
    assert found.prefill_chips + found.decode_chips <= 48
    assert found.low < found.output_rate < found.high
    assert found.tpot_ms <= 50.0 * (1 + 1e-9)


def test_no_division_beats_the_one_without_remainders(facts):
    """Both pools at their best rates and any shares of the chips: the harmonic mean that no whole number reaches."""
    point = asked(64, input_tokens=4096.0, output_tokens=512.0)
    reads, writes = (
        predict(facts, [replace(point, phase=phase, metric=metric)], calibration(), DATE)[0].per_chip
        for phase, metric in (("prefill", "input_tok_s"), ("decode", "output_tok_s"))
    )
    ideal = 64 / (4096 / 512 / reads + 1 / writes)
    found = pools(facts, point, calibration(), DATE)
    assert 0.5 * ideal < found.output_rate <= ideal * (1 + 1e-9)


def test_longer_prompts_take_more_of_the_chips(facts):
    short, long = (pools(facts, asked(128, input_tokens=size), calibration(), DATE) for size in (512.0, 16384.0))
    assert long.prefill_chips > short.prefill_chips


def test_chips_that_cannot_hold_two_copies_have_no_pools(facts):
    assert pools(facts, asked(8), calibration(), DATE) is None


def test_a_limit_that_no_batch_meets_has_no_pools(facts):
    assert pools(facts, asked(64, limit=0.1), calibration(), DATE) is None
