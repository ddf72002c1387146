"""The pages that docs/build.py makes from the calibration and the claims: validation.md, claims.md and a picture.

Nothing is fitted here: scores are read off the files in facts/library/calibration.
"""

from .claims import claims_page
from .validation import validation

__all__ = ["claims_page", "validation"]
