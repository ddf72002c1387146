"""Training runs held against published ones, with a utilisation that neither was tuned to."""

import pytest

from siliconomics.model import load
from siliconomics.studies.training import rental, train


@pytest.fixture(scope="module")
def model():
    return load()


def run(model, chip, **held):
    changed = model.with_changes(*(model.change(name, value) for name, value in held.items()))
    site, owner = (model.graph.labels[axis][0] for axis in ("site", "owner"))
    (found,) = train(changed, [chip], site, owner)
    return found


def test_deepseek_v3s_published_hours_lie_within_what_is_believed_of_its_chip(model):
    """14.8 tn tokens, 37 bn active parameters, 2,048 H800: 2.664 mn hours for pre-training, 2.788 mn in all (recalled).

    The share of the peak is that of other runs on the H100; nothing here was fitted to this one.
    """
    found = run(model, "H800", trained_parameters=37e9, training_tokens=14.8e12, training_chips=2048)
    for published in (2.664e6, 2.788e6):
        assert found.low["training_chip_hours"] < published < found.high["training_chip_hours"]
    implied = 6 * 37e9 * 14.8e12 / (2.664e6 * 3600 * 989e12)
    fact = model.facts.of("stated_training_utilisation", ("H800",))
    assert fact.low < implied < fact.high
    assert found.values["training_chip_hours"] == pytest.approx(2.788e6, rel=0.25)


def test_llama_405bs_published_hours_lie_within_the_range_too(model):
    """30.84 mn hours of H100 for 15.6 tn tokens on 16,384 chips (recalled from its model card)."""
    found = run(model, "H100", trained_parameters=405e9, training_tokens=15.6e12, training_chips=16_384)
    assert found.low["training_chip_hours"] < 30.84e6 < found.high["training_chip_hours"]
    assert found.values["training_chip_hours"] == pytest.approx(30.84e6, rel=0.25)


def test_a_larger_cluster_is_quicker_and_wastes_more(model):
    small, large = (
        run(model, "H100", trained_parameters=405e9, training_tokens=15.6e12, training_chips=chips)
        for chips in (2_048, 16_384)
    )
    assert large.values["training_days"] < small.values["training_days"]
    assert large.values["training_goodput"] < small.values["training_goodput"]
    assert large.values["training_chip_hours"] > small.values["training_chip_hours"]


def test_a_utilisation_set_by_hand_leaves_only_failures_in_the_range(model):
    base = run(model, "H100", training_chips=2048)
    held = run(model, "H100", training_chips=2048, training_utilisation=0.4)

    def width(one):
        return one.high["training_days"] / one.low["training_days"]

    assert held.values["training_days"] == pytest.approx(base.values["training_days"])
    assert 1 < width(held) < width(base)


def test_a_peak_that_may_be_sparse_widens_the_range_to_the_slow_side(model):
    """No source says whether the 315 TFLOPS of the MLU 590 are dense: half of them may be."""
    found = run(model, "MLU 590", training_chips=2048)
    fact = model.facts.of("usual_training_utilisation", ())
    slower = fact.value / (fact.low / 2)
    assert found.high["training_days"] / found.values["training_days"] > slower


def test_rent_is_the_newest_of_the_register_and_says_where_it_is_from(model):
    price, source = rental(model, "H100")
    rows = [
        entry
        for entry in model.facts.registers["prices"].entries
        if entry.about == "H100" and entry.values["series"] == "rental" and entry.values["unit"] == "USD/chip/hour"
    ]
    assert (price, source) in {(entry.values["value"], entry.source) for entry in rows}
    assert max(entry.as_of for entry in rows) in {entry.as_of for entry in rows if entry.source == source}
    assert rental(model, "MLU 590") is None


def test_a_chip_without_a_peak_is_unknown_and_says_what_it_lacks(model):
    found = run(model, "BW1000")
    assert found.values["training_days"] is None
    assert "fp16" in found.missing["training_days"]


def test_ranking_is_unknown_where_a_specification_is_and_proven_where_the_source_says_so(model):
    samples = model.solve("ranking_samples_per_s_per_chip")
    by_chip = {record.labels["chip"]: record for record in samples}
    assert by_chip["P800"].value is None
    assert "memory_bandwidth_gb_s" in by_chip["P800"].missing
    assert by_chip["MLU 590"].value > 0
    proven = [record.labels["chip"] for record in model.solve("proven_ranking_use")]
    assert proven == ["MLU 590"]
