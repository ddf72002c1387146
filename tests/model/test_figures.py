"""Figures as text."""

import pytest

from siliconomics.model.figures import shown


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "text"),
    [
        ("valuation_year", 2027.0, "1", "2027"),
        ("first_profitable_year", 2026.0, "date", "2026"),
        ("csp_overseas_share_of_year", 0.3, "1", "30.0%"),
        ("half_year_revenue_growth_over_year", 0.825, "1", "82.5%"),
        ("energy_cost_usd_per_year", 1234.5, "USD/chip/year", "1,234"),
        ("energy_cost_usd_per_year", 612.34, "USD/chip/year", "612.3"),
        ("quarter_of_year", 3.0, "1", "3"),
    ],
)
def test_a_name_that_ends_in_year_is_a_date_only_where_the_figure_is_one(quantity, value, unit, text):
    assert shown(quantity, value, unit) == text
