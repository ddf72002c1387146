"""From dies and memory to a tested package, and what the whole chip costs to make."""

from siliconomics.core import formula
from siliconomics.core.operators import count, exp, log1p, maximum, pi, sqrt
from siliconomics.core.units import DIE_PER_CHIP, MM2_PER_CM2, STACK_PER_CHIP

# -- the source's form ------------------------------------------------------------------------


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def package_cost_usd__wafer_share(packaging_overhead_factor, packaging_wafer_price_usd, packages_per_wafer):
    """A package's share of its packaging wafer, times a factor for all else (substrate, loss, test)."""
    return packaging_overhead_factor * packaging_wafer_price_usd / packages_per_wafer


# -- what lies on the interposer --------------------------------------------------------------


@formula(unit="1", source="siliconomics#definition", possible="[0, inf)")
def bonded_parts_per_package(dies_per_package, hbm_stacks_per_chip):
    """Logic dies and memory stacks that are bonded to one interposer."""
    return dies_per_package / DIE_PER_CHIP + hbm_stacks_per_chip / STACK_PER_CHIP


@formula(unit="mm2", source="siliconomics#definition", possible="[0, inf)")
def bonded_area_mm2(die_area_mm2, dies_per_package, hbm_stack_area_mm2, hbm_stacks_per_chip):
    """Area of the logic dies and memory stacks of one package."""
    dies = die_area_mm2 * dies_per_package / DIE_PER_CHIP
    return dies + hbm_stack_area_mm2 * hbm_stacks_per_chip / STACK_PER_CHIP


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def bonded_parts_cost_usd(die_cost_usd, memory_cost_usd, bonded_area_mm2, micro_bump_price_usd_per_mm2):
    """Cost of the known-good dies and memory of one package with the bumps beneath them."""
    return die_cost_usd + memory_cost_usd + bonded_area_mm2 * micro_bump_price_usd_per_mm2


# -- interposer and substrate -----------------------------------------------------------------


@formula(unit="mm2", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def interposer_area_mm2(interposer_area_factor, bonded_area_mm2):
    """Area of an interposer: what lies on it and the room between."""
    return interposer_area_factor * bonded_area_mm2


@formula(
    unit="chip/wafer",
    source="chiplet-actuary-dac2022#dies-per-wafer",
    kind="stepped",
    possible="[0, inf)",
)
def interposers_per_wafer(wafer_diameter_mm, wafer_edge_exclusion_mm, scribe_width_mm, interposer_area_mm2):
    """Square interposers on a packaging wafer by area less edge loss; 0 where none would fit.

    A smooth estimate: few and large, real interposers come in whole numbers.
    """
    area = (sqrt(interposer_area_mm2) + scribe_width_mm) ** 2
    inner = wafer_diameter_mm - 2 * wafer_edge_exclusion_mm
    return count(maximum(pi * (inner / 2) ** 2 / area - pi * inner / sqrt(2 * area), 0), "chip/wafer")


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def raw_interposer_cost_usd(
    packaging_wafer_price_usd,
    interposers_per_wafer,
    interposer_area_mm2,
    package_bump_price_usd_per_mm2,
):
    """Cost of one interposer, good or bad, with the bumps that join it to the substrate."""
    bumps = interposer_area_mm2 * package_bump_price_usd_per_mm2
    return packaging_wafer_price_usd / interposers_per_wafer + bumps


@formula(unit="1", source="chiplet-actuary-dac2022#package", possible="(0, 1]")
def interposer_yield(interposer_area_mm2, interposer_defect_density_per_cm2, interposer_defect_clustering):
    """Share of interposers that work, by the negative binomial model."""
    defects = interposer_area_mm2 / MM2_PER_CM2 * interposer_defect_density_per_cm2
    return exp(-interposer_defect_clustering * log1p(defects / interposer_defect_clustering))


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def good_interposer_cost_usd(raw_interposer_cost_usd, interposer_yield):
    """Cost of an interposer that works."""
    return raw_interposer_cost_usd / interposer_yield


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def raw_substrate_cost_usd(substrate_area_factor, interposer_area_mm2, substrate_price_usd_per_mm2):
    """Cost of the organic substrate of one package, sized by its interposer."""
    return substrate_area_factor * interposer_area_mm2 * substrate_price_usd_per_mm2


# -- losses in assembly -----------------------------------------------------------------------


@formula(unit="1", source="chiplet-actuary-dac2022#package", possible="(0, 1]")
def part_bonding_yield(part_bond_yield, bonded_parts_per_package):
    """Share of interposers on which every part is bonded well; 1 where nothing is bonded."""
    return part_bond_yield**bonded_parts_per_package


@formula(unit="1", source="chiplet-actuary-dac2022#chip-last", possible="(0, 1]")
def interposer_use_yield__chip_last(interposer_yield, part_bonding_yield, substrate_bond_yield):
    """Share of interposers that end in an assembled package, when they are made before bonding."""
    return interposer_yield * part_bonding_yield * substrate_bond_yield


@formula(unit="1", source="chiplet-actuary-dac2022#chip-first", possible="(0, 1]")
def interposer_use_yield__chip_first(interposer_yield, substrate_bond_yield):
    """Share of interposers that end in an assembled package, when they are built on the dies."""
    return interposer_yield * substrate_bond_yield


@formula(unit="1", source="chiplet-actuary-dac2022#chip-last", possible="(0, 1]")
def part_use_yield__chip_last(part_bonding_yield, substrate_bond_yield):
    """Share of known-good dies and memory that end in an assembled package: bad interposers cost none."""
    return part_bonding_yield * substrate_bond_yield


@formula(unit="1", source="chiplet-actuary-dac2022#chip-first", possible="(0, 1]")
def part_use_yield__chip_first(interposer_yield, substrate_bond_yield):
    """Share of known-good dies and memory that end in an assembled package: a bad interposer takes its dies."""
    return interposer_yield * substrate_bond_yield


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def package_loss_usd(raw_interposer_cost_usd, interposer_use_yield, raw_substrate_cost_usd, substrate_bond_yield):
    """Interposers and substrates lost per assembled package."""
    interposers = raw_interposer_cost_usd * (1 / interposer_use_yield - 1)
    return interposers + raw_substrate_cost_usd * (1 / substrate_bond_yield - 1)


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def package_cost_usd__interposer(raw_interposer_cost_usd, raw_substrate_cost_usd, package_loss_usd):
    """Interposer and substrate of one package with those lost on the way; dies and memory apart."""
    return raw_interposer_cost_usd + raw_substrate_cost_usd + package_loss_usd


@formula(unit="USD/chip", source="chiplet-actuary-dac2022#package", possible="[0, inf)")
def wasted_known_good_cost_usd(bonded_parts_cost_usd, part_use_yield):
    """Known-good dies and memory lost in assembly per assembled package."""
    return bonded_parts_cost_usd * (1 / part_use_yield - 1)


# -- final test -------------------------------------------------------------------------------


@formula(unit="USD/chip", source="google-chiplets-cost-model#test-cost", possible="[0, inf)")
def final_test_cost_usd(final_test_time_h, final_test_rate_usd_per_h):
    """Cost of testing one assembled package, good or bad."""
    return final_test_time_h * final_test_rate_usd_per_h


@formula(unit="1", source="catch#test-escapes", possible="(0, 1]")
def assembled_package_yield(shipped_die_quality, dies_per_package):
    """Share of assembled packages that work: every die in them must truly be good.

    1 where wafer sort catches every bad die; die yield per die where nothing is tested before pairing.
    """
    return shipped_die_quality ** (dies_per_package / DIE_PER_CHIP)


@formula(unit="1", source="catch#apparent-yield", possible="(0, 1]")
def apparent_package_yield(assembled_package_yield, final_test_coverage):
    """Share of packages that pass final test: all good ones, and bad ones it does not catch."""
    return 1 - (1 - assembled_package_yield) * final_test_coverage


@formula(unit="1", source="catch#shipped-quality", possible="[0, 1)")
def package_escape_share(assembled_package_yield, apparent_package_yield):
    """Share of shipped packages that do not work, having escaped both tests; 0 for a complete test."""
    return 1 - assembled_package_yield / apparent_package_yield


# -- the whole chip ---------------------------------------------------------------------------


@formula(unit="USD/chip", source="broker-2026-04-26#exhibit-21", possible="[0, inf)")
def manufacturing_cost_usd__sum_of_parts(die_cost_usd, memory_cost_usd, package_cost_usd):
    """Dies, memory and package added up, with no loss in assembly: the source's own form."""
    return die_cost_usd + memory_cost_usd + package_cost_usd


@formula(unit="USD/chip", source="siliconomics#physical-cost", possible="[0, inf)")
def manufacturing_cost_usd__physical(
    bonded_parts_cost_usd,
    package_cost_usd,
    wasted_known_good_cost_usd,
    final_test_cost_usd,
    apparent_package_yield,
):
    """Cost of one chip that passed final test, with everything lost on the way.

    Goes with package_cost_usd__interposer: the source's packaging factor already covers loss and test.
    """
    assembled = bonded_parts_cost_usd + package_cost_usd + wasted_known_good_cost_usd
    return (assembled + final_test_cost_usd) / apparent_package_yield


@formula(unit="USD/chip", source="siliconomics#physical-cost", possible="[0, inf)")
def full_cost_usd(manufacturing_cost_usd, nre_per_chip_usd):
    """Cost of one chip with its share of the one-time cost of design, masks and package."""
    return manufacturing_cost_usd + nre_per_chip_usd
