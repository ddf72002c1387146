"""Efficiency and balance: per watt, dollar and area on one basis, bytes per operation, systems, and the gap between countries."""

from .balance import balance
from .chips import efficiency
from .gap import MEASURES, gap
from .groups import differences
from .systems import systems

__all__ = ["MEASURES", "balance", "differences", "efficiency", "gap", "systems"]
