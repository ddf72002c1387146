"""siliconomics: AI-accelerator economics, from a wafer to a price target.

import siliconomics
model = siliconomics.load()
model.solve("price_target", company="Cambricon").value
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import Model, load

__version__ = "0.1.0"
__all__ = ["Model", "load"]


def __getattr__(name: str) -> Any:
    """The model is imported when it is first asked for."""
    if name in __all__:
        from . import model

        return getattr(model, name)
    raise AttributeError(f"module 'siliconomics' has no attribute {name!r}")
