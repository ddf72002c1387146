"""Execution: a company's score on each criterion, and its range, from dated and graded evidence."""

from .score import (
    evidence_age_years,
    evidence_disagreement,
    evidence_lean,
    evidence_total_weight,
    evidence_weight,
    evidence_weighted_lean,
    execution_score,
    execution_score_half_range,
    execution_score_high,
    execution_score_low,
    levelled_evidence_weight,
    scale_half_range,
    scale_middle,
)

__all__ = [
    "evidence_age_years",
    "evidence_disagreement",
    "evidence_lean",
    "evidence_total_weight",
    "evidence_weight",
    "evidence_weighted_lean",
    "execution_score",
    "execution_score_half_range",
    "execution_score_high",
    "execution_score_low",
    "levelled_evidence_weight",
    "scale_half_range",
    "scale_middle",
]
