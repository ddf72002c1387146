"""Which facts and which formulas make this model; what it answers, and why."""

from .answer import Answer
from .engine import Model, load
from .overlay import Overlay

__all__ = ["Answer", "Model", "Overlay", "load"]
