"""From evidence items to a score on the scale, and to the range in which it may lie.

The rule in one sentence: the mean of what the items say, weighted by grade and age, held back towards the middle
of the scale as if one more item of the weight ``absent_evidence_weight`` stood for all that nobody told us.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, minimum, total

# -- the scale --------------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#evidence-to-score")
def scale_middle(scale_lowest, scale_highest):
    """Middle of the scale: where a company stands of whom nothing is said."""
    return (scale_lowest + scale_highest) / 2


@formula(unit="1", source="siliconomics#evidence-to-score")
def scale_half_range(scale_lowest, scale_highest):
    """Half of the whole scale: how far a score may lie from the middle when nothing is known."""
    return (scale_highest - scale_lowest) / 2


# -- one item ---------------------------------------------------------------------------------


@formula(unit="year", source="siliconomics#evidence-to-score", kind="stepped", possible="[0, inf)")
def evidence_age_years(execution_date, evidence_date):
    """Age of an item on the day of scoring; 0 for what is said of a time still to come."""
    return maximum(execution_date - evidence_date, 0)


@formula(unit="1", source="siliconomics#evidence-to-score", possible="[0, inf)")
def evidence_weight(evidence_grade_weight, evidence_grade, evidence_age_years, evidence_half_life_years):
    """What an item counts: the weight of its grade, halved with every half-life of age."""
    return at(evidence_grade_weight, grade=evidence_grade) / 2 ** (evidence_age_years / evidence_half_life_years)


@formula(unit="1", source="siliconomics#evidence-to-score")
def evidence_lean(evidence_level, evidence_direction, evidence_direction_step, scale_middle):
    """How far an item leans from the middle: by its level; one that names no level, by its direction."""
    return first_known(evidence_level - scale_middle, evidence_direction * evidence_direction_step)


# -- all items of a company on a criterion ----------------------------------------------------


@formula(unit="1", source="siliconomics#evidence-to-score", possible="[0, inf)")
def evidence_total_weight(evidence_weight):
    """Weight of all items; 0 where there is none."""
    return total(first_known(evidence_weight, 0), over="item")


@formula(unit="1", source="siliconomics#evidence-to-score", possible="[0, inf)")
def levelled_evidence_weight(evidence_weight, evidence_states_level):
    """Weight of the items that name a level: only these place a company, the others push it."""
    return total(first_known(evidence_weight * evidence_states_level, 0), over="item")


@formula(unit="1", source="siliconomics#evidence-to-score")
def evidence_weighted_lean(evidence_weight, evidence_lean):
    """Sum of the leans of all items, each by its weight."""
    return total(first_known(evidence_weight * evidence_lean, 0), over="item")


@formula(unit="1", source="siliconomics#evidence-to-score", kind="stepped")
def execution_score(
    evidence_weighted_lean,
    evidence_total_weight,
    levelled_evidence_weight,
    absent_evidence_weight,
    scale_middle,
    scale_lowest,
    scale_highest,
):
    """Score of a company on a criterion: the middle of the scale, moved by what the evidence says.

    Unknown where there is no evidence. A level pulls towards itself, the more the weightier; a direction without
    a level pushes and never pulls back. Little evidence stays near the middle.
    """
    pull = evidence_total_weight / (levelled_evidence_weight + absent_evidence_weight)
    moved = scale_middle + evidence_weighted_lean / evidence_total_weight * pull
    return minimum(maximum(moved, scale_lowest), scale_highest)


@formula(unit="1", source="siliconomics#evidence-to-score", kind="stepped", possible="[0, inf)")
def evidence_disagreement(evidence_weight, evidence_states_level, evidence_level, execution_score):
    """Sum of the distances between the items' levels and the score, each by its weight; 0 without evidence."""
    distance = maximum(evidence_level - execution_score, execution_score - evidence_level)
    return total(first_known(evidence_weight * evidence_states_level * distance, 0), over="item")


@formula(unit="1", source="siliconomics#evidence-to-score", possible="[0, inf)")
def execution_score_half_range(
    evidence_disagreement, levelled_evidence_weight, absent_evidence_weight, scale_half_range
):
    """How far the score may lie to either side: the items' mean distance from it, and the whole scale for what is absent.

    Half the scale where there is no evidence. More items narrow it; items that disagree keep it wide.
    """
    absent = absent_evidence_weight * scale_half_range
    return (evidence_disagreement + absent) / (levelled_evidence_weight + absent_evidence_weight)


@formula(unit="1", source="siliconomics#evidence-to-score", kind="stepped")
def execution_score_low(execution_score, execution_score_half_range, scale_lowest):
    """Low end of the score; the lowest step where there is no evidence."""
    return first_known(maximum(execution_score - execution_score_half_range, scale_lowest), scale_lowest)


@formula(unit="1", source="siliconomics#evidence-to-score", kind="stepped")
def execution_score_high(execution_score, execution_score_half_range, scale_highest):
    """High end of the score; the highest step where there is no evidence."""
    return first_known(minimum(execution_score + execution_score_half_range, scale_highest), scale_highest)
