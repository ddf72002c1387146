"""The command of sizing: chips, spares, racks, megawatts and cheque for a service, and the reverse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from siliconomics.core import BadRequest, Problem, nearest

from .app import AsJson, FactsFolders, Scenario, Set, _model, app
from .from_facts import FromFacts
from .records import print_json

OPTIONS = {
    "requests_per_day": "--requests-per-day",
    "peak_to_average_load": "--peak-to-average",
    "answer_length_variation": "--variation",
    "time_per_token_limit_s": "--tpot-ms",
    "promised_availability": "--availability",
    "chips_per_server": "--chips-per-server",
    "power_budget_mw": "--power-mw",
    "capital_budget_usd": "--budget-usd",
    "input_tokens": "--input",
    "output_tokens": "--output",
}
"""Which option sets which quantity."""
TOLD = (
    "requests_per_day",
    "peak_to_average_load",
    "planned_load_at_peak",
    "time_per_token_limit_s",
    "promised_availability",
    "chip_time_between_failures_h",
    "server_repair_time_h",
    "chips_per_server",
    "rack_power_kw",
    "power_usage_effectiveness",
)
"""What an answer rests on and a buyer would change first."""

MILLION = 1e6


@app.command("size", cls=FromFacts)
def size_(
    chip: Annotated[list[str], typer.Option("--chip", help="A chip; repeat to compare; all chips if not said.")] = [],
    model: Annotated[str, typer.Option("--model", help="A language model, by any usual spelling.")] = "",
    requests_per_day: Annotated[
        float | None,
        typer.Option(
            "--requests-per-day", help="Requests of an average day; to be said, or --power-mw or --budget-usd."
        ),
    ] = None,
    input_: Annotated[
        float | None, typer.Option("--input", help="Mean tokens of a prompt; {input_tokens} if not said.")
    ] = None,
    output: Annotated[
        float | None, typer.Option("--output", help="Mean tokens of an answer; {output_tokens} if not said.")
    ] = None,
    variation: Annotated[
        float | None,
        typer.Option(
            "--variation",
            help="Standard deviation of the answers' lengths over their mean; {answer_length_variation} if not said.",
        ),
    ] = None,
    lengths: Annotated[
        Path | None, typer.Option("--lengths", metavar="FILE.csv", help="A distribution: columns input,output,share.")
    ] = None,
    peak_to_average: Annotated[
        float | None,
        typer.Option(
            "--peak-to-average", help="Busiest hour over the average of the day; {peak_to_average_load} if not said."
        ),
    ] = None,
    tpot_ms: Annotated[
        float | None,
        typer.Option("--tpot-ms", help="At most this long between two tokens; {time_per_token_limit_s} s if not said."),
    ] = None,
    ttft_ms: Annotated[
        float | None,
        typer.Option(
            "--ttft-ms", help="At most this long to read the prompt; queues come on top. No limit if not said."
        ),
    ] = None,
    availability: Annotated[
        float | None,
        typer.Option(
            "--availability",
            help="Share of time for which the busiest hour must be held; {promised_availability} if not said.",
        ),
    ] = None,
    site: Annotated[str, typer.Option("--site", help="Where it stands; {usual_site} if not said.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Whose cheque it is; {usual_owner} if not said.")] = "",
    chips_per_server: Annotated[
        float | None, typer.Option("--chips-per-server", help="Chips that fail as one; {chips_per_server} if not said.")
    ] = None,
    power_mw: Annotated[
        float | None, typer.Option("--power-mw", help="The reverse: what so much power at the meter serves.")
    ] = None,
    budget_usd: Annotated[
        float | None, typer.Option("--budget-usd", help="The reverse: what a cheque of so much serves.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Order: capex, chips or power.")] = "capex",
    sets: Set = [],
    scenario: Scenario = [],
    facts: FactsFolders = [],
    as_json: AsJson = False,
) -> None:
    """Chips, spares, servers, racks, MW and capex for a service; or what a power or a cheque serves."""
    from siliconomics.studies import sizing as study

    problems = _contradictions(model, requests_per_day, power_mw, budget_usd, lengths, input_, output)
    known = _model(facts, scenario, sets)
    given = {
        "requests_per_day": requests_per_day,
        "peak_to_average_load": peak_to_average,
        "answer_length_variation": variation,
        "time_per_token_limit_s": None if tpot_ms is None else tpot_ms / 1000,
        "promised_availability": availability,
        "chips_per_server": chips_per_server,
    }
    changes = [_checked(known, name, value, problems) for name, value in given.items() if value is not None]
    asked = {"input_tokens": input_, "output_tokens": output}
    usual = study.Length(*(known.solve(name).value if said is None else said for name, said in asked.items()))
    budgets = {"power_budget_mw": power_mw, "capital_budget_usd": budget_usd}
    also = {"input_tokens": usual.input, "output_tokens": usual.output, **budgets}
    for name, value in also.items():
        if value is not None:
            _checked(known, name, value, problems)
    if chips_per_server is not None and chips_per_server % 1:
        problems.append(Problem(f"--chips-per-server {chips_per_server:g} is not a whole number", remedy="count chips"))
    for option, tokens in (("--input", usual.input), ("--output", usual.output)):
        if tokens < 1:
            problems.append(Problem(f"{option} {tokens:g} is less than one token", remedy="give a mean of 1 or more"))
    if ttft_ms is not None and not ttft_ms > 0:
        problems.append(Problem(f"--ttft-ms {ttft_ms:g} is not a positive number", remedy="give a number above 0"))
    if by not in study.ORDERS:
        problems.append(
            Problem(f"--by {by!r} is not one of {', '.join(study.ORDERS)}", remedy=nearest(by, study.ORDERS))
        )
    chips = [_label(known, "chip", one, problems) for one in chip] or list(known.graph.labels["chip"])
    name = _label(known, "model", model, problems) if model else ""
    place = place_of(known, "site", site, problems)
    who = place_of(known, "owner", owner, problems)
    mix: Any = (usual,)
    if lengths is not None:
        try:
            mix = study.read_lengths(lengths)
        except BadRequest as refused:
            problems.extend(refused.problems)
    if problems:
        raise BadRequest(*problems)
    known = known.with_changes(*changes) if changes else known
    job = study.Job(name, place, mix, power_mw, budget_usd, ttft_ms, by, who)
    found = study.size(known, job, list(dict.fromkeys(chips)))
    if len(found) == 1 and found[0].why_not:
        raise BadRequest(
            Problem(f"{found[0].chip} cannot be sized for {name}: {found[0].why_not}", remedy=_remedy(job))
        )
    if as_json:
        print_json(_records(known, job, found))
        return
    _print(known, job, found)


# -- what was asked -----------------------------------------------------------------------------


def _contradictions(
    model: str,
    requests: float | None,
    power: float | None,
    budget: float | None,
    lengths: Path | None,
    input_: float | None,
    output: float | None,
) -> list[Problem]:
    problems = []
    if not model:
        problems.append(Problem("--model is missing", remedy="write for example --model deepseek-r1"))
    reverse = power is not None or budget is not None
    if requests is None and not reverse:
        problems.append(
            Problem(
                "nothing says how large the service is",
                remedy="give --requests-per-day; or --power-mw or --budget-usd for the reverse",
            )
        )
    if requests is not None and reverse:
        problems.append(
            Problem(
                "--requests-per-day and a fixed power or cheque are both given",
                why="one follows from the other",
                remedy="leave one of them out",
            )
        )
    if lengths is not None and (input_ is not None or output is not None):
        problems.append(
            Problem("--lengths and --input or --output are both given", remedy="the file says both; leave those out")
        )
    return problems


def _checked(model: Any, name: str, value: float, problems: list[Problem], options: Mapping[str, str] = OPTIONS) -> Any:
    """A change that is possible, or one more problem that names the option."""
    try:
        if value != value or value in (float("inf"), float("-inf")):
            raise BadRequest(Problem(f"{name} = {value} is not a finite number", remedy="write a plain number"))
        return model.change(name, value, why=options.get(name, "option"))
    except BadRequest as refused:
        for one in refused.problems:
            problems.append(Problem(one.what, options.get(name, ""), one.why, one.remedy))
        return None


def _label(model: Any, dimension: str, spelling: str, problems: list[Problem]) -> str:
    try:
        return str(model.facts.label(dimension, spelling))
    except BadRequest as refused:
        problems.extend(refused.problems)
        return ""


def place_of(model: Any, dimension: str, spelling: str, problems: list[Problem]) -> str:
    """The site or owner asked for, else the usual one."""
    if spelling:
        return _label(model, dimension, spelling, problems)
    try:
        return str(model.facts.usual(dimension))
    except BadRequest as refused:
        problems.extend(refused.problems)
        return ""


def _remedy(job: Any) -> str:
    if job.reverse:
        return "give a larger power or cheque, or another chip"
    return "loosen a limit, or add what its card lacks in a folder of --facts"


# -- what is answered ---------------------------------------------------------------------------


def _rests_on(model: Any, job: Any) -> list[dict[str, Any]]:
    told = []
    for name in TOLD:
        if job.reverse and name == "requests_per_day":
            continue
        where = {"site": job.site} if "site" in model.graph.dimensions_of(name) else {}
        (record,) = model.solve(name, **where)
        told.append({"quantity": name, "value": record.value, "unit": record.unit, "known": record.known})
    return told


def _records(model: Any, job: Any, found: Any) -> dict[str, Any]:
    return {
        "model": job.model,
        "site": job.site,
        "owner": job.owner,
        "asked": "reverse" if job.reverse else "size",
        "power_mw": job.power_mw,
        "budget_usd": job.budget_usd,
        "input_tokens": job.input_tokens,
        "output_tokens": job.output_tokens,
        "rests_on": _rests_on(model, job),
        "chips": [one.as_dict() for one in found],
    }


def _figure(one: Any, name: str, digits: str = ",.0f", ranged: bool = True) -> str:
    value = one.values.get(name)
    if value is None:
        return "unknown"
    low, high = one.low.get(name), one.high.get(name)
    told = format(value, digits)
    if not ranged:
        return told
    if low is None or high is None:
        return f"{told} (no range)"
    return told if low == high else f"{told} ({low:{digits}} to {high:{digits}})"


def _print(model: Any, job: Any, found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    load = f"{job.input_tokens:,.0f} in / {job.output_tokens:,.0f} out"
    if len(job.lengths) > 1:
        load += f" on average, {len(job.lengths)} lengths"
    console.print(
        f"[bold]{job.model}[/], {load}, {job.site}, {job.owner}; in brackets the 80 % range of the predicted rate"
    )
    if job.reverse:
        limits = [f"{job.power_mw:g} MW" for _ in [0] if job.power_mw is not None]
        limits += [f"USD {job.budget_usd:,.0f}" for _ in [0] if job.budget_usd is not None]
        console.print(f"[dim]within {' and '.join(limits)}[/]")
        columns: tuple[str, ...] = ("mn requests a day", "chips", "servers", "to count on", "MW", "USD mn")
    else:
        columns = ("chips", "copies", "servers", "spares", "racks", "MW", "USD mn")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("chip", *columns):
        ranged = heading in ("mn requests a day", "chips", "USD mn")
        table.add_column(heading, justify="left" if heading == "chip" else "right", no_wrap=not ranged, overflow="fold")
    for one in found:
        if not one.why_not:
            table.add_row(one.chip, *(_reverse_row(one) if job.reverse else _row(one)))
    if table.row_count:
        console.print(table)
    for why, names in _lacking(found).items():
        console.print(f"{', '.join(names)}: {why}", markup=False, style="dim")
    told = [f"{one['quantity']} {_plain(one['value'])} ({one['known']})" for one in _rests_on(model, job)]
    console.print("rests on: " + ", ".join(told), markup=False, style="dim")
    counted = next((one for one in found if one.facts), None)
    if counted is not None:
        grades = ", ".join(f"{number} {grade}" for grade, number in counted.facts.items())
        console.print(f"facts under the answer for {counted.chip}: {grades}", markup=False, style="dim")
    console.print(
        "the rate, layouts and every step: --json; one figure's tree: siliconomics why installed_chips", style="dim"
    )


def _lacking(found: Any) -> dict[str, list[str]]:
    """Chips by what they lack, said once for all that lack the same."""
    lacking: dict[str, list[str]] = {}
    for one in found:
        reasons = [one.why_not] if one.why_not else [f"{name} is unknown ({why})" for name, why in one.missing.items()]
        for why in reasons:
            short = re.sub(r"\[(chip|model|site|, )*\]", "", re.sub(r"(chip|model|site)=[^,\]]*", r"\1", why))
            lacking.setdefault(short, []).append(one.chip)
    return lacking


def _plain(value: Any) -> str:
    return "unknown" if value is None else f"{value:,.6g}"


def _row(one: Any) -> list[str]:
    copies, group = one.values["copies_needed"], one.values["chips_per_copy"]
    return [
        _figure(one, "installed_chips"),
        f"{copies:,.0f} x {group:,.0f}",
        _figure(one, "installed_servers", ranged=False),
        _figure(one, "spare_servers", ranged=False),
        _figure(one, "racks_needed", ranged=False),
        _figure(one, "meter_power_mw", ",.3g", ranged=False),
        _scaled(one, "cluster_capital_usd"),
    ]


def _reverse_row(one: Any) -> list[str]:
    return [
        _scaled(one, "dependable_requests_per_day"),
        _figure(one, "installed_chips"),
        _figure(one, "installed_servers"),
        _figure(one, "dependable_servers"),
        _figure(one, "meter_power_mw", ",.3g"),
        _scaled(one, "cluster_capital_usd"),
    ]


def _scaled(one: Any, name: str) -> str:
    """In millions, with its range."""
    ends = [part.get(name) for part in (one.values, one.low, one.high)]
    if ends[0] is None:
        return "unknown"
    told = [
        f"{value / MILLION:,.1f}" if value >= MILLION / 10 else f"{value / MILLION:.2g}"
        for value in ends
        if value is not None
    ]
    return told[0] if len(set(told)) == 1 else f"{told[0]} ({' to '.join(told[1:])})"
