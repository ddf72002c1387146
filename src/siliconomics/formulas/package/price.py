"""From the price a buyer pays to the maker's cost and margin, and what the buyer gets for it."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known

# -- price ------------------------------------------------------------------------------------


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="(0, inf)")
def market_price_usd(quoted_market_price_usd, market_price_cny, cny_per_usd):
    """Price a large buyer in China pays, in US dollars: as quoted, else converted from yuan."""
    return first_known(quoted_market_price_usd, market_price_cny / cny_per_usd)


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def original_price_usd__markup_added(market_price_usd, import_markup):
    """Price before import, the markup having been added to it: market price / (1 + markup)."""
    return market_price_usd / (1 + import_markup)


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def original_price_usd__markup_deducted(market_price_usd, import_markup):
    """Price before import, the markup being a share of the market price: market price x (1 - markup).

    Lower than with the markup added, the more so the larger the markup.
    """
    return market_price_usd * (1 - import_markup)


# -- cost from price, price from cost ---------------------------------------------------------


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def estimated_chip_cost_usd(original_price_usd, gross_margin_of_chip):
    """What a chip costs its maker if the assumed gross margin holds: top down, from the price."""
    return original_price_usd * (1 - gross_margin_of_chip)


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21")
def overhead_usd(estimated_chip_cost_usd, manufacturing_cost_usd):
    """Cost by the assumed margin less cost by parts: a plug that makes the two agree.

    Not a cost that anybody built up. Negative where the assumed margin leaves less than the parts cost.
    """
    return estimated_chip_cost_usd - manufacturing_cost_usd


@formula(unit="1", source="siliconomics#definition", possible="(-inf, 1]")
def chip_gross_margin(manufacturing_cost_usd, original_price_usd):
    """Gross margin on one chip from the bottom up: before research and all other overheads."""
    return 1 - manufacturing_cost_usd / original_price_usd


@formula(unit="USD/chip", source="siliconomics#definition", possible="[0, inf)")
def price_from_cost_usd(manufacturing_cost_usd, gross_margin_of_chip):
    """Price before import at which the cost by parts leaves the assumed gross margin."""
    return manufacturing_cost_usd / (1 - gross_margin_of_chip)


# -- what the buyer gets ----------------------------------------------------------------------


@formula(unit="TFLOPS/chip", source="broker-2026-04-26#exhibit-21", possible="(0, inf)")
def performance_tflops__printed(fp8_tflops, fp16_tflops):
    """Peak throughput as the source compares it: FP8 where printed, else FP16.

    Mixes number formats, and sparse with dense figures: good for reproducing, not for ranking.
    """
    return first_known(fp8_tflops, fp16_tflops)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def fp16_dense_low_tflops(fp16_dense_tflops, fp16_tflops):
    """Lower bound of dense FP16: the dense figure if known, else half of one whose density is not stated."""
    return first_known(fp16_dense_tflops, fp16_tflops / 2)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def fp16_dense_high_tflops(fp16_dense_tflops, fp16_tflops):
    """Upper bound of dense FP16: the dense figure if known, else the one whose density is not stated."""
    return first_known(fp16_dense_tflops, fp16_tflops)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def fp8_dense_low_tflops(fp8_dense_tflops, fp8_tflops):
    """Lower bound of dense FP8: the dense figure if known, else half of one whose density is not stated."""
    return first_known(fp8_dense_tflops, fp8_tflops / 2)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def fp8_dense_high_tflops(fp8_dense_tflops, fp8_tflops):
    """Upper bound of dense FP8: the dense figure if known, else the one whose density is not stated."""
    return first_known(fp8_dense_tflops, fp8_tflops)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def performance_tflops__dense_low(fp16_dense_low_tflops):
    """Peak throughput on one basis, dense FP16, at its lower bound."""
    return first_known(fp16_dense_low_tflops)


@formula(unit="TFLOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def performance_tflops__dense_high(fp16_dense_high_tflops):
    """Peak throughput on one basis, dense FP16, at its upper bound."""
    return first_known(fp16_dense_high_tflops)


@formula(unit="TFLOPS/USD", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def performance_per_usd(performance_tflops, market_price_usd):
    """Peak throughput per dollar of market price (not of original price, not of cost)."""
    return performance_tflops / market_price_usd


@formula(unit="TFLOPS/W", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def performance_per_watt(performance_tflops, power_w):
    """Peak throughput per watt of rated power."""
    return performance_tflops / power_w


@formula(unit="GB/s/TFLOPS", source="siliconomics#definition", possible="[0, inf)")
def memory_bandwidth_gb_s_per_tflops(memory_bandwidth_gb_s, performance_tflops):
    """Memory bandwidth per unit of peak throughput: bytes per thousand operations."""
    return memory_bandwidth_gb_s / performance_tflops
