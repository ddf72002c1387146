"""The command of ranking: economics x execution, and how robust each rank is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scheduler, _model, app
from .records import print_json

SURE = 0.8
"""Two neighbours are told apart where one is ahead in this share of the draws."""

Segment = Annotated[str, typer.Option("--segment", help="Whose choice: cloud, sovereign or startups.")]
Chips = Annotated[bool, typer.Option("--chips", help="Rank chips.")]
Vendors = Annotated[bool, typer.Option("--vendors", help="Rank makers, each with the chip that stands for it.")]
Generation = Annotated[str, typer.Option("--generation", help="Which chip stands for a maker: now or next.")]
Draws = Annotated[int, typer.Option("--draws", help="How many draws of weights, evidence and economics.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same draws.")]
Weights = Annotated[
    str | None,
    typer.Option("--weights", metavar="CRITERION=SHARE,...", help="Your own weights; they add up to one and are held."),
]


@app.command("rank")
def rank_(
    segment: Segment = "cloud",
    chips: Chips = False,
    vendors: Vendors = False,
    generation: Generation = "now",
    weights: Weights = None,
    draws: Draws = 10_000,
    seed: Seed = 1,
    scheduler: Scheduler = "",
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Who is ahead for which buyer on economics and execution, how surely, and what would change it."""
    from siliconomics.studies import ranking
    from siliconomics.studies.workers import crew

    if chips and vendors:
        raise BadRequest(
            Problem("--chips and --vendors exclude each other", remedy="choose one; vendors is the default")
        )
    if chips and generation != "now":
        what = "--generation says which chip stands for a maker; --chips ranks the chips themselves"
        raise BadRequest(Problem(what, remedy="leave one of the two out"))
    model = _model(facts, [], [])
    found = ranking.rank(
        model,
        segment,
        chips=chips,
        generation=generation,
        draws=draws,
        seed=seed,
        by_hand=weights,
        crew=crew(scheduler),
    )
    other = ranking.otherwise(model, segment, chips=chips, generation=generation, by_hand=weights)
    if as_json:
        print_json(records(found, other))
        return
    _print(found, other)


# -- records ----------------------------------------------------------------------------------


def records(found: Any, other: Any) -> list[dict[str, Any]]:
    """Plain numbers for other programs; unknown is null."""
    return [_record(found, place, other) for place in found.places]


def _record(found: Any, place: Any, other: Any) -> dict[str, Any]:
    one = place.alternative
    behind = _next(found.places, place)
    return {
        "name": one.name,
        "rank": place.rank,
        "group": place.group,
        "score": place.score,
        "low": place.low,
        "high": place.high,
        "rank_low": place.rank_low,
        "rank_high": place.rank_high,
        "rank_acceptability": list(place.acceptability),
        "rank_acceptability_any_weights": list(place.acceptability_any),
        "segment": found.segment,
        "company": one.company,
        "chip": one.chip,
        "architecture": one.architecture,
        "chip_stands_because": one.stands,
        "economics": place.economics,
        "execution": place.execution,
        "chance_strong_in_both": place.strong_in_both,
        "central_weights": place.central_weights,
        "confidence": place.confidence,
        "next": behind.alternative.name if behind else None,
        "chance_ahead_of_next": place.ahead_of_next,
        "swap_with_next": {
            "score": _score(place.score_swap),
            "judgement": _score(place.judgement_swap),
            "weight": place.weight_swap
            and {
                "take_from": place.weight_swap.take_from,
                "give_to": place.weight_swap.give_to,
                "share": place.weight_swap.share,
            },
        },
        "gap_to_next_hangs_on": [{"criterion": name, "share": share} for name, share in place.hangs_on],
        "dominates": list(place.dominates),
        "unknown_share": place.unknown_share,
        "assumed_share": place.assumed_share,
        "purchase": {
            "state": one.purchase.state,
            "date": one.purchase.date,
            "source": one.purchase.source,
            "why": one.purchase.why,
        },
        "foundry_route": place.route
        and {
            "verdict": place.route.verdict,
            "why": place.route.why,
            "supply_risk": place.route.risk,
            "supply_risk_low": place.route.risk_low,
            "supply_risk_high": place.route.risk_high,
            "source": place.route.source or None,
        },
        "other_use_than_language_models": None if place.other_use == "unknown" else place.other_use,
        "criteria": [
            {
                "criterion": part.criterion,
                "axis": part.axis,
                "weight": part.weight,
                "value": part.value if part.known else None,
                "low": part.low,
                "high": part.high,
                "known": part.grade,
                "figure": part.figure,
                "figure_unit": part.unit,
                "rests_on": part.basis,
            }
            for part in place.parts
        ],
        "otherwise": {said: {"group": ranks[one.name][0], "rank": ranks[one.name][1]} for said, ranks in other.items()},
        "source_calls": [
            {
                "preferred": call.preferred,
                "behind": call.behind,
                "source": call.source,
                "chance": call.chance,
                "verdict": call.verdict,
            }
            for call in found.calls
            if one.name in (call.preferred, call.behind)
        ],
        "generation": found.generation if found.what == "vendors" else None,
        "draws": found.draws,
        "seed": found.seed,
        "weights": found.weights.why,
    }


def _score(change: Any) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"who": change.who, "criterion": change.criterion, "now": change.now, "then": change.then}


def _next(places: Sequence[Any], place: Any) -> Any:
    return next((one for one in places if one.group == place.group and one.rank == place.rank + 1), None)


# -- tables -----------------------------------------------------------------------------------


def _print(found: Any, other: Any) -> None:
    from siliconomics.studies import ranking

    from .show import _console

    console = _console()
    console.print(f"[bold]Economics x execution for {ranking.SAID.get(found.segment, found.segment)}[/]")
    stands = "each maker by its chip in volume" if found.generation == "now" else "each maker by its next chip"
    told = [stands] if found.what == "vendors" else []
    told += [
        f"steps 1 to 5, economics: {found.reference} is 3 and a step a factor of {found.factor:g}",
        f"{found.draws:,} draws, seed {found.seed}",
        f"weights: {found.weights.why}",
    ]
    console.print("; ".join(told), style="dim", markup=False)
    console.print(
        "econ., exec.: place on the map; 80%: range of rank, of score; first: chance of being first; any: the same "
        "under any weights; both: chance of standing above 3 on both axes",
        style="dim",
        markup=False,
    )
    for group, said in ranking.GROUPS.items():
        places = [place for place in found.places if place.group == group]
        if places:
            console.print(f"\n[bold]{said}[/]")
            console.print(_table(found, places))
            for place in places:
                _between(console, place, _next(found.places, place))
    _details(console, found, other)


def _table(found: Any, places: Sequence[Any]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("80%", no_wrap=True)
    for heading in ("maker", "chip") if found.what == "vendors" else ("chip", "maker"):
        table.add_column(heading, overflow="fold")
    for heading in ("econ.", "exec.", "score", "80%", "first", "any", "both"):
        table.add_column(heading, justify="right", no_wrap=True)
    for place in places:
        one = place.alternative
        table.add_row(
            str(place.rank),
            f"{place.rank_low}-{place.rank_high}",
            one.name,
            (one.chip or "unknown") if found.what == "vendors" else one.company,
            _step(place, "economics"),
            _step(place, "execution"),
            f"{place.score:.2f}",
            f"{place.low:.1f}-{place.high:.1f}",
            f"{place.acceptability[0]:.0%}",
            f"{place.acceptability_any[0]:.0%}",
            "" if place.strong_in_both is None else f"{place.strong_in_both:.0%}",
        )
    return table


def _step(place: Any, axis: str) -> str:
    """Position on an axis; a dash where no criterion of it has weight."""
    if all(part.axis != axis for part in place.parts):
        return "-"
    value = getattr(place, axis)
    return "unknown" if value is None else f"{value:.2f}"


def _between(console: Any, place: Any, behind: Any) -> None:
    """What stands between an alternative and the next, and what would swap them."""
    if behind is None:
        return
    said = [f"ahead in {place.ahead_of_next:.0%} of draws"]
    if place.hangs_on:
        said.append("the gap hangs on " + ", ".join(f"{name} {share:.0%}" for name, share in place.hangs_on[:2]))
    changes = [_change(one) for one in dict.fromkeys((place.score_swap, place.judgement_swap)) if one]
    if place.weight_swap:
        moved = place.weight_swap
        changes.append(f"{moved.share:.3f} of weight from {moved.take_from} to {moved.give_to}")
    said.append("would swap: " + ("; or ".join(changes) if changes else "no single score, no single move of weight"))
    names = f"{place.alternative.name} / {behind.alternative.name}"
    console.print(f"  {names}: {'; '.join(said)}", style="dim", markup=False)


def _change(change: Any) -> str:
    return f"{change.criterion} of {change.who} {change.now:.2f} -> {change.then:.2f}"


def _details(console: Any, found: Any, other: Any) -> None:
    console.print()
    for place in found.places:
        lacking = [part.criterion for part in place.parts if not part.known]
        if lacking:
            said = f"unknown of {place.alternative.name} ({place.unknown_share:.0%} of weight): {', '.join(lacking)}"
            console.print(said, style="dim", markup=False)
        if place.dominates:
            console.print(
                f"{place.alternative.name} is ahead of {', '.join(place.dominates)} whatever the weights",
                markup=False,
            )
        if place.other_use != "unknown":
            said = f"{place.alternative.name}: proven in other use than language models: {place.other_use}"
            console.print(f"{said}; no part of the score", style="dim", markup=False)
    for said, ranks in other.items():
        moved = [
            f"{place.alternative.name} {place.rank} -> {ranks[place.alternative.name][1]}"
            for place in found.places
            if ranks[place.alternative.name] != (place.group, place.rank)
        ]
        console.print(f"{said}: {', '.join(moved) if moved else 'no rank changes'}", markup=False)
    mapped = [place for place in found.places if place.economics is not None and place.execution is not None]
    pairs = [place.ahead_of_next for place in mapped if place.ahead_of_next is not None]
    if pairs:
        sure = sum(share >= SURE for share in pairs)
        console.print(
            f"{sure} of {len(pairs)} pairs of neighbours on the map are told apart in {SURE:.0%} of draws or more",
            markup=False,
        )
    for call in found.calls:
        chance = "" if call.chance is None else f"so in {call.chance:.0%} of draws, "
        said = f"The source puts {call.preferred} before {call.behind} ({call.source}): {chance}{call.verdict}"
        console.print(said, markup=False)
    first = found.places[0]
    console.print(
        f"Weights, levels of evidence and the scale are judgements: of the weight on {first.alternative.name},"
        f" {first.assumed_share:.0%} rests on assumed figures or levels and {first.unknown_share:.0%} on nothing known."
        " `--json` names what each criterion rests on.",
        style="dim",
        markup=False,
    )
