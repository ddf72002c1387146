"""From a die's outline to the number of dies printed on a wafer."""

from siliconomics.core import formula, opaque
from siliconomics.core.late import np
from siliconomics.core.operators import (
    ceil,
    count,
    first_known,
    floor,
    maximum,
    minimum,
    pi,
    sqrt,
)

# -- the outline of a die ---------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def die_aspect_ratio(stated_die_aspect_ratio, reticle_short_side_mm, reticle_long_side_mm):
    """Width of a die over its height.

    A die of unknown shape takes the proportions of the reticle field: it then needs stitching only
    where its area demands it.
    """
    return first_known(stated_die_aspect_ratio, reticle_short_side_mm / reticle_long_side_mm)


@formula(unit="mm", source="siliconomics#definition", possible="(0, inf)")
def die_width_mm(stated_die_width_mm, stated_die_height_mm, die_area_mm2, die_aspect_ratio):
    """Width of a die: as stated, else from area and stated height, else from area and shape."""
    return first_known(
        stated_die_width_mm,
        die_area_mm2 / stated_die_height_mm,
        sqrt(die_area_mm2 * die_aspect_ratio),
    )


@formula(unit="mm", source="siliconomics#definition", possible="(0, inf)")
def die_height_mm(stated_die_height_mm, die_area_mm2, die_width_mm):
    """Height of a die: as stated, else what its area leaves beside its width."""
    return first_known(stated_die_height_mm, die_area_mm2 / die_width_mm)


# -- the reticle ------------------------------------------------------------------------------


@formula(unit="1", source="catch#reticle", kind="stepped", possible="[1, inf)")
def reticle_fields_per_die(die_width_mm, die_height_mm, reticle_short_side_mm, reticle_long_side_mm):
    """Exposure fields that one die takes, with the die laid whichever way needs fewer.

    1 up to a whole field; a larger die is stitched from several, side by side and end to end.
    """
    upright = ceil(die_width_mm / reticle_short_side_mm) * ceil(die_height_mm / reticle_long_side_mm)
    turned = ceil(die_width_mm / reticle_long_side_mm) * ceil(die_height_mm / reticle_short_side_mm)
    return minimum(upright, turned)


@formula(unit="1", source="catch#stitching", possible="[0, inf)")
def stitch_count(reticle_fields_per_die):
    """Fields a die takes beyond its first, each joined by a stitch; 0 for a die within the reticle.

    A grid of fields has more seams than this, but each further field is one more alignment to fail.
    """
    return reticle_fields_per_die - 1


# -- gross dies per wafer ---------------------------------------------------------------------


@formula(unit="mm2", source="siliconomics#definition", possible="(0, inf)")
def usable_wafer_area_mm2(wafer_diameter_mm, wafer_edge_exclusion_mm):
    """Area of a wafer inside its edge exclusion."""
    return pi * (wafer_diameter_mm / 2 - wafer_edge_exclusion_mm) ** 2


def _area_less_edge(diameter, area):
    """Dies by area, less those that the rim cuts; none once that is negative (area > diameter²/8)."""
    return maximum(pi * (diameter / 2) ** 2 / area - pi * diameter / sqrt(2 * area), 0)


@formula(unit="die/wafer", source="hennessy-patterson#dies-per-wafer", kind="stepped", possible="[0, inf)")
def gross_dies_per_wafer__classic(wafer_diameter_mm, die_area_mm2):
    """Dies on a wafer, whole and part, by the textbook's area less edge loss.

    No scribe line, no edge exclusion; a fast estimate, 0 for a die above an eighth of the diameter
    squared.
    """
    return count(_area_less_edge(wafer_diameter_mm, die_area_mm2), "die/wafer")


@formula(unit="die/wafer", source="broker-2026-04-26#exhibit-21", kind="stepped", possible="[0, inf)")
def gross_dies_per_wafer__classic_floor(wafer_diameter_mm, die_area_mm2):
    """Whole dies of the classic estimate: the source's own convention."""
    return count(floor(_area_less_edge(wafer_diameter_mm, die_area_mm2)), "die/wafer")


@formula(
    unit="die/wafer",
    source="flynn-computer-architecture#page-89",
    kind="stepped",
    possible="[0, inf)",
)
def gross_dies_per_wafer__flynn(wafer_diameter_mm, die_area_mm2):
    """Square dies on a wafer whose diameter is one die's side shorter; 0 for a die wider than that."""
    inner = maximum(wafer_diameter_mm - sqrt(die_area_mm2), 0)
    return count(pi * inner**2 / (4 * die_area_mm2), "die/wafer")


@formula(
    unit="die/wafer",
    source="chiplet-actuary-dac2022#dies-per-wafer",
    kind="stepped",
    possible="[0, inf)",
)
def gross_dies_per_wafer__trimmed(wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, die_area_mm2):
    """The classic estimate inside the edge exclusion, for a square die with its scribe line.

    It takes the edge off twice (exclusion and rim), so it lies below the exact count.
    """
    side = sqrt(die_area_mm2) + scribe_width_mm
    inner = wafer_diameter_mm - 2 * wafer_edge_exclusion_mm
    return count(_area_less_edge(inner, side**2), "die/wafer")


@formula(
    unit="die/wafer",
    source="google-chiplets-cost-model#dies-per-wafer",
    kind="stepped",
    possible="[0, inf)",
)
def gross_dies_per_wafer__rounded(
    wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, die_width_mm, die_height_mm
):
    """The classic estimate with scribe lines, scaled to the diameter inside the edge exclusion and rounded."""
    area = (die_width_mm + scribe_width_mm) * (die_height_mm + scribe_width_mm)
    inner = wafer_diameter_mm - 2 * wafer_edge_exclusion_mm
    share = inner / wafer_diameter_mm
    return count(floor(share * _area_less_edge(wafer_diameter_mm, area) + 0.5), "die/wafer")


@formula(unit="die/wafer", source="siliconomics#exact-count", kind="stepped", possible="[0, inf)")
def gross_dies_per_wafer__grid(
    wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, die_width_mm, die_height_mm
):
    """Whole dies of a regular grid inside the edge exclusion, counted for the best offset of the grid.

    Scribe lines may cross the edge, corners may not; 0 for a die larger than the wafer. A die above
    the reticle counts as one die (see reticle_fields_per_die).
    """
    return dies_on_grid(wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, die_width_mm, die_height_mm)


_PHASES = 129
"""Offsets tried across the rows, over half a die pitch; mirror images need no trial."""
_SLACK = 1e-9
"""Share of a pitch within which a corner on the circle counts as inside it."""
_CELLS_AT_ONCE = 2_000_000


@opaque(kind="stepped", unit="die/wafer")
def dies_on_grid(diameter, exclusion, scribe, width, height):
    """Count whole dies of a grid in a circle, at the best offset.

    Along a row every offset that can matter is tried, so the count is exact there; across the rows
    129 offsets are tried (a far finer search finds one die more in about 2 of 100 shapes).
    """
    radius, scribe, width, height = np.broadcast_arrays(
        np.asarray(diameter, dtype=float) / 2 - exclusion, scribe, width, height
    )
    cases = np.stack([radius, scribe, np.minimum(width, height), np.maximum(width, height)], axis=-1)
    different, inverse = np.unique(cases.reshape(-1, 4), axis=0, return_inverse=True)
    counts = np.full(len(different), np.nan)
    known = np.flatnonzero(~np.isnan(different).any(axis=1))
    if known.size:
        rows = int(np.nanmax(different[:, 0] / (different[:, 3] + different[:, 1]))) + 1
        portion = max(_CELLS_AT_ONCE // (_PHASES * (2 * rows + 1)), 1)
        for start in range(0, known.size, portion):
            part = known[start : start + portion]
            disc, street, short, long = different[part].T[:, :, None, None]
            counts[part] = _best_counts(disc, street, short, long, rows)
    return counts[inverse.ravel()].reshape(radius.shape)[()]


def _best_counts(radius, scribe, width, height, rows):
    """Best count of each case over all offsets, the most promising offset across the rows first.

    Arguments are shaped (case, 1, 1); rows run along the shorter side of the dies.
    """
    row = np.arange(-rows, rows + 1)
    far_edge = np.abs(row + np.linspace(0.0, 0.5, _PHASES)[:, None]) * (height + scribe) + height / 2
    half_chord = np.sqrt(np.maximum(radius**2 - far_edge**2, 0))
    # The centres of a row's dies lie within this many pitches either side of the wafer's middle.
    reach = np.where(far_edge <= radius, (half_chord - width / 2) / (width + scribe), -1.0)
    bound = np.maximum(np.floor(2 * (reach + _SLACK)) + 1, 0).sum(axis=-1)
    order = np.argsort(-bound, axis=-1)
    best = np.zeros(len(reach))
    for phase in order.T:
        case = np.flatnonzero(np.take_along_axis(bound, phase[:, None], -1)[:, 0] > best)
        if not case.size:
            break
        best[case] = np.maximum(best[case], _best_along(reach[case, phase[case]]))
    return best


def _best_along(reach):
    """Most grid points within ±reach, summed over rows (last axis), for the best common offset.

    The sum can only rise where some row gains a point at its end: at an offset of 0, or where reach
    plus the offset is whole.
    """
    fractions = np.concatenate([np.zeros_like(reach[:, :1]), -reach % 1.0], axis=1)
    offset = np.where(fractions <= 0.5, fractions, 0.0)[:, :, None]
    reach = reach[:, None, :] + _SLACK
    points = np.floor(reach - offset) + np.floor(reach + offset) + 1
    return np.maximum(points, 0).sum(axis=2).max(axis=1)
