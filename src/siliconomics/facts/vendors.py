"""Who sells which chip, as facts: the vendor on a chip's card, where a company has that name."""

from __future__ import annotations

from collections.abc import Iterator

from .table import Fact, Facts, fold

SOURCE = "siliconomics#vendor on the chip's card"
AS_OF = "2026-11-25"


def vendor_facts(facts: Facts) -> Iterator[Fact]:
    """``chip_maker`` (a word) and ``sold_by`` (1) of every chip whose vendor has a card; for a model that declares them."""
    companies = facts.names.get("company", {})
    for chip, card in facts.cards.get("chip", {}).items():
        company = companies.get(fold(card["vendor"]))
        if company is None:
            continue
        rank = (-card["layer"], 1, 0.0, 0)
        for quantity, labels, value in (
            ("chip_maker", {"chip": chip}, company),
            ("sold_by", {"company": company, "chip": chip}, 1.0),
        ):
            if quantity in facts.declarations:
                yield Fact(quantity, labels, value, "reported", SOURCE, AS_OF, file=card["file"], rank=rank)
