"""Names, units, dimensions, the record of a formula and its readings. Knows nothing about chips."""

from .errors import BadRequest, Problem, nearest
from .formula import Formula, Interval, formula, formulas_of
from .graph import KNOWN, Cell, Declaration, Given, Graph, named, weakest
from .operations import Search
from .operators import opaque
from .program import Program, staged
from .reading import Missing
from .tape import NoSolution, Tape, Undefined

__all__ = [
    "KNOWN",
    "BadRequest",
    "Cell",
    "Declaration",
    "Formula",
    "Given",
    "Graph",
    "Interval",
    "Missing",
    "NoSolution",
    "Problem",
    "Program",
    "Search",
    "Tape",
    "Undefined",
    "formula",
    "formulas_of",
    "named",
    "nearest",
    "opaque",
    "staged",
    "weakest",
]
