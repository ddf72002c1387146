"""The command of training: days, chip-hours, energy and cost of a run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem

from .app import AsJson, FactsFolders, Scenario, Set, _model, app
from .from_facts import FromFacts
from .records import print_json
from .sizing import _checked, _label, place_of

OPTIONS = {
    "training_chips": "--chips",
    "trained_parameters": "--parameters-bn",
    "training_tokens": "--tokens-tn",
    "stated_training_work_tflop": "--flops",
    "training_utilisation": "--mfu",
    "rental_price_usd_per_chip_hour": "--usd-per-chip-hour",
    "checkpoint_time_s": "--checkpoint-s",
    "restart_time_s": "--restart-s",
    "chip_time_between_failures_h": "--mtbf-h",
}
BILLION, TRILLION = 1e9, 1e12


@app.command("train", cls=FromFacts)
def train_(
    chip: Annotated[list[str], typer.Option("--chip", help="A chip; repeat to compare.")] = [],
    chips: Annotated[float | None, typer.Option("--chips", help="Chips of the run; to be said.")] = None,
    parameters_bn: Annotated[
        float | None,
        typer.Option("--parameters-bn", help="Parameters a token meets, billions; active ones of a mixture."),
    ] = None,
    tokens_tn: Annotated[
        float | None, typer.Option("--tokens-tn", help="Tokens read, trillions; to be said, or --flops.")
    ] = None,
    flops: Annotated[float | None, typer.Option("--flops", help="The run's arithmetic where it is stated.")] = None,
    mfu: Annotated[
        float | None,
        typer.Option(
            "--mfu",
            help="Share of the dense 16-bit peak, as 0.4; if not said the vendor's, else {usual_training_utilisation}.",
        ),
    ] = None,
    usd_per_chip_hour: Annotated[
        float | None, typer.Option("--usd-per-chip-hour", help="Rent; the register of prices if not said.")
    ] = None,
    checkpoint_s: Annotated[
        float | None,
        typer.Option("--checkpoint-s", help="Standstill for a checkpoint; {checkpoint_time_s} s if not said."),
    ] = None,
    restart_s: Annotated[
        float | None,
        typer.Option("--restart-s", help="From a failure until it goes on; {restart_time_s} s if not said."),
    ] = None,
    mtbf_h: Annotated[
        float | None,
        typer.Option(
            "--mtbf-h", help="Hours between failures of one chip; {chip_time_between_failures_h} if not said."
        ),
    ] = None,
    site: Annotated[str, typer.Option("--site", help="Where it stands; {usual_site} if not said.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Who owns it; {usual_owner} if not said.")] = "",
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Days, chip-hours, energy and cost of a training run, with failures on the way."""
    from siliconomics.studies import training as study

    problems = _missing(chip, chips, parameters_bn, tokens_tn, flops)
    known = _model(facts, scenario, sets)
    given = {
        "training_chips": chips,
        "trained_parameters": _times(parameters_bn, BILLION),
        "training_tokens": _times(tokens_tn, TRILLION),
        "stated_training_work_tflop": _times(flops, 1e-12),
        "training_utilisation": mfu,
        "rental_price_usd_per_chip_hour": usd_per_chip_hour,
        "checkpoint_time_s": checkpoint_s,
        "restart_time_s": restart_s,
        "chip_time_between_failures_h": mtbf_h,
    }
    changes = [_checked(known, name, value, problems, OPTIONS) for name, value in given.items() if value is not None]
    labels = [_label(known, "chip", one, problems) for one in chip]
    place = place_of(known, "site", site, problems)
    who = place_of(known, "owner", owner, problems)
    if chips is not None and chips == chips and chips != int(min(chips, 1e15)):
        problems.append(Problem(f"--chips {chips:g} is not a whole number", remedy="count whole chips"))
    if problems:
        raise BadRequest(*problems)
    known = known.with_changes(*changes)
    found = study.train(known, list(dict.fromkeys(labels)), place, who)
    lacking = [one for one in found if one.values["training_days"] is None]
    if lacking and any(one.values["training_goodput"] is None for one in found):
        between = found[0].values["run_time_between_failures_s"] or 0.0
        raise BadRequest(
            Problem(
                f"the run gets nowhere: some chip fails every {between:.3g} s",
                why="a restart takes longer than the run then lasts",
                remedy="give fewer chips, a longer --mtbf-h or a shorter --restart-s",
            )
        )
    if len(found) == len(lacking) == 1:
        why = lacking[0].missing["training_days"]
        raise BadRequest(
            Problem(f"a run on {lacking[0].chip} is unknown: {why}", remedy="give it in a folder of --facts")
        )
    if as_json:
        told = {"site": place, "owner": who, "runs": [one.as_dict() for one in found]}
        print_json(told)
        return
    _print(known, place, who, found)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _missing(
    chip: list[str], chips: float | None, parameters: float | None, tokens: float | None, flops: float | None
) -> list[Problem]:
    problems = []
    if not chip:
        problems.append(Problem("--chip is missing", remedy="write for example --chip 910C"))
    if chips is None:
        problems.append(Problem("--chips is missing", remedy="write how many chips train, for example --chips 4096"))
    if flops is None and (parameters is None or tokens is None):
        problems.append(
            Problem(
                "nothing says how large the run is",
                remedy="give --parameters-bn and --tokens-tn, or --flops",
            )
        )
    if flops is not None and (parameters is not None or tokens is not None):
        problems.append(
            Problem(
                "--flops and --parameters-bn or --tokens-tn are both given",
                why="one follows from the other",
                remedy="leave one of them out",
            )
        )
    return problems


def _print(model: Any, site: str, owner: str, found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    first = found[0].values
    console.print(
        f"{(first['training_work_tflop'] or 0.0) * 1e12:.3g} operations on "
        f"{model.solve('training_chips').value:,.0f} chips, {site}, {owner}; in brackets the range of utilisation "
        "and failures",
        markup=False,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "chip",
        "of the peak",
        "goodput",
        "failures",
        "days",
        "chip-hours mn",
        "GWh",
        "owned USD mn",
        "rented",
    ):
        table.add_column(heading, justify="left" if heading == "chip" else "right", overflow="fold")
    for one in found:
        table.add_row(
            one.chip,
            _share(one.values["training_utilisation"]),
            _share(one.values["training_goodput"]),
            _plain(one.values["training_failures"], 1.0, ",.0f"),
            _ranged(one, "training_days", 1.0, ",.0f"),
            _plain(one.values["training_chip_hours"], 1e-6, ",.3g"),
            _plain(one.values["training_energy_mwh"], 1e-3, ",.3g"),
            _ranged(one, "owned_training_cost_usd", 1e-6, ",.3g"),
            _plain(one.values["rented_training_cost_usd"], 1e-6, ",.3g"),
        )
    console.print(table)
    for one in found:
        missing = {"training_days": one.missing["training_days"]} if "training_days" in one.missing else one.missing
        for name, why in missing.items():
            console.print(f"{one.chip}: {name} is unknown ({why.split('; ')[0]})", markup=False, style="dim")
        if one.rental_source:
            console.print(f"{one.chip}: rent from {one.rental_source}", markup=False, style="dim")
    console.print(
        "rented: at the published rent of the chip, most of them for three years and outside China; "
        "one run without the trials before it; share of the dense 16-bit peak while it runs, "
        "an upper bound of the peak where no source says whether it is dense",
        style="dim",
    )


def _plain(value: float | None, factor: float, digits: str) -> str:
    return "unknown" if value is None else format(value * factor, digits)


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"


def _ranged(one: Any, name: str, factor: float, digits: str) -> str:
    told = _plain(one.values[name], factor, digits)
    if name not in one.low or name not in one.high:
        return told
    return f"{told} ({one.low[name] * factor:{digits}} to {one.high[name] * factor:{digits}})"
