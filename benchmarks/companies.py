"""Speed of the company models: one driver changed, every statement line and the target read again; all cases at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from inference import Told, timed
from siliconomics.facts.statement_lines import LINES
from siliconomics.model import Model, load

COMPANIES = ("Iluvatar", "Cambricon", "MetaX")
"""The first has all three statements by year, and by half year too."""


def _answers(model: Model, company: str) -> list[object]:
    """Every known line of every statement, by year and by half, and the target."""
    found = [model.graph.cell("price_target", {"company": company})]
    for line in (one.of(dimension) for one in LINES for dimension in ("year", "half")):
        if not model.graph.exists(line):
            continue
        found += [model.graph.cell(line, labels) for labels in model.graph.every(line, {"company": company})]
    return [cell for cell in found if cell.node is not None]


def company_rows() -> Iterator[Told]:
    """What-ifs by the compiled record of one company; the cases by their overlays, graphs built anew."""
    model = load(scenario="from-drivers", checked=False)
    answers = _answers(model, COMPANIES[0])
    under = {one.key: one for answer in answers for one in model.graph.facts_under(answer)}
    facts = [one for one in under.values() if one.given and one.node not in model.graph.tape.fixed]
    program = model.program(answers, facts)
    values = [one.given.value for one in facts]
    question = f"what-if of one company: {len(answers)} figures, {len(facts)} drivers and facts free"
    note = "three statements to 2038 and by half year, and the valuation"
    yield question, "ours, compiled", timed(lambda: program(values)), None, "", "< 5 ms", note
    first = facts[0]
    steps = itertools.count(1)

    def what_if() -> None:
        held = model.change(first.name, first.given.value * (1 + next(steps) / 1e4), **first.labels)
        graph = model.with_changes(held).graph
        for answer in answers:
            graph.value(graph.cell(answer.name, answer.labels))

    yield (
        question,
        "ours, a what-if of the model",
        timed(what_if),
        None,
        "",
        "< 5 ms",
        "as `solve` and the pages ask it",
    )

    def anew() -> None:
        held = model.change(first.name, first.given.value, **first.labels)
        _answers(Model(model.facts, model.formulas, model.scenarios, (held,)), COMPANIES[0])

    yield question, "ours, graph built anew", timed(anew), None, "", "", ""
    cases = [load(scenario=f"case-{name}", checked=False) for name in ("bull", "base", "bear")]
    programs = []
    for case in cases:
        for company in COMPANIES:
            cell = case.graph.cell("price_target", {"company": company})
            moving = [
                one for one in case.graph.facts_under(cell) if one.given and one.node not in case.graph.tape.fixed
            ]
            programs.append((case.program([cell], moving), [one.given.value for one in moving]))

    def all_cases() -> None:
        for one, at in programs:
            one(at)

    yield (
        "three cases x three companies",
        "ours, compiled",
        timed(all_cases),
        None,
        "",
        "< 30 ms",
        "targets, all facts free",
    )


if __name__ == "__main__":
    for question, by, seconds, _, _, aim, note in company_rows():
        print(f"{question}: {by} {seconds * 1000:.3f} ms (aim {aim}); {note}")
