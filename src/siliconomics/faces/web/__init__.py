"""The workbench: the model in the browser. A page is data; HTML, JSON, CSV and a workbook are its clothes."""

from __future__ import annotations

from .app import create_app
from .serve import serve

__all__ = ["create_app", "serve"]
