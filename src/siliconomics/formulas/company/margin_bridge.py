"""From what a chip costs to make to the margin a company reports, one named step at a time.

Each margin is that of the products together, so the mix of products is in every step. The steps: price before import,
as the chip's own margin has it; the price booked; what stands around the chip; write-downs; and a calibration that
closes what is left to the printed margin, so that with the base drivers the printed gross profit comes out.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, total
from siliconomics.core.units import ONE_CHIP, ONE_MILLION_YUAN, ONES_PER_MILLION


@formula(unit="mn CNY", source="siliconomics#definition", possible="[0, inf)")
def manufacturing_cost_of_product_cny(units_sold, manufacturing_cost_usd, cny_per_usd):
    """What the chips of one product sold in a year cost to make."""
    return units_sold * manufacturing_cost_usd * cny_per_usd / ONES_PER_MILLION


@formula(unit="mn CNY", source="siliconomics#definition", possible="[0, inf)")
def revenue_before_import_of_product_cny(units_sold, original_price_usd, cny_per_usd):
    """The chips of one product sold in a year at their price before import: what the margin of a chip is measured on."""
    return units_sold * original_price_usd * cny_per_usd / ONES_PER_MILLION


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def manufacturing_cost_of_products(manufacturing_cost_of_product_cny, reporting_currency_per_cny):
    """What the chips sold in a year cost to make."""
    millions = total(first_known(manufacturing_cost_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def revenue_before_import_of_products(revenue_before_import_of_product_cny, reporting_currency_per_cny):
    """All products at their price before import."""
    millions = total(first_known(revenue_before_import_of_product_cny / ONE_MILLION_YUAN, 0), over="chip")
    return millions * (ONE_MILLION_YUAN * reporting_currency_per_cny)


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def content_cost_of_products(units_sold, content_cost_per_chip):
    """Cards, boards, servers and links around the chips sold in a year, as far as the company pays for them."""
    chips = total(first_known(units_sold / ONE_CHIP, 0), over="chip")
    return chips * (ONE_CHIP * content_cost_per_chip / ONES_PER_MILLION)


@formula(unit="mn reporting_currency", source="siliconomics#definition", possible="[0, inf)")
def product_cost_before_calibration(manufacturing_cost_of_products, content_cost_of_products, write_down_share):
    """Making the chips, what stands around them, and inventory written down on top."""
    return (manufacturing_cost_of_products + content_cost_of_products) * (1 + write_down_share)


@formula(unit="mn reporting_currency", source="siliconomics#definition")
def driver_cost_of_goods_sold__chip_costs(
    product_cost_before_calibration,
    gross_margin_calibration,
    gross_margin_shift,
    planned_price_revenue_of_products,
    revenue_beside_products,
    driver_gross_margin,
):
    """Cost of goods sold from the chips up, calibration and shift included; other revenue keeps the margin path."""
    closing = (gross_margin_calibration - gross_margin_shift) * planned_price_revenue_of_products
    return product_cost_before_calibration + closing + revenue_beside_products * (1 - driver_gross_margin)


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def margin_of_chips_alone(manufacturing_cost_of_products, revenue_before_import_of_products):
    """Step 1: the margin of the chips as their own chapter has it, weighed by what is sold."""
    return 1 - manufacturing_cost_of_products / revenue_before_import_of_products


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def margin_after_tax_on_sales(manufacturing_cost_of_products, revenue_of_products, channel_margin):
    """Step 2: on the price booked before the channel: value-added tax off, import markup not taken off."""
    return 1 - manufacturing_cost_of_products * (1 - channel_margin) / revenue_of_products


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def margin_after_channel(manufacturing_cost_of_products, revenue_of_products):
    """Step 3: on the price the company books."""
    return 1 - manufacturing_cost_of_products / revenue_of_products


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def margin_after_content(manufacturing_cost_of_products, content_cost_of_products, revenue_of_products):
    """Step 4: after cards, boards, servers and links."""
    return 1 - (manufacturing_cost_of_products + content_cost_of_products) / revenue_of_products


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def margin_after_write_downs(product_cost_before_calibration, revenue_of_products):
    """Step 5: after inventory written down; what is left to the planned margin is the calibration."""
    return 1 - product_cost_before_calibration / revenue_of_products


@formula(unit="1", source="siliconomics#definition")
def gross_margin_gap_to_print(margin_after_write_downs, planned_gross_margin):
    """What the bridge leaves to the printed margin; with the base drivers it is the calibration."""
    return margin_after_write_downs - planned_gross_margin
