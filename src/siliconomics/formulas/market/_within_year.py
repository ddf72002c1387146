"""A capacity between two year ends."""


def at_middle_of_quarter(start, end, quarter_of_year):
    """What stands in the middle of a quarter on the straight line from one year end to the next."""
    return start + (end - start) * (quarter_of_year - 1 / 2) / 4
