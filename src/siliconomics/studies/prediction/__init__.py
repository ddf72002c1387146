"""Prediction: what a system of chips delivers, held against published points."""

from .layouts import Layout, read_layout
from .points import COLUMNS, Point, Refused, measured, parse, read, weight

__all__ = ["COLUMNS", "Layout", "Point", "Refused", "measured", "parse", "read", "read_layout", "weight"]
