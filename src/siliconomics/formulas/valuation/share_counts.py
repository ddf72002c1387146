"""Value per share on whatever way of counting shares is known."""

from siliconomics.core import formula


@formula(unit="listing_currency/share", source="siliconomics#definition")
def value_per_share_on_count(equity_value, share_count, exchange_rate):
    """Equity value over the shares of one way of counting; of a class alone (H shares) it says nothing of the class."""
    return equity_value / share_count / exchange_rate
