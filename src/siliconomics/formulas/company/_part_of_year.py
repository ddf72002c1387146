"""A line of a half year or quarter where drivers give the year."""

from siliconomics.core.operators import first_known, where


def part_of_year(share, whole, earlier, left, stated, beyond_reported):
    """A planned share of the year; in its last part what the earlier ones leave, so that they make the year.

    As stated up to the last reported year, and where drivers give nothing.
    """
    driven = where(left > 0, share * whole, whole - earlier)
    return first_known(where(beyond_reported, driven, stated), stated)
