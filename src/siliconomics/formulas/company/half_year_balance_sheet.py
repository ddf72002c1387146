"""Balance sheet at the end of a half year: the last one of a year is the year's, and the others lie between two years.

Working capital is days of what was sold in the last twelve months; the days are on their way from those of the year before
to those of the year, so at its end both are the year's. Assets, debt and equity roll with their flows, and cash with all of
them. Nothing is found from the two sides of the balance: that they agree is a check.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous, where

from ._part_of_year import closing_on_the_way

# -- how far the days have come ---------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_half_year_way_of_days(assumed_half_year_way_of_days, planned_half_year_way_of_days):
    """How far days of working capital have come by the end of a half year from last year's (0) to this year's (1)."""
    return first_known(assumed_half_year_way_of_days, previous(planned_half_year_way_of_days, 2))


# -- assets -----------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_cash_and_equivalents(
    half_year_cash_and_equivalents, half_year_net_change_in_cash, cash_and_equivalents, year_of_half, halves_left
):
    """Cash at the end of a half year: what there was and what the three flows add."""
    return where(
        halves_left > 0,
        previous(half_year_cash_and_equivalents) + half_year_net_change_in_cash,
        at(cash_and_equivalents, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_marketable_securities(
    half_year_marketable_securities,
    half_year_short_term_investment_change,
    marketable_securities,
    year_of_half,
    halves_left,
):
    """Securities at the end of a half year: what there was and what was bought."""
    return where(
        halves_left > 0,
        previous(half_year_marketable_securities) - half_year_short_term_investment_change,
        at(marketable_securities, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_trade_receivables(
    trade_receivables, revenue, half_year_revenue, planned_half_year_way_of_days, year_of_half, halves_left
):
    """Receivables at the end of a half year: days on their way, of the sales of twelve months."""
    before = at(trade_receivables, year=year_of_half - 1) / at(revenue, year=year_of_half - 1)
    after = at(trade_receivables, year=year_of_half) / at(revenue, year=year_of_half)
    trailing = half_year_revenue + previous(half_year_revenue)
    on_the_way = closing_on_the_way(planned_half_year_way_of_days, before, after, trailing)
    return where(halves_left > 0, on_the_way, at(trade_receivables, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_inventories(
    inventories,
    cost_of_goods_sold,
    half_year_cost_of_goods_sold,
    planned_half_year_way_of_days,
    year_of_half,
    halves_left,
):
    """Inventories at the end of a half year: days on their way, of the cost of goods sold of twelve months."""
    before = at(inventories, year=year_of_half - 1) / at(cost_of_goods_sold, year=year_of_half - 1)
    after = at(inventories, year=year_of_half) / at(cost_of_goods_sold, year=year_of_half)
    trailing = half_year_cost_of_goods_sold + previous(half_year_cost_of_goods_sold)
    on_the_way = closing_on_the_way(planned_half_year_way_of_days, before, after, trailing)
    return where(halves_left > 0, on_the_way, at(inventories, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_current_assets(
    other_current_assets,
    cost_of_goods_sold,
    half_year_cost_of_goods_sold,
    planned_half_year_way_of_days,
    year_of_half,
    halves_left,
):
    """Other current assets at the end of a half year: days on their way, of the cost of goods sold of twelve months."""
    before = at(other_current_assets, year=year_of_half - 1) / at(cost_of_goods_sold, year=year_of_half - 1)
    after = at(other_current_assets, year=year_of_half) / at(cost_of_goods_sold, year=year_of_half)
    trailing = half_year_cost_of_goods_sold + previous(half_year_cost_of_goods_sold)
    on_the_way = closing_on_the_way(planned_half_year_way_of_days, before, after, trailing)
    return where(halves_left > 0, on_the_way, at(other_current_assets, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_current_assets(
    half_year_cash_and_equivalents,
    half_year_marketable_securities,
    half_year_trade_receivables,
    half_year_inventories,
    half_year_other_current_assets,
):
    """Current assets at the end of a half year from their lines."""
    return (
        half_year_cash_and_equivalents
        + half_year_marketable_securities
        + half_year_trade_receivables
        + half_year_inventories
        + half_year_other_current_assets
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_long_term_investments(
    half_year_long_term_investments,
    half_year_long_term_investment_change,
    long_term_investments,
    year_of_half,
    halves_left,
):
    """Long-term investments at the end of a half year: what there was and what was bought."""
    return where(
        halves_left > 0,
        previous(half_year_long_term_investments) - half_year_long_term_investment_change,
        at(long_term_investments, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_property_plant_equipment(
    half_year_property_plant_equipment,
    half_year_capital_expenditure,
    half_year_depreciation,
    property_plant_equipment,
    year_of_half,
    halves_left,
):
    """Fixed assets at the end of a half year: what there was, what was spent on them, less depreciation."""
    return where(
        halves_left > 0,
        previous(half_year_property_plant_equipment) - half_year_capital_expenditure - half_year_depreciation,
        at(property_plant_equipment, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_intangible_assets(
    half_year_intangible_assets,
    half_year_other_investing_cash,
    half_year_other_operating_cash,
    intangible_assets,
    year_of_half,
    halves_left,
):
    """Intangible assets at the end of a half year: what there was, what was spent on them, less amortisation."""
    return where(
        halves_left > 0,
        previous(half_year_intangible_assets) - half_year_other_investing_cash - half_year_other_operating_cash,
        at(intangible_assets, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_non_current_assets(
    half_year_other_non_current_assets, other_non_current_assets, year_of_half, halves_left
):
    """Other non-current assets at the end of a half year: they stay as they opened."""
    return where(
        halves_left > 0, previous(half_year_other_non_current_assets), at(other_non_current_assets, year=year_of_half)
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_total_assets(
    half_year_current_assets,
    half_year_long_term_investments,
    half_year_property_plant_equipment,
    half_year_intangible_assets,
    half_year_other_non_current_assets,
):
    """All assets at the end of a half year from their lines."""
    return (
        half_year_current_assets
        + half_year_long_term_investments
        + half_year_property_plant_equipment
        + half_year_intangible_assets
        + half_year_other_non_current_assets
    )


# -- liabilities ------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_short_term_debt(
    half_year_short_term_debt, half_year_short_term_debt_change, short_term_debt, year_of_half, halves_left
):
    """Short-term debt at the end of a half year: what there was and what was borrowed."""
    return where(
        halves_left > 0,
        previous(half_year_short_term_debt) + half_year_short_term_debt_change,
        at(short_term_debt, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_trade_payables(
    trade_payables,
    cost_of_goods_sold,
    half_year_cost_of_goods_sold,
    planned_half_year_way_of_days,
    year_of_half,
    halves_left,
):
    """Payables at the end of a half year: days on their way, of the cost of goods sold of twelve months."""
    before = at(trade_payables, year=year_of_half - 1) / at(cost_of_goods_sold, year=year_of_half - 1)
    after = at(trade_payables, year=year_of_half) / at(cost_of_goods_sold, year=year_of_half)
    trailing = half_year_cost_of_goods_sold + previous(half_year_cost_of_goods_sold)
    on_the_way = closing_on_the_way(planned_half_year_way_of_days, before, after, trailing)
    return where(halves_left > 0, on_the_way, at(trade_payables, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_current_liabilities(
    other_current_liabilities, revenue, half_year_revenue, planned_half_year_way_of_days, year_of_half, halves_left
):
    """Other current liabilities at the end of a half year: a share on its way, of the sales of twelve months."""
    before = at(other_current_liabilities, year=year_of_half - 1) / at(revenue, year=year_of_half - 1)
    after = at(other_current_liabilities, year=year_of_half) / at(revenue, year=year_of_half)
    trailing = half_year_revenue + previous(half_year_revenue)
    on_the_way = closing_on_the_way(planned_half_year_way_of_days, before, after, trailing)
    return where(halves_left > 0, on_the_way, at(other_current_liabilities, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_long_term_debt(
    half_year_long_term_debt, half_year_long_term_debt_change, long_term_debt, year_of_half, halves_left
):
    """Long-term debt at the end of a half year: what there was and what was borrowed."""
    return where(
        halves_left > 0,
        previous(half_year_long_term_debt) + half_year_long_term_debt_change,
        at(long_term_debt, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_non_current_liabilities(
    half_year_other_non_current_liabilities, other_non_current_liabilities, year_of_half, halves_left
):
    """Other non-current liabilities at the end of a half year: they stay as they opened."""
    return where(
        halves_left > 0,
        previous(half_year_other_non_current_liabilities),
        at(other_non_current_liabilities, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_total_liabilities(
    half_year_short_term_debt,
    half_year_trade_payables,
    half_year_other_current_liabilities,
    half_year_long_term_debt,
    half_year_other_non_current_liabilities,
):
    """All liabilities at the end of a half year from their lines."""
    return (
        half_year_short_term_debt
        + half_year_trade_payables
        + half_year_other_current_liabilities
        + half_year_long_term_debt
        + half_year_other_non_current_liabilities
    )


# -- equity -----------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_share_capital(
    half_year_share_capital, share_capital, planned_half_year_share_of_owners_flows, year_of_half, halves_left
):
    """Capital at par at the end of a half year: it moves in the year as owners' flows do."""
    movement = at(share_capital, year=year_of_half) - at(share_capital, year=year_of_half - 1)
    rolled = previous(half_year_share_capital) + planned_half_year_share_of_owners_flows * movement
    return where(halves_left > 0, rolled, at(share_capital, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_additional_paid_in_capital(
    half_year_additional_paid_in_capital,
    half_year_share_capital,
    half_year_share_issuance,
    additional_paid_in_capital,
    year_of_half,
    halves_left,
):
    """Capital above par at the end of a half year: what was paid in before and in it, less capital at par."""
    paid_in = (
        previous(half_year_share_capital) + previous(half_year_additional_paid_in_capital) + half_year_share_issuance
    )
    return where(halves_left > 0, paid_in - half_year_share_capital, at(additional_paid_in_capital, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_retained_earnings(
    half_year_retained_earnings,
    half_year_net_income,
    half_year_dividends_paid,
    retained_earnings,
    year_of_half,
    halves_left,
):
    """Income kept at the end of a half year: what there was and what it adds."""
    return where(
        halves_left > 0,
        previous(half_year_retained_earnings) + half_year_net_income + half_year_dividends_paid,
        at(retained_earnings, year=year_of_half),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_equity(half_year_other_equity, other_equity, year_of_half, halves_left):
    """Other equity at the end of a half year: it stays as it opened."""
    return where(halves_left > 0, previous(half_year_other_equity), at(other_equity, year=year_of_half))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_total_equity(
    half_year_total_equity,
    half_year_net_income,
    half_year_dividends_paid,
    half_year_share_issuance,
    total_equity,
    year_of_half,
    halves_left,
):
    """Equity at the end of a half year: what there was, income, and what owners put in less what they took out."""
    return where(
        halves_left > 0,
        previous(half_year_total_equity) + half_year_net_income + half_year_dividends_paid + half_year_share_issuance,
        at(total_equity, year=year_of_half),
    )


# -- both sides -------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_liabilities_and_equity(half_year_total_liabilities, half_year_total_equity):
    """What the assets at the end of a half year are paid with."""
    return half_year_total_liabilities + half_year_total_equity


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_balance_sheet_gap(half_year_total_assets, half_year_liabilities_and_equity):
    """What the two sides of the balance sheet at the end of a half year differ by; nothing, if it balances."""
    return half_year_total_assets - half_year_liabilities_and_equity


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_operating_working_capital(
    half_year_trade_receivables,
    half_year_inventories,
    half_year_other_current_assets,
    half_year_trade_payables,
    half_year_other_current_liabilities,
):
    """Receivables, inventories, other current assets less payables and other current liabilities, at the end of a half year."""
    tied_up = half_year_trade_receivables + half_year_inventories + half_year_other_current_assets
    return tied_up - half_year_trade_payables - half_year_other_current_liabilities
