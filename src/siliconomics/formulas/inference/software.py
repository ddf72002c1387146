"""Software of a time: how old it is for a chip and a model, and at what level a vendor's stack stands."""

from siliconomics.core import formula
from siliconomics.core.operators import first_known, maximum


@formula(unit="1", source="siliconomics#definition", kind="stepped", possible="(0, inf)")
def software_age_years(
    serving_year, chip_launch_year, usual_chip_launch_year, architecture_year, usual_architecture_year,
    least_software_age_years,
):  # fmt: skip
    """Years that software has had for both the chip's generation and the model's architecture."""
    launched = first_known(chip_launch_year, usual_chip_launch_year)
    drawn = first_known(architecture_year, usual_architecture_year)
    return maximum(serving_year - maximum(launched, drawn), least_software_age_years)


@formula(unit="1", source="siliconomics#definition", possible="(0, inf)")
def engine_level(vendor_level, usual_vendor_level, named_engine_level):
    """Level of a vendor's stack and an engine against the best, at the same age."""
    return first_known(vendor_level, usual_vendor_level) * named_engine_level
