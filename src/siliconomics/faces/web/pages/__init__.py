"""The pages: each a function from a model that was asked to a page. ``PAGES`` is the list that everything reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..asked import Asked
from ..page import Page
from . import audits, company, cost, downloads, overview, scenarios, trace, valuation


@dataclass(frozen=True)
class Kind:
    """A page as the site knows it."""

    name: str
    title: str
    build: Callable[[Asked, str], Page]
    subject: str = ""
    """What its address goes on with; empty for a page about the whole model."""
    first: str = ""
    """The subject that the menu opens."""
    key: str = ""
    """After g, the key that opens it."""
    usual: tuple[str, ...] = ()
    """Scenarios if the address names none."""

    @property
    def path(self) -> str:
        """Where the menu leads."""
        base = "/" if self.name == "overview" else f"/{self.name}"
        return f"{base}/{self.first}" if self.first else base


PAGES = {
    one.name: one
    for one in (
        Kind("overview", "Overview", overview.page, key="o"),
        Kind("cost", "Cost stack", cost.page, key="c"),
        Kind("company", "Company", company.page, "company", "Cambricon", "y", ("from-drivers",)),
        Kind("valuation", "Valuation", valuation.page, "company", "Cambricon", "v"),
        Kind("trace", "Trace", trace.page, "quantity", "price_target", "w"),
        Kind("audit", "Audit", audits.page, key="a"),
        Kind("scenarios", "Scenarios", scenarios.page, key="s"),
        Kind("downloads", "Downloads", downloads.page, key="d"),
    )
}

__all__ = ["PAGES", "Kind"]
