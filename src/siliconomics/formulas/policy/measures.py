"""What export rules measure of a chip: total processing performance, density, transistors, and the room left.

A datasheet counts a multiply-accumulate as two operations, as the rules do: nothing is doubled here, and
sparse figures have no place.
"""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum, minimum, where
from siliconomics.core.units import DIE_PER_CHIP

# -- throughput -------------------------------------------------------------------------------


@formula(unit="TOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def int8_dense_low_tops(int8_dense_tops, int8_tops):
    """Lower bound of dense INT8: the dense figure if known, else half of one whose density is not stated."""
    return first_known(int8_dense_tops, int8_tops / 2)


@formula(unit="TOPS/chip", source="siliconomics#density-unknown", possible="(0, inf)")
def int8_dense_high_tops(int8_dense_tops, int8_tops):
    """Upper bound of dense INT8: the dense figure if known, else the one whose density is not stated."""
    return first_known(int8_dense_tops, int8_tops)


@formula(
    unit="TOPS/chip",
    source="us-export-rules#3A090, technical notes, rule of 2023-10-17",
    kind="stepped",
    possible="(0, inf)",
)
def total_processing_performance_low(
    fp16_dense_low_tflops,
    fp8_dense_low_tflops,
    int8_dense_low_tops,
    fp4_dense_tflops,
    sixteen_bit_length,
    eight_bit_length,
    four_bit_length,
):
    """Bits of an operand times dense throughput, the highest over formats, at the lower bound of each."""
    sixteen = fp16_dense_low_tflops * sixteen_bit_length
    eight = fp8_dense_low_tflops * eight_bit_length
    whole = int8_dense_low_tops * eight_bit_length
    four = fp4_dense_tflops * four_bit_length
    one = first_known(sixteen, eight, whole, four)
    floating = maximum(first_known(sixteen, one), first_known(eight, one))
    return maximum(floating, maximum(first_known(whole, one), first_known(four, one)))


@formula(
    unit="TOPS/chip",
    source="us-export-rules#3A090, technical notes, rule of 2023-10-17",
    kind="stepped",
    possible="(0, inf)",
)
def total_processing_performance_high(
    fp16_dense_high_tflops,
    fp8_dense_high_tflops,
    int8_dense_high_tops,
    fp4_dense_tflops,
    sixteen_bit_length,
    eight_bit_length,
    four_bit_length,
):
    """Bits of an operand times dense throughput, the highest over formats, at the upper bound of each."""
    sixteen = fp16_dense_high_tflops * sixteen_bit_length
    eight = fp8_dense_high_tflops * eight_bit_length
    whole = int8_dense_high_tops * eight_bit_length
    four = fp4_dense_tflops * four_bit_length
    one = first_known(sixteen, eight, whole, four)
    floating = maximum(first_known(sixteen, one), first_known(eight, one))
    return maximum(floating, maximum(first_known(whole, one), first_known(four, one)))


# -- density ----------------------------------------------------------------------------------


@formula(unit="mm2", source="us-export-rules-recalled#3A090, applicable die area", possible="(0, inf)")
def applicable_die_area_mm2(die_area_mm2, dies_per_package):
    """Area of all logic dies of a package; they are taken to be made with non-planar transistors.

    Dies with planar transistors do not count: every accelerator here is of 16 nm or finer.
    """
    return die_area_mm2 * dies_per_package / DIE_PER_CHIP


@formula(unit="TOPS/chip/mm2", source="us-export-rules#3A090, technical notes, rule of 2023-10-17", possible="(0, inf)")
def performance_density_low(total_processing_performance_low, applicable_die_area_mm2):
    """Lower bound of total processing performance over applicable die area."""
    return total_processing_performance_low / applicable_die_area_mm2


@formula(unit="TOPS/chip/mm2", source="us-export-rules#3A090, technical notes, rule of 2023-10-17", possible="(0, inf)")
def performance_density_high(total_processing_performance_high, applicable_die_area_mm2):
    """Upper bound of total processing performance over applicable die area."""
    return total_processing_performance_high / applicable_die_area_mm2


@formula(unit="GB/s/mm2", source="us-export-rules#3A090.c, rule of 2024-12-02", possible="[0, inf)")
def hbm_bandwidth_density_gb_s_per_mm2(hbm_stack_bandwidth_gb_s, hbm_stack_area_mm2):
    """Bandwidth of one memory stack over the area it takes."""
    return hbm_stack_bandwidth_gb_s / hbm_stack_area_mm2


# -- transistors ------------------------------------------------------------------------------


@formula(unit="bn/mm2", source="siliconomics#definition", kind="stepped", possible="(0, inf)")
def node_transistor_density_bn_per_mm2(
    process_node_nm,
    five_nm_class_up_to_nm,
    seven_nm_class_up_to_nm,
    ten_nm_class_up_to_nm,
    five_nm_transistor_density_bn_per_mm2,
    seven_nm_transistor_density_bn_per_mm2,
    ten_nm_transistor_density_bn_per_mm2,
    sixteen_nm_transistor_density_bn_per_mm2,
):
    """Transistors per area of a whole accelerator die, by the class of its node: an estimate."""
    coarse = where(
        process_node_nm <= ten_nm_class_up_to_nm,
        ten_nm_transistor_density_bn_per_mm2,
        sixteen_nm_transistor_density_bn_per_mm2,
    )
    middle = where(process_node_nm <= seven_nm_class_up_to_nm, seven_nm_transistor_density_bn_per_mm2, coarse)
    return where(process_node_nm <= five_nm_class_up_to_nm, five_nm_transistor_density_bn_per_mm2, middle)


@formula(unit="bn", source="us-export-rules-recalled#aggregated approximated transistor count", possible="(0, inf)")
def estimated_transistors_bn_low(
    transistor_count, applicable_die_area_mm2, node_transistor_density_bn_per_mm2, transistor_density_spread
):
    """Lower end of the transistors of a package: as stated, else density of the node times area of the dies."""
    estimate = applicable_die_area_mm2 * node_transistor_density_bn_per_mm2 / transistor_density_spread
    return first_known(transistor_count, estimate)


@formula(unit="bn", source="us-export-rules-recalled#aggregated approximated transistor count", possible="(0, inf)")
def estimated_transistors_bn_high(
    transistor_count, applicable_die_area_mm2, node_transistor_density_bn_per_mm2, transistor_density_spread
):
    """Upper end of the transistors of a package: as stated, else density of the node times area of the dies."""
    estimate = applicable_die_area_mm2 * node_transistor_density_bn_per_mm2 * transistor_density_spread
    return first_known(transistor_count, estimate)


# -- room left --------------------------------------------------------------------------------


@formula(unit="TOPS/chip", source="us-export-rules#3A090.a.1, rule of 2023-10-17")
def margin_to_tpp_threshold(tpp_threshold_alone, total_processing_performance_high):
    """Room below the total that controls a chip by itself; negative above it."""
    return tpp_threshold_alone - total_processing_performance_high


@formula(unit="TOPS/chip/mm2", source="us-export-rules#3A090.a.2, rule of 2023-10-17")
def margin_to_performance_density_threshold(performance_density_threshold, performance_density_high):
    """Room below the density of 3A090.a; negative above it."""
    return performance_density_threshold - performance_density_high


@formula(
    unit="TOPS/chip", source="us-export-rules#3A090.a and .b, rule of 2023-10-17", kind="stepped", possible="(0, inf)"
)
def largest_total_processing_performance_outside(
    applicable_die_area_mm2,
    tpp_threshold_alone,
    tpp_threshold_with_density,
    tpp_threshold_lower_class,
    performance_density_middle_threshold,
    performance_density_lower_threshold,
):
    """Total that a data-centre chip of this area must stay below to be neither 3A090.a nor 3A090.b."""
    middle = minimum(tpp_threshold_lower_class, performance_density_middle_threshold * applicable_die_area_mm2)
    large = minimum(tpp_threshold_alone, performance_density_lower_threshold * applicable_die_area_mm2)
    return maximum(tpp_threshold_with_density, maximum(middle, large))


@formula(unit="mm2", source="us-export-rules#3A090.a and .b, rule of 2023-10-17", kind="stepped", possible="[0, inf)")
def smallest_die_area_outside_mm2(
    total_processing_performance_high,
    tpp_threshold_with_density,
    tpp_threshold_lower_class,
    performance_density_middle_threshold,
    performance_density_lower_threshold,
):
    """Area that a data-centre chip's dies must exceed to be neither 3A090.a nor 3A090.b; 0 for any area.

    From the total that controls by itself no area is enough; see margin_to_tpp_threshold.
    """
    middle = total_processing_performance_high / performance_density_middle_threshold
    large = total_processing_performance_high / performance_density_lower_threshold
    needed = where(total_processing_performance_high < tpp_threshold_lower_class, middle, large)
    return where(total_processing_performance_high < tpp_threshold_with_density, 0 * needed, needed)
