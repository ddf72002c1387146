"""From units and prices to net income and book: what moves a forecast, line by line.

A plan (``planned_...``) is the printed forecast read as drivers: prices and their erosion, a margin, an expense, a
tax rate. What a user changes stands beside it: ``price_cut``, ``planned_units``, ``case_revenue_cagr``, or a plan held
at another value. Where the source prints no units or prices, the split by product is an assumption and
``revenue_calibration`` is the named line that closes the gap to the printed revenue.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, growth_rate, maximum, previous, total, where
from siliconomics.core.units import ONE_MILLION_YUAN, ONES_PER_MILLION


@formula(unit="1", source="siliconomics#definition")
def driver_base_year(last_reported_year, common_base_year):
    """Year from which a company's drivers start: its last reported one, else the one that all share."""
    return first_known(last_reported_year, common_base_year)


# -- units and prices -------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def planned_price_index(planned_price_index, price_erosion):
    """Price of a product over its price today, as planned: it falls each year by the erosion, where one is known."""
    return first_known(previous(planned_price_index), 1) * (1 - first_known(price_erosion, 0))


@formula(unit="CNY/chip", source="siliconomics#definition", possible="[0, inf)")
def planned_net_price_cny(
    market_price_cny, planned_price_index, case_price_index, value_added_tax_rate, channel_margin
):
    """What the company books for one chip as planned: the market price less value-added tax and the channel's share.

    The price cut that lies inside a case is part of its plan.
    """
    return market_price_cny * planned_price_index * case_price_index / (1 + value_added_tax_rate) * (1 - channel_margin)


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def price_after_cuts(price_after_cuts, price_cut):
    """Price of a product over its planned price: 1, or what cuts have left of it; a cut stays in later years."""
    return first_known(previous(price_after_cuts), 1) * (1 - first_known(price_cut, 0))


@formula(unit="CNY/chip", source="siliconomics#definition", possible="[0, inf)")
def net_price_cny__planned(planned_net_price_cny, price_after_cuts, price_cut_of_all_products):
    """What the company books for one chip, after any cut below the planned price; a cut lowers no cost."""
    return planned_net_price_cny * price_after_cuts * (1 - first_known(price_cut_of_all_products, 0))


@formula(unit="1", source="siliconomics#definition", possible="(-1, inf)")
def planned_revenue_cagr(printed_revenue, driver_base_year, driver_last_year):
    """Compound yearly growth of the printed revenue from the last reported year to the last year with drivers."""
    grown = at(printed_revenue, year=driver_last_year) / at(printed_revenue, year=driver_base_year)
    return grown ** (1 / (driver_last_year - driver_base_year)) - 1


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def demand_factor(case_revenue_cagr, planned_revenue_cagr, year, driver_base_year):
    """Units over planned units: 1, or what turns the planned growth of revenue into that of a case, year by year.

    The shape of the plan stays: a case starts from the same reported year and departs from it at a constant rate.
    """
    departure = (1 + first_known(case_revenue_cagr, planned_revenue_cagr)) / (1 + planned_revenue_cagr)
    return departure ** (year - driver_base_year)


@formula(unit="chip", source="siliconomics#definition", possible="[0, inf)")
def units_sold__planned(planned_units, demand_factor, case_price_index, units_kept_under_rules):
    """Chips of a product sold in a year.

    A case states its growth after the price cut inside it, so at lower prices that growth takes more units.
    """
    return planned_units * demand_factor / case_price_index * units_kept_under_rules


@formula(unit="mn CNY", source="siliconomics#definition", possible="[0, inf)")
def revenue_of_product_cny(units_sold, net_price_cny):
    """Units of a product times what the company books for one."""
    return units_sold * net_price_cny / ONES_PER_MILLION


@formula(unit="mn CNY", source="siliconomics#definition", possible="[0, inf)")
def planned_price_revenue_of_product_cny(units_sold, planned_net_price_cny):
    """Units of a product times the planned price: revenue before any cut."""
    return units_sold * planned_net_price_cny / ONES_PER_MILLION


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def revenue_of_products(revenue_of_product_cny, reporting_currency_per_cny):
    """Revenue of all products that have units and a price."""
    millions = total(first_known(revenue_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def planned_price_revenue_of_products(planned_price_revenue_of_product_cny, reporting_currency_per_cny):
    """Revenue of all products before any cut below the planned prices."""
    millions = total(first_known(planned_price_revenue_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def revenue_beside_products(other_revenue, revenue_calibration, demand_factor):
    """Other revenue and the calibration line; both move with demand, neither with the price of a product."""
    return (other_revenue + revenue_calibration) * demand_factor


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def revenue_gap_to_print(printed_revenue, revenue_of_products, other_revenue):
    """What units, prices and other revenue lack to the printed revenue; with the base drivers it is the calibration."""
    return printed_revenue - revenue_of_products - other_revenue


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def revenue_of_drivers(revenue_of_products, revenue_beside_products):
    """Net sales as the drivers give them; unknown in a year that has none."""
    return revenue_of_products + revenue_beside_products


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def planned_price_revenue(planned_price_revenue_of_products, revenue_beside_products):
    """Net sales before any cut below the planned prices: what volume alone would bring."""
    return planned_price_revenue_of_products + revenue_beside_products


# -- gross profit -----------------------------------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_gross_profit(forecast_gross_profit, printed_revenue, assumed_gross_margin):
    """Gross profit as the printed forecast has it, else at the margin assumed where its column is lost."""
    return first_known(forecast_gross_profit, printed_revenue * assumed_gross_margin)


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def planned_gross_margin(planned_gross_profit, printed_revenue):
    """Gross margin of the plan: hold this one at another value to change the margin."""
    return planned_gross_profit / printed_revenue


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def driver_gross_margin(planned_gross_margin, gross_margin_shift):
    """Gross margin at planned prices: that of the plan and a shift of all years with drivers."""
    return planned_gross_margin + gross_margin_shift


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def driver_cost_of_goods_sold__margin_path(planned_price_revenue, driver_gross_margin):
    """Cost of goods sold at the margin on planned prices: it follows volume, and no price cut lowers it."""
    return planned_price_revenue * (1 - driver_gross_margin)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def gross_profit_of_drivers(revenue_of_drivers, driver_cost_of_goods_sold, depreciation_off_plan_in_cost_of_goods):
    """Gross profit as the drivers give it, after wear that the plan of costs does not hold."""
    return revenue_of_drivers - driver_cost_of_goods_sold - depreciation_off_plan_in_cost_of_goods


# -- operating expense, other income, tax -----------------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_operating_expense(planned_gross_profit, forecast_operating_income):
    """Operating expense as the printed forecast has it: gross profit less operating income."""
    return planned_gross_profit - forecast_operating_income


@formula(unit="1", source="siliconomics#definition")
def planned_operating_expense_share(planned_operating_expense, printed_revenue):
    """Planned operating expense over printed revenue."""
    return planned_operating_expense / printed_revenue


@formula(unit="1", source="siliconomics#definition")
def planned_operating_expense_growth(planned_operating_expense):
    """Planned operating expense over that of the year before, less one."""
    return growth_rate(planned_operating_expense)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def driver_operating_expense__partly_variable(
    planned_operating_expense, variable_share_of_operating_expense, revenue_of_drivers, printed_revenue
):
    """Planned expense, of which a share follows revenue and the rest stays as an amount."""
    return planned_operating_expense * (
        1 + variable_share_of_operating_expense * (revenue_of_drivers / printed_revenue - 1)
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def driver_operating_expense__share_of_revenue(revenue_of_drivers, planned_operating_expense_share):
    """Operating expense as the planned share of whatever revenue comes out."""
    return revenue_of_drivers * planned_operating_expense_share


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def driver_operating_expense__growth(
    driver_operating_expense, planned_operating_expense_growth, planned_operating_expense
):
    """Last year's expense grown at the planned rate, whatever revenue does; in the first year as planned."""
    return first_known(
        previous(driver_operating_expense) * (1 + planned_operating_expense_growth), planned_operating_expense
    )


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def operating_income_of_drivers(
    gross_profit_of_drivers, driver_operating_expense, depreciation_off_plan_in_operating_expense
):
    """Operating income as the drivers give it, after wear that the plan of expense does not hold."""
    return gross_profit_of_drivers - driver_operating_expense - depreciation_off_plan_in_operating_expense


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def planned_non_operating_income(forecast_pretax_income, forecast_operating_income):
    """Income outside operations as the printed forecast has it."""
    return forecast_pretax_income - forecast_operating_income


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def pretax_income_of_drivers(operating_income_of_drivers, planned_non_operating_income, interest_off_plan):
    """Income before tax as the drivers give it, with interest that the plan does not hold."""
    return operating_income_of_drivers + planned_non_operating_income + interest_off_plan


@formula(unit="1", source="siliconomics#definition")
def planned_tax_rate(forecast_pretax_income, forecast_net_income):
    """What lies between income before tax and net income (tax, and minorities if any) over income before tax."""
    return (forecast_pretax_income - forecast_net_income) / forecast_pretax_income


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def income_tax_of_drivers(pretax_income_of_drivers, planned_tax_rate):
    """Tax at the planned rate; of a loss none, and no credit for it later."""
    return maximum(pretax_income_of_drivers, 0) * planned_tax_rate


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def net_income_of_drivers(pretax_income_of_drivers, income_tax_of_drivers):
    """Net income as the drivers give it; unknown in a year that has none."""
    return pretax_income_of_drivers - income_tax_of_drivers


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def planned_net_distribution(stated_net_distribution, forecast_net_income, forecast_total_equity):
    """What owners take out net of what they put in, as stated, else as the printed income and book imply.

    Negative for an issue.
    """
    implied = forecast_net_income - (forecast_total_equity - previous(forecast_total_equity))
    return first_known(stated_net_distribution, implied)


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus")
def total_equity_of_drivers(total_equity, net_income_of_drivers, planned_net_distribution):
    """Book of the year before, income from the drivers, less the planned distribution."""
    return previous(total_equity) + net_income_of_drivers - planned_net_distribution


# -- the lines of the statements that drivers give --------------------------------------------


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped", possible="[0, inf)")
def revenue__from_drivers(
    revenue_of_drivers,
    printed_revenue,
    revenue,
    one_off_revenue,
    growth_after_forecast,
    year,
    driver_base_year,
    driver_last_year,
):
    """Net sales from units and prices; as printed without drivers; after both grown as income is, without what does not last."""
    grown = where(
        year > driver_last_year,
        (previous(revenue) - first_known(previous(one_off_revenue), 0)) * (1 + growth_after_forecast),
        printed_revenue,
    )
    driven = first_known(revenue_of_drivers, printed_revenue, grown)
    return where(year > driver_base_year, driven, printed_revenue)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def gross_profit__from_drivers(
    gross_profit_of_drivers,
    forecast_gross_profit,
    printed_revenue,
    stated_gross_margin,
    gross_profit,
    one_off_gross_profit,
    growth_after_forecast,
    year,
    driver_base_year,
    driver_last_year,
):
    """Gross profit from the drivers; as printed without drivers; after both grown as income is, without what does not last."""
    printed = first_known(forecast_gross_profit, printed_revenue * stated_gross_margin)
    grown = where(
        year > driver_last_year,
        (previous(gross_profit) - first_known(previous(one_off_gross_profit), 0)) * (1 + growth_after_forecast),
        printed,
    )
    return where(year > driver_base_year, first_known(gross_profit_of_drivers, printed, grown), printed)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def operating_income__from_drivers(
    operating_income_of_drivers,
    forecast_operating_income,
    operating_income,
    one_off_operating_income,
    growth_after_forecast,
    year,
    driver_base_year,
    driver_last_year,
):
    """Operating income from drivers; as printed without; after both grown as income is, without what does not last."""
    grown = where(
        year > driver_last_year,
        (previous(operating_income) - first_known(previous(one_off_operating_income), 0)) * (1 + growth_after_forecast),
        forecast_operating_income,
    )
    driven = first_known(operating_income_of_drivers, forecast_operating_income, grown)
    return where(year > driver_base_year, driven, forecast_operating_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def pretax_income__from_drivers(
    pretax_income_of_drivers,
    forecast_pretax_income,
    pretax_income,
    one_off_operating_income,
    growth_after_forecast,
    year,
    driver_base_year,
    driver_last_year,
):
    """Income before tax from drivers; as printed without; after both grown as net income is, without what does not last."""
    grown = where(
        year > driver_last_year,
        (previous(pretax_income) - first_known(previous(one_off_operating_income), 0)) * (1 + growth_after_forecast),
        forecast_pretax_income,
    )
    driven = first_known(pretax_income_of_drivers, forecast_pretax_income, grown)
    return where(year > driver_base_year, driven, forecast_pretax_income)


@formula(unit="mn reporting_currency", source="siliconomics#definition", kind="stepped")
def net_income__from_drivers(
    net_income_of_drivers,
    forecast_net_income,
    net_income,
    one_off_net_income,
    growth_after_forecast,
    year,
    driver_base_year,
    driver_last_year,
):
    """Net income as printed to the base year, then from the drivers, and after them grown without what does not last."""
    driven = where(
        year > driver_base_year, first_known(net_income_of_drivers, forecast_net_income), forecast_net_income
    )
    return where(
        year > driver_last_year,
        (previous(net_income) - first_known(previous(one_off_net_income), 0)) * (1 + growth_after_forecast),
        driven,
    )


@formula(unit="mn reporting_currency", source="edwards-bell-1961#clean-surplus", kind="stepped")
def total_equity__from_drivers(
    total_equity_of_drivers,
    forecast_total_equity,
    total_equity,
    net_income,
    payout_ratio,
    year,
    driver_base_year,
    driver_last_year,
):
    """Book as printed up to the base year, then as the drivers roll it, and after them by what is kept."""
    driven = where(
        year > driver_base_year, first_known(total_equity_of_drivers, forecast_total_equity), forecast_total_equity
    )
    return where(year > driver_last_year, previous(total_equity) + net_income * (1 - payout_ratio), driven)
