"""What must hold of a user's own statements: they tie, roll, add up over the year, and have their signs.

A printed contradiction of our library's source is the source's and stays (the audit lists it). A check speaks only
where a figure of the user's is in the tie, and every other is the user's too or reported by a company.
Scenarios are left out: an overlay moves figures, it does not print statements.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from siliconomics.core import Cell, Problem
from siliconomics.facts import Fact, fold
from siliconomics.facts.periods import PARTS_OF_A_YEAR, parts_of
from siliconomics.facts.statement_lines import LINES, PARTS, input_of, line_of

if TYPE_CHECKING:
    from .engine import Model

SHARE_BASES = ("outstanding", "A shares", "H shares", "basic", "diluted")
ENOUGH = 1e-9
"""What binary arithmetic may lose, relative to the figure."""
SHARED = "gross_profit", "operating_expense", "pretax_income"
"""Subtotals of an income statement, the same by year, half and quarter."""
SUBTOTALS = (
    *(prefix + name for prefix in ("", *PARTS.values()) for name in SHARED),
    "current_assets",
    "total_assets",
    "total_liabilities",
    "total_equity",
    "cash_from_operations",
    "cash_from_investing",
    "cash_from_financing",
)


def own(fact: Fact) -> bool:
    """Whether a fact stands in a folder of the user's."""
    return bool(fact.rank) and fact.rank[0] < 0


def balance_sheets_balance(model: Model) -> Iterator[Problem]:
    """Assets are liabilities and equity."""
    yield from _tie(model, "total_assets", "liabilities_and_equity", "the two sides of the balance sheet differ")


def subtotals_add_up(model: Model) -> Iterator[Problem]:
    """Every subtotal of a statement is what the lines above it give."""
    for name in SUBTOTALS:
        yield from _tie(model, name, f"{name}_of_lines", f"{name} is not what its lines give")
    for prefix in ("", *PARTS.values()):
        name = f"{prefix}operating_income"
        what, movement = f"{name} is not what its lines give", f"{prefix}other_operating_income"
        yield from _tie(model, name, f"{name}_with_other_items", what, movement=movement)
    what = "net_income is not what its lines give"
    yield from _tie(model, "net_income", "net_income_after_minorities_of_lines", what)
    minorities = {key[1:] for key in _own_keys(model, "minority_interest")}
    yield from _tie(model, "net_income", "net_income_of_lines", what, minorities)
    for prefix in PARTS.values():  # of parts of a year nobody states minorities apart
        name = f"{prefix}net_income"
        shared = {labels for labels in _own_labels(model, name) if labels[0] in {one[0] for one in minorities}}
        yield from _tie(model, name, f"{name}_of_lines", f"{name} is not what its lines give", shared)


def cash_ties(model: Model) -> Iterator[Problem]:
    """The three flows make the change of cash, and the change leads from one balance to the next."""
    what = "the change of cash is not what the flows give"
    yield from _tie(model, "net_change_in_cash", "net_change_in_cash_of_lines", what)
    what = "cash does not follow from the year before and its change"
    yield from _tie(model, "cash_and_equivalents", "cash_of_movements", what, movement="other_cash_movement")


def book_value_rolls(model: Model) -> Iterator[Problem]:
    """Equity moves by income, dividends, share issues and what is named besides (clean surplus)."""
    what = "book value does not roll (clean surplus)"
    yield from _tie(model, "total_equity", "total_equity_of_movements", what, movement="other_equity_movement")


def retained_earnings_roll(model: Model) -> Iterator[Problem]:
    """Retained earnings move by income, dividends and what is named besides."""
    what, movement = "retained earnings do not roll", "other_retained_earnings_movement"
    yield from _tie(model, "retained_earnings", "retained_earnings_of_movements", what, movement=movement)


def fixed_assets_roll(model: Model) -> Iterator[Problem]:
    """Fixed assets move by spending, depreciation and what is named besides."""
    what, movement = "fixed assets do not roll", "other_fixed_asset_movement"
    yield from _tie(model, "property_plant_equipment", "property_plant_equipment_of_movements", what, movement=movement)


def share_counts_agree(model: Model) -> Iterator[Problem]:
    """Shares out move by those issued, classes add up, and income over average shares is the reported one a share."""
    what = "shares out do not follow from the year before and those issued"
    yield from _tie(model, "shares_outstanding", "shares_outstanding_of_roll", what)
    what = "net income over average shares is not the reported earnings per share"
    yield from _tie(model, "reported_earnings_per_share", "earnings_per_share_of_lines", what)


def share_classes_add_up(model: Model) -> Iterator[Problem]:
    """A and H shares are the shares outstanding, and a diluted count is no smaller than the basic one."""
    for company in {key[1] for key in _own_keys(model, "share_count")}:
        facts = {basis: model.facts.of("share_count", (company, basis)) for basis in SHARE_BASES}
        values = {basis: fact.value for basis, fact in facts.items() if fact and isinstance(fact.value, float)}
        place = ", ".join(_place(fact) for fact in facts.values() if fact and own(fact))
        if {"A shares", "H shares", "outstanding"} <= values.keys():
            gap = values["A shares"] + values["H shares"] - values["outstanding"]
            allowed = sum(half_digit(fact) for fact in facts.values() if fact)
            if abs(gap) > allowed + ENOUGH * values["outstanding"]:
                what = f"A and H shares of {company} are not the shares outstanding: gap {gap:+,.6g} mn share"
                yield Problem(what, place, f"rounding allows {allowed:.3g}", "correct the count that is wrong")
        if values.get("diluted", math.inf) < values.get("basic", 0.0):
            gap = values["diluted"] - values["basic"]
            what = f"the diluted count of {company} is below the basic one: gap {gap:+,.6g} mn share"
            yield Problem(what, place, "options and convertibles only add shares", "correct the count that is wrong")


def parts_make_the_year(model: Model) -> Iterator[Problem]:
    """Halves make the year, quarters make the year, and two quarters a half."""
    for line in LINES:
        year = input_of(model.facts, line.quantity)
        half, quarter = (input_of(model.facts, line.of(one)) for one in ("half", "quarter"))
        if line.stock or line.unit != "money" or not year:
            continue
        for dimension, name in (("half", half), ("quarter", quarter)):
            if not name:
                continue
            for company, label in sorted({(key[1], int(str(key[2])[:4])) for key in _own_keys(model, name)}):
                yield from _sum(model, year, (company, label), name, parts_of(dimension, label), dimension)
        if half and quarter:
            for _, company, label in _own_keys(model, half):
                first = 1 + 2 * (label[-1] == "2")
                both = [f"{label[:4]}Q{first}", f"{label[:4]}Q{first + 1}"]
                yield from _sum(model, half, (company, label), quarter, both, "quarter")


def signs_are_the_models(model: Model) -> Iterator[Problem]:
    """Costs, balances and share counts are positive; cash that only flows out is negative."""
    for key, found in model.facts.facts.items():
        named = line_of(key[0])
        fact = found[0]
        if named is None or named[0].sign == "either" or not own(fact) or not isinstance(fact.value, float):
            continue
        wanted = 1 if named[0].sign == "plus" else -1
        if fact.value * wanted < 0:
            yield Problem(
                f"{key[0]} of {_of(key[1:])} has the wrong sign: {fact.value:,.10g}",
                _place(fact),
                "costs and balances are positive here, cash that flows out is negative",
                "correct the figure, or write factor = -1 in the row of the card if the whole row is printed so",
            )


def periods_have_no_gap(model: Model) -> Iterator[Problem]:
    """A line that is stated for two periods is stated for every one between them; a gap of our source's own is no one's
    to answer for."""
    spans: dict[tuple[str, Any], list[Any]] = {}
    before: dict[tuple[str, Any], list[Any]] = {}
    mine: dict[tuple[str, Any], Fact] = {}
    for key, found in model.facts.facts.items():
        if line_of(key[0]) is not None:
            spans.setdefault((key[0], key[1]), []).append(key[2])
            if own(found[0]):
                mine[key[0], key[1]] = found[0]
            if not all(map(own, found)):
                before.setdefault((key[0], key[1]), []).append(key[2])
    for (name, company), fact in mine.items():
        dimension = model.facts.declarations[name].dimensions[1]
        labels = model.facts.labels[dimension]
        there = sorted(spans[name, company])
        between = labels[labels.index(there[0]) : labels.index(there[-1]) + 1]
        ours = before.get((name, company), [])
        lacking = [
            str(label) for label in between if label not in there and not (ours and min(ours) < label < max(ours))
        ]
        if lacking:
            yield Problem(
                f"{name} of {company} has no figure for {', '.join(lacking)}",
                _place(fact),
                f"it is stated for {there[0]} and for {there[-1]}, and each period is read after the one before",
                "add the missing period, or leave out what lies before it",
            )


def figures_stand_once(model: Model) -> Iterator[Problem]:
    """Two figures of a user's for one line and period differ only if the later one is dated later (a restatement)."""
    for key, found in model.facts.facts.items():
        if len(found) < 2 or line_of(key[0]) is None:
            continue
        mine = [fact for fact in found if own(fact) and fact.rank[0] == found[0].rank[0]]
        for one, other in itertools.combinations(mine, 2):
            assert isinstance(one.value, float)
            assert isinstance(other.value, float)
            same_kind = (one.known == "reported") == (other.known == "reported")
            if one.as_of == other.as_of and same_kind and one.value != other.value:
                yield Problem(
                    f"{key[0]} of {_of(key[1:])} stands twice: {other.value:,.10g} and {one.value:,.10g}, "
                    f"gap {one.value - other.value:+,.10g}",
                    f"{_place(other)} and {_place(one)}",
                    f"both are dated {one.as_of}: the periods overlap, or one is a restatement without a date",
                    "remove one, or put the restated figures into a table of their own with their own as_of",
                )


def tickers_are_of_one_company(model: Model) -> Iterator[Problem]:
    """No two companies share a ticker."""
    seen: dict[str, dict[str, Any]] = {}
    for card in model.facts.cards.get("company", {}).values():
        ticker = fold(card.get("ticker") or "")
        other = seen.setdefault(ticker, card) if ticker else card
        if other is not card:
            yield Problem(
                f"{card['name']} has the ticker {card['ticker']} of {other['name']}",
                str(card["file"]),
                f"the other card is {other['file']}",
                "correct one, or give the company the name it has on the other card",
            )


STATEMENT_CHECKS: tuple[Callable[[Model], Iterator[Problem]], ...] = (
    balance_sheets_balance,
    subtotals_add_up,
    cash_ties,
    book_value_rolls,
    retained_earnings_roll,
    fixed_assets_roll,
    share_counts_agree,
    share_classes_add_up,
    parts_make_the_year,
    signs_are_the_models,
    periods_have_no_gap,
    figures_stand_once,
    tickers_are_of_one_company,
)


# -- one tie ------------------------------------------------------------------------------------


def _tie(
    model: Model,
    printed: str,
    computed: str,
    what: str,
    without: set[tuple[Any, ...]] | frozenset[tuple[Any, ...]] = frozenset(),
    movement: str = "",
) -> Iterator[Problem]:
    """A printed quantity against what a formula makes of others, wherever the user stated one of them."""
    name = input_of(model.facts, printed)
    if not name or computed not in model.graph.roles:
        return
    graph = _plain(model).graph
    axes = graph.dimensions_of(computed)
    for labels in sorted(_touched(model, computed, name) - without, key=str):
        fact = model.facts.of(name, labels)
        if fact is None or not isinstance(fact.value, float):
            continue
        cell = graph.cell(computed, dict(zip(axes, labels, strict=True)))
        value = graph.value(cell)
        under = _facts_under(_plain(model), cell)
        if value is None or not under or not _judged(model, [fact, *under]):
            continue
        allowed = half_digit(fact) + _rounding(_plain(model), cell)
        gap = value - fact.value
        if abs(gap) <= allowed + ENOUGH * max(1.0, abs(fact.value)):
            continue
        unit = model.unit(computed, cell.labels)
        rests = ", ".join(f"{one.quantity} {one.value:,.10g}" for one in under)
        named = f"; or name the difference in a row of its own: {movement}" if movement else ""
        yield Problem(
            f"{what} for {_of(labels)}: gap {gap:+,.6g} {unit}",
            _place(fact),
            f"printed {fact.value:,.10g}, the lines give {value:,.10g} (from {rests}); rounding allows {allowed:.3g}",
            f"correct the line that is wrong{named}",
        )


def _sum(
    model: Model, whole: str, labels: tuple[Any, ...], part: str, parts: list[str], dimension: str
) -> Iterator[Problem]:
    """Parts of a period against the whole, where every one is stated."""
    facts = [model.facts.of(part, (labels[0], one)) for one in parts]
    year = model.facts.of(whole, labels)
    if year is None or any(fact is None for fact in facts):
        return
    found = [fact for fact in facts if fact is not None]
    total = math.fsum(fact.value for fact in found if isinstance(fact.value, float))
    if not isinstance(year.value, float) or not _judged(model, [year, *found]):
        return
    gap, allowed = total - year.value, half_digit(year) + sum(map(half_digit, found))
    if abs(gap) > allowed + ENOUGH * max(1.0, abs(year.value)):
        letter, _ = PARTS_OF_A_YEAR[dimension]
        yield Problem(
            f"{whole} of {_of(labels)} is not the sum of its {'halves' if letter == 'H' else 'quarters'}: gap {gap:+,.6g}",
            f"{_place(year)} and {_place(found[0])}",
            f"printed {year.value:,.10g}, {' + '.join(parts)} give {total:,.10g}; rounding allows {allowed:.3g}",
            "correct the period that is wrong; a period of a cumulative filing is the difference of two filings",
        )


def _plain(model: Model) -> Model:
    """The model of the same facts without scenario or what-if."""
    if not model.scenarios and not model.changes:
        return model
    key = ("plain",)
    if key not in model._family:
        model._family[key] = type(model)(model.facts, model.formulas)
    return model._family[key]


def _own_keys(model: Model, name: str) -> list[tuple[Any, ...]]:
    """Cells of an input for which the user states the figure, in order."""
    keys = [key for key, found in model.facts.facts.items() if key[0] == name and own(found[0])]
    return sorted(keys, key=str)


def _own_labels(model: Model, name: str) -> set[tuple[Any, ...]]:
    return {key[1:] for key in _own_keys(model, input_of(model.facts, name))}


def _touched(model: Model, computed: str, printed: str) -> set[tuple[Any, ...]]:
    """Labels at which a tie reads a figure of the user's: the printed one or one of its arguments."""
    formula = next(iter(model.graph.roles[computed].values()))
    names = {printed, *(input_of(model.facts, name) for name in formula.arguments)}
    nested = {name for name in formula.arguments if name in model.graph.roles}
    for name in nested:
        arguments = next(iter(model.graph.roles[name].values())).arguments
        names.update(input_of(model.facts, one) for one in arguments)
    by_name = _own_index(model)
    return {labels for name in names for labels in by_name.get(name, ())}


def _own_index(model: Model) -> dict[str, list[tuple[Any, ...]]]:
    """Labels of every line that the user states, by input."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, facts in model.facts.facts.items():
        if own(facts[0]) and line_of(key[0]) is not None:
            found.setdefault(key[0], []).append(key[1:])
    return found


def _facts_under(model: Model, cell: Cell) -> list[Fact]:
    """The figures of statements a cell rests on; none where it rests on something else (a growth, a payout)."""
    found = [one.given.origin for one in model.graph.facts_under(cell) if one.given is not None]
    facts = [one for one in found if isinstance(one, Fact)]
    if len(facts) < len(found) or any(line_of(fact.quantity) is None for fact in facts):
        return []
    return facts


def _judged(model: Model, facts: list[Fact]) -> bool:
    """Whether a tie is the user's to keep: one figure is theirs, every other theirs too or reported.

    Not where an actual has come in for one estimate and the others still stand as they were forecast.
    """
    if not any(map(own, facts)) or not all(own(fact) or fact.known == "reported" for fact in facts):
        return False
    estimates = [fact for fact in facts if _is_estimate(fact)]
    return not estimates or not any(_replaces_an_estimate(model, fact) for fact in facts if fact not in estimates)


def _is_estimate(fact: Fact) -> bool:
    return fact.known in ("estimated", "assumed")


def _replaces_an_estimate(model: Model, fact: Fact) -> bool:
    """Whether an estimate stood where a reported figure stands now."""
    axes = model.facts.declarations[fact.quantity].dimensions
    found = model.facts.facts[(fact.quantity, *(fact.labels[axis] for axis in axes))]
    return any(map(_is_estimate, found))


def half_digit(fact: Fact) -> float:
    """Half of the last digit a figure is given with."""
    if fact.half or not isinstance(fact.value, float):
        return fact.half
    decimals = len(f"{fact.value:.10f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals


def _rounding(model: Model, cell: Cell) -> float:
    """How far a cell may move within the rounding of the figures it rests on."""
    if cell.node is None:
        return 0.0
    slopes = model.graph.tape.slopes(cell.node)
    return sum(
        abs(slopes.get(one.node, 0.0)) * half_digit(one.given.origin)
        for one in model.graph.facts_under(cell)
        if one.node is not None and one.given is not None and isinstance(one.given.origin, Fact)
    )


def _of(labels: tuple[Any, ...]) -> str:
    return " ".join(str(label) for label in labels)


def _place(fact: Fact) -> str:
    """The file a figure stands in, and its line: of a cell of a table the CSV, whose first column is the line."""
    file = f"{fact.file.removesuffix('.toml')}.csv" if fact.printed else fact.file
    return f"{file}, {fact.source.partition('#')[2]}"


__all__ = ["STATEMENT_CHECKS", "half_digit", "own"]
