"""Export: which rules hold of a chip at a date, the largest chip outside them, and what its foundry may do."""

from .cards import of_chip
from .decide import Finding, Record, decide
from .inverse import Largest, largest, largest_die_mm2, smallest_area
from .routes import Route, routes
from .rules import Rule, Rules, foundries, read_rules
from .specs import BITS, Given, Specs, of_figures, of_stack

__all__ = [
    "BITS",
    "Finding",
    "Given",
    "Largest",
    "Record",
    "Route",
    "Rule",
    "Rules",
    "Specs",
    "decide",
    "foundries",
    "largest",
    "largest_die_mm2",
    "of_chip",
    "of_figures",
    "of_stack",
    "read_rules",
    "routes",
    "smallest_area",
]
