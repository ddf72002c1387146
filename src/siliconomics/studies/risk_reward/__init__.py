"""The page of risk and reward of a company, as data."""

from .cases import CASES, Case, Skew, Weighted, cases, skew, weighted
from .page import Assumption, Catalyst, Close, Page, Point, Risks, companies, page

__all__ = [
    "CASES",
    "Assumption",
    "Case",
    "Catalyst",
    "Close",
    "Page",
    "Point",
    "Risks",
    "Skew",
    "Weighted",
    "cases",
    "companies",
    "page",
    "skew",
    "weighted",
]
