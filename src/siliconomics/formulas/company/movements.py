"""Roll-forwards with every movement named, what is left of them, and days of what is paid or received ahead.

A line that a company does not state moves nothing; the residual shows what it would have to be.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous
from siliconomics.core.units import DAYS_PER_YEAR


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def clean_surplus_residual(total_equity, total_equity_of_roll):
    """Equity at the end of a year less what income, dividends and share issues make of the year before."""
    return total_equity - total_equity_of_roll


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def total_equity_of_movements(total_equity_of_roll, other_equity_movement):
    """Equity of the year before, clean surplus, and the movements that a company names besides."""
    return total_equity_of_roll + first_known(other_equity_movement, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def retained_earnings_residual(retained_earnings, retained_earnings_of_roll):
    """Retained earnings at the end of a year less what income and dividends make of the year before."""
    return retained_earnings - retained_earnings_of_roll


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def retained_earnings_of_movements(retained_earnings_of_roll, other_retained_earnings_movement):
    """Retained earnings of the year before, what the year adds, and the movements that a company names besides."""
    return retained_earnings_of_roll + first_known(other_retained_earnings_movement, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def fixed_asset_residual(property_plant_equipment, property_plant_equipment_of_roll):
    """Fixed assets at the end of a year less what spending and depreciation make of the year before."""
    return property_plant_equipment - property_plant_equipment_of_roll


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def property_plant_equipment_of_movements(property_plant_equipment_of_roll, other_fixed_asset_movement):
    """Fixed assets of the year before, spending, depreciation, and the movements that a company names besides."""
    return property_plant_equipment_of_roll + first_known(other_fixed_asset_movement, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def cash_residual(cash_and_equivalents, cash_of_roll):
    """Cash at the end of a year less the cash of the year before and its change."""
    return cash_and_equivalents - cash_of_roll


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def cash_of_movements(cash_of_roll, other_cash_movement):
    """Cash of the year before, its change, and the movements that a company names besides."""
    return cash_of_roll + first_known(other_cash_movement, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def operating_income_with_other_items(operating_income_of_lines, other_operating_income):
    """Operating income of a year from the two lines above it and what a company names besides."""
    return operating_income_of_lines + first_known(other_operating_income, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def half_year_operating_income_with_other_items(half_year_operating_income_of_lines, half_year_other_operating_income):
    """Operating income of a half year from the two lines above it and what a company names besides."""
    return half_year_operating_income_of_lines + first_known(half_year_other_operating_income, 0)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def quarter_operating_income_with_other_items(quarter_operating_income_of_lines, quarter_other_operating_income):
    """Operating income of a quarter from the two lines above it and what a company names besides."""
    return quarter_operating_income_of_lines + first_known(quarter_other_operating_income, 0)


@formula(unit="mn share", source="siliconomics#definition")
def shares_outstanding_of_roll(shares_outstanding, shares_issued):
    """Shares out at the end of the year before and those issued since."""
    return previous(shares_outstanding) + shares_issued


@formula(unit="day", source="siliconomics#definition")
def prepayment_days(prepayments, cost_of_goods_sold):
    """Closing prepayments to suppliers in days of cost of goods sold."""
    return prepayments / cost_of_goods_sold * DAYS_PER_YEAR


@formula(unit="day", source="siliconomics#definition")
def contract_liability_days(contract_liabilities, revenue):
    """Closing contract liabilities in days of sales."""
    return contract_liabilities / revenue * DAYS_PER_YEAR
