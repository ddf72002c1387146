"""The rate of a chip with its range, as the study of predictions has it."""

from __future__ import annotations

from dataclasses import replace

from siliconomics.model import Model

from ..prediction.predict import Prediction, predict
from ..prediction.ratios import request
from ..prediction.software import calibration
from .figures import by_hand, figure, must
from .job import Length


def predicted(model: Model, chip: str, language_model: str, system: float, length: Length) -> Prediction:
    """The rate that the model gives, from the study of predictions and so with its range."""
    limit = must(model, "time_per_token_limit_s") * 1000
    variation = must(model, "answer_length_variation")
    point = replace(
        request(chip, int(system), limit, kv="fp8"),
        model=language_model,
        date=None,
        input_tokens=length.input,
        output_tokens=length.output,
        length_variation=variation,
    )
    return predict(model.facts, [point], calibration(), must(model, "serving_year"))[0]


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
