"""Why a case differs from the plan: price cuts, rules on foreign chips, wafers that are not to be had, first profit.

Two kinds of causes. One *moves* the forecast: ``import_displacement`` and ``supply_loss`` here, ``price_cut`` beside
the drivers. The other *splits* what a case states as a whole: ``case_price_cut`` and ``case_import_displacement`` lie
inside the growth and the margin of a case, so they leave both where they are, and say how much of each they explain.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, previous, total, where
from siliconomics.core.units import ONE_MILLION_YUAN, ONES_PER_MILLION


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def case_price_index(case_price_index, case_price_cut):
    """Price of a product in a case over its planned price: 1, or what the cuts inside the case have left of it."""
    return first_known(previous(case_price_index), 1) * (1 - first_known(case_price_cut, 0))


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def units_kept_under_rules(import_displacement, supply_loss):
    """Units over those that demand alone would take: less what foreign chips displace, less what cannot be made."""
    return (1 - first_known(import_displacement, 0)) * (1 - first_known(supply_loss, 0))


# -- what the price cut inside a case explains ------------------------------------------------


@formula(unit="mn CNY", source="siliconomics#definition")
def case_price_effect_of_product_cny(units_sold, planned_net_price_cny, case_price_index):
    """What the units of a case would bring more of revenue at the prices before the cut inside the case, negative."""
    return units_sold * planned_net_price_cny * (1 - 1 / case_price_index) / ONES_PER_MILLION


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def case_price_effect_on_revenue(case_price_effect_of_product_cny, reporting_currency_per_cny):
    """What the price cuts inside a case take off revenue, at the units of the case; nothing where there are none."""
    millions = total(first_known(case_price_effect_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def case_import_effect_on_revenue(revenue_of_products, case_price_effect_on_revenue, case_import_displacement):
    """What foreign chips inside a case take off revenue, at the prices before its cuts; nothing where none is assumed."""
    lost = first_known(case_import_displacement, 0)
    return (case_price_effect_on_revenue - revenue_of_products) * lost / (1 - lost)


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def case_revenue_before_causes(revenue_of_drivers, case_price_effect_on_revenue, case_import_effect_on_revenue):
    """Revenue of a case without its price cuts and without foreign chips: what its demand and share alone would bring."""
    return revenue_of_drivers - case_price_effect_on_revenue - case_import_effect_on_revenue


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def case_margin_before_price_cut(driver_cost_of_goods_sold, revenue_of_drivers, case_price_effect_on_revenue):
    """Gross margin of a case if the same goods at the same cost sold at the prices before the cut inside the case."""
    return 1 - driver_cost_of_goods_sold / (revenue_of_drivers - case_price_effect_on_revenue)


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1)")
def price_cut_that_margin_asks(printed_gross_margin, gross_margin):
    """How far below plan prices would have to be if nothing but price moved the margin; below nothing for a rise."""
    return 1 - (1 - printed_gross_margin) / (1 - gross_margin)


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def printed_gross_margin(forecast_gross_profit, printed_revenue, assumed_gross_margin):
    """Gross margin of the printed forecast, whatever a case does; as assumed where its column is lost."""
    return first_known(forecast_gross_profit / printed_revenue, assumed_gross_margin)


# -- first profit -----------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="[0, 1]")
def unprofitable_so_far(unprofitable_so_far, net_income):
    """1 as long as no year of the model up to this one had a net income, 0 from the first that had."""
    return first_known(previous(unprofitable_so_far), 1) * where(net_income > 0, 0, 1)


@formula(unit="1", source="siliconomics#definition", kind="stepped")
def first_profit_year(unprofitable_so_far, year, driver_base_year, driver_last_year):
    """First full year with a net income after the last reported one; the year after the last with drivers if none has.

    A company that earned money in a year the model knows, before the first with drivers, is profitable from the first.
    """
    counted = (year > driver_base_year) & (year <= driver_last_year)
    return driver_base_year + 1 + total(where(counted, unprofitable_so_far, 0), over="year")
