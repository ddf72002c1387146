"""Efficiency and balance: per watt, dollar and area on one basis, bytes per operation, systems, and the gap between countries."""

from .balance import balance
from .chips import efficiency
from .frontier import MEASURES
from .gap import gap
from .groups import differences
from .systems import systems

__all__ = ["MEASURES", "balance", "differences", "efficiency", "gap", "systems"]
