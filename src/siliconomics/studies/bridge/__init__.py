"""Bridges: the whole difference between two answers, shared out among the changes that make it."""

from .attribution import MOST, drawn, interactions, ordered, shapley
from .between import ORDER, ORDERS, Bridge, Step, bridge
from .differences import GROUPS, Difference, Group, differences, grouped

__all__ = [
    "GROUPS",
    "MOST",
    "ORDER",
    "ORDERS",
    "Bridge",
    "Difference",
    "Group",
    "Step",
    "bridge",
    "differences",
    "drawn",
    "grouped",
    "interactions",
    "ordered",
    "shapley",
]
