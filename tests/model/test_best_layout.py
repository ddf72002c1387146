"""The search over layouts inside the model: what the throughput commands answer, the model answers too."""

from __future__ import annotations

from dataclasses import replace

import pytest

import siliconomics
from siliconomics.studies.prediction.predict import predict
from siliconomics.studies.prediction.ratios import request
from siliconomics.studies.prediction.software import calibration

WHERE = {"chip": "H20", "model": "DeepSeek-R1"}


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


def rate(model, **set_):
    changes = [model.change(name, value) for name, value in set_.items()]
    return model.solve("mixed_output_rate", changes=changes, **WHERE).value


def predicted(model, chip, name):
    """What the throughput study predicts of the model's own request, for each chip."""
    date, limit, chips = (model.solve(one).value for one in ("serving_year", "time_per_token_limit_s", "cluster_chips"))
    quantized = "fp8" if chip not in ("910C", "C500") else "int8"
    point = request(chip, int(chips), limit * 1000, quantized, kv="fp8")
    lengths = {one: model.solve(one).value for one in ("input_tokens", "output_tokens")}
    asked = replace(point, model=name, **lengths)
    return predict(model.facts, [asked], calibration(), date)[0].per_chip


@pytest.mark.parametrize("chip", ["H20", "H200", "MI300X", "910C", "C500"])
@pytest.mark.parametrize("name", ["DeepSeek-R1", "Qwen3-235B-A22B"])
def test_the_model_answers_what_predict_answers(model, chip, name):
    inside = model.solve("mixed_output_rate", chip=chip, model=name).value
    assert inside == pytest.approx(predicted(model, chip, name), rel=1e-6)


def test_a_looser_limit_and_a_larger_system_never_serve_less(model):
    rates = [rate(model, time_per_token_limit_s=limit) for limit in (0.02, 0.05, 0.1, 1.0)]
    assert rates == sorted(rates)
    assert rate(model, cluster_chips=8) <= rate(model, cluster_chips=16) <= rate(model, cluster_chips=128)


def test_a_model_that_does_not_fit_is_unknown_and_says_why(model):
    answer = model.with_changes(model.change("cluster_chips", 1)).solve("mixed_output_rate", **WHERE)
    assert answer.records[0].value is None
    assert "no layout on 1 chips holds the model" in answer.records[0].missing
    late = model.with_changes(model.change("time_per_token_limit_s", 1e-5)).solve("mixed_output_rate", **WHERE)
    assert "gives a token within 1e-05 s" in late.records[0].missing


@pytest.mark.parametrize("fact", ["memory_bandwidth_gb_s", "memory_size_gb", "power_w"])
@pytest.mark.parametrize("limit", [0.05, 10.0])
def test_the_gradient_holds_with_the_batch_moving_along(model, fact, limit):
    """Near the best layout: the layout holds still, the batch moves with what binds it."""
    held = model.with_changes(model.change("time_per_token_limit_s", limit))
    answer = held.solve("mixed_output_rate", **WHERE)
    slopes = {(one.quantity, *one.labels.values()): one for one in answer.sensitivities()}
    found = slopes.get((fact, "H20"))
    value = model.solve(fact, chip="H20").value
    step = 1e-4 * value
    moved = [
        held.with_changes(held.change(fact, value + way * step, chip="H20")).solve("mixed_output_rate", **WHERE).value
        for way in (-1, 1)
    ]
    expected = (moved[1] - moved[0]) / (2 * step)
    assert (found.slope if found else 0.0) == pytest.approx(expected, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "value"), [("cache_fill", 0.5), ("usable_memory_share", 0.8), ("software_catch_up_years", 3.0)]
)
def test_a_setting_of_ones_own_moves_prediction_and_model_alike(model, tmp_path, name, value):
    """Without a limit of time that binds before memory does."""
    (tmp_path / "mine.toml").write_text(
        f'[[observed]]\nquantity = "{name}"\nvalue = {value}\nknown = "assumed"\n'
        'source = "siliconomics#assumption"\nas_of = 2026-11-25\n',
        encoding="utf-8",
    )
    model, mine = (
        one.with_changes(one.change("time_per_token_limit_s", 10.0)) for one in (model, siliconomics.load([tmp_path]))
    )
    found = [predicted(one, "H20", "DeepSeek-R1") for one in (model, mine)]
    assert found[1] != pytest.approx(found[0], rel=1e-3)
    for one, expected in zip((model, mine), found, strict=True):
        assert one.solve("mixed_output_rate", **WHERE).value == pytest.approx(expected, rel=1e-6)
