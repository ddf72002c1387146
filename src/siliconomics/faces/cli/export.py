"""The commands of export rules: the status of a chip at a date, and what the rules make of claimed routes."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest

from .app import AsJson, FactsFolders, _model, app
from .records import print_json

DateOf = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day of which the rules are asked.")]
APPROVED = {"approved": True, "authorised": True, "authorized": True, "other": False}
PACKAGERS = {"trusted": True, "other": False}


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
    rates = _rates(tflops, study.BITS, problems)
    areas = [_number("--die-mm2", one, problems) for one in die_mm2]
    given = study.Given(
        area_mm2=math.fsum(areas) if areas else None,
        memory_gb_s=_optional("--dram-gb-s", dram_gb_s, problems, zero=True),
        links_gb_s=_optional("--io-gb-s", io_gb_s, problems, zero=True),
        transistors_bn=_optional("--transistors-bn", transistors_bn, problems),
        hbm=hbm,
        stack_gb_s=_optional("--stack-gb-s", stack_gb_s, problems, zero=True),
        stack_mm2=_optional("--stack-mm2", stack_mm2, problems),
        node_nm=_optional("--node-nm", node_nm, problems),
        planar=planar,
        data_centre=data_centre,
        designer_approved=_choice("--designer", designer, APPROVED, problems),
        packager_approved=_choice("--packager", packager, PACKAGERS, problems),
        designer_country=_country(designer_country, problems),
        foundry=_foundry(foundry, study.foundries(), problems),
    )
    day = _day(date, problems)
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
    inverses = _inverse(study, known, rules, specs, day) if inverse else None
    if as_json:
        told = found.as_dict()
        if inverses is not None:
            told["inverse"] = inverses
        print_json(told)
        return
    _print(found, inverses)


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
    day = _day(date, problems)
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
    _print_routes(rules.notice, day, found)


# -- what was asked -----------------------------------------------------------------------------


def _items(given: list[str]) -> list[str]:
    return [part.strip() for one in given for part in one.split(",")]


def _number(option: str, text: str, problems: list[Problem], zero: bool = False) -> float:
    """A positive finite number; anything else is a problem."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and (value > 0 or (zero and value == 0)) and value < 1e15:
        return value
    least = "0 or more" if zero else "more than 0"
    problems.append(
        Problem(
            f"{option} {text!r} is not a number of {least}",
            remedy="write a plain number with a point; leave the option out where the figure is unknown",
        )
    )
    return math.nan


def _optional(option: str, text: str | None, problems: list[Problem], zero: bool = False) -> float | None:
    return None if text is None else _number(option, text, problems, zero)


def _rates(given: list[str], bits: dict[str, int], problems: list[Problem]) -> dict[str, float]:
    rates: dict[str, float] = {}
    for item in _items(given):
        name, equals, value = item.partition("=")
        precision = name.strip().casefold()
        if not equals or not precision or not value.strip():
            problems.append(
                Problem(f"--tflops {item!r} is not of the form precision=TFLOPS", remedy="write --tflops fp16=989.5")
            )
        elif precision not in bits:
            problems.append(
                Problem(
                    f"--tflops {item!r}: there is no precision {name.strip()!r}",
                    why="its bit length is needed",
                    remedy=nearest(precision, bits),
                )
            )
        elif precision in rates:
            problems.append(Problem(f"--tflops names {precision} twice", remedy="give its dense figure once"))
        else:
            rates[precision] = _number(f"--tflops {precision}", value.strip(), problems)
    return rates


def _choice(option: str, text: str | None, known: dict[str, bool], problems: list[Problem]) -> bool | None:
    if text is None:
        return None
    if text.strip().casefold() not in known:
        problems.append(Problem(f"{option} {text!r} is not one of {', '.join(known)}", remedy=nearest(text, known)))
        return None
    return known[text.strip().casefold()]


def _foundry(text: str | None, known: dict[str, str], problems: list[Problem]) -> str | None:
    if text is None:
        return None
    found = next((name for name in known if name.casefold() == text.strip().casefold()), None)
    if found is None:
        problems.append(
            Problem(
                f"--foundry: there is no foundry {text!r}",
                why="the country that it stands in is needed",
                remedy=nearest(text, known),
            )
        )
    return found


def _country(text: str | None, problems: list[Problem]) -> str | None:
    if text is None:
        return None
    if not re.fullmatch("[A-Za-z]{2}", text.strip()):
        problems.append(
            Problem(f"--designer-country {text!r} is not a country's two letters", remedy="write for example CN or TW")
        )
        return None
    return text.strip().upper()


def _day(text: str, problems: list[Problem]) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        what = f"--date {text!r} is not a day" if text else "--date is missing"
        problems.append(Problem(what, why="rules come and go by the day", remedy="write for example --date 2025-05-01"))
        return dt.date.min


# -- what is told -------------------------------------------------------------------------------


def _inverse(study: Any, facts: Any, rules: Any, specs: Any, day: dt.date) -> dict[str, Any]:
    """Bounds as plain numbers; null where nothing holds it or where it cannot be told, with which of the two."""
    told: dict[str, Any] = {"note": "a chip must stay below the throughput, its dies must exceed the area"}
    for outside in ("a or b", "a"):
        found = study.largest(rules, specs, day, outside)
        area = study.smallest_area(rules, specs, day, outside)
        free = found.below_tpp is not None and math.isinf(found.below_tpp)
        told[f"outside 3A090.{outside}"] = {
            "die_mm2": specs.area_mm2,
            "tpp_below": None if free else found.below_tpp,
            "tpp_unlimited": free,
            "only_a_floor": found.below_tpp is not None and not free and specs.area_mm2 is None and not specs.planar,
            "tflops_below": {}
            if free or found.below_tpp is None
            else {precision: found.below_tflops(precision) for precision in ("fp16", "fp8", "int8", "fp4")},
            "tpp": specs.performance.value,
            "die_mm2_above": None if area is None or math.isinf(area) else area,
            "no_area_is_enough": area is not None and math.isinf(area),
        }
    die = study.largest_die_mm2(facts, rules, specs, day)
    told["within the foundry limit"] = {
        "node_nm": specs.node_nm,
        "die_mm2_below": None if die is None else die[1],
        "die_mm2_below_low": None if die is None else die[0],
        "die_mm2_below_high": None if die is None else die[2],
    }
    return told


SHORT = {
    "total_processing_performance": "TPP",
    "performance_density": "PD",
    "memory_and_interconnect_bandwidth_gb_s": "memory + links GB/s",
    "memory_bandwidth_gb_s": "memory GB/s",
    "interconnect_bandwidth_gb_s": "links GB/s",
    "hbm_bandwidth_density_gb_s_per_mm2": "GB/s per mm2",
    "transistors_bn": "transistors bn",
}


def _short(test: str) -> str:
    """A test as a table has room for it."""
    for name, short in SHORT.items():
        test = test.replace(name, short)
    return test.replace("_", " ")


def _figure(value: float | None, digits: int = 6) -> str:
    return "unknown" if value is None else f"{value:,.{digits}g}"


def _between(measure: Any, digits: int = 6) -> str:
    """A figure, with its ends where they differ."""
    if measure.value is None or measure.low == measure.high or math.isinf(measure.high):
        return _figure(measure.value, digits)
    return f"{_figure(measure.value, digits)} ({_figure(measure.low, digits)} to {_figure(measure.high, digits)})"


def _print(found: Any, inverses: dict[str, Any] | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    specs = found.specs
    console.print(
        f"{specs.name or 'chip of the given figures'} on {found.date}: {found.status}", style="bold", markup=False
    )
    console.print(
        f"total processing performance {_between(specs.performance)}; performance density {_between(specs.density)};"
        f" transistors {_between(specs.transistors_bn)} bn",
        markup=False,
    )
    if found.records:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("rule", "status", "binding test", "value", "margin"):
            right, whole = heading in ("value", "margin"), heading in ("rule", "status")
            table.add_column(heading, justify="right" if right else "left", no_wrap=whole, overflow="fold")
        for record in found.records:
            told = record.as_dict()
            table.add_row(
                told["rule"] + ("" if told["enforced"] else " *"),
                told["status"],
                _short(told["binding_test"]),
                _figure(told["value"]) if told["threshold"] is not None else "",
                _figure(told["margin"]) if told["margin"] is not None else "",
            )
        console.print(table)
        if any(not record.enforced for record in found.records):
            console.print("* in effect as text, not enforced on this day", style="dim", markup=False)
        for record in found.records:
            if record.missing:
                console.print(f"{record.rule.id}: unknown without {', '.join(record.missing)}", markup=False)
            elif record.holds:
                console.print(f"{record.rule.id}: {record.outcome}", markup=False)
    for outside, one in (inverses or {}).items():
        if outside != "note":
            console.print(f"{outside}: {_inverse_words(one)}", markup=False)
    for note in found.notes:
        console.print(f"note: {note}", style="dim", markup=False)
    console.print("margin is the room left below a threshold, negative beyond it", style="dim", markup=False)
    console.print(found.rules.notice, style="dim", markup=False)


def _inverse_words(one: dict[str, Any]) -> str:
    if "node_nm" in one:
        low, value, high = (one[f"die_mm2_below{end}"] for end in ("_low", "", "_high"))
        if value is None:
            return "unknown without node_nm, or no such limit in effect"
        return f"at {one['node_nm']:g} nm dies below {value:,.0f} mm2 ({low:,.0f} to {high:,.0f}), estimated"
    area = f"on {_figure(one['die_mm2'])} mm2" if one["die_mm2"] is not None else "with the area unknown"
    if one["tpp_unlimited"]:
        first = "no throughput is too much"
    elif one["tpp_below"] is None:
        first = f"{area} no throughput is surely outside"
    else:
        rates = ", ".join(f"{name} {_figure(rate)}" for name, rate in one["tflops_below"].items())
        first = f"{area} below {_figure(one['tpp_below'])} in total, TFLOPS {rates}"
    if one["tpp"] is None:
        return first
    if one["no_area_is_enough"]:
        return f"{first}; no area is enough for {_figure(one['tpp'])}"
    if one["die_mm2_above"] is None:
        return first
    return f"{first}; {_figure(one['tpp'])} needs more than {_figure(one['die_mm2_above'])} mm2"


def _print_routes(notice: str, day: dt.date, found: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"Claimed routes held against the rules on {day}", style="bold", markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", "claim", "transistors, bn", "at launch", "verdict", "supply risk"):
        table.add_column(heading, justify="left", overflow="fold")
    tested = [one for one in found if one.risk is not None]
    for one in tested:
        risk = f"{one.risk:.2f} ({one.risk_low:.2f} to {one.risk_high:.2f})"
        counted = _between(one.finding.specs.transistors_bn, 3)
        table.add_row(one.chip, one.claim, counted, one.at_launch, one.verdict, risk)
    console.print(table)
    for why in dict.fromkeys(one.why for one in tested):
        console.print(f"{', '.join(one.chip for one in tested if one.why == why)}: {why}", markup=False)
    for verdict in dict.fromkeys(one.verdict for one in found if one.risk is None):
        names = ", ".join(one.chip for one in found if one.risk is None and one.verdict == verdict)
        console.print(f"{verdict}: {names}", markup=False)
    console.print(
        "risk: chance within two years that export rules cut the supply; its levels are assumptions", style="dim"
    )
    console.print(notice, style="dim", markup=False)
