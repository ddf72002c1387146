"""Exact slopes through the whole chain, held against central differences for every fact."""

import numpy as np
import pytest

from siliconomics.core import Undefined
from siliconomics.model import load

COMPANIES = ("Cambricon", "MetaX", "Iluvatar")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["margin-from-chip-costs", "wired"])
def test_every_slope_of_every_target_is_what_small_steps_do_wherever_it_is_smooth(scenario):
    """To 1e-6, or 1e-9 of the answer's scale; a fact at a kink, or one that moves a search to another layout, is not smooth.

    A fact counts as at a kink where one-sided differences disagree however small the step.
    """
    model = load(scenario=scenario, checked=False)
    graph = model.graph
    cells = [graph.cell("price_target", {"company": one}) for one in COMPANIES]
    facts = {id(one): one for cell in cells for one in graph.facts_under(cell) if one.node not in graph.tape.fixed}
    free = [one for one in facts.values() if one.given]
    x = np.array([one.given.value for one in free], dtype=float)
    program = model.program(cells, free)
    base = np.array(program(x.tolist()))
    slopes = np.array(program.gradients(x.tolist()))
    assert slopes[1].tolist() == list(program.gradient(x.tolist(), 1))
    smooth, rough = 0, []
    for place, one in enumerate(free):
        scale = max(abs(x[place]), 1e-3)
        if not _agrees(program, x, place, scale, base, slopes[:, place]):
            rough.append(str(one))
        else:
            smooth += 1
    at_kinks = [name for name in rough if not _is_kink(program, x, base, free, name)]
    assert not at_kinks, at_kinks
    assert smooth > 0.9 * len(free)


def _moved(program, x, place, step):
    y = x.copy()
    y[place] += step
    try:
        return np.array(program(y.tolist()))
    except Undefined:
        return np.full(len(program.answers), np.nan)


def _agrees(program, x, place, scale, base, slope):
    """Whether some small step gives the slope: one that is neither rough nor lost in rounding."""
    for size in (1e-4, 1e-5, 1e-3, 1e-6):
        step = size * scale
        up, down = (_moved(program, x, place, way * step) for way in (1, -1))
        found = (up - down) / (2 * step)
        off = np.abs(found - slope)
        if (off <= np.maximum(1e-6 * np.abs(slope), 1e-9 * np.abs(base) / scale)).all():
            return True
    # a curve so bent that its steps never meet both demands: two sizes, extrapolated to none
    steps = [1e-3 * scale, 5e-4 * scale]
    one, half = ((_moved(program, x, place, h) - _moved(program, x, place, -h)) / (2 * h) for h in steps)
    found = (4 * half - one) / 3
    return (np.abs(found - slope) <= np.maximum(1e-6 * np.abs(slope), 1e-9 * np.abs(base) / scale)).all()


def _is_kink(program, x, base, free, name):
    place = [str(one) for one in free].index(name)
    scale = max(abs(x[place]), 1e-3)
    apart = []
    for size in (1e-4, 1e-5, 1e-6):
        step = size * scale
        up, down = (_moved(program, x, place, way * step) for way in (1, -1))
        sides = (up - base) / step, (base - down) / step
        apart.append(np.nanmax(np.abs(sides[0] - sides[1]) / np.maximum(np.abs(base) / scale, 1e-12)))
        if np.isnan(up).any() or np.isnan(down).any():
            return True
    return min(apart) > 1e-5
