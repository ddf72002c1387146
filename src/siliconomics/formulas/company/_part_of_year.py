"""A line of a half year or quarter, where the year is given."""

from siliconomics.core.operators import first_known, where


def part_of_year(share, whole, earlier, left, stated, beyond_reported):
    """A planned share of the year; in its last part what the earlier ones leave, so that they make the year.

    As stated up to the last reported year, and where drivers give nothing.
    """
    driven = where(left > 0, share * whole, whole - earlier)
    return first_known(where(beyond_reported, driven, stated), stated)


def share_of_flow(share, whole, earlier, left):
    """A planned share of the year's flow; in its last part what the earlier ones leave."""
    return where(left > 0, share * whole, whole - earlier)


def closing_on_the_way(way, before, after, trailing):
    """A balance over the flow of twelve months, on its way from the year before to the year, times that flow now."""
    return (before + way * (after - before)) * trailing
