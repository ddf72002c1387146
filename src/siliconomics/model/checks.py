"""What must hold of a model before it answers: each check small, named, with its own message.

All problems are gathered and reported together. The full set runs when facts or formulas have changed;
what passed is remembered beside the compiled facts.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siliconomics.core import BadRequest, Formula, Problem, nearest, units
from siliconomics.core.record import Expression, literals
from siliconomics.facts import cache

from .driven_checks import DRIVEN_CHECKS
from .driven_part_checks import DRIVEN_PART_CHECKS
from .overlay import AS_PRINTED
from .statement_checks import STATEMENT_CHECKS
from .supply_checks import SUPPLY_CHECKS

if TYPE_CHECKING:
    from .engine import Model

Check = Callable[["Model"], Iterator[Problem]]


def missing_inputs(model: Model) -> Iterator[Problem]:
    """Every argument of a formula is another formula, a declared input or a dimension."""
    for formula in model.formulas:
        for name in formula.arguments:
            if not model.graph.exists(name) and not model.graph.is_dimension(name):
                yield Problem(
                    f"{formula.name} reads {name!r}, which is neither a formula nor a declared input",
                    formula.place,
                    remedy=nearest(name, model.graph.quantities),
                )


def other_ways(model: Model) -> Iterator[Problem]:
    """What a formula points to where it is unknown is a quantity over the same dimensions."""
    for formula in model.formulas:
        if not formula.see:
            continue
        if not model.graph.exists(formula.see):
            remedy = nearest(formula.see, model.graph.quantities)
            yield Problem(
                f"{formula.name} says see {formula.see!r}, which does not exist", formula.place, remedy=remedy
            )
        elif set(model.graph.dimensions_of(formula.see)) != set(model.graph.dimensions_of(formula.role)):
            yield Problem(
                f"{formula.name} says see {formula.see}, which runs over other dimensions",
                formula.place,
                "it could not be shown for the same labels",
                "name one over the same",
            )


def two_definitions(model: Model) -> Iterator[Problem]:
    """One role is played by one formula, or by several under different names; by an input too only where that is driven."""
    seen: dict[str, Formula] = {}
    for formula in model.formulas:
        if formula.name in seen:
            yield Problem(
                f"{formula.name} is defined twice",
                formula.place,
                f"it stands in {seen[formula.name].place} too",
                "remove one, or name the second role__player",
            )
        seen[formula.name] = formula
    for role, players in model.graph.roles.items():
        if "" in players and len(players) > 1:
            yield Problem(
                f"{role} has a formula without a player's name beside {', '.join(filter(None, players))}",
                players[""].place,
                "nobody could choose it",
                f"name it {role}__something",
            )
        declared = model.facts.declarations.get(role)
        if declared is not None and (not declared.driven or "" in players):
            yield Problem(
                f"{role} is both a formula and a declared input",
                declared.place,
                f"the formula stands in {next(iter(players.values())).place}",
                f"declare the input as stated_{role} or forecast_{role}; or, where a scenario is to choose, declare it "
                f"driven = true and name the formula {role}__something",
            )


def loops_without_a_lag(model: Model) -> Iterator[Problem]:
    """A quantity may rest on itself only through previous(), or at another label."""
    reads: dict[str, set[str]] = {}
    for role, players in model.graph.roles.items():
        reads[role] = set().union(*(_same_period(formula.record) for formula in players.values()))
    done: set[str] = set()
    places = {role: next(iter(players.values())).place for role, players in model.graph.roles.items()}
    for start in reads:
        yield from _circles(start, reads, done, places)


def _same_period(record: Expression) -> set[str]:
    """Names a record reads at its own labels."""
    found: set[str] = set()
    stack = [record]
    while stack:
        node = stack.pop()
        if node.operation == "symbol":
            found.add(node.detail)
        elif node.operation == "at":
            stack.extend(node.arguments[1:])
        elif node.operation != "previous":
            stack.extend(node.arguments)
    return found


def _circles(start: str, reads: dict[str, set[str]], done: set[str], places: dict[str, str]) -> Iterator[Problem]:
    path: list[str] = []
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            path.pop()
            done.add(name)
            continue
        if name in path:
            circle = " -> ".join([*path[path.index(name) :], name])
            yield Problem(
                f"{name} depends on itself within one period: {circle}",
                places[name],
                why="a loop has no value unless a lag breaks it",
                remedy="read the earlier period with previous(), or remove one of the arguments",
            )
            continue
        if name in done:
            continue
        path.append(name)
        stack.append((name, True))
        stack.extend((one, False) for one in reads.get(name, ()) if one in reads)


def unit_mismatches(model: Model) -> Iterator[Problem]:
    """The arithmetic of every formula yields the unit it declares, and rivals declare the same."""
    from siliconomics.core.proof import sample_for, unit_problem

    graph = model.graph
    for role, players in graph.roles.items():
        spoken = {formula.unit for formula in players.values()}
        with contextlib.suppress(ValueError):
            if len({units.parse(unit) for unit in spoken}) > 1:
                yield Problem(
                    f"players of {role} declare different units: {', '.join(sorted(spoken))}",
                    next(iter(players.values())).place,
                    remedy="give all the same unit",
                )
        for formula in players.values():
            if any(not graph.exists(name) and not graph.is_dimension(name) for name in formula.arguments):
                continue
            wrong = unit_problem(
                formula,
                lambda name: "1" if graph.is_dimension(name) or graph.is_word(name) else graph.unit_of(name),
                lambda name: (
                    2027.0
                    if graph.is_dimension(name)
                    else sample_for(
                        name,
                        model.facts.declarations.get(name),
                        next((one.possible for one in graph.roles.get(name, {}).values() if one.possible), None),
                    )
                ),
            )
            if wrong:
                yield Problem(
                    f"{formula.name}: {wrong}",
                    formula.place,
                    f"it declares {formula.unit!r}",
                    "correct the arithmetic, the unit, or convert with core.units",
                )


def dimension_mismatches(model: Model) -> Iterator[Problem]:
    """Sums, labels and lags name dimensions that what they work on has."""
    graph = model.graph
    for formula in model.formulas:
        for node in formula.record.walk():
            if node.operation not in ("total", "at", "previous"):
                continue
            names = [one for one in node.arguments[0].walk() if one.operation == "symbol"]
            axes: set[str] = set()
            for one in names:
                if graph.is_dimension(one.detail):
                    axes.add(one.detail)
                elif graph.exists(one.detail):
                    axes.update(graph.dimensions_of(one.detail))
            wanted = (
                {"total": [node.detail], "at": list(node.detail)}.get(str(node.operation), [])
                if node.operation != "previous"
                else []
            )
            for dimension in wanted:
                if dimension not in axes:
                    yield Problem(
                        f"{formula.name} takes {node.operation} over {dimension!r}",
                        formula.place,
                        f"what it works on runs over ({', '.join(sorted(axes))})",
                        nearest(dimension, graph.labels),
                    )
            if node.operation == "previous" and not axes & {"year", "half", "quarter"}:
                yield Problem(
                    f"{formula.name} takes previous() of something without time",
                    formula.place,
                    f"it runs over ({', '.join(sorted(axes))})",
                    "declare year, half or quarter",
                )


def literal_numbers(model: Model) -> Iterator[Problem]:
    """A number in a formula that is not mathematics' own is a fact in hiding."""
    for formula in model.formulas:
        for number in literals(formula.record):
            yield Problem(
                f"{formula.name} holds the bare number {number:g}",
                formula.place,
                "a reader cannot ask where it comes from",
                "make it an input with a source, or a constant of core.units",
            )


def undeclared_kinds(model: Model) -> Iterator[Problem]:
    """A formula declares the kind that its arithmetic shows."""
    for formula in model.formulas:
        if formula.kind != formula.recorded_kind:
            yield Problem(
                f"{formula.name} is declared {formula.kind} but its arithmetic is {formula.recorded_kind}",
                formula.place,
                remedy=f'write kind="{formula.recorded_kind}"',
            )


def unknown_players(model: Model) -> Iterator[Problem]:
    """Every player named by a scenario or a card exists."""
    roles = model.graph.roles
    chosen = [(one.file, role, player) for one in (model.base, *model.overlays) for role, player in one.players.items()]
    for cards in model.facts.cards.values():
        for card in cards.values():
            chosen += [(card["file"], role, player) for role, player in card["players"].items()]
    for place, role, player in chosen:
        if role not in roles:
            yield Problem(f"there is no role {role!r} to play", place, remedy=nearest(role, roles))
        elif player not in roles[role] and (player != AS_PRINTED or role not in model.facts.declarations):
            yield Problem(f"{role} has no player {player!r}", place, remedy=nearest(player, roles[role]))
    for role, players in roles.items():
        if len(players) > 1 and role not in model.base.players and role not in model.facts.declarations:
            yield Problem(
                f"{role} has {len(players)} players and the base chooses none",
                model.base.file,
                f"they are {', '.join(sorted(players))}",
                "name one under [players]",
            )


def facts_nobody_uses(model: Model) -> Iterator[Problem]:
    """Every numeric fact is read by a formula, or its quantity is declared unread."""
    read = {name for formula in model.formulas for name in formula.arguments}
    seen: set[str] = set()
    for quantity, *_ in model.facts.facts:
        declared = model.facts.declarations[quantity]
        if quantity in seen or quantity in read or declared.text or declared.unread:
            continue
        seen.add(quantity)
        fact = next(found[0] for key, found in model.facts.facts.items() if key[0] == quantity)
        yield Problem(
            f"no formula reads {quantity}",
            f"{fact.file} (declared in {declared.place})",
            "an orphan input is a misnamed one as often as not",
            nearest(quantity, read) + " If it is only kept, declare unread = true",
        )


CHECKS: tuple[Check, ...] = (
    missing_inputs,
    other_ways,
    two_definitions,
    loops_without_a_lag,
    literal_numbers,
    undeclared_kinds,
    unknown_players,
    dimension_mismatches,
    unit_mismatches,
    facts_nobody_uses,
    *STATEMENT_CHECKS,
    *SUPPLY_CHECKS,
    *DRIVEN_CHECKS,
    *DRIVEN_PART_CHECKS,
)


def problems_of(model: Model) -> list[Problem]:
    """Everything wrong with a model, from all checks."""
    return [problem for check in CHECKS for problem in check(model)]


def ensure(model: Model, folders: Sequence[Path] = ()) -> None:
    """Refuse a model with problems; remember one without, so that the next load need not look again."""
    mark = cache.cache_folder() / f"checked-{_version(model)}"
    if mark.exists():
        return
    found = problems_of(model)
    if found:
        raise BadRequest(*found)
    with contextlib.suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _version(model: Model) -> str:
    """A hash of facts, formulas, core and the chosen overlays."""
    digest = hashlib.blake2b(model.facts.version.encode(), digest_size=8)
    package = Path(__file__).parent.parent
    for part in ("core", "formulas", "model"):
        for path in sorted((package / part).rglob("*.py")):
            digest.update(path.read_bytes())
    for one in (model.base, *model.overlays):
        digest.update(Path(one.file).read_bytes())
    return digest.hexdigest()
