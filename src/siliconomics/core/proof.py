"""The proof of units: a formula run on quantities with units must give the unit it declares.

Done when a model is checked and in tests, never while it is solved.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any

from . import units
from .formula import Formula, Interval
from .graph import Declaration
from .record import Expression
from .tape import NoSolution

ALIKE = 1e-9
"""Share by which the figure with units may differ from the plain one: rounding, no more."""
TINY = 1e-300
"""Below this a figure is nothing."""


def unit_problem(formula: Formula, unit_of: Callable[[str], str], sample: Callable[[str], float]) -> str | None:
    """What is wrong with a formula's units, in words; None if they are proven.

    The plain function is called twice: on numbers, and on the same numbers with units. The second answer,
    turned into the declared unit, must be the first. ``unit_of`` gives the unit text of an argument
    ('1' for a year or another label), ``sample`` a number the argument may take (see ``sample_for``).
    Where a formula takes the first known of several, each of them has its turn.
    """
    try:
        declared = units.parse(formula.unit)
        numbers = {name: float(sample(name)) for name in formula.arguments}
        parsed = {name: units.parse(unit_of(name)) for name in formula.arguments}
    except ValueError as error:
        return str(error)
    for withheld in ways(formula.record):
        known = {name: math.nan if name in withheld else number for name, number in numbers.items()}
        problem = _one_way(formula, known, parsed, declared)
        if problem:
            return problem
    return None


def _one_way(formula: Formula, numbers: Mapping[str, float], parsed: Mapping[str, Any], declared: Any) -> str | None:
    import pint

    try:
        plain = float(formula.function(*numbers.values()))
    except NoSolution:
        return None  # a search that finds nothing at these numbers has no result whose unit could be wrong
    except ArithmeticError as error:
        plain, reason = math.nan, f" ({error})"
    else:
        reason = ""
    if plain == 0 and any(math.isnan(number) for number in numbers.values()):
        return None  # with something withheld nothing is left: a bare 0, which goes with any unit
    if not math.isfinite(plain):
        shown = ", ".join(f"{name} = {number:g}" for name, number in numbers.items())
        return f"it has no value at {shown}{reason}, so its units cannot be proven; narrow its inputs' ranges"
    try:
        answer = formula.function(
            *(units.registry().Quantity(number, parsed[name]) for name, number in numbers.items())
        )
        if not units.is_quantity(answer):
            answer = units.registry().Quantity(answer, "")
        measured = float(answer.to(declared).magnitude)
    except pint.DimensionalityError as error:
        return f"its arithmetic does not give {formula.unit!r}: {error}"
    except (pint.PintError, ArithmeticError, ValueError, TypeError) as error:
        return f"its arithmetic cannot be done with units: {error}"
    if not math.isclose(measured, plain, rel_tol=ALIKE, abs_tol=TINY):
        factor = f": a factor of {measured / plain:g} is missing" if plain else ""
        return f"with units it gives {measured:g} {formula.unit}, without {plain:g}{factor}"
    return None


def ways(record: Expression) -> list[frozenset[str]]:
    """What to withhold so that each choice of every ``first_known`` in a record is met once.

    The first way withholds nothing. A choice that cannot be met alone (all it reads is read by an
    earlier choice too) is left out.
    """
    found: list[frozenset[str]] = [frozenset()]
    for node in record.walk():
        if node.operation != "first_known":
            continue
        for position in range(1, len(node.arguments)):
            needed = set(node.arguments[position].symbols)
            earlier = [set(choice.symbols) for choice in node.arguments[:position]]
            if all(names - needed for names in earlier):
                found.append(frozenset().union(*(names - needed for names in earlier)))
    return found


def sample_for(name: str, declaration: Declaration | None = None, formula_possible: Interval | None = None) -> float:
    """A number that a quantity may take, well inside its ranges; the same for the same name, always.

    Different names get different numbers, so that two arguments in each other's place are noticed.
    ``formula_possible``: the range a formula declares for its result, where the quantity is a role.
    """
    ranges = [formula_possible]
    if declaration is not None:
        ranges += [declaration.possible, declaration.plausible]
    low = max((one.low for one in ranges if one is not None), default=-math.inf)
    high = min((one.high for one in ranges if one is not None), default=math.inf)
    if not low < high:
        return low if math.isfinite(low) else 1.0
    share = 0.2 + 0.6 * _position(name)
    if math.isinf(low) and math.isinf(high):
        return 1 + 9 * share
    if math.isinf(high):
        return low + (1 + 9 * share) * max(abs(low), 1.0)
    if math.isinf(low):
        return high - (1 + 9 * share) * max(abs(high), 1.0)
    if low > 0 and high > _DECADES * low:
        return math.exp((1 - share) * math.log(low) + share * math.log(high))
    return low + (high - low) * share


_DECADES = 100.0
"""Above this ratio of its ends a range is crossed by factors, not by steps."""


def _position(name: str) -> float:
    """A name's own place in [0, 1)."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
