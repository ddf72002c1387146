"""Speed of the market: every quarter of ten vendors with all constraints, once, in many draws, and its exact slopes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference import Told, timed
from siliconomics.core import Cell
from siliconomics.model import Model, load

DRAWS = 10_000
YEARS = range(2024, 2031)
ANSWERS = ("units_shipped", "unit_stock", "die_bank")


def answers_of(model: Model) -> list[Cell]:
    """Deliveries, stocks and banks of every product and quarter, and what all of them are worth."""
    graph = model.graph
    found = [graph.cell("domestic_shipped_value_usd_bn", {"year": year}) for year in YEARS]
    found += [graph.cell(name, labels) for name in ANSWERS for labels in graph.every(name)]
    return [cell for cell in found if cell.node is not None]


def market_rows() -> Iterator[Told]:
    """The solve, compiled; draws with every fact free; all slopes of one answer; the graph built anew."""
    model = load(checked=False)
    answers = answers_of(model)
    facts = {
        id(fact): fact
        for answer in answers
        for fact in model.graph.facts_under(answer)
        if fact.given and fact.node not in model.graph.tape.fixed
    }
    free = list(facts.values())
    values = [fact.given.value for fact in free if fact.given]
    program = model.program(answers, free)
    supplied = [cell for cell in answers if cell.name == "units_shipped" and model.graph.value(cell)]
    vendors = {model.graph.word("chip_maker", cell.labels) for cell in supplied}
    question = f"supply 2024-2030 by quarter: {len(answers)} figures of {len(vendors)} makers, {len(free)} facts free"
    yield (
        question,
        "ours, compiled",
        timed(lambda: program(values)),
        None,
        "",
        "< 20 ms",
        "wafers to deliveries, with stocks",
    )
    random = np.random.default_rng(1)
    columns = [np.full(DRAWS, value) * random.uniform(0.97, 1.0, DRAWS) for value in values]
    timed_draws = timed(lambda: program.draws(columns))
    yield f"{DRAWS:,} draws of the same", "ours, compiled", timed_draws, None, "", "< 5 s, aim 2 s", "every fact free"
    place = next(i for i, cell in enumerate(answers) if cell.name == "domestic_shipped_value_usd_bn")
    yield (
        "slopes of one year's value to all facts",
        "ours, compiled",
        timed(lambda: program.gradient(values, place)),
        None,
        "",
        "",
        "exact",
    )
    yield (
        question,
        "ours, graph built anew",
        timed(lambda: answers_of(load(checked=False))),
        None,
        "",
        "",
        "facts from their cache",
    )


COVERED = ("Cambricon", "MetaX", "Iluvatar")


def wired_rows() -> Iterator[Told]:
    """From wafers and spending to vendors' revenue and price targets, orders and prices included: one solve, and draws."""
    model = load(checked=False, scenario="wired")
    graph = model.graph
    asked = [
        ("vendor_revenue_usd_bn", {"company": one, "year": year})
        for one in graph.labels_of("company")
        for year in YEARS
    ]
    asked += [("price_target", {"company": one}) for one in COVERED]
    answers = [cell for cell in (graph.cell(name, labels) for name, labels in asked) if cell.node is not None]
    facts = {id(fact): fact for answer in answers for fact in graph.facts_under(answer) if fact.given}
    free = [
        fact
        for fact in facts.values()
        if fact.node not in graph.tape.fixed
        and model.facts.declarations[fact.name].chapter.startswith(("market", "drivers"))
    ]  # the search for a layout of every chip in every draw is the inference chapter's own row
    values = [fact.given.value for fact in free if fact.given]
    program = model.program(answers, free)
    question = f"wired, 2024-2030: {len(answers)} revenues and targets, {len(free)} facts of market and drivers free"
    yield (
        question,
        "ours, compiled",
        timed(lambda: program(values)),
        None,
        "",
        "< 20 ms",
        "choice, supply, prices, companies",
    )
    random = np.random.default_rng(1)
    columns = [np.full(DRAWS, value) * random.uniform(0.995, 1.0, DRAWS) for value in values]
    taken = timed(lambda: program.draws(columns))
    yield f"{DRAWS:,} draws of the same", "ours, compiled", taken, None, "", "< 5 s, aim 2 s", ""
