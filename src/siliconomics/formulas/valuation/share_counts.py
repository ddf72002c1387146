"""Value per share on whatever way of counting shares is known; what plans and placements add."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum, total, where


@formula(unit="listing_currency/share", source="siliconomics#definition")
def value_per_share_on_count(equity_value, share_count, exchange_rate):
    """Equity value over the shares of one way of counting; of a class or of the free float alone it means nothing."""
    return equity_value / share_count / exchange_rate


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def share_of_valuation_count(share_count, valuation_shares):
    """Shares of one way of counting over those the valuation divides by."""
    return share_count / valuation_shares


# -- options and restricted stock -------------------------------------------------------------


@formula(unit="mn share", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def shares_of_award(award_of_company, award_shares, award_exercise_price, share_price):
    """What a plan adds by the treasury-stock method: its shares less those its own payment would buy back.

    At today's price; nothing where the holder would pay more than the price. Restricted stock that costs nothing adds
    all of its shares.
    """
    added = maximum(award_shares * (1 - award_exercise_price / share_price), 0)
    return where(first_known(award_of_company, 0) > 0, added, 0)


@formula(unit="1", source="siliconomics#definition")
def award_count(award_of_company):
    """How many plans of a company are given."""
    return total(first_known(award_of_company, 0), over="award")


@formula(unit="mn share", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def dilutive_shares(award_count, shares_of_award, stated_dilutive_shares):
    """Shares that all plans of a company add; as stated where no plan is given, and unknown where nothing is."""
    return where(award_count > 0, total(shares_of_award, over="award"), stated_dilutive_shares)


@formula(unit="mn share", source="siliconomics#definition", possible="(0, inf)")
def diluted_share_count(valuation_shares, dilutive_shares):
    """Shares the valuation divides by, and those that plans add."""
    return valuation_shares + dilutive_shares


@formula(unit="listing_currency/share", source="siliconomics#definition")
def value_per_share_diluted(equity_value, diluted_share_count, exchange_rate):
    """Equity value over the diluted shares."""
    return equity_value / diluted_share_count / exchange_rate


@formula(unit="1", source="siliconomics#definition")
def dilution_by_awards(dilutive_shares, diluted_share_count):
    """Share of a company that plans will own: what the other owners give up."""
    return dilutive_shares / diluted_share_count


# -- listings and placements ------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="(0, inf)")
def placement_proceeds(placement_shares, placement_price, exchange_rate):
    """What a listing or placement raises, before its costs."""
    return placement_shares * placement_price * exchange_rate


@formula(unit="1", source="siliconomics#definition")
def placement_price_over_target(placement_price, price_target):
    """Price of the new shares over our value per share, less one; below nothing the old owners give value away."""
    return placement_price / price_target - 1


@formula(unit="listing_currency/share", source="ohlson-2000#new-shares")
def value_per_share_after_placement(
    equity_value, placement_proceeds, valuation_shares, placement_shares, exchange_rate
):
    """Value per share once the new shares and the money are in; of a placement that is in neither count nor book yet."""
    return (equity_value + placement_proceeds) / (valuation_shares + placement_shares) / exchange_rate


# -- pay in shares ----------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_before_stock_compensation(net_income, stock_compensation):
    """Net income with the pay in shares added back; the shares it costs are then to be in the count."""
    return net_income + stock_compensation


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def stock_compensation_share(stock_compensation, revenue):
    """Pay in shares over revenue."""
    return stock_compensation / revenue
