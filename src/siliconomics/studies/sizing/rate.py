"""The rate of a chip with its range, as the study of predictions has it."""

from __future__ import annotations

from siliconomics.model import Model

from ..prediction.points import Point
from ..prediction.predict import Prediction, predict
from ..prediction.software import calibration
from .figures import by_hand, figure, must
from .job import Length


def predicted(model: Model, chip: str, language_model: str, system: float, length: Length) -> Prediction:
    """The rate that the model gives, from the study of predictions and so with its range."""
    limit = must(model, "time_per_token_limit_s") * 1000
    variation = must(model, "answer_length_variation")
    point = _point(chip, system, language_model, length, limit, variation)
    return predict(model.facts, [point], calibration(), must(model, "serving_year"))[0]


def _point(chip: str, system: float, model: str, length: Length, limit_ms: float, variation: float) -> Point:
    return Point(
        id="",
        source="",
        row={},
        chip=chip,
        chips=int(system),
        model=model,
        weights="fp8",
        activations="fp8",
        kv="fp8",
        attention="bf16",
        engine=None,
        date=None,
        layout=None,
        phase="mixed",
        metric="output_tok_s",
        scope="per_chip",
        input_tokens=length.input,
        output_tokens=length.output,
        concurrency=None,
        batch_per_chip=None,
        max_load=True,
        most_requests=None,
        tpot_limit_ms=limit_ms,
        ttft_limit_ms=None,
        draft_tokens=0,
        acceptance=None,
        prefix_share=0.0,
        tier="",
        value_per_chip=None,
        scored=False,
        notes=(),
        length_variation=variation,
    )


def rate_range(model: Model, chip: str, language_model: str, said: Prediction) -> tuple[float, float] | None:
    """Ends of the 80 % range of the model's rate; the upper one never above what the chip's peak could compute.

    None where nothing is predicted, or where the rate is held by hand.
    """
    where = {"chip": chip, "model": language_model}
    if by_hand(figure(model, "mixed_output_rate", where)) or not said.value or said.low is None or said.high is None:
        return None
    rate, used = must(model, "mixed_output_rate", where), must(model, "achieved_utilisation", where)
    prompts = must(model, "input_tokens") / must(model, "output_tokens") * (1 - must(model, "prefix_share"))
    bound = rate / used / (1 + prompts)
    return rate * said.low / said.value, max(rate, min(rate * said.high / said.value, bound))


__all__ = ["predicted", "rate_range"]
