"""Cash flow of a quarter: shares of the year's flows, and working capital as its balances move.

No source prints how these flows lie in a year, so each share is an assumption with a range. The last quarter of a year is
what the others leave, so that they make the year whatever a driver does. Money in is positive.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous

from ._part_of_year import share_of_flow

# -- how the plan lies in the year ------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_wear(assumed_quarter_share_of_wear, planned_quarter_share_of_wear):
    """Share of a year's depreciation and amortisation in a quarter: as assumed, else as in the year before."""
    return first_known(assumed_quarter_share_of_wear, previous(planned_quarter_share_of_wear, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_spending(assumed_quarter_share_of_spending, planned_quarter_share_of_spending):
    """Share of a year's cash for fixed and intangible assets in a quarter: as assumed, else as in the year before."""
    return first_known(assumed_quarter_share_of_spending, previous(planned_quarter_share_of_spending, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_financing(assumed_quarter_share_of_financing, planned_quarter_share_of_financing):
    """Share of a year's cash from debt, investments and other financing in a quarter: as assumed, else as in the year before."""
    return first_known(assumed_quarter_share_of_financing, previous(planned_quarter_share_of_financing, 4))


@formula(unit="1", source="siliconomics#definition")
def planned_quarter_share_of_owners_flows(assumed_quarter_share_of_owners_flows, planned_quarter_share_of_owners_flows):
    """Share of a year's what owners put in or take out in a quarter: as assumed, else as in the year before."""
    return first_known(assumed_quarter_share_of_owners_flows, previous(planned_quarter_share_of_owners_flows, 4))


# -- operations -------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_depreciation(
    quarter_depreciation, depreciation, planned_quarter_share_of_wear, calendar_year, quarters_left
):
    """Depreciation of a quarter: its share of the year."""
    earlier = previous(quarter_depreciation) + previous(quarter_depreciation, 2) + previous(quarter_depreciation, 3)
    return share_of_flow(planned_quarter_share_of_wear, at(depreciation, year=calendar_year), earlier, quarters_left)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_working_capital_change(quarter_operating_working_capital):
    """Cash from the change of working capital of a quarter: what its balances fell by."""
    return previous(quarter_operating_working_capital) - quarter_operating_working_capital


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_operating_cash(
    quarter_other_operating_cash, other_operating_cash, planned_quarter_share_of_wear, calendar_year, quarters_left
):
    """Amortisation and other adjustments of a quarter: their share of the year."""
    earlier = (
        previous(quarter_other_operating_cash)
        + previous(quarter_other_operating_cash, 2)
        + previous(quarter_other_operating_cash, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_wear, at(other_operating_cash, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_cash_from_operations(
    quarter_net_income, quarter_depreciation, quarter_working_capital_change, quarter_other_operating_cash
):
    """Cash from operations of a quarter from its lines."""
    return quarter_net_income + quarter_depreciation + quarter_working_capital_change + quarter_other_operating_cash


# -- investing --------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_capital_expenditure(
    quarter_capital_expenditure, capital_expenditure, planned_quarter_share_of_spending, calendar_year, quarters_left
):
    """Cash for fixed assets of a quarter: its share of the year, negative for it flows out."""
    earlier = (
        previous(quarter_capital_expenditure)
        + previous(quarter_capital_expenditure, 2)
        + previous(quarter_capital_expenditure, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_spending, at(capital_expenditure, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_long_term_investment_change(
    quarter_long_term_investment_change,
    long_term_investment_change,
    planned_quarter_share_of_financing,
    calendar_year,
    quarters_left,
):
    """Cash from long-term investments of a quarter: its share of the year."""
    earlier = (
        previous(quarter_long_term_investment_change)
        + previous(quarter_long_term_investment_change, 2)
        + previous(quarter_long_term_investment_change, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(long_term_investment_change, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_short_term_investment_change(
    quarter_short_term_investment_change,
    short_term_investment_change,
    planned_quarter_share_of_financing,
    calendar_year,
    quarters_left,
):
    """Cash from securities of a quarter: its share of the year."""
    earlier = (
        previous(quarter_short_term_investment_change)
        + previous(quarter_short_term_investment_change, 2)
        + previous(quarter_short_term_investment_change, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(short_term_investment_change, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_investing_cash(
    quarter_other_investing_cash, other_investing_cash, planned_quarter_share_of_spending, calendar_year, quarters_left
):
    """Cash for intangible assets of a quarter: its share of the year, negative for it flows out."""
    earlier = (
        previous(quarter_other_investing_cash)
        + previous(quarter_other_investing_cash, 2)
        + previous(quarter_other_investing_cash, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_spending, at(other_investing_cash, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_cash_from_investing(
    quarter_capital_expenditure,
    quarter_long_term_investment_change,
    quarter_short_term_investment_change,
    quarter_other_investing_cash,
):
    """Cash from investing of a quarter from its lines."""
    return (
        quarter_capital_expenditure
        + quarter_long_term_investment_change
        + quarter_short_term_investment_change
        + quarter_other_investing_cash
    )


# -- financing --------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_long_term_debt_change(
    quarter_long_term_debt_change,
    long_term_debt_change,
    planned_quarter_share_of_financing,
    calendar_year,
    quarters_left,
):
    """Cash from long-term debt of a quarter: its share of the year."""
    earlier = (
        previous(quarter_long_term_debt_change)
        + previous(quarter_long_term_debt_change, 2)
        + previous(quarter_long_term_debt_change, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(long_term_debt_change, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_short_term_debt_change(
    quarter_short_term_debt_change,
    short_term_debt_change,
    planned_quarter_share_of_financing,
    calendar_year,
    quarters_left,
):
    """Cash from short-term debt of a quarter: its share of the year."""
    earlier = (
        previous(quarter_short_term_debt_change)
        + previous(quarter_short_term_debt_change, 2)
        + previous(quarter_short_term_debt_change, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(short_term_debt_change, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_dividends_paid(
    quarter_dividends_paid, dividends_paid, planned_quarter_share_of_owners_flows, calendar_year, quarters_left
):
    """Cash to owners of a quarter: its share of the year, negative for it flows out."""
    earlier = (
        previous(quarter_dividends_paid) + previous(quarter_dividends_paid, 2) + previous(quarter_dividends_paid, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_owners_flows, at(dividends_paid, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_share_issuance(
    quarter_share_issuance, share_issuance, planned_quarter_share_of_owners_flows, calendar_year, quarters_left
):
    """Cash from owners of a quarter: its share of the year."""
    earlier = (
        previous(quarter_share_issuance) + previous(quarter_share_issuance, 2) + previous(quarter_share_issuance, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_owners_flows, at(share_issuance, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_other_financing_cash(
    quarter_other_financing_cash, other_financing_cash, planned_quarter_share_of_financing, calendar_year, quarters_left
):
    """Other cash from financing of a quarter: its share of the year."""
    earlier = (
        previous(quarter_other_financing_cash)
        + previous(quarter_other_financing_cash, 2)
        + previous(quarter_other_financing_cash, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(other_financing_cash, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_cash_from_financing(
    quarter_long_term_debt_change,
    quarter_short_term_debt_change,
    quarter_dividends_paid,
    quarter_share_issuance,
    quarter_other_financing_cash,
):
    """Cash from financing of a quarter from its lines."""
    return (
        quarter_long_term_debt_change
        + quarter_short_term_debt_change
        + quarter_dividends_paid
        + quarter_share_issuance
        + quarter_other_financing_cash
    )


# -- the change of cash -----------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def quarter_exchange_rate_effect(
    quarter_exchange_rate_effect, exchange_rate_effect, planned_quarter_share_of_financing, calendar_year, quarters_left
):
    """Effect of exchange rates on cash of a quarter: its share of the year."""
    earlier = (
        previous(quarter_exchange_rate_effect)
        + previous(quarter_exchange_rate_effect, 2)
        + previous(quarter_exchange_rate_effect, 3)
    )
    return share_of_flow(
        planned_quarter_share_of_financing, at(exchange_rate_effect, year=calendar_year), earlier, quarters_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_net_change_in_cash(
    quarter_cash_from_operations, quarter_cash_from_investing, quarter_cash_from_financing, quarter_exchange_rate_effect
):
    """Change of cash of a quarter: three flows and the effect of exchange rates."""
    return (
        quarter_cash_from_operations
        + quarter_cash_from_investing
        + quarter_cash_from_financing
        + quarter_exchange_rate_effect
    )
