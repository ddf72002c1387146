"""Ownership: what chips cost to own and to rent, what a token of each costs, and what the source claims of both."""

from .claims import Claim, claims
from .table import COMPONENTS, Owned, owned

__all__ = ["COMPONENTS", "Claim", "Owned", "claims", "owned"]
