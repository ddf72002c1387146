"""The shape of a fact file. pydantic names file, key and reason when a file does not fit."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from siliconomics.core import Interval

Known = Literal["reported", "derived", "estimated", "assumed"]
Label = str | int


def _date(value: Any) -> Any:
    """A day; a bare year or month is refused, because two figures a month apart may differ."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a day; write for example 2026-04-24") from None
    if not isinstance(value, dt.date):
        raise ValueError("is not a day; write for example 2026-04-24")
    return value


Day = Annotated[dt.date, BeforeValidator(_date)]


def _month(value: Any) -> Any:
    """A day or a month of a year, as text."""
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    dt.date.fromisoformat(text if len(text) > len("2025-01") else f"{text}-01")
    return text


Month = Annotated[str, BeforeValidator(_month)]


def _unit(value: str) -> str:
    """A unit as people write it: no tower of powers, which a reader of expressions would work out for ever."""
    if len(value) > 80 or re.search(r"\d{4,}|(\*\*|\^)[^/ ]*(\*\*|\^)", value):
        raise ValueError("is not written as a unit; write for example mn USD/year")
    return value


Unit = Annotated[str, AfterValidator(_unit)]


def _finite(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("is not a finite number")
    if not isinstance(value, (int, float, str)):
        raise ValueError("is neither a number nor a word")
    return value


class Strict(BaseModel):
    """A misspelled key is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class SourceCard(Strict):
    """Where facts come from."""

    title: str
    publisher: str = ""
    date: str | Day | None = None
    kind: str
    licence: str = ""
    url: str = ""
    attribution: str = ""
    recalled: bool = False
    note: str = ""


class DeclarationCard(Strict):
    """An input quantity."""

    meaning: str
    unit: Unit
    dimensions: list[str] = []
    possible: str | None = None
    plausible: str | None = None
    text: bool = False
    structural: bool = False
    unread: bool = False
    whole: bool = False
    mean_of: str = ""
    driven: bool = False
    once: str = ""
    """The name that this input had before; facts that still use it at these dimensions are read as this one."""

    @field_validator("possible", "plausible")
    @classmethod
    def _is_interval(cls, value: str | None) -> str | None:
        if value is not None:
            Interval.parse(value)
        return value


class Observed(Strict):
    """One figure, from one place, known on one day."""

    quantity: str
    value: Annotated[float | str, BeforeValidator(_finite)]
    unit: Unit | None = None
    range: tuple[float, float] | None = None
    known: Known
    source: str
    as_of: Day
    labels: dict[str, Label] = {}
    basis: str = ""
    note: str = ""
    preferred: bool = False

    @field_validator("source")
    @classmethod
    def _has_a_place(cls, value: str) -> str:
        source, _, place = value.partition("#")
        if not source or not place:
            raise ValueError("names no place inside the source; write source-id#place, e.g. report#page-3")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Observed:
        if self.range is not None and not self.range[0] <= self.range[1]:
            raise ValueError(f"range {self.range} has its low end above its high end")
        return self


class Alias(Strict):
    """Another name of the same thing, and how sure that is."""

    name: str
    grade: Literal["reported", "derived", "assumed", "unknown"]
    why: str = ""


class Card(Strict):
    """A chip, a company, ...: one label of a dimension with what is known of it."""

    name: str = Field(min_length=1)
    aliases: list[str] = []
    alias: list[Alias] = []
    players: dict[str, str] = {}
    note: str = ""
    observed: list[Observed] = []


class ChipCard(Card):
    vendor: str
    family: str = ""
    architecture: str = ""
    status: str = ""
    launched: Month | None = None
    """Start of volume shipment of the generation."""
    launched_known: Known = "estimated"
    launched_note: str = ""


class ModelCard(Card):
    family: str
    """The architecture as the published configuration names it (``model_type``)."""
    released: Day
    """First release of the architecture under any of the card's names."""
    released_known: Known = "estimated"


class CompanyCard(Card):
    full_name: str = ""
    ticker: str = ""
    exchange: str = ""
    reporting_currency: str = ""
    listing_currency: str = ""
    fiscal_year_end: str = ""
    listed: str | Day = ""
    covered: bool = True


class SiteCard(Card):
    """Where machines stand: a country or a province, with its price of electricity."""

    country: str
    """Two letters."""


class OwnerCard(Card):
    """Who bears the cost of machines, or rents them: a cost of capital, a use of the hours, a margin on top."""


class SystemCard(Card):
    """Chips sold as one machine: a server, a rack, a supernode."""

    vendor: str
    country: str
    """Where its chips are designed, as two letters."""
    status: str = ""
    launched: Month | None = None
    """When it was first delivered or shown working; of a planned one, when it is due."""
    launched_known: Known = "estimated"
    launched_note: str = ""


class PartCard(Card):
    """A part of a parent company: a business, a holding, its cash."""

    reporting_currency: str = ""
    listing_currency: str = ""
    """Those of the parent, in which the part's figures are given."""


class NodeCard(Card):
    """A logic process of a foundry, or a group of them that forecasts count together."""

    foundry: str
    country: str
    """Where its wafers are made, as two letters."""
    status: str = ""


class CapacityForecastCard(Card):
    """Somebody's dated forecast of wafer capacity."""

    publisher: str
    published: Day
    counts: str
    vintage: str = ""
    """The vintage of the register whose figures these are; empty where the card's facts give them."""
    figures: str = ""
    """Which quantity of the vintage."""
    node: str = ""
    """The node or group that they count."""
    """What its wafers are: all of a node, or those for AI chips alone; how that is known."""


class LongTableCard(Strict):
    """A table with one fact a row: quantity, a column per dimension, value and where it comes from."""

    title: str
    layout: Literal["facts"]
    note: str = ""


class FactsCard(Strict):
    """Facts that belong to no one chip or company."""

    note: str = ""
    observed: list[Observed]


class Row(Strict):
    """How one printed row is read."""

    row: str
    line: int = 0
    """The row's line in the source, where its label stands several times in one table."""
    quantity: str
    unit: Unit
    labels: dict[str, Label] = {}
    """Of this row alone, beside those of the table."""
    factor: float = 1.0
    """From the sign as printed to the model's: costs positive, cash that flows out negative."""
    opposite: list[str] = []
    """Columns in which the row is printed with the other sign than in the rest."""
    inputs: Literal["all"] | list[str] = []
    feeds: str | None = None
    recomputed_by: str = ""
    """The quantity that gives a stated figure again from other printed lines."""
    known: Known | None = None
    basis: str = ""
    note: str = ""
    text: bool = False


class TableCard(Strict):
    """A raw table as printed, and how it is read."""

    title: str
    source: str
    exhibit: int | None = None
    as_of: Day
    known: Known
    columns: str = ""
    labels: dict[str, Label] = {}
    column_labels: dict[str, Label] = {}
    estimated_columns: list[str] = []
    scenario: str = "base"
    statement: str = ""
    """Which statement of a company the table is, or is part of."""
    unit_as_printed: str = ""
    """The heading's unit, where the figures themselves are in another."""
    unit_line: int = 0
    note: str = ""
    row: list[Row] = Field(default=[])


class Column(Strict):
    """How one column of a foreign table is read."""

    column: str
    quantity: str
    unit: Unit
    unit_as_printed: str = ""
    factor: float = 1.0
    text: bool = False
    note: str = ""


class ForeignCard(Strict):
    """An open table taken over whole, kept apart as its own source."""

    title: str
    source: str
    as_of: Day
    known: Known
    licence: str
    attribution: str
    layout: Literal["accelerators"]
    columns: str
    label_column: str
    note: str = ""
    column: list[Column]


class TextRow(Strict):
    """One figure from running text."""

    line: int
    labels: str = ""
    metric: str
    period: str = ""
    scenario: str = "base"
    printed: str
    unit: Unit
    qualifier: Literal["", "=", "~", ">", "<", ">=", "<="] = ""
    role: Literal["input", "check", "claim"]
    note: str = ""


class ExchangeRate(Strict):
    """One rate of the dated series of exchange rates."""

    date: Day
    pair: str
    rate: float = Field(gt=0)
    known: Known
    source: str
    used_for: str = ""
    note: str = ""


class BuyerCard(Card):
    """Who pays for cloud and its accelerators: a platform, a telecom operator, a government, an enterprise."""


class FleetCard(Card):
    """A part of the accelerators that serve tokens in China, with the chip that stands for it."""


CARDS: dict[str, type[Card]] = {
    "buyer": BuyerCard,
    "fleet": FleetCard,
    "chip": ChipCard,
    "company": CompanyCard,
    "model": ModelCard,
    "site": SiteCard,
    "owner": OwnerCard,
    "system": SystemCard,
    "part": PartCard,
    "node": NodeCard,
    "forecast": CapacityForecastCard,
}
"""Which folder of cards makes the labels of which dimension (``chips/``, ``companies/``, ...)."""
FOLDERS = {
    "buyers": "buyer",
    "fleet": "fleet",
    "chips": "chip",
    "companies": "company",
    "models": "model",
    "sites": "site",
    "owners": "owner",
    "systems": "system",
    "parts": "part",
    "nodes": "node",
    "capacity_forecasts": "forecast",
}
