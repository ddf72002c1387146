"""What a chip gives per watt, dollar and area, on one precision and dense; and what its system gives.

A peak whose density no source states has two bounds, and so has everything that follows from it.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known
from siliconomics.core.units import DIE_PER_CHIP

_DEFINITION = "siliconomics#definition"
_DENSITY = "siliconomics#density-unknown"

# -- one basis: 8 bits -------------------------------------------------------------------------


@formula(unit="TFLOPS/chip", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_low_tflops(fp8_dense_low_tflops, int8_dense_tops):
    """Lower bound of the dense 8-bit peak: FP8 where the chip has it, else INT8; FP16 units do not count."""
    return first_known(fp8_dense_low_tflops, int8_dense_tops)


@formula(unit="TFLOPS/chip", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_high_tflops(fp8_dense_high_tflops, int8_dense_tops):
    """Upper bound of the dense 8-bit peak: FP8 where the chip has it, else INT8; FP16 units do not count."""
    return first_known(fp8_dense_high_tflops, int8_dense_tops)


# -- per watt ----------------------------------------------------------------------------------


@formula(unit="TFLOPS/W", source=_DENSITY, possible="(0, inf)")
def fp16_dense_low_tflops_per_watt(fp16_dense_low_tflops, power_w):
    """Dense FP16 per watt of the chip's rated power, at the lower bound of the peak."""
    return fp16_dense_low_tflops / power_w


@formula(unit="TFLOPS/W", source=_DENSITY, possible="(0, inf)")
def fp16_dense_high_tflops_per_watt(fp16_dense_high_tflops, power_w):
    """Dense FP16 per watt of the chip's rated power, at the upper bound of the peak."""
    return fp16_dense_high_tflops / power_w


@formula(unit="TFLOPS/W", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_low_tflops_per_watt(eight_bit_dense_low_tflops, power_w):
    """Dense 8-bit throughput per watt of the chip's rated power, at the lower bound of the peak."""
    return eight_bit_dense_low_tflops / power_w


@formula(unit="TFLOPS/W", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_high_tflops_per_watt(eight_bit_dense_high_tflops, power_w):
    """Dense 8-bit throughput per watt of the chip's rated power, at the upper bound of the peak."""
    return eight_bit_dense_high_tflops / power_w


# -- per dollar --------------------------------------------------------------------------------


@formula(unit="TFLOPS/USD", source=_DENSITY, possible="(0, inf)")
def fp16_dense_low_tflops_per_usd(fp16_dense_low_tflops, market_price_usd):
    """Dense FP16 per dollar of market price in China, at the lower bound of the peak."""
    return fp16_dense_low_tflops / market_price_usd


@formula(unit="TFLOPS/USD", source=_DENSITY, possible="(0, inf)")
def fp16_dense_high_tflops_per_usd(fp16_dense_high_tflops, market_price_usd):
    """Dense FP16 per dollar of market price in China, at the upper bound of the peak."""
    return fp16_dense_high_tflops / market_price_usd


@formula(unit="TFLOPS/USD", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_low_tflops_per_usd(eight_bit_dense_low_tflops, market_price_usd):
    """Dense 8-bit throughput per dollar of market price in China, at the lower bound of the peak."""
    return eight_bit_dense_low_tflops / market_price_usd


@formula(unit="TFLOPS/USD", source=_DENSITY, possible="(0, inf)")
def eight_bit_dense_high_tflops_per_usd(eight_bit_dense_high_tflops, market_price_usd):
    """Dense 8-bit throughput per dollar of market price in China, at the upper bound of the peak."""
    return eight_bit_dense_high_tflops / market_price_usd


# -- per area ----------------------------------------------------------------------------------


@formula(unit="mm2", source=_DEFINITION, possible="(0, inf)")
def logic_area_mm2(die_area_mm2, dies_per_package):
    """Area of all logic dies of a package, memory apart."""
    return die_area_mm2 * dies_per_package / DIE_PER_CHIP


@formula(unit="TFLOPS/chip/mm2", source=_DENSITY, possible="(0, inf)")
def fp16_dense_low_tflops_per_mm2(fp16_dense_low_tflops, logic_area_mm2):
    """Dense FP16 per area of logic, at the lower bound of the peak; nodes differ, so this is no measure of design alone."""
    return fp16_dense_low_tflops / logic_area_mm2


@formula(unit="TFLOPS/chip/mm2", source=_DENSITY, possible="(0, inf)")
def fp16_dense_high_tflops_per_mm2(fp16_dense_high_tflops, logic_area_mm2):
    """Dense FP16 per area of logic, at the upper bound of the peak; nodes differ, so this is no measure of design alone."""
    return fp16_dense_high_tflops / logic_area_mm2


# -- systems: chips of one kind, added up --------------------------------------------------------


@formula(unit="TFLOPS", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_low_tflops(system_chips, fp16_dense_low_tflops):
    """Dense FP16 of a system's chips, at the lower bound of the peak."""
    return system_chips * fp16_dense_low_tflops


@formula(unit="TFLOPS", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_high_tflops(system_chips, fp16_dense_high_tflops):
    """Dense FP16 of a system's chips, at the upper bound of the peak."""
    return system_chips * fp16_dense_high_tflops


@formula(unit="TFLOPS", source=_DEFINITION, possible="(0, inf)")
def system_eight_bit_dense_low_tflops(system_chips, eight_bit_dense_low_tflops):
    """Dense 8-bit throughput of a system's chips, at the lower bound of the peak."""
    return system_chips * eight_bit_dense_low_tflops


@formula(unit="TFLOPS", source=_DEFINITION, possible="(0, inf)")
def system_eight_bit_dense_high_tflops(system_chips, eight_bit_dense_high_tflops):
    """Dense 8-bit throughput of a system's chips, at the upper bound of the peak."""
    return system_chips * eight_bit_dense_high_tflops


@formula(unit="GB", source=_DEFINITION, possible="(0, inf)")
def system_memory_gb(system_chips, memory_size_gb):
    """Memory of a system's chips."""
    return system_chips * memory_size_gb


@formula(unit="GB/s", source=_DEFINITION, possible="(0, inf)")
def system_memory_bandwidth_gb_s(system_chips, memory_bandwidth_gb_s):
    """Memory bandwidth of a system's chips."""
    return system_chips * memory_bandwidth_gb_s


@formula(unit="GB/s", source=_DEFINITION, possible="(0, inf)")
def system_scaleup_bandwidth_gb_s(system_chips, scaleup_bandwidth_gb_s):
    """What a system's chips can send over their scale-up links together: one direction."""
    return system_chips * scaleup_bandwidth_gb_s


@formula(unit="kW/chip", source=_DEFINITION, possible="(0, inf)")
def system_power_kw_per_chip(system_power_kw, system_chips):
    """Power of a system per chip, processors, network and fans included: to hold against the chip's own."""
    return system_power_kw / system_chips


@formula(unit="TFLOPS/kW", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_low_tflops_per_kw(system_fp16_dense_low_tflops, system_power_kw):
    """Dense FP16 per kilowatt of the whole system, at the lower bound of the peak."""
    return system_fp16_dense_low_tflops / system_power_kw


@formula(unit="TFLOPS/kW", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_high_tflops_per_kw(system_fp16_dense_high_tflops, system_power_kw):
    """Dense FP16 per kilowatt of the whole system, at the upper bound of the peak."""
    return system_fp16_dense_high_tflops / system_power_kw


@formula(unit="GB/s/kW", source=_DEFINITION, possible="(0, inf)")
def system_memory_bandwidth_gb_s_per_kw(system_memory_bandwidth_gb_s, system_power_kw):
    """Memory bandwidth per kilowatt of the whole system."""
    return system_memory_bandwidth_gb_s / system_power_kw


@formula(unit="TFLOPS/USD", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_low_tflops_per_usd(system_fp16_dense_low_tflops, system_price_usd):
    """Dense FP16 per dollar of the whole system, at the lower bound of the peak."""
    return system_fp16_dense_low_tflops / system_price_usd


@formula(unit="TFLOPS/USD", source=_DEFINITION, possible="(0, inf)")
def system_fp16_dense_high_tflops_per_usd(system_fp16_dense_high_tflops, system_price_usd):
    """Dense FP16 per dollar of the whole system, at the upper bound of the peak."""
    return system_fp16_dense_high_tflops / system_price_usd
