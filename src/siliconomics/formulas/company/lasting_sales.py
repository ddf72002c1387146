"""What of the last forecast year lasts: income that grows on must not rest on a stock that is sold once.

The market is worked out two years beyond the forecasts. Dies that waited for memory and are sold in the last forecast
year, or a price that a shortage left there, are gone in those years, and a quarter that was lost comes back. So growth
starts from what the company would earn in that year with the sales and prices of the last year of the market; what it
does earn beyond that counts once, in its year.
"""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, maximum, previous, total, where
from siliconomics.core.units import ONE_CHIP, ONE_MILLION_YUAN, ONES_PER_BILLION, ONES_PER_MILLION

_DEFINITION = "siliconomics#definition"

# -- the market's last year -------------------------------------------------------------------------


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def chips_in_stock_at_year_end(
    unit_stock, die_bank, assembly_yield, supply_dies_per_package, calendar_year, quarter_of_year, year, market_is_known
):
    """Finished chips and what the bank of dies is enough for, at the end of a year; 0 for a chip that is imported."""
    stock = first_known(unit_stock, 0) + first_known(die_bank / supply_dies_per_package * assembly_yield, 0)
    last = (calendar_year >= year) & (calendar_year <= year) & (quarter_of_year > 3)
    return total(where(last, stock, 0), over="quarter") * market_is_known


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def units_from_making(market_units, chips_in_stock_at_year_end):
    """Chips sold in a year without those that a stock gave up: what goes on when the stock is empty."""
    given_up = maximum(previous(chips_in_stock_at_year_end) - chips_in_stock_at_year_end, 0 * market_units)
    return maximum(market_units - given_up, 0 * market_units)


@formula(unit="bn USD", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def lasting_sales_usd_bn(units_from_making, planned_chip_price_usd, sold_by, lasting_market_year):
    """A vendor's chips sold in China in the last year of the market, what a stock gave up aside, at planned prices."""
    value = at(units_from_making * planned_chip_price_usd, year=lasting_market_year) / ONES_PER_BILLION
    return total(where(first_known(sold_by, 0) > 0, first_known(value, 0), 0), over="chip")


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def lasting_sales_index(lasting_sales_usd_bn, plan_lasting_sales_usd_bn):
    """A vendor's volume in the last year of the market over that at the facts as they stand."""
    return lasting_sales_usd_bn / plan_lasting_sales_usd_bn


@formula(unit="chip", source=_DEFINITION, possible="[0, inf)")
def lasting_units_sold(planned_units, lasting_sales_index, demand_factor, case_price_index, units_kept_under_rules):
    """Chips of a product that a company would sell in a year with its place in the market's last year."""
    return planned_units * lasting_sales_index * demand_factor / case_price_index * units_kept_under_rules


@formula(unit="CNY/chip", source=_DEFINITION, possible="[0, inf)")
def lasting_net_price_cny(
    planned_net_price_cny, price_after_cuts, price_cut_of_all_products, price_response, lasting_market_year
):
    """What it would book for one, with the answer that the balance of the market's last year leaves."""
    answer = at(price_response, year=lasting_market_year + 1)
    return planned_net_price_cny * price_after_cuts * (1 - first_known(price_cut_of_all_products, 0)) * answer


# -- what does not last -----------------------------------------------------------------------------


@formula(unit="chip", source=_DEFINITION)
def one_off_units_sold(units_sold, lasting_units_sold):
    """Chips of a product sold in a year beyond what lasts; below zero where less is sold."""
    return units_sold - lasting_units_sold


@formula(unit="mn CNY", source=_DEFINITION)
def one_off_revenue_of_product_cny(units_sold, net_price_cny, lasting_units_sold, lasting_net_price_cny):
    """Revenue of a product beyond what lasts."""
    return (units_sold * net_price_cny - lasting_units_sold * lasting_net_price_cny) / ONES_PER_MILLION


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_revenue__none(printed_revenue):
    """Revenue that does not last when all of the last forecast year is taken to last: nothing."""
    return 0 * printed_revenue


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_revenue__beyond_lasting_market(one_off_revenue_of_product_cny, reporting_currency_per_cny):
    """Revenue of all products beyond what lasts."""
    millions = total(first_known(one_off_revenue_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn CNY", source=_DEFINITION)
def one_off_product_cost_cny(
    one_off_units_sold, manufacturing_cost_usd, cny_per_usd, write_down_share, planned_net_price_cny,
    gross_margin_calibration, gross_margin_shift,
):  # fmt: skip
    """What a product's chips beyond what lasts cost: making them, written-down ones, and the bridge to the margin."""
    made = manufacturing_cost_usd * cny_per_usd * (1 + write_down_share)
    bridge = (gross_margin_calibration - gross_margin_shift) * planned_net_price_cny
    return one_off_units_sold * (made + bridge) / ONES_PER_MILLION


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_content_cost(one_off_units_sold, content_cost_per_chip, write_down_share):
    """What stands around the chips beyond what lasts."""
    chips = total(first_known(one_off_units_sold / ONE_CHIP, 0), over="chip")
    return chips * (ONE_CHIP * content_cost_per_chip * (1 + write_down_share) / ONES_PER_MILLION)


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_cost_of_goods_sold__none(printed_revenue):
    """Cost of goods sold that does not last when all of the last forecast year is taken to last: nothing."""
    return 0 * printed_revenue


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_cost_of_goods_sold__beyond_lasting_market(
    one_off_product_cost_cny, one_off_content_cost, reporting_currency_per_cny
):
    """Cost of goods sold beyond what lasts, by what chips cost."""
    millions = total(first_known(one_off_product_cost_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny) + one_off_content_cost


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_gross_profit(one_off_revenue, one_off_cost_of_goods_sold):
    """Gross profit beyond what lasts."""
    return one_off_revenue - one_off_cost_of_goods_sold


@formula(unit="mn reporting_currency", source=_DEFINITION)
def one_off_operating_income(
    one_off_gross_profit, one_off_revenue, planned_operating_expense, variable_share_of_operating_expense,
    printed_revenue, depreciation_off_plan,
):  # fmt: skip
    """Operating income beyond what lasts: of expense, the share that follows revenue goes with it.

    Nor does wear off its plan last: it comes from what was spent on assets in better or worse years before, and assets
    find back to their share of revenue.
    """
    expense = planned_operating_expense * variable_share_of_operating_expense * one_off_revenue / printed_revenue
    return one_off_gross_profit - expense - depreciation_off_plan


@formula(unit="mn reporting_currency", source=_DEFINITION, kind="stepped")
def one_off_net_income(one_off_operating_income, pretax_income_of_drivers, income_tax_of_drivers, planned_tax_rate):
    """Net income beyond what lasts, after the tax on it."""
    tax = income_tax_of_drivers - maximum(pretax_income_of_drivers - one_off_operating_income, 0) * planned_tax_rate
    return one_off_operating_income - tax
