"""Prompts and answers on chips of their own: whole copies, the best division, never above the ideal one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siliconomics.model import load
from siliconomics.studies.prediction.pools import _pool, pools
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


@pytest.mark.parametrize(
    ("chips", "moved"),
    [(16, {}), (48, {}), (200, {"input_tokens": 16384.0}), (384, {"output_tokens": 4096.0}), (1000, {})],
)
def test_the_division_found_is_the_best_of_every_number_of_copies(facts, chips, moved):
    point = asked(chips, **moved)
    reader, reads, read = _pool(facts, point, "prefill", calibration(), DATE)
    _, writes, wrote = _pool(facts, point, "decode", calibration(), DATE)
    used = np.arange(1, chips + 1)[:, None, None] * (reads["group_chips"] * reads["pipeline_stages"])[None, :, None]
    copy = writes["group_chips"] * writes["pipeline_stages"]
    left = np.floor((chips - used) / copy) * copy
    served = read["prefill_input_rate"][None, :, None] * used
    served = served * (reader.columns["output_tokens"] / reader.columns["input_tokens"])
    every = np.where(left > 0, np.minimum(served, wrote["decode_output_rate"] * left), 0.0)
    k, i, j = np.unravel_index(int(np.argmax(every)), every.shape)
    found = pools(facts, point, calibration(), DATE)
    assert found.output_rate == pytest.approx(every.max(), rel=1e-12)
    assert (found.prefill_chips, found.decode_chips) == (used[k, i, 0], left[k, i, j])


def test_a_million_chips_are_divided_as_a_thousand_are(facts):
    few, many = (pools(facts, asked(chips), calibration(), DATE) for chips in (1024, 1_048_576))
    assert many.output_rate / 1_048_576 >= few.output_rate / 1024
    assert many.prefill_chips / many.decode_chips == pytest.approx(few.prefill_chips / few.decode_chips, rel=0.1)
