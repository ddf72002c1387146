"""The commands of export rules: the status of a chip at a date, and what the rules make of claimed routes."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from siliconomics.core import BadRequest, Problem

from ..app import AsJson, FactsFolders, _model, app
from ..records import print_json
from .asked import APPROVED, PACKAGERS, choice, country, day_of, foundry_of, number, optional, rates_of
from .told import bounds, show_routes, show_status

DateOf = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day of which the rules are asked.")]


@app.command("export-status")
def export_status_(
    chip: Annotated[str | None, typer.Option("--chip", help="A chip by its card or its row in the open table.")] = None,
    tflops: Annotated[
        list[str],
        typer.Option(
            "--tflops", metavar="PRECISION=TFLOPS", help="Dense throughput, as fp16=989.5; repeat, or commas."
        ),
    ] = [],
    die_mm2: Annotated[
        list[str],
        typer.Option("--die-mm2", metavar="MM2", help="Area of a logic die; repeat for several, which are added up."),
    ] = [],
    dram_gb_s: Annotated[str | None, typer.Option("--dram-gb-s", help="Memory bandwidth of the package, GB/s.")] = None,
    io_gb_s: Annotated[
        str | None, typer.Option("--io-gb-s", help="Bandwidth over all links, both directions added, GB/s.")
    ] = None,
    transistors_bn: Annotated[
        str | None, typer.Option("--transistors-bn", help="Transistors of the package, billions.")
    ] = None,
    node_nm: Annotated[str | None, typer.Option("--node-nm", help="Number in the node's name.")] = None,
    planar: Annotated[bool | None, typer.Option("--planar/--non-planar", help="Transistors of the logic dies.")] = None,
    hbm: Annotated[bool | None, typer.Option("--hbm/--no-hbm", help="Whether the package holds HBM.")] = None,
    stack_gb_s: Annotated[str | None, typer.Option("--stack-gb-s", help="A memory stack on its own: GB/s.")] = None,
    stack_mm2: Annotated[str | None, typer.Option("--stack-mm2", help="A memory stack on its own: mm2.")] = None,
    data_centre: Annotated[
        bool | None,
        typer.Option("--data-centre/--not-data-centre", help="Designed or marketed for data centres; yes if not said."),
    ] = None,
    designer: Annotated[
        str | None, typer.Option("--designer", help="approved, authorised or other; other if not said.")
    ] = None,
    designer_country: Annotated[
        str | None, typer.Option("--designer-country", help="Country of the designer, two letters, as CN.")
    ] = None,
    foundry: Annotated[
        str | None, typer.Option("--foundry", help="Maker of the wafer, as TSMC; one in China may attest nothing.")
    ] = None,
    packager: Annotated[
        str | None,
        typer.Option(
            "--packager",
            help="trusted (the foundry or an approved packager, not in China) or other; trusted if not said.",
        ),
    ] = None,
    date: DateOf = "",
    inverse: Annotated[
        bool, typer.Option("--inverse", help="Also the largest chip outside, and the smallest area.")
    ] = False,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Which US export rules hold of a chip at a date, by which test and margin. No legal advice."""
    from siliconomics.studies import export as study

    problems: list[Problem] = []
    rates = rates_of(tflops, study.BITS, problems)
    areas = [number("--die-mm2", one, problems) for one in die_mm2]
    given = study.Given(
        area_mm2=math.fsum(areas) if areas else None,
        memory_gb_s=optional("--dram-gb-s", dram_gb_s, problems, zero=True),
        links_gb_s=optional("--io-gb-s", io_gb_s, problems, zero=True),
        transistors_bn=optional("--transistors-bn", transistors_bn, problems),
        hbm=hbm,
        stack_gb_s=optional("--stack-gb-s", stack_gb_s, problems, zero=True),
        stack_mm2=optional("--stack-mm2", stack_mm2, problems),
        node_nm=optional("--node-nm", node_nm, problems),
        planar=planar,
        data_centre=data_centre,
        designer_approved=choice("--designer", designer, APPROVED, problems),
        packager_approved=choice("--packager", packager, PACKAGERS, problems),
        designer_country=country(designer_country, problems),
        foundry=foundry_of(foundry, study.foundries(), problems),
    )
    day = day_of(date, problems)
    stack = given.stack_gb_s is not None or given.stack_mm2 is not None
    if chip is not None and tflops:
        problems.append(
            Problem(
                "--chip and --tflops are both given",
                why="a chip's card has its own throughput, and the two could differ",
                remedy="leave one out; other figures, as --die-mm2, may go with --chip and then replace the card's",
            )
        )
    if chip is None and not tflops and not stack:
        problems.append(
            Problem(
                "neither a chip nor its throughput is given",
                why="the rules start from total processing performance",
                remedy="write --chip H20, or --tflops fp16=989.5 --die-mm2 814 --dram-gb-s 4800",
            )
        )
    if problems:
        raise BadRequest(*problems)
    known = _model(facts, [], []).facts
    rules = study.read_rules(known)
    if chip is not None:
        specs = study.of_chip(known, chip, given)
    elif rates:
        specs = study.of_figures(known, rates, given)
    else:
        specs = study.of_stack(known, given)
    found = study.decide(rules, specs, day)
    inverses = bounds(study, known, rules, specs, day) if inverse else None
    if as_json:
        told = found.as_dict()
        if inverses is not None:
            told["inverse"] = inverses
        print_json(told)
        return
    show_status(found, inverses)


@app.command("foundry-routes")
def foundry_routes_(
    date: DateOf = "2026-04-24",
    chip: Annotated[str | None, typer.Option("--chip", help="Only this chip.")] = None,
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Each product's claimed foundry, held against the foundry rule; the risk to its supply. No legal advice."""
    from siliconomics.studies import export as study

    problems: list[Problem] = []
    day = day_of(date, problems)
    if problems:
        raise BadRequest(*problems)
    known = _model(facts, [], []).facts
    rules = study.read_rules(known)
    found = study.routes(known, rules, day)
    if chip is not None:
        label = known.label("chip", chip)
        found = [one for one in found if one.chip == label]
        if not found:
            raise BadRequest(
                Problem(
                    f"no source here states a foundry or a node for {label}",
                    remedy="add foundry, process_node_nm and foreign_foundry_share to its card (--facts)",
                )
            )
    if as_json:
        told = {"notice": rules.notice, "date": str(day), "routes": [one.as_dict() for one in found]}
        print_json(told)
        return
    show_routes(rules.notice, day, found)


__all__ = ["export_status_", "foundry_routes_"]
