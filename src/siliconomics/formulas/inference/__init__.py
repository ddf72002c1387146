"""Inference: how many tokens a chip serves, from the model's shape, the chip's rates and the software between."""
