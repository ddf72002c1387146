"""Whether the foundry rule presumes a chip advanced, and what that makes of its supply."""

from siliconomics.core import formula
from siliconomics.core.operators import maximum, where

# -- class of the chip ------------------------------------------------------------------------


@formula(unit="1", source="us-export-rules#3A090.a, rule of 2023-10-17", kind="stepped", possible="[0, 1]")
def advanced_chip_low(
    total_processing_performance_low,
    performance_density_low,
    tpp_threshold_alone,
    tpp_threshold_with_density,
    performance_density_threshold,
):
    """1 where a data-centre chip is 3A090.a even at the lower bound of its throughput, else 0."""
    dense = where(performance_density_low >= performance_density_threshold, 1, 0)
    counted = where(total_processing_performance_low >= tpp_threshold_with_density, dense, 0)
    return where(total_processing_performance_low >= tpp_threshold_alone, 1, counted)


@formula(unit="1", source="us-export-rules#3A090.a, rule of 2023-10-17", kind="stepped", possible="[0, 1]")
def advanced_chip_high(
    total_processing_performance_high,
    performance_density_high,
    tpp_threshold_alone,
    tpp_threshold_with_density,
    performance_density_threshold,
):
    """1 where a data-centre chip is 3A090.a at the upper bound of its throughput, else 0."""
    dense = where(performance_density_high >= performance_density_threshold, 1, 0)
    counted = where(total_processing_performance_high >= tpp_threshold_with_density, dense, 0)
    return where(total_processing_performance_high >= tpp_threshold_alone, 1, counted)


# -- the foundry rule of January 2025 ---------------------------------------------------------


@formula(unit="1", source="us-export-rules#Note 1 to 3A090.a, 90 FR 5298", kind="stepped", possible="[0, 1]")
def foundry_presumption_low(estimated_transistors_bn_low, foundry_transistor_limit_bn, advanced_chip_low):
    """1 where a foundry abroad may not make the chip for a designer in China, at the lower bounds, else 0.

    Too many transistors to attest, or a chip that is advanced by itself; exports of 2026 and before.
    """
    return where(estimated_transistors_bn_low >= foundry_transistor_limit_bn, 1, advanced_chip_low)


@formula(unit="1", source="us-export-rules#Note 1 to 3A090.a, 90 FR 5298", kind="stepped", possible="[0, 1]")
def foundry_presumption_high(estimated_transistors_bn_high, foundry_transistor_limit_bn, advanced_chip_high):
    """1 where a foundry abroad may not make the chip for a designer in China, at the upper bounds, else 0."""
    return where(estimated_transistors_bn_high >= foundry_transistor_limit_bn, 1, advanced_chip_high)


# -- supply -----------------------------------------------------------------------------------


@formula(unit="1", source="siliconomics#supply-risk", kind="stepped", possible="[0, 1]")
def foundry_supply_risk_low(
    foreign_foundry_share,
    designer_is_listed,
    foundry_presumption_low,
    supply_risk_against_rules,
    supply_risk_within_rules,
    supply_risk_domestic,
):
    """Chance that export rules cut a chip's supply within two years, at the lower bounds of what is tested."""
    against = maximum(designer_is_listed, foundry_presumption_low)
    abroad = against * supply_risk_against_rules + (1 - against) * supply_risk_within_rules
    return foreign_foundry_share * abroad + (1 - foreign_foundry_share) * supply_risk_domestic


@formula(unit="1", source="siliconomics#supply-risk", kind="stepped", possible="[0, 1]")
def foundry_supply_risk_high(
    foreign_foundry_share,
    designer_is_listed,
    foundry_presumption_high,
    supply_risk_against_rules,
    supply_risk_within_rules,
    supply_risk_domestic,
):
    """Chance that export rules cut a chip's supply within two years, at the upper bounds of what is tested."""
    against = maximum(designer_is_listed, foundry_presumption_high)
    abroad = against * supply_risk_against_rules + (1 - against) * supply_risk_within_rules
    return foreign_foundry_share * abroad + (1 - foreign_foundry_share) * supply_risk_domestic


@formula(unit="1", source="siliconomics#supply-risk", possible="[0, 1]")
def foundry_supply_risk(foundry_supply_risk_low, foundry_supply_risk_high):
    """Chance that export rules cut a chip's supply within two years: midway between its bounds."""
    return (foundry_supply_risk_low + foundry_supply_risk_high) / 2
