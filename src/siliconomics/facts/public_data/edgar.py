"""edgartools: the yearly figures of a company that files with the SEC. Shapes as of its release 5.62.

A fiscal year is called what the company calls it in the filing that closes it. Of a figure that a later filing changed,
the later one is taken, and how many that are is told.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from siliconomics.core import BadRequest, Problem

from .snapshot import YEAR_END, Snapshot, as_day, finite, one_currency

IDENTITY = "EDGAR_IDENTITY"
CONCEPTS = {
    "revenue": ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet"),
    "cost_of_goods_sold": ("CostOfRevenue", "CostOfGoodsAndServicesSold"),
    "gross_profit": ("GrossProfit",),
    "research_expense": ("ResearchAndDevelopmentExpense",),
    "operating_expense": ("OperatingExpenses",),
    "operating_income": ("OperatingIncomeLoss",),
    "pretax_income": (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments",
    ),
    "income_tax": ("IncomeTaxExpenseBenefit",),
    "net_income": ("NetIncomeLoss",),
    "weighted_average_shares": ("WeightedAverageNumberOfSharesOutstandingBasic",),
    "cash_and_equivalents": ("CashAndCashEquivalentsAtCarryingValue",),
    "trade_receivables": ("AccountsReceivableNetCurrent",),
    "inventories": ("InventoryNet",),
    "current_assets": ("AssetsCurrent",),
    "property_plant_equipment": ("PropertyPlantAndEquipmentNet",),
    "total_assets": ("Assets",),
    "trade_payables": ("AccountsPayableCurrent",),
    "total_liabilities": ("Liabilities",),
    "total_equity": ("StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest", "StockholdersEquity"),
    "cash_from_operations": ("NetCashProvidedByUsedInOperatingActivities",),
    "cash_from_investing": ("NetCashProvidedByUsedInInvestingActivities",),
    "cash_from_financing": ("NetCashProvidedByUsedInFinancingActivities",),
    "capital_expenditure": ("PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets"),
    "dividends_paid": ("PaymentsOfDividends", "PaymentsOfDividendsCommonStock"),
}
"""Concepts of us-gaap for each line, the first that a year has."""
WHOLE_YEAR = range(350, 381)
"""Days of a fiscal year, of 52 or 53 weeks too."""
ANNUAL = ("10-K", "10-K/A")
COLUMNS = (
    "concept", "numeric_value", "unit", "period_start", "period_end", "fiscal_year", "filing_date", "form_type",
    "accession",
)  # fmt: skip


def statements(package: Any, ticker: str) -> Snapshot:
    """Figures of annual filings, by fiscal year."""
    if not os.environ.get(IDENTITY):
        why = "the SEC asks whoever reads its files for a name and an address"
        remedy = f"set {IDENTITY}='Your Name you@example.com'"
        raise BadRequest(Problem(f"{IDENTITY} is not set", "", why, remedy))
    facts = package.Company(ticker).get_facts()
    if facts is None:
        return Snapshot("edgartools", ticker, "USD", {}, {})
    frame = facts.to_dataframe(include_metadata=True)
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*(frame[name] for name in COLUMNS), strict=True)]
    rows = [row for row in rows if row["form_type"] in ANNUAL and finite([("", row["numeric_value"])])]
    rows = [{**row, "concept": str(row["concept"]).partition(":")[2] or row["concept"]} for row in rows]
    years = _years(rows)
    cells: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    currencies: set[str] = set()
    changed = 0
    for quantity, concepts in CONCEPTS.items():
        taken: dict[str, float] = {}
        for concept in concepts:
            found, again = _by_year([row for row in rows if row["concept"] == concept], years)
            new = {year: row for year, row in found.items() if year not in taken}
            taken |= {year: float(row["numeric_value"]) for year, row in new.items()}
            currencies |= {row["unit"] for row in new.values() if row["unit"] != "shares"}
            changed += len(again & new.keys())
            if new:
                names.setdefault(concept, quantity)
        if taken:
            first = next(one for one, line in names.items() if line == quantity)
            cells[first] = taken
    notes = (f"{changed} figures were changed by a later filing; the later ones are taken",) if changed else ()
    ends = sorted(years)
    return Snapshot(
        "edgartools",
        ticker,
        one_currency(currencies, "edgartools", ticker) if cells else "USD",
        names,
        cells,
        ends[-1][len("2025-") :] if ends else YEAR_END,
        str(getattr(package, "__version__", "")),
        notes,
    )


def _years(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The day that ends each fiscal year, and what the filing that closes it calls it."""
    last: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["form_type"] == ANNUAL[0] and _days(row) in WHOLE_YEAR:
            end = as_day(row["period_end"])
            last[row["accession"]] = max(last.get(row["accession"], ("", "")), (end, str(int(row["fiscal_year"]))))
    return dict(last.values())


def _by_year(rows: list[dict[str, Any]], years: dict[str, str]) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """Of each year the row that was filed last, and the years in which it is another figure than the first."""
    found: dict[str, dict[str, Any]] = {}
    changed: set[str] = set()
    for row in sorted(rows, key=lambda one: as_day(one["filing_date"])):
        year = years.get(as_day(row["period_end"]))
        if year is None or not (_days(row) in WHOLE_YEAR or _days(row) == 0):
            continue
        if year in found and found[year]["numeric_value"] != row["numeric_value"]:
            changed.add(year)
        found[year] = row
    return found, changed


def _days(row: dict[str, Any]) -> int:
    """Days a figure runs over; none for a balance."""
    start = row["period_start"]
    if start is None or start != start:
        return 0
    return (dt.date.fromisoformat(as_day(row["period_end"])) - dt.date.fromisoformat(as_day(start))).days
