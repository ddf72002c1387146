"""Two counts of the binomial distribution: spares for a promise, and what a fleet may promise."""

from siliconomics.core.late import np
from siliconomics.core.operators import opaque


def _sound(share):
    share = np.asarray(share, dtype=float)
    return np.where((share > 0) & (share < 1), share, np.nan)


@opaque(text="fewest spares so that {0} of them and {0} work at once with chance {2}, each at {1}")
def fewest_spares(needed, availability, promise):
    """The least k such that at least ``needed`` of ``needed + k`` work with chance ``promise`` or more.

    Failures met before ``needed`` that work have a negative binomial distribution: k is its quantile.
    """
    from scipy.stats import nbinom

    return nbinom.ppf(_sound(promise), np.ceil(needed), _sound(availability))[()]


@opaque(text="most of {0} that work at once with chance {2}, each at {1}")
def most_to_count_on(installed, availability, promise):
    """The largest n such that at least n of ``installed`` work with chance ``promise`` or more; 0 at worst."""
    from scipy.stats import binom

    whole = np.floor(installed)
    return (whole - binom.ppf(_sound(promise), whole, 1 - _sound(availability)))[()]
