"""Cash flow of a half year: shares of the year's flows, and working capital as its balances move.

No source prints how these flows lie in a year, so each share is an assumption with a range. The last half year of a year is
what the others leave, so that they make the year whatever a driver does. Money in is positive.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, previous

from ._part_of_year import share_of_flow

# -- how the plan lies in the year ------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition")
def planned_half_year_share_of_wear(assumed_half_year_share_of_wear, planned_half_year_share_of_wear):
    """Share of a year's depreciation and amortisation in a half year: as assumed, else as in the year before."""
    return first_known(assumed_half_year_share_of_wear, previous(planned_half_year_share_of_wear, 2))


@formula(unit="1", source="siliconomics#definition")
def planned_half_year_share_of_spending(assumed_half_year_share_of_spending, planned_half_year_share_of_spending):
    """Share of a year's cash for fixed and intangible assets in a half year: as assumed, else as in the year before."""
    return first_known(assumed_half_year_share_of_spending, previous(planned_half_year_share_of_spending, 2))


@formula(unit="1", source="siliconomics#definition")
def planned_half_year_share_of_financing(assumed_half_year_share_of_financing, planned_half_year_share_of_financing):
    """Share of a year's cash from debt, investments and other financing in a half year: as assumed, else as before."""
    return first_known(assumed_half_year_share_of_financing, previous(planned_half_year_share_of_financing, 2))


@formula(unit="1", source="siliconomics#definition")
def planned_half_year_share_of_owners_flows(
    assumed_half_year_share_of_owners_flows, planned_half_year_share_of_owners_flows
):
    """Share of a year's what owners put in or take out in a half year: as assumed, else as in the year before."""
    return first_known(assumed_half_year_share_of_owners_flows, previous(planned_half_year_share_of_owners_flows, 2))


# -- operations -------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_depreciation(
    half_year_depreciation, depreciation, planned_half_year_share_of_wear, year_of_half, halves_left
):
    """Depreciation of a half year: its share of the year."""
    earlier = previous(half_year_depreciation)
    return share_of_flow(planned_half_year_share_of_wear, at(depreciation, year=year_of_half), earlier, halves_left)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_working_capital_change(half_year_operating_working_capital):
    """Cash from the change of working capital of a half year: what its balances fell by."""
    return previous(half_year_operating_working_capital) - half_year_operating_working_capital


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_operating_cash(
    half_year_other_operating_cash, other_operating_cash, planned_half_year_share_of_wear, year_of_half, halves_left
):
    """Amortisation and other adjustments of a half year: their share of the year."""
    earlier = previous(half_year_other_operating_cash)
    return share_of_flow(
        planned_half_year_share_of_wear, at(other_operating_cash, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_cash_from_operations(
    half_year_net_income, half_year_depreciation, half_year_working_capital_change, half_year_other_operating_cash
):
    """Cash from operations of a half year from its lines."""
    return (
        half_year_net_income
        + half_year_depreciation
        + half_year_working_capital_change
        + half_year_other_operating_cash
    )


# -- investing --------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_capital_expenditure(
    half_year_capital_expenditure, capital_expenditure, planned_half_year_share_of_spending, year_of_half, halves_left
):
    """Cash for fixed assets of a half year: its share of the year, negative for it flows out."""
    earlier = previous(half_year_capital_expenditure)
    return share_of_flow(
        planned_half_year_share_of_spending, at(capital_expenditure, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_long_term_investment_change(
    half_year_long_term_investment_change,
    long_term_investment_change,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Cash from long-term investments of a half year: its share of the year."""
    earlier = previous(half_year_long_term_investment_change)
    return share_of_flow(
        planned_half_year_share_of_financing, at(long_term_investment_change, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_short_term_investment_change(
    half_year_short_term_investment_change,
    short_term_investment_change,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Cash from securities of a half year: its share of the year."""
    earlier = previous(half_year_short_term_investment_change)
    return share_of_flow(
        planned_half_year_share_of_financing, at(short_term_investment_change, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_investing_cash(
    half_year_other_investing_cash, other_investing_cash, planned_half_year_share_of_spending, year_of_half, halves_left
):
    """Cash for intangible assets of a half year: its share of the year, negative for it flows out."""
    earlier = previous(half_year_other_investing_cash)
    return share_of_flow(
        planned_half_year_share_of_spending, at(other_investing_cash, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_cash_from_investing(
    half_year_capital_expenditure,
    half_year_long_term_investment_change,
    half_year_short_term_investment_change,
    half_year_other_investing_cash,
):
    """Cash from investing of a half year from its lines."""
    return (
        half_year_capital_expenditure
        + half_year_long_term_investment_change
        + half_year_short_term_investment_change
        + half_year_other_investing_cash
    )


# -- financing --------------------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_long_term_debt_change(
    half_year_long_term_debt_change,
    long_term_debt_change,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Cash from long-term debt of a half year: its share of the year."""
    earlier = previous(half_year_long_term_debt_change)
    return share_of_flow(
        planned_half_year_share_of_financing, at(long_term_debt_change, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_short_term_debt_change(
    half_year_short_term_debt_change,
    short_term_debt_change,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Cash from short-term debt of a half year: its share of the year."""
    earlier = previous(half_year_short_term_debt_change)
    return share_of_flow(
        planned_half_year_share_of_financing, at(short_term_debt_change, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_dividends_paid(
    half_year_dividends_paid, dividends_paid, planned_half_year_share_of_owners_flows, year_of_half, halves_left
):
    """Cash to owners of a half year: its share of the year, negative for it flows out."""
    earlier = previous(half_year_dividends_paid)
    return share_of_flow(
        planned_half_year_share_of_owners_flows, at(dividends_paid, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_share_issuance(
    half_year_share_issuance, share_issuance, planned_half_year_share_of_owners_flows, year_of_half, halves_left
):
    """Cash from owners of a half year: its share of the year."""
    earlier = previous(half_year_share_issuance)
    return share_of_flow(
        planned_half_year_share_of_owners_flows, at(share_issuance, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_other_financing_cash(
    half_year_other_financing_cash,
    other_financing_cash,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Other cash from financing of a half year: its share of the year."""
    earlier = previous(half_year_other_financing_cash)
    return share_of_flow(
        planned_half_year_share_of_financing, at(other_financing_cash, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_cash_from_financing(
    half_year_long_term_debt_change,
    half_year_short_term_debt_change,
    half_year_dividends_paid,
    half_year_share_issuance,
    half_year_other_financing_cash,
):
    """Cash from financing of a half year from its lines."""
    return (
        half_year_long_term_debt_change
        + half_year_short_term_debt_change
        + half_year_dividends_paid
        + half_year_share_issuance
        + half_year_other_financing_cash
    )


# -- the change of cash -----------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def half_year_exchange_rate_effect(
    half_year_exchange_rate_effect,
    exchange_rate_effect,
    planned_half_year_share_of_financing,
    year_of_half,
    halves_left,
):
    """Effect of exchange rates on cash of a half year: its share of the year."""
    earlier = previous(half_year_exchange_rate_effect)
    return share_of_flow(
        planned_half_year_share_of_financing, at(exchange_rate_effect, year=year_of_half), earlier, halves_left
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_net_change_in_cash(
    half_year_cash_from_operations,
    half_year_cash_from_investing,
    half_year_cash_from_financing,
    half_year_exchange_rate_effect,
):
    """Change of cash of a half year: three flows and the effect of exchange rates."""
    return (
        half_year_cash_from_operations
        + half_year_cash_from_investing
        + half_year_cash_from_financing
        + half_year_exchange_rate_effect
    )
