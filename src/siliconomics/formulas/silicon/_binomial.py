"""One operation of harvest: the chance that few enough of many like parts fail."""

from siliconomics.core.late import np
from siliconomics.core.operations import Operation
from siliconomics.core.record import Expression, apply
from siliconomics.core.units import is_quantity


def _whole(number):
    return np.floor(np.asarray(number, dtype=float) + 0.5)


def _chance(failed, parts, failure):
    """Binomial distribution function, through the regularised incomplete beta function."""
    from scipy.special import betainc

    spare, working = _whole(failed), _whole(parts) - _whole(failed)
    some = working > 0
    return np.where(some, betainc(np.where(some, working, 1.0), spare + 1, 1 - failure), 1.0)[()]


def _slopes(chance, failed, parts, failure):
    """Exact in the chance of a failure; none in the counts, which are whole."""
    from scipy.special import betaln, xlog1py, xlogy

    spare, working = _whole(failed), _whole(parts) - _whole(failed)
    some = working > 0
    working = np.where(some, working, 1.0)
    log_density = xlogy(spare, failure) + xlog1py(working - 1, -failure) - betaln(working, spare + 1)
    return None, None, np.where(some, -np.exp(log_density), 0.0)[()]


_AT_MOST = Operation(
    "chance_of_at_most",
    "",
    (None, None, "{g}"),
    "BINOMDIST(MIN(ROUND({0},0),ROUND({1},0)),ROUND({1},0),{2},TRUE)",
    "chance that at most {0} of {1} fail at {2} each",
    r"P\left(\text{{at most }} {0} \text{{ of }} {1} \text{{ fail at }} {2}\right)",
    kind="stepped",
    function=_chance,
    slope_functions=_slopes,
)


def chance_of_at_most(failed, parts, failure):
    """P(at most ``failed`` of ``parts`` fail), each independently with chance ``failure``.

    Counts are taken to the nearest whole number; 1 where as many may fail as there are.
    """
    operands = (failed, parts, failure)
    if any(isinstance(operand, Expression) for operand in operands):
        return apply(_AT_MOST, *operands)
    pure = [operand.to("").magnitude if is_quantity(operand) else operand for operand in operands]
    return _chance(*pure)
