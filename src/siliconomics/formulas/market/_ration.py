"""How a short supply is shared out: the part of what is wanted that can be had."""

from siliconomics.core.operators import maximum, where


def fill(available, wanted, one):
    """Available over wanted where more is wanted than there is, else 1. ``one`` makes pure numbers of both."""
    there, asked = available / one, wanted / one
    return where(asked > there, there / where(asked > there, asked, 1), 1)


def fill_in_two_calls(available, wanted, wanted_first, first, one):
    """As ``fill``, but whoever has the first call is served before all others share what is left."""
    served = fill(available, wanted_first, one)
    rest = fill(maximum(available - served * wanted_first, 0), wanted - wanted_first, one)
    return first * served + (1 - first) * rest
