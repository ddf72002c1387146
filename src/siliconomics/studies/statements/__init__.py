"""Company statements: as transcribed, each figure with the ties that hold it, or do not; and as drivers give them."""

from .driven import DrivenLine, DrivenStatement, Met, driven_statement, follows_drivers
from .ties import Line, Statement, Tie, companies, statements

__all__ = [
    "DrivenLine",
    "DrivenStatement",
    "Line",
    "Met",
    "Statement",
    "Tie",
    "companies",
    "driven_statement",
    "follows_drivers",
    "statements",
]
