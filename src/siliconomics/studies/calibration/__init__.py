"""Calibration: a few parameters of software fitted on published points, and how far they carry to the unseen."""

from .fit import PARAMETERS, Fit, fit, held_out
from .run import Report, calibrate, levels_toml, parameters_csv, residuals_csv, score, software_toml, without_offsets

__all__ = [
    "PARAMETERS",
    "Fit",
    "Report",
    "calibrate",
    "fit",
    "held_out",
    "levels_toml",
    "parameters_csv",
    "residuals_csv",
    "score",
    "software_toml",
    "without_offsets",
]
