"""What is sold in China in a year: units, money and compute, by chip and by vendor, and how much of it is local."""

from siliconomics.core import formula
from siliconomics.core.operators import at, first_known, total, where
from siliconomics.core.units import ONES_PER_BILLION

_DEFINITION = "siliconomics#definition"

# -- chips ------------------------------------------------------------------------------------------


@formula(unit="1", source=_DEFINITION)
def market_is_known(quarters_in_data):
    """1 in a year that the market is worked out for; outside it nothing is known, which is not nothing."""
    return quarters_in_data / quarters_in_data


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def market_units(units_delivered, calendar_year, year, market_is_known):
    """Chips of one kind that reach buyers in China in a year: the sum of its quarters."""
    came = total(where((calendar_year >= year) & (calendar_year <= year), units_delivered, 0), over="quarter")
    return came * market_is_known


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def chip_value_usd_bn(market_units, chip_price_in_china_usd):
    """Chips of one kind sold in China in a year, at what buyers pay."""
    return market_units * chip_price_in_china_usd / ONES_PER_BILLION


@formula(unit="TFLOPS/chip", source="epoch-ml-hardware-2026-04-27#8-bit operations", possible="(0, inf)")
def eight_bit_peak_in_use_tflops(eight_bit_dense_high_tflops, sixteen_bit_peak_in_use_tflops):
    """Dense peak at 8 bits; where none is known that at 16 bits, which is a lower bound, else as assumed."""
    return first_known(eight_bit_dense_high_tflops, sixteen_bit_peak_in_use_tflops)


@formula(unit="chip", source="epoch-ml-hardware-2026-04-27#8-bit operations", possible="[0, inf)")
def h100_equivalents_of_chip(market_units, eight_bit_peak_in_use_tflops, reference_accelerator):
    """Chips of the reference whose dense 8-bit peak together is that of the chips sold in a year."""
    return market_units * eight_bit_peak_in_use_tflops / at(eight_bit_peak_in_use_tflops, chip=reference_accelerator)


@formula(unit="TFLOPS/chip", source=_DEFINITION, possible="(0, inf)")
def sixteen_bit_peak_in_use_tflops(fp16_dense_high_tflops, assumed_peak_tflops):
    """Dense peak at 16 bits, else as assumed."""
    return first_known(fp16_dense_high_tflops, assumed_peak_tflops)


@formula(unit="chip", source=_DEFINITION, possible="[0, inf)")
def h100_equivalents_of_chip_at_16_bits(market_units, sixteen_bit_peak_in_use_tflops, reference_accelerator):
    """The same by the dense 16-bit peak."""
    return (
        market_units * sixteen_bit_peak_in_use_tflops / at(sixteen_bit_peak_in_use_tflops, chip=reference_accelerator)
    )


# -- vendors ----------------------------------------------------------------------------------------


@formula(unit="bn USD", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def vendor_revenue_usd_bn(chip_value_usd_bn, sold_by, market_is_known):
    """A vendor's chips sold in China in a year at what buyers pay, tax and channel included; 0 for who sells none."""
    sold = total(where(first_known(sold_by, 0) > 0, first_known(chip_value_usd_bn, 0), 0), over="chip")
    return sold * market_is_known


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def vendor_units(market_units, sold_by, market_is_known):
    """A vendor's chips sold in China in a year."""
    sold = total(where(first_known(sold_by, 0) > 0, first_known(market_units, 0), 0), over="chip")
    return sold * market_is_known


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def h100_equivalents(h100_equivalents_of_chip, sold_by, market_is_known):
    """A vendor's chips sold in China in a year, in chips of the reference by dense 8-bit peak."""
    sold = total(where(first_known(sold_by, 0) > 0, first_known(h100_equivalents_of_chip, 0), 0), over="chip")
    return sold * market_is_known


@formula(unit="chip", source=_DEFINITION, kind="stepped", possible="[0, inf)")
def h100_equivalents_at_16_bits(h100_equivalents_of_chip_at_16_bits, sold_by, market_is_known):
    """The same by dense 16-bit peak."""
    sold = total(
        where(first_known(sold_by, 0) > 0, first_known(h100_equivalents_of_chip_at_16_bits, 0), 0), over="chip"
    )
    return sold * market_is_known


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def vendor_value_share(vendor_revenue_usd_bn):
    """A vendor's part of all the money paid for chips in China in a year."""
    return vendor_revenue_usd_bn / total(vendor_revenue_usd_bn, over="company")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def vendor_share_of_local_value(vendor_revenue_usd_bn, is_local_maker, local_chip_value_usd_bn):
    """A local vendor's part of the money paid for local chips in a year; 0 for a foreign one."""
    return vendor_revenue_usd_bn * first_known(is_local_maker, 0) / local_chip_value_usd_bn


@formula(unit="1", source="broker-2026-04-26#exhibit-97", possible="[0, 1]")
def huawei_share(vendor_share_of_local_value, watched_vendor):
    """Part of the vendor that the source names first in the money paid for local chips."""
    return at(vendor_share_of_local_value, company=watched_vendor)


# -- local and American -----------------------------------------------------------------------------


@formula(unit="bn USD", source="broker-2026-04-26#exhibit-96", possible="[0, inf)")
def local_chip_value_usd_bn(vendor_revenue_usd_bn, is_local_maker):
    """Money paid in China for chips of Chinese makers in a year."""
    return total(vendor_revenue_usd_bn * first_known(is_local_maker, 0), over="company")


@formula(unit="bn USD", source="broker-2026-04-26#exhibit-96", possible="[0, inf)")
def us_chip_value_usd_bn(vendor_revenue_usd_bn, is_local_maker):
    """Money paid in China for chips of American makers in a year."""
    return total(vendor_revenue_usd_bn * (1 - first_known(is_local_maker, 0)), over="company")


@formula(unit="bn USD", source=_DEFINITION)
def local_over_us_value_usd_bn(local_chip_value_usd_bn, us_chip_value_usd_bn):
    """What local chips are worth beyond American ones: positive from the year in which they surpass them."""
    return local_chip_value_usd_bn - us_chip_value_usd_bn


@formula(unit="1", source="broker-2026-04-26#exhibit-95", possible="[0, 1]")
def self_sufficiency_by_value(local_chip_value_usd_bn, us_chip_value_usd_bn):
    """Local part of the money paid for chips that arrived in a year."""
    return local_chip_value_usd_bn / (local_chip_value_usd_bn + us_chip_value_usd_bn)


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def self_sufficiency_by_compute(h100_equivalents, is_local_maker):
    """Local part of the dense 8-bit peak that arrived in a year."""
    local = total(h100_equivalents * first_known(is_local_maker, 0), over="company")
    return local / total(h100_equivalents, over="company")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def self_sufficiency_by_compute_at_16_bits(h100_equivalents_at_16_bits, is_local_maker):
    """Local part of the dense 16-bit peak that arrived in a year."""
    local = total(h100_equivalents_at_16_bits * first_known(is_local_maker, 0), over="company")
    return local / total(h100_equivalents_at_16_bits, over="company")


@formula(unit="1", source=_DEFINITION, possible="[0, 1]")
def self_sufficiency_by_units(vendor_units, is_local_maker):
    """Local part of the chips that arrived in a year, a small chip counted as a large one."""
    local = total(vendor_units * first_known(is_local_maker, 0), over="company")
    return local / total(vendor_units, over="company")


@formula(unit="1", source=_DEFINITION, possible="[0, inf)")
def self_sufficiency_of_demand(local_chip_value_usd_bn, china_ai_chip_tam_usd_bn):
    """Money paid for local chips over all the money that wanted chips in a year, met or not."""
    return local_chip_value_usd_bn / china_ai_chip_tam_usd_bn


@formula(unit="bn USD", source=_DEFINITION, possible="[0, inf)")
def domestic_ai_chip_revenue_usd_bn__from_vendors(local_chip_value_usd_bn):
    """Revenue of domestic AI-chip vendors in China in a year: their chips delivered, at what buyers pay."""
    return local_chip_value_usd_bn
