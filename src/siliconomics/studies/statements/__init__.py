"""Company statements as transcribed, each figure with the ties that hold it, or do not."""

from .ties import Line, Statement, Tie, companies, statements

__all__ = ["Line", "Statement", "Tie", "companies", "statements"]
