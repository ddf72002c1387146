"""Balance sheet at the end of a quarter: the last one of a year is the year's, and the others lie between two years.

Working capital is days of what was sold in the last twelve months; the days are on their way from those of the year before
to those of the year, so at its end both are the year's. Assets, debt and equity roll with their flows, and cash with all of
them. Nothing is found from the two sides of the balance: that they agree is a check.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous, where

from ._part_of_year import closing_on_the_way

# -- how far the days have come ---------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_way_of_days(assumed_quarter_way_of_days, planned_quarter_way_of_days):
    """How far days of working capital have come by the end of a quarter from last year's (0) to this year's (1)."""
    return first_known(assumed_quarter_way_of_days, previous(planned_quarter_way_of_days, 4))


# -- assets -----------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_cash_and_equivalents(
    quarter_cash_and_equivalents, quarter_net_change_in_cash, cash_and_equivalents, calendar_year, quarters_left
):
    """Cash at the end of a quarter: what there was and what the three flows add."""
    return where(
        quarters_left > 0,
        previous(quarter_cash_and_equivalents) + quarter_net_change_in_cash,
        at(cash_and_equivalents, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_marketable_securities(
    quarter_marketable_securities,
    quarter_short_term_investment_change,
    marketable_securities,
    calendar_year,
    quarters_left,
):
    """Securities at the end of a quarter: what there was and what was bought."""
    return where(
        quarters_left > 0,
        previous(quarter_marketable_securities) - quarter_short_term_investment_change,
        at(marketable_securities, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_trade_receivables(
    trade_receivables, revenue, quarter_revenue, planned_quarter_way_of_days, calendar_year, quarters_left
):
    """Receivables at the end of a quarter: days on their way, of the sales of twelve months."""
    before = at(trade_receivables, year=calendar_year - 1) / at(revenue, year=calendar_year - 1)
    after = at(trade_receivables, year=calendar_year) / at(revenue, year=calendar_year)
    trailing = quarter_revenue + previous(quarter_revenue) + previous(quarter_revenue, 2) + previous(quarter_revenue, 3)
    on_the_way = closing_on_the_way(planned_quarter_way_of_days, before, after, trailing)
    return where(quarters_left > 0, on_the_way, at(trade_receivables, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_inventories(
    inventories,
    cost_of_goods_sold,
    quarter_cost_of_goods_sold,
    planned_quarter_way_of_days,
    calendar_year,
    quarters_left,
):
    """Inventories at the end of a quarter: days on their way, of the cost of goods sold of twelve months."""
    before = at(inventories, year=calendar_year - 1) / at(cost_of_goods_sold, year=calendar_year - 1)
    after = at(inventories, year=calendar_year) / at(cost_of_goods_sold, year=calendar_year)
    trailing = (
        quarter_cost_of_goods_sold
        + previous(quarter_cost_of_goods_sold)
        + previous(quarter_cost_of_goods_sold, 2)
        + previous(quarter_cost_of_goods_sold, 3)
    )
    on_the_way = closing_on_the_way(planned_quarter_way_of_days, before, after, trailing)
    return where(quarters_left > 0, on_the_way, at(inventories, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_current_assets(
    other_current_assets,
    cost_of_goods_sold,
    quarter_cost_of_goods_sold,
    planned_quarter_way_of_days,
    calendar_year,
    quarters_left,
):
    """Other current assets at the end of a quarter: days on their way, of the cost of goods sold of twelve months."""
    before = at(other_current_assets, year=calendar_year - 1) / at(cost_of_goods_sold, year=calendar_year - 1)
    after = at(other_current_assets, year=calendar_year) / at(cost_of_goods_sold, year=calendar_year)
    trailing = (
        quarter_cost_of_goods_sold
        + previous(quarter_cost_of_goods_sold)
        + previous(quarter_cost_of_goods_sold, 2)
        + previous(quarter_cost_of_goods_sold, 3)
    )
    on_the_way = closing_on_the_way(planned_quarter_way_of_days, before, after, trailing)
    return where(quarters_left > 0, on_the_way, at(other_current_assets, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_current_assets(
    quarter_cash_and_equivalents,
    quarter_marketable_securities,
    quarter_trade_receivables,
    quarter_inventories,
    quarter_other_current_assets,
):
    """Current assets at the end of a quarter from their lines."""
    return (
        quarter_cash_and_equivalents
        + quarter_marketable_securities
        + quarter_trade_receivables
        + quarter_inventories
        + quarter_other_current_assets
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_long_term_investments(
    quarter_long_term_investments,
    quarter_long_term_investment_change,
    long_term_investments,
    calendar_year,
    quarters_left,
):
    """Long-term investments at the end of a quarter: what there was and what was bought."""
    return where(
        quarters_left > 0,
        previous(quarter_long_term_investments) - quarter_long_term_investment_change,
        at(long_term_investments, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_property_plant_equipment(
    quarter_property_plant_equipment,
    quarter_capital_expenditure,
    quarter_depreciation,
    property_plant_equipment,
    calendar_year,
    quarters_left,
):
    """Fixed assets at the end of a quarter: what there was, what was spent on them, less depreciation."""
    return where(
        quarters_left > 0,
        previous(quarter_property_plant_equipment) - quarter_capital_expenditure - quarter_depreciation,
        at(property_plant_equipment, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_intangible_assets(
    quarter_intangible_assets,
    quarter_other_investing_cash,
    quarter_other_operating_cash,
    intangible_assets,
    calendar_year,
    quarters_left,
):
    """Intangible assets at the end of a quarter: what there was, what was spent on them, less amortisation."""
    return where(
        quarters_left > 0,
        previous(quarter_intangible_assets) - quarter_other_investing_cash - quarter_other_operating_cash,
        at(intangible_assets, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_non_current_assets(
    quarter_other_non_current_assets, other_non_current_assets, calendar_year, quarters_left
):
    """Other non-current assets at the end of a quarter: they stay as they opened."""
    return where(
        quarters_left > 0, previous(quarter_other_non_current_assets), at(other_non_current_assets, year=calendar_year)
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_total_assets(
    quarter_current_assets,
    quarter_long_term_investments,
    quarter_property_plant_equipment,
    quarter_intangible_assets,
    quarter_other_non_current_assets,
):
    """All assets at the end of a quarter from their lines."""
    return (
        quarter_current_assets
        + quarter_long_term_investments
        + quarter_property_plant_equipment
        + quarter_intangible_assets
        + quarter_other_non_current_assets
    )


# -- liabilities ------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_short_term_debt(
    quarter_short_term_debt, quarter_short_term_debt_change, short_term_debt, calendar_year, quarters_left
):
    """Short-term debt at the end of a quarter: what there was and what was borrowed."""
    return where(
        quarters_left > 0,
        previous(quarter_short_term_debt) + quarter_short_term_debt_change,
        at(short_term_debt, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_trade_payables(
    trade_payables,
    cost_of_goods_sold,
    quarter_cost_of_goods_sold,
    planned_quarter_way_of_days,
    calendar_year,
    quarters_left,
):
    """Payables at the end of a quarter: days on their way, of the cost of goods sold of twelve months."""
    before = at(trade_payables, year=calendar_year - 1) / at(cost_of_goods_sold, year=calendar_year - 1)
    after = at(trade_payables, year=calendar_year) / at(cost_of_goods_sold, year=calendar_year)
    trailing = (
        quarter_cost_of_goods_sold
        + previous(quarter_cost_of_goods_sold)
        + previous(quarter_cost_of_goods_sold, 2)
        + previous(quarter_cost_of_goods_sold, 3)
    )
    on_the_way = closing_on_the_way(planned_quarter_way_of_days, before, after, trailing)
    return where(quarters_left > 0, on_the_way, at(trade_payables, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_current_liabilities(
    other_current_liabilities, revenue, quarter_revenue, planned_quarter_way_of_days, calendar_year, quarters_left
):
    """Other current liabilities at the end of a quarter: a share on its way, of the sales of twelve months."""
    before = at(other_current_liabilities, year=calendar_year - 1) / at(revenue, year=calendar_year - 1)
    after = at(other_current_liabilities, year=calendar_year) / at(revenue, year=calendar_year)
    trailing = quarter_revenue + previous(quarter_revenue) + previous(quarter_revenue, 2) + previous(quarter_revenue, 3)
    on_the_way = closing_on_the_way(planned_quarter_way_of_days, before, after, trailing)
    return where(quarters_left > 0, on_the_way, at(other_current_liabilities, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_long_term_debt(
    quarter_long_term_debt, quarter_long_term_debt_change, long_term_debt, calendar_year, quarters_left
):
    """Long-term debt at the end of a quarter: what there was and what was borrowed."""
    return where(
        quarters_left > 0,
        previous(quarter_long_term_debt) + quarter_long_term_debt_change,
        at(long_term_debt, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_non_current_liabilities(
    quarter_other_non_current_liabilities, other_non_current_liabilities, calendar_year, quarters_left
):
    """Other non-current liabilities at the end of a quarter: they stay as they opened."""
    return where(
        quarters_left > 0,
        previous(quarter_other_non_current_liabilities),
        at(other_non_current_liabilities, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_total_liabilities(
    quarter_short_term_debt,
    quarter_trade_payables,
    quarter_other_current_liabilities,
    quarter_long_term_debt,
    quarter_other_non_current_liabilities,
):
    """All liabilities at the end of a quarter from their lines."""
    return (
        quarter_short_term_debt
        + quarter_trade_payables
        + quarter_other_current_liabilities
        + quarter_long_term_debt
        + quarter_other_non_current_liabilities
    )


# -- equity -----------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_share_capital(
    quarter_share_capital, share_capital, planned_quarter_share_of_owners_flows, calendar_year, quarters_left
):
    """Capital at par at the end of a quarter: it moves in the year as owners' flows do."""
    movement = at(share_capital, year=calendar_year) - at(share_capital, year=calendar_year - 1)
    rolled = previous(quarter_share_capital) + planned_quarter_share_of_owners_flows * movement
    return where(quarters_left > 0, rolled, at(share_capital, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_additional_paid_in_capital(
    quarter_additional_paid_in_capital,
    quarter_share_capital,
    quarter_share_issuance,
    additional_paid_in_capital,
    calendar_year,
    quarters_left,
):
    """Capital above par at the end of a quarter: what was paid in before and in it, less capital at par."""
    paid_in = previous(quarter_share_capital) + previous(quarter_additional_paid_in_capital) + quarter_share_issuance
    return where(quarters_left > 0, paid_in - quarter_share_capital, at(additional_paid_in_capital, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_retained_earnings(
    quarter_retained_earnings,
    quarter_net_income,
    quarter_dividends_paid,
    retained_earnings,
    calendar_year,
    quarters_left,
):
    """Income kept at the end of a quarter: what there was and what it adds."""
    return where(
        quarters_left > 0,
        previous(quarter_retained_earnings) + quarter_net_income + quarter_dividends_paid,
        at(retained_earnings, year=calendar_year),
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_equity(quarter_other_equity, other_equity, calendar_year, quarters_left):
    """Other equity at the end of a quarter: it stays as it opened."""
    return where(quarters_left > 0, previous(quarter_other_equity), at(other_equity, year=calendar_year))


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_total_equity(
    quarter_total_equity,
    quarter_net_income,
    quarter_dividends_paid,
    quarter_share_issuance,
    total_equity,
    calendar_year,
    quarters_left,
):
    """Equity at the end of a quarter: what there was, income, and what owners put in less what they took out."""
    return where(
        quarters_left > 0,
        previous(quarter_total_equity) + quarter_net_income + quarter_dividends_paid + quarter_share_issuance,
        at(total_equity, year=calendar_year),
    )


# -- both sides -------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_liabilities_and_equity(quarter_total_liabilities, quarter_total_equity):
    """What the assets at the end of a quarter are paid with."""
    return quarter_total_liabilities + quarter_total_equity


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_balance_sheet_gap(quarter_total_assets, quarter_liabilities_and_equity):
    """What the two sides of the balance sheet at the end of a quarter differ by; nothing, if it balances."""
    return quarter_total_assets - quarter_liabilities_and_equity


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_operating_working_capital(
    quarter_trade_receivables,
    quarter_inventories,
    quarter_other_current_assets,
    quarter_trade_payables,
    quarter_other_current_liabilities,
):
    """Receivables, inventories, other current assets less payables and other current liabilities, at the end of a quarter."""
    tied_up = quarter_trade_receivables + quarter_inventories + quarter_other_current_assets
    return tied_up - quarter_trade_payables - quarter_other_current_liabilities
