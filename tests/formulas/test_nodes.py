"""One defect density per node: printed yields come out at their date, and a change reaches every product of the node."""

import math

import pytest

import siliconomics
from siliconomics.core import BadRequest
from siliconomics.formulas.silicon.nodes import (
    defect_density_in_quarter_per_cm2__cumulative_wafers as by_volume,
)
from siliconomics.formulas.silicon.nodes import defect_density_in_quarter_per_cm2__gompertz as gompertz
from siliconomics.formulas.silicon.nodes import defect_density_in_quarter_per_cm2__time as by_time

PRINTED = 18
"""Products of Exhibit 21, each with a yield."""


@pytest.fixture(scope="module")
def model():
    return siliconomics.load()


@pytest.fixture(scope="module")
def by_node(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("overlay") / "by-node.toml"
    text = 'name = "by-node"\nmeaning = "Yields from the density of nodes."\n\n[players]\ndie_yield = "node_defects"\n'
    path.write_text(text, "utf-8")
    return model.under(str(path))


def yields(model):
    return {one.labels["chip"]: one.value for one in model.solve("die_yield").records if one.value is not None}


def test_printed_yields_come_out_exactly_at_their_date(model, by_node):
    printed = {
        one.labels["chip"]: one.value for one in model.solve("stated_die_yield").records if one.value is not None
    }
    assert len(printed) == PRINTED
    assert yields(by_node) == pytest.approx(printed, rel=1e-9)


def test_printed_yields_come_out_with_clustered_defects_too(model, tmp_path):
    path = tmp_path / "clustered.toml"
    path.write_text(
        'name = "clustered"\nmeaning = "Defects cluster."\n\n[players]\ndie_yield = "node_defects"\n'
        'printed_defects_per_die = "negative_binomial"\nnode_die_yield = "negative_binomial"\n',
        "utf-8",
    )
    clustered = model.under(str(path))
    clustered = clustered.with_changes(clustered.change("defect_clustering", 2))
    assert yields(clustered) == pytest.approx(yields(model), rel=1e-9)


def test_the_calibration_density_is_that_of_the_base_path_when_yields_were_printed(model):
    for one in model.solve("calibrated_defect_density_per_cm2").records:
        if one.value is not None:
            now = model.solve("defect_density_in_quarter_per_cm2", node=one.labels["node"], quarter="2026Q2").value
            assert one.value == pytest.approx(now, rel=1e-9)


def test_a_yield_of_30_instead_of_20_per_cent_on_n2_reaches_its_products_and_no_other(by_node):
    before = yields(by_node)
    after = yields(by_node.with_changes(by_node.change("stated_node_yield", 0.3, node="N+2")))
    assert {chip for chip in before if after[chip] > before[chip]} == {"950PR", "MLU 690"}
    assert {chip for chip in before if after[chip] == before[chip]} == before.keys() - {"950PR", "MLU 690"}


def test_the_source_s_yield_of_domestic_chips_is_that_of_n2_and_not_of_its_products_elsewhere(model):
    """20 % in the text against 25-80 % in Exhibit 21: one density per node holds both, with factors near 1."""
    factors = {one.labels["chip"]: one.value for one in model.solve("chip_defect_factor").records}
    n2 = [factors[chip] for chip in ("950PR", "MLU 690")]
    assert all(0.9 < factor < 1.2 for factor in n2)
    at_n2 = -math.log(0.7) / 6.66 / model.solve("defect_density_per_cm2", node="N+2").value
    assert at_n2 < 0.25  # 910B and 910C at 70 % cannot be dies of N+2 with the yield of the text


def test_the_path_goes_from_20_per_cent_in_2025_to_50_per_cent_in_2030(model):
    density = {
        quarter: model.solve("defect_density_in_quarter_per_cm2", node="N+2", quarter=quarter).value
        for quarter in ("2025Q4", "2030Q4")
    }
    area = 6.6561
    assert math.exp(-area * density["2025Q4"]) == pytest.approx(0.2)
    assert math.exp(-area * density["2030Q4"]) == pytest.approx(0.5, abs=1e-4)


def test_learning_starts_at_the_stated_density_and_nears_the_floor():
    assert by_time(0.24, 0.05, 0, 4) == pytest.approx(0.24)
    assert gompertz(0.24, 0.05, 0, 4) == pytest.approx(0.24)
    assert by_time(0.24, 0.05, 400, 4) == pytest.approx(0.05)
    assert gompertz(0.24, 0.05, 400, 4) == pytest.approx(0.05)
    assert gompertz(0.24, 0.05, 2, 4) < by_time(0.24, 0.05, 2, 4)  # large densities fall faster in logarithms


def test_a_doubling_of_all_wafers_leaves_80_per_cent_of_the_distance(model):
    assert by_volume(0.25, 0.05, 1000.0, None, 0.8) == pytest.approx(
        0.25
    )  # on plain numbers ``at`` hands back the same
    path = model.graph
    assert path.dimensions_of("defect_density_in_quarter_per_cm2") == ("node", "quarter")


def test_an_80_per_cent_curve_has_the_exponent_of_the_worked_case(model):
    """ln 0.8 / ln 2 = -0.3219: what a doubling leaves, and so 50, 40 and 32 for one, two and four."""
    exponent = math.log(0.8) / math.log(2)
    assert exponent == pytest.approx(-0.3219, abs=5e-5)
    assert [round(50 * count**exponent, 9) for count in (1, 2, 4)] == [50, 40, 32]
    learning = model.under("wired", "learning-by-volume")
    rate = learning.with_changes(learning.change("defect_learning_rate", 0.8))

    def known(quantity, **labels):
        return rate.graph.value(rate.graph.cell(quantity, {"node": "N+2", **labels}))

    start, floor = known("defect_density_per_cm2"), known("defect_floor_per_cm2")
    grown = known("cumulative_wafers", quarter="2029Q4") / known("cumulative_wafers", quarter="2025Q4")
    now = known("defect_density_in_quarter_per_cm2", quarter="2029Q4")
    assert grown > 4
    assert (now - floor) / (start - floor) == pytest.approx(grown**exponent)


CARD = """name = "Mine"
vendor = "Vendor"

[[observed]]
quantity = "die_area_mm2"
value = 400
known = "assumed"
source = "note#1"
as_of = 2026-01-01

[[observed]]
quantity = "defect_density_per_cm2"
value = 0.1
known = "assumed"
source = "note#1"
as_of = 2026-01-01
"""


def test_a_card_that_gives_a_chip_its_own_density_under_the_former_name_goes_on_working(tmp_path):
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "mine.toml").write_text(CARD, "utf-8")
    (tmp_path / "sources.toml").write_text('[note]\ntitle = "Note"\nkind = "note"\n', "utf-8")
    mine = siliconomics.load(facts=[tmp_path])
    assert mine.solve("defects_per_die", chip="Mine").value == pytest.approx(0.4)
    assert any("is read as stated_chip_defect_density_per_cm2" in warning for warning in mine.warnings)


def test_a_node_without_a_density_is_unknown_by_name(model):
    answer = model.solve("defect_density_per_cm2", node="advanced")
    assert answer.records[0].cell.missing.needs[0] == "stated_node_yield[node=advanced]"


def test_node_shares_over_one_are_refused(by_node):
    twice = by_node.with_changes(by_node.change("node_share", 1, chip="MLU 690", node="N+1"))
    with pytest.raises(BadRequest, match="node_share_given"):
        twice.solve("die_yield", chip="MLU 690")
