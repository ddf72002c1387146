"""What a range means: 80 % of belief, of a normal law on the value or on its logarithm."""

EIGHTY = 1.2815515655446004
"""Standard deviations on either side of 80 % of a normal distribution."""

__all__ = ["EIGHTY"]
