"""Facts: sentences about the world that someone else can check, in files, each with its source."""

from .cache import load
from .register import Entry, Register
from .table import LIBRARY, Fact, Facts, Figure, Number, currencies_of, fold, local_unit, number

__all__ = [
    "LIBRARY",
    "Entry",
    "Fact",
    "Facts",
    "Figure",
    "Number",
    "Register",
    "currencies_of",
    "fold",
    "load",
    "local_unit",
    "number",
]
