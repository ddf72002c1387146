"""A company from its drivers: three statements, what may be changed, and how far from consensus."""

from __future__ import annotations

import itertools
from typing import Any

from siliconomics.core import BadRequest, Problem
from siliconomics.model.figures import shown

from .. import charts
from ..asked import Asked
from ..page import Block, Chart, Figure, Keys, Lines, Page, Table, word
from .words import parted, signed

DRIVERS = (
    "planned_gross_margin", "planned_operating_expense", "planned_tax_rate", "other_revenue", "planned_receivable_days",
    "planned_inventory_days", "planned_payable_days", "planned_capital_expenditure_share",
)  # fmt: skip
INCOME = "income statement"
SHIFTS = ("gross_margin_shift",)
"""Drivers of all years at once."""


def page(asked: Asked, subject: str) -> Page:
    """The statements of a company, its drivers beside them."""
    from siliconomics.studies import consensus, risk_reward, statements

    name = str(asked.model.label("company", subject))
    if name not in risk_reward.companies(asked.model):
        why = asked.figure("price_target", company=name).missing
        known = ", ".join(risk_reward.companies(asked.model))
        raise BadRequest(Problem(f"{name} has no forecast under this scenario", why=why, remedy=f"open one of {known}"))
    others = consensus.consensus(asked.model, name, [])
    blocks: list[Block] = [Keys("keys", _keys(asked, name))]
    note = "Statements follow from drivers under the scenario from-drivers."
    if statements.follows_drivers(asked.model):
        found = statements.driven_statement(asked.model, name, "year")
        blocks += [_chart(asked, name, found), _drivers(asked, name), *_statements(asked, name, found), _ties(found)]
    else:
        note = (
            f"Under {asked.model.scenario} statements stand as printed; leave the scenario out to move them by drivers."
        )
    blocks.append(_gaps(asked, name, others))
    target, before = (
        asked.figure("price_target", unit=True, company=name),
        asked.before("price_target", {"company": name}),
    )
    finding = f"{name} is worth {target.text}, {signed(asked.figure('upside', company=name).value)} against its price"
    gap = next((one for one in others.gaps if one.line == "net_income" and one.difference is not None), None)
    if gap is not None:
        finding += (
            f"; its net income of {gap.year} lies {signed(gap.difference)} against {gap.provider.capitalize()}'s mean"
        )
    if target.was and before:
        finding += f". The what-ifs move the target by {signed(float(target.value or 0.0) / before - 1)}"
    return Page("company", asked.called("company", name), finding + ".", note, blocks, name)


def _keys(asked: Asked, name: str) -> list[tuple[str, Figure, str]]:
    target = asked.figure("price_target", unit=True, company=name)
    return [
        ("Target", target, f"published {target.was}" if target.was else "as published"),
        ("Upside", asked.figure("upside", company=name), f"against {parted(asked, 'share_price', company=name)}"),
        ("Cost of equity", asked.figure("cost_of_equity", company=name), "a year"),
        ("Growth for ever", asked.figure("terminal_growth", company=name), "a year"),
    ]


def _years(asked: Asked, name: str) -> list[int]:
    """The years that drivers can be set for, the one they start from left out."""
    last = asked.model.solve("driver_last_year").value
    first = asked.model.solve("driver_base_year", company=name).value
    if not isinstance(last, float) or not isinstance(first, float):
        return []
    return [year for year in asked.model.graph.labels_of("year") if first < year <= last]


def _drivers(asked: Asked, name: str) -> Table:
    years = _years(asked, name)
    rows = []
    for one in DRIVERS:
        unit = asked.model.unit(one, {"company": name})
        cells = [asked.figure(one, editable=True, company=name, year=year) for year in years]
        if any(cell.value is not None for cell in cells):
            rows.append([word(asked.name(one)), word("" if unit == "1" else unit), *cells])
    for one in SHIFTS:
        cell = asked.figure(one, editable=True, company=name)
        rows.append([word(asked.name(one)), word("all years"), cell, *(word("") for _ in years[1:])])
    note = "Blue cells are inputs: type a value, Enter applies it; empty takes it back"
    return Table("drivers", "Drivers", note, ["Driver", "Unit", *(f"FY{year % 100}E" for year in years)], rows)


def _statements(asked: Asked, name: str, found: Any) -> list[Table]:
    tables = []
    for statement, group in itertools.groupby(found.lines, lambda one: one.statement):
        lines = list(group)
        years = sorted({one.period for one in lines})
        first = {one.period for one in found.lines if not one.forecast}
        heads = [f"FY{year % 100}{'' if year in first else 'E'}" for year in years]
        rows = []
        for quantity, cells in itertools.groupby(lines, lambda one: one.quantity):
            by_year = {one.period: one for one in cells}
            rows.append([word(asked.name(quantity)), *(_cell(by_year.get(year), name) for year in years)])
        title = statement[:1].upper() + statement[1:]
        note = "" if statement == "ratios" else found.met.unit
        tables.append(Table(f"statement-{statement.replace(' ', '-')}", title, note, ["Line", *heads], rows))
    return tables


def _cell(line: Any, company: str) -> Figure:
    """A line of a year, in brackets where negative as statements have it; what the plan had, where it moved."""
    if line is None:
        return Figure("n/a", None, missing="no source prints it and no driver gives it")
    text = shown(line.quantity, line.value, line.unit)
    if line.value < 0 and line.unit != "1":
        text = f"({text.lstrip('−')})"
    was = shown(line.quantity, line.plan, line.unit) if line.moved and line.plan is not None else ""
    labels = {"company": company, "year": line.period}
    tone = "better" if line.moved > 0 else "worse" if line.moved < 0 else ""
    return Figure(
        text, line.value, line.unit, line.quantity, labels, line.known, tone=tone, was="" if was == text else was
    )


def _chart(asked: Asked, name: str, found: Any) -> Chart:
    wanted = ("revenue", "net_income")
    income = [one for one in found.lines if one.statement == INCOME]
    rows = [
        {"line": asked.name(one.quantity), "year": f"FY{one.period % 100}", "value": one.value, "published": one.plan}
        for one in income
        if one.quantity in wanted
    ]
    table = Table(
        "path",
        "Growth path",
        found.met.unit,
        ["Year", *(asked.name(one) for one in wanted)],
        [
            [
                word(f"FY{year % 100}"),
                *(
                    _cell(next((x for x in income if x.quantity == one and x.period == year), None), name)
                    for one in wanted
                ),
            ]
            for year in sorted({one.period for one in income})
        ],
    )
    return Chart("path-chart", "Revenue and net income", f"{found.met.unit}; grey marks: the drivers as they stand",
                 charts.columns(rows, found.met.unit), table)  # fmt: skip


def _ties(found: Any) -> Lines:
    missed = [f"{one.name}, {one.period}: gap {one.gap:+,.6g}" for one in found.ties if not one.holds]
    told = missed or [f"All {len(found.ties)} ties of the three statements hold."]
    return Lines("ties", "Ties", [*told, *found.notes])


def _gaps(asked: Asked, name: str, others: Any) -> Block:
    if not others.gaps:
        return Lines("gaps", "Against consensus", [others.none or "No provider's estimates are known."])
    years = sorted({one.year for one in others.gaps})
    rows = []
    for (provider, line), group in itertools.groupby(others.gaps, lambda one: (one.provider, one.line)):
        cells = {one.year: one for one in group}
        row = [word(f"{asked.name(line)}, {provider.capitalize()}")]
        for year in years:
            one = cells.get(year)
            if one is None:
                row += [word(""), word(""), word("")]
                continue
            tone = "" if one.difference is None else "better" if one.difference > 0 else "worse"
            row += [
                Figure(shown(line, one.mean, one.unit), one.mean, one.unit, missing=one.source),
                asked.figure(line, company=name, year=year),
                Figure(signed(one.difference), one.difference, "1", tone=tone),
            ]
        rows.append(row)
    heads = ["Line", *itertools.chain.from_iterable((f"{year} theirs", "ours", "gap") for year in years)]
    day = others.gaps[0].as_of
    return Table("gaps", "Own against consensus", f"Means of {day}; gap: ours over theirs, less one", heads, rows)


__all__ = ["page"]
