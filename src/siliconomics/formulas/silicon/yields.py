"""Share of dies that work: models of defects, their inverses, repair, test and line yield."""

from siliconomics.core import formula
from siliconomics.core.operators import exp, expm1, log, log1p, root, sqrt, where
from siliconomics.core.units import MM2_PER_CM2

from ._binomial import chance_of_at_most

# -- defects ----------------------------------------------------------------------------------


@formula(unit="1", source="murphy-1964#defects-per-die", possible="[0, inf)")
def defects_per_die(die_area_mm2, chip_defect_density_per_cm2):
    """Killing defects expected on one die."""
    return die_area_mm2 / MM2_PER_CM2 * chip_defect_density_per_cm2


def _mean_survival(x):
    """(1 - e^-x)/x, the mean of e^-u for u from 0 to x.

    Where x is so small that its square is lost beside 1, the first two terms of the series.
    """
    large = 1 + x**2 > 1
    safe = where(large, x, 1)
    return where(large, -expm1(-safe) / safe, 1 - x / 2)


def _negative_binomial(x, clustering):
    """(1 + x/a)^-a, exact for small x and large a."""
    return exp(-clustering * log1p(x / clustering))


# -- die yield, one player per model of how defects fall --------------------------------------


@formula(unit="1", source="broker-2026-04-26#exhibit-21", possible="(0, 1]")
def die_yield__stated(stated_die_yield):
    """Share of dies that work, as a source states it."""
    return stated_die_yield


@formula(unit="1", source="murphy-1964#poisson", possible="(0, 1]")
def die_yield__poisson(defects_per_die):
    """Share of dies without a defect when defects fall independently; the lowest of the models."""
    return exp(-defects_per_die)


@formula(unit="1", source="murphy-1964#triangular", kind="stepped", possible="(0, 1]")
def die_yield__murphy(defects_per_die):
    """Yield when defect density varies over the wafer as a triangle; 1 without defects."""
    return _mean_survival(defects_per_die) ** 2


@formula(unit="1", source="seeds-1967#one-over-one-plus-x", possible="(0, 1]")
def die_yield__seeds(defects_per_die):
    """Yield 1/(1+x), as most calculators write Seeds: density varies exponentially.

    Equals the negative binomial with clustering 1.
    """
    return 1 / (1 + defects_per_die)


@formula(unit="1", source="seeds-1967#exponential-root", possible="(0, 1]")
def die_yield__seeds_exponential(defects_per_die):
    """Yield exp(-sqrt x), the other formula that goes by the name of Seeds.

    Harsh for small dies: its slope has no bound as defects vanish.
    """
    return exp(-sqrt(defects_per_die))


@formula(unit="1", source="yield-folklore#rectangular", kind="stepped", possible="(0, 1]")
def die_yield__rectangular(defects_per_die):
    """Yield when defect density is spread evenly between zero and twice its mean."""
    return _mean_survival(2 * defects_per_die)


@formula(unit="1", source="stapper-1983#negative-binomial", possible="(0, 1]")
def die_yield__negative_binomial(defects_per_die, defect_clustering):
    """Yield when defects cluster: Poisson for endless clustering parameter, 1/(1+x) at 1."""
    return _negative_binomial(defects_per_die, defect_clustering)


@formula(unit="1", source="google-chiplets-cost-model#bose-einstein", possible="(0, 1]")
def die_yield__bose_einstein(die_area_mm2, defect_density_per_layer_per_cm2, critical_layers):
    """Yield of critical layers that each pass with 1/(1+x).

    The density is per critical layer: a whole chip's density in its place counts defects many times.
    """
    defects_per_layer = die_area_mm2 / MM2_PER_CM2 * defect_density_per_layer_per_cm2
    return exp(-critical_layers * log1p(defects_per_layer))


@formula(unit="1", source="catch#layer-yield", possible="(0, 1]")
def front_end_yield(
    die_area_mm2,
    front_end_critical_area_ratio,
    front_end_defect_density_per_cm2,
    defect_clustering,
):
    """Share of dies whose transistor and contact layers work: only critical area can be killed."""
    critical_area = die_area_mm2 / MM2_PER_CM2 * front_end_critical_area_ratio
    return _negative_binomial(critical_area * front_end_defect_density_per_cm2, defect_clustering)


@formula(unit="1", source="catch#layer-yield", possible="(0, 1]")
def back_end_yield(die_area_mm2, back_end_critical_area_ratio, back_end_defect_density_per_cm2, defect_clustering):
    """Share of dies whose metal layers work: only critical area can be killed."""
    critical_area = die_area_mm2 / MM2_PER_CM2 * back_end_critical_area_ratio
    return _negative_binomial(critical_area * back_end_defect_density_per_cm2, defect_clustering)


@formula(unit="1", source="catch#die-yield", possible="(0, 1]")
def die_yield__layered(front_end_yield, back_end_yield, stitch_yield, stitch_count):
    """Yield as the product of layer groups and of every stitch of a die above the reticle."""
    return front_end_yield * back_end_yield * stitch_yield**stitch_count


@formula(unit="1", source="tutorsglobe#yield-by-design-rule", possible="(0, 1]")
def die_yield__multi_rule(
    die_area_mm2,
    tight_rule_area_share,
    tight_rule_defect_density_per_cm2,
    chip_defect_density_per_cm2,
):
    """Poisson yield of a die whose tightly drawn part meets more defects than the rest."""
    tight = tight_rule_area_share * tight_rule_defect_density_per_cm2
    rest = (1 - tight_rule_area_share) * chip_defect_density_per_cm2
    return exp(-die_area_mm2 / MM2_PER_CM2 * (tight + rest))


# -- partial-good harvest ---------------------------------------------------------------------


@formula(unit="1", source="yield-folklore#harvest", possible="(0, 1]")
def block_yield__poisson(defects_per_die, repairable_area_share, blocks_per_die):
    """Share of a die's identical blocks (cores) without a defect, defects falling independently."""
    return exp(-defects_per_die * repairable_area_share / blocks_per_die)


@formula(unit="1", source="yield-folklore#harvest", possible="(0, 1]")
def block_yield__negative_binomial(defects_per_die, repairable_area_share, blocks_per_die, defect_clustering):
    """Share of a die's identical blocks (cores) without a defect, defects clustering."""
    defects_per_block = defects_per_die * repairable_area_share / blocks_per_die
    return _negative_binomial(defects_per_block, defect_clustering)


@formula(unit="1", source="yield-folklore#harvest", possible="(0, 1]")
def unrepairable_yield__poisson(defects_per_die, repairable_area_share):
    """Share of dies whose area outside the spare-able blocks has no defect."""
    return exp(-defects_per_die * (1 - repairable_area_share))


@formula(unit="1", source="yield-folklore#harvest", possible="(0, 1]")
def unrepairable_yield__negative_binomial(defects_per_die, repairable_area_share, defect_clustering):
    """Share of dies whose area outside the spare-able blocks has no defect, defects clustering."""
    return _negative_binomial(defects_per_die * (1 - repairable_area_share), defect_clustering)


@formula(unit="1", source="yield-folklore#harvest", kind="stepped", possible="[0, 1]")
def die_yield__harvest(block_yield, blocks_per_die, spare_blocks_per_die, unrepairable_yield):
    """Share of dies that can be sold with at most the spare number of their identical blocks bad.

    Blocks fail independently of each other; with no spare block every block must work.
    """
    enough_blocks = chance_of_at_most(spare_blocks_per_die, blocks_per_die, 1 - block_yield)
    return enough_blocks * unrepairable_yield


@formula(unit="1", source="google-chiplets-cost-model#recovery", possible="(0, 1]")
def sellable_die_yield(die_yield, recovery_share):
    """Share of dies sold in any grade: those that work and those of the rest that are recovered."""
    return die_yield + recovery_share * (1 - die_yield)


# -- test and line ----------------------------------------------------------------------------


@formula(unit="1", source="catch#apparent-yield", possible="(0, 1]")
def apparent_die_yield(die_yield, die_test_coverage):
    """Share of dies that pass wafer sort: all good ones, and bad ones that the test does not catch."""
    return 1 - (1 - die_yield) * die_test_coverage


@formula(unit="1", source="catch#shipped-quality", possible="(0, 1]")
def shipped_die_quality(die_yield, apparent_die_yield):
    """Share of the dies that passed wafer sort that truly work; 1 for a complete test."""
    return die_yield / apparent_die_yield


@formula(unit="1", source="siliconomics#definition", possible="(0, 1]")
def yield_from_wafer_start(wafer_line_yield, die_yield):
    """Good dies over gross dies of the wafers started, those lost in the line included.

    Only where wafers are paid by start: a price per finished wafer already bears the line's losses.
    """
    return wafer_line_yield * die_yield


# -- the defect density that a yield implies --------------------------------------------------


@formula(unit="1/cm2", source="murphy-1964#poisson", possible="[0, inf)")
def implied_defect_density_per_cm2__poisson(die_yield, die_area_mm2):
    """Defect density at which the Poisson model gives the yield."""
    return -log(die_yield) / (die_area_mm2 / MM2_PER_CM2)


@formula(unit="1/cm2", source="seeds-1967#one-over-one-plus-x", possible="[0, inf)")
def implied_defect_density_per_cm2__seeds(die_yield, die_area_mm2):
    """Defect density at which 1/(1+x) gives the yield."""
    return (1 / die_yield - 1) / (die_area_mm2 / MM2_PER_CM2)


@formula(unit="1/cm2", source="stapper-1983#negative-binomial", possible="[0, inf)")
def implied_defect_density_per_cm2__negative_binomial(die_yield, die_area_mm2, defect_clustering):
    """Defect density at which the negative binomial model gives the yield."""
    defects = defect_clustering * expm1(-log(die_yield) / defect_clustering)
    return defects / (die_area_mm2 / MM2_PER_CM2)


@formula(unit="1/cm2", source="murphy-1964#triangular", kind="solved", possible="[0, inf)")
def implied_defect_density_per_cm2__murphy(die_yield, die_area_mm2):
    """Defect density at which Murphy's model gives the yield.

    Sought as a share of the most defects the yield allows: Murphy's yield lies below 1/x².
    """
    share = root(
        lambda share, wanted: _mean_survival(share / sqrt(wanted)) ** 2 - wanted,
        die_yield,
        low=0,
        high=1,
    )
    return share / sqrt(die_yield) / (die_area_mm2 / MM2_PER_CM2)


@formula(unit="1/cm2", source="yield-folklore#rectangular", kind="solved", possible="[0, inf)")
def implied_defect_density_per_cm2__rectangular(die_yield, die_area_mm2):
    """Defect density at which the rectangular model gives the yield.

    Sought as a share of the most defects the yield allows: that yield lies below 1/(2x). The bracket
    reaches beyond 1, where rounding would hide the change of sign.
    """
    share = root(lambda share, wanted: _mean_survival(share / wanted) - wanted, die_yield, low=0, high=2)
    return share / (2 * die_yield) / (die_area_mm2 / MM2_PER_CM2)
